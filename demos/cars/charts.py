"""The charts of every topic. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

import altair as alt

from demos.cars.rows.answer import EVERY, MOST_AGE, MOST_MILES
from demos.frame.texts import _
from demos.pictures.curve import curve_so_far
from demos.pictures.heat_map import heat_map_layer, heat_map_scale
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

NOW = alt.NamedData(name="now")
DOLLARS = {"format": "~s"}


def panels() -> list[Panel]:
    """Return the charts; those without rows are not shown."""
    return [
        Panel(
            _histogram("before_prices", _("Prices before: no car left out")),
            _("How many cars have which price, before any was left out."),
            only_with="before_prices",
        ),
        Panel(
            _histogram("prices", _("Prices after these steps")),
            _("How many cars have which price, after the steps of cleaning."),
            only_with="prices",
        ),
        curve_so_far(
            "loss",
            title=_("loss (share of σ²)"),
            heading=_("A training on these cars"),
            description=_("The loss of a neuron trained on the cleaned table."),
            only_with="trained",
            height=220,
        ),
        Panel(
            _surface(),
            _("The loss for every pair of weights at b = 0, with the path of the steps on it."),
            only_with="surface",
            row=1,
        ),
        curve_so_far(
            "loss",
            title=_("loss"),
            heading=_("The loss, step by step"),
            description=_("The loss of all cars over the steps, on a logarithmic scale."),
            log=True,
            under=_batches,
            only_with="surface",
            height=330,
            row=1,
        ),
        Panel(
            _map(),
            _(
                "What cars of each age and mileage cost, with the neuron's lines of equal price, "
                "and your car with one more year and 10,000 more miles."
            ),
            only_with="cells",
            pick=True,
            main=True,
            row=2,
        ),
        Panel(
            _bars(),
            _("What one more year costs, and what 10,000 more miles cost; and before."),
            only_with="cells",
            row=2,
        ),
        curve_so_far(
            "loss",
            title=_("loss"),
            heading=_("The loss, step by step"),
            description=_("The loss over the steps."),
            only_with="cells",
            height=130,
            row=2,
        ),
        Panel(
            _folds("training", _("On cars that it learned from")),
            _("R² on the cars learned from, without and with the column, for ten parts."),
            only_with="folds",
            row=3,
        ),
        Panel(
            _folds("validation", _("On cars that were left out")),
            _("R² on cars that were left out, without and with the column, for ten parts."),
            only_with="folds",
            row=3,
        ),
        Panel(
            _priced(),
            _("The price of your car, its range, and what the most similar cars cost."),
            only_with="priced",
            row=4,
        ),
    ]


def _histogram(rows: str, heading: str) -> alt.TopLevelMixin:
    return (
        alt.Chart(alt.NamedData(name=rows))
        .mark_bar(color=lc.BLUE, minBandSize=2)
        .encode(
            x=alt.X("low:Q", title=_("price [$]"), axis=alt.Axis(**DOLLARS)),
            x2="high",
            y=alt.Y(
                "count:Q",
                title=_("cars"),
                scale=alt.Scale(type="symlog"),
                axis=alt.Axis(values=[0, 1, 10, 100, 1000]),
            ),
            y2=alt.Y2Datum(0),
            tooltip=[
                alt.Tooltip("low:Q", title=_("from [$]"), format=",.0f"),
                alt.Tooltip("high:Q", title=_("to [$]"), format=",.0f"),
                alt.Tooltip("count:Q", title=_("cars")),
            ],
        )
        .properties(height=220, title=heading)
    )


def _batches(x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Mark the loss of each mini-batch."""
    return [
        alt.Chart(alt.NamedData(name="batches"))
        .transform_filter("datum.batch_loss > 0")
        .mark_point(filled=True, size=12, color=lc.ORANGE, opacity=0.5, clip=True)
        .encode(x="step:Q", y="batch_loss:Q")
    ]


