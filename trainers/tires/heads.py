"""The heads on frozen features: wear, view, "is it a tire", and what is known of unlike photos.

A photo's source predicts its label: product shots are good, whoever photographs a tire outdoors has
a reason. So sources weigh the same, and within each both labels do; what a source's photos have in
common is taken away before wear is fitted; backdrops are exchanged; and every figure that matters
is of a source that was left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from torch import Tensor
from torchvision.transforms import v2

from models import hub
from models.backbone import Backbone
from models.tires import (
    BLOCKS,
    COMPRESSED,
    KINDS,
    NEIGHBOURS,
    PRODUCT,
    SEEN,
    VIEWS,
    TireClassifier,
    summary,
)
from trainers import frozen, report
from trainers.tires import data, stages

AT_ONCE = 2  # pictures: with more, their maps no longer fit into the processor's cache
CHANGED = 6  # versions of every training photo
EXCHANGED = 0.6  # share of them with another background
WEAR, VIEW, GATE = 1e-3, 1e-3, 1e-2  # C of the logistic regressions
CROP = 192  # of 224 px, side of what is looked at once more
SHARED = 1.0  # of what the photos of a source have in common, this share is taken away
ENOUGH = 20  # photos of each label that a source needs to be left out and judged
ON_TREADS = 0.25  # share of a source's photos that must show the tread, to learn wear from it
CONTRARY = 2.0  # log-odds against its label from which a photo's label is not believed
GOOD_CALLED_DEFECTIVE, DEFECTIVE_CALLED_GOOD = 0.05, 0.15  # what may happen, of each label
UNFAMILIAR = 0.05  # share of the photos of a source that was left out that may count as unfamiliar
PER_VIEW = True  # whether each view has its own distance
ENOUGH_OF_VIEW = 60  # photos of a view that this takes: of fewer, 5 % are not even three
ODD = 2  # versions of every photo as a hurried phone takes it, for the gate
CORNERS = 3.0  # what a corner beside a wheel weighs, compared with another picture without a tire
LET_IN = 0.1  # share of the corners beside wheels that may pass the gate
REFUSED = 0.05  # share of tires that may not, where there are no corners


@dataclass
class Features:
    """What the frozen network says of photos.

    Args:
        x: `(N, 1 + CHANGED, 1920)`: of each photo as it is, and changed.
        photos: the same photos.
    """

    x: np.ndarray
    photos: data.Photos

    def __getitem__(self, mask: np.ndarray) -> Features:
        return Features(self.x[mask], self.photos[torch.from_numpy(mask)])

    @property
    def good(self) -> np.ndarray:
        """Whether each photo is labelled good."""
        return self.photos.labels.numpy() == 1


def describe(pictures: Tensor) -> np.ndarray:
    """Return the features `(N, 1920)` of uint8 pictures `(N, 3, H, W)`."""
    backbone, found = hub.load(Backbone), []
    with torch.inference_mode():
        for part in pictures.split(AT_ONCE):
            x = part.to(backbone.mean.device).float() / 255
            found.append(summary(backbone.stages(x, BLOCKS)).cpu())
    return torch.cat(found).numpy() if found else np.zeros((0, 1920), np.float32)


def features(
    photos: data.Photos, seed: int, changed: int = CHANGED, night: bool = False
) -> Features:
    """Return the features of photos as they are and changed, from the cache if they are known.

    With `night`, the changed ones are also dark, shaken and noisy, each of them a third.
    """

    def make() -> Tensor:
        torch.manual_seed(seed)
        x = np.zeros((len(photos), 1 + changed, 1920), np.float16)
        x[:, 0] = describe(photos.pictures)
        camera = v2.Compose(
            [
                v2.RandomApply([v2.ColorJitter(0.5, 0.4, 0.5, 0.03)], 0.8),
                v2.RandomGrayscale(0.15),
                v2.RandomPerspective(0.25, 0.3, fill=114),
                *([v2.RandomApply([change], 1 / 3) for change in data.NIGHT] if night else []),
                v2.RandomApply([v2.JPEG((20, 80))], 0.4),
            ]
        )
        if not changed:
            return torch.from_numpy(x)
        for source in np.unique(photos.sources):  # backgrounds of other sources would tell
            members = np.flatnonzero(photos.sources == source)
            own = data.Augmentation(photos[torch.from_numpy(members)], EXCHANGED, seed=seed)
            for place, member in enumerate(members):
                x[member, 1:] = describe(torch.stack([camera(own(place)) for _ in range(changed)]))
        return torch.from_numpy(x)

    parts = (photos.pictures[:, :, ::16, ::16], seed, changed, EXCHANGED)
    if night:
        parts += (night,)
    return Features(frozen.cached("tires", parts, make).float().numpy(), photos)


def mirrored(known: Features) -> np.ndarray:
    """Return the features of photos as they are, and of their mirror images, `(N, 2, 1920)`."""

    def make() -> Tensor:
        return torch.from_numpy(describe(known.photos.pictures.flip(3))).half()

    found = frozen.cached("mirrored", (known.photos.pictures[:, :, ::16, ::16],), make)
    return np.stack([known.x[:, 0], found.float().numpy()], axis=1)


def patched(photos: data.Photos) -> Features:
    """Return the features of the patches of photos, see `data.patches`: x is `(N, 4, 1920)`."""

    def make() -> Tensor:
        return torch.from_numpy(np.stack([describe(one) for one in data.patches(photos)])).half()

    parts = (photos.pictures[:, :, ::16, ::16], list(map(str, photos.files)))
    return Features(frozen.cached("patches", parts, make).float().numpy(), photos)


def cropped(photos: data.Photos) -> Features:
    """Return the features of five crops of photos: x is `(N, 5, 1920)`."""

    def make() -> Tensor:
        found = [describe(data.crops(one, CROP)) for one in photos.pictures]
        return torch.from_numpy(np.stack(found)).half()

    parts = (photos.pictures[:, :, ::16, ::16], CROP)
    return Features(frozen.cached("five-crops", parts, make).float().numpy(), photos)


def balance(sources: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return weights with mean 1: each source weighs the same, and each label within it.

    Where a source has few photos of one label, it weighs less.
    """
    weights = np.zeros(len(labels))
    for source in np.unique(sources):
        counts = [((sources == source) & (labels == label)).sum() for label in (0, 1)]
        for label, count in enumerate(counts):
            if count:
                mine = (sources == source) & (labels == label)
                weights[mine] = min(1, min(counts) / ENOUGH) / count
    return weights * len(labels) / weights.sum() if weights.any() else np.ones(len(labels))


