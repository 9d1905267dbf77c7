"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Choice, Knobs, Number, Some, Switch, Text, Topic
from demos.frame.texts import N_

TOPICS = {
    "learn": N_("Train and validate"),
    "size": N_("How large a model?"),
    "spread": N_("Bias and variance"),
    "wide": N_("Far too large"),
    "folds": N_("k-fold"),
    "more": N_("More examples"),
}
AGAINST = {
    "stopping": N_("early stopping"),
    "l2": "L2",
    "l1": "L1",
    "dropout": N_("dropout"),
    "jitter": N_("noise on x"),
}
MOST_POINTS = 60


def _of(*topics: str) -> dict[str, tuple[str, ...]]:
    return {"topic": topics}


def _remedy(name: str) -> dict[str, tuple[str, ...]]:
    return {**_of("learn", "spread"), "against": (name,)}


KNOBS = Knobs(
    topic=Topic(TOPICS, "learn", N_("topic")),
    model=Choice(
        {"network": N_("network"), "polynomial": N_("polynomial")},
        "network",
        N_("model"),
        about='"network" (one hidden layer of tanh; in "wide" of ReLU, which is not trained) or '
        '"polynomial".',
    ),
    hidden=Number(
        1,
        200,
        50,
        N_("hidden units"),
        log=True,
        whole=True,
        when={**_of("learn", "spread", "folds", "more"), "model": ("network",)},
        about="size of the network's hidden layer",
    ),
    degree=Number(
        1,
        15,
        12,
        N_("degree"),
        whole=True,
        when={**_of("learn", "spread", "folds", "more"), "model": ("polynomial",)},
        about="degree of the polynomial",
    ),
    against=Some(
        AGAINST,
        [],
        N_("Against overfitting"),
        empty=True,
        when=_of("learn", "spread"),
        about=f"remedies: some of {', '.join(AGAINST)}; default: none.",
        optional=True,
    ),
    patience=Number(
        5,
        300,
        50,
        N_("patience [epochs]"),
        log=True,
        whole=True,
        when=_remedy("stopping"),
        about="epochs without a better validation loss, after which it stops and keeps the best",
    ),
    l2=Number(
        1e-5, 1, 0.001, N_("λ of L2"), log=True, when=_remedy("l2"), about="λ of λ·Σw² in the loss"
    ),
    l1=Number(
        1e-5, 1, 0.002, N_("λ of L1"), log=True, when=_remedy("l1"), about="λ of λ·Σ|w| in the loss"
    ),
    dropout=Number(
        0.05,
        0.9,
        0.3,
        N_("dropped share"),
        step=0.05,
        when=_remedy("dropout"),
        about="share of the hidden units, or powers, that each epoch leaves out",
    ),
    jitter=Number(
        0.01,
        0.5,
        0.1,
        N_("σ of the noise on x"),
        step=0.01,
        when=_remedy("jitter"),
        about="standard deviation of what is added to every x, anew in every epoch",
    ),
    data=Choice(
        {"drawn": N_("drawn"), "own": N_("my own")},
        "drawn",
        N_("points"),
        when=_of("learn", "size", "folds"),
        about='"drawn" from the hidden curve, or "own": those of `points`.',
    ),
    points=Text(
        "",
        N_("my points: x y, x y, …"),
        most=800,
        when={**_of("learn", "size", "folds"), "data": ("own",)},
        about='own points, "x y, x y, …" with x from -1 to 1 and y from -2.5 to 2.5.',
    ),
    n=Number(
        4,
        MOST_POINTS,
        15,
        N_("how many, if drawn"),
        whole=True,
        when=_of("learn", "size", "spread", "wide", "folds"),
        about="number of points that are drawn",
    ),
    k=Number(2, 15, 5, N_("folds k"), whole=True, when=_of("folds"), about="number of folds"),
    noise=Number(
        0, 1, 0.3, N_("noise σ"), step=0.05, about="standard deviation of the error of every y"
    ),
    epochs=Number(
        50,
        1000,
        600,
        N_("epochs"),
        log=True,
        whole=True,
        when=_of("learn", "spread"),
        about="epochs of training, each with all points",
    ),
    seed=Number(
        1,
        999,
        4,
        N_("chance"),
        whole=True,
        slider=False,
        again=N_("Draw anew"),
        about="which points are drawn",
    ),
    show=Switch(
        True, N_("show the hidden curve"), local=True, when=_of("learn", "size", "wide", "folds")
    ),
)
