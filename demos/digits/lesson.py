"""The lesson: what comes out of a network for digits, and how wrong it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def read(network: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    """Return what comes out of a network for what it sees, `(1, 28, 28)`: ten logits, or one."""
    import torch

    with torch.inference_mode():
        return network(x[None])[0]


def express(logits: torch.Tensor, output: str = "softmax") -> torch.Tensor:
    """Return logits `(10,)` as they are, the sigmoid of each, or their softmax."""
    if output == "sigmoid":  # each digit for itself: is it this one, yes or no?
        return logits.sigmoid()  # 1 / (1 + exp(−z))
    if output == "softmax":  # all digits together: which one is it?
        return logits.softmax(dim=0)  # exp(z) / exp(z).sum(), without overflow
    return logits


def binary_losses(z: torch.Tensor) -> tuple[float, float]:
    """Return the binary cross-entropy of one logit, `()`: if it is no 0, and if it is one."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    truth = torch.tensor([0.0, 1.0], dtype=z.dtype)
    # −ln(1 − σ(z)), and −ln σ(z)
    no, yes = binary_cross_entropy_with_logits(z.expand(2), truth, reduction="none").tolist()
    return no, yes


def squared_errors(number: torch.Tensor) -> torch.Tensor:
    """Return the squared error of one number, `()`, for each of the ten digits it may be."""
    import torch

    return (number - torch.arange(10)) ** 2


def cross_entropies(logits: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of logits `(10,)` for each of the ten digits it may be."""
    import torch
    from torch.nn.functional import cross_entropy

    # −ln softmax(z)[digit]: of a one-hot target, all other terms are 0.
    return cross_entropy(logits.expand(10, 10), torch.arange(10), reduction="none")


def ten_questions(logits: torch.Tensor) -> torch.Tensor:
    """Return the sum of ten binary cross-entropies for each of the ten digits it may be."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    one_hot = torch.eye(10, dtype=logits.dtype)
    losses = binary_cross_entropy_with_logits(logits.expand(10, 10), one_hot, reduction="none")
    return losses.sum(dim=1)


def mean_digit(probabilities: torch.Tensor) -> float:
    """Return the mean of the digits, each as often as it is likely, `(10,)`."""
    import torch

    return (probabilities * torch.arange(10)).sum().item()
