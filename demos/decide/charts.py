"""The charts of this chapter."""

from __future__ import annotations

from typing import Any

from demos.decide.rows import SERIES
from demos.frame.texts import _
from demos.pictures.curve import curve_so_far
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

# What is drawn of a scene, from −1 to 1: shape, colour, size [px²], of each thing.
TREE = [
    ("M-0.13,1L-0.13,0L0.13,0L0.13,1Z", "#8a5a2b"),
    ("M0,-1C0.75,-1,0.8,0.35,0,0.35C-0.8,0.35,-0.75,-1,0,-1Z", lc.GREEN),
]
HOUSE = [
    ("M-0.75,-0.1L0.75,-0.1L0.75,1L-0.75,1Z", lc.ORANGE),
    ("M-0.95,-0.1L0,-0.95L0.95,-0.1Z", lc.VERMILLION),
    ("M-0.2,0.35L0.2,0.35L0.2,1L-0.2,1Z", lc.PAPER),
]
ROAD = [
    ("M-1,0.75L-0.28,-1L0.28,-1L1,0.75Z", "#7d8794"),
    ("M-0.05,0.7L-0.04,0.25L0.04,0.25L0.05,0.7ZM-0.03,0L-0.02,-0.4L0.02,-0.4L0.03,0Z", lc.PAPER),
]
SHAPES = {"tree": TREE, "house": HOUSE, "road": ROAD}


def panels() -> list[Panel]:
    """Return the charts of all topics; of each those are shown that have rows."""
    return [_curve(), _logit(), _right(), _shares(), _areas(), *_training(), _scene(), _outputs()]


def _value(kind: str) -> str:
    z = "datum.weight * datum.u + datum.bias"
    return z if kind == "z" else f"datum.key == 'mse' ? {z} : 1 / (1 + exp(-({z})))"


def _places(kind: str) -> Any:
    import altair as alt

    return (
        alt.Chart(alt.NamedData(name="places"))
        .transform_lookup(
            "key",
            alt.LookupData(data=alt.NamedData("now"), key="series", fields=["weight", "bias"]),
        )
        .transform_calculate(value=_value(kind), series="datum.key")
        .transform_filter("isValid(datum.value)")
    )


def _x(**more: Any) -> Any:
    import altair as alt

    return alt.X("x:Q", title=None, scale=alt.Scale(zero=False, nice=False), **more)


def _name() -> Any:
    """Return the name of the x axis, which the rows decide."""
    import altair as alt

    return (
        alt.Chart(alt.NamedData(name="asked"))
        .transform_calculate(text="feature")
        .mark_text(align="right", baseline="bottom", dy=-4, dx=-4, color=lc.INK, fontSize=13)
        .encode(x=alt.value(alt.expr("width")), y=alt.value(alt.expr("height")), text="text:N")
    )


def _curve() -> Panel:
    import altair as alt

    feature = alt.param(name="feature", value="")
    y_scale = alt.Scale(domain=[-0.35, 1.35], nice=False, clamp=True)
    y = alt.Y("y:Q", title=_("0: no, 1: yes"), scale=y_scale, axis=alt.Axis(values=[0, 0.5, 1]))
    value = alt.Y("value:Q", scale=y_scale, title=_("0: no, 1: yes"))
    points = alt.Chart(alt.NamedData(name="points"))
    asked = alt.Chart(alt.NamedData(name="asked"))
    now = alt.Chart(alt.NamedData(name="now"))
    at = (
        asked.transform_calculate(key="'bce'")
        .transform_lookup(
            "key",
            alt.LookupData(data=alt.NamedData("now"), key="series", fields=["weight", "bias"]),
        )
        .transform_calculate(value=_value("p"))
    )
    layers = [
        now.transform_filter("datum.series == 'bce'")
        .transform_calculate(half="0.5")
        .mark_rule(color=lc.FAINT, strokeDash=[2, 3])
        .encode(y=alt.Y("half:Q", scale=y_scale)),
        points.mark_point(filled=True, size=28, opacity=0.45).encode(
            x=_x(),
            y=y,
            color=alt.condition("datum.y > 0.5", alt.value(lc.BLUE), alt.value(lc.ORANGE)),
            tooltip=[alt.Tooltip("x:Q", format=".4~g"), alt.Tooltip("name:N", title=_("in truth"))],
        ),
        _places("p")
        .mark_line(strokeWidth=3, clip=True)
        .encode(
            x=_x(), y=value, color=lc.colour_of(SERIES), strokeDash=lc.dash_of(SERIES), order="x:Q"
        ),
        asked.mark_rule(color=lc.INK).encode(x=_x()),
        at.mark_point(filled=True, size=110, color=lc.INK, opacity=1).encode(x=_x(), y=value),
        _name(),
    ]
    chart = alt.layer(*layers).add_params(feature)
    return Panel(
        chart.properties(height=300, title=_("Yes or no, over one feature")),
        _("Yeses above and noes below, over the feature; through them a line and a sigmoid."),
        pick=True,
        only_with="points",
        main=True,
    )


