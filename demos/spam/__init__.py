"""Chapter: spam. From counted words to the embeddings of a language model."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import only_in, stage
from demos.frame.texts import N_, _
from demos.frame.wiring import at_once, shown_errors, tell
from demos.spam import answers, rows
from demos.spam.board import Board
from demos.spam.knobs import KNOBS
from demos.spam.lesson import added_up, left_out, nearest, spam_train
from demos.spam.miniature import miniature
from demos.spam.quiz import QUIZ
from demos.spam.scripts import SCRIPTS
from demos.spam.tasks import TASKS
from demos.widgets.live_chart import LiveChart
from demos.widgets.threshold_board import ThresholdBoard


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        board = Board(elem_id="spam-board")
        with gr.Column(elem_classes=only_in("compare")):
            threshold = ThresholdBoard(parts=("threshold", "curves"))
        with gr.Column(elem_classes=only_in("train")):
            chart = LiveChart(
                "demos.spam.charts:panels",
                series=[*rows.PARTS, *rows.SIZES],
                step_name=N_("epoch"),
                table={
                    "series": _("messages"),
                    "step": _("epoch"),
                    "loss": _("loss"),
                    "accuracy": _("accuracy"),
                    "recall": _("recall"),
                    "precision": _("precision"),
                },
            )
    panel.draws(rows.picture, [chart])

    def scores(settings: Any) -> Any:
        """Return the scores of the test messages, unless another topic is open."""
        settings = KNOBS.check(settings)
        return answers.judged(**settings) if settings["topic"] == "compare" else gr.skip()

    at_once(
        [threshold.expand, panel.input],
        shown_errors(scores, threshold, [threshold]),
        [panel],
        threshold,
        preprocess=False,
    )
    tell([board.expand, panel.change], panel, "#spam-board .spam")
    tell([threshold.input, threshold.change], threshold, "#spam-board .spam", "threshold")
    for function in (
        answers.spam_predict,
        answers.spam_compare,
        answers.spam_inside,
        answers.spam_batch,
        answers.spam_corpus,
        spam_train,
    ):
        endpoint(function, queue=False)
    return {"panel": panel, "board": board, "threshold": threshold}


CHAPTER = Chapter(
    slug="spam",
    title=N_("Spam"),
    question=N_("How does a message become numbers, and which numbers know spam?"),
    build=build,
    minutes=55,
    miniature=miniature,
    intro=N_(
        "A neuron takes numbers. So words are counted, or weighed by how rare they are (TF-IDF), "
        "or a small language model makes 384 numbers of the whole (an embedding). On each of the "
        "three stands one neuron that says: spam or not."
    ),
    invitation={"words": N_("▶ Type a message")},
    builds_on=["neuron"],
    weights=["spam", "embedder"],
    script=SCRIPTS,
    lesson=[
        added_up,
        left_out,
        nearest,
        spam_train,
        *(
            f"models.spam:{name}"
            for name in (
                "clean",
                "words",
                "count",
                "inverse_frequency",
                "weighed",
                "fit",
                "SpamNeurons.forward",
                "principal_axes",
            )
        ),
        "models.embedder:Layer",
        "models.embedder:Embedder.forward",
        "models.embedder:mean",
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