def _surface() -> alt.TopLevelMixin:
    ends = alt.Scale(domain=[alt.expr("-edge"), alt.expr("edge")], nice=False)
    axis = alt.Axis(grid=False, format="~g")
    x = alt.X("weight_age:Q", title=_("w₁ (age)"), scale=ends, axis=axis)
    y = alt.Y("weight_miles:Q", title=_("w₂ (miles)"), scale=ends, axis=axis)
    # Nothing is drawn of it but its legend.
    legend = (
        alt.Chart(NOW)
        .mark_point(opacity=0)
        .encode(x=x, y=y, color=heat_map_scale("loss", _("loss − least loss"), power=0.25))
    )
    # What lies far out is drawn in the same direction, but not that far: a path that explodes would
    # be millions of pixels long, and who reads the page aloud or checks it would never end.
    path = (
        alt.Chart(alt.NamedData(name="run"))
        .transform_calculate(
            far="max(1, abs(datum.weight_age) / edge / 100, abs(datum.weight_miles) / edge / 100)"
        )
        .transform_calculate(
            weight_age="datum.weight_age / datum.far", weight_miles="datum.weight_miles / datum.far"
        )
    )
    line = {"clip": True, "strokeWidth": 1.5}
    chart = (
        heat_map_layer()
        + legend
        + path.mark_line(color=lc.FAINT, **line).encode(x=x, y=y, order="step:Q")
        + path.transform_filter("datum.step <= step")
        .mark_line(
            color=lc.VERMILLION, point=alt.OverlayMarkDef(size=16, color=lc.VERMILLION), **line
        )
        .encode(x=x, y=y, order="step:Q")
        + alt.Chart(NOW)
        .mark_point(filled=True, size=110, color=lc.VERMILLION, opacity=1, clip=True)
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("weight_age:Q", title="w₁", format=".4g"),
                alt.Tooltip("weight_miles:Q", title="w₂", format=".4g"),
                alt.Tooltip("loss:Q", title=_("loss"), format=".4g"),
            ],
        )
        + alt.Chart(NOW)
        .transform_filter("abs(datum.weight_age) > edge || abs(datum.weight_miles) > edge")
        .mark_text(color=lc.INK, fontWeight=600, align="right", baseline="top")
        .encode(
            x=alt.value(alt.expr("width - 6")),
            y=alt.value(6),
            text=alt.value(_("out of the picture: see the numbers below")),
        )
    )
    params = [alt.param(name="step", value=0), alt.param(name="edge", value=1)]
    params += [alt.param(name=name, value=end) for name, end in (("heat_low", 0), ("heat_high", 1))]
    return chart.add_params(*params).properties(height=330, title=_("The loss over both weights"))


