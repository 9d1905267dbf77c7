"""What one hostile address costs: memory for good and at most, and what thirty students feel of it.

    python -m tests.benchmarks.flood            # both parts, about four minutes
    python -m tests.benchmarks.flood memory     # or one of them
    python -m tests.benchmarks.flood students --seconds 15

The server runs with its default limits. The flood is a process of its own and lets the students'
go first (nice 19), since it would come from another machine. How long students wait means something
only on a machine that does nothing else: its load is printed first.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import io
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import numpy as np
import psutil
from PIL import Image

from tests.benchmarks.crowd import drawing
from tests.benchmarks.servers import ROOT, get, megabytes, start

HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"  # two addresses of this machine
JSON = {"Content-Type": "application/json"}
RUN = "/gradio_api/run/predict"
TRAIN = "/gradio_api/call/playground_train"
PAD = {"output": "softmax", "preprocess": True}  # the settings beside the sketch pad
PATIENCE = 120  # s
HOSTILE, SESSIONS, VISITORS = 500, 1000, 100


class Caller:
    """Sends requests from an address, one after the other."""

    def __init__(self, port: int, address: str = HERE):
        self.port, self.address = port, address
        self.connection = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        source = (self.address, 0)
        return http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, source_address=source
        )

    def ask(self, method: str, path: str, body: bytes | dict | None = None) -> tuple[int, bytes]:
        """Return status and answer; 0 where the server hung up."""
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        for _ in range(2):  # a connection that lay idle may have been closed
            try:
                self.connection.request(method, path, content, JSON if content else {})
                response = self.connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException):
                self.connection.close()
                self.connection = self._connect()
        return 0, b""

    def train(self, name: str, epochs: int) -> bool:
        """Train as a program does, and fetch the answer."""
        body = {"data": [{"epochs": epochs}, None], "session_hash": name}
        status, answer = self.ask("POST", TRAIN, body)
        if status != 200:
            return False
        event = json.loads(answer)["event_id"]
        status, answer = self.ask("GET", f"{TRAIN}/{event}")
        return status == 200 and b"event: complete" in answer


def png(image: Image.Image) -> str:
    """Return a picture as the text that a page sends."""
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def hostile_pictures() -> list[str]:
    """Return small files that hold 25 million pixels."""
    deep = np.zeros((5000, 5000), np.uint16)
    deep[::50] = 40_000
    return [
        png(Image.fromarray(deep)),
        png(Image.new("P", (5000, 5000))),
        png(Image.new("RGBA", (5000, 5000), (1, 2, 3, 4))),
    ]


def photo() -> str:
    """Return a photo as the page sends it: made smaller, JPEG."""
    noise = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).resize((480, 320)).save(stream, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()


def widgets(port: int) -> Callable[[str, str], dict]:
    """Return what finds the event of a widget, by its `elem_id`."""
    config = json.loads(get(port, "/config")[1])

    def event(wanted: str, kind: str = "input") -> dict:
        found = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == wanted)
        call = next(
            d["id"]
            for d in config["dependencies"]
            if [found, kind] in d["targets"] and d["backend_fn"]
        )
        return {"fn_index": call, "trigger_id": found, "event_data": {}}

    return event


# ---------------------------------------------------------------- what it costs


class Watch(threading.Thread):
    """Notes the most memory that a process has [MB]."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.process, self.most, self.ends = psutil.Process(pid), 0.0, threading.Event()

    def run(self) -> None:
        """Look, until it ends."""
        while not self.ends.wait(0.02):
            self.most = max(self.most, self.process.memory_info().rss / 1e6)


def memory() -> bool:
    """Print what hostile requests of all kinds leave; return whether it is little."""
    with ExitStack() as stack:
        process, url, _ = start(["app.py"], stack)
        port = int(url.rsplit(":", 1)[1].strip("/"))
        ready(port)
        event, pictures = widgets(port), hostile_pictures()
        everybody(port, event)  # what is loaded at the first use stays, and may
        before = megabytes(process)
        watch = Watch(process.pid)
        watch.start()
        for what, act in (
            (f"{HOSTILE} hostile pictures, 16 at once", lambda: hostile(port, event, pictures)),
            (f"{SESSIONS} sessions", lambda: sessions(port, event)),
            (f"{VISITORS} visitors", lambda: visitors(port, event)),
            ("60 trainings, answers never fetched", lambda: trainings(port)),
            ("15 bodies of 27 MB in the queue", lambda: large(port)),
            ("25 uploads of 19 MB", lambda: uploads(port)),
            ("30 deep links", lambda: deep_links(port)),
            ("1,100 half-sent heads", lambda: half_sent(port)),
        ):
            began = time.perf_counter()
            answers = act()
            took = time.perf_counter() - began
            now = psutil.Process(process.pid).memory_info().rss / 1e6
            status, health = timed(lambda: get(port, "/healthz"))
            print(
                f"{what:40} {took:6.1f} s   {now - before:+6.0f} MB   "
                f"health check {1000 * health:4.0f} ms ({status[0]})   {dict(answers)}",
                flush=True,
            )
        time.sleep(70)  # answers that nobody fetches are kept for a minute
        watch.ends.set()
        left = megabytes(process) - before
        print(f"before {before:.0f} MB, left {left:+.0f} MB, peak {watch.most:.0f} MB")
        return left < 150 and watch.most < 2000


