"""The lesson: models of any size learn a curve from a few noisy points, many of them at once.

A stack of S models is one tensor per parameter, `(S, …)`: one matrix product does the work of S.
torch is imported inside: the app starts without it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from demos.frame.knobs import takes
from demos.frame.runs import moves_bar, trained
from demos.overfit.knobs import KNOBS, MOST_POINTS
from models.sentences import refusal

VALIDATION, TEST = 40, 400  # points that no model learns from
FRAMES = 80  # epochs that are shown
GRID = 81  # places where a fit is drawn
Y_MOST = 2.5
RATE = 0.02  # of Adam
STEEP = 8  # slopes of the units at the beginning
EPOCHS = 400  # of networks whose training is not watched

# ---------------------------------------------------------------- the world


def curve(x):
    """Return the hidden curve, which is no polynomial and no network."""
    return (3.2 * x).sin() + 0.4 * (5.5 * x).cos()


def draw(n: int, noise: float, seed: int, samples: int = 1):
    """Draw points of the hidden curve: x one in each of n equal parts of −1…1, y with an error.

    Args:
        n: number of points.
        noise: standard deviation of the errors.
        seed: of the chance.
        samples: how often, each with other points.

    Returns:
        x and y, `(samples, n)`.
    """
    import torch

    chance = torch.Generator().manual_seed(seed)
    place = torch.rand(samples, n, generator=chance, dtype=torch.float64)
    x = (torch.arange(n) + place) / n * 2 - 1
    error = torch.randn(samples, n, generator=chance, dtype=torch.float64)
    return x, curve(x) + noise * error


def own_points(text: str) -> list[tuple[float, float]]:
    """Read points of one's own, "x y, x y".

    Raises:
        ValueError: in a sentence, if they are none.
    """
    points = []
    for pair in filter(str.strip, text.split(",")):
        try:
            x, y = map(float, pair.split())
        except ValueError:
            raise refusal("A point is two numbers, such as 0.25 −1: x and y.") from None
        if not (abs(x) <= 1 and abs(y) <= Y_MOST):
            raise refusal("x must lie between −1 and 1, y between −2.5 and 2.5.")
        points.append((x, y))
    if not 2 <= len(points) <= MOST_POINTS:
        raise refusal("From 2 to {most} points are needed.", most=MOST_POINTS)
    return points


def learned_from(data: str, points: str, n: int, noise: float, seed: int):
    """Return the points to learn from, x and y `(1, n)`, drawn or one's own."""
    import torch

    if data == "drawn" or not points.strip():
        return draw(n, noise, seed)
    x, y = torch.tensor(own_points(points), dtype=torch.float64).T
    return x[None], y[None]


# ---------------------------------------------------------------- models


def powers(x, degree: int):
    """Return Legendre's polynomials of x, each of size 1 on average: `(…, degree + 1)`.

    They span the same curves as 1, x, x², … but stay at right angles, so that numbers stay small
    and degree 15, or 300, is computed to many digits.
    """
    import torch

    found = [torch.ones_like(x), x]
    for k in range(1, degree):
        found.append(((2 * k + 1) * x * found[k] - k * found[k - 1]) / (k + 1))
    return torch.stack([p * math.sqrt(2 * k + 1) for k, p in enumerate(found[: degree + 1])], -1)


def least_squares(x, y, degree: int, counts=None):
    """Fit polynomials in closed form.

    Of all that fit equally well it is the one with the least norm, where high powers cost more: so
    it goes on where there are more parameters than points.

    Args:
        x: `(S, n)`.
        y: `(S, n)`.
        degree: of all of them.
        counts: `(S, n)`, 0 for a point from which a model does not learn.

    Returns:
        Parameters for `predict`.
    """
    import torch

    cost = torch.arange(1, degree + 2, dtype=torch.float64)
    seen = powers(x, degree) / cost
    if counts is not None:
        seen, y = seen * counts[..., None], y * counts
    found = torch.linalg.pinv(seen, rtol=1e-12) @ y[..., None]
    return [(found[..., 0] / cost)[:, None]]


