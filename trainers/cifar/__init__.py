"""Train two networks for CIFAR-10: the course's net of five layers, and a small residual one.

    python -m trainers.cifar --output weights/cifar
    python -m trainers.cifar --track tensorboard --output my-cifar

The weights of the second are shipped; of both, `ladder.csv` says how they did, `curves.csv` how
after each epoch, and `unknown.csv` how well they tell CIFAR-10's test pictures from such that show
none of the ten things; `confusion.csv` counts what the second confuses, and `wants.parquet` shows
what each of its maps looks for. `--track
tensorboard|wandb|trackio` sends the curves to a tracker of Accelerate's while they are made; its
package must be installed. `--gather DIR` trains nothing: the network in DIR is kept, and what
depends on it is made anew.

`--data DIR` points at a folder with the Hub's two parquet files of `uoft-cs/cifar10`, else they are
downloaded; `--dry-run` goes the whole way on a few made-up pictures in seconds and writes to a
temporary folder; `--push-to-hub USER/NAME` uploads what was written. Ctrl-C keeps the best epoch so
far.
"""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path

import torch
from PIL.Image import Image

from models.cifar import CifarNet
from trainers import recipe, report, small, strangers
from trainers.cifar import card, data, sprites
from trainers.loop import make_accelerator
from trainers.small import Pictures, Settings

TABLES = ("ladder", "curves", "confusion", "unknown", "wants")
VALIDATION = 5_000  # training pictures that choose the epoch and the temperature
TRACKERS = ("tensorboard", "wandb", "trackio")

SETTINGS = {
    "five_layers": Settings(
        epochs=6, learning_rate=1e-3, batch_size=64, augmented=False, plain=True
    ),
    "residual": Settings(epochs=20, learning_rate=5e-3),
}
SHIPPED = "residual"


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {"data": "folder with the parquet files", "epochs": "default: of each model"}
    parser = recipe.parser("cifar", __doc__, helps)
    parser.add_argument("--gather", metavar="DIR", help="networks that were trained and saved")
    parser.add_argument("--track", choices=TRACKERS, help="send the curves there, too")
    args = parser.parse_args(argv)
    args.epochs = 1 if args.dry_run else args.epochs
    if args.epochs is not None and args.epochs < 1:
        parser.error("--epochs must be at least 1")
    if args.track and not importlib.util.find_spec(args.track):
        parser.error(f"--track {args.track} needs its package: pip install {args.track}")
    return args


def confusion_rows(model: CifarNet, counts: torch.Tensor) -> list[dict]:
    """Return counts `(classes, classes)` as rows of `confusion.csv`: truth, answer, pictures."""
    names = model.labels
    return [
        {"truth": names[truth], "answer": names[answer], "pictures": count}
        for truth, row in enumerate(counts.tolist())
        for answer, count in enumerate(row)
    ]


def train(
    args: argparse.Namespace, sets: dict[str, Pictures], others: dict[str, list[Image]]
) -> tuple[CifarNet, dict, dict[str, list[dict]]]:
    """Train both networks; return the one that is shipped, its evaluation, the rows of the tables.

    Args:
        args: command line of the trainer.
        sets: train, validation and test.
        others: pictures that show none of the ten things, by the name of their kind.
    """
    runs, tables = [], {"ladder": [], "unknown": []}
    for name, settings in SETTINGS.items():
        if args.epochs:
            settings = Settings(**{**vars(settings), "epochs": args.epochs})
        accelerator = make_accelerator(args.precision, args.track)
        if args.track:
            accelerator.init_trackers(f"cifar-{name}", config=vars(settings))
        recipe.seed(args.seed)
        model, run = small.train(
            CifarNet(name), settings, sets, args.seed, shift=4, hole=8, accelerator=accelerator
        )
        accelerator.end_training()
        runs.append(run | {"model": name})
        where = {"threads": torch.get_num_threads(), "machine": report.machine()}
        tables["ladder"].append(small.ladder_row(model, run) | where)
        tables["unknown"] += strangers.unknown(model, "CIFAR-10", sets["test"].pictures, others)
        if name == SHIPPED:
            shipped, evaluated = model, run
    return shipped, evaluated, tables | {"curves": small.curve_rows(runs)}


def gather(
    folder: Path, sets: dict[str, Pictures], others: dict[str, list[Image]]
) -> tuple[CifarNet, dict, dict[str, list[dict]]]:
    """Return the same of a training that was saved; what depends on its network is measured anew.

    Raises:
        ValueError: if the network has other figures than its table.
    """
    tables = {name: small.rows(folder, name) for name in ("ladder", "curves", "unknown")}
    model, evaluated = small.saved(CifarNet, folder, sets)
    right = evaluated["test"]
    if not any(small.is_of(row, model, right) for row in tables["ladder"]):
        raise ValueError(
            f"the network is right for {right.accuracy:.5g} of the test set, in no table"
        )
    # Of the other network there are figures only.
    kept = [row for row in tables["unknown"] if row["model"] != model.architecture]
    kept = [{"distance_auroc": None, **row} for row in kept]
    asked = strangers.unknown(model, "CIFAR-10", sets["test"].pictures, others)
    tables["unknown"] = [{name: row[name] for name in asked[0]} for row in kept] + asked
    return model, evaluated, tables


def main(argv: list[str] | None = None) -> None:
    """Train, evaluate, save, push."""
    args = recipe.begin(arguments(argv), "weights/cifar", TABLES)
    if args.dry_run:
        parts = ("train", "validation", "test")
        sets = {part: small.made_up(60, 3, 32, i) for i, part in enumerate(parts)}
    else:
        with recipe.reading(f"CIFAR-10 in {args.data or data.HUB}"):
            whole, test = data.load(args.data, "train"), data.load(args.data, "test")
        learned, validation = small.split(whole, VALIDATION)
        sets = {"train": learned, "validation": validation, "test": test}
    others = strangers.made_up(20 if args.dry_run else 1_000)
    if args.gather:
        with recipe.reading(args.gather):
            model, evaluated, tables = gather(Path(args.gather), sets, others)
    else:
        model, evaluated, tables = train(args, sets, others)
    tables["confusion"] = confusion_rows(model, evaluated["test"].confusion)
    text = card.card(args, model, evaluated, tables, SETTINGS[SHIPPED])
    files: dict[str, str | bytes] = {name: report.to_csv(rows) for name, rows in tables.items()}
    files["wants"] = sprites.wants(model, 1 if args.dry_run else sprites.STEPS)
    recipe.save(args, model, text, files)
    recipe.finish(args, f": accuracy {evaluated['test'].accuracy:.2%}")
