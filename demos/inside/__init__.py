"""Chapter: what each layer of a convolutional network looks at."""

from __future__ import annotations

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import stage
from demos.frame.texts import N_
from demos.frame.wiring import tell
from demos.inside import answers, lesson
from demos.inside.board import Board
from demos.inside.knobs import KNOBS
from demos.inside.miniature import miniature
from demos.inside.quiz import QUIZ
from demos.inside.scripts import SCRIPTS
from demos.inside.tasks import TASKS
from demos.widgets.sketch_pad import SketchPad


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel, gr.Row():
        with gr.Column(scale=0, min_width=220, elem_classes=["inside-pad"]):
            pad = SketchPad(photo=False, pen=40, elem_id="inside-pad")
        with gr.Column(min_width=300):
            board = Board(elem_id="inside-board")
    events = [board.expand, panel.change, pad.input, pad.change]
    tell(events, [panel, pad], "#inside-board .inside")
    for function in (
        answers.fashion_predict,
        answers.fashion_inside,
        answers.inside_map,
        answers.inside_counts,
        answers.inside_wants,
        answers.inside_gallery,
        answers.inside_norms,
        answers.inside_misses,
        answers.inside_quiz,
        answers.inside_ladder,
        answers.inside_device,
        answers.inside_unknown,
    ):
        endpoint(function, queue=False)
    return {"panel": panel, "sketch": pad}


CHAPTER = Chapter(
    slug="inside",
    title=N_("Inside a network"),
    question=N_("What does each layer look at?"),
    build=build,
    minutes=60,
    miniature=miniature,
    intro=N_(
        "A convolutional network is filters upon filters: each layer reads the maps of the one "
        "before it. Here every one of its numbers can be looked at, and computed by hand."
    ),
    invitation={
        "maps": N_("▶ Through the layers"),
        "wants": N_("▶ From noise"),
        "misses": N_("▶ You or the network?"),
    },
    builds_on=["filters"],
    lesson=[
        lesson.stages,
        lesson.after,
        lesson.walk,
        lesson.drops,
        lesson.occlude,
        lesson.saliency,
        lesson.moved,
        lesson.ascend,
        lesson.looked_at,
        lesson.patches,
        lesson.scattered,
        lesson.normed,
        lesson.together,
    ],
    script=SCRIPTS,
    tasks=TASKS,
    quiz=QUIZ,
    weights=["fashion", "cifar"],
)

__all__ = ["CHAPTER"]
