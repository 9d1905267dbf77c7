"""How a page asks: which event calls which function, at once, and how errors are shown."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, get_type_hints

import gradio as gr
from gradio.components import Component

from demos.frame.languages import answering
from demos.frame.texts import said


def at_once(
    triggers: Sequence[Callable],
    function: Callable,
    inputs: Component | Sequence[Component],
    outputs: Component | Sequence[Component],
    **options: Any,
) -> Any:
    """Connect a cheap, pure handler, which bypasses the queue unless the options say otherwise.

    While a slider moves, only the newest value is computed. A handler that takes `gr.EventData`,
    such as where a chart was clicked, gets every event: of those it defers, Gradio 6 would repeat
    the data of the first. Whoever raises such events waits for the answer before the next.

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
        answering(function),
        inputs=inputs,
        outputs=outputs,
        **{**quick, **options},
    )


def tell(
    triggers: Sequence[Callable],
    inputs: Component | Sequence[Component],
    place: str,
    event: str = "settings",
) -> None:
    """Hand values to a script of the page, as a CustomEvent, without asking the server.

    None is left out: Gradio would skip what is raised while another is on its way, such as the one
    by which a board that has come just now asks for its settings.

    Args:
        triggers: events of components, upon which that is done.
        inputs: the component whose value becomes the event's `detail`; of several, a list.
        place: CSS selector of the element at which it is raised.
        event: its name.
    """
    detail = "(detail)" if isinstance(inputs, Component) else "(...detail)"
    at = f"document.querySelector('{place}')"
    js = f"{detail} => {at}?.dispatchEvent(new CustomEvent('{event}', {{ detail }}))"
    gr.on(
        list(triggers),
        None,
        inputs=inputs,
        js=js,
        trigger_mode="multiple",
        api_visibility="private",
        queue=False,
    )


def shown_errors(function: Callable, picture: Component, outputs: Sequence[Component]) -> Callable:
    """Wrap a handler of the page: its ValueError is shown in the picture, which stays as it was.

    Gradio 6 shows no gr.Error of an event that bypasses the queue, hence `picture.refusal(text)`.
    """

    @functools.wraps(function)
    def answer(*args: Any) -> Any:
        try:
            return function(*args)
        except ValueError as error:
            values = [picture.refusal(said(error)) if o is picture else gr.skip() for o in outputs]
            return values if len(values) > 1 else values[0]

    return answer
