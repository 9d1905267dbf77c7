"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Dots, Layer, Line, Point, scaled
from demos.teach.answers import backbone
from demos.teach.lesson import described
from demos.teach.scenes import SEA, photos_of

PHOTOS = 8  # of each class
COLOURS = [2, 3]
EDGES = 1.15  # of the picture, in shares of the farthest photo


def miniature() -> list[Layer]:
    """Return photos as two of their numbers: with each pair more the head draws a line anew."""
    import torch

    from models.teach import TeachHead, fit

    x, y = described(backbone(), photos_of(SEA, PHOTOS))
    x = x - x.mean(0)
    _left, _sizes, axes = torch.linalg.svd(x, full_matrices=False)
    places = x @ axes[:2].T
    places = places / places.abs().amax(0)
    # Which way an axis points is left open: the first photo lies right, and above.
    places = places * places[0].sign()

    def line(photos: int) -> list[Point]:
        """Return where a head that was trained on so many photos of each class finds both alike."""
        known = torch.cat([(y == kind).nonzero()[:photos, 0] for kind in (0, 1)])
        head = TeachHead(["0", "1"], features=2)
        for _step in fit(head, places[known], y[known], steps=20):
            pass
        weight = head.layers.weight.detach()
        a, b = ((weight[1] - weight[0]) / head.std).tolist()
        bias = (head.layers.bias[1] - head.layers.bias[0]).item()
        c = bias - a * head.mean[0].item() - b * head.mean[1].item()
        return _across(a, b, c)

    def shown(points: list[list[float]]) -> list[Point]:
        across, up = zip(*points, strict=True)
        return list(zip(scaled(across, -EDGES, EDGES), scaled(up, -EDGES, EDGES), strict=True))

    lines, dots, colours = [], [], []
    for photos in range(1, PHOTOS + 1):
        known = [i for kind in (0, 1) for i in (y == kind).nonzero()[:photos, 0].tolist()]
        dots.append(shown(places[known].tolist()))
        colours.append([COLOURS[y[i]] for i in known])
        lines.append(line(photos) if photos > 1 else [])
    return [Line(lines, 0, 4), Dots(dots, colours, 5.5)]


def _across(a: float, b: float, c: float) -> list[Point]:
    """Return the ends of the line a·x + b·y + c = 0 within the picture."""
    ends = []
    for at in (-EDGES, EDGES):
        if b and abs(y := -(a * at + c) / b) <= EDGES:
            ends.append((at, y))
        if a and abs(x := -(b * at + c) / a) <= EDGES:
            ends.append((x, at))
    return [((x / EDGES + 1) / 2, (y / EDGES + 1) / 2) for x, y in ends[:2]]
