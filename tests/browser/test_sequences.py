"""Sequences as a student uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

from demos.sequences.rows import PITCH
from tests.browser.pages import listen, scrub_to_end, still, too_wide, topic

TAB = "#chapter-sequences"
CHART = f"{TAB} .live-chart[aria-busy=false]"
OWN = "<i>Fischers Fritz</i> fischt frische Fische, $x$ frische Fische fischt er. " * 4


@pytest.fixture
def tab(open_page) -> Page:
    page = open_page("/?chapter=sequences&updates=12&length=8&hidden=6", motion=False)
    page.wait_for_selector(CHART)
    return page


def test_a_training_is_played_and_every_topic_has_its_picture(tab):
    counted = tab.locator(f"{TAB} .live-player output")
    expect(counted).to_have_text(re.compile(r"update\s+0 / 12"))
    # Eight steps of six units, and the letter that is read first.
    main = tab.locator(f"{TAB} .live-panel:visible").first
    cells = main.locator(".mark-rect path[stroke='var(--chart-paper)']")
    expect(cells).to_have_count(48)
    expect(main.locator("text", has_text=re.compile("^[ABCD]$")).first).to_be_visible()
    before = cells.evaluate_all("paths => paths.map((one) => one.getAttribute('opacity')).join()")
    scrub_to_end(tab, TAB)
    expect(counted).to_have_text("update 12 / 12")
    after = cells.evaluate_all("paths => paths.map((one) => one.getAttribute('opacity')).join()")
    assert before != after
    asked = []
    listen(tab, "request", lambda request: asked.append(request.url))
    tab.locator(f"{TAB} .live-player [data-do=back]").click()
    assert [url for url in asked if "/run/" in url or "/queue/" in url] == []
    tab.get_by_role("radio", name="continue a wave").check()
    expect(tab.get_by_label("after every step")).to_be_checked()
    expect(tab.locator(f"{TAB} .live-caption")).to_contain_text("it reads its own answers")
    tab.get_by_role("radio", name="convolution").check()
    expect(tab.locator(f"{TAB} [data-knob=layers]")).to_be_visible()
    expect(tab.locator(f"{TAB} [data-knob=keep]")).to_be_hidden()
    shown = {
        "The gradient on its way back": ("steps back 29 / 29", 1, "the first gets so many times"),
        "Clipping": ("update 12 / 12", 2, "in the end"),
        "Unrolled": ("step 12 / 12", 1, "each step back multiplies"),
    }
    for name, (count, charts, conclusion) in shown.items():
        topic(tab, TAB, name)
        scrub_to_end(tab, TAB)
        expect(counted).to_have_text(count)
        expect(tab.locator(f"{TAB} .live-panel:visible")).to_have_count(charts)
        expect(tab.locator(f"{TAB} .live-conclusion")).to_contain_text(conclusion)
        expect(tab.locator(f"{TAB} .tasks .task:visible").first).to_be_visible()
    board = tab.locator(f"{TAB} .blackboard.by-step p.now")
    expect(board).to_contain_text("Step")


def test_a_row_of_the_gates_is_clicked_and_its_unit_written_out(tab):
    topic(tab, TAB, "Gates")
    caption = tab.locator(f"{TAB} .live-caption")
    tab.locator(f"{TAB} [data-knob=unit] .knob-field").fill("2")
    expect(caption).to_contain_text("unit 2")
    main = tab.locator(f"{TAB} .live-panel:visible").first
    tab.evaluate("scrollTo(0, 0)")
    chosen = main.locator(".mark-rect path[stroke='var(--chart-orange)']")
    expect(chosen).to_have_count(5)  # in each gate's rows, in the cell's and in the state's
    first, second = (chosen.nth(i).bounding_box() for i in (0, 1))
    row = (second["y"] - first["y"]) / PITCH / 6
    # Two rows below its own is that of unit 4.
    tab.mouse.click(first["x"] + 40, first["y"] + first["height"] / 2 + 2 * row)
    expect(caption).to_contain_text("unit 4")
    board = tab.locator(f"{TAB} .blackboard").first
    expect(board).to_contain_text("σ")
    tab.get_by_role("radio", name="RNN", exact=True).check()
    expect(tab.locator(f"{TAB} .live-warning")).to_contain_text("Only LSTM and GRU have gates")


def test_a_text_of_ones_own_is_learned_written_on_and_stays_in_the_address(tab):
    topic(tab, TAB, "The next character")
    tab.get_by_role("radio", name="RNN", exact=True).check()
    tab.get_by_role("radio", name="my own").check()
    field = tab.locator(f"{TAB} [data-knob=text] textarea")
    field.fill("Hi")
    expect(tab.locator(f"{TAB} .live-warning")).to_contain_text("at least 100 characters")
    field.fill(OWN)
    expect(tab.locator(f"{TAB} .live-warning")).to_be_hidden()
    expect(tab).to_have_url(re.compile("source=own.*text=%3Ci%3E"))
    still(tab, TAB)
    main = tab.locator(f"{TAB} .live-panel:visible").first
    # Signs are signs, not HTML and not formulas.
    assert main.locator("i").count() == 0
    scrub_to_end(tab, TAB)
    signs = main.locator(".mark-text text").all_text_contents()
    assert {one for one in signs if len(one) == 1} <= set(OWN) | set("The ")
    tab.reload()
    tab.wait_for_selector(CHART)
    expect(field).to_have_value(OWN)


def test_the_page_fits_a_phone_in_german(open_page):
    page = open_page("/?chapter=sequences&updates=12&lang=de", 390, 844, touch=True, motion=False)
    page.wait_for_selector(CHART)
    for name in ("Tore", "Der Gradient auf dem Rückweg", "Ausgerollt", "Das nächste Zeichen"):
        topic(page, TAB, name)
        still(page, TAB)
        assert too_wide(page) == []
        cut = page.locator(f"{TAB} .live-panel:visible").evaluate_all(
            """panels => panels.flatMap((panel) => [...panel.querySelectorAll('.role-title text')]
                .filter((text) => text.getBoundingClientRect().right > innerWidth)
                .map((text) => text.textContent))"""
        )
        assert cut == []


# As soon as it is said how far it is, and in one go: or the training may be over in between.
PRESS = """([tab, times]) => {
  const button = [...document.querySelectorAll(`${tab} button`)]
    .find((one) => one.textContent.trim() === 'Draw anew');
  const waits = document.querySelector(`${tab} .live-waits`);
  const seen = {
    share: waits.hidden ? null : waits.querySelector('progress').value,
    says: waits.textContent,
    top: document.querySelector(`${tab} .live-panels`).offsetTop,
  };
  if (!(seen.share > 0)) return null;
  for (let press = 0; press < times; press += 1) button.click();
  return seen;
}"""


def test_while_it_is_computed_the_picture_says_so_and_pressing_again_starts_it_once(tab):
    still(tab, TAB)
    asked = []
    listen(tab, "request", lambda request: asked.append(request.url))
    waits = tab.locator(f"{TAB} .live-waits")
    expect(waits).to_be_hidden()
    before = tab.locator(f"{TAB} .live-panels").evaluate("panels => panels.offsetTop")
    tab.locator(f"{TAB} [data-knob=updates] .knob-field").fill("400")
    seen = tab.wait_for_function(PRESS, arg=[TAB, 3], polling="raf").json_value()
    assert re.search(r"Computing … \d+\s%", seen["says"])
    assert seen["top"] == before  # nothing moves for it
    expect(tab.locator(f"{TAB} .live-player output")).to_have_text(re.compile("0 / 400"))
    still(tab, TAB)
    expect(waits).to_be_hidden()
    # That of the settings, and that of the last press.
    assert len([url for url in asked if "/queue/join" in url]) == 2
