"""The address is the state: reload, Back, a lost server and a shared link give the same screen."""

from __future__ import annotations

import random
import re

from playwright.sync_api import Page, expect

from demos.widgets.sketch_pad import encode
from tests.browser.pages import still

READY = "#chapter-{} .live-chart[aria-busy=false]"


def step_of(page: Page) -> str:
    return page.locator("#chapter-celsius .live-chart figcaption").inner_text()


def choose(page: Page, slug: str) -> None:
    page.locator(f".chapters > .tab-wrapper [role=tab][data-tab-id={slug}]").click()


def tick(page: Page) -> None:
    page.locator("#chapter-celsius").get_by_role("checkbox", name=re.compile("normalise")).check()


def normalised(page: Page):
    return page.locator("#chapter-celsius").get_by_role("checkbox", name=re.compile("normalise"))


def test_a_control_writes_the_address_and_a_reload_brings_it_back(open_page):
    page = open_page("/?chapter=celsius")
    page.wait_for_selector(READY.format("celsius"))
    tick(page)
    page.wait_for_url("**normalise=true**")
    assert "learning_rate" not in page.url  # only what differs from its default
    expect(page.locator("#chapter-celsius .live-chart figcaption")).to_contain_text("·z")
    # And the step that is shown.
    assert "step" not in page.url
    slider = page.locator("#chapter-celsius .live-player input[type=range]")
    slider.fill("37")
    page.wait_for_url("**step=37**")
    before = step_of(page)
    page.reload()
    page.wait_for_selector(READY.format("celsius"))
    expect(normalised(page)).to_be_checked()
    expect(slider).to_have_value("37")
    expect(page.locator("#chapter-celsius .live-chart figcaption")).to_have_text(before)
    # A link may lead to a step of a run that is longer than usual.
    page.goto("/?chapter=celsius&steps=300&step=250")
    expect(slider).to_have_value("250")
    expect(page.locator("[role=alert] ul")).to_have_count(0)
    slider.fill("0")
    page.wait_for_url(re.compile("^((?!step=).)*$"))


def test_back_leads_to_the_topic_before_and_where_its_run_stood(open_page):
    page = open_page("/?chapter=neuron&topic=learning")
    page.wait_for_selector(READY.format("neuron"))
    chapter = page.locator("#chapter-neuron")
    slider = chapter.locator(".live-player input[type=range]")
    slider.fill("3")
    page.wait_for_url("**step=3**")
    topics = chapter.locator(".topics-place")
    topics.get_by_role("radio").nth(0).check()
    page.wait_for_url(re.compile("^((?!topic=).)*$"))
    topics.get_by_role("radio").nth(4).check()
    page.wait_for_url("**topic=**")
    chosen = page.url
    page.go_back()
    expect(topics.get_by_role("radio").nth(0)).to_be_checked()
    page.go_back()
    expect(topics.get_by_role("radio").nth(3)).to_be_checked()
    expect(slider).to_have_value("3")
    page.wait_for_url("**step=3**")
    page.go_forward()
    page.go_forward()
    expect(topics.get_by_role("radio").nth(4)).to_be_checked()
    page.wait_for_url(lambda url: url == chosen)


def test_a_chapter_that_was_left_is_found_as_it_was_also_by_back_and_forward(open_page):
    page = open_page("/?chapter=celsius")
    page.wait_for_selector(READY.format("celsius"))
    tick(page)
    page.wait_for_url("**normalise=true**")
    choose(page, "losses")
    page.wait_for_selector(READY.format("losses"))
    page.wait_for_url(re.compile(r"\?chapter=losses$"))
    choose(page, "celsius")
    expect(normalised(page)).to_be_checked()
    page.wait_for_url("**normalise=true**")
    choose(page, "losses")
    expect(page.locator("#chapter-losses .question")).to_be_visible()
    choose(page, "optimizers")
    page.wait_for_selector(READY.format("optimizers"))
    page.go_back()
    expect(page.locator("#chapter-losses .question")).to_be_visible()
    page.go_back()
    expect(page.locator("#chapter-celsius .question")).to_be_visible()
    expect(normalised(page)).to_be_checked()
    page.wait_for_url("**normalise=true**")
    page.go_forward()
    expect(page.locator("#chapter-losses .question")).to_be_visible()


