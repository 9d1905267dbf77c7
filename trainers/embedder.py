"""Make a small embedder of a language model: fewer layers, fewer word pieces, fewer bits.

    python -m trainers.embedder --source DIR --output weights/embedder

`--source` holds sentence-transformers/all-MiniLM-L6-v2 as the Hub has it: config.json,
tokenizer.json and model.safetensors. Without it the Hub is asked, at a pinned revision. Nothing is
trained: layers after the third and word pieces that English and German text seldom needs are left
out. Which those are is counted with the word frequencies of wordfreq (Speer, 2022) and, with
`--data FILE`, the training messages of the SMS Spam Collection; on its test messages the answers
are compared with the original's. `--dry-run` makes one of random weights.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn.functional import cosine_similarity

from models.embedder import GROUP, SPECIAL, Embedder, bytes_of
from trainers import recipe, report
from trainers.spam import data

SOURCE = ("sentence-transformers/all-MiniLM-L6-v2", "c9745ed1d9f207416be6d2e6f8de32d1f16199bf")
FILES = ("config.json", "tokenizer.json", "model.safetensors")
PIECES = 20_000  # what fits into 10 MB
# Stored in other ways, to compare: whether the table has half a byte a number, and word pieces.
TRIED = ((False, 11_500), (True, 11_500))
WORDS = 60_000  # of each language, the most frequent ones
# How much each text counts. German is mostly spelled in pieces, which few texts name.
SHARES = {"en": 0.35, "de": 0.2, "sms": 0.45}
NAMES = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "mix",
    "attention.output.LayerNorm": "mix_norm",
    "intermediate.dense": "widen",
    "output.dense": "narrow",
    "output.LayerNorm": "norm",
}
# German, and what it says in English: how well do such pairs find each other?
PAIRS = [
    ("Wann kommst du heute nach Hause?", "When are you coming home today?"),
    ("Ich habe den Bus verpasst.", "I missed the bus."),
    ("Sie haben einen Preis gewonnen.", "You have won a prize."),
    ("Rufen Sie diese Nummer sofort an.", "Call this number immediately."),
    ("Dein Paket kann nicht zugestellt werden.", "Your parcel cannot be delivered."),
    ("Das Wetter ist heute sehr schön.", "The weather is very nice today."),
    ("Bitte bestätigen Sie Ihr Passwort.", "Please confirm your password."),
    ("Wir treffen uns um sieben im Kino.", "We are meeting at the cinema at seven."),
    ("Der Hund schläft im Garten.", "The dog is sleeping in the garden."),
    ("Kannst du mir Milch mitbringen?", "Can you bring me some milk?"),
    ("Mein Telefon ist kaputt.", "My phone is broken."),
    ("Ihr Konto wurde gesperrt.", "Your account has been locked."),
]

CARD = """
# A sentence in 384 numbers

The first {layers} layers of all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0; 22.7 million
parameters, 91 MB), with {pieces:,} of its 30,522 word pieces, a byte for each weight of a layer and
half a byte for each number of the table of word pieces: {megabytes:.1f} MB, {parameters:.1f}
million parameters, plain PyTorch. A text becomes the mean of what its tokens are after the last
layer.

```python
from models import hub
from models.embedder import Embedder

hub.load(Embedder).embed(["Are you coming tonight?", "Kommst du heute Abend?"])  # (2, 384)
```

Each matrix is stored as whole numbers from −127 to 127 with a scale for each row; the table of word
pieces as whole numbers from −7 to 7, two in a byte, with a scale for each {group} numbers. Loading
multiplies them out. Texts are cut off after {positions} tokens.

## How it was made

{command}

{origin}
Nothing was trained here.
Which word pieces stay was counted with the word frequencies of wordfreq 3.1 for English and German
({words:,} words each) and the training messages of the SMS Spam Collection. Machine: {machine},
{seconds:.0f} s.

## How near it is to the original

{figures}

Why half a byte: what is saved on each word piece makes room for more of them within 10 MB, and that
is worth more than finer steps. On the same messages:

{tried}

**German.** The original has read English almost only, and so has this one: German words are spelled
in pieces. Among {pairs} German sentences and their English translations (written for this card),
{found} of {pairs} find their own translation as the nearest of all; cosine to it {own:.2f}, to the
others {other:.2f}. The original's third layer finds {found_original}, all six layers {found_six}.

## What it is not for

