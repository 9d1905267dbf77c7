"""Lessons as endpoints for programs, and for language models."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

import gradio as gr

from demos.frame.languages import answering
from demos.frame.texts import said


def endpoint(function: Callable, name: str | None = None, **options: Any) -> None:
    """Offer a lesson to programs, at `/name`. Call it within `build()`.

    Args:
        function: with a Google docstring, which "Use via API" and language models read; its
            ValueError becomes one sentence.
        name: by default the function's own.
        **options: passed on to `gr.api`.
    """
    name = name or function.__name__
    gr.api(answering(student_errors(function, name)), api_name=name, **options)


def student_errors(function: Callable, name: str | None = None) -> Callable:
    """Wrap a lesson for the API: its ValueError becomes one sentence, as gr.Error.

    Args:
        function: with a Google docstring, which "Use via API" and language models read.
        name: of the tool that language models see, where the function's own says too little.
    """

    @functools.wraps(function)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            raise gr.Error(said(error), print_exception=False) from error

    answer.__name__ = name or function.__name__
    answer.__doc__ = unwrapped(inspect.getdoc(function) or "")
    return answer


def unwrapped(docstring: str) -> str:
    """Return a Google docstring with each argument and what it returns on one line.

    Gradio reads the first line of an argument's description only, and no "Raises:".
    """
    heads = ("Args:", "Returns:", "Raises:")
    parts: dict[str, list[str]] = {"": []}
    for line in docstring.splitlines():
        if line in heads:
            parts[line] = []
        elif line.strip():
            list(parts.values())[-1].append(line)
    entries: list[str] = []
    for line in parts.get("Args:", []):
        if re.match(r" {4}\w+: ", line):
            entries.append(line)
        else:
            entries[-1] += " " + line.strip()
    lines = [" ".join(line.strip() for line in parts[""])]
    if entries:
        lines += ["", "Args:", *entries]
    if "Returns:" in parts:
        lines += ["", "Returns:", "    " + " ".join(line.strip() for line in parts["Returns:"])]
    return "\n".join(lines)