def test_arrow_keys_the_way_on_and_the_menu_of_chapters_lead_from_one_to_the_other(open_page):
    page = open_page("/?chapter=celsius")
    page.wait_for_selector(READY.format("celsius"))
    page.locator(".chapters > .tab-wrapper [role=tab][data-tab-id=celsius]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#chapter-losses .question")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#chapter-celsius .question")).to_be_visible()
    page.locator("#chapter-celsius .neighbours a", has_text="Loss functions").click()
    expect(page.locator("#chapter-losses .question")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")
    menu = page.get_by_role("combobox", name="Chapter")
    expect(menu).to_have_value("losses")
    menu.select_option("celsius")
    expect(page.locator("#chapter-celsius .question")).to_be_visible()
    choose(page, "optimizers")
    expect(menu).to_have_value("optimizers")


def test_a_sketch_too_long_for_an_address_survives_a_reload(open_page):
    chance = random.Random(0)
    wild = [(chance.randint(30, 470), chance.randint(30, 470)) for _ in range(700)]
    sketch = encode([(30, wild)])
    assert len(sketch) > 6000
    page = open_page(f"/?chapter=digits&sketch={sketch}")
    pad = page.locator("#digit-pad .sketch-pad[data-strokes='1']")
    box = pad.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 80, steps=4)
    page.mouse.up()
    page.wait_for_function("() => sessionStorage.getItem('course:digits:sketch')")
    page.wait_for_function("() => !location.search.includes('sketch=')")
    page.reload()
    pad = page.locator("#digit-pad .sketch-pad")
    expect(pad).to_have_attribute("data-strokes", "2")
    # A code cannot hold it, and says so.
    page.click("#chapter-digits .show-code")
    note = page.locator(".qr-note").filter(has_text="Too long for a code, and left out: ")
    expect(note).to_contain_text("Sketch a digit")
    assert "sketch" not in page.locator(".qr-link").inner_text()


def test_ten_seconds_without_a_network_lose_nothing_and_the_answer_comes_by_itself(open_page):
    page = open_page("/?chapter=digits", motion=False)
    pad = page.locator("#digit-pad .sketch-pad")
    still(page, "#chapter-digits")
    page.context.set_offline(True)
    try:
        box = pad.locator("canvas").bounding_box()
        page.mouse.move(box["x"] + 120, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 200, steps=5)
        page.mouse.up()
        expect(page.locator("#chapter-digits")).to_contain_text("check the connection")
        page.wait_for_timeout(7_000)
    finally:
        page.context.set_offline(False)
    expect(page.locator("#chapter-digits .class-bars .winner").first).to_be_visible(timeout=20_000)
    expect(pad).to_have_attribute("data-strokes", "1")


def test_the_first_stop_of_the_keyboard_skips_what_is_on_every_page(open_page):
    page = open_page("/?chapter=celsius", 1920, 1080)
    page.wait_for_selector(READY.format("celsius"))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the chapter")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    inside = "document.activeElement.closest('.chapters') !== null || scrollY > 0"
    assert page.evaluate(inside)
    # Projected: the room is used, and the type is larger.
    size = "one => parseFloat(getComputedStyle(one).fontSize)"
    caption = page.locator("#chapter-celsius .live-caption")
    large = caption.evaluate(size)
    assert page.locator("#chapter-celsius .picture").bounding_box()["width"] > 1300
    page.set_viewport_size({"width": 1280, "height": 800})
    assert large >= 1.2 * caption.evaluate(size)
    # On a phone what plays the run stays in reach while one looks at the picture.
    page.set_viewport_size({"width": 390, "height": 844})
    still(page, "#chapter-celsius")
    player = page.locator("#chapter-celsius .live-player")
    page.locator("#chapter-celsius .live-panel").first.scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 60)")
    box = player.bounding_box()
    assert 0 < box["y"] < 844 - box["height"] + 1


def test_a_task_sets_itself_up_and_back_leads_to_what_was_before(open_page):
    page = open_page("/?chapter=losses")
    page.wait_for_selector(READY.format("losses"))
    chapter = page.locator("#chapter-losses")
    chapter.get_by_role("radio", name="yes or no").check()
    score = chapter.get_by_label("start z").first
    score.fill("4")
    page.wait_for_url("**score=4**")
    chapter.locator(".set-up a:visible").click()
    expect(score).to_have_value("-6.0")
    expect(chapter.locator(".live-caption")).to_contain_text("scores z: MSE −6.00")
    page.go_back()
    expect(score).to_have_value("4.0")
    expect(chapter.get_by_role("radio", name="yes or no")).to_be_checked()
    # What is set while a link is on its way counts.
    held = []

    def hold(route) -> None:
        if '"query":' in route.request.post_data:
            held.append(route)
        else:
            route.continue_()

    page.route("**/run/**", hold)
    with page.expect_request(lambda request: '"query":' in (request.post_data or "")):
        chapter.locator(".set-up a:visible").click()
    numbers = chapter.get_by_role("radio", name="a number")
    numbers.check()
    with page.expect_response("**/run/**"):
        held.pop().continue_()
    expect(score).to_have_value("-6.0")  # the link's
    page.wait_for_url(re.compile("chapter=losses$"))
    expect(numbers).to_be_checked()  # ours
    page.unroute("**/run/**")
