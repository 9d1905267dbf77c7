"""How fast the tire network answers on this machine; prints a Markdown table.

    python -m tests.benchmarks.tires

Medians of 25 runs after 3 to warm up, torch on at most two threads, photos already decoded. For the
time and accuracy of the trainer see `weights/tires/README.md`, written by the run that it states.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image

from models import hub
from models.tires import TireClassifier
from trainers import report

RUNS, WARM_UP, TARGET = 25, 3, 60  # [ms]


def median(work: Callable[[], object]) -> float:
    """Return the median time of a call [ms]."""
    times = []
    for run in range(RUNS + WARM_UP):
        start = time.perf_counter()
        work()
        if run >= WARM_UP:
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    torch.set_num_threads(min(2, torch.get_num_threads()))
    model = hub.load(TireClassifier)
    rng = np.random.default_rng(0)
    large = Image.fromarray(rng.integers(0, 256, (3000, 4000, 3), dtype=np.uint8))
    small = large.resize((400, 300))
    rows = []
    for name, call in {
        "predict": model.predict,
        "tire_likeness": model.tire_likeness,
        "heat_map": model.heat_map,
        "quality": model.quality,
        "examine (all of these)": model.examine,
    }.items():
        times = [median(lambda photo=photo, call=call: call(photo)) for photo in (small, large)]
        rows.append([name, *(f"{t:.1f}" for t in times)])
        if name == "predict":
            met = "met" if max(times) <= TARGET else "MISSED"
    print(report.table(["call", "400×300 [ms]", "12 megapixels [ms]"], rows))
    print(f"\nTarget of predict, {TARGET} ms: {met}. {report.machine()}")


if __name__ == "__main__":
    main()
