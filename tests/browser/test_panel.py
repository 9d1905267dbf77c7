"""The controls of a chapter: by keyboard, typed, hidden by a link, and as the dock of a phone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import still

TAB = "#chapter-celsius"
CHART = f"{TAB} .live-chart[aria-busy=false]"


@pytest.fixture
def page(open_page) -> Page:
    page = open_page()
    page.wait_for_selector(CHART)
    return page


def outline(control: Locator) -> tuple[str, str, str]:
    """How the place where the keyboard is looks."""
    return tuple(
        control.evaluate(
            "one => { const style = getComputedStyle(one);"
            " return [style.outlineStyle, style.outlineWidth, style.outlineOffset]; }"
        )
    )


FOCUSED = ("solid", "3px", "2px")


def test_the_keyboards_place_is_seen_and_arrow_keys_go_through_radios_and_marks_of_a_slider(page):
    page.get_by_label("start w").focus()
    assert outline(page.get_by_label("start w")) == FOCUSED
    page.keyboard.press("Tab")  # start b
    for name in ("learning rate η", "learning rate η (slider)", "steps", "steps (slider)"):
        page.keyboard.press("Tab")
        control = page.get_by_label(name, exact=True)
        expect(control).to_be_focused()
        assert outline(control) == FOCUSED
    for role, name in (("radio", "single pair"), ("checkbox", "normalise the input")):
        page.keyboard.press("Tab")
        control = page.get_by_role(role, name=name)
        expect(control).to_be_focused()
        assert outline(control.locator("xpath=ancestor::label")) == FOCUSED
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="normalise the input")).to_be_checked()
    radios = page.locator(f"{TAB} [data-knob=examples] input")
    assert len({radio.get_attribute("name") for radio in radios.all()}) == 1
    page.get_by_role("radio", name="single pair").focus()
    page.keyboard.press("ArrowDown")
    second = page.get_by_role("radio", name="one at a time")
    expect(second).to_be_checked()
    expect(second).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="whole batch")).to_be_checked()
    page.wait_for_url(re.compile("examples=whole"))
    slider = page.get_by_label("learning rate η (slider)")
    slider.focus()
    field = page.get_by_label("learning rate η", exact=True)
    for value in ("2e-4", "5e-4", "0.001"):
        page.keyboard.press("ArrowRight")
        expect(field).to_have_value(value)
    expect(slider).to_have_attribute("aria-valuetext", "0.001")
    page.keyboard.press("ArrowLeft")
    expect(field).to_have_value("5e-4")


def test_typed_numbers_may_have_a_comma_nonsense_is_named_and_a_click_keeps_other_controls(page):
    page.get_by_label("steps", exact=True).fill("50")
    expect(page.locator(f"{TAB} .live-player output")).to_contain_text("/ 50")
    box = page.locator(f"{TAB} .live-panel").nth(2).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.3)
    expect(page.get_by_label("start w")).not_to_have_value("0.5")
    expect(page.get_by_label("steps", exact=True)).to_have_value("50")
    page.wait_for_url(re.compile("weight=.*steps=50"))
    field = page.get_by_label("learning rate η", exact=True)
    wrong = page.locator(f"{TAB} [data-knob=learning_rate] [role=alert]")
    field.fill("0,002")
    page.wait_for_url(re.compile(r"learning_rate=0\.002(&|$)"))
    for unfinished in ("", "-", "0.", "1e-"):
        field.fill(unfinished)
        expect(wrong).to_be_empty()
        expect(field).to_have_attribute("aria-invalid", "false")
    field.fill("fast")
    expect(wrong).to_have_text("A number is needed.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("A number is needed.")
    field.fill("7")
    expect(wrong).to_have_text("Only from 1e−5 to 1.")
    field.fill("")
    field.blur()
    expect(wrong).to_have_text("A number is needed. It stays at 0.002.")
    expect(field).to_have_value("0.002")
    steps = page.get_by_label("steps", exact=True)
    steps.fill("2.5")
    whole = page.locator(f"{TAB} [data-knob=steps] [role=alert]")
    expect(whole).to_have_text("A whole number is needed.")


def test_a_link_hides_controls_and_their_chips(open_page):
    page = open_page("/?chapter=celsius&weight=2&hide=weight,examples", height=844)
    page.wait_for_selector(CHART)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        if width == 390:
            expect(page.get_by_role("tab", name="start b")).to_be_visible()
            expect(page.get_by_role("tab", name="start w")).to_be_hidden()
        else:
            expect(page.get_by_label("steps", exact=True)).to_be_visible()
        for name in ("weight", "examples"):
            expect(page.locator(f"{TAB} [data-knob={name}]")).to_be_hidden()
            expect(page.locator(f"{TAB} [data-control={name}]")).to_be_hidden()
        expect(page.get_by_label("start b", exact=True)).to_be_visible()
    # Nor is it moved in the picture, or by a task.
    page.set_viewport_size({"width": 1280, "height": 844})
    still(page, TAB)
    field = page.get_by_label("start b", exact=True)
    surface = page.locator(f"{TAB} .live-panel.pickable").first
    box = surface.bounding_box()
    surface.click(position={"x": 0.3 * box["width"], "y": 0.4 * box["height"]})
    expect(field).not_to_have_value("0.0")
    page.wait_for_url("**bias=**")
    still(page, TAB)
    page.wait_for_url("**weight=2**")
    expect(page.locator(f"{TAB} .live-caption")).to_contain_text("2.000·x")
    link = page.locator(f"{TAB} .set-up a").first
    link.evaluate("link => { link.href += '&weight=3&bias=7'; link.click(); }")
    page.wait_for_url("**bias=7**")
    expect(field).to_have_value(re.compile(r"^7(\.0)?$"))
    still(page, TAB)
    page.wait_for_url("**weight=2**")


def test_topics_show_their_own_controls_and_are_there_again_after_another_chapter(open_page):
    page = open_page("/?chapter=neuron&topic=logic")
    page.wait_for_selector("#chapter-neuron .live-chart[aria-busy=false]")
    topics = page.locator("#chapter-neuron .topics-place input")
    expect(topics).to_have_count(6)
    expect(page.locator("#chapter-neuron")).to_have_attribute("data-topic", "logic")
    expect(page.locator("#chapter-neuron [data-knob=unit]")).to_be_visible()
    topics.nth(4).check()
    expect(page.locator("#chapter-neuron")).to_have_attribute("data-topic", "activation")
    expect(page.locator("#chapter-neuron [data-knob=unit]")).to_be_hidden()
    expect(page.locator("#chapter-neuron [data-knob=functions]")).to_be_visible()
    page.wait_for_url(re.compile("topic=activation"))
    page.get_by_role("radio", name="Logic", exact=True).check()
    page.wait_for_url(re.compile("topic=logic"))
    page.click("[role=tab][data-tab-id=losses]")
    page.wait_for_selector("#chapter-losses .live-chart[aria-busy=false]")
    page.go_back()
    expect(topics).to_have_count(6)
    expect(page.get_by_role("radio", name="Logic", exact=True)).to_be_checked()


def in_view(part: Locator, height: int) -> bool:
    box = part.bounding_box()
    return bool(box) and box["y"] >= 0 and box["y"] + box["height"] <= height + 1


def test_on_a_phone_picture_and_control_are_on_one_screen(open_page):
    page = open_page("/?chapter=celsius", width=390, height=844, touch=True)
    for chapter, picture in (("celsius", 0), ("losses", 2), ("optimizers", 0), ("backprop", 0)):
        page.get_by_role("combobox", name="Chapter").select_option(chapter)
        page.wait_for_selector(f"#chapter-{chapter} .live-chart[aria-busy=false]")
        dock = page.locator(f"#chapter-{chapter} .panel")
        chart = page.locator(f"#chapter-{chapter} .live-panel:visible").nth(picture)
        # Not behind the dock, which would be in view for Playwright.
        chart.evaluate("chart => chart.scrollIntoView({ block: 'center' })")
        for tab in dock.get_by_role("tab").all()[:4]:
            tab.evaluate("tab => tab.click()")
            expect(tab).to_have_attribute("aria-selected", "true")
            assert dock.bounding_box()["height"] <= 150
            assert in_view(dock, 844)
            assert dock.locator(".item:visible").count() == 1
        assert dock.bounding_box()["y"] > chart.bounding_box()["y"]
        touched = dock.locator("button:visible, .option:visible, input[type=text]:visible")
        for target in touched.all():
            assert target.bounding_box()["height"] >= 40
        # Below the stage the dock stays behind.
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        tasks = page.locator(f"#chapter-{chapter} .tasks").first
        assert dock.bounding_box()["y"] < tasks.bounding_box()["y"]
        page.evaluate("scrollTo(0, 0)")


def test_the_dock_is_a_list_of_tabs_for_the_keyboard(open_page):
    page = open_page(width=390, height=844)
    page.wait_for_selector(CHART)
    chips = page.get_by_role("tablist", name="Controls")
    first = chips.get_by_role("tab", name="start w")
    expect(first).to_have_attribute("aria-selected", "true")
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(chips.get_by_role("tab", name="learning rate η")).to_be_focused()
    expect(page.get_by_label("learning rate η", exact=True)).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("checkbox", name="normalise")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(chips).to_be_hidden()
    expect(page.get_by_label("start w")).to_be_visible()
