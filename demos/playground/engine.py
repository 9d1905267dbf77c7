"""The playground's engine: trains small networks and returns the whole history of it."""

from __future__ import annotations

import base64
import contextlib
import functools
import math
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demos.checks import SomeOf, check
from demos.playground import history as pack
from demos.playground.data import EXTENT, MAX_POINTS

FEATURES = ["x", "y", "x²", "y²", "xy", "sin x", "sin y"]
ACTIVATIONS = ["tanh", "relu", "sigmoid", "leaky_relu", "elu", "linear"]
LOSSES = ["bce", "mse"]
OPTIMIZERS = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
INITIALISATIONS = ["pytorch", "xavier", "he", "uniform", "zeros"]
MAX_LAYERS, MAX_NEURONS = 6, 16
MAX_EPOCHS = 10_000
MAX_SECONDS = 5.0  # of training, on one core
FRAMES = 400
GRID = 50
HIDDEN_GRID = 20
MANY = 8  # networks: from here on arithmetic costs more than calling it

History = dict[str, Any]
Weights = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """The checked arguments of `train`."""

    hidden: tuple[int, ...]
    activation: str
    features: tuple[str, ...]
    loss: str
    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    l1: float
    l2: float
    dropout: float
    batch_norm: bool
    initialisation: str
    seed: int

    @property
    def sizes(self) -> list[int]:
        """Neurons by layer, inputs first."""
        return [len(self.features), *self.hidden, 1]


BOUNDS = {
    "activation": ACTIVATIONS,
    "features": SomeOf(FEATURES),
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "learning_rate": (1e-6, 10.0),
    "batch_size": (1, MAX_POINTS),
    "epochs": (1, MAX_EPOCHS),
    "l1": (0.0, 1.0),
    "l2": (0.0, 1.0),
    "dropout": (0.0, 0.9),
    "batch_norm": bool,
    "initialisation": INITIALISATIONS,
    "seed": (0, 2**31 - 1),
}


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
    return _run([settings], points, state)[0]


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
        raise ValueError("settings must be a list of 1 to 4 settings.")
    checked = []
    for one in settings:
        if not isinstance(one, Mapping) or not set(one) <= {"hidden", *BOUNDS}:
            raise ValueError("settings must hold arguments of train by name.")
        checked.append(check_settings(**one))
    for name in ("hidden", "features", "epochs", "seed"):
        if len({getattr(one, name) for one in checked}) > 1:
            raise ValueError(f"settings must share {name}.")
    points = check_data(data)
    check_work(checked, points)
    groups: dict[tuple, list[int]] = {}
    for index, one in enumerate(checked):
        alike = one.activation, one.loss, one.optimizer, one.batch_size, one.batch_norm
        groups.setdefault((*alike, one.dropout > 0), []).append(index)
    histories: list[History] = [{}] * len(checked)
    for group in groups.values():
        results = _run([checked[index] for index in group], points, None)
        for index, result in zip(group, results, strict=True):
            histories[index] = result
    return histories


def evaluate(data: dict, weights: Weights, activation: str = "tanh", loss: str = "bce") -> History:
    """Show what given weights do, without training: a History of one frame.

    Raises:
        ValueError: naming the argument that is out of range.
    """
    if not isinstance(weights, Mapping):
        raise ValueError("weights must be the final weights of a run.")
    settings = check_settings(
        hidden=weights.get("hidden"), features=weights.get("features"),
        batch_norm=weights.get("batch_norm"), activation=activation, loss=loss,
    )  # fmt: skip
    points = check_data(data)
    state = check_weights(weights, settings)
    memory = Layout(settings.sizes, settings.batch_norm, 1)
    memory.load(state[0])
    frames = memory.weights[None].clone(), [s[None].clone() for s in memory.statistics]
    return _histories([settings], points, frames, [state[1]], [0.0])[0]


