"""Questions on filters."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.filters.kernels import kernel
from demos.frame.quiz import Choose, Compute, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt

PATCH, FILTER = "abcdefghi", "rstuvwxyz"
NUMBERS = {"A": "laplace", "B": "blur", "C": "sobel_x"}


def _draw_size(chance: random.Random) -> dict[str, int]:
    k = chance.choice([3, 5])
    return {
        "side": chance.randint(9, 32),
        "k": k,
        "room": chance.randint(1, k // 2),
        "stride": chance.choice([2, 3]),
    }


def _size(side: int, k: int, room: int, stride: int) -> int:
    import torch
    from torch.nn.functional import conv2d

    x, w = torch.zeros(1, 1, side, side), torch.zeros(1, 1, k, k)
    return conv2d(x, w, stride=stride, padding=room).shape[-1]


def _draw_patch(chance: random.Random) -> dict[str, int]:
    w = map(int, kernel(chance.choice(["sobel_x", "sobel_y", "laplace", "sharpen"])))
    x = {letter: chance.randint(0, 9) for letter in PATCH}
    return x | dict(zip(FILTER, w, strict=True))


def _at_place(**numbers: int) -> float:
    import torch

    from demos.filters.lesson import convolve

    x, w = (
        torch.tensor([float(numbers[letter]) for letter in letters]).view(1, 1, 3, 3)
        for letters in (PATCH, FILTER)
    )
    return convolve(x, w).item()


def _draw_stack(chance: random.Random) -> dict[str, int]:
    return {"layers": chance.randint(2, 5), "k": chance.choice([3, 5])}


def _field(layers: int, k: int) -> int:
    import torch
    from torch.nn.functional import conv1d

    row, w = torch.zeros(1, 1, 31, requires_grad=True), torch.ones(1, 1, k)
    y = row
    for _layer in range(layers):
        y = conv1d(y, w, padding=k // 2)
    y[0, 0, 15].backward()
    return int((row.grad != 0).sum())


def profiles() -> dict[str, list[tuple[float, float]]]:
    """Return what three filters make of a row across an edge from bright to dark, by letter."""
    import torch

    from demos.filters.lesson import convolve

    row = torch.tensor([1.0] * 7 + [0.75, 0.5, 0.25] + [0.0] * 7)
    x = row.expand(1, 1, 3, len(row))
    found = {}
    for letter, name in NUMBERS.items():
        w = torch.tensor(kernel(name)).view(1, 1, 3, 3)
        values = convolve(x, w).flatten().tolist()
        found[letter] = [(float(column), value) for column, value in enumerate(values, start=1)]
    return found


def _profiles() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves

    described = _("What three filters make of a row of pixels, named A, B and C")
    return lettered_curves(profiles(), _("column"), _("result"), described)


QUIZ = [
    Compute(
        "size",
        "A picture of ${side:d} \\times {side:d}$ pixels, with {room:d} more at each edge as "
        "padding, and a filter of ${k:d} \\times {k:d}$ with stride {stride:d}. How many rows does "
        "the result have?",
        draw=_draw_size,
        answer=_size,
        tolerance=0,
        because=N_(
            "With padding there are ${side:d} + 2 \\cdot {room:d}$ rows. The filter takes {k:d} of "
            "them for its first place, and each {stride:d} more are another one: "
            "$\\lfloor ({side:d} + 2 \\cdot {room:d} - {k:d}) / {stride:d} \\rfloor + 1$ = "
            "{answer:.0f}. What is left over is not looked at."
        ),
        settings={"topic": "convolve", "padding": "zeros", "stride": 2},
    ),
    Compute(
        "place",
        "A filter lies on a patch of a picture, both row by row. Which number comes out?\n\n"
        "| patch | filter |\n|---|---|\n"
        "| {a:d}, {b:d}, {c:d} | {r:d}, {s:d}, {t:d} |\n"
        "| {d:d}, {e:d}, {f:d} | {u:d}, {v:d}, {w:d} |\n"
        "| {g:d}, {h:d}, {i:d} | {x:d}, {y:d}, {z:d} |",
        draw=_draw_patch,
        answer=_at_place,
        tolerance=0,
        because=N_(
            "Number times number, nine products, and their sum: {answer:.0f}. The numbers of each "
            "of these filters add up to 0 or to 1: where all pixels are alike, the result is 0, or "
            "the pixel itself."
        ),
        settings={"topic": "convolve", "picture": "count", "kernel": kernel("laplace")},
    ),
    Choose(
        "profile",
        "A row of pixels across an edge from bright to dark. Which curve is the work of Sobel x?",
        picture=_profiles,
        options=[
            Option(
                "A",
                "Down where it begins to become darker, up where it stops: Laplace, the change of "
                "the change. On the even slope between it says 0.",
            ),
            Option(
                "B",
                "It stays between 0 and 1 and follows the picture, only softer: the blur.",
            ),
            Option(
                "C",
                "Left minus right: 0 where nothing changes, and largest where the row becomes "
                "darker fastest.",
                right=True,
            ),
        ],
        settings={"topic": "convolve", "picture": "shapes", "kernel": kernel("sobel_x")},
    ),
    Compute(
        "field",
        "{layers:d} convolutions of ${k:d} \\times {k:d}$, stride 1, stand one behind the other. "
        "On a square of how many rows of the picture does one number at the end depend?",
        draw=_draw_stack,
        answer=_field,
        tolerance=0,
        because=N_(
            "The last looks at ${k:d} \\times {k:d}$ numbers, and every convolution before it adds "
            "${k:d} - 1$ rows: $1 + {layers:d} \\cdot ({k:d} - 1)$ = {answer:.0f}. That is the "
            "receptive field. Pooling or a stride of 2 between them would make it grow faster."
        ),
        settings={"topic": "convolve", "kernel": kernel("blur")},
    ),
    Choose(
        "dense",
        "A layer makes one grey map of a grey picture, just as large. Now the pictures become "
        "twice as wide and twice as high. What happens to its number of weights?",
        options=[
            Option(
                "A convolution keeps 9, a dense layer needs 16 times as many.",
                "The filter slides further, its nine numbers stay. A dense layer has a weight for "
                "each pixel and each result, and both become four times as many.",
                right=True,
            ),
            Option(
                "Both need four times as many.",
                "There are four times as many pixels, but a filter has no weight for a pixel: the "
                "same nine are used at every place.",
            ),
            Option(
                "A convolution keeps 9, a dense layer needs four times as many.",
                "Each result would need four times as many weights, and there are four times as "
                "many results.",
            ),
            Option(
                "Neither needs more: a layer does not know the size of its pictures.",
                "That holds for the convolution alone. A dense layer refuses a picture of another "
                "size.",
            ),
        ],
        settings={"topic": "dense", "side": 8},
    ),
    Choose(
        "pooling",
        "One pixel of $8 \\times 8$ is 1, all others are 0. Three times, windows of "
        "$2 \\times 2$ are pooled. Which single number is left?",
        options=[
            Option(
                "1 with max, $\\frac{1}{64}$ with the mean.",
                "The largest of each window hands the 1 on three times. The mean quarters it three "
                "times: it says how much there is of something, max whether there is any.",
                right=True,
            ),
            Option(
                "1 with both: pooling keeps what matters.",
                "With max it does. A mean of 1, 0, 0 and 0 is $\\frac14$, and that is quartered "
                "twice more.",
            ),
            Option(
                "It depends on where the pixel lies.",
                "It does not: the windows do not overlap, so each pixel is in one, and counts as "
                "much there as any other.",
            ),
            Option(
                "1 with max, $\\frac14$ with the mean.",
                "So it is after the first time. Each time after it is quartered again.",
            ),
        ],
        settings={"topic": "pooling"},
    ),
    Choose(
        "moved",
        "A picture moves to the right by one pixel. What is true, apart from the edges? Choose "
        "all.",
        options=[
            Option(
                "The result of a convolution with stride 1 moves by one, too.",
                "The same nine numbers meet the same pixels, one place further on: what was found "
                "is found again, elsewhere.",
                right=True,
            ),
            Option(
                "Max pooling with windows of 2 gives the same numbers.",
                "Only where the largest stays in its window. In the example of the chapter 4 of 6 "
                "numbers change.",
            ),
            Option(
                "To a dense layer it is another input altogether.",
                "Each pixel has a weight of its own, and nearly every pixel now meets that of its "
                "neighbour.",
                right=True,
            ),
            Option(
                "A mean over the whole map after the convolution stays the same.",
                "What is found adds up to the same sum, wherever it lies. So networks for photos "
                "end with it.",
                right=True,
            ),
        ],
        settings={"topic": "pooling", "shift": 1},
    ),
]
