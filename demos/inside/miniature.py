"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Cells, Layer, sampled
from demos.inside.answers import network_of
from demos.inside.lesson import walk
from demos.inside.samples import seen

SIDE = 7  # of a map
MAPS = 6
GAP = 1


def miniature() -> list[Layer]:
    """Return a piece of clothing, and what layer after layer makes of it."""
    import torch

    model = network_of("fashion")
    x = seen(model, "ankle-boot")
    small = torch.nn.functional.adaptive_avg_pool2d(x, 14)[0, 0].tolist()
    frames = []
    with torch.inference_mode():
        for _name, kind, maps in walk(model, x):
            if kind in ("conv", "sum") and min(maps.shape[2:]) >= SIDE:
                frames.append(_sheet(torch.nn.functional.adaptive_avg_pool2d(maps, SIDE)[0]))
    return [Cells([small], -1, (0.0, 0.3)), Cells(sampled(frames, 4), 2, (0.33, 1.0))]


def _sheet(maps) -> list[list[float]]:
    """Lay the liveliest maps beside and below each other."""
    import torch

    # In their order, so that rounding exchanges none.
    best = maps.flatten(1).std(1).topk(MAPS).indices.sort().values
    across, down = 3, 2
    sheet = torch.zeros(down * (SIDE + GAP) - GAP, across * (SIDE + GAP) - GAP)
    for number, one in enumerate(maps[best]):
        row, column = divmod(number, across)
        low, high = one.min(), one.max()
        y, x = row * (SIDE + GAP), column * (SIDE + GAP)
        sheet[y : y + SIDE, x : x + SIDE] = 0.06 + 0.94 * (one - low) / (high - low)
    return sheet.tolist()
