"""Formulas with the numbers of the current step in them, typeset by KaTeX."""

from __future__ import annotations

import re
from typing import Any

import gradio as gr

# {loss:.2f} is a number of the current step; TeX's own braces hold no colon and format.
_SLOT = re.compile(r"\{([a-z_.]+):([+.\w]+)\}")
LATEX = [
    {"left": "$$", "right": "$$", "display": True},
    {"left": "$", "right": "$", "display": False},
]


def slots(formulas: str) -> str:
    r"""Return the Markdown in which every `{field:.2f}` is a place that the LiveChart fills.

    A field is a column of `run`, a parameter of the `Run`, or `series.column`. KaTeX sets the
    placeholder as text, hence hyphens for underscores.

    Whoever checks a board with a calculator should find what it says: a factor has six digits that
    count, `.6s`, a product one fewer, `.5s`; or five and four, where room is scarce. A summand with
    its sign is `+.6s`.

    >>> slots("$L = {loss:.2f}$")
    '$L = \\text{@loss:.2f@}$'
    """
    return _SLOT.sub(
        lambda match: rf"\text{{@{match[1].replace('_', '-')}:{match[2]}@}}",
        formulas,
    )


def blackboard(
    formulas: str = "", *, columns: int = 2, by_step: bool = False, **kwargs: Any
) -> gr.Markdown:
    """Lay out Markdown with formulas; its numbers follow the LiveChart of the same chapter.

    Args:
        formulas: Markdown with slots; every paragraph is a cell. What a picture returns for the
            board later goes through `slots` first.
        columns: 2, or 3 where the lines belong together in threes; one on a phone.
        by_step: show one paragraph only, that of the current step.
        **kwargs: passed on to `gr.Markdown`.
    """
    return gr.Markdown(
        slots(formulas),
        latex_delimiters=LATEX,
        elem_classes=["blackboard", "by-step" if by_step else f"columns-{columns}"],
        container=False,
        **kwargs,
    )
