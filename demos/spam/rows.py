"""What is drawn of a training: the rows that the chart is fed with."""

from __future__ import annotations

from typing import Any

from demos.frame import texts
from demos.frame.texts import N_, _
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


@texts.cached(maxsize=32)
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
    """Return the course of a training, and what it found on the test messages."""
    rows = spam_train(numbers, words, class_weights, l2, steps, share, validation, seed)
    test = rows[-1]
    course = [row for row in rows if row["series"] != "test"]
    missed, ham = test["spam"] - test["hits"], test["messages"] - test["spam"]
    matrix = [[ham - test["alarms"], test["alarms"]], [missed, test["hits"]]]
    conclusion = _(
        "On {messages} test messages: accuracy {accuracy}, recall {recall}, precision {precision}. "
        "{missed} of {spam} spam messages were missed, and {alarms} of the others taken for spam."
    ).format(
        messages=f"{test['messages']:,}",
        missed=missed,
        spam=test["spam"],
        alarms=test["alarms"],
        **{name: f"{test[name]:.1%}" for name in ("accuracy", "recall", "precision")},
    )
    now = {"series": numbers, "words": words, "accuracy": test["accuracy"]}
    return Run(
        data={
            "run": course,
            "curves": course,
            "confusion": confusion_rows(matrix),
            "sizes": sizes(),
            "here": [{**now, "recall": test["recall"]}],
        },
        params=class_names([_("no spam"), _("spam")]),
        caption=_(
            "{count} training messages. Epoch {step}: loss {loss}, on the validation messages "
            "{other}; recall there {recall}."
        ).format(
            count=f"{course[0]['messages']:,}",
            step="{train.step:d}",
            loss="{train.loss:.4f}",
            other="{validation.loss:.4f}",
            recall="{validation.recall:.3f}",
        ),
        conclusion=conclusion,
        topic="train",
    )


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
