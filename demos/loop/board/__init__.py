"""The pipeline of a step: it follows the chart of the same chapter, see board.js."""

from __future__ import annotations

from typing import Any

from demos.widgets.widget import Widget


class Board(Widget):
    """Dataset → DataLoader → batch → forward → loss → backward → step, of the step that is shown.

    Its value are the settings, which the page hands on; see `loop/__init__.py`.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Lay out the page; `kwargs` are passed on to `gr.HTML`."""
        super().__init__(value="", **kwargs)
