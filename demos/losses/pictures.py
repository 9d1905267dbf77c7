"""What is drawn of a run: the charts, and the rows and formulas that they are fed with."""

from __future__ import annotations

import functools
import math
from typing import Any

import altair as alt

from demos.checks import bounded
from demos.losses.lesson import (
    LABELS,
    REGRESSION,
    TASKS,
    classification_loss,
    compare,
    regression_loss,
    rides,
    total_cross_entropy,
)
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Panel, Run, Series

STEPS = 60
W_LOW, W_HIGH = -1.0, 5.5
Z_LOW, Z_HIGH = -8.0, 8.0

# One colour and one dash pattern per loss, wherever it appears.
SERIES = [
    Series("mbe", "MBE", lc.PURPLE, (2, 2)),
    Series("mae", "MAE", lc.ORANGE, (8, 4)),
    Series("mse", "MSE", lc.VERMILLION),
    Series("huber", "Huber", lc.BLUE, (12, 3, 3, 3)),
    Series("log_cosh", "log-cosh", lc.GREEN, (4, 3)),
    Series("bce", "BCE", lc.BLUE, (8, 4)),
    Series("hinge", "hinge", lc.GREEN, (2, 2)),
    Series("cross_entropy", "cross-entropy, 3 classes", lc.PURPLE, (12, 3, 3, 3)),
]
LABEL = {series.name: series.label for series in SERIES}
UNIT = {"mbe": "min", "mae": "min", "mse": "min²", "huber": "min²", "log_cosh": ""}

# ---------------------------------------------------------------- rows


@bounded(
    task=TASKS,
    outlier=(-1000.0, 1000.0),
    delta=(0.01, 1000.0),
    learning_rate=(1e-6, 10.0),
    label=LABELS,
    axis=["score", "probability"],
    score_rate=(1e-6, 10.0),
)
def picture(
    task: str,
    losses: list[str],
    outlier: float,
    delta: float,
    weight: float,
    learning_rate: float,
    score_losses: list[str],
    label: str,
    axis: str,
    score: float,
    score_rate: float,
) -> tuple[Run, str]:
    """Compute the runs of the chosen losses and everything that is drawn of them."""
    if task == "regression":
        rows = losses and compare(task, losses, weight, learning_rate, STEPS, outlier, delta)
        return _regression(rows or [], outlier, delta, learning_rate)
    rows = score_losses and compare(task, score_losses, score, score_rate, STEPS, label=label)
    return _classification(rows or [], label, axis, score_rate)


def _regression(
    rows: list[dict], outlier: float, delta: float, learning_rate: float
) -> tuple[Run, str]:
    kilometres, minutes = (values.tolist() for values in rides(outlier))
    # Least squares through the rides without a flat tyre, in closed form.
    usual = sum(x * y for x, y in zip(kilometres[:-1], minutes[:-1], strict=True)) / sum(
        x * x for x in kilometres[:-1]
    )
    last = {row["series"]: row for row in rows}
    data: dict[str, list[dict[str, Any]]] = {
        "run": rows,
        "fits": list(last.values()),
        "rides": [
            {"km": x, "min": y, "key": "outlier" if i == len(kilometres) - 1 else None}
            for i, (x, y) in enumerate(zip(kilometres, minutes, strict=True))
        ],
    }
    params: dict[str, float] = {"learning_rate": learning_rate, "delta": delta, "usual": usual}
    for name in last:
        data[name] = list(_curve(name, outlier, delta))
        losses = [row["loss"] for row in data[name]]
        margin = 0.08 * (max(losses) - min(losses))
        params[f"{name}_low"] = min(losses) - margin
        params[f"{name}_high"] = max(losses) + margin

    told = []
    for name, row in last.items():
        told.append("" if row["note"] else f"{LABEL[name]} {_written(row['weight'])}")
        if name == "mbe":
            told[-1] += " and still falling, for ever"
    run = Run(
        data=data,
        params=params,
        caption=(
            f"The lines after {STEPS} steps, in min/km: {'; '.join(filter(None, told))}. "
            f"The eleven rides without a flat tyre say {usual:.2f}. Click a curve to start there."
            if rows
            else "Choose a loss to see its line."
        ),
        warning=_overflow(last.values(), learning_rate),
    )
    return run, _regression_board(list(last))


