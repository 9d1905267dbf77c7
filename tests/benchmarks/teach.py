"""How fast one's own classifier is: photos to features, training, live answers; a class at once.

    python -m tests.benchmarks.teach             # all of it, about a minute and a half
    python -m tests.benchmarks.teach one         # one user alone
    python -m tests.benchmarks.teach students --users 30 --seconds 20

* one: medians over HTTP of a single user, as the page asks: a photo of 224 × 224 becomes features,
  alone and sixteen at a time; 200 photos are trained on; answers a second of the live camera.
* students: each of many, whose pages were opened before, does what a page does, again and again: it
  sends twelve photos, trains on 40 and asks five times, with a short rest in between.

Nothing fails when a target is missed: the table says so. The times mean something only on a machine
that does nothing else: its load is printed first.
"""

from __future__ import annotations

import base64
import json
import statistics
import threading
import time
from contextlib import ExitStack

from demos.teach.scenes import jpegs_of
from tests.benchmarks import options
from tests.benchmarks.__main__ import load
from tests.benchmarks.flood import Caller, ready
from tests.benchmarks.servers import start

PARTS = ["one", "students"]
WARM_UP, RUNS = 3, 15
BASE = "imagenet"
SETTINGS = ["linear", 16, 40, 0.01, 0.003, 0, BASE]  # of a training, as the page sends them
OPENED = 3.0  # s before anything is done: a page is known by its name from its first request on
REST = 4.0  # s, of a student between two rounds: looking at what it says takes longer
KINDS = ("features", "train", "predict")


class Page(Caller):
    """Asks as the page does, and notes how long each answer took.

    Args:
        port: of the server.
        name: of the session.
    """

    def __init__(self, port: int, name: str):
        super().__init__(port)
        self.name = name
        self.times: dict[str, list[float]] = {kind: [] for kind in KINDS}
        self.failed = 0

    def call(self, kind: str, data: list) -> dict:
        """Return the answer of an endpoint; an empty one if it is refused, which is counted."""
        body = {"data": data, "session_hash": self.name}
        began = time.perf_counter()
        status, answer = self.ask("POST", f"/gradio_api/run/teach_{kind}", body)
        if status != 200:
            self.failed += 1
            return {}
        self.times[kind].append(time.perf_counter() - began)
        return json.loads(answer)["data"][0]

    def taught(self, count: int) -> tuple[list[str], list[str]]:
        """Return the names of two classes and features of as many photos of each."""
        photos = jpegs_of("sea", 20, 0)
        each = [self.call("features", [some[:10], BASE])["features"] for some in photos]
        return ["fish", "boat"], [repeated(one, count // 10) for one in each]


def repeated(features: str, times: int) -> str:
    """Return features so many times, one after the other."""
    return base64.b64encode(base64.b64decode(features) * times).decode("ascii")


def line(name: str, number: float, unit: str, target: float | None, most: bool = True) -> str:
    """Return a row of the table.

    Args:
        name: of what was measured.
        number: what came out.
        unit: of it.
        target: what is wanted, if anything is.
        most: whether less is better.
    """
    row = f"{name:48} {number:9.2f} {unit:4}"
    if target is None:
        return row
    met = number <= target if most else number >= target
    wanted = f"{'≤' if most else '≥'} {target:g} {unit}"
    return f"{row} {wanted:>12}   {'yes' if met else 'NO'}"


def median(page: Page, kind: str, data: list) -> float:
    """Return how long an answer takes [s]."""
    for run in range(WARM_UP + RUNS):
        if run == WARM_UP:
            page.times[kind].clear()
        page.call(kind, data)
    return statistics.median(page.times[kind])


def one_user(port: int) -> None:
    """Print what one user alone waits for."""
    page = Page(port, "teach-one")
    photos = [photo for some in jpegs_of("sea", 20, 0) for photo in some]
    names, features = page.taught(100)
    # The first training waits for what the first photos have begun to import in the background.
    model = page.call("train", [names, features, *SETTINGS])["model"]
    alone = median(page, "features", [photos[:1], BASE])
    print(line("photo → features, one", 1000 * alone, "ms", 30))
    sixteen = median(page, "features", [photos[:16], BASE])
    print(line("photo → features, of sixteen at once", 1000 * sixteen / 16, "ms", 30))
    training = median(page, "train", [names, features, *SETTINGS])
    print(line("train on 200 photos", training, "s", 0.5))
    answer = median(page, "predict", [photos[0], model])
    print(line("live answers of one user", 1 / answer, "/s", 8, most=False))


def study(page: Page, taught: tuple[list[str], list[str]], until: float) -> None:
    """Do what a student does, until the time is up."""
    photos = jpegs_of("sea", 20, 0)
    while time.perf_counter() < until:
        page.call("features", [photos[0][:12], BASE])
        model = page.call("train", [*taught, *SETTINGS]).get("model")
        for photo in photos[1][:5] if model else ():
            page.call("predict", [photo, model])
        time.sleep(REST)


def students(port: int, users: int, seconds: float) -> None:
    """Print what many students wait for who work at once."""
    taught = Page(port, "teach-first").taught(20)
    pages = [Page(port, f"teach-{number}") for number in range(users)]
    model = pages[0].call("train", [*taught, *SETTINGS])["model"]
    for page in pages:
        page.call("predict", [jpegs_of("sea", 1, 0)[0][0], model])
        page.times = {kind: [] for kind in KINDS}
    time.sleep(OPENED)
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=study, args=(page, taught, until), daemon=True) for page in pages
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = sum(page.failed for page in pages)
    for kind, target in (("train", 3.0), ("features", None), ("predict", None)):
        times = sorted(took for page in pages for took in page.times[kind])
        if len(times) < 2:
            print(f"{users} students: /teach_{kind} was answered {len(times)} times")
            continue
        p95 = statistics.quantiles(times, n=20)[-1]
        name = f"{users} students: p95 of {len(times)} × /teach_{kind}"
        print(line(name, p95, "s", target))
    print(f"{users} students: {failed} requests were not answered")


def main() -> None:
    """Measure and print."""
    command = options.parser("teach", __doc__, PARTS)
    command.add_argument("--users", type=int, default=30, help="students (default: 30)")
    command.add_argument("--seconds", type=float, default=30, help="they work (default: 30)")
    given = options.asked(command, PARTS, None)
    print(load(), flush=True)
    with ExitStack() as stack:
        _, url, _ = start(["app.py"], stack)
        port = int(url.rsplit(":", 1)[1].strip("/"))
        ready(port)
        if "one" in given.parts:
            one_user(port)
        if "students" in given.parts:
            students(port, given.users, given.seconds)


if __name__ == "__main__":
    main()
