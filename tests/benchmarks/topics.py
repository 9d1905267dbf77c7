"""How long each topic of a chapter takes as it comes, and how much is sent."""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from demos.frame.knobs import Knobs
from trainers import report

SIZE = 600  # [kB]
SEEDS = (905, 906, 907)  # of the runs that are measured: nothing is remembered


def timed(work: Callable, *arguments: object) -> float:
    """Return how long a call takes [s]."""
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def sent(answer: Sequence[Any]) -> float:
    """Return the size of what is drawn, and of what is said [kB]."""
    return sum(len(one if isinstance(one, str) else one.to_json()) for one in answer) / 1000


def table(knobs: Knobs, picture: Callable, target: float, seeds: Sequence[str] = ("seed",)) -> str:
    """Measure every topic with its defaults, three times; one thread, if the caller says so.

    On a busy machine the processor time says what the clock would on a quiet one.

    Args:
        knobs: of the chapter.
        picture: computes a topic, and everything that is drawn of it.
        target: how long it may take [s].
        seeds: names of the controls that make a run another one.
    """
    rows = []
    for topic in knobs["topic"].options:
        settings = {**knobs.defaults(), "topic": topic}
        answer = picture(**settings)
        runs, began = [], time.process_time()
        for seed in SEEDS:
            again = {**settings, **dict.fromkeys(seeds, seed)}
            runs.append(timed(functools.partial(picture, **again)))
        took, busy = statistics.median(runs), (time.process_time() - began) / len(SEEDS)
        met = "met" if took <= target and sent(answer) <= SIZE else "MISSED"
        rows.append([topic, f"{1000 * took:.0f}", f"{1000 * busy:.0f}", f"{sent(answer):.0f}", met])
    head = ["topic", "run [ms]", "processor [ms]", "sent [kB]", f"≤ {target:g} s, {SIZE} kB"]
    return f"{report.table(head, rows)}\n\n{report.machine()}\n"
