"""The samples of the tire tab: renderings, so that nobody's photos are needed.

    python -m demos.tires.rendering [NAME ...]   # writes samples/NAME.jpg, half a minute each

A tire is a rounded ring whose distance to any point is known, with grooves, letters and cracks that
push its surface in or out. Rays walk along that distance (sphere tracing: Hart, 1996); light, soft
shadows and the darkness of grooves come from the same distance, grain from noise.

Lengths are in radii of the tire; the axle is the z axis, y points up.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

FOLDER = Path(__file__).parent / "samples"
SIDE = 448  # of a sample [px]
FINE = 2  # rays per pixel, each way
FAR = 9.0
RUBBER, METAL, DARK, GROUND, DOUGH, ICING, DISC = range(7)

Field = np.ndarray  # float32, one number per ray
Points = np.ndarray  # float32 (N, 3)

_GRID = np.random.default_rng(7).random((64, 64, 64), dtype=np.float32)


def noise(p: Points, scale: float, octaves: int = 4) -> Field:
    """Return smooth noise in about [0, 1], each octave half as large and twice as fine."""
    total, weight = np.zeros(len(p), np.float32), 0.0
    for octave in range(octaves):
        share = 0.5**octave
        at = (p * (scale * 2**octave) + 17.3 * octave).T
        total += share * ndimage.map_coordinates(_GRID, at, order=1, mode="grid-wrap")
        weight += share
    return total / weight


def smooth(low: float, high: float, x: Field) -> Field:
    """Return 0 below `low`, 1 above `high`, and a smooth step between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def box(x: Field, y: Field, half: tuple, radius: float) -> Field:
    """Return the distance to a rectangle with round corners in the plane."""
    qx, qy = np.abs(x) - (half[0] - radius), np.abs(y) - (half[1] - radius)
    outside = np.hypot(np.maximum(qx, 0), np.maximum(qy, 0))
    return outside + np.minimum(np.maximum(qx, qy), 0) - radius


