"""All controls of a chapter as one component: its value is their settings, a dict."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from demos.frame.knobs import Knobs, Number, Text
from demos.frame.texts import said
from demos.frame.wiring import at_once, shown_errors
from demos.widgets.widget import Widget

_count = itertools.count(1)
_PLACE = Number(-1e6, 1e6)
_PANEL = Number(0, 999, whole=True)
_KEY, _WORD = Number(0, 1e6, whole=True), Text(most=40)


@dataclass(frozen=True)
class Place:
    """Where a chart was clicked, or to where a point of it was dragged.

    Attributes:
        panel: the number of the chart.
        x: in the units of its axis.
        y: in the units of its axis; None where that holds no numbers.
        key: of the point that was clicked or dragged; None beside all points.
    """

    panel: int
    x: float
    y: float | None
    key: int | str | None = None

    @classmethod
    def of(cls, event: gr.EventData) -> Place:
        """Read what the browser, or a stranger, has sent.

        Raises:
            ValueError: naming what is no number, or no key.
        """
        panel, x, y = (getattr(event, name, None) for name in ("panel", "x", "y"))
        y = None if isinstance(y, str) else y
        key = getattr(event, "key", None)
        if isinstance(key, str):
            key = _WORD.check(key, "key")
        elif key is not None:
            key = _KEY.check(key, "key")
        return cls(
            _PANEL.check(panel, "panel"),
            _PLACE.check(x, "x"),
            y if y is None else _PLACE.check(y, "y"),
            key,
        )


class Settings(Widget):
    """A component whose value is settings, a dict, as knobs declare them."""

    def __init__(self, knobs: Knobs, **kwargs: Any) -> None:
        """Lay out the component with the defaults.

        Args:
            knobs: they say what there is.
            **kwargs: passed on to `gr.HTML`.
        """
        self.knobs = knobs
        super().__init__(value=knobs.defaults(), **kwargs)

    @property
    def parameters(self) -> list[str]:
        """The names of the controls in links."""
        return list(self.knobs)

    def check(self, name: str, text: str) -> Any:
        """Turn a link's text into the value of one of the controls.

        Raises:
            ValueError: saying what it allows.
        """
        return self.knobs[name].parse(text)

    def text(self, name: str, value: Any) -> str:
        """Return how a link says the value of one of the controls."""
        return self.knobs[name].text(self.knobs[name].check(value))

    def preprocess(self, payload: Any) -> dict[str, Any]:
        """Return the settings.

        Raises:
            gr.Error: if they are not allowed.
        """
        try:
            return self.knobs.check(payload)
        except ValueError as error:
            raise gr.Error(said(error), print_exception=False) from error

    def postprocess(self, value: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Return settings as they are."""
        return None if value is None else dict(value)

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        properties = {name: knob.schema() for name, knob in self.knobs.items()}
        return {"type": "object", "properties": properties}


class Panel(Settings):
    """The controls of a chapter.

    Events: `input` with the newest settings, while the visitor drags, types or chooses. A handler
    may return all settings or some of them; the others stay.
    """

    def __init__(self, knobs: Knobs, **kwargs: Any) -> None:
        """Lay out the controls.

        Args:
            knobs: they say what there is.
            **kwargs: passed on to `gr.HTML`.
        """
        self._picture: Callable | None = None
        self._outputs: list[Component] = []
        self._also: list[Component] = []
        self._options: dict[str, Any] = {}
        defaults = knobs.defaults()
        super().__init__(
            knobs,
            controls=[{"name": name, **knob.props()} for name, knob in knobs.items()],
            page={
                "panel": next(_count),
                "knobs": knobs,
                "hidden": [name for name in knobs if not knobs.shown(name, defaults)],
                "deciding": {other for knob in knobs.values() for other in knob.when},
            },
            **kwargs,
        )

    # ------------------------------------------------------------ what they do

    def draws(
        self,
        picture: Callable,
        outputs: Sequence[Component],
        also: Sequence[Component] = (),
        on: Sequence[Callable] = (),
        js: str | None = None,
        line: str = "",
        side_by_side: int = 2,
        light: Sequence[str] = (),
    ) -> None:
        """Call `picture(**settings)` on every input, and when the chart asks for its first rows.

        It must be pure and cheap: it bypasses the queue, and while a slider moves only the newest
        settings are computed. With usual settings it takes less than 50 ms; the longest runs (2,000
        steps of a neuron, seven optimizers for 500) take 0.1 to 0.25 s. What takes longer waits in
        a line, so that a class that trains does not keep others from turning a page.

        Args:
            picture: returns the outputs' values; its ValueError is shown in the first of them.
            outputs: the components to update; the first raises `expand`.
            also: further components, whose values the picture gets first, as the page sent them:
                it must check them.
            on: further events that ask for a picture.
            js: a function in JavaScript of settings and those values that returns what is sent.
            line: name of the line of the queue in which pictures wait; "" for those that are cheap.
            side_by_side: how many of a line are computed at a time. More than one helps where
                PyTorch is busy outside of the interpreter: with many small calls, one after the
                other is faster.
            light: topics that are cheap all the same: in the line they wait for no other page.
        """
        self._picture, self._outputs, self._also = picture, list(outputs), list(also)
        self._options = {"preprocess": False, **({"js": js} if js else {})}
        if line:
            self._options |= {
                "queue": True,
                "concurrency_id": line,
                "concurrency_limit": side_by_side,
            }
        self._light = tuple(light)

        def draw(settings: Any, *more: Any) -> Any:
            # Checked here: Gradio's own errors are not shown for what bypasses the queue.
            return picture(*more, **self.knobs.check(settings))

        draw.light = self._is_light  # type: ignore[attr-defined]

        at_once(
            [outputs[0].expand, self.input, *on],
            shown_errors(draw, outputs[0], outputs),
            [self, *also],
            self._outputs,
            **self._options,
        )

    def moved(self, event: Callable, function: Callable[..., Mapping[str, Any]]) -> None:
        """Let a click or a drag in the picture change settings, and draw it anew.

        Args:
            event: of the picture, `chart.select` or `chart.input`.
            function: gets the `Place` and the settings by name, and returns those that change;
                they end at the nearest values that their controls allow.
        """
        outputs = [self, *self._outputs]

        def move(event: gr.EventData, settings: Any, *more: Any) -> Any:
            settings = self.knobs.check(settings)
            moved = function(Place.of(event), **settings)
            moved = {name: self.knobs[name].nearest(value) for name, value in moved.items()}
            return moved, *self._picture(*more, **{**settings, **moved})

        move.light = self._is_light  # type: ignore[attr-defined]
        handler = shown_errors(move, self._outputs[0], outputs)
        at_once([event], handler, [self, *self._also], outputs, **self._options)

    def _is_light(self, data: Sequence[Any]) -> bool:
        """Return whether what a page, or a stranger, has sent asks for a topic that is cheap."""
        settings = data[0] if data else None
        return isinstance(settings, Mapping) and settings.get("topic") in self._light
