"""Tensors against torch, NumPy and Python itself; what strangers may write as an expression."""

import ast
import contextlib
import json
import math
import re
import resource
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from demos import tensors as chapter
from demos.frame.source import filled, script_of
from demos.tensors import expressions as tensors
from demos.tensors.expressions import ATTRIBUTES, FUNCTIONS, METHODS, NAMES, SHOWN, TYPES, compute
from demos.tensors.lesson import (
    CASES,
    DTYPES,
    OPERATIONS,
    PRODUCTS,
    SIZES,
    broadcast,
    devices,
    in_place_and_array,
    linear_batch,
    matrix_product,
    memory,
    strided,
)
from demos.tensors.quiz import QUIZ
from demos.tensors.tasks import TASKS
from models.sentences import Sentence
from tests.strangers import ANYTHING

SHAPES = st.lists(st.sampled_from([1, 1, 2, 3, 4]), max_size=4)


def last(expression, seed=0):
    """The last step of an expression."""
    return compute(expression, seed)["steps"][-1]


def refused(expression):
    """The sentence that refuses an expression."""
    with pytest.raises(ValueError) as error:  # noqa: PT011
        compute(expression)
    is_a_sentence(error.value)
    return str(error.value)


def is_a_sentence(error):
    """A refusal can be said in other languages."""
    assert isinstance(error.args[0], Sentence)


def by_python(expression):
    """What Python itself makes of an expression, over the same tensors, and torch's complaint."""
    torch.manual_seed(0)
    names = tensors.given()
    try:
        return eval(expression, {"torch": torch, "__builtins__": {}}, names), "", names
    except (RuntimeError, IndexError, TypeError, ValueError, ArithmeticError) as error:
        return None, str(error).partition("\n")[0].strip()[:400] or type(error).__name__, names


def nearly(shown, exact):
    """Whether a shown number is the exact one, to six digits."""
    if isinstance(shown, str):
        return shown == str(exact)
    if isinstance(exact, float):
        return math.isclose(shown, exact, rel_tol=1e-5, abs_tol=1e-45)
    return shown == exact and type(shown) is type(exact)


def agree(row, value):
    """Whether a described tensor is that of torch."""
    assert row["shape"] == list(value.shape)
    assert row["strides"] == list(value.stride())
    assert f"torch.{row['dtype']}" == str(value.dtype)
    exact = value.flatten().tolist()
    assert row["hidden"] == max(0, len(exact) - SHOWN)
    assert len(row["values"]) + row["hidden"] == len(exact)
    assert all(map(nearly, row["values"], exact))


def checked(expression):
    """Compare an expression with Python; return its answer, or None if it was refused."""
    try:
        answer = compute(expression)
    except ValueError as error:
        is_a_sentence(error)
        return None
    json.dumps(answer, allow_nan=False)
    value, complaint, names = by_python(expression)
    step = answer["steps"][-1]
    assert answer["error"] == step["error"] == complaint
    for row in answer["steps"]:
        assert expression[row["start"] : row["end"]] == row["source"]
    for row in answer["changed"]:
        agree(row, names[row["name"]])
    before = tensors.given()
    changed = {name for name in NAMES if not torch.equal(before[name], names[name])}
    assert changed <= {row["name"] for row in answer["changed"]}
    if complaint:
        assert step["kind"] == "error"
    elif isinstance(value, torch.Tensor):
        agree(step, value)
        owners = {tensor.untyped_storage().data_ptr(): name for name, tensor in names.items()}
        owner = owners.get(value.untyped_storage().data_ptr()) if value.numel() else None
        if owner and not re.fullmatch(r"[\s()]*\w+[\s()]*", expression):
            assert step["is_view"]
            assert step["shares_with"] == owner
        elif value.numel():
            assert step["shares_with"] not in NAMES
    elif hasattr(value, "indices"):
        agree(step["parts"][0], value.values)
        agree(step["parts"][1], value.indices)
    elif isinstance(value, tuple):
        assert step["values"] == list(value)
    elif isinstance(value, torch.dtype):
        assert step["values"] == [str(value).removeprefix("torch.")]
    else:
        assert nearly(step["values"][0], value)
    return answer


# ---------------------------------------------------------------- expressions, against Python

DIMS = st.sampled_from(["0", "1", "-1", "2", "-2"])
NUMBERS = st.sampled_from(["0", "1", "2", "3", "0.5", "-1", "1.5", "True"])
NAMED = st.sampled_from([*NAMES, "A", "B", "x"])
INDICES = st.sampled_from(
    [
        "0",
        "1",
        "-1",
        ":",
        "1:",
        ":2",
        "::2",
        "None",
        "...",
        "[0,1]",
        "[1,0,1]",
        "[True,False]",
        "x>1",
        "A>2",
        "i",
        "True",
        "x.long()",
    ]
)
CREATED = st.one_of(
    st.tuples(st.sampled_from(["zeros", "ones", "rand"]), st.sampled_from(["3", "2, 3", "(3, 1)"]))
    .map(lambda t: f"torch.{t[0]}({t[1]})"),
    st.sampled_from(
        ["torch.arange(6)", "torch.arange(1, 2, 0.25)", "torch.arange(3.0)", "torch.eye(3)",
         "torch.eye(2, 3)", "torch.full((2, 3), 7)", "torch.tensor([[1, 2, 3]])",
         "torch.tensor([True, False, True])", "torch.tensor(3)", "torch.arange(0, 3, 0)",
         "torch.rand(2, dtype=torch.float64)", "torch.tensor([])", "torch.tensor([[1], [2, 3]])"]
    ),
)  # fmt: skip


