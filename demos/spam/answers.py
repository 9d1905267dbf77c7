"""What the server does for the page and for programs; a message is answered and not kept."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from demos.frame import texts
from demos.frame.knobs import Number, takes
from demos.spam import lesson
from demos.spam.knobs import KINDS, KNOBS, LONGEST
from models.messages import EXAMPLES, LANGUAGES
from models.sentences import Count, refusal

if TYPE_CHECKING:
    from torch import Tensor

    from models.embedder import Embedder
    from models.spam import SpamNeurons

MOST = 500  # messages at once
MOST_CHARACTERS = 60_000  # of all of them
MOST_SHOWN = 40  # tokens whose attention is drawn
SPEAKING = 20  # words that speak most for and against
NEAREST = 5
SOURCE = "SMS Spam Collection, Almeida, Gómez Hidalgo, Yamakami 2011, UCI, CC BY 4.0"
THRESHOLD = Number(0, 1, 0.5, about="from which probability on a message is called spam")


def neurons() -> SpamNeurons:
    """Return the neurons.

    Raises:
        ValueError: with the command that mends their weights, if they are missing or damaged.
    """
    from models.spam import SpamNeurons

    return _loaded(SpamNeurons)


def embedder() -> Embedder:
    """Return the language model; see `neurons`."""
    from models.embedder import Embedder

    return _loaded(Embedder)


def _loaded(model_class: type) -> Any:
    from models import hub

    try:
        return hub.load(model_class)
    except hub.WeightsMissing as error:
        raise ValueError(error.args[0]) from error


# ---------------------------------------------------------------- what strangers send


def message_of(message: Any) -> str:
    """Return a message.

    Raises:
        ValueError: if it is none, or too long.
    """
    from models.embedder import sound

    if not isinstance(message, str):
        raise refusal("A message must be text.")
    if len(message) > LONGEST:
        raise refusal(
            "This message has {count} characters: at most {most} are read.",
            count=Count(len(message)),
            most=Count(LONGEST),
        )
    return sound(message)


def without(message: str, struck: Any, kind: str) -> str:
    """Return a message without some of its words.

    Args:
        message: checked.
        struck: the words as `parts` of an answer names them; all that are equal are left out.
        kind: "embedding", whose words stand between blanks, or another.

    Raises:
        ValueError: if `struck` is no list of texts.
    """
    from models.spam import WORD, clean

    if not isinstance(struck, (list, tuple)) or not all(isinstance(one, str) for one in struck):
        raise refusal("struck must be a list of words.")
    if not struck:
        return message
    gone = set(struck)
    if kind == "embedding":
        gone |= {word for one in gone for word in one.split()}
        return " ".join(word for word in clean(message).split() if word not in gone)
    return WORD.sub(lambda found: "" if found[0].lower() in gone else found[0], clean(message))


# ---------------------------------------------------------------- the endpoints


@takes(KNOBS)
def spam_predict(message: str, features, struck: list = (), explain: bool = True) -> dict[str, Any]:
    """Tell whether a text message is spam, and which words spoke for it; made for English of 2011.

    Args:
        message: at most 2,000 characters.
        struck: words that are left out, as `parts` names them.
        explain: whether an embedding's words are weighed, which takes longer.

    Returns:
        `spam`, the probability; `logit`, and `bias`: logit = bias + the sum of all products;
        `parts`, a row for each word: word, value, weight, product, and of counts and TF-IDF count,
        idf, and in_spam, in_ham, the training messages with it. Of an embedding value and weight
        are null, and product is how much the logit falls without the word; bias is the rest.
        `unknown`, the words that are not in the vocabulary; `learned`, how many messages
        were learned from; `vector`, of an embedding, its 384
        numbers; `cut`, whether the message was too long for the language model.
    """
    import torch

    text = without(message_of(message), struck, features)
    with torch.inference_mode():
        if features == "embedding":
            return _by_embedding(text, bool(explain))
        return _by_words(text, features)


def _by_words(text: str, kind: str) -> dict[str, Any]:
    import math

    from models.spam import clean, words

    model = neurons()
    parts = lesson.added_up(model, text, kind)
    spam, ham = occurrences()
    for part in parts:
        part["in_spam"], part["in_ham"] = spam[part["word"]], ham[part["word"]]
    bias = model.neurons[kind].bias.item()
    logit = math.fsum([bias, *(part["product"] for part in parts)])
    found = dict.fromkeys(words(clean(text)))
    return {
        "spam": _sigmoid(logit),
        "logit": logit,
        "bias": bias,
        "parts": parts,
        "unknown": [word for word in found if word not in model.columns_of],
        "learned": int((~model.test).sum()),
        "vector": None,
        "cut": False,
    }


def _by_embedding(text: str, explain: bool) -> dict[str, Any]:
    from models.spam import clean

    model, network = neurons(), embedder()
    ids = network.ids([clean(text)])
    x = network.of_ids(ids).cpu()
    logit = model(x, "embedding").item()
    parts = lesson.left_out(model, network, text) if explain else []
    return {
        "spam": _sigmoid(logit),
        "logit": logit,
        "bias": logit - sum(part["product"] for part in parts),
        "parts": [{**part, "value": None, "weight": None} for part in parts],
        "unknown": [],
        "learned": int((~model.test).sum()),
        "vector": [round(number, 3) for number in x[0].tolist()],
        "cut": len(ids[0]) >= network.positions,
    }


def _sigmoid(logit: float) -> float:
    import math

    # Of large logits exp would overflow one way round.
    return 1 / (1 + math.exp(-logit)) if logit > -500 else math.exp(max(logit, -700))


@takes(threshold=THRESHOLD)
def spam_compare(message: str, threshold, struck: list = ()) -> dict[str, Any]:
    """Ask all three spam neurons about a message, and say how good each is on the test messages.

    Args:
        message: at most 2,000 characters.
        struck: words that are left out.

    Returns:
        `models`, by kind of numbers ("counts", "tfidf", "embedding"): `spam`, the probability,
        `verdict`, whether it reaches the threshold, and `test`, with that threshold on 1,031 test
        messages: accuracy, sensitivity, specificity, precision. `place`, where the message lies on
        the map; `nearest`, the example messages that are most like it: number, cosine.
    """
    import torch

    from models.spam import clean

    text = message_of(message)
    with torch.inference_mode():
        model, network = neurons(), embedder()
        by_words = without(text, struck, "counts") if struck else text
        found = {kind: _by_words(by_words, kind)["spam"] for kind in ("counts", "tfidf")}
        x = network.embed([clean(without(text, struck, "embedding"))]).cpu()
        found["embedding"] = _sigmoid(model(x, "embedding").item())
        near = lesson.nearest(x[0], examples()["embeddings"], NEAREST)
        place = model.place(x)[0].tolist()
    return {
        "models": {
            kind: {
                "spam": found[kind],
                "verdict": found[kind] >= threshold,
                "test": tested(kind, threshold),
            }
            for kind in KINDS
        },
        "place": place,
        "nearest": [{"number": number, "cosine": cosine} for number, cosine in near],
    }


@takes(KNOBS)
def spam_inside(message: str, layer, head) -> dict[str, Any]:
    """Look inside the language model: into which tokens it cuts a message, and who looks at whom.

    Args:
        message: at most 2,000 characters.

    Returns:
        `tokens`, with text and id, the first 40 of `count`; `attention`, a row for each of them,
        the shares with which it looks at each, of one head in one layer; `vector`, the mean over
        all tokens; `pieces`, how many the vocabulary has.
    """
    import torch

    from models.spam import clean

    network = embedder()
    with torch.inference_mode():
        ids = network.ids([clean(message_of(message))])
        states, looks = network(torch.tensor(ids, device=network.tokens.weight.device))
        shown = ids[0][:MOST_SHOWN]
        attention = looks[layer - 1][0, head - 1, : len(shown), : len(shown)].cpu()
        vector = states[-1][0].mean(dim=0).cpu()
    return {
        "tokens": [{"text": network.vocabulary[number], "id": number} for number in shown],
        "count": len(ids[0]),
        "attention": [[round(share, 4) for share in row] for row in attention.tolist()],
        "vector": [round(number, 3) for number in vector.tolist()],
        "pieces": len(network.vocabulary),
    }


def spam_batch(messages: list) -> dict[str, Any]:
    """Ask all three spam neurons about up to 500 messages at once; nothing is stored.

    Args:
        messages: a list of 1 to 500 texts of at most 2,000 characters, 60,000 in all.

    Returns:
        `rows`, one for each message: the probabilities of spam by counts, tfidf, embedding.
    """
    import torch

    from models.spam import clean

    if not isinstance(messages, (list, tuple)) or not 1 <= len(messages) <= MOST:
        raise refusal("messages must be a list of 1 to {most} texts.", most=MOST)
    sent = [message_of(message) for message in messages]
    if sum(map(len, sent)) > MOST_CHARACTERS:
        raise refusal(
            "These messages have more than {most} characters together: send fewer at once.",
            most=Count(MOST_CHARACTERS),
        )
    model = neurons()
    with torch.inference_mode():
        logits = {kind: model(model.features(sent, kind), kind) for kind in ("counts", "tfidf")}
        x = embedder().embed([clean(text) for text in sent]).cpu()
        logits["embedding"] = model(x, "embedding")
        shares = {kind: found.double().sigmoid().tolist() for kind, found in logits.items()}
    rows = zip(*shares.values(), strict=True)
    return {"rows": [dict(zip(shares, row, strict=True)) for row in rows]}


def spam_corpus() -> dict[str, Any]:
    """Describe the messages that the spam neurons learned from, in figures: no sentence of them.

    Returns:
        `places`, the two coordinates of each message on the map; `spam` and `test`, "1" or "0" for
        each; `rules`, by name likewise; `scores`, by kind of numbers, the probabilities of the test
        messages; `leak`, those of the neuron that learned with masks, of messages as they came
        ("masks") and without ("cleaned"); `words`, those that speak most for spam and against:
        word, weight, in_spam, in_ham, by "counts", "tfidf" and "leak"; `totals`, of training
        messages; `examples`, the course's own messages: era, spam, language, text, their answers
        and places.
    """
    return _corpus()


# ---------------------------------------------------------------- what is known of the corpus


@functools.lru_cache(maxsize=1)
def occurrences() -> tuple[dict[str, int], dict[str, int]]:
    """Return in how many training messages each word stands: of spam, and of the others."""
    import torch

    model = neurons()
    rows, columns = model.corpus().indices()
    found = []
    for label in (True, False):
        counted = (model.spam == label) & ~model.test
        often = torch.bincount(columns[counted.cpu()[rows]], minlength=len(model.known))
        found.append(dict(zip(model.known, often.tolist(), strict=True)))
    return found[0], found[1]


def test_scores() -> dict[str, list[float]]:
    """Return the probabilities of the test messages, by kind of numbers."""
    model = neurons()
    shares = model.logits[model.test].double().sigmoid()
    return {kind: shares[:, i].tolist() for i, kind in enumerate(KINDS)}


@functools.lru_cache(maxsize=64)
def tested(kind: str, threshold: float) -> dict[str, float]:
    """Return how good a neuron is on the test messages."""
    model = neurons()
    said = [score >= threshold for score in test_scores()[kind]]
    return lesson.mean_shares(said, model.spam[model.test].tolist())


@functools.lru_cache(maxsize=1)
def examples() -> dict[str, Any]:
    """Return the course's own messages, their embeddings `(N, 384)` and their answers."""
    import torch

    from models.spam import clean

    model = neurons()
    rows = [
        {"era": one.era, "spam": one.spam, "language": language, "text": getattr(one, language)}
        for one in EXAMPLES
        for language in LANGUAGES
    ]
    with torch.inference_mode():
        x = embedder().embed([clean(row["text"]) for row in rows]).cpu()
        answers = spam_batch([row["text"] for row in rows])["rows"]
        places = model.place(x).tolist()
    for row, answer, place in zip(rows, answers, places, strict=True):
        row.update({kind: round(answer[kind], 4) for kind in KINDS})
        row["place"] = [round(number, 3) for number in place]
    return {"rows": rows, "embeddings": x}


