"""Pictures to begin with, and what visitors send as one.

scikit-learn's and Gradio's photos are read where those packages lie.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from demos.frame.checks import sent_image
from demos.frame.texts import N_
from demos.pictures.bundled import photo_path
from models.sentences import refusal

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

PICTURES = {
    "china": N_("Temple"),
    "flower": N_("Flower"),
    "lion": N_("Lion"),
    "shapes": N_("Shapes"),
    "edge": "5 × 6",
    "count": "7 × 7",
    "sketch": N_("my drawing"),
    "photo": N_("my photo"),
}
NUMBERS = {
    "edge": [[10, 10, 10, 0, 0, 0]] * 5,
    "count": [[7 * row + column + 1 for column in range(7)] for row in range(7)],
    # Max pooling makes 5 6 4 / 6 7 4 of it.
    "pool": [[1, 5, 2, 6, 0, 4], [3, 0, 4, 1, 2, 3], [6, 2, 7, 3, 1, 0], [1, 4, 0, 5, 4, 2]],
}
MOST_ROWS = 64  # of a picture that is sent as numbers


@dataclass(frozen=True)
class Picture:
    """A picture as numbers.

    Attributes:
        pixels: red, green and blue, `(3, H, W)`, bytes.
        grey: `(H, W)`, bytes.
        top: what counts as white: 255, of a few numbers the largest.
    """

    pixels: np.ndarray
    grey: np.ndarray
    top: float


def picture_of(image: Any, side: int) -> Picture:
    """Return the picture that a name, a data URL, a file, strokes or rows of numbers stand for.

    Args:
        image: anything.
        side: the longest side that it may have; larger ones are made smaller [px].

    Raises:
        ValueError: in a sentence, if it is none.
    """
    if isinstance(image, str) and image in PICTURES | NUMBERS and image not in ("sketch", "photo"):
        return sample(image, side)
    if isinstance(image, (list, tuple)):
        return _of_numbers(image)
    if isinstance(image, str) and not image.startswith("data:"):
        from demos.widgets import sketch_pad

        drawn = sketch_pad.picture(image)
        if drawn is None:
            raise refusal("There is no picture yet: draw something, or choose one.")
        return _of_image(drawn, side)
    return _of_image(sent_image(image), side)


@functools.lru_cache(maxsize=32)
def sample(name: str, side: int) -> Picture:
    """Return one of the pictures to begin with."""
    if name in NUMBERS:
        return _of_numbers(NUMBERS[name])
    if name == "shapes":
        return _of_image(shapes(), side)
    from PIL import Image

    return _of_image(Image.open(photo_path(name)), side)


def shapes() -> Image.Image:
    """Draw a disc, a square and a triangle: edges in every direction."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (960, 720), (236, 232, 220))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 520, 960, 720), fill=(120, 132, 140))
    pen.ellipse((90, 110, 390, 410), fill=(214, 72, 40))
    pen.rectangle((500, 90, 720, 310), fill=(30, 110, 178))
    pen.polygon([(470, 640), (690, 360), (890, 640)], fill=(40, 150, 90))
    pen.line((60, 640, 400, 470), fill=(24, 24, 32), width=26)
    for x in range(800, 930, 36):
        pen.line((x, 80, x, 300), fill=(24, 24, 32), width=12)
    return image


def _of_image(image: Image.Image, side: int) -> Picture:
    import numpy as np
    from PIL import Image

    image = image.convert("RGB")
    if max(image.size) > side:
        share = side / max(image.size)
        size = (max(1, round(length * share)) for length in image.size)
        image = image.resize(tuple(size), Image.Resampling.LANCZOS)
    pixels = np.asarray(image).transpose(2, 0, 1).copy()
    return Picture(pixels, np.asarray(image.convert("L")).copy(), 255.0)


def _of_numbers(rows: Any) -> Picture:
    import numpy as np

    wrong = refusal(
        "A picture of numbers must be 1 to {most} rows of 1 to {most} whole numbers from 0 to 255, "
        "all of one length.",
        most=MOST_ROWS,
    )
    if not 1 <= len(rows) <= MOST_ROWS or not all(isinstance(row, (list, tuple)) for row in rows):
        raise wrong
    if len({len(row) for row in rows}) != 1 or not 1 <= len(rows[0]) <= MOST_ROWS:
        raise wrong
    for one in (one for row in rows for one in row):
        if isinstance(one, bool) or not isinstance(one, (int, float)) or not 0 <= one <= 255:
            raise wrong
        if one != int(one):
            raise wrong
    grey = np.array(rows, np.uint8)
    return Picture(np.stack([grey] * 3), grey, float(grey.max()) or 1.0)