def set_weight(weights: Weights, name: str, value: float) -> Weights:
    """Return weights with one number changed; `name` as in a History's `names`.

    Raises:
        ValueError: naming the argument that is out of range.
    """
    import torch

    if not isinstance(weights, Mapping):
        raise ValueError("weights must be the final weights of a run.")
    settings = check_settings(
        hidden=weights.get("hidden"), features=weights.get("features"),
        batch_norm=weights.get("batch_norm"),
    )  # fmt: skip
    flat, epoch = check_weights(weights, settings)
    layout = Layout(settings.sizes, settings.batch_norm, 1)
    value = check("value", value, (-1000.0, 1000.0))
    if not isinstance(name, str) or name not in layout.names:
        raise ValueError(f"name must be one of: {', '.join(layout.names)}.")
    layout.load(flat)
    layout.weights.view(-1)[layout.order[layout.names.index(name)]] = value
    with torch.inference_mode():
        return _final(settings, layout.flat()[0], epoch)


def state_dict(weights: Weights) -> dict[str, Any]:
    """Return weights as tensors under the names that the exported script's network gives them."""
    if not isinstance(weights, Mapping):
        raise ValueError("weights must be the final weights of a run.")
    settings = check_settings(
        hidden=weights.get("hidden"), features=weights.get("features"),
        batch_norm=weights.get("batch_norm"),
    )  # fmt: skip
    flat, _ = check_weights(weights, settings)
    tensors, start = {}, 0
    for name, shape in _state_shapes(settings):
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

    if not isinstance(settings, Mapping) or not set(settings) <= {"hidden", *BOUNDS}:
        raise ValueError("settings must hold arguments of train by name.")
    checked = check_settings(**settings)
    points = check_data(data)
    state = None if weights is None else check_weights(weights, checked)
    flat, epoch = state or (initial_weights(checked), 0)
    return export.script(checked, points, flat, epoch)


# ---------------------------------------------------------------- guards


def check_settings(hidden: Any = (4, 2), **arguments: Any) -> Settings:
    """Return the arguments of `train` as Settings; those left out have its defaults.

    Raises:
        ValueError: naming the argument and what it allows.
    """
    good = isinstance(hidden, (list, tuple)) and len(hidden) <= MAX_LAYERS
    if not good or not all(_whole(n) and 1 <= n <= MAX_NEURONS for n in hidden):
        raise ValueError(
            f"hidden must be a list of 0 to {MAX_LAYERS} whole numbers from 1 to {MAX_NEURONS}."
        )
    values = {**DEFAULTS, **arguments}
    values = {name: check(name, values[name], bound) for name, bound in BOUNDS.items()}
    values["features"] = tuple(values["features"])
    if values["batch_norm"] and values["batch_size"] < 2:
        raise ValueError("batch_size must be at least 2 with batch_norm.")
    return Settings(hidden=tuple(int(n) for n in hidden), **values)


DEFAULTS = {
    "activation": "tanh",
    "features": ("x", "y"),
    "loss": "bce",
    "optimizer": "sgd",
    "learning_rate": 0.03,
    "batch_size": 10,
    "epochs": 500,
    "l1": 0.0,
    "l2": 0.0,
    "dropout": 0.0,
    "batch_norm": False,
    "initialisation": "pytorch",
    "seed": 0,
}


def _whole(value: Any) -> bool:
    return _whole_between(value, -1e9, 1e9)


def check_data(data: Any) -> list[dict]:
    """Return the points of a data set.

    Raises:
        ValueError: saying which point is wrong.
    """
    from demos.playground.data import check_points

    if not isinstance(data, Mapping):
        raise ValueError("data must hold points.")
    points = check_points(data.get("points"))
    for number, (point, given) in enumerate(zip(points, data["points"], strict=True), 1):
        point["split"] = given.get("split", "train")
        if point["split"] not in ("train", "test"):
            raise ValueError(f"points: the split of number {number} must be train or test.")
    if not any(point["split"] == "train" for point in points):
        raise ValueError("points: at least one must be for training.")
    return points


