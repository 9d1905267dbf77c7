"""What a training may be told: names, bounds, defaults, and how long it may take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demos.frame.knobs import Choice, Knobs, Number, Some, Switch
from demos.playground.data import MAX_POINTS, check_points
from models.sentences import refusal

FEATURES = ["x", "y", "x²", "y²", "xy", "sin x", "sin y"]
ACTIVATIONS = ["tanh", "relu", "sigmoid", "leaky_relu", "elu", "linear"]
LOSSES = ["bce", "mse"]
OPTIMIZERS = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
INITIALISATIONS = ["pytorch", "xavier", "he", "uniform", "zeros"]
MAX_LAYERS, MAX_NEURONS = 6, 16
MAX_EPOCHS = 10_000
MAX_SECONDS = 5.0  # of training, on one core


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


KNOBS = Knobs(
    activation=Choice(ACTIVATIONS, "tanh"),
    features=Some(FEATURES, ["x", "y"]),
    loss=Choice(LOSSES, "bce"),
    optimizer=Choice(OPTIMIZERS, "sgd"),
    learning_rate=Number(1e-6, 10, 0.03),
    batch_size=Number(1, MAX_POINTS, 10, whole=True),
    epochs=Number(1, MAX_EPOCHS, 500, whole=True),
    l1=Number(0, 1, 0),
    l2=Number(0, 1, 0),
    dropout=Number(0, 0.9, 0),
    batch_norm=Switch(False),
    initialisation=Choice(INITIALISATIONS, "pytorch"),
    seed=Number(0, 2**31 - 1, 0, whole=True),
)


def check_settings(hidden: Any = (4, 2), **arguments: Any) -> Settings:
    """Return the arguments of `engine.train` as Settings; those left out have its defaults.

    Raises:
        ValueError: naming the argument and what it allows.
    """
    good = isinstance(hidden, (list, tuple)) and len(hidden) <= MAX_LAYERS
    if not good or not all(whole_between(n, 1, MAX_NEURONS) for n in hidden):
        raise refusal(
            "hidden must be a list of 0 to {layers} whole numbers from 1 to {neurons}.",
            layers=MAX_LAYERS,
            neurons=MAX_NEURONS,
        )
    values = {**KNOBS.defaults(), **arguments}
    values = {name: knob.check(values[name], name) for name, knob in KNOBS.items()}
    values["features"] = tuple(values["features"])
    if values["batch_norm"] and values["batch_size"] < 2:
        raise refusal("batch_size must be at least 2 with batch_norm.")
    return Settings(hidden=tuple(int(n) for n in hidden), **values)


def check_data(data: Any) -> list[dict]:
    """Return the points of a data set.

    Raises:
        ValueError: saying which point is wrong.
    """
    if not isinstance(data, Mapping):
        raise refusal("data must hold points.")
    points = check_points(data.get("points"))
    for number, (point, given) in enumerate(zip(points, data["points"], strict=True), 1):
        point["split"] = given.get("split", "train")
        if point["split"] not in ("train", "test"):
            raise refusal(
                "points: the split of number {number} must be train or test.", number=number
            )
    if not any(point["split"] == "train" for point in points):
        raise refusal("points: at least one must be for training.")
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
        raise refusal(
            "epochs must be at most {most} with these settings: more would train longer than "
            "{seconds:g} seconds.",
            most=most // digits * digits,
            seconds=MAX_SECONDS,
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


def whole_between(value: Any, low: int, high: int) -> bool:
    """Whether this is a whole number from `low` to `high`."""
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    return good and low <= value <= high and value == int(value)
