"""Questions on overfitting."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from demos.frame.quiz import Choose, Compute, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt


def _draw_three(chance: random.Random) -> dict[str, float]:
    mean = chance.choice([-0.4, -0.2, 0.0, 0.3, 0.5])
    apart = chance.choice([0.1, 0.2, 0.3, 0.6])
    said = [mean - apart, mean - apart, mean + 2 * apart]
    chance.shuffle(said)
    truth = mean + chance.choice([-0.5, -0.4, -0.3, 0.3, 0.4, 0.5])
    a, b, c, truth = (round(value, 1) + 0.0 for value in (*said, truth))  # no −0
    return {"a": a, "b": b, "c": c, "truth": truth}


def _bias(a: float, b: float, c: float, truth: float) -> float:
    import torch

    from demos.overfit.lesson import decompose

    there = torch.tensor([truth], dtype=torch.float64)
    said = torch.tensor([[a], [b], [c]], dtype=torch.float64)
    return decompose(said, there, there[None])["bias"]


KINDS: dict[str, dict[str, Any]] = {
    "A": {"model": "polynomial", "degree": 1},
    "B": {"against": ["l2"]},
    "C": {"model": "network"},
}


def _validation() -> alt.Chart:
    from demos.overfit.lesson import train
    from demos.pictures.lettered import lettered_curves

    curves = {
        letter: [(row["step"], row["validation"]) for row in train(epochs=400, **changed)]
        for letter, changed in KINDS.items()
    }
    described = _("The error on validation points over 400 epochs, curves named A, B and C")
    title = _("validation loss")
    return lettered_curves(curves, _("epoch"), title, described, domain=(0, 0.6))


def _sizes() -> alt.Chart:
    from demos.overfit.lesson import draw, fitted, held_out, predict, squared_error
    from demos.pictures.lettered import lettered_curves

    degrees = range(1, 14)
    x, y = draw(15, 0.3, 4)
    x_val, y_val, *_test = held_out(0.3, 4)
    each = (len(degrees), -1)
    weights = fitted("polynomial", degrees, x.expand(each), y.expand(each))
    errors = {
        "A": squared_error(predict(weights, x_val), y_val),
        "B": squared_error(predict(weights, x), y),
    }
    curves = {
        letter: list(zip(degrees, error.tolist(), strict=True)) for letter, error in errors.items()
    }
    described = _("Two errors over the degree of a polynomial, curves named A and B")
    return lettered_curves(curves, _("degree"), _("mean squared error"), described, log=True)


QUIZ = [
    Choose(
        "curves",
        "Three models learn from the same 15 points. The curves are their errors on validation "
        "points. Which model is overfitting?",
        picture=_validation,
        options=[
            Option(
                "A",
                "It is bad from the beginning to the end, on its own points, too: a straight line. "
                "It is underfitting.",
            ),
            Option(
                "B",
                "It falls, and stays down: the same network as the third, with L2 to hold its "
                "weights down.",
            ),
            Option(
                "C",
                "It falls to 0.060 by epoch 39, then it rises to 0.135: from there on it learns "
                "the noise of its own points.",
                right=True,
            ),
        ],
        settings={"topic": "learn", "epochs": 400},
    ),
    Choose(
        "own",
        "Polynomials of growing degree learn from 15 noisy points. Which curve is their error on "
        "these points, and which that on others?",
        picture=_sizes,
        options=[
            Option(
                "A on these points, B on others",
                "More powers can only come closer to the points that are learned from: that error "
                "never rises with the degree.",
            ),
            Option(
                "A on others, B on these points",
                "B falls with every degree, as a larger polynomial can do all that a smaller one "
                "can. A is least at degree 6: what is learned beyond is noise.",
                right=True,
            ),
            Option(
                "That cannot be told without the points.",
                "It can: only the error on points that are not learned from can rise when the "
                "model grows.",
            ),
        ],
        settings={"topic": "size", "model": "polynomial"},
    ),
    Compute(
        "bias",
        "Three networks, each trained on a sample of its own, say {a:.1f}, {b:.1f} and {c:.1f} at "
        "a place where the hidden curve is {truth:.1f}. How large is bias² there? Two decimals are "
        "enough.",
        draw=_draw_three,
        answer=_bias,
        tolerance=0.01,
        because=N_(
            "First the mean of {a:.1f}, {b:.1f} and {c:.1f}, then how far it is from {truth:.1f}, "
            "squared: {answer:.2f}. How far the three are from their mean is another matter: that "
            "is the variance."
        ),
        settings={"topic": "spread"},
    ),
    Choose(
        "diagnosis",
        "A model has an error of 0.36 on its own points, 0.38 on new ones; the noise is 0.09. What "
        "would help most?",
        options=[
            Option(
                "More examples",
                "They bring the two errors together, and here they nearly meet already.",
            ),
            Option(
                "A larger model",
                "It is wrong on its own points, far above the noise: that is bias, it cannot do "
                "better. The straight line is such a case.",
                right=True,
            ),
            Option(
                "Dropout",
                "Dropout holds a model down that learns too much by heart. This one learns too "
                "little.",
            ),
            Option(
                "Early stopping",
                "It keeps a model from learning noise; this one has not even learned the curve.",
            ),
        ],
        settings={"topic": "more", "model": "polynomial", "degree": 1},
    ),
    Choose(
        "remedies",
        "A network has an error of 0.003 on its own 15 points, and 0.191 on others. What helps? "
        "Choose all.",
        options=[
            Option(
                "Going on with the training",
                "It has nothing left to learn from these points but their noise.",
            ),
            Option(
                "60 points in place of 15",
                "More points leave less room for learning by heart: variance falls from 0.094 to "
                "0.019.",
                right=True,
            ),
            Option(
                "Leaving out three of ten hidden units in each epoch",
                "Dropout: no unit can rely on another to learn single points by heart. The error "
                "on others ends at 0.076.",
                right=True,
            ),
            Option(
                "Stopping when the validation error has not fallen for 50 epochs",
                "Early stopping: it goes back to the weights of the best epoch, when the error on "
                "the validation points was 0.060.",
                right=True,
            ),
        ],
        settings={"topic": "learn", "against": ["dropout"]},
    ),
    Choose(
        "dropout",
        "A hidden layer has a dropout of 0.3. Which of its units work?",
        options=[
            Option(
                "About 70 % of them in training, all of them when it is asked",
                "Chance leaves out others in each step, so that a unit learns what is of use "
                "without any other in particular. Asked, all of them add up their answers.",
                right=True,
            ),
            Option(
                "70 % of them, in training and when it is asked",
                "Asked like that it would give another answer each time: this is what forgetting "
                "`model.eval()` does.",
            ),
            Option(
                "The best 70 %; the others are removed for good",
                "None is removed, and none is chosen for being good: chance decides anew in each "
                "step.",
            ),
            Option(
                "All of them, but 30 % of the points are left out",
                "Units are left out, not points: every point is seen in every epoch.",
            ),
        ],
        settings={"topic": "learn", "against": ["dropout"]},
    ),
    Choose(
        "report",
        "Early stopping has kept the epoch with the least error on the validation points, 0.060. "
        "On 400 test points the same network has an error of 0.10. Which number do you tell "
        "others?",
        options=[
            Option(
                "0.060: from those points, too, nothing was learned.",
                "No weight, but the epoch was chosen by them: of many errors the least, by chance "
                "as well as by merit.",
            ),
            Option(
                "0.10: nothing was chosen by the test points.",
                "Only what has decided nothing can judge. So there are three sets: to learn from, "
                "to choose by, and to judge by.",
                right=True,
            ),
            Option(
                "0.08, the mean of both.",
                "A flattered number does not get honest by being averaged.",
            ),
            Option(
                "The error on its own points, as it learned from these.",
                "That says how well it knows them by heart, and nothing about new points.",
            ),
        ],
        settings={"topic": "learn", "against": ["stopping"]},
    ),
]