def _bits(flags: Tensor) -> str:
    return "".join("1" if flag else "0" for flag in flags.tolist())


def speaking(kind: str) -> dict[str, list[dict[str, Any]]]:
    """Return the words that speak most for spam, and against it, of one neuron.

    Args:
        kind: "counts", "tfidf", or "leak": counts with the masks left in.
    """
    model = neurons()
    known = model.masked if kind == "leak" else model.vocabulary
    weights = model.neurons["masked" if kind == "leak" else kind].weight[0]
    if kind == "leak":
        spam, ham = (dict(zip(known, some, strict=True)) for some in model.occurrences.T.tolist())
    else:
        spam, ham = occurrences()
    order = weights.argsort(descending=True).tolist()

    def rows(some: Sequence[int]) -> list[dict[str, Any]]:
        return [
            {
                "word": known[i],
                "weight": round(weights[i].item(), 3),
                "in_spam": spam[known[i]],
                "in_ham": ham[known[i]],
            }
            for i in some
        ]

    return {"for": rows(order[:SPEAKING]), "against": rows(order[: -SPEAKING - 1 : -1])}


@functools.lru_cache(maxsize=1)
def _corpus() -> dict[str, Any]:
    from models.spam import RULES

    model = neurons()
    learned = ~model.test
    return {
        "places": [round(number, 3) for number in model.map.flatten().tolist()],
        "spam": _bits(model.spam),
        "test": _bits(model.test),
        "rules": {name: _bits(model.rules[:, i]) for i, name in enumerate(RULES)},
        "scores": {
            kind: [round(score, 5) for score in scores] for kind, scores in test_scores().items()
        },
        "leak": {
            name: [round(score, 5) for score in model.leaky[model.test, i].sigmoid().tolist()]
            for i, name in enumerate(("masks", "cleaned"))
        },
        "words": {kind: speaking(kind) for kind in ("counts", "tfidf", "leak")},
        "totals": {
            "spam": int((model.spam & learned).sum()),
            "ham": int((~model.spam & learned).sum()),
        },
        "examples": examples()["rows"],
    }


