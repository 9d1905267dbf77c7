"""Training explodes: raw numbers, and the same ones normalised."""

from __future__ import annotations

import functools
import math
from typing import Any

from demos.cars.data import chosen
from demos.cars.knobs import ALL, NO_LIMIT
from demos.cars.lesson import curvature, inputs, loss_surface, normalised, steps_needed, train
from demos.frame import texts
from demos.frame.texts import N_, _, grouped
from demos.pictures.heat_map import heat_map
from demos.pictures.numbers import number_table, written
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run

COLUMNS = ["age", "miles"]
SCALINGS = {"raw": N_("raw"), "price": N_("price normalised"), "all": N_("all normalised")}


@texts.cached(maxsize=128)
def explode(scaling: str, learning_rate: float, steps: int, batch: int) -> tuple[Run, str]:
    """Draw a training on all cars: the loss surface, the path on it, and the loss."""
    rows = train(scaling, learning_rate, steps, batch, ALL, NO_LIMIT, False, COLUMNS, "mse", 5_000)
    for row in rows:
        row["per_mile"] = row["per_miles"] / 10_000
        for name in (*COLUMNS, "bias"):
            weight = "bias" if name == "bias" else f"weight_{name}"
            row[f"new_{name}"] = row[weight] - learning_rate * row[f"gradient_{name}"]
    surface, edge, legend = _surface(scaling)
    last = rows[-1]
    caption = _(
        "Step {step}: the loss is {loss}{unit}; one more year {year} dollars, one mile {mile}."
    )
    run = Run(
        data={
            "run": rows,
            "surface": [{"url": surface}],
            "batches": rows if batch < 4009 else [],
        },
        params={**legend, "edge": edge, "learning_rate": learning_rate},
        caption=caption.format(
            step="{step:d}",
            loss="{loss:.4s}",
            unit=" $²" if scaling == "raw" else "",
            year="{per_year:.4s}",
            mile="{per_mile:.4s}",
        ),
        conclusion="" if last["note"] else _conclusion(rows, scaling, batch),
        warning=_exploded(last, scaling, learning_rate) if last["note"] else "",
        topic=f"explode {scaling}",
    )
    return run, _board(scaling, learning_rate, batch)


def _exploded(last: dict[str, Any], scaling: str, rate: float) -> str:
    largest = facts()[scaling]["largest"]
    return _(
        "Stopped at step {step}: the loss outgrew a float32. On these numbers steps converge below "
        "{largest}, and {rate} is {times} times as much: each step lands farther up the other side."
    ).format(
        step=last["step"] + 1,
        largest=written(largest, ".4g"),
        rate=written(rate, ".4g"),
        times=written(rate / largest, ".3g"),
    )


def _conclusion(rows: list[dict[str, Any]], scaling: str, batch: int) -> str:
    if batch < 4009:
        return _(
            "{steps} steps of {batch} cars: {seen} cars were looked at, {times} times the table."
        ).format(
            steps=rows[-1]["step"],
            batch=batch,
            seen=grouped(rows[-1]["step"] * batch),
            times=written(rows[-1]["step"] * batch / 4009, ".3g"),
        )
    best, start = facts()[scaling]["least"], rows[0]["loss"]
    done = (start - rows[-1]["loss"]) / (start - best)
    return _("{share} % of the way down after {steps} steps.").format(
        share=written(100 * done, ".3g"), steps=rows[-1]["step"]
    )


