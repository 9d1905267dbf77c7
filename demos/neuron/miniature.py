"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Dots, Layer, Line, Point, sampled, scaled
from demos.neuron.lesson import activate, train, truth_table

TIMES = [0, 2, 5, 14]  # frames at which a curve stays


def miniature() -> list[Layer]:
    """Return the sigmoid of a neuron that learns AND: it bends between one and two ones."""
    import torch

    inputs, targets = truth_table("AND")
    run = train(
        "AND",
        "gradient descent",
        weight_1=0.0,
        weight_2=0.0,
        bias=0.0,
        learning_rate=4.0,
        steps=120,
    )
    ones = torch.linspace(-0.4, 2.4, 25)

    def curve(row: dict) -> list[Point]:
        z = (row["weight_1"] + row["weight_2"]) / 2 * ones + row["bias"]
        y = scaled(activate("sigmoid", z).tolist(), -0.08, 1.08)
        return list(zip(scaled(ones.tolist(), -0.4, 2.4), y, strict=True))

    curves = [curve(row) for row in sampled(run, 15)]
    stay: list[Layer] = [Line([[]] * time + [curves[time]], -1, 2) for time in TIMES[:-1]]
    counts = [sum(pair) for pair in inputs.tolist()]
    corners = list(
        zip(scaled(counts, -0.4, 2.4), scaled(targets.tolist(), -0.08, 1.08), strict=True)
    )
    colours = [0 if target else 1 for target in targets.tolist()]
    return [*stay, Line(curves, 0, 4), Dots([corners], [colours], 6)]
