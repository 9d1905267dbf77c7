"""Photos of tires: reading, splitting, exchanging backgrounds, finding copies, made-up pictures."""

from __future__ import annotations

import argparse
import csv
import functools
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor
from torchvision.transforms import v2

from models.images import open_image
from models.tires import LABELS, SIDE, VIEWS, backdrop, transforms
from trainers import recipe

KAGGLE = "warcoder/tyre-quality-classification"
FIRST = "data"  # the source of the photos of --data
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".avif"}
EMOJI_FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
ROUND_EMOJI = "🍽🕐🕒🕘🪙💿📀⚽🏀🏐⚾🍩🍪🧿🎯🥏🌍🌕🌑🍊🥯🧭⏱🔘🔴⚫⚪🎱🥁💍🔵🍳🪀🛑🎡🌀🥮🪩"
LIKENESS = 0.985  # of their thumbnails, from which two photos count as copies


@dataclass
class Photos:
    """Pictures with their labels.

    Args:
        pictures: uint8 `(N, 3, 224, 224)`.
        labels: int64 `(N,)`, indices into `models.tires.LABELS`.
        sources: where each comes from, `(N,)` names; photos of one source share camera, light and
            habits, so that they are left out together.
        views: int64 `(N,)`, indices into `models.tires.VIEWS`, by eye; -1 where nobody looked.
        files: where the photos lie in all their pixels, `(N,)` paths; None where they are made up.
    """

    pictures: Tensor
    labels: Tensor
    sources: np.ndarray | None = None
    views: Tensor | None = None
    files: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.files is None:
            self.files = np.full(len(self.labels), None, dtype=object)
        if self.sources is None:
            self.sources = np.full(len(self.labels), "photos", dtype=object)
        if self.views is None:
            self.views = torch.full((len(self.labels),), -1)

    @functools.cached_property
    def products(self) -> np.ndarray:
        """Which are product shots, bool `(N,)`."""
        return np.array([backdrop(picture) is not None for picture in self.pictures], bool)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index) -> Photos:
        where = index.numpy() if isinstance(index, Tensor) else index
        return Photos(
            self.pictures[index],
            self.labels[index],
            self.sources[where],
            self.views[index],
            self.files[where],
        )

    def __add__(self, other: Photos) -> Photos:
        return Photos(
            torch.cat([self.pictures, other.pictures]),
            torch.cat([self.labels, other.labels]),
            np.concatenate([self.sources, other.sources]),
            torch.cat([self.views, other.views]),
            np.concatenate([self.files, other.files]),
        )

    @property
    def floats(self) -> Tensor:
        """Pictures in [0, 1]."""
        return self.pictures.float() / 255


def load(folder: str | None) -> tuple[Photos, Photos]:
    """Return (train, test) of a folder; without one, download the data set from Kaggle.

    A folder `train` beside `val` or `test` splits the data as it says. Otherwise a fifth of each
    class, chosen by a fixed seed, is the test set.

    Raises:
        SystemExit: if there are no folders `defective` and `good`.
    """
    if folder is None:
        import kagglehub

        with recipe.reading(f"Kaggle's {KAGGLE}"):
            folder = kagglehub.dataset_download(KAGGLE)
    roots = [Path(found).parent for found in sorted(Path(folder).rglob(LABELS[0]))]
    roots = [root for root in roots if (root / LABELS[1]).is_dir()]
    if not roots:
        raise SystemExit(f"{folder} holds no folders {LABELS[0]} and {LABELS[1]}.")
    parts = {root.name.lower(): root for root in roots}
    test = next((parts[name] for name in ("val", "test", "valid") if name in parts), None)
    if "train" in parts and test is not None:
        return read(parts["train"], FIRST), read(test, FIRST)
    return split(read(roots[0], FIRST), share=0.2, seed=0)


