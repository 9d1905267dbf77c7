"""The two apps in Chromium: where things are on their pages, and how long they take."""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@dataclass
class Side:
    """One of the two apps, and where to find things on its page."""

    name: str
    command: list[str]
    picture: str  # what is repainted
    rate: str  # the slider of the learning rate
    rates: Callable[[int], str]  # its position in the n-th repetition
    tabs: list[str]
    pad: str  # the canvas to draw on
    ready: str  # what is on the page when one can draw,
    empty: str  # or what no longer is
    tool: str  # what has to be clicked before
    answer: str
    view: str = ""  # the query that opens the first of the tabs
    url: str = ""
    process: subprocess.Popen | None = None


OURS = Side(
    name="ours",
    command=["app.py"],
    picture="#chapter-celsius .live-panels svg",
    rate="#chapter-celsius [data-knob=learning_rate] input[type=range]",
    rates=lambda n: str(math.log10((11 + n % 50) * 1e-5)),
    tabs=["celsius", "losses", "digits"],
    pad="#digit-pad canvas",
    ready="#digit-pad .sketch-pad[data-strokes]",
    empty="",
    tool="",
    answer="#chapter-digits .class-bars .bars-panels",
    view="?chapter=celsius",
)
STOCK = Side(
    name="stock",
    command=[str(Path(__file__).parent / "stock_app.py")],
    picture="#plot [data-testid=matplotlib]",
    rate="#rate input[type=range]",
    rates=lambda n: str((11 + n % 50) * 1e-5),
    tabs=["celsius", "digits"],
    pad="#pad canvas",
    ready="#pad canvas",
    empty="#pad .empty",  # "select the draw tool to start"
    tool="#pad button[aria-label=Brush]",
    answer="#answer .confidence-set",
)
TITLES = {"celsius": "°C → °F", "losses": "loss", "digits": "Sketch a digit"}

# Helpers on the page: `after` waits for a condition frame by frame; `watch` notes when the last
# frame was on screen in which something under the selector had changed.
HELPERS = """
window.bench = {
  frame: () => new Promise((done) => requestAnimationFrame(() => setTimeout(done))),
  async after(condition, patience = 60000) {
    const began = performance.now();
    while (!condition()) {
      if (performance.now() - began > patience) throw new Error('waited in vain: ' + condition);
      await bench.frame();
    }
  },
  watch(selector) {
    const seen = { last: 0 };
    const note = () => bench.frame().then(() => { seen.last = performance.now(); });
    const under = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(selector);
    const holds = (node) => node.nodeType === 1 && (under(node) || node.querySelector(selector));
    seen.observer = new MutationObserver((changes) => {
      if (changes.some((c) => under(c.target) || [...c.addedNodes].some(holds))) note();
    });
    seen.observer.observe(document.body,
      { subtree: true, childList: true, attributes: true, characterData: true });
    // A picture is on screen when it is decoded, not when its address is set.
    document.addEventListener('load', (e) => { if (under(e.target)) note(); }, true);
    return seen;
  },
};
"""
CHANGE = """async ([picture, slider, value]) => {
  const seen = bench.watch(picture);
  const input = document.querySelector(slider);
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, value);
  const began = performance.now();
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await bench.after(() => seen.last && performance.now() - seen.last > 700);
  seen.observer.disconnect();
  return seen.last - began;
}"""
OPEN = """async ([title, ready, empty, tool, canvas]) => {
  const tab = [...document.querySelectorAll('[role=tab]')].find((t) => t.innerText.includes(title));
  const began = performance.now();
  tab.click();
  const find = (selector) => document.querySelector(selector);
  if (tool) {
    await bench.after(() => find(tool)?.offsetParent);
    find(tool).click();
  }
  await bench.after(() => find(ready) && !(empty && find(empty)) && find(canvas)?.offsetParent
    && find(canvas).width > 0);
  return performance.now() - began;
}"""
LISTEN = """(answer) => {
  const seen = bench.seen = bench.watch(answer);
  addEventListener('pointerup', () => { seen.up = performance.now(); seen.last = 0; }, true);
}"""
ANSWERED = """async () => {
  await bench.after(() => bench.seen.last && performance.now() - bench.seen.last > 1500);
  return bench.seen.last - bench.seen.up;
}"""


def open_page(browser: Browser, side: Side, stack: ExitStack) -> Page:
    """Open an app like a new visitor, and let it come to rest."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    stack.callback(context.close)
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.add_init_script(HELPERS)
    page.goto(side.url + side.view)
    page.wait_for_selector(side.picture)
    page.wait_for_timeout(2500)
    return page


def change_rate(page: Page, side: Side, n: int) -> float:
    """Move the slider to its n-th position; return the milliseconds until the picture is new."""
    return page.evaluate(CHANGE, [side.picture, side.rate, side.rates(n)])


def open_tab(page: Page, slug: str) -> None:
    """Open a tab by hand."""
    page.get_by_role("tab", name=TITLES[slug]).click()


def open_pad(page: Page, side: Side) -> float:
    """Open the sketch tab; return the milliseconds until one can draw."""
    return page.evaluate(OPEN, [TITLES["digits"], side.ready, side.empty, side.tool, side.pad])


def stroke(page: Page, side: Side) -> float:
    """Draw a stroke; return the milliseconds from its end to its answer on the screen."""
    page.evaluate(LISTEN, side.answer)
    box = page.locator(side.pad).first.bounding_box()
    x, y, height = box["x"] + box["width"] / 2, box["y"], box["height"]
    page.mouse.move(x, y + 0.25 * height)
    page.mouse.down()
    for i in range(1, 25):
        page.mouse.move(x + 0.08 * height * math.sin(i / 4), y + (0.25 + 0.02 * i) * height)
        page.wait_for_timeout(20)
    page.mouse.move(x, y + 0.75 * height)
    page.mouse.up()
    return page.evaluate(ANSWERED)


def chromium(stack: ExitStack, flags: Sequence[str] = ()) -> Browser:
    """Start the system's Chromium, else Playwright's own."""
    found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome")))
    playwright = stack.enter_context(sync_playwright())
    browser = playwright.chromium.launch(executable_path=next(found, None), args=[*FLAGS, *flags])
    stack.callback(browser.close)
    return browser
