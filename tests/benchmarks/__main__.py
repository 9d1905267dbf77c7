"""Speed and size of the suite beside an app of stock parts, measured side by side in one run.

    python -m tests.benchmarks               # everything but the trainer: about ten minutes
    python -m tests.benchmarks start chart   # some rows
    python -m tests.benchmarks --help

Starts all servers itself on free ports of 127.0.0.1 and ends them, also on Ctrl-C. What is compared
takes turns, so that a noisy machine slows both; medians are shown. Nothing fails when a target is
missed: the table says so. Needs Chromium and requirements-dev.txt: Playwright, psutil, and
Matplotlib, which the stock app draws with.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.benchmarks import crowd
from tests.benchmarks.pages import (
    OURS,
    STOCK,
    Side,
    change_rate,
    chromium,
    open_pad,
    open_page,
    open_tab,
    stroke,
)
from tests.benchmarks.servers import ROOT, megabytes, start

ROWS = ["start", "memory", "chart", "pad", "users", "trainer"]
HELLO = """
import gradio as gr
with gr.Blocks() as demo:
    gr.Markdown("Hello, world")
demo.launch()
"""


@dataclass
class Row:
    """A line of the table; numbers are medians."""

    name: str
    ours: float
    stock: float | None
    unit: str
    target: float | None = None  # largest allowed ours / stock
    versus: str = "stock"


def in_turns(
    sides: list[Side], repetitions: int, take: Callable[[Side], tuple[float, ...]]
) -> list[list[float]]:
    """Take measurements of both sides in turns, after one round that does not count.

    Returns:
        For each figure that `take` returns, its median for each side.
    """
    taken: dict[str, list[tuple[float, ...]]] = {side.name: [] for side in sides}
    for n in range(repetitions + 1):
        for side in sides:
            figures = take(side)
            if n:
                taken[side.name].append(figures)
    by_side = [map(statistics.median, zip(*taken[side.name], strict=True)) for side in sides]
    return [list(figure) for figure in zip(*by_side, strict=True)]


def measure_start(repetitions: int, command: Sequence[str] = OURS.command) -> list[Row]:
    """Time from process start to the first page, in turns with a bare hello world."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hello.py"
        path.write_text(HELLO, encoding="utf-8")

        def take(one: Sequence[str]) -> float:
            with ExitStack() as stack:
                return start(list(one), stack)[2]

        commands = [command, [str(path)]]
        times = [[take(one) for one in commands] for _ in range(repetitions + 1)]
    ours, hello = map(statistics.median, zip(*times[1:], strict=True))
    return [Row("start → first page", ours, hello, "s", 1.3, "hello world")]


def measure_memory(browser: Browser, sides: list[Side]) -> list[Row]:
    """Weigh both servers after start and after every tab was used."""
    before = [megabytes(side.process) for side in sides]
    for side in sides:
        with ExitStack() as stack:
            page = open_page(browser, side, stack)
            for n in range(5):
                change_rate(page, side, n)
            for tab in side.tabs[1:-1]:
                open_tab(page, tab)
                page.wait_for_timeout(3000)
            open_pad(page, side)
            stroke(page, side)
    after = [megabytes(side.process) for side in sides]
    return [
        Row("memory after start", *before, "MB", 1.0),
        Row("memory after every tab was used", *after, "MB"),
    ]


def measure_chart(browser: Browser, sides: list[Side], repetitions: int) -> list[Row]:
    """Time from the learning rate's input event to the repainted picture."""
    with ExitStack() as stack:
        pages = {side.name: open_page(browser, side, stack) for side in sides}
        counts = dict.fromkeys(pages, 7)

        def take(side: Side) -> tuple[float]:
            counts[side.name] += 1
            pages[side.name].bring_to_front()
            return (change_rate(pages[side.name], side, counts[side.name]),)

        (medians,) = in_turns(sides, repetitions, take)
    return [Row("control change → picture", *medians, "ms", 1 / 3)]


def measure_pad(browser: Browser, sides: list[Side], repetitions: int) -> list[Row]:
    """Time from the click on the sketch tab until one can draw, and from stroke to answer."""

    def take(side: Side) -> tuple[float, float]:
        with ExitStack() as stack:
            page = open_page(browser, side, stack)
            return open_pad(page, side), stroke(page, side)

    opened, answered = in_turns(sides, repetitions, take)
    return [
        Row("sketch tab → can draw", *opened, "ms", 1 / 5),
        Row("first stroke → answer", *answered, "ms", 1 / 3),
    ]


