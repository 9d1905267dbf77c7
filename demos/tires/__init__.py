"""Chapter: tire photos. From a folder of pictures to a phone in the garage."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import only_in, stage, two_sides
from demos.frame.texts import N_, _
from demos.frame.wiring import at_once, shown_errors
from demos.tires.answers import LABELS, answer, survivors, tires_predict
from demos.tires.exam import DEFECTIVE, GOOD, judge, results
from demos.tires.examples import pictures_to_try
from demos.tires.knobs import KNOBS
from demos.tires.lesson import (
    blocks_of,
    choose_what_trains,
    gradient_norms,
    variants,
    verdicts,
)
from demos.tires.miniature import miniature
from demos.tires.quiz import QUIZ
from demos.tires.rows import SERIES, picture
from demos.tires.scripts import SCRIPTS
from demos.tires.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart
from demos.widgets.photo_drop import PhotoDrop
from demos.widgets.photo_exam import PhotoExam
from demos.widgets.photo_grid import PhotoGrid, Photos
from demos.widgets.verdict import Verdict

WARNING = N_(
    "This is a teaching model. Whether a tire is safe is decided by a specialist who looks at it."
)


EXAM = N_(
    "Before a network is used, it is tested on what it will meet, by those who will use it. Choose "
    "up to 60 photos of tires that you know the truth of, from your own garage, and say with one "
    "tap what each of them is. The photos stay in this page: each is sent to be judged, and nobody "
    "keeps it."
)


def build() -> Controls:
    """Lay out the tab and wire it."""
    place, picture_of_it = two_sides("photo-first", only=["photo"])
    with place:
        drop = PhotoDrop(
            label=_("Photo of a tire"),
            hint=_("Choose a photo of a tire, or drop or paste one here"),
            overlay_name=_("where it looked"),
            examples=[(_(name), url) for name, url in pictures_to_try()],
            elem_id="tire-photo",
        )
    with picture_of_it:
        verdict = Verdict(
            [_(label) for label in LABELS],
            note=_("Waking the network …"),
            warning=_(WARNING),
        )
    with gr.Column(elem_classes=["exam", *only_in("exam")]):
        gr.Markdown(_(EXAM), elem_classes=["exam-why"])
        photos = PhotoExam([(GOOD, _("good")), (DEFECTIVE, _("defective"))])
        outcome = LiveChart("demos.tires.charts:exam_panels", player=False, busy=False)
        verdicts_board = gr.Markdown(elem_classes=["exam-board"])
    charts = ("transfer", "residual", "search")
    with stage(KNOBS, only=("augmentation", *charts)) as panel:
        grid = PhotoGrid(elem_classes=only_in("augmentation"))
        with gr.Column(elem_classes=only_in(*charts)):
            chart = LiveChart(
                "demos.tires.charts:panels",
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
    panel.draws(picture, [chart, board])

    def examined(sent: dict[str, Any]) -> tuple[Any, Any, str]:
        """Answer photos, and draw what is known of all so far."""
        return judge(sent["ask"]), *results(sent["known"])

    told = [photos, outcome, verdicts_board]
    at_once([photos.input], shown_errors(examined, photos, told), photos, told)
    drop.answers(shown_errors(answer, verdict, [verdict]), verdict)

    def vary(photo: str, settings: dict[str, Any]) -> Photos:
        """Show the variants, unless another topic is open."""
        settings = KNOBS.check(settings)
        if settings["topic"] != "augmentation":
            return gr.skip()
        return survivors(photo, settings["changes"])

    # Nine photos take 0.2 s. Yet no queue: whoever drags a slider would soon have used up what one
    # address may ask of it, see `serving.Limits`. A visitor never has more than one on its way.
    at_once(
        [drop.expand, panel.input],
        shown_errors(vary, grid, [grid]),
        [drop, panel],
        grid,
        preprocess=False,
    )
    endpoint(tires_predict, queue=False)
    return {"panel": panel}


CHAPTER = Chapter(
    slug="tires",
    title=N_("Tire photos"),
    question=N_("Are two thousand photos enough to judge tires?"),
    build=build,
    minutes=30,
    miniature=miniature,
    intro=N_(
        "No, not even for a network that knew a million others: of photos from sources it had not "
        "seen it answered 23 to 34 %, only 79 to 85 % of those rightly; to be right nine times out "
        "of ten it could answer just 20 %."
    ),
    invitation={"photo": N_("▶ Show it a tire")},
    builds_on=["playground", "digits"],
    weights=["mobilenet-v2", "tires"],
    script=SCRIPTS,
    lesson=[
        choose_what_trains,
        blocks_of,
        variants,
        verdicts,
        gradient_norms,
        "models.interval:wilson",
        *(
            f"models.tires:{name}"
            for name in (
                "transforms",
                "grad_cam",
                "quality",
                "summary",
                "TireClassifier.preprocess",
                "TireClassifier.see",
                "TireClassifier.doubt",
                "TireClassifier.examine",
            )
        ),
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
