"""Chapter: the loss explorer. Why the mean squared error, and not something simpler?"""

from __future__ import annotations

import math
from typing import Any

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import stage
from demos.frame.texts import N_, _
from demos.losses.lesson import (
    KNOBS,
    classification_loss,
    compare,
    fit_rides,
    fit_score,
    probability,
    regression_loss,
    rides,
    total_cross_entropy,
)
from demos.losses.miniature import miniature
from demos.losses.quiz import QUIZ
from demos.losses.rows import SERIES, picture
from demos.losses.scripts import fit_line, move_score
from demos.losses.tasks import TASKS_TO_TRY
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart
from demos.widgets.panel import Place


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        chart = LiveChart(
            "demos.losses.charts:panels",
            series=SERIES,
            table={
                "series": _("loss"),
                "step": _("step"),
                "weight": "w",
                "score": "z",
                "probability": "ŷ",
                "loss": "L",
                "gradient": _("slope"),
                "new_weight": _("new w"),
                "new_score": _("new z"),
            },
        )
        board = blackboard(columns=3)
    panel.draws(picture, [chart, board])
    panel.moved(chart.input, lambda place, **_settings: {"outlier": place.y})
    panel.moved(chart.select, start_there)
    endpoint(compare, "losses_compare", queue=False)
    return {"panel": panel}


def start_there(place: Place, task: str, axis: str, **_settings: Any) -> dict[str, float]:
    """Start from the w, z or ŷ that was clicked."""
    if task == "regression":
        return {"weight": place.x}
    if axis == "score":
        return {"score": place.x}
    p = min(1 - 1e-4, max(1e-4, place.x))
    return {"score": math.log(p / (1 - p))}


CHAPTER = Chapter(
    slug="losses",
    title=N_("Loss functions"),
    question=N_("Why the mean squared error, and not just |ŷ − y|, or ŷ − y?"),
    build=build,
    minutes=25,
    miniature=miniature,
    intro=N_(
        "A model guesses ŷ where y is true. A loss makes one number L of its errors, and learning "
        "moves the weight w, or the score z, so that this number falls: the loss decides what is "
        "learned."
    ),
    invitation=N_("▶ Let the losses compete"),
    builds_on=["celsius"],
    script={"regression": fit_line, "classification": move_score},
    lesson=[
        rides,
        regression_loss,
        fit_rides,
        probability,
        classification_loss,
        fit_score,
        total_cross_entropy,
        compare,
    ],
    tasks=TASKS_TO_TRY,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
