"""The scripts that the tab shows, one a topic. They run in the folder of this course."""

from __future__ import annotations

from collections.abc import Callable


def words(features):
    """Turn a message into numbers. Run it in the folder of this course."""
    from models import hub
    from models.embedder import Embedder
    from models.spam import SpamNeurons, clean

    message = "Free entry! Text WIN to 80555 to claim your free prize."
    if features == "embedding":
        vector = hub.load(Embedder).embed([clean(message)])[0]
        print(vector.shape, vector[:5].tolist())
    else:
        model = hub.load(SpamNeurons)
        x = model.features([message], features)  # sparse: only what is not 0 is stored
        for column, value in zip(x.indices()[1].tolist(), x.values().tolist(), strict=True):
            print(f"{model.vocabulary[column]}: {value:.4f}")


def added(features):
    """Write out what the neuron adds up. Run it in the folder of this course."""
    import torch

    from demos.spam.lesson import added_up, left_out
    from models import hub
    from models.embedder import Embedder
    from models.spam import SpamNeurons

    model = hub.load(SpamNeurons)
    message = "Free entry! Text WIN to 80555 to claim your free prize."
    with torch.inference_mode():
        if features == "embedding":
            rows = left_out(model, hub.load(Embedder), message)
        else:
            rows = added_up(model, message, features)
            print(f"bias: {model.neurons[features].bias.item():.4f}")
    for row in rows:
        print(f"{row['word']}: {row['product']:+.4f}")


def compare():
    """Compare three neurons on the same test messages. Run it in the folder of this course."""
    from models import hub
    from models.spam import KINDS, SpamNeurons

    model = hub.load(SpamNeurons)
    spam, logits = model.spam[model.test], model.logits[model.test]
    for kind, said in zip(KINDS, (logits > 0).T, strict=True):
        hits = (said & spam).sum().item()
        print(f"{kind}: accuracy {(said == spam).float().mean():.4f}, ", end="")
        print(f"recall {hits / spam.sum():.4f}, precision {hits / said.sum():.4f}")


def near():
    """Find out which messages are alike. Run it in the folder of this course."""
    from demos.spam.lesson import nearest
    from models import hub
    from models.embedder import Embedder
    from models.messages import EXAMPLES

    network = hub.load(Embedder)
    texts = [example.en for example in EXAMPLES]
    x = network.embed(["Your package could not be delivered: pay the fee.", *texts])
    for number, cosine in nearest(x[0], x[1:]):
        print(f"{cosine:.3f} {texts[number]}")


def inside(layer, head):
    """Look at the attention of one head. Run it in the folder of this course."""
    import torch

    from models import hub
    from models.embedder import Embedder

    network = hub.load(Embedder)
    ids = network.ids(["You have won a prize!"])
    states, looks = network(torch.tensor(ids))
    tokens = [network.vocabulary[number] for number in ids[0]]
    for token, row in zip(tokens, looks[layer - 1][0, head - 1], strict=True):
        print(f"{token} looks most at {tokens[row.argmax()]} ({row.max():.2f})")
    print("the message:", states[-1][0].mean(dim=0)[:4].tolist(), "and 380 more numbers")


def attack():
    """Misspell a message, and see who falls for it. Run it in the folder of this course."""
    from models import hub
    from models.embedder import Embedder
    from models.spam import KINDS, SpamNeurons, clean

    model, network = hub.load(SpamNeurons), hub.load(Embedder)
    message = "You have won a free prize! Call now to claim your cash reward."
    for text in (message, message.translate(str.maketrans("aeios", "43105"))):
        print(text)
        for kind in KINDS:
            counted = kind != "embedding"
            x = model.features([text], kind) if counted else network.embed([clean(text)])
            print(f"  {kind}: {model(x, kind).sigmoid().item():.3f}")


def train(numbers, words, class_weights, l2, steps, share):
    """Train a spam neuron on counted words. Run it in the folder of this course."""
    import torch

    from models import hub
    from models.spam import SpamNeurons, fit, inverse_frequency, weighed

    corpus = hub.load(SpamNeurons)  # the words of 5,159 messages, without their order
    counts, spam = corpus.corpus(), corpus.spam
    order = torch.randperm(len(spam), generator=torch.Generator().manual_seed(0))
    learned, test = order[: round(share * len(spam))], order[-len(spam) // 5 :]

    often = torch.sparse.sum(counts.index_select(0, learned), 0).to_dense()
    chosen = often.argsort(descending=True, stable=True)[:words]
    x = [
        counts.index_select(0, part).index_select(1, chosen).coalesce() for part in (learned, test)
    ]
    if numbers == "tfidf":
        idf = inverse_frequency(x[0])
        x = [weighed(part, idf) for part in x]

    settings = {"l2": l2, "class_weights": class_weights, "steps": steps}
    *_, (weight, bias) = fit(x[0], spam[learned], **settings)
    said = (x[1] @ weight + bias)[:, 0] > 0
    truth = spam[test]
    print(f"accuracy {(said == truth).float().mean():.4f}")
    print(f"recall {(said & truth).sum() / truth.sum():.4f}")


SCRIPTS: dict[str, Callable] = {
    "words": words,
    "sum": added,
    "compare": compare,
    "map": near,
    "inside": inside,
    "attack": attack,
    "train": train,
}
