"""What all widgets share."""

from __future__ import annotations

import functools
from typing import Any

import gradio as gr


class Widget(gr.HTML):
    """A `gr.HTML` without stray event listeners among its properties.

    Gradio takes every word that stands quoted in `js_on_load` for an event, and so an argument of
    that name ('table', 'note', …) for its listener. Each of them holds the whole app, which Gradio
    then copies for every visitor: a second per page.
    """

    def get_config(self) -> dict[str, Any]:
        """Return the properties that the page needs."""
        config = super().get_config()
        return {
            name: value
            for name, value in config.items()
            if not isinstance(value, functools.partial)
        }