def _logit() -> Panel:
    import altair as alt

    zero = alt.Chart(alt.NamedData(name="asked")).transform_calculate(zero="0")
    y = alt.Y("value:Q", title="z = w·x + b", scale=alt.Scale(domain=[-6, 6], clamp=True))
    layers = [
        zero.mark_rule(color=lc.FAINT, strokeDash=[2, 3]).encode(y=alt.Y("zero:Q", title=None)),
        _places("z")
        .transform_filter("datum.key == 'bce'")
        .mark_line(strokeWidth=2.5, color=lc.BLUE, clip=True)
        .encode(x=_x(), y=y, order="x:Q"),
        alt.Chart(alt.NamedData(name="asked")).mark_rule(color=lc.INK).encode(x=_x()),
    ]
    return Panel(
        alt.layer(*layers).properties(height=120, title=_("The logit z is a line")),
        _("The logit over the feature: a straight line; where it is 0 the answer changes."),
        only_with="points",
    )


def _right() -> Panel:
    return curve_so_far(
        "accuracy",
        title=_("right"),
        heading=_("How many are right"),
        description=_("The share of right answers of the line and of the sigmoid over the steps."),
        series=[one for one in SERIES if one.name in ("mse", "bce")],
        domain=[0.0, 1.0],
        axis={"format": ".0%"},
        only_with="points",
        height=120,
    )


def _shares() -> Panel:
    import altair as alt

    groups = alt.Chart(alt.NamedData(name="shares"))
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("share:Q", title=_("share of yes"), scale=scale, axis=alt.Axis(format=".0%"))
    y = alt.Y(
        "group:N",
        sort=alt.EncodingSortField("order", op="min"),
        title=None,
        axis=alt.Axis(labelLimit=120, minExtent=90),
    )
    layers = [
        groups.mark_bar(color=lc.BLUE, opacity=0.75).encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("group:N", title=_("value")),
                alt.Tooltip("share:Q", title=_("share of yes"), format=".1%"),
                alt.Tooltip("ones:Q", title=_("yeses")),
                alt.Tooltip("count:Q", title=_("rows")),
            ],
        ),
        groups.transform_calculate(text="datum.ones + ' / ' + datum.count")
        .mark_text(**_beside("datum.share > 0.8"), color=lc.INK)
        .encode(x=x, y=y, text="text:N"),
        alt.Chart(alt.NamedData(name="base"))
        .mark_rule(color=lc.VERMILLION, strokeDash=[6, 4], strokeWidth=1.5)
        .encode(x=alt.X("base:Q", scale=scale)),
    ]
    return Panel(
        alt.layer(*layers).properties(height=300, title=_("Share of yes, by this column")),
        _("The share of yes in each value of the chosen column, and in the whole table, dashed."),
        only_with="shares",
    )


def _beside(left: str) -> dict[str, Any]:
    """Return where the number of a bar stands: at its end, left of it where the condition holds."""
    import altair as alt

    return {
        "align": alt.expr(f"{left} ? 'right' : 'left'"),
        "dx": alt.expr(f"{left} ? -5 : 5"),
    }


