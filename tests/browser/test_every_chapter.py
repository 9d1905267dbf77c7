"""What holds of every chapter, in one walk through all of them; a new chapter costs it two seconds.

Another walk is in `test_languages.py`: in the dark, on a touch screen, with words as long as German
ones, topic by topic, on the narrowest phone.
"""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from playwright.sync_api import Error, Page, expect

from demos import CHAPTERS, MAP, QUIZ
from tests import processes
from tests.browser.pages import SHORT, WIDE, go, serious, still, too_wide, visit

# Runs programs by name, one after the other, and says what each has printed.
RUN_ALL = """
import contextlib, io, json, sys
printed = {}
for name, code in json.loads(sys.argv[1]).items():
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, name, "exec"), {"__name__": "__main__"})
    printed[name] = out.getvalue()
print(json.dumps(printed))
"""
TWICE = """() => {
  const ids = [...document.querySelectorAll('[id]:not([id=""])')].map((one) => one.id);
  return ids.filter((id, i) => ids.indexOf(id) < i).map((id) => `several are called ${id}`);
}"""
# What axe-core may find in larger type only.
SIZES = ("target-size", "scrollable-region-focusable")


def as_before_a_class(page: Page, place: str) -> list[str]:
    """Return what is wrong with a chapter that is presented."""
    page.evaluate("document.documentElement.setAttribute('data-present', '')")
    faults = [*too_wide(page), *serious(page, place, SIZES)]
    page.evaluate("scrollTo(0, 0)")
    for part in (".question h2", ".stage .picture, .board"):
        shown = page.locator(place).locator(part).first.bounding_box()
        if not shown or shown["y"] > WIDE["height"] - 100:
            faults.append(f"before a class, {part} is out of sight: {shown}")
    page.evaluate("document.documentElement.removeAttribute('data-present')")
    return faults


def nothing_invites(page: Page, place: str) -> list[str]:
    """Return, in a sentence or none, whether a chapter has nothing in view to be pressed first."""
    page.evaluate("scrollTo(0, 0)")
    invites = page.locator(f"{place} :is(.invitation, .inviting):visible")
    box = invites.first.bounding_box() if invites.count() else None
    seen = box and box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]
    return [] if seen else [f"nothing invites to press: {box}"]


def notebook(page: Page, place: str) -> str:
    """Take a chapter along as a notebook; return its code."""
    page.locator(f"{place} .copy-link").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Notebook").click()
    book = nbformat.reads(Path(download.value.path()).read_text("utf-8"), as_version=4)
    nbformat.validate(book)
    page.keyboard.press("Escape")
    return "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "code")


def figures_on_paper(page: Page, place: str) -> int:
    """Return how many empty figures the worksheet of a chapter holds."""
    page.locator(f"{place} .copy-link").click()
    page.get_by_role("button", name="Worksheet to print").click()
    sheet = page.locator(".worksheet")
    expect(sheet).to_be_visible()
    count = sheet.locator(".sheet-figure").count()
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_have_count(0)
    return count


# What plays a run of a chapter: whose topics have each their own, that topic.
PLAYER = ":has(> [data-do=forward]) > input[type=range]:visible"
PLAYED = {"filters": "&topic=learn", "inside": "&topic=wants"}


def step_in_the_address(page: Page, slug: str) -> list[str] | None:
    """Return, in a sentence or none, whether a step is lost; None if the chapter plays nothing."""
    place = f"#chapter-{slug}"
    address = f"?chapter={slug}{SHORT.get(slug, '')}{PLAYED.get(slug, '')}"
    if slug in PLAYED:
        go(page, address)
        still(page, place)
    slider = page.locator(f"{place} {PLAYER}")
    if not slider.count() or int(slider.get_attribute("max")) < 3:
        return None
    step = str(int(slider.get_attribute("max")) // 3)
    before = page.url
    slider.fill(step)
    try:
        page.wait_for_function("before => location.href !== before", arg=before, timeout=3_000)
    except Error:
        return [f"at position {step} the address is still {before}"]
    go(page, address)
    still(page, place)
    again = slider.input_value()
    page.go_back()
    still(page, place)
    back = slider.input_value()
    if again == step or back != step:
        return [f"at position {step}; from a link without it {again}, after Back {back}"]
    return []


# That the policy forbids nothing is seen to by `open_page`.
def test_every_chapter_has_no_fault_stands_before_a_class_fits_twice_the_size_and_is_a_notebook(
    open_page, axe
):
    page = open_page("about:blank", motion=False, new=True)
    page.add_init_script(axe)
    page.goto("/?chapter=course&present=1")
    expect(page.locator("a.course-card").first).to_be_visible()
    found, books, played = [], {}, set()
    for chapter in [MAP, *CHAPTERS, QUIZ]:
        place = f"#chapter-{chapter.slug}"
        visit(page, chapter.slug, "&present=1")
        expect(page.locator(f"{place} .question h2")).to_be_visible()
        still(page, place)
        faults = as_before_a_class(page, place) if chapter in CHAPTERS else []
        faults += nothing_invites(page, place) if chapter in CHAPTERS else []
        # What is around the chapters is the same with all of them.
        faults += serious(page, place if chapter != MAP else None)
        page.set_viewport_size({"width": 640, "height": 400})  # 1280 × 800 at 200 %
        still(page, place)
        faults += too_wide(page)
        if chapter in CHAPTERS:
            books[chapter.slug] = notebook(page, place)
            # What begins with a table, or with one's own photos, has no figure.
            if not figures_on_paper(page, place) and chapter.slug not in ("cars", "teach", "tires"):
                faults.append("there is nothing to draw on its worksheet")
        page.set_viewport_size(WIDE)
        faults += page.evaluate(TWICE)
        lost = step_in_the_address(page, chapter.slug) if chapter in CHAPTERS else None
        if lost is not None:
            played.add(chapter.slug)
            faults += lost
        found += [f"{chapter.slug}: {fault}" for fault in faults]
    assert not found, "\n".join(found)
    assert {"celsius", "loop", "rewards", "playground", *PLAYED} <= played
    done = processes.run(["-c", RUN_ALL, json.dumps(books)], processes.TORCH)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert [slug for slug in books if not printed[slug].strip()] == []
