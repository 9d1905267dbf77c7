"""Blackboards, read with a calculator in hand."""

from __future__ import annotations

import math
import re

_SLOT = re.compile(r"\\text\{@([\w.-]+):([+.\w]+)@\}")
_COMMANDS = {
    r"\;": " ",
    r"\,": "*",
    r"\cdot": "*",
    r"\Big": "",
    r"\epsilon": "1e-8",
    r"\sqrt": "math.sqrt",
    "^2": "**2",
}


def off(board: str, row: dict, digits: int = 5) -> float:
    """Return by how much the worst line of a board errs, in units of the last digit it says.

    Of every line the last two terms are read, "… = 2(−81.1100) · 37.78 = −6128.7": the first is
    computed from the numbers as they are written.

    Args:
        board: Markdown from `slots`.
        row: the numbers of a step by field.
        digits: of what comes out.
    """
    worst = 0.0
    for line in board.split("\n\n"):
        *_before, left, right = ("=", *line.strip("$").split("="))
        left = left.rpartition(r"\leftarrow")[2].strip()
        words = re.sub(r"\\(frac|cdot|Big|epsilon|sqrt)", "", _SLOT.sub("", left))
        if not _SLOT.search(left) or re.search(r"[a-zA-Z]", words):
            continue  # nothing to compute
        shown, result = _python(_written(left, row)), _written(right, row).strip()
        # A sum is as exact as its largest summand: 12.3456 − 12.3411 is 0.0045.
        largest = max(abs(eval(term)) for term in _summands(shown))
        unit = max(_last_digit(result), 10**-digits * largest)
        worst = max(worst, abs(eval(shown) - float(result)) / unit)
    return worst


def _python(tex: str) -> str:
    """Return the expression of Python that a formula of numbers stands for."""
    while r"\frac" in tex:
        before, _frac, after = tex.partition(r"\frac")
        end = _group(after)
        last = end + _group(after[end:])
        tex = f"{before}({after[:end]}/{after[end:last]}){after[last:]}"
    for command, python in _COMMANDS.items():
        tex = tex.replace(command, python)
    tex = tex.replace("{", "(").replace("}", ")")
    return re.sub(r"(?<=[\d)])\s*\(", "*(", tex)


def _group(tex: str) -> int:
    """Return where the {…} ends that a text begins with."""
    depth = 0
    for place, sign in enumerate(tex):
        depth += (sign == "{") - (sign == "}")
        if not depth:
            return place + 1
    raise ValueError(tex)


def _summands(shown: str) -> list[str]:
    """Return what is added in an expression, outside all brackets."""
    terms, depth = [""], 0
    for part in re.split(r"((?<=[\d)])\s+[-+]\s+|[()])", shown.strip()):
        depth += (part == "(") - (part == ")")
        if depth == 0 and part.strip() in ("+", "-"):
            terms.append("")
        else:
            terms[-1] += part
    return terms


def _written(text: str, row: dict) -> str:
    """Fill in the slots as `format` in lib/numbers.js does, with Python's minus sign."""

    def number(slot: re.Match) -> str:
        value, spec = row[slot[1].replace("-", "_")], slot[2]
        # What is sent has the seven digits of a float32.
        value = float(f"{value:.7g}")
        if spec == "g":
            return repr(value)
        sign = ("- " if value < 0 else "+ ") * spec.startswith("+")
        value, digits = abs(value) if sign else value, int(spec.strip("+.s"))
        size = abs(value)
        if size < 1e-14:
            return f"{sign}{0:.{digits - 1}f}"
        exponent = size >= 1e5 or size < 1e-4
        return sign + (f"{value:.{digits - 1}e}" if exponent else f"{value:#.{digits}g}")

    return _SLOT.sub(number, text)


def _last_digit(number: str) -> float:
    digits, _e, exponent = number.partition("e")
    return math.pow(10, int(exponent or 0) - len(digits.partition(".")[2]))
