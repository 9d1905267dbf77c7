"""Train the networks that name pieces of clothing: the course's ladder, from baseline to the best.

    python -m trainers.fashion --output weights/fashion
    python -m trainers.fashion --model cnn cnn_dropout --seeds 0 --output my-fashion

Each model is trained with each seed. The model that does best on the validation pictures is
shipped, with its median seed, so that the test set chooses nothing. Beside the weights lie
`ladder.csv` (a row per training), `curves.csv` (a row per epoch: train and validation, both without
augmentation), and of the shipped network `misread.parquet` (the test pictures that it misreads, all
of them, and some that it reads rightly, with its probabilities), `exciting.parquet` (the training
pictures that excite its maps most), `photos.csv` (how it reads test pictures made into photos) and
`unknown.csv` (how well it tells the test pictures from others that show no clothes).

The trainings may run one by one, each with an `--output` of its own, on several machines or on
several days; then `--gather DIR DIR …` takes what they wrote instead of training. A folder may be
of several trainings, as `weights/fashion` is: all are rows of the tables, and one has its network.

`--data DIR` points at a torchvision folder that holds FashionMNIST, else it is downloaded;
`--strangers DIR` names a folder of photos that show no clothes, to be asked about as well;
`--dry-run` goes the whole way on a few made-up pictures in seconds and writes to a temporary
folder; `--push-to-hub USER/NAME` uploads what was written. Ctrl-C keeps the best epoch so far.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from models.fashion import LADDER, FashionCNN
from trainers import recipe, report, small, strangers
from trainers.fashion import card, photos, sprites
from trainers.small import Pictures, Settings

TABLES = ("ladder", "curves", "misread", "exciting", "photos", "unknown")
VALIDATION = 5_000  # training pictures that choose

Result = tuple[FashionCNN | None, dict]  # what was trained, where it is at hand; its figures

SETTINGS = {
    "linear": Settings(epochs=10, averaging=0.98, augmented=False),
    "mlp": Settings(epochs=10, learning_rate=2e-3, averaging=0.98, augmented=False),
    "cnn": Settings(epochs=6, averaging=0.98, augmented=False),
    "cnn_dropout": Settings(epochs=6, averaging=0.98, augmented=False),
    "cnn_batchnorm": Settings(epochs=6, averaging=0.98, augmented=False),
    "cnn_stacked": Settings(epochs=20, learning_rate=6e-3, averaging=0.98),
}
assert SETTINGS.keys() == LADDER.keys()


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {"data": "torchvision folder with FashionMNIST", "epochs": "default: of each model"}
    parser = recipe.parser("fashion", __doc__, helps, data="data")
    parser.add_argument("--model", choices=SETTINGS, nargs="+", default=[*SETTINGS])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--strangers", nargs="+", metavar="DIR", help="photos without clothes")
    parser.add_argument("--gather", nargs="+", metavar="DIR", help="trainings that were saved")
    args = parser.parse_args(argv)
    args.epochs = 1 if args.dry_run else args.epochs
    if args.epochs is not None and args.epochs < 1:
        parser.error("--epochs must be at least 1")
    return args


def load(root: str, train: bool) -> Pictures:
    """Return Fashion-MNIST from torchvision, downloaded to `root` if it is not there."""
    from torchvision.datasets import FashionMNIST

    data = FashionMNIST(root, train=train, download=True)
    return Pictures(data.data[:, None], data.targets)


def best(results: list[Result]) -> tuple[FashionCNN, dict]:
    """Return the median seed of the model with the best mean on the validation pictures.

    Raises:
        ValueError: if of that training there are figures only.
    """
    names = {run["model"] for _, run in results}
    of = {name: [result for result in results if result[1]["model"] == name] for name in names}
    means = {name: statistics.mean(run["metric"] for _, run in of[name]) for name in names}
    ranked = sorted(of[max(means, key=means.__getitem__)], key=lambda result: result[1]["metric"])
    model, run = ranked[(len(ranked) - 1) // 2]
    if model is None:
        best = f"{run['model']} with seed {run['seed']}"
        raise ValueError(f"the best is {best}, and its network is in none of the folders")
    return model, run


def gather(folder: Path, sets: dict[str, Pictures]) -> list[Result]:
    """Return what trainings wrote to a folder, one of them with its network.

    Args:
        folder: `--output` of an earlier training.
        sets: train, validation and test.

    Raises:
        ValueError: if the network has the figures of none of the trainings.
    """

    ladder, epochs = (small.rows(folder, name) for name in ("ladder", "curves"))
    model, figures = small.saved(FashionCNN, folder, sets)
    results: list[Result] = []
    for row in ladder:
        which = {name: row[name] for name in ("model", "seed")}
        curves = [
            {name: value for name, value in one.items() if name not in which}
            for one in epochs
            if which.items() <= one.items()
        ]
        if not curves:
            raise ValueError(f"curves.csv has no epoch of {row['model']} with seed {row['seed']}")
        run = which | {name: row[name] for name in ("epochs", "seconds")} | {"row": row}
        run |= {"curves": curves, "metric": max(one["validation_accuracy"] for one in curves)}
        found = small.is_of(row, model, figures["test"]) and all(one is None for one, _ in results)
        results.append((model, run | figures) if found else (None, run))
    if all(one is None for one, _ in results):
        raise ValueError("the network there has the figures of none of the trainings")
    return results


def once(results: list[Result]) -> list[Result]:
    """Return each training once, with its network if one of the folders has it."""
    of: dict[tuple[str, int], Result] = {}
    for model, run in results:
        which = (run["model"], run["seed"])
        if which not in of or of[which][0] is None:
            of[which] = (model, run)
    return [*of.values()]


def save(
    args: argparse.Namespace,
    results: list[Result],
    train: Pictures,
    test: Pictures,
) -> dict:
    """Write the best so far, with its tables; return what its training measured.

    Args:
        args: command line of the trainer.
        results: network, where it is at hand, and figures of each training.
        train: all training pictures, in the order of the data.
        test: the test pictures.
    """
    model, run = best(results)
    rung = [*SETTINGS].index
    ordered = sorted(results, key=lambda result: (rung(result[1]["model"]), result[1]["seed"]))
    rows = [run["row"] for _, run in ordered]
    count = 4 if args.dry_run else 1_000
    if "tables" not in run:  # of this network they were not made before
        others = strangers.made_up(count)
        for folder in map(Path, args.strangers or []):
            with recipe.reading(folder):
                others[folder.name] = strangers.in_folder(folder, count)
        run["photos"] = photos.measure(model, test, count)
        run["unknown"] = strangers.unknown(model, "Fashion-MNIST", test.pictures, others)
        run["tables"] = {
            "misread": sprites.misread(model, test),
            "exciting": sprites.exciting(model, train),
            "photos": report.to_csv(run["photos"]),
            "unknown": report.to_csv(run["unknown"]),
        }
    tables = {
        "ladder": report.to_csv(rows),
        "curves": report.to_csv(small.curve_rows([run for _, run in ordered])),
    }
    recipe.save(args, model, card.card(args, model, run, rows, SETTINGS), tables | run["tables"])
    return run


def main(argv: list[str] | None = None) -> None:
    """Train, evaluate, save, push."""
    args = recipe.begin(arguments(argv), "weights/fashion", TABLES)
    if args.dry_run:
        whole, test = small.made_up(60, 1, 28, 0), small.made_up(60, 1, 28, 1)
        sets = {"train": whole, "validation": small.made_up(60, 1, 28, 2), "test": test}
    else:
        with recipe.reading(f"Fashion-MNIST in {args.data}"):
            whole, test = load(args.data, train=True), load(args.data, train=False)
        train, validation = small.split(whole, VALIDATION)
        sets = {"train": train, "validation": validation, "test": test}
    results: list[Result] = []
    for folder in map(Path, args.gather or []):
        with recipe.reading(folder):
            results += gather(folder, sets)
    if results:
        with recipe.reading("what was gathered"):
            results = once(results)
            best(results)
        run = save(args, results, whole, test)
    # The last of the ladder first, and saved after each: what is stopped leaves the best.
    names = sorted(args.model, key=[*SETTINGS].index, reverse=True)
    for seed, name in [] if results else [(seed, name) for seed in args.seeds for name in names]:
        settings = SETTINGS[name]
        if args.epochs:
            settings = Settings(**{**vars(settings), "epochs": args.epochs})
        recipe.seed(seed)
        model, run = small.train(
            FashionCNN(name), settings, sets, seed, args.precision, shift=1, hole=0
        )
        run["model"] = name
        results.append((model, run | {"row": small.ladder_row(model, run)}))
        run = save(args, results, whole, test)
    recipe.finish(args, f": {run['model']}, accuracy {run['test'].accuracy:.2%}")
