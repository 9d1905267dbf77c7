"""Examples that a teacher starts from. Each is a link; the tests train each and check its claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demos.frame.texts import N_

_NOISY = {
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
        sentence: what there is to see, marked with `N_`.
        settings: those that differ from `controls.DEFAULTS`.
    """

    title: str
    sentence: str
    settings: dict[str, Any]


PRESETS = [
    Preset(
        N_("One neuron cannot do the circle"),
        N_(
            "Without a hidden layer there is one neuron, and it draws one straight line: however "
            "long it trains, it is hardly better than guessing. Now switch on the inputs x² and "
            "y²."
        ),
        {"hidden": [], "learning_rate": 0.1},
    ),
    Preset(
        N_("ReLU against sigmoid, six layers deep"),
        N_(
            "The same points, six layers and first weights of the same seed. σ′ is at most ¼, so "
            "the gradient shrinks from layer to layer: the sigmoid network learns nothing at all."
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
            "XOR at four learning rates. At 0.3 it is learned faster than at 0.03; at 3 and 10 "
            "every step overshoots, and the loss never settles."
        ),
        {
            "data": "xor",
            "compare": "learning_rate:0.03;learning_rate:0.3;learning_rate:3;learning_rate:10",
        },
    ),
    Preset(
        N_("Overfitting 20 noisy points"),
        N_(
            "205 weights and biases for 20 training points (filled). The training loss falls "
            "towards 0; the test loss is best near epoch 30 and rises ever after. Scrub back and "
            "look at the border."
        ),
        _NOISY,
    ),
    Preset(
        N_("Dropout and weight decay rescue it"),
        N_(
            "The same 20 noisy points. Look at the test loss: it explodes without a remedy, and "
            "stays low with dropout, with weight decay (L2), and with a little of both."
        ),
        {**_NOISY, "compare": "dropout:0;dropout:0.5;l2:0.03;dropout:0.2,l2:0.03"},
    ),
    Preset(
        N_("Mini-batches against the whole batch"),
        N_(
            "500 epochs each. Batches of 1 make 250 steps an epoch and stagger; the whole batch "
            "makes a single smooth one, and has hardly begun. Batches of 10 are the best of both."
        ),
        {"compare": "batch_size:1;batch_size:10;batch_size:50;batch_size:1000"},
    ),
    Preset(
        N_("The spiral"),
        N_(
            "Three layers of eight: the first draws lines, the second corners, the third bands, "
            "the last neuron two arms. Move the pointer over the neurons."
        ),
        {"data": "spiral", "hidden": [8, 8, 8], "optimizer": "adam", "learning_rate": 0.01},
    ),
]