def grown(inner):
    """Larger expressions from smaller ones: many fit, many do not."""
    operators = ["+", "-", "*", "/", "@", "@", "==", "!=", "<", ">=", "&", "|"]
    calls = [f"{name}()" for name in METHODS]
    calls += [
        "reshape(-1)", "reshape(3, 2)", "view(3, -1)", "view(6)", "expand(2, 3)", "expand(4, -1)",
        "repeat(2, 1)", "permute(1, 0)", "to(torch.int32)", "to(torch.float16)", "fill_(9)",
        "sum(dim=(0, 1))", "max(dim=0).values", "max(dim=-1)[1]", "flatten(1)", "mul_(2)",
    ]  # fmt: skip
    return st.one_of(
        st.tuples(inner, st.sampled_from(operators), inner | NUMBERS).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(NUMBERS, st.sampled_from("+-*/"), inner).map(lambda t: f"({' '.join(t)})"),
        st.tuples(inner, st.sampled_from(["2", "0.5", "-1"])).map(lambda t: f"({t[0]} ** {t[1]})"),
        st.tuples(st.sampled_from("-~"), inner).map(lambda t: f"({t[0]}{t[1]})"),
        st.tuples(inner, st.lists(INDICES, min_size=1, max_size=3)).map(
            lambda t: f"{t[0]}[{', '.join(t[1])}]"
        ),
        st.tuples(inner, st.sampled_from(calls + ATTRIBUTES)).map(".".join),
        st.tuples(
            inner,
            st.sampled_from(
                ["sum", "mean", "max", "min", "argmax", "squeeze", "unsqueeze", "size"]
            ),
            DIMS,
        ).map(lambda t: f"{t[0]}.{t[1]}({t[2]})"),
        st.tuples(inner, st.sampled_from(["sum", "mean", "argmax"]), DIMS).map(
            lambda t: f"{t[0]}.{t[1]}(dim={t[2]}, keepdim=True)"
        ),
        st.tuples(inner, DIMS, DIMS).map(lambda t: f"{t[0]}.transpose({t[1]}, {t[2]})"),
        st.tuples(
            inner,
            st.sampled_from(["add_", "sub_", "mul_", "div_", "matmul", "outer", "max"]),
            inner,
        ).map(lambda t: f"{t[0]}.{t[1]}({t[2]})"),
        st.tuples(st.sampled_from(["cat", "stack"]), inner, inner, DIMS).map(
            lambda t: f"torch.{t[0]}([{t[1]}, {t[2]}], dim={t[3]})"
        ),
        st.tuples(st.sampled_from(["relu", "exp", "sqrt", "abs", "sum", "clone"]), inner).map(
            lambda t: f"torch.{t[0]}({t[1]})"
        ),
    )


EXPRESSIONS = st.recursive(NAMED | CREATED, grown, max_leaves=4).filter(
    lambda text: len(text) < 200
)


@pytest.mark.filterwarnings("ignore:.*is deprecated:UserWarning")  # .T of other than matrices
@given(EXPRESSIONS)
@settings(deadline=None, max_examples=250)
@example("torch.rand(2, 3)")
@example("x.add_(A)")
@example("A[0].fill_(9) + A")
@example("A.expand(3, 2, 3).add_(1)")
@example("images[:, [0, 2], 1:3, x.long()]")
@example("torch.tensor(2**40) * 2**40")
def test_an_expression_is_what_python_makes_of_it(expression):
    checked(expression)


@pytest.mark.parametrize(
    "expression",
    """(A + x).sum(dim=0)
    A @ B
    images.mean(dim=(0, 2, 3))
    images.permute(0, 2, 3, 1).stride()
    images[0, 1, ..., None]
    A[A > 2]
    A[:, x > 1]
    A.max(dim=1).indices
    A.T.reshape(6)
    A.T.view(6)
    A.T.contiguous().view(6)
    x[:, None] - x[None, :]
    x[i]
    torch.where(A > 2, A, 0)
    torch.stack((x, x), dim=1)
    torch.outer(x, x)
    A.view(*B.shape)
    A.view(torch.int32)
    A.shape[0] * A.numel()
    A.shape == B.T.shape
    A.dtype == torch.float32
    x.half().element_size()
    (x > 1) & ~(x > 2)
    x.sum().item() / 0
    2.0 ** 5000
    x.expand(1000, 3).sum()
    x / 0
    torch.sqrt(-x)
    A.half() @ B
    A[2]
    A.sum(dim=5)
    i.mean()
    -(x > 1)
    torch.cat([A, B], dim=1)
    torch.arange(3, 0)
    torch.tensor([[1, 2], [3]])
    torch.tensor(16777216.0) + 1
    torch.tensor(2**53) * 2
    A . sum ( 0 )""".splitlines(),
)
def test_the_examples_of_a_lesson_are_not_refused(expression):
    assert checked(expression.strip())


