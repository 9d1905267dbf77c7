"""The page of the spam chapter as one component: a message, and what becomes of it.

The page asks the chapter's endpoints itself, as a program would: one question at a time, the newest
text wins. Its value holds what links may say: the message. Its scripts are the modules of this
folder, of which board.js is the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demos.frame.texts import N_, _
from demos.spam.answers import MOST, MOST_CHARACTERS, SOURCE
from demos.spam.knobs import KINDS, LAYERS, LONGEST
from demos.widgets.widget import Widget
from models.messages import EXAMPLES, LANGUAGES
from models.sentences import Count, refusal

DEFAULTS = {"message": EXAMPLES[0].en}
RULES = {
    "digit": N_("has a digit"),
    "capitals": N_("has a word in CAPITALS"),
    "money": N_("has £, $ or €"),
    "address": N_("has an address of the web"),
    "call": N_("says call, text or ring"),
    "free": N_("says free, win or prize"),
    "long": N_("has 100 characters or more"),
    "exclamation": N_("has a “!”"),
}


class Board(Widget):
    """A message, and what three neurons make of it.

    Events: `expand` when it is on the page and wants the settings; `input` when the message has
    changed, which no server need hear of.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Lay out the page; `kwargs` are passed on to `gr.HTML`."""
        super().__init__(
            value=dict(DEFAULTS),
            page={"kinds": KINDS, "longest": LONGEST, "layers": range(1, LAYERS + 1)},
            source=SOURCE,
            limits={"message": LONGEST, "batch": MOST, "characters": MOST_CHARACTERS},
            kinds={kind: _(name) for kind, name in KINDS.items()},
            rules={name: _(title) for name, title in RULES.items()},
            examples=[
                {
                    "era": one.era,
                    "spam": one.spam,
                    **{language: getattr(one, language) for language in LANGUAGES},
                }
                for one in EXAMPLES
            ],
            **kwargs,
        )

    @property
    def parameters(self) -> list[str]:
        """The names of what links may say."""
        return list(DEFAULTS)

    def check(self, name: str, text: str) -> str:
        """Return what a link says of the message.

        Raises:
            ValueError: if it is too long.
        """
        if len(text) > LONGEST:
            raise refusal("at most {most} characters are read", most=Count(LONGEST))
        return text

    def text(self, name: str, value: Any) -> str:
        """Return how a link says the message."""
        return self.check(name, str(value))

    def preprocess(self, payload: Any) -> dict[str, str]:
        """Return the value, with the default for what is none."""
        message = payload.get("message") if isinstance(payload, dict) else None
        good = isinstance(message, str) and len(message) <= LONGEST
        return {"message": message} if good else dict(DEFAULTS)

    def postprocess(self, value: Mapping[str, str] | None) -> dict[str, str]:
        """Return the value as it is."""
        return dict(DEFAULTS if value is None else value)

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "object"}
