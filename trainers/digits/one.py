"""Train the networks with one output: "0 or not 0", and one number from 0 to 9."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from huggingface_hub import ModelCard
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from models.digits_one import MODELS, DigitNumber, OneOutput
from trainers import recipe, report
from trainers.digits import data

STEPS = 100  # of the threshold, 0 to 1

HOW = """
Trained on 55,000 pictures of MNIST's training set, each shown at random as it is or as the serving
preprocessing would show it if it had been drawn, and on {drawings:,} drawings made up by
`trainers/digits/pen.py`; {scribbles}. The epoch was chosen on the other 5,000 and on 3,000 made-up
drawings by a hand that strays further; the test set chose nothing.
"""
SCRIBBLES = {
    "zero": "scribbles, {scribbles:.0%} of them, are no zeros",
    "number": "scribbles among them, {scribbles:.0%}, have no number and count nothing",
}
LIMITS = {
    "zero": """
For teaching: the smallest thing that can be asked of a picture. It has one weight per pixel and
mistakes what covers the same pixels. It must not be used to read anything that matters to somebody.
""",
    "number": """
For teaching: to see why a class is no quantity. Between a 1 and a 7 it answers a number in between,
of which the picture shows nothing. It must not be used to read anything that matters to somebody.
""",
}


def zero_loss(z: Tensor, labels: Tensor) -> Tensor:
    """Return the binary cross-entropy of logits `(N,)`: is it a 0?"""
    return binary_cross_entropy_with_logits(z, (labels == 0).float())


def number_loss(y: Tensor, labels: Tensor) -> Tensor:
    """Return the mean squared error of numbers `(N,)`; scribbles, labelled 10, have none."""
    digit = labels < 10
    return ((y - labels.float()) ** 2 * digit).sum() / digit.sum().clamp(min=1)


LOSSES = {"zero": zero_loss, "number": number_loss}


def train(
    args: argparse.Namespace, sets: dict[str, data.Data], optimise: Callable[..., list[dict]]
) -> OneOutput:
    """Train one network, evaluate and save it."""
    start = time.perf_counter()
    recipe.seed(args.seed)
    model, loss = MODELS[args.model](), LOSSES[args.model]

    def right(model: torch.nn.Module) -> float:
        both = (sets["validation"], sets["drawn"])
        return -sum(loss(report.logits(model, s.pictures), s.labels).item() for s in both) / 2

    history = optimise(args, model, sets, loss, right)
    model.cpu().eval()
    seconds = time.perf_counter() - start
    test = sets["test"]
    outputs = report.logits(model, test.pictures)
    print(f"loss on the test set: {loss(outputs, test.labels):.4f}, {seconds:.0f} s", flush=True)
    measured = _number if isinstance(model, DigitNumber) else _zero
    words, metrics, tables = measured(outputs, test.labels)
    text = _card(args, model, words, metrics, len(history), seconds)
    recipe.save(args, model, text, tables)
    return model


def _zero(z: Tensor, labels: Tensor) -> tuple[str, dict, dict]:
    """Return what the card says, its metrics, and the table of thresholds."""
    p, truth = z.double().sigmoid(), labels == 0
    counts = []
    for step in range(STEPS + 1):
        said = p >= step / STEPS
        missed, alarms = int((truth & ~said).sum()), int((said & ~truth).sum())
        counts.append((step / STEPS, missed, alarms))
    _, missed, alarms = counts[STEPS // 2]
    zeros, accuracy = int(truth.sum()), 1 - (missed + alarms) / len(labels)
    loss = zero_loss(z.double(), labels).item()
    words = f"""MNIST test set, {len(labels):,} digits, {zeros:,} of them zeros: binary
cross-entropy {loss:.4f}. With the threshold 0.5, **{accuracy:.2%}** are right: {missed} zeros are
missed, {alarms} others are taken for zeros. Whoever always says “not 0” is right in
{1 - zeros / len(labels):.2%}. `thresholds.csv` holds both counts for 101 thresholds."""
    lines = [f"{threshold:.2f},{missed},{alarms}" for threshold, missed, alarms in counts]
    table = "\n".join(["threshold,missed,false_alarms", *lines]) + "\n"
    return words, {"accuracy": round(accuracy, 4)}, {"thresholds": table}


def _number(y: Tensor, labels: Tensor) -> tuple[str, dict, dict]:
    """Return what the card says, its metrics, and the table of each digit."""
    y = y.double()
    read = y.round().clamp(0, 9)
    accuracy = (read == labels).double().mean().item()
    error = ((y - labels) ** 2).mean().item()
    rows = []
    for digit in range(10):
        own = labels == digit
        spread = y[own].std().item() if own.sum() > 1 else 0.0
        share = (read[own] == digit).double().mean().item() if own.any() else 0.0
        mean = y[own].mean().item() if own.any() else 0.0
        rows.append((digit, mean, spread, share))
    words = f"""MNIST test set, {len(labels):,} digits: mean squared error {
        error:.3f}; rounded to the
nearest digit, **{accuracy:.2%}** are right.

{
        report.table(
            ["digit", "mean", "standard deviation", "right when rounded"],
            [[d, f"{m:.2f}", f"{s:.2f}", f"{r:.1%}"] for d, m, s, r in rows],
        )
    }"""
    lines = [f"{d},{m:.4f},{s:.4f},{r:.4f}" for d, m, s, r in rows]
    table = "\n".join(["digit,mean,deviation,right", *lines]) + "\n"
    return words, {"accuracy": round(accuracy, 4), "mse": round(error, 4)}, {"numbers": table}


def _card(args, model: OneOutput, words: str, metrics: dict, epochs: int, seconds: float):
    scribbles = SCRIBBLES[args.model].format(scribbles=data.SCRIBBLES)
    how = HOW.format(drawings=data.DRAWINGS, scribbles=scribbles)
    options = {"model": args.model, "epochs": args.epochs, "seed": args.seed, "data": "DIR"}
    name, size = type(model).__name__, sum(p.numel() for p in model.parameters())
    text = f"""
# {model.title}, for handwritten digits

{model.__doc__.splitlines()[0]} {size:,} parameters.

```python
from PIL import Image
from models import digits_one, hub

model = hub.load(digits_one.{name})
print(model.predict(Image.open("digit.png")))
```

## How it was made

{recipe.command("digits", **options, output=args.output)}
{how}
Data: MNIST (LeCun, Cortes, Burges), from torchvision. Machine: {report.machine()}; other programs
may have run beside. {epochs} epochs took {seconds:.0f} s, after {args.preparation:.0f} s for making
the drawings and preprocessing.

## How well it does

{words}

## What it is not for
{LIMITS[args.model]}"""
    card: ModelCard = report.card(model, text, ("MNIST", "ylecun/mnist"), metrics)
    return card
