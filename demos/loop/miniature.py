"""The picture of the chapter on the course map."""

from __future__ import annotations

import inspect

from demos.frame.miniature import Bars, Layer, Line, sampled, scaled
from demos.loop.knobs import KNOBS
from demos.loop.lesson import train

EPOCHS = 4


def miniature() -> list[Layer]:
    """Return the loss of batch after batch, and the line of what they come to."""
    names = inspect.signature(train).parameters
    usual = {name: value for name, value in KNOBS.defaults().items() if name in names}
    given = {"batch_size": 128, "learning_rate": 0.5, "epochs": EPOCHS, "patience": 0}
    rows = [row for row in train(**(usual | given)) if row["loss"] is not None]
    losses = [row["loss"] for row in rows]
    heights = scaled(losses, 0, max(losses) * 1.02)
    smooth, line = heights[0], []
    for number, one in enumerate(heights):
        smooth = 0.75 * smooth + 0.25 * one
        line.append(((number + 0.5) / len(heights), smooth))
    ends = sampled(range(1, len(heights) + 1), 14)
    bars = [heights[:end] + [0.0] * (len(heights) - end) for end in ends]
    return [Bars(bars, 5), Line([line[:end] for end in ends], 1)]
