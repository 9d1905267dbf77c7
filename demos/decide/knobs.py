"""What can be set in this chapter."""

from __future__ import annotations

from demos.decide.tables import HEART, LOANS, NAMES
from demos.frame.knobs import Bank, Choice, Knobs, Number, Some, Switch, Topic
from demos.frame.texts import N_

FEATURES = {
    "first": N_("exam score"),
    "Age": N_("age"),
    "MaxHR": N_("highest pulse"),
    "Oldpeak": N_("ST depression"),
}
THINGS = {"tree": N_("tree"), "house": N_("house"), "road": N_("road")}
HIDDEN: dict[str, list[int]] = {"0": [], "1": [16], "2": [16, 16]}
TRAINED = ["train", "threshold", "calibrated", "fair"]
JUDGED = ["threshold", "calibrated", "fair"]
TABLED = ["look", *TRAINED]
_HEART = {name: NAMES[name] for name in HEART if name in NAMES}
_LOANS = {name: NAMES[name] for name in LOANS if name in NAMES}

KNOBS = Knobs(
    topic=Topic(
        {
            "line": N_("From line to probability"),
            "look": N_("Look at the table"),
            "train": N_("Train"),
            "threshold": N_("The threshold"),
            "calibrated": N_("Calibrated?"),
            "fair": N_("Fair?"),
            "labels": N_("One label, many, several"),
        },
        "line",
        N_("topic"),
    ),
    feature=Choice(FEATURES, "first", N_("feature x"), when={"topic": ["line"]}),
    asked=Number(
        -3,
        3,
        0.5,
        N_("ask for this x"),
        unit="σ",
        step=0.05,
        when={"topic": ["line"]},
        about="the x of which the answers are wanted, in standard deviations from the mean",
    ),
    rate=Number(0.01, 2, 0.3, N_("learning rate η"), log=True, when={"topic": ["line"]}, about="η"),
    table=Choice(
        {"heart": N_("heart"), "loans": N_("loans"), "own": N_("my own")},
        "heart",
        N_("table"),
        when={"topic": TABLED},
        about="heart, loans, or own: the table that is sent.",
    ),
    heart_column=Choice(
        _HEART,
        "Cholesterol",
        N_("look at"),
        when={"topic": ["look"], "table": ["heart"]},
    ),
    loan_column=Choice(
        _LOANS,
        "person_income",
        N_("look at this column"),
        when={"topic": ["look"], "table": ["loans"]},
    ),
    heart_columns=Some(
        _HEART,
        list(_HEART),
        N_("learn from"),
        when={"topic": ["train"], "table": ["heart"]},
    ),
    loan_columns=Some(
        _LOANS,
        list(_LOANS),
        N_("learn from these"),
        when={"topic": ["train"], "table": ["loans"]},
    ),
    zeros=Choice(
        {
            "keep": N_("keep it"),
            "drop": N_("drop the patient"),
            "median": N_("take the median"),
        },
        "keep",
        N_("cholesterol 0"),
        when={"topic": ["look", "train"], "table": ["heart"]},
        about="what becomes of a cholesterol of 0: keep, drop the row, or the median in its place.",
    ),
    old=Switch(
        True,
        N_("keep those older than 100"),
        when={"topic": ["look", "train"], "table": ["loans"]},
        about="whether loans of people older than 100 stay.",
    ),
    hidden=Choice(
        {"0": N_("one neuron"), "1": N_("1 hidden layer"), "2": N_("2 hidden layers")},
        "0",
        N_("model"),
        when={"topic": TRAINED},
        about="hidden layers of 16 neurons each; 0: one neuron.",
    ),
    seed=Number(
        0,
        999,
        0,
        N_("split"),
        whole=True,
        slider=False,
        again=N_("Another split"),
        when={"topic": TRAINED},
        about="number of the random split into rows to train, to choose and to test with",
    ),
    part=Choice(
        {
            "validation": N_("to choose with"),
            "test": N_("to test with"),
            "folds": N_("all, in five folds"),
        },
        "test",
        N_("judged rows"),
        when={"topic": JUDGED},
    ),
    things=Some(
        THINGS, ["tree", "road"], N_("in the picture"), empty=True, when={"topic": ["labels"]}
    ),
    task=Choice(
        {
            "one": N_("Is there a tree?"),
            "which": N_("Which one is it?"),
            "several": N_("Which are there?"),
        },
        "several",
        N_("question"),
        when={"topic": ["labels"]},
    ),
    logits=Bank(
        [
            Number(-6, 6, 1.5, N_("z of the tree"), step=0.1),
            Number(-6, 6, -1.0, N_("z of the house"), step=0.1),
            Number(-6, 6, 0.5, N_("z of the road"), step=0.1),
        ],
        N_("Outputs of the network"),
        when={"topic": ["labels"]},
    ),
)
