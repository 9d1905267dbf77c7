"""How fast thirty networks are trained at once, and whether thirty students are all served.

    python -m tests.benchmarks.overfit             # half a minute
    python -m tests.benchmarks.overfit bundle      # or students

The bundle of "Bias and variance", as the tab trains it, beside the same networks one after another,
in turns; medians, one thread. Then thirty students press within five seconds, each with settings
of their own, while one reads another tab.
"""

from __future__ import annotations

import statistics

import torch

from demos.overfit.knobs import KNOBS
from demos.overfit.lesson import bundle
from demos.overfit.rows import picture
from tests.benchmarks import crowd, options, topics
from tests.benchmarks.topics import timed

PARTS = ["bundle", "students"]
RUNS, NETWORKS, RATIO = 5, 30, 10
TARGET = 1.0  # [s] for a usual run


def trained(samples: int, seed: int) -> None:
    """Train networks of 50 hidden units for 600 epochs."""
    list(bundle("network", [50], samples, 15, 0.3, seed, 600, [600]))


def measure_bundle() -> None:
    """Print how long a bundle takes, and every topic as it comes."""
    torch.set_num_threads(1)
    trained(2, 0)
    together, apart = [], []
    for run in range(RUNS):
        together.append(timed(trained, NETWORKS, run))
        apart.append(sum(timed(trained, 1, 100 * run + i) for i in range(NETWORKS)))
    one, other = statistics.median(together), statistics.median(apart)
    met = "met" if other / one >= RATIO else "MISSED"
    print(f"{NETWORKS} networks: at once {1000 * one:.0f} ms, in turn {1000 * other:.0f} ms,")
    print(f"{other / one:.1f}× (target {RATIO}×: {met})\n")
    print(topics.table(KNOBS, picture, TARGET))


def measure_students(students: int) -> None:
    """Let students press within five seconds, each with settings of their own."""
    asked = [{**KNOBS.defaults(), "noise": 0.1 + 0.01 * number} for number in range(students)]
    print(crowd.pressed("overfit-chart", asked, {**KNOBS.defaults(), "epochs": 60}, b"validation"))


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("overfit", __doc__, PARTS)
    command.add_argument("--students", type=int, default=30)
    given = options.asked(command, PARTS, argv)
    if "bundle" in given.parts:
        measure_bundle()
    if "students" in given.parts:
        measure_students(given.students)


if __name__ == "__main__":
    main()