def _written(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


def _overflow(last: Any, learning_rate: float) -> str:
    stopped = [f"{LABEL[row['series']]} at step {row['step']}" for row in last if row["note"]]
    return (
        f"Stopped: {', '.join(stopped)}. Each step overshot the minimum further than the one "
        "before, until the numbers outgrew a 32-bit float: "
        f"the rate {learning_rate:g} is too high for it."
        if stopped
        else ""
    )


@functools.lru_cache(maxsize=256)
def _curve(name: str, outlier: float, delta: float) -> tuple[dict[str, float], ...]:
    """Return the loss of ŷ = w·x for every w of the picture."""
    import torch

    kilometres, minutes = rides(outlier)
    weights = torch.linspace(W_LOW, W_HIGH, 141)
    losses = regression_loss(name, weights[:, None] * kilometres, minutes, delta)
    return tuple(
        {"weight": w, "loss": loss}
        for w, loss in zip(weights.tolist(), losses.tolist(), strict=True)
    )


def _classification(
    rows: list[dict], label: str, axis: str, learning_rate: float
) -> tuple[Run, str]:
    by_score = axis == "score"
    last = {row["series"]: row for row in rows}
    for row in rows:
        row["x"] = row["score"] if by_score else row["probability"]
        row["slope"] = row["gradient"] if by_score else row["probability_gradient"]
    curves = [row for name in last for row in _score_curve(name, label, by_score)]
    told = []
    for name, row in last.items():
        p = row["probability"]
        told.append(
            f"{LABEL[name].split(',')[0]} {_written(row['score'])}"
            + ("" if p is None else f" (ŷ = {p:.3f})")
        )
    caption = f"The scores after {STEPS} steps: {'; '.join(told)}. Click a curve to start there."
    if not rows:
        caption = "Choose a loss to see its curve."
    elif "hinge" in last and not by_score:
        caption += " Hinge knows scores only, no probability: it has no curve here."
    run = Run(
        data={
            "run": rows,
            "score_run": rows or [{"step": 0}],
            "by_score" if by_score else "by_probability": curves or [{"series": "none"}],
        },
        params={"learning_rate": learning_rate},
        caption=caption,
    )
    return run, _classification_board(list(last), label)


@functools.lru_cache(maxsize=64)
def _score_curve(name: str, label: str, by_score: bool) -> tuple[dict[str, Any], ...]:
    """Return loss and slope for every score, or for every probability, of the picture."""
    import torch

    if by_score:
        x = torch.linspace(Z_LOW, Z_HIGH, 161, requires_grad=True)
        score = x
    elif name == "hinge":
        return ()
    else:
        # Dense towards the ends, where the cross-entropies rise steeply.
        x = torch.sigmoid(torch.linspace(-7.5, 7.5, 181)).requires_grad_()
        score = torch.logit(x) + (math.log(2) if name == "cross_entropy" else 0)
    losses = classification_loss(name, score, label)
    (slopes,) = torch.autograd.grad(losses.sum(), x)
    return tuple(
        {"series": name, "x": at, "loss": loss, "slope": slope}
        for at, loss, slope in zip(x.tolist(), losses.tolist(), slopes.tolist(), strict=True)
    )


# ---------------------------------------------------------------- formulas

_SUM = r"\tfrac{1}{12}\textstyle\sum"
_FORMULAS = {
    "mbe": (rf"{_SUM} (\hat y - y)", rf"{_SUM}\, x"),
    "mae": (rf"{_SUM} |\hat y - y|", rf"{_SUM}\, \mathrm{{sign}}(\hat y - y)\, x"),
    "mse": (rf"{_SUM} (\hat y - y)^2", rf"{_SUM}\, 2\,(\hat y - y)\, x"),
    "huber": (
        rf"{_SUM} H_\delta(\hat y - y)",
        rf"{_SUM}\, \mathrm{{clip}}_{{\pm {{delta:g}}}}(\hat y - y)\, x",
    ),
    "log_cosh": (rf"{_SUM} \ln\cosh(\hat y - y)", rf"{_SUM}\, \tanh(\hat y - y)\, x"),
}


def _formulas(*formulas: str) -> str:
    return slots("\n\n".join(f"${formula}$" for formula in formulas))


def _regression_board(losses: list[str]) -> str:
    lines = []
    for name in losses:
        loss, gradient = _FORMULAS[name]
        unit = rf"\ \mathrm{{{UNIT[name].replace('²', '^2')}}}" if UNIT[name] else ""
        lines += [
            rf"\textbf{{{LABEL[name]}}}\quad L = {loss} = {{{name}.loss:.3f}}{unit}",
            rf"\tfrac{{dL}}{{dw}} = {gradient} = {{{name}.gradient:.3f}}",
            rf"w \leftarrow {{{name}.weight:.4f}} - {{learning_rate:g}} \cdot "
            rf"({{{name}.gradient:.3f}}) = {{{name}.new_weight:.4f}}",
        ]
    return _formulas(*lines)


def _classification_board(losses: list[str], label: str) -> str:
    cat = label == "cat"
    p = "{%s.probability:.4f}"
    shown = {
        "mse": rf"(\hat y - y)^2 = ({p} - {int(cat)})^2",
        "bce": rf"-\ln \hat y = -\ln {p}" if cat else rf"-\ln(1 - \hat y) = -\ln(1 - {p})",
        "hinge": r"\max(0,\ 1 - z)" if cat else r"\max(0,\ 1 + z)",
        "cross_entropy": rf"-\ln {p}" if cat else rf"-\ln \tfrac{{1 - {p}}}{{2}}",
    }
    lines = []
    for name in losses:
        chain = (
            ""
            if name == "hinge"
            else rf"\tfrac{{\partial L}}{{\partial \hat y}}\,"
            rf"\tfrac{{\partial \hat y}}{{\partial z}} = {{{name}.probability_gradient:.3f}}"
            rf" \cdot {{{name}.probability_slope:.4f}} = "
        )
        title = LABEL[name].split(",")[0]
        lines += [
            rf"\textbf{{{title}}}\quad L = {shown[name].replace('%s', name)}"
            rf" = {{{name}.loss:.3f}}",
            rf"\tfrac{{\partial L}}{{\partial z}} = {chain}{{{name}.gradient:.4f}}",
            rf"z \leftarrow {{{name}.score:.3f}} - {{learning_rate:g}} \cdot "
            rf"({{{name}.gradient:.4f}}) = {{{name}.new_score:.3f}}",
        ]
    if {"bce", "cross_entropy"} & set(losses):
        terms, total = total_cross_entropy([0.8, 0.7, 0.9])
        lines.append(
            r"\text{Three pictures whose true class got 0.8, 0.7 and 0.9:}\quad "
            rf"-\ln 0.8 - \ln 0.7 - \ln 0.9 = {' + '.join(f'{term:.3f}' for term in terms)}"
            rf" = {total:.3f}"
        )
    return _formulas(*lines)


# ---------------------------------------------------------------- charts

_NAMES = [series.name for series in SERIES]
COLOUR = alt.Color(
    "series:N",
    scale=alt.Scale(domain=_NAMES, range=[series.colour for series in SERIES]),
    legend=None,
)
DASH = alt.StrokeDash(
    "series:N",
    scale=alt.Scale(domain=_NAMES, range=[list(series.dash or (1, 0)) for series in SERIES]),
    legend=None,
)
STEP = alt.param(name="step", value=0)
NOW = alt.NamedData(name="now")


def panels() -> list[Panel]:
    """Return the charts of both tasks; those without rows are not shown."""
    return [
        Panel(
            _lines(),
            "The twelve rides and, for each loss, the line ŷ = w·x.",
            drag="rides",
            axes=("km", "min"),
            drag_along="y",
            only_with="rides",
            min_width=320,
        ),
        Panel(
            _course(
                "weight", "rides", "w [min/km]", W_LOW, W_HIGH, "The weight, step by step", 215
            ),
            "The weight w over the steps, for each loss.",
            only_with="rides",
            min_width=320,
        ),
        *(
            Panel(
                _valley(name),
                f"{LABEL[name]} for every w, its slope at the current w, and the path.",
                only_with=name,
                pick=True,
                row=1,
                min_width=150,
            )
            for name in REGRESSION
        ),
        *(
            Panel(chart, description, only_with=rows, pick=True)
            for rows, loss, slope, of in [
                ("by_score", 9.2, 1.2, "score z"),
                ("by_probability", 6.0, 12.0, "probability ŷ"),
            ]
            for chart, description in [
                (_losses(rows, of, loss), f"The losses for every {of}, and the current slopes."),
                (_slopes(rows, of, slope), f"The slopes of the losses for every {of}."),
            ]
        ),
        Panel(
            _course("score", "score_run", "score z", -10, 10, "The score, step by step", 260),
            "The score z over the steps, for each loss.",
            only_with="score_run",
        ),
    ]


def _x(field: str, title: str, low: float, high: float, **kwargs: Any) -> alt.X:
    return alt.X(field, title=title, scale=alt.Scale(domain=[low, high], nice=False), **kwargs)


def _y(field: str, title: str, low: Any, high: Any, **kwargs: Any) -> alt.Y:
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    return alt.Y(field, title=title, scale=scale, **kwargs)


def _lines() -> alt.TopLevelMixin:
    km, minutes = _x("km:Q", "km", 0, 5.6), _y("min:Q", "min", -6, 44)

    def fitted(data: alt.NamedData, **style: Any) -> alt.Chart:
        return (
            alt.Chart(data)
            .transform_calculate(km="0", min="0", far="5.6", there="5.6 * datum.weight")
            .mark_rule(clip=True, **style)
            .encode(x=km, y=minutes, x2="far", y2="there", color=COLOUR, strokeDash=DASH)
        )

    points = alt.Chart(alt.NamedData(name="rides"))
    tooltip = [alt.Tooltip("km:Q"), alt.Tooltip("min:Q", format=".1f")]
    usual = points.transform_filter("!datum.key").mark_point(
        filled=True, size=46, color=lc.INK, opacity=1
    )
    flat = points.transform_filter("!!datum.key")
    return (
        fitted(alt.NamedData(name="fits"), strokeWidth=1.5, opacity=0.5)
        + fitted(NOW, strokeWidth=3)
        + usual.encode(x=km, y=minutes, tooltip=tooltip)
        + flat.mark_point(size=330, color=lc.INK, strokeWidth=1.5, opacity=1, fill=lc.PAPER).encode(
            x=km, y=minutes
        )
        + flat.mark_point(filled=True, size=70, color=lc.INK, opacity=1).encode(
            x=km, y=minutes, tooltip=tooltip
        )
        + flat.mark_text(align="right", dx=-16, color=lc.INK, text="flat tyre: drag it ↕").encode(
            x=km, y=minutes
        )
    ).properties(height=215, title="Twelve rides, one line per loss")


def _course(
    field: str, rows: str, title: str, low: float, high: float, heading: str, height: int
) -> alt.TopLevelMixin:
    """Draw a parameter over the steps; what leaves the picture is named at its edge."""
    step = _x("step:Q", "step", 0, STEPS, axis=alt.Axis(tickMinStep=1, format="d"))
    value = _y(f"{field}:Q", title, low, high)
    run = alt.Chart(alt.NamedData(name="run" if rows == "rides" else rows))
    now = alt.Chart(NOW)
    falls = f"datum.series == 'mbe' ? 'MBE → −∞, now ' + format(datum.{field}, '.1f')"
    names = " : ".join(f"datum.series == '{n}' ? '{LABEL[n].split(',')[0]} '" for n in _NAMES)
    outside = now.transform_calculate(
        text=f"{falls} : ({names} : '') + format(datum.{field}, '.3~g')"
    )
    edge = {"align": "right", "dx": -4, "fontWeight": 600}
    layers = [
        run.mark_line(strokeWidth=1.5, opacity=0.5, clip=True).encode(
            x=step, y=value, color=COLOUR, strokeDash=DASH
        ),
        run.transform_filter("datum.step <= step")
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=step, y=value, color=COLOUR, strokeDash=DASH),
        now.mark_point(filled=True, size=80, opacity=1, clip=True).encode(
            x=step, y=value, color=COLOUR
        ),
        outside.transform_filter(f"datum.{field} < {low}")
        .mark_text(baseline="bottom", **edge)
        .encode(
            x=alt.value(alt.expr("width")),
            y=alt.value(alt.expr("height - 3")),
            color=COLOUR,
            text="text:N",
        ),
        outside.transform_filter(f"datum.{field} > {high}")
        .mark_text(baseline="top", **edge)
        .encode(x=alt.value(alt.expr("width")), y=alt.value(3), color=COLOUR, text="text:N"),
    ]
    params = [STEP]
    if rows == "rides":
        params.append(alt.param(name="usual", value=3.0))
        anchor = alt.Chart(alt.NamedData(name="rides")).transform_filter("!!datum.key")
        mark = anchor.transform_calculate(weight="usual")
        layers[:0] = [
            mark.mark_rule(color=lc.INK, strokeWidth=1, strokeDash=[1, 3]).encode(y=value),
            mark.mark_text(
                align="right", baseline="top", dx=-4, dy=6, fontSize=12, color=lc.INK
            ).encode(
                x=alt.value(alt.expr("width")),
                y=value,
                text=alt.value("without the flat tyre"),
            ),
        ]
    else:
        zero = alt.Chart(alt.NamedData(name=rows)).transform_aggregate(n="count()")
        layers[:0] = [
            zero.transform_calculate(score="0").mark_rule(color=lc.FAINT).encode(y=value),
            *(
                zero.transform_calculate(score=str(at))
                .mark_text(align="right", dx=-4, fontSize=12, color=lc.INK)
                .encode(x=alt.value(alt.expr("width")), y=value, text=alt.value(says))
                for at, says in [(9, "says: cat"), (-9, "says: no cat")]
            ),
        ]
    return alt.layer(*layers).add_params(*params).properties(height=height, title=heading)


