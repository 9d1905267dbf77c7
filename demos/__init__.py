"""The chapters in course order."""

from demos import backprop, celsius, digits, losses, neuron, optimizers, playground, tires

CHAPTERS = [
    celsius.CHAPTER,
    losses.CHAPTER,
    neuron.CHAPTER,
    backprop.CHAPTER,
    optimizers.CHAPTER,
    playground.CHAPTER,
    digits.CHAPTER,
    tires.CHAPTER,
]
