"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Choice, Knobs, Number, Switch, Topic
from demos.frame.texts import N_

# How a message becomes numbers: value → what the student reads.
KINDS = {"counts": N_("counts"), "tfidf": N_("TF-IDF"), "embedding": N_("embedding")}
LAYERS, HEADS = 3, 12  # of the language model that is shipped
LONGEST = 2_000  # characters of a message
_TRAINED = {"topic": ["train"]}
_INSIDE = {"topic": ["inside"]}

KNOBS = Knobs(
    topic=Topic(
        {
            "words": N_("Words as numbers"),
            "sum": N_("The neuron’s sum"),
            "compare": N_("Three side by side"),
            "map": N_("The map"),
            "inside": N_("A language model"),
            "attack": N_("Attack and drift"),
            "train": N_("Train it yourself"),
        },
        "words",
        N_("topic"),
    ),
    features=Choice(
        KINDS,
        "counts",
        N_("the numbers"),
        when={"topic": ["words", "sum", "compare"]},
        about='"counts" of 1,000 words, their "tfidf", or the "embedding" of a language model.',
    ),
    leak=Switch(
        False,
        N_("leave the masks in: a leak"),
        when={"topic": ["sum", "compare"]},
        about="whether the neuron that was trained on masks is shown, its words and figures.",
    ),
    layer=Number(
        1, LAYERS, 1, N_("layer"), whole=True, when=_INSIDE, about="of the language model"
    ),
    head=Number(1, HEADS, 1, N_("head"), whole=True, when=_INSIDE, about="of attention"),
    numbers=Choice(
        {"counts": KINDS["counts"], "tfidf": KINDS["tfidf"]},
        "counts",
        N_("the numbers"),
        when=_TRAINED,
        about='"counts" or "tfidf".',
    ),
    words=Number(
        10,
        7000,
        1000,
        N_("vocabulary"),
        log=True,
        whole=True,
        unit=N_("words"),
        when=_TRAINED,
        about="how many of the most frequent words are counted",
    ),
    class_weights=Switch(
        False,
        N_("class weights"),
        when=_TRAINED,
        about="whether spam counts as much in sum as the seven times as many others.",
    ),
    l2=Number(
        1e-6,
        0.1,
        1e-4,
        N_("weight decay"),
        log=True,
        when=_TRAINED,
        about="L2 penalty: ½·l2 times the sum of all squared weights",
    ),
    steps=Number(
        1, 100, 40, N_("epochs"), whole=True, when=_TRAINED, about="of training, all messages each"
    ),
    share=Number(
        0.05,
        0.8,
        0.6,
        N_("for training"),
        step=0.05,
        when=_TRAINED,
        about="share of the 5,159 messages that it learns from",
    ),
    validation=Number(
        0.05,
        0.15,
        0.15,
        N_("for validation"),
        step=0.05,
        when=_TRAINED,
        about="share that is looked at meanwhile; the rest is for the test",
    ),
    seed=Number(0, 9, 0, N_("seed"), whole=True, when=_TRAINED, about="draws the three parts"),
)
