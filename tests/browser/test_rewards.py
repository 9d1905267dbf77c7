"""Without labels, and with rewards, as a student uses it."""

import csv
import io
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import CUT, listen, still, too_wide, topic

TAB = "#chapter-rewards"
CHART = f"{TAB} .live-chart[aria-busy=false]"


def scrub(page: Page, to: str = "") -> None:
    slider = page.locator(f"{TAB} .live-player input[type=range]")
    slider.fill(to or slider.get_attribute("max"))


def marks(page: Page, colour: str) -> list[tuple[float, float]]:
    """Where the middles of the points of a colour are, in the first chart that is shown."""
    boxes = (
        page.locator(f"{TAB} .live-panel:visible")
        .first.locator(f".mark-symbol path[fill='var(--chart-{colour})']")
        .evaluate_all(
            "paths => paths.map((one) => one.getBoundingClientRect())"
            ".map(({ x, y, width, height }) => [x + width / 2, y + height / 2])"
        )
    )
    return sorted(map(tuple, boxes))


def asked(page: Page) -> Callable[[], list[str]]:
    """Return what tells for what a page has asked the server since."""
    urls: list[str] = []
    listen(page, "request", lambda request: urls.append(request.url))
    return lambda: [url for url in urls if "/run/" in url or "/queue/" in url]


def test_points_and_starts_are_moved_and_every_topic_has_its_picture(open_page):
    page = open_page("/?chapter=rewards", motion=False)
    page.wait_for_selector(CHART)
    panels = page.locator(f"{TAB} .live-panel:visible")
    conclusion = page.locator(f"{TAB} .live-conclusion")
    expect(panels).to_have_count(4)
    scrub(page)
    expect(conclusion).to_contain_text("no machine could name them")

    topic(page, TAB, "k-means")
    scrub(page, "0")
    expect(page.locator(f"{TAB} .live-caption")).to_contain_text("Half step 0")
    still(page, TAB)
    grey = marks(page, "faint")
    assert len(grey) == 60  # nobody has a group yet
    scrub(page, "1")
    still(page, TAB)
    assert marks(page, "faint") == []
    expect(page.locator(f"{TAB} .live-caption")).to_contain_text("60 points change")
    x, y = grey[0]
    page.mouse.move(x, y)
    page.mouse.down()
    for dy in range(0, 41, 10):
        page.mouse.move(x, y - dy)
    page.mouse.up()
    expect(page.locator(f"{TAB} [data-knob=shape] input[value=own]")).to_be_checked()
    field = page.locator(f"{TAB} [data-knob=points] input")
    assert len(field.input_value().split(", ")) == 60
    still(page, TAB)
    page.mouse.click(x, y - 40)
    expect(field).to_have_value(re.compile(r"^([^,]*, ){58}[^,]*$"))
    page.mouse.click(x, y - 120)
    expect(field).to_have_value(re.compile(r"^([^,]*, ){59}[^,]*$"))
    expect(page).to_have_url(re.compile("shape=own.*points="))
    page.get_by_label("with labels, for comparison").check()
    still(page, TAB)
    scrub(page)
    expect(conclusion).to_contain_text("of the 30 others are right")

    topic(page, TAB, "PCA")
    expect(page.locator(f"{TAB} .live-caption")).to_contain_text("At 179°")
    requests = asked(page)
    scrub(page, "23")
    expect(page.locator(f"{TAB} .live-caption")).to_contain_text("keeps 99.0 %")
    assert requests() == []  # the line is turned in the page
    topic(page, TAB, "Bandit")
    expect(panels).to_have_count(3)
    scrub(page)
    expect(conclusion).to_contain_text("the bandit costs 28.5")


def test_digits_are_rebuilt_and_coloured_only_at_the_end(open_page):
    page = open_page("/?chapter=rewards&topic=digits&epochs=4", motion=False)
    page.wait_for_selector(CHART)
    still(page, TAB)
    numerals = (
        page.locator(f"{TAB} .live-panel:visible").nth(1).locator(".role-mark.mark-text text")
    )
    expect(page.locator(f"{TAB} .re-row canvas")).to_have_count(15)
    pixels = "canvas => canvas.toDataURL()"
    autoencoder = page.locator(f"{TAB} .re-row canvas").nth(2)
    before = autoencoder.evaluate(pixels)
    expect(numerals).to_have_count(0)
    scrub(page)
    expect(numerals).to_have_count(500)
    assert autoencoder.evaluate(pixels) != before
    which = page.locator(f"{TAB} [data-knob=which] input")
    expect(which).to_have_value("0")
    page.locator(f"{TAB} .live-panel:visible").first.click(position={"x": 150, "y": 110})
    expect(which).not_to_have_value("0")


