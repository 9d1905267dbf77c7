"""Questions on learning without labels, and with rewards."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.frame.quiz import Choose, Compute, Option, Order
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt

SHAPES = {"A": "none", "B": "groups", "C": "rings"}


def elbows() -> dict[str, list[tuple[int, float]]]:
    """Return the share of the inertia that is left with 1 to 6 groups, for three shapes."""
    from demos.rewards.groups import elbow
    from demos.rewards.points import drawn

    found = {}
    for letter, shape in SHAPES.items():
        rows = elbow(drawn(shape, 30, 1)[0], largest=6, tries=8)
        found[letter] = [(row["k"], 100 * row["inertia"] / rows[0]["inertia"]) for row in rows]
    return found


def _elbows() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves

    described = _("The inertia over the number of groups for three samples, A, B and C")
    return lettered_curves(elbows(), _("groups k"), _("inertia [%]"), described, domain=(0, 100))


def _draw_rewards(chance: random.Random) -> dict[str, float]:
    return {
        "gamma": chance.choice([0.5, 0.8, 0.9]),
        "cost": chance.choice([0.1, 0.2]),
        "goal": chance.choice([1, 2, 10]),
    }


def _return(gamma: float, cost: float, goal: float) -> float:
    import torch

    rewards = torch.tensor([-cost, -cost, -cost, goal], dtype=torch.float64)
    return (gamma ** torch.arange(4, dtype=torch.float64) @ rewards).item()


def _draw_update(chance: random.Random) -> dict[str, float]:
    return {
        "old": chance.choice([0, 0.2, 0.4, 1]),
        "reward": chance.choice([-1, -0.1, 0, 0.3]),
        "ahead": chance.choice([0.5, 1, 2]),
        "behind": chance.choice([-1, 0, 0.2]),
        "gamma": chance.choice([0.5, 0.8, 0.9]),
        "alpha": chance.choice([0.1, 0.2, 0.5]),
    }


def _updated(
    old: float, reward: float, ahead: float, behind: float, gamma: float, alpha: float
) -> float:
    import torch

    there = torch.tensor([ahead, behind], dtype=torch.float64)
    target = reward + gamma * there.max()
    return torch.lerp(torch.tensor(old, dtype=torch.float64), target, alpha).item()


QUIZ = [
    Order(
        "rounds",
        "How does k-means find its groups? Bring the steps into order.",
        steps=[
            N_("Choose how many groups there are to be."),
            N_("Put that many centres anywhere, such as on points drawn at random."),
            N_("Let every point join the centre that is nearest to it."),
            N_("Move every centre to the mean of the points that joined it."),
            N_("Go back two steps, until no point changes its group."),
        ],
        because=N_(
            "Without centres no point can join, and without points that have joined no centre can "
            "move. Each of the two halves can only lower the inertia, so it comes to an end; "
            "where, depends on the start."
        ),
        settings={"topic": "groups"},
    ),
    Choose(
        "elbow",
        "The inertia that is left with 1 to 6 groups, for three samples of points. Which of them "
        "has three clear groups?",
        picture=_elbows,
        options=[
            Option(
                "A",
                "It falls evenly, without a bend. These points are strewn about: more groups "
                "always fit better, and none is real.",
            ),
            Option(
                "B",
                "Steep down to $k = 3$, flat from there on: a fourth centre only cuts a group that "
                "belongs together.",
                right=True,
            ),
            Option(
                "C",
                "Two rings, one in the other. It falls slowly all the way: k-means looks for round "
                "heaps, and a ring is none.",
            ),
        ],
        settings={"topic": "groups", "k": 2},
    ),
    Choose(
        "told",
        "Which of these learn without being told what is right, **unsupervised**? Choose all.",
        options=[
            Option(
                "Sorting 10,000 photos into heaps that look alike.",
                "Nobody says what the heaps are called, or which photo belongs where: like "
                "k-means.",
                right=True,
            ),
            Option(
                "Guessing the price of a car from 2,000 sales.",
                "Each sale says its price. That is a label, though no class: supervised.",
            ),
            Option(
                "A robot that walks, and is told how far it came.",
                "It is not told which step was right, but it hears a number for what it did: "
                "reinforcement.",
            ),
            Option(
                "Squeezing pictures into two numbers, and making them again of those.",
                "The autoencoder compares with the picture itself. It needs no one's answer.",
                right=True,
            ),
        ],
        settings={"topic": "overview"},
    ),
    Choose(
        "axes",
        "What do PCA and k-means have in common? Choose all.",
        options=[
            Option(
                "Neither of them looks at labels.",
                "Both only see where the points lie.",
                right=True,
            ),
            Option(
                "Both say for each point to which group it belongs.",
                "k-means does. PCA says how far along an axis it lies: a number, no group.",
            ),
            Option(
                "Both may answer otherwise if one column is in millimetres instead of centimetres.",
                "Its numbers are ten times as large then, and with them variances and distances: "
                "the axis turns from 22.8° to 77.4°. So columns are standardised first.",
                right=True,
            ),
            Option(
                "Both find out how many groups there are.",
                "To k-means $k$ is told, and PCA knows no groups.",
            ),
        ],
        settings={"topic": "axis", "scale": "mm", "optimum": True},
    ),
    Compute(
        "discounted",
        "Three steps cost {cost:.1f} each, the fourth brings {goal:d}. What is the return at the "
        "start, with $\\gamma = {gamma:.1f}$? Two decimals are enough.",
        draw=_draw_rewards,
        answer=_return,
        tolerance=0.01,
        because=N_(
            "What comes one step later counts $\\gamma$ times as much: "
            "$-{cost:.1f} \\cdot (1 + \\gamma + \\gamma^2) + \\gamma^3 \\cdot {goal:d}$ = "
            "{answer:.3f}. With $\\gamma = 0$ only the cost of the first step would be left."
        ),
        settings={"topic": "agent", "cost": 0.1},
    ),
    Compute(
        "update",
        "Q of a move is {old:.1f}. The move brings the reward {reward:.1f}, and leads to a cell "
        "whose moves have the values {ahead:.1f} and {behind:.1f}. What is Q after Q-learning with "
        "$\\alpha = {alpha:.1f}$ and $\\gamma = {gamma:.1f}$? Two decimals are enough.",
        draw=_draw_update,
        answer=_updated,
        tolerance=0.01,
        because=N_(
            "What it should be is the reward and $\\gamma$ times the **best** that can follow, "
            "{ahead:.1f}, whichever move it will make then. Towards that Q goes the share "
            "$\\alpha$ of the way: {answer:.3f}."
        ),
        settings={"topic": "agent"},
    ),
    Choose(
        "greedy",
        "ε-greedy with ε = 0.2 chooses among five methods. How often does it give the one that it "
        "takes for the best?",
        options=[
            Option(
                "80 %",
                "So often it does not try at random. But when it does, it may draw the best one, "
                "too.",
            ),
            Option(
                "84 %",
                "80 % on purpose, and of the 20 % at random one in five: $0.8 + 0.2 / 5$. Each of "
                "the others gets 4 %, enough to find out that one was misjudged.",
                right=True,
            ),
            Option(
                "20 %",
                "ε is the share that is tried at random, the other way round.",
            ),
            Option(
                "100 %, once it knows which is best.",
                "It never stops trying. It does not know for sure, and what is best may change.",
            ),
        ],
        settings={"topic": "bandit"},
    ),
]
