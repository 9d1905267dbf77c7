"""Chapter: train your own classifier. A head on what somebody else's million photos taught."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import only_in, stage
from demos.frame.texts import N_
from demos.frame.wiring import at_once, tell
from demos.pictures.confusion import clicked
from demos.teach import answers, rows
from demos.teach.answers import MOST_CLASSES
from demos.teach.board import Board
from demos.teach.knobs import KNOBS
from demos.teach.lesson import augmented, describe, few_photos, tune
from demos.teach.miniature import miniature
from demos.teach.quiz import QUIZ
from demos.teach.rows import PARTS, SIZES
from demos.teach.scripts import SCRIPTS
from demos.teach.tasks import TASKS
from demos.widgets.live_chart import LiveChart

CHARTS = ("training", "few", "tuning")
_BOARD = "#teach-board .teach"
# The board's picture goes to the chart without the server.
_SHOW = f"() => document.querySelector('{_BOARD}')?.courseRun ?? null"
WAITING: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "teach"}


def look(event: gr.EventData, board: dict[str, str]) -> dict[str, str]:
    """Return the board's value with the cell of the confusion matrix that was clicked."""
    try:
        truth, answer = clicked(getattr(event, "x", None), getattr(event, "y", None), MOST_CLASSES)
    except ValueError:
        return board
    return {**board, "cell": f"{truth},{answer}"}


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        board = Board(rows.measured(), elem_id="teach-board")
        with gr.Column(elem_classes=only_in(*CHARTS)):
            chart = LiveChart("demos.teach.charts:panels", series=[*PARTS, *SIZES], busy=False)
    tell([board.expand, panel.change], panel, _BOARD)
    gr.on([board.input], None, outputs=chart, js=_SHOW, api_visibility="private", queue=False)
    at_once([chart.select], look, [board], [board])
    for function in (
        answers.teach_features,
        answers.teach_train,
        answers.teach_predict,
        answers.teach_ready_made,
        answers.teach_export,
    ):
        endpoint(function, queue=False)
    for function in (answers.teach_explain, answers.teach_few, answers.teach_tune):
        endpoint(function, **WAITING)
    return {"panel": panel, "board": board}


CHAPTER = Chapter(
    slug="teach",
    title=N_("Your own classifier"),
    question=N_("How few photos are enough, when someone else has looked at a million?"),
    build=build,
    minutes=45,
    miniature=miniature,
    intro=N_(
        "A network that has looked at a million photos turns each of yours into 1,280 numbers. "
        "Only the last layer, the head, is new: it learns your classes in less than a second."
    ),
    invitation={"teach": N_("▶ Name two things")},
    builds_on=["digits"],
    weights=["mobilenet-v2"],
    script=SCRIPTS,
    lesson=[
        "models.teach:fit",
        "models.teach:TeachHead.look",
        "models.teach:TeachHead.forward",
        "models.teach:TeachHead.distance",
        "models.teach:sketch",
        "models.teach:held_out",
        "models.interval:wilson",
        "models.teach:occlusion",
        describe,
        few_photos,
        augmented,
        tune,
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
