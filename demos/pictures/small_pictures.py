"""A grid of small pictures with a line below each, such as digits that were misread.

    picture_grid(heading=_("…"), description=_("…"))                 the Panel
    Run(data={"pictures": picture_rows(pixels, ["7 → 1", …])})

A click raises `select`; `clicked_picture(event.x, event.y, count)` says on which picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Panel
from models.sentences import refusal

if TYPE_CHECKING:
    import numpy as np

ROWS = "pictures"
COLUMNS = 8
# Browsers smooth what they enlarge: pixels are enlarged before.
LEAST_SIDE = 84


def sprite(pixels: np.ndarray) -> str:
    """Return pixels as a PNG data URL, enlarged by a whole factor so that they stay squares.

    Args:
        pixels: (height, width) grey or (height, width, 3) red, green and blue; bytes 0–255, or
            fractions 0–1, of which those beyond are cut off.
    """
    import numpy as np
    from PIL import Image

    from models.images import data_url

    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 3):
        raise ValueError(f"pixels must be (height, width) or (height, width, 3): {pixels.shape}")
    if pixels.dtype != np.uint8:
        pixels = (np.nan_to_num(pixels).clip(0, 1) * 255).round().astype(np.uint8)
    factor = max(1, math.ceil(LEAST_SIDE / max(pixels.shape[:2])))
    pixels = pixels.repeat(factor, axis=0).repeat(factor, axis=1)
    return data_url(Image.fromarray(pixels), optimize=True)


def picture_rows(
    pictures: Sequence[np.ndarray],
    captions: Sequence[str],
    *,
    columns: int = COLUMNS,
    chosen: int | None = None,
) -> list[dict[str, Any]]:
    """Return a row per picture, for the data set "pictures".

    Args:
        pictures: pixels of each, see `sprite`.
        captions: what stands below each, as many.
        columns: how many stand side by side, as in `picture_grid`.
        chosen: number of the picture that has a frame.
    """
    return [
        {
            "url": sprite(pixels),
            "caption": caption,
            "column": i % columns,
            "line": i // columns,
            "chosen": i == chosen,
        }
        for i, (pixels, caption) in enumerate(zip(pictures, captions, strict=True))
    ]


def clicked_picture(x: Any, y: Any, count: int, columns: int = COLUMNS) -> int:
    """Return the number of the picture that a `select` of the grid names.

    Raises:
        ValueError: if there is no such picture; the event comes from a stranger.
    """
    for place in (x, y):
        if isinstance(place, bool) or not isinstance(place, int) or place < 0:
            raise refusal("There is no such picture.")
    if x >= columns or y * columns + x >= count:
        raise refusal("There is no such picture.")
    return y * columns + x


def picture_grid(
    *,
    heading: str,
    description: str,
    columns: int = COLUMNS,
    lines: int = 3,
    height: int = 260,
    **panel: Any,
) -> Panel:
    """Draw a grid of small pictures, each with its caption.

    Args:
        heading: above the chart.
        description: for those who cannot see it.
        columns: how many stand side by side.
        lines: how many lines there is room for.
        height: [px].
        **panel: further arguments of `Panel`.
    """
    import altair as alt

    pictures = alt.Chart(alt.NamedData(name=ROWS))
    x = alt.X("column:O", axis=None, scale=alt.Scale(domain=list(range(columns)), padding=0.08))
    y = alt.Y("line:O", axis=None, scale=alt.Scale(domain=list(range(lines)), padding=0.04))
    caption = 16
    side = f"max(8, min(bandwidth('x'), bandwidth('y') - {caption}))"
    frame = {"width": alt.expr(f"{side} + 6"), "height": alt.expr(f"{side} + 6")}
    layers = [
        pictures.mark_image(
            width=alt.expr(side), height=alt.expr(side), yOffset=-caption / 2
        ).encode(x=x, y=y, url="url:N", tooltip=alt.Tooltip("caption:N", title=" ")),
        pictures.transform_filter("datum.chosen")
        .mark_rect(filled=False, stroke=lc.VERMILLION, strokeWidth=3, yOffset=-caption / 2, **frame)
        .encode(x=x, y=y),
        pictures.mark_text(
            color=lc.INK,
            baseline="middle",
            fontSize=alt.expr("bandwidth('x') < 44 ? 10 : 12"),
            dy=alt.expr(f"{side} / 2 + 1"),
        ).encode(x=x, y=y, text="caption:N"),
    ]
    chart = alt.layer(*layers).properties(height=height, title=heading)
    return Panel(chart, description, **{"pick": True, "only_with": ROWS, **panel})
