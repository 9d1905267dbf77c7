"""The lesson: pictures are numbers, and a filter reads them.

Import torch inside: the app starts without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's colours


def read(x: Tensor, operation: str) -> Tensor:
    """Return what a line of code makes of a picture `(3, H, W)` of bytes."""
    import torch

    if operation == "batch":
        return x[None]
    if operation == "pair":
        return torch.stack([x, x.flip(-1)])
    if operation == "float":
        return x / 255
    if operation == "normalise":
        mean, deviation = (torch.tensor(one)[:, None, None] for one in (MEAN, DEVIATION))
        return (x / 255 - mean) / deviation
    if operation == "mirror":
        return x.flip(-1)
    if operation == "upside_down":
        return x.flip(-2)
    if operation == "colours":
        return x.flip(-3)
    if operation == "channels_last":
        return x.permute(1, 2, 0)
    if operation == "turned":
        return x.permute(0, 2, 1)
    if operation == "wrong":
        return x.reshape(x.shape[1], x.shape[2], 3)
    return x


def out_size(size: int, k: int, room: int, stride: int, dilation: int) -> int:
    """Return how many places a filter finds along a side; 0 if it does not fit."""
    return max(0, (size + 2 * room - dilation * (k - 1) - 1) // stride + 1)


def margin(k: int, padding: str, dilation: int) -> int:
    """Return how many pixels are laid around a picture: so many that it keeps its size."""
    return 0 if padding == "none" else dilation * (k - 1) // 2


def convolve(
    x: Tensor, weight: Tensor, padding: str = "none", stride: int = 1, dilation: int = 1
) -> Tensor:
    """Slide filters over a picture.

    Args:
        x: `(N, in, H, W)`.
        weight: `(out, in, k, k)`, k odd.
        padding: "none", "zeros" or "reflect", by so much that with stride 1 the size stays.
        stride: how far the filter moves at a time [px].
        dilation: how far apart the pixels are that it reads.

    Returns:
        `(N, out, H', W')` with H' = (H + 2p − dilation·(k − 1) − 1) // stride + 1.
    """
    from torch.nn import functional

    room = margin(weight.shape[-1], padding, dilation)
    if room:
        mode = "reflect" if padding == "reflect" else "constant"
        x = functional.pad(x, [room] * 4, mode=mode)
    return functional.conv2d(x, weight, stride=stride, dilation=dilation)


def shifted(x: Tensor, pixels: int) -> Tensor:
    """Return a picture moved to the right; at the left its first column is repeated."""
    from torch.nn import functional

    if not pixels:
        return x
    return functional.pad(x, [pixels, 0, 0, 0], mode="replicate")[..., : x.shape[-1]]


def pool(x: Tensor, kind: str, window: int, stride: int) -> tuple[Tensor, Tensor]:
    """Shrink a picture `(1, 1, H, W)`: of each window the largest number, or the mean.

    Returns:
        The smaller picture, and what `backward` gives each pixel if every number of the smaller
        picture gets a gradient of 1: in max pooling the winners alone, else all the same share.
    """
    import torch
    from torch.nn import functional

    with torch.inference_mode(False), torch.enable_grad():
        x = x.clone().requires_grad_()
        reduce = functional.max_pool2d if kind == "max" else functional.avg_pool2d
        y = reduce(x, window, stride)
        y.backward(torch.ones_like(y))
    return y.detach(), x.grad


def as_matrix(kernel: Tensor, side: int, padding: str = "none", stride: int = 1) -> Tensor:
    """Return the matrix of a dense layer that does what a filter `(k, k)` does.

    Each column is what the filter makes of a picture with a single 1.

    Returns:
        `(out · out, side · side)`.
    """
    import torch

    ones = torch.eye(side * side).reshape(-1, 1, side, side)
    return convolve(ones, kernel[None, None], padding, stride).flatten(1).T


def learn(
    x: Tensor,
    target: Tensor,
    filters: int = 1,
    optimizer: str = "adam",
    learning_rate: float = 0.1,
    steps: int = 150,
    seed: int = 0,
) -> Iterator[dict]:
    """Find filters by gradient descent: from random numbers to what makes the target of a picture.

    Args:
        x: a picture `(1, 1, H, W)`, its mean 0.
        target: what is to come out, `(1, 1, H - 2, W - 2)`.
        filters: 1: a filter alone. More: each with a ReLU, and a weight with which it counts.
        optimizer: "adam" or "sgd".
        learning_rate: its step.
        steps: number of updates.
        seed: of the random numbers.

    Yields:
        A row per step: step, loss, kernels `(filters, 3, 3)`, mix (how each counts), picture (what
        comes out).
    """
    import torch
    from torch.nn import functional

    chance = torch.Generator().manual_seed(seed)
    w = torch.randn(filters, 1, 3, 3, generator=chance).mul_(0.5).requires_grad_()
    mix = torch.randn(1, filters, 1, 1, generator=chance).mul_(0.5).requires_grad_()
    learned = [w] if filters == 1 else [w, mix]
    kinds = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
    descent = kinds[optimizer](learned, lr=learning_rate)
    for step in range(steps + 1):
        y = functional.conv2d(x, w)
        if filters > 1:
            y = functional.conv2d(functional.relu(y), mix)
        loss = functional.mse_loss(y, target)
        yield {
            "step": step,
            "loss": loss.item(),
            "kernels": w[:, 0].tolist(),
            "mix": [1.0] if filters == 1 else mix.flatten().tolist(),
            "picture": y.detach(),
        }
        descent.zero_grad()
        loss.backward()
        descent.step()
