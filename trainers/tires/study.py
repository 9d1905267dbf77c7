"""What is measured around a training: search, learning curves, saliency, non-tires, notes."""

from __future__ import annotations

import argparse
import copy
import functools
import math
import random
import time
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import v2

from models import tires
from models.tires import (
    NEIGHBOURS,
    NOT_SEEN,
    PRODUCT_SHOT,
    SIDE,
    UNDECIDED,
    UNFAMILIAR,
    VIEWS,
    TireClassifier,
)
from trainers import report
from trainers.tires import data, heads, stages
from trainers.tires.data import Photos

DEAR = ("fine-tuning", "from scratch")
SEEDS = 5  # of the learning curves' cheap method
STEPS, SIDES, BATCH = (48, 240), (192, 96), 32  # of the two dear ones: batches, their pictures [px]
REASONS = (UNDECIDED, NOT_SEEN, PRODUCT_SHOT, UNFAMILIAR)
CHANGED = "test tires, cropped, turned, blurred, relit"


def evaluate(outputs: Tensor, labels: Tensor, seed: int = 0, rounds: int = 1000) -> dict:
    """Return accuracy, balanced accuracy, ROC-AUC with 95 % intervals (bootstrap), and the rest."""
    probabilities = outputs.softmax(dim=1)
    answers, score = outputs.argmax(dim=1).numpy(), probabilities[:, 1].numpy()
    truth, rng = labels.numpy(), np.random.default_rng(seed)

    def figures(i: np.ndarray) -> tuple[float, float, float]:
        right, y = answers[i] == truth[i], truth[i]
        both = (right[y == 0].mean() + right[y == 1].mean()) / 2
        return right.mean(), both, report.roc_auc(score[i], y)

    members = [np.flatnonzero(truth == c) for c in (0, 1)]
    draws = [
        figures(np.concatenate([rng.choice(m, len(m)) for m in members])) for _ in range(rounds)
    ]
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    values = figures(np.arange(len(truth)))
    names = ("accuracy", "balanced accuracy", "ROC-AUC")
    return {
        **{n: tuple(map(float, v)) for n, *v in zip(names, values, low, high, strict=True)},
        "calibration error": report.calibration_error(probabilities, labels),
        "confusion": report.confusion(probabilities, labels),
    }


def two(scores: np.ndarray, labels: np.ndarray) -> str:
    """Return balanced accuracy and ROC-AUC of log-odds, for the card."""
    right = [((scores > 0) == (labels == 1))[labels == k].mean() for k in (0, 1)]
    return f"{np.mean(right):.1%} / {report.roc_auc(scores, labels):.3f}"


@dataclass
class Way:
    """One way to judge wear.

    Args:
        known: what is learned from.
        believed: which labels of it.
        options: of `heads.fit_wear`.
        seen: features `(N, K, 1920)` of K pictures of each photo, over which the log-odds are
            averaged.
        test: the same of the test photos.
    """

    known: heads.Features
    believed: np.ndarray
    options: dict
    seen: np.ndarray
    test: np.ndarray

    def scores(self) -> tuple[np.ndarray, np.ndarray]:
        """Return log-odds of the photos, each by a judge that saw none of its source, and of the
        test photos.
        """
        fit = functools.partial(heads.fit_wear, **self.options)
        judge = fit(self.known[self.believed])
        left_out = heads.left_out(self.known, self.believed, fit, self.seen)
        return left_out, judge(self.test).mean(axis=1)


