"""A model as a file: what is in it, to be taken along, and opened again."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from demos.frame.texts import N_, _
from demos.pictures.numbers import written
from demos.widgets.widget import Widget

HERE = Path(__file__).parent
ABOUT = {
    "neuron.weight": N_("w: age, miles, accident, not said"),
    "neuron.bias": N_("b"),
    "mean": N_("μ of what goes in"),
    "deviation": N_("σ of what goes in"),
    "price_mean": N_("μ of the price [$]"),
    "price_deviation": N_("σ of the price [$]"),
    "spread": N_("range around the price [$]"),
    "seen": N_("years and miles that were seen"),
}


class ModelFile(Widget):
    """The numbers of a model and its file; its value is what `shown` returns.

    Events: `expand` when it is on the page; `input` with a file that the visitor opened, as
    `{"own": base64, "own_name": …, "ask": how many so far}`.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Lay out the widget."""
        super().__init__(value=None, loader=loader(), **kwargs)

    def refusal(self, sentence: str) -> str:
        """Return the value that keeps what is shown and says what went wrong."""
        return json.dumps({"trouble": sentence}, ensure_ascii=False)


@functools.cache
def loader() -> str:
    """Return the script that answers from a file alone."""
    return (HERE / "load.py.txt").read_text(encoding="utf-8")


def tensors(model: Any) -> list[dict[str, Any]]:
    """Return what lies in a model's file, name by name."""
    state = model.state_dict()
    return [
        {
            "name": name,
            "shape": list(state[name].shape),
            "numbers": [written(one, ".6g") for one in state[name].flatten().tolist()],
            "about": _(about),
        }
        for name, about in ABOUT.items()
    ]
