"""The lesson: what a tensor is. Its shape, its type, its memory, and what fits what."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from demos.frame.knobs import Choice, Number, Numbers, takes
from demos.frame.texts import N_
from models.sentences import refusal

# Tensors carry no type hints: pasted into a notebook, torch is known inside the functions only.

MOST_DIMENSIONS = 4

# Those of torch that a page can name, by the bytes of one number.
DTYPES = ["bool", "uint8", "int8", "float8_e4m3fn", "int16", "float16", "bfloat16", "int32"]
DTYPES += ["float32", "int64", "float64", "complex64", "complex128"]

SHAPE = Numbers(Number(1, 64, whole=True), 0, MOST_DIMENSIONS)
LARGE_SHAPE = Numbers(Number(1, 4096, whole=True), 0, MOST_DIMENSIONS)
ROW = Numbers(Number(-1000, 1000), 1, 8)  # of a matrix

# ---------------------------------------------------------------- shapes


def unmatched(a: Sequence[int], b: Sequence[int]) -> int | None:
    """Return the last dimension in which two shapes cannot be broadcast, counted from the end.

    Sizes fit if they are the same, or one of them is 1, or one of the shapes has ended.

    Args:
        a: a shape.
        b: another one.

    Returns:
        −1 for the last dimension, −2 for the one before, …; None if the shapes fit.
    """
    for back, (m, n) in enumerate(zip(reversed(a), reversed(b), strict=False), start=1):
        if m != n and m != 1 and n != 1:
            return -back
    return None


def stretched(a: Sequence[int], b: Sequence[int]) -> list[int]:
    """Return the shape that two fitting shapes are stretched to."""
    pairs = zip_longest(reversed(a), reversed(b), fillvalue=1)
    return [n if m == 1 else m for m, n in pairs][::-1]


@takes(shape_a=SHAPE, shape_b=SHAPE)
def broadcast(shape_a: list[int], shape_b: list[int]) -> dict:
    """Line two shapes up from the right, and stretch what is 1 or missing.

    Args:
        shape_a: 0 to 4 sizes, each 1 to 64.
        shape_b: the same.

    Returns:
        dimensions: one row for each, the first one first: dimension (−1 is the last), a and b
            (the sizes; None where the shape has ended), result (None where they do not fit),
            ghost_a and ghost_b (whether that side is stretched: read again, never copied).
        result: the shape of a + b, or None.
        error: what torch says if they do not fit, else "".
        misfit: the dimension it complains of, −1 for the last, or None.
        numbers: None for more than 96 results; else, in the order of the result, a (1, 2, 3, …),
            b (10, 20, …) and their sum as stretched, and ghost_a, ghost_b: true where the number
            is read again.

    Raises:
        ValueError: naming the shape that is out of range.
    """
    import torch

    misfit = unmatched(shape_a, shape_b)
    result = stretched(shape_a, shape_b) if misfit is None else None

    dimensions = []
    for back, (a, b) in enumerate(zip_longest(reversed(shape_a), reversed(shape_b)), start=1):
        m, n = a or 1, b or 1
        fits = m == n or 1 in (m, n)
        dimensions.insert(
            0,
            {
                "dimension": -back,
                "a": a,
                "b": b,
                "result": max(m, n) if fits else None,
                "ghost_a": fits and (a is None or m < n),
                "ghost_b": fits and (b is None or n < m),
            },
        )

    error, numbers = "", None
    if result is None:
        try:  # Nothing is computed: torch looks at the shapes first.
            torch.zeros(()).expand(shape_a) + torch.zeros(()).expand(shape_b)
        except RuntimeError as raised:
            error = first_line(raised)
    elif math.prod(result) <= 96:
        a = torch.arange(1, math.prod(shape_a) + 1).reshape(shape_a)
        b = 10 * torch.arange(1, math.prod(shape_b) + 1).reshape(shape_b)
        numbers = {"sum": (a + b).flatten().tolist()}
        for name, side in (("a", a), ("b", b)):
            ghost = torch.ones(result, dtype=torch.bool)
            ghost[(0,) * (len(result) - side.ndim) + tuple(slice(size) for size in side.shape)] = 0
            numbers[name] = side.expand(result).flatten().tolist()
            numbers[f"ghost_{name}"] = ghost.flatten().tolist()
    return {
        "dimensions": dimensions,
        "result": result,
        "error": error,
        "misfit": misfit,
        "numbers": numbers,
    }


# ---------------------------------------------------------------- products

PRODUCTS = [
    {"a": [[1, 2, 1], [0, 1, 0], [2, 3, 4]], "b": [[2, 5], [6, 7], [1, 8]]},
    {"a": [[2, -2], [5, 3]], "b": [[-1, 4], [7, -6]]},
]


def matrix_product(a: list[list[float]], b: list[list[float]]) -> dict:
    """Multiply two matrices: row · column, for every cell.

    Args:
        a: (N, K), 1 to 8 rows and columns, numbers from −1,000 to 1,000.
        b: (K, M), the same.

    Returns:
        shape_a [N, K], shape_b [K, M], result (N, M) or None, cells: for each of the N·M, row by
        row, row, column, terms (left, right, product), sum, and text, "1·2 + 2·6 + 1·1 = 15";
        error: what torch says if the columns of a are not as many as the rows of b, else "".

    Raises:
        ValueError: naming the row or the number that is out of range.
    """
    import torch

    a, b = _matrix("a", a), _matrix("b", b)
    left = torch.tensor(a, dtype=torch.float64)
    right = torch.tensor(b, dtype=torch.float64)
    answer: dict[str, Any] = {"shape_a": [*left.shape], "shape_b": [*right.shape]}
    try:
        product = left @ right
    except RuntimeError as error:
        return {**answer, "result": None, "cells": [], "error": first_line(error)}
    cells = [
        {"row": i, "column": j, **_row_times_column(a[i], [row[j] for row in b])}
        for i in range(len(a))
        for j in range(len(b[0]))
    ]
    return {**answer, "result": product.tolist(), "cells": cells, "error": ""}


@takes(biases=ROW)
def linear_batch(
    inputs: list[list[float]], weights: list[list[float]], biases: list[float]
) -> dict:
    """Lead a batch of examples through one layer of neurons: one product, X·Wᵀ + b.

    Args:
        inputs: X (N, F), one row for each example; 1 to 8 rows and columns, −1,000 to 1,000.
        weights: W (O, F), one row for each neuron, as torch.nn.Linear keeps them.
        biases: b (O,), stretched over the N examples.

    Returns:
        outputs (N, O), shapes of X, W, Wᵀ, b and the output by name, and cells: for each example
        and neuron, example, neuron, terms (left: input, right: weight, product), bias, sum, and
        text, "1·2 + 2·6 + 0.5 = 14.5".

    Raises:
        ValueError: naming the argument that is out of range, or does not fit the others.
    """
    import torch

    inputs, weights = _matrix("inputs", inputs), _matrix("weights", weights)
    if len(inputs[0]) != len(weights[0]) or len(weights) != len(biases):
        raise refusal(
            "The layer does not fit: an example has {inputs} numbers, a neuron {weights} weights; "
            "there are {neurons} neurons and {biases} biases.",
            inputs=len(inputs[0]),
            weights=len(weights[0]),
            neurons=len(weights),
            biases=len(biases),
        )
    x, w, b = (torch.tensor(part, dtype=torch.float64) for part in (inputs, weights, biases))
    layer = torch.nn.Linear(w.shape[1], w.shape[0], dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(w)
        layer.bias.copy_(b)
        outputs = layer(x)
    cells = [
        {"example": i, "neuron": j, "bias": bias, **_row_times_column(example, neuron, bias)}
        for i, example in enumerate(inputs)
        for j, (neuron, bias) in enumerate(zip(weights, biases, strict=True))
    ]
    shapes = {
        "X": x.shape,
        "W": layer.weight.shape,
        "Wᵀ": layer.weight.T.shape,
        "b": layer.bias.shape,
        "X·Wᵀ + b": outputs.shape,
    }
    return {
        "outputs": outputs.tolist(),
        "shapes": {name: [*shape] for name, shape in shapes.items()},
        "cells": cells,
    }


def _matrix(name: str, value: Any) -> list[list[float]]:
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= 8:
        raise refusal("{name} must be a list of {few} to {many} rows.", name=name, few=1, many=8)
    rows = [ROW.check(row, f"{name}[{i}]") for i, row in enumerate(value)]
    if len({len(row) for row in rows}) > 1:
        raise refusal("The rows of {name} must be of one length.", name=name)
    return rows


def _row_times_column(row: list[float], column: list[float], bias: float | None = None) -> dict:
    terms = [{"left": m, "right": n, "product": m * n} for m, n in zip(row, column, strict=True)]
    total = sum(term["product"] for term in terms) + (bias or 0.0)
    written = [f"{_factor(term['left'])}·{_factor(term['right'])}" for term in terms]
    if bias is not None:
        written.append(_factor(bias))
    return {
        "terms": terms,
        "sum": total,
        "text": f"{' + '.join(written)} = {f'{total:.6g}'.replace('-', '−')}",
    }


def _factor(number: float) -> str:
    return f"{number:.6g}" if number >= 0 else f"(−{-number:.6g})"


# ---------------------------------------------------------------- memory

OPERATIONS = [
    N_("A itself"),
    N_("transpose"),
    N_("view"),
    N_("slice of rows"),
    N_("one column"),
    N_("every other column"),
    N_("expand"),
    N_("list of rows"),
    N_("view of the transpose"),
    N_("reshape of the transpose"),
    N_("contiguous transpose"),
]


@takes(
    rows=Number(1, 8, 2, whole=True),
    columns=Number(1, 8, 3, whole=True),
    operation=Choice(OPERATIONS, "transpose"),
)
def strided(rows: int = 2, columns: int = 3, operation: str = "transpose") -> dict:
    """Read the same memory in another way: only shape, strides and offset differ.

    The number at [i, j, …] lies at position offset + i·strides[0] + j·strides[1] + … in memory.

    Args:
        rows: of A, whose numbers 0, 1, 2, … are also their positions in memory.
        columns: of A.
        operation: one of OPERATIONS.

    Returns:
        code (what was done to A), memory (the numbers as they lie there, in the result's memory),
        shape, strides, offset, values (the numbers of the result, row by row), positions (where
        in memory each of them lies), contiguous (whether they lie there in that order, without a
        gap), copied (whether the result has memory of its own), error (what torch says if it
        cannot be done without a copy, else ""; then everything else is that of A.T).

    Raises:
        ValueError: naming the argument that is out of range.
    """
    import torch

    a = torch.arange(rows * columns).reshape(rows, columns)
    code, operate = {
        "A itself": ("A", lambda: a),
        "transpose": ("A.T", lambda: a.T),
        "view": (f"A.view({columns}, {rows})", lambda: a.view(columns, rows)),
        "slice of rows": ("A[1:]", lambda: a[1:]),
        "one column": ("A[:, 0]", lambda: a[:, 0]),
        "every other column": ("A[:, ::2]", lambda: a[:, ::2]),
        "expand": ("A[:, :1].expand(-1, 4)", lambda: a[:, :1].expand(-1, 4)),
        "list of rows": ("A[[0]]", lambda: a[[0]]),
        "view of the transpose": ("A.T.view(-1)", lambda: a.T.view(-1)),
        "reshape of the transpose": ("A.T.reshape(-1)", lambda: a.T.reshape(-1)),
        "contiguous transpose": ("A.T.contiguous()", lambda: a.T.contiguous()),
    }[operation]
    error = ""
    try:
        result = operate()
    except RuntimeError as raised:
        result, error = a.T, first_line(raised)

    storage = result.untyped_storage()
    length = storage.nbytes() // result.element_size()
    place = result.shape, result.stride(), result.storage_offset()
    return {
        "code": code,
        "memory": result.as_strided((length,), (1,), 0).tolist(),
        "shape": [*result.shape],
        "strides": [*result.stride()],
        "offset": result.storage_offset(),
        "values": result.flatten().tolist(),
        "positions": torch.arange(length).as_strided(*place).flatten().tolist(),
        "contiguous": result.is_contiguous(),
        "copied": storage.data_ptr() != a.untyped_storage().data_ptr(),
        "error": error,
    }


SIZES = {
    N_("one loss"): [],
    N_("1,000 prices"): [1000],
    N_("a grey picture"): [28, 28],
    N_("a colour picture"): [3, 224, 224],
    N_("a batch of 64 colour pictures"): [64, 3, 224, 224],
}


@takes(shape=LARGE_SHAPE, dtype=Choice(DTYPES, "float32"))
def memory(shape: list[int], dtype: str = "float32") -> dict:
    """Count the bytes of a tensor: how many numbers, times the bytes of one.

    Args:
        shape: 0 to 4 sizes, each 1 to 4,096. Nothing of that size is made.
        dtype: "bool", "uint8", "int8", "float8_e4m3fn", "int16", "float16", "bfloat16", "int32",
            "float32", "int64", "float64", "complex64" or "complex128".

    Returns:
        numel, element_size [bytes], bytes (of numbers; Python's object comes on top), and all:
        for each dtype, in the order of their size, dtype, element_size and bytes.

    Raises:
        ValueError: naming the argument that is out of range.
    """
    import torch

    # One number, read again and again: it takes no more than its own bytes.
    numel = torch.empty(()).expand(shape).numel()
    sizes = {name: getattr(torch, name).itemsize for name in DTYPES}
    return {
        "numel": numel,
        "element_size": sizes[dtype],
        "bytes": numel * sizes[dtype],
        "all": [
            {"dtype": name, "element_size": size, "bytes": numel * size}
            for name, size in sizes.items()
        ],
    }


# ---------------------------------------------------------------- in place, NumPy, devices

CASES = [
    N_("shared with NumPy"),
    N_("copied from NumPy"),
    N_("a row is a view"),
    N_("a list of rows is a copy"),
    N_("a weight, in place"),
    N_("a weight, without gradients"),
    N_("a number that is needed later"),
    N_("a number that is not needed"),
    N_("a weight as an array"),
]


@takes(case=Choice(CASES, CASES[0]))
def in_place_and_array(case: str = "shared with NumPy") -> list[dict]:
    """Change numbers in place, and see who else holds them, and what autograd says.

    Args:
        case: one of CASES.

    Returns:
        One row for each line of code: code, names (what every name holds after it: numbers),
        error (what torch says to this line, else "").

    Raises:
        ValueError: if there is no such case.
    """
    import numpy as np
    import torch

    held: dict[str, Any] = {}
    rows: list[dict] = []

    def line(code: str, run: Callable, name: str = "") -> None:
        error = ""
        try:
            result = run()
            if name:
                held[name] = result
        except (RuntimeError, TypeError) as raised:
            error = first_line(raised)
        # tolist copies: the next line does not change it.
        names = {key: value.tolist() for key, value in held.items() if value is not None}
        rows.append({"code": code, "names": names, "error": error})

    if case in ("shared with NumPy", "copied from NumPy"):
        line("a = np.array([1.0, 2.0, 3.0])", lambda: np.array([1.0, 2.0, 3.0]), "a")
        if case == "shared with NumPy":
            line("t = torch.from_numpy(a)", lambda: torch.from_numpy(held["a"]), "t")
        else:
            line("t = torch.tensor(a)", lambda: torch.tensor(held["a"]), "t")
        line("t.mul_(10)", lambda: held["t"].mul_(10))
        line("a[0] = 7", lambda: held["a"].__setitem__(0, 7))
    elif case in ("a row is a view", "a list of rows is a copy"):
        line("A = torch.zeros(2, 3)", lambda: torch.zeros(2, 3), "A")
        if case == "a row is a view":
            line("r = A[0]", lambda: held["A"][0], "r")
        else:
            line("r = A[[0]]", lambda: held["A"][[0]], "r")
        line("r.fill_(9)", lambda: held["r"].fill_(9))
    elif case in ("a weight, in place", "a weight, without gradients", "a weight as an array"):
        weight = torch.tensor([1.0, 2.0], requires_grad=True)
        line("w = torch.tensor([1.0, 2.0], requires_grad=True)", lambda: weight, "w")
        if case == "a weight, in place":
            line("w.sub_(0.5)", lambda: weight.sub_(0.5))
        elif case == "a weight, without gradients":
            with torch.no_grad():
                line("with torch.no_grad(): w.sub_(0.5)", lambda: weight.sub_(0.5))
        else:
            line("a = w.numpy()", lambda: weight.numpy(), "a")
            line("a = w.detach().numpy()", lambda: weight.detach().numpy(), "a")
            line("a[0] = 7", lambda: held["a"].__setitem__(0, 7))
    else:
        needed = case == "a number that is needed later"
        line(
            "w = torch.tensor([1.0, 2.0], requires_grad=True)",
            lambda: torch.tensor([1.0, 2.0], requires_grad=True),
            "w",
        )
        if needed:  # The slope of eʷ is eʷ: backward wants to read y.
            line("y = w.exp()", lambda: held["w"].exp(), "y")
        else:  # The slope of 3w is 3, whatever becomes of y.
            line("y = w * 3", lambda: held["w"] * 3, "y")
        line("y.add_(1)", lambda: held["y"].add_(1))
        line("y.sum().backward()", lambda: held["y"].sum().backward())
        if not needed:
            line("gradient = w.grad", lambda: held["w"].grad, "gradient")
    return rows


def devices() -> dict:
    """Say where each kind of thing lives on this machine, and what could move to a GPU.

    Returns:
        accelerator: its type, such as "cuda" or "mps"; None on a machine without one.
        rows: for each of a tensor, the weights of a layer, a NumPy array and a Python list: what,
            code (that makes it), device (where it is now), movable (whether .to(device) exists).
        refusals: what torch says, code and error: to adding tensors of two devices, and to an
            array of a tensor that is not in the CPU's memory. The second device is "meta", which
            every machine has: it knows shapes and keeps no numbers.
    """
    import numpy as np
    import torch

    accelerator = None
    if torch.accelerator.is_available():
        accelerator = torch.accelerator.current_accelerator().type
    things = [
        (N_("a tensor"), "torch.zeros(3)", torch.zeros(3)),
        (
            N_("the weights of a layer"),
            "torch.nn.Linear(3, 2).weight",
            torch.nn.Linear(3, 2).weight,
        ),
        (N_("a NumPy array"), "np.zeros(3)", np.zeros(3)),
        (N_("a Python list"), "[0.0, 0.0, 0.0]", [0.0, 0.0, 0.0]),
    ]
    elsewhere = torch.zeros(3, device="meta")
    refusals = []
    for code, run in (
        ('torch.zeros(3) + torch.zeros(3, device="meta")', lambda: torch.zeros(3) + elsewhere),
        ('torch.zeros(3, device="meta").numpy()', elsewhere.numpy),
    ):
        try:
            run()
        except (RuntimeError, TypeError) as error:
            refusals.append({"code": code, "error": first_line(error)})
    return {
        "accelerator": accelerator,
        "rows": [
            {
                "what": what,
                "code": code,
                "device": str(getattr(thing, "device", "cpu")),
                "movable": hasattr(thing, "to"),
            }
            for what, code, thing in things
        ],
        "refusals": refusals,
    }


def first_line(error: Exception) -> str:
    """Return the first line of what torch says, without the list of all calls it knows."""
    text = str(error).partition("\n")[0].strip()
    return text[:400] or type(error).__name__
