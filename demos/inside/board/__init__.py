"""The pictures of all topics as one component; it asks the chapter's endpoints itself.

Photos and the camera's pictures stay in the visitor's browser. Its scripts are the modules of this
folder, of which board.js is the first.
"""

from __future__ import annotations

from typing import Any

from demos.widgets.widget import Widget


class Board(Widget):
    """A network from inside. Events: `expand` when it is on the page and wants the settings."""

    def __init__(self, **kwargs: Any) -> None:
        """Lay out the page; `kwargs` are passed on to `gr.HTML`."""
        super().__init__(value="", **kwargs)
