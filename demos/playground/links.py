"""The student's own points as text: short enough for a link, and nothing to decompress.

Three bytes a point: one bit of label, eleven bits of x, eleven of y, so that places are true to
0.003; then base64 in the alphabet of links. (Scattered places do not shrink any further: zlib on
top of this saves nothing, and what unpacks to much more than it is cannot be sent.)
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from demos.playground.data import EXTENT, MAX_POINTS, check_points
from models.sentences import refusal

LEVELS = 2047
MAX_CHARACTERS = 4 * MAX_POINTS


def encode(points: Sequence[dict]) -> str:
    """Write points as text: 4 characters each.

    Raises:
        ValueError: if they are no points, see `data.check_points`.
    """
    content = bytearray()
    for point in check_points(points, least=0):
        x, y = (round((point[axis] + EXTENT) / (2 * EXTENT) * LEVELS) for axis in ("x", "y"))
        content += (point["label"] << 22 | x << 11 | y).to_bytes(3, "big")
    return base64.urlsafe_b64encode(bytes(content)).decode()


def decode(text: str) -> list[dict]:
    """Read what `encode` wrote: dicts with x, y and label.

    Raises:
        ValueError: if it is anything else.
    """
    wrong = refusal("points must be as “Copy link” writes them: copy the whole link.")
    if not isinstance(text, str) or len(text) % 4 or "+" in text or "/" in text:
        raise wrong
    if len(text) > MAX_CHARACTERS:
        raise refusal("points must be at most {most}.", most=MAX_POINTS)
    try:
        content = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise wrong from None
    numbers = [int.from_bytes(content[i : i + 3], "big") for i in range(0, len(content), 3)]
    if len(content) % 3 or any(number >> 23 for number in numbers):
        raise wrong
    return [
        {
            "x": round((number >> 11 & LEVELS) / LEVELS * 2 * EXTENT - EXTENT, 4),
            "y": round((number & LEVELS) / LEVELS * 2 * EXTENT - EXTENT, 4),
            "label": number >> 22,
        }
        for number in numbers
    ]
