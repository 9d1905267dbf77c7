"""Train two networks for CIFAR-10: the course's net of five layers, and a small residual one.

    python -m trainers.cifar --output weights/cifar
    python -m trainers.cifar --track tensorboard --output my-cifar

The weights of the second are shipped; of both, `curves.csv` says how they did after each epoch, and
`unknown.csv` how well they tell CIFAR-10's test pictures from such that show none of the ten
things. `--track tensorboard|wandb|trackio` sends the curves to a tracker of Accelerate's while they
are made; its package must be installed.

`--data DIR` points at a folder with the Hub's two parquet files of `uoft-cs/cifar10`, else they are
downloaded; `--dry-run` goes the whole way on a few made-up pictures in seconds and writes to a
temporary folder; `--push-to-hub USER/NAME` uploads what was written. Ctrl-C keeps the best epoch so
far.
"""

from __future__ import annotations

import argparse
import importlib.util

from models.cifar import CifarNet
from trainers import recipe, report, small, strangers
from trainers.cifar import card, data
from trainers.loop import make_accelerator
from trainers.small import Settings

TABLES = ("curves", "unknown")
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
    parser.add_argument("--track", choices=TRACKERS, help="send the curves there, too")
    args = parser.parse_args(argv)
    args.epochs = 1 if args.dry_run else args.epochs
    if args.epochs is not None and args.epochs < 1:
        parser.error("--epochs must be at least 1")
    if args.track and not importlib.util.find_spec(args.track):
        parser.error(f"--track {args.track} needs its package: pip install {args.track}")
    return args


def main(argv: list[str] | None = None) -> None:
    """Train, evaluate, save, push."""
    args = recipe.begin(arguments(argv), "weights/cifar", TABLES)
    if args.dry_run:
        parts = ("train", "validation", "test")
        sets = {part: small.made_up(60, 3, 32, i) for i, part in enumerate(parts)}
    else:
        with recipe.reading(f"CIFAR-10 in {args.data or data.HUB}"):
            whole, test = data.load(args.data, "train"), data.load(args.data, "test")
        train, validation = small.split(whole, VALIDATION)
        sets = {"train": train, "validation": validation, "test": test}
    others = strangers.made_up(20 if args.dry_run else 1_000)
    models, runs, rows = {}, [], []
    for name, settings in SETTINGS.items():
        if args.epochs:
            settings = Settings(**{**vars(settings), "epochs": args.epochs})
        accelerator = make_accelerator(args.precision, args.track)
        if args.track:
            accelerator.init_trackers(f"cifar-{name}", config=vars(settings))
        recipe.seed(args.seed)
        models[name], run = small.train(
            CifarNet(name), settings, sets, args.seed, shift=4, hole=8, accelerator=accelerator
        )
        accelerator.end_training()
        runs.append(run | {"model": name, "parameters": small.parameters(models[name])})
        rows += strangers.unknown(models[name], "CIFAR-10", sets["test"].pictures, others)
    run = next(run for run in runs if run["model"] == SHIPPED)
    tables = {"curves": report.to_csv(small.curve_rows(runs)), "unknown": report.to_csv(rows)}
    text = card.card(args, models[SHIPPED], run, runs, rows, SETTINGS[SHIPPED])
    recipe.save(args, models[SHIPPED], text, tables)
    recipe.finish(args, f": accuracy {run['test'].accuracy:.2%}")
