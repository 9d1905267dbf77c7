"""The board of the course map: parts, chapters, and what this visitor has done of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from demos.frame.server import files
from demos.widgets.widget import Widget

PICTURES = Path(__file__).parent / "pictures.json"


class CourseMap(Widget):
    """The board of the course map; what is done is known to the browser alone."""

    def __init__(
        self, parts: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], **kwargs: Any
    ) -> None:
        """Lay out the map.

        Args:
            parts: of the course: name, and of each chapter "slug", "title", "question", "minutes",
                "builds_on" (titles), "tasks" and "questions" (how many).
            **kwargs: passed on to `gr.HTML`.
        """
        super().__init__(
            page={"parts": parts},
            # Not within the page: the map is there before its pictures are.
            pictures=files.make("course/pictures.json", lambda language: PICTURES.read_text()),
            **kwargs,
        )