def tried(
    model: TireClassifier, found: dict, test: Photos, seed: int
) -> tuple[list[list], list[list]]:
    """Return what was tried: rows for the card.

    The first have a name, then for each source that was left out, and for the test photos, balanced
    accuracy and ROC-AUC. The others have, for each source that was left out, how many photos would
    be answered, how many of these rightly, and what falls wrong, see `_three`.

    Args:
        model: whose views and distances count.
        found: see `heads.build`.
        test: photos that nothing was fitted on.
        seed: of the changes.
    """
    known, believed = found["known"], found["believed"]
    photos, labels, last = known.photos, test.labels.numpy(), slice(-1280, None)
    both, x = heads.mirrored(known), heads.mirrored(heads.features(test, seed, 0))
    everything = np.ones(len(believed), bool)

    def way(believed: np.ndarray = believed, seen=both, test=x, known=known, **options) -> Way:
        return Way(known, believed, options, seen, test)

    changed = known.x.shape[1] - 1
    crops, test_crops = heads.cropped(photos).x, heads.cropped(test).x
    patched, test_patched = heads.patched(photos), heads.patched(test)
    mean = heads.Features(patched.x.mean(axis=1, keepdims=True), photos)
    night = heads.features(photos, seed, changed, night=True)
    ways = {
        "**as shipped**": way(),
        "photos as they are, not changed": way(changed=0),
        "last block only": way(columns=last),
        "last block only, photos not changed": way(columns=last, changed=0),
        "middle blocks only": way(columns=slice(0, -1280)),
        "what a source has in common kept": way(shared=0.0),
        "half of it taken away": way(shared=0.5),
        "all labels believed": way(everything),
        "changed by night, shaking and noise too": way(known=night),
        "asked once, not mirrored": way(seen=both[:, :1], test=x[:, :1]),
        "asked of five crops": way(seen=crops, test=test_crops),
        "asked of five crops, whole and mirrored": way(
            seen=np.concatenate([both, crops], axis=1), test=np.concatenate([x, test_crops], axis=1)
        ),
        "four patches in their own pixels, mean of log-odds": way(
            known=patched, seen=patched.x, test=test_patched.x
        ),
        "four patches in their own pixels, mean of features": way(
            known=mean, seen=mean.x, test=test_patched.x.mean(axis=1, keepdims=True)
        ),
    }
    scores = {name: one.scores() for name, one in ways.items()}
    patches = scores["four patches in their own pixels, mean of log-odds"]
    pairs = zip(scores["**as shipped**"], patches, strict=True)
    scores["whole photo and patches, mean of log-odds"] = tuple((a + b) / 2 for a, b in pairs)
    rows = []
    for name, (left_out, test_scores) in scores.items():
        row = [name]
        for source in heads.judged(photos):
            mine = photos.sources == source
            row.append(two(left_out[mine], known.good[mine].astype(int)))
        rows.append([*row, two(test_scores, labels)])
    three = [_three(model, found, name, left_out) for name, (left_out, _test) in scores.items()]
    return rows, three


def _three(model: TireClassifier, found: dict, name: str, scores: np.ndarray) -> list[str]:
    """Return a row: of each source that was left out, how many photos get an answer, how many of
    these a right one, the same balanced, and how many defective tires are called good.

    Args:
        model: whose views and distances count; temperature and thresholds are found anew.
        found: see `heads.build`.
        name: of the way that was tried.
        scores: log-odds of each photo, by a judge that saw none of its source.
    """
    row = [name]
    if np.isnan(scores).all():
        return row
    temperature, low, high = heads.calibrated(found["known"], scores)
    judge = copy.copy(model)
    judge.defective_below, judge.good_above = low, high
    for answered in _left_out(judge, found | {"scores": scores / temperature}):
        row.append(" / ".join(answered[i] for i in (2, 3, 4, 6)))
    return row


def answers(model: TireClassifier, test: Photos, found: dict) -> list[list]:
    """Return how often a verdict is given, and how often it is right: rows for the card.

    Of each source by a judge that saw none of it, and of the test photos by the model.
    """
    features = standard(model, test.pictures)
    chances = logits(model, test.pictures).softmax(dim=1)[:, 1].numpy()
    with torch.no_grad():
        views = model.view(features).argmax(dim=1).numpy()
        far = model._distances(features).topk(min(NEIGHBOURS, len(found["few"])), largest=False)
    far = far.values.mean(dim=1).numpy()
    every = np.ones(len(test), bool)
    last = _answers(model, "test photos", chances, views, far, test, every)
    return [*_left_out(model, found), last]


