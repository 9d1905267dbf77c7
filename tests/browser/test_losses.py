"""The loss explorer as a student uses it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import still

TAB = "#chapter-losses"
CHART = f"{TAB} .live-chart[aria-busy=false]"


@pytest.fixture
def tab(open_page) -> Page:
    page = open_page("/?chapter=losses")
    ready(page)
    return page


def ready(page: Page) -> None:
    page.wait_for_selector(CHART)
    shows(page, "L")


def shows(page: Page, text: str) -> None:
    """Wait until the blackboard shows a text."""
    page.wait_for_function(
        "([tab, text]) => [...document.querySelectorAll(`${tab} .blackboard .katex-html`)]"
        ".map((e) => e.innerText.replace(/\\s/g, '')).join('|').includes(text)",
        arg=[TAB, text],
    )


def legend(page: Page) -> Locator:
    return page.locator(f"{TAB} .live-legend li")


def panels(page: Page) -> Locator:
    return page.locator(f"{TAB} .live-panel:visible")


def caption(page: Page) -> Locator:
    return page.locator(f"{TAB} .live-caption")


def scrub(page: Page, step: int) -> None:
    page.locator(f"{TAB} .live-player input[type=range]").fill(str(step))
    expect(page.locator(CHART)).to_have_attribute("data-step", str(step))


def slider(page: Page, name: str) -> Locator:
    """The number field of a slider of this tab."""
    return page.locator(TAB).get_by_label(re.compile(name)).first


def outlier_at(page: Page) -> tuple[float, float]:
    """Where the middle of the flat tire's point is on the screen."""
    rings = page.locator(f"{TAB} .live-panel").first.locator(".mark-symbol path")
    found, before = None, ()
    while not found or found != before:  # until nothing above moves it any more
        before = found
        # At one moment: a chart may be drawing itself anew.
        boxes = rings.evaluate_all(
            "rings => rings.map((ring) => ring.getBoundingClientRect())"
            ".map(({ x, y, width, height }) => [width, x + width / 2, y + height / 2])"
        )
        found = max(boxes, default=None)
        page.wait_for_timeout(150)
    _width, x, y = found
    return x, y


def expect_numbers(page: Page, names: list[str]) -> None:
    """Wait until the sliders that are seen have these names."""
    shown = page.locator(f"{TAB} .panel .number:visible .knob-name")
    expect(shown).to_have_text(names, use_inner_text=True)


def test_three_losses_take_their_first_step_play_together_and_mbe_leaves_the_picture(tab):
    expect(legend(tab)).to_have_text(["MBE", "MAE", "MSE"])
    expect(panels(tab)).to_have_count(5)
    shows(tab, "177.0")  # MSE of w = 0
    shows(tab, "2.5417")  # the slope of MBE: the mean of x
    picture = tab.locator(f"{TAB} .live-panel").nth(1)
    conclusion = tab.locator(f"{TAB} .live-conclusion")
    expect(picture).not_to_contain_text("MBE")
    tab.locator(f"{TAB} [data-do=play]").click()
    tab.wait_for_function(f"Number(document.querySelector('{TAB} .live-chart').dataset.step) > 5")
    tab.locator(f"{TAB} [data-do=play]").click()
    step = int(tab.locator(CHART).get_attribute("data-step"))
    shows(tab, f"{2.5417 * -0.05 * step:.4f}"[:6].replace("-", "−"))
    expect(conclusion).to_be_empty()
    scrub(tab, 60)
    expect(picture).to_contain_text("MBE −7.6")
    expect(conclusion).to_contain_text("MBE falls for ever")
    tab.locator(f"{TAB} .live-table summary").click()
    head = tab.locator(f"{TAB} .live-table th")
    expect(head).to_have_text(["loss", "step", "w", "L", "slope", "new w"])
    expect(tab.locator(f"{TAB} .live-table td").first).to_have_text("MBE")
    # The slider is the keyboard's way to move the outlier.
    shows(tab, "4.14")
    slider(tab, "flat tire").fill("15")
    shows(tab, "3.0034")


def test_a_click_on_a_curve_starts_there_and_the_outlier_can_be_dragged(tab):
    valley = panels(tab).nth(4)
    box = valley.bounding_box()
    tab.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.4)
    start = slider(tab, "start w")
    expect(start).not_to_have_value("0.0")
    assert 4 < float(start.input_value()) < 5.5
    shows(tab, f"{float(start.input_value()):.4f}")

    minutes = slider(tab, "flat tire")
    still(
        tab, TAB
    )  # the charts are drawn anew: the point must not move away from below the pointer
    x, y = outlier_at(tab)
    tab.mouse.move(x, y)
    tab.mouse.down()
    for dy in range(0, 72, 6):
        tab.mouse.move(x + 3, y + dy)
    tab.mouse.up()
    # 6 to 29: the answers to the way there come first.
    expect(minutes).to_have_value(re.compile(r"^([6-9]|[12]\d)(\.\d+)?$"))
    new_x, new_y = outlier_at(tab)
    assert new_x == pytest.approx(x, abs=1.5)  # only up and down
    assert new_y > y + 40


