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

EPOCHS, NEURON_STEPS = 30, 150
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

    losses = {"mse": mse_loss, "bce": binary_cross_entropy_with_logits}
    neurons = {name: torch.zeros(2, requires_grad=True) for name in losses}
    for step in range(steps + 1):
        for name, loss_of in losses.items():
            weight, bias = neurons[name]
            z = weight * x + bias
            loss = loss_of(z, y)
            limit = 0.5 if name == "mse" else 0.0  # what counts as yes
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
                "p": (answer if name == "mse" else torch.sigmoid(answer)).item(),
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


def as_numbers(rows: pd.DataFrame, train: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Return rows as numbers of about the same size, and the names of the columns.

    A category becomes a column of 0 and 1 for each of its values. What is missing becomes the
    median, and every column gets the mean 0 and the deviation 1: of those to train with.
    """
    import numpy as np
    import pandas as pd

    numbers = pd.get_dummies(rows, dtype=float)
    known = numbers[train]
    numbers = numbers.fillna(known.median()).fillna(0.0)
    known = numbers[train]
    scaled = (numbers - known.mean()) / known.std(ddof=0).replace(0.0, 1.0)
    return list(numbers.columns), scaled.to_numpy(np.float32)


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
    """Train with Adam on the binary cross-entropy; keep the epoch that is best on validation rows.

    One neuron sees all rows at each step, and is pulled to 0 as scikit-learn's LogisticRegression
    is, so that both have the same minimum. A network sees a tenth of the rows at a time.

    Args:
        x: rows as numbers, (N, D).
        y: 0 or 1, (N,).
        part: of each row, 0 to train, 1 to choose, 2 to test with.
        hidden: neurons of the hidden layers; none: one neuron.
        seed: of the first weights and of the order of rows.

    Yields:
        step, loss and validation (cross-entropies), accuracy and validation_accuracy; of one neuron
        also weights, in the order of the columns, and bias. The last row has logits, of all rows.
    """
    import copy

    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    inputs, truth = torch.from_numpy(x), torch.tensor(y).float()
    train, choose = (torch.from_numpy((part == number).nonzero()[0]) for number in (0, 1))
    chance = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = network(x.shape[1], hidden)
    if not hidden:
        torch.nn.init.zeros_(model[0].weight)
        torch.nn.init.zeros_(model[0].bias)
    epochs, batch = (30, max(16, len(train) // 10)) if hidden else (150, len(train))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02 if hidden else 0.3)
    slower = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, epochs)
    best, kept = float("inf"), None
    for epoch in range(epochs + 1):
        with torch.no_grad():
            z = model(inputs)[:, 0]
        right = (z > 0) == (truth > 0.5)
        row = {
            "step": epoch,
            "loss": binary_cross_entropy_with_logits(z[train], truth[train]).item(),
            "validation": binary_cross_entropy_with_logits(z[choose], truth[choose]).item(),
            "accuracy": right[train].float().mean().item(),
            "validation_accuracy": right[choose].float().mean().item(),
        }
        if not hidden:
            row |= {"weights": model[0].weight[0].tolist(), "bias": model[0].bias.item()}
        if not hidden or row["validation"] < best:
            best, kept = row["validation"], copy.deepcopy(model.state_dict())
            best_epoch = epoch
        if epoch == epochs:
            model.load_state_dict(kept)
            with torch.no_grad():
                row |= {"logits": model(inputs)[:, 0].tolist(), "best": best_epoch}
        yield row
        if epoch == epochs:
            return
        order = train[torch.randperm(len(train), generator=chance)] if hidden else train
        for rows in order.split(batch):
            optimizer.zero_grad()
            loss = binary_cross_entropy_with_logits(model(inputs[rows])[:, 0], truth[rows])
            if not hidden:
                loss = loss + model[0].weight.square().sum() / (2 * len(train))
            loss.backward()
            optimizer.step()
        slower.step()


def neuron_at_minimum(x: np.ndarray, y: np.ndarray) -> Tensor:
    """Return weights and bias, (D + 1,), of one neuron at the minimum, by Newton's method."""
    import torch

    inputs = torch.cat([torch.from_numpy(x).double(), torch.ones(len(x), 1).double()], dim=1)
    truth, weights = torch.tensor(y).double(), torch.zeros(x.shape[1] + 1).double()
    pull = torch.eye(len(weights)).double()
    pull[-1, -1] = 1e-9  # not the bias
    for _step in range(25):
        p = torch.sigmoid(inputs @ weights)
        gradient = inputs.T @ (p - truth) + pull @ weights
        curvature = (inputs * (p * (1 - p))[:, None]).T @ inputs + pull
        step = torch.linalg.solve(curvature, gradient)
        weights = weights - step
        if step.abs().max() < 1e-6:
            break
    return weights


def accuracy_of_split(rows: pd.DataFrame, labels: np.ndarray, seed: int) -> float:
    """Return how often one neuron is right on the test rows, trained on all others."""
    import torch

    part = split(labels, seed)
    _names, x = as_numbers(rows, part != TEST)
    weights = neuron_at_minimum(x[part != TEST], labels[part != TEST])
    z = torch.from_numpy(x[part == TEST]).double() @ weights[:-1] + weights[-1]
    return ((z > 0).numpy() == (labels[part == TEST] > 0)).mean().item()


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
