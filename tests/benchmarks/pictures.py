"""How fast filters and the inside of a network answer: on one visitor's page, and for thirty.

    python -m tests.benchmarks.pictures            # about a minute
    python -m tests.benchmarks.pictures page       # or maps, users

* page: in Chromium, medians: from a changed cell of the filter to the repainted picture; from a
  pointer that moves over the result to the sum that is written out, which asks no server; pictures
  a second of the live camera.
* maps: medians of all feature maps of one picture, as the page asks for them, and their size.
* users: thirty change a cell every 0.3 s each, unless the last picture is still awaited, as the
  page does; the time of an answer as its 95th percentile.
"""

from __future__ import annotations

import json
import statistics
import threading
import time
from contextlib import ExitStack

from tests.benchmarks import options
from tests.benchmarks.__main__ import Row, load, show
from tests.benchmarks.crowd import times_of
from tests.benchmarks.flood import Caller
from tests.benchmarks.pages import HELPERS, chromium
from tests.benchmarks.servers import start
from tests.benchmarks.tires import median

PARTS = ["page", "maps", "users"]
CELL, HOVER, MAPS, USERS = 60, 16, 150, 500  # [ms], targets
SIZE = 300  # [kB], of all maps
CAMERA = 15  # pictures a second
PACE = 0.3  # [s] between two changes
RUNS = 25
FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]

CHANGE = """async (runs) => {
  const field = document.querySelectorAll('#chapter-filters [data-knob=kernel] .knob-field')[4];
  const board = document.querySelector('#chapter-filters .filters');
  const times = [];
  for (let i = 0; i < runs + 3; i += 1) {
    const before = board.dataset.answered;
    const began = performance.now();
    field.value = String(1 + i % 7);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await bench.after(() => board.dataset.answered !== before);
    times.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 80));
  }
  return times.slice(3);
}"""
# The arithmetic is done while the pointer's event is handled; drawing is the browser's.
POINT = """async (runs) => {
  const views = document.querySelectorAll('#chapter-filters [data-of=convolve] canvas');
  const canvas = views[views.length - 1];
  const total = document.querySelector('#chapter-filters [data-of=convolve] [data-total]');
  const box = canvas.getBoundingClientRect();
  const times = [];
  let changes = 0;
  for (let i = 0; i < runs + 3; i += 1) {
    const clientX = box.left + box.width * (0.1 + 0.03 * i);
    const at = { clientX, clientY: box.top + box.height * 0.4, pointerType: 'mouse' };
    const before = total.dataset.total;
    const began = performance.now();
    canvas.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, ...at }));
    times.push(performance.now() - began);
    await bench.frame();
    changes += Number(total.dataset.total !== before);
  }
  if (changes < runs / 2) throw new Error('only ' + changes + ' sums changed');
  return times.slice(3);
}"""


def told(name: str, number: float, target: float, most: bool = True) -> str:
    """Return a name with its target, and whether it is met."""
    met = number <= target if most else number >= target
    return f"{name} (target {target:g}: {'met' if met else 'MISSED'})"


def measure_page(url: str) -> list[Row]:
    """Time what one visitor does."""
    with ExitStack() as stack:
        browser = chromium(stack, FAKE_CAMERA)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(HELPERS)
        page.goto(f"{url}?chapter=filters&topic=convolve")
        page.wait_for_selector("#chapter-filters .filters[aria-busy=false]")
        page.wait_for_timeout(2000)
        cell = statistics.median(page.evaluate(CHANGE, RUNS))
        hover = statistics.median(page.evaluate(POINT, RUNS))
        page.get_by_role("button", name="Live camera").click()
        page.wait_for_timeout(6000)
        rate = float(page.locator("#chapter-filters .filters").get_attribute("data-rate") or 0)
    return [
        Row(told("cell of the filter → picture", cell, CELL), cell, None, "ms"),
        Row(told("pointer → sum written", hover, HOVER), hover, None, "ms"),
        Row(told("live camera", rate, CAMERA, most=False), rate, None, "/s"),
    ]


def measure_maps() -> list[Row]:
    """Time all maps of a picture, without the page."""
    from demos.inside import answers

    rows = []
    for network, picture in (("fashion", "ankle-boot"), ("cifar", "bus")):
        took = median(lambda n=network, p=picture: answers.fashion_inside(p, n, form="base64"))
        sent = len(json.dumps(answers.fashion_inside(picture, network, form="base64"))) / 1000
        rows.append(Row(told(f"all maps, {network}", took, MAPS), took, None, "ms"))
        rows.append(Row(told("  sent", sent, SIZE), sent, None, "kB"))
    return rows


class Student(threading.Thread):
    """One who changes a cell again and again, and waits for each picture."""

    def __init__(self, number: int, port: int, seconds: float):
        super().__init__(daemon=True)
        self.caller, self.name = Caller(port), f"filter{number}"
        self.number, self.seconds = number, seconds
        self.times: list[float] = []
        self.failure = ""

    def run(self) -> None:
        """Change a cell until the time is up."""
        began = time.perf_counter()
        while (now := time.perf_counter()) - began < self.seconds and not self.failure:
            middle = round(self.number + len(self.times) / 10, 1)
            weight = [[0, -1, 0], [-1, middle, -1], [0, -1, 0]]
            data = ["china", weight, "zeros", 1, 1, 160, "base64"]
            body = {"data": data, "session_hash": self.name}
            status, answer = self.caller.ask("POST", "/gradio_api/run/filter_apply", body)
            if status != 200:
                self.failure = f"{status} {answer[:200]!r}"
            self.times.append(time.perf_counter() - now)
            time.sleep(max(0.0, PACE - self.times[-1]))


def measure_users(url: str, users: int, seconds: float) -> list[Row]:
    """Let many change a filter at once."""
    port = int(url.rsplit(":", 1)[1].strip("/"))
    Student(0, port, 2).run()  # what only the first waits for
    crowd = [Student(number, port, seconds) for number in range(users)]
    times = times_of(crowd, "a filter was not applied")
    p95 = statistics.quantiles(times, n=20)[-1]
    return [
        Row(told(f"{users} users: p95 of an answer", p95, USERS), p95, None, "ms"),
        Row(f"{users} users: median", statistics.median(times), None, "ms"),
        Row(f"{users} users: answers", len(times) / seconds, None, "/s"),
    ]


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("pictures", __doc__, PARTS)
    command.add_argument("--users", type=int, default=30, help="at once (default: 30)")
    command.add_argument("--seconds", type=float, default=15, help="for which they change filters")
    given = options.asked(command, PARTS, argv)
    print(f"{load()} before", flush=True)
    if "maps" in given.parts:
        show(measure_maps())
    with ExitStack() as stack:
        if {"page", "users"} & set(given.parts):
            url = start(["app.py"], stack)[1]
            if "page" in given.parts:
                show(measure_page(url))
            if "users" in given.parts:
                show(measure_users(url, given.users, given.seconds))
    print(f"{load()} after")


if __name__ == "__main__":
    main()
