"""How fast the training loop answers, what it sends, and whether thirty students are all served.

    python -m tests.benchmarks.loop            # half a minute
    python -m tests.benchmarks.loop run        # or topics, students
    python -m tests.benchmarks.loop students --topic rates

A run is measured as the tab computes it, one thread, everything recorded, beside the same loop in
plain PyTorch with nothing recorded. Then every topic as it comes, and thirty students press within
five seconds, each with a seed of their own, in the topic that takes longest, or in `--topic`, while
one reads another page and moves a slider there.
"""

from __future__ import annotations

import statistics
import time

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from demos.loop.knobs import KNOBS
from demos.loop.lesson import train
from demos.loop.rows import picture
from tests.benchmarks import crowd, options, topics
from tests.benchmarks.topics import SIZE, sent
from trainers import report

PARTS = ["run", "topics", "students"]
RUNS = 7
TARGET = 1.0  # [s] for a usual run
DEAREST = "misread"  # the topic that takes longest


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
    print()


def measure_topics() -> None:
    """Print how long each topic takes, and what is sent."""
    torch.set_num_threads(1)
    print(topics.table(KNOBS, picture, TARGET))
    longest = sent(picture(**{**KNOBS.defaults(), "epochs": 60, "batch_size": 26}))
    print(f"most steps: {longest:.0f} kB, {'met' if longest <= SIZE else 'MISSED'}\n")


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("loop", __doc__, PARTS)
    options.students(command, KNOBS, DEAREST)
    given = options.asked(command, PARTS, argv)
    if "run" in given.parts:
        measure_run()
    if "topics" in given.parts:
        measure_topics()
    if "students" in given.parts:
        print(crowd.press(KNOBS, "loop-chart", given.topic, given.students))


if __name__ == "__main__":
    main()
