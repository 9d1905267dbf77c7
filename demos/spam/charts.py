"""The charts of a training. Imported only to draw them anew, since Altair takes its time."""

from __future__ import annotations

import altair as alt

from demos.frame.texts import _
from demos.pictures.confusion import confusion
from demos.pictures.curve import curve_so_far
from demos.spam.rows import PARTS, SIZES
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel


def panels() -> list[Panel]:
    """Return the charts; those without rows are not shown."""
    return [
        curve_so_far(
            "loss",
            rows="curves",
            series=PARTS,
            title=_("loss"),
            across=_("epoch"),
            heading=_("The loss, epoch by epoch"),
            description=_("The cross-entropy of training and validation messages over epochs."),
            only_with="curves",
            height=200,
        ),
        curve_so_far(
            "recall",
            rows="curves",
            series=PARTS,
            title=_("recall"),
            across=_("epoch"),
            heading=_("How much of the spam is found"),
            description=_("The recall on training and validation messages over epochs."),
            domain=[0, 1.02],
            axis={"format": "%"},
            only_with="curves",
            height=200,
        ),
        confusion(
            heading=_("The test messages, at the end"),
            description=_("How many test messages of each kind were taken for which."),
            height=190,
            row=1,
            pick=False,
        ),
        Panel(
            _sizes(),
            _("Recall against the size of the vocabulary, mean of ten splits; the ring is yours."),
            only_with="sizes",
            row=1,
        ),
    ]


def _sizes() -> alt.TopLevelMixin:
    rows = alt.Chart(alt.NamedData(name="sizes"))
    x = alt.X(
        "words:Q",
        title=_("words in the vocabulary"),
        scale=alt.Scale(type="log", nice=False, padding=16),
        axis=alt.Axis(values=[10, 100, 1000, 7000], format=",d", grid=False),
    )
    y = alt.Y(
        "recall:Q",
        title=_("recall"),
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format="%"),
    )
    colour, dash = lc.colour_of(SIZES), lc.dash_of(SIZES)
    tooltip = [
        alt.Tooltip("words:Q", title=_("words in the vocabulary"), format=",d"),
        alt.Tooltip("recall:Q", title=_("recall"), format=".1%"),
        alt.Tooltip("accuracy:Q", title=_("accuracy"), format=".1%"),
    ]
    layers = [
        rows.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, strokeDash=dash),
        rows.mark_point(filled=True, size=60, opacity=1).encode(
            x=x, y=y, color=colour, tooltip=tooltip
        ),
        alt.Chart(alt.NamedData(name="here"))
        .mark_point(filled=False, size=190, strokeWidth=3, color=lc.INK)
        .encode(x=x, y=y, tooltip=tooltip),
    ]
    heading = _("By vocabulary: counts (line), TF-IDF (dots)")
    return alt.layer(*layers).properties(height=190, title=heading)
