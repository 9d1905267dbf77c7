"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Cells, Layer
from demos.sequences.lesson import trained_net, unseen, watched

STEPS, UNITS = 16, 8


def miniature() -> list[Layer]:
    """Return the hidden state of a network that keeps a letter, step by step."""
    import torch

    net, _right = trained_net("first", "lstm", STEPS, "end", UNITS, 1, 4.0, 40, 0.01, 0)
    x, y = unseen("first", STEPS)
    with torch.no_grad():
        states = watched(net, "first", x[:1], y[:1])[0]
    states = (states / states.abs().max()).T.tolist()
    ends = range(2, STEPS + 1, 2)
    frames = [[[*row[:step], *[0.0] * (STEPS - step)] for row in states] for step in ends]
    return [Cells(frames, 4)]
