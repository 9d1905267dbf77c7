"""Questions on the training loop."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from demos.frame.quiz import Choose, Compute, Fault, Option, Order
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt


def _draw_loader(chance: random.Random) -> dict[str, int | str]:
    size = chance.choice([10, 20, 50, 100])
    return {
        "count": size * chance.randint(5, 20) + chance.randint(1, size - 1),
        "size": size,
        "epochs": chance.randint(2, 5),
        "last": chance.choice(["True", "False"]),
    }


def _steps(count: int, size: int, epochs: int, last: str) -> int:
    from torch.utils.data import DataLoader

    return epochs * len(DataLoader(range(count), batch_size=size, drop_last=last == "True"))


KINDS: dict[str, dict[str, Any]] = {"A": {"shuffle": False}, "B": {}, "C": {"learning_rate": 5.0}}


def _losses() -> alt.Chart:
    from demos.loop.lesson import train
    from demos.pictures.lettered import lettered_curves

    curves = {
        letter: [(row["step"], row["loss"]) for row in train(epochs=2, evaluate="end", **changed)]
        for letter, changed in KINDS.items()
    }
    described = _("The loss of each batch over 68 steps, three curves named A, B and C")
    return lettered_curves(curves, _("step"), _("loss"), described, domain=(0, 8))


NOT_CALLED = """\
import torch

torch.manual_seed(0)
x = torch.linspace(-1, 1, 20)[:, None]
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _step in range(100):
    optimizer.zero_grad
    loss = ((model(x) - 3 * x) ** 2).mean()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.4f}")
"""

QUIZ = [
    Order(
        "order",
        "Bring one round of the training loop into order. The gradients are cleared as soon as "
        "there is a batch.",
        steps=[
            N_("`for x, y in loader:`"),
            N_("`optimizer.zero_grad()`"),
            N_("`logits = model(x)`"),
            N_("`loss = loss_of(logits, y)`"),
            N_("`loss.backward()`"),
            N_("`optimizer.step()`"),
        ],
        because=N_(
            "The loss needs the answers, `backward` needs the loss, and the step needs the "
            "gradients that `backward` leaves in each parameter. They would stay there and be "
            "added to, were they not cleared before the next `backward`."
        ),
        settings={"topic": "loop"},
    ),
    Compute(
        "steps",
        "There are {count:d} pictures for training. How many steps are {epochs:d} epochs with "
        "`DataLoader(data, batch_size={size:d}, shuffle=True, drop_last={last:s})`?",
        draw=_draw_loader,
        answer=_steps,
        tolerance=0,
        because=N_(
            "Divide {count:d} by {size:d}: the last batch is not full. With `drop_last=False` it "
            "counts as a step, so round up; with `drop_last=True` it is left out, so round down. "
            "Here it is `{last:s}`, and {epochs:d} times as many steps: {answer:.0f}. Shuffling "
            "changes which pictures meet, not how many batches there are."
        ),
        settings={"topic": "loop", "drop_last": True},
    ),
    Fault(
        "zero_grad",
        "A line is to be learned, and its loss should be 0 after 100 steps. But it swings, and "
        "comes to no rest. In which line is the fault?",
        code=NOT_CALLED,
        line=8,
        mended="    optimizer.zero_grad()",
        because=N_(
            "Without the parentheses nothing is called, and Python does not complain. Each "
            "`backward` then adds to all gradients before it: the steps go on to where the past "
            "points, far beyond the goal, and back."
        ),
        settings={"topic": "forget", "forgotten": "zero_grad"},
    ),
    Choose(
        "eval",
        "A network with dropout and batch norm is trained. Then it is asked, and `model.eval()` is "
        "forgotten. What will one notice? Choose all.",
        options=[
            Option(
                "Asked twice about the same picture, it gives two answers.",
                "Dropout leaves out other neurons each time, and the answer lacks what they would "
                "have said.",
                right=True,
            ),
            Option(
                "With every question its weights change.",
                "Weights move in `optimizer.step()` and nowhere else. What does move are the "
                "running means of batch norm.",
            ),
            Option(
                "What it says of a picture depends on which others it is asked about with it.",
                "Batch norm takes the mean of whatever comes in one batch, in place of the one "
                "that it has learned.",
                right=True,
            ),
            Option(
                "It refuses to answer.",
                "No error, no warning, only worse numbers: that is why it is forgotten so often.",
            ),
        ],
        settings={"topic": "forget", "forgotten": "eval", "dropout": 0.5},
    ),
    Choose(
        "shuffle",
        "The pictures lie sorted by digit. One training shuffles them, one does not, and one "
        "shuffles but has too high a learning rate. Which curve is that **without** shuffling?",
        picture=_losses,
        options=[
            Option(
                "A",
                "While a digit lasts the loss sinks, as it is enough to say always the same. With "
                "the next digit that is wrong, and the loss leaps.",
                right=True,
            ),
            Option(
                "B",
                "It falls all the way, with small jags: each batch is a mixture of digits. This "
                "one is shuffled, with a good rate.",
            ),
            Option(
                "C",
                "One leap at the beginning, then it lies at 2.3, where guessing among ten is, "
                "$\\ln 10$: the rate, 5, is too high, and the ReLUs are dead.",
            ),
        ],
        settings={"topic": "loop", "shuffle": False, "epochs": 2},
    ),
    Choose(
        "batch",
        "1,078 pictures: the batch size goes from 32 to 64, and all else stays. What changes? "
        "Choose all.",
        options=[
            Option(
                "An epoch has half as many steps.",
                "17 in place of 34. The same number of epochs then moves the weights half as "
                "often.",
                right=True,
            ),
            Option(
                "Each picture is seen half as often.",
                "An epoch is once through all pictures, whatever the batches are.",
            ),
            Option(
                "The gradients of the steps scatter less.",
                "Each is the mean of twice as many pictures: chance evens out, to about "
                "$\\frac{1}{\\sqrt 2}$ of what it was.",
                right=True,
            ),
            Option(
                "The network needs twice as many weights.",
                "The same weights meet every picture. What doubles is the room for what is "
                "computed in between.",
            ),
        ],
        settings={"topic": "loop", "batch_size": 64},
    ),
]
