"""What programs, and the page's own script, may ask."""

from __future__ import annotations

import base64
from typing import Any

from demos.frame.knobs import takes
from demos.frame.source import filled, script_of
from demos.loop import scripts
from demos.loop.knobs import KNOBS
from demos.loop.lesson import digits


def loop_digits() -> dict[str, str]:
    """Tell all of scikit-learn's digits, so that a batch can be shown by its numbers alone.

    Returns:
        pixels: base64 of 1,797 × 64 bytes, 0 (paper) to 16 (ink); labels: a character each.
    """
    pictures, labels = digits()
    pixels = (pictures * 16).round().byte().numpy().tobytes()
    return {
        "pixels": base64.b64encode(pixels).decode("ascii"),
        "labels": "".join(map(str, labels.tolist())),
    }


@takes(KNOBS)
def loop_export(batch_size, shuffle, drop_last, learning_rate, schedule, epochs, seed) -> str:
    """Write the loop as a script that runs by itself, and writes TensorBoard logs.

    Returns:
        The script: Python, as text.
    """
    settings: dict[str, Any] = {
        "batch_size": batch_size,
        "shuffle": shuffle,
        "drop_last": drop_last,
        "learning_rate": learning_rate,
        "schedule": schedule,
        "epochs": epochs,
        "seed": seed,
    }
    return filled(script_of(scripts.export, KNOBS), settings)
