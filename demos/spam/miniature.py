"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Dots, Layer, scaled
from demos.spam.answers import neurons, test_scores

MESSAGES = 150
FRAMES = 10


def miniature() -> list[Layer]:
    """Return messages where the language model puts them; those that it finds spam light up."""
    model = neurons()
    places = model.map[model.test].tolist()
    scores = test_scores()["embedding"]
    # Of spam there is less: as many of both.
    order = sorted(range(len(scores)), key=scores.__getitem__)
    spam = [i for i in order if scores[i] >= 0.5]
    ham = [i for i in order if scores[i] < 0.5]
    half = MESSAGES // 2
    seen = [*ham[:: max(1, len(ham) // half)][:half], *spam[:: max(1, len(spam) // half)][:half]]
    xs, ys = ([places[i][axis] for i in range(len(places))] for axis in (0, 1))
    x = scaled([places[i][0] for i in seen], min(xs), max(xs))
    y = scaled([places[i][1] for i in seen], min(ys), max(ys))
    # The threshold falls from 1 to one half, in equal parts of those that are found.
    found = sorted((scores[i] for i in seen if scores[i] >= 0.5), reverse=True)
    ends = [len(found) * frame // (FRAMES - 1) for frame in range(FRAMES)]
    least = [found[end - 1] if end else 2.0 for end in ends]
    colours = [[1 if scores[i] >= limit else 5 for i in seen] for limit in least]
    return [Dots([list(zip(x, y, strict=True))], colours, 2.4)]