def _valley(name: str) -> alt.TopLevelMixin:
    """Draw one loss over w: the curve, the path on it, and the slope at the current w."""
    low, high = alt.expr(f"{name}_low"), alt.expr(f"{name}_high")
    unit = f" [{UNIT[name]}]" if UNIT[name] else ""
    weight = _x("weight:Q", "w [min/km]", W_LOW, W_HIGH, axis=alt.Axis(values=[0, 2, 4]))
    loss = _y("loss:Q", f"L{unit}", low, high, axis=alt.Axis(tickCount=3))
    series = next(series for series in SERIES if series.name == name)
    own = f"datum.series == '{name}'"
    here = alt.Chart(NOW).transform_filter(own)
    slope = (
        here.transform_calculate(
            left="datum.weight - 1.5",
            right="datum.weight + 1.5",
            under="datum.loss - 1.5 * datum.gradient",
            over="datum.loss + 1.5 * datum.gradient",
        )
        .mark_rule(color=lc.INK, strokeWidth=1.5, clip=True)
        .encode(
            x=_x("left:Q", "w [min/km]", W_LOW, W_HIGH, axis=alt.Axis(values=[0, 2, 4])),
            x2="right",
            y=_y("under:Q", f"L{unit}", low, high, axis=alt.Axis(tickCount=3)),
            y2="over",
        )
    )
    dots = {"filled": True, "color": series.colour, "clip": True}
    chart = (
        alt.Chart(alt.NamedData(name=name))
        .mark_line(
            color=series.colour, strokeWidth=2, strokeDash=list(series.dash or (1, 0)), clip=True
        )
        .encode(x=weight, y=loss)
        + alt.Chart(alt.NamedData(name="run"))
        .transform_filter(f"{own} && datum.step <= step")
        .mark_point(size=16, opacity=0.6, **dots)
        .encode(x=weight, y=loss)
        + slope
        + here.mark_point(size=90, opacity=1, **dots).encode(
            x=weight,
            y=loss,
            tooltip=[
                alt.Tooltip("weight:Q", title="w", format=".3f"),
                alt.Tooltip("loss:Q", title="L", format=".3f"),
                alt.Tooltip("gradient:Q", title="dL/dw", format=".3f"),
            ],
        )
        + _edge(here, f"datum.weight < {W_LOW}", "'◀ w = '", "", "left", series.colour)
        + _edge(here, f"datum.weight > {W_HIGH}", "'w = '", " + ' ▶'", "right", series.colour)
    )
    return chart.add_params(
        STEP, alt.param(name=f"{name}_low", value=0), alt.param(name=f"{name}_high", value=1)
    ).properties(height=150, title=alt.Title(LABEL[name], color=series.colour))


