"""What a visit costs, with all chapters and with the first eight.

    python -m tests.benchmarks.visits

A visit is a fresh browser on slow 4G (1.6 Mbit/s, 150 ms there and back), then a second one in the
same browser. Usable: the cards of the course map are there; of a link to a chapter, its slider. A
session is a program that makes the first event of a visitor; its processor time is that of the
server's process. What is compared with a bare app of Gradio takes turns with it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import psutil

from tests.benchmarks.__main__ import measure_start
from tests.benchmarks.pages import chromium
from tests.benchmarks.servers import megabytes, start

APPS = {"8 chapters": ["tests/benchmarks/some_chapters.py", "8"], "all chapters": ["app.py"]}
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
CARD, DRAWN = "a.course-card", "a.course-card svg *"
SLIDER = "#chapter-celsius input[type=range]"
DONE = "#chapter-celsius .live-chart[aria-busy=false]"
# What is opened: by its link, what must be there to be used, and what at the end.
VIEWS = {"": (CARD, DRAWN), "?chapter=celsius": (SLIDER, DONE)}
START = 1.3  # of a bare app's
# Of the first visit and the second: [s] until usable, kB in all, kB of the page; none: not limited.
VISIT = {"first": (4.0, None, 150.0), "second": (2.0, 60.0, None)}
SESSION = 40.0  # [ms] of processor


def visit(context, url: str, view: str) -> tuple[float, float, float]:
    """Open the page on slow 4G; return seconds until usable, kB in all and kB of the page."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW_4G)
    sizes: dict[str, float] = {}
    first: list[str] = []
    wire.on("Network.requestWillBeSent", lambda event: first or first.append(event["requestId"]))
    wire.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    began = time.perf_counter()
    usable_by, done_by = VIEWS[view]
    page.goto(url + view, wait_until="commit")
    page.wait_for_selector(usable_by)
    usable = time.perf_counter() - began
    page.wait_for_selector(done_by, timeout=60_000)
    page.wait_for_timeout(1500)
    page.close()
    return usable, sum(sizes.values()) / 1000, sizes.get(first[0], 0) / 1000


def session(process: psutil.Process, url: str, number: int) -> float:
    """Make the first event of a new visitor; return the server's processor time [ms]."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    body = {"data": ["http://127.0.0.1/"], "session_hash": f"visitor{number}"}
    before = sum(process.cpu_times()[:2])
    # Ten at a time: the clock of a process ticks every 10 ms.
    for part in range(10):
        body["session_hash"] = f"visitor{number}-{part}"
        connection.request(
            "POST",
            "/gradio_api/run/qr_code",
            json.dumps(body),
            {"Content-Type": "application/json"},
        )
        connection.getresponse().read()
    return 100 * (sum(process.cpu_times()[:2]) - before)


def said(value: float, unit: str, most: float | None, digits: int = 0) -> str:
    """Return a figure, and whether it keeps its target."""
    told = f"{value:.{digits}f} {unit}"
    return told if most is None else f"{told} (≤ {most:g}: {'met' if value <= most else 'NOT MET'})"


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.visits", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args(argv)
    with ExitStack() as stack:
        browser = chromium(stack)
        for name, command in APPS.items():
            (row,) = measure_start(options.repetitions, command)
            ratio = said(row.ours / row.stock, "×", START, 2)
            print(f"{name}: start {row.ours:.2f} s, bare {row.stock:.2f} s: {ratio}")
            with ExitStack() as servers:
                process, url, _ = start(command, servers)
                print(f"{name}: memory after start {megabytes(process):.0f} MB")
                for view in VIEWS:
                    first, second = [], []
                    for _ in range(options.repetitions):
                        context = browser.new_context(viewport={"width": 1280, "height": 800})
                        first.append(visit(context, url, view))
                        second.append(visit(context, url, view))
                        context.close()
                    for words, taken in (("first", first), ("second", second)):
                        figures = map(statistics.median, zip(*taken, strict=True))
                        units = (("s", 1), ("kB in all", 0), ("kB of page", 0))
                        told = [
                            said(value, unit, most, digits)
                            for value, (unit, digits), most in zip(
                                figures, units, VISIT[words], strict=True
                            )
                        ]
                        print(f"{name}: {words} visit of /{view} on slow 4G: {', '.join(told)}")
                watched = psutil.Process(process.pid)
                before = megabytes(process)
                costs = [session(watched, url, n) for n in range(20)]
                print(
                    f"{name}: fresh session {said(statistics.median(costs), 'ms', SESSION, 1)}; "
                    f"200 sessions leave {megabytes(process) - before:.0f} MB"
                )


if __name__ == "__main__":
    main()
