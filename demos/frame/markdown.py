"""Markdown with formulas as HTML, where Gradio's own Markdown does not stand: quiz, worksheet.

Formulas become MathML, which browsers draw by themselves.
"""

from __future__ import annotations

import functools
from typing import Any


@functools.cache
def _reader() -> Any:
    from latex2mathml.converter import convert
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    def formula(tex: str, options: dict[str, Any]) -> str:
        return convert(tex, display="block" if options["display_mode"] else "inline")

    # HTML within is shown as it is written.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    return reader.use(dollarmath_plugin, renderer=formula)


def blocks(text: str) -> str:
    """Return Markdown of paragraphs, lists and code as HTML."""
    return _reader().render(text).strip()


def line(text: str) -> str:
    """Return Markdown of one line as HTML, without a paragraph around it."""
    return _reader().renderInline(text).strip()
