"""Teach a frozen network to tell cats from dogs: transfer learning at its plainest.

    python -m trainers.cats_dogs --output weights/cats-dogs
    python -m trainers.cats_dogs --architecture resnet18 --output my-cats-dogs

Without `--data` the photos of Kaggle's `salader/dogs-vs-cats` are downloaded. Only one linear layer
is trained, on the features that the network makes of each photo; they are computed once and kept.
By default these are the features in weights/mobilenet-v2, which every model of photos shares:
so the result is a few kB. `--architecture` takes any classifier of torchvision instead: resnet18,
densenet121, squeezenet1_1, ... Its ImageNet weights are torchvision's, or those of
`--backbone-file F.safetensors` where there is no network; they are saved beside the head.

`few_photos.csv` says how often the head is right after 1, 2, 5, ... photos of each, and how often
the same layer is on raw pixels; `architectures.csv`, with `--compare NAME[=F.safetensors] ...`, how
often it is on the features of other networks. `--dry-run` goes the whole way on made-up pictures in
seconds and writes to a temporary folder; `--push-to-hub USER/NAME` uploads the result.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from models import hub
from models.architectures import network
from models.backbone import Backbone
from models.cats_dogs import CatsDogs, headless
from trainers import recipe, report
from trainers.cats_dogs import card, data
from trainers.frozen import backbone, fit_head

TABLES = ("few_photos", "architectures")
PENALTIES = (1.0, 10.0, 100.0, 1000.0, 10_000.0)  # tried on the validation photos
FEW_PENALTY = 1.0  # of the heads of few photos, which have none to try on
SIZES = (1, 2, 5, 10, 20, 50, 100, 400)  # photos of each label
VALIDATION = 0.2  # share of the training photos
WAYS = ("frozen features", "raw pixels")


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {
        "data": "folder with train/ and test/, each with cat/ and dog/",
        "epochs": "not used: one linear layer has an optimum, which is found",
        "output": "default: weights/cats-dogs",
    }
    parser = recipe.parser("cats_dogs", __doc__, helps)
    parser.add_argument("--architecture", help="default: the features in weights/mobilenet-v2")
    parser.add_argument("--backbone-file", metavar="F.safetensors")
    parser.add_argument("--compare", nargs="*", default=[], metavar="NAME[=F.safetensors]")
    parser.add_argument("--most", type=int, default=1000, help="photos of each label and part")
    parser.add_argument("--draws", type=int, default=20, help="of few photos, per number")
    args = parser.parse_args(argv)
    if args.backbone_file and not args.architecture:
        parser.error("--backbone-file needs --architecture: which network do these weights fit?")
    if args.most < 10 or args.draws < 2:
        parser.error("--most must be at least 10, and --draws at least 2")
    if args.dry_run:
        args.draws = 2
    return args


def new_model(
    architecture: str | None, file: str | None = None, random: bool = False, **options: object
) -> CatsDogs:
    """Return a model with frozen ImageNet features and an untrained head.

    Args:
        architecture: of torchvision; None for the shared features.
        file: its ImageNet weights; None for torchvision's own.
        random: leave them as they are made.
        options: of `CatsDogs`.

    Raises:
        SystemExit: if the features cannot be had.
    """
    with recipe.reading(f"The network {architecture or 'in weights/mobilenet-v2'}"):
        model = CatsDogs(architecture, **options)
        if model.network is None:
            hub.load(Backbone)
            return model
        whole = network(architecture, 1000)
    backbone(whole, file, architecture, random)
    weights = headless(whole)[0].state_dict()
    # As the file will hold them, so that the head is fitted to what it will be given.
    halves = {n: t.half().to(t) if t.ndim > 1 else t for n, t in weights.items()}
    model.network.load_state_dict(halves)
    return model


def right(head: nn.Module, x: Tensor, y: Tensor) -> float:
    """Return the share of right answers."""
    with torch.inference_mode():
        return (head(x).argmax(dim=1) == y).double().mean().item()


def fit(train: data.Seen, validation: data.Seen) -> tuple[nn.Linear, float, float]:
    """Return the head, the penalty and the temperature that do best on the validation photos."""
    found = []
    for penalty in PENALTIES:
        head = fit_head(train.features, train.labels, penalty)
        with torch.no_grad():
            head.weight.copy_(head.weight.half())  # as the file will hold it
            loss = nn.functional.cross_entropy(head(validation.features), validation.labels)
        found.append((loss.item(), penalty, head))
    _, penalty, head = min(found, key=lambda one: one[0])
    with torch.inference_mode():
        return head, penalty, report.temperature(head(validation.features), validation.labels)


def few_photos(
    train: data.Seen, test: data.Seen, draws: int, seed: int, sizes: tuple[int, ...] = SIZES
) -> list[dict]:
    """Return the accuracy on the test photos after few photos of each label, drawn at random.

    The same photos serve both ways. Each row: method, photos of each label, draws, mean and
    standard deviation of the accuracy.
    """
    rows, least = [], int(torch.bincount(train.labels).min())
    ways: dict[str, Callable[[data.Seen], Tensor]] = {
        WAYS[0]: lambda seen: seen.features,
        WAYS[1]: lambda seen: seen.pixels.flatten(1),
    }
    for name, of in ways.items():
        inputs, check = of(train), of(test)
        for size in (s for s in sizes if s <= least):
            found = []
            for draw in range(draws):
                chosen = data.draw(train.labels, size, seed + draw)
                head = fit_head(inputs[chosen], train.labels[chosen], FEW_PENALTY)
                found.append(right(head, check, test.labels))
            row = {"method": name, "photos": size, "draws": draws}
            row |= {"mean": statistics.mean(found), "deviation": statistics.stdev(found)}
            rows.append({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()})
            print(rows[-1], flush=True)
    return rows


def sets(
    args: argparse.Namespace, model: CatsDogs, train: data.Photos, test: data.Photos
) -> tuple[data.Seen, data.Seen, data.Seen, int]:
    """Return train, validation and test as the network sees them, and the copies found."""
    seen, check = (data.see(model, photos, not args.dry_run) for photos in (train, test))
    keep, twins = data.without_copies(seen, check)
    seen = seen[keep]
    rest, held_out = data.split(seen.labels, VALIDATION, args.seed)
    return seen[rest], seen[held_out], check, twins


def compare(args: argparse.Namespace, train: data.Photos, test: data.Photos) -> list[dict]:
    """Return how well a head does on the features of each network asked for."""
    rows, wanted = [], [(args.architecture, args.backbone_file)]
    for word in args.compare:
        name, _, file = word.partition("=")
        wanted.append((name, file or None))
    for architecture, file in wanted:
        model = new_model(architecture, file, args.dry_run)
        fitted, validation, check, _ = sets(args, model, train, test)
        start = time.perf_counter()
        head, penalty, _ = fit(fitted, validation)
        seconds = time.perf_counter() - start
        frozen = model.network or hub.load(Backbone)
        row = {
            "architecture": architecture or "mobilenet_v2 (weights/mobilenet-v2)",
            "frozen parameters": sum(p.numel() for p in frozen.parameters()),
            "features": check.features.shape[1],
            "penalty": penalty,
            "accuracy": round(right(head, check.features, check.labels), 4),
            "seconds": round(seconds, 1),
        }
        print(row, flush=True)
        rows.append(row)
    return rows


def main(argv: list[str] | None = None) -> None:
    """Train, evaluate, save, push."""
    args = recipe.begin(arguments(argv), "weights/cats-dogs", TABLES)
    recipe.seed(args.seed)
    with recipe.reading(args.data or data.KAGGLE):
        photos = (
            (data.made_up(16, 0), data.made_up(8, 1))
            if args.dry_run
            else data.load(args.data, args.most)
        )
    start = time.perf_counter()
    plain = new_model(args.architecture, args.backbone_file, args.dry_run)
    train, validation, test, twins = sets(args, plain, *photos)
    run = {"photos": tuple(map(len, (train, validation, test))), "copies": twins}
    run["reading"], start = time.perf_counter() - start, time.perf_counter()
    head, run["penalty"], temperature = fit(train, validation)
    run["seconds"] = time.perf_counter() - start
    model = CatsDogs(args.architecture, temperature=temperature)
    model.load_state_dict(plain.state_dict())
    model.head.load_state_dict(head.state_dict())
    model.eval().prove()
    with torch.inference_mode():
        outputs = head(test.features) / temperature
    figures = {
        "accuracy": right(head, test.features, test.labels),
        "calibration error": report.calibration_error(outputs.softmax(dim=1), test.labels),
        "confusion": report.confusion(outputs, test.labels),
    }
    run["test"] = figures
    both = data.together(train, validation)
    few = few_photos(both, test, args.draws, args.seed)
    others = compare(args, *photos)
    tables = {"few_photos": report.to_csv(few), "architectures": report.to_csv(others)}
    recipe.save(args, model, card.card(args, model, run, few, others), tables)
    recipe.finish(args, f": accuracy {figures['accuracy']:.2%}")