def _left_out(model: TireClassifier, found: dict, per_view: bool | None = None) -> list[list]:
    """Return the rows of the sources that were left out.

    Args:
        model: whose thresholds decide.
        found: see `heads.build`.
        per_view: None takes the model's distances from which a photo is unfamiliar; otherwise they
            are found anew, on photos of the other sources alone.
    """
    photos, rows, used = found["known"].photos, [], found["used"]
    for source in heads.judged(photos):
        mine = photos.sources == source
        which = np.flatnonzero(used)[mine]
        judge, name = model, f"{source}, left out"
        if per_view is not None:
            judge, others = copy.copy(model), found["far"].copy()
            others[which] = np.nan
            if np.isnan(others).all():
                continue
            judge.farthest = heads.limits(others, found["views"], per_view)
            name += ", one for each view" if per_view else ", one for all"
        chances = 1 / (1 + np.exp(-found["scores"][mine]))
        far, views = found["far"][which], found["views"][which]
        rows.append(_answers(judge, name, chances, views, far, photos, mine))
    return rows


def unfamiliar(model: TireClassifier, found: dict) -> list[list]:
    """Return what one distance for all views does, and one for each: rows for the card."""
    return [row for per_view in (False, True) for row in _left_out(model, found, per_view)]


def ninety(found: dict) -> str:
    """Return at which share of answers 90 % of them would be right, sources left out, or that none.

    Sources weigh the same, and both labels within each.
    """
    known, scores = found["known"], found["scores"]
    known, scores = known[~np.isnan(scores)], scores[~np.isnan(scores)]
    good, chances = known.good, 1 / (1 + np.exp(-scores))
    weights = heads.balance(known.photos.sources, good.astype(int))
    for share in np.arange(0.15, 0.0, -0.005):
        low, high = heads.thresholds(chances, good, weights, share, share)
        said = (chances < low) | (chances > high)
        right = weights[said & ((chances > high) == good)].sum() / max(weights[said].sum(), 1e-9)
        if right >= 0.9:
            return f"{weights[said].sum() / weights.sum():.0%}"
    return "none"


def _answers(model, name, chances, views, far, photos: Photos, mine: np.ndarray) -> list:
    good = photos.labels.numpy()[mine] == 1
    about = zip(chances.tolist(), views, far.tolist(), photos.products[mine], strict=True)
    doubts = [
        model.doubt(chance, VIEWS[int(view)], distance, product)
        for chance, view, distance, product in about
    ]
    said = np.array([doubt is None for doubt in doubts])
    right = (chances > 0.5) == good
    both = [right[said & (good == k)].mean() for k in (False, True) if (said & (good == k)).any()]
    wrong = said & ~right
    return [
        name,
        len(good),
        f"{said.mean():.0%}",
        f"{right[said].mean():.1%}" if said.any() else "–",
        f"{np.mean(both):.1%}" if both else "–",
        f"{(wrong & good).sum() / max(1, good.sum()):.1%}",
        f"{(wrong & ~good).sum() / max(1, (~good).sum()):.1%}",
        *(f"{np.mean([doubt == reason for doubt in doubts]):.0%}" for reason in REASONS),
    ]


def products(model: TireClassifier, test: Photos, found: dict) -> list[list]:
    """Return how often product shots, and other photos, would be called good: rows for the card.

    Of each source by a judge that saw none of it, and of the test photos by the model; beside each
    share the number of photos.
    """
    photos = found["known"].photos
    rows = [
        _products(f"{source}, left out", photos, found["scores"] > 0, photos.sources == source)
        for source in heads.judged(photos)
    ]
    called = logits(model, test.pictures).argmax(dim=1).numpy() == 1
    return [*rows, _products("test photos", test, called, np.ones(len(test), bool))]


