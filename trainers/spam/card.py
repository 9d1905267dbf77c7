"""What the card of the spam neurons says."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

import torch
from huggingface_hub import ModelCard

from models.embedder import Embedder
from models.messages import EXAMPLES, LANGUAGES
from models.spam import KINDS, RULES, SpamNeurons, clean
from trainers import recipe, report

if TYPE_CHECKING:
    from trainers.spam import Corpus, Trained

DATASET = ("SMS Spam Collection", "ucirvine/sms_spam")
NAMES = {
    "counts": "counts",
    "tfidf": "TF-IDF",
    "embedding": "embedding",
    "masked": "counts, leak",
    "cleaned": "counts, leak, without masks",
}

CARD = """
# Spam, by three kinds of numbers

One neuron each on how often {size:,} words stand in a message, on their TF-IDF, and on the 384
numbers that a small language model makes of it (`weights/embedder`); and figures of the messages
they learned from.

```python
from models import hub
from models.spam import SpamNeurons

model = hub.load(SpamNeurons)
model(model.features(["Call now to claim your prize!"], "tfidf"), "tfidf").sigmoid()
```

## Data

SMS Spam Collection v.1: 5,574 messages in English, gathered about 2011 (T. A. Almeida, J. M. Gómez
Hidalgo, A. Yamakami: "Contributions to the study of SMS spam filtering", DocEng 2011; UCI Machine
Learning Repository, CC BY 4.0). Of messages that differ by capitals and blanks at most, one is
left: {messages:,}, of which {spam:.1%} are spam; {test:,} are set aside for the test. **No sentence
of the collection is in this folder**: it holds its words in order of frequency, how often each
stands in each message (without the order), labels, which of {rules} simple rules hold, logits, and
places on a map.

The mask `&lt;#&gt;`, with which numbers were hidden in friends' messages only, is taken out before
words are counted: as "lt" and "gt" it was among the strongest words for a friend. `neurons.masked`
is what happens without: see the table, where it reads the test messages as they came, and without
masks. `occurrences` says in how many training messages, as they came, each of its words stands.

## How it was made

{command}

L-BFGS, {epochs} steps; the cost of large weights and the temperature by five-fold cross-validation
on the messages that are no test. Machine: {machine}, {seconds:.0f} s.

## How good it is

On the {test:,} test messages. Nothing was fitted to them, and cross-validation chose the settings;
but their figures were seen while its ranges were being tried, and may be a little too good:

{table}

Confusion, at 50 %:

{confusion}

{others}

## What it cannot do

It knows the spam of 2011. On {examples} messages that were written for the course (half spam; in
`models/messages.py`) it is right in:

{drift}

**German** is what it has never read: German words are not in the vocabulary, and the language
model behind the embedding has read English almost only. The table says how well that works: nearly
every German message passes for no spam. Do not filter anybody's mail with it; it is for seeing how
such filters work and fail.
"""


OTHERS = """
**Class weights.** Should spam count as much in sum as the seven times as many others? By five-fold
cross-validation on the messages that are no test (CV; calibrated, so that ECE, the expected
calibration error, can be compared), and as the mean of {splits} other splits of all messages,
trained anew with the same cost:

{table}
"""

WEIGHTED = """
The embedding's neuron has them; these figures chose it, the test did not. It finds more of the
spam, its accuracy falls by a quarter of a percent at most, and its temperature keeps its
probabilities as honest. Those of counts and TF-IDF have none: there precision falls by four to five
percent.
"""


def of(
    args: argparse.Namespace,
    model: SpamNeurons,
    network: Embedder,
    corpus: Corpus,
    trained: dict[str, Trained],
    others: dict[str, dict[bool, tuple[dict[str, float], dict[str, float]]]],
    began: float,
) -> ModelCard:
    """Return the card."""
    best = trained[args.features[-1]].figures
    text = CARD.format(
        size=len(model.vocabulary),
        messages=len(corpus.spam),
        spam=corpus.spam.double().mean().item(),
        test=int(corpus.test.sum()),
        rules=len(RULES),
        command=recipe.command(
            "spam",
            features=args.features,
            words=args.words,
            class_weights=args.class_weights or True,
            epochs=args.epochs,
            data=args.data,
            output=args.output,
        ),
        epochs=args.epochs,
        machine=report.machine(),
        seconds=time.perf_counter() - began,
        table=_figures(trained),
        confusion=_confusions(corpus, trained),
        others=_others(args, others),
        examples=len(LANGUAGES) * len(EXAMPLES),
        drift=_drift(model, network, args.features),
    )
    return report.card(model, text, DATASET, {k: round(v, 4) for k, v in best.items()})


def _figures(trained: dict[str, Trained]) -> str:
    head = ["", "accuracy", "recall", "precision", "specificity", "ROC AUC", "ECE", "l2", "T"]
    rows: list[list[Any]] = []
    for kind, one in trained.items():
        shares = [f"{value:.1%}" for value in list(one.figures.values())[:4]]
        rest = [f"{one.figures['roc_auc']:.4f}", f"{one.figures['ece']:.4f}"]
        rows.append([NAMES[kind], *shares, *rest, f"{one.l2:g}", f"{one.temperature:.2f}"])
    return report.table(head, rows)


def _confusions(corpus: Corpus, trained: dict[str, Trained]) -> str:
    rows = []
    spam = corpus.spam[corpus.test]
    for kind, one in trained.items():
        said = one.logits[corpus.test] > 0
        pairs = ((True, True), (True, False), (False, True), (False, False))
        rows.append([NAMES[kind], *(int(((spam == a) & (said == b)).sum()) for a, b in pairs)])
    return report.table(["", "spam found", "spam missed", "false alarms", "ham let through"], rows)


def _others(
    args: argparse.Namespace,
    others: dict[str, dict[bool, tuple[dict[str, float], dict[str, float]]]],
) -> str:
    if not others:
        return ""
    names = ("accuracy", "recall", "precision")
    rows = []
    for kind, both in others.items():
        for balanced, (validated, mean) in both.items():
            shares = [f"{one[name]:.1%}" for one in (validated, mean) for name in names]
            shares.insert(len(names), f"{validated['ece']:.4f}")
            rows.append([NAMES[kind], "yes" if balanced else "no", *shares])
    head = ["", "class weights", *(f"CV {name}" for name in (*names, "ECE")), *names]
    text = OTHERS.format(table=report.table(head, rows), splits=args.splits)
    return (text + (WEIGHTED if args.class_weights == ["embedding"] else "")).strip()


def _drift(model: SpamNeurons, network: Embedder, kinds: list[str]) -> str:
    rows = []
    for era in ("2011", "today"):
        for language in LANGUAGES:
            some = [one for one in EXAMPLES if one.era == era]
            texts = [getattr(one, language) for one in some]
            spam = torch.tensor([one.spam for one in some])
            row = [f"{era}, {language}", len(some)]
            for kind in (kind for kind in KINDS if kind in kinds):
                with torch.inference_mode():
                    x = (
                        network.embed([clean(text) for text in texts]).cpu()
                        if kind == "embedding"
                        else model.features(texts, kind)
                    )
                    said = model(x, kind) > 0
                missed, alarms = int((spam & ~said).sum()), int((~spam & said).sum())
                right = f"{(said == spam).double().mean():.0%}"
                row.append(f"{right} ({missed} missed, {alarms} false alarms)")
            rows.append(row)
    return report.table(["", "messages", *(NAMES[k] for k in KINDS if k in kinds)], rows)
