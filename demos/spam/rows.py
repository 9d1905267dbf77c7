"""What is drawn of a training: the rows that the chart is fed with."""

from __future__ import annotations

import functools
from typing import Any

from demos.frame import texts
from demos.frame.texts import N_, _, grouped
from demos.pictures.confusion import class_names, confusion_rows
from demos.spam.knobs import KINDS
from demos.spam.lesson import spam_train
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Run, Series

PARTS = [
    Series("train", N_("training messages"), lc.BLUE),
    Series("validation", N_("validation messages"), lc.VERMILLION, (8, 4)),
]
SIZES = [
    Series("counts", KINDS["counts"], lc.GREEN),
    Series("tfidf", KINDS["tfidf"], lc.PURPLE, (2, 2)),
]


def picture(topic: str, **settings: Any) -> Run:
    """Train with the settings of the panel, and draw it; nothing for the other topics."""
    if topic != "train":
        return Run(data={})
    names = ("numbers", "words", "class_weights", "l2", "steps", "share", "validation", "seed")
    return trained(*(settings[name] for name in names))


@texts.cached(maxsize=16)
def trained(
    numbers: str,
    words: int,
    class_weights: bool,
    l2: float,
    steps: int,
    share: float,
    validation: float,
    seed: int,
) -> Run:
    """Return the course of a training, and what it found on the test messages.

    A training that was cut for want of time has not come to them, and its picture is not kept.
    """
    rows = spam_train(numbers, words, class_weights, l2, steps, share, validation, seed)
    course = [row for row in rows if row["series"] != "test"]
    if course[-1]["series"] == "train":  # cut within an epoch, which is not shown
        course.pop()
    test = rows[-1] if rows[-1]["series"] == "test" else None
    cut = _(
        "The training took too long and was cut after epoch {step}: it never came to the test "
        "messages. Choose fewer words or fewer epochs, or try again when fewer people use the app."
    ).format(step=course[-1]["step"])
    return Run(
        data={
            "run": course,
            "curves": course,
            "sizes": sizes(),
            **(_tested(test, numbers, words) if test else {"confusion": [], "here": []}),
        },
        params=class_names([_("no spam"), _("spam")]),
        caption=_(
            "{count} training messages. Epoch {step}: loss {loss}, on the validation messages "
            "{other}; recall there {recall}."
        ).format(
            count=grouped(course[0]["messages"]),
            step="{train.step:d}",
            loss="{train.loss:.4f}",
            other="{validation.loss:.4f}",
            recall="{validation.recall:.3f}",
        ),
        conclusion=_conclusion(test) if test else cut,
        topic="train",
    )


def _tested(test: dict[str, Any], numbers: str, words: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the charts that show the test messages."""
    missed, ham = test["spam"] - test["hits"], test["messages"] - test["spam"]
    matrix = [[ham - test["alarms"], test["alarms"]], [missed, test["hits"]]]
    now = {"series": numbers, "words": words}
    here = [{**now, "accuracy": test["accuracy"], "recall": test["recall"]}]
    return {"confusion": confusion_rows(matrix), "here": here}


def _conclusion(test: dict[str, Any]) -> str:
    return _(
        "On {messages} test messages: accuracy {accuracy}, recall {recall}, precision {precision}. "
        "{missed} of {spam} spam messages were missed, and {alarms} of the others taken for spam."
    ).format(
        messages=grouped(test["messages"]),
        missed=test["spam"] - test["hits"],
        spam=test["spam"],
        alarms=test["alarms"],
        **{name: f"{test[name]:.1%}" for name in ("accuracy", "recall", "precision")},
    )


@functools.lru_cache(maxsize=1)
def sizes() -> list[dict[str, Any]]:
    """Return what vocabularies of other sizes gave the trainer."""
    from models import hub
    from models.spam import SpamNeurons

    return [
        {
            "series": row["features"],
            "words": int(row["words"]),
            "accuracy": float(row["accuracy"]),
            "recall": float(row["recall"]),
        }
        for row in hub.table(SpamNeurons, "vocabulary")
    ]