@pytest.mark.parametrize("name", [*METHODS, *ATTRIBUTES])
def test_every_method_and_attribute_can_be_used(name):
    arguments = {
        **dict.fromkeys(["reshape", "view"], "6"),
        **dict.fromkeys(["transpose", "permute"], "1, 0"),
        **dict.fromkeys(["expand", "repeat"], "1, 1, 1"),
        **dict.fromkeys(["add_", "sub_", "mul_", "div_", "fill_"], "2"),
        "unsqueeze": "0",
        "matmul": "B",
        "outer": "x",
        "to": "torch.float64",
    }
    base = {"outer": "x", "expand": "s", "item": "s"}.get(name, "A")
    call = f"({arguments.get(name, '')})" if name in METHODS else ""
    answer = checked(f"{base}.{name}{call}")
    assert answer
    assert not answer["error"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_can_be_used(name):
    arguments = {
        **dict.fromkeys(["reshape"], "A, (6,)"),
        **dict.fromkeys(["transpose"], "A, 1, 0"),
        **dict.fromkeys(["permute"], "A, (1, 0)"),
        **dict.fromkeys(["zeros", "ones", "rand", "eye", "arange", "tensor"], "3"),
        **dict.fromkeys(["cat", "stack"], "[A, A]"),
        "unsqueeze": "A, 0",
        "matmul": "A, B",
        "outer": "x, x",
        "full": "(2, 3), 7",
        "where": "A > 2, A, x",
    }
    answer = checked(f"torch.{name}({arguments.get(name, 'A')})")
    assert answer
    assert not answer["error"]


@pytest.mark.parametrize("name", TYPES)
def test_every_type_can_be_used(name):
    assert last(f"x.to(torch.{name})")["dtype"] == str(getattr(torch, name)).removeprefix("torch.")


def test_the_steps_come_from_the_inside_to_the_outside():
    steps = compute("(A + x).sum(dim=0)[1]")["steps"]
    assert [step["source"] for step in steps] == [
        "A",
        "x",
        "A + x",
        "(A + x).sum(dim=0)",
        "(A + x).sum(dim=0)[1]",
    ]
    assert [step["shape"] for step in steps] == [[2, 3], [3], [2, 3], [3], []]
    assert steps[-1]["values"] == [11.0]


def test_a_name_comes_again_only_when_it_has_changed():
    answer = compute("A * A + A.add_(1) + A")
    assert [s["values"][0] for s in answer["steps"] if s["source"] == "A"] == [1.0, 2.0]
    assert [row["name"] for row in answer["changed"]] == ["A"]
    assert compute("A")["steps"][0]["values"][0] == 1.0


def test_a_seed_gives_the_numbers_of_torch():
    torch.manual_seed(7)
    expected = torch.rand(2) + torch.rand(2)
    agree(last("torch.rand(2) + torch.rand(2)", seed=7), expected)


def test_whole_numbers_are_shown_whole_and_others_to_six_digits():
    assert last("torch.tensor(16777216.0)")["values"] == [16777216.0]
    assert last("torch.tensor(0.1)")["values"] == [0.1]
    assert last("torch.tensor(2**53) * 4")["values"] == [str(2**55)]
    assert last("torch.tensor([1.0, -1.0, 0.0]) / 0")["values"] == ["inf", "-inf", "nan"]


@pytest.mark.parametrize(
    ("expression", "left", "right"),
    [
        ("A + B", ([2, 3], -1), ([3, 2], -1)),
        ("A + A[:, 0]", ([2, 3], -1), ([2], -1)),
        ("images * torch.ones(2, 1, 1)", ([2, 3, 4, 4], -3), ([2, 1, 1], -3)),
        ("A @ A", ([2, 3], -1), ([2, 3], -2)),
        ("A @ x[:2]", ([2, 3], -1), ([2], -1)),
        ("x @ A", ([3], -1), ([2, 3], -2)),
        ("images @ torch.ones(2, 4, 4)", ([2, 3, 4, 4], -3), ([2, 4, 4], -3)),
        ("A.matmul(A)", ([2, 3], -1), ([2, 3], -2)),
        ("torch.matmul(*[A, A])", ([2, 3], -1), ([2, 3], -2)),
        ("A.expand(2, 4)", ([2, 3], -1), ([2, 4], -1)),
        ("torch.cat([A, B])", ([2, 3], -1), ([3, 2], -1)),
        ("torch.cat([A, B], dim=1)", ([2, 3], -2), ([3, 2], -2)),
        ("torch.stack([A, B])", ([2, 3], -1), ([3, 2], -1)),
        ("A[x > 1]", ([2, 3], -2), ([3], -1)),
        ("A.add_(B)", ([2, 3], -1), ([3, 2], -1)),
        ("x.add_(A)", ([3], None), ([2, 3], -2)),
        ("A[:1].mul_(A)", ([1, 3], -2), ([2, 3], -2)),
        ("torch.where(A > 1, A, B)", ([2, 3], -1), ([3, 2], -1)),
    ],
)
def test_the_pair_of_dimensions_that_do_not_fit_is_marked(expression, left, right):
    step = last(expression)
    assert step["error"] == by_python(expression)[1]
    for side, (shape, dimension) in zip(("left", "right"), (left, right), strict=True):
        assert (step["misfit"][side]["shape"], step["misfit"][side]["dimension"]) == (
            shape,
            dimension,
        )


@pytest.mark.parametrize("expression", ["A.half() @ B", "A[5]", "A.reshape(4)", "B.outer(x)"])
def test_an_error_that_is_not_about_a_pair_of_dimensions_marks_none(expression):
    assert last(expression)["error"]
    assert last(expression)["misfit"] is None


def test_bytes_count_no_number_twice():
    assert last("x")["bytes"] == 12
    assert last("x.expand(100, 3)")["bytes"] == 12
    assert last("x.expand(100, 3).clone()")["bytes"] == 1200
    assert last("images.half()")["bytes"] == 192


# ---------------------------------------------------------------- expressions that are refused

TOKENS = [
    *NAMES, *METHODS, *ATTRIBUTES, "torch", *(f"torch.{name}" for name in [*FUNCTIONS, *TYPES]),
    *str.split("( ) [ ] { } , . : + - * / ** @ == < & | ~ = 0 1 2 3 64 4096 1e9 2**53 0.5 -1"),
    "None", "True", "...", "dim=", "keepdim=True", "lambda", "for", "in", "if", "else", "not",
    "and", "is",
    "'a'", "b''", "1j", "__class__", "x.sum", "f'{x}'", ":=", "*x", "//", "%", "<<", "\n", "#", "é",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")  # 1if
@given(ANYTHING | st.text(max_size=220), ANYTHING)
@settings(deadline=None, max_examples=40)
@example("\ud800", 0)
@example("\0", 0)
@example("(" * 200, 0)
@example("-" * 199 + "x", 0)
@example("x" + "[0]" * 66, 0)
@example("x" + "+x" * 99, 0)
@example("[" * 90 + "]" * 90, 0)
@example("x" * 10**6, 0)
@example(" " * 10**6 + "x", 0)
def test_what_strangers_send_is_refused_with_a_sentence(expression, seed):
    for arguments in [(expression,), ("A", seed)]:
        try:
            json.dumps(compute(*arguments), allow_nan=False)
        except ValueError as error:
            is_a_sentence(error)


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")  # 1if
@given(st.lists(st.sampled_from(TOKENS), max_size=14), st.sampled_from(["", " "]))
@settings(deadline=None, max_examples=150)
def test_words_of_the_grammar_in_any_order_do_no_harm(tokens, between):
    began = time.perf_counter()
    with contextlib.suppress(ValueError):
        json.dumps(compute(between.join(tokens)), allow_nan=False)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "expression",
    """__import__('os').system('true')
    ().__class__.__base__.__subclasses__()
    x.__class__
    x.data
    x.grad_fn
    x.numpy()
    x.resize_(10**6)
    x.as_strided((10**6,), (1,))
    x.cuda()
    x.to(0)
    x.sum(out=A)
    x.apply_(x)
    x.register_hook(x)
    torch.load('x')
    torch.ops
    torch.os
    torch
    torch.zeros
    torch.zeros(3, device='cuda')
    torch.zeros(*x)
    torch.zeros(**x)
    torch.zeros(torch.tensor(10**9))
    [y for y in x]
    lambda: x
    (y := x)
    x if x else x
    x and x
    not x
    x is x
    1 in x
    'x'
    b'x'
    1j
    None
    ...
    [1, 2]
    [0] * 10**9
    A.shape * 10**9
    {1: 2}
    A['a']
    A[1.5]
    A[(0, 1), (0, 1)]
    A[..., ...]
    A[[[0, 1], [1, 0]]]
    x // 1
    x % 2
    x << 1
    x.numel
    x()
    x(1)
    A.T()
    torch.where(x > 1)
    (x,) == (x,)
    (-8) ** 0.5
    0 < x < 2
    [1, 2] + x
    x; x
    x = 1
    import os
    x +""".splitlines(),
)
def test_anything_else_is_refused(expression):
    refused(expression.strip())


BOMBS = """torch.arange(10**9)
    torch.arange(-10**15, 10**15, 1e-9)
    torch.arange(0, 1, 5e-324)
    torch.arange(1e308)
    torch.zeros(10**9)
    torch.zeros((64, 65))
    torch.zeros(2**53, 0).sum(dim=1)
    torch.zeros(4096, 0, 4096).sum(dim=1)
    torch.ones(10**5, 10**5)
    torch.rand(10**9)
    torch.full((10**9,), 0)
    torch.eye(10**5)
    torch.eye(10**9, 2)
    x.repeat(10**9)
    x.repeat(1000, 1000)
    x.expand(10**12, 3)
    x.expand(10**12, 3).clone()
    torch.arange(4096)[:, None] + torch.arange(4096)
    torch.arange(4096)[:, None] == torch.arange(4096)
    torch.arange(4096)[:, None] @ torch.arange(4096)[None]
    torch.zeros(4096, 0) @ torch.zeros(0, 4096)
    torch.ones(64, 64, 1) @ torch.ones(64, 1, 64)
    torch.outer(torch.arange(4096), torch.arange(4096))
    torch.arange(4096).outer(torch.arange(4096))
    torch.matmul(*[torch.ones(4096, 1), torch.ones(1, 4096)])
    torch.where(*[torch.ones(4096, 1) > 0, torch.ones(1, 4096), 1.0])
    torch.ones(4096, 1).max(torch.ones(4096))
    torch.ones(1, 4096)[torch.zeros(4096).long()]
    torch.ones(1, 1, 4096)[torch.zeros(4096).long()[:, None], [0] * 1]
    images[torch.zeros(64, 64).long()]
    torch.cat([torch.ones(4096), x])
    torch.stack([torch.ones(4096), torch.ones(4096)])
    torch.cat([*[torch.ones(4096), torch.ones(4096)]])
    x.add_(torch.ones(4096, 1))
    torch.ones(512).double().view(torch.uint8)[None].expand(2, 4096)
    images[None]
    9**9**9
    (2**53)**64
    2**1000000000
    10**20
    10**9 * 10**9 * 10**9
    1 << 10**9
    torch.tensor([1]) ** (9**9**9)
    x.view(3, 1, 1, 1, 1)""".splitlines()


def test_nothing_takes_much_memory_or_time():
    compute("A @ B")
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    for expression in BOMBS:
        refused(expression.strip())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KiB
    assert time.perf_counter() - began < 2


def test_the_largest_that_is_allowed_is_allowed():
    assert last("torch.ones(64, 64) @ torch.ones(64, 64)")["hidden"] == 4096 - SHOWN
    assert last("torch.arange(64)[:, None] + torch.arange(64)")["shape"] == [64, 64]
    assert last("torch.arange(4096).sum()")["values"] == [4096 * 4095 // 2]
    assert last("torch.ones(1, 4096) @ torch.ones(4096)")["values"] == [4096.0]
    assert last("x" + "+x" * 40)["shape"] == [3]


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("", "Write an expression, such as A.sum(dim=0)."),
        ("arange(3)", "Write torch.arange: arange belongs to torch."),
        ("y", "y is not known here: the tensors are s, x, i, A, B, images."),
        ("[1, 2] + x", "[1, 2] is a Python list: write torch.tensor([1, 2])."),
        ("x.numel", "Write .numel(): it is a method."),
        ("x.to(0)", ".to needs a type here, such as torch.float64."),
        ("x % 2", "x % 2 cannot be written here."),
        ("torch.zeros(100, 100)", "torch.zeros(100, 100) would have more than 4,096 numbers."),
        ("images[None]", "images[None] has 5 dimensions: at most 4 can be drawn."),
        ("(A", "Python cannot read this ('(' was never closed)."),
        ("x.sum(out=A)", "sum takes no argument out here."),
    ],
)
def test_a_refusal_says_what_is_not_allowed(expression, sentence):
    assert refused(expression) == sentence


