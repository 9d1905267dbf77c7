"""A table of numbers as a small picture for the background of a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import altair as alt
    import numpy as np

_BLUE = (0, 114, 178)
_DARKEST = 190  # of 255: the opacity of the largest value
_AXES = {"x": "width", "y": "height"}


def heat_map(values: np.ndarray, *, colour: tuple[int, int, int] = _BLUE, bands: int = 14) -> str:
    """Paint numbers as bands of one colour, clear where they are small.

    The picture is transparent, so that it suits a light and a dark page.

    Args:
        values: (rows, columns), finite; row 0 is the bottom of the picture.
        colour: red, green, blue of the largest value, 0–255.
        bands: number of steps, whose edges read as contour lines.

    Returns:
        A PNG as data URL.
    """
    import numpy as np
    from PIL import Image

    from models.images import data_url

    low, high = float(values.min()), float(values.max())
    share = (values - low) / ((high - low) or 1.0)
    stepped = np.floor(share * bands).clip(0, bands - 1) / (bands - 1)
    picture = np.empty((*values.shape, 4), dtype=np.uint8)
    picture[..., :3] = colour
    picture[..., 3] = (stepped * _DARKEST).astype(np.uint8)
    return data_url(Image.fromarray(picture[::-1], "RGBA"))


def heat_map_layer() -> alt.Chart:
    """Return the picture that fills a chart; its `url` is the row of the data "surface"."""
    import altair as alt

    middle = {axis: alt.value(alt.expr(f"{side} / 2")) for axis, side in _AXES.items()}
    return (
        alt.Chart(alt.NamedData(name="surface"))
        .mark_image(width=alt.expr("width"), height=alt.expr("height"), aspect=False)
        .encode(url="url:N", **middle)
    )


def heat_map_scale(
    field: str, title: str, *, power: float, colour: tuple[int, int, int] = _BLUE
) -> alt.Color:
    """Return an encoding whose legend says which number has which colour of a heat map.

    The chart has the parameters `heat_low` and `heat_high`, the least and the largest number.

    Args:
        field: of the rows of the mark, which need not be seen.
        title: what the numbers are, with their unit.
        power: to which the numbers were raised before they were painted.
        colour: that of the heat map.
    """
    import altair as alt

    red, green, blue = colour
    paint = f"rgba({red}, {green}, {blue}, {{}})".format
    ten = "pow(10, floor(log(heat_high) / LN10))"
    return alt.Color(
        f"{field}:Q",
        scale=alt.Scale(
            type="pow",
            exponent=power,
            domain=[alt.expr("heat_low"), alt.expr("heat_high")],
            range=[paint(0), paint(round(_DARKEST / 255, 3))],
            clamp=True,
            nice=False,
            zero=False,
        ),
        legend=alt.Legend(
            orient="bottom",
            direction="horizontal",
            title=title,
            titleOrient="left",
            titleFontWeight="normal",
            titlePadding=14,
            gradientLength=alt.expr(f"max(80, width - {34 + 7 * len(title)})"),  # beside the title
            gradientThickness=10,
            gradientStrokeColor="var(--chart-faint)",
            gradientStrokeWidth=1,
            values=alt.expr(f"[0, {ten} / 100, {ten} / 10, {ten}]"),
            labelExpr="replace("
            "format(datum.value, abs(datum.value) < 1e6 ? '~f' : '~e'), 'e+', 'e')",
            labelOverlap="greedy",
            offset=4,
        ),
    )
