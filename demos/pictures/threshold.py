"""Yes or no by a threshold: what it does, and the ROC curve.

    roc(heading=_("…"), description=_("…"))             the Panel
    Run(data=threshold_data(scores, labels, threshold), caption=…)

Where a threshold is dragged, and everything follows, take `demos.widgets.threshold_board`: it
computes the same in the browser.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from demos.frame.texts import _
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

# A curve of more corners is not told apart from one of these.
MOST_CORNERS = 400


def at_threshold(scores: Sequence[float], labels: Sequence[int], threshold: float) -> dict:
    """Count what happens if "yes" is said from a threshold on.

    Args:
        scores: of each example, finite, (N,).
        labels: 1 for yes and 0 for no, (N,).
        threshold: the least score that is called "yes".

    Returns:
        true_positives, false_positives, false_negatives, true_negatives; and, each null where there
        is nothing to divide by: true_positive_rate (recall), false_positive_rate, precision,
        accuracy.
    """
    import numpy as np

    truth, says = np.asarray(labels) == 1, np.asarray(scores) >= threshold
    hits, false_alarms = int((says & truth).sum()), int((says & ~truth).sum())
    missed, left_alone = int((~says & truth).sum()), int((~says & ~truth).sum())

    def share(part: int, whole: int) -> float | None:
        return part / whole if whole else None

    return {
        "true_positives": hits,
        "false_positives": false_alarms,
        "false_negatives": missed,
        "true_negatives": left_alone,
        "true_positive_rate": share(hits, hits + missed),
        "false_positive_rate": share(false_alarms, false_alarms + left_alone),
        "precision": share(hits, hits + false_alarms),
        "accuracy": share(hits + left_alone, len(truth)),
    }


def area_under_curve(scores: Sequence[float], labels: Sequence[int]) -> float | None:
    """Return the area under the ROC curve, by scikit-learn; None if one of the classes is empty."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores)) if len(set(map(int, labels))) == 2 else None


def threshold_data(
    scores: Sequence[float], labels: Sequence[int], threshold: float
) -> dict[str, list[dict[str, Any]]]:
    """Return the data sets of the chart.

    Args:
        scores: of each example, finite, (N,).
        labels: 1 for yes and 0 for no, (N,).
        threshold: the least score that is called "yes".

    Returns:
        roc: threshold, x (false-positive rate), y (true-positive rate) of each corner of the curve,
        empty if one of the classes is; roc_now: the point of the threshold.
    """
    import numpy as np

    now = at_threshold(scores, labels, threshold)
    at = {"x": now["false_positive_rate"], "y": now["true_positive_rate"]}
    if None in at.values():
        return {"roc": [], "roc_now": []}
    corners = _corners(np.asarray(scores, dtype=float), np.asarray(labels, dtype=int))
    return {"roc": corners, "roc_now": [{"threshold": threshold, **at}]}


def _corners(scores: Any, labels: Any) -> list[dict[str, float]]:
    import numpy as np
    from sklearn.metrics import roc_curve

    across, up, thresholds = roc_curve(labels, scores, drop_intermediate=True)
    kept = np.unique(np.linspace(0, len(across) - 1, min(len(across), MOST_CORNERS)).astype(int))
    return [
        {"threshold": float(t) if math.isfinite(t) else None, "x": float(x), "y": float(y)}
        for t, x, y in zip(thresholds[kept], across[kept], up[kept], strict=True)
    ]


def roc(*, heading: str, description: str, height: int = 260, **panel: Any) -> Panel:
    """Draw the ROC curve with the point of the threshold on it, and what tossing a coin would give.

    Args:
        heading: above the chart.
        description: for those who cannot see it.
        height: [px].
        **panel: further arguments of `Panel`.
    """
    import altair as alt

    corners = alt.Chart(alt.NamedData(name="roc"))
    now = alt.Chart(alt.NamedData(name="roc_now"))
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(format=".0%", tickCount=5)
    x = alt.X("x:Q", title=_("false alarms, of all noes"), scale=scale, axis=axis)
    up = {"title": _("found, of all yeses"), "scale": scale, "axis": axis}
    y = alt.Y("y:Q", **up)
    tooltip = [
        alt.Tooltip("threshold:Q", title=_("threshold"), format=".4~g"),
        alt.Tooltip("x:Q", title=_("false alarms"), format=".1%"),
        alt.Tooltip("y:Q", title=_("found"), format=".1%"),
    ]
    coin = now.transform_calculate(x="0", y="0", far="1")
    layers = [
        coin.mark_rule(color=lc.INK, strokeDash=[1, 3]).encode(x=x, y=y, x2="far:Q", y2="far:Q"),
        corners.transform_calculate(zero="0")
        .mark_area(color=lc.BLUE, opacity=0.12, line=False)
        .encode(x=x, y=alt.Y("y:Q", **up, stack=None), y2="zero:Q"),
        corners.mark_line(color=lc.BLUE, strokeWidth=2.5).encode(x=x, y=y, order="y:Q"),
        corners.mark_point(filled=True, size=40, opacity=0).encode(x=x, y=y, tooltip=tooltip),
        now.mark_point(size=330, color=lc.INK, strokeWidth=1.5, opacity=1, fill=lc.PAPER).encode(
            x=x, y=y
        ),
        now.mark_point(filled=True, size=70, color=lc.INK, opacity=1).encode(x=x, y=y),
    ]
    chart = alt.layer(*layers).properties(height=height, title=heading)
    return Panel(chart, description, **{"only_with": "roc", **panel})
