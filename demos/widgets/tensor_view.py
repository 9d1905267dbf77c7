"""Tensors as they are: boxes of numbers with their shapes, ghosts, and what went wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from demos.widgets.widget import Widget


@dataclass(frozen=True)
class Box:
    """One tensor.

    Attributes:
        name: what it is called: code.
        shape: its sizes; () of a single number, None of what is no tensor.
        values: its numbers, row by row; texts for nan and inf.
        dtype: such as "float32".
        note: a line below it.
        hidden: how many numbers are not shown.
        ghosts: for each number, whether it is read again and stored nowhere.
        misfit: the dimension that does not fit, −1 for the last.
        error: what torch says instead.
    """

    name: str
    shape: Sequence[int] | None = None
    values: Sequence[Any] = ()
    dtype: str = ""
    note: str = ""
    hidden: int = 0
    ghosts: Sequence[bool] = ()
    misfit: int | None = None
    error: str = ""


@dataclass(frozen=True)
class Line:
    """Boxes and signs from left to right.

    Attributes:
        parts: boxes, and texts such as "+" between them.
        terms: where the third box is the product of the first two: for each of its numbers, how it
            came about. Pointing at a number lights its row and its column.
    """

    parts: Sequence[Box | str]
    terms: Sequence[str] = ()


@dataclass(frozen=True)
class Lines:
    """What a `TensorView` shows.

    Attributes:
        lines: top to bottom; None keeps what is shown.
        caption: a sentence above them.
        warning: what went wrong.
    """

    lines: Sequence[Line] | None
    caption: str = ""
    warning: str = ""


class TensorView(Widget):
    """Tensors in lines; its value is a `Lines`. Events: `expand` when it is on the page."""

    def refusal(self, sentence: str) -> Lines:
        """Return the value that keeps the picture and says why there is no new one."""
        return Lines(None, warning=sentence)

    def postprocess(self, value: Lines | None) -> str | None:
        """Turn the lines into JSON text: Gradio compares and copies text fastest."""
        if value is None:
            return None
        return json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":"))
