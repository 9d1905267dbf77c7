"""The playground's engine beside scalar JavaScript and a plain torch.optim loop, in one run.

    python -m tests.benchmarks.playground             # about a minute
    python -m tests.benchmarks.playground --rounds 7

The work is the TensorFlow Playground's default: 250 training points, 2-4-2-1 tanh, batches of 10,
rate 0.03. What is compared takes turns, one core each, so that a noisy machine slows all; medians
of the rounds are shown. Speeds count processor time, not the clock, or whatever else runs here
would be measured too. Nothing fails when a target is missed: it is said in the table. Needs Node.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

from demos.playground import data as points
from demos.playground import engine
from demos.playground.memory import Layout, initial_weights
from demos.playground.settings import check_data, check_settings
from demos.playground.training import Training

SCALAR = Path(__file__).with_name("playground_scalar.js")
STACKED = 64
DATA = points.make("circle")
SETTINGS = check_settings()


def javascript(epochs: int) -> tuple[float, float]:
    """Epochs per second, and the loss at the end, of plain JavaScript in Node."""
    with torch.inference_mode():
        layout = Layout(SETTINGS.sizes, False, 1)
        layout.load(initial_weights(SETTINGS))
        weights = [layer[0].tolist() for layer in layout.w(layout.weights)]
    work = {
        "points": [[p["x"], p["y"], p["label"]] for p in DATA["points"] if p["split"] == "train"],
        "sizes": SETTINGS.sizes,
        "weights": weights,
        "batch": SETTINGS.batch_size,
        "rate": SETTINGS.learning_rate,
        "epochs": epochs,
    }
    done = subprocess.run(
        ["node", str(SCALAR)], input=json.dumps(work), capture_output=True, text=True, check=True
    )
    answer = json.loads(done.stdout)
    return epochs / answer["cpu"], answer["loss"]


def plain_loop(epochs: int) -> tuple[float, float]:
    """Epochs per second, and the loss at the end, of nn.Sequential and torch.optim.SGD."""
    train = [p for p in DATA["points"] if p["split"] == "train"]
    x = torch.tensor([[p["x"], p["y"]] for p in train])
    y = torch.tensor([[float(p["label"])] for p in train])
    nn = torch.nn
    network = nn.Sequential(
        nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2), nn.Tanh(), nn.Linear(2, 1)
    )  # fmt: skip
    optimizer = torch.optim.SGD(network.parameters(), lr=SETTINGS.learning_rate)
    loss_of = nn.BCEWithLogitsLoss()
    started = time.process_time()
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(SETTINGS.batch_size):
            optimizer.zero_grad()
            loss_of(network(x[batch]), y[batch]).backward()
            optimizer.step()
    seconds = time.process_time() - started
    return epochs / seconds, loss_of(network(x), y).item()


def fused(epochs: int, networks: int) -> tuple[float, float]:
    """Network-epochs per second of the engine's training, without history, and the sum of weights.

    A run includes laying out its memory.
    """
    settings = [SETTINGS] * networks
    checked = check_data(DATA)
    with torch.inference_mode():
        started = time.process_time()
        layout = Layout(SETTINGS.sizes, False, networks)
        for index in range(networks):
            layout.load(initial_weights(SETTINGS), index)
        training = Training(layout, settings, checked, 0)
        training.run([0, epochs], torch.empty(2, *layout.weights.shape), [])
        seconds = time.process_time() - started
    return networks * epochs / seconds, layout.weights.sum().item()


def answer() -> tuple[float, float, float]:
    """A default request: processor seconds, characters of JSON, loss at the end."""
    started = time.process_time()
    history = engine.train(points.make("circle"))
    text = json.dumps(history)
    return time.process_time() - started, len(text), history["train_loss"][-1]


def crowd(users: int, workers: int) -> tuple[float, float]:
    """Seconds by the clock, and processor seconds each, until every user has a default answer."""
    started, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda seed: engine.train(DATA, seed=seed), range(users)))
    return time.perf_counter() - started, (time.process_time() - used) / users


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each takes its turn")
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    fused(5, 1), fused(5, STACKED), plain_loop(2), answer()  # warm up
    speeds: dict[str, list[float]] = {}
    losses = {}
    answers = []
    for _ in range(rounds):
        for name, measure in [
            ("JavaScript, one network", lambda: javascript(2000)),
            ("torch.optim.SGD loop, one network", lambda: plain_loop(20)),
            ("playground, one network", lambda: fused(500, 1)),
            (f"playground, {STACKED} networks stacked", lambda: fused(500, STACKED)),
        ]:
            speed, losses[name] = measure()
            speeds.setdefault(name, []).append(speed)
        answers.append(answer())
    median = {name: statistics.median(values) for name, values in speeds.items()}
    script, loop, one, stacked = median.values()
    print(f"{'network-epochs per second of one core':40} {'median':>8} {'least':>8} {'most':>8}")
    for name, values in speeds.items():
        print(f"{name:40} {median[name]:8,.0f} {min(values):8,.0f} {max(values):8,.0f}")
    print()
    for what, ratio, target in [
        ("one network / torch.optim loop", one / loop, 12),
        ("one network / JavaScript", one / script, 1),
        (f"{STACKED} stacked / JavaScript", stacked / script, 3),
    ]:
        verdict = "reached" if ratio >= target else "MISSED"
        print(f"{what:40} {ratio:8.1f}   target {target}: {verdict}")
    print()
    seconds, size, loss = (statistics.median(column) for column in zip(*answers, strict=True))
    print(f"default request, 500 epochs with history: {seconds:.2f} s of one core, {size:,.0f}")
    print(f"characters of JSON, loss {loss:.4f} (JavaScript after 2,200 epochs: "
          f"{losses['JavaScript, one network']:.4f})")  # fmt: skip
    wall, each = crowd(30, 2)
    print(f"30 users at once, 2 workers: {wall:.1f} s by the clock, {each:.2f} s of one core each")


if __name__ == "__main__":
    main()
