"""CIFAR-10 as the Hub holds it, and pictures that are none of its ten things."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from models.cifar import SIDE
from trainers.small import Pictures

HUB = "uoft-cs/cifar10"
FILE = "{part}-00000-of-00001.parquet"


def load(folder: str | None, part: str) -> Pictures:
    """Return the train or test part.

    Args:
        folder: with the Hub's two files; None downloads them.
        part: `train` or `test`.

    Raises:
        ValueError: if a picture has another size.
    """
    import pandas as pd

    name = FILE.format(part=part)
    if folder:
        found = sorted(Path(folder).rglob(name))
        if not found:
            raise FileNotFoundError(f"there is no {name}")
        path = found[0]
    else:
        from huggingface_hub import hf_hub_download

        path = Path(hf_hub_download(HUB, f"plain_text/{name}", repo_type="dataset"))
    table = pd.read_parquet(path)
    pictures = np.empty((len(table), SIDE, SIDE, 3), np.uint8)
    for i, cell in enumerate(table["img"]):
        image = Image.open(io.BytesIO(cell["bytes"])).convert("RGB")
        if image.size != (SIDE, SIDE):
            raise ValueError(f"picture {i} has {image.size[0]}×{image.size[1]} pixels")
        pictures[i] = image
    labels = torch.tensor(table["label"].to_numpy(), dtype=torch.int64)
    return Pictures(torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), labels)


def strangers(count: int = 1_000, seed: int = 20_001) -> dict[str, Tensor]:
    """Return pictures uint8 `(count, 3, 32, 32)` that are none of the ten things, by name.

    Noise of every pixel; blots of colour; scikit-learn's digits (Alpaydin & Kaynak, 1998), bright
    on black; and pieces of scikit-learn's two photos, of a palace and of a flower.
    """
    from sklearn.datasets import load_digits, load_sample_images

    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (count, SIDE, SIDE, 3), dtype=np.uint8)
    blots, digits, photos = (np.empty_like(noise) for _ in range(3))
    source, scenes = load_digits().images, load_sample_images().images
    for i in range(count):
        few = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        blots[i] = Image.fromarray(few).resize((SIDE, SIDE), Image.BICUBIC)
        digit = Image.fromarray((source[i % len(source)] * 255 / 16).astype(np.uint8))
        digits[i] = np.asarray(digit.resize((SIDE, SIDE), Image.BICUBIC))[:, :, None]
        scene = Image.fromarray(scenes[i % len(scenes)])
        side = int(rng.integers(64, 257))
        left, top = (int(rng.integers(0, length - side)) for length in scene.size)
        piece = scene.crop((left, top, left + side, top + side))
        photos[i] = piece.resize((SIDE, SIDE), Image.BOX)
    sets = {"noise": noise, "blots": blots, "digits": digits, "photos": photos}
    return {n: torch.from_numpy(p).permute(0, 3, 1, 2).contiguous() for n, p in sets.items()}