def _areas() -> Panel:
    import altair as alt

    rows = alt.Chart(alt.NamedData(name="areas")).transform_calculate(half="0.5")
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X(
        "area:Q",
        title=_("area under the ROC curve"),
        scale=scale,
        axis=alt.Axis(titleAnchor="end", titleAlign="right"),
    )
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=140, minExtent=140))
    layers = [
        rows.mark_bar(opacity=0.75).encode(
            x=x,
            x2="half:Q",
            y=y,
            color=alt.condition("datum.now", alt.value(lc.VERMILLION), alt.value(lc.BLUE)),
            tooltip=[
                alt.Tooltip("name:N", title=_("column")),
                alt.Tooltip("area:Q", title=_("area"), format=".3f"),
            ],
        ),
        rows.mark_text(
            **_beside("datum.area < 0.5 || datum.area > 0.8"), color=lc.INK, fontSize=12
        ).encode(x=x, y=y, text=alt.Text("area:Q", format=".3f")),
    ]
    return Panel(
        alt.layer(*layers).properties(height=300, title=_("What each column says by itself")),
        _("The area under the ROC curve of every column alone; 0.5 is chance."),
        only_with="areas",
    )


def _training() -> list[Panel]:
    import altair as alt

    marks = alt.Chart(alt.NamedData(name="marks"))
    kinds = {"base": lc.FAINT, "now": lc.BLUE, "test": lc.VERMILLION, "measured": lc.GREEN}
    x = alt.X(
        "accuracy:Q",
        title=_("right"),
        scale=alt.Scale(domain=[0.4, 1], nice=False, clamp=True),
        axis=alt.Axis(format=".0%", values=[0.4, 0.6, 0.8, 1]),
    )
    y = alt.Y(
        "name:N",
        sort=alt.EncodingSortField("order", op="min"),
        title=None,
        axis=alt.Axis(labelLimit=150, minExtent=150),
    )
    compared = alt.layer(
        marks.mark_bar(opacity=0.8).encode(
            x=x,
            y=y,
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(kinds), range=list(kinds.values())),
                legend=None,
            ),
        ),
        marks.mark_text(align="right", dx=-4, color=lc.INK, fontWeight=600).encode(
            x=x, y=y, text=alt.Text("accuracy:Q", format=".1%")
        ),
    )
    names = alt.param(name="weight_names", value=[])
    most = alt.param(name="weight_most", value=1)
    weights = (
        alt.Chart(alt.NamedData(name="now"))
        .transform_filter("isArray(datum.weights)")
        .transform_calculate(names="weight_names")
        .transform_flatten(["weights", "names"])
        .transform_calculate(size="abs(datum.weights)")
    )
    bars = weights.mark_bar().encode(
        x=alt.X(
            "weights:Q",
            title=_("weight"),
            scale=alt.Scale(domain=[alt.expr("-weight_most"), alt.expr("weight_most")], nice=False),
        ),
        y=alt.Y(
            "names:N",
            title=None,
            sort=None,
            axis=alt.Axis(labelLimit=160, minExtent=160, labelFontSize=11, labelOverlap="greedy"),
        ),
        color=alt.condition("datum.weights > 0", alt.value(lc.BLUE), alt.value(lc.VERMILLION)),
        tooltip=[
            alt.Tooltip("names:N", title=_("column")),
            alt.Tooltip("weights:Q", title=_("weight"), format=".3f"),
        ],
    )
    splits = alt.Chart(alt.NamedData(name="splits"))
    ends = [alt.param(name=f"split_{end}", value=at) for end, at in (("low", 0.8), ("high", 0.9))]
    scale = alt.Scale(domain=[alt.expr("split_low"), alt.expr("split_high")], nice=False)
    across = alt.X(
        "low:Q", title=_("right, on rows to test with"), scale=scale, axis=alt.Axis(format=".0%")
    )
    up = alt.Y(
        "count:Q",
        title=_("splits"),
        scale=alt.Scale(domainMin=0),
        axis=alt.Axis(format="d", tickCount=alt.expr("max(1, min(5, domain('y')[1]))")),
    )
    histogram = (
        splits.transform_calculate(zero="0")
        .mark_rect(color=lc.BLUE, opacity=0.75, stroke=lc.PAPER)
        .encode(x=across, x2="high:Q", y=up, y2="zero:Q")
    )
    current = (
        alt.Chart(alt.NamedData(name="split_now"))
        .mark_rule(color=lc.VERMILLION, strokeWidth=2)
        .encode(x=alt.X("accuracy:Q", scale=scale))
    )
    return [
        curve_so_far(
            "loss",
            title=_("cross-entropy"),
            heading=_("The loss"),
            description=_("The cross-entropy on rows to train and to choose with, over epochs."),
            series=[one for one in SERIES if one.name in ("train", "validation")],
            only_with="marks",
            row=1,
            height=230,
        ),
        Panel(
            compared.properties(height=230, title=_("How many are right")),
            _("The share of right answers of this model on its three parts, and of others."),
            only_with="marks",
            row=1,
        ),
        Panel(
            alt.layer(bars)
            .add_params(names, most)
            .properties(height=330, title=_("The weights of the neuron")),
            _("The weight of every column; blue speaks for yes, vermillion for no."),
            only_with="pairs",
            row=2,
        ),
        Panel(
            alt.layer(histogram, current)
            .add_params(*ends)
            .properties(height=230, title=_("One neuron on other splits")),
            _("How often one neuron is right on the rows to test with, for each split so far."),
            only_with="splits",
            row=2,
        ),
    ]


