"""Questions on networks, as the playground trains them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.frame.quiz import Choose, Compute, Fault, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt


def _draw_layers(chance: random.Random) -> dict[str, int]:
    return {"first": chance.randint(3, 9), "second": chance.randint(2, 5)}


def _numbers(first: int, second: int) -> int:
    from demos.playground.readable import make_network

    return sum(one.numel() for one in make_network(2, (first, second)).parameters())


SIZES = {"A": 10, "B": 1, "C": 1000}
FEW = {"count": 200, "epochs": 100}


def _batches() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves
    from demos.playground import controls, engine

    settings = controls.completed(FEW)
    each = [{**controls.network_of(settings), "batch_size": size} for size in SIZES.values()]
    histories = engine.compare(controls.points_of(settings), each)
    curves = {
        letter: list(zip(one["epochs"], one["train_loss"], strict=True))
        for letter, one in zip(SIZES, histories, strict=True)
    }
    described = _("The training loss over 100 epochs, three curves named A, B and C")
    return lettered_curves(curves, _("epoch"), _("training loss"), described)


IN_A_LIST = """\
from torch import nn

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = [nn.Linear(2, 4), nn.Linear(4, 1)]

    def forward(self, x):
        hidden, out = self.parts
        return out(hidden(x).tanh())

network = Network()
print(sum(p.numel() for p in network.parameters()), "parameters")
"""

QUIZ = [
    Choose(
        "border",
        "What can a single neuron of the **first** hidden layer draw in the plane of x and y, with "
        "tanh?",
        options=[
            Option(
                "A curved border: tanh is a curve.",
                "tanh bends how quickly blue turns into orange **across** the border. The border "
                "itself is where $w_1 x + w_2 y + b = 0$.",
            ),
            Option(
                "A circle, if it trains long enough.",
                "No training takes it beyond one straight border. It takes three such neurons to "
                "fence the circle in.",
            ),
            Option(
                "One straight border, with blue on one side.",
                "Where $w_1 x + w_2 y + b$ is 0 its sign turns, and that is a straight line. Bends "
                "come from the next layer, which adds up several of them.",
                right=True,
            ),
            Option(
                "Only an upright or a level border.",
                "With a weight for x and one for y the line may lie at any slant, and $b$ shifts "
                "it.",
            ),
        ],
        settings={"hidden": [1], "learning_rate": 0.1},
    ),
    Compute(
        "parameters",
        "A network has 2 inputs, hidden layers of {first:d} and {second:d} neurons, and one "
        "output. How many numbers does it learn?",
        draw=_draw_layers,
        answer=_numbers,
        tolerance=0,
        because=N_(
            "Each neuron has a weight for each neuron of the layer before, and a bias: "
            "${first:d} \\cdot (2 + 1) + {second:d} \\cdot ({first:d} + 1) + 1 \\cdot "
            "({second:d} + 1)$ = {answer:.0f}."
        ),
        settings={"hidden": [4, 2]},
    ),
    Choose(
        "names",
        "A network is put together like this:\n\n"
        "```python\n"
        "nn.Sequential(OrderedDict([\n"
        '    ("hidden", nn.Linear(2, 4)),\n'
        '    ("bend", nn.Tanh()),\n'
        '    ("out", nn.Linear(4, 1)),\n'
        "]))\n"
        "```\n\n"
        "Which names stand in its `state_dict()`? Choose all.",
        options=[
            Option(
                "`0.weight`",
                "So it would be called without the `OrderedDict`: then `Sequential` numbers its "
                "layers.",
            ),
            Option(
                "`hidden.weight`",
                "The name of the layer, a dot, the name of its parameter; a (4, 2).",
                right=True,
            ),
            Option(
                "`bend.weight`",
                "tanh learns nothing: it has a name, `network.bend`, and no parameters.",
            ),
            Option(
                "`out.bias`",
                "One number, as there is one output.",
                right=True,
            ),
        ],
        settings={"hidden": [4]},
    ),
    Fault(
        "list",
        "The network answers, but the optimizer has nothing to train: there are 0 parameters. In "
        "which line is the fault?",
        code=IN_A_LIST,
        line=6,
        mended="        self.parts = nn.ModuleList([nn.Linear(2, 4), nn.Linear(4, 1)])",
        because=N_(
            "An `nn.Module` knows the layers that are its attributes, or stand in an "
            "`nn.ModuleList` or `nn.Sequential`. Into a list of Python it does not look, so that "
            "`parameters()`, `to(device)` and `state_dict()` miss them."
        ),
        settings={"hidden": [4]},
    ),
    Choose(
        "batches",
        "Three networks train for 100 epochs on the same 100 points: with batches of 1, of 10, and "
        "with all points in one batch. Which curve is that of the one batch?",
        picture=_batches,
        options=[
            Option(
                "A",
                "Smooth, and well on its way: ten steps an epoch, each the mean of ten points.",
            ),
            Option(
                "B",
                "Down first, and staggering: 100 steps an epoch, each of which follows a single "
                "point.",
            ),
            Option(
                "C",
                "One step an epoch, 100 in all: perfectly smooth, and the loss has hardly left "
                "0.69.",
                right=True,
            ),
        ],
        settings={
            **FEW,
            "compare": ";".join(f"batch_size:{size}" for size in SIZES.values()),
        },
    ),
    Choose(
        "deep",
        "Six layers of sigmoid neurons, with weights of about 1. How much of a gradient gets "
        "through the six sigmoids on its way back, at most?",
        options=[
            Option(
                "All of it: only the weights change a gradient.",
                "On the way back the gradient is multiplied by the slope of each activation, too.",
            ),
            Option(
                "½ to the sixth, 0.0156, since $\\sigma(0) = ½$.",
                "What counts is not the value of the sigmoid but its slope, and that is ¼ there.",
            ),
            Option(
                "¼ to the sixth, 0.00024.",
                "No sigmoid is steeper than ¼. That is why the first of many layers hardly learn, "
                "and why ReLU is used there: its slope is 1 wherever it is not 0.",
                right=True,
            ),
            Option(
                "A sixth: it is shared out among the layers.",
                "It is not shared out: it is **multiplied**, layer after layer.",
            ),
        ],
        settings={
            "hidden": [6, 6, 6, 6, 6, 6],
            "initialisation": "he",
            "epochs": 200,
            "compare": "activation:relu;activation:tanh;activation:sigmoid",
        },
    ),
]