def test_a_page_that_computes_nothing_does_not_import_torch():
    tree = ast.parse(Path(tensors.__file__).read_text("utf-8"))
    imported = {
        alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names
    } | {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert not {name.partition(".")[0] for name in imported} & {"torch", "numpy", "gradio"}


# ---------------------------------------------------------------- broadcasting


@given(SHAPES, SHAPES)
@settings(deadline=None, max_examples=80)
def test_shapes_are_stretched_as_torch_does(shape_a, shape_b):
    answer = broadcast(shape_a, shape_b)
    json.dumps(answer)
    try:
        result = torch.broadcast_shapes(shape_a, shape_b)
    except RuntimeError:
        assert answer["result"] is None
        with pytest.raises(RuntimeError) as error:
            torch.zeros(shape_a) + torch.zeros(shape_b)
        assert answer["error"] == str(error.value)
        # Torch counts from the front of the longer shape.
        dimension = int(re.search(r"dimension (\d+)", answer["error"])[1])
        assert answer["misfit"] == dimension - max(len(shape_a), len(shape_b))
        return
    assert answer["result"] == [row["result"] for row in answer["dimensions"]] == list(result)
    assert (answer["error"], answer["misfit"]) == ("", None)
    if math.prod(result) > 96:
        assert answer["numbers"] is None
        return
    for name, shape, times in (("a", shape_a, 1), ("b", shape_b, 10)):
        numbers, ghosts = answer["numbers"][name], answer["numbers"][f"ghost_{name}"]
        own = times * np.arange(1, math.prod(shape) + 1).reshape(shape)
        assert numbers == np.broadcast_to(own, tuple(result)).ravel().tolist()
        # What is no ghost is the tensor itself, once, in its own order.
        real = [number for number, ghost in zip(numbers, ghosts, strict=True) if not ghost]
        assert real == own.ravel().tolist()
        assert any(row[f"ghost_{name}"] for row in answer["dimensions"]) or not any(ghosts)
    assert answer["numbers"]["sum"] == [
        a + b for a, b in zip(answer["numbers"]["a"], answer["numbers"]["b"], strict=True)
    ]


def test_a_dimension_that_one_shape_has_not_is_a_ghost():
    assert broadcast([2, 3], [3])["dimensions"] == [
        {"dimension": -2, "a": 2, "b": None, "result": 2, "ghost_a": False, "ghost_b": True},
        {"dimension": -1, "a": 3, "b": 3, "result": 3, "ghost_a": False, "ghost_b": False},
    ]
    assert broadcast([], [])["result"] == []


def test_large_shapes_are_compared_without_making_them():
    assert broadcast([64] * 4, [64] * 4)["numbers"] is None
    assert broadcast([64, 64, 64, 64], [64, 64, 64, 63])["misfit"] == -1


# ---------------------------------------------------------------- products

ENTRIES = st.floats(-1000, 1000).map(lambda number: round(number, 2))


def matrices(rows, columns):
    """Lists of rows."""
    row = st.lists(ENTRIES, min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows)


SIZE = st.integers(1, 5)


@given(st.tuples(SIZE, SIZE, SIZE).flatmap(lambda n: st.tuples(matrices(*n[:2]), matrices(*n[1:]))))
@settings(deadline=None, max_examples=40)
def test_row_times_column_is_the_matrix_product(pair):
    answer = matrix_product(*pair)
    exact = np.array(pair[0]) @ np.array(pair[1])
    np.testing.assert_allclose(answer["result"], exact, atol=1e-6)
    for cell in answer["cells"]:
        assert cell["sum"] == pytest.approx(exact[cell["row"], cell["column"]], abs=1e-6)
        assert cell["sum"] == pytest.approx(sum(term["product"] for term in cell["terms"]))
    assert len(answer["cells"]) == exact.size


def test_the_worked_examples_are_right():
    first, second = (matrix_product(**product) for product in PRODUCTS)
    assert first["result"] == [[15, 27], [6, 7], [26, 63]]
    assert first["cells"][0]["text"] == "1·2 + 2·6 + 1·1 = 15"
    assert second["result"] == [[-16, 20], [16, 2]]
    assert second["cells"][0]["text"] == "2·(−1) + (−2)·7 = −16"


def test_a_product_that_does_not_fit_says_what_torch_says():
    answer = matrix_product([[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6]])
    with pytest.raises(RuntimeError) as error:
        torch.ones(2, 3) @ torch.ones(2, 3)
    assert answer["error"] == str(error.value)
    assert (answer["result"], answer["cells"]) == (None, [])
    assert (answer["shape_a"][1], answer["shape_b"][0]) == (3, 2)


@given(
    st.tuples(SIZE, SIZE, SIZE).flatmap(
        lambda n: st.tuples(
            matrices(n[0], n[1]),
            matrices(n[2], n[1]),
            st.lists(ENTRIES, min_size=n[2], max_size=n[2]),
        )
    )
)
@settings(deadline=None, max_examples=40)
def test_a_batch_through_a_layer_is_what_torch_computes(batch):
    inputs, weights, biases = (torch.tensor(part, dtype=torch.float64) for part in batch)
    exact = torch.nn.functional.linear(inputs, weights, biases)
    answer = linear_batch(*batch)
    torch.testing.assert_close(torch.tensor(answer["outputs"], dtype=torch.float64), exact)
    sums = [cell["sum"] for cell in answer["cells"]]
    torch.testing.assert_close(torch.tensor(sums, dtype=torch.float64), exact.flatten())
    assert answer["shapes"]["Wᵀ"] == answer["shapes"]["W"][::-1]


def test_a_cell_of_a_batch_is_written_out():
    answer = linear_batch([[1, 2], [3, 4]], [[2, 6]], [-0.5])
    assert answer["cells"][0]["text"] == "1·2 + 2·6 + (−0.5) = 13.5"
    assert answer["shapes"] == {
        "X": [2, 2],
        "W": [1, 2],
        "Wᵀ": [2, 1],
        "b": [1],
        "X·Wᵀ + b": [2, 1],
    }


def test_a_layer_that_does_not_fit_its_inputs_is_refused():
    with pytest.raises(ValueError, match="an example has 3 numbers, a neuron 2 weights"):
        linear_batch([[1, 2, 3]], [[1, 2]], [0])


# ---------------------------------------------------------------- memory


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(("rows", "columns"), [(2, 3), (1, 1), (1, 4), (3, 1), (8, 8)])
def test_offset_and_strides_find_every_number(rows, columns, operation):
    answer = strided(rows, columns, operation)
    a = torch.arange(rows * columns).reshape(rows, columns)
    result, error = a.T, ""
    try:
        result = eval(answer["code"], {"A": a})
    except RuntimeError as raised:
        error = str(raised).partition("\n")[0]
    assert answer["error"] == error
    assert answer["strides"] == list(result.stride())
    assert answer["shape"] == list(result.shape)
    assert answer["offset"] == result.storage_offset()
    assert answer["contiguous"] == result.is_contiguous()
    assert answer["values"] == result.flatten().tolist()
    assert answer["copied"] == (
        result.untyped_storage().data_ptr() != a.untyped_storage().data_ptr()
    )
    places = [
        answer["offset"] + sum(i * n for i, n in zip(index, answer["strides"], strict=True))
        for index in np.ndindex(*answer["shape"])
    ]
    assert answer["positions"] == places
    assert [answer["memory"][place] for place in places] == answer["values"]


def test_only_what_cannot_be_read_in_place_is_copied():
    copied = [operation for operation in OPERATIONS if strided(2, 3, operation)["copied"]]
    assert copied == ["list of rows", "reshape of the transpose", "contiguous transpose"]
    failed = [operation for operation in OPERATIONS if strided(2, 3, operation)["error"]]
    assert failed == ["view of the transpose"]


@given(st.lists(st.integers(1, 4), max_size=4), st.sampled_from(DTYPES))
@settings(deadline=None, max_examples=40)
def test_bytes_are_those_of_torch(shape, dtype):
    real = torch.empty(shape, dtype=getattr(torch, dtype))
    answer = memory(shape, dtype)
    assert answer["numel"] == real.numel()
    assert answer["element_size"] == real.element_size()
    assert answer["bytes"] == real.nbytes
    assert [row["dtype"] for row in answer["all"]] == DTYPES
    for row in answer["all"]:
        assert row["bytes"] == torch.empty(shape, dtype=getattr(torch, row["dtype"])).nbytes
    sizes = [row["element_size"] for row in answer["all"]]
    assert sizes == sorted(sizes)


def test_a_batch_of_pictures_takes_megabytes_and_is_not_made():
    assert memory(SIZES["a batch of 64 colour pictures"])["bytes"] == 38_535_168
    assert [memory(shape)["numel"] for shape in SIZES.values()] == [1, 1000, 784, 150528, 9633792]
    assert memory([4096] * 4, "complex128")["bytes"] == 4096**4 * 16


# ---------------------------------------------------------------- in place, NumPy, devices


@pytest.mark.parametrize("case", CASES)
def test_the_lines_that_are_shown_do_what_is_said_of_them(case):
    names = {"torch": torch, "np": np}
    for row in in_place_and_array(case):
        json.dumps(row)
        error = ""
        try:
            exec(row["code"], names)
        except (RuntimeError, TypeError) as raised:
            error = str(raised).partition("\n")[0].strip()[:400]
        assert row["error"] == error
        assert row["names"] == {name: names[name].tolist() for name in row["names"]}
        assert set(row["names"]) == set(names) - {"torch", "np", "__builtins__"}


def test_an_array_and_its_tensor_change_together_unless_it_was_copied():
    shared, copied = (in_place_and_array(case)[-1]["names"] for case in CASES[:2])
    assert shared == {"a": [7, 20, 30], "t": [7, 20, 30]}
    assert copied == {"a": [7, 2, 3], "t": [10, 20, 30]}


def test_autograd_complains_where_a_number_is_still_needed():
    complaints = {
        case: [row["code"] for row in in_place_and_array(case) if row["error"]] for case in CASES
    }
    assert {case: codes for case, codes in complaints.items() if codes} == {
        "a weight, in place": ["w.sub_(0.5)"],
        "a number that is needed later": ["y.sum().backward()"],
        "a weight as an array": ["a = w.numpy()"],
    }


def test_devices_are_those_of_this_machine():
    answer = devices()
    json.dumps(answer)
    available = torch.accelerator.is_available()
    assert answer["accelerator"] == (
        torch.accelerator.current_accelerator().type if available else None
    )
    assert [row["movable"] for row in answer["rows"]] == [True, True, False, False]
    assert all(row["device"] == "cpu" for row in answer["rows"])
    assert len(answer["refusals"]) == 2
    for row in answer["refusals"]:
        with pytest.raises((RuntimeError, TypeError)) as error:
            eval(row["code"], {"torch": torch})
        assert str(error.value) == row["error"]


@given(ANYTHING, ANYTHING, ANYTHING)
@settings(deadline=None, max_examples=40)
def test_the_lessons_refuse_what_is_out_of_range(one, two, three):
    for lesson, arguments in [
        (broadcast, (one, two)),
        (broadcast, ([2], two)),
        (matrix_product, (one, two)),
        (matrix_product, ([[1]], two)),
        (linear_batch, (one, two, three)),
        (linear_batch, ([[1]], [[1]], three)),
        (strided, (one, two, three)),
        (strided, (2, 3, three)),
        (memory, (one, two)),
        (memory, ([1], two)),
        (in_place_and_array, (one,)),
    ]:
        try:
            lesson(*arguments)
        except ValueError as error:
            is_a_sentence(error)


# ---------------------------------------------------------------- the tasks


# Words of the tasks that are no expression by themselves.
NOT_EXPRESSIONS = {"view", "reshape", "a", "b", "t", "expand", "backward"} | {
    "torch.no_grad()",
    "torch.nn.Linear(3, 2)",
}


def test_the_code_of_the_tasks_runs_here():
    for text in [text for task in TASKS for text in (task.prompt, task.answer)]:
        for code in re.findall(r"`([^`]+)`", text):
            if code not in NOT_EXPRESSIONS:
                assert checked(code), code


def test_the_numbers_of_the_tasks_are_right():
    assert last("A + x")["shape"] == [2, 3]
    assert last("A + A[:, 0]")["error"].startswith(
        "The size of tensor a (3) must match the size of tensor b (2)"
    )
    for mended in ("A + A[:, 0][:, None]", "A + A[:, :1]"):
        assert last(mended)["values"] == [2, 3, 4, 8, 9, 10]
    assert last("((x[:, None] - x) ** 2).sum()")["values"] == [12]
    assert last("((x[:, None] - x) ** 2).mean()")["values"] == [1.33333]
    assert last("x[:, None] - x")["shape"] == [3, 3]
    assert last("((x[:, None].squeeze(1) - x) ** 2).mean()")["values"] == [0]
    assert [last(code)["shape"] for code in ("A @ B", "B @ A")] == [[2, 2], [3, 3]]
    misfit = last("A @ A")["misfit"]
    assert [side["shape"][side["dimension"]] for side in misfit.values()] == [3, 2]
    assert last("images.mean(dim=(0, 2, 3))")["values"] == [31.5, 47.5, 63.5]
    assert compute("A[0].fill_(9)")["changed"][0]["values"] == [9, 9, 9, 4, 5, 6]
    assert compute("A[[0]].fill_(9)")["changed"] == []
    assert (last("A")["strides"], last("A.T")["strides"]) == ([3, 1], [1, 3])
    assert last("A.T.view(6)")["error"].startswith("view size is not compatible")
    reshaped = last("A.T.reshape(6)")
    assert reshaped["values"] == [1, 4, 2, 5, 3, 6]
    assert not reshaped["is_view"]
    assert last("images")["strides"] == [48, 16, 4, 1]
    permuted = last("images.permute(0, 2, 3, 1)")
    assert (permuted["strides"], permuted["bytes"]) == ([48, 4, 1, 16], 384)
    assert permuted["shares_with"] == "images"


def shown(**settings):
    """What is drawn with some settings."""
    return chapter.picture(**{**chapter.KNOBS.defaults(), **settings})


def test_the_numbers_of_the_other_tasks_are_right():
    assert broadcast([2, 1], [3])["result"] == [2, 3]
    assert all(broadcast([2, 1], [n])["result"] for n in range(1, 5))
    assert broadcast([2, 3], [2])["error"] == (
        "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1"
    )
    assert broadcast([2, 3], [2, 1])["result"] == [2, 3]
    assert matrix_product(**PRODUCTS[0])["cells"][-1]["text"] == "2·5 + 3·7 + 4·8 = 63"
    assert matrix_product([[1, 2, 3]] * 2, [[1, 2]] * 2)["error"] == (
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x2)"
    )
    before, after = (shown(topic="layer", biases=[b, -1.0]).lines[0].parts[-1] for b in (0.5, 1.5))
    change = [b - a for a, b in zip(before.values, after.values, strict=True)]
    assert change == [1, 0, 1, 0, 1, 0]
    assert torch.nn.Linear(3, 2).weight.shape == (2, 3)
    assert strided(2, 3, "one column")["strides"] == [3]
    assert strided(2, 3, "expand")["strides"] == [3, 0]
    assert strided(2, 3, "view of the transpose")["error"].startswith(
        "view size is not compatible with input tensor's size and stride"
    )
    sizes = {one["dtype"]: one["bytes"] for one in memory([64, 3, 224, 224])["all"]}
    assert memory([64, 3, 224, 224])["numel"] == 9_633_792
    megabytes = [f"{sizes[name] / 1e6:.4g}" for name in ("float32", "float16", "uint8")]
    assert megabytes == ["38.54", "19.27", "9.634"]


