"""A slider for a quantity that spans several powers of ten, such as a learning rate."""

from __future__ import annotations

import math
from typing import Any

import gradio as gr

from demos.widgets.widget import Widget
from models.sentences import refusal


class LogSlider(Widget):
    """A logarithmic slider with a number field; its value is the quantity itself, not its exponent.

    Events: `input` while the visitor drags or types.
    """

    def __init__(
        self,
        minimum: float,
        maximum: float,
        value: float | None = None,
        *,
        label: str,
        info: str = "",
        integer: bool = False,
        **kwargs: Any,
    ) -> None:
        """Set up the slider.

        Args:
            minimum: smallest value, greater than 0.
            maximum: largest value.
            value: the value to start with; the geometric mean of the ends by default.
            label: the name shown above.
            info: a sentence below the name.
            integer: round to whole numbers.
            **kwargs: passed on to `gr.HTML`.

        Raises:
            ValueError: if not 0 < minimum <= value <= maximum.
        """
        if value is None:
            value = math.sqrt(minimum * maximum)
        if not 0 < minimum <= value <= maximum:
            raise ValueError("a logarithmic slider needs 0 < minimum <= value <= maximum")
        powers = range(
            math.ceil(math.log10(minimum) - 1e-9), math.floor(math.log10(maximum) + 1e-9) + 1
        )
        self.minimum = minimum
        self.maximum = maximum
        self.integer = integer
        super().__init__(
            value=value,
            label=label,
            name=label,
            info=info,
            minimum=minimum,
            maximum=maximum,
            integer=integer,
            marks=[
                (
                    f"1e{power}" if abs(power) > 3 else f"{10.0**power:g}",
                    round(100 * math.log10(10**power / minimum) / math.log10(maximum / minimum), 1),
                )
                for power in powers
            ],
            **kwargs,
        )

    def preprocess(self, payload: Any) -> float | int:
        """Return the number; the lesson checks it again, since anyone can call the API.

        Raises:
            gr.Error: if it is no number of the slider's range.
        """
        try:
            return self.check(payload)
        except ValueError as error:
            raise gr.Error(f"{self.label}: {error}") from error

    def check(self, value: Any) -> float | int:
        """Return the value as a number of the slider's range.

        Raises:
            ValueError: saying what is allowed.
        """
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise refusal("a number is needed")
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise refusal("a number is needed") from None
        if not (math.isfinite(number) and self.minimum <= number <= self.maximum):
            raise refusal(
                "it must lie between {low:g} and {high:g}", low=self.minimum, high=self.maximum
            )
        return round(number) if self.integer else number

    def postprocess(self, value: float | None) -> float | None:
        """Return the number as it is."""
        return value

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "number"}
