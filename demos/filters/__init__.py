"""Chapter: pictures are numbers, and a filter reads them."""

from __future__ import annotations

import gradio as gr

from demos.filters import answers, lesson
from demos.filters.board import Board
from demos.filters.knobs import KNOBS
from demos.filters.miniature import miniature
from demos.filters.quiz import QUIZ
from demos.filters.scripts import SCRIPTS
from demos.filters.tasks import TASKS
from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import stage
from demos.frame.texts import N_
from demos.frame.wiring import tell
from demos.widgets.sketch_pad import SketchPad


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel, gr.Row():
        with gr.Column(scale=0, min_width=220, elem_classes=["filters-pad"]):
            pad = SketchPad(photo=False, pen=40, elem_id="filters-pad")
        with gr.Column(min_width=300):
            board = Board(elem_id="filters-board")
    events = [board.expand, panel.change, pad.input, pad.change]
    tell(events, [panel, pad], "#filters-board .filters")
    for function in (
        answers.filter_apply,
        answers.filter_channels,
        answers.filter_numbers,
        answers.filter_product,
        answers.filter_pool,
        answers.filter_learn,
        answers.filter_matrix,
    ):
        endpoint(function, queue=False)
    return {"panel": panel, "sketch": pad}


CHAPTER = Chapter(
    slug="filters",
    title=N_("Filters"),
    question=N_("How can nine numbers find an edge?"),
    build=build,
    minutes=60,
    miniature=miniature,
    intro=N_(
        "A picture is a table of numbers. A filter is a small table that slides over it and adds "
        "up number times number: a pixel of a new picture."
    ),
    invitation={
        "numbers": N_("▶ Zoom in"),
        "convolve": N_("▶ Let it slide"),
        "learn": N_("▶ Let it learn"),
    },
    builds_on=["tensor"],
    lesson=[
        lesson.read,
        lesson.margin,
        lesson.convolve,
        lesson.pool,
        lesson.shifted,
        lesson.learn,
        lesson.as_matrix,
    ],
    script=SCRIPTS,
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
