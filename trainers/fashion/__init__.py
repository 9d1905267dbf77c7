"""Train the networks that name pieces of clothing: the course's ladder, from baseline to the best.

    python -m trainers.fashion --output weights/fashion
    python -m trainers.fashion --model cnn cnn_dropout --seeds 0 --output my-fashion

Each model is trained with each seed. The model that does best on the validation pictures is
shipped, with its median seed, so that the test set chooses nothing. Beside the weights lie
`ladder.csv` (a row per training), `curves.csv` (a row per epoch: train and validation, both without
augmentation) and `misread.parquet`: the test pictures that the shipped network misreads, all of
them, and some that it reads rightly, with its probabilities.

`--data DIR` points at a torchvision folder that holds FashionMNIST, else it is downloaded;
`--dry-run` goes the whole way on a few made-up pictures in seconds and writes to a temporary
folder; `--push-to-hub USER/NAME` uploads what was written. Ctrl-C keeps the best epoch so far.
"""

from __future__ import annotations

import argparse
import io
import statistics

import torch

from models.fashion import LADDER, FashionCNN
from trainers import recipe, report, small
from trainers.fashion import card
from trainers.small import Pictures, Settings

TABLES = ("ladder", "curves", "misread")
VALIDATION = 5_000  # training pictures that choose
RIGHT = 10  # pictures of each label in the sprite that are read rightly
MOST = 800  # pictures in the sprite, which may have 300 kB
UNIT = 10_000  # probabilities are written as whole numbers of this

SETTINGS = {
    "linear": Settings(epochs=10, averaging=0.98, augmented=False),
    "mlp": Settings(epochs=10, learning_rate=2e-3, averaging=0.98, augmented=False),
    "cnn": Settings(epochs=6, averaging=0.98, augmented=False),
    "cnn_dropout": Settings(epochs=6, averaging=0.98, augmented=False),
    "cnn_batchnorm": Settings(epochs=6, averaging=0.98, augmented=False),
    "cnn_stacked": Settings(epochs=12, learning_rate=6e-3, averaging=0.98),
}
assert SETTINGS.keys() == LADDER.keys()


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {"data": "torchvision folder with FashionMNIST", "epochs": "default: of each model"}
    parser = recipe.parser("fashion", __doc__, helps, data="data")
    parser.add_argument("--model", choices=SETTINGS, nargs="+", default=[*SETTINGS])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
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


def misread(model: FashionCNN, test: Pictures) -> bytes:
    """Return a table of the test pictures that a network misreads, and of some it reads rightly.

    Columns: index in the test set, label, pixels (784 bytes, in 64 greys, which take less room),
    and probabilities: ten whole numbers, of 10,000. Those read rightly are the first `RIGHT` of
    each label.
    """
    import pandas as pd

    probabilities = report.logits(model, test.pictures).softmax(dim=1)
    right = probabilities.argmax(dim=1) == test.labels
    chosen = []
    for label in range(len(model.labels)):
        chosen += torch.nonzero(right & (test.labels == label))[:RIGHT, 0].tolist()
    chosen = sorted([*chosen, *torch.nonzero(~right)[:, 0].tolist()][:MOST])
    sixth = test.pictures[chosen] >> 2  # bits
    pixels = sixth << 2 | sixth >> 4
    table = pd.DataFrame(
        {
            "index": chosen,
            "label": test.labels[chosen].tolist(),
            "pixels": [picture.numpy().tobytes() for picture in pixels],
            "probabilities": (probabilities[chosen] * UNIT).round().int().tolist(),
        }
    )
    stream = io.BytesIO()
    # 784 bytes of pixels become about 330 by this one.
    table.to_parquet(stream, compression="brotli", compression_level=11, index=False)
    return stream.getvalue()


def best(results: list[tuple[FashionCNN, dict]]) -> tuple[FashionCNN, dict]:
    """Return the median seed of the model with the best mean on the validation pictures."""
    names = {run["model"] for _, run in results}
    of = {name: [result for result in results if result[1]["model"] == name] for name in names}
    means = {name: statistics.mean(run["metric"] for _, run in of[name]) for name in names}
    ranked = sorted(of[max(means, key=means.__getitem__)], key=lambda result: result[1]["metric"])
    return ranked[(len(ranked) - 1) // 2]


def ladder_rows(results: list[tuple[FashionCNN, dict]]) -> list[dict]:
    """Return a row per training."""
    return [
        {
            "model": run["model"],
            "parameters": small.parameters(model),
            "seed": run["seed"],
            "epochs": run["epochs"],
            "train": run["curves"][-1]["train_accuracy"],
            "validation": run["validation"].accuracy,
            "test": run["test"].accuracy,
            "seconds": round(run["seconds"]),
        }
        for model, run in results
    ]


def save(args: argparse.Namespace, results: list[tuple[FashionCNN, dict]], test: Pictures) -> dict:
    """Write the best so far, with its tables; return what its training measured."""
    model, run = best(results)
    rung = [*SETTINGS].index
    ordered = sorted(results, key=lambda result: (rung(result[1]["model"]), result[1]["seed"]))
    rows = ladder_rows(ordered)
    tables = {
        "ladder": report.to_csv(rows),
        "curves": report.to_csv(small.curve_rows([run for _, run in ordered])),
        "misread": misread(model, test),
    }
    recipe.save(args, model, card.card(args, model, run, rows, SETTINGS), tables)
    return run


def main(argv: list[str] | None = None) -> None:
    """Train, evaluate, save, push."""
    args = recipe.begin(arguments(argv), "weights/fashion", TABLES)
    if args.dry_run:
        sets = {part: small.made_up(60, 1, 28, i) for i, part in enumerate(("train", "test"))}
        sets["validation"] = small.made_up(60, 1, 28, 2)
    else:
        with recipe.reading(f"Fashion-MNIST in {args.data}"):
            whole, test = load(args.data, train=True), load(args.data, train=False)
        train, validation = small.split(whole, VALIDATION)
        sets = {"train": train, "validation": validation, "test": test}
    results: list[tuple[FashionCNN, dict]] = []
    # The last of the ladder first, and saved after each: what is stopped leaves the best.
    names = sorted(args.model, key=[*SETTINGS].index, reverse=True)
    for seed in args.seeds:
        for name in names:
            settings = SETTINGS[name]
            if args.epochs:
                settings = Settings(**{**vars(settings), "epochs": args.epochs})
            recipe.seed(seed)
            model, run = small.train(
                FashionCNN(name), settings, sets, seed, args.precision, shift=1, hole=0
            )
            results.append((model, run | {"model": name}))
            run = save(args, results, sets["test"])
    recipe.finish(args, f": {run['model']}, accuracy {run['test'].accuracy:.2%}")
