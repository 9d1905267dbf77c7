"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.digits.lesson import express
from demos.digits.reading import predict
from demos.frame.miniature import Bars, Cells, Layer

# A three, as a hand would draw it in a square of 28.
STROKE = [
    (8, 7), (10, 5), (13, 4), (16, 4), (18, 6), (19, 8), (18, 11), (16, 13), (13, 14),
    (16, 14), (19, 16), (20, 19), (19, 22), (16, 24), (13, 25), (10, 24), (8, 22),
]  # fmt: skip
LARGE = 10  # times as large is it drawn


def miniature() -> list[Layer]:
    """Return a digit that is being drawn, and what the network says meanwhile."""
    import numpy as np
    from PIL import Image, ImageDraw

    pictures, shares = [], []
    for points in range(2, len(STROKE) + 1, 2):
        image = Image.new("L", (28 * LARGE, 28 * LARGE), 255)
        line = [(x * LARGE, y * LARGE) for x, y in STROKE[:points]]
        ImageDraw.Draw(image).line(line, fill=0, width=2 * LARGE, joint="curve")
        _seen, logits = predict(image, True)
        shares.append(express(logits["cnn"]).tolist())
        ink = 1 - np.asarray(image.resize((14, 14), Image.Resampling.BOX), float) / 255
        pictures.append(ink.tolist())
    return [Cells(pictures, 0, (0.0, 0.42)), Bars(shares, 3, (0.48, 1.0))]
