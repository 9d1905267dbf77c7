"""What is drawn of the walks: the rows that the charts are fed with, and the formulas."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from demos.frame import texts
from demos.frame.texts import _
from demos.optimizers.lesson import KNOBS, OPTIMIZERS, height, walk
from demos.pictures.heat_map import heat_map
from demos.pictures.numbers import written
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

X_LOW, X_HIGH = KNOBS["x"].low, KNOBS["x"].high
Y_LOW, Y_HIGH = KNOBS["y"].low, KNOBS["y"].high
MINIMA = {
    "bowl": [(0.0, 0.0)],
    "ravine": [(0.0, 0.0)],
    "rosenbrock": [(1.0, 1.0)],
    "saddle": [(0.0, 2.0), (0.0, -2.0)],
    "many_minima": [(0.0, 0.0)],
}
# One colour, one dash pattern and one shape per optimizer, wherever it appears.
SERIES = [
    Series("sgd", OPTIMIZERS["sgd"], lc.INK),
    Series("momentum", OPTIMIZERS["momentum"], lc.BLUE, (8, 3)),
    Series("nesterov", OPTIMIZERS["nesterov"], lc.SKY, (3, 3)),
    Series("adagrad", OPTIMIZERS["adagrad"], lc.PURPLE, (12, 3, 3, 3)),
    Series("rmsprop", OPTIMIZERS["rmsprop"], lc.GREEN, (6, 2, 2, 2)),
    Series("adam", OPTIMIZERS["adam"], lc.VERMILLION),
    Series("adamw", OPTIMIZERS["adamw"], lc.ORANGE, (4, 4)),
]
LABEL = {series.name: series.label.split(",")[0] for series in SERIES}


@texts.cached(maxsize=64)
def picture(
    surface: str,
    optimizers: Sequence[str],
    learning_rate: float,
    momentum: float,
    steps: int,
    x: float,
    y: float,
) -> tuple[Run, str]:
    """Compute the walks of the chosen optimizers and everything that is drawn of them."""
    rows = walk(surface, x, y, learning_rate, momentum, steps, optimizers)
    last = {row["series"]: row for row in rows}
    for row in rows:
        del row["gradient_y"], row["memory_y"], row["square_y"], row["new_y"]
    # The lowest and highest height that are drawn; what lies beyond is written at the edge.
    above_zero = [row["loss"] for row in rows if row["loss"] > 0]
    start = max(rows[0]["loss"], 1e-3)
    low = 10 ** math.floor(math.log10(max(1e-8, min([start / 10, *above_zero]))))
    high = 10 ** math.ceil(math.log10(start) + 0.5)
    gone = {name: row["step"] for name, row in last.items() if row["note"]}
    told = [
        {"series": name, "step": step, "note": _("overflow at step {step}").format(step=at + 1)}
        for name, at in gone.items()
        for step in range(at + 1, steps + 1)
    ]
    run = Run(
        data={
            "run": rows + told,
            "minima": [{"x": at[0], "y": at[1]} for at in MINIMA[surface]],
            "surface": [{"url": _picture_of(surface)}],
        },
        params={
            "low": low,
            "high": high,
            "learning_rate": learning_rate,
            "momentum": momentum,
        },
        caption=_caption(last, steps),
        warning=_warning(last, rows[0]["loss"], learning_rate),
        topic=surface,
    )
    return run, _board(optimizers)


def _caption(last: dict[str, dict], steps: int) -> str:
    whole = {name: row["loss"] for name, row in last.items() if not row["note"]}
    if not whole:
        sentence = _("Nobody is left after {steps} steps. Click the map to start elsewhere.")
        return sentence.format(steps=steps)
    ranking = sorted(whole, key=whole.get)
    heights = ", ".join(f"{_(LABEL[name])} {written(whole[name], '.2g')}" for name in ranking)
    sentence = _("Heights after {steps} steps: {heights}. Click the map to start there.")
    return sentence.format(steps=steps, heights=heights)


def _warning(last: dict[str, dict], start: float, learning_rate: float) -> str:
    told = []
    for name, row in last.items():
        if row["note"]:
            overflow = _("{optimizer} at step {step} (32-bit overflow)")
            told.append(overflow.format(optimizer=_(LABEL[name]), step=row["step"] + 1))
        elif row["loss"] > 10 * max(start, 0.1):
            growth = _("{optimizer} (height {height} and growing)")
            told.append(growth.format(optimizer=_(LABEL[name]), height=written(row["loss"], ".2g")))
    if not told:
        return ""
    return _(
        "Diverged: {optimizers}. Every step overshoots further than the one before: "
        "the rate {learning_rate:g} is too high for the steepest direction here."
    ).format(optimizers=", ".join(told), learning_rate=learning_rate)


@functools.cache
def _picture_of(surface: str) -> str:
    import torch

    x = torch.linspace(X_LOW, X_HIGH, 160)
    y = torch.linspace(Y_LOW, Y_HIGH, 120)
    heights = height(surface, x[None, :], y[:, None])
    # A root spreads the valley; a logarithm would dig a hole at the minimum.
    power = {"ravine": 0.4, "rosenbrock": 0.25, "saddle": 0.6}.get(surface, 0.6)
    return heat_map((heights**power).numpy(), colour=(110, 125, 150), bands=12)


def _board(optimizers: tuple[str, ...]) -> str:
    """Write out the x of every walker: what it remembers, and its step."""
    g, m, v = r"{%s.gradient_x:.4f}", "{%s.memory_x:.4f}", "{%s.square_x:.4f}"
    keeps = r"m \leftarrow \beta m + g = " + m
    step = r"x \leftarrow {%s.x:.4f} - "
    eta, new = "{learning_rate:g}", " = {%s.new_x:.4f}"
    averages = rf"m = \overline{{g}} = {m},\; v = \overline{{g^2}} = {v}"
    adam = rf"{eta}\,\frac{{\hat m}}{{\sqrt{{\hat v}}}}"
    lines = {
        "sgd": (r"\text{" + _("remembers nothing") + "}", rf"{eta} \cdot g"),
        "momentum": (keeps, rf"{eta} \cdot m"),
        "nesterov": (keeps, rf"{eta}\,(g + \beta m)"),
        "adagrad": (r"v \leftarrow v + g^2 = " + v, rf"{eta}\,\frac{{g}}{{\sqrt{{v}}}}"),
        "rmsprop": (
            r"v \leftarrow 0.99\,v + 0.01\,g^2 = " + v,
            rf"{eta}\,\frac{{g}}{{\sqrt{{v}}}}",
        ),
        "adam": (averages, adam),
        "adamw": (averages, rf"{eta}\,(0.1\,x) - {adam}"),
    }
    cells = []
    for name in optimizers:
        remembers, moves = lines[name]
        title = rf"\textbf{{{_(LABEL[name])}}}\quad g = \tfrac{{\partial f}}{{\partial x}} = {g}"
        cells += [cell.replace("%s", name) for cell in (title, remembers, step + moves + new)]
    return slots("\n\n".join(f"${cell}$" for cell in cells))
