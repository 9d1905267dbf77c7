"""Formulas with the numbers of the current step in them, typeset by KaTeX."""

from __future__ import annotations

import re
from typing import Any

import gradio as gr

# {loss:.2f} is a number of the current step; TeX's own braces hold no colon and format.
_SLOT = re.compile(r"\{([a-z_.]+):([.\w]+)\}")
_DELIMITERS = [
    {"left": "$$", "right": "$$", "display": True},
    {"left": "$", "right": "$", "display": False},
]

def slots(formulas: str) -> str:
    r"""Return the Markdown in which every `{field:.2f}` is a place that the LiveChart fills.

    A field is a column of `run`, a parameter of the `Run`, or `series.column`. KaTeX sets the
    placeholder as text, hence hyphens for underscores.

    >>> slots("$L = {loss:.2f}$")
    '$L = \\text{@loss:.2f@}$'
    """
    return _SLOT.sub(
        lambda match: rf"\text{{@{match[1].replace('_', '-')}:{match[2]}@}}",
        formulas,
    )

class Blackboard(gr.Markdown):
    """Markdown with formulas; the numbers follow the LiveChart of the same chapter."""

    def __init__(self, formulas: str = "", **kwargs: Any) -> None:
        """Set up the board with its formulas, see `slots`."""
        super().__init__(
            formulas,
            latex_delimiters=_DELIMITERS,
            elem_classes=["blackboard"],
            show_label=False,
            container=False,
            **kwargs,
        )

    def postprocess(self, value: str | None) -> str | None:
        """Turn the numbers' names into places to fill."""
        return super().postprocess(None if value is None else slots(value))

    def get_block_name(self) -> str:
        """Tell the page that this is a Markdown component."""
        return "markdown"
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component
