"""A place for one photo: chosen, taken, pasted or dropped; made small before it is sent."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from demos.frame.texts import N_, _
from demos.frame.wiring import at_once
from demos.widgets.widget import Widget

MAX_LENGTH = 2_000_000  # of the photo's data URL [characters]


def mark(photo: str) -> str:
    """Return what tells a photo from others, so that a late answer is not shown on a newer one."""
    return f"{len(photo)}:{photo[-24:]}"


class PhotoDrop(Widget):
    """A photo, turned upright and shrunk in the browser; its value is a data URL, "" without one.

    Events: `input` with every new photo, `expand` when the widget is on the page. What the function
    given to `answers` returns is JSON text with `mark`, see `mark`, and perhaps `overlay`, the data
    URL of a grey picture to be laid over the photo: the brighter, the more of it is seen. Until the
    answer to the photo that is shown is there, the chapter has the attribute `data-unanswered`.
    """

    def __init__(
        self,
        value: str = "",
        *,
        label: str = "Photo",
        hint: str = N_("Drop a photo here"),
        overlay_name: str = "overlay",
        examples: Sequence[tuple[str, str]] = (),
        side: int = 512,
        elem_id: str = "photo-drop",
        **kwargs: Any,
    ) -> None:
        """Lay out the place.

        Args:
            value: always "": a photo comes from the visitor only.
            label: its name, read out by screen readers.
            hint: what stands on it while it is empty.
            overlay_name: what the slider says that makes the overlay fainter or stronger.
            examples: name and data URL of pictures that one click takes.
            side: longest side of what is sent [px]; that of a panorama may be longer.
            elem_id: unique on the page.
            **kwargs: passed on to `gr.HTML`.
        """
        self.side = side
        super().__init__(
            value=value,
            label=label,
            name=label,
            hint=_(hint),
            overlay_name=overlay_name,
            examples=[list(example) for example in examples],
            side=side,
            elem_id=elem_id,
            **kwargs,
        )

    @property
    def answered(self) -> str:
        """The JavaScript that hands the answer to the place where the photo is."""
        return (
            f"(answer) => document.querySelector('#{self.elem_id} .photo-drop')"
            "?.dispatchEvent(new CustomEvent('answered', { detail: answer }))"
        )

    def answers(self, function: Callable, output: Component) -> None:
        """Call the pure function on every photo and when the place appears, without a queue.

        Its answer has a method `marked`, as that of a `Verdict`: whatever it says, also a refusal,
        is said of this photo.
        """

        @functools.wraps(function)
        def marked(photo: str) -> Any:
            return function(photo).marked(mark(photo))

        at_once([self.expand, self.input], marked, inputs=self, outputs=output).then(
            None, inputs=output, js=self.answered, api_visibility="private"
        )

    def preprocess(self, payload: Any) -> str:
        """Return the data URL; whoever opens it checks it again, since anyone can call the API.

        Raises:
            gr.Error: if it is no text, or too long.
        """
        if payload is None:
            return ""
        if not isinstance(payload, str):
            raise gr.Error(_("A photo is needed here, as text."), print_exception=False)
        if len(payload) > MAX_LENGTH:
            raise gr.Error(_("This photo is too large."), print_exception=False)
        return payload

    def postprocess(self, value: str | None) -> str:
        """Return the text as it is."""
        return value or ""

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "string"}
