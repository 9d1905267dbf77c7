"""Chapter: the training loop. What happens between the data and the trained model?"""

from __future__ import annotations

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import only_in, stage
from demos.frame.texts import N_, _
from demos.frame.wiring import tell
from demos.loop import lesson
from demos.loop.answers import loop_digits, loop_export
from demos.loop.board import Board
from demos.loop.knobs import KNOBS
from demos.loop.miniature import miniature
from demos.loop.quiz import QUIZ
from demos.loop.rows import SERIES, cell_of, picture
from demos.loop.scripts import SCRIPTS
from demos.loop.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        with gr.Column(elem_classes=only_in("loop", "validate", "forget")):
            board = Board(elem_id="loop-board")
        chart = LiveChart(
            "demos.loop.charts:panels",
            series=SERIES,
            elem_id="loop-chart",
            table={
                "series": _("run"),
                "step": _("step"),
                "epoch": _("epoch"),
                "batch": _("batch"),
                "size": _("pictures"),
                "loss": _("loss"),
                "right": _("read right"),
                "norm": "‖g‖",
                "rate": "η",
                "gradient": "∂L/∂b₀",
                "bias": "b₀",
                "validation": _("validation loss"),
                "validation_accuracy": _("validation: read right"),
            },
        )
        numbers = blackboard()
        words = _("Take this loop along: a script that writes TensorBoard logs")
        gr.HTML(
            f'<button type="button" class="lo-export">⤓ {words}</button>',
            elem_classes=only_in("loop", "rates", "validate"),
            apply_default_css=False,
            css_template=".lo-export { min-height: 40px; padding: 0 14px; border-radius: 10px;"
            " border: 1px solid var(--course-line); background: var(--course-card);"
            " color: var(--course-ink); font: inherit; font-size: 14px; cursor: pointer; }",
            js_on_load=None,
        )
    panel.draws(picture, [chart, numbers], line="loop", side_by_side=1)
    panel.moved(chart.select, cell_of)
    tell([board.expand, panel.change], panel, "#loop-board .loop")
    endpoint(lesson.train, "loop_train", concurrency_id="loop", concurrency_limit=1)
    endpoint(loop_digits, queue=False)
    endpoint(loop_export, queue=False)
    return {"panel": panel}


CHAPTER = Chapter(
    slug="loop",
    title=N_("The training loop"),
    question=N_("What happens between the data and the trained model?"),
    build=build,
    minutes=50,
    miniature=miniature,
    intro=N_(
        "Take a batch of pictures, ask the network, measure how wrong it is, correct every weight "
        "a little; and again. An epoch is once through all."
    ),
    invitation={
        "loop": N_("▶ Let it run"),
        "rates": N_("▶ Race three rates"),
        "validate": N_("▶ Watch it learn"),
        "forget": N_("▶ Watch it fail"),
    },
    builds_on=["losses", "backprop", "optimizers"],
    script=SCRIPTS,
    lesson=[
        lesson.digits,
        lesson.split,
        lesson.network,
        lesson.schedule_of,
        lesson.judge,
        lesson.fit,
        lesson.recorded,
        lesson.train,
        lesson.left_out,
        lesson.cross_validated,
        lesson.epoch_times,
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
