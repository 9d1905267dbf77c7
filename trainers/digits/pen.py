"""Made-up pen drawings: digits as other hands write them, and scribbles that are no digits.

MNIST was scanned from paper in one country. On a pad people draw sevens with a crossbar, ones
with an upstroke, fives in two strokes, angular lines from a slow mouse. Every digit here is a few
strokes whose proportions are drawn at random, which are then bent, slanted, stretched, resampled,
drawn with some pen and put through the preprocessing that serves (`models.digits`).

Coordinates: x to the right, y downwards, a digit fills about 0...1 × 0...1.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from PIL import Image, ImageDraw
from scipy import ndimage

from models.digits import centre, to_ink

Strokes = list[np.ndarray]  # each (points, 2)
NO_DIGIT = 10  # label of a scribble


@dataclass(frozen=True)
class Hand:
    """How far the drawings stray from the ideal; lengths in units of the digit's height.

    Args:
        jitter: standard deviation of every control point.
        bend: size of the smooth warp of the plane.
        slant: largest slant to the right; to the left it is two thirds of that [degrees].
        turn: largest rotation [degrees].
        aspect: standard deviation of the logarithm of width / height.
        angular: share of drawings reduced to few points.
        points: fewest and most of them.
        pen: thinnest and thickest pen [shares of the longest side].
    """

    jitter: float = 0.022
    bend: float = 0.05
    slant: float = 28.0
    turn: float = 12.0
    aspect: float = 0.25
    angular: float = 0.4
    points: tuple[int, int] = (7, 14)
    pen: tuple[float, float] = (0.008, 0.22)


def arc(x, y, width, height, start, sweep, end_scale=1.0, points=12) -> np.ndarray:
    """Return points on an ellipse; angles in degrees, 0 right, 90 down; it may spiral."""
    angle = np.radians(np.linspace(start, start + sweep, points))
    radius = np.linspace(1, end_scale, points)
    return np.stack(
        [x + width * radius * np.cos(angle), y + height * radius * np.sin(angle)], axis=1
    )


def line(*points) -> np.ndarray:
    """Return points as an array `(points, 2)`. A point given twice is a corner."""
    return np.array(points, float)


def zero(u: Callable, chance: Callable) -> Strokes:
    """Return an ellipse begun anywhere near the top, not always closed."""
    sweep = u(315, 400) * (1 if chance(0.25) else -1)
    start = u(-160, -20) if chance(0.85) else u(-180, 180)
    return [arc(0.5, 0.5, u(0.2, 0.48), 0.5, start, sweep, u(0.85, 1.12), 18)]


def one(u: Callable, chance: Callable) -> Strokes:
    """Return a bare stroke, or one with an upstroke, or with a foot as well."""
    top, foot = u(-0.05, 0.12), u(-0.05, 0.05)
    stem = [(0.5 + top, 0), (0.5 + (top + foot) / 2 + u(-0.04, 0.04), 0.5), (0.5 + foot, 1)]
    if chance(0.35):
        return [line(*stem)]
    rise = u(0.1, 0.4) if chance(0.55) else u(0.25, 0.65)
    begin = (0.5 + top - rise * u(0.4, 1.1), rise)
    strokes = [line(begin, stem[0], stem[0], *stem[1:])]
    if chance(0.35):
        y = 1 + u(-0.04, 0.03)
        strokes.append(
            line((0.5 - u(0.15, 0.5), y), (0.5 + foot, 1), (0.5 + u(0.15, 0.5), y + u(-0.05, 0.05)))
        )
    return strokes


def two(u: Callable, chance: Callable) -> Strokes:
    """Return a swan's neck with a corner or a loop at the foot, or a two like a Z."""
    neck = u(0.2, 0.34)
    if chance(0.15):
        head = line(
            (u(0, 0.2), u(0, 0.12)), (u(0.75, 0.95), u(0, 0.06)), (u(0.85, 1), u(0.08, 0.2))
        )
    else:
        head = arc(0.48, neck, u(0.34, 0.48), neck, u(-215, -150), 0, points=1)
        start = np.degrees(np.arctan2(*((head[0] - (0.48, neck)) / (0.42, neck))[::-1]))
        start = start - 360 if start > 0 else start
        head = arc(0.48, neck, u(0.36, 0.48), neck, start, u(10, 40) - start, u(0.9, 1), 9)
    x, y = u(0, 0.15), u(0.88, 1)
    end = (u(0.85, 1.1), u(0.85, 1.05))
    if chance(0.35):  # a loop
        size = u(0.06, 0.16)
        foot = line((x + 0.1, y), (x - size / 2, y - size / 3), (x + size / 2, y - 1.4 * size))
        foot = np.concatenate([foot, line((x + 0.3, y - 0.03), (0.65, y + u(-0.02, 0.08)), end)])
    else:
        foot = line((x, y), (x, y), (0.5, y + u(-0.1, 0.07)), end)
    return [np.concatenate([head, foot])]


