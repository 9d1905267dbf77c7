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
    Task(
        r"""How will a (2, 1) and a (3,) be added, and how many numbers have to be stored for the
six sums? Give `b` another size: which ones fit? Then make `a` (2, 3) and `b` (2,): what does
torch say, and which dimension is that?""",
        r"""Shapes are lined up from the right; where one of them has 1, or nothing, its numbers
are read again: (2, 1) and (3,) give (2, 3), from five stored numbers. As the last size of `a` is
1, any `b` of one dimension fits. With (2, 3) and (2,) 3 meets 2, and neither is 1: “The size of
tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1”, the last one, as
torch counts from 0. `b` as (2, 1) would fit.""",
        {"topic": "broadcast", "a": [0, 2, 1], "b": [0, 0, 3]},
    ),
    Task(
        r"""Before you point at the last number, 63: which six numbers is it made of? Then choose
shapes of your own. Which of the four sizes have to agree, and which make the shape of the
product?""",
        r"""The last row of `A` and the last column of `B`:
$2 \cdot 5 + 3 \cdot 7 + 4 \cdot 8 = 63$. The columns of `A` must be as many as the rows of `B`;
rows of `A` and columns of `B` are what is left. With (2, 3) and (2, 2) torch says “mat1 and mat2
shapes cannot be multiplied (2x3 and 2x2)”: the 3 and the 2 in the middle are those that differ.""",
        {"topic": "product"},
    ),
    Task(
        r"""Raise $b_1$ by 1. Which of the six numbers will change? And of which shape is the
weight of `torch.nn.Linear(3, 2)`, which is transposed here?""",
        r"""The first column, all three: $b$ is a (2,) that is stretched over the examples, and
every example meets the same neuron. The weight is (2, 3), one row for each neuron, so that (3,
3) · (3, 2) = (3, 2): a batch of any size is one product, and the network is written down once.""",
        {"topic": "layer"},
    ),
    Task(
        r"""Guess for each way of reading `A` whether its numbers are copied, then look. Which
one does torch refuse?""",
        r"""Copied are the list of rows, the reshape of the transpose and the contiguous
transpose: no offset with one stride for each dimension finds their numbers in the old memory.
All the others only change shape, strides or begin; a column has the stride 3, and `expand` the
stride 0. The view of the transpose is refused: “view size is not compatible with input tensor's
size and stride”.""",
        {"topic": "memory"},
    ),
    Task(
        r"""How many megabytes are 64 colour pictures of 224 × 224 in float32? Guess, then look:
and in float16, and as the bytes (uint8) that a camera delivers?""",
        r"""9,633,792 numbers of 4 bytes: 38.54 MB. In float16 half of it, 19.27 MB, as bytes
9.634 MB. During training the intermediate results of every layer come on top, which is why the
batch is the first thing to make smaller when a GPU is full.""",
        {"topic": "size"},
    ),
    Task(
        r"""Cover the last two lines: what will `a` and `t` hold in the end? And if the array is
copied? Then find the lines that autograd refuses: why those?""",
        r"""Shared, both are 7, 20, 30: two names for one memory. Copied, `a` is 7, 2, 3 and `t`
10, 20, 30. A weight that wants a gradient must not change unseen: only under `torch.no_grad()`,
which is what an optimizer does. The slope of $e^w$ is $e^w$ itself, so `backward` misses the
number that was changed; that of $3w$ is 3, whatever becomes of it. Arrays and lists stay on the
CPU; tensors and weights can move to a GPU.""",
        {"topic": "place"},
    ),
]
