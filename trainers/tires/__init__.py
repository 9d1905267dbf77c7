"""Teach a network of torchvision to tell good tires from defective ones.

    python -m trainers.tires --data DIR --output weights/tires

Without `--data` the photos of Kaggle's `warcoder/tyre-quality-classification` are downloaded.
`--architecture` takes any classifier of torchvision: mobilenet_v2, squeezenet1_1, resnet18,
resnet50, ... Its ImageNet weights are torchvision's, or those of `--backbone-file F.safetensors`
where there is no network; `--gate-file` likewise for the frozen MobileNetV2 that tells tires from
other things, fitted against the pictures in `--others DIR ...` and made-up ones.

Stages: a new head on frozen features (cached, so that it takes seconds), then fine-tuning with
rates that fall towards the first layers, stopped early. `--search N` lets Optuna try N settings of
the head first; `--curves` measures accuracy against the number of photos; `--compare` repeats the
fine-tuning without exchanged backgrounds for the card; `--only-tables` measures search and curves
and writes them beside the weights in `--output`; `--dry-run` goes the whole way on made-up
pictures in seconds and writes to a temporary folder; `--push-to-hub USER/NAME` uploads the result.
Ctrl-C keeps the best epoch.
"""

from __future__ import annotations

import argparse
import time
from functools import partial

import torch

from models.tires import BACKBONE, TireClassifier
from trainers import recipe, report
from trainers.tires import card, data, stages, study

TABLES = ("search", "learning_curves")


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {
        "data": "folder with train/ and val/, or defective/ and good/",
        "epochs": "of fine-tuning",
    }
    parser = recipe.parser("tires", __doc__, helps, epochs=6, precision="fp32")
    parser.add_argument("--architecture", default=BACKBONE)
    parser.add_argument("--backbone-file", metavar="F.safetensors")
    parser.add_argument("--gate-file", metavar="F.safetensors")
    parser.add_argument("--others", nargs="*", default=[], metavar="DIR", help="without tires")
    parser.add_argument("--check-others", nargs="*", default=[], metavar="DIR", help="held out")
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--frozen", type=float, default=0.35, help="share of layers, first ones")
    parser.add_argument("--backgrounds", type=float, default=0.2, help="share exchanged")
    parser.add_argument("--averaging", type=float, default=0.97, help="of weights, per step")
    parser.add_argument("--size", type=int, default=192, help="of pictures when fine-tuning [px]")
    parser.add_argument("--search", type=int, default=0, metavar="N")
    parser.add_argument("--curves", action="store_true")
    parser.add_argument("--only-tables", action="store_true", help="search and curves, no weights")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--random-init", action="store_true", help="no ImageNet weights")
    args = parser.parse_args(argv)
    if args.epochs < 0 or args.search < 0:
        parser.error("--epochs and --search must not be negative")
    if args.dry_run:
        args.epochs, args.size, args.random_init = 1, 64, True
    return args


def features(args: argparse.Namespace, sets: dict) -> tuple[torch.Tensor, ...]:
    """Return frozen features and labels of the changed training photos, and of validation."""
    model, photos = stages.new_model(args), sets["train"]
    found = []
    for pictures in (
        stages.views(photos, stages.VIEWS, args.seed),
        sets["validation"].pictures,
    ):
        parts = (args.architecture, model.network, pictures[:, :, ::16, ::16])
        make = partial(stages.run, model.network, model, pictures, inside=True)
        found.append(stages.cached("features", parts, make))
    return found[0], photos.labels.repeat(stages.VIEWS), found[1]


def curves(args: argparse.Namespace, sets: dict, x: torch.Tensor) -> str:
    """Return the learning curves as CSV; `x` are the frozen features of the training photos."""
    model, make = stages.new_model(args), partial(stages.new_model, args)
    seen = stages.run(model.network, model, sets["test"].pictures, inside=True)
    sizes, options = study.sizes_up_to(len(sets["train"])), {}
    if args.dry_run:
        options = {"steps": (1, 1), "sides": (64, 64)}
    rows = study.curves(make, (x, seen), sets["train"], sets["test"], sizes, **options)
    return study.to_csv(rows)


def train(args: argparse.Namespace, sets: dict) -> tuple[TireClassifier, dict, dict[str, str]]:
    """Go through the stages; return the model, what the card says, and the tables."""
    start, run, tables = time.perf_counter(), {}, {}
    recipe.seed(args.seed)
    model = stages.new_model(args, gate=stages.GATE)
    photos, validation, test = sets["train"], sets["validation"], sets["test"]

    x, y, check = features(args, sets)
    choice = {}
    if args.search:
        rows = study.search(args.search, x, y, check, validation.labels, args.seed)
        choice, tables["search"] = study.best(rows), study.to_csv(rows)
    run["features"] = time.perf_counter() - start

    def right(head: torch.nn.Module) -> float:
        return stages.balanced_accuracy(head(check), validation.labels)

    head = stages.fit_head(x, y, right, **choice)
    stages.put_head(model, head)
    run["head"] = study.evaluate(stages.logits(model, test.pictures), test.labels)
    run["head seconds"] = time.perf_counter() - start
    shares = [0.0, args.backgrounds] if args.compare else [args.backgrounds]
    names = ("frozen", "size", "seed", "precision", "averaging")
    for share in shares:  # the one that is shipped last
        candidate, history = stages.new_model(args), []
        stages.put_head(candidate, head)
        options = {name: getattr(args, name) for name in names} | {"backgrounds": share}
        if args.epochs:
            epochs, rate = args.epochs, args.learning_rate
            history = stages.fine_tune(candidate, photos, validation, epochs, rate, **options)
        looks = study.saliency(candidate, test)
        run["saliency with" if share else "saliency without"] = looks
        print(f"backgrounds exchanged in training: {share}", looks, flush=True)
    run["epochs"], run["seconds"] = len(history), time.perf_counter() - start
    model.network.load_state_dict(candidate.network.state_dict())
    model = stages.finish(model, sets, args.seed)
    run["test"] = study.evaluate(stages.logits(model, test.pictures), test.labels)
    if args.curves:
        tables["learning_curves"] = curves(args, sets, x)
    return model, run, tables


def main(argv: list[str] | None = None) -> None:
    """Train, evaluate, save, push."""
    args = arguments(argv)
    recipe.begin(args, "weights/tires", TABLES, replace=not args.only_tables)
    sets = data.everything(args)
    if args.only_tables:
        x, y, check = features(args, sets)
        rows = study.search(args.search, x, y, check, sets["validation"].labels, args.seed)
        tables = study.to_csv(rows), curves(args, sets, x)
        recipe.save_tables(args, dict(zip(TABLES, tables, strict=True)))
        return
    model, run, tables = train(args, sets)
    gate = study.refusals(model, *study.gate_sets(sets, args))
    recipe.save(args, model, card.card(args, model, run, sets, gate), tables)
    figures = run["test"]
    print(report.table(["pictures", "number", "refused", "AUROC"], gate))
    recipe.finish(args, ": " + ", ".join(f"{k} {v}" for k, v in figures.items()))
