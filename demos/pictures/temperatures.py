"""The temperatures from which two chapters learn °F."""

from __future__ import annotations


def temperatures() -> list[float]:
    """Return seven temperatures [°C], from a freezer to a fever."""
    return [-30.0, -12.0, 0.0, 10.0, 21.0, 30.0, 38.0]
