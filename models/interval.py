"""How sure a share is that was counted on a few examples."""

from __future__ import annotations

import math


def wilson(right: float, of: int, z: float = 1.96) -> tuple[float, float]:
    """Return between which shares the true one lies, with 95 % confidence (Wilson, 1927).

    Raises:
        ValueError: if nothing was counted.
    """
    if of < 1 or not 0 <= right <= of:
        raise ValueError(f"{right} of {of}")
    share = right / of
    middle = share + z * z / (2 * of)
    wide = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    below, above = ((middle + sign * wide) / (1 + z * z / of) for sign in (-1, 1))
    return max(0.0, below), min(1.0, above)
