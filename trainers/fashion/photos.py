"""Test pictures made into photos, to measure what the preprocessing of photos costs.

There are no photos with labels to measure it on. So pictures of the test set are turned back into
what they were made from, a dark or coloured piece, and laid on backgrounds that they never had.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from models.fashion import SIDE, FashionCNN
from trainers import strangers
from trainers.small import Pictures

ENLARGED = 8  # times
ROOM = 40  # around the piece [px]
BACKGROUNDS = ("white", "one colour", "uneven light", "a photo")


def background(kind: str, side: int, rng: np.random.Generator) -> np.ndarray:
    """Return a background `(side, side, 3)`, 0 to 255."""
    if kind == "white":
        return np.full((side, side, 3), 255.0)
    if kind == "a photo":
        from sklearn.datasets import load_sample_images

        scene = rng.choice(load_sample_images().images)
        top, left = (int(rng.integers(0, length - side)) for length in scene.shape[:2])
        return scene[top : top + side, left : left + side].astype(float)
    colour = rng.uniform(60, 255, 3)
    if kind == "one colour":
        return np.broadcast_to(colour, (side, side, 3))
    slope = rng.uniform(-0.25, 0.25, 2)
    y, x = np.mgrid[-0.5 : 0.5 : side * 1j, -0.5 : 0.5 : side * 1j]
    light = 1 + slope[0] * y + slope[1] * x
    return colour * light[:, :, None] + rng.normal(0, 4, (side, side, 3))


def photo(picture: np.ndarray, kind: str, rng: np.random.Generator) -> Image.Image:
    """Return a picture of Fashion-MNIST `(28, 28)`, bytes, as the photo of a piece on a background.

    Its grey is negated, as it was when the data were made, and tinted at random.
    """
    side = SIDE * ENLARGED
    large = np.asarray(Image.fromarray(picture).resize((side, side), Image.BICUBIC), float)
    mask = np.asarray(
        Image.fromarray((picture > 8).astype(np.uint8) * 255).resize((side, side), Image.BICUBIC)
    )[:, :, None]
    piece = (255 - large)[:, :, None] * rng.uniform(0.75, 1, 3)
    whole = background(kind, side + 2 * ROOM, rng).copy()
    inner = whole[ROOM:-ROOM, ROOM:-ROOM]
    inner += (piece - inner) * (mask / 255)
    return Image.fromarray(whole.clip(0, 255).astype(np.uint8))


def measure(model: FashionCNN, test: Pictures, count: int = 500, seed: int = 0) -> list[dict]:
    """Return how many test pictures are read rightly as they are, and from such photos.

    Each row: background, pictures, accuracy; the share in which a piece is found in front of a
    plain background; the share for which a label is named, and how many of those labels are right
    (None if there are none).
    """
    rng = np.random.default_rng(seed)
    some = test[torch.from_numpy(rng.permutation(len(test))[:count])]
    rows = []
    for kind in (None, *BACKGROUNDS):
        pictures, found = some.pictures, [True] * len(some)
        if kind:
            photos = [photo(one[0].numpy(), kind, rng) for one in some.pictures]
            pictures, found = strangers.seen(model, photos)
        probabilities, distances = strangers.judged(model, pictures)
        right = (probabilities.argmax(dim=1) == some.labels).double()
        named = strangers.answered(model, probabilities, distances, found)
        rows.append(
            {
                "background": kind or "as in the data",
                "pictures": len(some),
                "accuracy": right.mean().item(),
                "found": float(np.mean(found)),
                "answered": named.double().mean().item(),
                "right": right[named].mean().item() if named.any() else None,
            }
        )
    return rows
