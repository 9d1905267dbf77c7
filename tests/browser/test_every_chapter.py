"""What holds of every chapter, in one walk through all of them for each kind of device.

A walk is a page that is loaded once; a new chapter costs it a second.
"""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from demos import CHAPTERS
from tests.browser.pages import WIDE, still, too_wide
from tests.conftest import npm

AXE = """async (place) => {
  // It would look through the chapters that were left, too: they are out of the page meanwhile.
  const left = [...document.querySelectorAll('.chapter')].filter((one) => !one.checkVisibility());
  const marks = left.map((one) => {
    const mark = document.createComment('');
    one.replaceWith(mark);
    return mark;
  });
  const { violations } = await axe.run(place ?? document, { resultTypes: ['violations'] });
  marks.forEach((mark, i) => mark.replaceWith(left[i]));
  return violations.filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => one.id + ': ' + one.nodes.map((node) => node.target.join(' ')).join(', '));
}"""
PHONES = [{"width": 390, "height": 844}, {"width": 360, "height": 640}]


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core."""
    return (npm("axe-core@4") / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def choose(page: Page, slug: str) -> None:
    # Not at a place: the strip of tabs may just be moving.
    page.locator(f".chapters > .tab-wrapper [role=tab][data-tab-id={slug}]").evaluate(
        "tab => tab.click()"
    )
    expect(page.locator(f"#chapter-{slug} .question h2")).to_be_visible()
    still(page, f"#chapter-{slug}")


# German words are longer. That the policy forbids nothing is seen to by `open_page`.
@pytest.mark.parametrize(
    ("locale", "dark", "touch", "phones"),
    [("en-US", False, False, PHONES), ("de-DE", True, True, PHONES[1:])],
    ids=["English, light", "German, dark, touched"],
)
def test_no_chapter_has_a_serious_fault_or_scrolls_sideways_on_a_phone(
    open_page, axe, locale, dark, touch, phones
):
    page = open_page("/", locale=locale, dark=dark, touch=touch, motion=False)
    page.evaluate(axe)
    found = []
    for chapter in CHAPTERS:
        choose(page, chapter.slug)
        # What is around the chapters is the same with all of them.
        place = f"#chapter-{chapter.slug}" if chapter != CHAPTERS[0] else None
        found += [f"{chapter.slug}: {fault}" for fault in page.evaluate(AXE, place)]
        for phone in phones:
            page.set_viewport_size(phone)
            still(page, f"#chapter-{chapter.slug}")
            found += [f"{chapter.slug}: {fault}" for fault in too_wide(page)]
        page.set_viewport_size(WIDE)
    ids = page.locator("[id]:not([id=''])").evaluate_all("all => all.map((one) => one.id)")
    found += [f"{n} elements are called {one}" for one, n in Counter(ids).items() if n > 1]
    assert not found, "\n".join(found)
