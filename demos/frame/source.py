"""The code that a chapter shows: a short script that runs, and the source of what ran.

A script is a function whose arguments are knobs of the chapter. What is shown of it is its body,
with the settings of the moment in front, so that it runs by itself.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import inspect
import itertools
import json
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from demos.frame.knobs import Knob

# From the first line that is no decorator.
_DEFINITION = re.compile(r"^(?:def|class|async def) .*", re.MULTILINE | re.DOTALL)


def source_without_guards(parts: Sequence[Callable | str]) -> str:
    """Return the source of functions that ran, without the decorators in front of them.

    Of each docstring the first paragraph is left: the rest is for who calls the function.
    """
    sources = (_DEFINITION.search(source_of(part))[0].rstrip() for part in parts)
    return "\n\n\n".join(map(_briefly, sources)) + "\n"


def _briefly(source: str) -> str:
    """Return a source whose docstrings end with their first paragraph."""
    lines = source.splitlines()
    documented = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    for node in sorted(nodes, key=lambda node: -node.lineno):
        doc = ast.get_docstring(node)
        if not doc or "\n\n" not in doc:
            continue
        first, last = node.body[0].lineno, node.body[0].end_lineno
        blank = next(i for i in range(first, last) if not lines[i].strip())
        lines[blank - 1 : last] = [lines[blank - 1] + '"""']
    return "\n".join(lines)


def script_of(function: Callable, knobs: Mapping[str, Knob]) -> dict[str, Any]:
    """Return a script as the page's own script fills it in.

    Returns:
        `text`, in which `{{name}}` stands for the value of a knob, and `kinds`, the type of each of
        those: "float", "int", "str", "bool", or a list of them.
    """
    source = textwrap.dedent(inspect.getsource(function))
    (node,), lines = ast.parse(source).body, source.splitlines()
    names = list(inspect.signature(function).parameters)
    doc, *body = node.body
    kinds_of_import = (ast.Import, ast.ImportFrom)
    imports = list(itertools.takewhile(lambda one: isinstance(one, kinds_of_import), body))

    def between(first: int, last: int) -> str:
        return textwrap.dedent("\n".join(lines[first:last])).strip("\n")

    parts = [
        between(doc.lineno - 1, doc.end_lineno),
        between(doc.end_lineno, imports[-1].end_lineno) if imports else "",
        "\n".join(f"{name} = {{{{{name}}}}}" for name in names),
        # With the comment in front of the first statement.
        between(imports[-1].end_lineno if imports else doc.end_lineno, len(lines)),
    ]
    kinds = {name: _type(knobs[name].annotation) for name in names}
    return {"text": "\n\n".join(part for part in parts if part) + "\n", "kinds": kinds}


def _type(annotation: Any) -> str:
    return str(annotation) if get_args(annotation) else annotation.__name__


def filled(script: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return a script with its settings filled in, as the page shows it.

    Args:
        script: see `script_of`.
        settings: checked, of all knobs.
    """
    text = script["text"]
    for name in script["kinds"]:
        text = text.replace("{{" + name + "}}", _literal(settings[name]))
    return text


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


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