def _products(name: str, photos: Photos, called: np.ndarray, mine: np.ndarray) -> list[str]:
    row, good = [name], photos.labels.numpy() == 1
    for product in (True, False):
        for label in (True, False):
            these = mine & (photos.products == product) & (good == label)
            share = f"{called[these].mean():.0%} of " if these.any() else ""
            row.append(f"{share}{these.sum()}")
    return row


def search(trials: int, x: Tensor, y: Tensor, check: Tensor, truth: Tensor, seed: int) -> list:
    """Let Optuna look for the head's best parameters on cached features; one row per trial."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    per_view, rows = len(x) // stages.VIEWS, []
    scorer = stages.class_weights(truth, smoothing=0)

    def objective(trial: optuna.Trial) -> float:
        choice = {
            "learning_rate": trial.suggest_float("learning_rate", 1e-4, 3e-2, log=True),
            "weight_decay": trial.suggest_float("weight_decay", 1e-4, 1.0, log=True),
            "smoothing": trial.suggest_float("smoothing", 0.0, 0.2),
            "epochs": trial.suggest_int("epochs", 2, 20),
        }
        n = per_view * trial.suggest_int("views", 1, stages.VIEWS)
        start = time.perf_counter()
        torch.manual_seed(seed)
        head = stages.fit_head(x[:n], y[:n], lambda net: 1.0, **choice)
        with torch.inference_mode():
            outputs = head(check)
        row = {"trial": trial.number, **choice, "views": n // per_view}
        row["balanced_accuracy"] = stages.balanced_accuracy(outputs, truth)
        row["loss"] = scorer(outputs, truth).item()
        rows.append(row | {"seconds": time.perf_counter() - start})
        return row["loss"]

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, n_trials=trials)
    return rows


def best(rows: list[dict]) -> dict:
    """Return the parameters of the trial with the least validation loss, for `fit_head`."""
    row = min(rows, key=lambda row: row["loss"])
    return {k: row[k] for k in ("learning_rate", "weight_decay", "smoothing", "epochs")}


def curves(
    make,
    features: tuple[Tensor, Tensor],
    photos: Photos,
    test: Photos,
    sizes: list[int],
    seeds: int = SEEDS,
    deep_seeds: int = 1,
    steps: tuple[int, int] = STEPS,
    sides: tuple[int, int] = SIDES,
) -> list[dict]:
    """Return balanced accuracy on the test set against the number of training photos.

    Args:
        make: returns a new model, `make(pretrained)`.
        features: of the training photos (`VIEWS` × N) and of the test photos, frozen.
        photos, test: the same photos.
        sizes: numbers of training photos.
        seeds: repetitions of the cheap method (a new head on frozen features).
        deep_seeds: repetitions of the two dear ones.
        steps: batches of `BATCH` for fine-tuning, and from scratch.
        sides: of the pictures for these two [px]; smaller ones save time.
    """
    rows = []

    def row(method: str, size: int, seed: int, outputs: Tensor, seconds: float) -> None:
        accuracy = stages.balanced_accuracy(outputs, test.labels)
        rows.append(
            {
                "method": method,
                "photos": size,
                "seed": seed,
                "balanced_accuracy": round(accuracy, 4),
                "seconds": round(seconds, 1),
            }
        )
        print(rows[-1], flush=True)

    for number, size in enumerate(sizes):
        for seed in range(seeds):
            chosen, start = subset(photos.labels, size, seed), time.perf_counter()
            every = torch.cat([chosen + v * len(photos) for v in range(stages.VIEWS)])
            torch.manual_seed(seed)
            y = photos.labels[chosen].repeat(stages.VIEWS)
            head = stages.fit_head(features[0][every], y, lambda net: 1.0)
            with torch.inference_mode():
                outputs = head(features[1])
            row("frozen features, new head", size, seed, outputs, time.perf_counter() - start)
            if seed >= deep_seeds or (number % 2 and size != sizes[-1]):
                continue  # the dear ones: at every other size
            for method, count, side in zip(DEAR, steps, sides, strict=True):
                start = time.perf_counter()
                torch.manual_seed(seed)
                pretrained = method == DEAR[0]
                model = make(pretrained)
                if pretrained:
                    stages.put_head(model, head)
                brief(model, photos, chosen, count, side, seed, pretrained)
                small = v2.functional.resize(test.pictures, [side, side], antialias=True)
                outputs = stages.logits(model, small)
                row(method, size, seed, outputs, time.perf_counter() - start)
    return rows


def brief(model, photos, chosen, steps, side, seed, pretrained) -> None:
    """Train a model for a number of steps on the chosen photos."""
    augmentation = data.Augmentation(photos, 0.0, side, seed)
    batch = min(BATCH, len(chosen))
    batches = data.loader(photos, augmentation, batch, chosen.tolist(), least=steps * batch)
    batches.dataset.indices = batches.dataset.indices[: steps * batch]
    model.fixed_statistics = pretrained
    model.to(memory_format=torch.channels_last)
    stages.fit(
        model,
        batches,
        lambda net: 1.0,
        1,
        1e-3,
        stages.class_weights(photos.labels[chosen]),
        weight_decay=0.05,
        accelerator=stages.make_accelerator("fp32"),
        groups=stages.rates(model.network, 1e-3, 0.4) if pretrained else None,
        quiet=True,
    )
    model.cpu().eval()


def subset(labels: Tensor, size: int, seed: int) -> Tensor:
    """Return indices of `size` photos, the classes in their natural shares, at least one each."""
    generator, chosen = torch.Generator().manual_seed(seed), []
    for label in labels.unique():
        members = (labels == label).nonzero().flatten()
        count = max(1, round(size * len(members) / len(labels)))
        chosen.append(members[torch.randperm(len(members), generator=generator)[:count]])
    return torch.cat(chosen)


def logits(model: TireClassifier, pictures: Tensor) -> Tensor:
    """Return the model's logits `(N, 2)`, temperature applied, for uint8 pictures."""
    both = standard(model, pictures), standard(model, pictures.flip(3))
    return model.logits(sum(both) / 2).detach()


