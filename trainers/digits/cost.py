"""What preprocessing costs, and what it costs to do without: measured on MNIST's test set."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

from models.digits import SPOILED, DigitModel, centre, spoil, squash, to_ink
from trainers import report
from trainers.digits.data import Data

# Name in the table → what the card says of it.
WAYS = {
    "tensors": "the test set's own tensors",
    "predict": "the same pictures through `predict`",
    "enlarged": "ten times as large, dark on a white page: through `predict`",
    "squashed": "such a page, squashed to 28×28 and nothing else",
    "half_pixel": "half a pixel too far right and down",
    "shifted": "4 pixels too far right and down",
    "small": "half as large",
    "turned": "turned by 30°",
    "thick": "strokes two pixels wider",
    "inverted": "dark on bright",
}
assert set(SPOILED) < set(WAYS)


def measure(model: DigitModel, test: Data) -> list[dict]:
    """Return one row per way: way, accuracy, wrong."""
    rows = []
    for way in WAYS:
        logits = torch.cat(
            [report.logits(model, _shown(model, part, way)) for part in test.pictures.split(1000)]
        )
        wrong = int((logits.argmax(1) != test.labels).sum())
        rows.append({"way": way, "accuracy": 1 - wrong / len(test), "wrong": wrong})
    return rows


def _shown(model: DigitModel, pictures: Tensor, way: str) -> Tensor:
    if way == "tensors":
        return pictures
    if way in SPOILED:
        x = spoil(pictures[:, None].float() / 255, way)[:, 0]
    elif way == "predict":
        x = torch.cat([model.preprocess(Image.fromarray(one.numpy())) for one in pictures])
    else:
        pages = [_page(one) for one in pictures]
        x = torch.cat([squash(one) if way == "squashed" else centre(to_ink(one)) for one in pages])
    return (x * 255).round().byte()


def _page(picture: Tensor) -> Image.Image:
    """Return a white page with the digit near its upper left corner."""
    page = Image.new("L", (560, 560), 255)
    ink = Image.fromarray(255 - picture.numpy())
    page.paste(ink.resize((280, 280), Image.BICUBIC), (20, 30))
    return page


def section(rows: list[dict]) -> str:
    """Return what the card says of it."""
    table = report.table(
        ["MNIST's test set", "right", "wrong"],
        [[WAYS[row["way"]], f"{row['accuracy']:.2%}", row["wrong"]] for row in rows],
    )
    return f"What preprocessing is worth, on the same 10,000 digits:\n\n{table}"


def table(rows: list[dict]) -> str:
    """Return the rows as CSV."""
    lines = [f"{row['way']},{row['accuracy']:.4f},{row['wrong']}" for row in rows]
    return "\n".join(["way,accuracy,wrong", *lines]) + "\n"
