"""Questions on one neuron."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.frame.quiz import Choose, Compute, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt


def _draw(chance: random.Random) -> dict[str, float]:
    return {
        "x": chance.randint(-3, 3),
        "y": chance.randint(-3, 3),
        "w": chance.choice([-2, -1.5, -1, 0.5, 1, 2]),
        "v": chance.choice([-2, -1, -0.5, 1, 1.5, 2]),
        "b": chance.choice([-1, -0.5, 0.5, 1]),
    }


def _sigmoid(x: float, y: float, w: float, v: float, b: float) -> float:
    import torch

    return torch.sigmoid(torch.tensor(w * x + v * y + b)).item()


def _draw_count(chance: random.Random) -> dict[str, int]:
    return {"inputs": chance.randint(3, 40), "outputs": chance.randint(2, 12)}


def _count(inputs: int, outputs: int) -> int:
    from torch import nn

    return sum(parameter.numel() for parameter in nn.Linear(inputs, outputs).parameters())


def _shapes() -> alt.Chart:
    import torch

    from demos.neuron.lesson import value_and_slope
    from demos.pictures.lettered import lettered_curves

    z = torch.linspace(-4, 4, 41)
    curves = {
        letter: list(zip(z.tolist(), value_and_slope(name, z)[0].tolist(), strict=True))
        for letter, name in {"A": "sigmoid", "B": "tanh", "C": "relu"}.items()
    }
    described = _("Three curves over z, named A, B and C")
    return lettered_curves(curves, "z", "f(z)", described, domain=(-1.2, 2.2))


QUIZ = [
    Choose(
        "bias",
        "What can a neuron $\\hat y = w \\cdot x + b$ do with its bias $b$ that it cannot do "
        "without?",
        options=[
            Option(
                "Answer with a number other than 0 when the input is 0.",
                "With $x = 0$ the product is 0 whatever $w$ is: only $b$ is left. Without a bias "
                "every line goes through the origin; 0 °C could never be 32 °F.",
                right=True,
            ),
            Option(
                "Make the line steeper.",
                "How steep the line is says $w$ alone; $b$ moves it up and down.",
            ),
            Option(
                "Bend the line.",
                "With or without $b$ it stays a straight line. It takes an activation function to "
                "bend it.",
            ),
            Option(
                "Learn faster, since there are more parameters.",
                "A bias adds one number to be learned. It makes other lines possible, not faster "
                "steps.",
            ),
        ],
        settings={"topic": "celsius", "line": [1.8, 0]},
    ),
    Compute(
        "sigmoid",
        "A neuron has the weights $w_1 = {w:.1f}$, $w_2 = {v:.1f}$ and the bias $b = {b:.1f}$, and "
        "bends its sum with the sigmoid. What does it answer to $x_1 = {x:d}$, $x_2 = {y:d}$? Two "
        "decimals are enough.",
        draw=_draw,
        answer=_sigmoid,
        tolerance=0.01,
        because=N_(
            "First the sum, $z = w_1 x_1 + w_2 x_2 + b$, then "
            "$\\sigma(z) = \\frac{1}{1 + e^{-z}}$: {answer:.4f}."
        ),
        settings={"topic": "logic", "unit": "sigmoid"},
    ),
    Choose(
        "shapes",
        "Which of these curves is the sigmoid?",
        picture=_shapes,
        options=[
            Option("A", "It runs from 0 to 1, and is ½ at $z = 0$.", right=True),
            Option("B", "This one runs from −1 to 1 through 0: it is tanh."),
            Option("C", "This one is 0 on the left and $z$ on the right: it is ReLU."),
        ],
        settings={"topic": "activation"},
    ),
    Choose(
        "xor",
        "Which of these can **one** neuron learn, with two inputs and a threshold? Choose all.",
        options=[
            Option("AND", "One line parts (1, 1) from the other three corners.", right=True),
            Option("NAND", "The same line as for AND, with all signs turned round.", right=True),
            Option("OR", "One line parts (0, 0) from the other three corners.", right=True),
            Option(
                "XOR",
                "Its two 1s lie in opposite corners: no line has both on one side and the two 0s "
                "on the other. Three right answers of four are the most.",
            ),
        ],
        settings={"topic": "logic", "gate": "XOR", "neuron": [20, 20, -10]},
    ),
    Choose(
        "layers",
        "Two layers stand one behind the other, **without** an activation function between them. "
        "What can they do that one layer cannot?",
        options=[
            Option(
                "Nothing: multiplied out they are one layer.",
                "$v(wx + b) + c = (vw)x + (vb + c)$: again a weight times $x$ plus a bias.",
                right=True,
            ),
            Option(
                "Draw curves, because there are more weights.",
                "A line through a line is a line, with however many weights. What bends is the "
                "function between the layers.",
            ),
            Option(
                "Learn XOR.",
                "XOR needs a bend. Two layers can do it, but only with an activation function "
                "between them.",
            ),
        ],
        settings={"topic": "layers", "between": "identity"},
    ),
    Compute(
        "parameters",
        "How many numbers does `nn.Linear({inputs:d}, {outputs:d})` learn?",
        draw=_draw_count,
        answer=_count,
        tolerance=0,
        because=N_(
            "${inputs:d} \\cdot {outputs:d}$ weights, one for each input of each neuron, and "
            "{outputs:d} biases, one for each neuron: {answer:.0f}."
        ),
        settings={"topic": "layers"},
    ),
]
