"""Chapter: sequences. How can a network remember?"""

from __future__ import annotations

from typing import Any

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import stage
from demos.frame.texts import N_, _
from demos.sequences import far, lesson
from demos.sequences.knobs import KNOBS
from demos.sequences.miniature import miniature
from demos.sequences.quiz import QUIZ
from demos.sequences.rows import GATES, MOST_UNITS, PITCH, SERIES, picture
from demos.sequences.scripts import SCRIPTS
from demos.sequences.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart
from demos.widgets.panel import Place


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        chart = LiveChart(
            "demos.sequences.charts:panels",
            elem_id="sequences-chart",
            series=SERIES,
            table={
                "series": _("network"),
                "step": _("step"),
                "loss": _("loss"),
                "test": _("loss on test sequences"),
                "right": _("right"),
                "updates": _("updates"),
                "norm": "‖g‖",
                "value": _("value"),
                "phase": _("direction"),
                "node": _("node"),
                "gradient": _("gradient"),
            },
        )
        numbers = blackboard()
        steps = blackboard(by_step=True)
    light = ("gradient", "unroll")
    panel.draws(picture, [chart, numbers, steps], line="sequences", light=light)
    panel.moved(chart.select, choose_unit)
    endpoint(lesson.train, "sequence_train", concurrency_id="sequences", concurrency_limit=2)
    return {"panel": panel}


def choose_unit(place: Place, topic: str, kind: str, hidden: int, **_others: Any) -> dict[str, int]:
    """Choose the unit whose row was clicked."""
    if topic != "gates" or kind not in GATES or place.y is None:
        return {}
    units = min(hidden, MOST_UNITS)
    strip, share = divmod(place.y, PITCH)
    if not (0 <= strip < len(GATES[kind]) and share < 1):
        return {}
    return {"unit": int(share * units) + 1}


CHAPTER = Chapter(
    slug="sequences",
    title=N_("Sequences"),
    question=N_("How can a network remember?"),
    build=build,
    minutes=60,
    miniature=miniature,
    intro=N_(
        "A recurrent network reads one symbol after the other, and hands a few numbers on to its "
        "next step: the hidden state. Whatever it is to remember has to be in them."
    ),
    invitation={
        "remember": N_("▶ Watch it learn to remember"),
        "back": N_("▶ Further and further back"),
        "gates": N_("▶ Read it step by step"),
        "gradient": N_("▶ Send it back"),
        "clip": N_("▶ Watch it explode"),
        "unroll": N_("▶ Forward, backward, step"),
        "text": N_("▶ Let it learn to write"),
    },
    builds_on=["backprop", "loop"],
    script=SCRIPTS,
    lesson=[
        lesson.draw,
        lesson.symbols,
        lesson.loss_of,
        lesson.right,
        lesson.receptive_field,
        lesson.network,
        lesson.open_memory,
        lesson.fit,
        lesson.judged,
        lesson.continued,
        lesson.watched,
        lesson.train,
        far.how_far,
        far.side_by_side,
        far.answers,
        far.convolved,
        far.recurrence,
        lesson.lstm_steps,
        lesson.gru_steps,
        lesson.rotation,
        lesson.scaled,
        lesson.reached,
        lesson.clipped,
        lesson.unroll,
        lesson.halves,
        lesson.counted,
        lesson.learn_text,
        lesson.read_on,
        lesson.write_on,
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
