"""Questions on what the outputs of a network mean."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.digits.figures import FIGURES
from demos.frame.quiz import Choose, Compute, Fault, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt


def _draw_logits(chance: random.Random) -> dict[str, float]:
    a, b, c = chance.sample([-1, 0, 1, 2, 3], 3)
    return {"a": a, "b": b, "c": c}


def _softmax(a: float, b: float, c: float) -> float:
    import torch

    from demos.digits.lesson import express

    return express(torch.tensor([a, b, c], dtype=torch.float64), "softmax")[0].item()


def _draw_two(chance: random.Random) -> dict[str, int]:
    a = chance.randint(0, 5)
    return {"a": a, "b": chance.randint(a + 4, 9), "share": chance.choice([25, 40, 50, 60, 75])}


def _best_number(a: int, b: int, share: int) -> float:
    import torch

    from demos.digits.lesson import mean_digit

    shares = torch.zeros(10, dtype=torch.float64)
    shares[a], shares[b] = share / 100, 1 - share / 100
    return mean_digit(shares)


def losses() -> dict[str, list[tuple[float, float]]]:
    """Return three losses of a yes over the probability that was said, by letter."""
    import torch

    from demos.digits.lesson import binary_losses

    z = torch.linspace(-5, 5, 51, dtype=torch.float64)
    p = z.sigmoid()
    yes = {
        "A": 1 - p,
        "B": torch.tensor([binary_losses(one)[1] for one in z]),
        "C": (1 - p) ** 2,
    }
    return {name: list(zip(p.tolist(), loss.tolist(), strict=True)) for name, loss in yes.items()}


def _losses() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves

    described = _("Three losses, named A, B and C, over the probability p that was said")
    return lettered_curves(losses(), "p", "L", described, domain=(0, 5))


QUIZ = [
    Compute(
        "softmax",
        "A network with three outputs has the logits $z_1 = {a:d}$, $z_2 = {b:d}$ and "
        "$z_3 = {c:d}$. What does softmax make of the first? Two decimals are enough.",
        draw=_draw_logits,
        answer=_softmax,
        tolerance=0.01,
        because=N_(
            "$\\frac{e^{z_1}}{e^{z_1} + e^{z_2} + e^{z_3}}$ = {answer:.4f}. The sigmoid of the "
            "first alone would be $\\frac{1}{1 + e^{-z_1}}$, whatever the other two are: it "
            "answers another question, yes or no, and the three need not add up to 1."
        ),
        settings={"topic": "ten", "sketch": FIGURES["seven"], "network": "mlp"},
    ),
    Choose(
        "shifted",
        "All ten logits become larger by 2. What changes?",
        options=[
            Option(
                "Softmax: each digit gets a larger share.",
                "It cannot: the shares add up to 1. All ten $e^z$ become $e^2 = 7.4$ times as "
                "large, their sum too, and the factor cancels.",
            ),
            Option(
                "The sigmoid of each digit.",
                "Each has its own zero: a logit of 0 was 50 %, now it is 2, and 88 %. So sigmoids "
                "know “none of these” and “several”, and softmax does not.",
                right=True,
            ),
            Option(
                "The digit that is named.",
                "The largest logit stays the largest.",
            ),
            Option(
                "The cross-entropy.",
                "It is $-\\ln$ of the share that softmax gives the true digit, and the shares stay "
                "as they are.",
            ),
        ],
        settings={"topic": "read", "sketch": FIGURES["seven"], "output": "sigmoid"},
    ),
    Compute(
        "one_number",
        "A network has one output, a number from 0 to 9, and learned with the squared error. Of "
        "sketches like this one {share:d} % were the digit {a:d}, all others the digit {b:d}. What "
        "does it say at best? One decimal is enough.",
        draw=_draw_two,
        answer=_best_number,
        tolerance=0.06,
        because=N_(
            "The mean has the smallest squared error: ${share:d}\\,\\% \\cdot {a:d}$ and the rest "
            "of ${b:d}$ make {answer:.2f}. It is near neither of the two, and perhaps near a "
            "digit that looks like none of them. So digits get an output each, and no slider from "
            "0 to 9."
        ),
        settings={"topic": "number", "sketch": FIGURES["flag"]},
    ),
    Choose(
        "codes",
        "A network is to name fruit: apple, pear or plum. With which targets is none of them "
        "nearer to one of the others than to the other?",
        options=[
            Option(
                "One output: 0, 1, 2.",
                "A plum would be twice as far from an apple as a pear is, and between apple and "
                "plum would lie the pear. Fruit has no order.",
            ),
            Option(
                "Two outputs: (0, 0), (0, 1), (1, 1).",
                "Shorter, but apple and plum are $\\sqrt 2$ apart, and each of them only 1 from "
                "the pear.",
            ),
            Option(
                "Three outputs: (1, 0, 0), (0, 1, 0), (0, 0, 1).",
                "One-hot: every two are $\\sqrt 2$ apart. It takes as many outputs as there are "
                "classes.",
                right=True,
            ),
            Option(
                "Three outputs: (1, 0, 0), (1, 1, 0), (1, 1, 1).",
                "This one keeps an order: apple and plum are $\\sqrt 2$ apart, neighbours 1. It "
                "fits small, medium, large.",
            ),
        ],
        settings={"topic": "ten", "sketch": FIGURES["seven"], "truth": "7"},
    ),
    Choose(
        "dearest",
        "The right answer is yes, and a network says it with probability $p$. Which of these "
        "curves is the cross-entropy?",
        picture=_losses,
        options=[
            Option(
                "A",
                "A line: $1 - p$. To be sure and wrong costs 1 at most, only twice as much as to "
                "say 50 %.",
            ),
            Option(
                "B",
                "$-\\ln p$: 0.69 at one half, 2.3 at 0.1, 4.6 at 0.01, and on without end. Who is "
                "sure and wrong pays most, and gets the largest slope.",
                right=True,
            ),
            Option(
                "C",
                "The squared error $(1 - p)^2$: it never costs more than 1, however sure and wrong "
                "the network is.",
            ),
        ],
        settings={"topic": "zero", "sketch": FIGURES["zero"]},
    ),
    Fault(
        "twice",
        "The right class is 2, and the network learns nothing else. Yet the loss ends at 0.55 "
        "instead of near 0. Which line is to blame?",
        code="""import torch
