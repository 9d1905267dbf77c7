"""How fast thirty networks are trained at once, and whether thirty students are all served.

    python -m tests.benchmarks.overfit             # a minute
    python -m tests.benchmarks.overfit bundle      # or students
    python -m tests.benchmarks.overfit students --topic spread

The bundle of "Bias and variance", as the tab trains it, beside the same networks one after another:
in the tab's own code, and as everyone would write it, with torch.nn and Adam, as it comes and
fused; in turns, medians, one thread. Every topic as it comes. Then thirty students press within
five seconds, each with a seed of their own, in the topic that takes longest, or in `--topic`, while
one reads another page and moves a slider there.
"""

from __future__ import annotations

import functools
import statistics
from collections.abc import Callable

import torch
from torch import nn

from demos.overfit.knobs import KNOBS
from demos.overfit.lesson import RATE, bundle, draw
from demos.overfit.rows import picture
from tests.benchmarks import crowd, options, topics
from tests.benchmarks.topics import timed
from trainers import report

PARTS = ["bundle", "students"]
RUNS, NETWORKS, RATIO = 3, 30, 10
HIDDEN, POINTS, NOISE, EPOCHS = 50, 15, 0.3, 600
TARGET = 1.0  # [s] for a usual run
DEAREST = "folds"  # the topic that takes longest


def at_once(samples: int, seed: int) -> None:
    """Train networks as the tab does, stacked."""
    list(bundle("network", [HIDDEN], samples, POINTS, NOISE, seed, EPOCHS, [EPOCHS]))


def one_by_one(seed: int) -> None:
    """Train them in turn, each a stack of one."""
    for number in range(NETWORKS):
        at_once(1, 100 * seed + number)


def plain(seed: int, fused: bool) -> None:
    """Train them in turn, each as everyone would."""
    torch.manual_seed(seed)
    for x, y in zip(*draw(POINTS, NOISE, seed, NETWORKS), strict=True):
        seen, right = x[:, None].float(), y[:, None].float()
        net = nn.Sequential(nn.Linear(1, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))
        optimizer = torch.optim.Adam(net.parameters(), lr=RATE, fused=fused)
        for _epoch in range(EPOCHS):
            optimizer.zero_grad()
            nn.functional.mse_loss(net(seen), right).backward()
            optimizer.step()


def measure_bundle() -> None:
    """Print how long a bundle takes, and every topic as it comes."""
    torch.set_num_threads(1)
    at_once(2, 0)
    in_turn: dict[str, Callable[[int], None]] = {
        "the tab's own code": one_by_one,
        "torch.nn, Adam": functools.partial(plain, fused=False),
        "torch.nn, Adam(fused=True)": functools.partial(plain, fused=True),
    }
    together, apart = [], {name: [] for name in in_turn}
    for run in range(1, RUNS + 1):
        together.append(timed(at_once, NETWORKS, run))
        for name, train in in_turn.items():
            apart[name].append(timed(train, run))
    one = statistics.median(together)
    rows = [["at once, the tab", f"{1000 * one:.0f}", "", ""]]
    for name, times in apart.items():
        other = statistics.median(times)
        met = "met" if other / one >= RATIO else "MISSED"
        rows.append([f"in turn, {name}", f"{1000 * other:.0f}", f"{other / one:.1f}×", met])
    print(report.table([f"{NETWORKS} networks", "[ms]", "ratio", f"≥ {RATIO}×"], rows), "\n")
    print(topics.table(KNOBS, picture, TARGET))


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("overfit", __doc__, PARTS)
    options.students(command, KNOBS, DEAREST)
    given = options.asked(command, PARTS, argv)
    if "bundle" in given.parts:
        measure_bundle()
    if "students" in given.parts:
        print(crowd.press(KNOBS, "overfit-chart", given.topic, given.students))


if __name__ == "__main__":
    main()
