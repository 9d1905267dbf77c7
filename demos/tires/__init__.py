"""Chapter: tire photos. From a folder of pictures to a phone in the garage."""

from __future__ import annotations

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls, only_in, topics
from demos.frame.checks import check
from demos.frame.texts import N_, _
from demos.frame.wiring import at_once, shown_errors, wire
from demos.tires.answers import KNOBS, LABELS, answer, survivors, tires_predict
from demos.tires.examples import pictures_to_try
from demos.tires.lesson import (
    ACTIVATIONS,
    METHODS,
    blocks_of,
    choose_what_trains,
    gradient_norms,
    variants,
    verdicts,
)
from demos.tires.rows import SCORES, SERIES, TOPICS, picture
from demos.tires.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart, Panel
from demos.widgets.photo_drop import PhotoDrop
from demos.widgets.photo_grid import PhotoGrid, Photos
from demos.widgets.slider_bank import Knob, SliderBank
from demos.widgets.verdict import Verdict

_TOPIC_NAMES = [
    N_("Your photo"),
    N_("Transfer learning"),
    N_("Augmentation"),
    N_("Residual blocks"),
    N_("Search"),
]
WARNING = N_(
    "This is a teaching model. Whether a tire is safe is decided by a specialist who looks at it."
)


def _panels() -> list[Panel]:
    from demos.tires.charts import panels

    return panels()


def build() -> Controls:
    """Lay out the tab and wire it."""
    topic = topics({name: _(said) for name, said in zip(TOPICS, _TOPIC_NAMES, strict=True)})
    with gr.Row(elem_classes=["stage", "photo-first", "mode-1"]):
        with gr.Column(scale=1, min_width=300, elem_classes=["controls"]):
            drop = PhotoDrop(
                label=_("Photo of a tire"),
                hint=_("Choose a photo of a tire, or drop or paste one here"),
                overlay_name=_("where it looked"),
                examples=[(_(name), url) for name, url in pictures_to_try()],
                elem_id="tire-photo",
            )
        with gr.Column(scale=1, min_width=300, elem_classes=["picture"]):
            verdict = Verdict(
                [_(label) for label in LABELS],
                note=_("Waking the network …"),
                warning=_(WARNING),
            )
    with gr.Row(elem_classes=["stage", "mode-3"]):
        with gr.Column(scale=1, min_width=280, elem_classes=["controls"]):
            changes = SliderBank(list(KNOBS.values()), label=_("How much may change"))
        with gr.Column(scale=2, min_width=320, elem_classes=["picture"]):
            grid = PhotoGrid()
    with gr.Row(elem_classes=["stage", "mode-2", "mode-4", "mode-5"]):
        with gr.Column(scale=1, min_width=260, elem_classes=["controls"]):
            with only_in(2):
                method = gr.Radio(
                    [(_(name), name) for name in METHODS],
                    value=METHODS[0],
                    label=_("how it is trained"),
                )
            with only_in(4):
                activation = gr.Radio(
                    [("ReLU", "relu"), ("tanh", "tanh"), (_("sigmoid"), "sigmoid")],
                    value=ACTIVATIONS[0],
                    label=_("activation f"),
                )
                stack = SliderBank(
                    [
                        Knob(_("layers"), 2, 64, 20, 1),
                        Knob(_("neurons each"), 2, 128, 32, 1),
                        Knob(_("seed"), 0, 9999, 0, 1),
                    ],
                    label=_("The stack"),
                )
            with only_in(5):
                score = gr.Radio(
                    [(_("balanced accuracy"), SCORES[0]), (_("validation loss"), SCORES[1])],
                    value=SCORES[0],
                    label=_("last axis and colour"),
                )
        with gr.Column(scale=4, min_width=320, elem_classes=["picture"]):
            chart = LiveChart(
                _panels,
                series=SERIES,
                player=False,
                table={
                    "series": _("method"),
                    "photos": _("photos"),
                    "accuracy": _("balanced accuracy"),
                    "low": _("lowest"),
                    "high": _("highest"),
                    "seeds": _("seeds"),
                    "layer": _("layer"),
                    "norm": "‖∂L/∂W‖",
                    "trial": _("trial"),
                    "learning_rate": _("learning rate"),
                    "weight_decay": _("weight decay"),
                    "smoothing": _("label smoothing"),
                    "epochs": _("epochs"),
                    "views": _("views per photo"),
                    "balanced_accuracy": _("balanced accuracy"),
                    "loss": _("validation loss"),
                },
            )
            board = blackboard()
    controls: Controls = {
        "topic": topic,
        "method": method,
        "activation": activation,
        "stack": stack,
        "score": score,
    }
    wire(controls, picture, [chart, board])
    drop.answers(shown_errors(answer, verdict, [verdict]), [verdict])

    def vary(topic: str, photo: str, bank: list[float]) -> Photos:
        """Show the variants, unless another topic is open."""
        if check("topic", topic, TOPICS) != "augmentation":
            return gr.skip()
        return survivors(photo, bank)

    # Nine photos take 0.2 s. Yet no queue: whoever drags a slider would soon have used up what one
    # address may ask of it, see `serving.Limits`. A visitor never has more than one on its way.
    at_once(
        [drop.expand, topic.input, changes.input],
        shown_errors(vary, grid, [grid]),
        [topic, drop, changes],
        grid,
        preprocess=False,
    )
    endpoint(tires_predict, queue=False)
    return {**controls, "changes": changes}


CHAPTER = Chapter(
    slug="tires",
    title=N_("Tire photos"),
    question=N_("Are a few hundred photos enough to judge tires?"),
    build=build,
    lesson=[
        choose_what_trains,
        blocks_of,
        variants,
        verdicts,
        gradient_norms,
        *(
            f"models.tires:{name}"
            for name in (
                "transforms",
                "grad_cam",
                "quality",
                "TireClassifier.preprocess",
                "TireClassifier.forward",
                "TireClassifier.examine",
            )
        ),
    ],
    tasks=TASKS,
)

__all__ = ["CHAPTER"]