def read(folder: Path, source: str = "") -> Photos:
    """Read the folders `defective` and `good`, in the order of the file names.

    Args:
        folder: that holds them.
        source: of all photos; "" takes what stands before the first "-" of each name, or the
            folder's name where there is none.

    Raises:
        SystemExit: if one of them holds no picture, or one that cannot be read.
    """
    pictures, labels, sources, views, paths = [], [], [], [], []
    known = views_by_eye()
    for i, label in enumerate(LABELS):
        files = pictures_in(folder / label)
        if not files:
            raise SystemExit(f"{folder / label} holds no pictures.")
        for path in files:
            with recipe.reading(path):
                content = path.read_bytes()
                pictures.append(square(content))
            before, dash, _ = path.name.partition("-")
            sources.append(source or (before if dash else folder.name))
            views.append(known.get(hashlib.sha256(content).hexdigest()[:12], -1))
        paths += files
        labels += [i] * len(files)
    return Photos(
        torch.stack(pictures),
        torch.tensor(labels),
        np.array(sources, dtype=object),
        torch.tensor(views),
        np.array(paths, dtype=object),
    )


@functools.cache
def views_by_eye() -> dict[str, int]:
    """Return what is seen on photos that somebody looked at: digest of the file → view."""
    with (Path(__file__).parent / "views.csv").open(encoding="utf-8", newline="") as file:
        return {row["photo"]: VIEWS.index(row["view"]) for row in csv.DictReader(file)}


def corners(photos: Photos, share: float = 0.3) -> tuple[Tensor, np.ndarray]:
    """Return the corners of photos outdoors: ground, walls, cars' bodies.

    What lies around a wheel that is seen from its side, and at most a small part of it: pictures of
    the kind that a phone takes where it misses the tire.

    Returns:
        uint8 `(N, 3, 224, 224)`, and of which photo each is, `(N,)`.
    """
    side, found, of = round(share * SIDE), [], []
    for i, (picture, view) in enumerate(zip(photos.pictures, photos.views.tolist(), strict=True)):
        if view == VIEWS.index("side") and backdrop(picture) is None:
            for rows in (slice(0, side), slice(-side, None)):
                for columns in (slice(0, side), slice(-side, None)):
                    part = picture[:, rows, columns]
                    found.append(v2.functional.resize(part, [SIDE, SIDE], antialias=True))
                    of.append(i)
    return torch.stack(found) if found else photos.pictures[:0], np.array(of, int)


def pictures_in(folder: Path) -> list[Path]:
    """Return the picture files below a folder, sorted."""
    return sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in ENDINGS)


def square(source: bytes | Path | Image.Image) -> Tensor:
    """Return a picture as the model's `preprocess` sees it, uint8 `(3, 224, 224)`."""
    image = open_image(source).resize((SIDE, SIDE), Image.BILINEAR, reducing_gap=2)
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)


def patches(photos: Photos) -> Iterator[Tensor]:
    """Yield of each photo its four corners in its own pixels, uint8 `(4, 3, 224, 224)`.

    Nothing is squeezed. A photo that is narrower than a patch is enlarged, one longer than two is
    made smaller, so that the patches touch.
    """
    for picture, path in zip(photos.pictures, photos.files, strict=True):
        if path is None:
            image = v2.functional.to_pil_image(picture)
        else:
            with recipe.reading(path):
                image = open_image(path)
        width, height = image.size
        scale = max(SIDE / min(width, height), min(1.0, 2 * SIDE / max(width, height)))
        size = [max(SIDE, round(side * scale)) for side in (width, height)]
        yield crops(v2.functional.pil_to_tensor(image.resize(size, Image.BILINEAR)), SIDE)[:4]


def crops(picture: Tensor, side: int) -> Tensor:
    """Return the four corners of a picture, and its middle, as uint8 `(5, 3, 224, 224)`.

    Args:
        picture: uint8 `(3, H, W)`.
        side: of each piece [px].
    """
    pieces = v2.functional.five_crop(picture, [side, side])
    return torch.stack([v2.functional.resize(p, [SIDE, SIDE], antialias=True) for p in pieces])


