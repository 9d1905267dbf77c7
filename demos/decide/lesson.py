"""The lesson: from a line to a probability, from a table to a yes or no.

Pure functions that import torch inside, so that the source shown is complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from torch import Tensor

EPOCHS = 30
TRAIN, VALIDATION, TEST = 0, 1, 2


def line_and_sigmoid(x: Tensor, y: Tensor, rate: float, steps: int, asked: float) -> Iterator[dict]:
    """Train one neuron on one feature twice: as a line (MSE), and through the sigmoid (BCE).

    Args:
        x: the feature, standardised, (N,).
        y: 0 or 1, (N,).
        rate: of gradient descent.
        steps: their number.
        asked: the x of which the answers are wanted.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

    neurons = {name: torch.zeros(2, requires_grad=True) for name in ("mse", "bce")}
    for step in range(steps + 1):
        for name in neurons:
            weight, bias = neurons[name]
            z = weight * x + bias
            line = name == "mse"
            loss = mse_loss(z, y) if line else binary_cross_entropy_with_logits(z, y)
            limit = 0.5 if line else 0.0  # what counts as yes
            (gradient,) = torch.autograd.grad(loss, neurons[name])
            answer = weight * asked + bias
            yield {
                "step": step,
                "series": name,
                "loss": loss.item(),
                "weight": weight.item(),
                "bias": bias.item(),
                "accuracy": ((z >= limit).float() == y).float().mean().item(),
                "z": answer.item(),
                "p": (answer if line else torch.sigmoid(answer)).item(),
            }
            neurons[name] = (neurons[name] - rate * gradient).detach().requires_grad_()


def split(labels: np.ndarray, seed: int) -> np.ndarray:
    """Say of each row whether it is to train (0), to choose (1) or to test with (2): 60, 20, 20 %.

    Each part has as many yeses in a hundred as the whole.
    """
    import numpy as np
    from sklearn.model_selection import train_test_split

    everyone = np.arange(len(labels))
    rest, test = train_test_split(everyone, test_size=0.2, random_state=seed, stratify=labels)
    _, choose = train_test_split(rest, test_size=0.25, random_state=seed, stratify=labels[rest])
    part = np.zeros(len(labels), dtype=int)
    part[choose], part[test] = 1, 2
    return part