It was trained on English web text with all its prejudices, and knows nothing after 2021. Three
layers compare wording and topic, not truth. Do not judge people by it.
"""


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {
        "data": "SMSSpamCollection, to count and compare with; default: the Hub's",
        "epochs": "nothing is trained",
    }
    parser = recipe.parser("embedder", __doc__, helps)
    parser.add_argument("--source", help="folder of all-MiniLM-L6-v2; default: the Hub's")
    parser.add_argument("--origin", default="", help="what the card says on where --source is from")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--pieces", type=int, default=PIECES, help="of its vocabulary")
    return parser.parse_args(argv)


def source(args: argparse.Namespace) -> Path:
    """Return the folder of the original, downloaded if need be."""
    if args.source:
        return Path(args.source)
    from huggingface_hub import snapshot_download

    with recipe.reading(SOURCE[0]):
        return Path(snapshot_download(SOURCE[0], revision=SOURCE[1], allow_patterns=list(FILES)))


def original(folder: Path, layers: int | None = None) -> Embedder:
    """Return the language model with all its word pieces, and its first layers.

    Raises:
        SystemExit: if it cannot be read.
    """
    with recipe.reading(f"The language model in {folder}"):
        config = json.loads((folder / FILES[0]).read_text(encoding="utf-8"))
        known = json.loads((folder / FILES[1]).read_text(encoding="utf-8"))["model"]["vocab"]
        tensors = load_file(folder / FILES[2])
        pieces = [*SPECIAL, *(piece for piece in known if piece not in SPECIAL)]
        model = Embedder(
            pieces,
            layers=layers or config["num_hidden_layers"],
            width=config["hidden_size"],
            heads=config["num_attention_heads"],
            inner=config["intermediate_size"],
        )
        numbers = torch.tensor([known[piece] for piece in pieces])
        model.load_state_dict(_renamed(tensors, numbers, model))
    return model.eval().requires_grad_(False)


def _renamed(tensors: Mapping[str, Tensor], numbers: Tensor, model: Embedder) -> dict[str, Tensor]:
    """Return BERT's tensors under the names of our model."""
    tensors = {name.removeprefix("bert."): tensor for name, tensor in tensors.items()}
    kind = tensors["embeddings.token_type_embeddings.weight"][0]  # all tokens are of the first
    found = {
        "tokens.weight": tensors["embeddings.word_embeddings.weight"][numbers],
        "places.weight": tensors["embeddings.position_embeddings.weight"][: model.positions] + kind,
        "norm.weight": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
    }
    for i in range(len(model.layers)):
        for old, new in NAMES.items():
            for part in ("weight", "bias"):
                found[f"layers.{i}.{new}.{part}"] = tensors[f"encoder.layer.{i}.{old}.{part}"]
    return found


def cut(model: Embedder, texts: Mapping[str, Mapping[str, float]], count: int) -> Embedder:
    """Return the model with the word pieces that texts need most.

    All single characters of Latin letters, digits and signs stay, so that every word can be
    spelled.

    Args:
        model: with all of them.
        texts: kind of text → words or messages, and how often each occurs; see `SHARES`.
        count: how many are kept.
    """
    needed: Counter[int] = Counter()
    for kind, words in texts.items():
        total = sum(words.values())
        for ids, often in zip(model.ids(list(words)), words.values(), strict=True):
            for number in ids[1:-1]:
                needed[number] += SHARES[kind] * often / total
    always = [
        i
        for i, piece in enumerate(model.vocabulary)
        if piece in SPECIAL or (len(piece.removeprefix("##")) == 1 and ord(piece[-1]) < 0x250)
    ]
    common = [number for number, _often in needed.most_common() if number not in set(always)]
    kept = sorted([*always, *common[: count - len(always)]])
    small = Embedder(
        [model.vocabulary[i] for i in kept],
        layers=len(model.layers),
        width=model.tokens.embedding_dim,
        heads=model.layers[0].heads,
        inner=model.layers[0].widen.out_features,
        positions=model.positions,
    )
    weights = model.state_dict()
    small.load_state_dict({**weights, "tokens.weight": weights["tokens.weight"][kept]})
    return small.eval().requires_grad_(False)


def word_frequencies() -> dict[str, dict[str, float]]:
    """Return the most frequent words of English and German, and how often each occurs.

    Raises:
        SystemExit: if wordfreq is missing.
    """
    try:
        from wordfreq import top_n_list, word_frequency
    except ImportError as error:
        raise SystemExit("Word frequencies are needed: run `pip install wordfreq`.") from error
    return {
        language: {word: word_frequency(word, language) for word in top_n_list(language, WORDS)}
        for language in ("en", "de")
    }


def pair_figures(model: Embedder) -> dict[str, float]:
    """Return how well German sentences find their translations."""
    with torch.inference_mode():
        german, english = (model.embed([pair[i] for pair in PAIRS]) for i in (0, 1))
    cosines = cosine_similarity(german[:, None], english[None], dim=-1)
    own = torch.eye(len(PAIRS), dtype=torch.bool)
    return {
        "found": int((cosines.argmax(dim=1) == torch.arange(len(PAIRS))).sum()),
        "own": cosines[own].mean().item(),
        "other": cosines[~own].mean().item(),
    }


