"""How fast a message is answered: by the model, on one visitor's page, for thirty who type.

    python -m tests.benchmarks.spam                                   # about three minutes
    python -m tests.benchmarks.spam embeddings --source data/all-MiniLM-L6-v2

* model: medians of 25 calls of the endpoints' functions, for a message of 114 and one of 2,000
  characters.
* train: a training as the tab's, with the defaults and with the largest settings: 7,000 words,
  TF-IDF, 100 epochs; medians over seeds, since the same training is computed once only.
* typing: from a key to the answer on the screen, in Chromium, medians over a message that is typed.
* users: thirty type at once, ten with each kind of numbers, a key every 0.15 s each unless the last
  answer is still awaited, as the page does; the time of an answer as its 95th percentile.
* embeddings: a second, of the course's messages, beside sentence-transformers with the original
  (`--source`, and `pip install sentence-transformers`), in turns.
"""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from models.messages import EXAMPLES
from tests.benchmarks import options
from tests.benchmarks.__main__ import Row, load, show
from tests.benchmarks.crowd import times_of
from tests.benchmarks.pages import HELPERS, chromium
from tests.benchmarks.servers import start
from tests.benchmarks.tires import median

PARTS = ["model", "train", "typing", "users", "embeddings"]
MESSAGE = EXAMPLES[0].en
LONG = (" ".join(one.en for one in EXAMPLES))[:2000]
TARGETS = {"counts": 60, "tfidf": 60, "embedding": 150}  # [ms]
TRAINING = 1_000  # [ms]
SEEDS = 5
KEY = 0.15  # [s] between two keys
TYPE = """async ([text, kind]) => {
  const field = document.querySelector('.spam-write textarea');
  const board = document.querySelector('#chapter-spam .spam');
  const times = [];
  for (let i = 1; i <= text.length; i += 1) {
    field.value = text.slice(0, i);
    const began = performance.now();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await bench.after(() => board.dataset.pending === 'false');
    times.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 30));
  }
  return times;
}"""


def measure_model() -> None:
    """Print how long the endpoints' functions take."""
    from demos.spam import answers
    from trainers import report

    calls: dict[str, Callable[[str], object]] = {
        "spam_compare (all three, map, neighbours)": answers.spam_compare,
        "spam_predict, counts": lambda text: answers.spam_predict(text, "counts"),
        "spam_predict, TF-IDF": lambda text: answers.spam_predict(text, "tfidf"),
        "spam_predict, embedding": lambda text: answers.spam_predict(
            text, "embedding", explain=False
        ),
        "… and what each word is worth": lambda text: answers.spam_predict(text, "embedding"),
        "spam_inside": answers.spam_inside,
        "spam_batch of 500": lambda text: answers.spam_batch([text[:110]] * 500),
    }
    rows = []
    for name, call in calls.items():
        times = [median(lambda text=text, call=call: call(text)) for text in (MESSAGE, LONG)]
        rows.append([name, *(f"{t:.1f}" for t in times)])
    print(report.table(["call", "114 characters [ms]", "2,000 [ms]"], rows))
    print(f"\n{report.machine()}\n")


def measure_training() -> list[Row]:
    """Time trainings of one's own; what only the first waits for is not counted."""
    from demos.spam.lesson import spam_train

    largest = {"numbers": "tfidf", "words": 7000, "steps": 100}
    rows = []
    for name, chosen in (("defaults", {}), ("7,000 words, TF-IDF, 100 epochs", largest)):
        times = []
        for seed in range(SEEDS + 1):
            began = time.perf_counter()
            found = spam_train(**chosen, seed=seed)
            times.append(1000 * (time.perf_counter() - began))
            if found[-1]["series"] != "test":
                raise RuntimeError("a training was cut")
        now = statistics.median(times[1:])
        met = "met" if now <= TRAINING else "MISSED"
        rows.append(Row(f"training, {name} (target {TRAINING} ms: {met})", now, None, "ms"))
    return rows


def measure_typing(url: str) -> list[Row]:
    """Time from a key to the answer on the screen."""
    rows = []
    with ExitStack() as stack:
        browser = chromium(stack)
        for kind, target in TARGETS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(HELPERS)
            page.goto(f"{url}?chapter=spam&features={kind}")
            page.wait_for_selector("#chapter-spam .spam[data-pending=false]")
            page.wait_for_timeout(2000)
            times = page.evaluate(TYPE, [MESSAGE[:80], kind])
            met = "met" if statistics.median(times) <= target else "MISSED"
            name = f"key → answer, {kind} (target {target} ms: {met})"
            rows.append(Row(name, statistics.median(times), None, "ms"))
            rows.append(Row("  95th percentile", statistics.quantiles(times, n=20)[-1], None, "ms"))
            page.close()
    return rows


