"""The training of the used cars beside scikit-learn, on the same rows, in one run.

    python -m tests.benchmarks.cars
    python -m tests.benchmarks.cars --rounds 30

What is compared takes turns, so that a noisy machine slows all; medians of the rounds are shown, in
milliseconds of processor time and of the clock. scikit-learn's solvers give the last weights, ours
every step on the way, which the page plays. Nothing fails when a target is missed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from sklearn.linear_model import HuberRegressor, LinearRegression, QuantileRegressor, SGDRegressor

from demos.cars.data import chosen
from demos.cars.lesson import answer_of, inputs, normalised, train
from demos.cars.rows.answer import RATE, STEPS

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


def main(argv: list[str] | None = None) -> None:
    """Measure in turns and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cars", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--rounds", type=int, default=9)
    args = parser.parse_args(argv)
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
    for round_ in range(args.rounds + 1):
        for name, side in sides.items():
            clock, processor = time.perf_counter(), time.process_time()
            side()
            spent = time.perf_counter() - clock, time.process_time() - processor
            if round_:  # the first is imports and caches
                taken[name].append(spent)
    print(f"{len(cars):,} cars, {len(COLUMNS)} columns, medians of {args.rounds} rounds")
    print(f"{'':26}{'clock [ms]':>12}{'processor [ms]':>16}")
    for name, spent in taken.items():
        clock, processor = (1000 * statistics.median(column) for column in zip(*spent, strict=True))
        print(f"{name:26}{clock:12.1f}{processor:16.1f}")
    told = answer_of(cars, COLUMNS, ours("mse"))
    least = LinearRegression().fit(z, t).score(z, t)
    print(f"R²: ours {told['r2']:.6f}, LinearRegression {least:.6f}")


if __name__ == "__main__":
    main()
