"""Numbers in sentences and tables, in the notation of the number fields and the axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from demos.frame.texts import grouped

MINUS = "\u2212"


def written(number: float | None, spec: str = ".4g") -> str:
    """Return a number with the minus sign of the axes and a short exponent.

    >>> written(-4.131e17), written(2.328e-10), written(-0.0001, ".2f"), written(None)
    ('−4.131e17', '2.328e−10', '0.00', '–')
    """
    if number is None:
        return "–"
    digits, e, exponent = grouped(number, spec).partition("e")
    if not digits.strip("-0.,"):
        digits = digits.removeprefix("-")
    return (digits + (f"e{int(exponent)}" if e else "")).replace("-", MINUS)


def number_table(
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    formats: Mapping[str, str] | None = None,
    bold: int | None = None,
) -> str:
    """Return rows as a table for a `blackboard`.

    Args:
        rows: by field.
        columns: field → heading; other fields are left out.
        formats: field → format of its numbers; ".4g" for fractions where none is given.
        bold: the row to point out, counted from 0.
    """

    def cell(row: Mapping[str, Any], field: str) -> str:
        value = row.get(field)
        if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
            usual = "d" if isinstance(value, int) else ".4g"
            return written(value, (formats or {}).get(field, usual))
        return _plain(str(value))

    lines = [
        "| " + " | ".join(_plain(heading) for heading in columns.values()) + " |",
        "|" + "--:|" * len(columns),
    ]
    for place, row in enumerate(rows):
        cells = [cell(row, field) for field in columns]
        if place == bold:
            cells = [text and f"**{text}**" for text in cells]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return a text that Markdown, TeX and HTML leave as it is, on one line."""
    text = " ".join(text.split())
    return "".join(f"&#{ord(sign)};" if sign in "&<>|*_`$\\[]~#" else sign for sign in text)


def digits_that_hold(
    compute: Callable[..., float], numbers: Sequence[float], digits: int = 4
) -> int:
    """Return to how many digits numbers must be written so that a calculator agrees with a board.

    Args:
        compute: what the board does with the numbers.
        numbers: as they are.
        digits: that count in the result, and those of the numbers at least.

    >>> digits_that_hold(lambda a, b: a * b, [-1.4783, 0.8])  # −1.478 · 0.8 would be −1.182
    5
    """
    exact = f"{compute(*numbers):.{digits}g}"
    for more in range(digits, 17):
        if f"{compute(*(float(f'{one:.{more}g}') for one in numbers)):.{digits}g}" == exact:
            return more
    return 17
