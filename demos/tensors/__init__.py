"""Chapter: tensors. Numbers with a shape, a type and a place in memory."""

from __future__ import annotations

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.knobs import Bank, Choice, Knobs, Number, Text, Topic
from demos.frame.stage import stage
from demos.frame.texts import N_
from demos.tensors import rows
from demos.tensors.expressions import compute
from demos.tensors.lesson import CASES, OPERATIONS, broadcast, linear_batch, matrix_product, strided
from demos.tensors.miniature import miniature
from demos.tensors.quiz import QUIZ
from demos.tensors.scripts import SCRIPTS
from demos.tensors.tasks import TASKS
from demos.widgets.tensor_view import Lines, TensorView

EXAMPLES = [
    "(A + x).sum(dim=0)",
    "A + A[:, 0]",
    "A @ B",
    "B @ A",
    "A[A > 2]",
    "A.T.reshape(6)",
    "A[0].fill_(9)",
    "images.mean(dim=(0, 2, 3))",
    "(x.long() + 0.5).dtype",
]


def _shape(label: str, sizes: list[int]) -> Bank:
    names = ["C", "H", "W"]
    return Bank(
        [
            Number(0, 4, size, name, whole=True, step=1)
            for name, size in zip(names, sizes, strict=True)
        ],
        label,
        when={"topic": ["broadcast"]},
    )


KNOBS = Knobs(
    topic=Topic(
        {
            "expression": N_("Expression"),
            "broadcast": N_("Broadcasting"),
            "product": N_("Matrix product"),
            "layer": N_("A layer"),
            "memory": N_("View or copy"),
            "size": N_("Types and bytes"),
            "place": N_("In place, arrays, GPU"),
        },
        "expression",
        N_("topic"),
    ),
    expression=Text(
        EXAMPLES[0],
        N_("An expression of PyTorch"),
        examples=EXAMPLES,
        when={"topic": ["expression"]},
        about="an expression, such as (A + x).sum(dim=0)",
    ),
    a=_shape(N_("Shape of a; 0: no such dimension"), [0, 2, 1]),
    b=_shape(N_("Shape of b; 0: no such dimension"), [0, 0, 3]),
    product=Choice(
        {"0": "(3, 3) · (3, 2)", "1": "(2, 2) · (2, 2)", "own": N_("shapes of my own")},
        "0",
        N_("matrices"),
        when={"topic": ["product"]},
    ),
    sizes=Bank(
        [
            Number(1, 5, size, name, whole=True, step=1)
            for size, name in ((2, N_("rows of A")), (3, N_("columns of A")))
        ]
        + [
            Number(1, 5, size, name, whole=True, step=1)
            for size, name in ((3, N_("rows of B")), (2, N_("columns of B")))
        ],
        N_("Shapes of my own"),
        when={"topic": ["product"], "product": ["own"]},
    ),
    biases=Bank(
        [Number(-9, 9, 0.5, "b₁", step=0.5), Number(-9, 9, -1.0, "b₂", step=0.5)],
        N_("The biases"),
        when={"topic": ["layer"]},
    ),
    operation=Choice(OPERATIONS, "transpose", N_("read it"), when={"topic": ["memory"]}),
    batch=Bank(
        [
            Number(1, 256, 64, N_("N pictures"), whole=True, step=1, log=True),
            Number(1, 4, 3, N_("C colours"), whole=True, step=1),
            Number(1, 1024, 224, N_("H rows"), whole=True, step=1, log=True),
            Number(1, 1024, 224, N_("W columns"), whole=True, step=1, log=True),
        ],
        N_("A batch of pictures"),
        when={"topic": ["size"]},
    ),
    case=Choice(CASES, CASES[0], N_("what happens"), when={"topic": ["place"]}),
)


def picture(
    topic: str,
    expression: str,
    a: list[int],
    b: list[int],
    product: str,
    sizes: list[int],
    biases: list[float],
    operation: str,
    batch: list[int],
    case: str,
) -> Lines:
    """Draw a topic."""
    if topic == "expression":
        return rows.expression_lines(expression)
    if topic == "broadcast":
        return rows.broadcast_lines([n for n in a if n], [n for n in b if n])
    if topic == "product":
        return rows.product_lines(product, sizes[:2], sizes[2:])
    if topic == "layer":
        return rows.layer_lines(biases)
    if topic == "memory":
        return rows.memory_lines(2, 3, operation)
    if topic == "size":
        return rows.size_lines(batch)
    return rows.place_lines(case)


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        view = TensorView()
    panel.draws(picture, [view])
    endpoint(compute, "tensor_compute", queue=False)
    return {"panel": panel}


CHAPTER = Chapter(
    slug="tensor",
    title=N_("Tensors"),
    question=N_("What is a tensor, and why does everyone print its shape?"),
    build=build,
    minutes=35,
    miniature=miniature,
    intro=N_(
        "A tensor is a box of numbers with a shape: () is one number, (3,) a row of three, (2, 3) "
        "two rows of three. Networks are tensors computed from tensors, and what goes wrong first "
        "is nearly always a shape."
    ),
    invitation=N_("▶ Change it, watch the shape"),
    builds_on=["neuron"],
    lesson=[broadcast, matrix_product, linear_batch, strided, compute],
    script=SCRIPTS,
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
