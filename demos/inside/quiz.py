"""Questions on the inside of a network."""

from __future__ import annotations

import random

from demos.frame.quiz import Choose, Compute, Fault, Option
from demos.frame.texts import N_


def _draw_share(chance: random.Random) -> dict[str, float]:
    return {"share": chance.choice([0.2, 0.5, 0.6, 0.75, 0.8, 0.9])}


def _kept(share: float) -> float:
    import torch

    features = torch.ones(100, dtype=torch.float64)
    dropped = features.clone()
    dropped[: round(100 * share)] = 0
    return (features.sum() / dropped.sum()).item()


def _draw_batch(chance: random.Random) -> dict[str, float]:
    middle, apart = chance.randint(1, 9), chance.choice([1, 2, 4])
    signs = chance.choice([(1, -1, 1, -1), (-1, -1, 1, 1), (1, -1, -1, 1)])
    values = {name: middle + sign * apart for name, sign in zip("abcd", signs, strict=True)}
    return {**values, "gamma": chance.choice([0.5, 2, 3]), "beta": chance.choice([-1, 1, 4])}


def _normed(a: float, b: float, c: float, d: float, gamma: float, beta: float) -> float:
    import torch
    from torch.nn.functional import batch_norm

    x = torch.tensor([[a], [b], [c], [d]], dtype=torch.float64)
    scale, shift = (torch.tensor([one], dtype=torch.float64) for one in (gamma, beta))
    return batch_norm(x, None, None, scale, shift, training=True)[0, 0].item()


QUIZ = [
    Choose(
        "shape",
        "A layer reads 16 maps and makes 24 of them, with filters of $3 \\times 3$. Which shape do "
        "its weights have?",
        options=[
            Option(
                "(24, 3, 3)",
                "That would be one square for each filter. But it reads 16 maps, and needs a "
                "square of its own for each.",
            ),
            Option(
                "(24, 16, 3, 3)",
                "24 filters of $16 \\cdot 9 = 144$ numbers each: in torch what comes out stands "
                "first, then what goes in.",
                right=True,
            ),
            Option(
                "(16, 24, 3, 3)",
                "As many numbers, 3,456, but these would be 16 filters for a picture of 24 maps.",
            ),
            Option(
                "(16 + 24, 3, 3)",
                "Each of the 24 is connected with each of the 16: that multiplies.",
            ),
        ],
        settings={"topic": "maps", "layer": 3},
    ),
    Choose(
        "residual",
        "All weights of the two convolutions in a residual block are 0. What leaves the block, and "
        "what of a gradient comes back through it?",
        options=[
            Option(
                "Nothing but zeros, and no gradient.",
                "So it would be without the way around. Here the input is added to the zeros.",
            ),
            Option(
                "The input as it came, and the gradient as it came.",
                "$x + f(x)$ with $f(x) = 0$, and its slope is $1 + f'(x) = 1$. A block that has "
                "learned nothing does no harm, so 50 of them can stand in a row.",
                right=True,
            ),
            Option(
                "The input as it came, and no gradient.",
                "The sum hands the gradient to both its parts. The way around has the slope 1, "
                "whatever the convolutions do.",
            ),
            Option(
                "Half of the input: the mean of both ways.",
                "The block adds, it takes no mean.",
            ),
        ],
        settings={"topic": "maps", "layer": 6},
    ),
    Fault(
        "eval",
        "A trained network is asked twice about the same picture, and answers differently. Which "
        "line is to blame?",
        code="""import torch
from torch import nn
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 9), nn.Dropout(), nn.Linear(9, 2))
x = torch.randn(100, 4)
y = (x[:, 0] > 0).long()
optimizer = torch.optim.Adam(model.parameters())
model.train()
for step in range(20):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
model.requires_grad_(False)
print(*(model(x[:1]).softmax(dim=1).tolist() for _ in range(2)))""",
        line=13,
        mended="model.eval()",
        because=N_(
            "Dropout still leaves out half of the features, and each time others. "
            "`requires_grad_(False)` only says that nothing is to be learned; it is `model.eval()` "
            "that switches dropout off and lets batch norm use what it remembered. `train()` in "
            "front of the training is right."
        ),
        settings={"topic": "norms", "picture": "shirt", "dropout": 0.5},
    ),
    Compute(
        "dropout",
        "While a network learns, dropout sets a share of {share:.2f} of the features to 0. By "
        "which factor are the others made larger, so that the sum stays the same on average? Two "
        "decimals are enough.",
        draw=_draw_share,
        answer=_kept,
        tolerance=0.01,
        because=N_(
            "$1 - {share:.2f}$ of them are left, so $1 / (1 - {share:.2f})$ = {answer:.2f}. Then "
            "nothing needs to be changed when it answers: all features are there, none is made "
            "larger."
        ),
        settings={"topic": "norms", "picture": "shirt", "dropout": 0.5},
    ),
    Compute(
        "normed",
        "A channel has the values {a:d}, {b:d}, {c:d} and {d:d} in a batch of four. What does "
        "batch norm make of the first while it learns, with $\\gamma = {gamma:.1f}$ and "
        "$\\beta = {beta:d}$? One decimal is enough.",
        draw=_draw_batch,
        answer=_normed,
        tolerance=0.06,
        because=N_(
            "Minus the mean of the four, by their deviation: 1 or −1 here. Then times $\\gamma$, "
            "plus $\\beta$: {answer:.1f}. The other three values have a part in it; when the "
            "network answers, remembered means and deviations take their place."
        ),
        settings={"topic": "norms", "picture": "shirt", "batch": "batch"},
    ),
    Choose(
        "hidden",
        "A grey square slides over a photo of a boot. In one place the probability of “boot” "
        "**rises** by 20 points where the square lies. What does that say?",
        options=[
            Option(
                "What is there speaks against a boot, to this network.",
                "Hidden, it can no longer speak. A heat map shows such places with the other sign; "
                "it explains this answer of this network, and nothing about boots.",
                right=True,
            ),
            Option(
                "There lies what it recognises the boot by.",
                "Then the probability would fall when it is hidden.",
            ),
            Option(
                "Nothing: a probability cannot rise when something is hidden.",
                "It can: the network weighs what speaks for and against, and one of those against "
                "is gone.",
            ),
            Option(
                "The gradient is largest there.",
                "The gradient says what the smallest change of a pixel does, the square what "
                "leaving out a whole place does. They often differ.",
            ),
        ],
        settings={"topic": "counts", "method": "occlusion"},
    ),
]
