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


@dataclass(frozen=True)
class Line:
    """A line through places.

    Attributes:
        frames: each the places of one moment.
        colour: number of the palette, 0 to 5; −1 is grey.
    """

    frames: Sequence[Sequence[Point]]
    colour: int = 0


@dataclass(frozen=True)
class Dots:
    """Dots at places.

    Attributes:
        frames: each the places of one moment.
        colours: of each dot, in every frame; of one frame for all.
    """

    frames: Sequence[Sequence[Point]]
    colours: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Bars:
    """Bars beside each other, from the bottom.

    Attributes:
        frames: each the heights of one moment.
        colour: as of a line.
    """

    frames: Sequence[Sequence[float]]
    colour: int = 0


@dataclass(frozen=True)
class Cells:
    """A grid of cells, in the middle.

    Attributes:
        frames: each the rows of one moment, from the top; 0 is paper, 1 ink, −1 the other colour.
    """

    frames: Sequence[Sequence[Sequence[float]]]


Layer = Line | Dots | Bars | Cells


def scaled(values: Sequence[float], low: float, high: float) -> list[float]:
    """Return values as shares of the way from `low` to `high`, kept within the picture."""
    return [min(1.0, max(0.0, (value - low) / (high - low))) for value in values]


def sampled(rows: Sequence[Any], count: int = 20) -> list[Any]:
    """Return so many of the rows, evenly, the first and the last among them."""
    count = min(count, len(rows))
    return [rows[round(at * (len(rows) - 1) / max(1, count - 1))] for at in range(count)]


def to_json(layers: Sequence[Layer]) -> list[dict[str, Any]]:
    """Return layers as the page reads them, with three decimals."""
    return [
        {
            "kind": type(layer).__name__.lower(),
            **{name: _rounded(value) for name, value in vars(layer).items()},
        }
        for layer in layers
    ]


def _rounded(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_rounded(one) for one in value]
    return round(value, 3) if isinstance(value, float) else value
