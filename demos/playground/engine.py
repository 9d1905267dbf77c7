"""The playground's engine: trains small networks and returns the whole history of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from demos.frame.knobs import Number
from demos.playground.memory import (
    Layout,
    Weights,
    check_weights,
    initial_weights,
    state_shapes,
    written,
)
from demos.playground.recording import History, record
from demos.playground.settings import KNOBS, check_data, check_settings, check_work
from demos.playground.training import run
from models.sentences import refusal


def train(
    data: dict,
    hidden: Sequence[int] = (4, 2),
    activation: str = "tanh",
    features: Sequence[str] = ("x", "y"),
    loss: str = "bce",
    optimizer: str = "sgd",
    learning_rate: float = 0.03,
    batch_size: int = 10,
    epochs: int = 500,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float = 0.0,
    batch_norm: bool = False,
    initialisation: str = "pytorch",
    seed: int = 0,
    weights: Weights | None = None,
) -> History:
    """Train a network on points and return everything that happened.

    Args:
        data: what `data.make` returns; only its points are used.
        hidden: neurons of each hidden layer: 0 to 6 layers of 1 to 16.
        activation: of the hidden neurons, one of ACTIVATIONS. The output neuron is a sigmoid.
        features: some of FEATURES, at least one.
        loss: "bce", or "mse" of the probability.
        optimizer: one of OPTIMIZERS, with the defaults of torch.optim (momentum 0.9).
        learning_rate: 1e-6 to 10.
        batch_size: 1 to 1000; more than there are training points means all of them.
        epochs: 1 to MAX_EPOCHS, and no more than train in about MAX_SECONDS on one core.
        l1: 0 to 1. The penalty l1·Σ|w| is added to the loss that is minimised, not to the one that
            is shown. Biases are left out.
        l2: 0 to 1, likewise with l2/2·Σw² (the weight_decay of torch.optim; "adamw" decouples it).
        dropout: 0 to 0.9, the probability that a hidden neuron is left out of a step.
        batch_norm: normalise the hidden layers before the activation. Needs batch_size ≥ 2.
        initialisation: "pytorch" (nn.Linear's), "xavier", "he", "uniform" (the TensorFlow
            Playground's: −½ to ½, biases 0.1) or "zeros". Unused with `weights`.
        seed: of the initial weights, the order of the examples and dropout.
        weights: a History's `final`, to train on: hidden, features and batch_norm must be the same;
            everything else may differ. The optimizer starts afresh, epochs count on.

    Returns:
        A History, see history.py: at most 401 frames, the first before training. A run whose
        numbers overflow ends at the frame before; `diverged` and `note` say so.

    Raises:
        ValueError: naming the argument that is out of range; nothing is computed then.
    """
    settings = check_settings(
        hidden=hidden, activation=activation, features=features, loss=loss, optimizer=optimizer,
        learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, l1=l1, l2=l2,
        dropout=dropout, batch_norm=batch_norm, initialisation=initialisation, seed=seed,
    )  # fmt: skip
    points = check_data(data)
    check_work([settings], points)
    state = None if weights is None else check_weights(weights, settings)
    return run([settings], points, state)[0]


def compare(data: dict, settings: Sequence[Mapping[str, Any]]) -> list[History]:
    """Train up to four networks on the same points, side by side.

    Args:
        data: what `data.make` returns.
        settings: 1 to 4 mappings of arguments of `train`; hidden, features, epochs and seed must be
            the same in all. Those that also share activation, loss, optimizer, batch_size and
            batch_norm, and differ only in numbers or initialisation, are trained stacked: each
            operation of PyTorch then works on all of them.

    Returns:
        One History each, in the same order, with the same `epochs` unless a run diverged.

    Raises:
        ValueError: as `train`.
    """
    if not isinstance(settings, (list, tuple)) or not 1 <= len(settings) <= 4:
        raise refusal("settings must be a list of 1 to 4 settings.")
    checked = []
    for one in settings:
        if not isinstance(one, Mapping) or not set(one) <= {"hidden", *KNOBS}:
            raise refusal("settings must hold arguments of train by name.")
        checked.append(check_settings(**one))
    for name in ("hidden", "features", "epochs", "seed"):
        if len({getattr(one, name) for one in checked}) > 1:
            raise refusal("settings must share {name}.", name=name)
    points = check_data(data)
    check_work(checked, points)
    groups: dict[tuple, list[int]] = {}
    for index, one in enumerate(checked):
        alike = one.activation, one.loss, one.optimizer, one.batch_size, one.batch_norm
        groups.setdefault((*alike, one.dropout > 0), []).append(index)
    histories: list[History] = [{}] * len(checked)
    for group in groups.values():
        results = run([checked[index] for index in group], points, None)
        for index, result in zip(group, results, strict=True):
            histories[index] = result
    return histories


def evaluate(data: dict, weights: Weights, activation: str = "tanh", loss: str = "bce") -> History:
    """Show what given weights do, without training: a History of one frame.

    Raises:
        ValueError: naming the argument that is out of range.
    """
    if not isinstance(weights, Mapping):
        raise refusal("weights must be the final weights of a run.")
    settings = check_settings(
        hidden=weights.get("hidden"), features=weights.get("features"),
        batch_norm=weights.get("batch_norm"), activation=activation, loss=loss,
    )  # fmt: skip
    points = check_data(data)
    state = check_weights(weights, settings)
    memory = Layout(settings.sizes, settings.batch_norm, 1)
    memory.load(state[0])
    frames = memory.weights[None].clone(), [s[None].clone() for s in memory.statistics]
    return record(settings, points, frames, [state[1]], 0.0)


def set_weight(weights: Weights, name: str, value: float) -> Weights:
    """Return weights with one number changed; `name` as in a History's `names`.

    Raises:
        ValueError: naming the argument that is out of range.
    """
    import torch

    if not isinstance(weights, Mapping):
        raise refusal("weights must be the final weights of a run.")
    settings = check_settings(
        hidden=weights.get("hidden"), features=weights.get("features"),
        batch_norm=weights.get("batch_norm"),
    )  # fmt: skip
    flat, epoch = check_weights(weights, settings)
    layout = Layout(settings.sizes, settings.batch_norm, 1)
    value = Number(-1000, 1000).check(value, "value")
    if not isinstance(name, str) or name not in layout.names:
        first, last = layout.names[0], layout.names[-1]
        raise refusal("name must be one from {first} to {last}.", first=first, last=last)
    layout.load(flat)
    layout.weights.view(-1)[layout.order[layout.names.index(name)]] = value
    with torch.inference_mode():
        return written(settings, layout.flat()[0], epoch)


def state_dict(weights: Weights) -> dict[str, Any]:
    """Return weights as tensors under the names that the exported script's network gives them."""
    if not isinstance(weights, Mapping):
        raise refusal("weights must be the final weights of a run.")
    settings = check_settings(
        hidden=weights.get("hidden"), features=weights.get("features"),
        batch_norm=weights.get("batch_norm"),
    )  # fmt: skip
    flat, _epoch = check_weights(weights, settings)
    tensors, start = {}, 0
    for name, shape in state_shapes(settings):
        size = math.prod(shape)
        tensors[name] = flat[start : start + size].reshape(shape).clone()
        start += size
    return tensors


def to_safetensors(weights: Weights) -> bytes:
    """Return the weights as a safetensors file for the network of the exported script.

    Raises:
        ValueError: naming what is wrong with the weights.
    """
    from safetensors.torch import save

    return save(state_dict(weights))


def export_script(data: dict, settings: Mapping[str, Any], weights: Weights | None = None) -> str:
    """Return a stand-alone PyTorch script that trains the same network on the same points.

    It prints the same losses as `train(data, **settings, weights=weights)`, to rounding; with
    dropout it draws its own masks.

    Raises:
        ValueError: as `train`.
    """
    from demos.playground import export

    if not isinstance(settings, Mapping) or not set(settings) <= {"hidden", *KNOBS}:
        raise refusal("settings must hold arguments of train by name.")
    checked = check_settings(**settings)
    points = check_data(data)
    state = None if weights is None else check_weights(weights, checked)
    flat, epoch = state or (initial_weights(checked), 0)
    return export.script(checked, points, flat, epoch)