def three(u: Callable, chance: Callable) -> Strokes:
    """Return two bowls with a corner or a small loop between, or a flat top."""
    waist, depth = u(0.38, 0.52), u(0.25, 0.55)
    if chance(0.25):
        top = line((u(0, 0.15), u(0, 0.06)), (u(0.7, 0.95), 0), (u(0.7, 0.95), 0))
    else:
        top = arc(0.45, waist / 2, u(0.35, 0.48), waist / 2, u(-190, -130), 0, points=1)
        start = u(-185, -125)
        top = arc(0.45, waist / 2, u(0.33, 0.46), waist / 2, start, u(40, 75) - start, points=8)
    middle = line((depth, waist), (depth, waist))
    if chance(0.2):
        middle = line((depth, waist), (depth - 0.1, waist + 0.04), (depth, waist + 0.07))
    lower = (1 - waist) / 2
    bowl = arc(0.45, waist + lower, u(0.38, 0.52), lower, u(-70, -50), u(170, 235), points=8)
    return [np.concatenate([top, middle, bowl])]


def four(u: Callable, chance: Callable) -> Strokes:
    """Return an open four of two strokes, a closed one, or one drawn without lifting the pen."""
    bar, stem = u(0.45, 0.72), u(0.55, 0.8)
    right, end = stem + u(0.1, 0.45), (stem + u(-0.12, 0.05), 1)
    kind = u(0, 1)
    if kind < 0.5:  # open: an L or a U, then the stem
        lean = u(0, 0.5)
        left = line((lean, 0), (lean / 2 + u(-0.05, 0.03), bar / 2), (0, bar), (0, bar))
        if chance(0.4):  # rounded corner
            left = line((lean, 0), (u(0, 0.1), bar * 0.75), (0.15, bar), (0.4, bar))
        if chance(0.35):  # a short stem
            end = (stem + u(-0.15, 0.05), bar + u(0.12, 0.3))
        left = np.concatenate([left, line((right, bar + u(-0.08, 0.06)))])
        return [left, line((stem + u(-0.03, 0.1), u(-0.05, 0.4)), (stem, bar), end)]
    if kind < 0.7:  # closed: triangle, then the stem from its top or from the bar
        peak = (stem + u(-0.05, 0.1), 0)
        left = line(peak, (0.35, bar * 0.5), (0, bar), (0, bar), (right, bar + u(-0.06, 0.06)))
        return [left, line((peak[0], u(0, 0.1) if chance(0.7) else bar - u(0.05, 0.2)), end)]
    if kind < 0.85:  # one stroke, closed: up along the stem and down again
        left = line((u(0, 0.3), u(0, 0.1)), (0, bar), (0, bar), (stem, bar + u(-0.05, 0.05)))
        peak = (stem + u(0, 0.1), u(-0.05, 0.15))
        return [np.concatenate([left, line(left[-1], peak, peak, end)])]
    peak = (stem, 0)  # one stroke: begins at the foot or at the right end of the bar
    return [line((right, bar), (0, bar), (0, bar), peak, peak, (stem, bar), end)]


def five(u: Callable, chance: Callable) -> Strokes:
    """Return a five of one stroke, of two with a detached top, or like an S."""
    left, waist = u(0.05, 0.25), u(0.36, 0.5)
    lower = (1 - waist) / 2 + 0.03
    bowl = arc(0.45, 1 - lower, u(0.36, 0.52), lower, u(-130, -95), u(225, 275), points=9)
    back = line((left, u(0, 0.04)), (left - u(0, 0.12), waist + u(-0.02, 0.08)))
    body = np.concatenate([back, back[-1:], bowl])
    bar_end = (u(0.65, 1.15), u(-0.1, 0.08))
    if chance(0.2):  # like an S
        neck = line(bar_end, (0.5, 0), (left, 0.12), (left, waist * 0.8))
        return [
            np.concatenate([neck, arc(0.45, 1 - lower, 0.45, lower, -95, u(200, 265), points=8)])
        ]
    if chance(0.4):
        return [np.concatenate([line(bar_end, back[0], back[0]), body[1:]])]
    start = (left + u(-0.08, 0.15), u(-0.12, 0.06))
    bar = line(start, bar_end)
    return [body, bar] if chance(0.75) else [bar, body]


