"""Chapter: yes or no. When is the model sure enough?"""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.decide import rows
from demos.decide.answers import cheapest_threshold, decide_threshold, decide_train
from demos.decide.knobs import JUDGED, KNOBS, THINGS
from demos.decide.lesson import (
    accuracy_of_split,
    as_numbers,
    best_temperature,
    fit,
    fit_network,
    fit_neuron,
    label_and_loss,
    line_and_sigmoid,
    network,
    newton,
    split,
    standardised,
    told_of,
)
from demos.decide.miniature import miniature
from demos.decide.quiz import QUIZ
from demos.decide.rows import SERIES
from demos.decide.scripts import SCRIPTS
from demos.decide.tasks import TASKS
from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import only_in, stage
from demos.frame.texts import N_, _, said
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart
from demos.widgets.panel import Place
from demos.widgets.table_drop import TableDrop, sent
from demos.widgets.threshold_board import ThresholdBoard

CHARTS = ("line", "look", "train", "labels")
TABLES = ("look", "train", *JUDGED)
# The visitor's table goes along only where it is asked about.
OWN_ONLY = "(settings, own) => [settings, settings.table === 'own' ? own : null]"


def clicked(place: Place, topic: str, feature: str, things: list[str], **_others: Any) -> dict:
    """Ask for the x that was clicked, or put a thing into the picture or away."""
    if topic == "line":
        _x, _y, mean, deviation = rows.feature_of(feature)
        return {"asked": (place.x - mean) / deviation}
    thing = [*THINGS][min(2, max(0, int(place.x)))]
    return {"things": [one for one in THINGS if (one in things) != (one == thing)]}


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        with gr.Column(elem_classes=only_in(*CHARTS)):
            chart = LiveChart(
                "demos.decide.charts:panels",
                series=SERIES,
                table={
                    "series": _("model"),
                    "step": _("step"),
                    "loss": _("loss"),
                    "accuracy": _("right"),
                    "weight": "w",
                    "bias": "b",
                    "group": _("value"),
                    "name": _("output"),
                    "p": "p",
                    "label": "y",
                    "share": _("share of yes"),
                    "count": _("rows"),
                },
            )
            board = blackboard()
        judge = ThresholdBoard(
            parts={
                "threshold": ["threshold"],
                "curves": ["threshold"],
                "costs": ["threshold"],
                "calibration": ["calibrated"],
                "groups": ["fair"],
            },
            elem_classes=only_in(*JUDGED),
        )
        drop = TableDrop(
            sets={"table": "own"}, elem_id="decide-table", elem_classes=only_in(*TABLES)
        )
    outputs = [chart, board, judge, drop]

    def draw(own: Any, **settings: Any) -> list[Any]:
        try:
            run, text, scores, answer = rows.picture(sent(own), **settings)
        except ValueError as error:
            sentence = said(error)
            told = drop.refusal(sentence) if settings["table"] == "own" else gr.skip()
            return [chart.refusal(sentence), gr.skip(), judge.refusal(sentence), told]
        return [gr.skip() if one is None else one for one in (run, text, scores, answer)]

    panel.draws(draw, outputs, also=[drop], on=[judge.expand, drop.input], js=OWN_ONLY)
    panel.moved(chart.select, clicked)
    endpoint(decide_train, concurrency_limit=2)
    endpoint(decide_threshold, queue=False)
    return {"panel": panel, "judge": judge}


CHAPTER = Chapter(
    slug="decide",
    title=N_("Yes or no"),
    question=N_("When is the model sure enough?"),
    build=build,
    minutes=60,
    miniature=miniature,
    intro=N_(
        "A neuron with a sigmoid gives a probability p; a threshold makes a yes or a no of it. Who "
        "moves the threshold decides who is overlooked, and who is alarmed for nothing."
    ),
    invitation={
        "line": N_("▶ From a line to a probability"),
        "train": N_("▶ Train it"),
    },
    builds_on=["losses", "neuron"],
    script=SCRIPTS,
    lesson=[
        line_and_sigmoid,
        split,
        as_numbers,
        standardised,
        network,
        fit,
        newton,
        fit_neuron,
        fit_network,
        told_of,
        accuracy_of_split,
        best_temperature,
        cheapest_threshold,
        label_and_loss,
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER", "THINGS"]
