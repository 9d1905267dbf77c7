"""Questions on a classifier of one's own."""

from __future__ import annotations

import random

from demos.frame.quiz import Choose, Compute, Fault, Option
from demos.frame.texts import N_


def _draw_head(chance: random.Random) -> dict[str, int]:
    return {"classes": chance.randint(3, 6), "hidden": chance.choice([2, 4, 10])}


def _learned(classes: int, hidden: int) -> int:
    from torch import nn

    head = nn.Sequential(nn.Linear(1280, hidden), nn.ReLU(), nn.Linear(hidden, classes))
    return sum(parameter.numel() for parameter in head.parameters())


def _draw_exam(chance: random.Random) -> dict[str, int]:
    photos = chance.choice([10, 20, 40, 50, 100])
    return {"photos": photos, "right": photos * chance.choice([7, 8, 9]) // 10}


def _width(photos: int, right: int) -> float:
    import torch

    z = torch.tensor(1.96, dtype=torch.float64)
    p = right / photos
    root = (p * (1 - p) / photos + z**2 / (4 * photos**2)).sqrt()
    return 100 * (2 * z / (1 + z**2 / photos) * root).item()


QUIZ = [
    Fault(
        "frozen",
        "Only the new head is to learn; the features stay as they came. Yet this raises an error. "
        "Which line is to blame?",
        code="""import torch
from torch import nn
features = nn.Linear(8, 4)  # as somebody else has trained it
head = nn.Linear(4, 2)
model = nn.Sequential(features, nn.ReLU(), head)
for parameter in model.parameters():
    parameter.requires_grad_(False)
z = model(torch.ones(1, 8))
loss = nn.functional.cross_entropy(z, torch.tensor([1]))
loss.backward()
print(sum(p.numel() for p in model.parameters() if p.requires_grad))""",
        line=6,
        mended="for parameter in features.parameters():",
        because=N_(
            "It freezes the whole model, the new head too. Then no number is left that depends on "
            "something to be learned, and `backward()` says so. Frozen are the features alone; of "
            "46 numbers in all, the 10 of the head learn."
        ),
        settings={"topic": "tuning"},
    ),
    Compute(
        "head",
        "A photo has become 1,280 numbers. The head has one hidden layer of {hidden:d} neurons, "
        "and {classes:d} classes. How many numbers does it learn?",
        draw=_draw_head,
        answer=_learned,
        tolerance=0,
        because=N_(
            "$1280 \\cdot {hidden:d} + {hidden:d}$ in the hidden layer, "
            "${hidden:d} \\cdot {classes:d} + {classes:d}$ behind it: {answer:.0f}. The network "
            "below, of 2.2 million, learns nothing: so it takes less than a second."
        ),
        settings={"topic": "training", "head": "hidden", "hidden": 10},
    ),
    Choose(
        "features",
        "Five photos of each class are often enough for a new head. Why?",
        options=[
            Option(
                "A head has so few weights that it cannot learn photos by heart.",
                "It has 1,280 for each class, and ten photos: it can fit them as closely as it "
                "likes, whatever their labels are.",
            ),
            Option(
                "In the 1,280 numbers photos of like things lie near each other already.",
                "More than a million other photos have taught that. What is left to be learned is "
                "where to draw the line between two heaps.",
                right=True,
            ),
            Option(
                "The photos are shown to the network again and again.",
                "So they are to a network that starts at random, and five photos teach it nothing "
                "but these five.",
            ),
            Option(
                "The network has seen these very things among its thousand classes.",
                "It need not: your mug is none of its photos. Its features, edges, textures and "
                "shapes, fit new things as well.",
            ),
        ],
        settings={"topic": "few"},
    ),
    Choose(
        "mirror",
        "More views of each photo: mirrored, left for right. For which tasks is that allowed? "
        "Choose all.",
        options=[
            Option(
                "Apple or pear?",
                "A mirrored apple is an apple.",
                right=True,
            ),
            Option(
                "Left shoe or right shoe?",
                "Mirrored, a left shoe is a right one, but its label would still say left: half of "
                "the photos would teach the wrong answer.",
            ),
            Option(
                "Good tire or defective tire?",
                "A crack stays a crack. Mirrored, turned a little or darker, it is one more photo "
                "for nothing.",
                right=True,
            ),
            Option(
                "A traffic sign: turn left or turn right?",
                "The arrow would point to the other side. A little darker or smaller would be "
                "allowed: what may change is what must not matter.",
            ),
        ],
        settings={"topic": "tuning"},
    ),
    Choose(
        "shortcut",
        "All apples were photographed on grass, all pears on wood. Every fifth photo was held out, "
        "and all of those are right. What shows whether it has learned the ground? Choose all.",
        options=[
            Option(
                "Apples on wood and pears on grass.",
                "If the ground decides, all answers turn round. In the chapter they do: not one is "
                "right.",
                right=True,
            ),
            Option(
                "More held-out photos of the same kind.",
                "There grass is apple as well, so they are right for the wrong reason, however "
                "many there are.",
            ),
            Option(
                "A map of where it looked.",
                "If the answer falls when the ground beside the fruit is hidden, it looked there.",
                right=True,
            ),
            Option(
                "Whether the loss of the photos to train with becomes 0.",
                "It does either way: the ground tells all of these photos apart.",
            ),
        ],
        settings={"topic": "shortcut"},
    ),
    Compute(
        "interval",
        "{right:d} of {photos:d} new photos are right. How many points wide is the interval that "
        "holds the true share with 95 % confidence? With $p$ the share, $n$ the photos and "
        "$z = 1.96$ its width is\n\n"
        "$$\\frac{2 z}{1 + z^2 / n} \\sqrt{\\frac{p (1 - p)}{n} + \\frac{z^2}{4 n^2}}$$\n\n"
        "Two points off are near enough.",
        draw=_draw_exam,
        answer=_width,
        tolerance=2,
        unit=N_("points"),
        because=N_(
            "$p = {right:d} / {photos:d}$ and $n = {photos:d}$ make {answer:.1f} points (Wilson). "
            "Four times as many photos make it about half as wide: it takes many to know a share "
            "well."
        ),
        settings={"topic": "training"},
    ),
]
