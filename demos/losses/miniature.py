"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Dots, Layer, Line, Point, sampled, scaled
from demos.losses.lesson import fit_rides, rides

OUTLIER = 60.0  # minutes of the ride with a flat tire


def miniature() -> list[Layer]:
    """Return two lines through bicycle rides: the squared error follows the flat tire."""
    kilometres, minutes = (values.tolist() for values in rides(OUTLIER))
    rows = list(fit_rides(["mse", "mae"], learning_rate=0.006, steps=160, outlier=OUTLIER))

    def places(x: list[float], y: list[float]) -> list[Point]:
        across = scaled(x, 0, max(kilometres) * 1.04)
        return list(zip(across, scaled(y, 0, OUTLIER * 1.02), strict=True))

    ends = [0.0, max(kilometres) * 1.04]
    layers: list[Layer] = []
    for series, colour in (("mae", 2), ("mse", 4)):
        weights = [row["weight"] for row in rows if row["series"] == series]
        lines = [places(ends, [w * x for x in ends]) for w in sampled(weights)]
        layers.append(Line(lines, colour))
    return [*layers, Dots([places(kilometres, minutes)], [[0] * 11 + [1]], 4)]
