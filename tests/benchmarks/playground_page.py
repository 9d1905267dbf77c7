"""The playground's page and server: playback, a default run, a weight by hand, a whole class.

    python -m tests.benchmarks.playground_page              # about a minute
    python -m tests.benchmarks.playground_page --users 60

Starts the app itself on a free port of 127.0.0.1. Nothing fails when a target is missed: the table
says so. Needs Chromium for the playback.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import statistics
import threading
import time
from contextlib import ExitStack

from tests.benchmarks.pages import chromium
from tests.benchmarks.servers import start

WITHIN = 5.0  # [s] in which all users press Train
CHAPTER = "?chapter=playground&data=spiral&optimizer=adam&learning_rate=0.01"
# Plays once from the first frame to the last and takes down when each frame was drawn.
PLAYBACK = """async () => {
  const board = document.querySelector('.playground');
  const press = (name) => board.querySelector(`[data-do=${name}]`).click();
  press('first');
  const [times, shown] = [[], new Set()];
  press('play');
  await new Promise((done) => {
    const frame = (now) => {
      times.push(now);
      shown.add(board.dataset.frame);
      if (board.querySelector('.pg-play').textContent.includes('Replay')) done();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  return {
    fps: (1000 * gaps.length) / (times.at(-1) - times[0]),
    slow: gaps.filter((gap) => gap > 25).length / gaps.length,
    shown: shown.size,
  };
}"""


def ask(port: int, name: str, data: list, session: str) -> tuple[float, str]:
    """Ask a queued endpoint as the page does; return the seconds, and the answer's event."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        body = json.dumps({"data": data, "session_hash": session})
        headers = {"Content-Type": "application/json"}
        connection.request("POST", f"/gradio_api/call/{name}", body, headers)
        event = json.loads(connection.getresponse().read())["event_id"]
        connection.request("GET", f"/gradio_api/call/{name}/{event}")
        text = connection.getresponse().read().decode()
    finally:
        connection.close()
    if "event: complete" not in text:
        raise RuntimeError(text[-300:])
    return time.perf_counter() - began, text


def at_once(port: int, name: str, data: list, session: str) -> float:
    """Ask an endpoint that bypasses the queue; return the seconds."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        body = json.dumps({"data": data, "session_hash": session})
        headers = {"Content-Type": "application/json"}
        connection.request("POST", f"/gradio_api/run/{name}", body, headers)
        response = connection.getresponse()
        response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise RuntimeError(f"{name}: {response.status}")
    return time.perf_counter() - began


def a_class(port: int, users: int) -> tuple[list[float], list[float], list[str]]:
    """Let users press Train within seconds, each with a seed of its own, while others use a tab.

    Returns:
        Seconds of each run, seconds of each answer in the other tab, and what failed.
    """
    chance = random.Random(0)
    runs: list[float] = []
    others: list[float] = []
    failures: list[str] = []
    done = threading.Event()

    def student(number: int, wait: float) -> None:
        time.sleep(wait)
        try:
            runs.append(ask(port, "playground_train", [{"seed": number}, None], f"s{number}")[0])
        except Exception as error:
            failures.append(repr(error))

    def elsewhere() -> None:
        at_once(port, "celsius_descend", [0.5, 0, 0.001, 100, "single pair", False], "other")
        while not done.wait(0.1):
            data = [0.5, 0, 0.001, 100, "single pair", False]
            others.append(at_once(port, "celsius_descend", data, "other"))

    watcher = threading.Thread(target=elsewhere)
    watcher.start()
    students = [
        threading.Thread(target=student, args=(n, chance.uniform(0, WITHIN))) for n in range(users)
    ]
    for one in students:
        one.start()
    for one in students:
        one.join()
    done.set()
    watcher.join()
    return runs, others, failures


def playback(url: str, hidden: str) -> dict:
    """Play a run of 400 frames in Chromium."""
    with ExitStack() as stack:
        page = chromium(stack).new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{url}{CHAPTER}&hidden={hidden}")
        page.wait_for_selector(".playground[data-frame]", timeout=60_000)
        page.wait_for_timeout(1500)
        return page.evaluate(PLAYBACK)


def say(what: str, value: float, unit: str, target: str = "", reached: bool = True) -> None:
    """Print a line of the table."""
    verdict = f"   target {target}: {'reached' if reached else 'MISSED'}" if target else ""
    print(f"{what:52} {value:9.3g} {unit:12}{verdict}")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=30, help="how many press Train")
    users = parser.parse_args().users
    with ExitStack() as stack:
        _, url, _ = start(["app.py"], stack)
        port = int(re.search(r":(\d+)/", url)[1])
        ask(port, "playground_train", [{}, None], "one")  # imports and compiles
        answers = [ask(port, "playground_train", [{}, None], "one") for _ in range(7)]
        seconds = statistics.median(taken for taken, _ in answers)
        text = answers[0][1]
        history = json.loads(text[text.index("data: ") + 6 :].strip())[0]
        say("default run, 500 epochs: press → whole answer", seconds, "s", "1", seconds <= 1)
        size = len(text.encode())
        say("its payload as sent", size / 1000, "kB", "600", size < 600_000)
        name = history["names"][0]
        data = [{}, history["final"], name, 1.0]
        by_hand = [at_once(port, "playground_set_weight", data, "one") for _ in range(20)]
        hand = 1000 * statistics.median(by_hand)
        say("a weight set by hand → new surface", hand, "ms", "50", hand <= 50)
        for hidden in ("4,2", "8,8,8", "16,16,16,16,16,16"):
            played = playback(url, hidden)
            what = f"playback, {played['shown']} frames, hidden layers {hidden}"
            say(what, played["fps"], "frames/s", "60", played["fps"] > 59)
            say("    frames later than 25 ms", 100 * played["slow"], "%")
        runs, others, failures = a_class(port, users)
        say(f"{users} press Train within 5 s: last answer after", max(runs), "s", "20",
            max(runs) <= 20)  # fmt: skip
        say("    median", statistics.median(runs), "s")
        say("    failed", len(failures), "", "0", not failures)
        say("    other tab meanwhile, slowest answer", max(others), "s", "0.5", max(others) <= 0.5)
        say("    other tab meanwhile, median", statistics.median(others), "s")


if __name__ == "__main__":
    main()
