"""A table of numbers as a small picture for the background of a chart."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_BLUE = (0, 114, 178)


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

    low, high = float(values.min()), float(values.max())
    share = (values - low) / ((high - low) or 1.0)
    stepped = np.floor(share * bands).clip(0, bands - 1) / (bands - 1)
    picture = np.empty((*values.shape, 4), dtype=np.uint8)
    picture[..., :3] = colour
    picture[..., 3] = (stepped * 190).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(picture[::-1], "RGBA").save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