def others(folders: list[str], most: int, seed: int = 0) -> Tensor:
    """Return pictures without a tire, uint8 `(N, 3, 224, 224)`; at most `most` per folder.

    Cut-outs, with transparent surroundings, are laid somewhere on a made-up background.
    """
    rng, result = random.Random(seed), []
    for folder in folders:
        if Path(folder).suffix == ".parquet":  # as the Hub keeps CIFAR-10
            with recipe.reading(folder):
                from pyarrow import parquet

                files = parquet.read_table(folder, columns=["img"])["img"]
            chosen = rng.sample(range(len(files)), min(most, len(files)))
            files = [files[i].as_py()["bytes"] for i in chosen]
        else:
            files = pictures_in(Path(folder))
        if not files:
            raise SystemExit(f"{folder} holds no pictures.")
        for picture in rng.sample(files, min(most, len(files))):
            with recipe.reading(picture if isinstance(picture, Path) else f"A row of {folder}"):
                result.append(square(_laid(picture, rng)))
    return torch.stack(result) if result else torch.zeros(0, 3, SIDE, SIDE, dtype=torch.uint8)


def _laid(source: bytes | Path, rng: random.Random) -> bytes | Path | Image.Image:
    """Lay a cut-out on a background; return other pictures as they are."""
    if isinstance(source, bytes) or source.suffix.lower() != ".png":
        return source
    with Image.open(source) as image:
        if not image.has_transparency_data:
            return source
        image = image.convert("RGBA")
    side = round(max(image.size) * rng.uniform(1.0, 1.6))
    plain = Image.new("RGB", (1, 1), rng.choice(["white", "black", "gray"]))
    background = (_texture(rng) if rng.random() < 0.5 else plain).resize((side, side))
    place = [rng.randint(0, side - length) for length in image.size]
    background.paste(image, place, image)
    return background


def split(photos: Photos, share: float, seed: int) -> tuple[Photos, Photos]:
    """Split each class, and never between copies of a photo: (rest, `share` of the photos)."""
    generator = torch.Generator().manual_seed(seed)
    group = groups(photos.pictures)
    chosen = torch.zeros(len(photos), dtype=torch.bool)
    for label in photos.labels.unique():
        members = group[photos.labels == label].unique()
        order = members[torch.randperm(len(members), generator=generator)]
        chosen |= torch.isin(group, order[: max(1, round(share * len(order)))])
    return photos[~chosen], photos[chosen]


def fingerprints(pictures: Tensor) -> Tensor:
    """Return 16×16 grey thumbnails with mean 0 and length 1, `(N, 256)`: near for copies."""
    grey = pictures.float().mean(dim=1, keepdim=True)
    small = torch.nn.functional.interpolate(grey, (16, 16), mode="area").flatten(1)
    small = small - small.mean(dim=1, keepdim=True)
    return torch.nn.functional.normalize(small, dim=1)


def copies(a: Tensor, b: Tensor, likeness: float = LIKENESS) -> Tensor:
    """Return pairs of indices `(P, 2)` of pictures in `a` and `b` that are near-duplicates.

    A mirror image counts as a copy.
    """
    marks, others_marks = fingerprints(a), fingerprints(b)
    alike = torch.maximum(marks @ others_marks.T, fingerprints(a.flip(3)) @ others_marks.T)
    return (alike > likeness).nonzero()


def groups(pictures: Tensor) -> Tensor:
    """Return a number per picture `(N,)`; near-duplicates share it."""
    number = torch.arange(len(pictures))
    for i, j in copies(pictures, pictures).tolist():
        if number[i] != number[j]:
            number[number == number[j]] = number[i].item()
    return number


def oval(rng: random.Random, low: float = 0.75, high: float = 1.15) -> Tensor:
    """Return where the outside of a random oval about the middle is, bool `(224, 224)`."""
    y, x = torch.meshgrid(*[torch.linspace(-1, 1, SIDE)] * 2, indexing="ij")
    wide, tall = rng.uniform(low, high), rng.uniform(low, high)
    return ((x - rng.uniform(-0.1, 0.1)) / wide) ** 2 + (y / tall) ** 2 > 1


def paste(picture: Tensor, background: Tensor, mask: Tensor) -> Tensor:
    """Return the picture with `background` where the mask is, with soft edges."""
    soft = v2.functional.gaussian_blur(mask[None].float(), 5)
    return (picture * (1 - soft) + background * soft).round().to(torch.uint8)


