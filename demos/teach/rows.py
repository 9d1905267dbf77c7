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
]


def measured() -> list[dict[str, Any]]:
    """Return the means and deviations of cats and dogs by number of photos, as it was measured."""
    from models import hub

    return [
        {
            "photos": int(row["photos"]),
            "mean": float(row["mean"]),
            "deviation": float(row["deviation"]),
        }
        for row in hub.shipped_table("cats-dogs", "few_photos")
        if row["method"] == "frozen features"
    ]
