"""Questions on networks that read one step after the other."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.frame.quiz import Choose, Compute, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt

NETWORKS = {"A": "rnn", "B": "conv", "C": "lstm"}
STEPS = 24


def gradients() -> dict[str, list[tuple[int, float]]]:
    """Return how much of a gradient reaches each step of three networks, by letter."""
    from demos.sequences.lesson import reached

    return {
        letter: list(enumerate(reached(kind, STEPS, 1.0, 4.0, False, 1, size=8), start=1))
        for letter, kind in NETWORKS.items()
    }


def _gradients() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves

    described = _("How much of a gradient reaches each step in three networks, A, B and C")
    # What is 0 has no place on an axis that is logarithmic.
    curves = {name: [at for at in line if at[1]] for name, line in gradients().items()}
    return lettered_curves(curves, _("step"), _("share of the gradient"), described, log=True)


def _draw_unit(chance: random.Random) -> dict[str, float]:
    return {"u": chance.choice([0.5, 0.8, 0.9, 1.1, 1.2, 1.5]), "steps": chance.randint(3, 6)}


def _arrives(u: float, steps: int) -> float:
    import torch

    h = first = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    for _step in range(steps - 1):
        h = u * h
    return torch.autograd.grad(h, first)[0].item()


def _draw_gates(chance: random.Random) -> dict[str, float]:
    return {
        "before": chance.choice([-2, -1, 1, 2]),
        "forget": chance.choice([0.1, 0.5, 0.9]),
        "enter": chance.choice([0.2, 0.5, 0.8]),
        "new": chance.choice([-0.5, 0.5, 0.9]),
    }


def _cell(before: float, forget: float, enter: float, new: float) -> float:
    import torch

    from demos.sequences.lesson import network

    lstm = network("lstm", 1, 1, 1).double().memory
    for parameter in lstm.parameters():
        torch.nn.init.zeros_(parameter)
    gates = torch.tensor([enter, forget, 0.5], dtype=torch.float64).logit()
    comes = torch.tensor([new], dtype=torch.float64).atanh()
    lstm.bias_ih_l0.data = torch.cat([gates[:2], comes, gates[2:]])
    nothing, held = torch.zeros(1, 1, 1).double(), torch.full((1, 1, 1), before).double()
    with torch.no_grad():
        return lstm(nothing, (nothing, held))[1][1].item()


QUIZ = [
    Choose(
        "vanishing",
        "The end of a sequence sends a gradient back to each of its 24 steps. Which curve is that "
        "of an LSTM whose forget gates begin open?",
        picture=_gradients,
        options=[
            Option(
                "A",
                "From step to step it loses about as large a part: a straight line on this axis, "
                "down to some thousandths. That is the RNN, each step multiplies once more.",
            ),
            Option(
                "B",
                "It ends all at once: three layers of convolution see 15 steps, and what lies "
                "before gets no gradient at all.",
            ),
            Option(
                "C",
                "Its cell is handed on nearly as it is, times a forget gate near 1. So a good part "
                "reaches the first step, too.",
                right=True,
            ),
        ],
        settings={"topic": "gradient", "kinds": ["rnn", "lstm", "conv"]},
    ),
    Compute(
        "multiplied",
        "An RNN of one unit, without tanh: $h_t = x_t + {u:.1f} \\cdot h_{t-1}$. How large is "
        "$\\partial h_{steps:d} / \\partial h_1$? Two decimals are enough.",
        draw=_draw_unit,
        answer=_arrives,
        tolerance=0.01,
        because=N_(
            "Each step back multiplies by ${u:.1f}$, and there are ${steps:d} - 1$ of them: "
            "${u:.1f}^{{steps:d} - 1}$ = {answer:.3f}. Below 1 it vanishes over many steps, above "
            "1 it explodes; to stay it would have to be exactly 1."
        ),
        settings={"topic": "gradient", "kinds": ["rnn"], "linear": True, "scale": 0.8},
    ),
    Compute(
        "cell",
        "The cell of an LSTM holds {before:d}. Its forget gate is {forget:.1f}, its input gate "
        "{enter:.1f}, and what would come in is {new:.1f}. What does it hold then? Two decimals "
        "are enough.",
        draw=_draw_gates,
        answer=_cell,
        tolerance=0.01,
        because=N_(
            "$f \\cdot c + i \\cdot g$: {forget:.1f} · ({before:d}) + {enter:.1f} · "
            "({new:.1f}) = {answer:.3f}. A forget gate of 1 keeps all, an input gate of 0 lets "
            "nothing in."
        ),
        settings={"topic": "gates"},
    ),
    Choose(
        "forgets",
        "A forget gate stands at 0.9 all the time, and nothing comes in. How much of what the cell "
        "held is left after 30 steps?",
        options=[
            Option(
                "90 %.",
                "That is after one step. The gate multiplies at every step.",
            ),
            Option(
                "About 4 %.",
                "$0.9^{30} = 0.04$. With 0.99 it would be 74 %, with 0.5 nothing: to remember over "
                "30 steps a gate must be very near 1. So the chapter lets it begin open.",
                right=True,
            ),
            Option(
                "Nothing: 30 times a tenth is more than all.",
                "A tenth is taken of what is left, not of what there was.",
            ),
            Option(
                "All of it, since no gate is closed.",
                "Only a gate of 1 keeps all.",
            ),
        ],
        settings={"topic": "gates", "keep": 2.0},
    ),
    Choose(
        "clipped",
        "The gradient is (3, 4), and its length is clipped at 1. What becomes of it?",
        options=[
            Option(
                "(1, 1)",
                "That would cut each number for itself, and the step would go in another "
                "direction.",
            ),
            Option(
                "(0.6, 0.8)",
                "Its length is 5; all of it is divided by 5. The direction stays, only the step "
                "becomes shorter.",
                right=True,
            ),
            Option(
                "(0.75, 1)",
                "The largest number is 1 then, but the length is 1.25.",
            ),
            Option(
                "(0, 0): it is too long and is left out.",
                "Then a training whose gradients are all long would stand still. Here it goes on, "
                "with short steps.",
            ),
        ],
        settings={"topic": "clip"},
    ),
    Choose(
        "longer",
        "An RNN is trained on sequences of 1,000 steps instead of 10. Of what is there more? "
        "Choose all.",
        options=[
            Option(
                "The number of its weights.",
                "The same weights are used at each step, however many there are.",
            ),
            Option(
                "The hidden state.",
                "It stays as large: all that is to be remembered of 1,000 steps has to be in the "
                "same few numbers.",
            ),
            Option(
                "The memory that a training takes.",
                "To go back, it needs the states of all steps, so they are kept: 100 times as "
                "many.",
                right=True,
            ),
            Option(
                "The steps between an early symbol and the error at the end.",
                "Through each of them the gradient has to go back, and each multiplies it: with "
                "0.9 each, $10^{-46}$ of it is left.",
                right=True,
            ),
        ],
        settings={"topic": "back", "kinds": ["rnn"]},
    ),
]