@dataclass(frozen=True)
class Tire:
    """A tire on its wheel.

    Args:
        depth: of the grooves.
        blocks: of the tread, around.
        cracks: depth of the cracks in the sidewall.
        flat: how far it has sunk into itself.
        rim: whether it is on a wheel.
        scrub: how much one shoulder is worn away.
    """

    depth: float = 0.045
    blocks: int = 58
    cracks: float = 0.0
    flat: float = 0.0
    rim: bool = True
    scrub: float = 0.0

    def parts(self, p: Points) -> list[tuple[Field, int]]:
        """Return the distance to each part, and its material."""
        x, y, z = p.T
        rho, angle = np.hypot(x, y), np.arctan2(y, x)
        found = [(self.rubber(p, rho, angle, z), RUBBER)]
        if self.rim:
            found += self.wheel(rho, angle, z)
        return found

    def rubber(self, p: Points, rho: Field, angle: Field, z: Field) -> Field:
        """Return the distance to the rubber."""
        wide = np.full_like(z, 0.31)
        if self.flat:  # what has no room below goes to the sides
            wide = wide + 0.17 * smooth(0.3, 0.85, -p[:, 1]) * self.flat / 0.2
        mid = rho - 0.8
        crown = 0.03 * np.minimum(np.abs(z) / 0.3, 1.2) ** 2  # the tread is a little round
        d = box(z * 0.31 / wide, mid + crown, (0.31, 0.2), 0.1)
        side = smooth(0.26, 0.3, np.abs(z)) * smooth(0.97, 0.93, rho)
        tread = smooth(0.9, 0.94, rho)
        if self.flat:
            d = np.maximum(d, -(p[:, 1] + 1 - self.flat))
        d = d + tread * self.grooves(angle, z)
        d = d - side * self.letters(rho, angle)
        if self.scrub:
            d = d + self.scrub * tread * smooth(0.02, 0.26, z) * (0.6 + 0.8 * noise(p, 9))
        if self.cracks:
            d = d + self.cracks * self.fissures(p, rho, angle) * smooth(0.2, 0.26, np.abs(z))
        return d

    def grooves(self, angle: Field, z: Field) -> Field:
        """Return how far the tread is cut in: four grooves around, slots across, fine sipes."""
        if not self.depth:
            return np.zeros_like(z)
        around = np.minimum(np.abs(np.abs(z) - 0.065), np.abs(np.abs(z) - 0.185))
        cut = smooth(0.017, 0.011, around)
        turn = angle * self.blocks / (2 * np.pi)
        for inner, outer, lean, shift in ((0.2, 0.4, 2.2, 0.0), (0.08, 0.185, -4.0, 0.4)):
            phase = np.abs((turn + shift * np.sign(z) + lean * np.abs(z)) % 1 - 0.5)
            inside = smooth(inner - 0.005, inner + 0.005, np.abs(z)) * (np.abs(z) < outer)
            cut = np.maximum(cut, smooth(0.43, 0.455, phase) * inside)
        wave = 0.08 * np.abs((z * 60) % 2 - 1)  # sipes run in a zigzag
        fine = np.abs((2 * turn + 5 * z + wave) % 1 - 0.5)
        sipe = smooth(0.465, 0.485, fine) * (np.abs(np.abs(z) - 0.125) < 0.045)
        sipe += smooth(0.465, 0.485, fine) * (np.abs(z) < 0.045) * 0.8
        return self.depth * np.maximum(cut, 0.5 * np.minimum(sipe, 1))

    def letters(self, rho: Field, angle: Field) -> Field:
        """Return how far the sidewall stands out: rings, a ribbed band, letters nobody can read."""
        rings = sum(smooth(0.006, 0.003, np.abs(rho - r)) for r in (0.66, 0.69, 0.885, 0.9))
        ribs = smooth(0.25, 0.4, np.abs((angle * 150 / np.pi) % 1 - 0.5))
        band = ribs * smooth(0.845, 0.85, rho) * smooth(0.875, 0.87, rho)
        place = angle * 22
        cell = np.floor(place).astype(int)
        u, v = place % 1, (rho - 0.735) / 0.075
        word = (cell % 23 < 9) & (u > 0.14) & (u < 0.86) & (v > 0) & (v < 1)
        kind = np.random.default_rng(3).integers(0, 2, (64, 7))[cell % 64]
        strokes = [
            np.abs(u - 0.24),
            np.abs(u - 0.76),
            np.abs(v - 0.12) * 0.9,
            np.abs(v - 0.5) * 0.9,
            np.abs(v - 0.88) * 0.9,
            np.abs(u - 0.5 - (v - 0.5) * 0.5),
            np.abs(u - 0.5),
        ]
        drawn = np.zeros_like(rho)
        for i, stroke in enumerate(strokes):
            on = kind[:, i] | (i == cell % 3)
            drawn = np.maximum(drawn, on * smooth(0.13, 0.09, stroke))
        return 0.004 * rings + 0.004 * band + 0.006 * drawn * word

    def fissures(self, p: Points, rho: Field, angle: Field) -> Field:
        """Return 1 in the middle of a crack: the zero lines of noise, which branch and meet."""
        around = np.stack([angle * 0.8, rho * 2.3, 0 * rho], axis=1).astype(np.float32)
        bent = around + 0.06 * (noise(p, 14)[:, None] - 0.5)
        total = np.zeros_like(rho)
        for scale, width, share in ((7, 0.012, 1.0), (16, 0.016, 0.7), (37, 0.02, 0.4)):
            line = np.abs(noise(bent, scale, 3) - 0.5)
            here = smooth(0.42, 0.55, noise(around + 3.7, 2.2 + scale / 8, 2))
            total = np.maximum(total, share * here * smooth(width, 0.0, line))
        return total

    def wheel(self, rho: Field, angle: Field, z: Field) -> list[tuple[Field, int]]:
        """Return rim, five double spokes, hub, bolts, and what lies dark behind."""
        lip = box(rho - 0.6, z - 0.225, (0.025, 0.05), 0.02)
        well = box(rho - 0.575, z, (0.012, 0.22), 0.01)
        turn = (angle + np.pi / 2) % (2 * np.pi / 5) - np.pi / 5
        across = np.abs(rho * np.sin(turn)) - (0.055 + 0.11 * rho)  # two arms that part outwards
        bend = z - 0.2 + 0.16 * (rho - 0.1) * (0.6 - rho)
        arm = np.maximum(box(across, bend, (0.036, 0.035), 0.014), rho - 0.6)
        hub = box(rho, z - 0.19, (0.16, 0.045), 0.02)
        cap = box(rho, z - 0.23, (0.07, 0.02), 0.012)
        nut = (angle + np.pi / 2 + np.pi / 5) % (2 * np.pi / 5) - np.pi / 5
        bolt = np.hypot(rho * np.cos(nut) - 0.115, rho * np.sin(nut))
        hole = np.maximum(0.02 - bolt, 0) * 1.5
        metal = np.minimum.reduce([lip, well, arm, hub + hole, cap])
        disc = box(rho, z - 0.02, (0.42, 0.02), 0.005)
        return [(metal, METAL), (disc, DISC), (box(rho, z + 0.1, (0.57, 0.03), 0.01), DARK)]


