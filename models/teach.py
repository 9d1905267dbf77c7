"""A visitor's own classes: a small head on the features that ImageNet taught.

A photo becomes 1,280 numbers once (`models.backbone`); the head is trained on those, in less than
a second. It also remembers how far apart the photos of a class lie, and so knows what is none of
them.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.nn.utils import skip_init

from models import settings
from models.backbone import FEATURES
from models.sentences import refusal

if TYPE_CHECKING:
    from models.tires import TireClassifier

MOST_CLASSES = 6
MOST_HIDDEN = 64
EVERY = 5  # one photo in so many is held out
USUAL = 0.95  # share of the training photos that lies near enough to another of its class
NEAR = 0.35  # a burst of the same view: what is as near as this counts as known in any case
SKETCH = 256  # numbers in which a photo is remembered
MOST_REMEMBERED = 200  # photos
GRID, PATCH = 7, 64  # of the occlusion map: places a side, and the side of the patch [px]
GREY = 0.45  # of the patch
HEADER = 100_000  # bytes at most
DEARER = 100  # times as much as large weights costs to leave what many photos have taught


class TeachHead(nn.Module):
    """One linear layer, or two with a ReLU between them, on standardised features.

    Args:
        labels: two to six names.
        hidden: neurons of the hidden layer; 0: there is none.
        features: numbers of a photo.
        remembered: photos that it can tell the distance from.

    Raises:
        ValueError: if one of them cannot be.
    """

    def __init__(
        self,
        labels: Sequence[str],
        hidden: int = 0,
        features: int = FEATURES,
        remembered: int = 0,
    ):
        super().__init__()
        self.labels = list(settings.names("labels", labels))
        if len(self.labels) > MOST_CLASSES:
            raise ValueError(f"labels must be at most {MOST_CLASSES} names")
        self.hidden = settings.whole("hidden", hidden, (0, MOST_HIDDEN))
        features = settings.whole("features", features, (1, 10_000))
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("std", torch.ones(features))
        remembered = settings.whole("remembered", remembered, (0, MOST_REMEMBERED))
        self.register_buffer("memory", torch.zeros(remembered, SKETCH, dtype=torch.float16))
        self.register_buffer("farthest", torch.tensor(math.inf))
        sizes = (
            [features, self.hidden, len(self.labels)] if hidden else [features, len(self.labels)]
        )
        # Not initialised, which would draw from the generator that all visitors share; see `start`.
        linear = [skip_init(nn.Linear, *pair) for pair in itertools.pairwise(sizes)]
        self.layers = nn.Sequential(linear[0], nn.ReLU(), linear[1]) if hidden else linear[0]
        self.start()

    @torch.no_grad()
    def start(self, seed: int = 0) -> None:
        """Give the weights their first values: 0 where there is one layer, else random ones."""
        chance = torch.Generator().manual_seed(seed)
        for weights in self.parameters():
            if self.hidden and weights.ndim > 1:
                nn.init.kaiming_uniform_(weights, nonlinearity="relu", generator=chance)
            else:
                nn.init.zeros_(weights)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits `(N, classes)` of features `(N, 1280)`."""
        return self.layers((x - self.mean) / self.std)

    def distance(self, x: Tensor) -> Tensor:
        """Return how far features `(N, 1280)` lie from the nearest photo it knows, `(N,)`."""
        return torch.cdist(sketch(x), self.memory.float()).amin(dim=1)

    def knows(self, x: Tensor) -> Tensor:
        """Return whether features `(N, 1280)` lie as near to a known photo as those did, `(N,)`."""
        return self.distance(x) <= self.farthest if len(self.memory) else x.new_ones(len(x)) > 0

    @torch.no_grad()
    def look(self, x: Tensor, y: Tensor) -> None:
        """Remember what the training photos look like: their mean and spread, and each of them.

        Args:
            x: features `(N, 1280)`.
            y: the class of each, `(N,)`.
        """
        self.mean.copy_(x.mean(dim=0))
        spread = x.std(dim=0, unbiased=False)
        # Numbers that hardly change say little; divided by their spread they would shout.
        self.std.copy_(spread.clamp(min=max(0.1 * float(spread.mean()), 1e-6)))
        places = torch.linspace(0, len(x) - 1, min(len(x), MOST_REMEMBERED)).round().long()
        known, y = sketch(x[places]), y[places]
        apart = torch.cdist(known, known)
        apart[y[:, None] != y[None]] = math.inf
        apart.fill_diagonal_(math.inf)  # a photo must not speak for itself
        nearest = apart.amin(dim=1)
        nearest = nearest[nearest.isfinite()]
        if len(nearest):  # else there is one photo of each class, and no distance to compare with
            self.farthest.fill_(max(NEAR, float(nearest.quantile(USUAL))))
        self.memory = known.half()

    @classmethod
    def of_tires(cls, tires: TireClassifier, labels: Sequence[str]) -> TeachHead:
        """Return a head on `tires.describe` that answers as the tire model does.

        Args:
            tires: judges tires.
            labels: what is said for good, and for defective.
        """
        head = cls(labels, features=len(tires.centre))
        with torch.no_grad():
            for mine, other in zip(head.layers.parameters(), tires.wear.parameters(), strict=True):
                half = other / (2 * tires.temperature)
                mine.copy_(torch.cat([half, -half]))
        return head

    def packed(self) -> bytes:
        """Return everything as the content of a safetensors file."""
        about = {"labels": json.dumps(self.labels), "hidden": str(self.hidden), "format": "pt"}
        return save({name: t.contiguous() for name, t in self.state_dict().items()}, about)

    @classmethod
    def unpacked(cls, content: bytes) -> TeachHead:
        """Return the head of a safetensors file that `packed` wrote, whoever sent it.

        Raises:
            ValueError: with one sentence, if it is none or its numbers are none.
        """
        try:
            length = int.from_bytes(content[:8], "little")
            if length > HEADER:
                raise ValueError("a header as long as that")
            about = json.loads(content[8 : 8 + length])["__metadata__"]
            tensors = load(content)
            sizes = len(tensors["mean"]), len(tensors["memory"])
            head = cls(json.loads(about["labels"]), int(about["hidden"]), *sizes)
            head.load_state_dict(tensors, strict=True)
            numbers = [t for name, t in head.state_dict().items() if name != "farthest"]
            if not all(t.isfinite().all() for t in numbers) or head.farthest.isnan():
                raise ValueError("not finite")
            if (head.std <= 0).any():
                raise ValueError("a spread that is none")
        except Exception as error:  # safetensors and JSON have errors of their own
            raise refusal(
                "This model is damaged or none of this chapter: train it again."
            ) from error
        return head.eval().requires_grad_(False)


