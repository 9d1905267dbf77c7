"""How the page asks for what is cheap to compute: at once, and in the language of the page."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, get_type_hints

import gradio as gr
from gradio.components import Component

from demos.frame.texts import in_this_language


def at_once(
    triggers: Sequence[Callable],
    function: Callable,
    inputs: Component | Sequence[Component],
    outputs: Component | Sequence[Component],
    **options: Any,
) -> Any:
    """Connect a cheap, pure handler (< 50 ms) that bypasses the queue.

    While a slider moves, only the newest value is computed. A handler that takes `gr.EventData`, such
    as where a chart was clicked, gets every event: of those it defers, Gradio 6 would repeat the
    data of the first. Whoever raises such events waits for the answer before the next.

    Args:
        triggers: events of components.
        function: the handler.
        inputs: components whose values are its arguments.
        outputs: components to update.
        **options: passed on to `gr.on`, such as `preprocess` or `trigger_mode`.
    """
    carries_data = gr.EventData in get_type_hints(inspect.unwrap(function)).values()
    quick = {
        "queue": False,
        "trigger_mode": "multiple" if carries_data else "always_last",
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    return gr.on(
        list(triggers),
        in_this_language(function),
        inputs=inputs,
        outputs=outputs,
        **{**quick, **options},
    )