def _map() -> alt.TopLevelMixin:
    age = alt.X(
        "age:Q",
        title=_("age [years]"),
        scale=alt.Scale(domain=[0, MOST_AGE], nice=False),
        axis=alt.Axis(grid=False),
    )
    miles = alt.Y(
        "miles:Q",
        title=_("miles"),
        scale=alt.Scale(domain=[0, MOST_MILES], nice=False),
        axis=alt.Axis(grid=False, **DOLLARS),
    )
    # Bands: a gradient of SVG has a name that several pictures of a page share.
    shades = (0.07, 0.18, 0.32, 0.5, 0.72, 1)
    price = alt.Color(
        "price:Q",
        scale=alt.Scale(
            type="threshold",
            domain=[10_000, 20_000, 30_000, 40_000, 60_000],
            range=[f"rgba(0, 114, 178, {shade})" for shade in shades],
        ),
        legend=alt.Legend(
            title=_("median price [$]"),
            orient="bottom",
            direction="horizontal",
            titleFontWeight="normal",
            format="~s",
            gradientThickness=10,
        ),
    )
    squares = (
        alt.Chart(alt.NamedData(name="cells"))
        .transform_calculate(older="datum.age + 1", farther=f"datum.miles + {EVERY}")
        .mark_rect(clip=True)
        .encode(
            x=age,
            x2="older",
            y=miles,
            y2="farther",
            color=price,
            opacity=alt.Opacity(
                "count:Q",
                scale=alt.Scale(domain=[0, 4], range=[0.35, 0.9], clamp=True),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("age:Q", title=_("age [years]")),
                alt.Tooltip("miles:Q", title=_("miles from"), format=","),
                alt.Tooltip("price:Q", title=_("median price [$]"), format=",.0f"),
                alt.Tooltip("count:Q", title=_("cars")),
            ],
        )
    )
    # price = a·age + m·miles + b: a line of equal price in the plane, flat or steep.
    levels = (
        alt.Chart(alt.NamedData(name="levels"))
        .transform_calculate(key="0")
        .transform_lookup(
            lookup="key",
            from_=alt.LookupData(
                data=NOW, key="key", fields=["per_year", "per_miles", "intercept"]
            ),
        )
        .transform_calculate(a="datum.per_year", m="datum.per_miles / 10000")
        .transform_filter("abs(datum.a) + abs(datum.m) > 1e-6")
        .transform_calculate(rest="datum.price - datum.intercept")
        .transform_calculate(
            steep=f"abs(datum.m) * {MOST_MILES} < 0.01 * abs(datum.a) * {MOST_AGE}",
            age="datum.steep ? datum.rest / datum.a : 0",
            miles="datum.steep ? 0 : datum.rest / datum.m",
            to_age=f"datum.steep ? datum.rest / datum.a : {MOST_AGE}",
            to_miles=f"datum.steep ? {MOST_MILES} : (datum.rest - datum.a * {MOST_AGE}) / datum.m",
            label="'$' + format(datum.price, '~s')",
        )
    )
    lines = levels.mark_rule(color=lc.INK, strokeWidth=1.5, clip=True).encode(
        x=age, x2="to_age", y=miles, y2="to_miles"
    )
    names = (
        levels.transform_filter(
            f"(!datum.steep && datum.miles > 0 && datum.miles < {MOST_MILES})"
            f" || (datum.steep && datum.age > 0 && datum.age < {MOST_AGE})"
        )
        .mark_text(color=lc.INK, align="left", dx=4, dy=-7, fontSize=12, fontWeight=600)
        .encode(x=age, y=miles, text="label:N")
    )
    here = alt.Chart(NOW).transform_calculate(
        age="car_age",
        miles="car_miles",
        older="car_age + 1",
        farther=f"car_miles + {EVERY}",
        price="datum.intercept + datum.per_year * car_age + datum.per_miles * car_miles / 1e4",
        said="(datum.price < 0 ? '−' : '') + '$' + format(abs(datum.price), ',.0f')",
        year="(datum.per_year < 0 ? '−' : '+') + '$' + format(abs(datum.per_year), ',.0f')",
        mile="(datum.per_miles < 0 ? '−' : '+') + '$' + format(abs(datum.per_miles), ',.0f')",
    )
    rule = {"color": lc.VERMILLION, "strokeWidth": 3, "clip": True}
    text = {"color": lc.VERMILLION, "fontWeight": 700, "fontSize": 13}
    halo = {"stroke": lc.PAPER, "strokeWidth": 4, "strokeJoin": "round"}

    def words(field: str, **where: float | str) -> alt.Chart:
        place = {
            "x": alt.X("older:Q" if field == "year" else "age:Q", title=_("age [years]")),
            "y": alt.Y("farther:Q" if field == "mile" else "miles:Q", title=_("miles")),
        }
        under = here.mark_text(**{**text, **where, **halo}).encode(**place, text=f"{field}:N")
        return under + here.mark_text(**{**text, **where}).encode(**place, text=f"{field}:N")

    car = (
        here.mark_rule(**rule).encode(x=age, x2="older", y=miles)
        + here.mark_rule(**rule).encode(x=age, y=miles, y2="farther")
        + here.mark_point(
            filled=True, size=110, color=lc.VERMILLION, stroke=lc.PAPER, opacity=1
        ).encode(x=age, y=miles)
        + words("said", align="right", baseline="top", dx=-6, dy=6)
        + words("year", align="left", baseline="middle", dx=6)
        + words("mile", align="center", baseline="bottom", dy=-4)
    )
    params = {"step": 0, "car_age": 11, "car_miles": 51_000}
    return (
        (squares + lines + names + car)
        .add_params(*(alt.param(name=name, value=value) for name, value in params.items()))
        .properties(height=380, title=_("Lines of equal price (click: your car)"))
    )


def _bars() -> alt.TopLevelMixin:
    names = {"year": _("one more year"), "miles": _("10,000 more miles")}
    what = f"datum.what === 'year' ? '{names['year']}' : '{names['miles']}'"
    y = alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=140, minExtent=110))
    # The number stands right of a bar, which goes to the left.
    room = alt.Scale(range=[0, alt.expr("max(40, width - 64)")])
    x = alt.X("dollars:Q", title=_("dollars"), axis=alt.Axis(format="~s", tickCount=2), scale=room)
    fold = {"fold": ["per_year", "per_miles"], "as_": ["field", "dollars"]}
    named = {"what": "datum.field === 'per_year' ? 'year' : 'miles'"}

    def rows(data: str) -> alt.Chart:
        return (
            alt.Chart(alt.NamedData(name=data))
            .transform_fold(**fold)
            .transform_calculate(**named)
            .transform_calculate(name=what)
        )

    last = (
        rows("before")
        .transform_joinaggregate(end="max(step)")
        .transform_filter("datum.step === datum.end")
    )
    now = rows("now").transform_calculate(
        said="(datum.dollars < 0 ? '−' : '') + '$' + format(abs(datum.dollars), ',.0f')"
    )
    return alt.layer(
        now.mark_bar(color=lc.BLUE, height={"band": 0.55}).encode(x=x, y=y),
        last.mark_tick(color=lc.VERMILLION, thickness=3, height={"band": 0.8}).encode(x=x, y=y),
        now.mark_text(
            align="left", baseline="bottom", dx=4, dy=-1, color=lc.INK, fontWeight=700
        ).encode(x=alt.XDatum(0), y=y, text="said:N"),
        alt.Chart(alt.NamedData(name="run"))
        .transform_aggregate(n="count()")
        .mark_rule(color=lc.INK)
        .encode(x=alt.XDatum(0)),
    ).properties(height=130, title=_("What costs more? (red: before)"))


