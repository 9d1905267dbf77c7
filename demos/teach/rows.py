"""What the legend of the chart names, and the table that was measured once."""

from __future__ import annotations

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
    Series("pixels", N_("the same on the bare pixels"), lc.GREEN, (2, 3)),
]
_METHODS = {"frozen features": "cats_dogs", "raw pixels": "pixels"}  # of the table → series


def measured() -> list[dict[str, Any]]:
    """Return the means and deviations of cats and dogs by number of photos, as they were measured,
    on the network's numbers and on the bare pixels.
    """
    from models import hub

    return [
        {
            "series": _METHODS[row["method"]],
            "photos": int(row["photos"]),
            "mean": float(row["mean"]),
            "deviation": float(row["deviation"]),
        }
        for row in hub.shipped_table("cats-dogs", "few_photos")
    ]
