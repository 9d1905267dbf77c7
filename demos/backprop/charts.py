"""The chart of the graph. Imported only to draw it anew, since Altair takes its time."""

from __future__ import annotations

from demos.frame.texts import _
from demos.pictures.graph import graph
from demos.widgets.live_chart import Panel


def panels() -> list[Panel]:
    """Return the graph."""
    return [
        graph(
            _(
                "The computational graph from the inputs on the left to the result on the right; "
                "the table holds its numbers."
            )
        )
    ]
