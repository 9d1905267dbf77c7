"""Photos of a visitor's own, each sorted with one tap, and what the network says of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import gradio as gr

from demos.frame.texts import N_, _
from demos.widgets.widget import Widget

MOST = 60  # photos
AT_ONCE = 2  # photos in one request
MAX_LENGTH = 5_000_000  # of what a page sends [characters]
UNTOLD = 2  # from here on an answer is no class: it cannot tell, or does not take the photo


class PhotoExam(Widget):
    """Photos that stay in the browser, sorted by hand and answered two by two.

    Event: `input`; the value is then a dict with `ask`, [(id, data URL), …] of at most two photos,
    and `known`, [(class in truth, share, class that was said), …] of all that are sorted and
    answered: three numbers, no pictures. The share is None where there is none. What a handler
    returns is a list of answers: dicts with `id`, `said`, `share` and `text`.
    """

    def __init__(
        self,
        labels: Sequence[tuple[int, str]],
        *,
        hint: str = N_("Choose photos that you know the truth of."),
        side: int = 512,
        **kwargs: Any,
    ) -> None:
        """Lay out the photos.

        Args:
            labels: the classes, as (number, text), in the order of their buttons.
            hint: what stands there until photos are chosen.
            side: longest side of what is sent [px].
            **kwargs: passed on to `gr.HTML`.
        """
        self.classes = [number for number, _text in labels]
        super().__init__(
            value=None,
            labels=[list(label) for label in labels],
            hint=_(hint),
            side=side,
            most=MOST,
            **kwargs,
        )

    def refusal(self, sentence: str) -> dict[str, str]:
        """Return the value that says why there is no answer."""
        return {"trouble": sentence}

    def preprocess(self, payload: Any) -> dict[str, list]:
        """Return what a page sent, checked: anyone can call the API.

        Raises:
            gr.Error: if it is anything else.
        """
        wrong = gr.Error(_("This is not what the page sends."), print_exception=False)
        if not isinstance(payload, str) or len(payload) > MAX_LENGTH:
            raise wrong
        try:
            sent = json.loads(payload)
            ask = [(number, url) for number, url in sent["ask"]]
            known = [(truth, share, said) for truth, share, said in sent["known"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise wrong from None
        fits = (
            len(ask) <= AT_ONCE
            and len(known) <= MOST
            and all(type(number) is int and isinstance(url, str) for number, url in ask)
            and all(
                type(truth) is int
                and truth in self.classes
                and type(said) is int
                and 0 <= said <= UNTOLD + 1
                and (share is None or (type(share) in (int, float) and 0 <= share <= 1))
                and (said >= UNTOLD or share is not None)
                for truth, share, said in known
            )
        )
        if not fits:
            raise wrong
        return {"ask": ask, "known": known}

    def postprocess(self, value: list[dict] | dict | None) -> str | None:
        """Turn answers into JSON text."""
        if value is None:
            return None
        whole = value if isinstance(value, dict) else {"answers": value}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "string"}
