"""What is drawn of each topic: lines of tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demos.frame.texts import _, grouped
from demos.tensors.expressions import compute, given
from demos.tensors.lesson import (
    PRODUCTS,
    broadcast,
    devices,
    in_place_and_array,
    linear_batch,
    matrix_product,
    memory,
    strided,
)
from demos.widgets.tensor_view import Box, Line, Lines

# One layer of two neurons, and a batch of three examples.
INPUTS = [[1, 2, 1], [0, 1, 0], [2, 3, 4]]
WEIGHTS = [[2, 6, 1], [5, 7, 8]]
UNITS = ["B", "kB", "MB", "GB", "TB", "PB"]


def expression_lines(expression: str) -> Lines:
    """Show every step of an expression, and the tensors that it names."""
    answer = compute(expression)
    steps = [Line([_step(step)]) for step in answer["steps"]]
    sources = {step["source"] for step in answer["steps"]}
    named = [_box(name, tensor) for name, tensor in _named(expression) if name not in sources]
    changed = [
        Box(_("{name}, after it").format(name=one["name"]), one["shape"], one["values"])
        for one in answer["changed"]
    ]
    told = _("{count} steps, from the inside to the outside.").format(count=len(steps))
    if answer["error"]:
        told = _("It stops where the shapes do not fit; torch says why.")
    lines = [Line(named), *steps, Line(changed)]
    return Lines([line for line in lines if line.parts], told)


def _named(expression: str) -> list[tuple[str, Any]]:
    import ast

    known = given()
    names = [
        node.id for node in ast.walk(ast.parse(expression.strip())) if isinstance(node, ast.Name)
    ]
    return [(name, known[name]) for name in dict.fromkeys(names) if name in known]


def _box(name: str, tensor: Any) -> Box:
    numbers = tensor.flatten().tolist()
    kind = str(tensor.dtype).removeprefix("torch.")
    return Box(name, list(tensor.shape), numbers, kind)


def _step(step: dict) -> Box:
    notes = []
    if step["shares_with"]:
        notes.append(_("a view: it reads the memory of {name}").format(name=step["shares_with"]))
    if step["in_place"]:
        notes.append(_("in place: no new memory"))
    if step["strides"] is not None:
        strides = ", ".join(map(str, step["strides"]))
        notes.append(
            _("strides ({strides}), {bytes} bytes").format(strides=strides, bytes=step["bytes"])
        )
    misfit = step["misfit"]
    if misfit:
        sides = [
            f"{side['source']} ({', '.join(map(str, side['shape']))})"
            for side in (misfit["left"], misfit["right"])
        ]
        notes.append(_("{left} against {right}").format(left=sides[0], right=sides[1]))
    return Box(
        name=step["source"],
        shape=step["shape"] if step["kind"] in ("tensor", "number") else None,
        values=step["values"] or [],
        dtype=step["dtype"] or "",
        note="; ".join(notes),
        hidden=step["hidden"] or 0,
        error=step["error"] or "",
    )


def broadcast_lines(shape_a: Sequence[int], shape_b: Sequence[int]) -> Lines:
    """Show how two shapes are stretched, with the numbers that are read again as ghosts."""
    answer = broadcast(list(shape_a), list(shape_b))
    numbers, result = answer["numbers"], answer["result"]
    boxes = [
        Box("a", list(shape_a), misfit=_if_there(answer["misfit"], shape_a)),
        Box("b", list(shape_b), misfit=_if_there(answer["misfit"], shape_b)),
    ]
    if answer["error"]:
        return Lines(
            [Line([boxes[0], "+", boxes[1]]), Line([Box("a + b", error=answer["error"])])],
            _("Lined up from the right, the marked sizes differ, and neither of them is 1."),
        )
    if numbers is None:
        return Lines([Line([*boxes, "=", Box("a + b", result)])], _("Too many numbers to show."))
    stretched = [
        Box(name, result, numbers[name], ghosts=numbers[f"ghost_{name}"]) for name in ("a", "b")
    ]
    return Lines(
        [
            Line([boxes[0], "+", boxes[1]]),
            Line([stretched[0], "+", stretched[1], "=", Box("a + b", result, numbers["sum"])]),
        ],
        _(
            "Above, the numbers that are stored; below, how they meet. Dashed numbers are read "
            "again and stored nowhere."
        ),
    )


def _if_there(misfit: int | None, shape: Sequence[int]) -> int | None:
    return misfit if misfit is not None and len(shape) >= -misfit else None


def product_lines(example: str, left: Sequence[int], right: Sequence[int]) -> Lines:
    """Show a product of matrices: each number is a row times a column."""
    if example == "own":
        a = [[row * left[1] + column + 1 for column in range(left[1])] for row in range(left[0])]
        b = [[(row + column) % 3 - 1 for column in range(right[1])] for row in range(right[0])]
    else:
        a, b = (PRODUCTS[int(example)][name] for name in ("a", "b"))
    answer = matrix_product(a, b)
    boxes = [_matrix("A", a), _matrix("B", b)]
    if answer["error"]:
        boxes = [
            Box("A", answer["shape_a"], boxes[0].values, misfit=-1),
            Box("B", answer["shape_b"], boxes[1].values, misfit=-2),
        ]
        return Lines(
            [Line([boxes[0], "·", boxes[1]]), Line([Box("A @ B", error=answer["error"])])],
            _("The two marked sizes differ; torch says what it wanted."),
        )
    terms = [cell["text"] for cell in answer["cells"]]
    return Lines(
        [Line([boxes[0], "·", boxes[1], "=", _matrix("A @ B", answer["result"])], terms)],
        _("Point at a number of the product: what is it made of?"),
    )


def _matrix(name: str, rows: Sequence[Sequence[float]]) -> Box:
    return Box(name, [len(rows), len(rows[0])], [number for row in rows for number in row])


def layer_lines(biases: Sequence[float]) -> Lines:
    """Show a batch that goes through a layer of neurons: one product."""
    answer = linear_batch(INPUTS, WEIGHTS, list(biases))
    transposed = [list(column) for column in zip(*WEIGHTS, strict=True)]
    parts = [
        _matrix("X", INPUTS),
        "·",
        _matrix("Wᵀ", transposed),
        "=",
        _matrix("X·Wᵀ + b", answer["outputs"]),
    ]
    terms = [cell["text"] for cell in answer["cells"]]
    return Lines(
        [Line(parts, terms), Line([Box("b", [len(biases)], list(biases))])],
        _(
            "Three examples, one a row; two neurons, one a column. Point at a number of the "
            "result: what is it made of?"
        ),
    )


def memory_lines(rows: int, columns: int, operation: str) -> Lines:
    """Show the same memory, read with other strides."""
    answer = strided(rows, columns, operation)
    whole = [[row * columns + column for column in range(columns)] for row in range(rows)]
    if answer["error"]:
        result = Box(answer["code"], error=answer["error"])
    else:
        strides = ", ".join(map(str, answer["strides"]))
        where = _("a copy: memory of its own") if answer["copied"] else _("no number moved")
        result = Box(
            answer["code"],
            answer["shape"],
            answer["values"],
            note=_("strides ({strides}), begins at {offset}; {where}").format(
                strides=strides, offset=answer["offset"], where=where
            ),
        )
    stored = Box(_("memory"), [len(answer["memory"])], answer["memory"])
    return Lines(
        [Line([_matrix("A", whole), "→", result]), Line([stored])],
        _("The number at [i, j] lies at begin + i · stride 0 + j · stride 1."),
    )


def size_lines(shape: Sequence[int]) -> Lines:
    """Show how many bytes a shape takes, by type."""
    answer = memory(list(shape))
    lines = [
        Line(
            [
                Box(
                    one["dtype"],
                    note=_("{bytes} bytes each: {size}").format(
                        bytes=one["element_size"], size=_size(one["bytes"])
                    ),
                )
            ]
        )
        for one in answer["all"]
    ]
    told = _("{count} numbers, by their type.")
    return Lines(lines, told.format(count=grouped(answer["numel"])))


def _size(count: float) -> str:
    unit = 0
    while count >= 1000 and unit < len(UNITS) - 1:
        count, unit = count / 1000, unit + 1
    return f"{count:.4g} {UNITS[unit]}"


def place_lines(case: str) -> Lines:
    """Show who else sees a change in place, line by line, and what can run on a GPU."""
    lines = []
    for row in in_place_and_array(case):
        held = [_held(name, numbers) for name, numbers in row["names"].items()]
        lines.append(Line([Box(row["code"], error=row["error"]), *held]))
    here = devices()
    where = ", ".join(f"{_(row['what'])}: {row['device']}" for row in here["rows"])
    told = _("Line by line. On this machine, {where}.")
    return Lines(lines, told.format(where=where))


def _held(name: str, numbers: Any) -> Box:
    if not isinstance(numbers, list):
        return Box(name, [], [numbers])
    if numbers and isinstance(numbers[0], list):
        return _matrix(name, numbers)
    return Box(name, [len(numbers)], numbers)
