"""The charts of every topic. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

import json
from typing import Any

import altair as alt

from demos.frame.texts import _
from demos.neuron.knobs import SHAPES
from demos.neuron.rows import LABEL, SERIES
from demos.neuron.rows.activations import X_HIGH, X_LOW
from demos.neuron.rows.by_hand import B_HIGH, B_LOW, PARTS, W_HIGH, W_LOW
from demos.neuron.rows.logic import HIGH, LOW
from demos.pictures.curve import curve_so_far
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

HEIGHT = 260
_STEP = alt.param(name="step", value=0)
_NOW = alt.NamedData(name="now")

_COLOUR = lc.colour_of(SERIES)
_DASH = lc.dash_of(SERIES)
# The parts of a bill keep their colours in the bars and in the slopes.
_PART = alt.Color(
    "part:N",
    scale=alt.Scale(domain=list(PARTS), range=[lc.SKY, lc.ORANGE, lc.PURPLE, lc.GREEN]),
    legend=None,
)


def in_order() -> list[Panel]:
    """Return the charts as they stand on the page."""
    return list(panels().values())


def panels() -> dict[str, Panel]:
    """Return the charts by name, in the order of `PANELS`; those without rows are not shown."""
    return {
        "fit": Panel(
            _fit(), _("The line ŷ = w·x + b, seven pairs, and the errors."), only_with="pairs"
        ),
        "along_w": Panel(
            _valley("weight", "w", W_LOW, W_HIGH, "weight_gradient", 0.6),
            _("The loss for every w while b stays, with its slope at the current w."),
            only_with="along_w",
            pick=True,
        ),
        "along_b": Panel(
            _valley("bias", "b", B_LOW, B_HIGH, "bias_gradient", 12),
            _("The loss for every b while w stays, with its slope at the current b."),
            only_with="along_b",
            pick=True,
        ),
        "bills": Panel(
            _bills(),
            _("Six bills: what the neuron adds up, and the true total of each."),
            only_with="bills",
            pick=True,
            min_width=320,
        ),
        "turns": Panel(
            _turns(), _("The slope of the loss by each knob."), only_with="turns", min_width=320
        ),
        "plane": Panel(
            _plane(),
            _("The four inputs as corners of a square, and the line that the neuron draws."),
            only_with="table",
        ),
        "table": Panel(
            _table(), _("The truth table, with the answers of the neuron."), only_with="table"
        ),
        "curve": Panel(
            _curve(), _("The function of the neuron, with its four sums."), only_with="curve"
        ),
        "mistakes": curve_so_far(
            "wrong",
            title=_("of four"),
            heading=_("Wrong answers"),
            description=_("How many of the four answers are wrong, step by step."),
            rows="mistakes",
            domain=[0, 4],
            interpolate="step-after",
            axis={"tickMinStep": 1, "format": "d"},
            height=HEIGHT,
            only_with="mistakes",
        ),
        "losses": curve_so_far(
            "loss",
            title=_("cross-entropy"),
            heading=_("The loss, step by step"),
            description=_("The cross-entropy, step by step."),
            rows="losses",
            under=_guess,
            height=HEIGHT,
            only_with="losses",
        ),
        "shapes": Panel(
            _shapes("value", "f(x)", -2, 4, _("The function")),
            _("The chosen activation functions."),
            only_with="shapes",
            pick=True,
        ),
        "slopes": Panel(
            _shapes("slope", "f′(x)", -0.1, 1.2, _("Its slope")),
            _("The derivatives of the chosen functions."),
            only_with="shapes",
            pick=True,
        ),
        "flat": Panel(
            _flat(), _("The ranges of x in which each function is flat."), only_with="shapes"
        ),
        "hidden": Panel(
            _lines("hidden", "value", "h", _("The hidden neurons h₁ and h₂")),
            _("The two hidden neurons over x."),
            only_with="hidden",
            min_width=320,
        ),
        "outputs": Panel(
            _lines("outputs", "value", "ŷ", _("The output ŷ = v₁h₁ + v₂h₂")),
            _("The output over x, the single layer that the two amount to, and the points of XOR."),
            only_with="outputs",
            min_width=320,
        ),
    }


def _x(field: str, title: str | None, low: Any, high: Any, **kwargs: Any) -> alt.X:
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    return alt.X(field, title=title, scale=scale, **kwargs)


def _y(field: str, title: str | None, low: Any, high: Any, **kwargs: Any) -> alt.Y:
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    return alt.Y(field, title=title, scale=scale, **kwargs)


def _data(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


def _of_step(name: str) -> alt.Chart:
    return _data(name).transform_filter("datum.step === step")


# ---------------------------------------------------------------- by hand


def _fit() -> alt.TopLevelMixin:
    celsius, fahrenheit = _x("celsius:Q", "°C", -45, 45), _y("fahrenheit:Q", "°F", -60, 120)
    line = (
        alt.Chart(_NOW)
        .transform_calculate(
            celsius="-45",
            far="45",
            fahrenheit="datum.bias - 45 * datum.weight",
            there="datum.bias + 45 * datum.weight",
        )
        .mark_rule(color=lc.BLUE, strokeWidth=3, clip=True)
        .encode(x=celsius, x2="far", y=fahrenheit, y2="there")
    )
    errors = (
        _data("pairs")
        .mark_rule(color=lc.VERMILLION, strokeWidth=2, strokeDash=[4, 3], clip=True)
        .encode(x=celsius, y=fahrenheit, y2="prediction")
    )
    points = (
        _data("pairs")
        .mark_point(filled=True, size=80, color=lc.INK, opacity=1)
        .encode(
            x=celsius,
            y=fahrenheit,
            tooltip=[
                alt.Tooltip("celsius:Q", title="°C"),
                alt.Tooltip("fahrenheit:Q", title="°F", format=".1f"),
                alt.Tooltip("prediction:Q", title="ŷ [°F]", format=".2f"),
            ],
        )
    )
    return (line + errors + points).properties(height=HEIGHT, title=_("The line and its errors"))


def _valley(
    field: str, symbol: str, low: float, high: float, slope: str, reach: float
) -> alt.TopLevelMixin:
    """Draw the loss over one knob, with its slope at the current place."""
    highest, thousands = 4000, alt.Axis(format="~s")
    x, loss = (
        _x(f"{field}:Q", symbol, low, high),
        _y("loss:Q", _("loss [°F²]"), -150, highest, axis=thousands),
    )
    here = alt.Chart(_NOW)
    tangent = (
        here.transform_calculate(
            left=f"datum.{field} - {reach}",
            right=f"datum.{field} + {reach}",
            under=f"datum.loss - {reach} * datum.{slope}",
            over=f"datum.loss + {reach} * datum.{slope}",
        )
        .mark_rule(color=lc.INK, strokeWidth=2, clip=True)
        .encode(
            x=_x("left:Q", symbol, low, high),
            x2="right",
            y=_y("under:Q", _("loss [°F²]"), -150, highest, axis=thousands),
            y2="over",
        )
    )
    above = (
        here.transform_filter(f"datum.loss > {highest}")
        .transform_calculate(text="'L = ' + format(datum.loss, ',.0f') + ' ▲'")
        .mark_text(baseline="top", fontWeight=600, color=lc.VERMILLION)
        .encode(x=alt.value(alt.expr("width / 2")), y=alt.value(3), text="text:N")
    )
    return (
        _data(f"along_{symbol}")
        .mark_line(color=lc.VERMILLION, strokeWidth=2, clip=True)
        .encode(x=x, y=loss)
        + tangent
        + here.mark_point(filled=True, size=100, color=lc.VERMILLION, opacity=1, clip=True).encode(
            x=x, y=loss
        )
        + above
    ).properties(height=HEIGHT, title=_("The loss by {name}, and its slope").format(name=symbol))


def _bills() -> alt.TopLevelMixin:
    bill = alt.Y("bill:O", title=_("bill"), axis=alt.Axis(grid=False, ticks=False))
    euros = _x("low:Q", "€", 0, 30)
    parts, bills = _data("parts"), _data("bills")
    bars = parts.mark_bar(clip=True, height=alt.RelativeBandSize(0.62)).encode(
        x=euros,
        x2="high",
        y=bill,
        color=_PART,
        tooltip=[
            alt.Tooltip("bill:O", title=_("bill")),
            alt.Tooltip("name:N", title=_("part")),
            alt.Tooltip("amount:Q", title="€", format=".2f"),
        ],
    )
    chosen = (
        bills.transform_filter("datum.chosen")
        .mark_rect(color=lc.FAINT, opacity=0.28)
        .encode(x=alt.value(0), x2=alt.value(alt.expr("width")), y=bill)
    )
    errors = bills.mark_rule(color=lc.VERMILLION, strokeWidth=3, clip=True).encode(
        x=_x("prediction:Q", "€", 0, 30), x2="total", y=bill
    )
    totals = bills.mark_tick(color=lc.INK, thickness=4, size=30, opacity=1).encode(
        x=_x("total:Q", "€", 0, 30), y=bill
    )
    says = bills.mark_text(align="right", dx=-4, fontSize=12, color=lc.INK).encode(
        x=alt.value(alt.expr("width")), y=bill, text="says:N"
    )
    return (chosen + bars + errors + totals + says).properties(
        height=HEIGHT, title=_("The neuron's sums; a thick stroke marks the true total")
    )


def _turns() -> alt.TopLevelMixin:
    knob = alt.Y(
        "knob:N", title=None, sort=None, axis=alt.Axis(grid=False, ticks=False, labelFontSize=14)
    )
    slope = _x("gradient:Q", _("∂L/∂knob"), -60, 60)
    turns = _data("turns")
    bars = turns.mark_bar(clip=True, height=alt.RelativeBandSize(0.4)).encode(
        x=slope, y=knob, color=_PART
    )
    zero = turns.mark_tick(color=lc.INK, thickness=1, size=60).encode(
        x=alt.value(alt.expr("width / 2")), y=knob
    )
    names = turns.mark_text(align="left", dx=6, dy=-1, fontSize=12, color=lc.INK).encode(
        x=alt.value(0), y=knob, text="name:N"
    )
    says = turns.mark_text(align="right", dx=-4, dy=-1, fontSize=12, color=lc.INK).encode(
        x=alt.value(alt.expr("width")), y=knob, text="says:N"
    )
    return (bars + zero + names + says).properties(
        height=HEIGHT, title=_("Slope of the loss by each knob")
    )


# ---------------------------------------------------------------- logic


def _plane() -> alt.TopLevelMixin:
    ticks = {"values": [0, 1], "format": "d", "grid": False}
    x = _x("x:Q", "x₁", LOW, HIGH, axis=alt.Axis(**ticks))
    y = _y("y:Q", "x₂", LOW, HIGH, axis=alt.Axis(**ticks))
    shade = (
        _of_step("shade")
        .mark_line(filled=True, interpolate="linear-closed", fill=lc.BLUE, strokeWidth=0, clip=True)
        .encode(
            x=x,
            y=y,
            order="order:Q",
            detail="level:O",
            fillOpacity=alt.FillOpacity("opacity:Q", scale=None, legend=None),
        )
    )
    line = (
        _of_step("line")
        .mark_rule(color=lc.BLUE, strokeWidth=3, clip=True)
        .encode(x=x, y=y, x2="x2", y2="y2")
    )
    corners = _of_step("corners").transform_calculate(x="datum.x1", y="datum.x2")
    wrong = corners.transform_filter("datum.wrong").mark_point(
        size=620, color=lc.VERMILLION, strokeWidth=3, strokeDash=[4, 3], opacity=1
    )
    current = corners.transform_filter("datum.current").mark_point(
        shape="square", size=1300, color=lc.INK, strokeWidth=1.5, opacity=1
    )
    dots = corners.mark_point(size=240, strokeWidth=2.5, stroke=lc.INK, opacity=1).encode(
        x=x,
        y=y,
        fill=alt.condition("datum.target === 1", alt.value(lc.INK), alt.value(lc.PAPER)),
        tooltip=[
            alt.Tooltip("x1:Q", title="x₁"),
            alt.Tooltip("x2:Q", title="x₂"),
            alt.Tooltip("target:Q", title="y"),
            alt.Tooltip("answer:Q", title="ŷ", format=".4f"),
        ],
    )
    return (
        (shade + line + current.encode(x=x, y=y) + wrong.encode(x=x, y=y) + dots)
        .add_params(_STEP)
        .properties(height=HEIGHT, title=_("Where the neuron says 1 (blue)"))
    )


def _table() -> alt.TopLevelMixin:
    # Where the columns stand, by their width; ŷ may need many digits to show its side of ½.
    places = {"x1": 0.05, "x2": 0.16, "target": 0.27, "z": 0.44, "answer": 0.7, "mark": 0.93}
    heads = {"x1": "x₁", "x2": "x₂", "target": "y", "z": "z", "answer": "ŷ", "mark": ""}
    row = alt.Y("example:O", axis=None, scale=alt.Scale(domain=[-1, 0, 1, 2, 3], paddingInner=0.1))
    place = _x("place:Q", None, 0, 1, axis=None)
    rows = _of_step("table")
    current = (
        rows.transform_filter("datum.current")
        .mark_rect(color=lc.FAINT, opacity=0.35)
        .encode(x=alt.value(0), x2=alt.value(alt.expr("width")), y=row)
    )
    by_column = rows.transform_fold(list(places), as_=["column", "text"]).transform_calculate(
        place=f"({json.dumps(places)})[datum.column]",
        head=f"({json.dumps(heads, ensure_ascii=False)})[datum.column]",
        kind="datum.column === 'mark' ? datum.text : 'number'",
    )
    header = (
        by_column.transform_filter("datum.example === 0")
        .transform_calculate(example="-1")
        .mark_text(fontSize=15, color=lc.INK)
        .encode(x=place, y=row, text="head:N")
    )
    marks = alt.Scale(domain=["✓", "✗", "number"], range=[lc.GREEN, lc.VERMILLION, lc.INK])
    cells = by_column.mark_text(fontSize=14).encode(
        x=place, y=row, text="text:N", color=alt.Color("kind:N", scale=marks, legend=None)
    )
    return (
        (current + header + cells)
        .add_params(_STEP)
        .properties(height=HEIGHT, title=_("The truth table"))
    )


def _curve() -> alt.TopLevelMixin:
    reach = alt.param(name="reach", value=40)
    z = _x("z:Q", "z = b + x₁w₁ + x₂w₂", alt.expr("-reach"), alt.expr("reach"))
    value = _y("value:Q", "ŷ", -0.15, 1.25, axis=alt.Axis(values=[0, 0.5, 1]))
    sums = _data("sums")
    return (
        (
            _data("curve").mark_line(color=lc.BLUE, strokeWidth=2.5).encode(x=z, y=value)
            + sums.mark_point(filled=True, size=110, color=lc.INK, opacity=1, clip=True).encode(
                x=z, y=value
            )
            + sums.mark_text(dy=-15, fontSize=13, color=lc.INK).encode(x=z, y=value, text="label:N")
        )
        .add_params(reach)
        .properties(height=HEIGHT, title=_("The four inputs (x₁ x₂) on its curve"))
    )


def _guess(step: alt.X, value: alt.Y) -> list[alt.Chart]:
    """Mark the loss of whoever says ½ to everything."""
    guess = _data("losses").transform_filter("datum.step === 0").transform_calculate(loss="LN2")
    return [
        guess.mark_rule(color=lc.INK, strokeWidth=1, strokeDash=[1, 3]).encode(y=value),
        guess.mark_text(
            align="right", baseline="bottom", dx=-4, dy=-3, fontSize=12, color=lc.INK
        ).encode(x=alt.value(alt.expr("width")), y=value, text=alt.value(_("ŷ = ½ for all: ln 2"))),
    ]


# ---------------------------------------------------------------- activations


def _shapes(field: str, title: str, low: float, high: float, heading: str) -> alt.TopLevelMixin:
    x = _x("x:Q", "x", X_LOW, X_HIGH)
    value = _y(f"{field}:Q", title, low, high)
    now = alt.Chart(_NOW)
    zero = _data("names").transform_aggregate(n="count()").transform_calculate(**{field: "0"})
    layers = [
        zero.mark_rule(color=lc.FAINT, strokeWidth=1).encode(y=value),
        _data("shapes")
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=value, color=_COLOUR, strokeDash=_DASH),
        now.mark_point(filled=True, size=100, opacity=1, clip=True).encode(
            x=x,
            y=value,
            color=_COLOUR,
            tooltip=[
                alt.Tooltip("x:Q", format=".2f"),
                alt.Tooltip("value:Q", title="f(x)", format=".4f"),
                alt.Tooltip("slope:Q", title="f′(x)", format=".4f"),
            ],
        ),
    ]
    if field == "value":
        layers.insert(
            2,
            now.transform_calculate(
                left="datum.x - 1.2",
                right="datum.x + 1.2",
                under="datum.value - 1.2 * datum.slope",
                over="datum.value + 1.2 * datum.slope",
            )
            .mark_rule(color=lc.INK, strokeWidth=1.5, clip=True)
            .encode(
                x=_x("left:Q", "x", X_LOW, X_HIGH),
                x2="right",
                y=_y("under:Q", title, low, high),
                y2="over",
            ),
        )
    return alt.layer(*layers).properties(height=HEIGHT, title=heading)


def _flat() -> alt.TopLevelMixin:
    names = json.dumps({name: _(LABEL[name]) for name in SHAPES}, ensure_ascii=False)
    series = alt.Y(
        "series:N",
        sort=list(SHAPES),
        title=None,
        axis=alt.Axis(labelExpr=f"({names})[datum.value]", ticks=False, grid=False),
    )
    rows = _data("names")
    x = _x("low:Q", "x", X_LOW, X_HIGH)
    return (
        rows.transform_calculate(low=str(X_LOW), high=str(X_HIGH))
        .mark_rule(color=lc.FAINT, strokeWidth=1)
        .encode(x=x, x2="high:Q", y=series)
        + _data("flat")
        .mark_bar(height=alt.RelativeBandSize(0.5))
        .encode(x=x, x2="high", y=series, color=_COLOUR)
        + alt.Chart(_NOW)
        .transform_filter("isValid(datum.x)")
        .mark_tick(color=lc.INK, thickness=2, size=24, clip=True)
        .encode(x=_x("x:Q", "x", X_LOW, X_HIGH), y=series)
    ).properties(height=HEIGHT, title=_("Saturated: |f′(x)| < 0.01"))


# ---------------------------------------------------------------- linear layers


def _lines(rows: str, field: str, title: str, heading: str) -> alt.TopLevelMixin:
    x = _x("x:Q", "x = x₁ + x₂", -1, 3)
    value = _y(f"{field}:Q", title, -2, 3)
    lines = (
        _data(rows)
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=value, color=_COLOUR, strokeDash=_DASH)
    )
    zero = (
        _data("xor")
        .transform_filter("datum.x === 0")
        .transform_calculate(value="0")
        .mark_rule(color=lc.FAINT, strokeWidth=1)
        .encode(y=value)
    )
    chart = zero + lines
    if rows == "outputs":
        target = _y("target:Q", title, -2, 3)
        xor = _data("xor")
        chart = (
            chart
            + xor.mark_rule(
                color=lc.VERMILLION, strokeWidth=2, strokeDash=[4, 3], clip=True
            ).encode(x=x, y=target, y2="prediction")
            + xor.mark_point(filled=True, size=110, color=lc.INK, opacity=1).encode(
                x=x,
                y=target,
                tooltip=[
                    alt.Tooltip("x:Q", title="x₁ + x₂"),
                    alt.Tooltip("target:Q", title="XOR"),
                    alt.Tooltip("prediction:Q", title="ŷ", format=".3f"),
                ],
            )
            + xor.transform_filter("datum.x === 1")
            .mark_text(dy=-16, fontSize=12, color=lc.INK, text="XOR")
            .encode(x=x, y=target)
        )
    return chart.properties(height=HEIGHT, title=heading)
