"""The °C → °F tab as a student uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import listen

CHART = "#chapter-celsius .live-chart[aria-busy=false]"


@pytest.fixture
def celsius(open_page) -> Page:
    page = open_page()
    page.wait_for_selector(CHART)
    return page


def step_of(page: Page) -> int:
    return int(page.locator(CHART).get_attribute("data-step"))


def board(page: Page) -> str:
    """The numbers on the blackboard as one text without spaces."""
    text = page.locator("#chapter-celsius .blackboard .katex-html").all_inner_texts()
    return re.sub(r"\s", "", "".join(text))


def test_the_first_step_has_its_numbers_and_the_keyboard_and_play_run_to_the_end(celsius):
    expect(celsius.locator("#chapter-celsius .blackboard .katex-html").first).to_be_visible()
    celsius.wait_for_function(
        "document.querySelector('#chapter-celsius .blackboard').innerText.includes('6578.8')"
    )
    written = board(celsius)
    for number in ("37.78", "18.89", "6578.8", "−6128.7", "−162.22"):
        assert number in written
    slider = celsius.locator("#chapter-celsius .live-player input[type=range]")
    slider.focus()
    celsius.keyboard.press("ArrowRight")
    celsius.keyboard.press("ArrowRight")
    assert step_of(celsius) == 2
    celsius.keyboard.press("End")
    assert step_of(celsius) == 100
    asked = []
    listen(celsius, "request", lambda request: asked.append(request.url))
    for value in ("20", "40", "60"):
        slider.fill(value)
    assert step_of(celsius) == 60
    assert not [url for url in asked if "/gradio_api/" in url]
    celsius.keyboard.press("End")
    celsius.keyboard.press("Space")  # from the start
    celsius.wait_for_function("Number(document.querySelector('.live-chart').dataset.step) < 50")
    play = celsius.locator("#chapter-celsius [data-do=play]")
    play.click()
    stopped_at = step_of(celsius)
    expect(play).to_contain_text("Play")
    celsius.wait_for_timeout(300)
    assert step_of(celsius) == stopped_at
    celsius.locator("#chapter-celsius select").select_option("4")
    play.click()
    expect(celsius.locator(CHART)).to_have_attribute("data-step", "100")
    expect(play).to_contain_text("Replay")


def test_what_is_out_of_range_says_so_beside_its_field_and_keeps_the_picture(celsius):
    caption = celsius.locator("#chapter-celsius .live-caption")
    before = caption.inner_text()
    rate = celsius.get_by_label("learning rate η").first
    rate.fill("-3")
    expect(rate).to_have_attribute("aria-invalid", "true")
    rate.blur()
    expect(rate).to_have_value("1e-4")
    start = celsius.get_by_label("start w")
    start.fill("5000")
    wrong = celsius.locator("#chapter-celsius [data-knob=weight] [role=alert]")
    expect(wrong).to_have_text("Only from −1000 to 1000.")
    expect(start).to_have_accessible_description("Only from −1000 to 1000.")
    expect(caption).to_have_text(before)
    start.fill("2")
    expect(wrong).to_be_empty()
    expect(caption).not_to_have_text(before)


def test_a_click_on_the_surface_starts_there_and_a_dragged_rate_ends_where_it_is_shown(celsius):
    surface = celsius.locator("#chapter-celsius .live-panel").nth(2)
    box = surface.bounding_box()
    celsius.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.3)
    start = celsius.get_by_label("start w")
    expect(start).not_to_have_value("0.5")
    number = float(start.input_value())
    assert 0 < number < 5
    celsius.wait_for_function(
        f"document.querySelector('#chapter-celsius .blackboard').innerText.includes('{number:.4f}')"
    )
    # By keyboard: arrows lead a cross through the chart, Enter is a click there.
    at_step = celsius.locator("#chapter-celsius .live-chart").get_attribute("data-step")
    surface.focus()
    cross = surface.locator(".live-cross")
    expect(cross).to_be_hidden()
    for _time in range(3):
        surface.press("ArrowLeft")
    expect(cross).to_be_visible()
    before = celsius.locator("#chapter-celsius .live-chart").get_attribute("data-step")
    assert before == at_step  # the run is not stepped meanwhile
    surface.press("Enter")
    expect(start).not_to_have_value(str(number))
    assert float(start.input_value()) < number
    rate = celsius.get_by_label("learning rate η").first
    track = celsius.locator("#chapter-celsius .panel input[type=range]").first
    box = track.bounding_box()
    celsius.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
    celsius.mouse.down()
    for x in range(60, int(box["width"] * 0.8), 6):
        celsius.mouse.move(box["x"] + x, box["y"] + box["height"] / 2)
    celsius.mouse.up()
    shown = float(rate.input_value())
    assert shown > 0.005
    warning = celsius.locator("#chapter-celsius .live-warning")
    player = celsius.locator("#chapter-celsius .live-player input[type=range]")
    player.press("Home")
    expect(warning).to_be_hidden()  # what comes of it is seen, not told
    player.press("End")
    expect(warning).to_contain_text("Stopped at step")
    expect(warning).to_contain_text(f"{shown:g}")


def test_a_link_brings_back_the_controls_and_the_picture(celsius):
    celsius.get_by_role("radio", name="whole batch").check()
    celsius.get_by_label("normalise the input").check()
    celsius.get_by_label("learning rate η").first.fill("0.1")
    celsius.get_by_label("start w").fill("2.5")
    celsius.get_by_label("start w").blur()
    caption = celsius.locator("#chapter-celsius .live-caption")
    expect(caption).to_contain_text("2.500·z")
    celsius.get_by_role("button", name="Copy link").click()
    expect(celsius).to_have_url(re.compile("chapter=celsius"))
    link = celsius.evaluate("navigator.clipboard.readText()")
    celsius.wait_for_url(lambda url: url == link)
    assert "learning_rate=0.1" in link
    assert "examples=whole+batch" in link
    told = caption.inner_text()

    celsius.goto(link)
    celsius.wait_for_selector(CHART)
    expect(celsius.get_by_label("start w")).to_have_value("2.5")
    expect(celsius.get_by_label("learning rate η").first).to_have_value("0.1")
    expect(celsius.get_by_label("normalise the input")).to_be_checked()
    expect(caption).to_have_text(told)


def test_nonsense_in_a_link_is_ignored_with_a_notice(open_page):
    page = open_page(
        "/?chapter=celsius&learning_rate=-5&steps=abc&examples=all&weight=3&colour=red"
    )
    page.wait_for_selector(CHART)
    notice = page.locator(".notice [role=alert]")
    for word in ("learning_rate", "steps", "examples", "colour"):
        expect(notice).to_contain_text(word)
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)
    expect(page.get_by_label("start w")).to_have_value("3")
    expect(page.get_by_label("learning rate η").first).to_have_value("1e-4")


def test_an_unknown_chapter_in_a_link_opens_the_map(open_page):
    page = open_page("/?chapter=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.locator(".course-card").first).to_be_visible()
    expect(page.locator(".notice [role=alert]")).to_contain_text("no chapter")


def test_the_charts_follow_the_width_of_the_window_and_the_dark(open_page):
    def width() -> float:
        return page.locator("#chapter-celsius .live-panel svg").first.bounding_box()["width"]

    def colour() -> str:
        page.wait_for_selector(f"{CHART} .live-panel svg text")
        return page.evaluate(
            "getComputedStyle(document.querySelector('.live-panel svg text')).fill"
        )

    page = open_page("/?chapter=celsius&__theme=light")
    page.wait_for_selector(CHART)
    light, wide = colour(), width()
    page.set_viewport_size({"width": 700, "height": 800})
    svg_width = "document.querySelector('.live-panel svg').getBoundingClientRect().width"
    page.wait_for_function(f"Math.abs({svg_width} - {wide}) > 20")
    panel = page.locator("#chapter-celsius .live-panel").first.bounding_box()["width"]
    assert width() <= panel + 1
    page.emulate_media(color_scheme="dark")
    page.goto("/?chapter=celsius&__theme=dark")
    assert colour() != light


def test_a_thumb_steps_forward(open_page):
    page = open_page(width=390, height=844, touch=True)
    page.wait_for_selector(CHART)
    page.locator("#chapter-celsius [data-do=forward]").tap()
    assert step_of(page) == 1


def test_answers_are_hidden_until_asked_for_and_the_code_has_the_settings_and_what_ran(celsius):
    answer = celsius.get_by_text("One pair is one equation for two unknowns")
    expect(answer).not_to_be_visible()
    celsius.locator("#chapter-celsius .tasks summary").first.click()
    expect(answer).to_be_visible()
    celsius.get_by_label("start w").fill("2.5")
    celsius.get_by_text("The PyTorch code").click()
    script, code = (celsius.locator("#chapter-celsius .cm-content").nth(i) for i in (0, 1))
    expect(script).to_contain_text("weight = 2.5")
    celsius.get_by_text("What the server runs").first.click()
    expect(code).to_contain_text("def descend(")
    expect(code).not_to_contain_text("@takes")
