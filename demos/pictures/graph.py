"""A graph of computations: values forward, gradients backward on its edges, and a step.

It has the data `nodes` and `edges`, see demos/backprop/rows.py. Import it only to draw charts anew,
since Altair takes its time.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from demos.frame.texts import _
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

# How far above and below a node its two numbers stand [px], by the side on which there is room.
LINES_OF_TEXT = {"left": (-9, 10), "right": (-12, 13), "up": (-31, -12), "down": (13, 32)}


def graph(description: str, **panel: Any) -> Panel:
    """Return the chart of a graph.

    Its parameters: `columns` and `bottom`, the largest x and y; `seed`, the step at which the way
    back begins; `update`, that at which the inputs take their step.

    Args:
        description: for those who cannot see it.
        **panel: further arguments of `Panel`.
    """
    step, seed = alt.param(name="step", value=0), alt.param(name="seed", value=3)
    update = alt.param(name="update", value=6)
    columns, bottom = alt.param(name="columns", value=2), alt.param(name="bottom", value=4.6)
    phone = "width < 560"
    # The numbers of the inputs stand to their left, those of the result to its right.
    room = [alt.expr(f"{phone} ? 78 : 96"), alt.expr(f"width - ({phone} ? 74 : 96)")]
    x_scale = alt.Scale(domain=[0, alt.expr("columns")], range=room, nice=False, zero=False)
    y_scale = alt.Scale(domain=[alt.expr("bottom"), -0.6], nice=False, zero=False)

    def at(channel: Any, field: str) -> Any:
        return channel(f"{field}:Q", scale=x_scale if "x" in field else y_scale, axis=None)

    x, y = at(alt.X, "x"), at(alt.Y, "y")
    edges, nodes = alt.Chart(alt.NamedData("edges")), alt.Chart(alt.NamedData("nodes"))
    line = {"x": x, "y": y, "x2": "x2", "y2": "y2"}
    active = {"forward": "datum.forward_at == step", "back": "datum.back_at == step"}
    letters = alt.expr(f"{phone} ? 11 : 14")
    halos, words = [], []

    def text(
        data: alt.Chart, field: str, colour: str, where: str, ground: int = 8, **style: Any
    ) -> None:
        """Write a column beside its place, on a ground of paper that no line crosses."""
        shown = data.transform_filter(where)
        style = {"fontSize": letters, "align": "left", "fontWeight": 600, **style}
        here = {"x": x, "y": y, "text": alt.Text(f"{field}:N")}
        paper = {"stroke": lc.PAPER, "strokeWidth": ground, "strokeJoin": "round"}
        halos.append(shown.mark_text(**paper, **style).encode(**here))
        words.append(shown.mark_text(color=colour, **style).encode(**here))

    text(nodes, "above", lc.INK, "datum.above != ''", align="center", dy=-28, fontWeight=400)
    for side, (upper, lower) in LINES_OF_TEXT.items():
        across = f"({phone} ? 20 : 26)"
        beside = {
            "align": "right" if side == "left" else "left",
            "dx": alt.expr(f"-{across}" if side == "left" else across),
        }
        above, below = (
            beside | {"dy": alt.expr(f"({phone} ? 0.75 : 1) * {dy}")} for dy in (upper, lower)
        )
        here = f"datum.side === '{side}'"
        if side != "left":  # on a phone the results of this step only: there is no room for all
            now = "datum.known_at == step || datum.back_at == step || datum.new != ''"
            here += f" && (!({phone}) || columns < 4 || {now})"
        text(nodes, "value", lc.BLUE, f"{here} && datum.known_at <= step", **above)
        text(
            nodes,
            "gradient",
            lc.VERMILLION,
            f"{here} && datum.back_at <= step && !(step == update && datum.new != '')",
            fontStyle="italic",
            **below,
        )
        text(nodes, "new", lc.GREEN, f"{here} && step == update && datum.new != ''", **below)
    for field, colour, shown in (
        ("local", lc.INK, active["back"]),
        ("part", lc.VERMILLION, "datum.back_at <= step"),
    ):
        place = "factor" if field == "local" else "part"
        moved = edges.transform_calculate(x=f"datum.{place}_x", y=f"datum.{place}_y")
        where = f"{shown} && datum.{field} != '' && !({phone})"
        # It stands on a line: wide enough that none shows through a decimal point.
        text(moved, field, colour, where, ground=14, align="center", fontWeight=400)

    body = {"size": alt.expr(f"{phone} ? 800 : 1300"), "fill": lc.PAPER, "opacity": 1}
    tooltip = [
        alt.Tooltip("name:N", title=_("name")),
        alt.Tooltip("so_far:N", title=_("value")),
        alt.Tooltip("came_back:N", title=_("∂ end / ∂ this")),
        alt.Tooltip("grad_fn:N"),
    ]
    shape = alt.Shape(
        "input:N", scale=alt.Scale(domain=[True, False], range=["square", "circle"]), legend=None
    )

    def bodies(where: str, colour: str, width: float) -> alt.Chart:
        return (
            nodes.transform_filter(where)
            # Nor does a tooltip tell what has not been computed yet.
            .transform_calculate(
                so_far="datum.known_at <= step ? datum.value : '?'",
                came_back="datum.back_at <= step ? datum.gradient : '?'",
            )
            .mark_point(stroke=colour, strokeWidth=width, **body)
            .encode(x=x, y=y, shape=shape, tooltip=tooltip)
        )

    def symbols(where: str, on_phone: float, size: float) -> alt.Chart:
        return (
            nodes.transform_filter(where)
            .mark_text(
                color=lc.INK, fontWeight=600, fontSize=alt.expr(f"{phone} ? {on_phone} : {size}")
            )
            .encode(x=x, y=y, text="symbol:N")
        )

    picture = alt.layer(
        edges.mark_rule(color=lc.FAINT, strokeWidth=1.5).encode(**line),
        edges.transform_filter("datum.forward_at <= step && step < seed")
        .mark_rule(color=lc.BLUE, strokeWidth=1.5)
        .encode(**line),
        edges.transform_filter(active["forward"])
        .mark_rule(color=lc.BLUE, strokeWidth=4)
        .encode(**line),
        edges.transform_filter("datum.back_at <= step")
        .mark_rule(color=lc.VERMILLION, strokeWidth=1.5, strokeDash=[6, 4])
        .encode(**line),
        edges.transform_filter(active["back"])
        .mark_rule(color=lc.VERMILLION, strokeWidth=4, strokeDash=[8, 4])
        .encode(**line),
        *halos,
        bodies("true", lc.INK, 1.2),
        bodies("datum.known_at == step && step > 0", lc.BLUE, 4),
        bodies(
            "datum.passes_at == step || (step == seed && datum.back_at == seed)", lc.VERMILLION, 4
        ),
        bodies("step == update && datum.new != ''", lc.GREEN, 4),
        # A word has to find room in the circle.
        symbols("length(datum.symbol) > 3", 9, 11.5),
        symbols("length(datum.symbol) <= 3", 11, 14),
        *words,
    )
    chart = picture.add_params(step, seed, update, columns, bottom).properties(
        height=430,
        title=_("Above: the value. Below: the gradient"),
    )
    return Panel(chart, description, **panel)
