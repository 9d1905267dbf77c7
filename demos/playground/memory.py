"""The memory of networks: all weights in one block, and how they travel as text."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

from demos.playground.settings import Settings, whole_between
from models.sentences import refusal

Weights = dict[str, Any]


class Layout:
    """The memory of S networks of one shape: one block for all weights.

    `weights` is (S, L, n, 1 + n + 2): by layer, a row for each neuron with its bias, its weights,
    and with batch_norm γ and β. Unused corners stay 0. `statistics` holds, by hidden layer, the
    running mean and variance, (S, n, 2).
    """

    def __init__(self, sizes: Sequence[int], batch_norm: bool, networks: int) -> None:
        import torch

        self.sizes, self.batch_norm, self.networks = list(sizes), batch_norm, networks
        self.layers = len(sizes) - 1
        self.wide = max(sizes)
        self.columns = 1 + self.wide + 2 * batch_norm
        self.weights = torch.zeros(networks, self.layers, self.wide, self.columns)
        hidden = sizes[1:-1] if batch_norm else []
        self.statistics = [torch.tensor([0.0, 1.0]).repeat(networks, n, 1) for n in hidden]
        # Where in `weights` of one network the numbers of the flat order stand; −1: statistics.
        self.order: list[int] = []
        self.names: list[str] = []
        self.is_weight: list[bool] = []
        places: list[int] = []
        for layer in range(self.layers):
            rows, columns = sizes[layer + 1], sizes[layer]
            normal = batch_norm and layer < self.layers - 1
            blocks = [("weight", [1 + c for c in range(columns)])]
            blocks += (
                [("scale", [1 + self.wide]), ("shift", [2 + self.wide])]
                if normal
                else [("bias", [0])]
            )
            for kind, offsets in blocks:
                for row in range(rows):
                    for number, offset in enumerate(offsets):
                        place = (layer * self.wide + row) * self.columns + offset
                        places.append(place)
                        self.order.append(place)
                        suffix = f".{number}" if kind == "weight" else ""
                        self.names.append(f"{layer + 1}.{kind}.{row}{suffix}")
                        self.is_weight.append(kind == "weight")
            if normal:
                places += [-1] * (2 * rows)
        self.places = torch.tensor(places)

    def w(self, weights: Any) -> list[Any]:
        """Views by layer (S, n, 1 + n_in) of `weights` or its gradient."""
        return [
            weights[:, layer, : self.sizes[layer + 1], : 1 + self.sizes[layer]]
            for layer in range(self.layers)
        ]

    def norm(self, weights: Any, which: int) -> list[Any]:
        """Views by hidden layer (S, n, 1) of γ (which = 0) or β (1)."""
        column = 1 + self.wide + which
        return [
            weights[:, layer, : self.sizes[layer + 1], column : column + 1]
            for layer in range((self.layers - 1) * self.batch_norm)
        ]

    def load(self, flat: Any, network: int = 0) -> None:
        """Take the weights of one network from the flat order."""
        import torch

        own = self.places >= 0
        self.weights[network].view(-1)[self.places[own]] = flat[own]
        rest, start = flat[~own], 0
        for statistics in self.statistics:
            size = statistics.size(1)
            statistics[network] = torch.stack(
                [rest[start : start + size], rest[start + size : start + 2 * size]], 1
            )
            start += 2 * size

    def flat(self) -> Any:
        """Return all weights in the flat order, (S, P)."""
        import torch

        values = torch.empty(self.networks, len(self.places))
        own = self.places >= 0
        values[:, own] = self.weights.flatten(1)[:, self.places[own]]
        if self.statistics:
            values[:, ~own] = torch.cat([s.transpose(1, 2).flatten(1) for s in self.statistics], 1)
        return values


def initial_weights(settings: Settings) -> Any:
    """Draw the first weights, flat, in the order of the exported script's state_dict."""
    import torch

    chance = torch.Generator().manual_seed(settings.seed)
    parts, inputs = [], 1
    for name, shape in state_shapes(settings):
        if len(shape) == 2:
            outputs, inputs = shape
            bound = {
                "pytorch": 1 / math.sqrt(inputs),
                "xavier": math.sqrt(6 / (inputs + outputs)),
                "he": math.sqrt(6 / inputs),
                "uniform": 0.5,
                "zeros": 0.0,
            }[settings.initialisation]
            parts.append((torch.rand(shape, generator=chance) * 2 - 1) * bound)
        elif name.endswith(("running_var",)) or name.endswith("weight"):
            parts.append(torch.ones(shape))
        elif name.endswith("running_mean") or _is_shift(name, settings):
            parts.append(torch.zeros(shape))
        elif settings.initialisation == "pytorch":
            parts.append((torch.rand(shape, generator=chance) * 2 - 1) / math.sqrt(inputs))
        else:
            value = 0.1 if settings.initialisation == "uniform" else 0.0
            parts.append(torch.full(shape, value))
    return torch.cat([part.flatten() for part in parts])


