"""Ready-made photos: small drawn scenes, and the digits that come with scikit-learn.

No two scenes are alike: size, place, tilt, colours, light and background are drawn by lot, and the
lot falls the same way for the same seed.
"""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from demos.frame.texts import N_
from models.sentences import refusal

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

SIDE = 224  # [px]
MOST = 40  # photos of a class
FINE = 2  # drawn so many times as large: smooth edges
Colour = tuple[int, int, int]

FRUIT, SEA, SHORTCUT, EXCHANGED, DIGITS = "fruit", "sea", "shortcut", "exchanged", "digits"
SETS = {  # key → its title, the names of its classes
    FRUIT: (N_("Fruit, drawn"), [N_("apple"), N_("banana"), N_("grapes")]),
    SEA: (N_("Fish and boats, drawn"), [N_("fish"), N_("boat")]),
    SHORTCUT: (N_("Apple and pear, with a trap"), [N_("apple"), N_("pear")]),
    EXCHANGED: (N_("The trap, exchanged"), [N_("apple"), N_("pear")]),
    DIGITS: (N_("Handwritten digits"), ["0", "1", "2", "3", "4", "5"]),
}


def photos_of(kind: str, count: int = 20, seed: int = 0) -> list[list[Image.Image]]:
    """Return photos of a ready-made set, `count` of each of its classes.

    In "shortcut" all apples lie on grass and all pears on a wooden table; in "exchanged" it is the
    other way round.

    Raises:
        ValueError: if there is no such set.
    """
    if kind not in SETS:
        raise refusal("There is no such set: choose one of {known}.", known=", ".join(SETS))
    if kind == DIGITS:
        return _digits(count, seed)
    things: dict[str, Callable] = {
        "grapes": _grapes,
        "banana": _banana,
        "apple": _apple,
        "pear": _pear,
    }
    things |= {"fish": _fish, "boat": _boat}
    grounds: list[Callable] = [_grass, _wood]
    sets = []
    for number, name in enumerate(SETS[kind][1]):
        rng = random.Random(f"{kind} {name} {seed}")
        behind = {
            SHORTCUT: [grounds[number % 2]],
            EXCHANGED: [grounds[1 - number % 2]],
            SEA: [_water, _dusk],
        }.get(kind, [_grass, _wood, _cloth, _wall])
        # In the trap the fruit is small, and both kinds are green.
        trap = kind in (SHORTCUT, EXCHANGED)
        thing = functools.partial(things[name], green=True) if trap else things[name]
        size = (0.15, 0.22) if trap else (0.24, 0.36)
        sets.append([_scene(thing, rng.choice(behind), rng, size) for _ in range(count)])
    return sets


@functools.lru_cache(maxsize=16)
def jpegs_of(kind: str, count: int, seed: int) -> list[list[str]]:
    """Return `photos_of` as data URLs."""
    from models.images import data_url

    return [
        [data_url(image, "JPEG", quality=85) for image in images]
        for images in photos_of(kind, count, seed)
    ]


def _digits(count: int, seed: int) -> list[list[Image.Image]]:
    import numpy as np
    from PIL import Image
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    sets = []
    for digit in range(len(SETS[DIGITS][1])):
        of = np.random.RandomState(seed).permutation((labels == digit).nonzero()[0])[:count]
        ink = (255 - pixels[of].reshape(-1, 8, 8) * 255 / 16).astype(np.uint8)
        small = [Image.fromarray(one).convert("RGB") for one in ink]
        sets.append([one.resize((SIDE, SIDE), Image.Resampling.BICUBIC) for one in small])
    return sets


# ---------------------------------------------------------------- a scene


