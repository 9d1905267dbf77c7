"""How long the chapter on sequences takes, and whether a class can press at once.

    python -m tests.benchmarks.sequences                  # everything
    python -m tests.benchmarks.sequences plain            # or topics, students
    python -m tests.benchmarks.sequences students --topic remember

The LSTM of "Remember", trained by the tab's loop, beside the plain loop of PyTorch that its script
shows, in turns; medians, one thread; and all that the tab does: some forty times it also asks the
network of 256 test sequences and watches it read one. Then every topic as it comes, and thirty
students who press within five seconds, each with a seed of their own, in the topic that takes
longest, or in `--topic`, while one reads another page and moves a slider there.
"""

from __future__ import annotations

import statistics

import torch
from torch import nn

from demos.sequences import lesson
from demos.sequences.knobs import KNOBS
from demos.sequences.rows import picture
from tests.benchmarks import crowd, options, topics
from tests.benchmarks.topics import timed

PARTS = ["plain", "topics", "students"]
RUNS, UPDATES, STEPS = 7, 150, 30
RATIO = 1.25  # so many times as long as the plain loop at most
TARGET = 3.0  # [s] for a usual run
DEAREST = "back"  # the topic that takes longest


def plain(seed: int) -> None:
    """Train an LSTM as everyone would."""
    torch.manual_seed(seed)
    memory, head = nn.LSTM(8, 16, batch_first=True), nn.Linear(16, 4)
    parameters = [*memory.parameters(), *head.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=0.02)
    chance = torch.Generator().manual_seed(seed)
    for _update in range(UPDATES):
        x, y = lesson.draw("first", lesson.BATCH, STEPS, chance)
        said = head(memory(x)[0])
        loss = nn.functional.cross_entropy(said[:, -1], y[:, -1])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()


def ours(seed: int) -> None:
    """Train the same by the tab's loop."""
    net = lesson.network("lstm", 8, 16, 4, seed=seed)
    list(lesson.fit(net, "first", STEPS, "end", UPDATES, 0.02, seed))


def watched(seed: int) -> None:
    """Train the same as the tab does, which watches it learn."""
    lesson.train(seed=seed)


def measure_plain() -> None:
    """Print how long the tab's training takes, beside the plain loop."""
    torch.set_num_threads(1)
    ways = (plain, ours, watched)
    for way in ways:
        way(99)
    runs = [[timed(way, run) for way in ways] for run in range(1, RUNS + 1)]
    other, one, all_of_it = (1000 * statistics.median(times) for times in zip(*runs, strict=True))
    met = "met" if one / other <= RATIO else "MISSED"
    print(f"LSTM, {UPDATES} updates: plain {other:.0f} ms, the tab's loop {one:.0f} ms,")
    print(f"{one / other:.2f}× (target {RATIO}×: {met}); watched as in the tab {all_of_it:.0f} ms,")
    print(f"{all_of_it / other:.2f}×\n")


def measure_topics() -> None:
    """Print how long every topic takes, and how much is sent."""
    torch.set_num_threads(1)
    print(topics.table(KNOBS, picture, TARGET))


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("sequences", __doc__, PARTS)
    options.students(command, KNOBS, DEAREST)
    given = options.asked(command, PARTS, argv)
    if "plain" in given.parts:
        measure_plain()
    if "topics" in given.parts:
        measure_topics()
    if "students" in given.parts:
        print(crowd.press(KNOBS, "sequences-chart", given.topic, given.students))


if __name__ == "__main__":
    main()
