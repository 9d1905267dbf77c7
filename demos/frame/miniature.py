"""Miniatures: the living picture of a chapter on the course map, made of what the chapter computes.

A miniature is a few layers on top of each other, each with its frames; the page plays them. Places
are shares of the picture: x from left to right, y from the bottom to the top, 0 to 1; the picture
is twice as wide as high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
# As pictures.js draws it: the size of the picture, and what stays free around places.
WIDE, HIGH, EDGE = 200, 100, 10


@dataclass(frozen=True)
class Line:
    """A line through places.

    Attributes:
        frames: each the places of one moment.
        colour: number of the palette, 0 to 5; −1 is grey.
        width: of the line, where the picture is 200 wide.
    """

    frames: Sequence[Sequence[Point]]
    colour: int = 0
    width: float = 3


@dataclass(frozen=True)
class Dots:
    """Dots at places.

    Attributes:
        frames: each the places of one moment.
        colours: of each dot, in every frame; of one frame for all.
        size: radius of a dot, where the picture is 200 wide.
    """

    frames: Sequence[Sequence[Point]]
    colours: Sequence[Sequence[int]]
    size: float = 3.6


@dataclass(frozen=True)
class Bars:
    """Bars beside each other, from the bottom.

    Attributes:
        frames: each the heights of one moment.
        colour: as of a line.
        span: where the first begins and the last ends.
    """

    frames: Sequence[Sequence[float]]
    colour: int = 0
    span: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Cells:
    """A grid of square cells, as large as there is room, in the middle of its span.

    Attributes:
        frames: each the rows of one moment, from the top; 0 is paper, 1 ink, −1 the other colour.
        colour: of the ink, as of a line.
        span: where there is room for it.
    """

    frames: Sequence[Sequence[Sequence[float]]]
    colour: int = 0
    span: tuple[float, float] = (0.0, 1.0)


Layer = Line | Dots | Bars | Cells


def scaled(values: Sequence[float], low: float, high: float) -> list[float]:
    """Return values as shares of the way from `low` to `high`, kept within the picture."""
    return [min(1.0, max(0.0, (value - low) / (high - low))) for value in values]


def sampled(rows: Sequence[Any], count: int = 20) -> list[Any]:
    """Return so many of the rows, evenly, the first and the last among them."""
    count = min(count, len(rows))
    return [rows[round(at * (len(rows) - 1) / max(1, count - 1))] for at in range(count)]


def middle_of(row: int, column: int, rows: int, columns: int) -> Point:
    """Return the place of a cell's middle in `Cells` without a span of their own."""
    side = min((HIGH - EDGE) / rows, (WIDE - EDGE) / columns)
    x = WIDE / 2 + (column + 0.5 - columns / 2) * side
    y = HIGH / 2 - (row + 0.5 - rows / 2) * side
    return (x - EDGE) / (WIDE - 2 * EDGE), (y - EDGE) / (HIGH - 2 * EDGE)


def to_json(layers: Sequence[Layer]) -> list[dict[str, Any]]:
    """Return layers as the page reads them: places with three decimals, shades with two."""
    return [
        {
            "kind": type(layer).__name__.lower(),
            **{
                name: _rounded(value, 2 if isinstance(layer, Cells) else 3)
                for name, value in vars(layer).items()
            },
        }
        for layer in layers
    ]


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, (list, tuple)):
        return [_rounded(one, digits) for one in value]
    short = round(value, digits)
    return int(short) if short == int(short) else short
