"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.cars.data import chosen
from demos.cars.knobs import ALL
from demos.cars.lesson import train
from demos.frame.miniature import Dots, Layer, Line, scaled

OLDEST, DEAREST = 26, 90_000  # what is seen [years, $]
CARS = 130


def miniature() -> list[Layer]:
    """Return cars by age and price, and the line that a neuron draws through them."""
    limit = 100_000
    table = chosen(limit=limit)
    seen = table.iloc[:: len(table) // CARS]
    seen = seen[(seen["age"] <= OLDEST) & (seen["price"] <= DEAREST)]
    x = scaled(seen["age"].tolist(), 0, OLDEST)
    places = list(zip(x, scaled(seen["price"].tolist(), 0, DEAREST), strict=True))
    run = train("all", 0.1, 16, 4009, ALL, limit, False, ["age"], "mse", 5_000)
    lines = []
    for row in run:
        ends = [row["intercept"], row["intercept"] + row["per_year"] * OLDEST]
        lines.append(list(zip([0.0, 1.0], scaled(ends, 0, DEAREST), strict=True)))
    return [Dots([places], [[5] * len(places)], 2), Line(lines, 1, 4)]
