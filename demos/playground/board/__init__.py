"""The playground's page as one component: controls, the drawing of the network, curves, player.

Its value is the dict of the controls (`controls.DEFAULTS`), each of which is a parameter of links.
It asks the chapter's endpoints itself, as a program would: one request brings the history of a
whole run, and the browser plays it. Its scripts are the modules of this
folder, of which board.js is the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from demos.frame.knobs import Number
from demos.frame.texts import _, said
from demos.playground import controls, data, settings, tables
from demos.playground.presets import Preset
from demos.widgets.widget import Widget

# How many points, neurons, … the fields of the page take; the server checks all of them again.
LIMITS = {
    name: [knob.low, knob.high]
    for name, knob in {**controls.DATA, **settings.KNOBS}.items()
    if isinstance(knob, Number)
}


class Board(Widget):
    """The whole page of the playground."""

    def __init__(self, presets: Sequence[Preset] = (), **kwargs: Any) -> None:
        """Lay out the page.

        Args:
            presets: examples to start from.
            **kwargs: passed on to `gr.HTML`.
        """
        super().__init__(
            value=dict(controls.DEFAULTS),
            defaults=controls.DEFAULTS,
            limits=LIMITS,
            choices={
                "data": data.KINDS,
                "features": settings.FEATURES,
                "activation": settings.ACTIVATIONS,
                "optimizer": settings.OPTIMIZERS,
                "loss": settings.LOSSES,
                "initialisation": settings.INITIALISATIONS,
            },
            largest={
                "layers": settings.MAX_LAYERS,
                "neurons": settings.MAX_NEURONS,
                "points": data.MAX_POINTS,
                "csv": tables.MAX_CHARACTERS,
            },
            presets=[
                {
                    "title": _(one.title),
                    "sentence": _(one.sentence),
                    "answer": _(one.answer),
                    "settings": one.settings,
                }
                for one in presets
            ],
            **kwargs,
        )

    @property
    def parameters(self) -> list[str]:
        """The names of the controls in links."""
        return list(controls.DEFAULTS)

    def check(self, name: str, text: str) -> Any:
        """Turn a link's text into the value of one of the controls.

        Raises:
            ValueError: saying what it allows.
        """
        return controls.read(name, text)

    def text(self, name: str, value: Any) -> str:
        """Return how a link says the value of one of the controls."""
        if isinstance(value, list):
            return ",".join(map(str, value)) or "none"
        return str(value).lower() if isinstance(value, bool) else str(value)

    def preprocess(self, payload: Any) -> dict[str, Any]:
        """Return the settings; the endpoints check them.

        Raises:
            gr.Error: if they are none.
        """
        try:
            return controls.completed(payload)
        except ValueError as error:
            raise gr.Error(said(error), print_exception=False) from error

    def postprocess(self, value: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the settings as they are."""
        return dict(controls.DEFAULTS if value is None else value)

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "object"}
