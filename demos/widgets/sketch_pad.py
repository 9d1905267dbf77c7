"""A pad to draw on with mouse, finger, pen or keyboard; it sends the sketch while it is drawn.

Its value is text: the strokes (about 150 characters for a digit, short enough for a link), or a
photo that was chosen, dropped or pasted, as data URL; an empty pad has the value "". `picture`
turns either into a picture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.frame.texts import N_, _
from demos.frame.wiring import at_once
from demos.widgets.widget import Widget
from models.sentences import refusal

if TYPE_CHECKING:
    from PIL import Image


GRID = 504  # the pad's width and height in the units of the strokes
SIDE = 168  # the picture's width and height [px]
MAX_LENGTH = 20_000  # of the strokes' text [characters]
MAX_PHOTO = 2_000_000  # of a photo's data URL [characters]
_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_DIGIT = {character: digit for digit, character in enumerate(_CODE)}

Stroke = tuple[int, list[tuple[int, int]]]


def decode(text: str) -> list[Stroke]:
    """Read strokes: their width and their points, in units of `GRID`.

    Strokes are joined by "."; each is its width (one digit of base 64), its first point (two digits
    for x, two for y), and one digit for every following dx and dy, from −32 to 31.

    Raises:
        ValueError: if the text is no sketch.
    """
    wrong = refusal("This is not a sketch: draw it on the pad, or copy the whole link.")
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise wrong
    strokes: list[Stroke] = []
    for part in filter(None, text.split(".")):
        try:
            width, x1, x0, y1, y0, *deltas = (_DIGIT[character] for character in part)
        except (KeyError, ValueError):
            raise wrong from None
        if len(deltas) % 2 or not width:
            raise wrong
        x, y = 64 * x1 + x0, 64 * y1 + y0
        points = [(x, y)]
        for dx, dy in zip(deltas[::2], deltas[1::2], strict=True):
            x, y = x + dx - 32, y + dy - 32
            points.append((x, y))
        if not all(0 <= x < GRID and 0 <= y < GRID for x, y in points):
            raise wrong
        strokes.append((width, points))
    return strokes


def encode(strokes: list[Stroke]) -> str:
    """Write strokes as `decode` reads them; long moves are cut into short ones."""
    parts = []
    for width, points in strokes:
        x, y = points[0]
        text = _CODE[width] + _CODE[x >> 6] + _CODE[x & 63] + _CODE[y >> 6] + _CODE[y & 63]
        for to_x, to_y in points[1:]:
            while (x, y) != (to_x, to_y):
                dx, dy = (max(-32, min(31, d)) for d in (to_x - x, to_y - y))
                text += _CODE[dx + 32] + _CODE[dy + 32]
                x, y = x + dx, y + dy
        parts.append(text)
    return ".".join(parts)


def picture(value: str) -> Image.Image | None:
    """Return the pad's value as a picture, `SIDE` × `SIDE`, black on white; None if it is empty.

    A photo keeps its own size and colours.

    Raises:
        ValueError: with one sentence, if the value is neither strokes nor a picture.
    """
    if isinstance(value, str) and value.startswith("data:"):
        from models.images import decode_data_url, open_image

        return open_image(decode_data_url(value))
    strokes = decode(value or "")
    if not strokes:
        return None
    from PIL import Image, ImageDraw

    # Drawn three times as large and averaged: smooth edges.
    image = Image.new("L", (GRID, GRID), 255)
    pen = ImageDraw.Draw(image)
    for width, points in strokes:
        radius = width / 2
        if len(points) > 1:
            pen.line(points, fill=0, width=width, joint="curve")
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return image.reduce(GRID // SIDE)


class SketchPad(Widget):
    """A drawing pad with undo, clear, width of the pen, and photos.

    While the visitor draws it raises `input`, at most 40 times a second, and never before the
    answer to the last has arrived (or three seconds have passed): connect it with `answers`, or say
    `.then(None, js=pad.answered)` behind its handler. `expand` asks for the first answer.
    """

    def __init__(
        self,
        value: str = "",
        *,
        label: str = N_("Sketch"),
        hint: str = N_("Draw here"),
        faint: str = "",
        pen: int = 30,
        photo: bool = True,
        elem_id: str = "sketch-pad",
        **kwargs: Any,
    ) -> None:
        """Lay out the pad.

        Args:
            value: strokes to start with.
            label: the pad's name, read out by screen readers.
            hint: what stands on the empty pad.
            faint: strokes that stand there, too, and invite to draw such as these.
            pen: width of the pen, 4 to 60, where the pad is 504 wide.
            photo: whether a photo may be chosen, dropped or pasted instead.
            elem_id: unique on the page.
            **kwargs: passed on to `gr.HTML`.
        """
        self.hint = hint
        self.pen = pen
        self.photo = photo
        super().__init__(
            value=value,
            label=label,
            name=_(label),
            hint=_(hint),
            faint=faint,
            pen=pen,
            photo=photo,
            elem_id=elem_id,
            **kwargs,
        )

    @property
    def answered(self) -> str:
        """The JavaScript that tells the pad what answer came: JSON text with `mark`."""
        selector = f"#{self.elem_id} .sketch-pad"
        return (
            f"(answer) => document.querySelector('{selector}')"
            "?.dispatchEvent(new CustomEvent('answered', { detail: answer }))"
        )

    def answers(self, function: Callable, inputs: list, outputs: list) -> None:
        """Call the function on every sketch and when the pad appears, without a queue.

        It must be pure. At most one call per visitor is on its way; the last is always made. The
        last output is JSON text with `mark`, see `photo_drop.mark`: of which sketch it is said.
        """
        at_once(
            [self.expand, self.input],
            function,
            inputs=inputs,
            outputs=outputs,
            trigger_mode="multiple",
        ).then(None, inputs=outputs[-1], js=self.answered, api_visibility="private")

    def preprocess(self, payload: Any) -> str:
        """Return the text; see `picture`.

        Raises:
            gr.Error: if it is no text, or too long.
        """
        if payload is None:
            return ""
        if not isinstance(payload, str):
            raise gr.Error(_("A sketch or a photo is needed here, as text."), print_exception=False)
        if len(payload) > (MAX_PHOTO if payload.startswith("data:") else MAX_LENGTH):
            raise gr.Error(_("This sketch or photo is too large."), print_exception=False)
        return payload

    def postprocess(self, value: str | None) -> str:
        """Return the text as it is."""
        return value or ""

    def check(self, text: str) -> str:
        """Return the strokes that a link holds.

        Raises:
            ValueError: if they are none.
        """
        try:
            decode(text)
        except ValueError:
            raise refusal("a sketch is needed, as “Copy link” writes it") from None
        return text

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "string"}
