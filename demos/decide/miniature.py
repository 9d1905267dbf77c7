"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.decide.answers import COLUMNS, cheapest_threshold, folds_shipped
from demos.decide.tables import shipped
from demos.frame.miniature import Bars, Layer, Line, sampled

BINS = 20
FRAMES = 15


def miniature() -> list[Layer]:
    """Return how sure a model is of healthy and of ill people, and the threshold that moves."""
    import numpy as np

    columns = COLUMNS["heart"]
    logits = folds_shipped("heart", columns, "keep", False, "0", 1)
    labels = shipped("heart", columns, "keep", False).labels
    scores = 1 / (1 + np.exp(-logits))
    counts = [np.histogram(scores[labels == one], BINS, (0, 1))[0] for one in (0, 1)]
    most = max(one.max() for one in counts)
    healthy, ill = ([(one / most).tolist()] for one in counts)
    # Whoever is overlooked costs five times as much as an alarm for nothing.
    goal = cheapest_threshold(scores.tolist(), labels.tolist(), 5, 1)[0] or 0.0
    places = np.linspace(0.95, goal, FRAMES).tolist()
    lines = [[(place, 0.0), (place, 1.0)] for place in sampled(places)]
    return [Bars(healthy, 5), Bars(ill, 1), Line(lines, 2, 3)]
