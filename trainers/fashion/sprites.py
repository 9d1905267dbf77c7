"""Pictures of Fashion-MNIST (MIT licence) that lie beside the weights, each table within 300 kB."""

from __future__ import annotations

import io
from typing import Any

import torch
from torch import Tensor

from models.fashion import FashionCNN
from models.small_pictures import Block
from trainers import report
from trainers.small import Pictures

RIGHT = 10  # pictures of each label that are read rightly
MOST = 800  # pictures
UNIT = 10_000  # probabilities are written as whole numbers of this
EXCITING = 3  # pictures of each map
BATCH = 500  # pictures that are looked at together


def misread(model: FashionCNN, test: Pictures) -> bytes:
    """Return a table of the test pictures that a network misreads, and of some it reads rightly.

    Columns: index in the test set, label, pixels (784 bytes, in 64 greys, which take less room),
    and probabilities: ten whole numbers, of 10,000. Those read rightly are the first `RIGHT` of
    each label.
    """
    probabilities = report.logits(model, test.pictures).softmax(dim=1)
    right = probabilities.argmax(dim=1) == test.labels
    chosen = []
    for label in range(len(model.labels)):
        chosen += torch.nonzero(right & (test.labels == label))[:RIGHT, 0].tolist()
    chosen = sorted([*chosen, *torch.nonzero(~right)[:, 0].tolist()][:MOST])
    return _parquet(
        {
            "index": chosen,
            "label": test.labels[chosen].tolist(),
            "pixels": _pixels(test.pictures[chosen], 6),
            "probabilities": (probabilities[chosen] * UNIT).round().int().tolist(),
        }
    )


def exciting(model: FashionCNN, train: Pictures) -> bytes:
    """Return a table of the training pictures that excite each map of a convolution most.

    What counts is the largest number of a map before its ReLU; of a label its sum. Columns: layer
    (its name), unit (number of the map, or of the label), index in the training set, place (of that
    number in the map, row by row), label, and pixels (784 bytes, in 32 greys). The most exciting
    come first.
    """
    values: dict[str, list[Tensor]] = {}
    places: dict[str, list[Tensor]] = {}
    with torch.inference_mode():
        for pictures in train.pictures.split(BATCH):
            x = model.normalise(pictures.float() / 255)
            for name, module in model.layers.named_children():
                y = module.before(x) if isinstance(module, Block) else module(x)
                x = y.relu() if isinstance(module, Block) else y
                if isinstance(module, Block) or module is model.layers[-1]:
                    highest, place = y.flatten(2).max(dim=2) if y.ndim > 2 else (y, y.int() * 0)
                    values.setdefault(name, []).append(highest)
                    places.setdefault(name, []).append(place.int())
    rows: list[dict[str, Any]] = []
    for name, parts in values.items():
        best = torch.cat(parts).topk(min(EXCITING, len(train)), dim=0).indices
        at = torch.cat(places[name]).gather(0, best)
        for unit, (indices, spots) in enumerate(zip(best.T.tolist(), at.T.tolist(), strict=True)):
            rows += [
                {"layer": name, "unit": unit, "index": index, "place": spot}
                for index, spot in zip(indices, spots, strict=True)
            ]
    chosen = [row["index"] for row in rows]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return _parquet(
        columns
        | {"label": train.labels[chosen].tolist(), "pixels": _pixels(train.pictures[chosen], 5)}
    )


def _pixels(pictures: Tensor, bits: int) -> list[bytes]:
    """Return the bytes of each picture in few greys, which take less room."""
    few = pictures >> 8 - bits
    return [picture.numpy().tobytes() for picture in few << 8 - bits | few >> 2 * bits - 8]


def _parquet(columns: dict[str, list]) -> bytes:
    import pandas as pd

    stream = io.BytesIO()
    # 784 bytes of pixels become about 330 by this one; a picture that comes again costs nothing.
    pd.DataFrame(columns).to_parquet(
        stream, compression="brotli", compression_level=11, index=False
    )
    return stream.getvalue()
