"""Many users at once, and how fast the models are without any of them."""

from __future__ import annotations

import http.client
import inspect
import json
import math
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack

from demos import celsius
from demos.frame.knobs import Knobs
from tests.benchmarks.servers import ROOT, get, start

PAUSE = 0.025  # [s] between an answer and the next sketch, as in sketch_pad.js
PATIENCE = 120  # [s]
WITHIN, SERVED, OTHERS = 5.0, 20.0, 0.5  # [s]: students press, all are served, others wait

BARE = """
import json, sys, time
import torch
torch.set_num_threads(1)
from demos import digits
from demos.widgets.sketch_pad import picture
networks = digits.networks()[0]
if not networks:
    sys.exit(next(iter(digits.networks()[1].values())))
x = next(iter(networks.values())).preprocess(picture(sys.argv[1]))
def forward():
    for network in networks.values():
        digits.read(network, x)
def rate(function, seconds=4):
    function()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        function()
        count += 1
    return count / (time.perf_counter() - began)
print(json.dumps([rate(forward), rate(lambda: digits.answer(sys.argv[1], True, "softmax"))]))
"""


def times_of(crowd: Sequence[threading.Thread], failed: str) -> list[float]:
    """Let a crowd do its work, and return how long its answers took [ms].

    Args:
        crowd: each has `times` [s] and a `failure`, "" without.
        failed: what is said if one of them has one.
    """
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    if failures := [one.failure for one in crowd if one.failure]:
        raise SystemExit(f"{failed}: {failures[0]}")
    return [1000 * took for one in crowd for took in one.times]


def drawing(user: int) -> list[str]:
    """Return the sketches a user sends while drawing an 8: ever longer, as the pad writes them."""
    code = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    turn = [2 * math.pi * i / 60 for i in range(61)]
    points = [(round(250 + user + 90 * math.sin(2 * a)), round(250 - 150 * math.cos(a)))
              for a in turn]  # fmt: skip
    x, y = points[0]
    text = code[30] + "".join(code[v >> 6] + code[v & 63] for v in (x, y))
    sketches = []
    for to_x, to_y in points[1:]:
        text += code[to_x - x + 32] + code[to_y - y + 32]
        x, y = to_x, to_y
        sketches.append(text)
    return sketches


