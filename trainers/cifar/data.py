"""CIFAR-10 as the Hub holds it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image

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
