"""Points in the plane with labels: drawn, or a student's own."""

from __future__ import annotations

import math

from demos.rewards.knobs import LABELS, MOST_POINTS
from models.sentences import refusal

X_MOST, Y_MOST = 1.4, 1.0


def drawn(shape: str, n: int, seed: int):
    """Draw points, and the labels that k-means never sees.

    Args:
        shape: how they lie.
        n: how many.
        seed: of the chance.

    Returns:
        Points `(n, 2)` and labels `(n,)`.
    """
    import torch

    chance = torch.Generator().manual_seed(seed)
    label = torch.arange(n) % (2 if shape in ("rings", "moons") else 3)
    noise = torch.randn(n, 2, generator=chance, dtype=torch.float64)
    share = torch.rand(n, generator=chance, dtype=torch.float64)
    if shape == "groups":
        middle = torch.tensor([[-0.75, -0.4], [0.75, -0.35], [0.0, 0.5]]).double()[label]
        x = middle + 0.18 * noise
    elif shape == "stretched":
        along = torch.tensor([0.94, 0.34]).double() * (2 * share - 1)[:, None]
        across = torch.tensor([-0.34, 0.94]).double() * (label - 1)[:, None] * 0.45
        x = along * 1.1 + across + 0.05 * noise
    elif shape == "uneven":
        label = torch.where(torch.arange(n) % 6 == 0, 1, 0) + 2 * (torch.arange(n) % 6 == 3)
        middle = torch.tensor([[-0.4, 0.0], [0.95, 0.45], [0.95, -0.45]]).double()[label]
        x = middle + torch.tensor([0.36, 0.07, 0.07]).double()[label][:, None] * noise
    elif shape == "rings":
        radius = torch.tensor([0.25, 0.85]).double()[label] + 0.05 * noise[:, 0]
        turn = 2 * math.pi * share
        x = radius[:, None] * torch.stack([turn.cos(), turn.sin()], 1)
    elif shape == "moons":
        turn = math.pi * share
        side = 1.0 - 2 * label
        x = torch.stack([side * (turn.cos() * 0.75 - 0.35), side * (turn.sin() * 0.85 - 0.3)], 1)
        x = x + 0.07 * noise
    else:
        other = torch.rand(n, generator=chance, dtype=torch.float64)
        x = torch.stack([2.4 * share - 1.2, 1.8 * other - 0.9], 1)
        label = (0.6 * x[:, 0] + x[:, 1] > 0).long()  # a label may be where no group is
    limit = torch.tensor([X_MOST, Y_MOST]).double()
    order = torch.randperm(n, generator=chance)
    return x.clamp(-limit, limit)[order], label[order]


def own_points(text: str) -> list[tuple[float, float, str]]:
    """Read points of one's own, "x y label, x y label"; without a label it is a.

    Raises:
        ValueError: in a sentence, if they are none.
    """
    points = []
    for item in filter(str.strip, text.split(",")):
        x, y, label = _numbers(item.split())
        if label not in LABELS or len(label) != 1:
            raise refusal("A label is one letter from a to f.")
        points.append((x, y, label))
    if not 2 <= len(points) <= MOST_POINTS:
        raise refusal("From 2 to {most} points are needed.", most=MOST_POINTS)
    return points


def own_centres(text: str, k: int) -> list[tuple[float, float]]:
    """Read up to k places to start from, "x y, x y".

    Raises:
        ValueError: in a sentence, if they are none.
    """
    found = [_numbers(item.split())[:2] for item in filter(str.strip, text.split(","))]
    return [(x, y) for x, y in found[:k]]


def _numbers(parts: list[str]) -> tuple[float, float, str]:
    try:
        x, y = map(float, parts[:2])
        (label,) = parts[2:] or ["a"]
    except ValueError:
        raise refusal("A point is two numbers and a label, such as 0.25 −1 b.") from None
    if not (abs(x) <= X_MOST and abs(y) <= Y_MOST):
        raise refusal("x must lie between −1.4 and 1.4, y between −1 and 1.")
    return x, y, label


def points_of(shape: str, points: str, n: int, seed: int):
    """Return the points of a picture, `(n, 2)`, and their labels `(n,)`, drawn or one's own."""
    import torch

    if shape != "own" or not points.strip():
        return drawn("groups" if shape == "own" else shape, n, seed)
    own = own_points(points)
    x = torch.tensor([(x, y) for x, y, _label in own], dtype=torch.float64)
    return x, torch.tensor([LABELS.index(label) for _x, _y, label in own])
