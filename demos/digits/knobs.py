"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Choice, Knobs, Number, Switch, Topic
from demos.frame.texts import N_

NETWORKS = {  # key → title, layers
    "linear": (N_("Linear"), "784 → 10"),
    "mlp": (N_("Fully connected"), "784 → 100 → 50 → 10"),
    "cnn": (N_("Convolutional"), N_("7 convolutions → 10")),
}
LABELS = list("0123456789")

KNOBS = Knobs(
    topic=Topic(
        {
            "read": N_("Draw and see"),
            "zero": N_("0 or not 0?"),
            "number": N_("One number, 0 to 9?"),
            "ten": N_("Ten outputs"),
            "entropy": N_("Cross-entropy"),
            "cost": N_("What preprocessing is worth"),
        },
        "read",
        N_("topic"),
    ),
    output=Choice(
        [N_("softmax"), N_("sigmoid"), N_("logits")],
        "softmax",
        N_("show"),
        about='"softmax" (probabilities that add up to 1), "sigmoid" (each digit for itself) or '
        '"logits".',
        when={"topic": ["read"]},
    ),
    preprocess=Switch(
        True,
        N_("preprocess as MNIST was"),
        about="true brings the digit to MNIST's size, place and stroke (crop to the ink, longest "
        "side 20 pixels, centre of mass to the middle of 28 × 28, ink bright on dark); false only "
        "squashes the whole picture to 28 × 28.",
        when={"topic": ["read"]},
    ),
    zero=Choice(
        {"yes": N_("a 0"), "no": N_("no 0")},
        "yes",
        N_("what you drew is"),
        local=True,
        when={"topic": ["zero"]},
    ),
    threshold=Number(
        0.01, 0.99, 0.5, N_("“0” from"), step=0.01, local=True, when={"topic": ["zero"]}
    ),
    truth=Choice(
        LABELS,
        "7",
        N_("what you drew is a"),
        compact=True,
        local=True,
        when={"topic": ["number", "ten", "entropy"]},
    ),
    network=Choice(
        {key: title for key, (title, _layers) in NETWORKS.items()},
        "mlp",
        N_("network"),
        local=True,
        when={"topic": ["ten", "entropy"]},
    ),
)
