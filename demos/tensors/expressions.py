"""Expressions of PyTorch that anyone may type: read by Python's parser, walked by hand."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from demos.frame.knobs import Number, takes
from demos.tensors.lesson import MOST_DIMENSIONS, first_line, stretched, unmatched
from models.sentences import Count, refusal

# What an expression may cost.
LONGEST = 200  # characters
DEEPEST = 50  # operations within operations
MOST_NUMBERS = 4096  # in one tensor, also in one on the way
LARGEST_WHOLE = 2**53  # the whole numbers that a page can show exactly
LARGEST_EXPONENT = 64  # of one whole number raised to another
SHOWN = 200  # numbers of one tensor

NAMES = ["s", "x", "i", "A", "B", "images"]

# Methods and functions of torch, and the arguments of theirs that may be named.
_DIM = ("dim", "keepdim")
_BOTH = {
    "reshape": (),
    "transpose": ("dim0", "dim1"),
    "permute": ("dims",),
    "unsqueeze": ("dim",),
    "squeeze": ("dim",),
    "flatten": ("start_dim", "end_dim"),
    "sum": (*_DIM, "dtype"),
    "mean": (*_DIM, "dtype"),
    "max": _DIM,
    "min": _DIM,
    "argmax": _DIM,
    "relu": (),
    "exp": (),
    "sqrt": (),
    "abs": (),
    "matmul": (),
    "outer": (),
    "clone": (),
    "numel": (),
}
METHODS = {
    **_BOTH,
    **dict.fromkeys(["view", "expand", "repeat", "contiguous"], ()),
    **dict.fromkeys(["float", "double", "half", "int", "long", "bool"], ()),
    "to": ("dtype",),
    **dict.fromkeys(["add_", "sub_", "mul_", "div_", "fill_", "zero_", "relu_"], ()),
    **dict.fromkeys(["stride", "size", "dim", "storage_offset", "is_contiguous"], ()),
    **dict.fromkeys(["element_size", "item"], ()),
}
FUNCTIONS = {
    **_BOTH,
    **dict.fromkeys(["cat", "stack"], ("dim",)),
    **dict.fromkeys(["tensor", "arange", "eye", "zeros", "ones", "full", "rand"], ("dtype",)),
    "where": (),
}
ATTRIBUTES = ["T", "mT", "shape", "dtype", "ndim"]
TYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "int", "long"]
TYPES += ["float16", "bfloat16", "float32", "float64", "half", "float", "double"]

_OPERATORS: dict[type, Callable] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
    ast.MatMult: lambda a, b: a @ b,
    ast.BitAnd: lambda a, b: a & b,
    ast.BitOr: lambda a, b: a | b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.USub: lambda a: -a,
    ast.UAdd: lambda a: +a,
    ast.Invert: lambda a: ~a,
}
# What torch and Python raise when something does not fit.
_UNFIT = (RuntimeError, IndexError, TypeError, ValueError, ArithmeticError)


def given() -> dict:
    """Return the tensors that an expression may name: fresh ones.

    s () the scalar 2; x (3,); i (3,) int64; A (2, 3); B (3, 2); images (2, 3, 4, 4), N×C×H×W,
    whose numbers 0 … 95 are also their positions in memory.
    """
    import torch

    return {
        "s": torch.tensor(2.0),
        "x": torch.tensor([1.0, 2.0, 3.0]),
        "i": torch.tensor([1, 0, 1]),
        "A": torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        "B": torch.tensor([[2.0, 5.0], [6.0, 7.0], [1.0, 8.0]]),
        "images": torch.arange(96.0).reshape(2, 3, 4, 4),
    }


@takes(seed=Number(0, 1_000_000, 0, whole=True))
def compute(expression: str, seed: int = 0) -> dict:
    """Compute a PyTorch expression, and keep every step of it.

    The expression is read by Python's own parser, and walked by hand: only what stands in NAMES,
    METHODS, FUNCTIONS, ATTRIBUTES and TYPES is known, and the size of everything is checked
    before it is made.

    Args:
        expression: at most 200 characters, such as "(A + x).sum(dim=0)".
        seed: of torch.rand, as torch.manual_seed takes it.

    Returns:
        expression: as it was read, on one line.
        steps: in the order of evaluation, source (that part of the expression), start and end
            (where it stands), kind ("tensor", "number", "shape", "dtype", "pair" or "error"),
            shape, dtype ("float32"), strides, bytes (its numbers, not counting any twice), is_view
            and shares_with (the name or the earlier step whose memory it reads), in_place, values
            (row by row, at most 200; "nan", "inf" and "-inf" as text), hidden (how many more),
            parts (values and indices, of a "pair"), error (what torch says) and misfit: left
            and right, the source, the shape and the dimension that do not fit, −1 for the last,
            None where the shape has no such dimension.
            What a kind does not have is None. An error is the last step.
        changed: name, shape, values, … of each given tensor that was changed in place.
        error: that of the last step, or "".

    Raises:
        ValueError: saying in one sentence what cannot be written here, or is too large.
    """
    if not isinstance(expression, str) or not expression.strip():
        raise refusal("Write an expression, such as A.sum(dim=0).")
    expression = " ".join(expression.split()) if len(expression) <= LONGEST else expression
    if len(expression) > LONGEST:
        raise refusal("An expression may have at most {most} characters.", most=LONGEST)
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError as error:
        raise refusal("Python cannot read this ({reason}).", reason=error.msg) from None
    except (ValueError, MemoryError, RecursionError):
        raise refusal("Python cannot read this.") from None
    return _Walk(expression, seed).run(tree)


def _always(value: Any) -> Callable:
    return lambda *_: value


_NO_MEMORY, _NO_PAIR = _always(0), _always(None)


class _Unfit(Exception):
    """A step failed, and its row says why."""


class _Walk:
    """One evaluation, from the inside to the outside, from the left to the right."""

    def __init__(self, expression: str, seed: int):
        import torch

        self.torch = torch
        self.expression, self.bytes = expression, expression.encode()
        self.names = given()
        self.random = torch.Generator().manual_seed(seed)
        self.steps: list[dict] = []
        # Whose memory it is, by address; nothing may be freed, or its address would come again.
        self.owners = {_address(tensor): name for name, tensor in self.names.items()}
        self.alive: list = []
        self.versions: dict[str, int] = {}

    def run(self, tree: ast.expr) -> dict:
        error = ""
        try:
            value = self.value(tree)
            if not self._is_shown(value):
                raise self._not_here(tree)
            if not self.steps:
                self._keep(tree, value)
        except _Unfit:
            error = self.steps[-1]["error"]
        changed = [
            {"name": name, **_described(tensor)}
            for name, tensor in self.names.items()
            if tensor._version
        ]
        return {
            "expression": self.expression,
            "steps": self.steps,
            "changed": changed,
            "error": error,
        }

    # ------------------------------------------------ what may be written

    def value(self, node: ast.AST, depth: int = 0) -> Any:
        if depth > DEEPEST:
            raise refusal("This is nested too deeply: at most {most} levels.", most=DEEPEST)
        visit = getattr(self, f"_{type(node).__name__.lower()}", None)
        if visit is None:
            raise self._not_here(node)
        return visit(node, depth + 1)

    def _constant(self, node: ast.Constant, depth: int) -> Any:
        value = node.value
        if value is not None and value is not ... and type(value) not in (bool, int, float):
            raise self._not_here(node)
        return self._checked(node, value)

    def _name(self, node: ast.Name, depth: int) -> Any:
        if node.id not in self.names:
            if node.id in FUNCTIONS or node.id in TYPES:
                raise refusal("Write torch.{name}: {name} belongs to torch.", name=node.id)
            raise refusal(
                "{name} is not known here: the tensors are {names}.",
                name=_cut(node.id),
                names=", ".join(NAMES),
            )
        tensor = self.names[node.id]
        if self.versions.get(node.id) != tensor._version:
            self.versions[node.id] = tensor._version
            self._keep(node, tensor)
        return tensor

    def _list(self, node: ast.List, depth: int) -> list:
        return list(self._items(node.elts, depth))

    def _tuple(self, node: ast.Tuple, depth: int) -> tuple:
        return tuple(self._items(node.elts, depth))

    def _items(self, nodes: list[ast.expr], depth: int) -> Iterator[Any]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                value = self.value(node.value, depth)
                if not isinstance(value, (list, tuple)):
                    raise self._not_here(node)
                yield from value
            else:
                yield self.value(node, depth)

    def _unaryop(self, node: ast.UnaryOp, depth: int) -> Any:
        value = self.value(node.operand, depth)
        operate = _OPERATORS.get(type(node.op))
        inverted = isinstance(node.op, ast.Invert)
        if operate is None or not (self._is_tensor(value) if inverted else self._is_operand(value)):
            raise self._not_here(node)
        if isinstance(node.operand, ast.Constant):  # −1 is a number, not a step.
            return operate(value)
        return self._done(node, lambda: operate(value))

    def _binop(self, node: ast.BinOp, depth: int) -> Any:
        left, right = self.value(node.left, depth), self.value(node.right, depth)
        return self._operated(node, node.op, (node.left, left), (node.right, right))

    def _compare(self, node: ast.Compare, depth: int) -> Any:
        if len(node.ops) > 1:
            raise refusal(
                "Compare two at a time, and join them with &: (0 < x) & (x < 2), not {code}.",
                code=self._source(node),
            )
        left, right = self.value(node.left, depth), self.value(node.comparators[0], depth)
        return self._operated(node, node.ops[0], (node.left, left), (node.comparators[0], right))

    def _operated(self, node: ast.expr, op: ast.AST, *sides: tuple[ast.expr, Any]) -> Any:
        operate = _OPERATORS.get(type(op))
        if operate is None:
            raise self._not_here(node)
        values = [value for _node, value in sides]
        described = isinstance(op, (ast.Eq, ast.NotEq)) and all(
            self._is_shape(value) or isinstance(value, self.torch.dtype) for value in values
        )
        for part, value in sides:
            if not described and not self._is_operand(value):
                if isinstance(value, list):
                    raise refusal(
                        "{code} is a Python list: write torch.tensor({code}).",
                        code=self._source(part),
                    )
                raise self._not_here(node)
        whole = isinstance(op, ast.Pow) and all(isinstance(value, int) for value in values)
        if whole and abs(values[1]) > LARGEST_EXPONENT:
            raise refusal("An exponent may be at most {most}.", most=LARGEST_EXPONENT)
        size, misfit = _size_of_broadcast, _unbroadcast
        if isinstance(op, ast.MatMult):
            size, misfit = _size_of_product, _unmultiplied
        return self._done(node, lambda: operate(*values), *sides, size=size, misfit=misfit)

    def _attribute(self, node: ast.Attribute, depth: int) -> Any:
        if isinstance(node.value, ast.Name) and node.value.id == "torch":
            if node.attr in TYPES:
                return getattr(self.torch, node.attr)
            raise self._unknown("torch.", node.attr, [*FUNCTIONS, *TYPES])
        value = self.value(node.value, depth)
        pair = _is_pair(value) and node.attr in ("values", "indices")
        if not pair and (not self._is_tensor(value) or node.attr not in ATTRIBUTES):
            if self._is_tensor(value) and node.attr in METHODS:
                raise refusal("Write .{name}(): it is a method.", name=node.attr)
            raise self._unknown(".", node.attr, [*ATTRIBUTES, *METHODS])
        return self._done(node, lambda: getattr(value, node.attr))

    def _call(self, node: ast.Call, depth: int) -> Any:
        called = node.func
        if not isinstance(called, ast.Attribute):
            if isinstance(called, ast.Name):
                self._name(called, depth)
            raise self._not_here(node)
        name = called.attr
        if isinstance(called.value, ast.Name) and called.value.id == "torch":
            if name not in FUNCTIONS:
                raise self._unknown("torch.", name, list(FUNCTIONS))
            known, target = FUNCTIONS[name], None
        else:
            target = self.value(called.value, depth)
            if not self._is_tensor(target) or name not in METHODS:
                raise self._unknown(".", name, list(METHODS))
            known = METHODS[name]
        arguments = list(self._items(node.args, depth))
        keywords = {}
        for keyword in node.keywords:
            if keyword.arg not in known:
                raise refusal(
                    "{name} takes no argument {argument} here.",
                    name=name,
                    argument=_cut(keyword.arg or "**"),
                )
            keywords[keyword.arg] = self.value(keyword.value, depth)
        for value in [*arguments, *keywords.values()]:
            if not self._is_argument(value):
                raise self._not_here(node)
        return self._called(node, name, target, arguments, keywords)

    def _called(
        self, node: ast.Call, name: str, target: Any, arguments: list, keywords: dict
    ) -> Any:
        tensors = [value for value in [target, *arguments] if self._is_tensor(value)]
        size: Callable = _size_of_broadcast
        misfit: Callable = _NO_PAIR
        if name in ("zeros", "ones", "rand", "full"):
            size = _always(
                math.prod(self._counts(name, arguments[: 1 if name == "full" else None]))
            )
        elif name == "repeat":
            size = _always(target.numel() * math.prod(self._counts(name, arguments)))
        elif name == "eye":
            rows, columns = [*self._counts(name, arguments), 0][:2]
            size = _always(rows * (columns if len(arguments) > 1 else rows))
        elif name == "arange":
            size = _always(_length(self._numbers(name, arguments)))
        elif name == "expand":
            sizes = self._counts(name, arguments)
            misfit = _always(_unexpanded(self._source(node.func.value), target.shape, sizes))
        elif name in ("cat", "stack"):
            joined = arguments[0] if arguments and isinstance(arguments[0], (list, tuple)) else []
            tensors = [tensor for tensor in joined if self._is_tensor(tensor)]
            size = _always(sum(tensor.numel() for tensor in tensors))
            misfit = _always(self._unjoined(node, name, tensors, arguments, keywords))
        elif name == "matmul":
            size, misfit = _size_of_product, _unmultiplied
        elif name == "outer":
            size = _always(math.prod(tensor.numel() for tensor in tensors))
        elif name in ("max", "min", "where"):
            misfit = _unbroadcast
        elif name in ("add_", "sub_", "mul_", "div_"):
            misfit = _unwritable
        elif name == "to" and not all(
            isinstance(value, self.torch.dtype) or self._is_tensor(value)
            for value in [*arguments, *keywords.values()]
        ):
            raise refusal(".to needs a type here, such as torch.float64.")

        if name == "rand":
            keywords = {**keywords, "generator": self.random}
        function = getattr(self.torch if target is None else target, name)
        # Behind a star nobody knows which part of the text a value is.
        starred = any(isinstance(part, ast.Starred) for part in node.args)
        parts = [node] * len(arguments) if starred else node.args
        sides = list(zip(parts, arguments, strict=True))
        if target is not None:
            sides.insert(0, (node.func.value, target))
        return self._done(
            node,
            lambda: function(*arguments, **keywords),
            *sides,
            size=size,
            misfit=misfit,
            in_place=name.endswith("_"),
        )

    def _subscript(self, node: ast.Subscript, depth: int) -> Any:
        value = self.value(node.value, depth)
        index = self._index(node.slice, depth)
        if not self._is_tensor(value):
            whole = type(index) is int or (isinstance(index, slice) and not _is_pair(value))
            if not isinstance(value, tuple) or not whole:
                raise self._not_here(node)
            return self._done(node, lambda: value[index])
        items = index if isinstance(index, tuple) else (index,)
        return self._done(
            node,
            lambda: value[index],
            size=_always(self._size_of_index(value.shape, items)),
            misfit=_always(self._unmasked(node, value, items)),
        )

    def _index(self, node: ast.AST, depth: int, inner: bool = False) -> Any:
        if isinstance(node, ast.Tuple) and not inner:
            items = tuple(self._index(item, depth, inner=True) for item in node.elts)
            if sum(item is ... for item in items) > 1:
                raise self._not_here(node)
            return items
        if isinstance(node, ast.Slice):
            ends = [end and self.value(end, depth) for end in (node.lower, node.upper, node.step)]
            if any(end is not None and type(end) is not int for end in ends):
                raise self._not_here(node)
            return slice(*ends)
        value = self.value(node, depth)
        if isinstance(value, list):
            flat = all(isinstance(item, int) for item in value)
        else:
            flat = value is None or value is ... or isinstance(value, int) or self._is_tensor(value)
        if not flat:
            raise refusal(
                "{code} is no index: numbers, slices, None, ..., lists of numbers and tensors are.",
                code=self._source(node),
            )
        return value

    # ------------------------------------------------ what it makes

    def _done(
        self,
        node: ast.expr,
        function: Callable,
        *sides: tuple[ast.expr, Any],
        size: Callable = _NO_MEMORY,
        misfit: Callable = _NO_PAIR,
        in_place: bool = False,
    ) -> Any:
        """Check the size of a step, run it, and keep its row."""
        tensors = [(part, value) for part, value in sides if self._is_tensor(value)]
        shapes = [tuple(value.shape) for _part, value in tensors]
        self._limit(node, size(*shapes))
        try:
            value = function()
        except _UNFIT as error:
            sources = [self._source(part) for part, _value in tensors]
            named = list(zip(sources, shapes, strict=True))
            row = self._row(node)
            row |= {"kind": "error", "error": first_line(error), "misfit": misfit(*named)}
            self.steps.append(row)
            raise _Unfit from None
        if not self._is_shown(value):
            raise self._not_here(node)
        self._keep(node, self._checked(node, value), in_place)
        return value

    def _checked(self, node: ast.expr, value: Any) -> Any:
        """Return a value if it is small enough."""
        if type(value) is int and abs(value) > LARGEST_WHOLE:
            raise refusal("A whole number may be at most {most}.", most=LARGEST_WHOLE)
        if isinstance(value, complex):
            raise refusal("{code} is a complex number.", code=self._source(node))
        for tensor in value if _is_pair(value) else [value]:
            if self._is_tensor(tensor):
                if tensor.ndim > MOST_DIMENSIONS:
                    raise refusal(
                        "{code} has {count} dimensions: at most {most} can be drawn.",
                        code=self._source(node),
                        count=tensor.ndim,
                        most=MOST_DIMENSIONS,
                    )
                self._limit(node, _room(tensor.shape))
        return value

    def _limit(self, node: ast.expr, count: int) -> None:
        if count > MOST_NUMBERS:
            raise refusal(
                "{code} would have more than {most} numbers.",
                code=self._source(node),
                most=Count(MOST_NUMBERS),
            )

    def _row(self, node: ast.AST) -> dict:
        start, end = self._place(node)
        return {
            "source": self.expression[start:end],
            "start": start,
            "end": end,
            "kind": None,
            "shape": None,
            "dtype": None,
            "strides": None,
            "bytes": None,
            "is_view": None,
            "shares_with": None,
            "in_place": False,
            "values": None,
            "hidden": 0,
            "parts": None,
            "error": "",
            "misfit": None,
        }

    def _keep(self, node: ast.expr, value: Any, in_place: bool = False) -> None:
        row = self._row(node)
        if self._is_tensor(value):
            self.alive.append(value)
            owner = self.owners.setdefault(_address(value), row["source"])
            named = isinstance(node, ast.Name) or not _address(value)
            row |= {
                "kind": "tensor",
                **_described(value),
                "is_view": not named and owner != row["source"],
                "shares_with": None if named or owner == row["source"] else owner,
                "in_place": in_place,
            }
        elif _is_pair(value):
            self.alive.append(value)
            row |= {"kind": "pair", "parts": [_described(part) for part in value]}
        elif isinstance(value, tuple):
            row |= {"kind": "shape", "values": list(value)}
        elif isinstance(value, self.torch.dtype):
            row |= {"kind": "dtype", "values": [_type(value)]}
        else:
            row |= {"kind": "number", "values": [_shown(value)]}
        self.steps.append(row)

    # ------------------------------------------------ small questions

    def _is_tensor(self, value: Any) -> bool:
        return isinstance(value, self.torch.Tensor)

    def _is_operand(self, value: Any) -> bool:
        return isinstance(value, (int, float)) or self._is_tensor(value)

    def _is_shown(self, value: Any) -> bool:
        kinds = self._is_shape(value) or isinstance(value, self.torch.dtype) or _is_pair(value)
        return self._is_operand(value) or isinstance(value, complex) or kinds

    def _is_shape(self, value: Any) -> bool:
        return isinstance(value, tuple) and all(type(item) is int for item in value)

    def _is_argument(self, value: Any) -> bool:
        if isinstance(value, (list, tuple)) and not _is_pair(value):
            return all(self._is_argument(item) for item in value)
        return value is None or self._is_operand(value) or isinstance(value, self.torch.dtype)

    def _place(self, node: ast.AST) -> tuple[int, int]:
        """Return where a part of the expression stands; the parser counts bytes."""
        if not hasattr(node, "col_offset"):
            return 0, len(self.expression)
        return tuple(
            len(self.bytes[:offset].decode()) for offset in (node.col_offset, node.end_col_offset)
        )

    def _source(self, node: ast.AST) -> str:
        start, end = self._place(node)
        return _cut(self.expression[start:end])

    def _not_here(self, node: ast.AST) -> ValueError:
        return refusal("{code} cannot be written here.", code=self._source(node))

    def _unknown(self, before: str, name: str, known: list[str]) -> ValueError:
        return refusal(
            "{name} cannot be used here; these can: {names}.",
            name=before + _cut(name),
            names=", ".join(sorted(set(known))),
        )

    def _counts(self, name: str, arguments: list) -> list[int]:
        """Return sizes: whole numbers, or one list of them."""
        if len(arguments) == 1 and isinstance(arguments[0], (list, tuple)):
            arguments = list(arguments[0])
        if not all(isinstance(value, int) for value in arguments):
            raise refusal("{name} needs whole numbers here, such as 2, 3.", name=name)
        return arguments

    def _numbers(self, name: str, arguments: list) -> list[float]:
        if not all(isinstance(value, (int, float)) for value in arguments):
            raise refusal("{name} needs numbers here.", name=name)
        return arguments

    def _size_of_index(self, shape: Sequence[int], items: tuple) -> int:
        """Return how many numbers an index picks; 0 where torch will refuse it."""

        def mask(item: Any) -> bool:
            return self._is_tensor(item) and item.dtype in (self.torch.bool, self.torch.uint8)

        def takes(item: Any) -> int:
            if item is None or item is ... or isinstance(item, bool):
                return 0
            return item.ndim if mask(item) else 1

        left = len(shape) - sum(takes(item) for item in items)
        if left < 0:
            return 0
        count, at, picked = 1, 0, []
        for item in [*items, *([] if any(item is ... for item in items) else [...])]:
            if item is ...:
                count *= math.prod(shape[at : at + left])
                at += left
                continue
            if isinstance(item, slice):
                if (item.step or 1) < 1:
                    return 0
                count *= len(range(*item.indices(shape[at])))
            elif isinstance(item, list):
                masked = bool(item) and all(isinstance(part, bool) for part in item)
                picked.append((sum(item) if masked else len(item),))
            elif mask(item):
                picked.append((int(item.count_nonzero()),))
            elif self._is_tensor(item):
                picked.append(tuple(item.shape))
            at += takes(item)
        return count * _size_of_broadcast(*picked)

    def _unmasked(self, node: ast.Subscript, value: Any, items: tuple) -> dict | None:
        """Return where a mask does not fit: both shapes are compared from the front."""
        mask = items[0] if len(items) == 1 and self._is_tensor(items[0]) else None
        if mask is None or mask.dtype != self.torch.bool:
            return None
        for at, (m, n) in enumerate(zip(value.shape, mask.shape, strict=False)):
            if m != n:
                left = (self._source(node.value), value.shape, at - value.ndim)
                return _misfit(left, (self._source(node.slice), mask.shape, at - mask.ndim))
        return None

    def _unjoined(
        self, node: ast.Call, name: str, tensors: list, arguments: list, keywords: dict
    ) -> dict | None:
        """Return where tensors cannot be joined: in another dimension than the one along."""
        dim = keywords.get("dim", arguments[1] if len(arguments) > 1 else 0)
        parts = getattr(node.args[0], "elts", []) if node.args else []
        if not isinstance(dim, int) or len(parts) != len(tensors) or not tensors:
            return None
        first = tensors[0]
        along = dim - first.ndim if dim >= 0 else dim
        for part, tensor in zip(parts, tensors, strict=True):
            for back in range(1, first.ndim + 1) if tensor.ndim == first.ndim else ():
                free = name == "cat" and -back == along
                if not free and tensor.shape[-back] != first.shape[-back]:
                    left = (self._source(parts[0]), first.shape, -back)
                    return _misfit(left, (self._source(part), tensor.shape, -back))
        return None


def _misfit(*sides: tuple[str, Sequence[int], int | None]) -> dict:
    return {
        name: {"source": source, "shape": [*shape], "dimension": dimension}
        for name, (source, shape, dimension) in zip(("left", "right"), sides, strict=True)
    }


def _unbroadcast(*named: tuple[str, tuple]) -> dict | None:
    """Return the first two of some tensors that do not fit, and where."""
    for j, (right, b) in enumerate(named):
        for left, a in named[:j]:
            at = unmatched(a, b)
            if at is not None:
                return _misfit((left, a, at), (right, b, at))
    return None


def _unwritable(*named: tuple[str, tuple]) -> dict | None:
    """Return where the second tensor would stretch the first, which is written to."""
    found = _unbroadcast(*named)
    if found or len(named) != 2:
        return found
    (left, a), (right, b) = named
    for back, (m, n) in enumerate(zip(reversed(a), reversed(b), strict=False), start=1):
        if m == 1 != n:
            return _misfit((left, a, -back), (right, b, -back))
    # A dimension that the first has not.
    return _misfit((left, a, None), (right, b, -len(a) - 1)) if len(b) > len(a) else None


def _unexpanded(source: str, shape: Sequence[int], sizes: list[int]) -> dict | None:
    for back, (m, n) in enumerate(zip(reversed(shape), reversed(sizes), strict=False), start=1):
        if m != n and m != 1 and n != -1:
            return _misfit((source, shape, -back), ("expand", sizes, -back))
    return None


def _unmultiplied(*named: tuple[str, tuple]) -> dict | None:
    """Return where a matrix product fails: columns against rows, or the dimensions before them."""
    if len(named) != 2 or () in (named[0][1], named[1][1]):
        return None
    (left, a), (right, b) = named
    rows = -1 if len(b) == 1 else -2
    if a[-1] != b[rows]:
        return _misfit((left, a, -1), (right, b, rows))
    at = unmatched(a[:-2], b[:-2])
    return None if at is None else _misfit((left, a, at - 2), (right, b, at - 2))


def _size_of_broadcast(*shapes: Sequence[int]) -> int:
    """Return how many numbers some shapes are stretched to; 0 if they do not fit."""
    result: Sequence[int] = ()
    for shape in shapes:
        if unmatched(result, shape) is not None:
            return 0
        result = stretched(result, shape)
    return _room(result)


def _room(shape: Sequence[int]) -> int:
    """Return how many numbers a shape has; without an empty dimension, which a sum would drop."""
    return math.prod(max(size, 1) for size in shape)


def _size_of_product(*shapes: tuple) -> int:
    """Return how many numbers a matrix product has; 0 if the shapes do not fit."""
    if len(shapes) != 2 or () in shapes:
        return 0
    a, b = shapes
    rows = a[-2] if len(a) > 1 else 1
    columns = b[-1] if len(b) > 1 else 1
    return rows * columns * _size_of_broadcast(a[:-2], b[:-2])


def _length(numbers: list[float]) -> int:
    """Return how many numbers arange makes; 0 where torch will refuse."""
    start, end, step = [0, *numbers, 1] if len(numbers) == 1 else [*numbers, 1, 1, 1][:3]
    if len(numbers) == 0 or step == 0 or not all(math.isfinite(n) for n in (start, end, step)):
        return 0
    length = (end - start) / step
    return math.ceil(min(max(length, 0), MOST_NUMBERS + 1))


def _is_pair(value: Any) -> bool:
    return hasattr(value, "values") and hasattr(value, "indices") and isinstance(value, tuple)


def _address(tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _described(tensor) -> dict:
    # A stretched dimension has stride 0: its numbers are there once.
    there = [size for size, stride in zip(tensor.shape, tensor.stride(), strict=True) if stride]
    count = math.prod(there) if tensor.numel() else 0
    return {
        "shape": [*tensor.shape],
        "dtype": _type(tensor.dtype),
        "strides": [*tensor.stride()],
        "bytes": count * tensor.element_size(),
        "values": [_shown(number) for number in tensor.flatten()[:SHOWN].tolist()],
        "hidden": max(0, tensor.numel() - SHOWN),
    }


def _type(dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _shown(number: float) -> float | str:
    """Return a number as JSON can carry it: six digits, or all of a whole one; nan as text."""
    if isinstance(number, int):
        return number if abs(number) <= LARGEST_WHOLE else str(number)
    if not math.isfinite(number):
        return str(number)
    exact = number.is_integer() and abs(number) <= LARGEST_WHOLE
    return number if exact else float(f"{number:.6g}")


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
