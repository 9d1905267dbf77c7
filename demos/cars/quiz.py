"""Questions on used cars."""

from __future__ import annotations

import random

from demos.frame.quiz import Choose, Compute, Fault, Option, Order
from demos.frame.texts import N_


def _draw_weight(chance: random.Random) -> dict[str, float]:
    return {
        "w": chance.choice([-0.5, -0.4, -0.3, -0.2, -0.1]),
        "years": chance.choice([4, 5, 8, 10]),
        "dollars": chance.choice([10000, 20000, 40000]),
    }


def _per_year(w: float, years: float, dollars: float) -> float:
    import torch

    from demos.cars.lesson import in_dollars

    number, none = (lambda value: torch.tensor([float(value)])), torch.zeros(1).double()
    spread = number(years).double(), none, number(dollars).double()
    return in_dollars(["age"], number(w), number(0), none, *spread)["per_year"]


FORGOTTEN = """\
import torch

miles = torch.tensor([10e3, 40e3, 70e3, 100e3])
price = torch.tensor([40e3, 31e3, 22e3, 13e3])
mean, deviation = miles.mean(), miles.std()
z = (miles - mean) / deviation
w = torch.zeros(2, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for _step in range(200):
    optimizer.zero_grad()
    ((w[0] * z + w[1] - price) ** 2).mean().backward()
    optimizer.step()
print(f"{w[0] * 50e3 + w[1]:,.0f} dollars")
"""

QUIZ = [
    Fault(
        "forgotten",
        "A neuron learns prices from miles, then it is asked about a car with 50,000 miles. It "
        "says hundreds of millions of dollars below zero. In which line is the fault?",
        code=FORGOTTEN,
        line=13,
        mended='print(f"{w[0] * (50e3 - mean) / deviation + w[1]:,.0f} dollars")',
        because=N_(
            "The weight was learned for z-scores, numbers around 0, and is multiplied by 50,000 "
            "miles. A new car must be normalised as those in the training were, with the **same** "
            "μ and σ."
        ),
        settings={"topic": "file", "normalise": False},
    ),
    Order(
        "order",
        "From a file to the price of a car: bring the steps into order.",
        steps=[
            N_("Read the file, and make numbers of texts such as “$10,300”."),
            N_("Compute μ and σ of each column."),
            N_("Turn the columns into z-scores, and train on them."),
            N_("Save the weights in one file with μ and σ."),
            N_("Load the file, and normalise a new car with its μ and σ."),
            N_("Turn what the neuron says back into dollars."),
        ],
        because=N_(
            "μ and σ are of the cars in the training, and belong to the weights: without them the "
            "answer means nothing. A new car is measured by them, never by a μ of its own."
        ),
        settings={"topic": "file"},
    ),
    Compute(
        "year",
        "Age and price are normalised: σ of the ages is {years:d} years, σ of the prices "
        "{dollars:d} dollars. The weight of the age is {w:.1f}. By how many dollars does one more "
        "year change the price? The sign counts.",
        draw=_draw_weight,
        answer=_per_year,
        tolerance=1,
        unit=N_("$"),
        because=N_(
            "One more year is one σ divided by {years:d}, and the price moves by the weight times "
            "its own σ: $w \\cdot \\sigma_y / \\sigma_x$ with $\\sigma_y = {dollars:d}$, "
            "{answer:.0f} dollars."
        ),
        settings={"topic": "answer", "limit": 100000},
    ),
    Choose(
        "rate",
        "With nothing normalised, the training converges only for rates below "
        "$1.4 \\cdot 10^{-10}$. What is to blame?",
        options=[
            Option(
                "The prices: errors of many thousand dollars, squared",
                "Normalise the price alone: the loss becomes 1 in place of 8 billion, and the "
                "largest rate stays what it was.",
            ),
            Option(
                "The number of cars, 4,009",
                "The loss is a mean: with ten times as many cars of this kind it is the same.",
            ),
            Option(
                "The miles: how curved the loss is grows with their squares",
                "Tens of thousands, squared, are billions; steps must be shorter than two divided "
                "by that. As z-scores the miles allow rates up to 0.618.",
                right=True,
            ),
            Option(
                "float32: it has too few digits for dollars and miles",
                "With more digits it would overflow later, and diverge all the same: each step "
                "overshoots.",
            ),
        ],
        settings={"topic": "explode", "learning_rate": 1e-9},
    ),
    Choose(
        "dear",
        "One row says 2,954,083 dollars for a Maserati of 2005. What keeps it from deciding what a "
        "year costs, for all 4,009 cars? Choose all.",
        options=[
            Option(
                "Train with MAE in place of MSE",
                "Then every car pulls alike, however far off it is: 1,121 dollars a year, nearly "
                "what MSE says of the cars below 100,000 dollars.",
                right=True,
            ),
            Option(
                "Normalise the price",
                "z-scores shift and stretch, they bring nothing closer to the others: this car is "
                "still 37 deviations off, and squared at that.",
            ),
            Option(
                "Leave the row out",
                "Without it MSE says 629 dollars a year in place of 224. Leave out what is wrong, "
                "and say so; not what is in the way.",
                right=True,
            ),
            Option(
                "Train for many more steps",
                "More steps come closer to the lowest loss; and where that lies the one row has "
                "decided, too.",
            ),
        ],
        settings={"topic": "answer", "loss": "mae"},
    ),
    Choose(
        "alone",
        "Seeing age alone, the neuron says that a year costs 2,083 dollars; seeing age and miles, "
        "1,122. Which is right?",
        options=[
            Option(
                "The first: more columns only bring more noise.",
                "Miles are no noise: 10,000 of them cost 1,831 dollars. They are just what the "
                "first number mixes in.",
            ),
            Option(
                "Both: they answer different questions.",
                "The first compares cars as they are, and older ones were driven farther, 5,247 "
                "miles for a year. The second compares cars with the same miles.",
                right=True,
            ),
            Option(
                "The second: the first was not trained to the end.",
                "Both are the lowest loss for what the neuron sees. It is the columns that differ.",
            ),
            Option(
                "Neither: the truth is in between.",
                "There is no one price of a year to lie between them; it depends on whether the "
                "miles come along.",
            ),
        ],
        settings={"topic": "answer", "limit": 100000, "columns": ["age"]},
    ),
]
