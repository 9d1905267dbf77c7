"""What programs, and the page's own script, may ask."""

from __future__ import annotations

import base64
from typing import Any

from demos.frame.knobs import takes
from demos.frame.source import filled, script_of
from demos.loop import scripts
from demos.loop.knobs import KNOBS
from demos.loop.lesson import digits, split


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
def loop_export(
    topic,
    batch_size,
    shuffle,
    drop_last,
    learning_rate,
    rate_right,
    schedule,
    train_share,
    validation_share,
    evaluate,
    patience,
    keep_best,
    epochs,
    seed,
) -> str:
    """Write the loop of a topic as a script that runs by itself, and writes TensorBoard logs.

    What cannot be set in the topic is as usual; of three rates it is the right one.

    Returns:
        The script: Python, as text.
    """
    settings: dict[str, Any] = {
        "batch_size": batch_size,
        "shuffle": shuffle,
        "drop_last": drop_last,
        "learning_rate": learning_rate,
        "schedule": schedule,
        "train_share": train_share,
        "validation_share": validation_share,
        "evaluate": evaluate,
        "patience": patience,
        "keep_best": keep_best,
        "epochs": epochs,
        "seed": seed,
    }
    there = {"topic": topic}
    for name in settings:
        if not KNOBS.shown(name, there):
            settings[name] = KNOBS.defaults()[name]
    if topic == "rates":
        settings["learning_rate"] = rate_right
    split(settings["train_share"], settings["validation_share"], seed)  # or refuse it
    return filled(script_of(scripts.export, KNOBS), settings)
