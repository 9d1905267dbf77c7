"""Photos of cats and dogs: found, read once, and kept as features and as a few pixels."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from models.cats_dogs import LABELS, CatsDogs
from models.images import open_image
from trainers import recipe
from trainers.frozen import cached
from trainers.tires.data import copies, pictures_in

KAGGLE = "salader/dogs-vs-cats"
TESTS = ("test", "val", "valid", "validation")  # names of the folder with the test photos
PIXELS = 32  # side of the photos for the comparison with raw pixels [px]
TOGETHER = 32  # photos that are read and seen at once


@dataclass
class Photos:
    """Files, or made-up pictures, and their labels `(N,)`, indices into `LABELS`."""

    sources: Sequence[Path | Image.Image]
    labels: Tensor

    def __len__(self) -> int:
        return len(self.sources)


@dataclass
class Seen:
    """What a network makes of photos.

    Args:
        features: `(N, F)`.
        pixels: the photos themselves, made small, `(N, 3, 32, 32)` in [0, 1].
        labels: `(N,)`.
    """

    features: Tensor
    pixels: Tensor
    labels: Tensor

    def __getitem__(self, index: Tensor) -> Seen:
        return Seen(self.features[index], self.pixels[index], self.labels[index])

    def __len__(self) -> int:
        return len(self.labels)


def load(folder: str | None, most: int) -> tuple[Photos, Photos]:
    """Return (train, test) of a folder; without one, download the data set from Kaggle.

    Args:
        folder: holds `train` and `test`, each with `cat` and `dog` (or `cats` and `dogs`).
        most: photos of each label, in either part.

    Raises:
        SystemExit: if that is not so.
    """
    if folder is None:
        import kagglehub

        with recipe.reading(f"Kaggle's {KAGGLE}"):
            folder = kagglehub.dataset_download(KAGGLE)
    parts = {
        path.parent.name.lower(): path.parent for path in sorted(Path(folder).glob("**/cat*/"))
    }
    test = next((parts[name] for name in TESTS if name in parts), None)
    if "train" not in parts or test is None:
        raise SystemExit(f"{folder} holds no folders train and test with cat and dog in each.")
    return find(parts["train"], most), find(test, most)


def find(folder: Path, most: int) -> Photos:
    """Return the photos in the folders `cat` and `dog`, the same ones each time.

    Raises:
        SystemExit: if one of them is missing or empty.
    """
    sources, labels = [], []
    for i, label in enumerate(LABELS):
        files = [f for name in (label, f"{label}s") for f in pictures_in(folder / name)]
        if not files:
            raise SystemExit(f"{folder / label} holds no pictures.")
        chosen = random.Random(0).sample(files, min(most, len(files)))
        sources += sorted(chosen)
        labels += [i] * len(chosen)
    return Photos(sources, torch.tensor(labels))


def see(model: CatsDogs, photos: Photos, keep: bool = True) -> Seen:
    """Return what a frozen network makes of photos; kept on the disk, as it takes minutes.

    Raises:
        SystemExit: naming the photo that cannot be read.
    """
    make = partial(_look, model, photos.sources)
    x = cached("cats-dogs", _identity(model, photos), make) if keep else make()
    pixels = x[:, -3 * PIXELS**2 :].view(-1, 3, PIXELS, PIXELS)
    return Seen(x[:, : -3 * PIXELS**2], pixels, photos.labels)


def _identity(model: CatsDogs, photos: Photos) -> tuple:
    """Return what the features depend on: the files, the network, and what it answers."""
    files = [(str(path), path.stat().st_size) for path in photos.sources]
    return (model.architecture, model.image_size, model.describe(_grey(model))[0], files)


def _grey(model: CatsDogs) -> Tensor:
    return torch.full((1, 3, model.image_size, model.image_size), 0.4)


@torch.inference_mode()
def _look(model: CatsDogs, sources: Sequence[Path | Image.Image]) -> Tensor:
    """Return features and pixels of photos, one row each."""
    rows = []
    for start in range(0, len(sources), TOGETHER):
        pictures = []
        for source in sources[start : start + TOGETHER]:
            with recipe.reading(source):
                pictures.append(model.preprocess(open_image(source)))
        x = torch.stack(pictures)
        small = torch.nn.functional.interpolate(x, (PIXELS, PIXELS), mode="area")
        rows.append(torch.cat([model.describe(x).float(), small.flatten(1)], dim=1))
    return torch.cat(rows).clone()


def split(labels: Tensor, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the indices of (the rest, `share` of each label)."""
    generator, parts = torch.Generator().manual_seed(seed), ([], [])
    for label in labels.unique():
        members = (labels == label).nonzero().flatten()
        members = members[torch.randperm(len(members), generator=generator)]
        count = max(1, round(share * len(members)))
        parts[0].append(members[count:])
        parts[1].append(members[:count])
    return torch.cat(parts[0]), torch.cat(parts[1])


def together(*parts: Seen) -> Seen:
    """Return several sets as one."""
    names = ("features", "pixels", "labels")
    return Seen(*(torch.cat([getattr(part, name) for part in parts]) for name in names))


def draw(labels: Tensor, count: int, seed: int) -> Tensor:
    """Return the indices of `count` random photos of each label."""
    generator = torch.Generator().manual_seed(seed)
    members = [(labels == label).nonzero().flatten() for label in labels.unique()]
    return torch.cat([m[torch.randperm(len(m), generator=generator)[:count]] for m in members])


def without_copies(train: Seen, test: Seen) -> tuple[Tensor, int]:
    """Return the indices of the training photos that repeat no test photo, and how many tests did.

    Photos count as copies if their thumbnails are alike, mirrored or not.
    """
    twins = copies(train.pixels, test.pixels)
    keep = torch.ones(len(train), dtype=torch.bool)
    keep[twins[:, 0]] = False
    return keep.nonzero().flatten(), len(twins[:, 1].unique())


def made_up(count: int, seed: int) -> Photos:
    """Return drawn heads for a dry run: of cats, with pointed ears, and dogs, with hanging ones."""
    rng, sources = random.Random(seed), []
    for i in range(count):
        paper, fur = (tuple(rng.randint(*span) for _ in range(3)) for span in ((0, 255), (60, 200)))
        image = Image.new("RGB", (96, 96), paper)
        draw, x, y = ImageDraw.Draw(image), rng.randint(38, 58), rng.randint(46, 56)
        for side in (-1, 1):
            if i % 2 == 0:
                ear = [(x + side * 26, y), (x + side * 24, y - 38), (x + side * 4, y - 20)]
                draw.polygon(ear, fill=fur)
            else:
                left = x + side * 28 - 8
                draw.ellipse((left, y - 22, left + 16, y + 30), fill=fur)
        draw.ellipse((x - 26, y - 26, x + 26, y + 26), fill=fur)
        sources.append(image)
    return Photos(sources, torch.arange(count) % 2)
