"""Examples that a teacher starts from. Each is a link; the tests train each and check its claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demos.frame.texts import N_

NOISY = {
    "noise": 0.25,
    "count": 200,
    "train_share": 0.1,
    "hidden": [12, 12],
    "optimizer": "adam",
    "learning_rate": 0.01,
    "epochs": 1000,
}


@dataclass(frozen=True)
class Preset:
    """An example.

    Attributes:
        title: what it is called in the menu, marked with `N_`.
        sentence: what to look for, marked with `N_`.
        answer: what there is to see, hidden until it is asked for; marked with `N_`.
        settings: those that differ from `controls.DEFAULTS`.
    """

    title: str
    sentence: str
    answer: str
    settings: dict[str, Any]


PRESETS = [
    Preset(
        N_("One neuron cannot do the circle"),
        N_(
            "Without a hidden layer there is one neuron, and it draws one straight line. How many "
            "points does it get right, however long it trains? Now switch on the inputs x² and y²."
        ),
        N_(
            "Hardly more than half: whatever straight line it draws, there is blue on both sides. "
            "With x² and y² the circle itself is a straight line, and all points are right."
        ),
        {"hidden": [], "learning_rate": 0.1},
    ),
    Preset(
        N_("ReLU against sigmoid, six layers deep"),
        N_(
            "The same points, six layers and first weights of the same seed. Which of the three "
            "learns nothing, and why? Think of how steep each activation is at most."
        ),
        N_(
            "The sigmoid network. σ′ is at most ¼, so the gradient shrinks from layer to layer: "
            "next to nothing reaches the first ones."
        ),
        {
            "hidden": [6, 6, 6, 6, 6, 6],
            "initialisation": "he",
            "epochs": 200,
            "compare": "activation:relu;activation:tanh;activation:sigmoid",
        },
    ),
    Preset(
        N_("Too high a rate"),
        N_(
            "XOR at four learning rates. Which one learns it fastest, and from which on does every "
            "step overshoot, so that the loss never settles?"
        ),
        N_("At 0.3 it is learned faster than at 0.03; at 3 and 10 every step overshoots."),
        {
            "data": "xor",
            "compare": "learning_rate:0.03;learning_rate:0.3;learning_rate:3;learning_rate:10",
        },
    ),
    Preset(
        N_("Overfitting 20 noisy points"),
        N_(
            "205 weights and biases for 20 training points (filled). Follow both losses: at which "
            "epoch would you have stopped? Scrub back there and look at the border."
        ),
        N_(
            "The training loss falls towards 0, but the test loss is best near epoch 30 and rises "
            "ever after: the border winds around single points."
        ),
        NOISY,
    ),
    Preset(
        N_("Dropout and weight decay rescue it"),
        N_(
            "The same 20 noisy points: without a remedy, with dropout, with weight decay (L2), and "
            "with a little of both. Whose test loss stays low?"
        ),
        N_("All three remedies keep it low; without one it explodes."),
        {**NOISY, "compare": "dropout:0;dropout:0.5;l2:0.03;dropout:0.2,l2:0.03"},
    ),
    Preset(
        N_("Mini-batches against the whole batch"),
        N_(
            "500 epochs each. Batches of 1 make 250 steps an epoch, the whole batch a single one. "
            "Which curve staggers, which is smooth, and which comes furthest?"
        ),
        N_(
            "Batches of 1 stagger, the whole batch is smooth and has hardly begun. Batches of 10 "
            "are the best of both."
        ),
        {"compare": "batch_size:1;batch_size:10;batch_size:50;batch_size:1000"},
    ),
    Preset(
        N_("The spiral"),
        N_(
            "Three layers of eight. What does a neuron of the first layer draw, one of the second, "
            "one of the third? Move the pointer over them."
        ),
        N_("The first draws lines, the second corners, the third bands, ŷ the two arms."),
        {"data": "spiral", "hidden": [8, 8, 8], "optimizer": "adam", "learning_rate": 0.01},
    ),
]
