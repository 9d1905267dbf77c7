"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Bank, Choice, Knobs, Number, Some, Topic
from demos.frame.texts import N_

TOPICS = {
    "celsius": N_("°C → °F"),
    "bill": N_("Three inputs"),
    "logic": N_("Logic"),
    "learning": N_("Learning logic"),
    "activation": N_("Activations"),
    "layers": N_("Two layers"),
}
SHAPES = {
    "sigmoid": N_("sigmoid"),
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": N_("leaky ReLU"),
    "elu": "ELU",
    "softplus": N_("softplus"),
}
BILLS = 6


def _of(*topics: str) -> dict[str, tuple[str, ...]]:
    return {"topic": topics}


KNOBS = Knobs(
    topic=Topic(TOPICS, "celsius", N_("topic")),
    line=Bank(
        [Number(-1, 5, 1, "w"), Number(-20, 60, 0, "b", step=1)],
        N_("Set ŷ = w·x + b"),
        when=_of("celsius"),
    ),
    prices=Bank(
        [
            Number(0, 5, 0, N_("b  cover")),
            Number(0, 5, 1, N_("w₁ croissant")),
            Number(0, 5, 1, N_("w₂ coffee")),
            Number(0, 5, 1, N_("w₃ juice")),
            Number(1, BILLS, 4, N_("bill"), whole=True),
        ],
        N_("Guess the prices [€]"),
        when=_of("bill"),
    ),
    gate=Choice(["AND", "OR", "NAND", "XOR"], "AND", N_("gate"), when=_of("logic", "learning")),
    unit=Choice(
        {"step": N_("threshold"), "sigmoid": N_("sigmoid")},
        "sigmoid",
        N_("neuron"),
        when=_of("logic"),
    ),
    neuron=Bank(
        [Number(-40, 40, 20, "w₁"), Number(-40, 40, 20, "w₂"), Number(-40, 40, -30, "b")],
        N_("Set its weights"),
        when=_of("logic"),
    ),
    rule=Choice(
        {
            "perceptron": N_("perceptron rule"),
            "gradient descent": N_("gradient descent (sigmoid)"),
        },
        "perceptron",
        N_("how it learns"),
        when=_of("learning"),
        about='"perceptron" or "gradient descent".',
    ),
    start=Bank(
        [
            Number(-5, 5, -0.5, N_("start w₁")),
            Number(-5, 5, 0.8, N_("start w₂")),
            Number(-5, 5, 0.3, N_("start b")),
            Number(0.01, 10, 1, N_("rate η"), log=True),
        ],
        N_("Where it starts"),
        when=_of("learning"),
    ),
    functions=Some(
        SHAPES, ["sigmoid", "tanh", "relu"], N_("function"), empty=True, when=_of("activation")
    ),
    x=Number(-8, 8, 2, "x", when=_of("activation")),
    between=Choice(
        {"identity": N_("nothing"), "relu": "ReLU", "tanh": "tanh", "sigmoid": "σ"},
        "identity",
        N_("between the layers"),
        when=_of("layers"),
    ),
    layers=Bank(
        [
            Number(-3, 3, 1, "w₁"),
            Number(-3, 3, 1, "w₂"),
            Number(-3, 3, 0, "b₁"),
            Number(-3, 3, -1, "b₂"),
            Number(-3, 3, 1, "v₁"),
            Number(-3, 3, -2, "v₂"),
        ],
        "h = f(wx + b), ŷ = v₁h₁ + v₂h₂",
        when=_of("layers"),
    ),
)
