"""Questions on loss functions."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.frame.quiz import Choose, Compute, Fault, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt


def _draw_ride(chance: random.Random) -> dict[str, float]:
    return {"error": chance.choice([1, 1.5, 3, 5, 8, 20]), "delta": chance.choice([2, 4, 10])}


def _huber(error: float, delta: float) -> float:
    import torch

    from demos.losses.lesson import regression_loss

    return regression_loss("huber", torch.zeros(1), torch.tensor([float(error)]), delta).item()


def _draw_scores(chance: random.Random) -> dict[str, int]:
    return {name: chance.randint(-1, 3) for name in ("cat", "dog", "bird")}


def _cross_entropy(cat: int, dog: int, bird: int) -> float:
    import torch

    scores = torch.tensor([[cat, dog, bird]], dtype=torch.float32)
    return torch.nn.functional.cross_entropy(scores, torch.tensor([0])).item()


def _weights() -> alt.Chart:
    from demos.losses.lesson import fit_rides
    from demos.pictures.lettered import lettered_curves

    curves = {
        letter: [(row["step"], row["weight"]) for row in fit_rides([name])]
        for letter, name in {"A": "huber", "B": "mae", "C": "mse"}.items()
    }
    described = _("The weight w over 60 steps, three curves named A, B and C")
    return lettered_curves(curves, _("step"), "w [min/km]", described)


SOFTMAX_TWICE = """\
import torch
from torch import nn

torch.manual_seed(0)
x, y = torch.eye(3), torch.arange(3)
model = nn.Sequential(nn.Linear(3, 3), nn.Softmax(dim=1))
loss_of = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
for _step in range(500):
    optimizer.zero_grad()
    loss_of(model(x), y).backward()
    optimizer.step()
print(f"loss {loss_of(model(x), y).item():.3f}")
"""

QUIZ = [
    Choose(
        "outlier",
        "Eleven rides take about 3 minutes for a kilometre; the twelfth had a flat tire. Which of "
        "these weights was learned with MSE?",
        picture=_weights,
        options=[
            Option(
                "A",
                "It settles at 3.14, and comes there more and more slowly: it is Huber, which "
                "pulls no harder than δ at the ride with the flat tire, and gently where errors "
                "are small.",
            ),
            Option(
                "B",
                "It climbs in steps of one length and never quite settles near 3: MAE counts only "
                "on which side of the line a ride lies.",
            ),
            Option(
                "C",
                "It ends at 4.15 min/km, more than a minute too many, for one ride of twelve: an "
                "error that is ten times as large pulls ten times as hard.",
                right=True,
            ),
        ],
        settings={"losses": ["mae", "mse", "huber"]},
    ),
    Compute(
        "huber",
        "A ride took {error:g} minutes longer than predicted. What is Huber's loss of it, with "
        "$\\delta = {delta:g}$? It is $\\frac{1}{2} e^2$ up to $\\delta$, and "
        "$\\delta\\,(|e| - \\frac{1}{2} \\delta)$ beyond. Two decimals are enough.",
        draw=_draw_ride,
        answer=_huber,
        tolerance=0.01,
        because=N_(
            "First compare: is {error:g} more than {delta:g}? Up to $\\delta$ the parabola counts, "
            "beyond it the straight line, which grows by $\\delta$ with each minute more: "
            "{answer:.3f}."
        ),
        settings={"losses": ["huber"], "delta": 4},
    ),
    Compute(
        "cross_entropy",
        "For a picture of a cat a network gives the logits $({cat:d}, {dog:d}, {bird:d})$ for cat, "
        "dog and bird. What is the cross-entropy? Two decimals are enough.",
        draw=_draw_scores,
        answer=_cross_entropy,
        tolerance=0.01,
        because=N_(
            "The softmax makes probabilities of the logits: that of the cat is $e^{{cat:d}}$ "
            "divided by the sum of $e^{{cat:d}}$, $e^{{dog:d}}$ and $e^{{bird:d}}$. The loss is "
            "its negative logarithm, $-\\ln p$: {answer:.4f}."
        ),
        settings={"task": "classification", "score_losses": ["cross_entropy"], "score": 2},
    ),
    Fault(
        "softmax",
        "Three examples, three classes, and a network that could learn them by heart. But after "
        "500 steps the loss is still above 0.55. In which line is the fault?",
        code=SOFTMAX_TWICE,
        line=6,
        mended="model = nn.Sequential(nn.Linear(3, 3))",
        because=N_(
            "`CrossEntropyLoss` wants logits: it computes the softmax itself. A softmax before it "
            "is a second one, over numbers between 0 and 1. Even a sure answer, (1, 0, 0), "
            "then gets only $e / (e + 2) = 0.58$, a loss of 0.55."
        ),
        settings={"task": "classification", "score_losses": ["cross_entropy"]},
    ),
    Choose(
        "same",
        "A network returns the logits `z`; `y` are the right classes. Which of these give the same "
        "number as `CrossEntropyLoss()(z, y)`? Choose all.",
        options=[
            Option(
                "`NLLLoss()(LogSoftmax(dim=1)(z), y)`",
                "Cross-entropy is just that: the logarithm of the softmax, and the negative of "
                "what stands at the right class. With $z = (2, 0, 0)$ and the first class both say "
                "0.2395.",
                right=True,
            ),
            Option(
                "`NLLLoss()(Softmax(dim=1)(z), y)`",
                "`NLLLoss` takes no logarithm, it only picks and turns the sign: with "
                "$z = (2, 0, 0)$ it says −0.787, and a loss below 0 is a sign that the logarithm "
                "is missing.",
            ),
            Option(
                "`CrossEntropyLoss()(Softmax(dim=1)(z), y)`",
                "That is the softmax twice: with $z = (2, 0, 0)$ it says 0.6995 in place of "
                "0.2395.",
            ),
            Option(
                "`CrossEntropyLoss()(LogSoftmax(dim=1)(z), y)`",
                "Superfluous, but the same: logarithms of probabilities are logits, too, whose "
                "softmax is those probabilities.",
                right=True,
            ),
        ],
        settings={"task": "classification", "score_losses": ["cross_entropy"], "score": 2},
    ),
    Choose(
        "accuracy",
        "In the end one asks how many pictures are named rightly. So why is that share, the "
        "accuracy, no loss to train with?",
        options=[
            Option(
                "It is to grow, and gradient descent can only make something smaller.",
                "One minus the accuracy would become smaller, and be of no more use.",
            ),
            Option(
                "Moving a weight a little changes it by nothing at all, so its slope is 0.",
                "It jumps where an answer tips over, and is flat in between. Cross-entropy tells "
                "0.51 from 0.99: for the right class that is 0.67 and 0.01.",
                right=True,
            ),
            Option(
                "It takes too long to compute.",
                "Comparing two numbers for each picture costs less than a logarithm. A metric is "
                "for people, a loss for the gradient.",
            ),
            Option(
                "It could be: it always falls and rises with the loss.",
                "Often, not always: a network that is wrong about the same pictures, and surer of "
                "it than before, has a larger loss and the same accuracy.",
            ),
        ],
        settings={"task": "classification", "score_losses": ["bce"], "axis": "probability"},
    ),
]
