"""How fast a photo of a tire is judged: by the model, by one visitor's page, by many visitors.

    python -m tests.benchmarks.tires                 # all of it, about three minutes
    python -m tests.benchmarks.tires model           # the model's calls on their own
    python -m tests.benchmarks.tires upload users

* model: medians of 25 calls after 3 to warm up, torch on at most two threads, photos decoded.
* upload: from the moment a photo of 12 megapixels is chosen until its verdict is on the screen, in
  Chromium, in turns with an app of stock parts (gr.Image → gr.Label on torchvision's resnet50 with
  random weights); a new page each time, medians. Then the same on slow 4G, with two repetitions.
* users: answers a second while many send photos without a break, beside the same model in a loop in
  one thread of a process of its own, without Gradio: `examine`, all that an answer needs (verdict,
  heat map, gate, notes) on a photo decoded before.

For the time and accuracy of the trainer see `weights/tires/README.md`.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser

from demos.tires.examples import drawn_tire, jpeg_url
from tests.benchmarks import crowd, options
from tests.benchmarks.__main__ import Row, in_turns, load, show
from tests.benchmarks.pages import HELPERS, chromium
from tests.benchmarks.servers import ROOT, start
from tests.benchmarks.visits import SLOW_4G

RUNS, WARM_UP, TARGET = 25, 3, 60  # [ms]
PARTS = ["model", "upload", "users"]
BARE = """
import json, sys, time
import torch
torch.set_num_threads(1)
from demos.tires.examples import drawn_tire
from models import hub
from models.tires import TireClassifier
model, photo = hub.load(TireClassifier), drawn_tire(512)
def rate(function, seconds=5):
    for _ in range(3):
        function(photo)
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        function(photo)
        count += 1
    return count / (time.perf_counter() - began)
print(json.dumps(rate(model.examine)))
"""
# From the choice of a file to the last change of the answer.
CHOSEN = """(answer) => {
  const seen = bench.seen = bench.watch(answer);
  addEventListener('change', () => { seen.chosen ??= performance.now(); seen.last = 0; }, true);
}"""
JUDGED = """async (pause) => {
  await bench.after(() => bench.seen.last && performance.now() - bench.seen.last > pause);
  return bench.seen.last - bench.seen.chosen;
}"""


@dataclass
class Page:
    """One of the two apps, as far as photos are concerned."""

    name: str
    command: list[str]
    path: str
    field: str  # takes the file
    answer: str  # what changes
    url: str = ""


OURS = Page(
    "ours",
    ["app.py"],
    "?chapter=tires",
    "#tire-photo [data-for=choose]",
    "#chapter-tires .verdict",
)
STOCK = Page(
    "stock",
    [str(Path(__file__).parent / "stock_tires.py")],
    "",
    "#photo input[type=file]",
    "#answer",
)


def median(work: Callable[[], object]) -> float:
    """Return the median time of a call [ms]."""
    times = []
    for run in range(RUNS + WARM_UP):
        start_time = time.perf_counter()
        work()
        if run >= WARM_UP:
            times.append(1000 * (time.perf_counter() - start_time))
    return statistics.median(times)


def measure_model() -> None:
    """Print how long the calls of the model take."""
    import torch

    from models import hub
    from models.tires import TireClassifier
    from trainers import report

    torch.set_num_threads(min(2, torch.get_num_threads()))
    model = hub.load(TireClassifier)
    large = phone_photo(0)
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
    print(f"\nTarget of predict, {TARGET} ms: {met}. {report.machine()}\n")


def phone_photo(seed: int) -> Image.Image:
    """Return 12 megapixels with the grain of a phone's camera: 4 MB as JPEG."""
    rng = np.random.default_rng(seed)
    pixels = np.full((3000, 4000, 3), 228, np.float32)
    pixels[:, 500:3500] = np.asarray(drawn_tire(seed=seed).resize((3000, 3000), Image.BICUBIC))
    grain = rng.normal(0, 6, (3000, 4000, 1))
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))


def measure_upload(
    browser: Browser, pages: list[Page], repetitions: int, wire: dict | None = None
) -> list[Row]:
    """Time from the choice of a photo to its verdict on the screen.

    Args:
        browser: Chromium.
        pages: ours and the one that it is compared with.
        repetitions: of each.
        wire: what the photo goes through, see "Network.emulateNetworkConditions" of Chromium.
    """
    pause = 12_000 if wire else 1500  # [ms] without a change: the answer stands
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        phone_photo(0).save(path, quality=92)
        print(f"  the photo: 12 megapixels, {path.stat().st_size / 1e6:.1f} MB")

        def take(page: Page) -> tuple[float]:
            with ExitStack() as stack:
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                stack.callback(context.close)
                context.set_default_timeout(120_000)
                tab = context.new_page()
                tab.add_init_script(HELPERS)
                tab.goto(page.url + page.path)
                tab.wait_for_selector(page.field, state="attached")
                tab.wait_for_timeout(3000)
                if wire:
                    session = context.new_cdp_session(tab)
                    session.send("Network.enable")
                    session.send("Network.emulateNetworkConditions", wire)
                tab.evaluate(CHOSEN, page.answer)
                tab.set_input_files(page.field, path)
                return (tab.evaluate(JUDGED, pause),)

        (medians,) = in_turns(pages, repetitions, take)
    name = f"photo chosen → verdict{', slow 4G' if wire else ''}"
    return [Row(name, *medians, "ms", 1 / 3)]


def measure_users(url: str, users: int, seconds: float) -> list[Row]:
    """Let many users send photos at once, and compare with the model in a loop."""
    command = [sys.executable, "-c", BARE]
    alone = json.loads(subprocess.check_output(command, cwd=ROOT, text=True, timeout=300))
    photos = [[[jpeg_url(drawn_tire(512, seed=n), 90)]] for n in range(4)]
    requests = [photos[user % len(photos)] for user in range(users)]
    p95, rate = crowd.together(url, "tire-photo", requests, b'\\"bars\\"', seconds)
    return [
        Row(f"{users} users: p95 of a verdict", p95, None, "ms"),
        Row(f"{users} users: verdicts", rate, alone, "/s", None, "examine in a loop"),
    ]


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    command = options.parser("tires", __doc__, PARTS)
    command.add_argument("--repetitions", type=int, default=7, help="of each side (default: 7)")
    command.add_argument("--users", type=int, default=30, help="at once (default: 30)")
    command.add_argument("--seconds", type=float, default=15, help="for which they send")
    given = options.asked(command, PARTS, argv)
    print(f"{load()} before", flush=True)
    if "model" in given.parts:
        measure_model()
    with ExitStack() as stack:
        if "upload" in given.parts:
            for page in (OURS, STOCK):
                page.url = start(page.command, stack)[1]
            browser, repetitions = chromium(stack), given.repetitions
            rows = measure_upload(browser, [OURS, STOCK], repetitions)
            rows += measure_upload(browser, [OURS, STOCK], min(2, repetitions), SLOW_4G)
            show(rows)
        if "users" in given.parts:
            OURS.url = OURS.url or start(OURS.command, stack)[1]
            show(measure_users(OURS.url, given.users, given.seconds))
    print(f"{load()} after")


if __name__ == "__main__":
    main()