@dataclass(frozen=True)
class Scene:
    """What is seen, from where, in which light.

    Args:
        parts: returns the distance to each part of the scene, and its material.
        eye, look: where the camera stands, and what it looks at.
        zoom: focal length in halves of the picture's side.
        light: where it comes from.
        sky: colours behind everything, top and bottom.
        dust: how much dirt lies on the rubber.
        ground: height of the ground; None without.
        paint: colour of the ground.
        blur: of what is not in focus [px].
        scratch: how grey the rubber is where it was scrubbed.
    """

    parts: Callable[[Points], list[tuple[Field, int]]]
    eye: tuple
    look: tuple
    zoom: float = 2.4
    light: tuple = (0.5, 0.8, 0.6)
    sky: tuple = ((214, 217, 220), (190, 192, 194))
    dust: float = 0.2
    ground: float | None = None
    paint: tuple = (0.24, 0.24, 0.25)
    blur: float = 0.6
    scratch: float = 0.0
    roll: float = 0.0

    def distance(self, p: Points) -> Field:
        """Return the distance to the nearest part."""
        return np.minimum.reduce([d for d, _ in self._all(p)])

    def material(self, p: Points) -> np.ndarray:
        """Return the material of the nearest part."""
        found = self._all(p)
        kinds = np.array([kind for _, kind in found])
        return kinds[np.argmin([d for d, _ in found], axis=0)]

    def _all(self, p: Points) -> list[tuple[Field, int]]:
        found = self.parts(p)
        if self.ground is not None:
            found.append((p[:, 1] - self.ground - 0.012 * (noise(p, 26, 2) - 0.5), GROUND))
        return found


