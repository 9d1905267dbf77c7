"""What is drawn of each topic: the rows that the charts are fed with, and the formulas."""

from __future__ import annotations

from demos.frame.texts import N_
from demos.neuron.knobs import SHAPES
from demos.neuron.rows.activations import activation_picture
from demos.neuron.rows.by_hand import bill_picture, celsius_picture
from demos.neuron.rows.layers import layers_picture
from demos.neuron.rows.learning import learning_picture
from demos.neuron.rows.logic import logic_picture
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Run, Series

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
    Series("sigmoid", SHAPES["sigmoid"], lc.BLUE),
    Series("tanh", SHAPES["tanh"], lc.VERMILLION, (8, 4)),
    Series("relu", SHAPES["relu"], lc.GREEN, (2, 2)),
    Series("leaky_relu", SHAPES["leaky_relu"], lc.ORANGE, (12, 3, 3, 3)),
    Series("elu", SHAPES["elu"], lc.PURPLE, (4, 3)),
    Series("softplus", SHAPES["softplus"], lc.SKY, (10, 3)),
    Series("first", "h₁", lc.ORANGE, (8, 4)),
    Series("second", "h₂", lc.GREEN, (2, 2)),
    Series("output", N_("ŷ, two layers"), lc.BLUE),
    Series("one_layer", N_("multiplied out: one layer"), lc.INK, (4, 4)),
]
LABEL = {series.name: series.label for series in SERIES}


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
    x: float,
    between: str,
    layers: list[float],
) -> tuple[Run, str]:
    """Compute everything that is drawn of a topic."""
    if topic == "celsius":
        return celsius_picture(*line)
    if topic == "bill":
        bias, *weights, number = prices
        return bill_picture(bias, weights, number - 1)
    if topic == "logic":
        return logic_picture(gate, unit, *neuron)
    if topic == "learning":
        return learning_picture(gate, rule, *start)
    if topic == "activation":
        return activation_picture(functions, x)
    return layers_picture(between, layers[:2], layers[2:4], layers[4:])