def _is_shift(name: str, settings: Settings) -> bool:
    """Whether this is β: a bias of batch normalisation, not of a linear layer."""
    shapes = dict(state_shapes(settings))
    return name.endswith("bias") and len(shapes[name.replace("bias", "weight")]) == 1


def inputs(points: Any, features: Sequence[str]) -> Any:
    """Return the chosen features (F, N) of places (N, 2)."""
    import torch

    x, y = points[:, 0], points[:, 1]
    values = {
        "x": x, "y": y, "x²": x * x, "y²": y * y, "xy": x * y, "sin x": x.sin(), "sin y": y.sin()
    }  # fmt: skip
    return torch.stack([values[name] for name in features])


def state_shapes(settings: Settings) -> list[tuple[str, tuple[int, ...]]]:
    """Names and shapes of the exported script's nn.Sequential, in the order of its state_dict."""
    shapes: list[tuple[str, tuple[int, ...]]] = []
    sizes, index = settings.sizes, 0
    for layer in range(len(sizes) - 1):
        last = layer == len(sizes) - 2
        normal = settings.batch_norm and not last
        shapes.append((f"{index}.weight", (sizes[layer + 1], sizes[layer])))
        if not normal:
            shapes.append((f"{index}.bias", (sizes[layer + 1],)))
        else:
            shapes += [
                (f"{index + 1}.{name}", (sizes[layer + 1],))
                for name in ("weight", "bias", "running_mean", "running_var")
            ]
        # Linear, [BatchNorm1d,] activation, Dropout: those without weights count too.
        index += 3 + normal
    return shapes


def written(settings: Settings, flat: Any, epoch: int) -> Weights:
    """Return weights as they travel: a History's `final`, which `check_weights` reads."""
    return {
        "features": list(settings.features),
        "hidden": list(settings.hidden),
        "batch_norm": settings.batch_norm,
        "epoch": epoch,
        "values": base64.b64encode(flat.contiguous().numpy().tobytes()).decode(),
    }


def check_weights(weights: Any, settings: Settings) -> tuple[Any, int]:
    """Return given weights as a flat tensor, and their epoch.

    Raises:
        ValueError: saying what is wrong with them.
    """
    import torch

    if not isinstance(weights, Mapping):
        raise refusal("weights must be the final weights of a run.")
    same = (
        _listed(weights.get("hidden")) == list(settings.hidden)
        and _listed(weights.get("features")) == list(settings.features)
        and weights.get("batch_norm") is settings.batch_norm
    )
    if not same:
        raise refusal("weights must be those of a network of the same shape.")
    epoch, values = weights.get("epoch"), weights.get("values")
    if not whole_between(epoch, 0, 1_000_000):
        raise refusal("weights must count 0 to 1,000,000 epochs.")
    size = sum(math.prod(shape) for _, shape in state_shapes(settings))
    length = 4 * math.ceil(4 * size / 3)
    if not isinstance(values, str) or not len(values) <= length + 4:
        raise refusal("weights must hold {size} numbers.", size=size)
    try:
        content = base64.b64decode(values, validate=True)
    except ValueError:
        raise refusal("weights must hold float32 numbers in base64.") from None
    if len(content) != 4 * size:
        raise refusal("weights must hold {size} numbers.", size=size)
    flat = torch.frombuffer(bytearray(content), dtype=torch.float32)
    if not bool((flat.abs() <= 1e6).all()):
        raise refusal("weights must be finite and between −1,000,000 and 1,000,000.")
    start = 0
    for name, shape in state_shapes(settings):
        part = flat[start : start + math.prod(shape)]
        if name.endswith("running_var") and bool((part < 0).any()):
            raise refusal("weights must not hold a negative variance.")
        start += math.prod(shape)
    return flat, int(epoch)


def _listed(value: Any) -> list | None:
    return list(value) if isinstance(value, (list, tuple)) else None
