"""Yes or no by a threshold: the scores of both classes, and the ROC curve.

    score_histogram(…), roc(…)                          the Panels; in both the threshold is dragged
    Run(data=threshold_data(scores, labels, threshold), caption=…)

A drag raises `input`; `dragged(event, scores, labels)` says which threshold that is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from demos.frame.knobs import Choice, Number
from demos.frame.texts import _
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel

BINS = 24
# A curve of more corners is not told apart from one of these.
MOST_CORNERS = 400
# Beyond any score that a model gives, within any float.
_FAR = 1e300


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
    """Return the data sets of both charts.

    Args:
        scores: of each example, finite, (N,).
        labels: 1 for yes and 0 for no, (N,).
        threshold: the least score that is called "yes".

    Returns:
        roc: threshold, x (false-positive rate), y (true-positive rate) of each corner of the curve,
        empty if one of the classes is; roc_now: the point of the threshold, which can be dragged;
        scores: low, high, x (their middle), label, count, height (below 0 for the noes); said: the
        threshold, which can be dragged; reach: the ends of the axes.
    """
    import numpy as np

    scores, labels = np.asarray(scores, dtype=float), np.asarray(labels, dtype=int)
    low, high = _ends(scores)
    edges = np.linspace(low, high, BINS + 1)
    bars = []
    for label, sign in ((1, 1), (0, -1)):
        found, _edges = np.histogram(scores[labels == label], bins=edges)
        bars += [
            {
                "low": float(left),
                "high": float(right),
                "x": float(left + right) / 2,
                "label": label,
                "count": int(count),
                "height": sign * int(count),
            }
            for left, right, count in zip(edges[:-1], edges[1:], found, strict=True)
        ]
    most = max(1, *(bar["count"] for bar in bars))
    now = at_threshold(scores, labels, threshold)
    at = {"x": now["false_positive_rate"], "y": now["true_positive_rate"]}
    both = None not in at.values()
    return {
        "roc": _corners(scores, labels) if both else [],
        "roc_now": [{"key": "roc", "threshold": threshold, **at}] if both else [],
        "scores": bars,
        "said": [{"key": "threshold", "x": min(high, max(low, threshold)), "y": 0}],
        "reach": [{"low": low, "high": high, "most": most}],
    }


def _ends(scores: Any) -> tuple[float, float]:
    low, high = float(scores.min()), float(scores.max())
    if low >= 0 and high <= 1:
        return 0.0, 1.0  # probabilities
    margin = 0.02 * (high - low) or 0.5
    return low - margin, high + margin


def _corners(scores: Any, labels: Any) -> list[dict[str, float]]:
    import numpy as np
    from sklearn.metrics import roc_curve

    across, up, thresholds = roc_curve(labels, scores, drop_intermediate=True)
    kept = np.unique(np.linspace(0, len(across) - 1, min(len(across), MOST_CORNERS)).astype(int))
    return [
        {"threshold": float(t) if math.isfinite(t) else None, "x": float(x), "y": float(y)}
        for t, x, y in zip(thresholds[kept], across[kept], up[kept], strict=True)
    ]


def dragged(event: Any, scores: Sequence[float], labels: Sequence[int]) -> float:
    """Return the threshold that an `input` of one of the charts asks for.

    In the histogram it is where the line was dragged to; on the curve that of the corner next to
    the point.

    Args:
        event: `gr.EventData`, with key, x and y; it comes from a stranger.
        scores: of each example, (N,).
        labels: 1 for yes and 0 for no, (N,).

    Raises:
        ValueError: naming what is wrong with it.
    """
    import numpy as np

    key = Choice(["threshold", "roc"]).check(getattr(event, "key", None), "key")
    x = Number(-_FAR, _FAR).check(getattr(event, "x", None), "x")
    low, high = _ends(np.asarray(scores, dtype=float))
    if key == "threshold":
        return min(high, max(low, x))
    y = Number(-_FAR, _FAR).check(getattr(event, "y", None), "y")
    corners = _corners(np.asarray(scores, dtype=float), np.asarray(labels, dtype=int))
    x, y = (min(1.0, max(0.0, at)) for at in (x, y))
    near = min(corners, key=lambda corner: math.hypot(corner["x"] - x, corner["y"] - y))
    return high if near["threshold"] is None else near["threshold"]


def score_histogram(
    *,
    heading: str,
    description: str,
    yes: str,
    no: str,
    title: str | None = None,
    height: int = 260,
    **panel: Any,
) -> Panel:
    """Draw how many of each class have which score: yes upwards, no downwards.

    What is answered rightly is full, what is answered wrongly pale.

    Args:
        heading: above the chart.
        description: for those who cannot see it.
        yes: name of the class whose label is 1.
        no: name of the other.
        title: of the x axis; "score of the model" if there is none.
        height: [px].
        **panel: further arguments of `Panel`.
    """
    import altair as alt

    reach = alt.Chart(alt.NamedData(name="reach"))
    said = alt.Chart(alt.NamedData(name="said"))
    x = alt.X(
        "low:Q",
        title=title or _("score of the model"),
        scale=alt.Scale(nice=False, zero=False),
        axis=alt.Axis(grid=False),
    )
    y = alt.Y(
        "height:Q",
        title=_("examples"),
        scale=alt.Scale(nice=False),
        axis=alt.Axis(labelExpr="format(abs(datum.value), '~f')", tickMinStep=1),
    )
    bars = (
        alt.Chart(alt.NamedData(name="scores"))
        .transform_calculate(
            key="'threshold'", name=f"datum.label == 1 ? {_text(yes)} : {_text(no)}"
        )
        .transform_lookup(
            "key",
            alt.LookupData(data=alt.NamedData("said"), key="key", fields=["x"]),
            as_=["threshold"],
        )
        .transform_calculate(
            right="(datum.label == 1) == ((datum.low + datum.high) / 2 >= datum.threshold)"
        )
    )
    ends = [
        reach.transform_calculate(height=sign + "1.12 * datum.most", text=_text(name)).encode(
            x=alt.value(6), y=y
        )
        for sign, name in (("", yes), ("-", no))
    ]
    layers = [
        bars.transform_calculate(zero="0")
        .mark_rect(stroke=lc.PAPER, strokeWidth=0.5)
        .encode(
            x=x,
            x2="high:Q",
            y=y,
            y2="zero:Q",
            color=alt.condition("datum.label == 1", alt.value(lc.BLUE), alt.value(lc.ORANGE)),
            opacity=alt.condition("datum.right", alt.value(1), alt.value(0.4)),
            tooltip=[
                alt.Tooltip("name:N", title=_("in truth")),
                alt.Tooltip("low:Q", title=_("score from"), format=".3~g"),
                alt.Tooltip("high:Q", title=_("to"), format=".3~g"),
                alt.Tooltip("count:Q", title=_("examples")),
            ],
        ),
        reach.mark_point(opacity=0).encode(x=alt.X("high:Q")),
        *(
            end.mark_text(
                align="left", baseline=baseline, fontWeight=600, fontSize=13, color=colour
            ).encode(text="text:N")
            for end, baseline, colour in zip(
                ends, ("top", "bottom"), (lc.BLUE, lc.ORANGE), strict=True
            )
        ),
        reach.transform_calculate(height="0").mark_rule(color=lc.INK).encode(y=y),
        *_handle(said, alt.X("x:Q"), alt.Y("y:Q"), whole=True),
    ]
    chart = alt.layer(*layers).properties(height=height, title=heading)
    options = {"drag": "said", "drag_along": "x", "only_with": "scores", **panel}
    return Panel(chart, description, **options)


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
        *_handle(now, x, y, whole=False),
    ]
    chart = alt.layer(*layers).properties(height=height, title=heading)
    return Panel(chart, description, **{"drag": "roc_now", "only_with": "roc", **panel})


def _handle(rows: Any, x: Any, y: Any, *, whole: bool) -> list[Any]:
    """Draw what is dragged: a dot in a ring, and where `whole` a line through the chart."""
    line = [rows.mark_rule(color=lc.INK, strokeWidth=2).encode(x=x)] if whole else []
    return [
        *line,
        rows.mark_point(size=330, color=lc.INK, strokeWidth=1.5, opacity=1, fill=lc.PAPER).encode(
            x=x, y=y
        ),
        rows.mark_point(filled=True, size=70, color=lc.INK, opacity=1).encode(x=x, y=y),
    ]


def _text(words: str) -> str:
    """Return words as a text within an expression; they may be marked for translation."""
    import json

    return json.dumps(words, ensure_ascii=False)
