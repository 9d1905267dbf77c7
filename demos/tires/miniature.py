"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Bars, Cells, Layer
from demos.tires.answers import classifier
from demos.tires.examples import drawn_tire
from demos.tires.lesson import verdicts

SIDES = [4, 6, 9, 15, 30, 224]  # pixels of the photo
SHOWN = 15


def miniature() -> list[Layer]:
    """Return a tire that becomes sharp, and what the network makes of it meanwhile."""
    import numpy as np
    import torch
    from PIL import Image

    tire = drawn_tire()
    resample = Image.Resampling.BOX
    coarse = [tire.resize((side, side), resample) for side in SIDES]
    batch = [np.asarray(one.resize((224, 224), resample)) for one in coarse]
    said = verdicts(classifier(), torch.tensor(np.stack(batch)).permute(0, 3, 1, 2))
    pictures = []
    for one in coarse:
        grey = np.asarray(one.convert("L").resize((SHOWN, SHOWN), resample), float) / 255
        pictures.append((0.95 * (1 - grey)).clip(0, 1).tolist())
    good = [[one["good"], 0.0] for one in said]
    bad = [[0.0, one["defective"]] for one in said]
    span = (0.62, 0.98)
    return [Cells(pictures, -1, (0.0, 0.55)), Bars(good, 2, span), Bars(bad, 1, span)]
