"""Chapter: back-propagation. The chain rule, one edge of PyTorch's graph after the other."""

from __future__ import annotations

from demos.backprop.lesson import (
    KNOBS,
    back_propagate,
    backprop_run,
    compute,
    learns,
    program,
)
from demos.backprop.miniature import miniature
from demos.backprop.quiz import QUIZ
from demos.backprop.rows import picture
from demos.backprop.scripts import SCRIPTS
from demos.backprop.tasks import TASKS
from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import stage
from demos.frame.texts import N_, _
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        chart = LiveChart(
            "demos.backprop.charts:panels",
            table={
                "step": _("step"),
                "phase": _("direction"),
                "node": _("node"),
                "value": _("value"),
                "gradient": _("gradient"),
            },
        )
        board = blackboard(by_step=True)
    panel.draws(picture, [chart, board])
    endpoint(backprop_run, queue=False)
    return {"panel": panel}


CHAPTER = Chapter(
    slug="backprop",
    title=N_("Back-propagation"),
    question=N_("How does the network know which weight is to blame?"),
    build=build,
    minutes=25,
    miniature=miniature,
    intro=N_(
        "A network is a chain of small computations. Forward, numbers become a result; backward, "
        "each gradient ∂f/∂x says how much the result changes when x changes a little. The "
        "learning rate η is how far the weights then step against it."
    ),
    invitation=N_("▶ Forward, backward, step"),
    builds_on=["celsius", "neuron"],
    lesson=[program, compute, learns, back_propagate],
    script=SCRIPTS,
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
