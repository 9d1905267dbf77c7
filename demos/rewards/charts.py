"""The charts of every topic. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

import json
from typing import Any

import altair as alt

from demos.frame.texts import _
from demos.pictures.curve import curve_so_far, level
from demos.rewards.knobs import MOST_K
from demos.rewards.rows import agent, bandit, digits, overview
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

HEIGHT, SIDE = 400, 250  # [px]
NOW = alt.NamedData(name="now")
STEP = alt.param(name="step", value=0)
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
FILL = alt.Scale(domain=list(range(MOST_K)), range=lc.SERIES)
SHAPE = alt.Scale(domain=list(range(MOST_K)), range=SHAPES)
# A group is as round on the page as it is: both axes have the same units.
UNIT = "min(width / 3, height / 2.15)"


def _quoted(text: str) -> str:
    """Return a text as it stands in an expression."""
    return json.dumps(text, ensure_ascii=False)


def _plane(x: str = "x", y: str = "y", **more: Any) -> dict[str, Any]:
    """Return both axes of the plane in which points lie."""

    def axis(side: str) -> dict[str, Any]:
        ends = [alt.expr(f"{sign}{side} / 2 / ({UNIT})") for sign in ("-", "")]
        return {
            "title": None,
            "scale": alt.Scale(domain=ends, nice=False),
            "axis": alt.Axis(values=[-1, 0, 1]),
        }

    return {
        "x": alt.X(f"{x}:Q", **axis("width"), **more),
        "y": alt.Y(f"{y}:Q", **axis("height"), **more),
    }


def _now(series: str | None, field: str) -> str:
    """Return an expression: a field of the row that is played, of one of the series."""
    order = [one.name for one in overview.SERIES]
    return f"data('now')[{order.index(series) if series else 0}].{field}"


def _areas(series: str | None = None) -> alt.Chart:
    """Tint where each group or class is."""
    rows = alt.Chart(NOW)
    rows = rows.transform_filter(f"datum.series === '{series}'") if series else rows
    return (
        rows.transform_flatten(["area_x", "area_y", "area_of"])
        .transform_filter("datum.area_of >= 0")
        .transform_window(turn="row_number()")
        .mark_line(filled=True, interpolate="linear-closed", opacity=0.16, strokeWidth=0, clip=True)
        .encode(
            **_plane("area_x", "area_y"),
            fill=alt.Fill("area_of:N", scale=FILL, legend=None),
            detail="area_of:N",
            order="turn:Q",
        )
    )


def _dots(rows: alt.Chart, by: str, **look: Any) -> alt.Chart:
    """Draw points in the colour and the shape of a group or label."""
    look = {"size": 80, "stroke": lc.PAPER, "strokeWidth": 1, "opacity": 1, **look}
    return rows.mark_point(filled=True, clip=True, **look).encode(
        **_plane(),
        fill=alt.Fill(f"{by}:N", scale=FILL, legend=None),
        shape=alt.Shape(f"{by}:N", scale=SHAPE, legend=None),
    )


def _points() -> alt.Chart:
    return alt.Chart(alt.NamedData(name="points")).transform_filter("isValid(datum.label)")


def panels() -> list[Panel]:
    """Return the charts; those without rows are not shown."""
    touched: dict[str, Any] = {"pick": True, "drag": "points"}
    return [
        Panel(
            _world(),
            _("The points, the group of each, the centres and their ways."),
            **touched,
            only_with="of_groups",
            main=True,
        ),
        Panel(
            _labelled(),
            _("The same points with their labels, supervised: what a line for each class says."),
            **touched,
            only_with="of_overview",
        ),
        Panel(
            _unlabelled(),
            _("The same points without labels, unsupervised: the groups of k-means."),
            **touched,
            only_with="of_overview",
        ),
        Panel(
            _rewarded(),
            _("The same points by reinforcement: guesses, and which of them were paid."),
            **touched,
            only_with="of_overview",
        ),
        curve_so_far(
            "right",
            title=_("right [%]"),
            heading=_("How many are right"),
            description=_("How many points each of the three gets right, over the rounds."),
            across=_("round"),
            series=overview.SERIES,
            domain=[0, 104],
            tooltip=[alt.Tooltip("right:Q", format=".0f")],
            height=130,
            row=1,
            only_with="of_overview",
        ),
        Panel(
            _classes(),
            _("What a network says everywhere that has learned the labels of half of the points."),
            only_with="classes",
        ),
        curve_so_far(
            "inertia",
            title=_("inertia"),
            heading=_("The inertia, half step by half step"),
            description=_("The inertia over the half steps; it never rises."),
            across=_("half step"),
            colour=lc.BLUE,
            height=HEIGHT // 2,
            only_with="of_groups",
        ),
        Panel(
            _elbow(),
            _("The least inertia and the silhouette for each number of groups."),
            only_with="elbow",
        ),
        Panel(
            _turned(),
            _("Lengths and widths, a line through their middle, and each point's way to it."),
            pick=True,
            drag="points",
            only_with="of_axis",
            main=True,
        ),
        curve_so_far(
            "kept",
            title=_("kept [%]"),
            heading=_("Variance kept"),
            description=_("The share of the variance that the line keeps, over its angle."),
            across=_("angle [°]"),
            colour=lc.BLUE,
            domain=[0, 104],
            last_step=180,
            tooltip=[alt.Tooltip("kept:Q", format=".1f", labelSeparation=5)],
            height=HEIGHT // 2,
            only_with="of_axis",
        ),
        Panel(
            _sizes(),
            _("The points as one number each: where they lie on the line."),
            only_with="of_axis",
        ),
        Panel(
            _map("pca"),
            _("500 digits in two numbers by PCA."),
            pick=True,
            drag="pca",
            only_with="pca",
        ),
        Panel(
            _map("code"),
            _("The same digits in two numbers by the autoencoder."),
            pick=True,
            only_with="pca",
        ),
        curve_so_far(
            "loss",
            title=_("error"),
            heading="",
            description=_("The error of the autoencoder over the epochs, and that of PCA."),
            across=_("epoch"),
            series=digits.SERIES,
            domain=[0.02, 0.08],
            axis={"format": ".2f"},
            tooltip=[alt.Tooltip("loss:Q", format=".4f")],
            over=lambda step, value: level(
                alt.Chart(alt.NamedData(name="pca_error")), value, "says:N"
            ),
            height=110,
            row=1,
            only_with="pca",
        ),
        curve_so_far(
            "loss",
            title=_("reward"),
            heading="",
            description=_("The return of each episode, and what is expected at the start."),
            rows="returns",
            across=_("episode"),
            series=agent.SERIES,
            domain=[alt.expr("low"), alt.expr("high")],
            params=[alt.param(name="low", value=0), alt.param(name="high", value=1)],
            tooltip=[alt.Tooltip("loss:Q", format=".3f")],
            over=lambda step, value: level(
                alt.Chart(alt.NamedData(name="possible")), value, alt.value(_("the best of all"))
            ),
            height=120,
            only_with="of_agent",
        ),
        Panel(
            _shares(),
            _("The share of pupils with each method, for the bandit and the A/B test."),
            only_with="of_bandit",
            main=True,
        ),
        _bandit_curve(
            "regret",
            _("passes lost"),
            _("Regret"),
            _("Passes lost against the best method, over the pupils."),
            alt.Undefined,
        ),
        _bandit_curve(
            "right",
            _("pupils [%]"),
            _("Gets a best method"),
            _("How many pupils get a best method, over the pupils."),
            [0, 104],
        ),
    ]


# ---------------------------------------------------------------- three answers


def _card(chart: alt.LayerChart, *lines: str) -> alt.TopLevelMixin:
    return chart.add_params(STEP).properties(height=SIDE, title=list(lines))


def _labelled() -> alt.TopLevelMixin:
    letters = _points().mark_text(fontSize=11, fontWeight=700, color=lc.PAPER, clip=True)
    rings = _points().mark_point(
        filled=True, size=170, stroke=lc.PAPER, strokeWidth=1, opacity=1, clip=True
    )
    return _card(
        _areas("labels")
        + rings.encode(**_plane(), fill=alt.Fill("label:N", scale=FILL, legend=None))
        + letters.encode(**_plane(), text="letter:N"),
        _("Supervised"), _("given: points and their labels"),
    )  # fmt: skip


def _unlabelled() -> alt.TopLevelMixin:
    said = _points().transform_calculate(group=f"{_now('nothing', 'says')}[datum.key]")
    return _card(
        _areas("nothing") + _dots(said, "group", size=70),
        _("Unsupervised"),
        _("given: points, nothing else"),
    )


def _rewarded() -> alt.TopLevelMixin:
    said = _points().transform_calculate(
        guess=f"{_now('rewards', 'says')}[datum.key]", paid=f"{_now('rewards', 'paid')}[datum.key]"
    )
    wrong = said.transform_filter("!datum.paid").mark_point(
        shape="cross", angle=45, size=60, filled=True, opacity=0.9, clip=True
    )
    return _card(
        _areas("rewards")
        + wrong.encode(**_plane(), fill=alt.Fill("guess:N", scale=FILL, legend=None))
        + _dots(said.transform_filter("datum.paid"), "guess", size=80),
        _("By reinforcement"),
        _("given: rewards, ● yes, ✕ no"),
    )


# ---------------------------------------------------------------- k-means


def _world() -> alt.TopLevelMixin:
    said = _points().transform_calculate(
        group=f"length({_now(None, 'group')}) ? {_now(None, 'group')}[datum.key] : null"
    )
    trail = alt.Chart(alt.NamedData(name="trail"))
    so_far = trail.transform_filter("datum.step <= step")
    here = so_far.transform_joinaggregate(last="max(step)").transform_filter(
        "datum.step === datum.last"
    )
    begun = alt.Chart(alt.NamedData(name="points")).transform_filter("!isValid(datum.label)")
    fill = alt.Fill("centre:N", scale=FILL, legend=None)
    return (
        (
            _areas()
            + said.transform_filter("!isValid(datum.group)")
            .mark_point(filled=True, size=70, color=lc.FAINT, opacity=1, clip=True)
            .encode(**_plane())
            + _dots(said.transform_filter("isValid(datum.group)"), "group", size=70)
            + begun.mark_point(
                shape="diamond", size=150, color=lc.INK, strokeWidth=1.5, opacity=0.7, clip=True
            ).encode(**_plane())
            + so_far.mark_line(color=lc.INK, strokeWidth=1.5, opacity=0.7, clip=True).encode(
                **_plane(), detail="centre:N", order="step:Q"
            )
            + here.mark_point(
                filled=True, size=330, stroke=lc.INK, strokeWidth=2.5, opacity=1, clip=True
            ).encode(**_plane(), fill=fill, shape=alt.Shape("centre:N", scale=SHAPE, legend=None))
        )
        .add_params(STEP)
        .properties(height=HEIGHT, title=_("● points, ◇ starts, large: centres"))
    )


def _classes() -> alt.TopLevelMixin:
    image = alt.Chart(alt.NamedData(name="classes")).transform_calculate(x="0", y="0")
    learned = _points().transform_lookup(
        lookup="key",
        from_=alt.LookupData(alt.NamedData(name="learned"), key="key", fields=["key"]),
        as_=["of"],
        default=-1,
    )
    unit = UNIT
    return (
        (
            image.mark_image(
                width=alt.expr(f"7.5 * {unit}"),
                height=alt.expr(f"3 * {unit}"),
                aspect=False,
                clip=True,
            ).encode(**_plane(), url="url:N")
            + _dots(learned, "label", size=45)
            + learned.transform_filter("datum.of < 0")
            .mark_point(filled=True, size=10, color=lc.PAPER, opacity=1, clip=True)
            .encode(**_plane())
        )
        .add_params(STEP)
        .properties(height=HEIGHT // 2, title=_("With labels: ● learned from, ◉ asked"))
    )


def _elbow() -> alt.TopLevelMixin:
    rows = alt.Chart(alt.NamedData(name="elbow"))
    x = alt.X("k:O", title=_("groups k"), axis=alt.Axis(labelAngle=0))
    y = alt.Y("inertia:Q", title=_("inertia"), scale=alt.Scale(domainMin=0))
    fit = alt.Y(
        "silhouette:Q",
        title=_("silhouette"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(orient="right", grid=False, titleColor=lc.ORANGE),
    )
    tried = alt.Chart(alt.NamedData(name="tried"))
    least = (
        tried.mark_point(color=lc.VERMILLION, opacity=0.8, clip=True).encode(
            x=x,
            y=y,
            size=alt.Size(
                "starts:Q", scale=alt.Scale(domain=[1, 60], range=[12, 260]), legend=None
            ),
            tooltip=[
                alt.Tooltip("starts:Q", title=_("random starts")),
                alt.Tooltip("inertia:Q", title=_("inertia"), format=".3f"),
            ],
        )
        + rows.mark_line(color=lc.BLUE, strokeWidth=2.5).encode(x=x, y=y)
        + rows.transform_filter("datum.chosen")
        .mark_point(filled=True, color=lc.BLUE, size=110, opacity=1)
        .encode(x=x, y=y)
    )
    good = rows.transform_filter("isValid(datum.silhouette)")
    best = good.transform_joinaggregate(top="max(silhouette)").transform_filter(
        "datum.silhouette === datum.top"
    )
    silhouette = good.mark_line(color=lc.ORANGE, strokeWidth=2.5, strokeDash=[6, 3]).encode(
        x=x, y=fit
    ) + best.mark_point(filled=True, color=lc.ORANGE, size=110, opacity=1).encode(x=x, y=fit)
    return (
        alt.layer(least, silhouette)
        .resolve_scale(y="independent")
        .add_params(STEP)
        .properties(
            height=HEIGHT // 2, title=[_("━ inertia, ┅ silhouette"), _("○ ends of random starts")]
        )
    )


# ---------------------------------------------------------------- PCA

TURN = "(step * PI / 180)"
ALONG = f"((datum.x - middle_x) * cos({TURN}) + (datum.y - middle_y) * sin({TURN}))"


def _around(x: str = "x", y: str = "y", **names: str) -> dict[str, Any]:
    """Return both axes around the middle of the points, with the same units on both."""
    unit = "min(width / 2 / reach_x, height / 2 / reach_y)"

    def axis(side: str, middle: str, title: str) -> dict[str, Any]:
        ends = [alt.expr(f"{middle} {sign} {side} / 2 / ({unit})") for sign in ("-", "+")]
        return {"title": title, "scale": alt.Scale(domain=ends, nice=False, zero=False)}

    return {
        "x": alt.X(f"{x}:Q", **axis("width", "view_x", _("length"))),
        "y": alt.Y(f"{y}:Q", **axis("height", "view_y", _("width"))),
        **names,
    }


def _params() -> list[Any]:
    names = ("middle_x", "middle_y", "view_x", "view_y", "reach_x", "reach_y", "far")
    params = [alt.param(name=name, value=1) for name in names]
    return [STEP, alt.param(name="heading", value=""), *params]


def _line_at(rows: alt.Chart, turn: str, **look: Any) -> alt.Chart:
    far = "4 * far"
    return (
        rows.transform_calculate(
            x=f"middle_x - {far} * cos({turn})",
            y=f"middle_y - {far} * sin({turn})",
            to_x=f"middle_x + {far} * cos({turn})",
            to_y=f"middle_y + {far} * sin({turn})",
        )
        .mark_rule(clip=True, **look)
        .encode(**_around(x2="to_x", y2="to_y"))
    )


def _turned() -> alt.TopLevelMixin:
    still = alt.Chart(alt.NamedData(name="points"))  # these need not be drawn anew at every angle
    points = still.transform_calculate(along=ALONG).transform_calculate(
        foot_x=f"middle_x + datum.along * cos({TURN})",
        foot_y=f"middle_y + datum.along * sin({TURN})",
    )
    return (
        (
            points.mark_rule(color=lc.VERMILLION, strokeWidth=1.2, opacity=0.6, clip=True).encode(
                **_around(x2="foot_x", y2="foot_y")
            )
            + _line_at(
                alt.Chart(alt.NamedData(name="best")),
                "(datum.angle * PI / 180)",
                color=lc.GREEN,
                strokeWidth=2.5,
                strokeDash=[6, 4],
            )
            + _line_at(alt.Chart(NOW), TURN, color=lc.INK, strokeWidth=2.5)
            + still.mark_point(
                filled=True, size=70, color=lc.BLUE, stroke=lc.PAPER, strokeWidth=1, opacity=0.85
            ).encode(**_around())
            + points.mark_point(filled=True, size=26, color=lc.INK, opacity=0.9, clip=True).encode(
                **_around("foot_x", "foot_y")
            )
        )
        .add_params(*_params())
        .properties(height=HEIGHT, title=alt.TitleParams(text=alt.expr("heading")))
    )


def _sizes() -> alt.TopLevelMixin:
    points = alt.Chart(alt.NamedData(name="points")).transform_calculate(size=ALONG)
    x = alt.X(
        "size:Q",
        title=_("“size”: the place on the line"),
        scale=alt.Scale(domain=[alt.expr("-far"), alt.expr("far")], nice=False),
    )
    return (
        points.mark_tick(color=lc.INK, thickness=1.5, opacity=0.55)
        .encode(x=x)
        .add_params(*_params())
        .properties(height=120, title=_("One number in place of two"))
    )


# ---------------------------------------------------------------- digits

TEN = [*lc.SERIES, lc.INK, *lc.SERIES[:3]]


def _map(of: str) -> alt.TopLevelMixin:
    """Draw 500 digits by two numbers: dots, and once the labels are told, coloured numerals."""
    rows = alt.Chart(alt.NamedData(name="pca"))
    if of == "code":
        title = _("Autoencoder")
        place = "data('now')[0].code[2 * datum.key{}]"
        rows = rows.transform_calculate(x=place.format(""), y=place.format(" + 1"))
        ends = {name: [alt.expr(f"{name}_low"), alt.expr(f"{name}_high")] for name in "xy"}
    else:
        title = _("PCA")
        ends = {name: [-2.2, 2.2] for name in "xy"}
    x, y = (
        kind(
            f"{name}:Q",
            title=None,
            scale=alt.Scale(domain=ends[name], nice=False),
            axis=alt.Axis(labels=False, ticks=False),
        )
        for kind, name in ((alt.X, "x"), (alt.Y, "y"))
    )
    told = "step >= reveal"
    chosen = rows.transform_filter("datum.key === chosen")
    start = {"reveal": 0, "chosen": 0, "x_low": -1, "x_high": 1, "y_low": -1, "y_high": 1}
    # So that the rows that are played are known here.
    played = alt.Chart(NOW).transform_filter("false").mark_point().encode(x=x, y=y)
    return (
        (
            played
            + rows.transform_filter(f"!({told})")
            .mark_point(filled=True, size=26, color=lc.INK, opacity=0.55, clip=True)
            .encode(x=x, y=y)
            + rows.transform_filter(told)
            .mark_text(fontSize=12, fontWeight=600, clip=True)
            .encode(
                x=x,
                y=y,
                text="digit:N",
                color=alt.Color(
                    "digit:N", scale=alt.Scale(domain=list(range(10)), range=TEN), legend=None
                ),
            )
            + chosen.mark_point(size=330, color=lc.INK, strokeWidth=2.5, opacity=1).encode(x=x, y=y)
        )
        .add_params(STEP, *(alt.param(name=name, value=value) for name, value in start.items()))
        .properties(height=SIDE - 25, title=title)
    )


# ---------------------------------------------------------------- bandit


def _shares() -> alt.TopLevelMixin:
    methods = alt.Chart(alt.NamedData(name="methods"))
    x = alt.X("share:Q", title=_("pupils so far [%]"), scale=alt.Scale(domain=[0, 100]))
    y = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[0.5, 5.6], reverse=True, nice=False))
    layers = [
        methods.transform_calculate(place="datum.turn - 0.26", share="0")
        .mark_text(align="left", baseline="middle", color=lc.INK, fontSize=14, fontWeight=600)
        .encode(x=x, y=y, text="says:N"),
        # So that the rows that are played are known here.
        alt.Chart(NOW).transform_filter("false").mark_point().encode(y=y),
    ]
    for number, series in enumerate(bandit.SERIES):
        shown = methods.transform_calculate(
            share=f"data('now')[{number}].share[datum.turn - 1]",
            place=f"datum.turn + {0.02 + 0.26 * number}",
            from_="0",
            text="format(datum.share, '.0f')",
        )
        layers += [
            shown.mark_rule(
                color=series.colour,
                strokeWidth=alt.expr("max(6, height / 26)"),
                opacity=0.9,
            ).encode(x=alt.X("from_:Q", title=_("pupils so far [%]")), x2="share", y=y),
            shown.mark_text(align="left", dx=6, color=lc.INK, fontSize=12).encode(
                x=x, y=y, text="text:N"
            ),
        ]
    return (
        alt.layer(*layers)
        .add_params(STEP)
        .properties(height=HEIGHT, title=_("Which method pupils get"))
    )


def _bandit_curve(field: str, title: str, heading: str, description: str, domain: Any) -> Panel:
    def under(step: alt.X, value: alt.Y) -> list[alt.Chart]:
        test = alt.Chart(alt.NamedData(name="test"))
        layers = [
            test.mark_rule(color=lc.INK, strokeWidth=1, strokeDash=[2, 3]).encode(x=step),
            test.mark_text(
                align="left", baseline="top", dx=5, color=lc.INK, fontSize=12
            ).encode(x=step, y=alt.value(2), text="says:N"),
        ]  # fmt: skip
        if field == "regret":
            band = alt.Chart(alt.NamedData(name="run")).mark_area(opacity=0.18)
            layers.insert(
                0,
                band.encode(x=step, y=alt.Y("low:Q"), y2="high", color=lc.colour_of(bandit.SERIES)),
            )
        return layers

    return curve_so_far(
        field,
        title=title,
        heading=heading,
        description=description,
        across=_("pupil"),
        series=bandit.SERIES,
        domain=None if domain is alt.Undefined else domain,
        tooltip=[alt.Tooltip(f"{field}:Q", format=".1f", labelSeparation=5)],
        under=under,
        height=HEIGHT // 2,
        only_with="of_bandit",
    )