def check_work(settings: Sequence[Settings], points: Sequence[dict]) -> None:
    """Refuse what would train for more than about MAX_SECONDS.

    Raises:
        ValueError: naming the number of epochs that is possible.
    """
    examples = sum(point["split"] == "train" for point in points)
    seconds = sum(seconds_per_epoch(one, examples) * one.epochs for one in settings)
    if seconds > MAX_SECONDS:
        most = int(settings[0].epochs * MAX_SECONDS / seconds)
        digits = 10 ** max(0, len(str(most)) - 2)
        raise ValueError(
            f"epochs must be at most {most // digits * digits} with these settings: more would "
            f"train longer than {MAX_SECONDS:g} seconds."
        )


def seconds_per_epoch(settings: Settings, examples: int) -> float:
    """Return about how long an epoch takes on one slow core [s]."""
    batch = min(settings.batch_size, examples)
    steps = math.ceil(examples / batch)
    layers = len(settings.sizes)
    operations = 6 + 5 * layers + 25 * settings.batch_norm * (layers - 2)
    operations += 10 * (settings.optimizer != "sgd") + 4 * (settings.l1 + settings.l2 > 0)
    wide = max(settings.sizes)
    numbers = batch * (layers - 1) * wide * (2 * wide + 20)
    return 20e-6 + steps * (operations * 1.0e-6 + numbers * 1.0e-9)


def check_weights(weights: Any, settings: Settings) -> tuple[Any, int]:
    """Return given weights as a flat tensor, and their epoch.

    Raises:
        ValueError: saying what is wrong with them.
    """
    import torch

    if not isinstance(weights, Mapping):
        raise ValueError("weights must be the final weights of a run.")
    same = (
        _listed(weights.get("hidden")) == list(settings.hidden)
        and _listed(weights.get("features")) == list(settings.features)
        and weights.get("batch_norm") is settings.batch_norm
    )
    if not same:
        raise ValueError("weights must be those of a network of the same shape.")
    epoch, values = weights.get("epoch"), weights.get("values")
    if not _whole_between(epoch, 0, 1_000_000):
        raise ValueError("weights must count 0 to 1,000,000 epochs.")
    size = sum(math.prod(shape) for _, shape in _state_shapes(settings))
    length = 4 * math.ceil(4 * size / 3)
    if not isinstance(values, str) or not len(values) <= length + 4:
        raise ValueError(f"weights must hold {size} numbers.")
    try:
        content = base64.b64decode(values, validate=True)
    except ValueError:
        raise ValueError("weights must hold float32 numbers in base64.") from None
    if len(content) != 4 * size:
        raise ValueError(f"weights must hold {size} numbers.")
    flat = torch.frombuffer(bytearray(content), dtype=torch.float32)
    if not bool((flat.abs() <= 1e6).all()):
        raise ValueError("weights must be finite and between −1,000,000 and 1,000,000.")
    start = 0
    for name, shape in _state_shapes(settings):
        part = flat[start : start + math.prod(shape)]
        if name.endswith("running_var") and bool((part < 0).any()):
            raise ValueError("weights must not hold a negative variance.")
        start += math.prod(shape)
    return flat, int(epoch)


def _listed(value: Any) -> list | None:
    return list(value) if isinstance(value, (list, tuple)) else None


def _whole_between(value: Any, low: int, high: int) -> bool:
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    return good and low <= value <= high and value == int(value)


def _state_shapes(settings: Settings) -> list[tuple[str, tuple[int, ...]]]:
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


# ---------------------------------------------------------------- memory


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
    for name, shape in _state_shapes(settings):
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
    shapes = dict(_state_shapes(settings))
    return name.endswith("bias") and len(shapes[name.replace("bias", "weight")]) == 1


def inputs(points: Any, features: Sequence[str]) -> Any:
    """Return the chosen features (F, N) of places (N, 2)."""
    import torch

    x, y = points[:, 0], points[:, 1]
    values = {
        "x": x, "y": y, "x²": x * x, "y²": y * y, "xy": x * y, "sin x": x.sin(), "sin y": y.sin()
    }  # fmt: skip
    return torch.stack([values[name] for name in features])


