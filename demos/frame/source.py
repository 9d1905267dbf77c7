"""The source of what ran, for the students to read."""

from __future__ import annotations

import ast
import functools
import importlib.util
import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# From the first line that is no decorator.
_DEFINITION = re.compile(r"^(?:def|class|async def) .*", re.MULTILINE | re.DOTALL)


def source_without_guards(parts: Sequence[Callable | str]) -> str:
    """Return the source of functions that ran, without the decorators in front of them."""
    return "\n\n\n".join(_DEFINITION.search(source_of(part))[0].rstrip() for part in parts) + "\n"


@functools.cache
def source_of(part: Callable | str) -> str:
    """Return the source of a function or class; one given as "module:name" is not imported."""
    if not isinstance(part, str):
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(part)))
        return _completed(part, source) if hasattr(part, "__signature__") else source
    module, _colon, names = part.partition(":")
    lines, node = _parsed(module)
    for name in names.split("."):
        node = next(child for child in node.body if getattr(child, "name", None) == name)
    return textwrap.dedent("".join(lines[node.lineno - 1 : node.end_lineno]))


@functools.cache
def _parsed(module: str) -> tuple[list[str], Any]:
    text = Path(importlib.util.find_spec(module).origin).read_text(encoding="utf-8")
    return text.splitlines(keepends=True), ast.parse(text)


def _completed(function: Callable, source: str) -> str:
    """Return the source of a function with the defaults and the docstring that its knobs gave."""
    (node,) = ast.parse(source).body
    arguments = []
    for one in inspect.signature(function).parameters.values():
        kind = one.annotation.__name__ if isinstance(one.annotation, type) else one.annotation
        default = repr(one.default).replace("'", '"')
        given = "" if one.default is one.empty else f" = {default}"
        arguments.append(f"    {one.name}: {kind}{given},")
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    head = [f"def {node.name}(", *arguments, f"){returns}:"]
    doc = textwrap.indent(f'"""{function.__doc__}\n"""', "    ")
    return "\n".join([*head, doc, *source.splitlines()[node.body[0].end_lineno :]]) + "\n"
