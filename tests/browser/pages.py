"""What several tests ask of a page: that it is still, without faults, not wider than its window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from playwright.sync_api import Page

from demos.frame.server import files

WIDE = {"width": 1280, "height": 800}
# Settings with which trainings say what longer ones say.
SHORT = {
    "sequences": "&updates=10&hidden=4",
    "loop": "&epochs=2",
    "overfit": "&epochs=50",
    "rewards": "&epochs=2",
}
# Chapters on one page: with each of them, Gradio takes longer for whatever is answered.
MOST_CHAPTERS = 6
# Counts what is asked of the server and not answered yet. The tabs of all tests do from the start.
COUNT = """() => {
  if (window.flying !== undefined) return false;
  window.flying = 0;
  // What waits in the queue, or is computed there: the page tells its chapters.
  document.addEventListener('course:waits', ({ detail }) => {
    window.computing = detail !== null;
  }, true);
  const ask = window.fetch;
  window.fetch = (...request) => {
    window.flying += 1;
    return ask(...request).finally(() => { window.flying -= 1; });
  };
  return true;
}"""
STILL = """async (selector) => {
  const late = performance.now() + 40_000;
  const inTime = () => new Promise((resolve, reject) => {
    if (performance.now() > late) {
      const { flying, computing } = window;
      reject(new Error(`${selector} is never there and still: ${JSON.stringify({
        there: Boolean(root), flying, computing, changed: Math.round(performance.now() - changed),
      })}`));
    }
    setTimeout(resolve, 20);
  });
  let changed = 0;
  let root = document.querySelector(selector);
  while (!root) {
    await inTime();
    root = document.querySelector(selector);
  }
  changed = performance.now();
  const observer = new MutationObserver(() => { changed = performance.now(); });
  observer.observe(root, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  const busy = () => window.flying > 0 || window.computing
    || [...root.querySelectorAll('[aria-busy=true]')].some((one) => one.checkVisibility());
  while (busy() || performance.now() - changed < 100) await inTime();
  observer.disconnect();
}"""

TOO_WIDE = """(width) => {
  scrollTo(600, scrollY);
  const wide = ['documentElement', 'body'].map((part) => document[part].scrollWidth);
  if (scrollX === 0 && Math.max(...wide) <= width) return [];
  return [`scrolls sideways: at ${width} px it has ${Math.max(...wide)}`];
}"""
CUT = """root => [...root.querySelectorAll('.live-panel svg text')]
  .filter((one) => one.checkVisibility({ opacityProperty: true }))
  .filter((one) => {
    const [text, panel] = [one, one.closest('.live-panel')].map((of) => of.getBoundingClientRect());
    return text.width > 0 && (text.right > panel.right + 1 || text.left < panel.left - 1);
  })
  .map((one) => `a text of a picture is cut off: ${one.textContent}`)"""
AXE = """async ([place, only]) => {
  // It would look through the chapters that were left, too: they are out of the page meanwhile.
  const left = [...document.querySelectorAll('.chapter')].filter((one) => !one.checkVisibility());
  const marks = left.map((one) => {
    const mark = document.createComment('');
    one.replaceWith(mark);
    return mark;
  });
  // Of WCAG 2.2, and off by default: what is pressed is large enough, or has room around it.
  const rules = { 'target-size': { enabled: true } };
  const how = { resultTypes: ['violations'], ...(only ? { runOnly: only } : { rules }) };
  const { violations } = await axe.run(place ?? document, how);
  marks.forEach((mark, i) => mark.replaceWith(left[i]));
  const counts = ({ id, impact }) => id === 'heading-order'
    || ['serious', 'critical'].includes(impact);
  return violations.filter(counts)
    .map((one) => one.id + ': ' + one.nodes.map((node) => node.target.join(' ')).join(', '));
}"""


def still(page: Page, selector: str = "body") -> None:
    """Wait until an element is there, nothing is asked, and nothing below it changes any more."""
    if page.evaluate(COUNT):
        page.wait_for_load_state("networkidle")
    page.evaluate(STILL, selector)


def go(page: Page, address: str) -> None:
    """Go to an address of a page that is there, as Back does."""
    page.evaluate(
        """address => {
          history.pushState(null, '', address);
          dispatchEvent(new PopStateEvent('popstate'));
        }""",
        address,
    )


def visit(page: Page, slug: str, more: str = "") -> None:
    """Open a chapter, as Back does; its trainings are short.

    Args:
        page: where it is loaded anew only if it holds many chapters already.
        slug: of the chapter.
        more: what else its address says if it is loaded anew.
    """
    address = f"?chapter={slug}{SHORT.get(slug, '')}"
    if page.evaluate("document.querySelectorAll('.chapter').length") >= MOST_CHAPTERS:
        page.goto(f"{page.url.partition('?')[0]}{address}{more}")
        return
    go(page, address)


def listen(page: Page, event: str, handler: Callable) -> None:
    """Let a handler hear what a page tells, such as its requests, until the test has ended.

    A tab is used by other tests afterwards, and whoever listened on would be told all of theirs.
    """
    page.on(event, handler)
    vars(page).setdefault("listened", []).append((event, handler))


def topic(page: Page, place: str, name: str) -> None:
    """Choose a topic of the chapter at a place, and wait until its picture stands."""
    page.locator(f"{place} .topics-place .option", has_text=name).click()
    still(page, place)


def scrub_to_end(page: Page, place: str) -> None:
    """Drag the player of the chapter at a place to its last step."""
    slider = page.locator(f"{place} .live-player input[type=range]")
    slider.fill(slider.get_attribute("max"))


def serious(page: Page, place: str | None = None, only: Sequence[str] = ()) -> list[str]:
    """Return what axe-core, which the page has loaded, finds serious or critical below an element.

    Headings that leave out a level count, too.

    Args:
        page: with the script of the fixture `axe`.
        place: selector of the element; None: the whole page.
        only: rules to keep to; none: all.
    """
    return page.evaluate(AXE, [place, list(only) or None])


def too_wide(page: Page) -> list[str]:
    """Return, in a sentence or none, whether a page is wider than its window."""
    return page.evaluate(TOO_WIDE, page.viewport_size["width"])


def impatient(page: Page, kind: str, milliseconds: int) -> None:
    """Let the page wait less long for answers that never come; see widgets/lib/unanswered.js."""
    page.evaluate(
        """async ([address, kind, most]) => {
          const { patience } = await import(address);
          if (!(kind in patience)) throw new Error(`nobody waits for the answer to a ${kind}`);
          patience[kind] = most;
        }""",
        [f"/{files.address('widgets/lib/unanswered.js')}", kind, milliseconds],
    )
