"""The answer: dollars per year and per 10,000 miles, and how they depend on the cars asked."""

from __future__ import annotations

import functools
from typing import Any

from demos.cars.data import chosen
from demos.cars.knobs import ALL, NO_LIMIT, THIS_YEAR
from demos.cars.lesson import answer_of, train
from demos.frame import texts
from demos.frame.texts import N_, _, grouped
from demos.pictures.numbers import number_table, written
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run

RATE = 0.5
STEPS = {"mse": 100, "mae": 600, "huber": 300}
SHOWN = 100  # steps of a run that are sent
LEVELS = [0, 10, 20, 30, 40, 50, 60, 80, 100]  # prices with a line each [thousand $]
MOST_AGE, MOST_MILES = 32, 250_000  # of the map
EVERY = 10_000  # miles of a square of the map
# What the answer is compared with: some of the arguments of `chosen`.
COMPARED: dict[str, dict[str, Any]] = {
    N_("all 4,009 cars"): {},
    N_("without the one Maserati"): {"outlier": True},
    N_("below $100,000"): {"limit": 100_000},
}


@texts.cached(maxsize=128)
def answer(
    brand: str,
    limit: int,
    outlier: bool,
    columns: list[str],
    loss: str,
    delta: float,
    year: int,
    miles: int,
) -> tuple[Run, str]:
    """Draw what a neuron learned of some of the cars."""
    columns = list(columns)
    rows = train("all", RATE, STEPS[loss], 4009, brand, limit, outlier, columns, loss, delta)
    cars = chosen(brand, limit, outlier)
    last = rows[-1]
    every = max(1, STEPS[loss] // SHOWN)
    run = [
        {
            "step": row["step"],
            "key": 0,
            "loss": row["loss"],
            **{name: row[name] or 0 for name in ("per_year", "per_miles", "intercept")},
            "per_accident": row["per_accident"],
        }
        for row in rows[::every]
    ]
    found = {"who": _("these cars"), "cars": len(cars), **last, **answer_of(cars, columns, last)}
    caption = _("Step {step}: one more year {year} dollars, 10,000 more miles {miles}.")
    return Run(
        data={
            "run": run,
            "cells": _cells(brand, limit, outlier),
            "levels": [{"price": 1000 * level} for level in LEVELS],
        },
        params={
            "car_age": min(max(THIS_YEAR - year, 0), MOST_AGE),
            "car_miles": min(miles, MOST_MILES),
        },
        caption=caption.format(step="{step:d}", year="{per_year:.0f}", miles="{per_miles:.0f}"),
        conclusion=_conclusion(cars, columns, last),
        start=run[-1]["step"],
        topic="answer",
    ), _board(columns, found, loss, delta)


def _conclusion(cars: Any, columns: list[str], last: dict[str, Any]) -> str:
    year, miles = last["per_year"], last["per_miles"]
    if year is None or miles is None:
        return ""
    if year >= 0 or miles >= 0:
        return _("With these cars, one of the two raises the price: no car does that by itself.")
    sentence = _("As much as one year cost {miles} miles.")
    more = _("One more year costs more.") if year < miles else _("10,000 more miles cost more.")
    return f"{more} " + sentence.format(miles=grouped(1e4 * year / miles))


def _board(columns: list[str], found: dict[str, Any], loss: str, delta: float) -> str:
    lines = []
    age, miles, price = (rf"\text{{{name}}}" for name in (_("age"), _("miles"), _("price")))
    terms = {
        "age": rf"{{per_year:+.5s}} \cdot {age}",
        "miles": rf"{{per_miles:+.5s}} \cdot \tfrac{{{miles}}}{{10\,000}}",
    }
    seen = r"\; ".join(terms[one] for one in columns if one in terms)
    if seen:
        lines.append(rf"{price} = {{intercept:.5s}}\; {seen}")
    if columns == ["age"]:
        lines.append(_omitted())
    rows = [*_compared(), found]
    table = number_table(
        rows,
        {
            "who": _("learned from"),
            "cars": _("cars"),
            "per_year": _("$ per year"),
            "per_miles": _("$ per 10,000 miles"),
            **({"per_accident": _("$ for an accident")} if "accident" in columns else {}),
            "intercept": _("new, 0 miles [$]"),
            "r2": "R²",
            "rmse": "RMSE [$]",
        },
        {
            **dict.fromkeys(
                ("cars", "per_year", "per_miles", "per_accident", "intercept", "rmse"), ",.0f"
            ),
            "r2": ".3f",
        },
        bold=len(rows) - 1,
    )
    how = {
        "mse": "MSE",
        "mae": "MAE",
        "huber": _("Huber, δ = {delta} dollars").format(delta=grouped(delta)),
    }[loss]
    note = _("The upper three: age and miles, MSE. The last: {how}.").format(how=how)
    return slots("\n\n".join(f"${line}$" for line in lines)) + f"\n\n{table}\n\n{note}"


@functools.lru_cache(maxsize=1)
def _facts_below() -> tuple[float, float, float]:
    """Return of the cars below $100,000: $ a year and a mile together, and miles for each year."""
    import numpy as np

    cars = chosen(limit=100_000)
    age, miles, price = (cars[name].to_numpy(float) for name in ("age", "miles", "price"))
    design = np.column_stack([age, miles, np.ones(len(age))])
    year, mile, _at_zero = np.linalg.lstsq(design, price, rcond=None)[0]
    return year, mile, np.polyfit(age, miles, 1)[0]


def _omitted() -> str:
    """Write out why a year costs more where nobody asks for the miles."""
    year, mile, miles = _facts_below()
    alone = year + mile * miles
    words = _("a year brings {miles} miles along; below $100,000:").format(miles=grouped(miles))
    words = words.replace("$", r"\$")
    return (
        rf"\text{{{words}}}\; {written(year, '.0f')} - {-10_000 * mile:.0f} \cdot "
        rf"{miles / 10_000:.4f} = {written(alone, '.0f')}"
    ).replace("−", "-")


@functools.lru_cache(maxsize=1)
def _known() -> list[dict[str, Any]]:
    found = []
    for some in COMPARED.values():
        which: dict[str, Any] = {"brand": ALL, "limit": NO_LIMIT, "outlier": False, **some}
        row = train(
            "all", RATE, STEPS["mse"], 4009, *which.values(), ["age", "miles"], "mse", 5_000
        )[-1]
        cars = chosen(*which.values())
        found.append({"cars": len(cars), **row, **answer_of(cars, ["age", "miles"], row)})
    return found


def _compared() -> list[dict[str, Any]]:
    return [{"who": _(who), **row} for who, row in zip(COMPARED, _known(), strict=True)]


@functools.lru_cache(maxsize=32)
def _cells(brand: str, limit: int, outlier: bool) -> list[dict[str, float]]:
    """Return the map: of each year and 10,000 miles how many cars there are, and what they cost."""
    cars = chosen(brand, limit, outlier)
    cars = cars[(cars["age"] < MOST_AGE) & (cars["miles"] < MOST_MILES)]
    groups = cars["price"].groupby([cars["age"], cars["miles"] // EVERY])
    return [
        {"age": int(age), "miles": int(miles) * EVERY, "price": price, "count": int(count)}
        for (age, miles), price, count in zip(
            groups.groups, groups.median(), groups.size(), strict=True
        )
    ]
