"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Choice, Knobs, Number, Switch, Topic
from demos.frame.texts import N_

PICTURES = 1797
ANY = "any"
DIGITS = [str(digit) for digit in range(10)]
_RATES, _VALIDATE = {"topic": ["rates"]}, {"topic": ["validate"]}
_FORGET = {"topic": ["forget"]}
_MISREAD = {"topic": ["misread"]}
KNOBS = Knobs(
    topic=Topic(
        {
            "loop": N_("The loop"),
            "rates": N_("Three rates"),
            "validate": N_("When to stop"),
            "forget": N_("What one forgets"),
            "speed": N_("Time per epoch"),
            "misread": N_("The misread ones"),
        },
        "loop",
        N_("topic"),
    ),
    batch_size=Number(
        1,
        PICTURES,
        32,
        N_("batch size"),
        log=True,
        whole=True,
        when={"topic": ["loop", "forget", "speed"]},
        about="pictures in a batch; more than there are: all",
    ),
    shuffle=Switch(
        True,
        N_("shuffle"),
        when={"topic": ["loop"]},
        about="whether every epoch shuffles the pictures, which lie sorted by label.",
    ),
    drop_last=Switch(
        False,
        N_("drop_last: leave out a last batch that is not full"),
        when={"topic": ["loop"]},
        about="whether a last batch that is not full is left out.",
    ),
    learning_rate=Number(
        1e-4,
        100,
        0.5,
        N_("learning rate η"),
        log=True,
        when={"topic": ["loop", "validate", "forget", "misread"]},
        about="η of SGD",
    ),
    rate_low=Number(1e-4, 100, 0.005, N_("η too low"), log=True, when=_RATES),
    rate_right=Number(1e-4, 100, 0.5, N_("η right"), log=True, when=_RATES),
    rate_high=Number(1e-4, 100, 5.0, N_("η too high"), log=True, when=_RATES),
    schedule=Choice(
        {
            "constant": N_("constant"),
            "steps": N_("a tenth after each third"),
            "cosine": N_("cosine"),
            "warmup": N_("warm-up"),
        },
        "constant",
        N_("schedule"),
        when={"topic": ["rates"]},
        about='η over the epochs: "constant", "steps" (a tenth after each third), "cosine" or '
        '"warmup" (from a tenth up to η in the first third).',
    ),
    train_share=Number(
        5, 90, 60, N_("training share"), unit="%", whole=True, when=_VALIDATE, about="of all"
    ),
    validation_share=Number(
        5, 90, 20, N_("validation share"), unit="%", whole=True, when=_VALIDATE, about="of all"
    ),
    evaluate=Choice(
        {
            "epoch": N_("after each epoch"),
            "step": N_("after each step"),
            "end": N_("once, at the end"),
        },
        "epoch",
        N_("evaluate"),
        when=_VALIDATE,
        about='when the validation set is asked: after each "epoch" or "step", or at the "end".',
    ),
    patience=Number(
        0,
        50,
        0,
        N_("patience (0: never stop early)"),
        whole=True,
        when=_VALIDATE,
        about="evaluations without a better loss after which training stops; 0: it never does",
    ),
    keep_best=Switch(
        False,
        N_("keep the best model"),
        when=_VALIDATE,
        about="whether the test judges the weights with the least validation loss, not the last.",
    ),
    forgotten=Choice(
        {
            "nothing": N_("nothing"),
            "zero_grad": "optimizer.zero_grad()",
            "step": "optimizer.step()",
            "train": "model.train()",
            "eval": "model.eval()",
        },
        "zero_grad",
        N_("forgotten"),
        when=_FORGET,
        about='the call that is left out: "nothing", "zero_grad", "step", "train" or "eval".',
    ),
    dropout=Number(
        0, 0.9, 0.0, N_("dropout p"), step=0.05, when=_FORGET, about="share that is dropped"
    ),
    batch_norm=Switch(False, N_("batch norm"), when=_FORGET, about="whether there is batch norm."),
    epochs=Number(
        1,
        60,
        10,
        N_("epochs"),
        whole=True,
        when={"topic": ["loop", "rates", "validate", "forget", "misread"]},
        about="rounds through all training pictures",
    ),
    truth=Choice(
        [ANY, *DIGITS], ANY, N_("in truth a"), menu=True, when=_MISREAD, about="which are shown."
    ),
    answer=Choice(
        [ANY, *DIGITS], ANY, N_("taken for a"), menu=True, when=_MISREAD, about="which are shown."
    ),
    seed=Number(
        0,
        999,
        0,
        N_("seed"),
        whole=True,
        slider=False,
        again=N_("another"),
        when={"topic": ["loop", "rates", "validate", "forget", "misread"]},
        about="of the split, the first weights and the order",
    ),
)
