"""Chapter: back-propagation. The chain rule, one edge of PyTorch's graph after the other."""

from __future__ import annotations

import gradio as gr

from demos.backprop.lesson import EXPRESSIONS, back_propagate, backprop_run, compute, program
from demos.backprop.rows import SMALL, picture
from demos.backprop.tasks import TASKS
from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.texts import N_, _
from demos.frame.wiring import wire
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart, Panel
from demos.widgets.slider_bank import Knob, SliderBank

DEFAULTS = {
    "sum_times": (-2.0, 5.0, -4.0),
    "cubic": (1.0,),
    "sigmoid_neuron": (2.0, -1.0, -3.0, -2.0, -3.0),
    "network": (1.0, 0.5, 0.8, -0.4, 0.1, -0.6, 0.9, 0.0, 1.2, -0.7, 0.2, 2.0),
}
_NAMES = {
    "sum_times": "f = (x + y)·z",
    "cubic": "f = (x−3)(x−6)(x−4)",
    "sigmoid_neuron": N_("sigmoid neuron"),
    "network": N_("network 2-2-1"),
}


def _panels() -> list[Panel]:
    from demos.backprop.charts import panels

    return panels()


def _bank(expression: str, number: int) -> SliderBank:
    names = program(expression)[0]
    return SliderBank(
        [
            Knob(name.translate(SMALL), -10, 10, value)
            for name, value in zip(names, DEFAULTS[expression], strict=True)
        ],
        label=_("The inputs"),
        elem_classes=[f"mode-{number}"],
    )


def build() -> Controls:
    """Lay out the tab and wire it."""
    with gr.Row(elem_classes=["stage"]):
        with gr.Column(scale=1, min_width=260, elem_classes=["controls"]):
            expression = gr.Radio(
                [(_(_NAMES[name]), name) for name in EXPRESSIONS],
                value=EXPRESSIONS[0],
                label=_("expression"),
                elem_classes=["modes"],
            )
            banks = {name: _bank(name, 1 + i) for i, name in enumerate(EXPRESSIONS)}
        with gr.Column(scale=4, min_width=320, elem_classes=["picture"]):
            chart = LiveChart(
                _panels,
                table={
                    "step": _("step"),
                    "phase": _("direction"),
                    "node": _("node"),
                    "value": _("value"),
                    "gradient": _("gradient"),
                },
            )
            board = blackboard(by_step=True)
    controls: Controls = {"expression": expression, **banks}
    wire(controls, picture, [chart, board])
    endpoint(backprop_run, queue=False)
    return controls


CHAPTER = Chapter(
    slug="backprop",
    title=N_("Back-propagation"),
    question=N_("How does the network know which weight is to blame?"),
    build=build,
    lesson=[program, compute, back_propagate],
    tasks=TASKS,
)

__all__ = ["CHAPTER"]