def _edge(
    here: alt.Chart, beyond: str, before: str, after: str, side: str, colour: str
) -> alt.Chart:
    """Say which w left the picture, and where."""
    return (
        here.transform_filter(beyond)
        .transform_calculate(text=f"{before} + format(datum.weight, '.3~g'){after}")
        .mark_text(color=colour, fontWeight=600, baseline="top", align=side)
        .encode(
            x=alt.value(4 if side == "left" else alt.expr("width - 4")),
            y=alt.value(3),
            text="text:N",
        )
    )


def _losses(rows: str, of: str, highest: float) -> alt.TopLevelMixin:
    """Draw the losses over score or probability, with the slope at the current place."""
    low, high, reach = (Z_LOW, Z_HIGH, 1.6) if rows == "by_score" else (0, 1, 0.1)
    x, loss = _x("x:Q", of, low, high), _y("loss:Q", "loss", -0.25, highest)
    now = alt.Chart(NOW).transform_filter("isValid(datum.x)")
    slope = (
        now.transform_calculate(
            left=f"datum.x - {reach}",
            right=f"datum.x + {reach}",
            under=f"datum.loss - {reach} * datum.slope",
            over=f"datum.loss + {reach} * datum.slope",
        )
        .mark_rule(color=lc.INK, strokeWidth=1.5, clip=True)
        .encode(
            x=_x("left:Q", of, low, high),
            x2="right",
            y=_y("under:Q", "loss", -0.25, highest),
            y2="over",
        )
    )
    return (
        alt.Chart(alt.NamedData(name=rows))
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=loss, color=COLOUR, strokeDash=DASH)
        + slope
        + _dots(now, x, loss)
    ).properties(height=260, title=f"The loss by {of}")


