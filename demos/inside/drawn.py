"""Drawings of six of CIFAR-10's ten things: its own photos belong to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageDraw import ImageDraw

SIDE = 256  # px
SOFT = 0.8  # of the contrast is left: photos are softer than drawings
BLUR = 5  # px
Colour = tuple[int, int, int]
BLACK, GLASS, GREY = (25, 25, 28), (65, 88, 110), (165, 165, 170)


def picture(label: str) -> Image.Image:
    """Draw a thing, 256×256.

    Args:
        label: one of `DRAWN`.
    """
    from PIL import Image, ImageDraw, ImageFilter

    image = Image.new("RGB", (SIDE, SIDE))
    DRAWN[label](ImageDraw.Draw(image))
    image = image.filter(ImageFilter.GaussianBlur(BLUR))
    grey = Image.new("RGB", image.size, (128, 128, 128))
    return Image.blend(grey, image, SOFT)


def _ground(pen: ImageDraw, top: Colour, bottom: Colour, horizon: int, low: Colour) -> None:
    """Draw a sky or a wall that changes from top to bottom, and from `horizon` on the ground."""
    for y in range(SIDE):
        colour = tuple(round(a + (b - a) * y / SIDE) for a, b in zip(top, bottom, strict=True))
        if y >= horizon:  # darker towards the front
            shade = 1 - 0.3 * (y - horizon) / (SIDE - horizon)
            colour = tuple(round(a * shade) for a in low)
        pen.line((0, y, SIDE, y), fill=colour)


def _disc(pen: ImageDraw, x: int, y: int, across: int, down: int, colour: Colour) -> None:
    pen.ellipse((x - across, y - down, x + across, y + down), fill=colour)


def _wheel(pen: ImageDraw, x: int, y: int, radius: int) -> None:
    _disc(pen, x, y, radius, radius, BLACK)
    _disc(pen, x, y, radius * 2 // 5, radius * 2 // 5, GREY)


def _airplane(pen: ImageDraw) -> None:
    _ground(pen, (90, 150, 215), (190, 215, 240), SIDE, GREY)
    _disc(pen, 128, 129, 104, 17, (225, 228, 235))
    pen.polygon([(110, 130), (60, 190), (85, 190), (160, 135)], (170, 175, 185))
    pen.polygon([(120, 118), (100, 80), (115, 80), (155, 118)], (190, 195, 205))
    pen.polygon([(205, 122), (225, 70), (243, 70), (232, 128)], (200, 60, 60))


def _automobile(pen: ImageDraw) -> None:
    _ground(pen, (185, 205, 225), (215, 220, 225), 165, (120, 120, 122))
    pen.polygon([(60, 120), (90, 82), (170, 82), (205, 120)], (150, 30, 30))
    pen.polygon([(74, 118), (95, 90), (128, 90), (128, 118)], GLASS)
    pen.polygon([(134, 118), (134, 90), (166, 90), (188, 118)], GLASS)
    pen.rounded_rectangle((22, 116, 236, 176), 20, (190, 35, 35))
    for x in (72, 190):
        _wheel(pen, x, 178, 28)


def _cat(pen: ImageDraw) -> None:
    _ground(pen, (200, 190, 175), (150, 140, 125), SIDE, GREY)
    fur = (120, 110, 105)
    _disc(pen, 128, 138, 68, 68, fur)
    pen.polygon([(68, 110), (66, 30), (120, 80)], fur)
    pen.polygon([(188, 110), (190, 30), (136, 80)], fur)
    for x in (100, 156):
        _disc(pen, x, 126, 14, 14, (190, 200, 90))
        _disc(pen, x, 126, 5, 14, BLACK)
    pen.polygon([(118, 156), (138, 156), (128, 168)], (200, 130, 130))


def _horse(pen: ImageDraw) -> None:
    _ground(pen, (170, 200, 230), (200, 220, 235), 150, (90, 140, 60))
    coat, mane = (110, 65, 35), (50, 30, 20)
    _disc(pen, 125, 125, 65, 35, coat)
    pen.polygon([(165, 110), (200, 40), (225, 55), (190, 130)], coat)
    pen.polygon([(198, 38), (240, 70), (232, 88), (196, 66)], coat)
    for x in (74, 92, 160, 178):
        pen.rectangle((x - 7, 140, x + 7, 222), coat)
    pen.polygon([(62, 105), (40, 130), (36, 180), (56, 140)], mane)
    pen.polygon([(162, 104), (192, 36), (202, 40), (178, 108)], mane)


def _ship(pen: ImageDraw) -> None:
    _ground(pen, (170, 200, 230), (220, 230, 240), 160, (60, 100, 140))
    pen.polygon([(20, 140), (236, 130), (216, 180), (44, 180)], (40, 45, 60))
    pen.rectangle((44, 168, 218, 180), (150, 40, 40))
    pen.rectangle((60, 100, 130, 140), (235, 235, 235))
    pen.rectangle((70, 75, 115, 100), (235, 235, 235))
    pen.rectangle((84, 45, 100, 75), (190, 60, 50))
    pen.line((180, 134, 180, 60), (90, 90, 90), 4)


def _truck(pen: ImageDraw) -> None:
    _ground(pen, (190, 205, 220), (220, 225, 230), 180, (125, 122, 118))
    pen.rectangle((16, 50, 170, 172), (230, 230, 232))
    pen.rounded_rectangle((172, 86, 240, 176), 10, (30, 90, 170))
    pen.polygon([(196, 96), (232, 96), (236, 128), (196, 128)], GLASS)
    pen.rectangle((16, 170, 240, 184), (50, 50, 52))
    for x in (48, 96, 206):
        _wheel(pen, x, 188, 22)


DRAWN = {
    "airplane": _airplane,
    "automobile": _automobile,
    "cat": _cat,
    "horse": _horse,
    "ship": _ship,
    "truck": _truck,
}
