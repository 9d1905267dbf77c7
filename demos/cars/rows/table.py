"""The table as it comes: what each step of cleaning does, and what it costs to leave it out."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from demos.cars.data import as_it_came
from demos.cars.knobs import CLEANING
from demos.cars.lesson import clean, columns_of, learn
from demos.frame import texts
from demos.frame.source import source_of
from demos.frame.texts import _, grouped
from demos.pictures.numbers import number_table
from demos.widgets.live_chart import Run

if TYPE_CHECKING:
    import pandas as pd

BINS = 60
FIRST = 100  # rows that are shown in any case
READ = ["encoding", "price", "miles", "gaps"]  # the steps that drop no car
DROPS = [step for step in CLEANING if step not in READ]


def table(cleaning: Sequence[str]) -> tuple[Run, str]:
    """Draw the prices before and after, and what is learned from them."""
    return _table(tuple(cleaning))


@texts.cached(maxsize=64)
def _table(cleaning: tuple[str, ...]) -> tuple[Run, str]:
    data: dict[str, Any] = {"run": [{"step": 0}]}
    warning, told = "", {}
    caption = _("No car: a step needs numbers where there is text.")
    try:
        cars = _cleaned(cleaning)
        caption = _("{count} of {all} cars are left.").format(
            count=grouped(len(cars)), all=grouped(len(_cleaned(("encoding",))))
        )
        if "price" in cleaning:
            before = _cleaned(tuple(step for step in READ if step in cleaning))
            data["before_prices"] = _histogram(before["price"])
            data["prices"] = _histogram(cars["price"])
        else:
            dearest = cars["price"].max().strip()
            caption += " " + _(
                "Prices are text: none can be drawn, and sorted as text {dearest} comes last."
            ).format(dearest=dearest)
        losses, told = learn(*columns_of(cars))
        if math.isfinite(losses[0]):
            data["run"] = [{"step": step, "loss": loss} for step, loss in enumerate(losses)]
            data["trained"] = data["run"][:1]
        else:
            warning, told = _nan(int(cars["accident"].isna().sum())), {}
    except (ValueError, TypeError) as error:  # what pandas says of what it cannot do
        if isinstance(error, UnicodeDecodeError):
            caption = _("No car: the file is not in UTF-8, and nothing of it can be read.")
        warning = _("Python stops: {error}").format(error=f"{type(error).__name__}: {error}")
    rows = [{"who": _("with these steps"), "cars": len(cars), **told}] if told else []
    if set(cleaning) != set(CLEANING):
        whole = _cleaned(tuple(CLEANING))
        all_steps = {"who": _("with all seven"), "cars": len(whole), **learn(*columns_of(whole))[1]}
        rows.append(all_steps)
    columns = {
        "who": _("learned"),
        "cars": _("cars"),
        "per_year": _("$ per year"),
        "per_miles": _("$ per 10,000 miles"),
        "per_accident": _("$ for an accident"),
        "rmse": _("typical error [$]"),
        "r2": "R²",
    }
    formats = {name: ",.0f" for name in columns if name not in ("who", "r2")} | {"r2": ".3f"}
    board = f"```python\n{code(cleaning)}\n```\n\n" + number_table(rows, columns, formats)
    return Run(data=data, caption=caption, warning=warning, topic="table"), board


@functools.lru_cache(maxsize=32)
def _cleaned(cleaning: tuple[str, ...]) -> pd.DataFrame:
    """Return the table after some steps; nobody changes it."""
    return clean(as_it_came(), cleaning)


def _nan(gaps: int) -> str:
    return _(
        "The loss is nan from the start: {gaps} cars say nothing about accidents, and one gap in a "
        "sum makes the whole sum a gap, the loss and every weight."
    ).format(gaps=gaps)


def _histogram(prices: pd.Series) -> list[dict[str, float]]:
    """Return the bars that are not empty."""
    import numpy as np

    counts, edges = np.histogram(prices, bins=BINS, range=(0, prices.max()))
    return [
        {"low": low, "high": high, "count": count}
        for low, high, count in zip(
            edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True
        )
        if count
    ]


@functools.cache
def _telling() -> Any:
    """Return which rows are shown."""
    known, read = _cleaned(("encoding", "price")), _cleaned(("encoding",))
    first = known.index < FIRST
    dash = read["fuel_type"] == "–"
    old, dear = known["model_year"] < 1990, known["price"] >= 100_000
    return first | dash | old | dear | known["accident"].isna()


@functools.cache
def lines() -> dict[str, str]:
    """Return the line of pandas of each step, as it runs."""
    found, step = {}, ""
    for line in source_of(clean).splitlines():
        if line.strip().startswith("if "):
            step = line.split('"')[1]
        elif step:
            found[step] = line.strip()
            step = ""
    return found


def code(cleaning: Sequence[str]) -> str:
    """Return the program that was run; steps that are left out are comments."""
    encoding = ', encoding="cp1252"' * ("encoding" in cleaning)
    shown = [f'cars = pd.read_csv("used_cars.csv"{encoding})']
    for step, line in lines().items():
        shown.append(line if step in cleaning else f"# {line}")
    return "\n".join(shown)


@texts.cached(maxsize=16)
def cells(cleaning: Sequence[str]) -> pd.DataFrame:
    """Return rows as they came, and beside them what the steps make of them.

    They are the first hundred and all of which a step says more than that text is a number: as many
    as a browser sorts and searches at once.
    """
    raw = _cleaned(("encoding",)).fillna("")
    raw = raw[_telling()]
    if "encoding" not in cleaning:
        return raw.iloc[:0]
    shown, left = raw.copy(), _("left out")
    done, kept = ["encoding"], raw.index
    for step in CLEANING:
        if step not in cleaning or step == "encoding":
            continue
        done.append(step)
        try:
            cars = _cleaned(tuple(done))
        except TypeError:  # text has no largest number: this step cannot run
            done.pop()
            continue
        column = {"price": "price", "miles": "milage", "gaps": "accident"}.get(step)
        if column:
            shown[f"{column} →"] = cars[column]
        else:
            if left not in shown:
                shown[left] = ""
            gone = kept.difference(cars.index)
            shown.loc[gone, left] = _(CLEANING[step])
            kept = kept.intersection(cars.index)
    first = ["brand", "model_year", "price", "milage", "accident"]
    order = [one for name in first for one in (name, f"{name} →")]
    return shown[[one for one in (*order, left, "fuel_type") if one in shown]]