class Typist(threading.Thread):
    """One who types; asks what the page asks, one question at a time, the newest text."""

    def __init__(self, number: int, port: int, seconds: float):
        super().__init__(daemon=True)
        self.text = EXAMPLES[number % len(EXAMPLES)].en
        self.kind = list(TARGETS)[number % len(TARGETS)]
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.session, self.seconds = f"typist{number}", seconds
        self.times: list[float] = []
        self.failure = ""

    def run(self) -> None:
        """Type the message over and over."""
        began = time.perf_counter()
        try:
            while (now := time.perf_counter()) - began < self.seconds:
                typed = int((now - began) / KEY) % len(self.text) + 1
                self.ask("spam_compare", [self.text[:typed], 0.5, []])
                self.ask("spam_predict", [self.text[:typed], self.kind, [], False])
                self.times.append(time.perf_counter() - now)
                time.sleep(max(0.0, KEY - self.times[-1]))
        except Exception as error:
            self.failure = repr(error)

    def ask(self, name: str, data: list) -> None:
        """Send a question, and check that it was answered."""
        body = json.dumps({"data": data, "session_hash": self.session})
        headers = {"Content-Type": "application/json"}
        self.connection.request("POST", f"/gradio_api/run/{name}", body, headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status} {text[:200]!r}")


def measure_users(url: str, users: int, seconds: float) -> list[Row]:
    """Let many type at once."""
    port = int(url.rsplit(":", 1)[1].strip("/"))
    Typist(0, port, 2).run()  # what only the first waits for
    crowd = [Typist(number, port, seconds) for number in range(users)]
    times = times_of(crowd, "a question was not answered")
    p95 = statistics.quantiles(times, n=20)[-1]
    met = "met" if p95 < 500 else "MISSED"
    return [
        Row(f"{users} typists: p95 of an answer (target 500 ms: {met})", p95, None, "ms"),
        Row(f"{users} typists: median", statistics.median(times), None, "ms"),
        Row(f"{users} typists: answers", len(times) / seconds, None, "/s"),
    ]


def measure_embeddings(source: str | None) -> list[Row]:
    """Count embeddings a second, in turns with the original."""
    import torch

    from models import hub
    from models.embedder import Embedder

    texts = [getattr(one, language) for one in EXAMPLES for language in ("en", "de")] * 5
    network = hub.load(Embedder)

    def ours() -> None:
        with torch.inference_mode():
            network.embed(texts)

    sides: dict[str, Callable[[], object]] = {"ours": ours}
    if source:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            print("  without sentence-transformers there is nothing to compare with")
        else:
            original = SentenceTransformer(source, device="cpu")
            sides["original"] = lambda: original.encode(texts, show_progress_bar=False)
    times: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(8):
        for name, work in sides.items():
            began = time.perf_counter()
            work()
            if turn:
                times[name].append(time.perf_counter() - began)
    rates = {name: len(texts) / statistics.median(some) for name, some in times.items()}
    versus = "sentence-transformers, original"
    return [Row("embeddings", rates["ours"], rates.get("original"), "/s", None, versus)]


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("spam", __doc__, PARTS)
    command.add_argument("--source", help="folder of all-MiniLM-L6-v2")
    command.add_argument("--users", type=int, default=30, help="at once (default: 30)")
    command.add_argument("--seconds", type=float, default=15, help="for which they type")
    given = options.asked(command, PARTS, argv)
    print(f"{load()} before", flush=True)
    if "model" in given.parts:
        measure_model()
    if "train" in given.parts:
        show(measure_training())
    with ExitStack() as stack:
        if {"typing", "users"} & set(given.parts):
            url = start(["app.py"], stack)[1]
            if "typing" in given.parts:
                show(measure_typing(url))
            if "users" in given.parts:
                show(measure_users(url, given.users, given.seconds))
    if "embeddings" in given.parts:
        show(measure_embeddings(given.source))
    print(f"{load()} after")


if __name__ == "__main__":
    main()
