"""A run that is trained while the visitor waits: a lesson yields its rows, and this collects them.

    @takes(KNOBS)
    @trained(steps="steps")
    def descend(learning_rate, steps) -> Iterator[dict]:
        ...
        yield {"step": step, "loss": loss.item(), "weight": w.item()}

The lesson knows nothing of bounds: numbers that outgrow a float, a run that takes too long, one
that yields too much, and the same question asked again are all answered here.
"""

from __future__ import annotations

import functools
import inspect
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

import gradio as gr

from models.sentences import refusal

Rows = list[dict[str, Any]]
OVERFLOW, TIME, LENGTH = NOTES = "overflow", "time", "length"
# How often the bar of a queued run moves [s].
TICK = 0.2


def trained(
    *,
    steps: str | int | None = None,
    most_rows: int = 20_000,
    seconds: float = 20.0,
    keep: int = 32,
) -> Callable[[Callable[..., Iterator[dict]]], Callable[..., Rows]]:
    """Turn a lesson that yields a row per step into a function that returns the rows.

    The same arguments are computed once, also while others already wait for them; whoever asks gets
    rows of their own. A run that stopped for want of time is not kept.

    Args:
        steps: name of the argument that says how many steps there are, or their number; with it the
            bar of a queued run knows how far it is.
        most_rows: rows after which the run stops.
        seconds: time after which the run stops [s].
        keep: runs that are kept.
    """

    def decorate(lesson: Callable[..., Iterator[dict]]) -> Callable[..., Rows]:
        signature = inspect.signature(lesson)
        kept: OrderedDict[Any, Future[Rows]] = OrderedDict()
        lock = threading.Lock()

        @functools.wraps(lesson)
        def run(*args: Any, **kwargs: Any) -> Rows:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            total = bound.arguments[steps] + 1 if isinstance(steps, str) else steps
            key = _frozen(bound.arguments)
            with lock:
                answer, mine = kept.get(key), False
                if answer is None:
                    answer, mine = kept.setdefault(key, Future()), True
                    while len(kept) > keep:
                        kept.popitem(last=False)
                kept.move_to_end(key)
            if mine:
                try:
                    rows = collect(
                        lesson(*args, **kwargs), most_rows=most_rows, seconds=seconds, total=total
                    )
                except BaseException as error:
                    with lock:
                        kept.pop(key, None)
                    answer.set_exception(error)
                else:
                    if rows and rows[-1]["note"] == TIME:
                        with lock:
                            kept.pop(key, None)
                    answer.set_result(rows)
            return [dict(row) for row in answer.result()]

        run.__annotations__ = {**lesson.__annotations__, "return": "list[dict]"}
        rows = signature.replace(return_annotation="list[dict]")
        run.__signature__ = rows  # type: ignore[attr-defined]
        return run

    return decorate


def collect(
    lesson: Iterator[Mapping[str, Any]],
    *,
    most_rows: int = 20_000,
    seconds: float = 20.0,
    total: int | None = None,
) -> Rows:
    """Return the rows that a lesson yields, each with a `note`, "" where all is well.

    A run ends before the first row with a number that is not finite; its last row then has the note
    "overflow". Where rows name a `series`, that series ends there and the others go on. Where the
    time is up the last row of all has the note "time", where there are too many rows "length".

    Args:
        lesson: yields a row per step, with `step`, and `series` if there are several runs in one.
            None stands for a number that there is not.
        most_rows: rows after which to stop.
        seconds: time after which to stop [s]; looked at after each row.
        total: number of rows to expect, for the bar of a queued run.

    Raises:
        ValueError: if the very first row holds a number that is not finite.
    """
    rows: Rows = []
    last: dict[Any, dict[str, Any]] = {}  # of each series
    ended: set[Any] = set()
    bar = gr.Progress()  # moves where the handler is queued, and does nothing elsewhere
    begun = moved = time.monotonic()
    try:
        for row in lesson:
            series = row.get("series")
            now = time.monotonic()
            if series in ended:
                pass
            elif not _finite(row.values()):
                if series not in last:
                    raise refusal("The numbers are too large for a start: choose smaller ones.")
                last[series]["note"] = OVERFLOW
                ended.add(series)
                if series is None:
                    break
            else:
                if len(rows) == most_rows:
                    rows[-1]["note"] = LENGTH
                    break
                last[series] = {**row, "note": ""}
                rows.append(last[series])
            if now - begun > seconds and rows:
                rows[-1]["note"] = rows[-1]["note"] or TIME
                break
            if now - moved > TICK:
                moved = now
                bar((len(rows), total))
    finally:
        if hasattr(lesson, "close"):
            lesson.close()
    return rows


def stops(rows: Sequence[Mapping[str, Any]]) -> dict[Any, int]:
    """Return at which step each run stopped before its end: series (None without) → step.

    That is the step which could not be shown any more: the one after the last row.
    """
    return {row.get("series"): row["step"] + 1 for row in rows if row["note"] in NOTES}


def _finite(values: Any) -> bool:
    for value in values:
        if isinstance(value, float):
            if not math.isfinite(value):
                return False
        elif isinstance(value, (list, tuple)) and not _finite(value):
            return False
    return True


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((name, _frozen(item)) for name, item in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(item) for item in value)
    # 1, 1.0 and True are equal, but a lesson may not treat them alike.
    return type(value).__name__, value
