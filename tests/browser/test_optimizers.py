"""The optimizers tab as a student uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

from demos import CHAPTERS
from demos import optimizers as chapter

pytestmark = pytest.mark.skipif(
    chapter.CHAPTER not in CHAPTERS, reason="the chapter is not on the page yet"
)

CHAPTER = "#chapter-optimizers"
CHART = f"{CHAPTER} .live-chart[aria-busy=false]"
CAPTION = f"{CHAPTER} .live-caption"


@pytest.fixture
def optimizers(open_page) -> Page:
    page = open_page("/?chapter=optimizers")
    page.wait_for_selector(CHART)
    return page


def test_a_link_brings_back_the_controls_and_the_picture(open_page):
    page = open_page(
        "/?chapter=optimizers&surface=rosenbrock&optimizers=nesterov,adamw&learning_rate=0.02"
        "&momentum=0.8&steps=50&x=1.5&y=-2"
    )
    page.wait_for_selector(CHART)
    expect(page.get_by_role("radio", name="Rosenbrock")).to_be_checked()
    expect(page.get_by_label("start x")).to_have_value("1.5")
    expect(page.locator(CAPTION)).to_contain_text(re.compile("at step 0:.*Nesterov"))
    expect(page.locator(f"{CHAPTER} .live-legend li")).to_have_count(2)
    caption = page.locator(CAPTION).inner_text()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto(link)
    page.wait_for_selector(CHART)
    expect(page.locator(CAPTION)).to_have_text(caption)


def test_the_landscape_is_the_picture_of_the_page_and_all_walkers_are_played_together(optimizers):
    optimizers.wait_for_selector(f"{CHAPTER} .live-panel svg")
    landscape, course, now = (
        optimizers.locator(f"{CHAPTER} .live-panel").nth(i).bounding_box() for i in range(3)
    )
    player = optimizers.locator(f"{CHAPTER} .live-player").bounding_box()
    assert landscape["height"] >= 470
    assert landscape["width"] > 1.8 * course["width"]
    assert course["x"] == now["x"] > landscape["x"] + landscape["width"]
    assert now["y"] > course["y"] + course["height"]
    assert player["y"] >= landscape["y"] + landscape["height"]
    assert player["y"] + player["height"] <= 800
    expect(optimizers.locator(f"{CHAPTER} .live-legend li")).to_have_count(4)
    optimizers.locator(f"{CHAPTER} select").select_option("4")
    optimizers.locator(f"{CHAPTER} [data-do=play]").click()
    expect(optimizers.locator(f"{CHAPTER} .live-conclusion")).to_be_empty()
    expect(optimizers.locator(CHART)).to_have_attribute("data-step", "100")
    expect(optimizers.locator(f"{CHAPTER} .live-conclusion")).to_contain_text("At the bottom")
    for name in ("RMSprop", "Momentum", "SGD", "Adam"):
        expect(optimizers.locator(CAPTION)).to_contain_text(name)


def test_a_click_on_the_map_starts_there_and_another_landscape_brings_its_own_start(optimizers):
    box = optimizers.locator(f"{CHAPTER} .live-panel").first.bounding_box()
    optimizers.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.35)
    expect(optimizers.get_by_label("start x")).not_to_have_value("-3.5")
    assert 0 < float(optimizers.get_by_label("start x").input_value()) < 4
    assert 0 < float(optimizers.get_by_label("start y").input_value()) < 3
    optimizers.get_by_role("radio", name="saddle").check()
    expect(optimizers.get_by_label("start y")).to_have_value("0.001")
    optimizers.locator(f"{CHAPTER} .live-player input[type=range]").fill("100")
    expect(optimizers.locator(CAPTION)).to_contain_text("RMSprop 2.08e−9")


def test_the_board_offers_those_that_walk_and_who_diverges_and_that_nobody_walks_is_said(
    optimizers,
):
    offered = optimizers.locator(f"{CHAPTER} [data-knob=board] .option:visible")
    expect(offered).to_have_text(["SGD", "Momentum", "RMSprop", "Adam"])
    board = optimizers.locator(f"{CHAPTER} .block.blackboard")
    expect(board).to_contain_text("Adam")
    optimizers.locator(f"{CHAPTER} [data-do=forward]").click()
    for number in ("−3.450", "1.450"):  # x and y after one step of 0.05
        expect(board).to_contain_text(number)
    optimizers.get_by_role("checkbox", name="Adam", exact=True).uncheck()
    expect(offered).to_have_text(["SGD", "Momentum", "RMSprop"])
    expect(optimizers.locator(f"{CHAPTER} [data-knob=board] :checked")).to_have_value("sgd")
    expect(board).not_to_contain_text("Adam")
    expect(board).to_contain_text("SGD")
    optimizers.get_by_role("checkbox", name="Nesterov").check()
    warning = optimizers.locator(f"{CHAPTER} .live-warning")
    optimizers.locator(f"{CHAPTER} .live-player input[type=range]").fill("100")
    expect(warning).to_contain_text("Diverged: Nesterov")
    standings = optimizers.locator(f"{CHAPTER} .live-panel").nth(2)
    expect(standings).to_contain_text("2.3e24")
    for name in ("SGD", "Momentum", "RMSprop", "Nesterov"):
        optimizers.get_by_role("checkbox", name=name, exact=True).uncheck()
    expect(warning).to_have_text("optimizer: choose one at least.")
