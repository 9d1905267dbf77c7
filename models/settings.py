"""What a `config.json` may say, whoever wrote it, and which answers count."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from models.sentences import Sentence

if TYPE_CHECKING:
    from torch import Tensor, nn

TEMPERATURE = (0.01, 100.0)  # what a calibration may find
MEAN, STD = (0.0, 1.0), (0.001, 10.0)  # of pictures in [0, 1]


def number(name: str, value: Any, bounds: tuple[float, float]) -> float:
    """Return a setting that must be a number within bounds.

    Raises:
        ValueError: naming the setting.
    """
    low, high = bounds
    fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not fits or not low <= value <= high:  # false for what is not a number
        raise ValueError(f"{name} must be a number between {low:g} and {high:g}, not {value!r}")
    return float(value)


def numbers(name: str, values: Any, bounds: tuple[float, float], count: int) -> list[float]:
    """Return a setting that must be a list of so many numbers within bounds."""
    if not isinstance(values, (list, tuple)) or len(values) != count:
        raise ValueError(f"{name} must be a list of {count} numbers, not {values!r}")
    return [number(f"{name}[{i}]", value, bounds) for i, value in enumerate(values)]


def whole(name: str, value: Any, bounds: tuple[int, int]) -> int:
    """Return a setting that must be a whole number within bounds."""
    if number(name, value, bounds) != int(value):
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(value)


def names(name: str, values: Any) -> tuple[str, ...]:
    """Return a setting that must be a list of two or more different names."""
    good = isinstance(values, (list, tuple)) and all(isinstance(v, str) and v for v in values)
    if not good or not 2 <= len(set(values)) == len(values):
        raise ValueError(f"{name} must be a list of different names, not {values!r}")
    return tuple(values)


def finite(model: nn.Module, answer: Tensor) -> Tensor:
    """Return what a model answered, if every number of it is one.

    Raises:
        ValueError: with one sentence for the visitor: no verdict is drawn from other numbers.
    """
    if not math.isfinite(answer.sum().item()) and not answer.isfinite().all():
        raise ValueError(overflow(model))
    return answer


def overflow(model: nn.Module) -> Sentence:
    """Return the sentence that says why a model has no answer to a picture."""
    return Sentence(
        "The numbers of {name} overflow at this picture, so there is no answer: "
        "train it again with `{trainer}`.",
        name=model.weights_name,
        trainer=model.trainer_command,
    )


def check_statistics(model: nn.Module) -> None:
    """Check what batch norms remember.

    Raises:
        ValueError: if a variance is negative.
    """
    for name, tensor in model.state_dict().items():
        if name.endswith("running_var") and (tensor < 0).any():
            raise ValueError(f"{name}: a variance is negative")
