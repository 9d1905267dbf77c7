"""What there is to try with tensors. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        r"""Compute `A + x`, then `A + A[:, 0]`. Both right-hand sides are vectors: why does
only one of them fit? Mend the second, so that each row of `A` gets its own first number added.""",
        r"""Shapes are lined up from the right. (2, 3) over (3): the last dimensions agree, and
`x` is read again for the second row. (2, 3) over (2): 3 meets 2, and torch says “The size of
tensor a (3) must match the size of tensor b (2)”. `A[:, 0][:, None]`, or `A[:, :1]`, is (2, 1):
now 1 is stretched to 3, and the sum is 2, 3, 4, 8, 9, 10.""",
        {"expression": "A + x"},
    ),
    Task(
        r"""A loss compares predictions with targets, and here both are `x`: it should be 0.
Compute `((x[:, None] - x) ** 2).mean()`. What went wrong, and why did torch not complain?""",
        r"""A layer with one output gives (3, 1), the targets are (3). They fit, both are
stretched to (3, 3), and the mean is over nine differences, each prediction against each target:
12 / 9 = 1.333. The network would learn something, only not what you asked for. So print the shape
of both: `x[:, None].squeeze(1) - x` is (3), and its loss is 0.""",
        {"expression": "((x[:, None] - x) ** 2).mean()"},
    ),
    Task(
        r"""Which of `A @ B`, `B @ A` and `A @ A` are possible, and what are their shapes? Then:
`images.mean(dim=(0, 2, 3))`. What are these three numbers?""",
        r"""The columns of the left must be as many as the rows of the right: (2, 3) · (3, 2) is
(2, 2), (3, 2) · (2, 3) is (3, 3), and (2, 3) · (2, 3) fails at 3 against 2. Whatever you average
over is gone from the shape: of N × C × H × W only C is left, the mean of each colour over all
pictures and pixels: 31.5, 47.5 and 63.5.""",
        {"expression": "A @ B"},
    ),
    Task(
        r"""Compute `A[0].fill_(9)` and `A[[0]].fill_(9)`. After which of them has `A` changed?
And why does `A.T.view(6)` fail where `A.T.reshape(6)` works?""",
        r"""A slice is a view: another shape over the same memory, so the first row of `A` is
now 9, 9, 9. A list of rows is copied first, and `A` stays as it was. The transpose moves no number
either: its strides are 1 and 3 instead of 3 and 1. To read it row by row, 1, 4, 2, 5, 3, 6, no
single stride will do: `view` refuses, `reshape` copies. For `images.permute(0, 2, 3, 1)`, colours
last, the strides go from 48, 16, 4, 1 to 48, 4, 1, 16, and none of its 384 bytes moves.""",
        {"expression": "A[0].fill_(9)"},
    ),
]
