"""The charts of every topic. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import altair as alt

from demos.frame.texts import _
from demos.overfit.lesson import Y_MOST
from demos.overfit.rows import SERIES
from demos.pictures.curve import curve_so_far, level
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

BELOW = 130  # [px]
HEIGHT = 400  # [px]: at 1280 × 800 the player below it is still seen
NOW = alt.NamedData(name="now")
STEP = alt.param(name="step", value=0)
COLOUR, DASH = lc.colour_of(SERIES), lc.dash_of(SERIES)
SQUARE_ROOT = {"type": "pow", "exponent": 0.5, "zero": False}
LOG = {"type": "log", "nice": False}
SEEN = "(show || revealed)"  # the hidden curve: by the switch, or where there is none


def panels() -> list[Panel]:
    """Return the charts; those without rows are not shown."""
    return [
        Panel(
            _world(),
            _("The points learned from, the hidden curve, and what the model makes of the points."),
            pick=True,
            drag="points",
            only_with="points",
            main=True,
        ),
        Panel(
            _bundle(),
            _("Thirty models, their mean with their spread around it, and the hidden curve."),
            only_with="bundle",
            main=True,
        ),
        _errors(
            "of_learn",
            _("epoch"),
            _("The error, epoch by epoch"),
            _("The errors on points learned from and on others over the epochs."),
            stretch=SQUARE_ROOT,
            over=_marks,
        ),
        _errors(
            "of_widths",
            _("hidden units"),
            _("The error over the size"),
            _("The errors on points learned from and on others over the hidden units."),
            stretch=LOG,
            over=_marks,
        ),
        _errors(
            "of_degrees",
            _("degree"),
            _("The error over the size"),
            _("The errors on points learned from and on others over the degree."),
            over=_marks,
        ),
        *(
            _errors(
                rows,
                _("epoch"),
                _("The expected error, taken apart"),
                _("Bias², variance, noise and their sum over the epochs."),
                stretch=SQUARE_ROOT,
                over=_marks,
                height=height,
            )
            for rows, height in (("of_networks", HEIGHT - BELOW), ("of_spread", HEIGHT // 2))
        ),
        Panel(
            _sum(),
            _("Bias², variance and noise of this epoch in one bar, the error measured in another."),
            only_with="of_networks",
        ),
        Panel(
            _over_degree(),
            _("Bias², variance, noise and their sum for each degree, after the last epoch."),
            only_with="sizes",
        ),
        *(
            _errors(
                rows,
                across,
                _("The error, far beyond what is needed"),
                described,
                stretch=LOG,
                over=_marks,
            )
            for rows, across, described in (
                (
                    "of_wide",
                    _("parameters"),
                    _(
                        "The errors on points learned from and on new ones over the "
                        "number of parameters."
                    ),
                ),
                (
                    "of_units",
                    _("hidden units"),
                    _(
                        "The errors on points learned from and on new ones over the "
                        "number of hidden units."
                    ),
                ),
            )
        ),
        Panel(
            _fold_bars(),
            _("The error on each fold while it was left out, and the mean of all."),
            only_with="of_folds",
        ),
        *(
            Panel(
                _fold_sizes(rows, title, scale),
                _("The mean error of all folds for each size, and how much the folds differ."),
                only_with=rows,
            )
            for rows, title, scale in (
                ("sizes_of_network", _("hidden units"), LOG),
                ("sizes_of_polynomial", _("degree"), {"zero": False, "nice": False}),
            )
        ),
        _errors(
            "of_more",
            _("examples"),
            _("The error over the examples"),
            _("The errors on points learned from and on new ones over the number of examples."),
            stretch=LOG,
            over=_floor,
        ),
    ]


def _errors(
    only_with: str,
    across: str,
    heading: str,
    description: str,
    *,
    stretch: dict[str, Any] | None = None,
    over: Callable[[alt.X, alt.Y], Sequence[alt.Chart]],
    height: int = HEIGHT,
) -> Panel:
    """Draw errors over what is played, on a logarithmic scale."""
    return curve_so_far(
        "loss",
        title=_("error"),
        heading=heading,
        description=description,
        across=across,
        stretch=stretch or {"zero": False},
        series=SERIES,
        log=True,
        domain=[alt.expr("low"), alt.expr("high")],
        params=[alt.param(name="low", value=1e-3), alt.param(name="high", value=1)],
        tooltip=[alt.Tooltip("step:Q", title=across), alt.Tooltip("loss:Q", format=".4f")],
        over=over,
        height=height,
        only_with=only_with,
    )


def _quoted(text: str | dict[str, str]) -> str:
    """Return a text, or several, as it stands in an expression."""
    return json.dumps(text, ensure_ascii=False)


def _x(field: str = "x") -> alt.X:
    scale = alt.Scale(domain=[-1.04, 1.04], nice=False)
    return alt.X(f"{field}:Q", title="x", scale=scale, axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1]))


def _y(field: str = "y", **more: Any) -> alt.Y:
    scale = alt.Scale(domain=[-Y_MOST, Y_MOST], nice=False)
    return alt.Y(f"{field}:Q", title="y", scale=scale, **more)


def _truth(opacity: Any = 0.9) -> alt.Chart:
    return (
        alt.Chart(alt.NamedData(name="truth"))
        .mark_line(color=lc.GREEN, strokeWidth=2.5, strokeDash=[6, 4], opacity=opacity)
        .encode(x=_x(), y=_y())
    )


def _world() -> alt.TopLevelMixin:
    points = alt.Chart(alt.NamedData(name="points")).transform_filter(
        "!isValid(datum.at) || datum.at === step"
    )
    out = "isValid(datum.fold) && datum.fold === step"
    fit = (
        alt.Chart(NOW)
        .transform_filter("datum.series === 'train'")
        .transform_flatten(["fit"])
        .transform_window(place="row_number()", of="count()", frame=[None, None])
        .transform_window(place="row_number()")
        .transform_calculate(x="2 * (datum.place - 1) / (datum.of - 1) - 1", y="datum.fit")
        .mark_line(color=lc.INK, strokeWidth=3, clip=True)
        .encode(x=_x(), y=_y(), order="place:Q")
    )
    tooltip = [alt.Tooltip("x:Q", format=".2f"), alt.Tooltip("y:Q", format=".2f")]
    return (
        (
            alt.Chart(alt.NamedData(name="held"))
            .mark_point(size=26, color=lc.VERMILLION, strokeWidth=1.2, opacity=0.75, clip=True)
            .encode(x=_x(), y=_y())
            + _truth(alt.expr(f"{SEEN} ? 0.9 : 0"))
            + fit
            + points.transform_filter(f"!({out})")
            .mark_point(
                filled=True,
                size=95,
                color=lc.BLUE,
                stroke=lc.PAPER,
                strokeWidth=1.2,
                opacity=1,
                clip=True,
            )
            .encode(x=_x(), y=_y(), tooltip=tooltip)
            + points.transform_filter(out)
            .mark_point(
                size=95, color=lc.VERMILLION, fill=lc.PAPER, strokeWidth=2.5, opacity=1, clip=True
            )
            .encode(x=_x(), y=_y(), tooltip=tooltip)
        )
        .add_params(STEP, *(alt.param(name=name, value=True) for name in ("show", "revealed")))
        .add_params(alt.param(name="others", value=""))
        .properties(height=HEIGHT, title=alt.TitleParams(text=alt.expr(_legend())))
    )


def _legend() -> str:
    """Return the lines above the world, as an expression: they name what is there."""
    points = {
        "held": _("● learned from  ○ other points"),
        "fold": _("● learned from  ○ left out"),
        "": _("● learned from"),
    }
    lines = {True: _("┅ hidden curve  ━ the model"), False: _("━ the model")}
    first = f"{_quoted(points)}[others]"
    return f"[{first}, {SEEN} ? {_quoted(lines[True])} : {_quoted(lines[False])}]"


def _bundle() -> alt.TopLevelMixin:
    rows = alt.Chart(NOW).transform_filter("isValid(datum.mean)")

    def at(chart: alt.Chart, *fields: str) -> alt.Chart:
        chart = chart.transform_flatten([*fields]).transform_window(place="row_number()")
        return chart.transform_calculate(
            x="((datum.place - 1) % 41) / 20 - 1",
            model="floor((datum.place - 1) / 41)",
            **{field: f"datum.{field} / 1000" for field in fields},
        )

    each = at(rows, "fits")
    middle = at(rows, "mean", "low", "high")
    return (
        (
            middle.mark_area(color=lc.PURPLE, opacity=0.22, clip=True).encode(
                x=_x(), y=_y("low"), y2="high"
            )
            + each.mark_line(color=lc.INK, strokeWidth=1, opacity=0.35, clip=True).encode(
                x=_x(), y=_y("fits"), detail="model:N", order="place:Q"
            )
            + _truth()
            + middle.mark_line(color=lc.VERMILLION, strokeWidth=3.5, clip=True).encode(
                x=_x(), y=_y("mean"), order="place:Q"
            )
        )
        .add_params(STEP)
        .properties(
            height=HEIGHT,
            title=[_("─ thirty models  ━ their mean"), _("█ their spread  ┅ hidden curve")],
        )
    )


def _marks(step: alt.X, value: alt.Y) -> list[alt.Chart]:
    """Mark a place on the x axis, and say what is there."""
    mark = alt.Chart(alt.NamedData(name="mark")).transform_filter("datum.since <= step")
    return [
        mark.mark_rule(color=lc.INK, strokeWidth=1, strokeDash=[2, 3]).encode(x=step),
        mark.transform_calculate(text="datum.right ? '' : datum.says")
        .mark_text(align="left", baseline="top", dx=5, color=lc.INK, fontSize=12)
        .encode(x=step, y=alt.value(4), text="text:N"),
        mark.transform_calculate(text="datum.right ? datum.says : ''")
        .mark_text(align="right", baseline="top", dx=-5, color=lc.INK, fontSize=12)
        .encode(x=step, y=alt.value(4), text="text:N"),
    ]


def _floor(step: alt.X, value: alt.Y) -> list[alt.Chart]:
    """Mark the noise, below which nobody can come."""
    noise = alt.Chart(alt.NamedData(name="of_more")).transform_filter("isValid(datum.noise)")
    noise = noise.transform_calculate(drawn="datum.noise")
    return level(noise, value, alt.value(_("the noise σ²")), end="left", above=False)


def _error_axis(field: str = "loss", **more: Any) -> alt.Y:
    scale = alt.Scale(
        type="log", domain=[alt.expr("low"), alt.expr("high")], nice=False, clamp=True
    )
    return alt.Y(f"{field}:Q", title=_("error"), scale=scale, axis=lc.LOG_AXIS, **more)


def _with_ends(chart: alt.TopLevelMixin, heading: str) -> alt.TopLevelMixin:
    ends = [alt.param(name="low", value=1e-3), alt.param(name="high", value=1)]
    return chart.add_params(STEP, *ends).properties(height=HEIGHT // 2, title=heading)


def _sum() -> alt.TopLevelMixin:
    """Draw the three parts of this step in one bar, and what was measured below it."""
    measured, added = _quoted(_("measured")), _quoted(_("sum"))
    rows = alt.Chart(NOW).transform_calculate(
        of=f"datum.series === 'error' ? {measured} : {added}",
        turn="indexof(['bias', 'variance', 'noise'], datum.series)",
    )
    of = alt.Y(
        "of:N",
        title=None,
        sort=[_("sum"), _("measured")],
        axis=alt.Axis(labelFontSize=12, ticks=False, domain=False),
    )
    return (
        (
            rows.mark_bar(opacity=0.9).encode(
                x=alt.X("loss:Q", title=None, axis=alt.Axis(tickCount=4)),
                y=of,
                color=COLOUR,
                order="turn:Q",
                tooltip=[alt.Tooltip("loss:Q", format=".4f")],
            )
        )
        .add_params(STEP)
        .properties(height=BELOW - 14, title=_("bias² + variance + noise"))
    )


def _over_degree() -> alt.TopLevelMixin:
    rows = alt.Chart(alt.NamedData(name="sizes"))
    x = alt.X("step:Q", title=_("degree"), scale=alt.Scale(domain=[1, 15], nice=False))
    chart = (
        rows.transform_filter("datum.chosen && datum.series === 'error'")
        .mark_rule(color=lc.FAINT, strokeWidth=1.5)
        .encode(x=x)
        + rows.mark_line(strokeWidth=2.5, clip=True).encode(
            x=x, y=_error_axis(), color=COLOUR, strokeDash=DASH
        )
        + rows.transform_filter("datum.chosen")
        .mark_point(filled=True, size=80, opacity=1)
        .encode(x=x, y=_error_axis(), color=COLOUR)
    )
    return _with_ends(chart, _("At the end, by degree"))


def _fold_bars() -> alt.TopLevelMixin:
    rows = alt.Chart(alt.NamedData(name="of_folds"))
    x = alt.X("fold:O", title=_("fold left out"), axis=alt.Axis(labelAngle=0))
    played = rows.transform_filter("datum.fold <= step").transform_calculate(floor="low")
    done = rows.transform_joinaggregate(last="max(fold)").transform_filter(
        "datum.fold === datum.last && step >= datum.last"
    )
    chart = (
        rows.mark_bar(opacity=0, clip=True).encode(x=x, y=_error_axis())
        + played.mark_bar(color=lc.VERMILLION, opacity=0.8, clip=True).encode(
            x=x, y=_error_axis(), y2="floor"
        )
        + done.mark_rule(color=lc.INK, strokeWidth=2).encode(y=_error_axis("mean"))
        + done.mark_text(
            align="right", baseline="bottom", dx=-4, dy=-3, color=lc.INK, fontWeight=600
        ).encode(
            x=alt.value(alt.expr("width")), y=_error_axis("mean"), text=alt.value(_("their mean"))
        )
    )
    return _with_ends(chart, _("The error on each fold"))


def _fold_sizes(name: str, title: str, scale: dict[str, Any]) -> alt.TopLevelMixin:
    rows = alt.Chart(alt.NamedData(name=name))
    best = rows.transform_filter("datum.best && datum.since <= step")
    x = alt.X("size:Q", title=title, scale=alt.Scale(**scale))
    chart = (
        rows.mark_area(color=lc.VERMILLION, opacity=0.18, clip=True).encode(
            x=x, y=_error_axis("low"), y2="high"
        )
        + rows.mark_line(color=lc.VERMILLION, strokeWidth=2.5, clip=True).encode(
            x=x, y=_error_axis()
        )
        + best.mark_point(filled=True, size=110, color=lc.VERMILLION, opacity=1).encode(
            x=x, y=_error_axis()
        )
        + best.transform_calculate(says=_quoted(_("best: ")) + " + datum.size")
        .mark_text(baseline="top", dy=9, color=lc.INK, fontWeight=600)
        .encode(x=x, y=_error_axis(), text="says:N")
    )
    return _with_ends(chart, _("The mean of the folds, by size"))
