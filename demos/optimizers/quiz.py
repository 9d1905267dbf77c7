"""Questions on optimizers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.frame.quiz import Choose, Compute, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt


def _draw_slope(chance: random.Random) -> dict[str, float]:
    return {
        "slope": chance.randint(2, 6),
        "rate": chance.choice([0.1, 0.2, 0.5]),
        "beta": chance.choice([0.5, 0.8, 0.9]),
    }


def _second_step(slope: float, rate: float, beta: float) -> float:
    import torch

    place = torch.tensor(0.0, requires_grad=True)
    optimizer = torch.optim.SGD([place], lr=rate, momentum=beta)
    places = []
    for _step in range(2):
        optimizer.zero_grad()
        (slope * place).backward()
        optimizer.step()
        places.append(place.item())
    return places[0] - places[1]


def _heights(surface: str, letters: dict[str, tuple[str, float]], steps: int) -> dict[str, list]:
    """Return the height over the steps: letter → (optimizer, learning rate)."""
    from demos.optimizers.lesson import START, walk

    return {
        letter: [
            (row["step"], row["loss"])
            for row in walk(surface, **START[surface], learning_rate=rate, momentum=0.9,
                            steps=steps, optimizers=[name])
        ]
        for letter, (name, rate) in letters.items()
    }  # fmt: skip


def _rates() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves

    curves = _heights("ravine", {"A": ("sgd", 0.01), "B": ("sgd", 0.05), "C": ("sgd", 0.068)}, 60)
    described = _("The height over 60 steps, three curves named A, B and C")
    return lettered_curves(curves, _("step"), _("height"), described, log=True)


def _saddle() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves

    letters = {"A": ("momentum", 0.05), "B": ("sgd", 0.05), "C": ("rmsprop", 0.05)}
    curves = _heights("saddle", letters, 100)
    described = _("The height over 100 steps, three curves named A, B and C")
    return lettered_curves(curves, _("step"), _("height"), described, domain=(0, 1.5))


QUIZ = [
    Choose(
        "rate",
        "SGD walks down the ravine with three learning rates. Which curve is of a rate that is too "
        "high?",
        picture=_rates,
        options=[
            Option(
                "A",
                "It falls at first, then it creeps: a rate that is too low for the gentle slope "
                "along the ravine, 0.01.",
            ),
            Option(
                "B",
                "It falls all the way, soon by the same share each step: 0.05 is a good rate.",
            ),
            Option(
                "C",
                "Each step leaps across the ravine and lands higher than it started: with 0.068, "
                "$y$ is multiplied by $1 - 30 \\cdot 0.068 = -1.04$.",
                right=True,
            ),
        ],
        settings={"surface": "ravine", "optimizers": ["sgd"], "learning_rate": 0.068},
    ),
    Choose(
        "saddle",
        "Three walkers start beside the saddle, each with $\\eta = 0.05$. Which curve is that of "
        "plain SGD?",
        picture=_saddle,
        options=[
            Option(
                "A",
                "Before it leaves the saddle it swings up and down: it has a memory of where it "
                "went. This is momentum.",
            ),
            Option(
                "B",
                "At the saddle, at height ½, the slope is almost 0, and the step of SGD is the "
                "slope times $\\eta$ and nothing else: it stays there.",
                right=True,
            ),
            Option(
                "C",
                "The saddle does not stop it: RMSprop divides the slope by its own size, so that a "
                "tiny one makes steps of full length.",
            ),
        ],
        settings={
            "surface": "saddle",
            "x": -3,
            "y": 0.001,
            "optimizers": ["sgd", "momentum", "rmsprop"],
        },
    ),
    Compute(
        "momentum",
        "The slope is {slope:d} everywhere. SGD with momentum, $\\beta = {beta:g}$ and "
        "$\\eta = {rate:g}$, starts to walk. How long is its **second** step? Two decimals are "
        "enough.",
        draw=_draw_slope,
        answer=_second_step,
        tolerance=0.01,
        because=N_(
            "The memory is $m = g$ after the first slope and $\\beta m + g$ after the second, with "
            "$g = {slope:d}$ and $\\beta = {beta:g}$. The step is {rate:g} times that: "
            "{answer:.2f}. On an even slope momentum gets faster and faster, up to "
            "$\\frac{1}{1 - \\beta}$ times."
        ),
        settings={"surface": "bowl", "optimizers": ["sgd", "momentum"], "board": "momentum"},
    ),
    Choose(
        "first",
        "Adam starts with $\\eta = 0.05$. How long is its first step where the slope is 1,000, and "
        "how long where it is 0.001?",
        options=[
            Option("50 and 0.00005", "So would SGD step: $\\eta$ times the slope."),
            Option(
                "0.05 both times",
                "The slope is divided by its own size, so that only its sign is left: the first "
                "step is $\\eta$ long, however steep it is.",
                right=True,
            ),
            Option(
                "0.05 where it is steep, next to nothing where it is flat",
                "Not the slope decides, but the slope compared with those before it; and so far "
                "there is only this one.",
            ),
            Option(
                "Nothing yet: it must first fill its memory.",
                "The memory starts at 0, but Adam divides by the share that is filled, so that the "
                "first step counts in full.",
            ),
        ],
        settings={"surface": "ravine", "optimizers": ["sgd", "adam"], "board": "adam"},
    ),
    Choose(
        "adam",
        "What does Adam do that plain SGD does not? Choose all.",
        options=[
            Option(
                "It goes on in the direction of earlier slopes.",
                "This is its momentum: $m$, a running mean of the slopes.",
                right=True,
            ),
            Option(
                "It finds the lowest of many minima.",
                "From the start of “many minima” both stop in the first hollow, at a height of "
                "1.038.",
            ),
            Option(
                "It gives every parameter a step length of its own.",
                "Each is divided by $\\sqrt v$, the size of its own slopes: in the ravine it walks "
                "diagonally, though it is 30 times as steep across.",
                right=True,
            ),
            Option(
                "It does without a learning rate.",
                "$\\eta$ says how long its steps are, about 0.05 each with $\\eta = 0.05$: too "
                "long a step does not settle, too short a one does not arrive.",
            ),
        ],
        settings={"surface": "many_minima", "optimizers": ["sgd", "adam"], "steps": 200},
    ),
    Choose(
        "decay",
        "AdamW with a weight decay of 0.1 and $\\eta = 0.05$: a weight is 4, and its gradient is "
        "0. What does a step do to it?",
        options=[
            Option(
                "Nothing: without a gradient there is no step.",
                "The loss does not pull, but the decay does, at every step.",
            ),
            Option(
                "It makes the weight 3.98.",
                "It is multiplied by $1 - 0.05 \\cdot 0.1 = 0.995$. A weight that the loss "
                "does not need shrinks to 0, step by step.",
                right=True,
            ),
            Option(
                "It leaves the weight, and lowers the learning rate by a tenth.",
                "That would be a schedule. Weight decay pulls weights towards 0, and does not "
                "touch $\\eta$.",
            ),
            Option(
                "It sets the weight to 0, since nothing needs it.",
                "It takes a small share of it, half a percent at each step: after 100 steps 2.4 "
                "are left.",
            ),
        ],
        settings={"surface": "bowl", "optimizers": ["adam", "adamw"], "board": "adamw"},
    ),
]