def render(scene: Scene, side: int = SIDE, seed: int = 0) -> Image.Image:
    """Return a picture of the scene, with the grain and the softness of a phone's camera."""
    fine = side * FINE
    eye, look = np.array(scene.eye, np.float32), np.array(scene.look, np.float32)
    ahead = unit(look - eye)
    up = np.array([np.sin(scene.roll), np.cos(scene.roll), 0], np.float32)
    right = unit(np.cross(ahead, up))
    above = np.cross(right, ahead)
    v, u = np.mgrid[1 : -1 : fine * 1j, -1 : 1 : fine * 1j].astype(np.float32)
    rays = unit(scene.zoom * ahead + u.reshape(-1, 1) * right + v.reshape(-1, 1) * above).astype(
        np.float32
    )
    t, hit = march(scene, eye, rays)
    colour = backdrop(scene, v.ravel())
    points = eye + t[hit, None] * rays[hit]
    colour[hit] = shade(scene, points, rays[hit], t[hit])
    if scene.ground is not None:  # the ground fades into what lies behind
        haze = smooth(3.5, FAR, t)[:, None] * hit[:, None]
        colour = colour * (1 - haze) + haze * backdrop(scene, v.ravel())
    picture = np.clip(colour, 0, 1).reshape(fine, fine, 3) ** (1 / 2.2)
    image = Image.fromarray((255 * picture).astype(np.uint8)).resize((side, side), Image.LANCZOS)
    image = image.filter(ImageFilter.GaussianBlur(scene.blur))
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    pixels = np.asarray(image, np.float32) * (1 - 0.16 * (x**2 + y**2))[..., None]
    pixels += rng.normal(0, 1.2, (side, side, 1)) + rng.normal(0, 0.7, (side, side, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def unit(v: np.ndarray) -> np.ndarray:
    """Return vectors of length 1."""
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def march(scene: Scene, eye: np.ndarray, rays: Points) -> tuple[Field, np.ndarray]:
    """Return how far each ray goes, and whether it meets something."""
    t, hit = np.zeros(len(rays), np.float32), np.zeros(len(rays), bool)
    going = np.arange(len(rays))
    for _ in range(110):
        d = scene.distance(eye + t[going, None] * rays[going])
        near = d < 0.0012
        hit[going[near]] = True
        t[going] += 0.75 * d
        going = going[~near & (t[going] < FAR)]
        if not len(going):
            break
    return t, hit


def normals(scene: Scene, p: Points, step: float = 0.0016) -> Points:
    """Return which way the surface looks."""
    found = np.zeros_like(p)
    for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        way = np.array(corner, np.float32)
        found += way * scene.distance(p + step * way)[:, None]
    return unit(found + 1e-12)


def shade(scene: Scene, p: Points, rays: Points, t: Field) -> np.ndarray:
    """Return the colours `(N, 3)`, linear."""
    n, kind = normals(scene, p), scene.material(p)
    fine_grain = noise(p, 90, 3) - 0.5
    n = unit(
        n
        + 0.16
        * np.stack([fine_grain, np.roll(fine_grain, 1), -fine_grain], axis=1)
        * np.isin(kind, (RUBBER, GROUND))[:, None]
    )
    light = unit(np.array(scene.light, np.float32))
    sun = np.clip(n @ light, 0, 1) * shadow(scene, p + 0.006 * n, light)
    open_ = occlusion(scene, p, n)
    half = unit(light - rays)
    gloss = np.clip((n * half).sum(1), 0, 1)
    bounce = np.clip(-n[:, 1], 0, 1) * 0.12
    sky = (0.5 + 0.5 * n[:, 1]) * 0.55 + 0.2 + bounce
    base, shine, power = surface(scene, p, n, kind)
    mirror = rays - 2 * (rays * n).sum(1, keepdims=True) * n
    above = smooth(-0.25, 0.55, mirror[:, 1])[:, None]
    seen = np.where(np.isin(kind, (METAL, DISC))[:, None], 0.12 + 0.75 * above, 0)
    flare = shine * gloss**power * sun
    diffuse = base * (1.9 * sun + sky * open_)[:, None]
    metal = seen * base * open_[:, None]
    return (
        diffuse
        + metal
        + flare[:, None]
        + 0.04 * (open_ * (1 - np.abs((n * rays).sum(1))) ** 3)[:, None]
    )


def surface(scene: Scene, p: Points, n: Points, kind: np.ndarray) -> tuple:
    """Return colour, shine and how sharp it is, of each point."""
    base = np.full((len(p), 3), 0.03, np.float32)
    shine, power = np.zeros(len(p), np.float32), np.full(len(p), 12.0, np.float32)
    blot = noise(p, 5)
    rubber = kind == RUBBER
    tone = 0.026 + 0.02 * blot[rubber] + 0.012 * (noise(p[rubber], 60) - 0.5)
    base[rubber] = tone[:, None] * np.array([1.0, 1.0, 1.03])
    dust = scene.dust * smooth(0.42, 0.72, noise(p[rubber] + 5, 4))
    dust = dust + 0.5 * scene.dust * smooth(0.5, 0.8, noise(p[rubber], 40))
    earth = np.array([0.27, 0.22, 0.16])
    base[rubber] = base[rubber] * (1 - dust[:, None]) + dust[:, None] * earth
    if scene.scratch:
        rough = scene.scratch * smooth(0.08, 0.24, p[rubber][:, 2])
        rough = rough * smooth(0.35, 0.6, noise(p[rubber] * np.array([1, 1, 6], np.float32), 9))
        base[rubber] = base[rubber] * (1 - rough[:, None]) + rough[:, None] * 0.2
    shine[rubber] = 0.10 * (1 - np.clip(dust * 2, 0, 1))
    for k, colour, gloss, sharp in (
        (METAL, (0.44, 0.45, 0.47), 0.5, 40),
        (DISC, (0.2, 0.2, 0.21), 0.2, 18),
        (DARK, (0.01, 0.01, 0.01), 0, 5),
        (DOUGH, (0.5, 0.27, 0.1), 0.05, 12),
        (ICING, (0.75, 0.25, 0.38), 0.5, 50),
    ):
        here = kind == k
        base[here], shine[here], power[here] = colour, gloss, sharp
    dough = kind == DOUGH
    base[dough] *= (0.75 + 0.5 * blot[dough])[:, None]
    icing = kind == ICING
    base[icing] = sprinkled(p[icing], base[icing])
    ground = kind == GROUND
    stones = noise(p[ground], 70, 2)
    grit = (
        0.45
        + 0.6 * smooth(0.35, 0.75, stones) * noise(p[ground], 31, 2)
        + 0.3 * (blot[ground] - 0.5)
    )
    base[ground] = np.array(scene.paint) * grit[:, None]
    return base, shine, power


def sprinkled(p: Points, base: np.ndarray) -> np.ndarray:
    """Return the colours of icing with sprinkles: a short stroke in every second cell of a grid."""
    x, y, z = p.T
    out = np.hypot(x, z) - 0.62
    u, v = np.arctan2(z, x) * 7, np.arctan2(y + 0.62, out) * 4
    row = np.floor(v).astype(int)
    column = np.floor(u + 0.5 * (row % 2)).astype(int)
    lot = np.random.default_rng(5).random((64, 64, 3))[row % 64, column % 64]
    du, dv = (u + 0.5 * (row % 2)) % 1 - 0.5, v % 1 - 0.5
    turn = 2 * np.pi * lot[:, 0]
    along, across = du * np.cos(turn) + dv * np.sin(turn), dv * np.cos(turn) - du * np.sin(turn)
    on = (np.abs(along) < 0.3) & (np.abs(across) < 0.08) & (lot[:, 1] < 0.7)
    colours = np.array([(0.9, 0.8, 0.1), (0.1, 0.35, 0.8), (0.9, 0.9, 0.9), (0.1, 0.6, 0.25)])
    return np.where(on[:, None], colours[(4 * lot[:, 2]).astype(int)], base)


def shadow(scene: Scene, p: Points, light: np.ndarray) -> Field:
    """Return how much of the light arrives: soft shadows from how near a ray passes by."""
    seen, t = np.ones(len(p), np.float32), np.full(len(p), 0.012, np.float32)
    for _ in range(34):
        d = scene.distance(p + t[:, None] * light)
        seen = np.minimum(seen, np.clip(9 * d / t + 0.15, 0, 1))
        t += np.clip(d, 0.012, 0.25)
    return seen


def occlusion(scene: Scene, p: Points, n: Points) -> Field:
    """Return how open a place is to the sky: grooves and corners are dark."""
    closed = np.zeros(len(p), np.float32)
    for i, step in enumerate((0.012, 0.03, 0.07, 0.15)):
        closed += np.clip(step - scene.distance(p + step * n), 0, None) / step * 0.62**i
    return np.clip(1 - 0.62 * closed, 0.06, 1)


def backdrop(scene: Scene, v: Field) -> np.ndarray:
    """Return the colours behind everything, linear."""
    top, bottom = (np.array(colour) / 255 for colour in scene.sky)
    share = (0.5 + 0.5 * v)[:, None]
    return ((top * share + bottom * (1 - share)) ** 2.2).astype(np.float32)


def donut(p: Points) -> list[tuple[Field, int]]:
    """Return a donut with icing, lying on a table: round, with a hole, and no tire."""
    x, y, z = p.T
    ring = np.hypot(np.hypot(x, z) - 0.62, (y + 0.62) * 1.08) - 0.36
    ring = ring - 0.02 * (noise(p, 3, 2) - 0.5)
    edge = -0.56 + 0.12 * (noise(p * np.array([1, 0, 1], np.float32), 3.2, 2) - 0.5)
    icing = np.maximum(ring - 0.035, edge - y) - 0.004
    return [(ring, DOUGH), (icing, ICING)]


WHITE = ((248, 248, 247), (236, 236, 235))
SCENES = {
    "new-tread": Scene(
        Tire(rim=False).parts,
        (2.3, 0.9, 0.75),
        (0.86, 0.16, 0.0),
        3.4,
        (0.5, 0.9, 0.75),
        WHITE,
        0.02,
    ),
    "worn-tread": Scene(
        Tire(depth=0.004, rim=False, scrub=0.1, cracks=0.05).parts,
        (2.0, 0.55, 1.2),
        (0.9, 0.08, 0.03),
        3.1,
        (0.35, 0.9, 0.5),
        ((120, 130, 110), (100, 90, 70)),
        dust=0.7,
        ground=-1.0,
        scratch=1.0,
    ),
    "cracked-sidewall": Scene(
        Tire(cracks=0.02).parts,
        (0.75, 0.75, 1.75),
        (0.56, 0.62, 0.2),
        3.6,
        (-0.7, 0.75, 0.55),
        dust=0.3,
    ),
    "flat-tire": Scene(
        Tire(flat=0.24, depth=0.02).parts,
        (2.1, 0.1, 4.0),
        (0.0, -0.1, 0.0),
        3.8,
        (0.6, 0.9, 0.5),
        ((150, 160, 168), (128, 130, 130)),
        dust=0.4,
        ground=-0.76,
    ),
    "whole-wheel": Scene(
        Tire().parts,
        (2.4, 0.6, 4.0),
        (0.0, -0.05, 0.0),
        3.8,
        (0.6, 0.9, 0.7),
        ((176, 188, 198), (150, 152, 152)),
        dust=0.08,
        ground=-1.0,
    ),
    "new-tire": Scene(
        Tire(rim=False).parts,
        (3.6, 1.1, 2.9),
        (0.05, -0.02, 0.0),
        4.1,
        (0.5, 0.9, 0.7),
        ((120, 118, 112), (96, 94, 90)),
        0.0,
        ground=-1.0,
        paint=(0.35, 0.34, 0.33),
    ),
    "shop": Scene(
        Tire(rim=False).parts,
        (3.6, 1.1, 2.9),
        (0.05, -0.02, 0.0),
        4.1,
        (0.5, 0.9, 0.7),
        WHITE,
        0.0,
    ),
    "donut": Scene(
        donut,
        (0.3, 2.0, 2.9),
        (0.0, -0.6, 0.0),
        2.6,
        (-0.5, 0.9, 0.3),
        dust=0,
        ground=-0.98,
        paint=(0.62, 0.5, 0.36),
    ),
}


def main(names: list[str]) -> None:
    """Render samples and write them."""
    FOLDER.mkdir(exist_ok=True)
    for number, (name, scene) in enumerate(SCENES.items()):
        if not names or name in names:
            render(scene, seed=number).save(FOLDER / f"{name}.jpg", quality=82)
            print(FOLDER / f"{name}.jpg", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
