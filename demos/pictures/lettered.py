"""Curves named by letters, for questions that let a student read a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from demos.widgets.live_chart import SERIES

if TYPE_CHECKING:
    import altair as alt


def lettered_curves(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    x: str,
    y: str,
    description: str,
    *,
    domain: tuple[float, float] | None = None,
    log: bool = False,
) -> alt.Chart:
    """Draw curves into one chart, told apart by colour, dashes and a legend.

    Args:
        curves: what the legend says → places (x, y).
        x: title of the axis, in the language of the page.
        y: likewise.
        description: what screen readers say, in the language of the page.
        domain: the ends of the y axis; what lies beyond is cut off.
        log: whether the y axis is logarithmic.
    """
    import altair as alt

    rows = [{"x": at, "y": value, "of": name} for name, row in curves.items() for at, value in row]
    scale: dict[str, Any] = {"type": "log" if log else "linear"}
    if domain:
        scale |= {"domain": list(domain), "clamp": True, "nice": False}
    names = list(curves)
    colour = alt.Scale(domain=names, range=SERIES[: len(names)])
    dashes = alt.Scale(domain=names, range=[[1, 0], [7, 4], [2, 3], [9, 3, 2, 3]][: len(names)])
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_line(strokeWidth=3)
        .encode(
            x=alt.X("x:Q", title=x, scale=alt.Scale(nice=False)),
            y=alt.Y("y:Q", title=y, scale=alt.Scale(**scale)),
            color=alt.Color("of:N", title=None, scale=colour),
            strokeDash=alt.StrokeDash("of:N", title=None, scale=dashes),
        )
        .properties(
            width="container",
            height=200,
            description=description,
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        )
    )
