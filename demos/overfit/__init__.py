"""Chapter: overfitting. Does it learn, or does it learn by heart?"""

from __future__ import annotations

from typing import Any

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import stage
from demos.frame.texts import N_, _
from demos.frame.wiring import tell
from demos.overfit.knobs import KNOBS, MOST_POINTS
from demos.overfit.lesson import (
    Y_MOST,
    bundle,
    cross_validate,
    curve,
    decompose,
    double_descent,
    draw,
    fit,
    fitted,
    folds,
    fresh,
    held_out,
    inputs,
    learned_from,
    learning_curve,
    least_squares,
    outputs,
    powers,
    predict,
    squared_error,
    start,
    train,
    watch,
)
from demos.overfit.miniature import miniature
from demos.overfit.quiz import QUIZ
from demos.overfit.rows import SERIES, picture
from demos.overfit.scripts import SCRIPTS
from demos.overfit.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart
from demos.widgets.panel import Place

WORLD = 0  # the number of the chart whose points can be touched
TOUCHED = ("learn", "size", "folds")  # the topics with such points


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        chart = LiveChart(
            "demos.overfit.charts:panels",
            elem_id="overfit-chart",
            series=SERIES,
            table={"series": _("error"), "step": _("step"), "loss": _("mean squared error")},
        )
        board = blackboard()
    panel.draws(picture, [chart, board], line="overfit")
    tell([chart.expand, panel.change], panel, "#overfit-chart .live-chart")
    panel.moved(chart.input, drag)
    panel.moved(chart.select, add_or_remove)
    endpoint(train, "overfit_train", concurrency_id="overfit", concurrency_limit=2)
    return {"panel": panel}


def drag(place: Place, **settings: Any) -> dict[str, str]:
    """Move a point to where it was dragged."""
    points = _points(place, **settings)
    if isinstance(place.key, int) and 0 <= place.key < len(points):
        points[place.key] = _inside(place)
    return _own(points)


def add_or_remove(place: Place, **settings: Any) -> dict[str, str]:
    """Take the point away that was clicked, or put one where none was."""
    points = _points(place, **settings)
    if isinstance(place.key, int) and 0 <= place.key < len(points):
        if len(points) > 2:
            del points[place.key]
    elif points and len(points) < MOST_POINTS:
        points.append(_inside(place))
    return _own(points)


def _points(
    place: Place,
    topic: str,
    data: str,
    points: str,
    n: int,
    noise: float,
    seed: int,
    **_others: Any,
) -> list[tuple[float, float]]:
    """Return the points that can be touched; none where the topic has no such points."""
    if place.panel != WORLD or topic not in TOUCHED or place.y is None:
        return []
    x, y = learned_from(data, points, n, noise, seed)
    return list(zip(x[0].tolist(), y[0].tolist(), strict=True))


def _inside(place: Place) -> tuple[float, float]:
    return min(1, max(-1, place.x)), place.y or 0.0


def _own(points: list[tuple[float, float]]) -> dict[str, str]:
    if not points:
        return {}
    clipped = ((x, min(Y_MOST, max(-Y_MOST, y))) for x, y in points)
    return {"data": "own", "points": ", ".join(f"{x:.2f} {y:.2f}" for x, y in clipped)}


CHAPTER = Chapter(
    slug="overfit",
    title=N_("Overfitting"),
    question=N_("Does it learn, or does it learn by heart?"),
    build=build,
    minutes=55,
    miniature=miniature,
    intro=N_(
        "A model sees a few noisy points of a curve that it does not know. It is to find the "
        "curve, not the noise: so it is judged on points that it has not seen."
    ),
    invitation={
        "learn": N_("▶ Train it"),
        "size": N_("▶ Let it grow"),
        "spread": N_("▶ Train thirty at once"),
        "wide": N_("▶ Let it grow"),
        "folds": N_("▶ Leave out one fold after the other"),
        "more": N_("▶ Give it more"),
    },
    builds_on=["playground"],
    script=SCRIPTS,
    lesson=[
        curve,
        draw,
        learned_from,
        held_out,
        powers,
        start,
        inputs,
        outputs,
        predict,
        squared_error,
        fit,
        watch,
        train,
        fresh,
        bundle,
        decompose,
        least_squares,
        double_descent,
        fitted,
        folds,
        cross_validate,
        learning_curve,
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
