"""What holds of every chapter, in one walk through all of them; a new chapter costs it a second.

Another walk is in `test_languages.py`: in the dark, on a touch screen, with words as long as German
ones, topic by topic, on the narrowest phone.
"""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import Page, expect

from demos import CHAPTERS, MAP, QUIZ
from tests.browser.pages import serious, still, visit


def choose(page: Page, slug: str) -> None:
    visit(page, slug)
    expect(page.locator(f"#chapter-{slug} .question h2")).to_be_visible()
    still(page, f"#chapter-{slug}")


# That the policy forbids nothing is seen to by `open_page`.
def test_no_chapter_has_a_serious_fault_nor_a_name_twice(open_page, axe):
    page = open_page("/", motion=False)
    page.evaluate(axe)
    found = []
    for chapter in [MAP, *CHAPTERS, QUIZ]:
        choose(page, chapter.slug)
        # What is around the chapters is the same with all of them.
        place = f"#chapter-{chapter.slug}" if chapter != MAP else None
        found += [f"{chapter.slug}: {fault}" for fault in serious(page, place)]
    ids = page.locator("[id]:not([id=''])").evaluate_all("all => all.map((one) => one.id)")
    found += [f"{n} elements are called {one}" for one, n in Counter(ids).items() if n > 1]
    assert not found, "\n".join(found)
