"""Questions on photos of tires."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.frame.quiz import Choose, Compute, Fault, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt

STACKS = {"A": ("sigmoid", False), "B": ("tanh", True), "C": ("tanh", False)}


def norms() -> dict[str, list[tuple[int, float]]]:
    """Return how much of a gradient reaches each of 12 layers of three stacks, by letter."""
    from demos.tires.lesson import gradient_norms

    return {
        letter: list(enumerate(gradient_norms(12, 32, f, residual, 0), start=1))
        for letter, (f, residual) in STACKS.items()
    }


def _norms() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves

    described = _("The gradient in each layer of three stacks, named A, B and C")
    return lettered_curves(norms(), _("layer"), "‖∂L/∂W‖", described, log=True)


def _draw_stack(chance: random.Random) -> dict[str, float]:
    return {"layers": chance.randint(2, 4), "slope": chance.choice([0.1, 0.2, 0.5])}


def _left(layers: int, slope: float) -> float:
    import torch

    h = x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    for _layer in range(layers):
        h = h + slope * h
    return torch.autograd.grad(h, x)[0].item()


QUIZ = [
    Choose(
        "source",
        "Of the test photos that it answered, a network judged 93 % rightly. They came from the "
        "sources that it was trained on; of sources that were left out it was 79 to 85 %. What "
        "will a garage see?",
        options=[
            Option(
                "About 93 %: these photos were not trained on either.",
                "But others of the same shop or camera were. It knows their background and their "
                "light, and those of the garage it does not.",
            ),
            Option(
                "About 79 %, perhaps less.",
                "To the network the garage is a new source, and leaving out one after the other "
                "asks just this. Each source is hard in its own way, so try it with photos of your "
                "own.",
                right=True,
            ),
            Option(
                "About 88 %, the mean of both.",
                "No photo of the garage comes from the known sources: the first number does not "
                "count.",
            ),
            Option(
                "About 93 %, after more epochs.",
                "More epochs teach the known sources better, not the unknown ones. What helps is "
                "photos of more sources.",
            ),
        ],
        settings={"topic": "exam"},
    ),
    Choose(
        "cannot_tell",
        "The network says “cannot tell” where its probability lies in a band. The band is made "
        "wider. What follows? Choose all.",
        options=[
            Option(
                "It answers fewer photos.",
                "Photos whose probability lies in the wider band were answered before.",
                right=True,
            ),
            Option(
                "Of those that it answers, as a rule more are right.",
                "The doubtful ones are left out, and among them it is wrong most often. It is a "
                "trade: fewer answers, but better ones.",
                right=True,
            ),
            Option(
                "It sees more of the defects.",
                "It sees what it saw; it only keeps silent more often. Somebody has to look at all "
                "those tires.",
            ),
            Option(
                "Photos of something else no longer fool it.",
                "Of a lion it may be quite sure. That takes another test: does this look like a "
                "tire at all, and like the photos it knows?",
            ),
        ],
        settings={"topic": "photo"},
    ),
    Fault(
        "normalise",
        "A neuron learned from normalised pixels, and is asked about new ones. It could be right "
        "on 98 % of them. Which line spoils that?",
        code="""import torch
torch.manual_seed(0)
x = 130 + 20 * torch.randn(2000, 9)  # nine pixels each
y = (x.mean(dim=1) > 130).float()
train, new = slice(0, 1000), slice(1000, 2000)
mean, std = x[train].mean(dim=0), x[train].std(dim=0)

seen = (x[train] - mean) / std
target = 2 * y[train, None] - 1
weights = torch.linalg.lstsq(seen, target).solution

said = (x[new] @ weights)[:, 0] > 0
right = said == (y[new] > 0)
print(f"{right.float().mean():.0%}")""",
        line=12,
        mended="said = ((x[new] - mean) / std @ weights)[:, 0] > 0",
        because=N_(
            "In training 0 was a pixel of mean brightness; here it is black, and every picture is "
            "far brighter than all that it has seen. So it says yes to all, and half are right. "
            "Nothing complains: the shapes fit. What was done to pictures in training is to be "
            "done with the same mean and deviation ever after."
        ),
        settings={"topic": "photo"},
    ),
    Choose(
        "exif",
        "A photo stands upright on every screen, but the network is shown it lying on its side. "
        "What has happened?",
        options=[
            Option(
                "Making it $224 \\times 224$ has turned it.",
                "That squeezes a picture, and turns nothing.",
            ),
            Option(
                "The phone saved it lying, with a note on how to turn it, and the code did not "
                "read the note.",
                "The note is the EXIF orientation; viewers obey it, `Image.open` does not. "
                "`ImageOps.exif_transpose(image)` does, in training and later.",
                right=True,
            ),
            Option(
                "Rows and columns of the tensor were exchanged.",
                "Then all photos would be mirrored as well, those of the training too. Here it is "
                "some, and only from phones.",
            ),
            Option(
                "An augmentation is still switched on.",
                "It would turn the same photo a little, otherwise each time. This one is turned by "
                "90°, and always.",
            ),
        ],
        settings={"topic": "photo"},
    ),
    Choose(
        "residual",
        "How much of a gradient reaches each of 12 layers? Which stack adds to the output of each "
        "layer what went into it?",
        picture=_norms,
        options=[
            Option(
                "A",
                "It falls fastest, to less than $10^{-10}$: sigmoids have a slope of ¼ at most, "
                "and nothing leads around them.",
            ),
            Option(
                "B",
                "It is about the same in all layers: the way around has the slope 1 and carries "
                "the gradient through.",
                right=True,
            ),
            Option(
                "C",
                "It is tanh without a way around: each layer takes a part of the gradient, and the "
                "first gets a fiftieth of what the last gets.",
            ),
        ],
        settings={"topic": "residual", "activation": "tanh"},
    ),
    Compute(
        "around",
        "Each of {layers:d} layers makes $h + {slope:.1f} \\cdot h$ of its input $h$. By what is "
        "the gradient multiplied on its way back through all of them? Two decimals are enough.",
        draw=_draw_stack,
        answer=_left,
        tolerance=0.01,
        because=N_(
            "Each layer has the slope $1 + {slope:.1f}$, and slopes are multiplied: "
            "$(1 + {slope:.1f})^{layers:d}$ = {answer:.3f}. Without the way around it would be "
            "${slope:.1f}^{layers:d}$, far less."
        ),
        settings={"topic": "residual"},
    ),
    Choose(
        "best_of",
        "Of 20 trials, each with other hyperparameters, the best is right on 89 % of the photos to "
        "choose with. What is to be expected of it on new photos of the same kind?",
        options=[
            Option(
                "89 %: it was measured.",
                "It was also chosen for that number. Whatever luck it had with these photos "
                "helped it to win.",
            ),
            Option(
                "More: it will go on learning.",
                "It learns no more once its weights are saved.",
            ),
            Option(
                "Somewhat less: the best of 20 was lucky, too.",
                "If all 20 were equally good, right on 83 % each, the best would still show about "
                "90 % on 100 photos. Only photos that chose nothing can tell.",
                right=True,
            ),
            Option(
                "Nothing at all can be said.",
                "Something can: most of the other 19 lie between 80 and 88 %. It will hardly fall "
                "below them.",
            ),
        ],
        settings={"topic": "search"},
    ),
]
