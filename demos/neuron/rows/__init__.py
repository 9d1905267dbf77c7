"""What is drawn of each topic: the rows that the charts are fed with, and the formulas."""

from __future__ import annotations

from demos.frame.checks import Numbers, SomeOf, bounded, check
from demos.frame.texts import N_
from demos.neuron.lesson import GATES, RULES
from demos.neuron.rows.activations import SHAPES, activation_picture
from demos.neuron.rows.by_hand import BILLS, bill_picture, celsius_picture
from demos.neuron.rows.layers import BETWEEN, layers_picture
from demos.neuron.rows.learning import learning_picture
from demos.neuron.rows.logic import UNITS, logic_picture
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Run, Series

TOPICS = ["celsius", "bill", "logic", "learning", "activation", "layers"]

# The charts, in the order in which they are laid out.
PANELS = [
    "fit",
    "along_w",
    "along_b",
    "bills",
    "turns",
    "plane",
    "table",
    "curve",
    "mistakes",
    "losses",
    "shapes",
    "slopes",
    "flat",
    "hidden",
    "outputs",
]
SERIES = [
    Series("sigmoid", N_("sigmoid"), lc.BLUE),
    Series("tanh", "tanh", lc.VERMILLION, (8, 4)),
    Series("relu", "ReLU", lc.GREEN, (2, 2)),
    Series("leaky_relu", N_("leaky ReLU"), lc.ORANGE, (12, 3, 3, 3)),
    Series("elu", "ELU", lc.PURPLE, (4, 3)),
    Series("softplus", N_("softplus"), lc.SKY, (10, 3)),
    Series("first", "h₁", lc.ORANGE, (8, 4)),
    Series("second", "h₂", lc.GREEN, (2, 2)),
    Series("output", N_("ŷ, two layers"), lc.BLUE),
    Series("one_layer", N_("multiplied out: one layer"), lc.INK, (4, 4)),
]
LABEL = {series.name: series.label for series in SERIES}


@bounded(
    topic=TOPICS,
    line=Numbers(-1000.0, 1000.0, 2, 2),
    prices=Numbers(-1000.0, 1000.0, 5, 5),
    gate=GATES,
    unit=UNITS,
    neuron=Numbers(-1000.0, 1000.0, 3, 3),
    rule=RULES,
    start=Numbers(-1000.0, 1000.0, 4, 4),
    x=Numbers(-1000.0, 1000.0, 1, 1),
    between=BETWEEN,
    layers=Numbers(-1000.0, 1000.0, 6, 6),
)
def picture(
    topic: str,
    line: list[float],
    prices: list[float],
    gate: str,
    unit: str,
    neuron: list[float],
    rule: str,
    start: list[float],
    functions: list[str],
    x: list[float],
    between: str,
    layers: list[float],
) -> tuple[Run, str]:
    """Compute everything that is drawn of a topic."""
    if topic == "celsius":
        return celsius_picture(*line)
    if topic == "bill":
        bias, *weights, number = prices
        return bill_picture(bias, weights, check("bill", number, (1, len(BILLS))) - 1)
    if topic == "logic":
        return logic_picture(gate, unit, *neuron)
    if topic == "learning":
        return learning_picture(gate, rule, *start)
    if topic == "activation":
        none = functions == []
        return activation_picture(
            [] if none else check("functions", functions, SomeOf(SHAPES)), x[0]
        )
    return layers_picture(between, layers[:2], layers[2:4], layers[4:])
