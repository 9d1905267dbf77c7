"""One verdict in large letters, with the shares of the classes and what was noticed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from demos.widgets.widget import Widget


@dataclass(frozen=True)
class Answer:
    """What a `Verdict` shows.

    Attributes:
        title: the verdict in a few words.
        tone: "waiting", "answer", "unsure", "refused", or "trouble" for what went wrong.
        detail: a sentence under it.
        bars: a share for each label, 0 to 1; None without.
        notes: sentences that must not be overlooked.
        small: a sentence in small letters.
        mark: of the photo that is answered, see `PhotoDrop`.
        overlay: data URL of what is laid over that photo, "" for nothing.
    """

    title: str
    tone: str = "answer"
    detail: str = ""
    bars: Sequence[float] | None = None
    notes: Sequence[str] = ()
    small: str = ""
    mark: str = ""
    overlay: str = ""

    def marked(self, mark: str) -> Answer:
        """Return the same answer, to the photo of this mark."""
        return replace(self, mark=mark)


class Verdict(Widget):
    """A verdict; its value is an `Answer`."""

    def __init__(
        self,
        labels: Sequence[str] = (),
        *,
        note: str = "",
        warning: str = "",
        value: Answer | None = None,
        **kwargs: Any,
    ) -> None:
        """Lay out the verdict.

        Args:
            labels: the classes, top to bottom.
            note: what stands there until the first answer.
            warning: a sentence that always stands under it.
            value: what to show first.
            **kwargs: passed on to `gr.HTML`.
        """
        super().__init__(
            value=value,
            labels=list(labels),
            note=note,
            warning=warning,
            **kwargs,
        )

    def refusal(self, sentence: str) -> Answer:
        """Return the value that says why there is no verdict."""
        return Answer(sentence, tone="trouble")

    def postprocess(self, value: Answer | None) -> str | None:
        """Turn the answer into JSON text: Gradio compares and copies text fastest."""
        if value is None:
            return None
        return json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