def bare() -> tuple[float, float]:
    """Return how often a second this machine runs the three networks, and makes a whole answer.

    Both in one thread of a process of its own, without Gradio; an answer is what the pad shows: the
    picture drawn and preprocessed, three networks, and what spoke for the digit.
    """
    done = subprocess.run(
        [sys.executable, "-c", BARE, drawing(0)[-1]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise SystemExit(f"the models alone failed: {done.stderr[-500:]}")
    networks, answers = json.loads(done.stdout)
    return networks, answers


class User(threading.Thread):
    """One user: acts without a break, and asks again once the last request is answered.

    Args:
        number: tells users apart.
        port: of the server.
        event: `fn_index` and `trigger_id` of what the user does.
        requests: the inputs of each request, one after the other, over and over.
        proof: what an answer must hold.
        ready: lets all begin together.
    """

    def __init__(
        self,
        number: int,
        port: int,
        event: dict,
        requests: Sequence[list],
        proof: bytes,
        ready: threading.Barrier,
    ):
        super().__init__(daemon=True)
        self.requests, self.proof = requests, proof
        self.body = {**event, "event_data": {}, "session_hash": f"bench{number}"}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.ready = ready
        self.until = 0.0  # set once all are ready
        self.times: list[float] = []
        self.failure = ""

    def run(self) -> None:
        """Act until the time is up."""
        try:
            self.ask(self.requests[-1])  # a session's first event costs more: not counted
            self.connection.close()  # the server would hang up on one that waits
            self.ready.wait(PATIENCE)
            self.ready.wait(PATIENCE)
            while time.perf_counter() < self.until and not self.failure:
                began = time.perf_counter()
                self.ask(self.requests[len(self.times) % len(self.requests)])
                self.times.append(time.perf_counter() - began)
                time.sleep(PAUSE)
        except Exception as error:
            self.failure = self.failure or repr(error)
            self.ready.abort()
        finally:
            self.connection.close()

    def ask(self, data: list) -> None:
        """Send what the page would send, and check that it was answered."""
        body = json.dumps({**self.body, "data": data})
        headers = {"Content-Type": "application/json"}
        self.connection.request("POST", "/gradio_api/run/predict", body, headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status != 200 or self.proof not in text:
            self.failure = f"{response.status} {text[:200]!r}"


def draw_together(url: str, users: int, seconds: float) -> tuple[float, float]:
    """Let many users draw; return as `together` does."""
    settings = {"output": "softmax", "preprocess": True}  # those beside the pad
    requests = [[[sketch, settings] for sketch in drawing(user)] for user in range(users)]
    return together(url, "digit-pad", requests, b'\\"values\\"', seconds)


def event_of(config: dict, widget: str, raised: str = "input") -> dict:
    """Return `fn_index` and `trigger_id` of what a widget raises, or of an endpoint ("/name")."""
    events = config["dependencies"]
    if widget.startswith("/"):
        return {"fn_index": next(d["id"] for d in events if d["api_name"] == widget[1:])}
    pad = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == widget)
    call = next(d["id"] for d in events if [pad, raised] in d["targets"])
    return {"fn_index": call, "trigger_id": pad}


def together(
    url: str, widget: str, requests: Sequence[Sequence[list]], proof: bytes, seconds: float
) -> tuple[float, float]:
    """Let many users raise a widget's `input`, or call an endpoint, at once, without a break.

    Args:
        url: of the server.
        widget: its `elem_id`; or "/" and the endpoint's name.
        requests: for each user what is sent, one after the other, over and over.
        proof: what an answer must hold.
        seconds: how long.

    Returns:
        The 95th percentile of an answer [ms] and the answers per second.
    """
    port = int(url.rsplit(":", 1)[1].strip("/"))
    event = event_of(json.loads(get(port, "/config?view=programs")[1]), widget)
    ready = threading.Barrier(len(requests) + 1)
    crowd = [User(n, port, event, what, proof, ready) for n, what in enumerate(requests)]
    for user in crowd:
        user.start()
    try:
        ready.wait(PATIENCE)
        began = time.perf_counter()
        for user in crowd:
            user.until = began + seconds
        ready.wait(PATIENCE)
    except threading.BrokenBarrierError:
        began = time.perf_counter()
    for user in crowd:
        user.join(seconds + PATIENCE)
    took = time.perf_counter() - began
    if failures := [user.failure for user in crowd if user.failure]:
        raise SystemExit(f"a request was not answered: {failures[0]}")
    times = [answer for user in crowd for answer in user.times]
    return 1000 * statistics.quantiles(times, n=20)[-1], len(times) / took


class Student(User):
    """A user who waits in the queue, as the page does for what takes longer."""

    def ask(self, data: list) -> None:
        """Send what the page would send, and check that it was answered."""
        body = json.dumps({**self.body, "data": data})
        headers = {"Content-Type": "application/json"}
        self.connection.request("POST", "/gradio_api/queue/join", body, headers)
        event = json.loads(self.connection.getresponse().read())["event_id"]
        session = self.body["session_hash"]
        self.connection.request("GET", f"/gradio_api/queue/data?session_hash={session}")
        with self.connection.getresponse() as stream:
            for line in stream:
                told = json.loads(line.removeprefix(b"data: ")) if line.startswith(b"data") else {}
                if told.get("event_id") == event and told["msg"] == "process_completed":
                    self.failure = "" if self.proof in line else repr(line[:200])
                    break
        self.connection.close()


class Slider:
    """Somebody who moves a slider of another tab, °C → °F, to where it never was before."""

    def __init__(self, port: int, config: dict):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.event = event_of(config, "/celsius_descend")
        self.others = [
            one.default for one in inspect.signature(celsius.descend).parameters.values()
        ][1:]
        self.weight = 0.5

    def move(self) -> None:
        """Move it, and wait for the answer."""
        self.weight += 0.001
        body = json.dumps({**self.event, "data": [self.weight, *self.others]})
        headers = {"Content-Type": "application/json"}
        self.connection.request("POST", "/gradio_api/run/predict", body, headers)
        response = self.connection.getresponse()
        text = response.read()
        self.connection.close()  # the server would hang up on one that waits
        if response.status != 200 or b"new_weight" not in text:
            raise SystemExit(f"a slider was not answered: {response.status} {text[:200]!r}")


def press(knobs: Knobs, chart: str, topic: str, students: int) -> str:
    """Let students press within five seconds, each with a seed of their own; see `pressed`.

    Args:
        knobs: of the chapter.
        chart: `elem_id` of the chart that asks for a run.
        topic: in which they press.
        students: how many.
    """
    settings = {**knobs.defaults(), "topic": topic}
    asked = [{**settings, "seed": 100 + number} for number in range(students)]
    proof = f'\\"topic\\":\\"{topic}'.encode()
    return f"{topic}: " + pressed(chart, asked, {**settings, "seed": 99}, proof)


def pressed(chart: str, settings: Sequence[dict], first: dict, proof: bytes) -> str:
    """Let students press within five seconds, while one uses another tab; say how long it took.

    Args:
        chart: `elem_id` of the chart that asks for a run.
        settings: of each student.
        first: settings of a run before, which imports what it needs.
        proof: what an answer must hold.

    Returns:
        A sentence with what was measured, and whether it is what is wanted.
    """
    served: list[float] = []
    pages: list[float] = []
    slides: list[float] = []

    def press(number: int) -> None:
        time.sleep(WITHIN * number / len(settings))
        students[number].ask([settings[number]])
        served.append(time.perf_counter() - began)

    with ExitStack() as stack:
        url = start(["app.py"], stack)[1]
        port = int(url.rsplit(":", 1)[1].strip("/"))
        config = json.loads(get(port, "/config?view=programs")[1])
        event = event_of(config, chart, "expand")
        ready = threading.Barrier(1)
        students = [
            Student(number, port, event, [], proof, ready) for number in range(len(settings) + 1)
        ]
        slider = Slider(port, config)
        students.pop().ask([first])
        slider.move()
        began = time.perf_counter()
        pressing = [threading.Thread(target=press, args=[i]) for i in range(len(settings))]
        for one in pressing:
            one.start()
        while any(one.is_alive() for one in pressing):
            for times, act in (
                (pages, lambda: get(port, "/?chapter=celsius")),
                (slides, slider.move),
            ):
                asked = time.perf_counter()
                act()
                times.append(time.perf_counter() - asked)
            time.sleep(0.2)
    if failures := [user.failure for user in students if user.failure]:
        raise SystemExit(f"a request was not answered: {failures[0]}")
    last = max(served)
    said = [
        f"{len(settings)} students within {WITHIN:g} s: the last has its answer after {last:.1f} s "
        f"(target {SERVED:g} s: {'met' if last <= SERVED else 'MISSED'})"
    ]
    for name, times in (("another page", pages), ("a slider of another tab", slides)):
        worst = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        met = "met" if worst <= OTHERS else "MISSED"
        said.append(f"{name}, p95 {1000 * worst:.0f} ms (target {OTHERS:g} s: {met})")
    return "; ".join(said)