from torch.nn.functional import cross_entropy

z = torch.zeros(1, 3, requires_grad=True)  # the logits
optimizer = torch.optim.SGD([z], lr=1.0)
for step in range(1000):
    p = z.softmax(dim=1)
    loss = cross_entropy(p, torch.tensor([2]))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"p = {p[0, 2].item():.2f}, loss {loss.item():.2f}")""",
        line=8,
        mended="    loss = cross_entropy(z, torch.tensor([2]))",
        because=N_(
            "`cross_entropy` wants logits, and takes the softmax itself. Given probabilities it "
            "takes it twice: even a sure answer, (0, 0, 1), becomes "
            "$e / (e + 2) = 0.576$, and the loss cannot fall below $-\\ln 0.576 = 0.55$. Nothing "
            "complains."
        ),
        settings={"topic": "entropy", "sketch": FIGURES["seven"]},
    ),
    Choose(
        "photos",
        "A network reads 98 % of the digits of MNIST, and 20 % of digits on photos from a phone. "
        "What is to be looked at first?",
        options=[
            Option(
                "What the network sees: size, place, and whether ink is bright on dark.",
                "A photo is dark on bright, and the digit lies anywhere. With dark on bright all "
                "three networks here read at most 14 %. It costs one look.",
                right=True,
            ),
            Option(
                "Whether more layers or epochs help.",
                "They would help with pictures like those of MNIST, where 98 % are right already. "
                "Its best network here reads 99.7 %, and 12 % of them dark on bright.",
            ),
            Option(
                "Whether it overfits: perhaps weight decay helps.",
                "Then it would fail on the test digits of MNIST, too. They are new to it, and it "
                "reads them.",
            ),
        ],
        settings={"topic": "cost", "sketch": FIGURES["one"]},
    ),
]
