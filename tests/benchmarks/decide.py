"""How fast "Yes or no" trains, beside scikit-learn to the same log-loss, and for 30 students.

    python -m tests.benchmarks.decide          # both, half a minute
    python -m tests.benchmarks.decide train    # or users

One thread each, as the app has. Both learn from the same 4,800 loans (27 columns, of 13), and are
judged on the same 1,600. A log-loss that both reach is found first; then each side is timed until
its own is as low: ours step by step, with the history that is played; scikit-learn's as it comes,
`LogisticRegression(max_iter=1000)` and an `MLPClassifier` of 60 epochs, and with the fewest
iterations that reach it, which nobody knows beforehand. What is compared takes turns; medians.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from demos.decide.answers import COLUMNS
from demos.decide.knobs import KNOBS
from demos.decide.lesson import fit, split, standardised
from demos.decide.tables import shipped
from tests.benchmarks import crowd, options
from tests.benchmarks.servers import start
from trainers import report

PARTS = ["train", "users"]
RUNS = 9
TARGET = 1.0  # [s] for a training
PATIENCE = 5.0  # [s] for the 95th percentile of 30 students


def timed(work: Callable[[], object]) -> float:
    """Return how much of the processor a call takes [ms]: others may use the machine, too."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def measure_training() -> None:
    """Print how long both sides take to the same log-loss."""
    torch.set_num_threads(1)
    problem = shipped("loans", COLUMNS["loans"], "keep", True)
    part = split(problem.labels, 0)
    x = standardised(problem.numbers[1], part == 0)
    y = problem.labels
    seen, unseen = part == 0, part == 1

    def loss_of(model: object) -> float:
        return log_loss(y[unseen], model.predict_proba(x[unseen])[:, 1])

    def fewest(make: Callable[[int], object], goal: float, most: int) -> int:
        low, high = 1, most
        while low < high:
            middle = (low + high) // 2
            reached = loss_of(make(middle).fit(x[seen], y[seen])) <= goal
            low, high = (low, middle) if reached else (middle + 1, high)
        return low

    def ours(hidden: list[int], goal: float) -> None:
        for row in fit(x, y, part, hidden, 0):
            if row["validation"] <= goal:
                return
        raise SystemExit(f"{hidden} never reaches a log-loss of {goal:.4f}")

    rows = []
    sides = [
        ("one neuron", [], lambda n: LogisticRegression(max_iter=n), 1000),
        (
            "16 hidden",
            [16],
            lambda n: MLPClassifier((16,), max_iter=n, random_state=0, learning_rate_init=0.003),
            60,
        ),
    ]
    for name, hidden, make, most in sides:
        best = make(most).fit(x[seen], y[seen])
        lowest = min(row["validation"] for row in fit(x, y, part, hidden, 0))
        goal = max(loss_of(best), lowest) + 0.0005  # what both reach
        count = fewest(make, goal, most)
        mine, usual, theirs, whole = [], [], [], []
        for _run in range(RUNS):
            mine.append(timed(lambda: ours(hidden, goal)))  # noqa: B023
            usual.append(timed(lambda: make(most).fit(x[seen], y[seen])))  # noqa: B023
            theirs.append(timed(lambda: make(count).fit(x[seen], y[seen])))  # noqa: B023
            whole.append(timed(lambda: list(fit(x, y, part, hidden, 0))))  # noqa: B023
        numbers = [statistics.median(times) for times in (mine, usual, theirs, whole)]
        shown = [f"{number:.1f}" for number in numbers]
        ratios = [f"{number / numbers[0]:.1f}×" for number in numbers[1:3]]
        met = "met" if numbers[3] <= 1000 * TARGET else "MISSED"
        pairs = [shown[1], ratios[0], f"{shown[2]} ({count})", ratios[1]]
        rows.append([name, f"{goal:.4f}", shown[0], *pairs, shown[3], met])
    head = ["model", "log-loss", "ours [ms]", "scikit-learn [ms]", "ratio"]
    head += ["fewest iterations [ms]", "ratio", "our whole run [ms]", "≤ 1 s"]
    print(report.table(head, rows))
    print(f"\n{report.machine()}\n")


def measure_users(users: int, seconds: float) -> None:
    """Let students train, each on splits and models of their own."""
    requests = []
    for user in range(users):
        chance = np.random.default_rng(user)
        table = ["heart", "loans"][user % 2]
        known = COLUMNS[table]
        requests.append(
            [
                [
                    {
                        **KNOBS.defaults(),
                        "topic": "train",
                        "table": table,
                        # Columns of their own: nobody has asked the same before.
                        f"{table.rstrip('s')}_columns": [
                            name for name in known if chance.random() < 0.8
                        ]
                        or [known[0]],
                        "hidden": str(chance.integers(3)),
                        "seed": int(chance.integers(10)),
                    },
                    None,
                ]
                for _ in range(50)
            ]
        )
    with ExitStack() as stack:
        url = start(["app.py"], stack)[1]
        p95, rate = crowd.together(url, "decide-table", requests, b"weight_names", seconds)
    met = "met" if p95 <= 1000 * PATIENCE else "MISSED"
    print(
        f"{users} students: p95 {p95:.0f} ms (target {PATIENCE:.0f} s: {met}), {rate:.1f} a second"
    )


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("decide", __doc__, PARTS)
    command.add_argument("--users", type=int, default=30)
    command.add_argument("--seconds", type=float, default=15)
    given = options.asked(command, PARTS, argv)
    if "train" in given.parts:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            measure_training()
    if "users" in given.parts:
        measure_users(given.users, given.seconds)


if __name__ == "__main__":
    main()
