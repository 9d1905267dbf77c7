"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Bank, Choice, Knobs, Number, Topic
from demos.frame.texts import N_

METHODS = [N_("frozen features, new head"), N_("fine-tuning"), N_("from scratch")]
SCORES = {"balanced_accuracy": N_("balanced accuracy"), "loss": N_("validation loss")}
# How much a variant of a photo may differ from it; see `models.tires.transforms`.
CHANGES = {
    "flip": Number(0, 1, 0.5, N_("mirrored"), step=0.05),
    "rotation": Number(0, 180, 10, N_("turned"), unit="±°", step=1),
    "crop": Number(0, 0.95, 0.3, N_("cropped"), step=0.05),
    "shift": Number(0, 0.5, 0.1, N_("shifted"), step=0.05),
    "brightness": Number(0, 1, 0.3, N_("brightness ±"), step=0.05),
    "contrast": Number(0, 1, 0.3, N_("contrast ±"), step=0.05),
    "seed": Number(0, 999, 0, N_("seed"), whole=True),
}
STACK = {
    "depth": Number(2, 64, 20, N_("layers"), whole=True, about="number of layers"),
    "width": Number(2, 128, 32, N_("neurons each"), whole=True, about="neurons per layer"),
    "seed": Number(
        0,
        9999,
        0,
        N_("seed"),
        whole=True,
        about="of weights and examples, the same for both kinds of stack",
    ),
}
KNOBS = Knobs(
    topic=Topic(
        {
            "photo": N_("Your photo"),
            "exam": N_("Test it yourself"),
            "transfer": N_("Transfer learning"),
            "augmentation": N_("Augmentation"),
            "residual": N_("Residual blocks"),
            "search": N_("Search"),
        },
        "photo",
        N_("topic"),
    ),
    method=Choice(METHODS, METHODS[0], N_("how it is trained"), when={"topic": ["transfer"]}),
    changes=Bank([*CHANGES.values()], N_("How much may change"), when={"topic": ["augmentation"]}),
    activation=Choice(
        {"relu": "ReLU", "tanh": "tanh", "sigmoid": N_("sigmoid")},
        "relu",
        N_("activation f"),
        when={"topic": ["residual"]},
    ),
    stack=Bank([*STACK.values()], N_("The stack"), when={"topic": ["residual"]}),
    score=Choice(
        SCORES, "balanced_accuracy", N_("last axis and colour"), when={"topic": ["search"]}
    ),
)
