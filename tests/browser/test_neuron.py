"""The tab of the single neuron as a student uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

CHAPTER = "#chapter-neuron"
CHART = f"{CHAPTER} .live-chart[aria-busy=false]"


@pytest.fixture
def open_neuron(open_page):
    def open_neuron(query: str = "", **kwargs) -> Page:
        page = open_page(f"/?chapter=neuron{query}", **kwargs)
        page.wait_for_selector(CHART)
        return page

    return open_neuron


def caption(page: Page):
    return page.locator(f"{CHAPTER} .live-caption")


def knob(page: Page, name: str):
    """The number field of a knob of the topic that is shown."""
    return page.locator(f"{CHAPTER} .bank:visible").get_by_label(name, exact=True)


def choose(page: Page, topic: str) -> None:
    page.get_by_role("radio", name=topic, exact=True).check()


def test_every_topic_shows_its_own_controls_and_charts_and_a_knob_moves_the_loss(open_neuron):
    page = open_neuron()
    for topic, shown, charts in [
        ("Three inputs", "Guess the prices", 2),
        ("Logic", "Set its weights", 3),
        ("Learning logic", "Where it starts", 3),
        ("Two layers", "h = f(wx + b)", 2),
        ("°C → °F", "Set ŷ", 3),
    ]:
        choose(page, topic)
        expect(page.locator(f"{CHAPTER} .bank:visible")).to_have_count(1)
        expect(page.locator(f"{CHAPTER} .bank:visible")).to_contain_text(shown)
        expect(page.locator(f"{CHAPTER} .live-panel:visible svg")).to_have_count(charts)
    expect(page.locator(f"{CHAPTER} .live-player")).to_be_hidden()
    field = knob(page, "w")
    field.fill("99")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.blur()
    expect(field).to_have_value("1.0")
    box = page.locator(f"{CHAPTER} .live-panel:visible").nth(1).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5)
    expect(knob(page, "w")).not_to_have_value("1.0")
    knob(page, "w").fill("1.8")
    knob(page, "b").fill("32")
    expect(caption(page)).to_contain_text("The loss is 0.00 °F².")
    expect(page.locator(f"{CHAPTER} .live-conclusion")).to_have_text("The loss is 0: found.")
    board = page.locator(f"{CHAPTER} .blackboard").first
    page.wait_for_function(
        "document.querySelector('#chapter-neuron .blackboard').innerText.includes('32')"
    )
    expect(board).to_contain_text("1.8")


def test_the_perceptron_settles_but_not_on_xor_which_relu_solves_and_linear_layers_cannot(
    open_neuron,
):
    page = open_neuron("&topic=learning")
    conclusion = page.locator(f"{CHAPTER} .live-conclusion")
    expect(caption(page)).to_contain_text("it should say 0 and says 1. The line moves.")
    expect(conclusion).to_have_text("")
    page.locator(f"{CHAPTER} select").select_option("4")
    page.locator(f"{CHAPTER} [data-do=play]").click()
    expect(page.locator(CHART)).to_have_attribute("data-step", "25")
    expect(conclusion).to_contain_text("learned.")
    page.get_by_role("radio", name="XOR").check()
    expect(page.locator(CHART)).to_have_attribute("data-step", "60")
    expect(conclusion).to_contain_text("Not settled after 60 steps")
    choose(page, "Two layers")
    expect(caption(page)).to_have_text("Loss on XOR: 1.333.")
    page.get_by_role("radio", name="ReLU").check()
    expect(caption(page)).to_contain_text("Loss on XOR: 0.000")


def test_a_link_brings_back_the_topic_and_the_knobs(open_neuron):
    page = open_neuron("&topic=logic&neuron=2,2,-3&gate=OR")
    expect(knob(page, "w₁")).to_have_value("2.0")
    expect(caption(page)).to_contain_text("wrong")
    page.locator(f"{CHAPTER} .copy-link").click()
    expect(page).to_have_url(re.compile("neuron=2%2C2%2C-3"))


def test_nonsense_in_a_link_is_ignored_with_a_notice(open_neuron):
    page = open_neuron("&line=1&neuron=a,b,c&x=1e9")
    notice = page.locator(".notice [role=alert]")
    for word in ("line", "neuron", "x"):
        expect(notice).to_contain_text(word)
