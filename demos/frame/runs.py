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

import contextlib
import functools
import inspect
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Any, TypeVar

import gradio as gr

from demos.frame import texts
from demos.frame.texts import _
from models.sentences import refusal

Rows = list[dict[str, Any]]
OVERFLOW, TIME, LENGTH = NOTES = "overflow", "time", "length"
# How often the bar of a queued run moves [s].
TICK = 0.2
# Of the whole way of the bar, 0 to 1, what is computed now.
_PART: ContextVar[tuple[float, float]] = ContextVar("part", default=(0.0, 1.0))
Item = TypeVar("Item")


def with_bar(
    items: Iterable[Item], total: int | None, at: Callable[[Item], float] | None = None
) -> Generator[Item, None, None]:
    """Yield items as they are computed, and let the bar of a queued run move with them.

    Within another such loop the bar goes through that one's part of the way. Where nothing is
    queued, nothing moves.

    Args:
        items: computed when they are asked for, or by who gets them.
        total: how many there are; None if nobody knows.
        at: how many are done with an item; by default they are counted.
    """
    low, high = _PART.get()
    each = (high - low) / max(1, total or 1)
    bar, rest = gr.Progress(), iter(items)
    done, moved = 0.0, time.monotonic()
    try:
        while True:
            if total:
                _PART.set((low + each * done, low + each * min(done + 1, total)))
            try:
                item = next(rest)
            except StopIteration:
                return
            yield item
            done = at(item) if at else done + 1
            if total and time.monotonic() - moved > TICK:
                moved = time.monotonic()
                bar(min(high, low + each * done))
    finally:
        _PART.set((low, high))
        if hasattr(rest, "close"):
            rest.close()


def moves_bar(total: str) -> Callable[[Callable], Callable]:
    """Let the bar of a queued run move with what a function yields.

    Args:
        total: name of its argument that says how much that is.
    """

    def decorate(function: Callable) -> Callable:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def moving(*args: Any, **kwargs: Any) -> Iterator[Any]:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            return with_bar(function(*args, **kwargs), bound.arguments[total])

        return moving

    return decorate


def trained(
    *,
    steps: str | int | None = None,
    at: str = "step",
    most_rows: int = 20_000,
    seconds: float = 20.0,
    keep: int = 32,
) -> Callable[[Callable[..., Iterator[dict]]], Callable[..., Rows]]:
    """Turn a lesson that yields a row per step into a function that returns the rows.

    The same arguments are computed once, also while others already wait for them; whoever asks gets
    rows of their own. A run that stopped for want of time is not kept.

    Args:
        steps: name of the argument that says how many steps there are, or the number of rows; with
            it the bar of a queued run knows how far it is.
        at: name of the number in a row that says at which of these steps it is.
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
            total: Any = steps
            counted = None
            if isinstance(steps, str):
                total, counted = bound.arguments[steps], at
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
                        lesson(*args, **kwargs),
                        most_rows=most_rows,
                        seconds=seconds,
                        total=total,
                        at=counted,
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
            rows = answer.result()
            if rows and rows[-1]["note"] == TIME:
                texts.not_kept()
            return [dict(row) for row in rows]

        run.__annotations__ = {**lesson.__annotations__, "return": "list[dict]"}
        rows = signature.replace(return_annotation="list[dict]")
        run.__signature__ = rows  # type: ignore[attr-defined]
        return run

    return decorate


def collect(
    lesson: Iterable[Mapping[str, Any]],
    *,
    most_rows: int = 20_000,
    seconds: float = 20.0,
    total: int | None = None,
    at: str | None = None,
) -> Rows:
    """Return the rows that a lesson yields, each with a `note`, "" where all is well.

    A run ends before the first row with a number that is not finite; its last row then has the note
    "overflow". Where rows name a `series`, that series ends there and the others go on. Where the
    time is up the last row of all has the note "time", where there are too many rows "length".

    Args:
        lesson: yields a row per step, with `step`, and `series` if there are several runs in one.
            None stands for a number that there is not.
        most_rows: rows after which to stop.
        seconds: time after which to stop [s], from the first row on; looked at after each row.
        total: number of rows to expect, for the bar of a queued run; or of what `at` counts.
        at: name of the number in a row that says how much is done.

    Raises:
        ValueError: if the very first row holds a number that is not finite.
    """
    rows: Rows = []
    last: dict[Any, dict[str, Any]] = {}  # of each series
    ended: set[Any] = set()
    begun = 0.0  # at the first row: before it torch may have to be imported
    with contextlib.closing(
        with_bar(lesson, total, (lambda row: row[at]) if at else None)
    ) as computed:
        for row in computed:
            series = row.get("series")
            now = time.monotonic()
            begun = begun or now
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
    return rows


def stops(rows: Sequence[Mapping[str, Any]]) -> dict[Any, int]:
    """Return at which step each run stopped before its end: series (None without) → step.

    That is the step which could not be shown any more: the one after the last row.
    """
    return {row.get("series"): row["step"] + 1 for row in rows if row["note"] in NOTES}


def cut_short(rows: Sequence[Mapping[str, Any]], what: str) -> str:
    """Say that a run ended for want of time, and where; "" if it did not.

    Args:
        rows: of the run.
        what: a step of it is called.
    """
    if rows[-1]["note"] != TIME:
        return ""
    sentence = _("The time for a run is up: nothing was computed after {what} {step}.")
    return sentence.format(what=what, step=rows[-1]["step"])


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
