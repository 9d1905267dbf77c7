"""What is drawn of the walks: the rows that the charts are fed with, and the formulas."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from demos.frame import texts
from demos.frame.knobs import Choice
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
# How deep a walker must be to have arrived.
ARRIVED = 0.01
# Where a height is a difference of numbers near 1, less than this is their rounding.
NOISE = {"many_minima": 2**-22}
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
    board: str,
) -> tuple[Run, str]:
    """Compute the walks of the chosen optimizers and everything that is drawn of them."""
    rows = walk(surface, x, y, learning_rate, momentum, steps, optimizers)
    board = Choice.offered(board, optimizers)
    _write_out([row for row in rows if row["series"] == board], momentum)
    last = {row["series"]: row for row in rows}
    for row in rows:
        if row["loss"] < NOISE.get(surface, 0):
            row["loss"] = 0.0
        if row["series"] != board:  # its numbers are not read
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
            "rest": round(1 - momentum, 10),
        },
        caption=_caption(optimizers),
        conclusion=_conclusion(last, steps),
        warning=_warning(last, rows[0]["loss"], learning_rate),
        topic=surface,
    )
    return run, _board(board)


def _write_out(rows: list[dict], momentum: float) -> None:
    """Add what the board shows of one walker: what it remembered before, m̂ and v̂, what is ahead."""
    before: dict[str, float] = {}
    for t, row in enumerate(rows, start=1):
        if momentum == 0 and row["series"] in ("momentum", "nesterov"):
            # Without β, PyTorch keeps no memory: it would be the slope.
            row["memory_x"], row["memory_y"] = row["gradient_x"], row["gradient_y"]
        row["share"], row["share_square"] = 1 - momentum**t, 1 - 0.999**t
        for name in ("memory_x", "memory_y", "square_x", "square_y"):
            row[f"{name}_before"] = before.get(name, 0.0)
            share = row["share" if name.startswith("memory") else "share_square"]
            row[f"{name}_hat"] = None if row[name] is None else row[name] / share
            before[name] = row[name]
        if row["series"] == "nesterov" and row["memory_x"] is not None:
            for axis in "xy":
                row[f"ahead_{axis}"] = row[f"gradient_{axis}"] + momentum * row[f"memory_{axis}"]


def _caption(optimizers: Sequence[str]) -> str:
    heights = ", ".join(f"{_(LABEL[name])} {{{name}.loss:.3s}}" for name in optimizers)
    sentence = _("Heights at step {step}: {heights}. Click the map to start there.")
    return sentence.format(step="{step:d}", heights=heights)


def _conclusion(last: dict[str, dict], steps: int) -> str:
    """Say who came how far, and who is at the bottom."""
    whole = {name: row["loss"] for name, row in last.items() if not row["note"]}
    if not whole:
        return _("Nobody is left after {steps} steps.").format(steps=steps)
    ranking = sorted(whole, key=whole.get)
    heights = ", ".join(f"{_(LABEL[name])} {written(whole[name], '.2g')}" for name in ranking)
    sentence = _("Heights after {steps} steps: {heights}.").format(steps=steps, heights=heights)
    arrived = [_(LABEL[name]) for name in ranking if whole[name] < ARRIVED]
    if arrived:
        there = _("At the bottom, below {height}: {optimizers}.")
        return f"{sentence} {there.format(height=ARRIVED, optimizers=', '.join(arrived))}"
    return sentence + " " + _("Nobody has come below {height} yet.").format(height=ARRIVED)


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


def _board(name: str) -> str:
    """Write out a step of one optimizer, x on the left and y on the right."""
    g, m, v = "{#.gradient_%:.5s}", "{#.memory_%:.5s}", "{#.square_%:.5s}"
    eta, beta, new = "{learning_rate:g}", "{momentum:g}", " = {#.new_%:.4s}"
    gather = (
        rf"m_% \leftarrow \beta m_% + g_% = {beta} \cdot ({{#.memory_%_before:.5s}}) + ({g})"
        r" = {#.memory_%:.4s}"
    )
    # Averages of the slopes, and of their squares, that forget the old ones by and by.
    average = (
        r"m_% = \overline{g_%} \leftarrow "
        rf"{beta} \cdot ({{#.memory_%_before:.5s}}) + {{rest:g}} \cdot ({g}) = {{#.memory_%:.4s}}"
    )
    decay, rest = ("0.999", "0.001") if name.startswith("adam") else ("0.99", "0.01")
    squares = (
        rf"v_% = \overline{{g_%^2}} \leftarrow {decay} \cdot {{#.square_%_before:.5s}}"
        rf" + {rest} \cdot ({g})^2 = {{#.square_%:.4s}}"
    )
    sums = rf"v_% \leftarrow v_% + g_%^2 = {{#.square_%_before:.5s}} + ({g})^2 = {{#.square_%:.4s}}"
    hats = [
        rf"\hat m_% = \frac{{m_%}}{{1 - \beta^t}} = \frac{{{m}}}{{{{#.share:.5s}}}}"
        r" = {#.memory_%_hat:.4s}",
        rf"\hat v_% = \frac{{v_%}}{{1 - 0.999^t}} = \frac{{{v}}}{{{{#.share_square:.5s}}}}"
        r" = {#.square_%_hat:.4s}",
    ]
    here = r"% \leftarrow % - "
    at = " = {#.%:.5s} - " + eta
    divided = r"\frac{{{#.memory_%_hat:.5s}}}{\sqrt{{#.square_%_hat:.5s}} + \epsilon}"
    scaled = rf"\frac{{{g}}}{{\sqrt{{{v}}} + \epsilon}}"
    adam = r"\frac{\hat m_%}{\sqrt{\hat v_%} + \epsilon}"
    by_slope = rf"{here} \eta\,\frac{{g_%}}{{\sqrt{{v_%}} + \epsilon}}{at} \cdot {scaled}{new}"
    lines = {
        "sgd": [rf"{here} \eta\,g_%{at} \cdot ({g}){new}"],
        "momentum": [gather, rf"{here} \eta\,m_%{at} \cdot ({m}){new}"],
        "nesterov": [
            gather,
            rf"n_% = g_% + \beta m_% = {g} + {beta} \cdot ({m}) = {{#.ahead_%:.4s}}",
            rf"{here} \eta\,n_%{at} \cdot ({{#.ahead_%:.5s}}){new}",
        ],
        "adagrad": [sums, by_slope],
        "rmsprop": [squares, by_slope],
        "adam": [average, squares, *hats, rf"{here} \eta\,{adam}{at} \cdot {divided}{new}"],
        "adamw": [
            average,
            squares,
            *hats,
            rf"% \leftarrow {{#.%:.5s}} - {eta}"
            rf"\,\Big(0.1 \cdot ({{#.%:.5s}}) + {divided}\Big){new}",
        ],
    }[name]
    slope = r"g_% = \frac{\partial f}{\partial %} = {#.gradient_%:.4s}"
    cells = [rf"\textbf{{{_(LABEL[name])}}}\quad {slope}".replace("%", "x")]
    cells += [slope.replace("%", "y")]
    cells += [line.replace("%", axis) for line in lines for axis in "xy"]
    return slots("\n\n".join(f"${cell}$" for cell in cells).replace("#", name))