def as_numbers(rows: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Return rows as numbers, (N, D), and the names of the columns.

    A category becomes a column of 0 and 1 for each of its values; what is missing becomes NaN.
    """
    import pandas as pd

    numbers = pd.get_dummies(rows, dtype=float)
    return list(numbers.columns), numbers.to_numpy(float)


def standardised(numbers: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Return numbers with the mean 0 and the deviation 1, by those to train with, (N, D).

    What is missing becomes the median of those.
    """
    import numpy as np

    if np.isnan(numbers).any():
        numbers = np.where(np.isnan(numbers), np.nanmedian(numbers[train], axis=0), numbers)
        numbers = np.nan_to_num(numbers)  # a column that nobody of those has
    known = numbers[train]
    deviation = known.std(axis=0)
    scaled = (numbers - known.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    return scaled.astype(np.float32)


def network(inputs: int, hidden: Sequence[int]) -> Any:
    """Return one neuron, or a network with hidden layers of so many neurons."""
    from torch import nn

    layers: list[nn.Module] = []
    for neurons in hidden:
        layers += [nn.Linear(inputs, neurons), nn.ReLU()]
        inputs = neurons
    return nn.Sequential(*layers, nn.Linear(inputs, 1))


def fit(
    x: np.ndarray, y: np.ndarray, part: np.ndarray, hidden: Sequence[int], seed: int
) -> Iterator[dict]:
    """Train one neuron, or a network, on the binary cross-entropy.

    Args:
        x: rows as numbers, (N, D).
        y: 0 or 1, (N,).
        part: of each row, 0 to train, 1 to choose, 2 to test with.
        hidden: neurons of the hidden layers; none: one neuron.
        seed: of the first weights and of the order of rows, where there is a network.

    Yields:
        step, loss and validation (cross-entropies), accuracy and validation_accuracy; of one neuron
        also weights, in the order of the columns, and bias. The last row has best, the step that is
        kept, and the logits of all rows at it.
    """
    import torch

    inputs, truth = torch.tensor(x), torch.tensor(y)
    train, choose = (torch.from_numpy((part == number).nonzero()[0]) for number in (0, 1))
    if hidden:
        yield from fit_network(inputs, truth.float(), train, choose, hidden, seed)
    else:
        yield from fit_neuron(inputs.double(), truth.double(), train, choose)


def newton(inputs: Tensor, truth: Tensor) -> Iterator[Tensor]:
    """Yield weights and bias, (D + 1,), of one neuron on their way to the minimum.

    Newton's method: each step goes to the minimum of the parabola that has the slope and the
    curvature of the loss here. The weights are pulled to 0 as in scikit-learn's LogisticRegression,
    so that both have the same minimum.
    """
    import torch

    inputs = torch.cat([inputs, torch.ones(len(inputs), 1).to(inputs)], dim=1)
    weights, pull = torch.zeros(inputs.shape[1]).to(inputs), torch.eye(inputs.shape[1]).to(inputs)
    pull[-1, -1] = 1e-9  # not the bias
    for _step in range(25):
        yield weights
        p = torch.sigmoid(inputs @ weights)
        slope = inputs.T @ (p - truth) + pull @ weights
        curvature = (inputs * (p * (1 - p))[:, None]).T @ inputs + pull
        step = torch.linalg.solve(curvature, slope)
        weights = weights - step
        if step.abs().max() < 1e-6:
            break
    yield weights


def told_of(z: Tensor, truth: Tensor, train: Tensor, choose: Tensor) -> dict[str, float]:
    """Return how well logits do on the rows to train and to choose with."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    row = {}
    for rows, loss, accuracy in (
        (train, "loss", "accuracy"),
        (choose, "validation", "validation_accuracy"),
    ):
        some, answers = z[rows], truth[rows]
        row[loss] = binary_cross_entropy_with_logits(some, answers).item()
        row[accuracy] = ((some > 0) == (answers > 0.5)).float().mean().item()
    return row


def fit_neuron(inputs: Tensor, truth: Tensor, train: Tensor, choose: Tensor) -> Iterator[dict]:
    """Train one neuron, from no weights to the minimum; see `fit`."""
    row: dict = {}
    for step, weights in enumerate(newton(inputs[train], truth[train])):
        if row:
            yield row
        z = inputs @ weights[:-1] + weights[-1]
        row = {"step": step, **told_of(z, truth, train, choose)}
        row |= {"weights": weights[:-1].tolist(), "bias": weights[-1].item()}
    yield {**row, "logits": z.tolist(), "best": step}


def fit_network(
    inputs: Tensor,
    truth: Tensor,
    train: Tensor,
    choose: Tensor,
    hidden: Sequence[int],
    seed: int,
) -> Iterator[dict]:
    """Train a network with Adam, a tenth of the rows at a time; see `fit`.

    Kept is the epoch that is best on the rows to choose with.
    """
    import copy

    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    chance = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = network(inputs.shape[1], hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    slower = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, EPOCHS)
    batch = max(16, len(train) // 10)
    best, kept, best_epoch = float("inf"), model.state_dict(), 0
    for epoch in range(EPOCHS + 1):
        with torch.no_grad():
            row = {"step": epoch, **told_of(model(inputs)[:, 0], truth, train, choose)}
        if row["validation"] < best:
            best, best_epoch = row["validation"], epoch
            kept = copy.deepcopy(model.state_dict())
        if epoch == EPOCHS:
            model.load_state_dict(kept)
            with torch.no_grad():
                yield {**row, "logits": model(inputs)[:, 0].tolist(), "best": best_epoch}
            return
        yield row
        order = torch.randperm(len(train), generator=chance)
        for rows in train[order].split(batch):
            loss = binary_cross_entropy_with_logits(model(inputs[rows])[:, 0], truth[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        slower.step()


def accuracy_of_split(numbers: np.ndarray, labels: np.ndarray, seed: int) -> float:
    """Return how often one neuron is right on the test rows, trained on all others."""
    import torch

    others = split(labels, seed) != TEST
    x = torch.from_numpy(standardised(numbers, others)).double()
    *_steps, weights = newton(x[others], torch.tensor(labels[others]).double())
    z = x[~others] @ weights[:-1] + weights[-1]
    return ((z > 0).numpy() == (labels[~others] > 0)).mean().item()


def best_temperature(logits: Sequence[float], labels: Sequence[int]) -> float:
    """Return the T that makes the probabilities σ(z / T) most likely (Guo et al., 2017)."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    z, y = torch.tensor(logits), torch.tensor(labels).float()
    candidates = torch.logspace(-0.7, 0.7, 141)
    losses = [binary_cross_entropy_with_logits(z / t, y) for t in candidates]
    return round(candidates[torch.stack(losses).argmin()].item(), 2)


def label_and_loss(task: str, things: Sequence[bool], logits: Sequence[float]) -> dict[str, Any]:
    """Say a picture's label in the way of a task, what the outputs become, and their loss.

    Args:
        task: "one" (is there a tree?), "which" (one of three) or "several" (each of three).
        things: whether tree, house and road are there.
        logits: the outputs for tree, house and road.

    Returns:
        label (None where it cannot be said), outputs, losses, loss, gradient (∂L/∂z).

    Raises:
        ValueError: if there is no such task.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

    z = torch.tensor(logits[:1] if task == "one" else logits, requires_grad=True)
    there = torch.tensor([float(thing) for thing in things])
    if task == "which":
        outputs = torch.softmax(z, dim=0)
        if sum(things) != 1:
            return {"label": None, "outputs": outputs.tolist(), "losses": [], "loss": None}
        label: Any = there.argmax()
        losses = cross_entropy(z, label)[None]
        label = int(label)
    elif task in ("one", "several"):
        outputs = torch.sigmoid(z)
        label = there[: len(z)]
        losses = binary_cross_entropy_with_logits(z, label, reduction="none")
        label = [int(one) for one in label]
    else:
        raise ValueError("task must be one of: one, which, several.")
    loss = losses.mean()
    (gradient,) = torch.autograd.grad(loss, z)
    return {
        "label": label,
        "outputs": outputs.tolist(),
        "losses": losses.tolist(),
        "loss": loss.item(),
        "gradient": gradient.tolist(),
    }
