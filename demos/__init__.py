"""The chapters in course order, by the parts of the course."""

from demos import (
    backprop,
    cars,
    celsius,
    decide,
    digits,
    filters,
    inside,
    loop,
    losses,
    neuron,
    optimizers,
    overfit,
    playground,
    rewards,
    sequences,
    spam,
    teach,
    tensors,
    tires,
)
from demos.course import map_of
from demos.frame.texts import N_
from demos.quiz import quiz_of

PARTS = {
    N_("One neuron"): [celsius.CHAPTER, losses.CHAPTER, neuron.CHAPTER],
    N_("Networks"): [
        tensors.CHAPTER,
        backprop.CHAPTER,
        optimizers.CHAPTER,
        playground.CHAPTER,
        loop.CHAPTER,
        overfit.CHAPTER,
    ],
    N_("Data"): [cars.CHAPTER, decide.CHAPTER, spam.CHAPTER],
    N_("Pictures"): [digits.CHAPTER, filters.CHAPTER, inside.CHAPTER, teach.CHAPTER, tires.CHAPTER],
    N_("Beyond"): [sequences.CHAPTER, rewards.CHAPTER],
}
CHAPTERS = [chapter for chapters in PARTS.values() for chapter in chapters]
MAP, QUIZ = map_of(PARTS), quiz_of(PARTS)