def test_what_does_not_fit_is_told_in_the_words_of_torch():
    def complaint(run):
        with pytest.raises(RuntimeError) as error:
            run()
        return str(error.value).partition("\n")[0]

    a = torch.arange(6).reshape(2, 3)
    for chosen, run in [
        ({"topic": "broadcast", "a": [0, 2, 3], "b": [0, 0, 2]}, lambda: a + a[:, 0]),
        (
            {"topic": "product", "product": "own", "sizes": [2, 3, 2, 2]},
            lambda: torch.ones(2, 3) @ torch.ones(2, 2),
        ),
        ({"topic": "memory", "operation": "view of the transpose"}, lambda: a.T.view(-1)),
        ({"topic": "expression", "expression": "A + A[:, 0]"}, lambda: a + a[:, 0]),
    ]:
        boxes = [part for line in shown(**chosen).lines for part in line.parts]
        errors = [box.error for box in boxes if not isinstance(box, str) and box.error]
        assert errors == [complaint(run)]


def test_what_a_topic_teaches_is_said_in_answers_only():
    captions = {topic: shown(topic=topic).caption for topic in chapter.KNOBS["topic"].options}
    assert captions["size"] == "9,633,792 numbers, by their type."
    told = " ".join(captions.values())
    for lesson in ("1 or missing", "one product", "stay on the CPU", "what type they are"):
        assert lesson not in told


