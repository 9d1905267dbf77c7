"""The training of the used cars beside scikit-learn, on the same rows; and 30 students at once.

    python -m tests.benchmarks.cars              # both
    python -m tests.benchmarks.cars train --rounds 30
    python -m tests.benchmarks.cars users

What is compared takes turns, so that a noisy machine slows all; medians of the rounds are shown, in
milliseconds of processor time and of the clock. scikit-learn's solvers give the last weights, ours
every step on the way, which the page plays. The students train on rows and losses of their own,
without a rest. Nothing fails when a target is missed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

from sklearn.linear_model import HuberRegressor, LinearRegression, QuantileRegressor, SGDRegressor

from demos.cars.data import chosen
from demos.cars.lesson import answer_of, inputs, normalised, train
from demos.cars.rows.answer import RATE, STEPS
from tests.benchmarks import crowd, options
from tests.benchmarks.servers import start

PARTS = ["train", "users"]
PATIENCE = 5.0  # [s] for the 95th percentile of the students
COLUMNS = ["age", "miles"]
LIMIT = 100_000


def ours(loss: str) -> dict:
    """Train as the page does; return the last row."""
    # Past what it remembers: the lesson, without the memory of its runs.
    rows = list(
        train.__wrapped__.__wrapped__(
            "all", RATE, STEPS[loss], 4009, "all", LIMIT, False, COLUMNS, loss, 5_000.0
        )
    )
    return rows[-1]


def measure_users(users: int, seconds: float) -> None:
    """Let students train, none of them what another has asked before."""
    losses = ["mse", "mae", "huber"]
    requests = [
        [
            ["all", 0.1, 300, 4009, "all", 50_000 + 1_000 * user + one, True, COLUMNS, loss, 5_000]
            for one, loss in enumerate(losses * 20)
        ]
        for user in range(users)
    ]
    with ExitStack() as stack:
        url = start(["app.py"], stack)[1]
        p95, rate = crowd.together(url, "/cars_train", requests, b"per_year", seconds)
    met = "met" if p95 <= 1000 * PATIENCE else "MISSED"
    print(
        f"{users} students: p95 {p95:.0f} ms (target {PATIENCE:.0f} s: {met}), {rate:.1f} a second"
    )


def measure_training(rounds: int) -> None:
    """Measure in turns and print the table."""
    cars = chosen(limit=LIMIT)
    x, y = inputs(cars, COLUMNS)
    z, t = normalised(x)[0].double().numpy(), normalised(y)[0].double().numpy()
    sides: dict[str, Callable] = {
        "MSE, ours, 100 steps": lambda: ours("mse"),
        "MSE, LinearRegression": lambda: LinearRegression().fit(z, t),
        "MSE, SGDRegressor": lambda: SGDRegressor(random_state=0).fit(z, t),
        "MAE, ours, 600 steps": lambda: ours("mae"),
        "MAE, QuantileRegressor": lambda: QuantileRegressor(quantile=0.5, alpha=0).fit(z, t),
        "Huber, ours, 300 steps": lambda: ours("huber"),
        "Huber, HuberRegressor": lambda: HuberRegressor(alpha=0).fit(z, t),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for round_ in range(rounds + 1):
        for name, side in sides.items():
            clock, processor = time.perf_counter(), time.process_time()
            side()
            spent = time.perf_counter() - clock, time.process_time() - processor
            if round_:  # the first is imports and caches
                taken[name].append(spent)
    print(f"{len(cars):,} cars, {len(COLUMNS)} columns, medians of {rounds} rounds")
    print(f"{'':26}{'clock [ms]':>12}{'processor [ms]':>16}")
    for name, spent in taken.items():
        clock, processor = (1000 * statistics.median(column) for column in zip(*spent, strict=True))
        print(f"{name:26}{clock:12.1f}{processor:16.1f}")
    told = answer_of(cars, COLUMNS, ours("mse"))
    least = LinearRegression().fit(z, t).score(z, t)
    print(f"R²: ours {told['r2']:.6f}, LinearRegression {least:.6f}")


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("cars", __doc__, PARTS)
    command.add_argument("--rounds", type=int, default=9)
    command.add_argument("--users", type=int, default=30)
    command.add_argument("--seconds", type=float, default=15)
    given = options.asked(command, PARTS, argv)
    if "train" in given.parts:
        measure_training(given.rounds)
    if "users" in given.parts:
        measure_users(given.users, given.seconds)


if __name__ == "__main__":
    main()
