"""The charts of the loss explorer. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import altair as alt

from demos.frame.texts import _
from demos.losses.lesson import REGRESSION
from demos.losses.rows import (
    LABEL,
    SERIES,
    SHORT,
    STEPS,
    UNIT,
    W_HIGH,
    W_LOW,
    Z_HIGH,
    Z_LOW,
)
from demos.pictures.curve import curve_so_far
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

_NAMES = [series.name for series in SERIES]
COLOUR = lc.colour_of(SERIES)
DASH = lc.dash_of(SERIES)
STEP = alt.param(name="step", value=0)
NOW = alt.NamedData(name="now")


def panels() -> list[Panel]:
    """Return the charts of both tasks; those without rows are not shown."""
    return [
        Panel(
            _lines(),
            _("The twelve rides and, for each loss, the line ŷ = w·x."),
            drag="rides",
            axes=("km", "min"),
            drag_along="y",
            only_with="rides",
            min_width=320,
        ),
        curve_so_far(
            "weight",
            title="w [min/km]",
            heading=_("The weight, step by step"),
            description=_("The weight w over the steps, for each loss."),
            series=SERIES,
            domain=[W_LOW, W_HIGH],
            last_step=STEPS,
            params=[alt.param(name="usual", value=3.0)],
            under=_usual,
            over=_edges("weight", W_LOW, W_HIGH),
            height=195,
            only_with="rides",
            min_width=320,
        ),
        *(
            Panel(
                _valley(name),
                _("{loss} for every w, its slope at the current w, and the path.").format(
                    loss=_(LABEL[name])
                ),
                only_with=name,
                pick=True,
                row=1,
                min_width=150,
            )
            for name in REGRESSION
        ),
        Panel(
            _losses("by_score", _("score z"), 9.2, _("The loss by score z")),
            _("The losses for every score z, and the current slopes."),
            only_with="by_score",
            pick=True,
        ),
        Panel(
            _slopes("by_score", _("score z"), "∂L/∂z", 1.2),
            _("The slopes of the losses for every score z."),
            only_with="by_score",
            pick=True,
        ),
        Panel(
            _losses("by_probability", _("probability ŷ"), 6.0, _("The loss by probability ŷ")),
            _("The losses for every probability ŷ, and the current slopes."),
            only_with="by_probability",
            pick=True,
        ),
        Panel(
            _slopes("by_probability", _("probability ŷ"), "∂L/∂ŷ", 12.0),
            _("The slopes of the losses for every probability ŷ."),
            only_with="by_probability",
            pick=True,
        ),
        curve_so_far(
            "score",
            title=_("score z"),
            heading=_("The score, step by step"),
            description=_("The score z over the steps, for each loss."),
            rows="score_run",
            series=SERIES,
            domain=[-10, 10],
            last_step=STEPS,
            under=_says,
            over=_edges("score", -10, 10),
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
    hint = _("flat tire: drag it ↕")
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
        + flat.mark_text(align="right", dx=-16, color=lc.INK, text=hint).encode(x=km, y=minutes)
    ).properties(height=195, title=_("Twelve rides, one line per loss"))


def _edges(field: str, low: float, high: float) -> Callable[[alt.X, alt.Y], list[alt.Chart]]:
    """Name at the edge of the picture what left it."""
    names = json.dumps({name: _(SHORT[name]) for name in _NAMES}, ensure_ascii=False)
    outside = alt.Chart(NOW).transform_calculate(
        text=f"{names}[datum.series] + ' ' + format(datum.{field}, '.3~g')"
    )
    edge = {"align": "right", "dx": -4, "fontWeight": 600}
    right = alt.value(alt.expr("width"))
    return lambda step, value: [
        outside.transform_filter(f"datum.{field} < {low}")
        .mark_text(baseline="bottom", **edge)
        .encode(x=right, y=alt.value(alt.expr("height - 3")), color=COLOUR, text="text:N"),
        outside.transform_filter(f"datum.{field} > {high}")
        .mark_text(baseline="top", **edge)
        .encode(x=right, y=alt.value(3), color=COLOUR, text="text:N"),
    ]


def _usual(step: alt.X, value: alt.Y) -> list[alt.Chart]:
    """Mark the w of the rides without a flat tire."""
    anchor = alt.Chart(alt.NamedData(name="rides")).transform_filter("!!datum.key")
    mark = anchor.transform_calculate(weight="usual")
    return [
        mark.mark_rule(color=lc.INK, strokeWidth=1, strokeDash=[1, 3]).encode(y=value),
        mark.mark_text(
            align="right", baseline="top", dx=-4, dy=6, fontSize=12, color=lc.INK
        ).encode(
            x=alt.value(alt.expr("width")), y=value, text=alt.value(_("without the flat tire"))
        ),
    ]


def _says(step: alt.X, value: alt.Y) -> list[alt.Chart]:
    """Mark which scores say cat, and which do not."""
    zero = alt.Chart(alt.NamedData(name="score_run")).transform_aggregate(n="count()")
    return [
        zero.transform_calculate(score="0").mark_rule(color=lc.FAINT).encode(y=value),
        *(
            zero.transform_calculate(score=str(at))
            .mark_text(align="right", dx=-4, fontSize=12, color=lc.INK)
            .encode(x=alt.value(alt.expr("width")), y=value, text=alt.value(says))
            for at, says in [(9, _("says: cat")), (-9, _("says: no cat"))]
        ),
    ]


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
    ).properties(height=140, title=alt.Title(_(LABEL[name]), color=series.colour))


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


def _losses(rows: str, of: str, highest: float, heading: str) -> alt.TopLevelMixin:
    """Draw the losses over score or probability, with the slope at the current place."""
    low, high, reach = (Z_LOW, Z_HIGH, 1.6) if rows == "by_score" else (0, 1, 0.1)
    x, loss = _x("x:Q", of, low, high), _y("loss:Q", _("loss"), -0.25, highest)
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
            y=_y("under:Q", _("loss"), -0.25, highest),
            y2="over",
        )
    )
    return (
        alt.Chart(alt.NamedData(name=rows))
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=loss, color=COLOUR, strokeDash=DASH)
        + slope
        + _dots(now, x, loss)
    ).properties(height=260, title=heading)


def _slopes(rows: str, of: str, slope_name: str, highest: float) -> alt.TopLevelMixin:
    low, high = (Z_LOW, Z_HIGH) if rows == "by_score" else (0, 1)
    x, slope = _x("x:Q", of, low, high), _y("slope:Q", slope_name, -highest, highest)
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
    ).properties(height=260, title=_("Its slope {name}").format(name=slope_name))


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
