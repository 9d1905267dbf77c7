"""Points of one's own from a CSV: two features and a label per row."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

from demos.frame.texts import _
from demos.playground.data import EXTENT, MAX_POINTS
from models.sentences import refusal

MAX_CHARACTERS = 100_000
_WIDEST = 40  # columns that are told apart
# What may stand between columns. The first that makes a table of three is taken.
_SEPARATORS = ("\t", ";", ",", r"\s+")

Row = tuple[int, list[str]]  # its number in the file, from 1, and its cells


def from_csv(text: str) -> dict:
    """Read points from a CSV with two features and a label per row.

    Comma, semicolon, tab or blanks between the columns; a first row of names is optional, and so is
    a first column that only counts the rows, as pandas writes it. The label may be any two
    different texts: 0 and 1, −1 and 1, no and yes, …; the one that sorts first becomes 0.

    Args:
        text: at most MAX_CHARACTERS, 2 to MAX_POINTS rows.

    Returns:
        points: a list of dicts x, y, label for `data.make("own", points=…)`. Features are centred
            and scaled to [−5, 5]; those that already lie in [−6, 6] both stay as they are.
        axes, classes: as `data.make` returns them: how to get back to raw values and names.
        note: one sentence that says what was read.

    Raises:
        ValueError: naming the row and column that is wrong.
    """
    if not isinstance(text, str) or not text.strip():
        raise refusal("text must be a CSV with two features and a label per row.")
    if len(text) > MAX_CHARACTERS:
        raise refusal("text must have at most {most} characters.", most=MAX_CHARACTERS)
    if "\x00" in text:
        raise refusal("text must be a CSV, not a binary file.")
    separator, rows = _table(text.lstrip("\ufeff"))
    names, rows = _head(_without_index(rows))
    for number, cells in rows:
        if len(cells) != 3:
            raise _wrong_width(number, len(cells))
    if not 2 <= len(rows) <= MAX_POINTS:
        raise refusal(
            "A CSV needs 2 to {most} rows of points; this one has {rows}.",
            most=MAX_POINTS,
            rows=len(rows),
        )
    features = [_numbers(rows, column, separator) for column in (0, 1)]
    for number, cells in rows:
        if not cells[2]:
            raise refusal("Row {number}, column 3 must hold a label.", number=number)
    found = {cells[2] for _number, cells in rows}
    labels = sorted(found, key=lambda label: (_value(label) or 0, label))
    if len(labels) != 2:
        raise refusal(
            "Column 3 must hold two different labels; it holds {count}.", count=len(labels)
        )
    stay = all(abs(value) <= EXTENT for column in features for value in column)
    axes, places = [], []
    for name, column in zip(names[:2], features, strict=True):
        low, high = min(column), max(column)
        centre = 0.0 if stay else (low + high) / 2
        half = EXTENT if stay else (high - low) / 2 * EXTENT / 5 or 1.0
        axes.append({"name": name, "centre": centre, "half": half})
        places.append([EXTENT * (value - centre) / half for value in column])
    points = [
        {"x": round(x, 4), "y": round(y, 4), "label": labels.index(cells[2])}
        for x, y, (_number, cells) in zip(*places, rows, strict=True)
    ]
    ones = sum(point["label"] for point in points)
    classes = [_clip(label) for label in labels]
    return {
        "points": points,
        "axes": axes,
        "classes": classes,
        "note": _("{count} points: {zeros} of “{zero}”, {ones} of “{one}”.").format(
            count=len(points), zeros=len(points) - ones, ones=ones, zero=classes[0], one=classes[1]
        ),
    }


# ---------------------------------------------------------------- rows


def _table(text: str) -> tuple[str, list[Row]]:
    """Return the separator and the rows, without empty ones."""
    best: tuple[tuple[int, int], str, list[Row]] | None = None
    for separator in _SEPARATORS:
        rows = _read(text, separator)
        widths = [len(cells) for _number, cells in rows]
        # Three columns, or four with an index; failing that, whatever makes columns at all.
        fits = sum(width == 3 for width in widths), sum(width > 1 for width in widths)
        if sum(width == 4 for width in widths) > len(rows) / 2:
            fits = sum(width in (3, 4) for width in widths), fits[1]
        if rows and (best is None or fits > best[0]):
            best = fits, separator, rows
    if best is None:
        raise refusal("text cannot be read as a CSV: a quotation mark may be left open.")
    return best[1], best[2]


def _read(text: str, separator: str) -> list[Row]:
    """Return the rows as texts; none if pandas cannot tell them apart."""
    import pandas

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of rows wider than any that would be taken
            frame = pandas.read_csv(
                io.StringIO(text), sep=separator, header=None, names=range(_WIDEST),
                index_col=False, dtype=object, keep_default_na=False, skipinitialspace=True,
                skip_blank_lines=False,
            )  # fmt: skip
    except Exception:
        return []
    rows = []
    for number, row in enumerate(frame.itertuples(index=False), 1):
        cells = [str(cell).strip() for cell in row]
        # Cells that are empty at the end of a row make no column.
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows.append((number, cells))
    return rows


def _without_index(rows: list[Row]) -> list[Row]:
    """Leave out a first column that only counts the rows."""
    first, rest = rows[0][1], rows[1:]
    named = all(_value(cell) is None for cell in first[:3])
    if named and len(first) == 3 and rest and all(len(cells) == 4 for _number, cells in rest):
        return [rows[0], *((number, cells[1:]) for number, cells in rest)]  # R names it not at all
    counted = [cells[0] for _number, cells in (rest if named else rows)]
    counts = ([str(i + start) for i in range(len(counted))] for start in (0, 1))
    if (named and not first[0]) or (len(first) == 4 and counted in counts):
        return [(number, cells[1:]) for number, cells in rows]
    return rows


def _head(rows: list[Row]) -> tuple[list[str], list[Row]]:
    """Return the names of the columns, and the rows below."""
    number, cells = rows[0]
    if len(cells) == 2 and max(len(row) for _number, row in rows) == 3:
        cells = [*cells, ""]
    if len(cells) != 3:
        raise _wrong_width(number, len(cells))
    # A row may lack what the first one has; it is told what.
    rows = [(number, cells + [""] * (3 - len(cells))) for number, cells in rows]
    if any(_value(cell) is not None for cell in cells[:2]):
        return ["x", "y", "label"], rows
    return [_clip(cell) for cell in cells], rows[1:]


def _wrong_width(number: int, count: int) -> ValueError:
    if count == 1:
        return refusal(
            "Row {number} has 1 column, but three are needed: two features and a label.",
            number=number,
        )
    return refusal(
        "Row {number} has {count} columns, but three are needed: two features and a label.",
        number=number,
        count=count,
    )


# ---------------------------------------------------------------- numbers

_NUMBER = re.compile(r"[-+−]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[-+−]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_GROUPED_BY_DOTS = re.compile(r"[-+−]?\d{1,3}(\.\d{3})+(,\d*)?", re.ASCII)


def _numbers(rows: Sequence[Row], column: int, separator: str) -> list[float]:
    """Return a column as numbers.

    A comma in it groups thousands where all of them can, and columns are apart by commas; else it
    is a decimal comma. Where it could be either, nobody guesses.
    """
    cells = [(number, row[column]) for number, row in rows]
    commas = [cell for _number, cell in cells if "," in cell]
    grouped = bool(commas) and all(_GROUPED.fullmatch(cell) for cell in commas)
    certain = separator == "," or any(cell.count(",") > 1 or "." in cell for cell in commas)
    if grouped and not certain and separator != ";":
        number, cell = next((number, cell) for number, cell in cells if "," in cell)
        raise refusal(
            "Row {number}, column {column}: “{text}” could be a thousand or one: write it without "
            "the comma.",
            number=number,
            column=column + 1,
            text=_clip(cell),
        )
    values = []
    for number, cell in cells:
        plain = cell
        if grouped and certain:
            plain = cell.replace(",", "")
        elif commas:
            if _GROUPED_BY_DOTS.fullmatch(cell):
                plain = cell.replace(".", "")
            plain = plain.replace(",", ".", 1)
        value = _value(plain)
        if value is None or abs(value) > 1e12:
            raise refusal(
                "Row {number}, column {column} must be a number between −1e12 and 1e12, not "
                "“{text}”.",
                number=number,
                column=column + 1,
                text=_clip(cell),
            )
        values.append(value)
    return values


def _value(cell: str) -> float | None:
    """Return a number; None if it is none. A single comma is a decimal comma."""
    plain = cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell
    plain = plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain
    if len(plain) > 40 or not _NUMBER.fullmatch(plain):
        return None
    return float(plain.replace("−", "-"))


def _clip(text: Any) -> str:
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if len(text) <= 24 else text[:23] + "…"
