"""Chapter: optimizers. The walkers of torch.optim, side by side on one landscape."""

from __future__ import annotations

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import stage
from demos.frame.texts import N_, _
from demos.optimizers.lesson import KNOBS, height, make_optimizer, walk
from demos.optimizers.miniature import miniature
from demos.optimizers.quiz import QUIZ
from demos.optimizers.rows import SERIES, picture
from demos.optimizers.script import race
from demos.optimizers.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        chart = LiveChart(
            "demos.optimizers.charts:panels",
            series=SERIES,
            table={
                "series": _("optimizer"),
                "step": _("step"),
                "x": "x",
                "y": "y",
                "loss": _("height"),
                "gradient_x": "∂f/∂x",
                "memory_x": _("m of x"),
                "square_x": _("v of x"),
                "new_x": _("new x"),
            },
        )
        board = blackboard()
    panel.draws(picture, [chart, board])
    # A click on the map starts there.
    panel.moved(chart.select, lambda place, **_settings: {"x": place.x, "y": place.y})
    endpoint(walk, "optimizers_walk", queue=False)
    return {"panel": panel}


CHAPTER = Chapter(
    slug="optimizers",
    title=N_("Optimizers"),
    question=N_("Which way down: what do momentum, RMSprop and Adam do better than plain SGD?"),
    build=build,
    minutes=20,
    miniature=miniature,
    intro=N_(
        "Each optimizer stands at (x, y), feels only the slope g there, and steps downhill; the "
        "learning rate η scales its step."
    ),
    invitation=N_("▶ Let them walk"),
    builds_on=["celsius", "losses"],
    script=race,
    lesson=[height, make_optimizer, walk],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
