"""Chapter: the first neuron. What it computes, what it learns, and where it ends."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls, only_in, topics
from demos.frame.checks import check
from demos.frame.texts import N_, _
from demos.frame.wiring import at_once, shown_errors, wire
from demos.neuron.lesson import (
    GATES,
    RULES,
    activate,
    multiplied_out,
    predict,
    squared_error,
    train,
    truth_table,
    two_layers,
    value_and_slope,
)
from demos.neuron.rows import LABEL, PANELS, SERIES, TOPICS, picture
from demos.neuron.rows.activations import SHAPES
from demos.neuron.rows.by_hand import BILLS
from demos.neuron.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart, Panel
from demos.widgets.slider_bank import Knob, SliderBank

_TOPIC_NAMES = [
    N_("°C → °F"),
    N_("Three inputs"),
    N_("Logic"),
    N_("Learning logic"),
    N_("Activations"),
    N_("Linear stays linear"),
]


def _panels() -> list[Panel]:
    from demos.neuron.charts import panels

    return list(panels().values())


def build() -> Controls:
    """Lay out the tab and wire it."""
    topic = topics({name: _(said) for name, said in zip(TOPICS, _TOPIC_NAMES, strict=True)})
    with gr.Row(elem_classes=["stage"]):
        with gr.Column(scale=1, min_width=260, elem_classes=["controls"]):
            with only_in(1):
                line = SliderBank(
                    [Knob("w", -1, 5, 1), Knob("b", -20, 60, 0, 1)], label=_("Set ŷ = w·x + b")
                )
            with only_in(2):
                prices = SliderBank(
                    [
                        Knob(N_("b  cover"), 0, 5, 0),
                        Knob(N_("w₁ croissant"), 0, 5, 1),
                        Knob(N_("w₂ coffee"), 0, 5, 1),
                        Knob(N_("w₃ juice"), 0, 5, 1),
                        Knob(N_("bill"), 1, len(BILLS), 4, 1),
                    ],
                    label=_("Guess the prices [€]"),
                )
            with only_in(3, 4):
                gate = gr.Radio(GATES, value="AND", label=_("gate"))
            with only_in(3):
                unit = gr.Radio(
                    [(_("threshold"), "step"), (_("sigmoid"), "sigmoid")],
                    value="sigmoid",
                    label=_("neuron"),
                )
                neuron = SliderBank(
                    [Knob("w₁", -40, 40, 20), Knob("w₂", -40, 40, 20), Knob("b", -40, 40, -30)],
                    label=_("Set its weights"),
                )
            with only_in(4):
                rule = gr.Radio(
                    [
                        (_("perceptron rule"), RULES[0]),
                        (_("gradient descent (sigmoid)"), RULES[1]),
                    ],
                    value=RULES[0],
                    label=_("how it learns"),
                )
                start = SliderBank(
                    [
                        Knob(N_("start w₁"), -5, 5, -0.5),
                        Knob(N_("start w₂"), -5, 5, 0.8),
                        Knob(N_("start b"), -5, 5, 0.3),
                        Knob(N_("rate η"), 0.01, 10, 1, logarithmic=True),
                    ],
                    label=_("Where it starts"),
                )
            with only_in(5):
                functions = gr.CheckboxGroup(
                    [(_(LABEL[name]), name) for name in SHAPES],
                    value=["sigmoid", "tanh", "relu"],
                    label=_("function"),
                )
                x = SliderBank([Knob("x", -8, 8, 2)], label="")
            with only_in(6):
                between = gr.Radio(
                    [
                        (_("nothing"), "identity"),
                        ("ReLU", "relu"),
                        ("tanh", "tanh"),
                        ("σ", "sigmoid"),
                    ],
                    value="identity",
                    label=_("between the layers"),
                )
                layers = SliderBank(
                    [
                        Knob("w₁", -3, 3, 1),
                        Knob("w₂", -3, 3, 1),
                        Knob("b₁", -3, 3, 0),
                        Knob("b₂", -3, 3, -1),
                        Knob("v₁", -3, 3, 1),
                        Knob("v₂", -3, 3, -2),
                    ],
                    label="h = f(wx + b), ŷ = v₁h₁ + v₂h₂",
                )
        with gr.Column(scale=4, min_width=320, elem_classes=["picture"]):
            chart = LiveChart(
                _panels,
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
    controls: Controls = {
        "topic": topic,
        "line": line,
        "prices": prices,
        "gate": gate,
        "unit": unit,
        "neuron": neuron,
        "rule": rule,
        "start": start,
        "functions": functions,
        "x": x,
        "between": between,
        "layers": layers,
    }
    wire(controls, picture, [chart, board])

    def go_there(event: gr.EventData, *values: Any) -> tuple[Any, ...]:
        """Move the knob of the clicked chart to the place of the click."""
        settings = dict(zip(controls, values, strict=True))
        clicked = PANELS[check("panel", event.panel, (0, len(PANELS) - 1))]
        settings |= clicked_there(clicked, event.x, event.y, settings)
        return settings["line"], settings["prices"], settings["x"], *picture(**settings)

    moved = [line, prices, x, chart, board]
    at_once(
        [chart.select],
        shown_errors(go_there, chart, moved),
        list(controls.values()),
        moved,
        preprocess=False,
    )
    endpoint(predict, "neuron_predict", queue=False)
    endpoint(train, "neuron_train", queue=False)
    return controls


def clicked_there(panel: str, x: Any, y: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that a click into a chart changes."""
    x = check("x", x, (-1000.0, 1000.0))
    if panel == "along_w":
        return {"line": [round(x, 1), settings["line"][1]]}
    if panel == "along_b":
        return {"line": [settings["line"][0], round(x)]}
    if panel == "bills":
        return {"prices": [*settings["prices"][:4], check("bill", y, (1, len(BILLS)))]}
    return {"x": [round(x, 1)]}


CHAPTER = Chapter(
    slug="neuron",
    title=N_("One neuron"),
    question=N_("What can a single neuron do, and what can it never do?"),
    build=build,
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
    tasks=TASKS,
)

__all__ = ["CHAPTER"]
