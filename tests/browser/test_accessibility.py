"""Every chapter by axe-core, in both languages, light and dark: nothing serious or critical."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from demos import CHAPTERS
from tests.conftest import npm

RUN = """async (place) => {
  const { violations } = await axe.run(place ?? document, { resultTypes: ['violations'] });
  return violations.filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => one.id + ': ' + one.nodes.map((node) => node.target.join(' ')).join(', '));
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core."""
    return (npm("axe-core@4") / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def settled(page: Page, slug: str) -> None:
    """Wait until a chapter is there and nothing in it is busy."""
    expect(page.locator(f"#chapter-{slug} .question h2")).to_be_visible()
    page.wait_for_function(
        "slug => ![...document.querySelectorAll(`#chapter-${slug} [aria-busy=true]`)]"
        ".some((one) => one.checkVisibility())",
        arg=slug,
    )
    page.wait_for_timeout(300)


@pytest.mark.parametrize(("locale", "dark"), [("en", False), ("de", True)])
def test_no_chapter_has_a_serious_fault(open_page, axe, locale, dark):
    page = open_page(f"/?chapter={CHAPTERS[0].slug}", locale=locale, dark=dark)
    page.evaluate(axe)
    found = []
    for chapter in CHAPTERS:
        page.locator(f".chapters > .tab-wrapper [role=tab][data-tab-id={chapter.slug}]").click()
        settled(page, chapter.slug)
        # What is around the chapters is the same with all of them.
        place = f"#chapter-{chapter.slug}" if chapter != CHAPTERS[0] else None
        found += [f"{chapter.slug}: {fault}" for fault in page.evaluate(RUN, place)]
    assert not found, "\n".join(found)


def test_in_the_visitors_own_colours_the_choice_is_seen_and_charts_keep_theirs(open_page):
    page = open_page("/?chapter=losses")
    page.emulate_media(forced_colors="active")
    chapter = page.locator("#chapter-losses")
    chosen = page.locator(".chapters > .tab-wrapper [role=tab][aria-selected=true]")
    expect(chosen).to_have_css("border-bottom-width", "4px")
    mine = ".choose-task.in-topic-regression[aria-pressed=true]"
    expect(chapter.locator(mine)).to_have_css("outline-width", "3px")
    expect(chapter.locator(".option:has(:checked)").first).to_have_css("outline-width", "3px")
    for part in (".live-legend svg", ".live-panel"):
        expect(chapter.locator(part).first).to_have_css("forced-color-adjust", "none")
    page.emulate_media(forced_colors="none")