def start(model: str, sizes: Sequence[int]):
    """Return the parameters of a stack before training; a smaller model is filled up with zeros.

    Args:
        model: "network" or "polynomial".
        sizes: of each, hidden units or the degree.
    """
    import torch

    most = max(sizes)
    if model == "polynomial":
        return [torch.zeros(len(sizes), 1, most + 1, dtype=torch.float64)]
    numbers = torch.zeros(len(sizes), 3, most)
    for number, size in enumerate(sizes):
        chance = torch.Generator().manual_seed(number)
        numbers[number, :, :size] = torch.rand(3, size, generator=chance) * 2 - 1
        numbers[number, 2] /= size**0.5
    slope, center, out = numbers.unbind(1)
    # Steep units, with their centers all over −1…1: a network that can wiggle.
    slope = STEEP * slope
    bend = -slope * center
    weights = [slope[:, None], bend[:, None], out[..., None], torch.zeros(len(sizes), 1, 1)]
    return [w.contiguous() for w in weights]  # as the fused optimizer must have them


def inputs(weights, x):
    """Return what a stack of models sees of x, `(S, n)` or `(n,)`: x, or its powers."""
    x = x.expand(len(weights[0]), x.shape[-1])
    if len(weights) == 1:
        return powers(x, weights[0].shape[-1] - 1)
    return x[..., None].to(weights[0].dtype)


def outputs(weights, seen, drop=None):
    """Return what a stack of models says.

    Args:
        weights: as `start` returns them.
        seen: see `inputs`.
        drop: `(S, 1, H)`: 0 for a unit, or power, that is left out, 1/(1 − share) for the others.

    Returns:
        `(S, n)`.
    """
    import torch

    if len(weights) == 1:
        of = weights[0] if drop is None else weights[0] * drop
        return (seen @ of.mT)[..., 0]
    slope, bend, out, bias = weights
    units = torch.baddbmm(bend, seen, slope).tanh()
    units = units if drop is None else units * drop
    return torch.baddbmm(bias, units, out)[..., 0]


def predict(weights, x):
    """Return what a stack of models says of x, `(S, n)` or `(n,)`: `(S, n)`."""
    return outputs(weights, inputs(weights, x))