def _slopes(rows: str, of: str, highest: float) -> alt.TopLevelMixin:
    low, high = (Z_LOW, Z_HIGH) if rows == "by_score" else (0, 1)
    by = of.split()[1]
    x, slope = _x("x:Q", of, low, high), _y("slope:Q", f"∂L/∂{by}", -highest, highest)
    now = alt.Chart(NOW).transform_filter("isValid(datum.slope)")
    beyond = now.transform_filter(f"abs(datum.slope) > {highest}").transform_calculate(
        text="'∂L/∂ŷ = ' + format(datum.slope, ',.0f')",
        line="datum.series == 'bce' ? 0 : 16",
        place="datum.slope < 0 ? height - 4 - datum.line : 18 + datum.line",
    )
    return (
        alt.Chart(alt.NamedData(name=rows))
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=slope, color=COLOUR, strokeDash=DASH)
        + _dots(now, x, slope)
        + beyond.mark_text(align="center", baseline="bottom", fontWeight=600).encode(
            x=alt.value(alt.expr("width / 2")),
            y=alt.Y("place:Q", scale=None),
            color=COLOUR,
            text="text:N",
        )
    ).properties(height=260, title=f"Its slope ∂L/∂{by}")


def _dots(now: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    return now.mark_point(filled=True, size=90, opacity=1, clip=True).encode(
        x=x,
        y=y,
        color=COLOUR,
        tooltip=[
            alt.Tooltip("score:Q", title="z", format=".3f"),
            alt.Tooltip("probability:Q", title="ŷ", format=".4f"),
            alt.Tooltip("loss:Q", title="L", format=".4f"),
            alt.Tooltip("gradient:Q", title="∂L/∂z", format=".4f"),
        ],
    )
