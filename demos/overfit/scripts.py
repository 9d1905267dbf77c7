"""The scripts that a student takes along. All but `wide` run in the folder of this course."""

from __future__ import annotations

from collections.abc import Callable


def learn(
    model, hidden, degree, data, points, n, noise, seed, epochs, against, patience, l1, l2,
    dropout, jitter,
):  # fmt: skip
    """Train a model, and watch how it does on points that it does not learn from."""
    from demos.overfit import lesson

    x, y = lesson.learned_from(data, points, n, noise, seed)
    x_val, y_val, x_test, y_test = lesson.held_out(noise, seed)

    size = hidden if model == "network" else degree
    strength = lesson.remedies(against, l1=l1, l2=l2, dropout=dropout, jitter=jitter)
    training = lesson.fit(model, [size], x, y, epochs, **strength)
    if "stopping" not in against:
        patience = 0

    shown = lesson.epochs_shown(epochs)
    for epoch, weights in lesson.watch(training, shown, x_val, y_val, patience):
        train = lesson.squared_error(lesson.predict(weights, x), y)
        validation = lesson.squared_error(lesson.predict(weights, x_val), y_val)
        print(f"epoch {epoch}: train {train.item():.5g}, validation {validation.item():.5g}")
    test = lesson.squared_error(lesson.predict(weights, x_test), y_test)
    print(f"test {test.item():.5g}")


def size(model, data, points, n, noise, seed):
    """Fit models of every size to the same points."""
    from demos.overfit import lesson

    x, y = lesson.learned_from(data, points, n, noise, seed)
    x_val, y_val, *_test = lesson.held_out(noise, seed)

    sizes = [1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 200] if model == "network" else range(1, 16)
    each = (len(sizes), -1)  # all of them learn from the same points, at once
    weights = lesson.fitted(model, sizes, x.expand(each), y.expand(each))

    train = lesson.squared_error(lesson.predict(weights, x), y)
    validation = lesson.squared_error(lesson.predict(weights, x_val), y_val)
    for size, own, other in zip(sizes, train, validation, strict=True):
        print(f"size {size}: train {own:.5g}, validation {other:.5g}")


def spread(
    model, hidden, degree, n, noise, against, patience, l1, l2, dropout, jitter, epochs, seed
):
    """Train thirty models at once, each on a sample of its own, and take their error apart."""
    from demos.overfit import lesson

    size = hidden if model == "network" else degree
    strength = lesson.remedies(against, l1=l1, l2=l2, dropout=dropout, jitter=jitter)
    if "stopping" not in against:
        patience = 0

    places, y = lesson.fresh(noise, seed)
    truth = lesson.curve(places)
    shown = lesson.epochs_shown(epochs, 40)
    of = (30, n, noise, seed, epochs)
    for epoch, (said,) in lesson.bundle(model, [size], *of, shown, patience, **strength):
        mean = said.mean(0)
        bias = ((mean - truth) ** 2).mean()
        variance = ((said - mean) ** 2).mean()
        unknowable = ((y - truth) ** 2).mean()
        measured = ((said[:, None] - y) ** 2).mean()
        print(f"epoch {epoch}: bias² {bias:.4f} + variance {variance:.4f} + noise {unknowable:.4f}"
              f" = {bias + variance + unknowable:.4f}, measured {measured:.4f}")  # fmt: skip


def wide(model, n, noise, seed):
    """Fit models with far more parameters than points, by least squares."""
    import torch
    from numpy.polynomial.legendre import legvander

    def curve(x):
        return (3.2 * x).sin() + 0.4 * (5.5 * x).cos()

    # Thirty samples of n points, one in each of n equal parts of -1 to 1.
    chance = torch.Generator().manual_seed(seed)
    place = torch.rand(30, n, generator=chance, dtype=torch.float64)
    x = (torch.arange(n) + place) / n * 2 - 1
    y = curve(x) + noise * torch.randn(30, n, generator=chance, dtype=torch.float64)
    grid = torch.linspace(-1, 1, 161, dtype=torch.float64).expand(30, -1)
    chance = torch.Generator().manual_seed(seed)
    begin, way = torch.rand(2, 30, 1, 300, generator=chance, dtype=torch.float64) * 2 - 1

    def seen(x, size):
        if model == "network":  # its hidden units are drawn, and stay as they are
            return ((x[..., None] - begin[..., :size]) * way[..., :size].sign()).relu()
        k = torch.arange(size)
        scale = (2 * k + 1).sqrt() / (k + 1)  # high powers cost more norm
        return torch.tensor(legvander(x.numpy(), size - 1)) * scale

    for size in sorted({1, 2, 3, 5, 8, n - 1, n, n + 1, 40, 80, 120, 300}):
        weights = torch.linalg.pinv(seen(x, size), rtol=1e-12) @ y[..., None]  # the least norm
        said = (seen(grid, size) @ weights)[..., 0]
        error = ((said - curve(grid)) ** 2).mean() + noise**2
        print(f"size {size}: error on new points {error:.5g}")


def folds(model, hidden, degree, data, points, n, k, noise, seed):
    """Leave out one fold after the other, and judge by it."""
    from demos.overfit import lesson

    x, y = lesson.learned_from(data, points, n, noise, seed)
    part = lesson.folds(len(x[0]), min(k, len(x[0])), seed)
    size = hidden if model == "network" else degree

    train, left_out, _weights = lesson.cross_validate(model, [size], x[0], y[0], part)
    for fold, (own, other) in enumerate(zip(train[0], left_out[0], strict=True), start=1):
        print(f"without fold {fold}: train {own:.5g}, on the fold {other:.5g}")
    print(f"mean {left_out.mean():.5g}")


def more(model, hidden, degree, noise, seed):
    """Train the same model on more and more examples."""
    from demos.overfit import lesson

    size, samples = (hidden, 2) if model == "network" else (degree, 30)
    counts = [4, 6, 9, 14, 20, 30, 45, 68, 100]
    train, test, *_models = lesson.learning_curve(model, size, counts, noise, seed, samples)
    for count, own, new in zip(counts, train, test, strict=True):
        print(f"{count} examples: train {own:.5g}, test {new:.5g}")


SCRIPTS: dict[str, Callable] = {
    "learn": learn,
    "size": size,
    "spread": spread,
    "wide": wide,
    "folds": folds,
    "more": more,
}
