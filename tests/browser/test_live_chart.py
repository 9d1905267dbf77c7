"""What every LiveChart does, as a student sees it."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import still

CHART = "#chapter-celsius .live-chart[aria-busy=false]"
# The chart of the loss: its lines in the order of its layers, as paths.
LOSS = "#chapter-celsius .live-panel:nth-child(2)"
EXACT = 0.5 / (37.78**2 + 1)  # the rate at which one step hits the target


@pytest.fixture
def open_celsius(open_page):
    def open_chart(query: str = "", **options) -> Page:
        page = open_page(f"/?chapter=celsius{query}", **options)
        page.wait_for_selector(CHART)
        return page

    return open_chart


def scrub(page: Page, step: int) -> None:
    page.locator("#chapter-celsius .live-player input[type=range]").fill(str(step))


def lines(page: Page) -> list[dict]:
    """Return what is drawn of the lines in the chart of the loss: dashes, and how long they are."""
    return page.evaluate(
        f"""[...document.querySelectorAll('{LOSS} .mark-line path')].map((path) => ({{
          dash: path.getAttribute('stroke-dasharray') || '',
          length: path.getTotalLength(),
          steps: path.getAttribute('d').split('L').length - 1,
          colour: path.getAttribute('stroke'),
        }}))"""
    )


def ghost(page: Page) -> list[dict]:
    return [line for line in lines(page) if line["dash"] == "3,4" and line["length"]]


def answered(page: Page, change) -> None:
    """Make a change, and wait until the picture shows it."""
    board = page.locator("#chapter-celsius .block.blackboard")
    before = board.inner_text()
    change()
    expect(board).not_to_have_text(before)
    still(page, "#chapter-celsius")


def test_the_run_before_stays_as_a_ghost(open_celsius):
    page = open_celsius()
    assert not ghost(page)
    page.wait_for_timeout(800)
    rate = page.get_by_label("learning rate η").first
    answered(page, lambda: (rate.fill("5e-5"), rate.blur()))
    for _attempt in range(40):  # the board is written before the charts are drawn
        if ghost(page):
            break
        page.wait_for_timeout(50)
    (line,) = ghost(page)
    assert "faint" in line["colour"]


def test_while_a_control_moves_the_ghost_is_the_run_that_stood(open_celsius):
    page = open_celsius()
    page.wait_for_timeout(800)
    track = page.locator("#chapter-celsius [data-knob=steps] input[type=range]")
    box, before = track.bounding_box(), None
    while box != before:  # until nothing above moves it any more
        page.wait_for_timeout(200)
        box, before = track.bounding_box(), box
    page.mouse.move(box["x"] + box["width"] * 0.61, box["y"] + box["height"] / 2)
    page.mouse.down()
    for x in range(int(box["width"] * 0.61), int(box["width"] * 0.8), 3):
        page.mouse.move(box["x"] + x, box["y"] + box["height"] / 2)
        page.wait_for_timeout(30)
    page.mouse.up()
    expect(page.get_by_label("steps", exact=True)).not_to_have_value("100")
    output = page.locator("#chapter-celsius .live-player output")
    expect(output).not_to_contain_text("/ 100")
    page.wait_for_timeout(600)
    (line,) = ghost(page)
    assert line["steps"] == 100


def test_the_ghost_goes_when_the_topic_changes(open_page):
    page = open_page("/?chapter=optimizers")
    chart = page.locator("#chapter-optimizers .live-chart[aria-busy=false]")
    chart.wait_for()
    dashes = (
        "[...document.querySelectorAll('#chapter-optimizers .live-panel:nth-child(2) path')]"
        ".filter((p) => p.getAttribute('stroke-dasharray') === '3,4'"
        " && p.getTotalLength() > 0).length"
    )
    page.wait_for_timeout(800)
    momentum = page.get_by_label("momentum β").first
    momentum.fill("0.5")
    momentum.blur()
    page.wait_for_function(f"({dashes}) > 0")
    page.get_by_role("radio", name="bowl").check()
    page.wait_for_function(f"({dashes}) === 0")


def test_a_loss_of_exactly_zero_goes_on_to_the_last_step(open_celsius):
    page = open_celsius(f"&learning_rate={EXACT}&weight=0&bias=0")
    scrub(page, 100)
    page.wait_for_timeout(200)
    right = f"""(() => {{
      const box = (node) => node.getBoundingClientRect();
      const dot = box(document.querySelector('{LOSS} .mark-symbol path'));
      const svg = box(document.querySelector('{LOSS} svg'));
      return svg.right - dot.right;
    }})()"""
    assert page.evaluate(right) < 24
    assert page.locator(f"{LOSS} .mark-text.role-mark text").all_text_contents() == ["0"]


def test_the_table_of_a_long_run_says_so_and_marks_the_current_step(open_celsius):
    page = open_celsius("&steps=2000&learning_rate=0.00001")
    table = page.locator("#chapter-celsius .live-table")
    table.locator("summary").click()
    expect(table.locator("p")).to_contain_text("2001 rows: of every 6 one is shown")
    shown = table.locator("tbody tr").count()
    current = table.locator("tr[aria-current=step]")
    for step in (0, 6, 7, 1999, 2000):
        scrub(page, step)
        expect(current).to_have_count(1)
        expect(current.locator("td").first).to_have_text(str(step))
        numbers = [int(text) for text in table.locator("tbody td:first-child").all_inner_texts()]
        assert numbers == sorted(numbers)
        assert current.evaluate(
            "row => { const box = row.closest('div').getBoundingClientRect(),"
            " own = row.getBoundingClientRect();"
            " return own.top >= box.top && own.bottom <= box.bottom; }"
        )
    assert table.locator("tbody tr").count() <= shown + 1


def test_the_numbers_of_a_diverging_run_have_no_holes_and_stay_inside(open_celsius):
    page = open_celsius("&learning_rate=0.01")
    for step in (1, 6, 11):
        scrub(page, step)
        slots = page.evaluate(
            """[...document.querySelectorAll('#chapter-celsius .blackboard .katex-html span')]
            .filter((span) => span.style.minWidth).map((span) => {
              const range = document.createRange();
              range.selectNodeContents(span);
              return [span.getBoundingClientRect().width, range.getBoundingClientRect().width,
                      parseFloat(getComputedStyle(span).fontSize), span.textContent];
            })"""
        )
        assert slots
        for room, text, font, words in slots:
            assert room - text < 4 * font, words
            assert len(words) <= 12, words
    overflowing = page.evaluate(
        """[...document.querySelectorAll('#chapter-celsius .blackboard p')]
        .filter((p) => p.scrollWidth > p.clientWidth + 1).map((p) => p.innerText)"""
    )
    assert not overflowing


def test_a_short_table_has_all_rows_and_on_paper_answers_are_open_and_nothing_to_be_pressed(
    open_celsius,
):
    page = open_celsius()
    table = page.locator("#chapter-celsius .live-table")
    table.locator("summary").click()
    expect(table.locator("tbody tr")).to_have_count(101)
    expect(table.locator("p")).to_have_count(0)
    address = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.name)"
        ".find((name) => name.includes('charts/demos.celsius'))"
    )
    panels = page.evaluate("address => fetch(address).then((one) => one.json())", address)
    drawn = ['"before"' in json.dumps(panel["spec"]) for panel in panels]
    assert drawn == [False, True, False]
    answer = page.get_by_text("One pair is one equation for two unknowns")
    expect(answer).not_to_be_visible()
    page.emulate_media(media="print")
    assert answer.evaluate("node => node.checkVisibility({ contentVisibilityAuto: true })")
    assert answer.bounding_box()["height"] > 10
    for gone in (".live-player", ".copy-link", ".show-code", ".neighbours"):
        expect(page.locator(f"#chapter-celsius {gone}").first).to_be_hidden()
    expect(page.locator("#chapter-celsius .live-panel svg").first).to_be_visible()
    page.emulate_media(media="screen")


def expect_axes(page: Page, width: int) -> None:
    """One minus sign, powers of ten, and no label upon another."""
    texts = page.evaluate(
        f"""[...document.querySelectorAll('{LOSS} .role-axis-label text')]
        .filter((text) => Number(text.getAttribute('opacity') ?? 1) > 0
                && text.textContent).map((text) => {{
          const box = text.getBoundingClientRect();
          return [text.textContent, box.top, box.bottom, box.left];
        }})"""
    )
    assert not [text for text, *_ in texts if "-" in text]
    left = min(x for *_, x in texts)
    column = sorted((t, b) for text, t, b, x in texts if x < left + 60)
    powers = [text for text, *_ in texts if re.fullmatch(r"1e−?\d+|10*|0\.0*1", text)]
    assert len(powers) >= 3
    for (_, bottom), (top, _) in pairwise(column[:-1]):
        assert top >= bottom - 3, f"labels overlap at {width} px"


def test_the_charts_have_their_height_and_axes_also_after_the_window_grew_or_shrank(open_celsius):
    page = open_celsius(width=390, height=844)

    def height() -> float:
        return page.locator("#chapter-celsius .live-panel svg").first.bounding_box()["height"]

    expect_axes(page, 390)
    small = height()
    drawn = """[...document.querySelectorAll('#chapter-celsius .live-panel')].every((panel) =>
      Math.abs(panel.querySelector('svg').getBoundingClientRect().width - panel.clientWidth) < 4)"""
    for width, wanted in ((1280, 260), (390, small), (1280, 260)):
        page.set_viewport_size({"width": width, "height": 844})
        svg = "document.querySelector('#chapter-celsius .live-panel svg').getBoundingClientRect()"
        page.wait_for_function(f"Math.abs({svg}.height - {wanted}) < 4")
        page.wait_for_function(drawn)
        panel = page.locator("#chapter-celsius .live-panel").first.bounding_box()
        assert abs(panel["height"] - wanted) < 12
        expect_axes(page, width)


def test_screen_readers_hear_the_caption_when_a_step_was_chosen_or_it_has_played(open_celsius):
    page = open_celsius("&steps=10")
    told = page.locator("#chapter-celsius .live-told[role=status]")
    caption = page.locator("#chapter-celsius .live-caption")
    assert page.locator("#chapter-celsius .live-player output[aria-live=off]").count() == 1
    page.wait_for_timeout(800)
    expect(told).to_have_text("")  # of a page that opens, nothing is said
    scrub(page, 3)
    expect(told).to_have_text(caption.inner_text())
    page.evaluate(
        """() => {
          window.heard = [];
          const told = document.querySelector('#chapter-celsius .live-told');
          new MutationObserver(() => window.heard.push(told.textContent))
            .observe(told, { childList: true });
        }"""
    )
    page.locator("#chapter-celsius [data-do=play]").click()
    expect(page.locator("#chapter-celsius .live-chart[data-step='10']")).to_be_visible()
    expect(told).to_have_text(caption.inner_text())
    assert page.evaluate("window.heard.length") == 1  # once, at the end


def test_while_a_run_is_played_axes_stand_and_vega_looks_for_no_range_anew(open_celsius):
    page = open_celsius()
    warned = []

    def hear(message) -> None:
        warned.append(message.text)

    page.on("console", hear)
    drawn = page.evaluate(
        f"""async () => {{
          const parts = ['label', 'tick', 'grid'].map((part) => `{LOSS} .role-axis-${{part}}`);
          const axes = [...document.querySelectorAll(parts.join())];
          const drawn = [];
          const watch = new MutationObserver((all) => drawn.push(...all.map((one) => one.type)));
          const every = {{ subtree: true, childList: true, characterData: true, attributes: true }};
          for (const axis of axes) watch.observe(axis, every);
          const slider = document.querySelector('#chapter-celsius .live-player input[type=range]');
          for (const step of [3, 20, 60, 7]) {{
            slider.value = step;
            slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
            await new Promise((done) => setTimeout(done, 100));
          }}
          return [axes.length, drawn];
        }}"""
    )
    page.remove_listener("console", hear)
    assert drawn == [6, []]
    assert warned == []
