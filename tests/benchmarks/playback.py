"""How many pictures a second the player shows, topic by topic.

    python -m tests.benchmarks.playback                   # three minutes
    python -m tests.benchmarks.playback loop rewards      # or some chapters

Starts the app on a free port of 127.0.0.1, opens every topic of the chapters in Chromium, and plays
its run once from the first step to the last. A run of fewer steps than the player shows in its
eight seconds at 60 a second is slower on purpose: what counts is that the browser draws at 60, and
how many of its pictures come late.
"""

from __future__ import annotations

import importlib
from contextlib import ExitStack

from tests.benchmarks import options
from tests.benchmarks.pages import chromium
from tests.benchmarks.servers import start
from trainers import report

CHAPTERS = ["loop", "overfit", "sequences", "rewards"]
TARGET = 59.0  # pictures a second, of a screen with 60
LATE = 25  # [ms]
PLAYBACK = """async (slug) => {
  const chart = document.querySelector(`#chapter-${slug} .live-chart`);
  const press = (name) => chart.querySelector(`[data-do=${name}]`).click();
  const count = Number(chart.querySelector('input[type=range]').max) + 1;
  if (count < 2) return null;
  press('first');
  press('play');
  const times = [];
  await new Promise((done) => {
    const frame = (now) => {
      times.push(now);
      const ended = chart.querySelector('[data-do=play]').textContent.includes('↺');
      if (ended && times.length > 10) done();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  return {
    count,
    rate: (1000 * gaps.length) / (times.at(-1) - times[0]),
    late: gaps.filter((gap) => gap > LATE).length / gaps.length,
  };
}""".replace("LATE", str(LATE))


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    given = options.asked(options.parser("playback", __doc__, CHAPTERS), CHAPTERS, argv)
    rows = []
    with ExitStack() as stack:
        url = start(["app.py"], stack)[1]
        page = chromium(stack).new_page(viewport={"width": 1280, "height": 800})
        for slug in given.parts:
            topics = importlib.import_module(f"demos.{slug}.knobs").KNOBS["topic"].options
            for topic in topics:
                page.goto(f"{url}?chapter={slug}&topic={topic}")
                page.locator(f"#chapter-{slug} .live-chart[data-step]").wait_for(timeout=120_000)
                page.wait_for_timeout(1500)
                played = page.evaluate(PLAYBACK, slug)
                if played is None:
                    continue
                met = "met" if played["rate"] >= TARGET else "MISSED"
                cells = f"{played['count']}", f"{played['rate']:.1f}", f"{100 * played['late']:.1f}"
                rows.append([slug, topic, *cells, met])
    head = ["chapter", "topic", "steps", "pictures a second", f"later than {LATE} ms [%]", "60"]
    print(report.table(head, rows), f"\n\n{report.machine()}")


if __name__ == "__main__":
    main()
