"""Train the spam neurons, and write figures of the messages they learn from.

    python -m trainers.spam --features counts tfidf embedding --output weights/spam

The messages are the SMS Spam Collection's (Almeida, Gómez Hidalgo and Yamakami, 2011), from the
Hub, or from `--data FILE`. Repeats are left out, a fifth is set aside for the test. Each kind of
numbers gets one neuron: how much large weights cost is chosen by five-fold cross-validation on the
rest, and so is the temperature that makes its probabilities honest; in the kinds that
`--class-weights` names, spam counts as much as ham, however rare it is. No sentence of the
collection is written, only figures: which words stand in a message how often, labels, places on a
map. A neuron that is not named in `--features` says 50 % to everything. `--dry-run` trains on
made-up messages.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from models import hub
from models.embedder import SPECIAL, Embedder
from models.spam import (
    KINDS,
    SpamNeurons,
    clean,
    count,
    directions,
    fit,
    inverse_frequency,
    principal_axes,
    rules,
    sparse_rows,
    weighed,
    words,
)
from trainers import recipe, report
from trainers.spam import card, data

FOLDS = 5
SIZES = (10, 30, 100, 300, 1000, 3000, 7000)  # of the vocabulary, for the table
SIZES_COST = 1e-4
COSTS = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3)  # of large weights, to choose from


@dataclass
class Trained:
    """A neuron, and what was measured of it."""

    weight: Tensor
    bias: Tensor
    l2: float
    temperature: float
    logits: Tensor  # (N,) of all messages
    figures: dict[str, float]  # on the test messages
    validated: dict[str, float]  # by cross-validation on the others


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {
        "data": "SMSSpamCollection, or a folder with it; default: the Hub's",
        "epochs": "steps of L-BFGS",
    }
    parser = recipe.parser("spam", __doc__, helps, epochs=100)
    parser.add_argument("--features", nargs="+", choices=KINDS, default=[*KINDS])
    parser.add_argument("--words", type=int, default=1000, help="of the vocabulary")
    weights = "kinds in which spam counts as much as ham; without a name, none (default: embedding)"
    parser.add_argument(
        "--class-weights", nargs="*", choices=KINDS, default=["embedding"], help=weights
    )
    parser.add_argument("--splits", type=int, default=10, help="other splits that are tried")
    return parser.parse_args(argv)


def figures(logits: Tensor, spam: Tensor) -> dict[str, float]:
    """Return what answers at 50 % are worth: accuracy, recall, precision, specificity, AUC, ECE."""
    said = logits > 0
    hits = int((said & spam).sum())
    shares = torch.stack([(-logits).sigmoid(), logits.sigmoid()], dim=1).float()
    return {
        "accuracy": (said == spam).double().mean().item(),
        "recall": hits / max(1, int(spam.sum())),
        "precision": hits / max(1, int(said.sum())),
        "specificity": (~said & ~spam).sum().item() / max(1, int((~spam).sum())),
        "roc_auc": report.roc_auc(logits, spam),
        "ece": report.calibration_error(shares, spam.long()),
    }


def last(
    x: Tensor, spam: Tensor, l2: float, args: argparse.Namespace, balanced: bool
) -> tuple[Tensor, Tensor]:
    """Return weights and bias after the last step."""
    *_, (weight, bias) = fit(x, spam, l2=l2, class_weights=balanced, steps=args.epochs)
    return weight, bias


def validated(
    x: Tensor, spam: Tensor, args: argparse.Namespace, balanced: bool
) -> tuple[float, float, dict[str, float]]:
    """Return the cost of large weights, the temperature, and what both give.

    Cross-validated: every message is answered by a neuron that has not learned from it.

    Args:
        x: features of messages that are no test, `(N, D)`.
        spam: `(N,)`.
        args: the command line.
        balanced: whether spam counts as much as ham.
    """
    fold = torch.arange(len(spam)) % FOLDS
    best = (float("inf"), 0.0, spam.double())
    for l2 in COSTS:
        logits = torch.zeros(len(spam), dtype=torch.float64)
        for number in range(FOLDS):
            learned = fold != number
            weight, bias = last(_rows(x, learned), spam[learned], l2, args, balanced)
            logits[~learned] = (_rows(x, ~learned) @ weight + bias)[:, 0]
        loss = binary_cross_entropy_with_logits(logits, spam.double()).item()
        best = min(best, (loss, l2, logits), key=lambda one: one[0])
    _loss, l2, logits = best
    both = torch.stack([torch.zeros_like(logits), logits], dim=1)
    temperature = report.temperature(both, spam.long())
    return l2, temperature, figures(logits / temperature, spam)


def train(
    x: Tensor, spam: Tensor, test: Tensor, args: argparse.Namespace, balanced: bool = False
) -> Trained:
    """Choose how much large weights cost, then train on all messages that are no test."""
    known, y = _rows(x, ~test), spam[~test]
    l2, temperature, found = validated(known, y, args, balanced)
    weight, bias = last(known, y, l2, args, balanced)
    # Divided by the temperature, the neuron is still one. With three decimals, what the tab writes
    # out of a sum of counts is all there is.
    weight, bias = ((one / temperature).round(decimals=3) for one in (weight, bias))
    logits = (x @ weight + bias)[:, 0]
    measured = figures(logits[test], spam[test])
    return Trained(weight, bias, l2, temperature, logits, measured, found)


def _rows(x: Tensor, chosen: Tensor) -> Tensor:
    """Return some rows of a matrix, sparse or not."""
    return x.index_select(0, chosen.nonzero()[:, 0])


class Counted:
    """How often each word stands in each message, counted once."""

    def __init__(self, texts: list[list[str]]):
        self.known = sorted({word for text in texts for word in text})
        self.counts = count(texts, {word: i for i, word in enumerate(self.known)})

    def frequent(self, test: Tensor, size: int = 2**16) -> Tensor:
        """Return the columns of the words that are most frequent in messages that are no test.

        Of those that are equally frequent the first by alphabet come first.
        """
        often = torch.sparse.sum(_rows(self.counts, ~test), 0).to_dense()
        return often.argsort(descending=True, stable=True)[:size]

    def columns(self, chosen: Tensor) -> tuple[list[str], Tensor]:
        """Return some words, and their counts."""
        return [self.known[i] for i in chosen.tolist()], self.counts.index_select(1, chosen)


@dataclass
class Corpus:
    """The messages as words, labels and embeddings; `masked`: words with the leak left in."""

    words: Counted
    masked: Counted
    spam: Tensor
    test: Tensor
    embeddings: Tensor

    def features(self, kind: str, size: int, test: Tensor) -> tuple[list[str], Tensor, Tensor]:
        """Return the vocabulary, its IDF, and the features of all messages.

        Args:
            kind: "counts", "tfidf", "embedding", or "masked": counts with the leak.
            size: of the vocabulary, which is that of messages that are no test.
            test: which of them are, `(N,)`.
        """
        if kind == "embedding":
            return [], torch.ones(0), self.embeddings
        counted = self.masked if kind == "masked" else self.words
        names, counts = counted.columns(counted.frequent(test, size))
        counts = counts.coalesce()
        idf = inverse_frequency(_rows(counts, ~test).coalesce())
        return names, idf, weighed(counts, idf) if kind == "tfidf" else counts


def on_other_splits(
    corpus: Corpus, kind: str, l2: float, args: argparse.Namespace, size: int, balanced: bool
) -> dict[str, float]:
    """Return the mean figures of a neuron over splits that chance drew, with the cost chosen.

    Args:
        corpus: the messages.
        kind: of numbers.
        l2: the cost.
        args: the command line.
        size: of the vocabulary.
        balanced: whether spam counts as much as ham.
    """
    found = []
    for number in range(args.splits):
        chance, test = torch.Generator().manual_seed(number), torch.zeros_like(corpus.test)
        for label in (False, True):
            places = (corpus.spam == label).nonzero()[:, 0]
            drawn = torch.randperm(len(places), generator=chance)
            test[places[drawn[: round(data.TEST * len(places))]]] = True
        _words, _idf, x = corpus.features(kind, size, test)
        weight, bias = last(_rows(x, ~test), corpus.spam[~test], l2, args, balanced)
        found.append(figures((_rows(x, test) @ weight + bias)[:, 0], corpus.spam[test]))
    return {name: sum(one[name] for one in found) / len(found) for name in found[0]}


def sizes_table(corpus: Corpus, kinds: list[str], args: argparse.Namespace) -> str:
    """Return as CSV what vocabularies of other sizes give, as means over the other splits."""
    names = ("accuracy", "recall", "precision")
    lines = [",".join(("features", "words", *names))]
    for kind in kinds if args.splits else []:
        for size in SIZES:
            balanced = kind in args.class_weights
            found = on_other_splits(corpus, kind, SIZES_COST, args, size, balanced)
            lines.append(",".join([kind, str(size), *(f"{found[name]:.4f}" for name in names)]))
    return "\n".join(lines) + "\n"


def compared(
    corpus: Corpus, kind: str, x: Tensor, trained: Trained, args: argparse.Namespace
) -> dict[bool, tuple[dict[str, float], dict[str, float]]]:
    """Return what a kind of numbers gives without and with class weights, without the test.

    Returns:
        By whether there are any: figures by cross-validation, and on the other splits.
    """
    rows = {}
    for balanced in (False, True):
        if balanced == (kind in args.class_weights):
            found = trained.validated
        else:
            known, y = _rows(x, ~corpus.test), corpus.spam[~corpus.test]
            _l2, _temperature, found = validated(known, y, args, balanced)
        rows[balanced] = (
            found,
            on_other_splits(corpus, kind, trained.l2, args, args.words, balanced),
        )
    return rows


def embedder(dry_run: bool) -> Embedder:
    """Return the shipped embedder; for a dry run, one that knows nothing.

    Raises:
        SystemExit: if its weights are missing.
    """
    if dry_run:
        letters = [f"{ends}{chr(c)}" for c in range(97, 123) for ends in ("", "##")]
        return Embedder([*SPECIAL, *letters], layers=1, width=16, heads=2, inner=32)
    try:
        return hub.load(Embedder)
    except hub.WeightsMissing as error:
        raise SystemExit(str(error)) from error


def main(argv: list[str] | None = None) -> None:
    """Read, train, evaluate, save, push."""
    args = recipe.begin(arguments(argv), "weights/spam", ["vocabulary"])
    recipe.seed(args.seed)
    began = time.perf_counter()
    network = embedder(args.dry_run)
    messages = data.made_up() if args.dry_run else data.read(args.data)
    texts = [clean(one.text) for one in messages]
    with torch.inference_mode():
        found = network.embed(texts).cpu()
    corpus = Corpus(
        Counted([words(text) for text in texts]),
        Counted([words(one.text) for one in messages]),
        torch.tensor([one.spam for one in messages]),
        torch.tensor([one.part == "test" for one in messages]),
        found.clone().double(),
    )
    kinds = [*args.features, *["masked"] * ("counts" in args.features)]
    trained, known = {}, {}
    for kind in kinds:
        known[kind] = corpus.features(kind, args.words, corpus.test)
        balanced = ("counts" if kind == "masked" else kind) in args.class_weights
        trained[kind] = train(known[kind][2], corpus.spam, corpus.test, args, balanced)
        print(kind, {name: round(v, 4) for name, v in trained[kind].figures.items()}, flush=True)
    others = {
        kind: compared(corpus, kind, known[kind][2], trained[kind], args)
        for kind in (args.features if args.splits else [])
    }
    table = sizes_table(corpus, [one for one in args.features if one != "embedding"], args)
    model = assembled(corpus, known, trained, messages, args)
    if "masked" in trained:
        logits = model.leaky[:, 1].double()
        found = figures(logits[corpus.test], corpus.spam[corpus.test])
        trained["cleaned"] = replace(trained["masked"], logits=logits, figures=found)
    text = card.of(args, model, network, corpus, trained, others, began)
    recipe.save(args, model, text, {"vocabulary": table})
    recipe.finish(args)


def assembled(
    corpus: Corpus,
    known: dict[str, tuple[list[str], Tensor, Tensor]],
    trained: dict[str, Trained],
    messages: list[data.Message],
    args: argparse.Namespace,
) -> SpamNeurons:
    """Return the model with its neurons and the figures of the corpus."""
    counted = (
        known.get("counts")
        or known.get("tfidf")
        or corpus.features("tfidf", args.words, corpus.test)
    )
    masked = known["masked"][0] if "masked" in known else counted[0]
    columns_of = {word: i for i, word in enumerate(masked)}
    raw, cleaned = (
        count([words(text) for text in texts], columns_of)
        for texts in ([one.text for one in messages], [clean(one.text) for one in messages])
    )
    every, counts = corpus.words.columns(corpus.words.frequent(torch.zeros_like(corpus.test)))
    starts, columns, values = sparse_rows(counts.coalesce())
    model = SpamNeurons(
        counted[0],
        counted[1].tolist(),
        masked,
        every,
        messages=len(messages),
        entries=len(values),
        features=corpus.embeddings.shape[1],
    )
    with torch.no_grad():
        for kind, one in trained.items():
            model.neurons[kind].weight.copy_(one.weight.T)
            model.neurons[kind].bias.copy_(one.bias)
        for i, kind in enumerate(KINDS):
            if kind in trained:
                model.logits[:, i] = trained[kind].logits
        for i, x in enumerate((raw, cleaned)):
            model.leaky[:, i] = model(x, "masked")
        for i, label in enumerate((True, False)):
            there = _rows(raw, ~corpus.test & (corpus.spam == label)).coalesce().indices()[1]
            model.occurrences[:, i] = there.bincount(minlength=len(masked))
        model.spam.copy_(corpus.spam)
        model.test.copy_(corpus.test)
        model.rules.copy_(torch.tensor([rules(one.text) for one in messages]))
        for name, numbers in (("starts", starts), ("columns", columns), ("counts", values)):
            getattr(model, name).copy_(torch.from_numpy(numbers))
        # The map is laid out by the messages that were learned from.
        x = directions(corpus.embeddings.float())
        center, axes = principal_axes(x[~corpus.test])
        model.center.copy_(center)
        model.axes.copy_(axes)
        model.map.copy_(model.place(corpus.embeddings.float()))
    return model