# ---------------------------------------------------------------- the threshold's board


def judged(features: str, **_others: Any) -> dict[str, Any]:
    """Return the test messages' scores for the board of the threshold, and figures of each."""
    return _judged(features)


@texts.cached(maxsize=8)
def _judged(kind: str) -> dict[str, Any]:
    from models.spam import RULES

    _ = texts._
    model = neurons()
    scores, rules = test_scores(), model.rules[model.test]
    counts = model.corpus().index_select(0, model.test.nonzero()[:, 0])
    import torch

    words = torch.sparse.sum(counts, 1).to_dense().int().tolist()
    yes, no = _("yes"), _("no")
    rows = {_("words"): words}
    for name, title in RULE_NAMES.items():
        rows[_(title)] = [yes if flag else no for flag in rules[:, RULES.index(name)].tolist()]
    for other, title in KINDS.items():
        rows[_(title)] = [round(100 * score, 1) for score in scores[other]]
    return {
        "scores": scores[kind],
        "labels": model.spam[model.test].int().tolist(),
        "yes": _("spam"),
        "no": _("no spam"),
        "rows": rows,
        "note": _(
            "{count} test messages, of which no neuron has learned. Press a cell for the figures "
            "of its messages; their text is not in this course. Source: {source}."
        ).format(count=texts.grouped(len(words)), source=SOURCE),
    }


_N = texts.N_
# What the columns of a message's figures say.
RULE_NAMES = {
    "digit": _N("a digit"),
    "money": _N("£, $ or €"),
    "capitals": _N("CAPITALS"),
    "address": _N("an address"),
}
