"""The playground's points: six made-up data sets, the student's own, and CSV files."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from typing import Any

from demos.frame.knobs import Choice, Knobs, Number, takes
from demos.frame.texts import _
from models.sentences import refusal

KINDS = ["circle", "xor", "gaussians", "spiral", "moons", "exam", "own"]
EXTENT = 6.0  # points lie in [−6, 6] × [−6, 6]
MAX_POINTS = 1000
MAX_CSV_CHARACTERS = 100_000


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


def from_csv(text: str) -> dict:
    """Read points from a CSV with two features and a label per row.

    Comma, semicolon, tab or blanks between the columns; a first row of names is optional; decimal
    commas are read where the columns are apart by something else. The label may be any two
    different texts: 0 and 1, −1 and 1, no and yes, …; the one that sorts first becomes 0.

    Args:
        text: at most MAX_CSV_CHARACTERS, 2 to MAX_POINTS rows.

    Returns:
        points: a list of dicts x, y, label for `make("own", points=…)`. Features are centred and
            scaled to [−5, 5]; those that already lie in [−6, 6] both stay as they are.
        axes, classes: as `make` returns them: how to get back to raw values and names.
        note: one sentence that says what was read.

    Raises:
        ValueError: naming the row and column that is wrong.
    """
    if not isinstance(text, str) or not text.strip():
        raise refusal("text must be a CSV with two features and a label per row.")
    if len(text) > MAX_CSV_CHARACTERS:
        raise refusal("text must have at most {most} characters.", most=MAX_CSV_CHARACTERS)
    if "\x00" in text:
        raise refusal("text must be a CSV, not a binary file.")
    delimiter, lines = _table(text)
    rows = [
        (number, cells)
        for number, line in lines
        if any(cells := [cell.strip() for cell in _cells(line, delimiter, number)])
    ]
    if not rows:
        raise refusal("text must be a CSV with two features and a label per row.")
    for number, cells in rows:
        if len(cells) == 1:
            raise refusal(
                "Row {number} has 1 column, but three are needed: two features and a label.",
                number=number,
            )
        if len(cells) != 3:
            raise refusal(
                "Row {number} has {count} columns, but three are needed: two features and a label.",
                number=number,
                count=len(cells),
            )
    names = ["x", "y", "label"]
    if all(_value(cell, delimiter) is None for cell in rows[0][1][:2]):
        names = [_clip(cell) for cell in rows[0][1]]
        rows = rows[1:]
    if not 2 <= len(rows) <= MAX_POINTS:
        raise _wrong_length(len(rows))
    features: list[list[float]] = [[], []]
    for number, cells in rows:
        for column in (0, 1):
            value = _value(cells[column], delimiter)
            if value is None or abs(value) > 1e12:
                raise refusal(
                    "Row {number}, column {column} must be a number between −1e12 and 1e12, not "
                    "“{text}”.",
                    number=number,
                    column=column + 1,
                    text=_clip(cells[column]),
                )
            features[column].append(value)
        if not cells[2]:
            raise refusal("Row {number}, column 3 must hold a label.", number=number)
    labels = sorted(
        {cells[2] for _number, cells in rows}, key=lambda c: (_value(c, delimiter) or 0, c)
    )
    if len(labels) != 2:
        raise refusal(
            "Column 3 must hold two different labels; it holds {count}.", count=len(labels)
        )
    stay = all(abs(value) <= EXTENT for column in features for value in column)
    axes, places = [], []
    for name, column in zip(names, features, strict=False):
        low, high = min(column), max(column)
        centre = 0.0 if stay else (low + high) / 2
        half = EXTENT if stay else (high - low) / 2 * EXTENT / 5 or 1.0
        axes.append({"name": name, "centre": centre, "half": half})
        places.append([EXTENT * (value - centre) / half for value in column])
    points = [
        {"x": round(x, 4), "y": round(y, 4), "label": labels.index(cells[2])}
        for x, y, (_number, cells) in zip(*places, rows, strict=True)
    ]
    ones = sum(point["label"] for point in points)
    classes = [_clip(label) for label in labels]
    return {
        "points": points,
        "axes": axes,
        "classes": classes,
        "note": _("{count} points: {zeros} of “{zero}”, {ones} of “{one}”.").format(
            count=len(points), zeros=len(points) - ones, ones=ones, zero=classes[0], one=classes[1]
        ),
    }


def _table(text: str) -> tuple[str, list[tuple[int, str]]]:
    lines = [
        (number, line)
        for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1)
        if line.strip()
    ]
    if (rows := len(lines)) > MAX_POINTS + 1:  # before each is read four times
        raise _wrong_length(rows)
    # The separator is whichever makes three columns of most rows.
    best = max("\t;, ", key=lambda d: sum(len(_cells(line, d, n)) == 3 for n, line in lines))
    return best, lines


def _wrong_length(rows: int) -> ValueError:
    return refusal(
        "A CSV needs 2 to {most} rows of points; this one has {rows}.", most=MAX_POINTS, rows=rows
    )


def _cells(line: str, delimiter: str, number: int) -> list[str]:
    if delimiter == " ":
        return line.split()
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        raise refusal("Row {number} cannot be read as a CSV.", number=number) from None


_NUMBER = re.compile(r"[-+−]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d{1,3})?", re.ASCII)


def _value(cell: str, delimiter: str) -> float | None:
    if len(cell) > 40 or not _NUMBER.fullmatch(cell):
        return None
    return float(cell.replace("−", "-").replace(",", "."))


def _clip(text: str) -> str:
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if len(text) <= 24 else text[:23] + "…"