# ---------------------------------------------------------------- the scripts


def ran(topic, capsys, **settings):
    """What a script printed, and the names that it has left."""
    space = {}
    script = script_of(chapter.CHAPTER.script[topic], chapter.KNOBS)
    exec(filled(script, {**chapter.KNOBS.defaults(), **settings}), space)
    return capsys.readouterr().out, space


@pytest.mark.parametrize(
    "expression", [*chapter.EXAMPLES, "A @ A", "torch.rand(2, 2)", "A.stride()"]
)
def test_the_script_computes_the_expression_as_the_tab_does(expression, capsys):
    printed, space = ran("expression", capsys, expression=expression)
    end = last(expression)
    if end["error"]:
        assert f"torch says: {end['error']}" in printed
    elif end["kind"] in ("tensor", "number") and isinstance(space["result"], torch.Tensor):
        assert space["result"].flatten().tolist() == pytest.approx(end["values"], abs=1e-5)
        assert f"shape {tuple(end['shape'])}" in printed
    else:
        assert printed.strip()


def test_the_script_knows_the_words_of_the_page_and_no_others(capsys):
    script = script_of(chapter.CHAPTER.script["expression"], chapter.KNOBS)["text"]
    known = set(re.search(r'known = """(.*?)"""', script, re.DOTALL)[1].split())
    assert known == {*NAMES, *METHODS, *FUNCTIONS, *ATTRIBUTES, *TYPES, "torch"}
    for stranger in (
        "__import__('os').getcwd()",
        "torch.os.getcwd()",
        "x.__class__",
        "open('x')",
        "torch.load('x')",
        "f'{x.__class__}'",
        "(lambda: exit())()",
    ):
        with pytest.raises(AssertionError, match="not known here"):
            ran("expression", capsys, expression=stranger)


