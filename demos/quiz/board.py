"""The board of a quiz: chooses, asks, marks and counts, all in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demos.frame.knobs import Knobs
from demos.frame.quiz import SEEDS
from demos.frame.server import files
from demos.widgets.live_chart import VEGA
from demos.widgets.panel import Settings

Menu = Sequence[tuple[str, Sequence[tuple[str, str, Sequence[str]]]]]


class QuizBoard(Settings):
    """The board of a quiz. Its value says which questions are asked, and with which seed."""

    def __init__(self, knobs: Knobs, menu: Menu, **kwargs: Any) -> None:
        """Lay out the board.

        Args:
            knobs: `questions` and `seed`.
            menu: parts of the course: name, and of each chapter the slug, the title and the names
                of its questions.
            **kwargs: passed on to `gr.HTML`.
        """
        super().__init__(
            knobs,
            menu=[[part, [[*one] for one in chapters]] for part, chapters in menu],
            questions=files.address("quiz/{slug}.{language}.json"),
            seeds=SEEDS,
            bundle=VEGA,
            **kwargs,
        )
