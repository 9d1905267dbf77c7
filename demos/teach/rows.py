"""What the legend of the chart names, and the table that was measured once."""

from __future__ import annotations

import math
import statistics
from typing import Any

from demos.frame.texts import N_
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Series

PARTS = [
    Series("train", N_("trained on"), lc.BLUE),
    Series("held_out", N_("held out"), lc.VERMILLION, (8, 4)),
]
SIZES = [
    Series("own", N_("your photos"), lc.BLUE),
    Series("cats_dogs", N_("cats and dogs, 2,000 photos to test on"), lc.VERMILLION, (8, 4)),
]


def measured() -> list[dict[str, Any]]:
    """Return the means and deviations of cats and dogs by number of photos, if they were measured.

    The trainer of that model writes `few_photos.csv` beside its weights; empty without it.
    """
    from models import SHIPPED, hub

    if "cats-dogs" not in SHIPPED:
        return []
    shares: dict[int, list[float]] = {}
    for row in hub.table(hub.class_of("cats-dogs"), "few_photos"):
        try:
            photos, share = int(row["photos"]), float(row["accuracy"])
        except (KeyError, TypeError, ValueError):
            continue
        if photos > 0 and math.isfinite(share):
            shares.setdefault(photos, []).append(share)
    return [
        {
            "photos": photos,
            "mean": statistics.fmean(of),
            "deviation": statistics.stdev(of) if len(of) > 1 else 0.0,
        }
        for photos, of in sorted(shares.items())
    ]
