"""What can be set in this chapter."""

from __future__ import annotations

from typing import Any

from demos.frame.knobs import Bank, Choice, Knobs, Number, Some, Switch, Text, Topic
from demos.frame.texts import N_

TOPICS = {
    "remember": N_("Remember"),
    "back": N_("How far back?"),
    "gates": N_("Gates"),
    "gradient": N_("The gradient on its way back"),
    "clip": N_("Clipping"),
    "unroll": N_("Unrolled"),
    "text": N_("The next character"),
}
KINDS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU", "conv": N_("convolution")}
TASKS = {
    "first": N_("remember the letter"),
    "brackets": N_("count brackets"),
    "adding": N_("add two marked numbers"),
    "wave": N_("continue a wave"),
}
LONGEST = 2000  # characters of a text to learn from


def _of(*topics: str) -> dict[str, tuple[str, ...]]:
    return {"topic": topics}


def _layers(**more: Any) -> Number:
    about = "layers of convolution; they see 3, 7, 15, 31 or 63 steps"
    return Number(1, 5, 4, N_("layers of convolution"), whole=True, about=about, **more)


def _bias(**more: Any) -> Number:
    about = (
        "bias that an LSTM's forget gate and a GRU's update gate start with, and, negative, an "
        "LSTM's input gate"
    )
    label = N_("how open the memory starts: b")
    return Number(-2, 6, 4, label, step=0.5, about=about, **more)


KNOBS = Knobs(
    topic=Topic(TOPICS, "remember", N_("topic")),
    task=Choice(
        TASKS,
        "first",
        N_("task"),
        sets={
            "first": {"asked": "end", "length": 30, "keep": 4.0},
            "brackets": {"asked": "every", "length": 30, "keep": 1.0},
            "adding": {"asked": "every", "length": 20, "keep": 1.0},
            "wave": {"asked": "every", "length": 30, "keep": 1.0},
        },
        when=_of("remember", "gates"),
        about='"first" (remember the letter at the beginning), "brackets" (how many are open), '
        '"adding" (the sum of two marked numbers) or "wave" (what comes next).',
    ),
    kind=Choice(
        KINDS,
        "lstm",
        N_("network"),
        compact=True,
        when=_of("remember", "gates", "text"),
        about='"rnn", "lstm", "gru" or "conv" (causal convolutions).',
    ),
    kinds=Some(
        KINDS,
        ["rnn", "lstm", "gru", "conv"],
        N_("networks"),
        when=_of("back", "gradient"),
        about="some of rnn, lstm, gru and conv.",
    ),
    length=Number(
        3,
        60,
        30,
        N_("steps T"),
        whole=True,
        when=_of("remember", "gates", "gradient", "clip"),
        about="length of a sequence, T",
    ),
    asked=Choice(
        {"end": N_("only at the end"), "every": N_("after every step")},
        "end",
        N_("it is asked"),
        when=_of("remember", "gates"),
        about='"end" (only the last answer is trained) or "every" (all are).',
    ),
    hidden=Number(
        2,
        32,
        16,
        N_("hidden units H"),
        whole=True,
        when=_of("remember", "back", "gates", "clip"),
        about="numbers that the network may keep, H",
    ),
    layers=_layers(when={**_of("remember", "text"), "kind": ("conv",)}),
    deep=_layers(when={**_of("back"), "kinds": ("conv",)}),
    keep=_bias(when={**_of("remember", "gates"), "kind": ("lstm", "gru")}),
    bias=_bias(when=_of("back", "gradient")),
    scale=Number(
        0.1,
        2,
        1.0,
        N_("size of the recurrent weights"),
        step=0.05,
        when=_of("gradient", "clip"),
        about="the recurrent matrix is so much times a rotation",
    ),
    linear=Switch(False, N_("RNN without tanh"), when=_of("gradient")),
    updates=Number(
        10,
        400,
        150,
        N_("updates"),
        log=True,
        whole=True,
        when=_of("remember", "back", "gates", "clip", "text"),
        about="updates of the weights, each with 32 new sequences",
    ),
    learning_rate=Number(
        1e-4,
        1,
        0.02,
        N_("learning rate"),
        log=True,
        when=_of("remember", "back", "gates", "text"),
        about="learning rate of Adam",
    ),
    most=Number(
        0.01,
        100,
        1.0,
        N_("clip the gradient at"),
        log=True,
        when=_of("clip"),
        about="a gradient that is longer is made as short as this",
    ),
    example=Number(
        1,
        50,
        1,
        N_("sequence"),
        whole=True,
        slider=False,
        again=N_("Another sequence"),
        when=_of("remember", "gates"),
        about="which of the test sequences is shown",
    ),
    unit=Number(
        1, 32, 9, N_("unit"), whole=True, when=_of("gates"), about="the hidden unit that is shown"
    ),
    weights=Bank(
        [
            Number(-3, 3, 1.0, "w", step=0.1),
            Number(-3, 3, 0.8, "u", step=0.1),
        ],
        N_("The weights"),
        when=_of("unroll"),
    ),
    inputs=Bank(
        [
            Number(-3, 3, value, name, step=0.1)
            for name, value in (("x₁", 1.0), ("x₂", 0.0), ("x₃", 0.0), ("x₄", 0.0), ("y", 1.0))
        ],
        N_("The sequence, and what is right in the end"),
        when=_of("unroll"),
    ),
    rate=Number(
        0.01,
        10,
        0.5,
        N_("learning rate η"),
        log=True,
        when=_of("unroll", "clip"),
        about="η of plain gradient descent",
    ),
    source=Choice(
        {"english": N_("English"), "german": N_("German"), "own": N_("my own")},
        "english",
        N_("text"),
        compact=True,
        when=_of("text"),
        about='"english" or "german" (texts of this course) or "own": that in `text`.',
    ),
    text=Text(
        "",
        N_("my text"),
        most=LONGEST,
        lines=6,
        when={**_of("text"), "source": ("own",)},
        about="a text of one's own, 100 to 2,000 characters.",
    ),
    begin=Text(
        "The ",
        N_("begin a sentence"),
        most=40,
        when=_of("text"),
        about="how the text that is written begins.",
    ),
    temperature=Number(
        0,
        2,
        0.5,
        N_("temperature"),
        step=0.1,
        when=_of("text"),
        about="0: always the likeliest character; 1: as likely as it says",
    ),
    seed=Number(
        1,
        999,
        1,
        N_("chance"),
        whole=True,
        slider=False,
        again=N_("Draw anew"),
        when=_of("remember", "back", "gates", "gradient", "clip", "text"),
        about="first weights, and which sequences are drawn",
    ),
)
