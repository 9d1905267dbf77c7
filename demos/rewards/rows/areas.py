"""The area of each group or class, as polygons; and the points that lie in them."""

from __future__ import annotations

from typing import Any

from demos.rewards.knobs import LABELS

BOX = [(-5.0, -3.0), (5.0, -3.0), (5.0, 3.0), (-5.0, 3.0)]


def areas(weights: list[list[float]], of: list[int]) -> dict[str, list]:
    """Return where each of several linear functions is the largest, as polygons.

    Args:
        weights: of each function, those of x, y and 1.
        of: what each stands for.

    Returns:
        The corners of all: `area_x`, `area_y`, and `area_of`.
    """
    rows: dict[str, list] = {"area_x": [], "area_y": [], "area_of": []}
    for number, own in enumerate(weights):
        polygon = BOX
        for other in weights[:number] + weights[number + 1 :]:
            polygon = _cut(polygon, [a - b for a, b in zip(own, other, strict=True)])
        rows["area_x"] += [round(x, 3) for x, _y in polygon]
        rows["area_y"] += [round(y, 3) for _x, y in polygon]
        rows["area_of"] += [of[number]] * len(polygon)
    return rows


def around(centres: list[list[float]]) -> list[list[float]]:
    """Return the linear functions of which that of the nearest centre is the largest."""
    return [[2 * x, 2 * y, -(x * x + y * y)] for x, y in centres]


def _cut(polygon: list[tuple[float, float]], line: list[float]) -> list[tuple[float, float]]:
    """Return what of a convex polygon lies where a·x + b·y + c is not negative."""
    kept = []
    for number, there in enumerate(polygon):
        here = polygon[number - 1]
        before, now = (line[0] * x + line[1] * y + line[2] for x, y in (here, there))
        if (before < 0) != (now < 0):
            part = before / (before - now)
            x, y = (a + part * (b - a) for a, b in zip(here, there, strict=True))
            kept.append((x, y))
        if now >= 0:
            kept.append(there)
    return kept


def point_rows(x, labels) -> list[dict[str, Any]]:
    """Return points to draw and to drag, with the numbers and the letters of their labels."""
    return [
        {"key": i, "x": round(a, 4), "y": round(b, 4), "label": label, "letter": LABELS[label]}
        for i, ((a, b), label) in enumerate(zip(x.tolist(), labels.tolist(), strict=True))
    ]