class Augmentation:
    """Random changes for training; with `backgrounds`, what is behind the tire loses its meaning.

    Good tires are mostly product shots on white or black, defective ones lie outdoors. So plain
    backdrops are exchanged for corners of outdoor photos, and the surroundings of any tire for a
    plain colour, both for both classes.

    Args:
        photos: the training photos, the source of backgrounds.
        backgrounds: share of the pictures whose background is exchanged.
        size: side of the result [px].
        seed: of the choice of backgrounds.
    """

    def __init__(self, photos: Photos, backgrounds: float = 0.3, size: int = SIDE, seed: int = 0):
        self.rng = random.Random(seed)
        self.photos, self.backgrounds = photos, backgrounds
        self.backdrops = [backdrop(p) for p in photos.pictures] if backgrounds else []
        self.outdoors = [i for i, mask in enumerate(self.backdrops) if mask is None]
        self.geometry = transforms(size=size)
        self.camera = v2.Compose(
            [
                v2.RandomApply([v2.GaussianBlur(7, (0.3, 2.0))], 0.25),
                v2.RandomApply([v2.ColorJitter(saturation=0.5, hue=0.03)], 0.5),
                v2.RandomGrayscale(0.1),
            ]
        )

    def __call__(self, index: int) -> Tensor:
        """Return a changed picture of the training photo `index`, uint8 `(3, size, size)`."""
        picture = self.photos.pictures[index]
        if self.rng.random() < self.backgrounds:
            mask = self.backdrops[index]
            if mask is None:
                picture = paste(picture, self.plain(), oval(self.rng))
            else:
                picture = paste(picture, self.background(), mask)
        return self.geometry(self.camera(picture))

    def background(self) -> Tensor:
        """Return something to lie behind a tire, uint8 `(3, 224, 224)`."""
        if not self.outdoors or self.rng.random() < 0.2:
            return self.plain()
        picture = self.photos.pictures[self.rng.choice(self.outdoors)]
        part = self.rng.randint(40, 90)  # a corner holds ground, wall or car, seldom the tire
        left = self.rng.choice([0, SIDE - part])
        corner = picture[:, -part:, left : left + part]
        if self.rng.random() < 0.3:
            corner = picture[:, :part, left : left + part]
        return v2.functional.resize(corner, [SIDE, SIDE], antialias=True)

    def plain(self) -> Tensor:
        """Return one colour: white, black or any, uint8 `(3, 224, 224)`."""
        any_colour = [self.rng.randint(0, 255) for _ in range(3)]
        colour = self.rng.choice([[255] * 3, [255] * 3, [0] * 3, any_colour])
        return torch.tensor(colour, dtype=torch.uint8).view(3, 1, 1).expand(3, SIDE, SIDE)


class Augmented(torch.utils.data.Dataset):
    """Training photos, each changed at random, as (picture in [0, 1], label)."""

    def __init__(self, photos: Photos, augmentation: Augmentation, indices: list[int]):
        self.photos, self.augmentation, self.indices = photos, augmentation, indices

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, item: int) -> tuple[Tensor, Tensor]:
        index = self.indices[item]
        return self.augmentation(index).float() / 255, self.photos.labels[index]