def ready(port: int) -> None:
    """Wait until every model is loaded."""
    while get(port, "/readyz")[0] != 200:
        time.sleep(0.5)


def timed(act: Callable) -> tuple:
    """Return what an act returns, and how long it took [s]."""
    began = time.perf_counter()
    return act(), time.perf_counter() - began


def together(calls: Sequence[Callable[[], int]], at_once: int) -> Counter[int]:
    """Make calls, some at once; count the statuses of their answers."""
    with ThreadPoolExecutor(at_once) as pool:
        return Counter(pool.map(lambda call: call(), calls))


def everybody(port: int, event: Callable) -> None:
    """Use each thing once."""
    caller = Caller(port)
    for widget, data in (("digit-pad", [drawing(0)[-1], PAD]), ("tire-photo", [photo()])):
        body = {**event(widget), "data": data, "session_hash": "first"}
        status, answer = caller.ask("POST", RUN, body)
        if status != 200:
            raise SystemExit(f"{widget}: {answer[:300]!r}")
    if not caller.train("first", 5):
        raise SystemExit("a training was not answered")
    hostile(port, event, hostile_pictures() * 2, 6)


def hostile(port: int, event: Callable, pictures: list[str], count: int = HOSTILE) -> Counter[int]:
    """Send pictures that are small as files and large as pixels."""

    def one(number: int) -> int:
        picture = pictures[number % len(pictures)]
        endpoint = ("tires_predict", "digits_predict")[number % 2]
        data = [picture] if number % 2 == 0 else [picture, True, "softmax"]
        return Caller(port).ask("POST", f"/gradio_api/run/{endpoint}", {"data": data})[0]

    return together([lambda n=n: one(n) for n in range(count)], 16)


def sessions(port: int, event: Callable) -> Counter[int]:
    """Ask under ever new names."""
    pad = event("digit-pad")

    def one(number: int) -> int:
        body = {**pad, "data": [drawing(0)[30], PAD], "session_hash": f"session{number}"}
        return Caller(port).ask("POST", RUN, body)[0]

    return together([lambda n=n: one(n) for n in range(SESSIONS)], 8)


def visitors(port: int, event: Callable) -> Counter[int]:
    """Open the page, and draw."""

    def one(number: int) -> int:
        caller = Caller(port)
        page, _ = caller.ask("GET", "/?chapter=digits")
        body = {**event("digit-pad"), "data": [drawing(0)[-1], PAD], "session_hash": f"v{number}"}
        return max(page, caller.ask("POST", RUN, body)[0])

    return together([lambda n=n: one(n) for n in range(VISITORS)], 20)


def trainings(port: int) -> Counter[int]:
    """Begin trainings whose answers nobody fetches."""
    body = {"data": [{"epochs": 2000}, None]}
    return together([lambda: Caller(port).ask("POST", TRAIN, body)[0]] * 60, 8)


def large(port: int) -> Counter[int]:
    """Queue calls that bring as much along as they may; one has a name that is no text."""
    whole = json.dumps({"data": ["x" * 27_000_000]}).encode()
    broken = b'{"data": ["' + b"x" * 8_000_000 + b'"], "session_hash": "\\ud800"}'
    path = "/gradio_api/call/tires_predict"
    calls = [lambda: Caller(port).ask("POST", path, whole)[0]] * 15
    return together([*calls, lambda: Caller(port).ask("POST", path, broken)[0]], 5)


def uploads(port: int) -> Counter[int]:
    """Upload files and use none of them."""
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
    body = head + b"x" * 19_000_000 + b"\r\n--x--\r\n"

    def one() -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        connection.request("POST", "/gradio_api/upload", body, kind)
        return connection.getresponse().status

    return together([one] * 25, 5)


def deep_links(port: int) -> Counter[int]:
    """Ask for links to the state of a session."""
    path = "/gradio_api/deep_link?session_hash=session1"
    return together([lambda: Caller(port).ask("GET", path)[0]] * 30, 8)


def half_sent(port: int) -> Counter[str]:
    """Begin requests and send no more of them; the server must still answer."""
    import socket

    kept, counts = [], Counter()
    for _ in range(1100):
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
            kept.append(connection)
            counts["sent"] += 1
        except OSError:
            counts["refused"] += 1
    counts[f"health {get(port, '/healthz')[0]}"] += 1
    for connection in kept:
        connection.close()
    return counts


# ---------------------------------------------------------------- what students feel


class Student(threading.Thread):
    """Does one thing again and again.

    Args:
        act: does it once; returns whether it was answered.
        pause: between two of them [s].
        until: when to end.
    """

    def __init__(self, act: Callable[[], bool], pause: float, until: float):
        super().__init__(daemon=True)
        self.act, self.pause, self.until = act, pause, until
        self.times: list[float] = []
        self.failed = 0

    def run(self) -> None:
        """Act until the time is up."""
        while time.perf_counter() < self.until:
            answered, took = timed(self.act)
            if answered:
                self.times.append(took)
            else:
                self.failed += 1
            time.sleep(self.pause)


