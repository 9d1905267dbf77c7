"""The lesson on axes: PCA as a line, and digits in two numbers by PCA and by an autoencoder."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator

from demos.frame.knobs import takes
from demos.frame.runs import trained
from demos.rewards.knobs import KNOBS
from demos.rewards.points import own_points

TRAINING = 1500  # of 1,797 digits
BATCH = 100


def measured(sample: str, scale: str = "cm", points: str = ""):
    """Return lengths and widths, `(n, 2)`.

    Irises were measured by E. Anderson and R. Fisher; they lie in scikit-learn.
    """
    import torch
    from sklearn.datasets import load_iris

    if sample == "own" and points.strip():
        return torch.tensor([(x, y) for x, y, _label in own_points(points)], dtype=torch.float64)
    if sample == "own":
        chance = torch.Generator().manual_seed(1)
        far = torch.randn(24, 2, generator=chance, dtype=torch.float64)
        both = 0.45 * far[:, :1] * torch.tensor([1.0, 0.6]) + 0.12 * far[:, 1:]
        return both.clamp(-1, 1).double()
    columns = slice(2, 4) if sample == "petals" else slice(0, 2)
    x = torch.tensor(load_iris().data[:, columns])
    if scale == "mm":
        return x * torch.tensor([1.0, 10.0])
    return x / x.std(0) if scale == "standard" else x


def pca(x):
    """Find the axes along which the points vary most, one at a right angle to the other.

    Args:
        x: `(n, d)`.

    Returns:
        The mean `(d,)`, the axes `(d, d)`, one per row, and the variance along each `(d,)`.
    """
    import torch

    mean = x.mean(0)
    _left, sizes, axes = torch.linalg.svd(x - mean, full_matrices=False)
    # An axis has no direction: its largest part is made positive.
    largest = axes.gather(1, axes.abs().argmax(1, keepdim=True))
    axes = torch.where(largest < 0, -axes, axes)
    return mean, axes, sizes**2 / (len(x) - 1)


@takes(KNOBS)
def reduce(sample, points, scale) -> dict:
    """Find the line that keeps most of the variance of lengths and widths: PCA.

    Returns:
        mean, axes (one per row), variance along each, their share, size (each point on the line).
    """
    x = measured(sample, scale, points)
    mean, axes, variance = pca(x)
    total = float(variance.sum())
    return {
        "mean": mean.tolist(),
        "axes": axes.tolist(),
        "variance": variance.tolist(),
        "share": [value / total if total else 0.0 for value in variance.tolist()],
        "size": ((x - mean) @ axes[0]).tolist(),
    }


def turned(x, degrees):
    """Return the variance that a line at each of several angles keeps of points, `(angles,)`."""
    import torch

    turn = torch.deg2rad(torch.as_tensor(degrees, dtype=x.dtype))
    along = (x - x.mean(0)) @ torch.stack([turn.cos(), turn.sin()])
    return along.var(0)


# ---------------------------------------------------------------- digits


@functools.cache
def digits():
    """Return scikit-learn's digits, pixels 0 to 1 `(1797, 64)`, and their labels `(1797,)`.

    They are shuffled, always in the same way: the first 1,500 are learned from.
    """
    import torch
    from sklearn.datasets import load_digits

    data = load_digits()
    order = torch.randperm(len(data.data), generator=torch.Generator().manual_seed(0))
    return torch.tensor(data.data / 16, dtype=torch.float32)[order], torch.tensor(data.target)[
        order
    ]


def autoencoder(hidden: int, seed: int):
    """Return two networks: 64 pixels → hidden → half of it → 2 numbers, and all the way back."""
    import torch

    def chain(*sizes):
        first, second, third = (torch.nn.Linear(*pair) for pair in itertools.pairwise(sizes))
        return torch.nn.Sequential(first, torch.nn.GELU(), second, torch.nn.GELU(), third)

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        encoder = chain(64, hidden, hidden // 2, 2)
        decoder = chain(2, hidden // 2, hidden, 64)
    return encoder, decoder


def squeezed(hidden: int, epochs: int, seed: int) -> Iterator[tuple]:
    """Train an autoencoder to rebuild digits from two numbers each; labels are never seen.

    Yields:
        Epoch, encoder, decoder.
    """
    import torch

    x = digits()[0][:TRAINING]
    encoder, decoder = autoencoder(hidden, seed)
    weights = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.Adam(weights, lr=0.02, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    chance = torch.Generator().manual_seed(seed)
    for epoch in range(epochs + 1):
        yield epoch, encoder, decoder
        if epoch == epochs:
            return
        for batch in torch.randperm(len(x), generator=chance).split(BATCH):
            seen = x[batch]
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(decoder(encoder(seen)), seen).backward()
            optimizer.step()
        schedule.step()


@trained(steps="epochs")
def compressed(hidden: int, epochs: int, seed: int, shown: int, which: tuple[int, ...]):
    """Watch the training: errors, the two numbers of some digits, and how some are rebuilt.

    Of the latter two the rows hold tensors, `(shown, 2)` and `(which, 64)`.

    Args:
        hidden: units.
        epochs: rounds.
        seed: of the chance.
        shown: how many of the first digits are mapped.
        which: the digits that are rebuilt.
    """
    import torch

    x, _labels = digits()
    for epoch, encoder, decoder in squeezed(hidden, epochs, seed):
        with torch.inference_mode():
            code = encoder(x)
            error = ((decoder(code) - x) ** 2).mean(1)
            rebuilt = decoder(code[list(which)])
        yield {
            "step": epoch,
            "train": error[:TRAINING].mean().item(),
            "test": error[TRAINING:].mean().item(),
            "code": code[:shown],
            "rebuilt": rebuilt,
        }