@pytest.mark.parametrize(
    ("a", "b"),
    [([0, 2, 1], [0, 0, 3]), ([2, 1, 3], [0, 4, 1]), ([0, 2, 3], [0, 0, 2]), ([0] * 3,) * 2],
)
def test_the_script_broadcasts_as_the_tab_does(a, b, capsys):
    printed, space = ran("broadcast", capsys, a=a, b=b)
    answer = broadcast([n for n in a if n], [n for n in b if n])
    if answer["error"]:
        assert printed.strip() == f"torch says: {answer['error']}"
    else:
        assert list(space["total"].shape) == answer["result"]
        assert space["total"].flatten().tolist() == answer["numbers"]["sum"]


@pytest.mark.parametrize(
    ("product", "sizes"),
    [("0", [2, 3, 3, 2]), ("1", [2, 3, 3, 2]), ("own", [4, 5, 5, 2]), ("own", [2, 3, 2, 2])],
)
def test_the_script_multiplies_as_the_tab_does(product, sizes, capsys):
    printed, space = ran("product", capsys, product=product, sizes=sizes)
    *_others, box = shown(topic="product", product=product, sizes=sizes).lines[-1].parts
    if box.error:
        assert printed.strip() == f"torch says: {box.error}"
    else:
        assert space["C"].flatten().tolist() == box.values
        assert f"= {tuple(box.shape)}" in printed
        assert float(printed.split("= ")[-1]) == box.values[0]


