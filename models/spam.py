"""Spam or not: one neuron on counted words, on TF-IDF, or on a language model's embedding."""

from __future__ import annotations

import functools
import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from huggingface_hub import PyTorchModelHubMixin
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.utils import skip_init

from models import settings

WORD = re.compile(r"\b\w\w+\b")  # scikit-learn's: two letters or digits at least
MASK = re.compile(r"&lt;#&gt;|&lt;[A-Z]+&gt;|<#>|<(?:DECIMAL|TIME|URL|EMAIL)>")
KINDS = ("counts", "tfidf", "embedding")
PARTS = ("train", "test")
RULES = ("digit", "capitals", "money", "address", "call", "free", "long", "exclamation")
_RULES = {
    "digit": re.compile(r"\d"),
    "capitals": re.compile(r"\b[A-Z]{3,}\b"),
    "money": re.compile(r"[£$€]"),
    "address": re.compile(r"https?://|www\.|\.com\b|\.co\.uk\b|\.de\b|\.net\b", re.IGNORECASE),
    "call": re.compile(r"\b(?:call|ring|txt|text|anrufen|ruf\w*)\b", re.IGNORECASE),
    "free": re.compile(r"\b(?:free|gratis|kostenlos\w*|win|won|prize|gewinn\w*)\b", re.IGNORECASE),
    "long": re.compile(r"^.{100,}", re.DOTALL),
    "exclamation": re.compile(r"!"),
}


def clean(text: str) -> str:
    """Return a message without what the collection's makers put in: masks for numbers, entities.

    `&lt;#&gt;` stands where a number was hidden, in messages of friends only. Read as words it
    becomes "lt" and "gt", which then speak for a friend: a leak.
    """
    return html.unescape(MASK.sub(" ", text))


def words(text: str) -> list[str]:
    """Return the words of a message in lower case, as scikit-learn's vectorizers cut them."""
    return WORD.findall(text.lower())


def count(texts: Sequence[Sequence[str]], vocabulary: Mapping[str, int]) -> Tensor:
    """Return how often each word stands in each text, sparse `(N, V)`.

    Args:
        texts: the words of each.
        vocabulary: word → its column.
    """
    places, counts = [], []
    for row, text in enumerate(texts):
        found = Counter(vocabulary[word] for word in text if word in vocabulary)
        places += [(row, column) for column in sorted(found)]
        counts += [found[column] for column in sorted(found)]
    index = torch.tensor(places, dtype=torch.int64).view(-1, 2).T
    numbers = torch.tensor(counts, dtype=torch.float64)
    return _sparse(index, numbers, (len(texts), len(vocabulary)))


def _sparse(index: Tensor, values: Tensor, shape: Sequence[int]) -> Tensor:
    return torch.sparse_coo_tensor(index, values, shape, check_invariants=False).coalesce()


def inverse_frequency(counts: Tensor) -> Tensor:
    """Return the IDF of each word, `(V,)`: ln((1 + N) / (1 + n)) + 1, where n of N texts have it.

    Smoothed as if one more text held every word; the + 1 at the end keeps words that are in all
    texts from vanishing. Both are scikit-learn's, see its `TfidfTransformer`.
    """
    texts = torch.zeros(counts.shape[1], dtype=torch.float64)
    texts.index_add_(0, counts.indices()[1], torch.ones_like(counts.values()))
    return ((1 + counts.shape[0]) / (1 + texts)).log() + 1


def weighed(counts: Tensor, idf: Tensor) -> Tensor:
    """Return TF-IDF `(N, V)`: count times IDF, then each text scaled so that it is 1 long."""
    rows, columns = counts.indices()
    values = counts.values() * idf[columns]
    squares = torch.zeros(counts.shape[0], dtype=values.dtype).index_add_(0, rows, values.square())
    values = values / squares.sqrt()[rows]
    return _sparse(counts.indices(), values, counts.shape)


def rules(text: str) -> list[bool]:
    """Return which of `RULES` hold for a message."""
    return [bool(_RULES[name].search(text)) for name in RULES]


def fit(
    x: Tensor, y: Tensor, *, l2: float, class_weights: bool = False, steps: int = 60
) -> Iterator[tuple[Tensor, Tensor]]:
    """Train one neuron on all messages at once; yield weights and bias, first the untrained ones.

    The loss is the mean binary cross-entropy and ½·l2 times the sum of squared weights. Its valley
    has one bottom, and L-BFGS gets there in few steps.

    Args:
        x: features `(N, D)`, sparse or not.
        y: 1 for spam, `(N,)`.
        l2: how much large weights cost.
        class_weights: whether both kinds count the same in sum, however rare one is.
        steps: how many at most; it stops where nothing changes.

    Yields:
        Weights `(D, 1)` and bias `(1,)`.
    """
    x = x.coalesce() if x.is_sparse else x  # once, not in every step
    weight = torch.zeros(x.shape[1], 1, dtype=x.dtype, requires_grad=True)
    bias = torch.zeros(1, dtype=x.dtype, requires_grad=True)
    y = y.to(x.dtype)[:, None]
    share = y.mean()
    each = torch.where(y > 0, 0.5 / share, 0.5 / (1 - share)) if class_weights else None

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = binary_cross_entropy_with_logits(x @ weight + bias, y, each)
        loss = loss + l2 / 2 * weight.square().sum()
        loss.backward()
        return loss

    optimizer = torch.optim.LBFGS(
        [weight, bias], max_iter=1, history_size=20, line_search_fn="strong_wolfe"
    )
    yield weight.detach().clone(), bias.detach().clone()
    for _step in range(steps):
        optimizer.step(closure)
        yield weight.detach().clone(), bias.detach().clone()


