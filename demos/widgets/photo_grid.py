"""Small photos in a grid, each with a line of text; repainted as fast as they arrive."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from demos.widgets.widget import Widget


@dataclass(frozen=True)
class Photos:
    """What a `PhotoGrid` shows.

    Attributes:
        pictures: data URL, text and whether it stands out; None keeps those that are shown.
        caption: a sentence above them.
        trouble: whether the caption says what went wrong.
    """

    pictures: Sequence[tuple[str, str, bool]] | None
    caption: str = ""
    trouble: bool = False


class PhotoGrid(Widget):
    """Photos in three columns; its value is a `Photos`."""

    def __init__(self, *, value: Photos | None = None, **kwargs: Any) -> None:
        """Lay out the grid; `kwargs` are passed on to `gr.HTML`."""
        super().__init__(
            value=value,
            **kwargs,
        )

    def refusal(self, sentence: str) -> Photos:
        """Return the value that keeps the photos and says why there are no new ones."""
        return Photos(None, sentence, trouble=True)

    def postprocess(self, value: Photos | None) -> str | None:
        """Turn the photos into JSON text: Gradio compares and copies text fastest."""
        return None if value is None else json.dumps(vars(value), separators=(",", ":"))
