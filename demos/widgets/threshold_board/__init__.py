"""When to say yes: what each threshold does, repainted by the browser while it is dragged.

    board = ThresholdBoard()                       among the controls of a chapter: links hold it
    at_once([…], handler, […], board)              the handler returns a dict:

    {
        "scores": [0.93, 0.12, …],                 of each example: probabilities, or any numbers
        "labels": [1, 0, …],                       1 for yes, 0 for no
        "yes": _("ill"), "no": _("healthy"),       what the two are called
        "groups": {"sex": ["F", "M", …]},          optional: of each example, the group it is of
        "rows": {"age": [40, 49, …], …},           optional: what a click on a cell opens
        "temperature": 1.2,                        optional: found on other examples than these
        "note": _("184 patients it has not seen"), optional: said above
        "names": {"F": _("women"), …},             optional: how groups, columns and texts are said
    }

Everything follows from the scores, in the browser: the histogram of both classes with a threshold
to drag, the confusion matrix and its rates, ROC and precision-recall with the point that moves
along, what the errors cost and where that is least, groups, and how much the probabilities can be
trusted. The server is asked nothing. `demos.pictures.threshold` computes the same for programs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from demos.frame.knobs import Choice, Knobs, Number, Text
from demos.frame.tables import short
from demos.frame.texts import N_
from demos.widgets.widget import Widget
from models.sentences import refusal

PARTS = ("threshold", "curves", "costs", "groups", "calibration")
# What of it a link says. The scores may be any numbers, hence any threshold.
KNOBS = Knobs(
    threshold=Number(-1e6, 1e6, 0.5, N_("threshold"), slider=False),
    miss=Number(0, 1000, 1, N_("a miss costs"), slider=False),
    alarm=Number(0, 1000, 1, N_("a false alarm costs"), slider=False),
    cell=Choice(["none", "tp", "fp", "fn", "tn"], "none", N_("rows of the cell")),
    group=Text("", N_("groups by"), most=60),
    rule=Choice(
        {
            "same": N_("one threshold for all"),
            "opportunity": N_("equal sensitivity"),
            "cheapest": N_("cheapest in each group"),
        },
        "same",
        N_("rule"),
    ),
    temperature=Number(0.1, 10, 1, N_("temperature T"), log=True),
)


class ThresholdBoard(Widget):
    """Scores, a threshold, and what follows; for its value see the module.

    Events: `expand` when it is on the page and wants scores; `input` when the visitor has changed
    the threshold or another of its settings, which no server need hear of.
    """

    def __init__(
        self,
        *,
        parts: Mapping[str, Sequence[str]] | Sequence[str] = ("threshold", "curves", "costs"),
        **kwargs: Any,
    ) -> None:
        """Lay out the board.

        Args:
            parts: which of `PARTS` there are, top to bottom; or part → the topics of the chapter
                with which it is shown.
            **kwargs: passed on to `gr.HTML`.
        """
        topics = parts if isinstance(parts, Mapping) else {part: () for part in parts}
        if not topics or not set(topics) <= set(PARTS):
            raise ValueError(f"parts must be some of {PARTS}")
        classes = {
            part: " ".join(f"in-topic-{topic}" for topic in shown) for part, shown in topics.items()
        }
        super().__init__(value=KNOBS.defaults(), page={"parts": classes, "knobs": KNOBS}, **kwargs)

    @property
    def parameters(self) -> list[str]:
        """The names of what links may say."""
        return list(KNOBS)

    def check(self, name: str, text: str) -> Any:
        """Turn a link's text into the value of one of them.

        Raises:
            ValueError: saying what it allows.
        """
        return KNOBS[name].parse(text)

    def text(self, name: str, value: Any) -> str:
        """Return how a link says one of them."""
        return KNOBS[name].text(KNOBS[name].check(value))

    def refusal(self, sentence: str) -> dict[str, str]:
        """Return the value that says why there are no scores."""
        return {"trouble": sentence}

    def preprocess(self, payload: Any) -> dict[str, Any]:
        """Return the settings, with the defaults for what is none."""
        try:
            return KNOBS.check({name: payload[name] for name in KNOBS if name in payload})
        except (ValueError, TypeError):
            return KNOBS.defaults()

    def postprocess(self, value: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Turn scores into what the page reads; settings stay as they are."""
        if value is None or "scores" not in value:
            return None if value is None else dict(value)
        return {"judged": judged(**value)}

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "object"}


def judged(
    scores: Sequence[float],
    labels: Sequence[int],
    yes: str = "1",
    no: str = "0",
    groups: Mapping[str, Sequence[str]] | None = None,
    rows: Mapping[str, Sequence[Any]] | None = None,
    temperature: float | None = None,
    note: str = "",
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what the page reads; the arguments are the keys of the value, see the module.

    Raises:
        ValueError: if a list is shorter than the scores, or there is a score that is no number.
    """
    scores, labels = [float(score) for score in scores], [int(label) for label in labels]
    columns = [labels, *(groups or {}).values(), *(rows or {}).values()]
    if any(len(column) != len(scores) for column in columns):
        raise refusal("Scores, labels, groups and rows must be equally many.")
    if not all(map(math.isfinite, scores)) or not set(labels) <= {0, 1}:
        raise refusal("Scores must be finite numbers, and labels 0 or 1.")
    return {
        "scores": [float(f"{score:.9g}") for score in scores],
        "labels": labels,
        "yes": yes,
        "no": no,
        "groups": {str(name): [str(one) for one in of] for name, of in (groups or {}).items()},
        "rows": {str(name): [short(one) for one in of] for name, of in (rows or {}).items()},
        "temperature": temperature,
        "note": note,
        "names": dict(names or {}),
    }
