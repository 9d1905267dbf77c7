"""The charts of every topic. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

import altair as alt

from demos.frame.texts import _
from demos.pictures.confusion import confusion
from demos.pictures.threshold import roc
from demos.tires.rows import PARAMETERS, SERIES, STATES
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

HEIGHT = 380
_COLOUR = lc.colour_of(SERIES)
_DASH = lc.dash_of(SERIES)


def panels() -> list[Panel]:
    """Return the charts; those without rows are not shown."""
    return [
        Panel(
            _blocks(),
            _(
                "The network’s blocks from input to output, how many parameters each has, and "
                "whether it trains."
            ),
            only_with="blocks",
            min_width=320,
        ),
        Panel(
            _curves(),
            _("Balanced accuracy against the number of training photos, for three methods."),
            only_with="curves",
            min_width=320,
        ),
        Panel(
            _norms(),
            _("The length of the gradient per layer, of a plain and of a residual stack."),
            only_with="norms",
        ),
        Panel(
            _trials(),
            _("Every trial of the search as a line over parallel axes, one per parameter."),
            only_with="trials",
        ),
    ]


def exam_panels() -> list[Panel]:
    """Return the charts of a visitor's own test; those without rows are not shown."""
    return [
        confusion(
            heading=_("What was said of each"),
            description=_("How often good and defective tires got which answer."),
            pick=False,
            min_width=280,
        ),
        roc(
            heading=_("ROC curve"),
            description=_("The ROC curve of the probability of “good”."),
            min_width=240,
        ),
        Panel(
            _calibration(),
            _("How many were good indeed, against the probability that was said."),
            only_with="calibration",
            min_width=240,
        ),
        Panel(
            _widths(),
            _("Half of the interval’s width against the number of answered photos."),
            only_with="width",
            min_width=240,
        ),
    ]


def _calibration() -> alt.TopLevelMixin:
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("said:Q", title=_("said"), scale=scale, axis=alt.Axis(format=".0%", tickCount=5))
    up = {"title": _("good indeed"), "scale": scale, "axis": alt.Axis(format=".0%", tickCount=5)}
    rows = _data("calibration")
    line = rows.transform_aggregate(n="count()").transform_calculate(zero="0", one="1")
    tooltip = [
        alt.Tooltip("said:Q", title=_("said"), format=".0%"),
        alt.Tooltip("good:Q", title=_("good indeed"), format=".0%"),
        alt.Tooltip("photos:Q", title=_("photos")),
    ]
    return (
        line.mark_rule(color=lc.INK, strokeDash=[1, 3]).encode(
            x=alt.X("zero:Q", scale=scale), x2="one:Q", y=alt.Y("zero:Q", scale=scale), y2="one:Q"
        )
        + rows.mark_rule(color=lc.BLUE, strokeWidth=4, opacity=0.35).encode(
            x=x, y=alt.Y("low:Q", **up), y2="high:Q"
        )
        + rows.mark_point(filled=True, color=lc.BLUE, opacity=1).encode(
            x=x,
            y=alt.Y("good:Q", **up),
            size=alt.Size("photos:Q", scale=alt.Scale(range=[50, 320]), legend=None),
            tooltip=tooltip,
        )
    ).properties(height=260, title=_("Is what it says true?"))


def _widths() -> alt.TopLevelMixin:
    x = alt.X(
        "photos:Q",
        title=_("photos with an answer"),
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(format="d", values=[5, 10, 20, 50, 100, 200, 500, 1000]),
    )
    y = alt.Y("half:Q", title=_("± points"), scale=alt.Scale(nice=False, zero=True))
    tooltip = [
        alt.Tooltip("photos:Q", title=_("photos")),
        alt.Tooltip("half:Q", title=_("± points"), format=".1f"),
    ]
    rows, now = _data("width"), _data("width_now")
    return (
        rows.mark_line(color=lc.BLUE, strokeWidth=2.5).encode(x=x, y=y)
        + rows.mark_point(filled=True, color=lc.BLUE, size=40, opacity=1).encode(
            x=x, y=y, tooltip=tooltip
        )
        + now.mark_point(filled=True, color=lc.VERMILLION, size=160, opacity=1).encode(
            x=x, y=y, tooltip=tooltip
        )
    ).properties(height=260, title=_("How many photos it takes"))


