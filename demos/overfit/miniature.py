"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Dots, Layer, Line, Point, scaled
from demos.overfit.lesson import curve, draw, least_squares, predict

DEGREES = range(12)


def miniature() -> list[Layer]:
    """Return polynomials of growing degree through noisy points of a curve, which is grey."""
    import torch

    x, y = draw(12, 0.25, seed=4)
    places = torch.linspace(-1, 1, 37)

    def line(heights: list[float]) -> list[Point]:
        return list(zip(scaled(places.tolist(), -1, 1), scaled(heights, -2, 2), strict=True))

    asked = places[None].to(x.dtype)
    fits = [line(predict(least_squares(x, y, degree), asked)[0].tolist()) for degree in DEGREES]
    points = list(zip(scaled(x[0].tolist(), -1, 1), scaled(y[0].tolist(), -2, 2), strict=True))
    truth = line(curve(places).tolist())
    return [Line([truth], -1), Line(fits, 4), Dots([points], [[3] * len(points)], 4)]
