"""Which class was taken for which: a confusion matrix whose cells can be clicked.

    confusion(heading=_("…"), description=_("…"))                    the Panel
    Run(data={"confusion": confusion_rows(truth, answers, chosen)}, params=class_names(names))

A click raises `select`; `clicked(event.x, event.y)` says on which cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from demos.frame.texts import _
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel
from models.sentences import refusal

if TYPE_CHECKING:
    import numpy as np

ROWS = "confusion"


def counts(truth: Sequence[int], answers: Sequence[int], classes: int) -> np.ndarray:
    """Return how often class i was taken for class j, (classes, classes).

    Args:
        truth: the true class of each example, 0 to classes − 1, (N,).
        answers: the class that was said, (N,).
        classes: their number.
    """
    import numpy as np

    found = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(found, (np.asarray(truth, dtype=int), np.asarray(answers, dtype=int)), 1)
    return found


def confusion_rows(
    matrix: np.ndarray | Sequence[Sequence[int]], chosen: tuple[int, int] | None = None
) -> list[dict[str, Any]]:
    """Return a row per cell, for the data set "confusion".

    Args:
        matrix: how often class i was taken for class j, see `counts`.
        chosen: (truth, answer) of the cell that has a frame.

    Returns:
        truth, answer, count, share (of the examples of that truth; null without any), right,
        chosen, sign ("✓" where right).
    """
    rows = []
    for truth, line in enumerate(matrix):
        total = int(sum(line))
        for answer, count in enumerate(line):
            rows.append(
                {
                    "truth": truth,
                    "answer": answer,
                    "count": int(count),
                    "share": int(count) / total if total else None,
                    "right": truth == answer,
                    "chosen": (truth, answer) == chosen,
                    "sign": "✓" if truth == answer else "",
                }
            )
    return rows


def class_names(names: Sequence[str]) -> dict[str, list[str]]:
    """Return the params of the `Run` that name the classes."""
    return {"class_names": list(names)}


def clicked(x: Any, y: Any, classes: int) -> tuple[int, int]:
    """Return the cell (truth, answer) that a `select` of the matrix names.

    Raises:
        ValueError: if there is no such cell; the event comes from a stranger.
    """
    cell = y, x
    for place in cell:
        if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < classes:
            raise refusal("There is no such cell.")
    return cell


def _room() -> str:
    """Return what the names at the left need [px]: Vega measures them before it knows them."""
    names = ", ".join(f"length(class_names[{i}] || '')" for i in range(10))
    return f"min(110, 10 + 7 * max({names}))"


def confusion(
    *,
    heading: str,
    description: str,
    says: str | None = None,
    is_really: str | None = None,
    height: int = 320,
    **panel: Any,
) -> Panel:
    """Draw the matrix: darker where more of a true class went, with counts and shares.

    What is right has a tick and blue, what is wrong vermillion. Small cells hold the count only.

    Args:
        heading: above the chart.
        description: for those who cannot see it.
        says: title of the x axis; "the answer" if there is none.
        is_really: title of the y axis; "in truth" if there is none.
        height: [px].
        **panel: further arguments of `Panel`.
    """
    import altair as alt

    cells = alt.Chart(alt.NamedData(name=ROWS))
    names = alt.param(name="class_names", value=[])
    label = "class_names[datum.value]"
    # As many are shown as there is room for; the tooltip has them all.
    axis = {"labelExpr": label, "grid": False, "ticks": False, "domain": False}
    x = alt.X(
        "answer:O",
        title=says or _("the answer"),
        axis=alt.Axis(
            **axis,
            labelAngle=0,
            labelLimit=alt.expr("max(24, bandwidth('x') - 4)"),
            orient="bottom",
        ),
        scale=alt.Scale(paddingInner=0.06, paddingOuter=0.03),
    )
    y = alt.Y(
        "truth:O",
        title=is_really or _("in truth"),
        axis=alt.Axis(**axis, labelLimit=110, minExtent=alt.expr(_room())),
        scale=alt.Scale(paddingInner=0.06, paddingOuter=0.03),
    )
    colour = alt.condition("datum.right", alt.value(lc.BLUE), alt.value(lc.VERMILLION))
    small = "min(bandwidth('x'), 1.4 * bandwidth('y'))"
    size = alt.expr(f"{small} < 30 ? 9 : {small} < 44 ? 11 : 14")
    both = f"{small} >= 40"
    told = cells.transform_calculate(
        who="class_names[datum.truth]",
        what="class_names[datum.answer]",
        percent="isValid(datum.share) ? format(datum.share, '.0%') : '–'",
    )
    tooltip = [
        alt.Tooltip("who:N", title=is_really or _("in truth")),
        alt.Tooltip("what:N", title=says or _("the answer")),
        alt.Tooltip("count:Q", title=_("examples")),
        alt.Tooltip("percent:N", title=_("share of this truth")),
    ]
    layers = [
        cells.mark_rect(color=lc.GRID, opacity=0.5).encode(x=x, y=y),
        told.mark_rect().encode(
            x=x,
            y=y,
            color=colour,
            # The words on it must be read on light and on dark paper.
            opacity=alt.Opacity(
                "share:Q",
                scale=alt.Scale(domain=[0, 1], range=[0, 0.45]),
                legend=None,
            ),
            tooltip=tooltip,
        ),
        cells.transform_filter("datum.chosen")
        .mark_rect(filled=False, stroke=lc.INK, strokeWidth=3)
        .encode(x=x, y=y),
        cells.mark_text(
            fontSize=size, fontWeight=600, dy=alt.expr(f"{both} ? -7 : 0"), color=lc.INK
        ).encode(
            x=x,
            y=y,
            text="count:Q",
            opacity=alt.condition("datum.count > 0", alt.value(1), alt.value(0.55)),
        ),
        told.transform_filter("datum.count > 0")
        .transform_calculate(text="datum.sign + ' ' + datum.percent")
        .mark_text(fontSize=11, dy=9, color=lc.INK, opacity=alt.expr(f"{both} ? 1 : 0"))
        .encode(x=x, y=y, text="text:N"),
    ]
    chart = alt.layer(*layers).add_params(names).properties(height=height, title=heading)
    return Panel(chart, description, **{"pick": True, "only_with": ROWS, **panel})
