"""Teach heads on frozen ImageNet features to tell good tires from defective ones.

    python -m trainers.tires --data DIR --also DIR --output weights/tires

Without `--data` the photos of Kaggle's `warcoder/tyre-quality-classification` are downloaded.
`--also DIR ...` adds folders with `defective` and `good`; what stands before the first "-" of a
file's name is its source. Every figure on the card is also measured with sources left out. The
features are those of `weights/mobilenet-v2`; "is it a tire" is fitted against the pictures in
`--others DIR ...` and made-up ones.

`--search N` lets Optuna try N settings of a new head on one network's last features, `--curves`
measures accuracy against the number of photos, `--compare` fine-tunes a network on the same photos
for the card; these take any classifier of torchvision as `--architecture`, its ImageNet weights
from torchvision or `--backbone-file F.safetensors`. `--only-tables` measures search and curves and
writes them beside the weights in `--output`; `--dry-run` goes the whole way on made-up pictures in
seconds and writes to a temporary folder; `--push-to-hub USER/NAME` uploads the result.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import Any

import torch

from models.tires import TireClassifier
from trainers import frozen, recipe, report
from trainers.tires import card, data, heads, stages, study

TABLES = ("search", "learning_curves")


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {
        "data": "folder with train/ and val/, or defective/ and good/",
        "epochs": "of fine-tuning",
    }
    parser = recipe.parser("tires", __doc__, helps, epochs=6, precision="fp32")
    parser.add_argument("--architecture", default="mobilenet_v2", help="of the tables")
    parser.add_argument("--backbone-file", metavar="F.safetensors")
    parser.add_argument("--also", nargs="*", default=[], metavar="DIR", help="more photos")
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
    parser.add_argument("--compare", action="store_true", help="with a fine-tuned network")
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
        found.append(frozen.cached("features", parts, make))
    return found[0], photos.labels.repeat(stages.VIEWS), found[1]


def curves(args: argparse.Namespace, sets: dict, x: torch.Tensor) -> str:
    """Return the learning curves as CSV; `x` are the frozen features of the training photos."""
    model, make = stages.new_model(args), partial(stages.new_model, args)
    seen = stages.run(model.network, model, sets["test"].pictures, inside=True)
    sizes, options = study.sizes_up_to(len(sets["train"])), {}
    if args.dry_run:
        options = {"steps": (1, 1), "sides": (64, 64)}
    rows = study.curves(make, (x, seen), sets["train"], sets["test"], sizes, **options)
    return report.to_csv(rows)


def train(args: argparse.Namespace, sets: dict) -> tuple[TireClassifier, dict, dict[str, str]]:
    """Fit the heads; return the model, what the card says, and the tables."""
    start, tables = time.perf_counter(), {}
    run: dict[str, Any] = {}
    recipe.seed(args.seed)
    model, found = heads.build(sets, args.seed)
    run["seconds"] = time.perf_counter() - start
    run["test"] = study.evaluate(study.logits(model, sets["test"].pictures), sets["test"].labels)
    run["ninety"] = study.ninety(found)
    run["answers"] = study.answers(model, sets["test"], found)
    run["products"] = study.products(model, sets["test"], found)
    run["unfamiliar"] = study.unfamiliar(model, found)
    compared = compare(args, sets, found) if args.compare else []
    tried, run["three"] = study.tried(model, found, sets["test"], args.seed)
    run["tried"] = tried + compared
    run["views"] = heads.view_accuracy(heads.features(sets["all"], args.seed), args.seed)
    run["saliency"] = study.saliency(model, sets["test"])
    if args.search or args.curves:
        x, y, check = features(args, sets)
    if args.search:
        rows = study.search(args.search, x, y, check, sets["validation"].labels, args.seed)
        tables["search"] = report.to_csv(rows)
    if args.curves:
        tables["learning_curves"] = curves(args, sets, x)
    return model, run | {"found": found}, tables


def compare(args: argparse.Namespace, sets: dict, found: dict) -> list[list]:
    """Fine-tune a network as the heads were fitted, each source left out; rows for the card."""
    photos, validation = found["known"].photos, sets["validation"]
    areas = []
    for source in [*heads.judged(photos), None]:
        mine = torch.tensor(photos.sources == source)
        learned = photos[~mine & torch.from_numpy(found["believed"])]
        candidate = stages.new_model(args)
        options = {name: getattr(args, name) for name in ("frozen", "size", "seed", "precision")}
        options |= {"backgrounds": args.backgrounds, "averaging": args.averaging}
        stages.fine_tune(candidate, learned, validation, args.epochs, args.learning_rate, **options)
        judged = photos[mine] if source else sets["test"]
        score = stages.logits(candidate, judged.pictures).diff()[:, 0].numpy()
        areas.append(study.two(score, judged.labels.numpy()))
    return [[f"{args.architecture}, fine-tuned ({args.epochs} epochs)", *areas]]


def main(argv: list[str] | None = None) -> None:
    """Train, evaluate, save, push."""
    args = arguments(argv)
    recipe.begin(args, "weights/tires", TABLES, replace=not args.only_tables)
    sets = data.everything(args)
    if args.only_tables:
        x, y, check = features(args, sets)
        rows = study.search(args.search, x, y, check, sets["validation"].labels, args.seed)
        tables = report.to_csv(rows), curves(args, sets, x)
        recipe.save_tables(args, dict(zip(TABLES, tables, strict=True)))
        return
    model, run, tables = train(args, sets)
    gate = study.refusals(model, *study.gate_sets(sets, args))
    recipe.save(args, model, card.card(args, model, run, sets, gate), tables)
    figures = run["test"]
    print(report.table(["pictures", "number", "refused", "AUROC"], gate))
    recipe.finish(args, ": " + ", ".join(f"{k} {v}" for k, v in figures.items()))
