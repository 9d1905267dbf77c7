"""Chapter: the loss explorer. Why the mean squared error, and not something simpler?"""

from __future__ import annotations

import math
from typing import Any

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.checks import check
from demos.frame.texts import N_, _
from demos.frame.wiring import at_once, shown_errors, wire
from demos.losses.lesson import (
    CLASSIFICATION,
    LABELS,
    REGRESSION,
    TASKS,
    classification_loss,
    compare,
    fit_rides,
    fit_score,
    probability,
    regression_loss,
    rides,
    total_cross_entropy,
)
from demos.losses.rows import SERIES, picture
from demos.losses.tasks import TASKS_TO_TRY
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart, Panel, Run
from demos.widgets.log_slider import LogSlider

_NAMES = {
    "mbe": N_("MBE: mean bias error"),
    "mae": N_("MAE: mean absolute error"),
    "mse": N_("MSE: mean squared error"),
    "huber": "Huber",
    "log_cosh": "log-cosh",
    "bce": N_("BCE: binary cross-entropy"),
    "hinge": N_("hinge"),
    "cross_entropy": N_("cross-entropy, 3 classes"),
}


def _panels() -> list[Panel]:
    from demos.losses.charts import panels

    return panels()


def build() -> Controls:
    """Lay out the tab and wire it."""
    with gr.Row(elem_classes=["stage"]):
        with gr.Column(scale=1, min_width=260, elem_classes=["controls"]):
            task = gr.Radio(
                [(_("a number"), TASKS[0]), (_("yes or no"), TASKS[1])],
                value=TASKS[0],
                label=_("predict"),
                elem_classes=["modes"],
            )
            with gr.Column(elem_classes=["controls", "mode-1"]):
                losses = gr.CheckboxGroup(
                    [(_(_NAMES[name]), name) for name in REGRESSION],
                    value=["mbe", "mae", "mse"],
                    label=_("loss"),
                )
                outlier = gr.Slider(0, 40, 38, step=0.5, label=_("flat tyre [min]"))
                delta = LogSlider(0.1, 30, 2, label=_("Huber's δ [min]"))
                weight = gr.Slider(-1, 6, 0, step=0.1, label=_("start w [min/km]"))
                learning_rate = LogSlider(0.001, 1, 0.05, label=_("learning rate η"))
            with gr.Column(elem_classes=["controls", "mode-2"]):
                score_losses = gr.CheckboxGroup(
                    [(_(_NAMES[name]), name) for name in CLASSIFICATION],
                    value=["mse", "bce"],
                    label=_("loss"),
                )
                label = gr.Radio(
                    list(zip([_("cat"), _("dog"), _("bird")], LABELS, strict=True)),
                    value=LABELS[0],
                    label=_("the picture shows a"),
                )
                axis = gr.Radio(
                    [(_("score z"), "score"), (_("probability ŷ"), "probability")],
                    value="score",
                    label=_("draw against"),
                )
                score = gr.Slider(-8, 8, -6, step=0.1, label=_("start z"))
                score_rate = LogSlider(0.01, 10, 1, label=_("learning rate η"))
        with gr.Column(scale=4, min_width=320, elem_classes=["picture"]):
            chart = LiveChart(
                _panels,
                series=SERIES,
                table={
                    "series": _("loss"),
                    "step": _("step"),
                    "weight": "w",
                    "score": "z",
                    "probability": "ŷ",
                    "loss": "L",
                    "gradient": _("slope"),
                    "new_weight": _("new w"),
                    "new_score": _("new z"),
                },
            )
            board = blackboard(columns=3)
    controls: Controls = {
        "task": task,
        "losses": losses,
        "outlier": outlier,
        "delta": delta,
        "weight": weight,
        "learning_rate": learning_rate,
        "score_losses": score_losses,
        "label": label,
        "axis": axis,
        "score": score,
        "score_rate": score_rate,
    }
    wire(controls, picture, [chart, board])

    def drag(event: gr.EventData, *values: Any) -> tuple[float, Run, str]:
        """Move the flat tyre to where it was dragged."""
        settings = dict(zip(controls, values, strict=True))
        minutes = check("minutes", event.y, (-1000.0, 1000.0))
        settings["outlier"] = min(40.0, max(0.0, round(minutes * 2) / 2))
        return settings["outlier"], *picture(**settings)

    def start_there(event: gr.EventData, *values: Any) -> tuple[float, float, Run, str]:
        """Start from the w, z or ŷ that was clicked."""
        settings = dict(zip(controls, values, strict=True))
        x = check("x", event.x, (-1000.0, 1000.0))
        if settings["task"] == TASKS[0]:
            settings["weight"] = round(x, 1)
        else:
            settings["score"] = score_at(x, settings["axis"])
        return settings["weight"], settings["score"], *picture(**settings)

    inputs = list(controls.values())
    moved, started = [outlier, chart, board], [weight, score, chart, board]
    at_once([chart.input], shown_errors(drag, chart, moved), inputs, moved, preprocess=False)
    at_once(
        [chart.select], shown_errors(start_there, chart, started), inputs, started, preprocess=False
    )
    endpoint(compare, "losses_compare", queue=False)
    return controls


def score_at(x: float, axis: str) -> float:
    """Return the score z that stands at x of the picture, rounded like the slider."""
    if axis == "probability":
        x = min(1 - 1e-4, max(1e-4, x))
        x = math.log(x / (1 - x))
    return round(min(8.0, max(-8.0, x)), 1)


CHAPTER = Chapter(
    slug="losses",
    title=N_("Loss functions"),
    question=N_("Why the mean squared error, and not just |ŷ − y|, or ŷ − y?"),
    build=build,
    lesson=[
        rides,
        regression_loss,
        fit_rides,
        probability,
        classification_loss,
        fit_score,
        total_cross_entropy,
        compare,
    ],
    tasks=TASKS_TO_TRY,
)

__all__ = ["CHAPTER"]
