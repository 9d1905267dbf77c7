"""Chapter: used cars. What costs more, one more year or 10,000 more miles?"""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.cars.knobs import KNOBS, THIS_YEAR
from demos.cars.lesson import (
    clean,
    columns_of,
    curvature,
    in_dollars,
    inputs,
    learn,
    loss_surface,
    normalised,
    steps_needed,
    told,
    train,
    validated,
)
from demos.cars.miniature import miniature
from demos.cars.model_file import ModelFile
from demos.cars.predict import cars_predict
from demos.cars.quiz import QUIZ
from demos.cars.rows.accident import accident as accident_rows
from demos.cars.rows.answer import answer
from demos.cars.rows.car import car
from demos.cars.rows.explode import explode
from demos.cars.rows.table import cells, table
from demos.cars.saved import shown
from demos.cars.scripts import SCRIPTS
from demos.cars.tasks import TASKS
from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import only_in, stage
from demos.frame.texts import N_, _
from demos.frame.wiring import at_once, shown_errors, tell
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart, Run
from demos.widgets.panel import Place

DRAWN = ("table", "explode", "answer", "accident", "car")


def picture(
    topic: str,
    cleaning: list[str],
    scaling: str,
    learning_rate: float,
    steps: int,
    batch: int,
    brand: str,
    limit: int,
    outlier: bool,
    columns: list[str],
    loss: str,
    delta: float,
    missing: str,
    noise: int,
    year: int,
    miles: int,
    accident: str,
    **_others: Any,
) -> tuple[Run, str, Any]:
    """Draw a topic; of a file, `shown` draws the rest."""
    if topic == "table":
        return *table(cleaning), cells(cleaning)
    nothing = gr.skip()
    if topic == "explode":
        return *explode(scaling, learning_rate, steps, batch), nothing
    if topic == "answer":
        return *answer(brand, limit, outlier, columns, loss, delta, year, miles), nothing
    if topic == "accident":
        return *accident_rows(missing, noise), nothing
    if topic == "car":
        return *car(year, miles, accident), nothing
    return Run(data={}), "", nothing


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        with gr.Column(elem_classes=only_in("table")):
            rows = gr.Dataframe(
                interactive=False,
                show_search="search",
                max_height=260,
                label=_("The first hundred rows, and all that a step changes; → after"),
                elem_id="cars-rows",
            )
        with gr.Column(elem_classes=only_in(*DRAWN)):
            chart = LiveChart(
                "demos.cars.charts:panels",
                table={
                    "step": _("step"),
                    "loss": _("loss"),
                    "weight_age": "w₁",
                    "weight_miles": "w₂",
                    "bias": "b",
                    "gradient_age": "∂L/∂w₁",
                    "gradient_miles": "∂L/∂w₂",
                    "gradient_bias": "∂L/∂b",
                    "per_year": _("$ per year"),
                    "per_miles": _("$ per 10,000 miles"),
                },
            )
            board = blackboard()
        with gr.Column(elem_classes=only_in("file")):
            file = ModelFile(elem_id="cars-file")
    panel.draws(picture, [chart, board, rows])
    panel.moved(chart.select, start_there)

    def told_of(settings: Any, value: Any) -> Any:
        """Show the file, unless another topic is open."""
        settings = KNOBS.check(settings)
        return shown(settings, value) if settings["topic"] == "file" else gr.skip()

    # One event must not call two functions of which only the last call counts: each end of one
    # would call the other again. So the settings go to the file, which asks for itself.
    tell([panel.change], panel, "#cars-file .model-file")
    at_once(
        [file.expand, file.input],
        shown_errors(told_of, file, [file]),
        [panel, file],
        file,
        preprocess=False,
    )
    endpoint(train, "cars_train", queue=False)
    endpoint(cars_predict, queue=False)
    return {"panel": panel}


def start_there(place: Place, topic: str, **_settings: Any) -> dict[str, float]:
    """Make the car that was clicked on the map one's own."""
    if topic != "answer" or place.y is None:
        return {}
    return {"year": THIS_YEAR - int(place.x), "miles": round(place.y, -3)}


CHAPTER = Chapter(
    slug="cars",
    title=N_("Used cars"),
    question=N_("What costs more: one more year, or 10,000 more miles?"),
    build=build,
    minutes=50,
    miniature=miniature,
    intro=N_(
        "4,009 used cars, each with year, miles and price, as text in a file. A neuron learns the "
        "price from them: its weights are dollars for a year and for a mile, and say what the "
        "table says, with all its faults."
    ),
    invitation={
        "table": N_("▶ Clean it"),
        "explode": N_("▶ Let it explode"),
        "answer": N_("▶ Watch the answer come"),
    },
    builds_on=["celsius", "losses"],
    weights=["cars"],
    script=SCRIPTS,
    lesson=[
        clean,
        columns_of,
        normalised,
        learn,
        inputs,
        train,
        told,
        in_dollars,
        curvature,
        steps_needed,
        loss_surface,
        validated,
        "models.cars:CarPrice",
        "models.cars:fit",
        cars_predict,
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