# ---------------------------------------------------------------- training


@functools.cache
def compiled() -> Any:
    """Return lesson.train compiled by TorchScript, which needs no compiler and frees the GIL."""
    import torch

    from demos.playground import lesson

    with warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        return torch.jit.script(lesson.train)
    return lesson.train


def _run(settings: Sequence[Settings], points: list[dict], state: Any) -> list[History]:
    """Train networks that differ only in numbers and initialisation."""
    import torch

    with torch.inference_mode():
        started = time.perf_counter()
        first, networks = settings[0], len(settings)
        layout = Layout(first.sizes, first.batch_norm, networks)
        for index, one in enumerate(settings):
            layout.load(initial_weights(one) if state is None else state[0], index)
        epoch = 0 if state is None else state[1]
        training = _Training(layout, settings, points, first.seed + epoch)
        count = min(first.epochs, FRAMES)
        marks = [round(first.epochs * frame / count) for frame in range(count + 1)]
        frames = torch.empty(count + 1, *layout.weights.shape)
        statistics = [torch.empty(count + 1, *s.shape) for s in layout.statistics]
        frames[0] = layout.weights
        for kept, now in zip(statistics, layout.statistics, strict=True):
            kept[0] = now
        sums = training.run(marks, frames, statistics)
        seconds = (time.perf_counter() - started) / networks
        histories = []
        for index, one in enumerate(settings):
            bad = (~sums[:, index].isfinite()).nonzero()
            diverged = int(bad[0]) + 1 if len(bad) else None
            last = max(f for f in range(count + 1) if diverged is None or marks[f] < diverged)
            [history] = _histories(
                [one],
                points,
                (
                    frames[: last + 1, index : index + 1],
                    [s[: last + 1, index : index + 1] for s in statistics],
                ),
                [epoch + mark for mark in marks[: last + 1]],
                [seconds],
            )
            if diverged is not None:
                history["diverged"] = epoch + diverged
                history["note"] = (
                    f"The numbers overflowed in epoch {epoch + diverged}: each step made the loss "
                    f"larger, the weights grew without end. The learning rate "
                    f"{one.learning_rate:g} is too high for these settings."
                )
            histories.append(history)
        return histories


