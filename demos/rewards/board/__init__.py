"""The grid world: a student builds it, and sees the agent learn in it; see board.js."""

from __future__ import annotations

from typing import Any

from demos.rewards.worlds import COLUMNS, REWARDS, ROWS
from demos.widgets.widget import Widget


class Board(Widget):
    """A grid world that follows the chart of its chapter, and whose cells can be changed.

    Its value is JSON: the cells, γ and the exact Q of the world. It raises `expand`
    when it is on the page; what a visitor puts there becomes the knob `world`.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Lay out the cells; `kwargs` are passed on to `gr.HTML`."""
        super().__init__(value="", page={"rows": ROWS, "columns": COLUMNS, **REWARDS}, **kwargs)
