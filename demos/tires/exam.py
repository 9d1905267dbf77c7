"""Test it yourself: a visitor's own photos, sorted by hand, and what can be said of the network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from demos.frame.checks import sent_image
from demos.frame.texts import _, said
from demos.pictures.confusion import class_names, confusion_rows
from demos.pictures.threshold import area_under_curve, threshold_data
from demos.tires.answers import LABELS, classifier
from demos.widgets.live_chart import Run
from models.interval import wilson

DEFECTIVE, GOOD, CANNOT_TELL, NO_TIRE = range(4)
BINS = 5  # of the calibration
SIZES = (5, 7, 10, 14, 20, 30, 42, 60, 85, 120, 170, 240, 340, 480, 680, 960, 1360, 1920)
WANTED = 0.05  # half of an interval's width, for a workshop

Known = Sequence[tuple[int, float | None, int]]


def judge(photos: Sequence[tuple[int, str]]) -> list[dict[str, Any]]:
    """Answer photos: number of each → what is said, the share of "good", and a text."""
    model, answers = classifier(), []
    for number, url in photos:
        try:
            seen = model.examine(sent_image(url))
        except ValueError as error:
            answers.append({"id": number, "said": NO_TIRE, "share": None, "text": said(error)})
            continue
        if not seen.is_tire:
            text = _("This does not look like a tire.")
            answers.append({"id": number, "said": NO_TIRE, "share": None, "text": text})
            continue
        share = seen.probabilities["good"]
        told = CANNOT_TELL if seen.verdict is None else int(seen.verdict == "good")
        label = "good" if share > 0.5 else "defective"
        percent = f"{100 * max(share, 1 - share):.0f}"
        text = _("{label}, {percent} % sure").format(label=_(label), percent=percent)
        if told == CANNOT_TELL:
            text = _("cannot tell, rather {label}, {percent} %").format(
                label=_(label), percent=percent
            )
        answers.append({"id": number, "said": told, "share": share, "text": text})
    return answers


def results(known: Known) -> tuple[Run, str]:
    """Return the charts of sorted and answered photos, and what they amount to.

    Args:
        known: (in truth: 0 defective, 1 good; the share of "good" or None; what was said: 0, 1,
            2 for "cannot tell", 3 for "no tire") of each photo.
    """
    if not known:
        return Run(data={"run": []}), ""
    names = [_(label) for label in reversed(LABELS)] + [_("cannot tell"), _("no tire")]
    matrix = [[0] * 4 for _row in range(2)]
    for truth, _share, told in known:
        matrix[truth][told] += 1
    data: dict[str, list] = {"confusion": confusion_rows(matrix), "run": []}
    scored = [(share, truth) for truth, share, _told in known if share is not None]
    area = None
    if scored:
        scores, labels = zip(*scored, strict=True)
        area = area_under_curve(scores, labels)
        corners = threshold_data(scores, labels, 0.5)
        data |= {"roc": corners["roc"], "roc_now": corners["roc_now"]}
        data["calibration"] = calibration(scores, labels)
    answered = [(truth, told) for truth, _share, told in known if told in (DEFECTIVE, GOOD)]
    right = sum(truth == told for truth, told in answered)
    board = _("**{answered}** of {count} photos got an answer.").format(
        answered=len(answered), count=len(known)
    )
    if answered:
        data["width"] = widths(right / len(answered))
        low, high = wilson(right, len(answered))
        data["width_now"] = [{"photos": len(answered), "half": 100 * (high - low) / 2}]
        board += " " + _(
            "**{right}** of those are right, {share} %. With so few, the network’s true share lies "
            "between **{low} %** and **{high} %** (95 %, Wilson). To know it within ±{wanted} "
            "points, a workshop would need up to **{needed}** photos with an answer."
        ).format(
            right=right,
            share=f"{100 * right / len(answered):.0f}",
            low=f"{100 * low:.0f}",
            high=f"{100 * high:.0f}",
            wanted=f"{100 * WANTED:.0f}",
            needed=photos_needed(min(max(0.5, low), high), WANTED),  # at worst,
        )
        ten, thirty, sixty = (f"{100 * _half(right / len(answered), n):.0f}" for n in (10, 30, 60))
        board += " " + _(
            "At that share 10 photos with an answer tell it within ±{ten} points, 30 within "
            "±{thirty}, and 60 within ±{sixty}."
        ).format(ten=ten, thirty=thirty, sixty=sixty)
    if area is not None:
        board += "\n\n" + _(
            "Area under the ROC curve: **{area:.3f}**; 0.5 is tossing a coin."
        ).format(area=area)
    return Run(data=data, params=class_names(names)), board


def calibration(scores: Sequence[float], labels: Sequence[int]) -> list[dict[str, float]]:
    """Return a row per bin: the mean share that was said, and how many were good indeed."""
    rows = []
    for place in range(BINS):
        inside = [
            (score, label)
            for score, label in zip(scores, labels, strict=True)
            if place == min(BINS - 1, math.floor(score * BINS))
        ]
        if inside:
            good = sum(label for _score, label in inside)
            low, high = wilson(good, len(inside))
            rows.append(
                {
                    "said": sum(score for score, _label in inside) / len(inside),
                    "good": good / len(inside),
                    "low": low,
                    "high": high,
                    "photos": len(inside),
                }
            )
    return rows


def widths(share: float) -> list[dict[str, float]]:
    """Return half of the interval's width [points] against the number of photos."""
    rows = []
    for count in SIZES:
        low, high = wilson(share * count, count)
        rows.append({"photos": count, "half": 100 * (high - low) / 2})
    return rows


def photos_needed(share: float, half: float) -> int:
    """Return how many photos make the interval no wider than ± `half`."""
    low, high = 1, 1
    while _half(share, high) > half:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if _half(share, middle) > half else (low, middle)
    return high


def _half(share: float, count: int) -> float:
    low, high = wilson(share * count, count)
    return (high - low) / 2