def loader(
    photos: Photos,
    augmentation: Augmentation,
    batch_size: int,
    indices=None,
    least: int = 0,
    mixup: float = 0.0,
):
    """Return a shuffling DataLoader; photos are repeated until there are at least `least`.

    With `mixup`, pictures of a batch and their labels are blended in pairs, by shares drawn from
    Beta(mixup, mixup) (Zhang et al., "mixup", 2018): it keeps wrong labels from being learned.
    """
    indices = list(range(len(photos))) if indices is None else list(indices)
    indices = indices * max(1, -(-least // len(indices)))
    data = Augmented(photos, augmentation, indices)
    blend = v2.MixUp(alpha=mixup, num_classes=len(LABELS)) if mixup else lambda *batch: batch
    return torch.utils.data.DataLoader(
        data,
        batch_size,
        shuffle=True,
        drop_last=True,
        collate_fn=lambda rows: blend(*torch.utils.data.default_collate(rows)),
    )


def darkened(picture: Tensor) -> Tensor:
    """Return a picture as at night: a fifth to a half of the light, and the dark parts darker."""
    share, power = random_between(0.2, 0.5), random_between(1.0, 1.6)
    return ((picture / 255) ** power * share * 255).round().to(torch.uint8)


def shaken(picture: Tensor) -> Tensor:
    """Return a picture that was moved along a line of 3 to 13 pixels while it was taken."""
    angle, length = random_between(0, np.pi), 2 * int(random_between(1, 7)) + 1
    kernel = torch.zeros(length, length)
    along = (torch.linspace(-1, 1, 4 * length) * (length // 2))[:, None]
    place = (along * torch.tensor([np.sin(angle), np.cos(angle)]) + length // 2).round().long()
    kernel[place[:, 0], place[:, 1]] = 1
    kernel = (kernel / kernel.sum()).expand(3, 1, -1, -1)
    wide = torch.nn.functional.pad(picture[None].float(), [length // 2] * 4, mode="reflect")
    return torch.nn.functional.conv2d(wide, kernel, groups=3)[0].round().to(torch.uint8)


def noisy(picture: Tensor) -> Tensor:
    """Return a picture with a camera's noise: deviation 2 to 20 of 255, less where it is dark."""
    light = (0.3 + 0.7 * picture / 255).sqrt()
    noise = torch.randn(picture.shape) * random_between(2, 20) * light
    return (picture + noise).round().clamp(0, 255).to(torch.uint8)


def random_between(low: float, high: float) -> float:
    """Return a number by PyTorch's chance, which the trainer's seed decides."""
    return float(torch.rand(()) * (high - low) + low)


NIGHT = (darkened, shaken, noisy)


def round_things(count: int, seed: int = 0, kinds: tuple[str, ...] | None = None) -> Tensor:
    """Make up pictures without a tire: noise, blanks, textures, plates, clocks, coins, records.

    Returns:
        uint8 `(count, 3, 224, 224)`.
    """
    rng = random.Random(seed)
    kinds = kinds or tuple(KINDS)
    return torch.stack([_made(rng, kinds[i % len(kinds)]) for i in range(count)])


def _made(rng: random.Random, kind: str) -> Tensor:
    image = _texture(rng)
    KINDS[kind](image, rng)
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 3)))
    pixels = np.asarray(image, np.float32)
    if rng.random() < 0.5:
        noise = np.random.default_rng(rng.randrange(2**32)).normal(
            0, rng.uniform(2, 14), (SIDE,) * 2
        )
        pixels = pixels + noise[..., None]
    return torch.from_numpy(pixels.clip(0, 255).astype(np.uint8)).permute(2, 0, 1)


def _colour(rng: random.Random, low: int = 0, high: int = 255) -> tuple[int, int, int]:
    if rng.random() < 0.4:
        return (rng.randint(low, high),) * 3
    return tuple(rng.randint(low, high) for _ in range(3))


def _texture(rng: random.Random) -> Image.Image:
    """Return a background: one colour, a gradient or clouds."""
    coarse = rng.choice([1, 2, 4, 16, 60])
    source = np.random.default_rng(rng.randrange(2**32))
    base = np.array(_colour(rng)) + source.normal(0, rng.choice([0, 15, 50]), (coarse, coarse, 3))
    image = Image.fromarray(base.clip(0, 255).astype(np.uint8))
    return image.resize((SIDE, SIDE), rng.choice([Image.BICUBIC, Image.NEAREST]))


def _disc(draw: ImageDraw.ImageDraw, x, y, radius, **how) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), **how)


def _place(rng: random.Random) -> tuple[float, float, float]:
    return rng.uniform(80, 144), rng.uniform(80, 144), rng.uniform(45, 105)


def _plate(image: Image.Image, rng: random.Random) -> None:
    draw, (x, y, r) = ImageDraw.Draw(image), _place(rng)
    for share in sorted(rng.uniform(0.3, 1) for _ in range(rng.randint(1, 4)))[::-1]:
        _disc(
            draw, x, y, r * share, fill=_colour(rng), outline=_colour(rng), width=rng.randint(1, 4)
        )


def _ring(image: Image.Image, rng: random.Random) -> None:
    draw, (x, y, r) = ImageDraw.Draw(image), _place(rng)
    _disc(draw, x, y, r, outline=_colour(rng, 0, 150), width=int(r * rng.uniform(0.1, 0.6)))


def _ball(image: Image.Image, rng: random.Random) -> None:
    draw, (x, y, r), colour = ImageDraw.Draw(image), _place(rng), np.array(_colour(rng))
    for step in np.linspace(1, 0.05, 40):
        shade = (colour * (1.25 - step)).clip(0, 255).astype(int)
        _disc(draw, x - r * 0.3 * (1 - step), y - r * 0.3 * (1 - step), r * step, fill=tuple(shade))


def _clock(image: Image.Image, rng: random.Random) -> None:
    draw, (x, y, r), ink = ImageDraw.Draw(image), _place(rng), _colour(rng, 0, 120)
    _disc(draw, x, y, r, fill=_colour(rng, 150), outline=ink, width=rng.randint(3, 12))
    for hour in range(12):
        a = hour * np.pi / 6
        ends = [(x + s * r * np.cos(a), y + s * r * np.sin(a)) for s in (0.75, 0.88)]
        draw.line(ends, fill=ink, width=3)
    for length, width in ((0.5, 5), (0.75, 3)):
        a = rng.uniform(0, 6.28)
        end = (x + length * r * np.cos(a), y + length * r * np.sin(a))
        draw.line([(x, y), end], fill=ink, width=width)


def _coin(image: Image.Image, rng: random.Random) -> None:
    draw, (x, y, r), metal = ImageDraw.Draw(image), _place(rng), np.array([190, 160, 110])
    metal = metal + rng.randint(-50, 50)
    _disc(draw, x, y, r, fill=tuple(metal), outline=tuple(metal - 40), width=5)
    _disc(draw, x, y, r * 0.88, outline=tuple(metal - 60), width=2)
    for _ in range(rng.randint(5, 25)):
        a, s = rng.uniform(0, 6.28), rng.uniform(0, 0.6)
        px, py = x + s * r * np.cos(a), y + s * r * np.sin(a)
        _disc(draw, px, py, rng.uniform(3, 12), fill=tuple(metal + rng.randint(-45, 45)))


def _record(image: Image.Image, rng: random.Random) -> None:
    draw, (x, y, r) = ImageDraw.Draw(image), _place(rng)
    _disc(draw, x, y, r, fill=(18, 18, 20))
    for step in np.linspace(0.4, 0.98, rng.randint(15, 40)):
        grey = rng.randint(20, 60)
        _disc(draw, x, y, r * step, outline=(grey,) * 3)
    _disc(draw, x, y, r * 0.34, fill=_colour(rng, 60))
    _disc(draw, x, y, r * 0.04, fill=_colour(rng))


def _button(image: Image.Image, rng: random.Random) -> None:
    draw, (x, y, r), colour = ImageDraw.Draw(image), _place(rng), _colour(rng)
    _disc(draw, x, y, r, fill=colour, outline=_colour(rng), width=4)
    _disc(draw, x, y, r * 0.75, outline=tuple(max(0, c - 40) for c in colour), width=3)
    for dx in (-0.2, 0.2):
        for dy in (-0.2, 0.2):
            _disc(draw, x + dx * r, y + dy * r, r * 0.1, fill=_colour(rng, 0, 90))


def _donut(image: Image.Image, rng: random.Random) -> None:
    draw, (x, y, r) = ImageDraw.Draw(image), _place(rng)
    hole, glaze = image.getpixel((2, 2)), _colour(rng, 60)
    _disc(draw, x, y, r, fill=(200, 150, 90))
    _disc(draw, x, y, r * 0.92, fill=glaze)
    for _ in range(rng.randint(0, 60)):
        a, s = rng.uniform(0, 6.28), rng.uniform(0.4, 0.85)
        px, py = x + s * r * np.cos(a), y + s * r * np.sin(a)
        draw.line([(px, py), (px + rng.uniform(-7, 7), py + 5)], fill=_colour(rng), width=3)
    _disc(draw, x, y, r * 0.32, fill=hole)


def _steering_wheel(image: Image.Image, rng: random.Random) -> None:
    draw, (x, y, r), ink = ImageDraw.Draw(image), _place(rng), _colour(rng, 10, 90)
    _disc(draw, x, y, r, outline=ink, width=int(r * rng.uniform(0.1, 0.2)))
    for a in (rng.uniform(-0.3, 0.3), np.pi, np.pi / 2):
        end = (x + 0.9 * r * np.cos(a), y + 0.9 * r * np.sin(a))
        draw.line([(x, y), end], fill=ink, width=int(r * 0.18))
    _disc(draw, x, y, r * 0.3, fill=ink)


def _nothing(image: Image.Image, rng: random.Random) -> None:
    """Leave the background alone."""


def _noise(image: Image.Image, rng: random.Random) -> None:
    source = np.random.default_rng(rng.randrange(2**32))
    side = rng.choice([8, 28, 112, 224])
    noise = Image.fromarray(source.integers(0, 256, (side, side, 3), dtype=np.uint8))
    image.paste(noise.resize((SIDE, SIDE), rng.choice([Image.NEAREST, Image.BICUBIC])))


def samples() -> dict[str, Tensor]:
    """Return the sample pictures of scikit-learn and Gradio, and round emoji if there is a font."""
    from importlib.util import find_spec

    from PIL import ImageFont
    from sklearn.datasets import load_sample_images

    sets = {"scikit-learn's photos": [Image.fromarray(a) for a in load_sample_images().images]}
    if spec := find_spec("gradio"):
        folder = Path(spec.origin).parent / "media_assets" / "images"
        sets["Gradio's pictures"] = [Image.open(p) for p in pictures_in(folder)]
    if Path(EMOJI_FONT).is_file():
        font, sets["round emoji"] = ImageFont.truetype(EMOJI_FONT, 109), []
        for symbol in ROUND_EMOJI:
            for paper in ("white", "black", "gray"):
                image = Image.new("RGB", (160, 150), paper)
                ImageDraw.Draw(image).text((12, 10), symbol, font=font, embedded_color=True)
                sets["round emoji"].append(image)
    return {name: torch.stack([square(p) for p in images]) for name, images in sets.items()}


FITTED = {
    "nothing": _nothing,
    "noise": _noise,
    "plate": _plate,
    "ring": _ring,
    "ball": _ball,
    "clock": _clock,
    "coin": _coin,
    "record": _record,
}
HELD_OUT = {
    "button": _button,
    "donut": _donut,
    "steering wheel": _steering_wheel,
}
KINDS = FITTED | HELD_OUT


def made_up(count: int, seed: int) -> Photos:
    """Return made-up photos of two sources for a dry run: dark rings, with or without a crack."""
    rng, pictures, labels = random.Random(seed), [], []
    for i in range(count):
        image = _texture(rng)
        draw, (x, y, r) = ImageDraw.Draw(image), _place(rng)
        _disc(draw, x, y, r, outline=(30, 30, 32), width=int(r * 0.4))
        if i % 2 == 0:
            draw.line([(x - r, y), (x - r * 0.5, y + 20)], fill="red", width=8)
        pictures.append(torch.from_numpy(np.array(image)).permute(2, 0, 1))
        labels.append(i % 2)
    sources = np.array([FIRST] * (count - count // 3) + ["more"] * (count // 3), dtype=object)
    views = torch.arange(count) % len(VIEWS)
    return Photos(torch.stack(pictures), torch.tensor(labels), sources, views)


def everything(args: argparse.Namespace) -> dict:
    """Return train, validation (split from train), test, others (also held out), copies found."""
    if args.dry_run:
        train, test = made_up(24, seed=0), made_up(8, seed=1)
    else:
        train, test = load(args.data)
    for folder in args.also:
        train = train + read(Path(folder))
    twins = copies(train.pictures, test.pictures)
    keep = torch.ones(len(train), dtype=torch.bool)
    keep[twins[:, 0]] = False
    train = train[keep]
    rest, validation = split(train[torch.tensor(train.sources == FIRST)], 0.15, args.seed)
    other = others(args.others, most=300, seed=args.seed)
    held_out = {  # read before hours of training, not after
        "/".join(Path(folder).parts[-3:]): others([folder], most=300, seed=1)
        for folder in args.check_others
    }
    group = groups(train.pictures)
    return {
        "all": train,
        "train": rest,
        "validation": validation,
        "test": test,
        "others": other,
        "held out": held_out,
        "twins": len(twins[:, 1].unique()),
        "left out": int((~keep).sum()),
        "copies in train": len(train) - len(group.unique()),
    }
