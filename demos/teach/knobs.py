"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Choice, Knobs, Number, Topic
from demos.frame.texts import N_

METHODS = {
    "frozen": N_("new head"),
    "augmented": N_("and more views"),
    "fine_tuned": N_("and the last block"),
}
_TRAINED = {"topic": ["training"]}
KNOBS = Knobs(
    topic=Topic(
        {
            "teach": N_("Teach and ask"),
            "training": N_("The training"),
            "few": N_("How few photos?"),
            "tuning": N_("Fine-tuning"),
            "shortcut": N_("The shortcut"),
            "export": N_("Take it along"),
        },
        "teach",
        N_("topic"),
    ),
    head=Choice(
        {"linear": N_("one layer"), "hidden": N_("one hidden layer")},
        "linear",
        N_("what is trained"),
        when=_TRAINED,
        about='"linear": one layer on the 1,280 numbers; "hidden": two, with ReLU between.',
    ),
    hidden=Number(
        2,
        64,
        16,
        N_("hidden neurons"),
        whole=True,
        when={**_TRAINED, "head": ["hidden"]},
        about="neurons of the hidden layer, if there is one",
    ),
    steps=Number(1, 200, 40, N_("steps"), whole=True, when=_TRAINED, about="of training"),
    l2=Number(
        1e-6,
        10,
        0.01,
        N_("weight decay"),
        log=True,
        when=_TRAINED,
        about="L2 penalty: ½·l2 times the sum of all squared weights",
    ),
    learning_rate=Number(
        1e-5,
        0.1,
        0.003,
        N_("learning rate η"),
        log=True,
        when={**_TRAINED, "head": ["hidden"]},
        about="of Adam, which trains a hidden layer",
    ),
    seed=Number(
        0,
        9999,
        0,
        N_("seed"),
        whole=True,
        when={"topic": ["few", "tuning"]},
        about="of what is left to chance",
    ),
)
