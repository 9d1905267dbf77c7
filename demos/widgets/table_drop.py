"""A table of the visitor's own, as a CSV file; it stays in the page, and goes along when asked.

    drop = TableDrop(sets={"table": "own"})        a new file sets this control of the chapter
    panel.draws(picture, [chart, …, drop], also=[drop], on=[drop.input])

`picture` gets what `sent(payload)` reads, and returns for it an `answer(…)`: the columns among
which the visitor then chooses.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demos.widgets.widget import Widget
from models.sentences import refusal

MOST_BYTES = 4_000_000  # of a file
MOST_NAMES = 64


@dataclass(frozen=True)
class Sent:
    """What a page sent.

    Attributes:
        data: the file.
        target: the column with the answer, "" for the first that may be.
        columns: those to learn from; none: all others.
        column: the one to look at, "" for the first.
    """

    data: bytes
    target: str = ""
    columns: tuple[str, ...] = ()
    column: str = ""


def sent(payload: Any) -> Sent | None:
    """Read what a page, or a stranger, has sent; None without a file.

    Raises:
        ValueError: in one sentence.
    """
    if not payload:
        return None
    try:
        whole = json.loads(payload)
        data, target, column = (whole.get(name, "") for name in ("data", "target", "column"))
        columns = whole.get("columns", [])
        texts = [data, target, column, *columns]
        if len(columns) > MOST_NAMES or not all(isinstance(text, str) for text in texts):
            raise TypeError
        if len(data) > 4 * MOST_BYTES / 3 + 8:
            raise refusal("This file is larger than may be sent.")
        file = base64.b64decode(data, validate=True)
    except (TypeError, AttributeError, RecursionError, binascii.Error, json.JSONDecodeError):
        raise refusal("This is not what the page sends.") from None
    return Sent(file, target, tuple(columns), column) if file else None


class TableDrop(Widget):
    """A CSV file, the column with the answer, and the columns to learn from.

    Event: `input` with a new file or another choice.
    """

    def __init__(self, *, sets: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """Lay out the place; `kwargs` are passed on to `gr.HTML`.

        Args:
            sets: controls of the chapter, and what a new file sets them to.
            **kwargs: passed on to `gr.HTML`.
        """
        super().__init__(value=None, sets=dict(sets or {}), most=MOST_BYTES, **kwargs)

    @staticmethod
    def answer(
        columns: Sequence[str],
        targets: Sequence[str],
        target: str,
        chosen: Sequence[str],
        column: str,
        notes: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return the value that lets the visitor choose.

        Args:
            columns: all of the table.
            targets: those that may be the answer.
            target: the one that is.
            chosen: those that are learned from.
            column: the one that is looked at.
            notes: what was left out, in sentences.
        """
        return {
            "columns": list(columns),
            "targets": list(targets),
            "target": target,
            "chosen": list(chosen),
            "column": column,
            "notes": list(notes),
        }

    def refusal(self, sentence: str) -> dict[str, Any]:
        """Return the value that says what is wrong with the table."""
        return {"trouble": sentence}

    def preprocess(self, payload: Any) -> Any:
        """Return it as it is: `sent` reads it."""
        return payload

    def postprocess(self, value: Mapping[str, Any] | None) -> str | None:
        """Turn an answer into JSON text."""
        return None if value is None else json.dumps({"answer": value}, ensure_ascii=False)

    def api_info(self) -> dict[str, Any]:
        """Describe the value to API clients."""
        return {"type": "string"}