@pytest.mark.parametrize("biases", [[0.5, -1.0], [3.0, 0.0]])
def test_the_script_of_the_layer_has_the_outputs_of_the_tab(biases, capsys):
    printed, space = ran("layer", capsys, biases=biases)
    box = shown(topic="layer", biases=biases).lines[0].parts[-1]
    assert space["outputs"].flatten().tolist() == box.values
    assert printed.endswith("True\n")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_script_reads_the_memory_as_the_tab_does(operation, capsys):
    printed, space = ran("memory", capsys, operation=operation)
    answer = strided(2, 3, operation)
    if answer["error"]:
        assert answer["error"] in printed
    else:
        assert space["result"].flatten().tolist() == answer["values"]
        where = f"strides {tuple(answer['strides'])}, begins at {answer['offset']}"
        assert f"{where}, copied: {answer['copied']}" in printed


@pytest.mark.parametrize("batch", [[64, 3, 224, 224], [1, 1, 28, 28]])
def test_the_script_counts_the_bytes_of_the_tab(batch, capsys):
    printed, _space = ran("size", capsys, batch=batch)
    answer = memory(batch)
    counted = dict(re.findall(r"torch\.(\w+): \d bytes each, ([\d,]+) bytes", printed))
    assert len(counted) == 5
    for one in answer["all"]:
        if one["dtype"] in counted:
            assert counted[one["dtype"]] == f"{one['bytes']:,}"


@pytest.mark.parametrize("case", CASES)
def test_the_script_changes_in_place_what_the_tab_changes(case, capsys):
    printed, space = ran("place", capsys, case=case)
    rows = in_place_and_array(case)
    for error in [row["error"] for row in rows if row["error"]]:
        assert error in printed
    for name, numbers in rows[-1]["names"].items():
        if name in space:
            assert np.array(space[name].tolist()) == pytest.approx(np.array(numbers))
    if "gradient" in rows[-1]["names"]:
        assert space["w"].grad.tolist() == rows[-1]["names"]["gradient"]


def test_every_topic_is_drawn_with_its_first_settings_and_every_case():
    defaults = chapter.KNOBS.defaults()
    for topic in chapter.KNOBS["topic"].options:
        lines = chapter.picture(**{**defaults, "topic": topic})
        assert lines.lines
        assert lines.caption
    for name, topic in (("case", "place"), ("operation", "memory"), ("product", "product")):
        for value in chapter.KNOBS[name].options:
            assert chapter.picture(**{**defaults, "topic": topic, name: value}).lines
    for expression in chapter.EXAMPLES:
        drawn = chapter.picture(**{**defaults, "expression": expression})
        assert drawn.lines[-1].parts


def test_a_product_that_does_not_fit_is_shown_where_it_fails():
    settings = {**chapter.KNOBS.defaults(), "topic": "product", "product": "own"}
    lines = chapter.picture(**{**settings, "sizes": [2, 3, 2, 2]}).lines
    left, _sign, right = lines[0].parts
    assert (left.misfit, right.misfit) == (-1, -2)
    assert "mat1 and mat2" in lines[1].parts[0].error


def in_quiz(name):
    """The options of a question: the code of each, and whether it is right."""
    question = next(question for question in QUIZ if question.name == name)
    return [(option.says.strip("`"), option.right) for option in question.options]


@pytest.mark.parametrize(("code", "right"), in_quiz("array"))
def test_the_array_changes_after_the_lines_that_the_question_calls_right(code, right):
    a = np.ones(3)
    exec(code, {"torch": torch, "a": a})
    assert (a.tolist() != [1, 1, 1]) == right


@pytest.mark.parametrize(("code", "right"), in_quiz("view"))
def test_the_tensor_changes_after_the_lines_that_the_question_calls_right(code, right):
    a = torch.arange(6.0).reshape(2, 3)
    exec(code, {"A": a})
    assert (a.flatten().tolist() != [0, 1, 2, 3, 4, 5]) == right


@pytest.mark.parametrize(("code", "right"), in_quiz("in_place"))
def test_backward_refuses_after_the_lines_that_the_question_calls_right(code, right):
    held = {"w": torch.tensor([1.0, 2.0], requires_grad=True)}
    exec(code, held)
    held["y"].add_(1)
    with pytest.raises(RuntimeError, match="inplace") if right else contextlib.nullcontext():
        held["y"].sum().backward()