@moves_bar("epochs")
def fit(
    model: str,
    sizes: Sequence[int],
    x,
    y,
    epochs: int,
    l1: float = 0,
    l2: float = 0,
    dropout: float = 0,
    jitter: float = 0,
    counts=None,
) -> Iterator[tuple[int, list]]:
    """Train a stack of models at once, with all their points in every epoch.

    Each model has points of its own, and its gradient is its own: the losses are added up.

    Args:
        model: "network" or "polynomial".
        sizes: of each, hidden units or the degree.
        x: `(S, n)`.
        y: `(S, n)`.
        epochs: how many.
        l1: λ of λ·Σ|w|.
        l2: λ of λ·Σw².
        dropout: share that is left out.
        jitter: standard deviation of what is added to x.
        counts: `(S, n)`, 0 for a point from which a model does not learn.

    Yields:
        The epoch, and the parameters before its step.
    """
    import torch

    chance = torch.Generator().manual_seed(0)
    weights = [w.requires_grad_() for w in start(model, sizes)]
    y = y.to(weights[0].dtype)
    counts = torch.ones_like(y) if counts is None else counts.to(y.dtype)
    share = counts / counts.sum(1, keepdim=True)
    width, mask = weights[0].shape[-1], None
    if model == "polynomial":
        mask = (torch.arange(width) <= torch.tensor(sizes)[:, None])[:, None].to(y.dtype)
    if model == "network" or dropout or jitter:
        optimizer = torch.optim.Adam(weights, lr=RATE, fused=True)
    else:
        # The longest step that never overshoots: the loss is a parabola, curved by 2·σ² at most.
        seen = powers(x, width - 1) * mask * share.sqrt()[..., None]
        steepest = torch.linalg.matrix_norm(seen, 2).max().item() ** 2
        rate = 1 / (2 * steepest + 2 * l2)
        optimizer = torch.optim.SGD(weights, lr=rate, momentum=0.9, nesterov=True)
    seen = inputs(weights, x)
    for epoch in range(epochs + 1):
        yield epoch, [w.detach() for w in weights]
        if epoch == epochs:
            return
        drop = mask
        if dropout:
            keep = torch.rand(len(x), 1, width, generator=chance, dtype=y.dtype) >= dropout
            drop = keep / (1 - dropout) * (1 if mask is None else mask)
        if jitter:
            noise = jitter * torch.randn(x.shape, generator=chance, dtype=x.dtype)
            seen = inputs(weights, (x + noise).clamp(-1, 1))
        loss = (share * (outputs(weights, seen, drop) - y) ** 2).sum()
        if l1 or l2:
            of = [weights[0], weights[2]] if model == "network" else [weights[0][..., 1:]]
            loss = loss + sum(l1 * w.abs().sum() + l2 * (w**2).sum() for w in of)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def watch(
    training: Iterator[tuple[int, list]], shown: Sequence[int], x, y, patience: int = 0
) -> Iterator[tuple[int, list]]:
    """Look at a training now and then; with patience, stop each model early and keep its best.

    Args:
        training: see `fit`.
        shown: the epochs to look at.
        x: of the validation points, `(n,)`.
        y: likewise.
        patience: epochs without a better validation loss after which to stop; 0: never.

    Yields:
        The epoch and the parameters, of a model that has stopped the best.
    """
    import torch

    wanted, kept, seen = set(shown), [], None
    best, waited = torch.inf, torch.zeros(())
    for epoch, weights in training:
        if patience:
            seen = inputs(weights, x) if seen is None else seen
            loss = squared_error(outputs(weights, seen), y)
            better = (loss < best) & (waited < patience)
            best = torch.where(better, loss, best)
            stopped = waited >= patience
            waited = torch.where(better, 0, waited + 1)
            waited = torch.where(stopped, patience, waited)
            old = kept or weights
            kept = [
                torch.where(better[:, None, None], new, before)
                for new, before in zip(weights, old, strict=True)
            ]
            stopped = waited >= patience
            if stopped.all():
                yield epoch, kept
                return
            weights = [
                torch.where(stopped[:, None, None], before, new)
                for new, before in zip(weights, kept, strict=True)
            ]
        if epoch in wanted:
            yield epoch, [w.clone() for w in weights]


def epochs_shown(epochs: int, count: int = FRAMES) -> list[int]:
    """Return the epochs that are shown: more of them at the beginning, where more happens."""
    return sorted({round(epochs * (i / count) ** 1.8) for i in range(count + 1)})


def held_out(noise: float, seed: int):
    """Return points that no model learns from: validation x and y, test x and y."""
    x, y = draw(VALIDATION, noise, 10_000 + seed)
    x_test, y_test = draw(TEST, noise, 20_000 + seed)
    return x[0], y[0], x_test[0], y_test[0]


def squared_error(said, y):
    """Return the mean squared error of each model, `(S,)`."""
    return ((said - y) ** 2).mean(-1)


def remedies(against: Sequence[str], **strength: float) -> dict[str, Any]:
    """Return the strength of each remedy that is chosen, 0 for the others."""
    return {name: value if name in against else 0 for name, value in strength.items()}


@takes(KNOBS)
@trained(steps="epochs", keep=64)
def train(
    model,
    hidden,
    degree,
    n,
    noise,
    seed,
    epochs,
    against: list[str] | None,
    patience,
    l2,
    l1,
    dropout,
    jitter,
    data,
    points,
) -> Iterator[dict]:
    """Train a model on noisy points of a hidden curve, and watch how it does on other points.

    Returns:
        Rows of some 80 epochs, from the untrained model on: step (the epoch), train, validation and
        test (mean squared errors on the points learned from, on 40 others, which early stopping
        watches, and on 400 that nothing is chosen by), fit (what the model says at 81 places from
        x = -1 to 1). With early stopping the last row is the model that is kept.
    """
    import torch

    against = against or []
    x, y = learned_from(data, points, n, noise, seed)
    x_val, y_val, x_test, y_test = held_out(noise, seed)
    grid = torch.linspace(-1, 1, GRID, dtype=torch.float64)
    given = remedies(against, l1=l1, l2=l2, dropout=dropout, jitter=jitter)
    size = hidden if model == "network" else degree
    training = fit(model, [size], x, y, epochs, **given)
    patient = patience if "stopping" in against else 0
    for epoch, weights in watch(training, epochs_shown(epochs), x_val, y_val, patient):
        yield {
            "step": epoch,
            "train": squared_error(predict(weights, x), y).item(),
            "validation": squared_error(predict(weights, x_val), y_val).item(),
            "test": squared_error(predict(weights, x_test), y_test).item(),
            "fit": [round(value, 4) for value in predict(weights, grid)[0].tolist()],
        }


