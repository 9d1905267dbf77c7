"""Chapter: optimizers. The walkers of torch.optim, side by side on one landscape."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.checks import check
from demos.frame.texts import N_, _
from demos.frame.wiring import at_once, shown_errors, wire
from demos.optimizers.lesson import SURFACES, height, make_optimizer, walk
from demos.optimizers.rows import SERIES, START, X_HIGH, X_LOW, Y_HIGH, Y_LOW, picture
from demos.optimizers.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart, Panel, Run
from demos.widgets.log_slider import LogSlider

NAMES = {
    "bowl": N_("bowl"),
    "ravine": N_("ravine"),
    "rosenbrock": N_("Rosenbrock"),
    "saddle": N_("saddle"),
    "many_minima": N_("many minima"),
}


def _panels() -> list[Panel]:
    from demos.optimizers.charts import panels

    return panels()


def build() -> Controls:
    """Lay out the tab and wire it."""
    with gr.Row(elem_classes=["stage"]):
        with gr.Column(scale=1, min_width=260, elem_classes=["controls"]):
            surface = gr.Radio(
                [(_(NAMES[name]), name) for name in SURFACES], value="ravine", label=_("landscape")
            )
            optimizers = gr.CheckboxGroup(
                [(_(series.label), series.name) for series in SERIES],
                value=["sgd", "momentum", "rmsprop", "adam"],
                label=_("optimizer"),
            )
            learning_rate = LogSlider(0.001, 2, 0.05, label=_("learning rate η"))
            momentum = gr.Slider(0, 0.99, 0.9, step=0.01, label=_("momentum β (Adam's β₁)"))
            steps = LogSlider(10, 500, 100, label=_("steps"), integer=True)
            with gr.Row():
                x = gr.Number(
                    START["ravine"][0],
                    label=_("start x"),
                    step=0.1,
                    minimum=X_LOW,
                    maximum=X_HIGH,
                    min_width=90,
                )
                y = gr.Number(
                    START["ravine"][1],
                    label=_("start y"),
                    step=0.1,
                    minimum=Y_LOW,
                    maximum=Y_HIGH,
                    min_width=90,
                )
        with gr.Column(scale=4, min_width=320, elem_classes=["picture"]):
            chart = LiveChart(
                _panels,
                series=SERIES,
                table={
                    "series": _("optimizer"),
                    "step": _("step"),
                    "x": "x",
                    "y": "y",
                    "loss": _("height"),
                    "gradient_x": "∂f/∂x",
                    "memory_x": _("m of x"),
                    "square_x": _("v of x"),
                    "new_x": _("new x"),
                },
            )
            board = blackboard(columns=3)
    controls: Controls = {
        "surface": surface,
        "optimizers": optimizers,
        "learning_rate": learning_rate,
        "momentum": momentum,
        "steps": steps,
        "x": x,
        "y": y,
    }
    wire(controls, picture, [chart, board], apart=["surface"])
    outputs = [x, y, chart, board]
    inputs = list(controls.values())

    def go_to(surface: str, *settings: Any) -> tuple[float, float, Run, str]:
        """Change the landscape; the walkers wait at a telling place of the new one."""
        start = START[check("surface", surface, SURFACES)]
        return *start, *picture(surface, *settings[:-2], *start)

    def start_there(event: gr.EventData, *settings: Any) -> tuple[float, float, Run, str]:
        """Start from the point of the map that was clicked."""
        start = (
            round(check("x", event.x, (X_LOW, X_HIGH)), 2),
            round(check("y", event.y, (Y_LOW, Y_HIGH)), 2),
        )
        return *start, *picture(*settings[:-2], *start)

    for event, function in ((surface.input, go_to), (chart.select, start_there)):
        handler = shown_errors(function, chart, outputs)
        at_once([event], handler, inputs, outputs, preprocess=False)
    endpoint(walk, "optimizers_walk", queue=False)
    return controls


CHAPTER = Chapter(
    slug="optimizers",
    title=N_("Optimizers"),
    question=N_("Which way down: what do momentum, RMSprop and Adam do better than plain SGD?"),
    build=build,
    lesson=[height, make_optimizer, walk],
    tasks=TASKS,
)

__all__ = ["CHAPTER"]
