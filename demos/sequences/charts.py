"""The charts of every topic. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from demos.frame.texts import _
from demos.pictures.curve import curve_so_far, level
from demos.pictures.graph import graph
from demos.sequences.rows import PITCH, SERIES
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

HEIGHT = 400  # [px]: at 1280 × 800 the player below it is still seen
HALF = 160
PER_LINE = 40  # characters
STEP = alt.param(name="step", value=0)
PERCENT: dict[str, Any] = {"format": ".0%"}
NOW = alt.NamedData(name="now")
HEADING: dict[str, Any] = {
    "align": "left",
    "baseline": "bottom",
    "dy": -4,
    # On a phone as small as it takes: a bold letter is about 0.66 of its size wide.
    "fontSize": alt.expr("min(width < 400 ? 11 : 12.5, width / length(datum.says) / 0.66)"),
    "fontWeight": 600,
    "color": lc.INK,
}
MONOSPACED = "ui-monospace, Menlo, Consolas, monospace"
TOP = {"input": (0.04, 0.13), "state": (0.2, 0.6), "said": (0.69, 0.99)}  # shares of the height


def panels() -> list[Panel]:
    """Return the charts; those without rows are not shown."""
    return [
        Panel(
            _strips(),
            _("What it reads, its hidden state and its answers, step by step, as a heat map."),
            only_with="of_remember",
            main=True,
        ),
        curve_so_far(
            "test",
            title=_("loss"),
            heading=_("Loss on test sequences"),
            description=_("The loss on test sequences over the updates."),
            across=_("update"),
            log=True,
            only_with="of_remember",
            height=HALF,
        ),
        curve_so_far(
            "right",
            title=_("right"),
            heading=_("Right answers"),
            description=_("The share of right answers on test sequences over the updates."),
            across=_("update"),
            colour=lc.BLUE,
            domain=[0, 1.04],
            axis=PERCENT,
            only_with="of_remember",
            height=HALF,
        ),
        curve_so_far(
            "right",
            title=_("right"),
            heading=_("Which letter was it, T steps ago?"),
            description=_("The share of right answers over the distance, a line for each kind."),
            across=_("steps T"),
            series=SERIES,
            stretch={"domain": [0, 41], "nice": False},
            domain=[0, 1.04],
            axis=PERCENT,
            tooltip=_tooltip("right", ".0%"),
            over=_guessing,
            only_with="of_back",
            height=HEIGHT - 80,
        ),
        curve_so_far(
            "updates",
            title=_("updates"),
            heading=_("Updates until it was learned"),
            description=_("How many updates each training took, at most all of them."),
            across=_("steps T"),
            series=SERIES,
            stretch={"domain": [0, 41], "nice": False},
            domain=[0, alt.expr("most * 1.04")],
            params=[alt.param(name="most", value=150)],
            tooltip=_tooltip("updates", "d"),
            only_with="of_back",
            height=HEIGHT - 80,
        ),
        Panel(
            _gates(),
            _("How far each gate of each unit stands open at each step, as heat maps."),
            pick=True,
            only_with="of_gates",
            main=True,
        ),
        curve_so_far(
            "value",
            title=_("value"),
            heading=_("The chosen unit"),
            description=_("Gates and state of the chosen unit over the steps."),
            across=_("step"),
            series=SERIES,
            tooltip=_tooltip("value", ".3f"),
            domain=[alt.expr("unit_low"), alt.expr("unit_high")],
            params=[alt.param(name="unit_low", value=-1), alt.param(name="unit_high", value=1)],
            only_with="of_gates",
            height=HEIGHT - 60,
        ),
        curve_so_far(
            "norm",
            title="∂L/∂xₜ",
            heading=_("How much of the gradient arrives, the last step being 1"),
            description=_("The gradient that arrives over the steps back, a line for each kind."),
            across=_("steps back"),
            series=SERIES,
            log=True,
            domain=[alt.expr("low"), alt.expr("high")],
            params=[alt.param(name="low", value=1e-3), alt.param(name="high", value=10)],
            tooltip=_tooltip("norm", ".3g"),
            only_with="of_gradient",
            height=HEIGHT - 60,
        ),
        curve_so_far(
            "norm",
            title="‖g‖",
            heading=_("Length of the gradient, before it is clipped"),
            description=_("The length of the gradient over the updates, of both runs."),
            across=_("update"),
            series=SERIES,
            log=True,
            domain=[1e-3, alt.expr("norm_high")],
            params=[alt.param(name="norm_high", value=10)],
            tooltip=_tooltip("norm", ".3g"),
            over=_most,
            only_with="of_clip",
            height=HEIGHT - 80,
        ),
        curve_so_far(
            "loss",
            title=_("loss"),
            heading=_("Loss"),
            description=_("The loss over the updates, of both runs."),
            across=_("update"),
            series=SERIES,
            log=True,
            domain=[1e-3, 10],
            tooltip=_tooltip("loss", ".4f"),
            only_with="of_clip",
            height=HEIGHT - 80,
        ),
        graph(
            _("The RNN unrolled, from the first step on the left to the error on the right."),
            only_with="of_unroll",
        ),
        Panel(
            _page(),
            _("What the network writes, and the text held out; pale where it was not sure."),
            only_with="of_text",
            main=True,
        ),
        curve_so_far(
            "loss",
            title=_("loss per character"),
            heading=_("Loss"),
            description=_("The loss on the text learned from and on that held out."),
            across=_("update"),
            series=SERIES,
            domain=[0, alt.expr("top")],
            params=[alt.param(name="top", value=4)],
            tooltip=_tooltip("loss", ".3f"),
            over=_baselines,
            only_with="of_text",
            height=HEIGHT - 60,
        ),
    ]


def _tooltip(field: str, spec: str) -> Sequence[alt.Tooltip]:
    return [alt.Tooltip("step:Q"), alt.Tooltip(f"{field}:Q", format=spec)]


def _guessing(step: alt.X, value: alt.Y) -> list[alt.Chart]:
    rows = alt.Chart(alt.NamedData(name="of_back")).transform_calculate(right="0.25")
    return level(rows, value, alt.value(_("guessing")), end="left", above=False)


def _most(step: alt.X, value: alt.Y) -> list[alt.Chart]:
    rows = alt.Chart(alt.NamedData(name="of_clip")).transform_calculate(drawn="datum.most")
    return level(rows, value, alt.value(_("clipped from here on")))


def _baselines(step: alt.X, value: alt.Y) -> list[alt.Chart]:
    return level(alt.Chart(alt.NamedData(name="of_text")), value, "says:N")


# ---------------------------------------------------------------- heat maps


def _cell(value: str) -> tuple[alt.Color, alt.Opacity]:
    """Return the encoding of a number from −1 to 1: its sign as colour, its size as opacity."""
    scale = alt.Scale(domain=["plus", "minus"], range=[lc.BLUE, lc.VERMILLION])
    # Small numbers are to be told apart, too.
    size = alt.Scale(type="pow", exponent=0.6, domain=[0, 1], range=[0.02, 1], clamp=True)
    return (
        alt.Color("sign:N", scale=scale, legend=None),
        alt.Opacity("size:Q", scale=size, legend=None),
    )


def _signed(chart: alt.Chart, value: str) -> alt.Chart:
    return chart.transform_calculate(
        sign=f"{value} < 0 ? 'minus' : 'plus'", size=f"abs({value})", left="datum.t - 0.5",
        right_edge="datum.t + 0.5",
    )  # fmt: skip


def _columns() -> alt.Scale:
    return alt.Scale(domain=[0.5, alt.expr("columns + 0.5")], nice=False, zero=False)


def _x(field: str = "t") -> alt.X:
    axis = alt.Axis(format="d", tickMinStep=1, grid=False)
    return alt.X(f"{field}:Q", title=_("step t"), scale=_columns(), axis=axis)


def _letters(least: int, most: int) -> alt.ExprRef | Any:
    """Return a size of letters that fits the columns [px]."""
    return alt.expr(f"clamp(width / columns * 0.95, {least}, {most})")


def _strips() -> alt.TopLevelMixin:
    """Draw input, hidden state and answers one below the other, over the same steps."""

    def y(field: str, strip: str, low: Any, high: Any, axis: Any = None) -> alt.Y:
        top, bottom = TOP[strip]
        ends = [alt.expr(f"height * {bottom}"), alt.expr(f"height * {top}")]
        scale = alt.Scale(domain=[low, high], range=ends, nice=False, zero=False)
        return alt.Y(f"{field}:Q", scale=scale, axis=axis, title=None)

    sequence = alt.Chart(alt.NamedData(name="sequence"))
    reads = y("value", "input", alt.expr("reads_low"), 1)
    middle = (TOP["input"][0] + TOP["input"][1]) / 2
    symbols = (
        sequence.transform_filter("datum.symbol !== ''")
        .mark_text(fontSize=_letters(8, 18), color=lc.INK)
        .encode(
            x=_x(),
            y=alt.value(alt.expr(f"height * {middle}")),
            text="symbol:N",
            opacity=alt.condition(
                "datum.marked || datum.symbol == '(' || datum.symbol == ')'",
                alt.value(1),
                alt.value(0.6),
            ),
        )
    )
    first = (
        sequence.transform_filter("datum.marked && datum.symbol !== ''")
        .mark_text(fontSize=_letters(10, 20), fontWeight=800, color=lc.VERMILLION)
        .encode(x=_x(), y=alt.value(alt.expr(f"height * {middle}")), text="symbol:N")
    )
    numbers = sequence.transform_filter("isValid(datum.value)").transform_calculate(
        left="datum.t - 0.4", right_edge="datum.t + 0.4", zero="0"
    )
    bars = numbers.mark_rect().encode(
        x=_x("left"), x2="right_edge", y=reads, y2="zero",
        color=alt.condition("datum.marked", alt.value(lc.VERMILLION), alt.value(lc.BLUE)),
        opacity=alt.condition("datum.marked", alt.value(1), alt.value(0.55)),
        tooltip=[alt.Tooltip("value:Q", format=".3f")],
    )  # fmt: skip
    arrows = (
        numbers.transform_filter("datum.marked")
        .mark_text(text="▼", color=lc.VERMILLION, fontSize=10, dy=-5)
        .encode(x=_x(), y=reads)
    )
    states = (
        alt.Chart(NOW)
        .transform_flatten(["state"])
        .transform_window(place="row_number()")
        .transform_calculate(
            t="floor((datum.place - 1) / units) + 1",
            unit="units - (datum.place - 1) % units",
            number="units - datum.unit + 1",
            value="datum.state / 100",
            bottom="datum.unit - 1",
        )
    )
    colour, opacity = _cell("datum.value")
    state = y("unit", "state", 0, alt.expr("units"))
    cells = (
        _signed(states, "datum.value")
        .mark_rect(stroke=lc.PAPER, strokeWidth=0.5)
        .encode(
            x=_x("left"), x2="right_edge", y=state, y2="bottom", color=colour, opacity=opacity,
            key="place:Q",  # the same cells with each step, in other colours
            tooltip=[
                alt.Tooltip("t:Q", title=_("step t")),
                alt.Tooltip("number:Q", title=_("unit")),
                alt.Tooltip("value:Q", format=".2f"),
            ],
        )
    )  # fmt: skip
    answers = y("right", "said", alt.expr("lowest"), alt.expr("highest"))
    truth = sequence.mark_line(
        color=lc.GREEN, strokeWidth=2, strokeDash=[6, 4], interpolate="linear"
    ).encode(x=_x(), y=answers, order="t:Q")
    asked = (
        sequence.transform_filter("datum.asked")
        .mark_point(color=lc.GREEN, size=60, strokeWidth=2, opacity=1)
        .encode(x=_x(), y=answers)
    )
    said = (
        alt.Chart(NOW)
        .transform_flatten(["said"])
        .transform_window(t="row_number()")
        .mark_line(color=lc.INK, strokeWidth=2.5, clip=True, point={"size": 22, "color": lc.INK})
        .encode(
            x=_x(),
            y=y("said", "said", alt.expr("lowest"), alt.expr("highest"), alt.Axis(tickCount=3)),
            order="t:Q",
            tooltip=[alt.Tooltip("said:Q", format=".3f")],
        )
    )
    strips = alt.Chart(alt.NamedData(name="strips"))
    words = [
        strips.transform_filter(f"datum.at === '{name}'")
        .mark_text(**HEADING)
        .encode(x=alt.value(0), y=alt.value(alt.expr(f"height * {top}")), text="says:N")
        for name, (top, _bottom) in TOP.items()
    ]
    params = [
        alt.param(name=name, value=value)
        for name, value in (
            ("columns", 30), ("units", 16), ("lowest", 0), ("highest", 1), ("reads_low", 0)
        )
    ]  # fmt: skip
    return (
        alt.layer(symbols, first, bars, arrows, cells, truth, asked, said, *words)
        .resolve_scale(y="independent", color="independent", opacity="independent")
        .add_params(STEP, *params)
        .properties(height=HEIGHT)
    )


def _gates() -> alt.TopLevelMixin:
    """Draw the gates one below the other, and the step that is shown."""
    scale = alt.Scale(
        domain=[alt.expr(f"strips_count * {PITCH} - 0.32"), -0.72], nice=False, zero=False
    )

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=scale, axis=None)

    colour, opacity = _cell("datum.v")
    cells = _signed(alt.Chart(alt.NamedData(name="cells")), "datum.v").transform_calculate(
        top=f"datum.strip * {PITCH} + datum.unit / units",
        bottom=f"datum.strip * {PITCH} + (datum.unit + 1) / units",
        number="datum.unit + 1",
    )
    sequence = alt.Chart(alt.NamedData(name="sequence"))
    numbers = sequence.transform_filter("isValid(datum.value)").transform_calculate(
        left="datum.t - 0.4", right_edge="datum.t + 0.4", zero="-0.5",
        high="-0.5 - 0.15 * datum.value",
    )  # fmt: skip
    chosen = alt.Chart(alt.NamedData(name="chosen")).transform_calculate(
        top=f"datum.strip * {PITCH} + datum.unit / units",
        bottom=f"datum.strip * {PITCH} + (datum.unit + 1) / units",
        left="0.5", right_edge="columns + 0.5",
    )  # fmt: skip
    here = (
        alt.Chart(alt.NamedData(name="of_gates"))
        .transform_calculate(left="step - 0.5", right_edge="step + 0.5")
        .mark_rect(fillOpacity=0, stroke=lc.INK, strokeWidth=2)
        .encode(x=_x("left"), x2="right_edge")
    )
    params = [
        alt.param(name=name, value=value)
        for name, value in (("columns", 30), ("units", 16), ("strips_count", 5))
    ]
    return (
        alt.layer(
            sequence.transform_filter("datum.symbol !== ''")
            .transform_calculate(top="-0.58")
            .mark_text(fontSize=_letters(8, 18), color=lc.INK)
            .encode(x=_x(), y=y("top"), text="symbol:N"),
            numbers.mark_rect().encode(
                x=_x("left"), x2="right_edge", y=y("high"), y2="zero",
                color=alt.condition("datum.marked", alt.value(lc.VERMILLION), alt.value(lc.BLUE)),
            ),
            cells.mark_rect().encode(
                x=_x("left"), x2="right_edge", y=y("top"), y2="bottom",
                color=colour, opacity=opacity,
                tooltip=[
                    alt.Tooltip("t:Q", title=_("step t")),
                    alt.Tooltip("number:Q", title=_("unit")),
                    alt.Tooltip("v:Q", format=".2f"),
                ],
            ),
            chosen.mark_rect(fillOpacity=0, stroke=lc.ORANGE, strokeWidth=1.5).encode(
                x=_x("left"), x2="right_edge", y=y("top"), y2="bottom"
            ),
            here,
            alt.Chart(alt.NamedData(name="gate_labels"))
            .transform_calculate(top=f"datum.strip * {PITCH}")
            .mark_text(**{**HEADING, "dy": -2})
            .encode(x=alt.value(0), y=y("top"), text="says:N"),
        )
        .resolve_scale(color="independent", opacity="independent")
        .add_params(STEP, *params)
        .properties(height=HEIGHT)
    )  # fmt: skip


# ---------------------------------------------------------------- written text


def _page() -> alt.TopLevelMixin:
    """Draw what is written and what is read, on a ground that says how sure it is.

    With a key the same cells become others with each step; without, all are made anew.
    """
    across = alt.Scale(domain=[-0.5, PER_LINE - 0.5], nice=False)
    down = alt.Scale(domain=[9.5, -0.9], nice=False, zero=False)
    x = alt.X("column:Q", scale=across, axis=None)
    y = alt.Y("line:Q", scale=down, axis=None)
    letters = alt.expr(f"clamp(width / {PER_LINE} * 1.5, 9, 20)")

    def placed(chart: alt.Chart, first_line: int) -> alt.Chart:
        return chart.transform_calculate(
            column=f"datum.place % {PER_LINE}",
            line=f"{first_line} + floor(datum.place / {PER_LINE})",
            left="datum.column - 0.5", right_edge="datum.column + 0.5",
            top="datum.line - 0.45", bottom="datum.line + 0.45",
        )  # fmt: skip

    def drawn(chart: alt.Chart, colour: str) -> list[alt.Chart]:
        size = alt.Scale(domain=[0, 100], range=[0, 0.75])
        return [
            chart.transform_filter("isValid(datum.sure)")
            .mark_rect(color=colour)
            .encode(
                x=alt.X("left:Q", scale=across, axis=None), x2="right_edge",
                y=alt.Y("top:Q", scale=down, axis=None), y2="bottom",
                opacity=alt.Opacity("sure:Q", scale=size, legend=None),
                key="place:Q",
                tooltip=[alt.Tooltip("sign:N"), alt.Tooltip("sure:Q", title=_("how sure [%]"))],
            ),
            chart.mark_text(font=MONOSPACED, fontSize=letters, color=lc.INK)
            .encode(x=x, y=y, text="sign:N", key="place:Q"),
        ]  # fmt: skip

    begun = placed(alt.Chart(alt.NamedData(name="begun")).transform_calculate(sure="null"), 0)
    written = placed(
        alt.Chart(NOW)
        .transform_filter("datum.series === 'learned'")
        .transform_flatten(["signs", "sure"], ["sign", "sure"])
        .transform_window(place="row_number()")
        .transform_calculate(place="datum.place - 1"),
        1,
    )
    read = placed(
        alt.Chart(NOW)
        .transform_filter("datum.series === 'learned'")
        .transform_flatten(["read"], ["sure"])
        .transform_window(place="row_number()")
        .transform_calculate(place="datum.place - 1")
        .transform_lookup(
            lookup="place", from_=alt.LookupData(alt.NamedData(name="held_text"), "place", ["sign"])
        ),
        6,
    )
    titles = alt.Chart(alt.NamedData(name="titles"))
    return (
        alt.layer(
            *drawn(begun, lc.PAPER),
            *drawn(written, lc.BLUE),
            *drawn(read, lc.GREEN),
            titles.mark_text(**{**HEADING, "baseline": "middle", "dy": 0}).encode(
                x=alt.value(0), y=y, text="says:N"
            ),
        )
        .add_params(STEP)
        .properties(height=HEIGHT)
    )