class _Training:
    """Lays out the memory for lesson.train and calls it."""

    def __init__(
        self, layout: Layout, settings: Sequence[Settings], points: list[dict], seed: int
    ) -> None:
        import torch

        from demos.playground import lesson

        first, networks, layers = settings[0], layout.networks, layout.layers
        sizes, wide = layout.sizes, layout.wide
        train = [point for point in points if point["split"] == "train"]
        x = inputs(torch.tensor([[p["x"], p["y"]] for p in train]), first.features)
        y = torch.tensor([float(p["label"]) for p in train])
        count = len(train)
        batch = min(first.batch_size, count)
        factor = 2.0 if first.loss == "mse" else 1.0
        self.chance = torch.Generator().manual_seed(seed)
        self.mask_chance = torch.Generator().manual_seed(2**32 + seed)
        self.keep = torch.tensor([1 - one.dropout for one in settings]).view(1, 1, 1, -1, 1, 1)
        self.t, self.count, self.networks = 0, count, networks
        # All full batches share one block of memory, a last smaller one has its own.
        full, rest = divmod(count, batch)
        if rest == 1 and first.batch_norm:
            rest = 0  # one example has no variance
        blocks = [(full, batch, 0)] + [(1, rest, full * batch)] * (rest > 0)
        # The mean of a batch is in its target −c·y/b already, a row for each size.
        data = torch.cat([x, *(-factor / size * y[None] for _, size, _ in blocks)])
        shuffled = torch.empty_like(data)
        weights, gradient = layout.weights, torch.zeros_like(layout.weights)
        w, scale, shift = layout.w(weights), layout.norm(weights, 0), layout.norm(weights, 1)
        scale_gradient, shift_gradient = layout.norm(gradient, 0), layout.norm(gradient, 1)
        everything = gradient.flatten(0, 1)[:, :, : 1 + wide]
        w_gradient = layout.w(gradient)
        none, normalise, hidden = torch.empty(0), first.batch_norm, layers - 1
        sources, places, batches = [], [], []
        self.masks: list[Any] = []
        for number, (steps, size, start) in enumerate(blocks):
            block = torch.zeros(steps, networks, layers, 1 + wide, size)
            # The row of ones that multiplies the biases; batch_norm has β instead.
            block[:, :, hidden if normalise else 0 :, 0] = 1.0
            delta = torch.zeros(networks, layers, wide, size)
            target = torch.empty(steps, 1, 1, size)
            source = shuffled[:, start : start + steps * size].view(-1, steps, size)
            sources += [source[: len(x)].transpose(0, 1).unsqueeze(1), source[len(x) + number]]
            places += [block[:, :, 0, 1 : 1 + len(x)], target[:, 0, 0]]
            if first.dropout:
                mask = torch.ones(steps, hidden, networks, wide, size)
                self.masks.append(mask)
            kept = [torch.empty(networks, n, size) for n in sizes[1:-1]]
            normal = [torch.empty(networks, n, size) for n in sizes[1:-1]]
            inverse = [torch.empty(networks, n, 1) for n in sizes[1:-1]]
            deltas = [delta[:, i, : sizes[i + 1]] for i in range(layers)]
            p = torch.empty(networks, 1, size)
            for now in range(steps):
                xs = [block[now, :, i, : 1 + sizes[i]] for i in range(layers)]
                chain = [
                    lesson.Layer(
                        w=w[i],
                        x=xs[i],
                        z=kept[i] if first.dropout else xs[i + 1][:, 1:],
                        a=xs[i + 1][:, 1:],
                        delta=deltas[i],
                        next_w=w[i + 1][:, :, 1:].transpose(1, 2),
                        next_delta=deltas[i + 1],
                        mask=mask[now, i, :, : sizes[i + 1]] if first.dropout else none,
                        normal=normal[i],
                        inverse=inverse[i],
                        scale=scale[i] if normalise else none,
                        shift=shift[i] if normalise else none,
                        scale_gradient=scale_gradient[i] if normalise else none,
                        shift_gradient=shift_gradient[i] if normalise else none,
                        statistics=layout.statistics[i] if normalise else none,
                    )
                    for i in range(hidden)
                ]
                batches.append(
                    lesson.Batch(
                        layers=chain,
                        backwards=chain[::-1],
                        last_w=w[-1],
                        last_x=xs[-1],
                        last_delta=deltas[-1],
                        p=p,
                        target=target[now],
                        scale=factor / size,
                        products=[(delta.flatten(0, 1), block[now].flatten(0, 1).mT, everything)]
                        if networks < MANY
                        else [(deltas[i], xs[i].mT, w_gradient[i]) for i in range(layers)],
                    )
                )
        flat = weights.flatten(0, 1)
        is_weight = torch.zeros(weights[0].numel())
        is_weight[torch.tensor(layout.order)] = torch.tensor(layout.is_weight).float()
        is_weight = is_weight.view_as(weights[0])

        def by_network(name):
            numbers = torch.tensor([float(getattr(one, name)) for one in settings])
            return numbers.view(-1, 1, 1, 1).expand_as(weights)

        self.arguments = {
            "data": data,
            "shuffled": shuffled,
            "sources": sources,
            "places": places,
            "masks": self.masks,
            "batches": batches,
            "weights": flat,
            "gradient": gradient.flatten(0, 1),
            "activation": first.activation,
            "mse": first.loss == "mse",
            "normalise": normalise,
            "optimizer": first.optimizer,
            "rate": by_network("learning_rate").flatten(0, 1).contiguous(),
            "l1": (by_network("l1") * is_weight).flatten(0, 1),
            "l2": (by_network("l2") * is_weight).flatten(0, 1),
            "penalty": any(one.l1 or one.l2 for one in settings),
            "m": torch.zeros_like(flat),
            "v": torch.zeros_like(flat),
            "statistics": layout.statistics,
        }

    def run(self, marks: Sequence[int], frames: Any, statistics: Sequence[Any]) -> Any:
        """Train until the last of `marks`; write the weights after these epochs into `frames`.

        Returns the sum of all weights after each epoch (epochs, S), up to where none is finite.
        """
        import torch

        epochs = marks[-1]
        frame_of = {epoch: frame for frame, epoch in enumerate(marks)}
        sums = torch.empty(epochs, self.networks)
        numbers = self.count + sum(mask.numel() for mask in self.masks)
        some = max(1, min(100, 1_000_000 // numbers))
        for start in range(0, epochs, some):
            stop = min(start + some, epochs)
            self.t = compiled()(
                orders=torch.stack(
                    [torch.randperm(self.count, generator=self.chance) for _ in range(start, stop)]
                ),
                marks=[frame_of.get(epoch, -1) for epoch in range(start + 1, stop + 1)],
                drawn=self.draw_masks(stop - start),
                t=self.t,
                sums=sums[start:stop],
                frames=frames.flatten(1, 2),
                statistics_frames=statistics,
                **self.arguments,
            )
            if not bool(sums[stop - 1].isfinite().any()):
                return sums[:stop]
        return sums

    def draw_masks(self, epochs: int) -> list[Any]:
        """Draw which neurons stay in each step, for every block of batches; 1/keep or 0."""
        import torch

        drawn = []
        for mask in self.masks:
            steps, hidden, _, wide, size = mask.shape
            chance = torch.rand(epochs, steps, hidden, 1, wide, size, generator=self.mask_chance)
            drawn.append((chance < self.keep) / self.keep)
        return drawn


# ---------------------------------------------------------------- history


def _histories(
    settings: Sequence[Settings],
    points: list[dict],
    frames: Any,
    epochs: list[int],
    seconds: list[float],
) -> list[History]:
    """Evaluate the weights of every frame of one network and pack what they show.

    Args:
        settings: of the network.
        points: training and test points.
        frames: weights (F, 1, L, n, columns) and, by hidden layer, statistics (F, 1, n, 2).
        epochs: of the frames.
        seconds: that training took.
    """
    import torch

    with torch.inference_mode():
        [one] = settings
        weights, statistics = frames[0].flatten(0, 1), [s.flatten(0, 1) for s in frames[1]]
        layout = Layout(one.sizes, one.batch_norm, 1)
        count = len(weights)
        rows: dict[str, list] = {}
        for split in ("train", "test"):
            chosen = [point for point in points if point["split"] == split]
            if not chosen:
                rows[f"{split}_loss"] = rows[f"{split}_accuracy"] = [None] * count
                continue
            places = torch.tensor([[p["x"], p["y"]] for p in chosen])
            y = torch.tensor([float(p["label"]) for p in chosen])
            loss, right = [], []
            for z in _forward(one, layout, weights, statistics, places, hidden=False):
                z = z[0][:, 0]
                if one.loss == "mse":
                    loss.append((z.sigmoid() - y).square().mean(1))
                else:
                    loss.append((torch.nn.functional.softplus(z) - y * z).mean(1))
                right.append(((z > 0) == (y > 0)).float().mean(1))
            rows[f"{split}_loss"] = pack.rounded(torch.cat(loss).tolist())
            rows[f"{split}_accuracy"] = pack.rounded(torch.cat(right).tolist())
        surface = torch.cat(
            [
                (z[0][:, 0].sigmoid() * 255).round().to(torch.uint8)
                for z in _forward(one, layout, weights, statistics, grid(GRID), hidden=False)
            ]
        ).view(count, GRID, GRID)
        neurons = _neurons(one, layout, weights, statistics)
        # Together they stay below half a megabyte.
        budget = 490_000 - len(neurons["data"])
        drawn = _some(count, 60_000 // len(layout.order))
        flat = weights[drawn].flatten(1)[:, torch.tensor(layout.order)]
        low, high = flat.amin(0), flat.amax(0)
        span = (high - low).clamp_min(1e-12)
        history: History = {
            "network": {
                "features": list(one.features),
                "hidden": list(one.hidden),
                "activation": one.activation,
                "loss": one.loss,
                "batch_norm": one.batch_norm,
                "sizes": one.sizes,
            },
            "epochs": list(epochs),
            **rows,
            "surface": pack.pack_surfaces(surface, range(count), 0.0, 1.0, budget),
            "neurons": neurons,
            "weights": pack.pack(
                ((flat - low) / span * 255).round().to(torch.uint8),
                drawn,
                low.tolist(),
                (low + span).tolist(),
            ),
            "names": layout.names,
            "diverged": None,
            "note": "",
            "seconds": round(seconds[0], 4),
        }
        layout.weights.copy_(weights[-1:])
        for kept, now in zip(layout.statistics, statistics, strict=True):
            kept.copy_(now[-1:])
        history["final"] = _final(one, layout.flat()[0], epochs[-1])
        return [history]


def _neurons(one: Settings, layout: Layout, weights: Any, statistics: list[Any]) -> dict:
    """Pack the surfaces of all hidden neurons; fewer frames and cells for a large network."""
    import torch

    neurons = sum(one.hidden)
    cells = HIDDEN_GRID if neurons <= 24 else 12
    chosen = _some(len(weights), 1_200_000 // max(1, neurons * cells * cells))
    levels = torch.empty(len(chosen), neurons, cells * cells, dtype=torch.uint8)
    start = 0
    for outputs in _forward(
        one, layout, weights[chosen], [s[chosen] for s in statistics], grid(cells), hidden=True
    ):
        values = torch.cat(outputs[:-1], 1) if neurons else torch.empty(len(outputs[0]), 0, 1)
        if one.activation == "sigmoid":
            values = 2 * values - 1
        # tanh lies in −1 … 1; what has no bound is squeezed into it.
        if one.activation not in ("tanh", "sigmoid"):
            values = values / (1 + values.abs())
        levels[start : start + len(values)] = (values * 127.5 + 127.5).round().to(torch.uint8)
        start += len(values)
    shape = len(chosen), neurons, cells, cells
    return pack.pack_surfaces(levels.view(shape), chosen, -1.0, 1.0, budget=180_000)


def _some(frames: int, most: int) -> list[int]:
    """Choose about `most` of the frames, the first and the last among them."""
    every = math.ceil(frames / max(2, most))
    return sorted({*range(0, frames, every), frames - 1})


def grid(cells: int) -> Any:
    """Return the middles (cells², 2) of the cells of a surface, from the top left."""
    import torch

    middle = (torch.arange(cells) + 0.5) / cells * 2 * EXTENT - EXTENT
    y, x = torch.meshgrid(-middle, middle, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


def _forward(
    one: Settings, layout: Layout, weights: Any, statistics: list[Any], places: Any, hidden: bool
) -> Any:
    """Yield the layers' outputs [(f, n, N), …] for some frames at a time; without `hidden` only
    those of the last layer."""
    import torch

    from demos.playground import lesson

    x = torch.cat([torch.ones(1, len(places)), inputs(places, one.features)])
    some = max(1, 400_000 // (len(places) * max(one.sizes)))
    for start in range(0, len(weights), some):
        part = weights[start : start + some]
        outputs = lesson.network_outputs(
            x,
            layout.w(part),
            one.activation,
            layout.norm(part, 0),
            layout.norm(part, 1),
            [s[start : start + some] for s in statistics],
        )
        yield outputs if hidden else outputs[-1:]


def _final(settings: Settings, flat: Any, epoch: int) -> Weights:
    return {
        "features": list(settings.features),
        "hidden": list(settings.hidden),
        "batch_norm": settings.batch_norm,
        "epoch": epoch,
        "values": base64.b64encode(flat.contiguous().numpy().tobytes()).decode(),
    }
