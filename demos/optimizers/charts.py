"""The charts of the walks. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

import json
from typing import Any

import altair as alt

from demos.frame.texts import _
from demos.optimizers.rows import LABEL, SERIES, X_HIGH, X_LOW, Y_HIGH, Y_LOW
from demos.pictures.curve import curve_so_far
from demos.pictures.heat_map import heat_map_layer
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

# The landscape is the page's picture; two charts stand beside it.
HEIGHT = 472  # [px]: at 1280 × 800 the player below it is still seen
BESIDE = (HEIGHT - 14) // 2
SHAPES = ["circle", "square", "diamond", "cross", "triangle-down", "triangle-up", "triangle-right"]


def panels() -> list[Panel]:
    """Return the map, the courses over the steps, and the heights of this step."""
    names = [series.name for series in SERIES]
    run, now, step = alt.NamedData("run"), alt.NamedData("now"), alt.param(name="step", value=0)

    def scaled(channel: Any, values: list[Any]) -> Any:
        return channel("series:N", scale=alt.Scale(domain=names, range=values), legend=None)

    colours = [series.colour for series in SERIES]
    colour, fill = scaled(alt.Color, colours), scaled(alt.Fill, colours)
    dash = scaled(alt.StrokeDash, [list(series.dash or (1, 0)) for series in SERIES])
    shape = scaled(alt.Shape, SHAPES)

    def inside(name: str, low: float, high: float, channel: Any) -> Any:
        scale = alt.Scale(domain=[low, high], nice=False, zero=False)
        return channel(f"{name}:Q", title=name, scale=scale, axis=alt.Axis(grid=False))

    x, y = inside("x", X_LOW, X_HIGH, alt.X), inside("y", Y_LOW, Y_HIGH, alt.Y)
    tooltip = [
        alt.Tooltip("series:N", title=_("optimizer")),
        alt.Tooltip("x:Q", format=".3f"),
        alt.Tooltip("y:Q", format=".3f"),
        alt.Tooltip("loss:Q", title=_("height"), format=".4~g"),
    ]
    path = alt.Chart(run).transform_filter("isValid(datum.x)")
    here = alt.Chart(now).transform_filter("isValid(datum.x)")
    ring = {"stroke": lc.PAPER, "strokeWidth": 1.2, "opacity": 1}
    # Whoever left the map waits at its edge, hollow.
    at_edge = here.transform_calculate(
        left=f"datum.x < {X_LOW} || datum.x > {X_HIGH} || datum.y < {Y_LOW} || datum.y > {Y_HIGH}",
        x=f"clamp(datum.x, {X_LOW}, {X_HIGH})",
        y=f"clamp(datum.y, {Y_LOW}, {Y_HIGH})",
    )
    landscape = (
        heat_map_layer()
        + alt.Chart(alt.NamedData(name="minima"))
        .mark_point(shape="cross", angle=45, filled=True, size=110, color=lc.INK, opacity=0.8)
        .encode(x=x, y=y)
        + path.mark_line(strokeWidth=1.2, opacity=0.4, clip=True).encode(
            x=x, y=y, order="step:Q", color=colour, strokeDash=dash
        )
        + path.transform_filter("datum.step <= step")
        .mark_line(strokeWidth=2.4, clip=True)
        .encode(x=x, y=y, order="step:Q", color=colour, strokeDash=dash)
        + at_edge.transform_filter("!datum.left")
        .mark_point(filled=True, size=130, **ring)
        .encode(x=x, y=y, shape=shape, fill=fill, tooltip=tooltip)
        + at_edge.transform_filter("datum.left")
        .mark_point(filled=False, size=130, strokeWidth=2.5, opacity=1)
        .encode(x=x, y=y, shape=shape, color=colour, tooltip=tooltip)
    )

    bounds = [alt.param(name="low", value=1e-4), alt.param(name="high", value=100)]
    drawn = [alt.expr("low"), alt.expr("high")]

    courses = curve_so_far(
        "loss",
        title=_("height f"),
        heading=_("Height, step by step"),
        description=_("The height of each optimizer over the steps, on a logarithmic scale."),
        series=SERIES,
        shapes=SHAPES,
        log=True,
        domain=drawn,
        tooltip=tooltip,
        params=bounds,
        height=BESIDE,
    )

    labels = {name: _(LABEL[name]) for name in names}
    written = (
        f"datum.series == '{name}' ? {json.dumps(labels[name], ensure_ascii=False)}"
        for name in names
    )
    standing = alt.Chart(now).transform_calculate(
        name=" : ".join([*written, "''"]),
        drawn="isValid(datum.loss) ? clamp(datum.loss, low, high) : high",
        floor="low",
        text="!isValid(datum.loss) ? datum.note : datum.loss == 0 ? '0'"
        " : datum.loss >= 0.001 && datum.loss < 1000 ? format(datum.loss, '.3f')"
        " : replace(replace(format(datum.loss, '.1e'), '+', ''), 'e-', 'e−')",
    )
    who = alt.Y(
        "name:N",
        title=None,
        sort=list(labels.values()),
        axis=alt.Axis(labelFontSize=13, ticks=False, domain=False, minExtent=72),
    )
    reached = alt.X(
        "drawn:Q",
        title=_("height f"),
        scale=alt.Scale(type="log", domain=drawn, nice=False, clamp=True),
        axis=lc.log_axis("x", room=58),
    )
    standings = (
        standing.mark_rule(strokeWidth=3).encode(
            x=reached, x2="floor", y=who, color=colour, strokeDash=dash
        )
        + standing.mark_point(filled=True, size=110, **ring).encode(
            x=reached,
            y=who,
            shape=shape,
            fill=fill,
            tooltip=tooltip,
        )
        + standing.mark_text(align="right", baseline="bottom", dy=-5, fontSize=12).encode(
            x=alt.value(alt.expr("width")), y=who, text="text:N", color=alt.value(lc.INK)
        )
    )
    return [
        Panel(
            landscape.add_params(step).properties(
                height=HEIGHT, title=_("The landscape (click: start there)")
            ),
            _(
                "The landscape from above, dark where it is high, its minima as crosses, "
                "and the path of each optimizer."
            ),
            pick=True,
            main=True,
        ),
        courses,
        Panel(
            standings.add_params(*bounds).properties(height=BESIDE, title=_("Height now")),
            _("The height of each optimizer at this step, on a logarithmic scale."),
        ),
    ]
