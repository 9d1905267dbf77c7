"""A number over the steps: what was played so far in colour, what is to come faint.

    curve_so_far("loss", title=_("loss"), heading=_("The loss"), description=_("…"), log=True)

The run before, which the LiveChart keeps as `before`, is dashed and pale. It is drawn on the axes
of the run that is shown, and cut off where it leaves them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from demos.frame.texts import _
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel, Series

if TYPE_CHECKING:  # slow to import, and needed only to draw the charts anew
    import altair as alt

# Where a logarithmic axis ends whose numbers are all 0.
LOWEST = 1e-13
More = Callable[["alt.X", "alt.Y"], Sequence["alt.Chart"]]


def curve_so_far(
    field: str,
    *,
    title: str,
    heading: str,
    description: str,
    rows: str = "run",
    series: Sequence[Series] = (),
    shapes: Sequence[str] = (),
    colour: str = lc.VERMILLION,
    log: bool = False,
    domain: Sequence[Any] | None = None,
    last_step: float | None = None,
    across: str = "",
    stretch: Mapping[str, Any] | None = None,
    interpolate: str = "linear",
    axis: dict[str, Any] | None = None,
    tooltip: Sequence[alt.Tooltip] = (),
    params: Sequence[alt.Parameter] = (),
    under: More | None = None,
    over: More | None = None,
    height: int = 260,
    **panel: Any,
) -> Panel:
    """Draw a number over the steps.

    Args:
        field: of the rows; its gaps are gaps of the line.
        title: of the y axis, with its unit.
        heading: above the chart.
        description: for those who cannot see it.
        rows: the data set, with a row per step (and series).
        series: the runs in it, where there are several: each has its colour and dashes.
        shapes: the shape of each one's dot, where colours are many; else all are circles.
        colour: of a run alone.
        log: a logarithmic axis. A number of 0 lies on its floor, with a "0" at the dot.
        domain: of the y axis, numbers or `alt.expr`; on a logarithmic one powers of ten.
        last_step: the end of the x axis; by default that of the rows.
        across: title of the x axis; by default "step".
        stretch: the scale of the x axis, such as `{"type": "log"}`; by default linear.
        interpolate: how dots are joined; "step-after" for counts.
        axis: properties of the y axis.
        tooltip: of the dot.
        params: of the chart, such as those that `domain` names.
        under: further layers below the curve, made with its x and y.
        over: further layers above.
        height: [px].
        **panel: further arguments of `Panel`.
    """
    import altair as alt

    parts = {"params": [alt.param(name="step", value=0), *params]}
    x_scale = {} if last_step is None else {"domain": [0, last_step], "nice": False}
    x_scale = {**x_scale, **(stretch or {})}
    x = alt.X(
        "step:Q",
        title=across or _("step"),
        # Of a run of one step or two Vega marks halves, too, and would round them.
        axis=alt.Axis(tickMinStep=1, format="d", labelExpr="datum.value % 1 ? '' : datum.label"),
        scale=alt.Scale(**x_scale) if x_scale else alt.Undefined,
    )
    scale: dict[str, Any] = {"type": "log", "clamp": domain is not None} if log else {}
    if domain is not None:
        scale |= {"domain": list(domain), "nice": False, **({} if log else {"zero": False})}
    elif not log:
        scale |= {"domainMin": 0}
    drawn = "drawn" if log else field
    y = alt.Y(
        f"{drawn}:Q",
        title=title,
        scale=alt.Scale(**scale),
        axis={**(lc.LOG_AXIS if log else {}), **(axis or {})} or alt.Undefined,
    )
    floor = None if domain is None else _written(domain[0])
    course = (
        _on_floor(alt.Chart(alt.NamedData(name=rows)), field, floor)
        if log
        else alt.Chart(alt.NamedData(name=rows)).transform_filter(f"isValid(datum['{field}'])")
    )
    here = course.transform_filter("datum.step === step")
    if domain is not None and not log:  # a dot is not cut in half at an edge, but gone beyond it
        ends = [_written(end) for end in domain]
        value = f"datum['{field}']"
        here = here.transform_filter(f"{value} >= {ends[0]} && {value} <= {ends[1]}")
    line = {"interpolate": interpolate, "clip": True}
    if series:
        look: dict[str, Any] = {"color": lc.colour_of(series), "strokeDash": lc.dash_of(series)}
        whole = course.mark_line(strokeWidth=1.5, opacity=0.5, **line)
        played = course.transform_filter("datum.step <= step").mark_line(strokeWidth=2.5, **line)
        dot = here.mark_point(filled=True, size=80, opacity=1).encode(color=look["color"])
        if shapes:
            dot = _shaped(here, series, shapes)
    else:
        look = {}
        whole = course.mark_line(color=lc.FAINT, strokeWidth=2, **line)
        played = course.transform_filter("datum.step <= step").mark_line(
            color=colour, strokeWidth=2.5, **line
        )
        dot = here.mark_point(filled=True, size=90, color=colour, opacity=1)
    dot = dot.encode(x=x, y=y, **({"tooltip": list(tooltip)} if tooltip else {}))
    layers = [
        *(under(x, y) if under else ()),
        _before(field, log, bool(series), line),
        whole.encode(x=x, y=y, **look),
        played.encode(x=x, y=y, **look),
        dot,
    ]
    if log:
        layers.append(
            here.transform_filter(f"datum['{field}'] <= 0")
            .mark_text(text="0", dy=-14, fontSize=13, fontWeight=600, color=lc.INK)
            .encode(x=x, y=y)
        )
    layers += over(x, y) if over else ()
    chart = alt.layer(*layers).add_params(*parts["params"])
    return Panel(chart.properties(height=height, title=heading), description, **panel)


def level(
    rows: alt.Chart, y: alt.Y, says: Any, *, end: str = "right", above: bool = True
) -> list[alt.Chart]:
    """Draw a number as a dotted line over all steps, and say what it is.

    Args:
        rows: with the number; none, no line.
        y: of the curve, which names the field of the number.
        says: the words, `alt.value` or a field; no line crosses them.
        end: of the line, where they stand: "left" or "right".
        above: whether they stand above it.
    """
    import altair as alt

    away = {"dx": 4 if end == "left" else -4, "dy": -3 if above else 4}
    look = {"align": end, "baseline": "bottom" if above else "top", "fontSize": 12, **away}
    place = {"x": alt.value(0 if end == "left" else alt.expr("width")), "y": y, "text": says}
    paper = {"color": lc.PAPER, "stroke": lc.PAPER, "strokeWidth": 4, "strokeJoin": "round"}
    return [
        rows.mark_rule(color=lc.INK, strokeWidth=1, strokeDash=[2, 3]).encode(y=y),
        rows.mark_text(**look, **paper).encode(**place),
        rows.mark_text(**look, color=lc.INK).encode(**place),
    ]


def _on_floor(rows: alt.Chart, field: str, floor: str | None) -> alt.Chart:
    """Lay numbers of 0 on the floor of a logarithmic axis, so that the line goes on.

    Args:
        rows: the rows.
        field: of the number.
        floor: an expression; None for the power of ten below the least number of all.
    """
    value = f"datum['{field}']"
    rows = rows.transform_filter(f"isValid({value}) && {value} >= 0")
    if floor is None:
        rows = rows.transform_calculate(
            positive=f"{value} > {LOWEST} ? {value} : null"
        ).transform_joinaggregate(least="min(positive)")
        power = "pow(10, floor(log(datum.least) / LN10 + 1e-9))"
        floor = f"(isValid(datum.least) ? {power} : {LOWEST})"
        return rows.transform_calculate(drawn=f"{value} > {LOWEST} ? {value} : {floor}")
    return rows.transform_calculate(drawn=f"max({value}, {floor})")


def _before(field: str, log: bool, several: bool, line: dict[str, Any]) -> alt.Chart:
    """Draw the run before with the scales of this one, whose axes it does not stretch."""
    import altair as alt

    value = f"datum['{field}']"
    at = f"{value} > 0 ? scale('y', {value}) : height" if log else f"scale('y', {value})"
    chart = (
        alt.Chart(alt.NamedData(name="before"))
        .transform_filter(f"isValid({value})")
        .transform_calculate(across="scale('x', datum.step)", down=at)
        .mark_line(color=lc.FAINT, strokeWidth=1.5, strokeDash=[3, 4], **line)
    )
    order = {"detail": "series:N"} if several else {}
    return chart.encode(
        x=alt.X("across:Q", scale=None, title=None, axis=None),
        y=alt.Y("down:Q", scale=None, title=None, axis=None),
        order="step:Q",
        **order,
    )


def _shaped(here: alt.Chart, series: Sequence[Series], shapes: Sequence[str]) -> alt.Chart:
    import altair as alt

    names = [one.name for one in series]
    shape = alt.Scale(domain=names, range=list(shapes))
    fill = alt.Scale(domain=names, range=[one.colour for one in series])
    return here.mark_point(
        filled=True, size=90, stroke=lc.PAPER, strokeWidth=1.2, opacity=1
    ).encode(
        shape=alt.Shape("series:N", scale=shape, legend=None),
        fill=alt.Fill("series:N", scale=fill, legend=None),
    )


def _written(bound: Any) -> str:
    """Return a bound of a domain, a number or `alt.expr`, as it stands in an expression."""
    return repr(bound) if isinstance(bound, (int, float)) else bound.to_dict()["expr"]