def _data(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


def _blocks() -> alt.TopLevelMixin:
    size = alt.expr("height < 300 ? 9.5 : 11")  # all 20 rows on a phone too
    block = alt.Y(
        "block:N",
        sort=alt.EncodingSortField("order", op="min"),
        title=None,
        axis=alt.Axis(ticks=False, minExtent=128, labelFontSize=size, labelOverlap=False),
    )
    count = alt.X("parameters:Q", title=_("parameters"), axis=alt.Axis(format="~s", tickCount=4))
    state = alt.Color(
        "state:N",
        scale=alt.Scale(
            domain=[_(state) for state in STATES], range=[lc.FAINT, lc.VERMILLION, lc.GREEN]
        ),
        legend=None,
    )
    bars = _data("blocks").mark_bar(height={"band": 0.72})
    tooltip = [
        alt.Tooltip("block:N", title=_("block")),
        alt.Tooltip("output:N", title=_("hands on")),
        alt.Tooltip("parameters:Q", title=_("parameters"), format=","),
        alt.Tooltip("state:N", title=_("state")),
    ]
    return (
        bars.encode(y=block, x=count, color=state, tooltip=tooltip)
        + _data("blocks")
        .mark_text(align="left", dx=4, fontSize=size)
        .encode(y=block, x=count, text="text:N")
        # Room for the number beside the longest bar.
        + _data("blocks")
        .transform_calculate(reach="1.6 * datum.parameters")
        .mark_point(opacity=0)
        .encode(y=block, x="reach:Q")
    ).properties(height=HEIGHT, title=_("What trains"))


def _curves() -> alt.TopLevelMixin:
    photos = alt.X(
        "photos:Q",
        title=_("training photos"),
        scale=alt.Scale(type="log", nice=False, padding=12),
        # Vega leaves out every other one of more values than it has ticks.
        axis=alt.Axis(format="d", values=[25, 50, 100, 200, 400, 700, 1000, 2000], tickCount=8),
    )
    scale = alt.Scale(domain=[0.4, 1], nice=False, zero=False)
    half = alt.Y("half:Q", scale=scale)
    accuracy = alt.Y(
        "accuracy:Q",
        title=_("balanced accuracy"),
        scale=scale,
        axis=alt.Axis(format="%"),
    )
    rows = _data("curves")
    tooltip = [
        alt.Tooltip("photos:Q", title=_("photos")),
        alt.Tooltip("accuracy:Q", title=_("mean"), format=".1%"),
        alt.Tooltip("low:Q", title=_("lowest"), format=".1%"),
        alt.Tooltip("high:Q", title=_("highest"), format=".1%"),
        alt.Tooltip("seeds:Q", title=_("seeds")),
    ]
    chance = rows.transform_aggregate(n="count()").transform_calculate(half="0.5")
    return (
        chance.mark_rule(color=lc.INK, strokeDash=[1, 3]).encode(y=half)
        + chance.mark_text(
            align="right", baseline="top", dx=-4, dy=3, text=_("tossing a coin")
        ).encode(x=alt.value(alt.expr("width")), y=half)
        + rows.mark_rule(strokeWidth=5, opacity=0.3).encode(
            x=photos, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=_COLOUR
        )
        + rows.mark_line(strokeWidth=2.5).encode(
            x=photos, y=accuracy, color=_COLOUR, strokeDash=_DASH
        )
        + rows.mark_point(filled=True, size=70, opacity=1).encode(
            x=photos, y=accuracy, color=_COLOUR, tooltip=tooltip
        )
    ).properties(height=HEIGHT, title=_("How many photos each method needs"))


def _norms() -> alt.TopLevelMixin:
    layer = alt.X(
        "layer:Q",
        title=_("layer, from the input on"),
        scale=alt.Scale(nice=False, zero=False, padding=8),
        axis=alt.Axis(tickMinStep=1, format="d"),
    )
    norm = alt.Y(
        "norm:Q",
        title="‖∂L/∂W‖",
        scale=alt.Scale(type="log", nice=True),
        axis=lc.LOG_AXIS,
    )
    rows = _data("norms")
    tooltip = [
        alt.Tooltip("layer:Q", title=_("layer")),
        alt.Tooltip("norm:Q", title="‖∂L/∂W‖", format=".3g"),
    ]
    return (
        rows.mark_line(strokeWidth=2.5).encode(x=layer, y=norm, color=_COLOUR, strokeDash=_DASH)
        + rows.mark_point(filled=True, size=36, opacity=1).encode(
            x=layer, y=norm, color=_COLOUR, tooltip=tooltip
        )
    ).properties(height=320, title=_("How much gradient reaches each layer"))


def _trials() -> alt.TopLevelMixin:
    last = len(PARAMETERS)
    place = alt.X("place:Q", axis=None, scale=alt.Scale(domain=[-0.35, last + 0.35], nice=False))

    def at(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[-0.12, 1.18], nice=False))

    height = at("height")
    pointed = alt.selection_point(
        name="pointed", fields=["trial"], on="pointerover", clear="pointerout", empty=False
    )
    rows, axes = _data("trials"), _data("axes")
    # Neither the end that is lost on dark paper nor the one that is lost on white.
    colours = alt.Scale(scheme=alt.SchemeParams("viridis", extent=[0.25, 0.9]))
    score = alt.Color(
        "score:Q", scale=colours, legend=alt.Legend(title=None, type="gradient", gradientLength=140)
    )
    tooltip = [
        alt.Tooltip("trial:Q", title=_("trial")),
        alt.Tooltip("parameter:N", title=_("parameter")),
        alt.Tooltip("value:Q", title=_("value"), format=".3g"),
        alt.Tooltip("score:Q", title=_("score"), format=".4f"),
    ]
    lines = rows.mark_line().encode(
        x=place,
        y=height,
        detail="trial:N",
        color=score,
        order="place:Q",
        strokeWidth=alt.condition(pointed, alt.value(5), alt.value(1.8)),
        opacity=alt.condition(pointed, alt.value(1), alt.value(0.7)),
    )
    ends = axes.transform_calculate(y="datum.at == 0 ? -0.05 : 1.05")
    heads = axes.transform_filter("datum.at == 1")
    return (
        heads.transform_calculate(zero="0")
        .mark_rule(color=lc.FAINT, strokeWidth=1.5)
        .encode(x=place, y=at("zero"), y2="at")
        + lines
        + rows.transform_filter("datum.best")
        .mark_line(strokeWidth=4.5, color=lc.INK)
        .encode(x=place, y=height, order="place:Q")
        + rows.mark_point(filled=True, opacity=1)
        .encode(
            x=place,
            y=height,
            fill=alt.Fill("score:Q", scale=colours, legend=None),
            size=alt.condition(pointed, alt.value(150), alt.value(50)),
            tooltip=tooltip,
        )
        .add_params(pointed)
        + ends.mark_text(fontSize=alt.expr("width < 520 ? 10 : 11")).encode(
            x=place, y=at("y"), text="text:N"
        )
        + heads.mark_text(
            fontSize=alt.expr("width < 520 ? 10 : 13"), fontWeight=600, dy=-24
        ).encode(x=place, y=at("at"), text="label:N")
    ).properties(height=340, title=_("Every trial is a line"))
