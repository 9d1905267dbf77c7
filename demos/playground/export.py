"""A playground's network and its training as a PyTorch script that stands alone."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from demos.playground.settings import Settings

_FEATURES = {
    "x": "x",
    "y": "y",
    "x²": "x * x",
    "y²": "y * y",
    "xy": "x * y",
    "sin x": "x.sin()",
    "sin y": "y.sin()",
}
_ACTIVATIONS = {
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "sigmoid": "nn.Sigmoid()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    "linear": "nn.Identity()",
}
_OPTIMIZERS = {
    "sgd": "SGD(groups, lr=LEARNING_RATE)",
    "momentum": "SGD(groups, lr=LEARNING_RATE, momentum=0.9)",
    "nesterov": "SGD(groups, lr=LEARNING_RATE, momentum=0.9, nesterov=True)",
    "adagrad": "Adagrad(groups, lr=LEARNING_RATE)",
    "rmsprop": "RMSprop(groups, lr=LEARNING_RATE)",
    "adam": "Adam(groups, lr=LEARNING_RATE)",
    "adamw": "AdamW(groups, lr=LEARNING_RATE)",
}

_SCRIPT = '''"""A network of the playground, trained in plain PyTorch. Needs: pip install torch

It follows the playground's own run: same points, first weights and order of the examples.{dropout}
"""

import torch
from torch import nn

EPOCHS = {epochs}
BATCH_SIZE = {batch_size}
LEARNING_RATE = {learning_rate!r}
L1 = {l1!r}
L2 = {l2!r}

# x, y, label
TRAIN = torch.tensor({train})
TEST = torch.tensor({test})

# The first weights, in the order of network.state_dict().
FIRST = {first}


def features(points):
    """The inputs of the network (N, {count}) from places (N, 2)."""
    x, y = points[:, 0], points[:, 1]
    return torch.stack([{features}], dim=1)


network = nn.Sequential(
{layers}
)


def load_first_weights():
    numbers = torch.tensor(FIRST)
    for name, tensor in network.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            tensor.copy_(numbers[: tensor.numel()].view_as(tensor))
            numbers = numbers[tensor.numel() :]


def loss_of(score, label):
    """The {loss_name}; score is what the last neuron has before its sigmoid."""
    return {loss}


@torch.no_grad()
def evaluate(points):
    """Loss and accuracy."""
    if not len(points):
        return float("nan"), float("nan")
    network.eval()
    score, label = network(features(points[:, :2]))[:, 0], points[:, 2]
    network.train()
    right = (score > 0) == (label > 0)
    return loss_of(score, label).item(), right.float().mean().item()


load_first_weights()
linear = [layer for layer in network if isinstance(layer, nn.Linear)]
weights = [layer.weight for layer in linear]
others = [p for p in network.parameters() if all(p is not w for w in weights)]
# Biases are not pulled towards zero.
groups = [
    {{"params": weights, "weight_decay": L2}},
    {{"params": others, "weight_decay": 0.0}},
]
optimizer = torch.optim.{optimizer}
generator = torch.Generator().manual_seed({order_seed})

inputs, labels = features(TRAIN[:, :2]), TRAIN[:, 2]
for epoch in range(1, EPOCHS + 1):
    order = torch.randperm(len(TRAIN), generator=generator)
    for batch in order.split(BATCH_SIZE):{skip}
        optimizer.zero_grad()
        loss = loss_of(network(inputs[batch])[:, 0], labels[batch])
        if L1:
            loss = loss + L1 * sum(weight.abs().sum() for weight in weights)
        loss.backward()
        optimizer.step()
    if epoch == EPOCHS or epoch % max(1, EPOCHS // 10) == 0:
        train, test = evaluate(TRAIN), evaluate(TEST)
        print(
            f"epoch {{epoch}}: train loss {{train[0]:.6f}} accuracy {{train[1]:.3f}}, "
            f"test loss {{test[0]:.6f}} accuracy {{test[1]:.3f}}"
        )

# With the playground's "final" weights instead:
# from safetensors.torch import load_file
# network.load_state_dict(load_file("playground.safetensors"), strict=False)
'''


def script(settings: Settings, points: Sequence[dict], first: Any, epoch: int) -> str:
    """Return the script.

    Args:
        settings: checked.
        points: checked, with split.
        first: the first weights, flat.
        epoch: how many epochs those were trained.
    """
    sizes, layers = settings.sizes, []
    for number, (inputs, outputs) in enumerate(itertools.pairwise(sizes), 1):
        if number == len(sizes) - 1:
            layers.append(f"nn.Linear({inputs}, {outputs})")
            continue
        bias = ", bias=False" if settings.batch_norm else ""
        layers.append(f"nn.Linear({inputs}, {outputs}{bias})")
        if settings.batch_norm:
            layers.append(f"nn.BatchNorm1d({outputs})")
        layers += [_ACTIVATIONS[settings.activation], f"nn.Dropout({settings.dropout:g})"]
    if settings.loss == "mse":
        name, loss = "mean squared error of the probability", "(score.sigmoid() - label).square()"
        loss += ".mean()"
    else:
        name = "binary cross-entropy"
        loss = "nn.functional.binary_cross_entropy_with_logits(score, label)"
    return _SCRIPT.format(
        dropout="\nDropout draws masks of its own, so that the losses differ a little."
        * bool(settings.dropout),
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        l1=settings.l1,
        l2=settings.l2,
        train=_rows(points, "train"),
        test=_rows(points, "test"),
        first=_wrapped([repr(float(n)) for n in first.tolist()]),
        features=", ".join(_FEATURES[name] for name in settings.features),
        count=len(settings.features),
        layers="\n".join(f"    {layer}," for layer in layers),
        loss_name=name,
        loss=loss,
        optimizer=_OPTIMIZERS[settings.optimizer],
        order_seed=settings.seed + epoch,
        skip="\n        if len(batch) == 1:\n            continue  # one example has no variance"
        * settings.batch_norm,
    )


def _rows(points: Sequence[dict], split: str) -> str:
    rows = [f"[{p['x']!r}, {p['y']!r}, {p['label']}]" for p in points if p["split"] == split]
    return _wrapped(rows) if rows else "[]"


def _wrapped(items: Sequence[str]) -> str:
    lines = [""]
    for item in items:
        if len(lines[-1]) + len(item) > 90:
            lines.append("")
        lines[-1] += f" {item},"
    return "[\n" + "\n".join(f"   {line}" for line in lines) + "\n]"
