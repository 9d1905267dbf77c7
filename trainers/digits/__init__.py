"""Train the three networks that read handwritten digits.

    python -m trainers.digits --model linear --output weights/digits-linear
    python -m trainers.digits --model mlp --output weights/digits-mlp
    python -m trainers.digits --model cnn --seeds 0 1 2 --output weights/digits-cnn
    python -m trainers.digits --model zero --output weights/digits-zero
    python -m trainers.digits --model number --output weights/digits-number

The last two have one output: is it a 0, and which number is it.
With several seeds the card states the mean, and the median one (by the validation figure, so that
the test set chooses nothing) is shipped. `--data DIR` points at a torchvision folder that holds
MNIST, else it is downloaded; `--dry-run` goes the whole way on a few made-up drawings in seconds
and writes to a temporary folder; `--push-to-hub USER/NAME` uploads what was written. Ctrl-C keeps
the best epoch so far. `--measure` trains nothing: it measures the checks of the network in
`--output` again, and its least confidence, as after a change of the preprocessing.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from huggingface_hub import ModelCard

from models import digits
from trainers import recipe, report
from trainers.digits import card, cost, data, one
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


TABLES = ("preprocessing", "thresholds", "numbers")
SETTINGS = {
    "linear": Settings(epochs=6, learning_rate=2e-3, strength=0.3),
    "mlp": Settings(epochs=12, learning_rate=2e-3, strength=0.6),
    "cnn": Settings(epochs=18),
    "zero": Settings(epochs=6, learning_rate=2e-3, strength=0.3),
    "number": Settings(epochs=12, learning_rate=2e-3, strength=0.6),
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
    parser.add_argument("--measure", action="store_true", help="measure again, train nothing")
    args = parser.parse_args(argv)
    if args.model in one.MODELS and (args.measure or args.seeds):
        parser.error(f"--measure and --seeds are for {', '.join(digits.MODELS)}")
    if args.measure and args.dry_run:
        parser.error("--measure needs real data: leave out --dry-run")
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
    mixture = None
    if not args.measure:
        drawings = data.drawings(data.DRAWINGS, seed=1, scribbles=data.SCRIBBLES)
        mixture = data.mixture(train, drawings)
    return {
        "train": mixture,
        "validation": validation,
        "drawn": data.drawings(3_000, seed=10_001, hand=data.OTHER_HAND),
        "test": test,
        **data.checks(),
    }


def optimise(args, model, sets, loss, right) -> list[dict]:
    """Train a network with the settings of its kind; return the history."""
    settings = SETTINGS[args.model]
    return fit(
        model,
        data.loader(sets["train"], 32 if args.dry_run else settings.batch_size),
        right,
        args.epochs,
        settings.learning_rate,
        loss=loss,
        augment=partial(data.augment, strength=settings.strength),
        weight_decay=settings.weight_decay,
        averaging=0 if args.dry_run else settings.averaging,
        accelerator=make_accelerator(args.precision),
    )


def train(args: argparse.Namespace, seed: int, sets: dict[str, data.Data]):
    """Train one network; return it calibrated, with what the card says about the run."""
    start = time.perf_counter()
    recipe.seed(seed)
    model = digits.MODELS[args.model]().to(memory_format=torch.channels_last)  # 20 % faster

    def right(model: torch.nn.Module) -> float:
        both = sets["validation"], sets["drawn"]
        return sum(report.evaluate(model, s.pictures, s.labels).accuracy for s in both) / 2

    history = optimise(args, model, sets, data.loss, right)
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


def measure(args: argparse.Namespace, sets: dict[str, data.Data]) -> None:
    """Measure the checks of the network in `args.output` again, and its least confidence."""
    with recipe.reading(args.output):
        model = digits.MODELS[args.model].from_pretrained(args.output, strict=True).eval()
        old = ModelCard.load(Path(args.output) / "README.md")
    pictures = torch.cat([sets["validation"].pictures, sets["drawn"].pictures])
    model.least_confidence = digits.least_confidence(report.logits(model, pictures))
    again = type(model)(temperature=model.temperature, least_confidence=model.least_confidence)
    again.load_state_dict(model.state_dict())
    again.eval()
    costs = cost.measure(again, sets["test"])
    text = card.measured_again(old, args, card.checked(again, sets, costs))
    recipe.save(args, again, text, {"preprocessing": cost.table(costs)})


def main(argv: list[str] | None = None) -> None:
    """Train, evaluate, save, push."""
    args = arguments(argv)
    recipe.begin(args, f"weights/digits-{args.model}", TABLES)
    start = time.perf_counter()
    sets, results = load_data(args), []
    args.preparation = time.perf_counter() - start  # [s], for the card
    if args.measure:
        measure(args, sets)
        return recipe.finish(args)
    if args.model in one.MODELS:
        one.train(args, sets, optimise)
        return recipe.finish(args)
    for seed in args.seeds:
        results.append(train(args, seed, sets))
        ranked = sorted(results, key=lambda result: result[1]["metric"])
        model, chosen = ranked[(len(ranked) - 1) // 2]
        costs = cost.measure(model, sets["test"])
        text = card.card(args, model, chosen, [run for _, run in results], sets, costs)
        recipe.save(args, model, text, {"preprocessing": cost.table(costs)})
    return recipe.finish(args, f" (seed {chosen['seed']})")
