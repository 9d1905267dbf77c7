"""Sketches that tasks begin with, as the pad writes them."""

from __future__ import annotations

import math

from demos.widgets.sketch_pad import Stroke, encode


def _oval(across: int, dots: tuple[Stroke, ...] = ()) -> str:
    turns = [2 * math.pi * i / 24 for i in range(25)]
    points = [
        (round(250 + across * math.sin(turn)), round(255 - 175 * math.cos(turn))) for turn in turns
    ]
    return encode([(30, points), *dots])


def _flag(length: int) -> str:
    """Return a 1 whose flag, as it grows, makes it a 7."""
    return encode([(30, [(260 - length, 90 + round(0.6 * length)), (260, 90), (260, 430)])])


def _star() -> str:
    turns = [(math.pi * i / 5, radius) for i, radius in enumerate([180, 72] * 5 + [180])]
    points = [(250 + round(r * math.sin(t)), 250 - round(r * math.cos(t))) for t, r in turns]
    return encode([(30, points)])


FIGURES = {
    "zero": _oval(120),
    "dotted": _oval(120, ((44, [(248, 255), (252, 255)]),)),
    "square": encode([(30, [(120, 120), (380, 120), (380, 380), (120, 380), (120, 120)])]),
    "seven": encode([(30, [(150, 100), (360, 100), (230, 430)])]),
    "one": _flag(0),
    "between": _flag(70),
    "flag": _flag(80),
    "star": _star(),
}
