"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.filters.kernels import kernel
from demos.filters.lesson import convolve
from demos.filters.samples import picture_of
from demos.frame.miniature import Cells, Layer

SIDE = 14


def miniature() -> list[Layer]:
    """Return a picture, and the edges that a filter finds in it, row by row."""
    import torch

    grey = torch.tensor(picture_of("shapes", 64).grey, dtype=torch.float32)[None, None]
    small = torch.nn.functional.adaptive_avg_pool2d(grey, SIDE) / 255
    weight = torch.tensor(kernel("sobel_x")).view(1, 1, 3, 3)
    edges = convolve(small, weight, "reflect")[0, 0]
    edges = (edges / edges.abs().max()).tolist()
    ink = 0.85 * (small - small.min()) / (small.max() - small.min())
    left, right = (0.0, 0.48), (0.52, 1.0)
    frames = [[*edges[:row], *[[0.0] * SIDE] * (SIDE - row)] for row in range(0, SIDE + 1, 2)]
    return [Cells([ink[0, 0].tolist()], -1, left), Cells(frames, 0, right)]