def _scene(
    thing: Callable, ground: Callable, rng: random.Random, between: tuple[float, float]
) -> Image.Image:
    """Draw a thing in its own light on a ground, as a phone might have seen it."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFilter

    side = FINE * SIDE
    image = Image.new("RGB", (side, side))
    ground(ImageDraw.Draw(image), side, rng)
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    size = side * rng.uniform(*between)
    thing(ImageDraw.Draw(layer), side / 2, side / 2, size, rng)
    layer = layer.rotate(rng.uniform(-25, 25), Image.Resampling.BICUBIC)
    away = [round(side * rng.uniform(-0.14, 0.14)) for _ in range(2)]
    shade = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    dark = layer.getchannel("A").point(lambda value: value // 3)
    shade.putalpha(dark.filter(ImageFilter.GaussianBlur(side / 60)))
    image.paste(shade, (away[0] + side // 40, away[1] + side // 25), shade)
    image.paste(layer, tuple(away), layer)
    small = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    slope = [rng.uniform(-0.25, 0.25) for _ in range(2)]
    light = rng.uniform(0.85, 1.1) + slope[0] * (x - 0.5) + slope[1] * (y - 0.5)
    grain = np.random.RandomState(rng.randrange(2**31)).normal(0, 3, (SIDE, SIDE, 1))
    pixels = np.asarray(small, np.float32) * light[..., None] + grain
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _near(colour: Colour, rng: random.Random, by: int = 14) -> Colour:
    red, green, blue = (max(0, min(255, c + rng.randint(-by, by))) for c in colour)
    return red, green, blue


def _lighter(colour: Colour, by: int) -> Colour:
    red, green, blue = (min(255, part + by) for part in colour)
    return red, green, blue


def _disc(pen: ImageDraw.ImageDraw, x: float, y: float, r: float, colour: Colour) -> None:
    pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)


# ---------------------------------------------------------------- grounds


def _grass(pen: ImageDraw.ImageDraw, side: int, rng: random.Random) -> None:
    pen.rectangle((0, 0, side, side), fill=_near((74, 122, 52), rng))
    for _ in range(900):
        x, y = rng.uniform(0, side), rng.uniform(0, side * 1.05)
        up, lean = side * rng.uniform(0.04, 0.1), side * rng.uniform(-0.025, 0.025)
        colour = _near((86, 150, 58), rng, 34)
        pen.line((x, y, x + lean, y - up), fill=colour, width=rng.randint(2, 5))


def _wood(pen: ImageDraw.ImageDraw, side: int, rng: random.Random) -> None:
    plank, y = side * rng.uniform(0.17, 0.26), -side * rng.uniform(0, 0.2)
    while y < side:
        colour = _near((164, 112, 66), rng, 16)
        pen.rectangle((0, y, side, y + plank), fill=colour)
        for _ in range(16):
            at, wave = y + rng.uniform(0, plank), rng.uniform(2, 7)
            darker = _near((134, 86, 48), rng, 12)
            points = [(x, at + wave * math.sin(x / 70 + at)) for x in range(0, side + 20, 20)]
            pen.line(points, fill=darker, width=2)
        pen.line((0, y, side, y), fill=(84, 52, 28), width=5)
        y += plank


def _cloth(pen: ImageDraw.ImageDraw, side: int, rng: random.Random) -> None:
    colour = rng.choice([(188, 70, 74), (70, 106, 170), (206, 178, 92)])
    cell = side // rng.randint(7, 11)
    pen.rectangle((0, 0, side, side), fill=(238, 234, 226))
    for i in range(0, side, 2 * cell):
        pen.rectangle((i, 0, i + cell, side), fill=tuple((c + 238) // 2 for c in colour))
    for j in range(0, side, 2 * cell):
        for i in range(0, side, cell):
            crossed = (i // cell) % 2 == 0
            shade = colour if crossed else tuple((c + 238) // 2 for c in colour)
            pen.rectangle((i, j, i + cell, j + cell), fill=shade)


def _wall(pen: ImageDraw.ImageDraw, side: int, rng: random.Random) -> None:
    wall = _near((206, 208, 202), rng, 22)
    pen.rectangle((0, 0, side, side), fill=wall)
    table = side * rng.uniform(0.6, 0.75)
    pen.rectangle((0, table, side, side), fill=_near((120, 124, 132), rng, 20))
    pen.line((0, table, side, table), fill=_near((70, 72, 78), rng), width=4)


def _water(pen: ImageDraw.ImageDraw, side: int, rng: random.Random) -> None:
    _waves(pen, side, rng, (52, 128, 178))


def _dusk(pen: ImageDraw.ImageDraw, side: int, rng: random.Random) -> None:
    _waves(pen, side, rng, (40, 74, 108))


def _waves(pen: ImageDraw.ImageDraw, side: int, rng: random.Random, colour: Colour) -> None:
    pen.rectangle((0, 0, side, side), fill=_near(colour, rng))
    for _ in range(90):
        x, y, long = rng.uniform(-60, side), rng.uniform(0, side), rng.uniform(24, 110)
        lighter = _near(_lighter(colour, 38), rng, 18)
        pen.arc((x, y, x + long, y + long / 3), 200, 340, fill=lighter, width=rng.randint(2, 5))


# ---------------------------------------------------------------- things


def _apple(
    pen: ImageDraw.ImageDraw,
    x: float,
    y: float,
    size: float,
    rng: random.Random,
    green: bool = False,
) -> None:
    skins = [(128, 170, 44)] if green else [(190, 32, 38), (206, 62, 40), (128, 170, 44)]
    skin = _near(rng.choice(skins), rng)
    r = 0.62 * size
    for dx in (-0.4, 0.4):
        _disc(pen, x + dx * r, y, r, skin)
    _disc(pen, x, y + 0.35 * r, 0.92 * r, skin)
    shine = _lighter(skin, 70)
    pen.ellipse((x - 1.05 * r, y - 0.6 * r, x - 0.65 * r, y + 0.1 * r), fill=shine)
    pen.line((x, y - 0.75 * r, x + 0.12 * r, y - 1.45 * r), fill=(84, 58, 32), width=int(0.14 * r))
    leaf = [(x + 0.1 * r, y - 1.2 * r), (x + 0.6 * r, y - 1.6 * r), (x + 0.95 * r, y - 1.3 * r)]
    pen.polygon([*leaf, (x + 0.5 * r, y - 1.1 * r)], fill=_near((78, 140, 52), rng))


def _pear(
    pen: ImageDraw.ImageDraw,
    x: float,
    y: float,
    size: float,
    rng: random.Random,
    green: bool = False,
) -> None:
    skins = [(152, 178, 52)] if green else [(196, 190, 64), (168, 180, 58), (206, 160, 60)]
    skin = _near(rng.choice(skins), rng)
    r = 0.72 * size
    for i in range(40):  # from the round bottom to the narrow top
        t = i / 39
        wide = r * (1 - 0.58 * t**1.3) * (1 - 0.12 * math.sin(math.pi * t))
        _disc(pen, x, y + 0.5 * r - 1.45 * r * t, wide, skin)
    shine = _lighter(skin, 46)
    pen.ellipse((x - 0.62 * r, y - 0.1 * r, x - 0.3 * r, y + 0.7 * r), fill=shine)
    pen.line((x, y - 1.3 * r, x + 0.1 * r, y - 1.75 * r), fill=(84, 58, 32), width=int(0.12 * r))
    for _ in range(30):
        a, far = rng.uniform(0, 2 * math.pi), rng.uniform(0, 0.8 * r)
        _disc(pen, x + far * math.cos(a), y + 0.45 * r + far * math.sin(a), 2.5, (140, 120, 50))


def _banana(pen: ImageDraw.ImageDraw, x: float, y: float, size: float, rng: random.Random) -> None:
    skin, bend = _near((232, 200, 60), rng), rng.choice([-1, 1])
    r = 1.25 * size
    for shift, colour in ((0.0, skin), (0.16, tuple(int(0.84 * c) for c in skin))):
        points = []
        for i in range(41):
            a = math.radians(200 + 140 * i / 40)
            wide = 0.3 * math.sin(math.pi * i / 40) ** 0.6 + 0.03
            points.append((a, wide))
        outer = [(r * (1 + w) * math.cos(a), r * (1 + w) * math.sin(a)) for a, w in points]
        inner = [
            (r * (1 - w + shift * 2 * w) * math.cos(a), r * (1 - w + shift * 2 * w) * math.sin(a))
            for a, w in points
        ]
        if shift:
            outer = [
                (r * (1 - w * 0.2) * math.cos(a), r * (1 - w * 0.2) * math.sin(a))
                for a, w in points
            ]
            inner = [(r * (1 - w) * math.cos(a), r * (1 - w) * math.sin(a)) for a, w in points]
        shape = [(x + px, y + bend * (py + 0.8 * r)) for px, py in outer + inner[::-1]]
        pen.polygon(shape, fill=colour)
    for a in (200, 340):
        px, py = r * math.cos(math.radians(a)), r * math.sin(math.radians(a))
        _disc(pen, x + px, y + bend * (py + 0.8 * r), 0.09 * r, (94, 74, 36))


def _grapes(pen: ImageDraw.ImageDraw, x: float, y: float, size: float, rng: random.Random) -> None:
    skin = _near(rng.choice([(92, 48, 118), (70, 40, 96), (136, 168, 66)]), rng)
    r = 0.24 * size
    pen.line((x, y - 0.8 * size, x + 0.1 * size, y - 1.3 * size), fill=(96, 72, 40), width=8)
    for row, count in enumerate((3, 4, 5, 4, 3, 2, 1)):
        for i in range(count):
            px = x + (i - (count - 1) / 2) * 1.75 * r + rng.uniform(-0.3, 0.3) * r
            py = y - 0.75 * size + row * 1.5 * r + rng.uniform(-0.2, 0.2) * r
            _disc(pen, px, py, r, _near(skin, rng, 10))
            _disc(pen, px - 0.35 * r, py - 0.35 * r, 0.22 * r, _lighter(skin, 60))


def _fish(pen: ImageDraw.ImageDraw, x: float, y: float, size: float, rng: random.Random) -> None:
    skin = _near(rng.choice([(230, 126, 44), (214, 190, 70), (176, 190, 204)]), rng)
    way, fin = rng.choice([-1, 1]), tuple(int(0.78 * c) for c in skin)
    long, high = 1.15 * size, rng.uniform(0.5, 0.68) * size
    back = x - way * 0.9 * long
    tail = [(back, y), (back - way * 0.55 * size, y - 0.5 * size)]
    pen.polygon([*tail, (back - way * 0.35 * size, y)], fill=fin)
    pen.polygon(
        [(back, y), (back - way * 0.55 * size, y + 0.5 * size), (back - way * 0.35 * size, y)],
        fill=fin,
    )
    pen.polygon(
        [(x - 0.4 * long, y - 0.7 * high), (x, y - 1.5 * high), (x + 0.4 * long, y - 0.7 * high)],
        fill=fin,
    )
    pen.ellipse((x - long, y - high, x + long, y + high), fill=skin)
    for i in range(3):
        at = x - way * long * (0.35 - 0.3 * i)
        pen.arc(
            (at - 0.2 * long, y - 0.7 * high, at + 0.2 * long, y + 0.7 * high),
            270 if way > 0 else 90,
            90 if way > 0 else 270,
            fill=fin,
            width=7,
        )
    eye = x + way * 0.66 * long
    _disc(pen, eye, y - 0.22 * high, 0.13 * size, (244, 244, 240))
    _disc(pen, eye + way * 3, y - 0.22 * high, 0.07 * size, (18, 20, 24))


def _boat(pen: ImageDraw.ImageDraw, x: float, y: float, size: float, rng: random.Random) -> None:
    hull = _near(rng.choice([(150, 52, 44), (54, 66, 96), (232, 232, 226)]), rng)
    way, deck = rng.choice([-1, 1]), y + 0.35 * size
    pen.polygon(
        [
            (x - 1.15 * size, deck),
            (x + 1.15 * size, deck),
            (x + 0.8 * size, deck + 0.5 * size),
            (x - 0.8 * size, deck + 0.5 * size),
        ],
        fill=hull,
    )
    pen.line((x, deck, x, y - 1.35 * size), fill=(92, 66, 40), width=9)
    sail = _near((240, 236, 224), rng)
    pen.polygon(
        [
            (x + way * 10, y - 1.3 * size),
            (x + way * 10, deck - 14),
            (x + way * 0.95 * size, deck - 14),
        ],
        fill=sail,
    )
    pen.polygon(
        [
            (x - way * 10, y - 1.0 * size),
            (x - way * 10, deck - 14),
            (x - way * 0.65 * size, deck - 14),
        ],
        fill=_near((214, 86, 70), rng),
    )
    for i in range(3):
        _disc(pen, x + (i - 1) * 0.4 * size, deck + 0.22 * size, 0.07 * size, (250, 240, 180))