def _folds(kind: str, heading: str) -> alt.TopLevelMixin:
    rows = alt.Chart(alt.NamedData(name="folds")).transform_filter(f"datum.kind === '{kind}'")
    with_it, without = _("with"), _("without")
    names = f"datum.with ? '{with_it}' : '{without}'"
    x = alt.X(
        "which:N",
        title=_("accident"),
        sort="descending",
        axis=alt.Axis(labelAngle=0),
        scale=alt.Scale(padding=0.5),
    )
    y = alt.Y("r2:Q", title="R²", scale=alt.Scale(zero=False, padding=12))
    better = alt.Color(
        "better:N",
        scale=alt.Scale(domain=["yes", "no"], range=[lc.BLUE, lc.VERMILLION]),
        legend=None,
    )
    named = rows.transform_calculate(which=names)
    # The part is better with the column: of its two numbers, that without is the lesser.
    paired = (
        named.transform_joinaggregate(least="min(r2)", groupby=["fold"])
        .transform_calculate(rises="!datum.with && datum.r2 === datum.least ? 1 : 0")
        .transform_joinaggregate(rose="max(rises)", groupby=["fold"])
        .transform_calculate(better="datum.rose === 1 ? 'yes' : 'no'")
    )
    mean = named.transform_aggregate(mean="mean(r2)", groupby=["which"])
    return alt.layer(
        paired.mark_line(strokeWidth=1.5, opacity=0.8).encode(
            x=x, y=y, detail="fold:N", color=better
        ),
        paired.mark_point(filled=True, size=50, opacity=1).encode(
            x=x,
            y=y,
            color=better,
            tooltip=[
                alt.Tooltip("fold:Q", title=_("part")),
                alt.Tooltip("r2:Q", title="R²", format=".4f"),
            ],
        ),
        mean.mark_tick(thickness=4, color=lc.INK, width=34).encode(x=x, y=alt.Y("mean:Q")),
        mean.transform_calculate(said="format(datum.mean, '.4f')")
        .mark_text(dx=24, align="left", fontWeight=700, color=lc.INK)
        .encode(x=x, y=alt.Y("mean:Q"), text="said:N"),
    ).properties(height=290, title=heading)


def _priced() -> alt.TopLevelMixin:
    price = alt.X(
        "low:Q",
        title=_("price [$]"),
        axis=alt.Axis(**DOLLARS),
    )
    alike = (
        alt.Chart(alt.NamedData(name="alike"))
        .mark_bar(color=lc.FAINT)
        .encode(
            x=price,
            x2="high",
            y=alt.Y("count:Q", title=_("cars like yours"), axis=alt.Axis(tickMinStep=1)),
            y2=alt.Y2Datum(0),
            tooltip=[
                alt.Tooltip("low:Q", title=_("from [$]"), format=",.0f"),
                alt.Tooltip("high:Q", title=_("to [$]"), format=",.0f"),
                alt.Tooltip("count:Q", title=_("cars")),
            ],
        )
    )
    here = alt.Chart(alt.NamedData(name="priced")).transform_calculate(
        said="(datum.price < 0 ? '−' : '') + '$' + format(abs(datum.price), ',.0f')"
    )
    return alt.layer(
        here.mark_rect(color=lc.BLUE, opacity=0.16).encode(x="low:Q", x2="high:Q"),
        alike,
        here.mark_rule(color=lc.BLUE, strokeWidth=3).encode(x="price:Q"),
        here.mark_text(
            align="left", baseline="top", dx=6, fontSize=18, fontWeight=700, color=lc.BLUE
        ).encode(x="price:Q", y=alt.value(2), text="said:N"),
    ).properties(height=250, title=_("Your car among the 200 most like it"))