def measure_users(ours: Side, users: int, seconds: float) -> list[Row]:
    """Let many users draw at once, and compare with the models in a loop."""
    networks, answers = crowd.bare()
    p95, rate = crowd.draw_together(ours.url, users, seconds)
    return [
        Row(f"{users} users: p95 of an answer", p95, None, "ms"),
        Row(f"{users} users: answers", rate, answers, "/s", None, "answers in a loop"),
        Row(f"{users} users: answers", rate, networks, "/s", None, "bare networks in a loop"),
    ]


def measure_trainer(data: str) -> list[Row]:
    """Let `digits_trainer` race a plain loop."""
    code = (
        "import json, sys; from tests.benchmarks import digits_trainer as d\n"
        "print(json.dumps([d.our_loop(sys.argv[1], 0)[0], d.plain_loop(sys.argv[1], 0)[0]]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, data], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    seconds = json.loads(answer.stdout.splitlines()[-1])
    return [Row("trainer → 98.99 % on MNIST", *seconds, "s", 1 / 3, "plain loop")]


def show(rows: list[Row]) -> None:
    """Print the table."""
    lines = [["row", "ours", "compared with", "ratio", "target", "met?"]]
    for row in rows:
        decimals = 2 if row.unit == "s" else 0
        stock = "–" if row.stock is None else f"{row.stock:.{decimals}f} {row.unit} ({row.versus})"
        ratio = row.ours / row.stock if row.stock else None
        line = [row.name, f"{row.ours:.{decimals}f} {row.unit}", stock]
        line.append("–" if ratio is None else f"{ratio:.2f}")
        line.append("–" if row.target is None else f"≤ {row.target:.2f}")
        line.append("–" if row.target is None else "yes" if ratio <= row.target else "NO")
        lines.append(line)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["─" * width for width in widths])
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


def load() -> str:
    """Return how busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def measure(options: argparse.Namespace, collect: Callable[[list[Row]], Any]) -> None:
    """Measure the rows that were asked for."""
    if "start" in options.rows:
        collect(measure_start(options.repetitions))
    if {"memory", "chart", "pad", "users"} & set(options.rows):
        with ExitStack() as stack:
            sides = [OURS, STOCK]
            for side in sides:
                side.process, side.url, _ = start(side.command, stack)
            browser = chromium(stack)
            if "memory" in options.rows:
                collect(measure_memory(browser, sides))
            if "chart" in options.rows:
                collect(measure_chart(browser, sides, 2 * options.repetitions))
            if "pad" in options.rows:
                collect(measure_pad(browser, sides, options.repetitions))
            if "users" in options.rows:
                collect(measure_users(OURS, options.users, options.seconds))
    if "trainer" in options.rows:
        collect(measure_trainer(options.data))


def main(argv: list[str] | None = None) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    everything = f"any of {', '.join(ROWS)}; all but trainer, which takes minutes, by default"
    add("rows", nargs="*", metavar="ROW", default=[], help=everything)
    add("--repetitions", type=int, default=7, help="of each side (default: 7)")
    add("--users", type=int, default=30, help="who draw at once (default: 30)")
    add("--seconds", type=float, default=10, help="for which they draw (default: 10)")
    add("--data", default="data", help="torchvision folder with MNIST, for the trainer")
    options = parser.parse_args(argv)
    if unknown := set(options.rows) - set(ROWS):
        parser.error(f"unknown rows {', '.join(sorted(unknown))}; choose from {', '.join(ROWS)}")
    if min(options.repetitions, options.users, options.seconds) <= 0:
        parser.error("repetitions, users and seconds must be positive")
    options.rows = options.rows or ROWS[:-1]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end, too
    print(f"{load()} before", flush=True)
    rows: list[Row] = []

    def collect(new: list[Row]) -> None:
        rows.extend(new)
        print(f"  measured: {', '.join(row.name for row in new)}; {load()}", flush=True)

    try:
        measure(options, collect)
    except KeyboardInterrupt:
        print("stopped")
    finally:
        if rows:
            print()
            show(rows)


if __name__ == "__main__":
    main()
