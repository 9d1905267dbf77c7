"""The back-propagation tab as a student uses it."""

import pytest
from playwright.sync_api import Page, expect

from demos import CHAPTERS
from demos import backprop as chapter
from tests.browser.pages import still, too_wide

pytestmark = pytest.mark.skipif(
    chapter.CHAPTER not in CHAPTERS, reason="the chapter is not on the page yet"
)

CHAPTER = "#chapter-backprop"
CHART = f"{CHAPTER} .live-chart[aria-busy=false]"
CAPTION = f"{CHAPTER} .live-caption"
BOARD = f"{CHAPTER} .blackboard p.now"


@pytest.fixture
def backprop(open_page) -> Page:
    page = open_page("/?chapter=backprop")
    page.wait_for_selector(CHART)
    return page


def scrub(page: Page, step: int) -> None:
    page.locator(f"{CHAPTER} .live-player input[type=range]").fill(str(step))


def test_values_appear_forward_gradients_backward_and_the_board_shows_the_current_line(backprop):
    graph = backprop.locator(f"{CHAPTER} .live-panel svg").first
    expect(graph).not_to_contain_text("−12")
    scrub(backprop, 2)
    expect(graph).to_contain_text("−12")
    expect(graph).not_to_contain_text("−16.34")
    scrub(backprop, 5)
    expect(backprop.locator(CAPTION)).to_have_text("Backward through s: ∂f/∂x = −4, ∂f/∂y = −4.")
    texts = graph.locator("text").all_text_contents()
    assert texts.count("1") >= 1
    assert "3" in texts
    scrub(backprop, 6)
    expect(graph).to_contain_text("→ −16.34")
    expect(backprop.locator(f"{CHAPTER} .live-conclusion")).to_contain_text("f is smaller")
    scrub(backprop, 0)
    expect(backprop.locator(BOARD)).to_have_count(1)
    expect(backprop.locator(BOARD)).to_contain_text("Inputs")
    scrub(backprop, 1)
    expect(backprop.locator(BOARD)).to_contain_text("Forward")
    height = backprop.locator(f"{CHAPTER} .blackboard").first.bounding_box()["height"]
    scrub(backprop, 5)
    expect(backprop.locator(BOARD)).to_contain_text("Backward")
    expect(backprop.locator(BOARD)).to_have_count(1)
    assert backprop.locator(f"{CHAPTER} .blackboard").first.bounding_box()["height"] == height
    backprop.locator(f"{CHAPTER} [data-do=play]").click()
    expect(backprop.locator(CHART)).to_have_attribute("data-step", "6")
    backprop.locator(f"{CHAPTER} .live-player input[type=range]").focus()
    backprop.keyboard.press("Home")
    backprop.keyboard.press("ArrowRight")
    expect(backprop.locator(CHART)).to_have_attribute("data-step", "1")


def test_the_student_changes_an_input_and_each_expression_has_its_own(backprop):
    backprop.locator(f"{CHAPTER} [data-knob=sum_times]").get_by_label("x", exact=True).fill("-1.9")
    scrub(backprop, 2)
    expect(backprop.locator(CAPTION)).to_have_text("Forward: f = −12.4.")
    slider = backprop.locator(f"{CHAPTER} .live-player input[type=range]")
    before = slider.get_attribute("max")
    backprop.get_by_role("radio", name="(x−3)(x−6)(x−4)").check()
    expect(slider).not_to_have_attribute("max", before)
    scrub(backprop, 11)
    expect(backprop.locator(CAPTION)).to_have_text("Backward through a: ∂f/∂x = 31.")
    expect(backprop.locator(f"{CHAPTER} [data-knob=cubic] .number")).to_be_visible()
    expect(backprop.locator(f"{CHAPTER} [data-knob=sum_times] .number").first).not_to_be_visible()


def test_a_link_brings_back_the_expression_and_its_inputs(open_page):
    page = open_page("/?chapter=backprop&expression=cubic&cubic=2.5")
    page.wait_for_selector(CHART)
    scrub(page, 11)
    expect(page.locator(CAPTION)).to_contain_text("∂f/∂x = 7.75")


def test_a_phone_scrolls_in_one_direction_only(open_page):
    page = open_page("/?chapter=backprop", width=390, height=844, touch=True)
    page.wait_for_selector(CHART)
    scrub(page, 5)
    assert not too_wide(page)
    network = page.locator(f"{CHAPTER} [data-knob=expression] input[value=network]")
    network.evaluate("one => one.click()")
    page.wait_for_url("**expression=network**")
    still(page, CHAPTER)
    scrub(page, 5)
    assert not too_wide(page)
