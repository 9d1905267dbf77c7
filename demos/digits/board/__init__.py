"""The lessons as one component: pictures and numbers of the sketch on the pad.

Its value is what `demos.digits.lessons` says of the sketch, as JSON text. What only repaints, such
as a threshold, it hears of from the panel, without the server. Its scripts are the modules of this
folder, of which board.js is the first.
"""

from __future__ import annotations

import json
from typing import Any

from demos.digits.knobs import LABELS, NETWORKS
from demos.frame.texts import N_, _
from demos.widgets.widget import Widget
from models import hub

# The ways of `trainers.digits.cost` that are tried with the sketch, too.
WAYS = {
    "predict": N_("as it is preprocessed"),
    "squashed": N_("squashed to 28 × 28, nothing else"),
    "half_pixel": N_("half a pixel off"),
    "shifted": N_("4 pixels off"),
    "small": N_("half as large"),
    "turned": N_("turned by 30°"),
    "thick": N_("strokes 2 pixels wider"),
    "inverted": N_("dark on bright"),
}


class Board(Widget):
    """The lessons. Events: `expand` when it is on the page and wants the settings."""

    def __init__(self, **kwargs: Any) -> None:
        """Lay out the page; `kwargs` are passed on to `gr.HTML`."""
        super().__init__(
            value=None,
            page={"labels": LABELS},
            networks={key: _(title) for key, (title, _layers) in NETWORKS.items()},
            ways={way: _(title) for way, title in WAYS.items()},
            measured=measured(),
            **kwargs,
        )

    def refusal(self, sentence: str) -> str:
        """Return the value that says why there is nothing to show."""
        return json.dumps({"trouble": sentence})


def measured() -> dict[str, Any]:
    """Return what the trainers measured on MNIST's test set; empty lists where they did not."""
    thresholds = hub.shipped_table("digits-zero", "thresholds")
    return {
        "missed": [int(row["missed"]) for row in thresholds],
        "alarms": [int(row["false_alarms"]) for row in thresholds],
        "numbers": [
            {"mean": float(row["mean"]), "right": float(row["right"])}
            for row in hub.shipped_table("digits-number", "numbers")
        ],
        "ways": {
            key: {
                row["way"]: float(row["accuracy"])
                for row in hub.shipped_table(f"digits-{key}", "preprocessing")
            }
            for key in NETWORKS
        },
    }
