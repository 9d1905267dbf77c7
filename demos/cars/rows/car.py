"""Your car: the neuron's sum in both scales, its range, and what it cannot know."""

from __future__ import annotations

import functools
from typing import Any

from demos.cars.data import chosen
from demos.cars.predict import shipped, unseen
from demos.frame import texts
from demos.frame.texts import _, grouped
from demos.pictures.numbers import number_table, written
from demos.widgets.live_chart import Run

NEAREST = 200  # cars that are drawn
BINS = 40
WIDEST = 100_000  # of the axis [$]


@texts.cached(maxsize=256)
def car(year: int, miles: int, accident: str) -> tuple[Run, str]:
    """Draw the price of one car among those that are most like it."""
    model = shipped()
    answer = model.predict(year, miles, accident)
    prices = _alike(year, miles, accident)
    caption = _(
        "{price} dollars, give or take: of ten cars, eight lie between {low} and {high}."
    ).format(**{name: written(answer[name], ",.0f") for name in ("price", "low", "high")})
    return Run(
        data={
            "alike": prices,
            "priced": [answer],
            "run": [{"step": 0}],
        },
        caption=caption,
        warning=" ".join(unseen(model, year, miles, answer["price"])),
        topic="car",
    ), _board(model, year, miles, accident)


@functools.lru_cache(maxsize=64)
def _alike(year: int, miles: int, accident: str) -> list[dict[str, Any]]:
    """Return a histogram of what the cars nearest in age and miles cost."""
    import numpy as np

    cars = chosen(limit=WIDEST)
    cars = cars[cars["accident"] == accident]
    away = ((cars["model_year"] - year) / 6.1) ** 2 + ((cars["miles"] - miles) / 52_085) ** 2
    nearest = cars.loc[away.nsmallest(min(NEAREST, len(cars))).index, "price"]
    counts, edges = np.histogram(nearest, bins=BINS, range=(0, WIDEST))
    return [
        {"low": low, "high": high, "count": count}
        for low, high, count in zip(
            edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True
        )
        if count
    ]


def _board(model: Any, year: int, miles: int, accident: str) -> str:
    """Write the sum out in both scales: of z-scores, and in dollars."""
    x = model.inputs(year, miles, accident).tolist()
    mean, deviation = model.mean.tolist(), model.deviation.tolist()
    weights, bias = model.neuron.weight[0].tolist(), model.neuron.bias.item()
    y_mean, y_deviation = model.price_mean.item(), model.price_deviation.item()
    dollars, at_zero = model.in_dollars()
    rows = []
    for i, name in enumerate((_("age"), _("miles"), _("accident"), _("not said"))):
        z = (x[i] - mean[i]) / deviation[i]
        rows.append(
            {
                "what": name,
                "x": grouped(x[i]),
                "z": f"({x[i]:.0f} − {_digits(mean[i])}) / {_digits(deviation[i])} = "
                + written(z, ".4f"),
                "w": weights[i],
                "wz": weights[i] * z,
                "dollar": written(dollars[i], ",.4f" if abs(dollars[i]) < 10 else ",.1f"),
                "dollars": dollars[i] * x[i],
            }
        )
    rows.append({"what": "b", "x": "", "z": "", "w": bias, "wz": bias, "dollar": ""})
    rows[-1]["dollars"] = at_zero
    total = sum(row["wz"] for row in rows)
    price = total * y_deviation + y_mean
    rows.append({"what": _("sum"), "x": "", "z": "", "w": "", "wz": total, "dollar": ""})
    rows[-1]["dollars"] = price
    table = number_table(
        rows,
        {
            "what": "",
            "x": "x",
            "z": "z = (x − μ) / σ",
            "w": "w",
            "wz": "w · z",
            "dollar": _("$ for each"),
            "dollars": _("$ for each · x"),
        },
        {"w": ".4f", "wz": ".4f", "dollars": ",.0f"},
        bold=len(rows) - 1,
    )
    name = _("price")
    formula = (
        rf"\text{{{name}}} = \hat y\,\sigma + \mu = {total:.4f} \cdot {y_deviation:.0f}"
        rf" + {y_mean:.0f} = {price:.0f}"
    )
    return f"{table}\n\n${formula}$"


def _digits(number: float) -> str:
    return f"{number:.0f}" if number >= 1000 else f"{number:.4f}"