class SpamNeurons(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="text-classification",
    tags=["spam", "sms", "education"],
):
    """Neurons that read a message, each in its own way, and figures of the messages they learned.

    Args:
        vocabulary: the words that are counted.
        idf: of each of them.
        masked: the words of the neuron that was trained with the leak, see `clean`.
        known: the words of the corpus, the most frequent first.
        messages, entries: of the corpus: how many, and how many counts are not 0.
        features: numbers of an embedding.
        places: of the map.

    Raises:
        ValueError: if one of them cannot be.
    """

    weights_name = "spam"
    title = "Spam, by three kinds of numbers"
    trainer_command = "python -m trainers.spam"

    def __init__(
        self,
        vocabulary: Sequence[str] = ("call", "free"),
        idf: Sequence[float] = (1.0, 1.0),
        masked: Sequence[str] = ("call", "gt"),
        known: Sequence[str] = ("call", "free"),
        messages: int = 1,
        entries: int = 1,
        features: int = 384,
    ):
        super().__init__()
        self.vocabulary = list(settings.names("vocabulary", vocabulary))
        self.masked = list(settings.names("masked", masked))
        self.known = list(settings.names("known", known))
        values = settings.numbers("idf", idf, (0.0, 100.0), len(self.vocabulary))
        self.register_buffer("idf", torch.tensor(values, dtype=torch.float64), persistent=False)
        sizes = {
            "counts": len(self.vocabulary),
            "tfidf": len(self.vocabulary),
            "embedding": settings.whole("features", features, (2, 10_000)),
            "masked": len(self.masked),
        }
        # Not initialised, which would draw from the generator that all visitors share.
        self.neurons = nn.ModuleDict(
            {name: skip_init(nn.Linear, size, 1) for name, size in sizes.items()}
        )
        for parameter in self.parameters():
            nn.init.zeros_(parameter)
        messages = settings.whole("messages", messages, (1, 1_000_000))
        entries = settings.whole("entries", entries, (1, 100_000_000))
        shapes = {
            "spam": ((messages,), torch.bool),
            "test": ((messages,), torch.bool),  # no neuron has learned from these
            "rules": ((messages, len(RULES)), torch.bool),
            "logits": ((messages, len(KINDS)), torch.float32),
            # Of the neuron with the leak: of messages as they came, and without masks.
            "leaky": ((messages, 2), torch.float32),
            # In how many training messages, as they came, each word of `masked` stands: spam, ham.
            "occurrences": ((len(self.masked), 2), torch.int32),
            "map": ((messages, 2), torch.float32),
            "starts": ((messages + 1,), torch.int32),
            "columns": ((entries,), torch.int16),
            "counts": ((entries,), torch.int16),
            "center": ((features,), torch.float32),
            "axes": ((features, 2), torch.float32),
        }
        for name, (shape, dtype) in shapes.items():
            self.register_buffer(name, torch.zeros(shape, dtype=dtype))

    @functools.cached_property
    def columns_of(self) -> dict[str, int]:
        """Word → its number in the vocabulary."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    def features(self, texts: Sequence[str], kind: str) -> Tensor:
        """Return counts or TF-IDF of messages, sparse `(N, V)`."""
        counts = count([words(clean(text)) for text in texts], self.columns_of)
        return counts if kind == "counts" else weighed(counts, self.idf)

    def forward(self, x: Tensor, kind: str) -> Tensor:
        """Return the logits `(N,)` of features `(N, D)`: above 0 it takes a message for spam."""
        neuron = self.neurons[kind]
        return (x @ neuron.weight.T.to(x.dtype) + neuron.bias.to(x.dtype))[:, 0]

    def place(self, x: Tensor) -> Tensor:
        """Return where embeddings `(N, D)` lie on the map, `(N, 2)`."""
        return (directions(x) - self.center) @ self.axes

    def corpus(self) -> Tensor:
        """Return how often each known word stands in each message, sparse `(N, known)`."""
        rows = torch.arange(len(self.spam)).repeat_interleave(self.starts.diff().long())
        index = torch.stack([rows, self.columns.long() + 32768])
        return _sparse(index, self.counts.double(), (len(self.spam), len(self.known)))

    def check(self) -> None:
        """Check, before it serves, that the corpus is one.

        Raises:
            ValueError: if not.
        """
        ends = self.starts.diff()
        if (ends < 0).any() or self.starts[0] != 0 or int(self.starts[-1]) != len(self.counts):
            raise ValueError("starts do not fit the counts")
        columns = self.columns.long() + 32768
        if len(columns) and not 0 <= int(columns.min()) <= int(columns.max()) < len(self.known):
            raise ValueError("a column is no known word")


def directions(x: Tensor) -> Tensor:
    """Return vectors `(N, D)` scaled so that each is 1 long."""
    return x / x.norm(dim=1, keepdim=True).clamp(min=1e-12)


def principal_axes(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean `(D,)` of points `(N, D)`, and the directions `(D, 2)` they differ most in.

    Principal component analysis: the first right singular vectors of the centred points. Their
    signs are such that the largest entry of each is positive.
    """
    center = x.mean(dim=0)
    _u, _s, v = torch.linalg.svd(x - center, full_matrices=False)
    axes = v[:2].T
    largest = axes.gather(0, axes.abs().argmax(dim=0, keepdim=True))
    return center, axes * largest.sign()


def sparse_rows(matrix: Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a sparse matrix as (starts of rows, columns − 32,768, values), as it is stored.

    Columns are shifted so that 65,536 of them fit into 16 bits.
    """
    rows, columns = matrix.indices().numpy()
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=matrix.shape[0]))])
    return (
        starts.astype(np.int32),
        (columns - 32768).astype(np.int16),
        matrix.values().numpy().astype(np.int16),
    )
