"""The charts of all topics."""

from __future__ import annotations

from typing import Any

import altair as alt

from demos.frame.texts import _
from demos.loop.rows import GRID_COLUMNS, MOST_PICTURES, SERIES
from demos.pictures.confusion import confusion
from demos.pictures.curve import curve_so_far
from demos.pictures.small_pictures import picture_grid
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

HEIGHT = 170


def panels() -> list[Panel]:
    """Return the charts; each topic shows those that it has rows for."""
    top = alt.param(name="top", value=2.5)
    domain = [0, alt.expr("top")]
    percent: dict[str, Any] = {"format": ".0%"}
    accuracy: dict[str, Any] = {"domain": [0, 1], "axis": percent, "height": HEIGHT}
    loss: dict[str, Any] = {"domain": domain, "params": [top], "height": HEIGHT}
    return [
        curve_so_far(
            "loss",
            title=_("loss"),
            heading=_("Loss: of the batch, and of the validation set (dashed)"),
            description=_("The loss of each batch, and of the validation set, over the steps."),
            only_with="one",
            over=_validation,
            **loss,
        ),
        curve_so_far(
            "validation_accuracy",
            title=_("read right"),
            heading=_("Validation set: read right"),
            description=_("The share of the validation set that is read right, over the steps."),
            interpolate="step-after",
            colour=lc.BLUE,
            only_with="one",
            **accuracy,
        ),
        curve_so_far(
            "loss",
            title=_("loss"),
            heading=_("Loss of the batch"),
            description=_("The loss of each batch over the steps, a line for each run."),
            series=SERIES,
            only_with="several",
            row=1,
            **loss,
        ),
        curve_so_far(
            "validation_accuracy",
            title=_("read right"),
            heading=_("Validation set: read right"),
            description=_("The share of the validation set read right, a line for each run."),
            series=SERIES,
            interpolate="step-after",
            only_with="several",
            row=1,
            **accuracy,
        ),
        *(
            curve_so_far(
                "norm",
                title="‖g‖",
                heading=_("Norm of the gradient"),
                description=_("The norm of the gradient over the steps, a line for each run."),
                series=SERIES,
                log=True,
                only_with=shown,
                row=row,
                height=HEIGHT,
            )
            # Below the board of the loop there is room for one row.
            for shown, row in (("beside", 1), ("raced", 2))
        ),
        curve_so_far(
            "rate",
            title="η",
            heading=_("Learning rate"),
            description=_("The learning rate over the steps, a line for each run."),
            series=SERIES,
            log=True,
            only_with="scheduled",
            row=2,
            height=HEIGHT,
        ),
        _times(),
        _learned(),
        confusion(
            heading=_("Taken for which"),
            description=_("How often each digit was taken for which."),
            height=420,
            row=4,
        ),
        picture_grid(
            heading=_("Misread: in truth → taken for"),
            description=_("The misread pictures."),
            columns=GRID_COLUMNS,
            lines=MOST_PICTURES // GRID_COLUMNS,
            height=420,
            pick=False,
            row=4,
        ),
    ]


def _validation(x: alt.X, _y: alt.Y) -> list[alt.Chart]:
    """Draw the validation loss and where it was least."""
    domain = alt.Scale(domain=[0, alt.expr("top")], nice=False)
    y = alt.Y("validation:Q", scale=domain)
    rows = alt.Chart(alt.NamedData(name="run")).transform_filter(
        "isValid(datum.validation) && datum.step <= step"
    )
    best = alt.Chart(alt.NamedData(name="best")).transform_filter("datum.step <= step")
    return [
        rows.mark_line(
            color=lc.BLUE, strokeWidth=2.5, strokeDash=[6, 3], interpolate="step-after", clip=True
        ).encode(x=x, y=y),
        best.mark_point(shape="diamond", size=150, filled=True, color=lc.GREEN, opacity=1).encode(
            x=x, y=y, tooltip=[alt.Tooltip("validation:Q", title=_("least"), format=".4f")]
        ),
    ]


_SIZES = alt.Axis(labelAngle=0)


def _times() -> Panel:
    rows, computing = alt.Chart(alt.NamedData(name="speed")), _("network and step")
    chart = rows.mark_bar(stroke=lc.INK).encode(
        x=alt.X("size:O", title=_("batch size"), axis=_SIZES),
        y=alt.Y("time:Q", title=_("an epoch [ms]")),
        order="order:Q",
        color=alt.Color(
            "part:N",
            scale=alt.Scale(domain=["computing", "loading"], range=[lc.BLUE, lc.ORANGE]),
            legend=alt.Legend(
                title=None,
                orient="top-right",
                symbolType="square",
                symbolStrokeWidth=0,
                labelExpr=f"datum.value === 'loading' ? 'DataLoader' : '{computing}'",
                labelLimit=240,
            ),
        ),
        strokeWidth=alt.condition("datum.now", alt.value(2), alt.value(0)),
        tooltip=[
            alt.Tooltip("size:O", title=_("batch size")),
            alt.Tooltip("steps:Q", title=_("steps")),
            alt.Tooltip("part:N", title=_("part")),
            alt.Tooltip("time:Q", title="ms", format=".1f"),
        ],
    )
    chart = chart.properties(height=300, title=_("What an epoch takes, measured here"))
    told = _("How long an epoch takes, by batch size.")
    return Panel(chart, told, only_with="speed", row=3)


def _learned() -> Panel:
    rows = alt.Chart(alt.NamedData(name="learned"))
    chart = rows.mark_bar(stroke=lc.INK, color=lc.GREEN).encode(
        x=alt.X("size:O", title=_("batch size"), axis=_SIZES),
        y=alt.Y(
            "accuracy:Q",
            title=_("read right"),
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%"),
        ),
        strokeWidth=alt.condition("datum.now", alt.value(2), alt.value(0)),
        tooltip=[
            alt.Tooltip("size:O", title=_("batch size")),
            alt.Tooltip("steps:Q", title=_("steps")),
            alt.Tooltip("accuracy:Q", title=_("read right"), format=".1%"),
        ],
    )
    chart = chart.properties(height=300, title=_("What one epoch brings, with η = 0.1"))
    told = _("How much is read right after one epoch, by batch size.")
    return Panel(chart, told, only_with="learned", row=3)
