"""How fast k-means and PCA are beside scikit-learn, and whether thirty students are all served.

    python -m tests.benchmarks.rewards             # a minute
    python -m tests.benchmarks.rewards kmeans      # or pca, topics, students

k-means from the same starts as scikit-learn, which must come to the same optimum; PCA of the digits
likewise; in turns, medians, one thread. Every topic as it comes. Then thirty students press within
five seconds, each with a chance of their own, in the topic that takes longest, or in `--topic`,
while one reads another page and moves a slider there.
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_limits

from demos.rewards import axes, groups
from demos.rewards.knobs import KNOBS
from demos.rewards.points import drawn
from demos.rewards.rows import picture
from tests.benchmarks import crowd, options, topics
from trainers import report

PARTS = ["kmeans", "pca", "topics", "students"]
RUNS = 9
TARGET = 1.0  # [s] for a usual run
DEAREST = "digits"  # the topic that takes longest


def timed(work: Callable) -> tuple[float, object]:
    """Return how long a call takes [s], and what it returns."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def side_by_side(ours: Callable, theirs: Callable) -> tuple[float, float, object, object]:
    """Return the medians of both, in turns [ms], and what both return."""
    ours(), theirs()
    pairs = [(timed(ours), timed(theirs)) for _run in range(RUNS)]
    one, other = (1000 * statistics.median(pair[i][0] for pair in pairs) for i in (0, 1))
    return one, other, pairs[-1][0][1], pairs[-1][1][1]


def measure_kmeans() -> None:
    """Print how long k-means takes from 20 starts, and how near both come to each other."""
    rows = []
    for shape, n, k in (("groups", 60, 3), ("none", 80, 6), ("none", 20_000, 6)):
        x = drawn(shape, n, 1)[0]
        first = groups.starts(x, k, "random", 1, 20)

        def theirs(x=x, first=first, k=k) -> float:
            each = (KMeans(k, init=one.numpy(), n_init=1, tol=0).fit(x.numpy()) for one in first)
            return min(one.inertia_ for one in each)

        ours = functools.partial(groups.lloyd, x, first)
        took, other, found, least = side_by_side(ours, theirs)
        best = found[2].min().item()  # type: ignore[index]
        same = "same" if np.isclose(best, least, rtol=1e-9) else "OTHER"
        cells = f"{took:.1f}", f"{other:.1f}", f"{other / took:.2f}×", f"{best:.6f}", same
        rows.append([f"{n} points, k = {k}", *cells])
    head = ["k-means, 20 starts", "here [ms]", "scikit-learn [ms]", "ratio", "least", "optimum"]
    print(report.table(head, rows), "\n")


def measure_pca() -> None:
    """Print how long PCA takes, and how near the variances are."""
    rows = []
    for name, x in (("150 petals", axes.measured("petals")), ("1,797 digits", axes.digits()[0])):
        x = x.double()
        ours = functools.partial(axes.pca, x)
        theirs = functools.partial(PCA(svd_solver="full").fit, x.numpy())
        took, other, found, fitted = side_by_side(ours, theirs)
        near = np.abs(found[2].numpy() - fitted.explained_variance_).max()  # type: ignore
        same = "same" if near < 1e-10 else "OTHER"
        rows.append([name, f"{took:.2f}", f"{other:.2f}", f"{other / took:.2f}×", same])
    head = ["PCA", "here [ms]", "scikit-learn [ms]", "ratio", "variances"]
    print(report.table(head, rows), "\n")


def measure_topics() -> None:
    """Print how long each topic takes, and what is sent."""
    print(topics.table(KNOBS, picture, TARGET, ("seed", "begin")))


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("rewards", __doc__, PARTS)
    options.students(command, KNOBS, DEAREST)
    given = options.asked(command, PARTS, argv)
    torch.set_num_threads(1)
    with threadpool_limits(1):
        for name, measure in (
            ("kmeans", measure_kmeans),
            ("pca", measure_pca),
            ("topics", measure_topics),
        ):
            if name in given.parts:
                measure()
    if "students" in given.parts:
        print(crowd.press(KNOBS, "rewards-chart", given.topic, given.students))


if __name__ == "__main__":
    main()
