"""Questions on tensors."""

from __future__ import annotations

import math
import random

from demos.frame.quiz import Choose, Compute, Fault, Option
from demos.frame.texts import N_


def _draw_batch(chance: random.Random) -> dict[str, int]:
    return {"n": chance.randint(4, 30)}


def _differences(n: int) -> int:
    from demos.tensors.lesson import broadcast

    return math.prod(broadcast([n, 1], [n])["result"])


def _draw_pictures(chance: random.Random) -> dict[str, int | str]:
    return {
        "n": chance.choice([5, 10, 20, 50]),
        "side": chance.choice([10, 20, 30]),
        "dtype": chance.choice(["uint8", "float16", "float32", "float64"]),
    }


def _kilobytes(n: int, side: int, dtype: str) -> float:
    from demos.tensors.lesson import memory

    return memory([n, 3, side, side], dtype)["bytes"] / 1000


MEANS = """\
import torch

minutes = torch.tensor([[2.0, 6.0, 1.0], [4.0, 9.0, 2.0]])
print("each cyclist's rides:", minutes.shape)
centred = minutes - minutes.mean(dim=1)
longest = centred.max(dim=1).values
print(longest.tolist())
"""

QUIZ = [
    Choose(
        "array",
        "`a = np.ones(3)` is an array of NumPy. After which of these lines does `a` hold other "
        "numbers? Choose all.",
        options=[
            Option(
                "`torch.from_numpy(a).mul_(2)`",
                "`from_numpy` copies nothing: array and tensor are two names for one memory, and "
                "`mul_` writes into it.",
                right=True,
            ),
            Option(
                "`torch.tensor(a).mul_(2)`",
                "`torch.tensor` always copies: the 2s stand in a memory of their own.",
            ),
            Option(
                "`t = torch.from_numpy(a) * 2`",
                "`*` makes a new tensor for its result; what it reads stays as it is.",
            ),
            Option(
                "`t = torch.from_numpy(a); t += 1`",
                "`+=` works in place, as `add_` does: it writes into the memory that both share.",
                right=True,
            ),
        ],
        settings={"topic": "place", "case": "shared with NumPy"},
    ),
    Choose(
        "more",
        "What can a tensor do that an array of NumPy cannot? Choose all.",
        options=[
            Option(
                "Have more than two dimensions.",
                "So can an array, `np.zeros((64, 3, 224, 224))` for instance.",
            ),
            Option(
                "Remember how it was computed.",
                "With `requires_grad=True` every result keeps a `grad_fn`: this is how `backward` "
                "finds the gradients.",
                right=True,
            ),
            Option(
                "Be added to one of another shape, where the shapes fit.",
                "Broadcasting comes from NumPy: the same rules hold there.",
            ),
            Option(
                "Lie in the memory of a GPU.",
                "`.to(device)` moves a tensor; an array stays in the memory of the CPU.",
                right=True,
            ),
        ],
        settings={"topic": "place"},
    ),
    Compute(
        "differences",
        "A layer with one output is asked about {n:d} examples: its predictions have the shape "
        "({n:d}, 1), the targets ({n:d},). The mean of how many numbers is "
        "`((predictions - targets) ** 2).mean()`?",
        draw=_draw_batch,
        answer=_differences,
        tolerance=0,
        because=N_(
            "Lined up from the right, 1 meets {n:d} and is stretched, and a missing dimension "
            "meets {n:d}: the differences are ({n:d}, {n:d}), each prediction against each target, "
            "{answer:.0f} numbers. torch does not complain; `squeeze(1)` mends it."
        ),
        settings={"topic": "expression", "expression": "((x[:, None] - x) ** 2).mean()"},
    ),
    Fault(
        "means",
        "Two cyclists, three rides each. From each ride the mean of its cyclist is to be taken "
        "off, but torch says that 3 does not match 2. In which line is the fault?",
        code=MEANS,
        line=5,
        mended="centred = minutes - minutes.mean(dim=1, keepdim=True)",
        because=N_(
            "The means have the shape (2,), and shapes are lined up from the right: 2 meets the 3 "
            "rides, not the 2 cyclists. With `keepdim=True` they are (2, 1), and 1 is stretched to "
            "3."
        ),
        settings={"topic": "broadcast", "a": [0, 2, 3], "b": [0, 0, 2]},
    ),
    Choose(
        "view",
        "`A` is a (2, 3). After which of these lines does `A` hold other numbers? Choose all.",
        options=[
            Option(
                "`A[[0]].fill_(9)`",
                "A list of rows is copied: the 9s are written into the copy, and nobody keeps it.",
            ),
            Option(
                "`A.T.fill_(9)`",
                "The transpose reads the same memory with other strides: all six numbers are 9.",
                right=True,
            ),
            Option(
                "`A[:, 0].fill_(9)`",
                "A column is a view: every third number of the same memory.",
                right=True,
            ),
            Option(
                "`A.clone().fill_(9)`",
                "`clone` is the copy that one asks for when the original is to stay.",
            ),
        ],
        settings={"topic": "memory", "operation": "one column"},
    ),
    Choose(
        "in_place",
        "`w` wants a gradient; then `y.add_(1)` and `y.sum().backward()` follow. After which of "
        "these lines does `backward` refuse? Choose all.",
        options=[
            Option(
                "`y = w * 3`",
                "The slope of $3w$ is 3, whatever becomes of $y$: the number is not needed.",
            ),
            Option(
                "`y = w.exp()`",
                "The slope of $e^w$ is $e^w$, which is $y$ itself, and $y$ is now 1 too large.",
                right=True,
            ),
            Option(
                "`y = w ** 2`",
                "The slope is $2w$: it needs $w$, and that has not been touched.",
            ),
            Option(
                "`y = w.sigmoid()`",
                "The slope of the sigmoid is $y\\,(1 - y)$, so torch has kept $y$ and sees that it "
                "was changed.",
                right=True,
            ),
        ],
        settings={"topic": "place", "case": "a number that is needed later"},
    ),
    Compute(
        "bytes",
        "How many kilobytes do the numbers of {n:d} colour pictures of {side:d} × {side:d} pixels "
        "take as `{dtype:s}`? A kilobyte is 1,000 bytes; one decimal is enough.",
        draw=_draw_pictures,
        answer=_kilobytes,
        tolerance=0.1,
        unit=N_("kB"),
        because=N_(
            "${n:d} \\cdot 3 \\cdot {side:d} \\cdot {side:d}$ numbers, and `{dtype:s}` says how "
            "many bits one of them has; 8 bits are a byte: {answer:.1f} kB."
        ),
        settings={"topic": "size", "batch": [10, 3, 20, 20]},
    ),
]
