"""Your car: the neuron's sum in both scales, its range, and what it cannot know."""

from __future__ import annotations

import functools
from typing import Any

from demos.cars.data import chosen
from demos.cars.predict import shipped, unseen
from demos.frame import texts
from demos.frame.texts import _
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
    caption = _("{price} $; eight of ten such cars cost {low} to {high} $.").format(
        **{name: f"{answer[name]:,.0f}".replace("-", "−") for name in ("price", "low", "high")}
    )
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
    x = model.inputs(year, miles, accident).tolist()
    mean, deviation = model.mean.tolist(), model.deviation.tolist()
    w, b = model.neuron.weight[0].tolist(), model.neuron.bias.item()
    y_mean, y_deviation = model.price_mean.item(), model.price_deviation.item()
    z = [(one - m) / d for one, m, d in zip(x, mean, deviation, strict=True)]
    names = [_("age"), _("miles"), _("accident"), _("not said")]
    lines = [
        rf"z_{i} = \tfrac{{{_plain(x[i - 1])} - {_digits(mean[i - 1])}}}"
        rf"{{{_digits(deviation[i - 1])}}} = {z[i - 1]:.4f}\quad\text{{({names[i - 1]})}}"
        for i in range(1, 5)
    ]
    total = sum(one * weight for one, weight in zip(z, w, strict=True)) + b
    lines.append(
        r"\hat y = "
        + " ".join(
            f"{_signed(weight, '.4f', first=not i)} \\cdot {_bracketed(one)}"
            for i, (weight, one) in enumerate(zip(w, z, strict=True))
        )
        + f" {_signed(b, '.4f')} = {total:.4f}"
    )
    lines.append(
        rf"\text{{{_('price')}}} = \hat y\,\sigma + \mu = {total:.4f} \cdot {y_deviation:.0f}"
        rf" + {y_mean:.0f} = {total * y_deviation + y_mean:.0f}"
    )
    dollars, at_zero = model.in_dollars()
    specs = [".1f", ".4f", ".0f", ".0f"]
    lines.append(
        rf"\text{{{_('in dollars')}}}:\; {at_zero:.0f} "
        + " ".join(
            rf"{_signed(dollar, spec)} \cdot {_plain(one)}"
            for dollar, one, spec in zip(dollars, x, specs, strict=True)
        )
        + f" = {at_zero + sum(d * one for d, one in zip(dollars, x, strict=True)):.0f}"
    )
    return "\n\n".join(f"${line}$" for line in lines)


def _plain(number: float) -> str:
    return f"{number:g}" if abs(number) < 1e6 else f"{number:.0f}"


def _digits(number: float) -> str:
    return f"{number:.0f}" if number >= 1000 else f"{number:.4f}"


def _signed(number: float, spec: str, first: bool = False) -> str:
    sign = "-" if number < 0 else "" if first else "+"
    return f"{sign} {abs(number):{spec}}"


def _bracketed(number: float) -> str:
    return f"({number:.4f})" if number < 0 else f"{number:.4f}"