def standard(model: TireClassifier, pictures: Tensor) -> Tensor:
    """Return the standardised features `(N, 1920)` of uint8 pictures."""
    return (torch.from_numpy(heads.describe(pictures)) - model.centre) / model.scale


def saliency(model: TireClassifier, photos: Photos, seed: int = 0) -> dict[str, float]:
    """Ask whether the tire is judged or what lies behind it; balanced accuracies and a share.

    - as they are;
    - backgrounds exchanged: plain backdrops for outdoor ones, surroundings of the others for white;
    - middle only, border only: the rest is grey (an oval over half of the area);
    - share of the heat map's sum that lies within that oval.
    """
    rng = random.Random(seed)
    edits = {"as they are": photos.pictures}
    helper = data.Augmentation(photos, 1.0, seed=seed)
    exchanged, grey = [], torch.tensor(tires.GREY, dtype=torch.uint8).view(3, 1, 1)
    white = torch.full((3, SIDE, SIDE), 255, dtype=torch.uint8)
    for picture, mask in zip(photos.pictures, helper.backdrops, strict=True):
        if mask is None:
            exchanged.append(data.paste(picture, white, data.oval(rng, 0.9, 1.0)))
        else:
            corner = photos.pictures[rng.choice(helper.outdoors)] if helper.outdoors else white
            corner = v2.functional.resize(corner[:, -60:, :60], [SIDE, SIDE], antialias=True)
            exchanged.append(data.paste(picture, corner, mask))
    edits["backgrounds exchanged"] = torch.stack(exchanged)
    outside = data.oval(random.Random(0), 0.8, 0.8)
    fill = grey.expand(3, SIDE, SIDE)
    edits["middle only"] = torch.stack([data.paste(p, fill, outside) for p in photos.pictures])
    edits["border only"] = torch.stack([data.paste(p, fill, ~outside) for p in photos.pictures])
    result = {
        name: stages.balanced_accuracy(logits(model, pictures), photos.labels)
        for name, pictures in edits.items()
    }
    inside, total = 0.0, 0.0
    for part in photos.floats.split(16):
        heat = tires.grad_cam(model, part)[1]
        heat = torch.nn.functional.interpolate(heat[:, None], (SIDE, SIDE), mode="bilinear")[:, 0]
        heat = heat / heat.sum(dim=(1, 2), keepdim=True).clamp(min=1e-9)
        inside, total = inside + heat[:, ~outside].sum().item(), total + len(part)
    result["heat in the middle"] = inside / total
    result["area of the middle"] = (~outside).float().mean().item()
    return result


