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
SEEDS = (5, 6, 7)  # of the runs that are measured: nothing is remembered


def timed(work: Callable, *arguments: object) -> float:
    """Return how long a call takes [s]."""
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def sent(answer: Sequence[Any]) -> float:
    """Return the size of what is drawn, and of what is said [kB]."""
    return sum(len(one if isinstance(one, str) else one.to_json()) for one in answer) / 1000


def table(knobs: Knobs, picture: Callable, target: float, seeds: Sequence[str] = ("seed",)) -> str:
    """Measure every topic with its defaults, medians of three; one thread, if the caller says so.

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
        took = statistics.median(
            timed(functools.partial(picture, **{**settings, **dict.fromkeys(seeds, seed)}))
            for seed in SEEDS
        )
        met = "met" if took <= target and sent(answer) <= SIZE else "MISSED"
        rows.append([topic, f"{1000 * took:.0f}", f"{sent(answer):.0f}", met])
    head = ["topic", "run [ms]", "sent [kB]", f"≤ {target:g} s, {SIZE} kB"]
    return f"{report.table(head, rows)}\n\n{report.machine()}\n"