# ---------------------------------------------------------------- many worlds


def fresh(noise: float, seed: int, count: int = 41):
    """Return where a bundle is judged: x `(count,)`, and y measured anew, `(20, count)`.

    Every error comes twice, the second time with the other sign: so no chance is left in their sum.
    """
    import torch

    x = torch.linspace(-1, 1, count, dtype=torch.float64)
    chance = torch.Generator().manual_seed(30_000 + seed)
    error = noise * torch.randn(10, count, generator=chance, dtype=torch.float64)
    return x, curve(x) + torch.cat([error, -error])


def decompose(said, truth, y) -> dict[str, float]:
    """Take the expected error of a bundle of models apart.

    Args:
        said: what M models say at K places, `(M, K)`.
        truth: the hidden curve there, `(K,)`.
        y: measured there anew, `(R, K)`.

    Returns:
        `bias` (squared), `variance`, `noise`, and `error`: of every model at every new point,
        measured without the others. Where the errors of y add up to 0, it is their sum exactly.
    """
    mean = said.mean(0)
    return {
        "bias": ((mean - truth) ** 2).mean().item(),
        "variance": ((said - mean) ** 2).mean().item(),
        "noise": ((y - truth) ** 2).mean().item(),
        "error": ((said[:, None] - y) ** 2).mean().item(),
    }


def bundle(
    model: str,
    sizes: Sequence[int],
    samples: int,
    n: int,
    noise: float,
    seed: int,
    epochs: int,
    shown: Sequence[int],
    patience: int = 0,
    **given: float,
) -> Iterator[tuple[int, Any]]:
    """Train models of every size at once, each on so many samples of the same world.

    Yields:
        The epoch, and what they say where `fresh` measures, `(len(sizes), samples, K)`.
    """
    x, y = (values.repeat(len(sizes), 1) for values in draw(n, noise, seed, samples))
    each = [size for size in sizes for _sample in range(samples)]
    x_val, y_val, *_test = held_out(noise, seed)
    places = fresh(noise, seed)[0]
    training = fit(model, each, x, y, epochs, **given)
    for epoch, weights in watch(training, shown, x_val, y_val, patience):
        yield epoch, predict(weights, places).view(len(sizes), samples, -1)


def random_units(samples: int, width: int, seed: int):
    """Draw hidden layers that stay as they are: for each unit which way, and from where, it rises.

    Returns:
        `(samples, 1, width)`, 1 or -1; and `(samples, 1, width)`, from -1 to 1.
    """
    import torch

    chance = torch.Generator().manual_seed(seed)
    drawn = torch.rand(2, samples, 1, width, generator=chance, dtype=torch.float64) * 2 - 1
    return drawn[1].sign(), drawn[0]


def double_descent(
    model: str, x, y, sizes: Sequence[int], places, seed: int = 0
) -> Iterator[tuple[Any, Any]]:
    """Fit models far beyond n parameters, to many samples of the same world.

    Of a network only the output layer is learned, by least squares: of all weights that fit equally
    well those with the least norm. Its hidden ReLU units are drawn, and stay as they are.

    Args:
        model: "network" or "polynomial".
        x: `(S, n)`.
        y: `(S, n)`.
        sizes: hidden units, or parameters of the polynomial, one after the other.
        places: where to ask them, `(K,)`.
        seed: of the hidden units; each sample has its own.

    Yields:
        What they say of their own points, `(S, n)`, and at the places, `(S, K)`.
    """
    import torch

    way, begin = random_units(len(x), max(sizes), seed)
    for size in sizes:
        if model == "polynomial":
            weights = least_squares(x, y, size - 1)
            yield predict(weights, x), predict(weights, places)
            continue
        seen, asked = (
            ((x - begin[..., :size]) * way[..., :size]).relu()
            for x in (x[..., None], places[:, None])
        )
        out = torch.linalg.pinv(seen, rtol=1e-12) @ y[..., None]
        yield (seen @ out)[..., 0], (asked @ out)[..., 0]


