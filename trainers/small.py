"""What the trainers of small pictures share: batches, augmentation, a run with its curves."""

from __future__ import annotations

import contextlib
import csv
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from models.small_pictures import REFUSED, SmallPictures, least_confidence, nearest
from trainers import recipe, report
from trainers.loop import fit, make_accelerator

SMOOTHING = 0.05  # of the labels that a network learns from
WATCHED = 5_000  # training pictures that each epoch is measured on, as they are
REMEMBERED = 20_000  # training pictures of which the features are remembered
LEAST_SPREAD = 0.01  # of a feature that hardly changes
RIDGE = 1e-3  # is added to the correlation of each feature with itself


@dataclass
class Pictures:
    """Pictures uint8 `(N, C, H, W)` and labels int64 `(N,)`."""

    pictures: Tensor
    labels: Tensor

    def __getitem__(self, index) -> Pictures:
        return Pictures(self.pictures[index], self.labels[index])

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Settings:
    """How one network is trained; chosen on the validation pictures."""

    epochs: int
    learning_rate: float = 4e-3
    weight_decay: float = 0.02
    batch_size: int = 256
    averaging: float = 0.998
    augmented: bool = True  # by mirroring, shifting and cutting
    plain: bool = False  # Adam at one learning rate: no schedule, smoothing, decay or average


class _Batches(Dataset):
    """Hands out whole batches, `(N, C, H, W)` in [0, 1] and labels."""

    def __init__(self, data: Pictures):
        self.data = data

    def __len__(self) -> int:
        return len(self.data)

    def __getitems__(self, indices: list[int]) -> tuple[Tensor, Tensor]:
        part = self.data[torch.tensor(indices)]
        return part.pictures.float() / 255, part.labels


def _as_is(batch):
    return batch


def loader(data: Pictures, batch_size: int) -> DataLoader:
    """Return shuffled batches."""
    batch_size = min(batch_size, len(data))
    return DataLoader(_Batches(data), batch_size, shuffle=True, drop_last=True, collate_fn=_as_is)


def split(data: Pictures, held_out: int, seed: int = 0) -> tuple[Pictures, Pictures]:
    """Return the data without and with `held_out` pictures chosen at random."""
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))
    return data[order[held_out:]], data[order[:held_out]]