@functools.lru_cache(maxsize=1)
def facts() -> dict[str, dict[str, Any]]:
    """Return for each scaling what decides about its training."""
    import torch

    cars = chosen()
    raw, dollars = inputs(cars, COLUMNS)
    z, mean, deviation = normalised(raw)
    price, price_mean, price_deviation = normalised(dollars)
    found = {}
    for name, x, y in (("raw", raw, dollars), ("price", raw, price), ("all", z, price)):
        values = curvature(x)[0]
        whole = torch.cat([x.double(), torch.ones(len(x), 1).double()], dim=1)
        scale = whole.norm(dim=0)
        best = torch.linalg.lstsq(whole / scale, y.double()[:, None]).solution[:, 0] / scale
        rate = (2 / (values[0] + values[-1])).item()
        found[name] = {
            "x": x,
            "y": y,
            "largest": (2 / values[-1]).item(),
            "condition": (values[-1] / values[0]).item(),
            "least": ((y.double() - whole @ best) ** 2).mean().item(),
            "rate": rate,
            "steps": steps_needed(x, y, rate),
        }
    found["moments"] = {
        "mean": mean.tolist(),
        "deviation": deviation.tolist(),
        "price_mean": price_mean.item(),
        "price_deviation": price_deviation.item(),
    }
    return found


@functools.lru_cache(maxsize=3)
def _surface(scaling: str) -> tuple[str, float, dict[str, float]]:
    """Paint the loss over (w_age, w_miles) at b = 0, both axes alike."""
    import torch

    of = facts()[scaling]
    edge = 1 / facts()["moments"]["price_deviation"] if scaling == "price" else 1.0
    weights = torch.linspace(-edge, edge, 161)
    losses = loss_surface(weights, weights, 0.0, of["x"], of["y"])
    above = (losses - losses.min()).clamp(min=0)
    legend = {"heat_low": 0.0, "heat_high": above.max().item()}
    return heat_map(above.sqrt().sqrt().numpy()), edge, legend  # the root spreads the valley


def _board(scaling: str, rate: float, batch: int) -> str:
    moments = facts()["moments"]
    lines = []
    age, miles, price = (rf"\text{{{name}}}" for name in (_("age"), _("miles"), _("price")))
    if scaling != "raw":
        numbers = (moments["price_mean"], moments["price_deviation"])
        mean, deviation = (f"{one:,.0f}".replace(",", r"\,") for one in numbers)
        lines.append(
            rf"y = \frac{{{price} - \mu}}{{\sigma}} = \frac{{{price} - {mean}}}{{{deviation}}}"
        )
    if scaling == "all":
        (a, m), (da, dm) = moments["mean"], moments["deviation"]
        lines.append(
            rf"z_1 = \frac{{{age} - {a:.3f}}}{{{da:.3f}}},\quad "
            rf"z_2 = \frac{{{miles} - {m:.0f}}}{{{dm:.0f}}}"
        )
        age, miles = "z_1", "z_2"
    lines += [
        rf"\hat y = {{weight_age:.5s}}\,{age}\; {{weight_miles:+.5s}}\,{miles}\; {{bias:+.5s}}",
        r"L = \tfrac1N \textstyle\sum (\hat y - y)^2 = {loss:.5s}",
        r"w_1 \leftarrow {weight_age:.6s} - {learning_rate:g} \cdot ({gradient_age:.6s})"
        r" = {new_age:.5s}",
        r"w_2 \leftarrow {weight_miles:.6s} - {learning_rate:g} \cdot ({gradient_miles:.6s})"
        r" = {new_miles:.5s}",
    ]
    rows = []
    for name, label in SCALINGS.items():
        of = facts()[name]
        needed = of["steps"] if rate == of["rate"] else steps_needed(of["x"], of["y"], rate)
        rows.append(
            {
                "who": _(label),
                "largest": of["largest"],
                "condition": of["condition"],
                "now": _("explodes") if math.isinf(needed) else _steps(needed),
                "best": _steps(of["steps"]),
            }
        )
    table = number_table(
        rows,
        {
            "who": _("numbers"),
            "largest": _("largest rate that converges"),
            "condition": _("curvature across : along"),
            "now": _("steps at η = {rate}").format(rate=written(rate, ".3g")),
            "best": _("steps at the best rate"),
        },
        {"largest": ".5g", "condition": ".2g"},
        bold=list(SCALINGS).index(scaling),
    )
    return slots("\n\n".join(f"${line}$" for line in lines)) + f"\n\n{table}"


def _steps(count: float) -> str:
    return grouped(count) if count < 1e6 else written(count, ".2g")
