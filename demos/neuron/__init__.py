"""Chapter: the first neuron. What it computes, what it learns, and where it ends."""

from __future__ import annotations

from typing import Any

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import stage
from demos.frame.texts import N_, _
from demos.neuron.knobs import KNOBS
from demos.neuron.lesson import (
    activate,
    multiplied_out,
    predict,
    squared_error,
    train,
    truth_table,
    two_layers,
    value_and_slope,
)
from demos.neuron.miniature import miniature
from demos.neuron.quiz import QUIZ
from demos.neuron.rows import PANELS, SERIES, picture
from demos.neuron.scripts import SCRIPTS
from demos.neuron.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart
from demos.widgets.panel import Place


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        chart = LiveChart(
            "demos.neuron.charts:in_order",
            series=SERIES,
            table={
                "series": _("function"),
                "step": _("step"),
                "x": "x",
                "value": "f(x)",
                "slope": "f′(x)",
                "x1": "x₁",
                "x2": "x₂",
                "target": "y",
                "weight": "w",
                "weight_1": "w₁",
                "weight_2": "w₂",
                "bias": "b",
                "z": "z",
                "prediction": "ŷ",
                "wrong": _("wrong"),
                "loss": "L",
                "weight_gradient": "∂L/∂w",
                "bias_gradient": "∂L/∂b",
            },
        )
        board = blackboard()
    panel.draws(picture, [chart, board])
    panel.moved(chart.select, go_there)
    endpoint(predict, "neuron_predict", queue=False)
    endpoint(train, "neuron_train", queue=False)
    return {"panel": panel}


def go_there(
    place: Place, line: list[float], prices: list[float], **_settings: Any
) -> dict[str, Any]:
    """Move the knob of the clicked chart to the place of the click."""
    clicked = dict(enumerate(PANELS)).get(place.panel)
    if clicked == "along_w":
        return {"line": [place.x, line[1]]}
    if clicked == "along_b":
        return {"line": [line[0], place.x]}
    if clicked == "bills":
        return {"prices": [*prices[:4], place.y]}
    return {"x": place.x}


CHAPTER = Chapter(
    slug="neuron",
    title=N_("One neuron"),
    question=N_("What can a single neuron do, and what can it never do?"),
    build=build,
    minutes=35,
    miniature=miniature,
    intro=N_(
        "A neuron multiplies its inputs x by weights w, adds a bias b, and may bend the sum z with "
        "a function f: ŷ = f(w·x + b). Here you are the one who sets w and b; then it learns."
    ),
    invitation=N_("▶ Turn the knobs"),
    builds_on=["celsius", "losses"],
    lesson=[
        activate,
        predict,
        squared_error,
        truth_table,
        train,
        value_and_slope,
        two_layers,
        multiplied_out,
    ],
    script=SCRIPTS,
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
