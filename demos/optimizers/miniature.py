"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Cells, Dots, Layer, Line, Point, sampled, scaled
from demos.optimizers.lesson import height, walk

ROWS, COLUMNS = 12, 24
WIDE, HIGH = 4.2, 2.1  # half of what is seen
COLOURS = {"sgd": 1, "momentum": 3, "adam": 2}


def miniature() -> list[Layer]:
    """Return three walks into a ravine, whose heights are the shades."""
    import torch

    x = torch.linspace(-WIDE, WIDE, COLUMNS)
    y = torch.linspace(HIGH, -HIGH, ROWS)
    heights = height("ravine", x[None, :], y[:, None]).sqrt()
    ground = (0.6 * (heights / heights.max())).tolist()
    rows = walk("ravine", -3.8, 1.6, 0.06, 0.85, 60, list(COLOURS))
    layers: list[Layer] = [Cells([ground], 5)]
    for name, colour in COLOURS.items():
        run = [row for row in rows if row["series"] == name]
        path: list[Point] = list(
            zip(
                scaled([row["x"] for row in run], -WIDE, WIDE),
                scaled([row["y"] for row in run], -HIGH, HIGH),
                strict=True,
            )
        )
        path = sampled(path, 31)
        ends = range(0, 31, 5)
        layers.append(Line([path[: end + 1] for end in ends], colour, 2.5))
    goal = [(0.5, 0.5)]
    return [*layers, Dots([goal], [[0]], 4)]
