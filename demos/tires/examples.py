"""Pictures to try that need nobody's photos: renderings, a drawing, a sample of Gradio's."""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from demos.frame.server import files
from demos.frame.texts import N_

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

SAMPLES = Path(__file__).parent / "samples"
SIDE = 256  # of a drawn example [px]
RADIUS = 0.44  # of the drawn tire, as a share of the side

DRAWN, DARK, LION = N_("A drawn tire"), N_("In the dark"), N_("A lion")
RENDERED = {  # text → file in samples/, see rendering.py
    N_("New tire"): "new-tire.jpg",
    N_("The same in a shop"): "shop.jpg",
    N_("New tread"): "new-tread.jpg",
    N_("Whole wheel"): "whole-wheel.jpg",
    N_("Worn tread"): "worn-tread.jpg",
    N_("Cracked sidewall"): "cracked-sidewall.jpg",
    N_("Flat tire"): "flat-tire.jpg",
    N_("A donut"): "donut.jpg",
}
NAMES = {**RENDERED, DRAWN: "drawn.jpg", DARK: "dark.jpg", LION: "lion.jpg"}  # text → file
KINDS = {  # what each shows, whatever a network says of it
    "New tire": "good",
    "The same in a shop": "good",
    "New tread": "good",
    "Whole wheel": "good",
    "Worn tread": "defective",
    "Cracked sidewall": "defective",
    "Flat tire": "defective",
    "A donut": "no tire",
    DRAWN: "good",
    DARK: "good",
    LION: "no tire",
}

Grey = int  # 0 to 255


def pictures_to_try() -> list[tuple[str, str]]:
    """Return name and address of each example: files that a browser keeps."""
    return [
        (name, files.make(f"tires/{file}", functools.partial(_jpeg_of, name)))
        for name, file in NAMES.items()
        if name != LION or _lion().is_file()  # Gradio may leave it out one day
    ]


@functools.cache
def picture_to_try(name: str) -> Image.Image:
    """Return an example by its name."""
    from PIL import Image

    from models.images import open_image

    if name in RENDERED:
        return open_image(SAMPLES / RENDERED[name])
    if name == LION:
        return open_image(_lion()).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return drawn_tire().point(lambda value: value * 0.2) if name == DARK else drawn_tire()


def _lion() -> Path:
    import gradio

    return Path(gradio.__file__).parent / "media_assets" / "images" / "lion.jpg"


def _jpeg_of(name: str, language: str) -> bytes:
    if name in RENDERED:
        return (SAMPLES / RENDERED[name]).read_bytes()
    return jpeg(picture_to_try(name))


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    """Return a picture as the content of a file."""
    import io

    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def jpeg_url(image: Image.Image, quality: int = 85) -> str:
    """Return a picture as data URL."""
    from models.images import data_url

    return data_url(image, "JPEG", quality=quality)


@functools.lru_cache(maxsize=4)
def drawn_tire(side: int = SIDE, seed: int = 0) -> Image.Image:
    """Draw a tire on its rim before a light backdrop, like a photo in a shop.

    Args:
        side: width and height [px].
        seed: of the lettering.
    """
    import numpy as np
    from PIL import Image, ImageDraw

    rng = random.Random(seed)
    large = 2 * side  # drawn larger and made smaller: smooth edges
    image = Image.new("RGB", (large, large), (246, 246, 244))
    pen = _Pen(ImageDraw.Draw(image), large)
    _tread(pen)
    _side_wall(pen, rng)
    _rim(pen)
    pixels = np.asarray(image.resize((side, side), Image.LANCZOS), np.float32)
    y, x = np.mgrid[0:side, 0:side] / side
    light = 1.12 - 0.28 * y - 0.1 * x
    grain = np.random.default_rng(seed).normal(0, 3, (side, side, 1))
    return Image.fromarray(np.clip(pixels * light[..., None] + grain, 0, 255).astype(np.uint8))


class _Pen:
    """Draws in polar coordinates around the hub; radii are shares of the tire's."""

    def __init__(self, draw: ImageDraw.ImageDraw, size: int):
        self.draw, self.middle, self.radius = draw, size / 2, RADIUS * size

    def at(self, radius: float, angle: float) -> tuple[float, float]:
        length = self.radius * radius
        return self.middle + length * math.cos(angle), self.middle + length * math.sin(angle)

    def disc(self, radius: float, grey: Grey, place: tuple[float, float] | None = None) -> None:
        x, y = place or (self.middle, self.middle)
        r = self.radius * radius
        self.draw.ellipse((x - r, y - r, x + r, y + r), fill=(grey, grey, grey))

    def shape(self, corners: Sequence[tuple[float, float]], grey: Grey) -> None:
        self.draw.polygon([self.at(*corner) for corner in corners], fill=(grey, grey, grey))

    def line(self, points: Sequence[tuple[float, float]], grey: Grey, width: float) -> None:
        points = [self.at(*point) for point in points]
        thick = max(2, round(self.radius * width))
        self.draw.line(points, fill=(grey, grey, grey), width=thick, joint="curve")


def _tread(pen: _Pen, blocks: int = 64) -> None:
    pen.disc(0.985, 34)
    for i in range(blocks):
        a = 2 * math.pi * i / blocks
        pen.shape([(0.93, a - 0.02), (1, a - 0.028), (1, a + 0.028), (0.93, a + 0.035)], 27)
        pen.shape([(0.87, a), (0.96, a + 0.012), (0.96, a + 0.022), (0.87, a + 0.012)], 16)


def _side_wall(pen: _Pen, rng: random.Random, rings: int = 60) -> None:
    for ring in range(rings):
        bulge = round(22 * math.sin(math.pi * ring / rings))
        pen.disc(0.9 - 0.36 * ring / rings, 38 + bulge + (6 if ring % 9 == 0 else 0))
    for start in (200, 330, 90):  # three words that nobody can read
        for letter in range(9):
            a = math.radians(start + 5.2 * letter)
            for r in (0.70, 0.735, 0.77):
                if rng.random() < 0.75:
                    lean = rng.choice((-0.015, 0.015))
                    pen.line([(r - 0.014, a - lean), (r + 0.014, a + lean)], 104, 0.012)


def _rim(pen: _Pen, spokes: int = 5) -> None:
    for radius, grey in ((0.55, 20), (0.53, 180), (0.485, 124), (0.47, 50)):
        pen.disc(radius, grey)
    for i in range(spokes):
        a = 2 * math.pi * i / spokes - math.pi / 2
        for w, grey in ((0.24, 152), (0.17, 207), (0.06, 228)):
            inner = 1.9 * w
            pen.shape([(0.1, a - inner), (0.48, a - w), (0.48, a + w), (0.1, a + inner)], grey)
    pen.disc(0.15, 193)
    pen.disc(0.1, 113)
    for i in range(spokes):
        pen.disc(0.02, 72, pen.at(0.2, 2 * math.pi * (i + 0.5) / spokes - math.pi / 2))