def students(port: int, event: Callable, seconds: float) -> dict[str, list[Student]]:
    """Let thirty work: ten train, ten draw, ten look at photos."""
    until = time.perf_counter() + seconds

    def train(number: int) -> Student:
        caller = Caller(port)
        return Student(lambda: caller.train(f"train{number}", 5), 4, until)

    def draw(number: int) -> Student:
        caller, sketches, pad = Caller(port), iter(drawing(number) * 1000), event("digit-pad")

        def act() -> bool:
            body = {**pad, "data": [next(sketches), PAD], "session_hash": f"draw{number}"}
            return caller.ask("POST", RUN, body)[0] == 200

        return Student(act, 0.5, until)

    def look(number: int) -> Student:
        caller, place = Caller(port), event("tire-photo")
        body = {**place, "data": [photo()], "session_hash": f"photo{number}"}
        return Student(lambda: caller.ask("POST", RUN, body)[0] == 200, 4, until)

    kinds = {"trainings": train, "drawings": draw, "photos": look}
    work = {kind: [make(number) for number in range(10)] for kind, make in kinds.items()}
    for one in (everyone := [one for some in work.values() for one in some]):
        one.start()
    for one in everyone:
        one.join()
    return work


def crowd(seconds: float) -> bool:
    """Print how long thirty students wait; return whether nobody waits long."""
    good = True
    with ExitStack() as stack:
        _, url, _ = start(["app.py"], stack)
        port = int(url.rsplit(":", 1)[1].strip("/"))
        ready(port)
        event = widgets(port)
        everybody(port, event)
        print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        students(port, event, 4)
        print(
            f"{'[ms] median / 95 % / worst':34} {'trainings':>22} {'drawings':>22} {'photos':>22}"
        )
        for title, address, names in (
            ("nobody floods", "", ""),
            ("one floods from elsewhere", ELSEWHERE, "one"),
            ("… from the students' address", HERE, "one"),
            ("… under a new name each time", HERE, "new"),
            ("nobody floods any more", "", ""),
        ):
            flood = flooding(port, address, names) if address else None
            try:
                time.sleep(3 if flood else 0)
                work = students(port, event, seconds)
            finally:
                if flood:
                    flood.terminate()
                    said = flood.communicate()[0]
            cells = []
            for some in work.values():
                times = sorted(took for one in some for took in one.times)
                failed = sum(one.failed for one in some)
                good &= bool(times) and times[-1] < 5 and not failed
                five = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else float("nan")
                numbers = (statistics.median(times or [0]), five, (times or [0])[-1])
                cell = " / ".join(f"{1000 * number:.0f}" for number in numbers)
                cells.append(cell + f" −{failed}" * bool(failed))
            print(f"{title:34} " + " ".join(f"{cell:>22}" for cell in cells), flush=True)
            if flood:
                print(f"{'':4}the flood got {said.strip()}", flush=True)
            time.sleep(2)
    return good


def flooding(port: int, address: str, names: str) -> subprocess.Popen:
    """Start a process that floods."""
    command = [sys.executable, "-m", "tests.benchmarks.flood", "one", str(port), address, names]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def flood_from(port: int, address: str, names: str) -> None:
    """Send what is expensive, 30 at a time, until the process is ended."""
    import signal

    os.nice(19)
    pictures, counts, numbers = hostile_pictures(), Counter(), iter(range(10**9))

    def name() -> str:
        return f"flood{next(numbers)}" if names == "new" else "flood"

    def send(kind: int) -> None:
        caller = Caller(port, address)
        while True:
            if kind < 12:
                body = {"data": [pictures[kind % 3]], "session_hash": name()}
                status = caller.ask("POST", "/gradio_api/run/tires_predict", body)[0]
            elif kind < 22:
                body = {"data": [{"epochs": 5000}, None], "session_hash": name()}
                status = caller.ask("POST", TRAIN, body)[0]
            elif kind < 27:
                body = {"data": [0.5, 0, 1e-5, 2000, "whole batch", False], "session_hash": name()}
                status = caller.ask("POST", "/gradio_api/run/celsius_descend", body)[0]
            else:
                status = caller.ask("GET", "/?chapter=tires")[0]
            counts[status] += 1
            time.sleep(0.05 if status == 200 else 0.2)

    def end(*_: object) -> None:
        print(dict(counts), flush=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    for kind in range(30):
        threading.Thread(target=send, args=(kind,), daemon=True).start()
    while True:
        signal.pause()


def main() -> None:
    """Measure, and say whether it is as it should be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", default=["memory", "students"])
    parser.add_argument("--seconds", type=float, default=15, help="how long students work")
    options = parser.parse_args()
    if options.parts[0] == "one":  # the process that floods
        flood_from(int(options.parts[1]), *options.parts[2:])
    good = True
    if "memory" in options.parts:
        good &= memory()
    if "students" in options.parts:
        good &= crowd(options.seconds)
    print("as it should be" if good else "NOT as it should be")
    sys.exit(not good)


if __name__ == "__main__":
    main()
