"""Waiting for what a page does, instead of for some time."""

from __future__ import annotations

from playwright.sync_api import Page

# Counts what is asked of the server and not answered yet.
COUNT = """() => {
  if (window.flying !== undefined) return false;
  window.flying = 0;
  const ask = window.fetch;
  window.fetch = (...request) => {
    window.flying += 1;
    return ask(...request).finally(() => { window.flying -= 1; });
  };
  return true;
}"""
STILL = """async (selector) => {
  const root = document.querySelector(selector);
  let changed = performance.now();
  const observer = new MutationObserver(() => { changed = performance.now(); });
  observer.observe(root, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  const busy = () => window.flying > 0 || [...root.querySelectorAll('[aria-busy=true]')]
    .some((one) => one.checkVisibility());
  const late = changed + 20_000;
  while (busy() || performance.now() - changed < 100) {
    if (performance.now() > late) throw new Error(`${selector} is never still`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  observer.disconnect();
}"""


def still(page: Page, selector: str = "body") -> None:
    """Wait until nothing is asked of the server, and nothing below an element changes any more."""
    if page.evaluate(COUNT):
        page.wait_for_load_state("networkidle")
    page.evaluate(STILL, selector)
