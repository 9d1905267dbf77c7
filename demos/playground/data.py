"""The playground's points: six made-up data sets, and the student's own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from demos.frame.knobs import Choice, Knobs, Number, takes
from demos.frame.texts import _
from models.sentences import refusal

KINDS = ["circle", "xor", "gaussians", "spiral", "moons", "exam", "own"]
EXTENT = 6.0  # points lie in [−6, 6] × [−6, 6]
MAX_POINTS = 1000


KNOBS = Knobs(
    kind=Choice(KINDS, "circle"),
    noise=Number(0, 0.5, 0),
    train_share=Number(0.1, 0.9, 0.5),
    seed=Number(0, 2**31 - 1, 0, whole=True),
    count=Number(4, MAX_POINTS, 500, whole=True),
)


@takes(KNOBS)
def make(kind, noise, train_share, seed, count, points: Sequence[dict] | None = None) -> dict:
    """Draw a data set with two classes and split it into training and test points.

    Args:
        kind: one of KINDS. The first four are those of the TensorFlow Playground, moons that of
            scikit-learn, exam made-up scores of two exams → admitted; own takes `points`.
        noise: 0 to 0.5, how far the points stray (own: ignored).
        train_share: 0.1 to 0.9, the share of the points to train on. Each part gets one at least,
            and where there are three or more points, training gets some of both classes.
        seed: of noise, places and split.
        count: how many points, 4 to MAX_POINTS (own: ignored).
        points: for kind "own": 2 to MAX_POINTS dicts with x and y in [−6, 6] and label 0 or 1.

    Returns:
        points: a list of dicts: x, y in [−6, 6]; label 0 or 1; split "train" or "test".
        axes: for x and y a dict: name, centre, half; the raw value is centre + half·x/6.
        classes: the names of label 0 and label 1.

    Raises:
        ValueError: naming the argument that is out of range.
    """
    import torch

    axes = [{"name": name, "centre": 0.0, "half": EXTENT} for name in ("x", "y")]
    classes = [_("orange"), _("blue")]
    if kind == "own":
        own = check_points(points)
        xy = torch.tensor([[p["x"], p["y"]] for p in own], dtype=torch.float64)
        label = torch.tensor([p["label"] for p in own])
        chance = torch.Generator().manual_seed(seed)
    else:
        chance = torch.Generator().manual_seed(seed)
        xy, label = draw(kind, noise, count, chance)
        if kind == "exam":
            axes = [
                {"name": name, "centre": 50.0, "half": 50.0}
                for name in (_("first exam [points]"), _("second exam [points]"))
            ]
            classes = [_("refused"), _("admitted")]
    order = torch.randperm(len(xy), generator=chance).tolist()
    labels = label.tolist()
    count = max(1, min(len(xy) - 1, round(train_share * len(xy))))
    chosen = set(order[:count])
    if kind == "own" or len({labels[index] for index in chosen}) < len(set(labels)):
        chosen = _of_both(order, labels, count)
    split = ["train" if index in chosen else "test" for index in range(len(xy))]
    rows = zip(xy.clamp(-EXTENT, EXTENT).tolist(), label.tolist(), split, strict=True)
    return {
        "points": [
            {"x": round(x, 4), "y": round(y, 4), "label": int(label), "split": part}
            for (x, y), label, part in rows
        ],
        "axes": axes,
        "classes": classes,
    }


def _of_both(order: Sequence[int], labels: Sequence[int], count: int) -> set[int]:
    """Choose about `count` points to train on, of each class its share, and one at least.

    Of two points one stays for the test.
    """
    if len(order) < 3:
        return set(order[:count])
    zeros, ones = ([index for index in order if labels[index] == one] for one in (0, 1))
    some = max(1, round(count * len(zeros) / len(order))) if zeros else 0
    chosen = {*zeros[:some], *ones[: max(1, count - some)]}
    # Something is left to test with: of the class that can spare it.
    if len(chosen) == len(order):
        chosen.remove(next(i for i in reversed(order) if labels.count(labels[i]) > 1))
    return chosen


def draw(kind: str, noise: float, count: int, chance: Any) -> tuple:
    """Draw the places `(N, 2)` and labels `(N,)` of a made-up data set from a torch.Generator."""
    import torch

    def uniform(*shape):
        return torch.rand(*shape, generator=chance, dtype=torch.float64)

    def normal(*shape):
        return torch.randn(*shape, generator=chance, dtype=torch.float64)

    half = count // 2
    label = (torch.arange(count) >= half).long()
    if kind == "circle":  # a disc of radius 2.5 inside a ring from 3.5 to 5
        radius = torch.where(label == 1, 2.5 * uniform(count), 3.5 + 1.5 * uniform(count))
        angle = 2 * math.pi * uniform(count)
        xy = torch.stack([radius * angle.sin(), radius * angle.cos()], 1)
        stray = 10 * noise * (uniform(count, 2) - 0.5)
        # As in the TensorFlow Playground, noise mixes the labels at the border of both.
        label = ((xy + stray).norm(dim=1) < 2.5).long() if noise else label
    elif kind == "xor":  # blue where x and y have the same sign; 0.3 apart from the axes
        xy = 10 * uniform(count, 2) - 5
        xy = xy + 0.3 * xy.sign()
        stray = 10 * noise * (uniform(count, 2) - 0.5)
        label = ((xy + stray).prod(1) >= 0).long()
    elif kind == "gaussians":  # around (−2, −2) and (2, 2); the variance grows from 0.5 to 4
        centre = torch.where(label == 1, 2.0, -2.0)[:, None].double()
        xy = centre + math.sqrt(0.5 + 7 * noise) * normal(count, 2)
    elif kind == "spiral":  # two arms of 1¾ turns
        index = torch.where(label == 1, torch.arange(count) - half, torch.arange(count))
        share = index / torch.where(label == 1, count - half, half)
        angle = 1.75 * share * 2 * math.pi + math.pi * label
        xy = 5 * share[:, None] * torch.stack([angle.sin(), angle.cos()], 1)
        xy = xy + 2 * noise * (uniform(count, 2) - 0.5) * 2
    elif kind == "moons":  # two half circles, as sklearn.datasets.make_moons, times 3.2
        angle = math.pi * uniform(count)
        upper = torch.stack([angle.cos(), angle.sin()], 1)
        lower = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], 1)
        moons = torch.where(label[:, None] == 1, lower, upper) + noise * normal(count, 2)
        xy = 3.2 * (moons - torch.tensor([0.5, 0.25], dtype=torch.float64))
    else:  # exam: admitted if the weighted mean of two scores, give or take, is above 62 points
        score = 25 + 75 * uniform(count, 2)
        mean = (
            0.6 * score[:, 0]
            + 0.4 * score[:, 1]
            + 3 * normal(count)
            + 40 * noise * (uniform(count) - 0.5)
        )
        label = (mean > 62).long()
        xy = EXTENT * (score - 50) / 50
    return xy, label


def check_points(points: Any, least: int = 2) -> list[dict]:
    """Return own points as dicts of x, y, label.

    Raises:
        ValueError: naming the first point that is wrong.
    """
    if not isinstance(points, (list, tuple)) or not least <= len(points) <= MAX_POINTS:
        raise refusal(
            "points must be a list of {least} to {most} points.", least=least, most=MAX_POINTS
        )
    checked = []
    for number, point in enumerate(points, 1):
        if not isinstance(point, dict):
            raise refusal("points: number {number} must have x, y and label.", number=number)
        x, y, label = point.get("x"), point.get("y"), point.get("label")
        for value in (x, y):
            good = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not good or not -EXTENT <= value <= EXTENT:
                raise refusal(
                    "points: x and y of number {number} must lie between −6 and 6.", number=number
                )
        if isinstance(label, bool) or label not in (0, 1):
            raise refusal("points: the label of number {number} must be 0 or 1.", number=number)
        checked.append({"x": float(x), "y": float(y), "label": int(label)})
    return checked
