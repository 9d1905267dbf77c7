"""Small square pictures shown pixel by pixel, repainted as fast as they arrive."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from demos.widgets.widget import Widget

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Pixels:
    """One of the pictures of `PixelPictures`.

    Attributes:
        title: its heading.
        text: one sentence beside it.
        signed: values from −1 (vermillion) over 0 (clear) to 1 (blue), instead of 0 (black) to 1
            (white).
    """

    title: str
    text: str
    signed: bool = False


class PixelPictures(Widget):
    """Pictures side by side. Its value is a list of `(values, description)`, or None where empty.

    `values` is an array `(side, side)`, the description says what it shows to those who cannot see.
    """

    def __init__(
        self, pictures: Sequence[Pixels] = (), *, side: int = 28, value: Any = None, **kwargs: Any
    ) -> None:
        """Lay out the pictures, all of them `side` pixels wide and high."""
        self.pictures = list(pictures)
        super().__init__(
            value=value,
            pictures=[vars(picture) for picture in pictures],
            side=side,
            **kwargs,
        )

    def postprocess(self, value: Sequence[tuple[np.ndarray, str] | None] | None) -> str | None:
        """Turn the arrays into bytes: a picture of 28 × 28 takes 1 kB."""
        if value is None:
            return None
        coded, descriptions = [], []
        for spec, item in zip(self.pictures, value, strict=True):
            array, description = item or (None, "")
            coded.append("" if array is None else to_bytes(array, spec.signed))
            descriptions.append(description)
        return json.dumps({"pictures": coded, "descriptions": descriptions}, separators=(",", ":"))


def to_bytes(values: np.ndarray, signed: bool) -> str:
    """Return values, −1 to 1 or 0 to 1, as base64 of one byte each."""
    import numpy as np

    values = np.asarray(values, dtype=np.float32)
    levels = np.round(values.clip(-1, 1) * 127) if signed else np.round(values.clip(0, 1) * 255)
    data = levels.astype(np.int8 if signed else np.uint8).tobytes()
    return base64.b64encode(data).decode("ascii")