def augment(x: Tensor, shift: int, hole: int) -> Tensor:
    """Mirror half of the pictures `(N, C, H, W)`, shift all of them, cut a hole into half of them.

    Args:
        x: in [0, 1]; what is shifted in is black.
        shift: at most so many pixels, either way.
        hole: side of the hole [px] (DeVries & Taylor, 2017).
    """
    count, _, height, width = x.shape
    padded = functional.pad(x, [shift] * 4)
    top, left = torch.randint(0, 2 * shift + 1, (2, count, 1))
    rows, columns = top + torch.arange(height), left + torch.arange(width)
    mirrored = torch.rand(count, 1) < 0.5
    columns = torch.where(mirrored, columns.flip(1), columns)
    which = torch.arange(count)[:, None, None]
    # Indexing with a slice in between puts the channels last, which is the faster layout, too.
    moved = padded[which, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    y, x = torch.randint(0, height, (count, 1)), torch.randint(0, width, (count, 1))
    half = hole / 2
    near_y = ((torch.arange(height) - y).abs() < half)[:, None, :, None]
    near_x = ((torch.arange(width) - x).abs() < half)[:, None, None, :]
    cut = (torch.rand(count, 1, 1, 1) < 0.5) & near_y & near_x
    return moved * ~cut


def figures(model: nn.Module, data: Pictures, part: str) -> dict[str, float]:
    """Return cross-entropy and accuracy on a part of the data, named after it."""
    outputs = report.logits(model, data.pictures)
    return {
        f"{part}_loss": functional.cross_entropy(outputs, data.labels).item(),
        f"{part}_accuracy": (outputs.argmax(dim=1) == data.labels).double().mean().item(),
    }


def smoothed(outputs: Tensor, labels: Tensor) -> Tensor:
    """Return the cross-entropy with labels that are a little less than sure."""
    return functional.cross_entropy(outputs, labels, label_smoothing=SMOOTHING)


def train(
    model: SmallPictures,
    settings: Settings,
    sets: dict[str, Pictures],
    seed: int,
    precision: str = "auto",
    shift: int = 2,
    hole: int = 8,
    accelerator: Accelerator | None = None,
) -> tuple[SmallPictures, dict]:
    """Train one network; return it calibrated, with what the card says about the run.

    The best epoch is kept. Both precisions of the weights count: what is evaluated is what the file
    holds, in half precision.

    Args:
        model: with fresh weights; changed in place.
        settings: how.
        sets: train, validation and test.
        seed: of the order of the pictures and their augmentation.
        precision: see `trainers.loop.make_accelerator`.
        shift, hole: of the augmentation [px].
        accelerator: one that tracks; None makes one.

    Returns:
        The network, and seed, epochs, seconds, metric, curves (a row per epoch), test, validation.
    """
    start, curves = time.perf_counter(), []
    accelerator = accelerator or make_accelerator(precision)
    watched = sets["train"][:WATCHED]

    def right(model: nn.Module) -> float:
        row = {"epoch": len(curves) + 1}
        row |= figures(model, watched, "train") | figures(model, sets["validation"], "validation")
        curves.append(row)
        accelerator.log({k: v for k, v in row.items() if k != "epoch"}, step=row["epoch"])
        return row["validation_accuracy"]

    recipe.seed(seed)
    fit(
        model.to(memory_format=torch.channels_last),
        loader(sets["train"], settings.batch_size),
        right,
        settings.epochs,
        settings.learning_rate,
        loss=functional.cross_entropy if settings.plain else smoothed,
        augment=(lambda x: augment(x, shift, hole)) if settings.augmented else None,
        weight_decay=0.0 if settings.plain else settings.weight_decay,
        averaging=0.0 if settings.plain else settings.averaging,
        constant=settings.plain,
        accelerator=accelerator,
    )
    model = model.cpu()
    model.load_state_dict({k: _half(v) for k, v in model.state_dict().items()})
    outputs = report.logits(model, sets["validation"].pictures)
    temperature = report.temperature(outputs, sets["validation"].labels)
    calibrated = type(model)(
        architecture=model.architecture,
        temperature=round(temperature, 4),
        least_confidence=least_confidence(outputs / temperature),
    )
    calibrated.load_state_dict(model.state_dict())
    calibrated = remembering(calibrated.eval(), sets)
    run: dict[str, Any] = {"seed": seed, "epochs": len(curves), "curves": curves}
    run["metric"] = max(row["validation_accuracy"] for row in curves)
    run["seconds"] = time.perf_counter() - start
    run |= evaluated(calibrated, sets)
    print(
        f"{model.architecture}, seed {seed}: test {run['test'].accuracy:.2%}, validation "
        f"{run['validation'].accuracy:.2%}, {run['seconds']:.0f} s",
        flush=True,
    )
    return calibrated, run


def features(model: SmallPictures, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return logits and features of pictures uint8 `(N, C, H, W)`, see `SmallPictures.features`."""
    with torch.inference_mode():
        parts = [model.features(part.float() / 255) for part in pictures.split(500)]
    logits, found = zip(*parts, strict=True)
    return torch.cat(logits), torch.cat(found)


def remembering(model: SmallPictures, sets: dict[str, Pictures]) -> SmallPictures:
    """Return a network that also knows how far a picture is from those that it learned from.

    What it remembers is in half precision, as its file holds it; all but 5 % of the validation
    pictures are within `most_distance`.

    Args:
        model: trained and calibrated.
        sets: train and validation; a covariance is fitted that all labels share.
    """
    some = sets["train"][:REMEMBERED]
    known = features(model, some.pictures)[1].double()
    means = torch.stack([known[some.labels == i].mean(dim=0) for i in range(len(model.labels))])
    apart = known - means[some.labels]
    spread = apart.std(dim=0, correction=0).clamp(min=LEAST_SPREAD)
    apart /= spread
    correlation = apart.T @ apart / len(apart) + RIDGE * torch.eye(len(spread))
    whitening = torch.linalg.inv(torch.linalg.cholesky(correlation)) / spread
    kept = {"whitening": whitening, "centres": means @ whitening.T}
    kept = {name: _half(tensor.float()) for name, tensor in kept.items()}
    distances = nearest(features(model, sets["validation"].pictures)[1], **kept)
    most = math.ceil(100 * distances.double().quantile(1 - REFUSED).item()) / 100
    kind: Any = type(model)  # each has its own labels and normalisation
    new = kind(
        architecture=model.architecture,
        temperature=model.temperature,
        least_confidence=model.least_confidence,
        most_distance=most,
    )
    new.load_state_dict(model.state_dict() | kept)
    return new.eval()


def evaluated(model: SmallPictures, sets: dict[str, Pictures]) -> dict:
    """Return what a trained network does on the test and the validation pictures."""
    return {
        part: report.evaluate(model, sets[part].pictures, sets[part].labels)
        for part in ("test", "validation")
    }


def saved(
    kind: Any, folder: Path, sets: dict[str, Pictures]
) -> tuple[SmallPictures, dict[str, report.Evaluation]]:
    """Return a network that was trained and saved, and what it does, see `evaluated`.

    Args:
        kind: its class.
        folder: where it lies.
        sets: train, validation and test.
    """
    model = kind.from_pretrained(folder, strict=True)
    if model.most_distance is None:  # it was trained before distances were remembered
        model = remembering(model, sets)
    return model, evaluated(model, sets)


def ladder_row(model: SmallPictures, run: dict) -> dict:
    """Return the row of a training in `ladder.csv`, see `train`."""
    return {
        "model": model.architecture,
        "parameters": parameters(model),
        "seed": run["seed"],
        "epochs": run["epochs"],
        "train": run["curves"][-1]["train_accuracy"],
        "validation": run["validation"].accuracy,
        "test": run["test"].accuracy,
        "seconds": round(run["seconds"]),
    }


def is_of(row: dict, model: SmallPictures, test: report.Evaluation) -> bool:
    """Return whether a row of `ladder.csv`, with the digits of a table, is of this network."""
    figure = f"{test.accuracy:.5g}"
    return (row["model"], f"{row['test']:.5g}") == (model.architecture, figure)


def _half(tensor: Tensor) -> Tensor:
    """Return a tensor as its file will hold it."""
    return tensor.half().to(tensor) if tensor.ndim > 1 and tensor.is_floating_point() else tensor


def made_up(count: int, channels: int, side: int, seed: int = 0) -> Pictures:
    """Return noise in place of pictures, brighter for higher labels, for dry runs."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 10
    noise = torch.rand(count, channels, side, side, generator=generator)
    pictures = (noise * 100 + labels[:, None, None, None] * 15).byte()
    return Pictures(pictures, labels)


def curve_rows(runs: list[dict]) -> list[dict]:
    """Return the curves of all runs as the rows of one table."""
    return [
        {"model": run["model"], "seed": run["seed"], **row} for run in runs for row in run["curves"]
    ]


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table that a trainer wrote, `report.to_csv`, with numbers as numbers."""

    def value(text: str) -> Any:
        for kind in (int, float):
            with contextlib.suppress(ValueError):
                return kind(text)
        return text or None

    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{key: value(text) for key, text in row.items()} for row in csv.DictReader(file)]


def parameters(model: nn.Module) -> int:
    """Return how many numbers are learned."""
    return sum(p.numel() for p in model.parameters())
