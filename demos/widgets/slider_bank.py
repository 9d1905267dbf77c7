"""Several sliders, one under the other, as a single component: the weights of a neuron."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from demos.frame.texts import _
from demos.widgets.widget import Widget
from models.sentences import Sentence, refusal


@dataclass(frozen=True)
class Knob:
    """One slider of a bank, with a number field.

    Attributes:
        label: its name, short enough to stand beside the slider, marked with `N_`.
        minimum: smallest value; greater than 0 on a logarithmic slider.
        maximum: largest value.
        value: the value to start with.
        step: what one press of an arrow key changes; the number field takes any number between.
        logarithmic: the slider is linear in the logarithm; steps are 1, 2, 5, 10, …
    """

    label: str
    minimum: float
    maximum: float
    value: float
    step: float = 0.1
    logarithmic: bool = False

    def __post_init__(self) -> None:
        if not self.minimum <= self.value <= self.maximum or (
            self.logarithmic and self.minimum <= 0
        ):
            raise ValueError(f"{self.label}: minimum <= value <= maximum is needed")


class SliderBank(Widget):
    """Sliders with number fields; its value is the list of their numbers, in a link "20,20,-30".

    Events: `input` while the visitor drags or types.
    """

    def __init__(self, knobs: Sequence[Knob], *, label: str, **kwargs: Any) -> None:
        """Lay out the sliders.

        Args:
            knobs: the sliders, top to bottom.
            label: what they are together; names the group for those who cannot see it.
            **kwargs: passed on to `gr.HTML`.
        """
        self.knobs = list(knobs)
        super().__init__(
            value=[knob.value for knob in knobs],
            label=label,
            title=label,
            bank=[{**asdict(knob), "label": _(knob.label)} for knob in knobs],
            **kwargs,
        )

    def check(self, value: Any) -> list[float]:
        """Return the value, or a link's text, as numbers within the sliders' ranges.

        Raises:
            ValueError: saying what is allowed.
        """
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, (list, tuple)) or len(items) != len(self.knobs):
            raise refusal("{count} numbers are needed", count=len(self.knobs))
        return [_number(item, knob) for item, knob in zip(items, self.knobs, strict=True)]

    def preprocess(self, payload: Any) -> list[float]:
        """Return the numbers; the lesson checks them again, since anyone can call the API.

        Raises:
            gr.Error: if they are no numbers of the sliders' ranges.
        """
        try:
            return self.check(payload)
        except ValueError as error:
            raise gr.Error(f"{self.label}: {error}") from error

    def postprocess(self, value: Sequence[float] | None) -> list[float] | None:
        """Return the numbers as they are."""
        return None if value is None else list(value)

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "array", "items": {"type": "number"}}


def _number(item: Any, knob: Knob) -> float:
    if isinstance(item, bool) or not isinstance(item, (int, float, str)):
        raise refusal("{name} must be a number", name=Sentence(knob.label))
    try:
        number = float(item)
    except (ValueError, OverflowError):
        raise refusal("{name} must be a number", name=Sentence(knob.label)) from None
    if not (math.isfinite(number) and knob.minimum <= number <= knob.maximum):
        raise refusal(
            "{name} must lie between {low:g} and {high:g}",
            name=Sentence(knob.label),
            low=knob.minimum,
            high=knob.maximum,
        )
    return int(number) if number.is_integer() else number