def sketch(x: Tensor) -> Tensor:
    """Return features `(N, 1280)` in few numbers `(N, 256)`, with the same distances but for 5 %.

    Each is made 1 long first, since a darker photo is no other thing, and then looked at from 256
    random sides (Johnson and Lindenstrauss, 1984).
    """
    u = x / x.norm(dim=1, keepdim=True).clamp(min=1e-6)
    return u @ _sides(x.shape[1])


@functools.lru_cache(maxsize=2)
def _sides(features: int) -> Tensor:
    # NumPy promises that this generator gives the same numbers for ever: heads outlive a session.
    numbers = np.random.RandomState(0).standard_normal((features, SKETCH))
    return torch.from_numpy(numbers / SKETCH**0.5).float()


def held_out(y: Tensor) -> Tensor:
    """Return which photos are set aside for the test, `(N,)`: of each class every fifth."""
    aside = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        aside[(y == label).nonzero()[EVERY - 1 :: EVERY, 0]] = True
    return aside


def fit(
    head: TeachHead,
    x: Tensor,
    y: Tensor,
    *,
    steps: int = 30,
    l2: float = 0.01,
    learning_rate: float = 0.003,
    onward: bool = False,
) -> Iterator[int]:
    """Train a head on all photos at once, and yield after each step, 0 for the untrained head.

    The loss is the mean cross-entropy and ½·l2 times the sum of all squared weights, without the
    biases. Where there is one layer, its valley has one bottom, and L-BFGS gets there in few steps;
    with a hidden layer, Adam goes downhill.

    Args:
        head: a new one; it is trained in place.
        x: features `(N, 1280)`.
        y: the class of each, `(N,)`.
        steps: how many.
        l2: how much large weights cost.
        learning_rate: of Adam.
        onward: train on from where the head stands, on features as they are; not large weights
            cost then, but to move weights and biases away from there, `DEARER` times as much (Li et
            al., "Explicit inductive bias for transfer learning", 2018).
    """
    if not onward:
        head.look(x, y)
    weights = [p for p in head.parameters() if p.ndim > 1 or onward]
    cost = DEARER * l2 if onward else l2
    origins = [w.detach().clone() if onward else torch.zeros_like(w) for w in weights]

    def loss() -> Tensor:
        penalty = sum((w - o).square().sum() for w, o in zip(weights, origins, strict=True))
        return nn.functional.cross_entropy(head(x), y) + cost / 2 * penalty

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer: torch.optim.Optimizer
    if head.hidden:
        optimizer = torch.optim.Adam(head.parameters(), lr=learning_rate)
    else:
        optimizer = torch.optim.LBFGS(
            head.parameters(), max_iter=1, history_size=20, line_search_fn="strong_wolfe"
        )
    yield 0
    for step in range(1, steps + 1):
        optimizer.step(closure)
        yield step


def occlusion(
    network: Callable[[Tensor], Tensor], head: TeachHead, x: Tensor, label: int
) -> Tensor:
    """Return how much a grey patch, laid over each place, takes away from an answer, `(7, 7)`.

    Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014. What is taken
    away is measured in log-odds: probabilities near 1 would hardly move.

    Args:
        network: makes features of pictures.
        head: answers on features.
        x: the picture `(3, 224, 224)` in [0, 1].
        label: the answer, counted from 0.
    """
    side = x.shape[-1]
    covered = x.repeat(GRID * GRID, 1, 1, 1)
    for place, picture in enumerate(covered):
        middles = [side * (2 * i + 1) / (2 * GRID) for i in divmod(place, GRID)]
        rows, columns = (slice(max(0, int(m - PATCH / 2)), int(m + PATCH / 2)) for m in middles)
        picture[:, rows, columns] = GREY
    with torch.inference_mode():
        pictures = torch.cat([x[None], covered]).split(4)
        logits = head(torch.cat([network(part).cpu() for part in pictures]))
        odds = logits.softmax(dim=1)[:, label].logit(eps=1e-7)
    return (odds[0] - odds[1:]).view(GRID, GRID)
