"""Inside a network as a visitor uses it: layers, maps, arithmetic, misses, quiz, other topics."""

import re

import pytest
from playwright.sync_api import Page, expect

TAB = "#chapter-inside"
BOARD = f"{TAB} .inside"
SOON = 30_000  # [ms]: other tests may keep the machine busy


@pytest.fixture
def open_inside(open_page):
    def open_inside(query="", **options) -> Page:
        page = open_page(f"/?chapter=inside{query}", **options)
        answered(page)
        return page

    return open_inside


def answered(page: Page) -> None:
    expect(page.locator(f"{BOARD}[aria-busy=false]")).to_be_visible(timeout=SOON)


def topic(page: Page, name: str):
    page.locator(f"{TAB} .topics").get_by_text(name, exact=True).click()
    return page.locator(f"{BOARD} section:visible")


def test_every_layer_is_shown_and_every_number_computed_where_one_points(open_inside):
    page = open_inside("&layer=1&unit=2")
    steps = page.locator(f"{BOARD} .in-step")
    expect(steps).to_have_count(11, timeout=SOON)
    expect(page.locator(f"{BOARD}[data-computed='conv1 2']")).to_be_visible(timeout=SOON)
    total = page.locator(f"{BOARD} .in-arithmetic")
    expect(total.locator(".in-row")).to_have_count(1)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    grid = page.locator(f"{BOARD} .in-grid")
    grid.focus()
    before = total.get_attribute("data-total")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        grid.press(key)
    expect(total).not_to_have_attribute("data-total", before)
    assert not [url for url in asked if "inside_" in url or "fashion_" in url]
    # What is written out adds up to what torch has computed.
    said = total.locator(".in-sum").inner_text().replace("−", "-").replace("(", "").replace(")", "")
    terms, result, *_ = re.split(r" = | → ", said)
    assert sum(map(float, terms.split(" + "))) == pytest.approx(float(result), abs=0.02)
    # A click on another map chooses it; the address says so.
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 0.75 * box["height"])
    expect(page.locator(f"{BOARD}[data-computed='conv1 15']")).to_be_visible(timeout=SOON)
    expect(page).to_have_url(re.compile("unit=15"))
    # Along the layers: by a click, by keys, played to the end.
    steps.nth(4).click()
    expect(page.locator(f"{BOARD}[data-computed='conv3 15']")).to_be_visible(timeout=SOON)
    expect(total.locator(".in-row")).to_have_count(3)
    steps.nth(4).press("ArrowRight")
    expect(steps.nth(5)).to_have_attribute("aria-selected", "true")
    steps.nth(10).click()
    expect(total.locator(".in-term")).to_have_count(6, timeout=SOON)
    # Switched off, a map no longer counts.
    steps.nth(1).click()
    bars = page.locator(f"{BOARD} [data-of=maps] .in-bars")
    share = bars.get_attribute("data-share")
    page.locator(f"{TAB} [data-knob=off] input").check(force=True)
    expect(bars).not_to_have_attribute("data-share", share, timeout=SOON)
    expect(page.locator(f"{BOARD} [data-of=maps]")).to_contain_text("Without this map")
    # The other network has the same tools.
    page.locator(f"{TAB} [data-knob=network] input[value=cifar]").check(force=True)
    expect(steps).to_have_count(16, timeout=SOON)


def test_a_cell_shows_its_pictures_and_a_quiz_counts_the_score(open_inside):
    page = open_inside("&topic=misses")
    cell = page.locator(f"{BOARD} [data-cell='4,6']")
    count = int(cell.inner_text(timeout=SOON))
    cell.click()
    figures = page.locator(f"{BOARD} .in-gallery figure:visible")
    expect(figures).to_have_count(count, timeout=SOON)
    expect(figures.first).to_contain_text("Shirt")
    page.locator(f"{TAB} .invitation:visible").click()
    choices = page.locator(f"{BOARD} .in-choices button")
    expect(choices).to_have_count(10, timeout=SOON)
    for number in range(1, 11):
        choices.first.click()
        expect(page.locator(BOARD)).to_have_attribute("data-score", re.compile(rf":{number}$"))
    expect(page.locator(BOARD)).to_have_attribute("data-score", re.compile(":5:10$"))


def test_all_other_topics_answer_on_one_page(open_inside):
    page = open_inside("&topic=counts")
    counts = page.locator(f"{BOARD} section:visible")
    expect(counts).to_contain_text("Behind the worst square", timeout=SOON)
    counts.locator(".in-framed").hover()
    expect(counts).to_contain_text("Hidden here")
    page.locator(f"{TAB} [data-knob=method] input[value=gradient]").check(force=True)
    expect(counts).to_contain_text("one backward pass", timeout=SOON)
    wants = topic(page, "What a map looks for")
    expect(wants.locator(".in-gallery figure")).to_have_count(3, timeout=SOON)
    expect(wants.locator(".in-tile")).to_have_count(16, timeout=SOON)
    wants.locator(".in-tile").nth(5).click()
    expect(page).to_have_url(re.compile("unit=5"))
    wants.locator("[data-do=first]").click()
    expect(page.locator(BOARD)).to_have_attribute("data-step", "0")
    norms = topic(page, "Dropout, batch norm")
    expect(norms.locator("circle.dot")).to_have_count(500, timeout=SOON)
    expect(norms.locator(".in-steps svg")).to_have_count(4)
    ladder = topic(page, "The ladder")
    ladder.get_by_role("button", name="linear").click(timeout=SOON)
    expect(ladder).to_contain_text("linear: right answers after each epoch")
    unknown = topic(page, "None of the ten")
    expect(unknown).to_contain_text("AUROC", timeout=SOON)
    device = topic(page, "Which device?")
    expect(device).to_contain_text("batch of 32", timeout=SOON)
