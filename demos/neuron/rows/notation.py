"""How numbers and formulas are written."""

from __future__ import annotations

from typing import Any

from demos.widgets.blackboard import slots

Rows = list[dict[str, Any]]


def formulas(*lines: str) -> str:
    """Return the board with these formulas, one paragraph each."""
    return slots("\n\n".join(f"${formula}$" for formula in lines))


def exact(value: float) -> float:
    """Return a number without the noise of its last bits, to be written as it is."""
    return round(value, 10)


def number(value: float, digits: int = 2) -> str:
    """Return a number with a true minus, and no minus before a zero."""
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else text.replace("-", "")