def six(u: Callable, chance: Callable) -> Strokes:
    """Return a neck and a bowl, slim or wide, closed or not."""
    bowl = u(0.2, 0.34)
    wide, turn = u(0.22, 0.5), u(330, 420) if chance(0.8) else u(270, 330)
    ring = arc(0.48, 1 - bowl, wide, bowl, -175, -turn, u(0.6, 1), 14)
    tip = (0.48 + wide * u(-0.6, 1.1), u(0, 0.05))
    neck = line(tip, (0.48 + (tip[0] - 0.48) * 0.4 - wide * u(0.35, 0.75), u(0.25, 0.4)))
    return [np.concatenate([neck, ring])]


def seven(u: Callable, chance: Callable) -> Strokes:
    """Return a seven, often with a crossbar, a serif or a curved stem."""
    left, corner, foot = u(0, 0.1), (u(0.85, 1), u(-0.05, 0.08)), (u(0.15, 0.65), 1)
    top = line((left, u(-0.02, 0.12)), (0.5, u(-0.04, 0.1)), corner, corner)
    if chance(0.3):  # serif
        top = np.concatenate([line((left - u(-0.03, 0.05), u(0.12, 0.3)), top[0]), top])
    stem = line((corner[0] * 0.5 + foot[0] * 0.5 + u(-0.15, 0.08), u(0.42, 0.55)), foot)
    strokes = [np.concatenate([top, stem])]
    if chance(0.5):
        y, x = u(0.38, 0.65), (corner[0] + foot[0]) / 2
        tilt = u(-0.1, 0.08)
        bar = line((x - u(0.15, 0.45), y - tilt), (x + u(0.15, 0.45), y + tilt))
        strokes.append(bar if chance(0.9) else bar[::-1])
    return strokes


def eight(u: Callable, chance: Callable) -> Strokes:
    """Return a figure of eight begun anywhere, or two rings."""
    if chance(0.15):
        waist, sign = u(0.4, 0.55), -1 if chance(0.7) else 1
        upper = arc(0.5, waist / 2, u(0.25, 0.4), waist / 2, u(-180, 180), sign * u(340, 390))
        lower = (1 - waist) / 2
        under = arc(0.5, 1 - lower, u(0.3, 0.48), lower, u(-130, -50), sign * u(340, 390))
        return [upper, under]
    start = u(-0.9, 0.5) if chance(0.75) else u(0, 2 * np.pi)
    angle = np.linspace(start, start + 2 * np.pi * u(0.9, 1.08), 24)
    waist = u(0.38, 0.56)
    y = (1 - np.cos(angle)) / 2
    y = np.interp(y, [0, 0.5, 1], [0, waist, 1])
    width = np.interp(y, [0, waist, 1], [u(0.25, 0.42), 0.36, u(0.32, 0.5)])
    sign = -1 if chance(0.75) else 1
    return [np.stack([0.5 + sign * width * np.sin(2 * angle), y], axis=1)]


def nine(u: Callable, chance: Callable) -> Strokes:
    """Return a head, closed or open, and a tail: straight, hooked, curled like a g, with a foot."""
    high, wide = u(0.17, 0.33), u(0.18, 0.46)
    x, right = 0.45, 0.45 + wide
    turned = chance(0.12)  # clockwise, begun at the stem
    start = u(-75, -5) if chance(0.8) else u(-130, -75)
    sweep = u(285, 375) - (start + 75) * 0.3 if chance(0.72) else u(200, 300)
    head = arc(x, high, wide, high, start, -sweep, u(0.85, 1.02), 13)
    if turned:
        head = arc(x, high, wide, high, u(0, 50), u(300, 360), points=13)
    reach = (right + u(-0.06, 0.08), u(0.02, 0.25)) if chance(0.75) else (right, u(0.2, 0.4))
    kind = u(0, 1)
    if chance(0.25):  # hooked far out to the right, like the lower half of a three
        out = right + u(0, 0.25)
        tail = line(
            (out, u(0.55, 0.72)), (out - u(0, 0.1), 0.9), (x, 1), (u(-0.1, 0.3), u(0.85, 1))
        )
    elif kind < 0.4:  # straight, upright or leaning
        tail = line((right + u(-0.12, 0.03), 0.6), (right - u(-0.05, 0.5), 1))
    elif kind < 0.75:  # hooked
        tail = line(
            (right, 0.6),
            (right - u(0, 0.12), 0.85),
            (right - wide, 1),
            (u(-0.1, 0.35), u(0.8, 0.98)),
        )
    elif kind < 0.86:  # curled like a g
        tail = line(
            (right, 0.65),
            (right - 0.1, 0.92),
            (x, 1),
            (u(-0.05, 0.15), 0.85),
            (u(0.1, 0.4), u(0.65, 0.8)),
        )
    elif chance(0.5):  # a foot
        tail = line((right - 0.03, 0.6), (right, 0.95), (right, 0.95), (u(-0.1, 0.3), u(0.9, 1.05)))
    else:  # bowed to the left
        tail = line((right - 0.02, 0.5), (right - u(0.1, 0.3), 0.75), (u(0, 0.35), 1))
    if chance(0.2):  # the stem is a stroke of its own
        return [head, np.concatenate([line(reach), tail])]
    return [np.concatenate([head, line(reach, reach) if chance(0.6) else line(reach), tail])]