def test_a_world_is_built_by_mouse_and_keyboard_and_values_spread_backwards(open_page):
    page = open_page("/?chapter=rewards&topic=agent", motion=False)
    page.wait_for_selector(CHART)
    cells = page.locator(f"{TAB} .wo-cell")
    expect(cells).to_have_count(54)
    known = page.locator(f"{TAB} .wo-value", has_text=re.compile(r"\d"))
    expect(known).to_have_count(0)
    requests = asked(page)
    scrub(page, "4")
    expect(known).to_have_count(2)  # the cell before the goal; and one before the pit
    scrub(page)
    start = cells.nth(18)
    expect(start).to_have_attribute("aria-label", re.compile(r"^row 3, column 1: start, 0\.39 "))
    expect(page.locator(f"{TAB} .wo-return")).to_contain_text(
        re.compile(r"R = .*0\.9.* = 0\.\d{4}")
    )
    key = page.locator(f"{TAB} .wo-key")
    expect(key).to_contain_text("believes")
    page.get_by_label("show what is best").check()
    expect(key).to_contain_text("solved exactly")
    expect(cells.nth(53)).to_have_attribute("aria-label", re.compile("0\\.66 ↑←"))
    page.get_by_label("all four directions").check()
    expect(cells.nth(23).locator("i.top")).to_have_text(["1.0"])
    assert requests() == []  # all of this is in the page
    page.get_by_label("the best of four").check()

    # A wall, by mouse; a goal beside the start, by keyboard.
    expect(cells.nth(9)).to_have_attribute("data-of", ".")
    cells.nth(9).click()
    expect(page.locator(f"{TAB} [data-knob=maze] input[value=own]")).to_be_checked()
    expect(cells.nth(9)).to_have_attribute("data-of", "w")
    page.get_by_role("radio", name="goal").click()
    cells.nth(18).focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(cells.nth(28)).to_have_attribute("data-of", "g")
    expect(page).to_have_url(re.compile("world=.*maze=own|maze=own.*world="))
    expect(start).to_have_attribute("aria-label", re.compile("0\\.90"))
    # The world is saved as it stands: a drawing that needs no style sheet, and its numbers.
    page.locator(f"{TAB} .live-save").scroll_into_view_if_needed()
    still(page, TAB)  # a page that scrolls closes the menu
    saved = {}
    for kind in ("SVG", "PNG", "CSV"):
        page.locator(f"{TAB} .live-save").click()
        line = page.get_by_role("group", name="Grid world", exact=True)
        with page.expect_download() as download:
            line.get_by_role("button", name=kind).click()
        assert download.value.suggested_filename == f"rewards-grid-world.{kind.lower()}"
        saved[kind] = download.value.path().read_bytes()
    drawing = ElementTree.fromstring(saved["SVG"])
    words = [one.text for one in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("★") == 2
    assert "0.90" in words
    assert b"var(" not in saved["SVG"]
    assert b"color(srgb" not in saved["SVG"]
    assert saved["PNG"].startswith(b"\x89PNG")
    rows = list(csv.DictReader(io.StringIO(saved["CSV"].decode("utf-8-sig"))))
    assert len(rows) == 54
    assert [rows[one]["cell"] for one in (9, 18, 28)] == ["wall", "start", "goal"]
    values = [float(rows[18][name]) for name in ("up", "right", "down", "left")]
    assert max(values) == pytest.approx(0.9, abs=0.005)
    # One draws with the mouse down, and sends once.
    page.get_by_role("radio", name="pit").click()
    first, last = (cells.nth(one).bounding_box() for one in (46, 49))
    page.mouse.move(first["x"] + 20, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(last["x"] + 20, last["y"] + 20, steps=12)
    page.mouse.up()
    for one in range(46, 50):
        expect(cells.nth(one)).to_have_attribute("data-of", "p")
    expect(page).to_have_url(re.compile("world=.*pppp"))
    page.reload()
    page.wait_for_selector(CHART)
    for one, of in ((9, "w"), (28, "g"), (47, "p")):
        expect(cells.nth(one)).to_have_attribute("data-of", of)


def test_a_finger_builds_and_every_topic_fits_a_phone_in_german(open_page):
    path = "/?chapter=rewards&topic=agent&lang=de"
    page = open_page(path, 390, 844, touch=True, motion=False)
    page.wait_for_selector(CHART)
    cell = page.locator(f"{TAB} .wo-cell").nth(5)
    expect(cell).to_have_attribute("data-of", ".")
    cell.tap()
    expect(cell).to_have_attribute("data-of", "w")
    for name in ("Was ist gegeben?", "k-means", "PCA", "Ziffern", "Bandit"):
        topic(page, TAB, name)
        assert too_wide(page) == [], name


def test_the_headings_of_pictures_side_by_side_end_within_them_in_french_too(open_page):
    page = open_page("/?chapter=rewards&lang=fr&epochs=2", motion=False)
    still(page, "#chapter-rewards")
    headings = page.locator("#chapter-rewards .live-panel .role-title-text text")
    expect(headings.filter(has_text="étiquettes").first).to_be_visible()
    assert page.locator("#chapter-rewards").evaluate(CUT) == []
