"""The charts of every topic. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

import altair as alt

from demos.frame.texts import _
from demos.pictures.confusion import confusion
from demos.pictures.curve import curve_so_far
from demos.teach.knobs import METHODS
from demos.teach.rows import PARTS, SIZES
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

SHARES = alt.Scale(domain=[0, 1], nice=False)


def panels() -> list[Panel]:
    """Return the charts; those without rows are not shown."""
    return [
        curve_so_far(
            "loss",
            rows="curves",
            series=PARTS,
            title=_("loss"),
            heading=_("The loss, step by step"),
            description=_("The cross-entropy of training photos and held-out photos over steps."),
            only_with="curves",
            height=190,
        ),
        curve_so_far(
            "accuracy",
            rows="curves",
            series=PARTS,
            title=_("share"),
            heading=_("The share of right answers"),
            description=_("The share of right answers, of training and held-out photos."),
            domain=[0, 1.02],
            axis={"format": "%"},
            only_with="curves",
            height=190,
        ),
        confusion(
            heading=_("The held-out photos; press a cell to see them"),
            description=_("How often a held-out photo of one class was taken for another."),
            height=240,
            row=1,
        ),
        Panel(
            _few(),
            _("The share of right answers against the number of photos of each class."),
            only_with="few",
        ),
        Panel(
            _tuning(),
            _("The share of right answers on held-out photos, for three ways to train."),
            only_with="tuning",
        ),
    ]


def _few() -> alt.TopLevelMixin:
    rows = alt.Chart(alt.NamedData(name="few"))
    x = alt.X(
        "photos:Q",
        title=_("photos of each class"),
        scale=alt.Scale(type="log", nice=False, padding=20),
        # Vega leaves out every other one of more values than it has ticks.
        axis=alt.Axis(
            values=[1, 2, 5, 10, 20, 50, 100, 200, 400], format="d", grid=False, tickCount=9
        ),
    )
    y = alt.Y("mean:Q", title=_("right answers"), scale=SHARES, axis=alt.Axis(format="%"))
    colour, dash = lc.colour_of(SIZES), lc.dash_of(SIZES)
    tooltip = [
        alt.Tooltip("photos:Q", title=_("photos of each class")),
        alt.Tooltip("mean:Q", title=_("mean"), format=".1%"),
        alt.Tooltip("deviation:Q", title=_("deviation"), format=".1%"),
    ]
    layers = [
        rows.mark_rule(strokeWidth=2, opacity=0.6).encode(
            x=x, y="low:Q", y2="high:Q", color=colour
        ),
        rows.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, strokeDash=dash),
        rows.mark_point(filled=True, size=90, opacity=1).encode(
            x=x, y=y, color=colour, tooltip=tooltip
        ),
    ]
    return alt.layer(*layers).properties(height=300)


def _tuning() -> alt.TopLevelMixin:
    names = " : ".join(
        f"datum.method == '{method}' ? '{_(label)}'" for method, label in METHODS.items()
    )
    rows = alt.Chart(alt.NamedData(name="tuning")).transform_calculate(
        way=f"{names} : ''", text="datum.right + ' / ' + datum.of"
    )
    y = alt.Y("way:N", title=None, sort=None, axis=alt.Axis(labelLimit=150, minExtent=132))
    x = alt.X("accuracy:Q", title=_("right answers"), scale=SHARES, axis=alt.Axis(format="%"))
    tooltip = [
        alt.Tooltip("way:N", title=_("way to train")),
        alt.Tooltip("text:N", title=_("right answers")),
        alt.Tooltip("trained:Q", title=_("parameters"), format=","),
    ]
    layers = [
        rows.mark_bar(color=lc.BLUE, opacity=0.45, height={"band": 0.6}).encode(
            x=x, y=y, tooltip=tooltip
        ),
        rows.mark_rule(strokeWidth=3, color=lc.INK).encode(x="low:Q", x2="high:Q", y=y),
        rows.mark_text(align="left", dx=6, color=lc.INK).encode(
            x=alt.XDatum(0), y=y, text="text:N"
        ),
    ]
    return alt.layer(*layers).properties(height=220)
