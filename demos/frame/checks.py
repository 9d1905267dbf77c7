"""Guards in front of the lessons: the page is public, and the API bypasses every slider."""

from __future__ import annotations

import functools
import inspect
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.sentences import refusal

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class SomeOf:
    """The bound of an argument that is a list of choices, each at most once, at least one."""

    choices: Sequence[str]


@dataclass(frozen=True)
class Numbers:
    """The bound of an argument that is a list of numbers: their range, and how many it holds."""

    low: float
    high: float
    fewest: int
    most: int


Bound = tuple[float, float] | Sequence[str] | SomeOf | Numbers | type


def bounded(**bounds: Bound) -> Callable[[Callable], Callable]:
    """Check the arguments of a function before it runs.

    Args:
        **bounds: by argument: `(1, 2000)` whole numbers from 1 to 2000, `(0.0, 1.0)` numbers,
            `["a", "b"]` one of these texts, `SomeOf(["a", "b"])` a list of some of them,
            `Numbers(0.0, 1.0, 2, 9)` a list of two to nine numbers, `bool` true or false.

    The decorated function raises ValueError, naming the argument and what it allows.
    """

    def decorate(function: Callable) -> Callable:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            for name, allowed in bounds.items():
                if name in bound.arguments:
                    bound.arguments[name] = check(name, bound.arguments[name], allowed)
            return function(*bound.args, **bound.kwargs)

        return checked

    return decorate


def check(name: str, value: Any, allowed: Bound) -> Any:
    """Return the value as the type that the bound asks for.

    Raises:
        ValueError: naming the argument and what it allows.
    """
    if isinstance(allowed, type):  # bool
        if not isinstance(value, bool):
            raise refusal("{name} must be true or false.", name=name)
        return value
    if isinstance(allowed, tuple):
        return _number(name, value, *allowed)
    if isinstance(allowed, SomeOf):
        return _some(name, value, allowed.choices)
    if isinstance(allowed, Numbers):
        return _numbers(name, value, allowed)
    if not isinstance(value, str) or value not in allowed:
        raise refusal("{name} must be one of: {choices}.", name=name, choices=", ".join(allowed))
    return value


def _some(name: str, value: Any, choices: Sequence[str]) -> list[str]:
    good = isinstance(value, (list, tuple)) and 0 < len(value) <= len(choices)
    if not good or not all(isinstance(item, str) and item in choices for item in value):
        raise refusal(
            "{name} must be a list of one or more of: {choices}.",
            name=name,
            choices=", ".join(choices),
        )
    return [choice for choice in choices if choice in value]


def _numbers(name: str, value: Any, allowed: Numbers) -> list[float]:
    few, many = allowed.fewest, allowed.most
    if not isinstance(value, (list, tuple)) or not few <= len(value) <= many:
        if few == many == 1:
            raise refusal("{name} must be a list of 1 number.", name=name)
        if few == many:
            raise refusal("{name} must be a list of {count} numbers.", name=name, count=few)
        raise refusal(
            "{name} must be a list of {few} to {many} numbers.", name=name, few=few, many=many
        )
    return [
        _number(f"{name}[{i}]", item, allowed.low, allowed.high) for i, item in enumerate(value)
    ]


def _number(name: str, value: Any, low: float, high: float) -> float:
    whole = isinstance(low, int) and isinstance(high, int)
    ends = {"low": low, "high": high} if whole else {"low": f"{low:g}", "high": f"{high:g}"}
    wrong = (
        refusal("{name} must be a whole number between {low} and {high}.", name=name, **ends)
        if whole
        else refusal("{name} must be a number between {low} and {high}.", name=name, **ends)
    )
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong
    # Compared before converting: a huge int overflows float().
    if not (low <= value <= high) or not math.isfinite(value):
        raise wrong
    if whole and value != int(value):
        raise wrong
    return int(value) if whole else float(value)


def sent_image(image: Any) -> Image.Image:
    """Open what a stranger sent: a data URL, or a file that Gradio received; no other path.

    Raises:
        ValueError: with one sentence, if it is neither, or not a picture of a bearable size.
    """
    from gradio.utils import get_upload_folder

    from models.images import decode_data_url, open_image

    if isinstance(image, dict):
        folder = os.path.realpath(get_upload_folder())
        path = image.get("path")
        real = os.path.realpath(path) if isinstance(path, str) and "\0" not in path else ""
        if not real.startswith(folder + os.sep) or not os.path.isfile(real):
            raise refusal("This file was not uploaded: send it with gradio_client.handle_file.")
        return open_image(real)
    return open_image(decode_data_url(image))
