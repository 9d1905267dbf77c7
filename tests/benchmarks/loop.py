"""How fast the training loop answers, what it sends, and whether thirty students are all served.

    python -m tests.benchmarks.loop            # half a minute
    python -m tests.benchmarks.loop run        # or students

A run is measured as the tab computes it, one thread, everything recorded, beside the same loop in
plain PyTorch with nothing recorded. Then thirty students press within five seconds, each with
settings of their own, while one reads another tab.
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
from contextlib import ExitStack

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from demos.loop.knobs import KNOBS
from demos.loop.lesson import train
from demos.loop.rows import picture
from tests.benchmarks.crowd import User
from tests.benchmarks.servers import get, start
from trainers import report

PARTS = ["run", "students"]
RUNS = 7
TARGET = 1.0  # [s] for a usual run
SIZE = 600  # [kB]
WITHIN, SERVED, OTHERS = 5.0, 20.0, 0.5  # [s]


def plain(seed: int) -> None:
    """Train as a notebook would, and record nothing."""
    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x[:1078] / 16, dtype=torch.float32), torch.tensor(y[:1078])
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _epoch in range(10):
        for batch, labels in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(batch), labels).backward()
            optimizer.step()


def timed(work: object, *arguments: object) -> tuple[float, float]:
    """Return how long a call takes, by the clock and of the processor [s]."""
    clock, processor = time.perf_counter(), time.process_time()
    work(*arguments)
    return time.perf_counter() - clock, time.process_time() - processor


def measure_run() -> None:
    """Print what a usual run takes and sends."""
    torch.set_num_threads(1)
    train(epochs=1)
    plain(0)
    ours, theirs = [], []
    for seed in range(1, RUNS + 1):  # a seed of its own each: nothing is remembered
        ours.append(timed(lambda seed: picture(**{**KNOBS.defaults(), "seed": seed}), seed))
        theirs.append(timed(plain, seed))
    rows = []
    for name, times in (("ours, recorded and drawn", ours), ("plain, nothing recorded", theirs)):
        clock, processor = (statistics.median(one) for one in zip(*times, strict=True))
        rows.append([name, f"{1000 * clock:.0f}", f"{1000 * processor:.0f}"])
    print(report.table(["a run of 340 steps", "clock [ms]", "processor [ms]"], rows))
    took = statistics.median(clock for clock, _processor in ours)
    sent = {
        name: len(picture(**{**KNOBS.defaults(), **changes})[0].to_json()) / 1000
        for name, changes in (
            ("usual", {}),
            ("most steps", {"epochs": 60, "batch_size": 26}),
            ("three rates", {"topic": "rates"}),
            ("misread", {"topic": "misread"}),
        )
    }
    print(f"\n≤ {TARGET:g} s: {'met' if took <= TARGET else 'MISSED'}")
    print("sent [kB]: " + ", ".join(f"{name} {size:.0f}" for name, size in sent.items()))
    print(f"≤ {SIZE} kB: {'met' if max(sent.values()) <= SIZE else 'MISSED'}\n")
    print(report.machine() + "\n")


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


def measure_students(students: int) -> None:
    """Let students press within five seconds, each with settings of their own."""
    served: list[float] = []
    others: list[float] = []

    def press(number: int) -> None:
        time.sleep(WITHIN * number / students)
        crowd[number].ask([{**KNOBS.defaults(), "seed": number}])
        served.append(time.perf_counter() - began)

    with ExitStack() as stack:
        url = start(["app.py"], stack)[1]
        port = int(url.rsplit(":", 1)[1].strip("/"))
        config = json.loads(get(port, "/config")[1])
        chart = next(
            c["id"] for c in config["components"] if c["props"].get("elem_id") == "loop-chart"
        )
        call = next(d["id"] for d in config["dependencies"] if [chart, "expand"] in d["targets"])
        event = {"fn_index": call, "trigger_id": chart}
        crowd = [
            Student(number, port, event, [], b"read right", threading.Barrier(1))
            for number in range(students + 1)
        ]
        crowd.pop().ask([{**KNOBS.defaults(), "epochs": 1}])  # imports what it needs
        began = time.perf_counter()
        pressing = [threading.Thread(target=press, args=[number]) for number in range(students)]
        for one in pressing:
            one.start()
        while any(one.is_alive() for one in pressing):
            asked = time.perf_counter()
            get(port, "/?chapter=celsius")
            others.append(time.perf_counter() - asked)
            time.sleep(0.2)
    failures = [user.failure for user in crowd if user.failure]
    if failures:
        raise SystemExit(f"a request was not answered: {failures[0]}")
    last, worst = max(served), statistics.quantiles(others, n=20)[-1]
    print(
        f"{students} students within {WITHIN:g} s: the last has its answer after {last:.1f} s "
        f"(target {SERVED:g} s: {'met' if last <= SERVED else 'MISSED'}); another page, p95 "
        f"{1000 * worst:.0f} ms (target {OTHERS:g} s: {'met' if worst <= OTHERS else 'MISSED'})"
    )


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.loop",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--students", type=int, default=30)
    options = parser.parse_args(argv)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"unknown {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    parts = options.parts or PARTS
    if "run" in parts:
        measure_run()
    if "students" in parts:
        measure_students(options.students)


if __name__ == "__main__":
    main()
