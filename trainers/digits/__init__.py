"""Train the three networks that read handwritten digits.

    python -m trainers.digits --model linear --output weights/digits-linear
    python -m trainers.digits --model mlp --output weights/digits-mlp
    python -m trainers.digits --model cnn --seeds 0 1 2 --output weights/digits-cnn

With several seeds the card states the mean, and the median one (by the validation figure, so that
the test set chooses nothing) is shipped. `--data DIR` points at a torchvision folder that holds
MNIST, else it is downloaded; `--dry-run` goes the whole way on a few made-up drawings in seconds
and writes to a temporary folder; `--push-to-hub USER/NAME` uploads what was written. Ctrl-C keeps
the best epoch so far.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from functools import partial

import torch

from models import digits
from trainers import recipe, report
from trainers.digits import card, data
from trainers.loop import fit, make_accelerator


@dataclass(frozen=True)
class Settings:
    """How one network is trained; chosen on the validation split."""

    epochs: int
    learning_rate: float = 4e-3
    weight_decay: float = 0.02
    batch_size: int = 256
    strength: float = 1.0  # of the augmentation
    averaging: float = 0.998


SETTINGS = {
    "linear": Settings(epochs=6, learning_rate=2e-3, strength=0.3),
    "mlp": Settings(epochs=12, learning_rate=2e-3, strength=0.6),
    "cnn": Settings(epochs=18),
}


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {
        "data": "torchvision folder with MNIST",
        "epochs": "default: those of the model",
        "output": "default: weights/digits-MODEL",
    }
    parser = recipe.parser("digits", __doc__, helps, data="data")
    parser.add_argument("--model", choices=SETTINGS, default="cnn")
    parser.add_argument("--seeds", type=int, nargs="+", help="train each, ship the median")
    args = parser.parse_args(argv)
    args.seeds = args.seeds or [args.seed]
    args.epochs = 1 if args.dry_run else args.epochs or SETTINGS[args.model].epochs
    if args.epochs < 1:
        parser.error("--epochs must be at least 1")
    return args


def load_data(args: argparse.Namespace) -> dict[str, data.Data]:
    """Return train, validation, drawn (made-up drawings for validation), test and the checks."""
    if args.dry_run:
        names = ("validation", "drawn", "test", "drawings", "scribbles")
        sets = {name: data.made_up(64, seed) for seed, name in enumerate(names)}
        return {"train": data.mixture(sets["validation"], sets["drawn"]), **sets}
    with recipe.reading(f"MNIST in {args.data}"):
        train, validation = data.split(data.mnist(args.data, train=True))
        test = data.mnist(args.data, train=False)
    drawings = data.drawings(data.DRAWINGS, seed=1, scribbles=data.SCRIBBLES)
    return {
        "train": data.mixture(train, drawings),
        "validation": validation,
        "drawn": data.drawings(3_000, seed=10_001, hand=data.OTHER_HAND),
        "test": test,
        **data.checks(),
    }


def train(args: argparse.Namespace, seed: int, sets: dict[str, data.Data]):
    """Train one network; return it calibrated, with what the card says about the run."""
    start = time.perf_counter()
    settings = SETTINGS[args.model]
    recipe.seed(seed)
    model = digits.MODELS[args.model]().to(memory_format=torch.channels_last)  # 20 % faster
    batches = data.loader(sets["train"], 32 if args.dry_run else settings.batch_size)

    def right(model: torch.nn.Module) -> float:
        both = sets["validation"], sets["drawn"]
        return sum(report.evaluate(model, s.pictures, s.labels).accuracy for s in both) / 2

    history = fit(
        model,
        batches,
        right,
        args.epochs,
        settings.learning_rate,
        loss=data.loss,
        augment=partial(data.augment, strength=settings.strength),
        weight_decay=settings.weight_decay,
        averaging=0 if args.dry_run else settings.averaging,
        accelerator=make_accelerator(args.precision),
    )
    pictures = torch.cat([sets["validation"].pictures, sets["drawn"].pictures])
    labels = torch.cat([sets["validation"].labels, sets["drawn"].labels])
    logits = report.logits(model, pictures)
    temperature = report.temperature(logits, labels)
    least = digits.least_confidence(logits / temperature)
    calibrated = type(model)(temperature=temperature, least_confidence=least)
    calibrated.load_state_dict(model.cpu().state_dict())
    calibrated.eval()
    run = {"seed": seed, "epochs": len(history), "metric": max(row["metric"] for row in history)}
    run["seconds"] = time.perf_counter() - start
    for name in ("test", "validation", "drawn"):
        run[name] = report.evaluate(calibrated, sets[name].pictures, sets[name].labels)
    print(
        f"seed {seed}: test {run['test'].accuracy:.2%}, validation "
        f"{run['validation'].accuracy:.2%}, drawn {run['drawn'].accuracy:.2%}, calibration error "
        f"{run['test'].calibration_error:.4f}, {run['seconds']:.0f} s",
        flush=True,
    )
    return calibrated, run


def main(argv: list[str] | None = None) -> None:
    """Train, evaluate, save, push."""
    args = arguments(argv)
    recipe.begin(args, f"weights/digits-{args.model}")
    start = time.perf_counter()
    sets, results = load_data(args), []
    args.preparation = time.perf_counter() - start  # [s], for the card
    for seed in args.seeds:
        results.append(train(args, seed, sets))
        ranked = sorted(results, key=lambda result: result[1]["metric"])
        model, chosen = ranked[(len(ranked) - 1) // 2]
        text = card.card(args, model, chosen, [run for _, run in results], sets)
        recipe.save(args, model, text)
    recipe.finish(args, f" (seed {chosen['seed']})")
