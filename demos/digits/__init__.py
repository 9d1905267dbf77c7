"""Chapter: sketch a digit. What networks read, while you draw, and what their outputs mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from demos.digits import lesson, lessons
from demos.digits.board import Board
from demos.digits.knobs import KNOBS, LABELS, NETWORKS
from demos.digits.miniature import miniature
from demos.digits.quiz import QUIZ
from demos.digits.reading import FORMULAS, answer, digits_predict
from demos.digits.scripts import SCRIPTS
from demos.digits.tasks import TASKS
from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import only_in, two_sides
from demos.frame.texts import N_, _, said
from demos.frame.wiring import at_once, tell
from demos.widgets.blackboard import blackboard
from demos.widgets.class_bars import Bars, ClassBars
from demos.widgets.panel import Panel
from demos.widgets.photo_drop import mark
from demos.widgets.pixel_pictures import PixelPictures, Pixels
from demos.widgets.sketch_pad import SketchPad

THREE = "eCvB63I_Tjg_ilg_vhg07j_S8F1Ancg_opg_2hg0_ghj_glS_gjD6AtagAeYgAOcgHD"  # a stroke


def build() -> Controls:
    """Lay out the tab and wire it."""
    place, picture = two_sides("beside", width=3)
    with place:
        pad = SketchPad(
            label=_("Sketch a digit"),
            hint=_("Draw a digit,\n0 to 9"),
            faint=THREE,
            elem_id="digit-pad",
        )
        panel = Panel(KNOBS, elem_classes=["below"])
    with picture:
        pixels = PixelPictures(
            [
                Pixels(
                    _("What the networks see"),
                    _(
                        "28 × 28 pixels. Preprocessing crops to the ink, makes it 20 pixels "
                        "long and puts its centre of mass in the middle, bright on dark."
                    ),
                ),
                Pixels(
                    _("What speaks for it"),
                    _("Pixels that speak, to the convolutional network,"),
                    signed=True,
                ),
            ],
            elem_classes=["seen", *only_in("read")],
        )
        bars = ClassBars(
            [(_(title), _(layers)) for title, layers in NETWORKS.values()],
            LABELS,
            note=_("Waking the networks …"),
            elem_classes=only_in("read"),
        )
        name = _("Convolutional network:")
        with gr.Column(elem_classes=only_in("read")):
            blackboard(f"{name} {FORMULAS}", columns=3)
        board = Board(elem_id="digits-board", elem_classes=only_in(*lessons.TOPICS))

    def on_page(sketch: str, settings: dict[str, Any]) -> tuple[Any, Any, Bars]:
        """Answer, or say in the picture why not: Gradio shows no errors of unqueued events."""
        nothing = Bars(values=[None] * len(NETWORKS), mark=mark(sketch))
        try:
            settings = KNOBS.check(settings)
            topic = settings["topic"]
            if topic in lessons.TOPICS:
                return gr.skip(), lessons.lesson(sketch, topic), nothing
            seen, bars = answer(sketch, settings["preprocess"], settings["output"])
        except ValueError as error:
            sentence = said(error)
            return [None, None], board.refusal(sentence), replace(nothing, note=sentence)
        return seen, gr.skip(), replace(bars, mark=mark(sketch))

    inputs, outputs = [pad, panel], [pixels, board, bars]
    pad.answers(on_page, inputs, outputs)
    at_once([panel.input], on_page, inputs, outputs)
    tell([board.expand, panel.change], panel, "#digits-board .digits-board")
    endpoint(digits_predict, queue=False)
    return {"sketch": pad, "panel": panel}


CHAPTER = Chapter(
    slug="digits",
    title=N_("Sketch a digit"),
    question=N_("Can a network read your handwriting?"),
    build=build,
    minutes=50,
    miniature=miniature,
    intro=N_("Each digit gets a number z, its logit. Softmax makes shares of 100 % of all ten."),
    builds_on=["neuron", "playground"],
    weights=["digits-linear", "digits-mlp", "digits-cnn", "digits-zero", "digits-number"],
    script=SCRIPTS,
    lesson=[
        lesson.read,
        lesson.express,
        lesson.binary_losses,
        lesson.squared_errors,
        lesson.cross_entropies,
        lesson.ten_questions,
        *(
            f"models.digits:{name}"
            for name in (
                "DigitModel.forward",
                "DigitModel.reading",
                "DigitLinear",
                "DigitMLP",
                "DigitCNN",
                "convolution",
                "Residual",
                "DigitModel.preprocess",
                "as_mnist",
                "to_ink",
                "centre",
                "squash",
                "spoil",
                "saliency",
            )
        ),
        "models.digits_one:ZeroOrNot",
        "models.digits_one:DigitNumber",
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER", "digits_predict"]