def test_a_thumb_steps_and_a_finger_drags_the_outlier_without_scrolling_the_page(open_page):
    page = open_page("/?chapter=losses", width=390, height=844, touch=True)
    ready(page)
    x, y = outlier_at(page)
    touch = page.context.new_cdp_session(page)

    def send(kind: str, dy: float | None = None) -> None:
        points = [] if dy is None else [{"x": x, "y": y + dy}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", 0)
    for dy in range(4, 60, 4):
        send("touchMove", dy)
    send("touchEnd")
    expect(slider(page, "flat tire")).not_to_have_value("38")
    assert page.evaluate("scrollY") == 0
    page.locator(f"{TAB} [data-do=forward]").tap()
    expect(page.locator(CHART)).to_have_attribute("data-step", "1")


def test_another_loss_brings_its_curve_its_line_its_numbers_and_its_slider(tab):
    delta = tab.locator(f"{TAB} [data-knob=delta]")
    expect(delta).to_be_hidden()
    tab.get_by_role("checkbox", name="Huber").check()
    expect(delta).to_be_visible()
    expect(legend(tab)).to_have_text(["MBE", "MAE", "MSE", "Huber"])
    expect(panels(tab)).to_have_count(6)
    scrub(tab, 60)
    shows(tab, "Huber")
    shows(tab, "3.1372")
    # A rate too high says which loss broke.
    tab.locator(f"{TAB} [data-knob=learning_rate] input[type=text]").fill("0.9")
    tab.locator(f"{TAB} .live-player input[type=range]").press("End")
    expect(tab.locator(f"{TAB} .live-warning")).to_contain_text("Stopped: MSE at step")
    tab.locator(f"{TAB} [data-knob=learning_rate] input[type=text]").fill("0.05")
    expect(tab.locator(f"{TAB} .live-warning")).to_be_hidden()
    line_losses = tab.locator(f"{TAB} [data-knob=losses]")
    line_losses.get_by_label("MBE: mean bias error").uncheck()
    expect(legend(tab)).to_have_text(["MAE", "MSE", "Huber"])
    for name in ("MAE: mean absolute error", "MSE: mean squared error", "Huber"):
        line_losses.get_by_label(name, exact=True).uncheck()
    expect(caption(tab)).to_have_text("Choose a loss to see its line.")
    expect(panels(tab)).to_have_count(2)


def test_yes_or_no_swaps_controls_and_pictures_and_every_slider_keeps_its_name(tab):
    tab.get_by_label("Predict yes or no").check()
    expect(legend(tab)).to_have_text(["MSE", "BCE"])
    expect(panels(tab)).to_have_count(3)
    expect(slider(tab, "flat tire")).to_be_hidden()
    expect(slider(tab, "start z")).to_be_visible()
    expect_numbers(tab, ["start z", "learning rate η"])
    shows(tab, "=0.685")
    shows(tab, "−404.43")
    scrub(tab, 7)
    shows(tab, "−5.9656"[:5])
    tab.get_by_label("probability ŷ").check()
    expect(tab.locator(f"{TAB} .live-panels")).to_contain_text("The loss by probability ŷ")
    tab.get_by_role("checkbox", name="hinge").check()
    expect(caption(tab)).to_contain_text("Hinge knows scores only")
    tab.get_by_label("a number").check()
    expect(panels(tab)).to_have_count(5)
    expect_numbers(tab, ["flat tire [min]", "start w [min/km]", "learning rate η"])


def test_a_link_brings_back_the_task_the_losses_and_the_picture(tab):
    tab.get_by_label("Predict yes or no").check()
    tab.get_by_role("checkbox", name="hinge").check()
    tab.get_by_label("dog").check()
    slider(tab, "start z").fill("4")
    expect(caption(tab)).to_contain_text("hinge 4.00")
    tab.locator(f"{TAB} .copy-link").click()
    expect(tab).to_have_url(re.compile("task=classification"))
    link, told = tab.url, caption(tab).inner_text()
    assert "score_losses=mse%2Cbce%2Chinge" in link
    assert "label=dog" in link

    tab.goto(link)
    ready(tab)
    expect(caption(tab)).to_have_text(told)
    expect(tab.get_by_role("checkbox", name="hinge")).to_be_checked()
    expect(slider(tab, "start z")).to_have_value("4.0")
    expect(slider(tab, "flat tire")).to_be_hidden()
    expect(tab.locator(".notice [role=alert]")).to_have_count(0)


def test_nonsense_in_a_link_is_ignored_with_a_notice(open_page):
    page = open_page("/?chapter=losses&losses=mse,nonsense&outlier=1e9&axis=sideways&delta=3")
    ready(page)
    notice = page.locator(".notice [role=alert]")
    for word in ("losses", "outlier", "axis"):
        expect(notice).to_contain_text(word)
    expect(legend(page)).to_have_text(["MBE", "MAE", "MSE"])
    expect(page.locator(f"{TAB} [data-knob=delta] input[type=text]")).to_have_value("3")


def test_lines_and_legend_have_other_colours_in_the_dark_and_keep_them_in_the_visitors_own(
    open_page,
):
    colours = []
    page = open_page("about:blank")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(f"/?chapter=losses&losses=huber&__theme={theme}")
        ready(page)
        expect(page.locator(f"{TAB} [data-knob=delta]")).to_be_visible()  # it comes with Huber
        colours.append(
            [
                page.evaluate(f"getComputedStyle(document.querySelector('{TAB} {part}')).{css}")
                for part, css in ((".live-legend path", "stroke"), (".live-panel text", "fill"))
            ]
        )
    assert all(light != dark for light, dark in zip(*colours, strict=True))
    # The colours that the visitor's system forces on pages.
    page.emulate_media(forced_colors="active")
    chapter = page.locator(TAB)
    chosen = page.locator(".chapters > .tab-wrapper [role=tab][aria-selected=true]")
    expect(chosen).to_have_css("border-bottom-width", "4px")
    mine = ".choose-task.in-topic-regression[aria-pressed=true]"
    expect(chapter.locator(mine)).to_have_css("outline-width", "3px")
    expect(chapter.locator(".option:has(:checked)").first).to_have_css("outline-width", "3px")
    for part in (".live-legend svg", ".live-panel"):
        expect(chapter.locator(part).first).to_have_css("forced-color-adjust", "none")