def compared(small: Embedder, whole: Embedder, texts: list[str]) -> dict[str, float]:
    """Return how near the answers of two models are: cosines, and embeddings per second."""
    found, seconds = [], []
    with torch.inference_mode():
        for model in (small, whole):
            began = time.perf_counter()
            found.append(model.embed(texts))
            seconds.append(time.perf_counter() - began)
    cosines = cosine_similarity(*found, dim=1)
    known = set(range(len(SPECIAL)))
    pieces = [set(ids) - known for ids in whole.ids(texts)]
    kept = set(small.vocabulary)
    same = [all(whole.vocabulary[i] in kept for i in ids) for ids in pieces]
    return {
        "mean": cosines.mean().item(),
        "low": cosines.quantile(0.01).item(),
        "least": cosines.min().item(),
        "share": (cosines >= 0.98).float().mean().item(),
        "same": sum(same) / len(same),
        "rate": len(texts) / seconds[0],
    }


def main(argv: list[str] | None = None) -> None:
    """Read, cut, compare, save, push."""
    args = recipe.begin(arguments(argv), "weights/embedder")
    recipe.seed(args.seed)
    began = time.perf_counter()
    if args.dry_run:
        made_up = Embedder([*SPECIAL, "a", "##b"], layers=1, width=16, heads=2, inner=32)
        recipe.save(args, made_up, report.card(made_up, ""))
        return recipe.finish(args)
    folder = source(args)
    six = original(folder)
    whole = original(folder, args.layers)
    messages = data.read(args.data)
    train = [one.text for one in messages if one.part != "test"]
    test = [one.text for one in messages if one.part == "test"]
    texts = {**word_frequencies(), "sms": {text: 1.0 for text in train}}
    small = cut(whole, texts, args.pieces)
    small.load_state_dict(bytes_of(small))  # what is measured is what is saved
    figures = compared(small, whole, test)
    print(figures)
    tried = [_row(True, small, figures)]
    for halved, pieces in TRIED:
        other = cut(whole, texts, pieces)
        other.load_state_dict(bytes_of(other, halved))
        tried.insert(-1, _row(halved, other, compared(other, whole, test)))
    recipe.save(args, small, _card(args, small, whole, six, figures, tried, began))
    size = (Path(args.output) / "model.safetensors").stat().st_size
    return recipe.finish(args, f", {size / 1e6:.2f} MB")


def megabytes(model: Embedder, halved: bool = True) -> float:
    """Return how large a model's two files are [MB]."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        save_file(bytes_of(model, halved), Path(folder) / FILES[2])
        return sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6


def _row(halved: bool, model: Embedder, figures: dict[str, float]) -> list[Any]:
    """Return the row of a model in the table of what was tried."""
    shares = [f"{figures[name]:.1%}" for name in ("same", "share")]
    size = f"{megabytes(model, halved):.1f} MB"
    return [
        4 if halved else 8,
        f"{len(model.vocabulary):,}",
        size,
        *shares,
        f"{figures['low']:.4f}",
    ]


def _card(
    args: argparse.Namespace,
    small: Embedder,
    whole: Embedder,
    six: Embedder,
    figures: dict[str, float],
    tried: list[list[Any]],
    began: float,
) -> Any:
    german = pair_figures(small)
    sentence = (
        "On the {:,} test messages of the SMS Spam Collection, cosine to the original's third\n"
        "layer: mean {:.4f}, 1 % lie below {:.4f}, the smallest is {:.4f}; {:.1%} reach 0.98.\n"
        "{:.1%} of the messages need no word piece that was left out. {:.0f} embeddings a second."
    )
    count = sum(one.part == "test" for one in data.read(args.data))
    values = [figures[name] for name in ("mean", "low", "least", "share", "same", "rate")]
    named = {
        name: getattr(args, name) or None
        for name in ("source", "origin", "data", "layers", "pieces", "output")
    }
    text = CARD.format(
        layers=args.layers,
        pieces=len(small.vocabulary),
        megabytes=megabytes(small),
        group=GROUP,
        tried=report.table(
            ["bits a number", "pieces", "size", "need no other", "reach 0.98", "1 % below"], tried
        ),
        parameters=sum(p.numel() for p in small.parameters()) / 1e6,
        positions=small.positions,
        command=recipe.command("embedder", **named),
        origin=args.origin or "The original is the Hub's.",
        words=WORDS,
        machine=report.machine(),
        seconds=time.perf_counter() - began,
        figures=sentence.format(count, *values),
        pairs=len(PAIRS),
        found=german["found"],
        own=german["own"],
        other=german["other"],
        found_original=pair_figures(whole)["found"],
        found_six=pair_figures(six)["found"],
    )
    card = report.card(small, text)
    card.data["base_model"] = SOURCE[0]
    return card


if __name__ == "__main__":
    main()