def gate_sets(sets: dict, args: argparse.Namespace) -> tuple[dict, dict]:
    """Return the tires and the other pictures that the gate is measured on, none of them fitted."""
    test = sets["test"].pictures
    held_out = {
        f"drawn: {kind}": data.round_things(8 if args.dry_run else 40, 77, (kind,))
        for kind in data.HELD_OUT
    }
    held_out["noise and blanks"] = data.round_things(16, 78, ("noise", "nothing"))
    if not args.dry_run:
        held_out |= data.samples()
        held_out["corners of test photos, tire out of frame"] = data.corners(sets["test"])[0]
        held_out |= sets["held out"]
    changed = stages.odd(test, 2, 99)
    turned = torch.rot90(test, 1, (2, 3))
    return {"test tires": test, "test tires, turned by 90°": turned, CHANGED: changed}, held_out


def refusals(model: TireClassifier, tire_sets: dict, other_sets: dict) -> list[list]:
    """Return rows for the card: set, pictures, share refused, AUROC against the test tires."""
    scores = {n: _likeness(model, p) for n, p in {**tire_sets, **other_sets}.items() if len(p)}
    base, rows = scores[next(iter(tire_sets))], []
    for name, values in scores.items():
        area = "–"
        if name in other_sets:
            truth = np.array([1] * len(base) + [0] * len(values))
            area = f"{report.roc_auc(torch.cat([base, values]), truth):.3f}"
        refused = (values < model.threshold).float().mean().item()
        rows.append([name, len(values), f"{refused:.1%}", area])
    return rows


def _likeness(model: TireClassifier, pictures: Tensor) -> Tensor:
    return model.gate(standard(model, pictures)).detach()[:, 0]


def notes(pictures: Tensor) -> dict[str, dict[str, float]]:
    """Return how often each note is given to photos as they are, darkened and blurred."""

    def share(name: str, edit) -> float:
        found = [name in tires.quality(edit(v2.functional.to_pil_image(p))) for p in pictures]
        return float(np.mean(found))

    def same(image: Image.Image) -> Image.Image:
        return image

    def dark(image: Image.Image) -> Image.Image:
        return image.point(lambda value: value * 0.15)

    def shaken(image: Image.Image) -> Image.Image:
        return v2.functional.gaussian_blur(image, 31, 5.0)

    return {
        "too dark": {"as it is": share("too dark", same), "edited": share("too dark", dark)},
        "blurred": {"as it is": share("blurred", same), "edited": share("blurred", shaken)},
    }


def sizes_up_to(count: int) -> list[int]:
    """Return 25, 50, 100, ... and `count` itself."""
    powers = [25 * 2**i for i in range(max(1, math.ceil(math.log2(max(count, 26) / 25))))]
    return [s for s in powers if s < count * 0.8] + [count]