def _scene() -> Panel:
    import altair as alt

    scale = alt.Scale(domain=[0, 3], nice=False)
    high = alt.Scale(domain=[0, 1], nice=False)
    # The y axis is there for the clicks.
    rows = alt.Chart(alt.NamedData(name="scene")).transform_calculate(
        left="datum.x - 0.5",
        right="datum.x + 0.5",
        top="1",
        ground="0.3",
        bottom="0",
        middle="0.42",
    )
    x, y = alt.X("x:Q", scale=scale, axis=None), alt.Y("middle:Q", scale=high, axis=None)
    ends = {"x": alt.X("left:Q", scale=scale, axis=None), "x2": "right:Q"}
    layers: list[Any] = [
        rows.mark_rect(color=lc.SKY, opacity=0.15).encode(
            **ends, y=alt.Y("top:Q", scale=high, axis=None), y2="ground:Q"
        ),
        rows.mark_rect(color=lc.GREEN, opacity=0.2).encode(
            **ends, y=alt.Y("ground:Q", scale=high, axis=None), y2="bottom:Q"
        ),
    ]
    size = alt.expr("pow(min(0.29 * width, 0.72 * height), 2)")
    for thing, shapes in SHAPES.items():
        for path, colour in shapes:
            layers.append(
                rows.transform_filter(f"datum.thing == '{thing}'")
                .mark_point(shape=path, filled=True, fill=colour, size=size, strokeWidth=0)
                .encode(
                    x=x,
                    y=y,
                    opacity=alt.condition("datum.there", alt.value(1), alt.value(0.1)),
                )
            )
    return Panel(
        alt.layer(*layers).properties(height=240, title=_("The picture")),
        _("A drawn scene with a tree, a house and a road, as far as they were put there."),
        pick=True,
        only_with="scene",
        row=3,
    )


def _outputs() -> Panel:
    import altair as alt

    rows = alt.Chart(alt.NamedData(name="outputs"))
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("p:Q", title=_("what the output says"), scale=scale)
    y = alt.Y("name:N", sort=alt.EncodingSortField("order", op="min"), title=None)
    layers = [
        rows.mark_bar(color=lc.BLUE, opacity=0.75).encode(x=x, y=y),
        rows.transform_filter("isValid(datum.label)")
        .mark_tick(color=lc.VERMILLION, thickness=4)
        .encode(x=alt.X("label:Q", scale=scale), y=y),
        rows.mark_text(align="left", dx=6, color=lc.INK, fontWeight=600).encode(
            x=x, y=y, text=alt.Text("p:Q", format=".3f")
        ),
    ]
    return Panel(
        alt.layer(*layers).properties(height=240, title=_("Outputs, and the label as a mark")),
        _("What each output says, as a bar, and the label 0 or 1, as a mark."),
        only_with="outputs",
        row=3,
    )