DIGITS = (zero, one, two, three, four, five, six, seven, eight, nine)


def scribble(u: Callable, chance: Callable) -> Strokes:
    """Return what is no digit: tangles, zigzags, hatching, several dots or crossings."""
    kind = u(0, 1)
    if kind < 0.4:  # a tangle
        return [np.stack([[u(0, 1), u(0, 1)] for _ in range(int(u(8, 30)))])]
    if kind < 0.55:  # a zigzag
        count = int(u(6, 14))
        y = np.where(np.arange(count) % 2, u(0, 0.3), u(0.7, 1)) + [
            u(-0.1, 0.1) for _ in range(count)
        ]
        points = np.repeat(np.stack([np.linspace(0, u(0.6, 1.5), count), y], axis=1), 2, axis=0)
        return [points if chance(0.5) else points[:, ::-1]]
    if kind < 0.85:  # separate lines, curved or straight
        return [
            np.stack([[u(0, 1), u(0, 1)] for _ in range(int(u(2, 6)))]) for _ in range(int(u(4, 9)))
        ]
    if kind < 0.93:  # dots
        return [line((x, y), (x + 0.03, y)) for x, y in (u(0, 1, 2) for _ in range(int(u(3, 12))))]
    radius = np.linspace(u(0, 0.1), 0.5, 40)  # a spiral
    angle = u(0, 6) + np.linspace(0, u(15, 30), 40)
    return [np.stack([0.5 + radius * np.cos(angle), 0.5 + radius * np.sin(angle)], axis=1)]


