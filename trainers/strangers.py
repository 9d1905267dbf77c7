"""Pictures that show none of a network's ten things, and how well it tells them from its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from models.images import open_image
from models.small_pictures import SmallPictures
from trainers import report

SIDE = 32  # of what is made up [px]
ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}


def made_up(count: int = 1_000, seed: int = 20_001) -> dict[str, list[Image.Image]]:
    """Return `count` pictures of 32×32 of each kind, by its name.

    Noise of every pixel; blots of colour; scikit-learn's digits (Alpaydin & Kaynak, 1998), bright
    on black; and pieces of scikit-learn's two photos, of a palace and of a flower.
    """
    from sklearn.datasets import load_digits, load_sample_images

    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (count, SIDE, SIDE, 3), dtype=np.uint8)
    digits, scenes = load_digits().images, load_sample_images().images
    found: dict[str, list[Image.Image]] = {"noise": [Image.fromarray(one) for one in noise]}
    for name in ("blots", "digits", "photos"):
        found[name] = []
    for i in range(count):
        few = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        found["blots"].append(Image.fromarray(few).resize((SIDE, SIDE), Image.BICUBIC))
        digit = Image.fromarray((digits[i % len(digits)] * 255 / 16).astype(np.uint8))
        found["digits"].append(digit.resize((SIDE, SIDE), Image.BICUBIC).convert("RGB"))
        scene = Image.fromarray(scenes[i % len(scenes)])
        side = int(rng.integers(64, 257))
        left, top = (int(rng.integers(0, length - side)) for length in scene.size)
        piece = scene.crop((left, top, left + side, top + side))
        found["photos"].append(piece.resize((SIDE, SIDE), Image.BOX))
    return found


def in_folder(path: Path, count: int = 500, seed: int = 0) -> list[Image.Image]:
    """Return at most `count` photos of a folder and of those in it, chosen at random.

    Raises:
        FileNotFoundError: if there is none.
    """
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS)
    if not files:
        raise FileNotFoundError("there are no photos")
    chosen = np.random.default_rng(seed).permutation(len(files))[:count]
    return [open_image(files[i]) for i in chosen]


def seen(model: SmallPictures, images: list[Image.Image]) -> tuple[Tensor, list[bool]]:
    """Return what a network sees of pictures, uint8 `(N, C, H, W)`, and whether it finds a thing.

    See `SmallPictures.look`.
    """
    looks = [model.look(one) for one in images]
    return torch.stack([(x * 255).round().byte() for x, _ in looks]), [found for _, found in looks]


def judged(model: SmallPictures, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return probabilities and distances of pictures uint8 `(N, C, H, W)`."""
    parts = [model.judge(part.float() / 255) for part in pictures.split(500)]
    probabilities, distances = zip(*parts, strict=True)
    return torch.cat(probabilities), torch.cat(distances)


def answered(
    model: SmallPictures, probabilities: Tensor, distances: Tensor, found: list[bool]
) -> Tensor:
    """Return for which pictures a label is named, `(N,)`."""
    each = zip(probabilities, distances.tolist(), found, strict=True)
    return torch.tensor([not model.doubt(*one) for one in each])


def unknown(
    model: SmallPictures, data: str, test: Tensor, strangers: dict[str, list[Image.Image]]
) -> list[dict]:
    """Return how well a network tells known from unknown pictures.

    Each row: model, set, pictures, area under the ROC curve of the largest probability against the
    test set, the same of the distance, mean of the largest probability, and the share of pictures
    for which a label is named.

    Args:
        model: calibrated.
        data: name of the test set.
        test: its pictures, uint8 `(N, C, H, W)`.
        strangers: pictures by the name of their kind.
    """
    looked = {data: (test, [True] * len(test))}
    looked |= {name: seen(model, some) for name, some in strangers.items()}
    answers = {name: judged(model, pictures) for name, (pictures, _) in looked.items()}

    def area(name: str, score: Callable[[Tensor, Tensor], Tensor]) -> float:
        known, others = score(*answers[data]), score(*answers[name])
        both = torch.cat([known, others])
        return report.roc_auc(both, torch.arange(len(both)) < len(known))

    return [
        {
            "model": model.architecture,
            "set": name,
            "pictures": len(found),
            "auroc": area(name, lambda answer, _: answer.amax(dim=1)),
            "distance_auroc": area(name, lambda _, distance: -distance),
            "confidence": answers[name][0].amax(dim=1).mean().item(),
            "answered": answered(model, *answers[name], found).double().mean().item(),
        }
        for name, (_, found) in looked.items()
    ]


EXPLAINED = """
Area under the ROC curve of the test set against so many other pictures (0.5: not told apart; 1:
always), by the largest probability and by the distance from the nearest label; the mean of the
largest probability; and the share of pictures for which a label is named: the probability reaches
the least confidence, and the distance is not beyond the largest (`unknown.csv`). The distance was
chosen among others for what it does on these kinds of pictures, so on further kinds it may do
worse."""


def table(rows: list[dict]) -> str:
    """Return rows of `unknown` as a Markdown table."""
    lines = [
        [
            row["model"],
            row["set"],
            f"{row['pictures']:,}",
            f"{row['auroc']:.3f}",
            "–" if row["distance_auroc"] is None else f"{row['distance_auroc']:.3f}",
            f"{row['confidence']:.1%}",
            f"{row['answered']:.1%}",
        ]
        for row in rows
    ]
    head = ["network", "pictures of", "pictures", "AUROC by probability", "by distance"]
    return report.table([*head, "mean probability", "answered"], lines)