@dataclass
class Wear:
    """A linear judge of wear on raw features: `score = weight · (x − centre) / scale + bias`."""

    centre: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    bias: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return log-odds of "good", `(…)`, for features `(…, 1920)`."""
        return (x - self.centre) / self.scale @ self.weight + self.bias


def fit_wear(
    known: Features,
    shared: float = SHARED,
    changed: int = CHANGED,
    columns: slice = slice(None),
) -> Wear:
    """Fit wear: a logistic regression on photos as they are and changed.

    Args:
        known: the training photos.
        shared: of what the photos of a source have in common (the mean of its two labels' means),
            this share is taken away first.
        changed: how many changed versions of each photo to use.
        columns: the features to use; the others get the weight 0.
    """
    x = known.x[:, : 1 + changed]
    times = x.shape[1]
    x, good = x.reshape(-1, x.shape[2]), np.repeat(known.good, times).astype(int)
    sources = np.repeat(known.photos.sources, times)
    weights = np.repeat(balance(known.photos.sources, known.good.astype(int)), times)
    centre, scale = x.mean(axis=0), x.std(axis=0) + 1e-3
    x = (x - centre) / scale
    for source in np.unique(sources):
        mine = sources == source
        means = [x[mine & (good == k)].mean(axis=0) for k in (0, 1) if (mine & (good == k)).any()]
        x[mine] -= shared * np.mean(means, axis=0)
    fitted = LogisticRegression(C=WEAR, max_iter=500).fit(x[:, columns], good, weights)
    weight = np.zeros(x.shape[1])
    weight[columns] = fitted.coef_[0]
    return Wear(centre, scale, weight, float(fitted.intercept_[0]))


def believable(known: Features, seed: int) -> np.ndarray:
    """Return which labels a judge that was fitted on other photos does not flatly contradict."""
    scores, good = np.zeros(len(known.photos)), known.good
    groups = data.groups(known.photos.pictures).numpy()
    kind = [f"{source} {label}" for source, label in zip(known.photos.sources, good, strict=True)]
    least = min(kind.count(one) for one in set(kind))
    folds = StratifiedGroupKFold(max(2, min(5, least)), shuffle=True, random_state=seed)
    for _, held in folds.split(scores, kind, groups):
        out = np.zeros(len(scores), bool)
        out[held] = True
        scores[out] = fit_wear(known[~out])(known.x[out, 0])
    return np.where(good, scores, -scores) > -CONTRARY


def on_treads(known: Features, views: np.ndarray) -> np.ndarray:
    """Return which photos come from a source that shows treads: wear can be learned from it."""
    seen = np.isin(views, [VIEWS.index(view) for view in SEEN])
    sources = known.photos.sources
    return np.array([seen[sources == source].mean() >= ON_TREADS for source in sources])


def judged(photos: data.Photos) -> list[str]:
    """Return the sources with enough photos of both labels to be left out and judged."""
    labels, found = photos.labels.numpy(), []
    for source in np.unique(photos.sources):
        mine = labels[photos.sources == source]
        if min((mine == 0).sum(), (mine == 1).sum()) >= ENOUGH:
            found.append(source)
    return found


def left_out(
    known: Features,
    believed: np.ndarray,
    fit: Callable[[Features], Callable] = fit_wear,
    seen: np.ndarray | None = None,
) -> np.ndarray:
    """Return log-odds of "good" for each photo, by a judge that saw none of its source.

    Photos of sources that are too small to be judged get NaN.

    Args:
        known: the photos.
        believed: which labels may be learned from.
        fit: makes a judge.
        seen: features `(N, K, 1920)` of K pictures of each photo, over which the log-odds are
            averaged; by default of the photos as they are.
    """
    seen = known.x[:, :1] if seen is None else seen
    scores, sources = np.full(len(known.photos), np.nan), known.photos.sources
    for source in judged(known.photos):
        mine = sources == source
        if len(np.unique(known.good[~mine & believed])) == 2:
            scores[mine] = fit(known[~mine & believed])(seen[mine]).mean(axis=1)
    return scores


def quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """Return the value below which at most a share of the weight lies."""
    order = np.argsort(values)
    below = np.cumsum(weights[order]) - weights[order]
    return float(values[order][below <= share * weights.sum()][-1])


def standardised(x: np.ndarray) -> np.ndarray:
    """Return features `(N, 1920)` with mean 0 and deviation 1, but for those that never change."""
    return (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-3)


def fit_view(known: Features, labels: np.ndarray) -> LogisticRegression:
    """Fit what is seen on standardised features `(N, 1920)`, where somebody looked."""
    x = standardised(known.x[:, 0])
    looked = labels >= 0
    model = LogisticRegression(C=VIEW, max_iter=500, class_weight="balanced")
    return model.fit(x[looked], labels[looked])


def view_accuracy(known: Features, seed: int) -> float:
    """Return how often the view is right, in five-fold cross-validation."""
    looked = known.photos.views.numpy() >= 0
    found, right = known[looked], 0
    labels = found.photos.views.numpy()
    folds = StratifiedKFold(
        max(2, min(5, np.bincount(labels).min())), shuffle=True, random_state=seed
    )
    for train, test in folds.split(labels, labels):
        mask = np.zeros(len(labels), int) - 1
        mask[train] = labels[train]
        model = fit_view(found, mask)
        x = standardised(found.x[:, 0])
        right += (model.predict(x[test]) == labels[test]).sum()
    return right / len(labels)


@dataclass
class Gate:
    """What "is it a tire" is fitted on: standardised features of pictures.

    Args:
        tires: of photos as they are and as a hurried phone takes them, `(N, 1920)`.
        plain: which of them are as they are.
        group: to which copies of a photo each belongs.
        others: of anything else, `(M, 1920)`, the first of them as they are.
        which: a number for each of them, other than those of photos; what has the number -1 is made
            up, and never held out.
        corners: of what lies beside wheels, `(K, 1920)`, as it is and as a hurried phone takes it.
        beside: to which copies of a photo each of those belongs.
    """

    tires: np.ndarray
    plain: np.ndarray
    group: np.ndarray
    others: np.ndarray
    which: np.ndarray
    corners: np.ndarray
    beside: np.ndarray

    def fit(
        self,
        without: np.ndarray | None = None,
        c: float = GATE,
        weight: float = CORNERS,
        versions: int = ODD,
    ) -> LogisticRegression:
        """Fit the gate; both answers weigh the same.

        Args:
            without: groups that are left out.
            c: of the logistic regression.
            weight: of a corner, compared with another picture without a tire.
            versions: how many of a photo as a hurried phone takes it are used.
        """
        mine, other, corner = (
            ~np.isin(of, [] if without is None else without)
            for of in (self.group, self.which, self.beside)
        )
        mine[(1 + versions) * int(self.plain.sum()) :] = False
        x = np.concatenate([self.tires[mine], self.others[other], self.corners[corner]])
        counts = [mine.sum(), other.sum(), corner.sum()]
        weights = np.repeat([1.0, 1.0, weight], counts)
        weights[: counts[0]] *= weights[counts[0] :].sum() / counts[0]
        truth = np.arange(len(x)) < counts[0]
        return LogisticRegression(C=c, max_iter=500).fit(x, truth, weights / weights.mean())

    def held_out(self, seed: int, **options: float) -> list[np.ndarray]:
        """Return likenesses of tires, others and corners, by gates that saw none of these photos
        nor a copy; NaN where they did.

        Args:
            seed: of the two halves.
            options: of `fit`.
        """
        sets = [
            (self.tires, self.group),
            (self.others, self.which),
            (self.corners, self.beside),
        ]
        found = [np.full(len(x), np.nan) for x, _of in sets]
        every = np.unique(np.concatenate([self.group, self.which[self.which >= 0]]))
        every = np.random.default_rng(seed).permutation(every)
        for half in (every[::2], every[1::2]):
            gate = self.fit(half, **options)
            for scores, (x, of) in zip(found, sets, strict=True):
                if (mine := np.isin(of, half)).any():
                    scores[mine] = gate.decision_function(x[mine])
        return found

    def refused(self, seed: int, **options: float) -> tuple[float, list[float]]:
        """Return a threshold, and what it refuses: shares of tires as they are, of tires taken
        badly, and of others as they are.

        It refuses all but `LET_IN` of the corners, or, where there are few, `REFUSED` of the tires.
        """
        tires, others, corners = self.held_out(seed, **options)
        first = corners[: len(corners) // (1 + ODD)]  # as they are
        enough = len(first) >= ENOUGH
        least = np.quantile(first, 1 - LET_IN) if enough else np.quantile(tires, REFUSED)
        plain = others[: len(np.unique(self.which[self.which >= 0]))]
        sets = (tires[self.plain], tires[~self.plain], plain)
        return float(least), [(x < least).mean() if len(x) else np.nan for x in sets]


def gate_of(photos: data.Photos, plain: np.ndarray, others: Tensor, wear: Wear, seed: int) -> Gate:
    """Return what the gate is fitted on.

    Args:
        photos: of tires.
        plain: their features.
        others: uint8 pictures of anything else.
        wear: whose centre and scale standardise.
        seed: of the changes.
    """

    def seen(pictures: Tensor) -> np.ndarray:
        parts = (pictures.shape, pictures[::7, :, ::16, ::16])
        return frozen.cached("gate", parts, lambda: torch.from_numpy(describe(pictures))).numpy()

    made = data.round_things(max(60, len(photos) // 4), seed, tuple(data.FITTED))
    which = np.repeat([0, -1], [2 * len(others), len(made)])
    which[: 2 * len(others)] = np.tile(len(photos) + np.arange(len(others)), 2)
    others = torch.cat([others, stages.odd(others, 1, seed), made])
    beside, of = data.corners(photos)
    tires = np.concatenate([plain, seen(stages.odd(photos.pictures, ODD, seed))])
    corners = seen(torch.cat([beside, stages.odd(beside, ODD, seed)]))
    group = data.groups(photos.pictures).numpy()
    return Gate(
        (tires - wear.centre) / wear.scale,
        np.arange(len(tires)) < len(plain),
        np.tile(group, 1 + ODD),
        (seen(others) - wear.centre) / wear.scale,
        which,
        (corners - wear.centre) / wear.scale,
        np.tile(group[of], 1 + ODD),
    )


def gates_tried(gate: Gate, seed: int) -> list[list]:
    """Return what was tried: name, and the shares that are refused; rows for the card."""
    ways = {
        "**as shipped**": {},
        f"stiffer, C = {GATE / 100:g}; one version of each tire; corners weigh like others": {
            "c": GATE / 100,
            "versions": 1,
            "weight": 1.0,
        },
        "corners weigh like others": {"weight": 1.0},
        "corners weigh ten times as much": {"weight": 10.0},
        f"less stiff, C = {10 * GATE:g}": {"c": 10 * GATE},
    }
    rows = []
    for name, options in ways.items():
        _least, shares = gate.refused(seed, **options)
        rows.append([name, *(f"{share:.1%}" for share in shares)])
    return rows


def memory(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return axes `(COMPRESSED, 1920)` that make standardised features few, and what they become.

    Principal components, each scaled to deviation 1.
    """
    found = PCA(min(COMPRESSED, *x.shape), random_state=0).fit(x)
    axes = np.zeros((COMPRESSED, x.shape[1]))
    axes[: len(found.components_)] = (
        found.components_ / np.sqrt(found.explained_variance_ + 1e-6)[:, None]
    )
    return axes, x @ axes.T


def distances(known: np.ndarray, photos: np.ndarray) -> np.ndarray:
    """Return each photo's mean distance to the nearest known ones, of compressed features."""
    every = torch.cdist(torch.from_numpy(photos), torch.from_numpy(known))
    return every.topk(min(NEIGHBOURS, len(known)), largest=False).values.mean(dim=1).numpy()


def limits(far: np.ndarray, views: np.ndarray, per_view: bool) -> list[float]:
    """Return for each view the distance beyond which a photo is unfamiliar.

    Args:
        far: of photos whose source was left out, to the nearest others; NaN where it was not.
        views: what is seen on them.
        per_view: whether each view with enough photos gets its own; otherwise all get the same.
    """
    measured = ~np.isnan(far)
    common, found = float(np.quantile(far[measured], 1 - UNFAMILIAR)), []
    for view in range(len(VIEWS)):
        mine = measured & (views == view)
        own = per_view and mine.sum() >= ENOUGH_OF_VIEW
        found.append(float(np.quantile(far[mine], 1 - UNFAMILIAR)) if own else common)
    return found


def build(sets: dict, seed: int) -> tuple[TireClassifier, dict]:
    """Fit everything; return the model as it will be loaded, and what was found on the way.

    Args:
        sets: see `data.everything`.
        seed: of the changes and folds.

    Returns:
        The model, and: "known" (the features), "scores" (log-odds of each photo by a judge that saw
        none of its source, temperature applied), "views", "believed", "used", "few" (what is
        remembered of each photo), "far" (how far it is from photos of other sources),
        "gates" (what was tried for it).
    """
    photos = sets["all"]
    known = features(photos, seed, 2 if len(photos) < 100 else CHANGED)
    x = known.x[:, 0]
    view = fit_view(known, photos.views.numpy())
    views = view.predict(standardised(x))
    used = on_treads(known, views)
    if not used.any():
        used[:] = True
    learned = known[used]
    believed = believable(learned, seed)
    seen = mirrored(learned)
    scores = left_out(learned, believed, seen=seen)
    wear = fit_wear(learned[believed])

    if np.isnan(scores).all():  # a single source: nothing could be left out
        scores = wear(seen).mean(axis=1)
    temperature, low, high = calibrated(learned, scores)

    standard = (x - wear.centre) / wear.scale
    axes, few = memory(standard)
    far = np.full(len(photos), np.nan)
    for source in judged(photos):
        mine = photos.sources == source
        if not mine.all():
            far[mine] = distances(few[~mine], few[mine])
    if np.isnan(far).all():
        far = distances(few, few)
    # The view was fitted on features that were standardised by photos as they are.
    change = wear.scale / (x.std(axis=0) + 1e-3)
    shift = (wear.centre - x.mean(axis=0)) / (x.std(axis=0) + 1e-3)
    rows = np.zeros((len(VIEWS), x.shape[1]))
    bias = np.full(len(VIEWS), -1e3)
    places = view.classes_.astype(int)
    coefficients = view.coef_ if len(places) > 2 else np.concatenate([-view.coef_, view.coef_]) / 2
    intercepts = view.intercept_ if len(places) > 2 else np.repeat(view.intercept_, 2) * [-0.5, 0.5]
    rows[places], bias[places] = coefficients * change, intercepts + coefficients @ shift

    gates = gate_of(photos, x, sets["others"], wear, seed)
    least, _shares = gates.refused(seed)
    gate = gates.fit()
    model = TireClassifier(
        temperature=temperature,
        defective_below=low,
        good_above=high,
        least_likeness=least,
        farthest=limits(far, views, PER_VIEW),
        photos=len(photos),
    )
    with torch.no_grad():
        for tensor, values in (
            (model.centre, wear.centre),
            (model.scale, wear.scale),
            (model.wear.weight, wear.weight[None]),
            (model.wear.bias, [wear.bias]),
            (model.view.weight, rows),
            (model.view.bias, bias),
            (model.gate.weight, gate.coef_),
            (model.gate.bias, gate.intercept_),
            (model.axes, axes),
            (model.known, few),
        ):
            tensor.copy_(torch.as_tensor(np.asarray(values)))
            if tensor.ndim > 1:  # as the file will hold it
                tensor.copy_(tensor.half())
        kinds = np.where(photos.products, KINDS.index(PRODUCT), views)
        model.kinds.copy_(torch.from_numpy(np.stack([kinds, photos.labels.numpy()], 1)))
    found = {
        "known": learned,
        "scores": scores / temperature,
        "views": views,
        "believed": believed,
        "used": used,
        "few": few,
        "far": far,
        "gates": gates_tried(gates, seed),
    }
    return model.eval(), found


def calibrated(learned: Features, scores: np.ndarray) -> tuple[float, float, float]:
    """Return the temperature, and between which probabilities of "good" no verdict is given.

    Args:
        learned: the photos.
        scores: log-odds of each, by a judge that saw none of its source; NaN where there was none.
    """
    measured = ~np.isnan(scores)
    outputs = torch.from_numpy(np.stack([-scores, scores], 1)[measured] / 2).float()
    temperature = report.temperature(outputs, learned.photos.labels[torch.from_numpy(measured)])
    chances = 1 / (1 + np.exp(-scores[measured] / temperature))
    weights = balance(learned.photos.sources, learned.good.astype(int))
    return temperature, *thresholds(chances, learned.good[measured], weights[measured])


def thresholds(
    chances: np.ndarray,
    good: np.ndarray,
    weights: np.ndarray,
    good_called_defective: float = GOOD_CALLED_DEFECTIVE,
    defective_called_good: float = DEFECTIVE_CALLED_GOOD,
) -> tuple:
    """Return below which probability of "good" a photo is called defective, above which good.

    Label-conditional split-conformal calibration: of good tires at most a share lies below the
    first, of defective ones at most a share above the second.
    """
    low = quantile(chances[good], weights[good], good_called_defective)
    high = -quantile(-chances[~good], weights[~good], defective_called_good)
    return min(low, high), max(low, high)
