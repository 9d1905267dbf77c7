"""The chart of the graph. Imported only to draw it anew, since Altair takes its time."""

from __future__ import annotations

from typing import Any

import altair as alt

from demos.frame.texts import _
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel


def panels() -> list[Panel]:
    """Return the graph."""
    step, seed = alt.param(name="step", value=0), alt.param(name="seed", value=3)
    right, bottom = alt.param(name="right", value=2.6), alt.param(name="bottom", value=4.6)
    x_scale = alt.Scale(domain=[-0.25, alt.expr("right")], nice=False, zero=False)
    y_scale = alt.Scale(domain=[alt.expr("bottom"), -0.6], nice=False, zero=False)

    def at(channel: Any, field: str) -> Any:
        return channel(f"{field}:Q", scale=x_scale if "x" in field else y_scale, axis=None)

    x, y = at(alt.X, "x"), at(alt.Y, "y")
    edges, nodes = alt.Chart(alt.NamedData("edges")), alt.Chart(alt.NamedData("nodes"))
    line = {"x": x, "y": y, "x2": "x2", "y2": "y2"}
    active = {"forward": "datum.forward_at == step", "back": "datum.back_at == step"}
    phone = "width < 560"
    letters = alt.expr(f"{phone} ? 11 : 14")

    def text(data: alt.Chart, field: str, colour: str, where: str, **style: Any) -> alt.Chart:
        """Write a column beside its place, on a halo of paper."""
        shown = data.transform_filter(where)
        style = {"fontSize": letters, "align": "left", **style}
        here = {"x": x, "y": y, "text": alt.Text(f"{field}:N")}
        halo = shown.mark_text(stroke=lc.PAPER, strokeWidth=5, strokeJoin="round", **style)
        return halo.encode(**here) + shown.mark_text(color=colour, **style).encode(**here)

    middle = edges.transform_calculate(x="datum.middle_x", y="datum.middle_y")
    beside = alt.expr(f"{phone} ? 17 : 26")
    body = {"size": alt.expr(f"{phone} ? 560 : 1300"), "fill": lc.PAPER, "opacity": 1}
    tooltip = [
        alt.Tooltip("name:N", title=_("name")),
        alt.Tooltip("value:N", title=_("value")),
        alt.Tooltip("gradient:N", title=_("∂ end / ∂ this")),
        alt.Tooltip("grad_fn:N"),
    ]
    shape = alt.Shape(
        "input:N", scale=alt.Scale(domain=[True, False], range=["square", "circle"]), legend=None
    )

    def bodies(where: str, colour: str, width: float) -> alt.Chart:
        return (
            nodes.transform_filter(where)
            .mark_point(stroke=colour, strokeWidth=width, **body)
            .encode(x=x, y=y, shape=shape, tooltip=tooltip)
        )

    graph = (
        edges.mark_rule(color=lc.FAINT, strokeWidth=1.5).encode(**line)
        + edges.transform_filter("datum.forward_at <= step && step < seed")
        .mark_rule(color=lc.BLUE, strokeWidth=1.5)
        .encode(**line)
        + edges.transform_filter(active["forward"])
        .mark_rule(color=lc.BLUE, strokeWidth=4)
        .encode(**line)
        + edges.transform_filter("datum.back_at <= step")
        .mark_rule(color=lc.VERMILLION, strokeWidth=1.5, strokeDash=[6, 4])
        .encode(**line)
        + edges.transform_filter(active["back"])
        .mark_rule(color=lc.VERMILLION, strokeWidth=4, strokeDash=[8, 4])
        .encode(**line)
        + text(
            middle, "local", lc.INK, f"datum.back_at == step && !({phone})", dy=-9, align="center"
        )
        + text(
            middle,
            "part",
            lc.VERMILLION,
            f"datum.back_at <= step && !({phone})",
            dy=10,
            align="center",
        )
        + bodies("true", lc.INK, 1.2)
        + bodies("datum.known_at == step && step > 0", lc.BLUE, 4)
        + bodies(
            "datum.passes_at == step || (step == seed && datum.back_at == seed)", lc.VERMILLION, 4
        )
        + nodes.mark_text(color=lc.INK, fontSize=letters, fontWeight=600).encode(
            x=x, y=y, text="symbol:N"
        )
        + text(nodes, "above", lc.INK, "datum.above != ''", align="center", dy=-28)
        + text(nodes, "value", lc.BLUE, "datum.known_at <= step", dx=beside, dy=-9, fontWeight=600)
        + text(
            nodes,
            "gradient",
            lc.VERMILLION,
            "datum.back_at <= step",
            dx=beside,
            dy=10,
            fontStyle="italic",
            fontWeight=600,
        )
    )
    return [
        Panel(
            graph.add_params(step, seed, right, bottom).properties(
                height=430,
                title=_("Above: the value. Below: the gradient"),
            ),
            _(
                "The computational graph from the inputs on the left to the result on the right; "
                "the table holds its numbers."
            ),
        )
    ]
