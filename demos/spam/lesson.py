"""The lesson: what a neuron adds up, what a word is worth, which messages are near. No Gradio."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from demos.frame.knobs import takes
from demos.frame.runs import trained
from demos.spam.knobs import KNOBS
from models.sentences import refusal

AT_MOST = 2_000  # word pieces that are embedded to find out what each word is worth


def added_up(model, message: str, kind: str) -> list[dict[str, Any]]:
    """Return what each known word of a message adds to the neuron's sum, in order of appearance.

    Of counts the value is the count. Of TF-IDF it is count × IDF, divided by the length of the
    vector of all words. Value × weight are added to the bias: the logit, as exact as 64 bits are.
    """
    import math

    from models.spam import clean, words

    found = [word for word in words(clean(message)) if word in model.columns_of]
    rows = []
    for word in dict.fromkeys(found):
        column = model.columns_of[word]
        count, idf = found.count(word), model.idf[column].item()
        weight = model.neurons[kind].weight[0, column].item()
        rows.append({"word": word, "column": column, "count": count, "idf": idf, "weight": weight})
    length = math.sqrt(math.fsum((row["count"] * row["idf"]) ** 2 for row in rows))
    for row in rows:
        counted = kind == "counts"
        row["value"] = row["count"] if counted else row["count"] * row["idf"] / length
        row["product"] = row["value"] * row["weight"]
    return rows


def left_out(model, network, message: str) -> list[dict[str, Any]]:
    """Return how much the logit falls where each word of a message is left out: occlusion.

    An embedding has no number for a word: all of them make all 384. So each word is taken away, the
    rest is read anew, and the difference is what it was worth. In a long message several words in a
    row are taken away together.
    """
    from models.spam import clean

    found = clean(message).split()
    pieces = len(network.ids([clean(message)])[0])
    together = max(1, -(-len(found) * pieces // AT_MOST))
    parts = [found[i : i + together] for i in range(0, len(found), together)]
    without = [
        " ".join(found[: i * together] + found[(i + 1) * together :]) for i in range(len(parts))
    ]
    logits = model(network.embed([clean(message), *without]).cpu(), "embedding").tolist()
    return [
        {"word": " ".join(part), "product": logits[0] - logit}
        for part, logit in zip(parts, logits[1:], strict=True)
    ]


def nearest(embedding, others, count: int = 5) -> list[tuple[int, float]]:
    """Return which of other embeddings `(N, D)` point most in the direction of one `(D,)`.

    The cosine of the angle between two vectors: their dot product, if both are made 1 long.
    """
    import torch

    cosines = torch.nn.functional.cosine_similarity(embedding[None], others, dim=1)
    found = cosines.topk(min(count, len(others)))
    return list(zip(found.indices.tolist(), found.values.tolist(), strict=True))


@takes(KNOBS)
@trained(steps="steps", seconds=5, keep=16)
def spam_train(numbers, words, class_weights, l2, steps, share, validation, seed) -> Iterator[dict]:
    """Train a spam neuron of your own on the words of 5,159 messages.

    Returns:
        Two or three rows per step, row 0 is untrained: step, series ("train" or "validation", in
        the last step "test" too), loss, accuracy, recall, precision, and messages, how many they
        are, of which spam; hits, alarms: how many were said to be spam, rightly and wrongly; note.
    """
    import torch

    from models import hub
    from models.spam import SpamNeurons, fit, inverse_frequency, weighed

    corpus = hub.load(SpamNeurons)
    counts, spam = corpus.corpus(), corpus.spam.cpu()
    if share + validation > 0.9 + 1e-9:
        raise refusal("Training and validation together may take at most 0.9: the test needs some.")
    # Of each kind the same shares, drawn by chance.
    chance, part = torch.Generator().manual_seed(seed), torch.full((len(spam),), 2)
    for label in (False, True):
        places = (spam == label).nonzero()[:, 0]
        places = places[torch.randperm(len(places), generator=chance)]
        first, second = round(share * len(places)), round((share + validation) * len(places))
        part[places[:first]], part[places[first:second]] = 0, 1

    # The most frequent words of the training messages: the others must not be looked at.
    names = ("train", "validation", "test")
    rows = [(part == number).nonzero()[:, 0] for number in range(3)]
    often = torch.sparse.sum(counts.index_select(0, rows[0]), 0).to_dense()
    chosen = often.argsort(descending=True, stable=True)[:words]
    x = [counts.index_select(0, places).index_select(1, chosen).coalesce() for places in rows]
    if numbers == "tfidf":
        idf = inverse_frequency(x[0])
        x = [weighed(one, idf) for one in x]
    y = [spam[places] for places in rows]

    course = fit(x[0], y[0], l2=l2, class_weights=class_weights, steps=steps)
    for step, (weight, bias) in enumerate(course):
        for name, features, truth in zip(names, x, y, strict=True):
            if name == "test" and step < steps:  # nobody looks at it before the end
                continue
            logits = (features @ weight + bias)[:, 0]
            said = logits > 0
            hits, alarms = int((said & truth).sum()), int((said & ~truth).sum())
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, truth.double())
            yield {
                "step": step,
                "series": name,
                "loss": loss.item(),
                "accuracy": (said == truth).double().mean().item(),
                "recall": hits / int(truth.sum()),
                "precision": hits / (hits + alarms) if hits + alarms else 0.0,
                "messages": len(truth),
                "spam": int(truth.sum()),
                "hits": hits,
                "alarms": alarms,
            }


def mean_shares(said: Sequence[bool], truth: Sequence[bool]) -> dict[str, float]:
    """Return accuracy, sensitivity, specificity and precision; None where there is none."""
    pairs = list(zip(said, truth, strict=True))
    tp, fn = pairs.count((True, True)), pairs.count((False, True))
    fp, tn = pairs.count((True, False)), pairs.count((False, False))

    def share(some: int, of: int) -> float:
        return some / of if of else None

    return {
        "accuracy": share(tp + tn, len(pairs)),
        "sensitivity": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "precision": share(tp, tp + fp),
    }
