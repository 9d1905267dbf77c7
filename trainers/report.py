"""What a model card states: accuracy, confusion, calibration, machine; and the card itself."""

from __future__ import annotations

import csv
import io
import os
import platform
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from huggingface_hub import EvalResult, ModelCard, ModelCardData
from scipy.stats import rankdata
from torch import Tensor, nn
from torchmetrics.functional.classification import (
    multiclass_calibration_error,
    multiclass_confusion_matrix,
)

BINS = 15  # of confidence, for the expected calibration error
TEMPERATURES = (0.3, 5.0)  # a few wrong labels must not turn the answers into certainties or shrugs


@dataclass
class Evaluation:
    """How well a model does on one set.

    Args:
        accuracy: share of right answers.
        calibration_error: expected calibration error, `BINS` bins of confidence.
        confusion: counts `(classes, classes)`, rows are the truth, columns the answers.
    """

    accuracy: float
    calibration_error: float
    confusion: Tensor

    @property
    def recall(self) -> list[float]:
        """Return the share of right answers per class."""
        return (self.confusion.diag() / self.confusion.sum(dim=1).clamp(min=1)).tolist()


def logits(model: nn.Module, inputs: Tensor, batch_size: int = 500) -> Tensor:
    """Return the outputs `(N, classes)` of a model in eval mode, on the CPU.

    Args:
        model: the model; it stays on its device.
        inputs: uint8 pictures `(N, C, H, W)`, or `(N, H, W)` of one channel; fed in [0, 1].
        batch_size: how many at once.
    """
    device = next(model.parameters()).device
    with torch.inference_mode():
        channels = inputs if inputs.ndim == 4 else inputs[:, None]
        batches = (part.to(device).float() / 255 for part in channels.split(batch_size))
        return torch.cat([model(batch).float().cpu() for batch in batches])


def evaluate(model: nn.Module, inputs: Tensor, labels: Tensor) -> Evaluation:
    """Evaluate a classifier on pictures uint8, see `logits`."""
    answers = logits(model, inputs)
    probabilities = answers.softmax(dim=1)
    return Evaluation(
        accuracy=(answers.argmax(dim=1) == labels).double().mean().item(),
        calibration_error=calibration_error(probabilities, labels),
        confusion=confusion(probabilities, labels),
    )


def confusion(outputs: Tensor, labels: Tensor) -> Tensor:
    """Return the counts `(classes, classes)`: rows are the truth, columns the largest output."""
    return multiclass_confusion_matrix(outputs, labels, outputs.shape[1])


def calibration_error(probabilities: Tensor, labels: Tensor) -> float:
    """Return the expected calibration error of probabilities `(N, classes)`."""
    classes = probabilities.shape[1]
    return multiclass_calibration_error(probabilities, labels, classes, BINS).item()


def roc_auc(scores: Tensor | np.ndarray, truth: Tensor | np.ndarray) -> float:
    """Return the area under the ROC curve, the share of pairs in the right order.

    Args:
        scores: any numbers `(N,)`, higher for what is likelier 1. (torchmetrics would squash those
            outside [0, 1] by a sigmoid, and large ones to the same 1.)
        truth: 0 or 1 `(N,)`, both of them present.
    """
    one, ranks = np.asarray(truth) == 1, rankdata(np.asarray(scores))
    ones, zeros = one.sum(), (~one).sum()
    # Of the ranks of the ones, those that they have among themselves are taken away.
    return float((ranks[one].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def temperature(outputs: Tensor, labels: Tensor) -> float:
    """Return the temperature that makes logits `(N, classes)` most likely (Guo et al., 2017).

    It stays within `TEMPERATURES`.
    """
    candidates = torch.logspace(-1.5, 1.5, 601)
    losses = [nn.functional.cross_entropy(outputs / t, labels) for t in candidates]
    best = candidates[torch.stack(losses).argmin()].item()
    return min(max(best, TEMPERATURES[0]), TEMPERATURES[1])


def machine() -> str:
    """Return processor, cores and versions in words."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        rows = [row for row in cpuinfo.read_text().splitlines() if row.startswith("model name")]
        name = rows[0].partition(":")[2].strip() if rows else name
    if torch.cuda.is_available():
        name += f", {torch.cuda.get_device_name()}"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, Python {platform.python_version()}, torch {torch.__version__}"


def table(head: list[str], rows: list[list]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in lines)


def to_csv(rows: list[dict]) -> str:
    """Return rows as CSV text."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            short = {k: f"{v:.5g}" if isinstance(v, float) else v for k, v in row.items()}
            writer.writerow(short)
    return text.getvalue()


def confusion_table(confusion: Tensor, labels: tuple[str, ...]) -> str:
    """Return a confusion matrix as a Markdown table; · stands for 0."""
    rows = [
        [f"**{label}**", *(str(n) if n else "·" for n in counts)]
        for label, counts in zip(labels, confusion.tolist(), strict=True)
    ]
    return table(["truth \\ answer", *labels], rows)


def header(model: nn.Module) -> ModelCardData:
    """Return the header of a card as the model's class declares it: licence, library, tags."""
    data = model.generate_model_card().data
    # The mixin adds its own name, which would promise more than weights and a configuration.
    data.tags = [tag for tag in data.tags if not tag.endswith("model_hub_mixin")]
    return data


def card(
    model: nn.Module,
    text: str,
    dataset: tuple[str, str] | None = None,
    metrics: dict | None = None,
) -> ModelCard:
    """Return a model card, with `model-index` results where figures were measured.

    Args:
        model: a `PyTorchModelHubMixin` with the attribute `weights_name`.
        text: Markdown below the header.
        dataset: name and Hub id of the test set.
        metrics: {metric type: value} on the test set.
    """
    data = header(model)
    results = [
        EvalResult(
            task_type=data.pipeline_tag or "other",
            dataset_name=dataset[0],
            dataset_type=dataset[1],
            dataset_split="test",
            metric_type=metric,
            metric_value=value,
        )
        for metric, value in (metrics or {}).items()
        if dataset
    ]
    if results and dataset:
        data.model_name, data.eval_results = model.weights_name, results
        data.datasets = [dataset[1]]
    return ModelCard(f"---\n{data.to_yaml()}\n---\n\n{text.strip()}\n")