def smooth(points: np.ndarray, per_span: int = 6) -> np.ndarray:
    """Return a Catmull-Rom curve through the points; a point given twice stays a corner."""
    if len(points) < 3:
        return points
    p = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, per_span, endpoint=False)[None, :, None]
    a, b, c, d = (p[i : len(p) - 3 + i, None] for i in range(4))
    curve = b + t * (c - a) / 2 + t**2 * (a - 2.5 * b + 2 * c - d / 2)
    curve = curve + t**3 * (1.5 * (b - c) + (d - a) / 2)
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def resample(points: np.ndarray, count: int) -> np.ndarray:
    """Return `count` points at equal distances along a line."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], steps.cumsum()])
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)


def write(label: int, rng: np.random.Generator, hand: Hand) -> Strokes:
    """Return one drawing of a digit, or of a scribble, as a person might make it."""
    u, chance = rng.uniform, lambda share: rng.random() < share
    ideal = scribble(u, chance) if label == NO_DIGIT else DIGITS[label](u, chance)
    strokes = []
    for points in ideal:
        noise = rng.normal(0, hand.jitter, points.shape)
        if len(points) > 8:  # dense points move together, or an arc turns bumpy
            noise = 2 * ndimage.gaussian_filter1d(noise, 1.5, axis=0)
        moved = points + noise
        repeated = np.flatnonzero((points[1:] == points[:-1]).all(axis=1))
        moved[repeated + 1] = moved[repeated]  # corners stay corners
        strokes.append(smooth(moved) if label != NO_DIGIT or chance(0.7) else moved)
    if label != NO_DIGIT:
        strokes = _bend(strokes, rng, hand)
    if chance(hand.angular):
        strokes = _few_points(strokes, rng, hand)
    elif chance(0.05) and len(strokes) > 1:
        strokes = [np.concatenate(strokes)]
    if chance(0.15):  # the pen skips at one end
        longest = max(range(len(strokes)), key=lambda i: len(strokes[i]))
        cut = int(len(strokes[longest]) * u(0, 0.08))
        strokes[longest] = (
            strokes[longest][cut:] if chance(0.5) else strokes[longest][: -cut or None]
        )
    return strokes


def _bend(strokes: Strokes, rng: np.random.Generator, hand: Hand) -> Strokes:
    """Warp the plane smoothly, stretch, slant and turn it; tremble a little."""
    u = rng.uniform
    wave = rng.normal(0, 2.5, (3, 2, 2))
    phase, size = u(0, 6.3, (3, 2)), rng.normal(0, hand.bend / 2, (3, 2))
    slant = np.tan(np.radians(u(-hand.slant * 2 / 3, hand.slant)))
    turn = np.radians(u(-hand.turn, hand.turn))
    stretch = np.exp(rng.normal(0, hand.aspect))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[1, -slant], [0, 1]]) @ np.diag([0.75 * stretch, 1])
    tremor = abs(rng.normal(0, 0.006)) if rng.random() < 0.5 else 0
    bent = []
    for points in strokes:
        shift = sum(size[i] * np.sin(points @ wave[i].T + phase[i]) for i in range(3))
        points = (points + shift) @ matrix.T
        bent.append(points + rng.normal(0, tremor, points.shape))
    if rng.random() < 0.2:  # as some pads store it: both sides stretched to the same length
        everything = np.concatenate(bent)
        low, span = everything.min(axis=0), np.ptp(everything, axis=0)
        if span.min() > 0.12 * span.max():
            bent = [(points - low) / span for points in bent]
    return bent


def _few_points(strokes: Strokes, rng: np.random.Generator, hand: Hand) -> Strokes:
    """Reduce a drawing to few points at equal distances; some pads join the strokes as well."""
    count = int(rng.integers(hand.points[0], hand.points[1] + 1))
    if rng.random() < 0.5:
        return [resample(np.concatenate(strokes), count)]
    lengths = np.array([np.hypot(*np.diff(points, axis=0).T).sum() for points in strokes])
    shares = np.maximum(2, np.round(count * lengths / max(lengths.sum(), 1e-9))).astype(int)
    return [resample(points, share) for points, share in zip(strokes, shares, strict=True)]


def draw(
    strokes: Strokes, side: int, pen: float, offset: tuple[float, float] = (0.5, 0.5), size=0.7
) -> Image.Image:
    """Draw strokes black on white.

    Args:
        strokes: the lines.
        side: side of the square picture [px].
        pen: width of the pen [px].
        offset: place of the drawing, 0...1 within the room that is left.
        size: longest side of the drawing [share of the picture].
    """
    everything = np.concatenate(strokes)
    low, span = everything.min(axis=0), np.ptp(everything, axis=0)
    scale = size * side / max(span.max(), 1e-6)
    corner = np.array(offset) * (side - 2 * pen - span * scale) + pen
    picture = Image.new("L", (side, side), 255)
    canvas = ImageDraw.Draw(picture)
    width, radius = max(1, round(pen)), pen / 2
    for points in strokes:
        path = (points - low) * scale + corner
        canvas.line([tuple(point) for point in path], fill=0, width=width)
        if width > 2:
            for x, y in path:
                canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return picture


def picture(label: int, rng: np.random.Generator, hand: Hand) -> np.ndarray:
    """Return one drawing as the network sees it, uint8 `(28, 28)`."""
    strokes = write(label, rng, hand)
    thin, thick = np.log(hand.pen)
    pen = np.exp(rng.uniform(thin, thick)) * 100
    ink = to_ink(draw(strokes, side=136, pen=pen, size=0.7 if pen > 8 else 0.85))
    return (centre(ink)[0].numpy() * 255).round().astype(np.uint8)


def _batch(seed: int, labels: np.ndarray, hand: Hand) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.stack([picture(int(label), rng, hand) for label in labels])


def drawings(
    count: int, seed: int, scribbles: float = 0.0, hand: Hand | None = None, workers: int = 2
) -> tuple[torch.Tensor, torch.Tensor]:
    """Make drawings.

    Args:
        count: how many.
        seed: the same seed gives the same drawings.
        scribbles: share of scribbles, labelled `NO_DIGIT`.
        hand: how far they stray.
        workers: processes.

    Returns:
        Pictures uint8 `(count, 28, 28)` and labels int64 `(count,)`.
    """
    rng = np.random.default_rng(seed)
    labels = np.where(rng.random(count) < scribbles, NO_DIGIT, rng.integers(0, 10, count))
    parts = np.array_split(labels, max(1, count // 500))
    seeds = rng.integers(0, 2**31, len(parts)).tolist()
    make = partial(_batch, hand=hand or Hand())
    if workers > 1 and len(parts) > 1:
        with ProcessPoolExecutor(workers) as pool:
            pictures = list(pool.map(make, seeds, parts))
    else:
        pictures = list(map(make, seeds, parts))
    return torch.from_numpy(np.concatenate(pictures)), torch.from_numpy(labels)