def folds(n: int, k: int, seed: int):
    """Return for each of n points in which of k folds it is left out, `(n,)`."""
    import torch

    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    part = torch.empty(n, dtype=torch.long)
    part[order] = torch.arange(n) * k // n
    return part


def fitted(model: str, sizes: Sequence[int], x, y, counts=None, epochs: int = EPOCHS):
    """Return trained parameters of a stack: polynomials in closed form, networks after `epochs`.

    Args:
        model: "network" or "polynomial".
        sizes: of each, hidden units or the degree.
        x: `(S, n)`.
        y: `(S, n)`.
        counts: `(S, n)`, 0 for a point from which a model does not learn.
        epochs: of the networks.
    """
    import torch

    if model == "network":
        *_before, (_epoch, weights) = fit(model, sizes, x, y, epochs, counts=counts)
        return weights
    each = torch.zeros(len(sizes), 1, max(sizes) + 1, dtype=torch.float64)
    for size in set(sizes):
        of = torch.tensor([one == size for one in sizes])
        some = None if counts is None else counts[of]
        each[of, :, : size + 1] = least_squares(x[of], y[of], size, some)[0]
    return [each]


def cross_validate(model: str, sizes: Sequence[int], x, y, part):
    """Train every size k times, each time without one fold, and judge it on that fold.

    Args:
        model: "network" or "polynomial".
        sizes: hidden units, or degrees.
        x: `(n,)`.
        y: `(n,)`.
        part: of each point, its fold, `(n,)`.

    Returns:
        Mean squared errors on the points learned from and on those left out, both
        `(len(sizes), k)`; and the parameters, size by size and fold by fold.
    """
    import torch

    k, many = int(part.max()) + 1, len(sizes)
    out = (part == torch.arange(k)[:, None]).repeat(many, 1).double()  # (many·k, n)
    x, y = x.expand(many * k, -1), y.expand(many * k, -1)
    weights = fitted(model, [size for size in sizes for _ in range(k)], x, y, 1 - out)
    squares = (predict(weights, x) - y) ** 2
    inside = (squares * (1 - out)).sum(1) / (1 - out).sum(1)
    outside = (squares * out).sum(1) / out.sum(1)
    return inside.view(many, k), outside.view(many, k), weights


def learning_curve(
    model: str, size: int, counts: Sequence[int], noise: float, seed: int, samples: int
):
    """Train a model on more and more examples.

    Returns:
        Mean squared errors on the examples learned from and on 400 new ones, means of the samples,
        both `(len(counts),)`; the parameters of all models, and their examples x and y, of which
        the first so many count.
    """
    import torch

    most, many = max(counts), len(counts)
    x = torch.zeros(many, samples, most, dtype=torch.float64)
    y, learned = torch.zeros_like(x), torch.zeros_like(x)
    for place, count in enumerate(counts):
        x[place, :, :count], y[place, :, :count] = draw(count, noise, seed, samples)
        learned[place, :, :count] = 1
    x, y, learned = (tensor.flatten(0, 1) for tensor in (x, y, learned))
    weights = fitted(model, [size] * many * samples, x, y, learned)
    _x_val, _y_val, x_test, y_test = held_out(noise, seed)
    inside = ((predict(weights, x) - y) ** 2 * learned).sum(1) / learned.sum(1)
    outside = squared_error(predict(weights, x_test), y_test)
    means = [errors.view(many, samples).mean(1) for errors in (inside, outside)]
    return (*means, weights, x, y)
