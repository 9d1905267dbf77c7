"""The page of one's own classes as one component: photos, camera, training, answers.

Photos and the numbers that the network makes of them stay in the visitor's browser (IndexedDB).
The page asks the chapter's endpoints itself, as a program would. Its value holds what links may
say: the names of the classes, which cell of the confusion matrix is looked at, and what is known
before: ImageNet, or tires. Its scripts are the modules of this folder, of which board.js is the
first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from demos.frame.texts import N_, _
from demos.teach.answers import (
    AT_ONCE,
    FEATURES,
    IMAGENET,
    LONGEST_NAME,
    MOST_CLASSES,
    MOST_TUNED,
    TIRES,
)
from demos.teach.scenes import EXCHANGED, SETS
from demos.widgets.widget import Widget
from models.sentences import refusal

MOST_KEPT = 1_000  # photos, of all classes
DEFAULTS = {"classes": "A,B", "cell": "", "base": IMAGENET}
# Empty classes to begin with: title, names, what is known before.
PRESETS = [
    (N_("Tires: good or defective"), [N_("good"), N_("defective")], TIRES),
    (N_("Rock, paper, scissors"), [N_("rock"), N_("paper"), N_("scissors")], IMAGENET),
]


class Board(Widget):
    """Photos, training and answers.

    Events: `expand` when it is on the page and wants the settings; `input` when it has a picture
    for the chart, a LiveChart's value: `courseRun` of its element.
    """

    def __init__(self, examples: Sequence[Mapping[str, Any]] = (), **kwargs: Any) -> None:
        """Lay out the page; `kwargs` are passed on to `gr.HTML`.

        Args:
            examples: rows of a table that was measured once: series, photos, mean, deviation.
            **kwargs: passed on to `gr.HTML`.
        """
        super().__init__(
            value=dict(DEFAULTS),
            limits={
                "classes": MOST_CLASSES,
                "name": LONGEST_NAME,
                "photos": MOST_KEPT,
                "request": AT_ONCE,
                "tuned": MOST_TUNED,
            },
            features=FEATURES,
            presets=[
                [_(title), [_(name) for name in names], base] for title, names, base in PRESETS
            ],
            sets=[[kind, _(title)] for kind, (title, _names) in SETS.items() if kind != EXCHANGED],
            examples=[dict(row) for row in examples],
            **kwargs,
        )

    @property
    def parameters(self) -> list[str]:
        """The names of what links may say."""
        return list(DEFAULTS)

    def check(self, name: str, text: str) -> str:
        """Return what a link says of one of them.

        Raises:
            ValueError: saying what it allows.
        """
        if name == "cell":
            if text and not (len(text) == 3 and text[1] == "," and set(text) <= set("012345,")):
                raise refusal("two numbers are needed, such as 0,1")
            return text
        if name == "base":
            if text not in FEATURES:
                raise refusal("it must be one of: {choices}", choices=", ".join(FEATURES))
            return text
        names = text.split(",")
        if not 2 <= len(names) <= MOST_CLASSES or not all(
            0 < len(one.strip()) <= LONGEST_NAME for one in names
        ):
            raise refusal("2 to {most} names are needed, with commas between", most=MOST_CLASSES)
        if len({one.strip().casefold() for one in names}) < len(names):
            raise refusal("each class needs a name of its own")
        return text

    def text(self, name: str, value: Any) -> str:
        """Return how a link says one of them."""
        return str(value)

    def preprocess(self, payload: Any) -> dict[str, str]:
        """Return the value, with the defaults for what is none."""
        sent = payload if isinstance(payload, dict) else {}
        value = dict(DEFAULTS)
        for name in DEFAULTS:
            if isinstance(sent.get(name), str):
                try:
                    value[name] = self.check(name, sent[name])
                except ValueError:
                    continue
        return value

    def postprocess(self, value: Mapping[str, str] | None) -> dict[str, str]:
        """Return the value as it is."""
        return dict(DEFAULTS if value is None else value)

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "object"}
