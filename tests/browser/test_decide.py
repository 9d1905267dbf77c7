"""Yes or no as a visitor uses it: a threshold to drag, cells to open, a table of one's own."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from demos.decide import rows
from demos.decide.answers import decide_threshold
from demos.decide.knobs import KNOBS
from tests.browser.pages import listen, still, too_wide

TAB = "#chapter-decide"
BOARD = f"{TAB} .threshold-board"


def counts_of(page: Page) -> list[int]:
    """The four counts of the confusion matrix."""
    return [int(n) for n in page.locator(BOARD).get_attribute("data-counts").split(",")]


def judged(page: Page) -> None:
    expect(page.locator(BOARD)).to_have_attribute("aria-busy", "false")
    still(page, TAB)


def counts_at(threshold, **settings):
    """What scikit-learn's numbers, by way of the endpoint, say of the test rows of heart."""
    scores = rows.judged(rows.Source({**KNOBS.defaults(), **settings}), "test")
    found = decide_threshold(scores["scores"], scores["labels"], threshold)
    names = ("true_positives", "false_positives", "false_negatives", "true_negatives")
    return [found[name] for name in names]


def drag(page: Page, selector: str, start: float, end: float) -> None:
    """Drag over a plot, from and to shares of its width."""
    box = page.locator(f"{BOARD} {selector}").bounding_box()
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], height)
    page.mouse.down()
    for step in range(1, 6):
        at = start + (end - start) * step / 5
        page.mouse.move(box["x"] + at * box["width"], height)


def test_the_threshold_is_dragged_without_the_server_and_cells_open(open_page):
    page = open_page("/?chapter=decide&topic=threshold", motion=False)
    judged(page)
    assert counts_of(page) == counts_at(0.5)
    asked = []
    listen(page, "request", lambda request: asked.append(request.url))
    drag(page, ".tb-scores svg", 0.5, 0.8)
    # The page moves along while it is dragged, before the hand lets go.
    expect(page.locator(f"{BOARD} [data-set=threshold]")).not_to_have_value("0.5")
    page.mouse.up()
    threshold = float(page.locator(f"{BOARD} [data-set=threshold]").input_value())
    assert threshold > 0.6
    expect(page).to_have_url(re.compile(f"threshold={threshold}"))
    assert counts_of(page) == counts_at(threshold)
    # So it does over the curves, where the nearest point is taken.
    drag(page, "[data-part=roc] svg", 0.5, 0.3)
    page.mouse.up()
    along = float(page.locator(f"{BOARD} [data-set=threshold]").input_value())
    assert along != threshold
    assert counts_of(page) == counts_at(along)
    # A cell opens those who are in it.
    page.locator(f"{BOARD} [data-cell=fn]").click()
    missed = counts_of(page)[2]
    expect(page.locator(f"{BOARD} .tb-rows tbody tr")).to_have_count(min(100, missed))
    expect(page.locator(f"{BOARD} .tb-rows h3")).to_contain_text("type II error")
    # Costs decide where it is cheapest.
    page.locator(f"{BOARD} [data-set=miss]").fill("5")
    page.get_by_role("button", name="Go to the cheapest threshold").click()
    expect(page.locator(f"{BOARD} [data-name=bill]")).to_contain_text("= 36.")
    expect(page).to_have_url(re.compile("miss=5"))
    assert counts_of(page)[2] == 0
    # The keyboard moves it too.
    before = float(page.locator(f"{BOARD} [data-set=threshold]").input_value())
    page.locator(f"{BOARD} .tb-scores svg").press("ArrowRight")
    now = page.locator(f"{BOARD} [data-set=threshold]")
    expect(now).to_have_value(re.compile(f"^{before + 0.01:.3g}"))
    # What the board draws is saved as charts are.
    files = {}
    page.locator(f"{BOARD} .live-save").scroll_into_view_if_needed()
    still(page)  # a page that scrolls closes the menu
    for kind in ("SVG", "PNG", "CSV"):
        page.locator(f"{BOARD} .live-save").click()
        expect(page.locator(f"{BOARD} .live-save-line")).to_have_count(6)  # tables, too
        with page.expect_download() as download:
            page.locator(f"{BOARD} .live-save-line").nth(1).get_by_role("button", name=kind).click()
        assert download.value.suggested_filename.startswith("decide-roc-area-0-")
        files[kind] = download.value.path().read_bytes()
    svg = files["SVG"].decode()
    assert "var(" not in svg
    assert "fill:rgb(0, 114, 178)" in svg  # style sheets are not needed
    assert "Yes or no</text>" in svg
    assert files["PNG"].startswith(b"\x89PNG")
    lines = files["CSV"].decode("utf-8-sig").splitlines()
    assert lines[0] == 'threshold,"false alarms, of all noes","found, of all yeses"'
    assert {line.partition(",")[2] for line in (lines[1], lines[-1])} == {"0,0", "1,1"}
    assert [url for url in asked if url.startswith("http")] == []
    # On paper: its axes, without what is to be found, and the picture of a question.
    page.locator("#chapter-decide .copy-link").click()
    page.get_by_role("button", name="Worksheet to print").click()
    sheet = page.locator(".worksheet")
    expect(sheet.locator(".sheet-figure .tb-axes text").first).to_be_visible()
    expect(sheet.locator(".sheet-figure .tb-bars")).to_have_count(0)
    expect(sheet.locator(".sheet-picture svg").first).to_be_visible()
    expect(sheet.locator(".sheet-question")).to_have_count(5)


def test_a_link_brings_groups_and_temperature_back_on_a_phone_in_german(open_page):
    page = open_page(
        "/?chapter=decide&topic=fair&part=folds&rule=opportunity&threshold=0.4&lang=de",
        width=390,
        height=844,
        touch=True,
        locale="de-DE",
        motion=False,
    )
    judged(page)
    expect(page.locator(f"{BOARD} [data-set=rule] [aria-pressed=true]")).to_have_text(
        "gleiche Sensitivität"
    )
    table = page.locator(f"{BOARD} .tb-compared")
    expect(table.locator("thead th")).to_have_text(["Männer", "Frauen"])
    found = table.locator("tr", has_text="Sensitivität").locator("td").all_inner_texts()
    men, women = (float(text.split("\u202f")[0]) for text in found)
    assert abs(men - women) < 2
    expect(page.locator(f"{BOARD} [data-name=fair]")).to_contain_text("wer soll das entscheiden?")
    assert too_wide(page) == []
    page.locator(f"{TAB} .topics").get_by_text("Kalibriert?").click()
    still(page, TAB)
    page.locator(f"{BOARD} [data-set=temperature]").fill("2")
    expect(page.locator(f"{BOARD} [data-name=now]")).to_have_text("T = 2")
    expect(page).to_have_url(re.compile("temperature=2"))


@pytest.fixture
def own(tmp_path):
    """A table as a German Excel saves it, and one that is too large."""
    rng = np.random.default_rng(0)
    score = rng.normal(20, 5, 200).round(2)
    lines = ["Größe;Farbe;bestanden"]
    for one, noise in zip(score, rng.normal(0, 3, 200), strict=True):
        lines.append(f"{str(one).replace('.', ',')};{'rot' if noise > 0 else 'blau'};")
        lines[-1] += "ja" if one + noise > 20 else "nein"
    (tmp_path / "own.csv").write_bytes("\r\n".join(lines).encode("cp1252"))
    (tmp_path / "large.csv").write_text("a,b\n" + "1,2\n" * 2_500_000)
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "bare.csv").write_text("\n".join(f"{i},{i * 2},{i % 2}" for i in range(60)))
    return tmp_path


def test_a_table_of_ones_own_is_learned_from_and_stays_in_the_page(open_page, own):
    page = open_page("/?chapter=decide&topic=train", motion=False)
    still(page, TAB)
    choose = page.locator(f"{TAB} .table-drop input[type=file]")
    status = page.locator(f"{TAB} .td-status")
    choose.set_input_files(own / "empty.csv")
    expect(status).to_have_text("empty.csv is empty.")
    choose.set_input_files(own / "large.csv")
    expect(status).to_contain_text("10.0 MB, and may have 4 MB")
    choose.set_input_files(own / "bare.csv")
    expect(status).to_contain_text("not like names of columns")
    choose.set_input_files(own / "own.csv")
    expect(page.locator(f"{TAB} [data-set=target]")).to_have_value("bestanden")
    expect(status).to_have_text("")
    expect(page.locator(f"{TAB} .live-conclusion")).to_contain_text("40 rows to test with")
    # Without the column that decides it knows little.
    page.locator(f"{TAB} .td-choices [value=Größe]").last.press("Space")
    expect(page.locator(f"{TAB} .prose.blackboard")).not_to_contain_text("Größe")
    expect(page.locator(f"{TAB} .td-choices [value=Größe]").last).to_be_focused()
    page.locator(f"{TAB} .topics").get_by_text("The threshold").click()
    expect(page.locator(f"{BOARD} .tb-matrix")).to_contain_text("said: ja")
    assert sum(counts_of(page)) == 40
    assert "rot" not in page.url
    # It is gone with the page, and another table comes without it.
    page.locator(f"{TAB} [data-knob=table]").get_by_text("heart").click()
    expect(page.locator(f"{BOARD} .tb-matrix")).to_contain_text("said: ill")


def test_splits_fill_a_histogram_and_things_are_put_into_the_picture(open_page):
    page = open_page("/?chapter=decide&topic=train&seed=8", motion=False)
    still(page, TAB)
    page.get_by_role("button", name="Another split").click()
    expect(page.locator(f"{TAB} .live-conclusion")).to_contain_text("Of 10 random splits")
    expect(page).to_have_url(re.compile("seed=9"))
    page.locator(f"{TAB} .topics").get_by_text("One label, many, several").click()
    still(page, TAB)
    picture = page.locator(f"{TAB} .live-panel", has=page.locator("text=The picture"))
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] / 2, "y": box["height"] * 0.6})
    expect(page.locator(f"{TAB} [data-knob=things] [value=house]")).to_be_checked()
    expect(page).to_have_url(re.compile("things=tree%2Chouse%2Croad|things=tree,house,road"))
    page.locator(f"{TAB} .topics").get_by_text("From line to probability").click()
    still(page, TAB)
    curve = page.locator(f"{TAB} .live-panel.pickable").first
    box = curve.bounding_box()
    before = page.url
    curve.click(position={"x": box["width"] * 0.3, "y": box["height"] * 0.5})
    expect(page).not_to_have_url(before)
    expect(page).to_have_url(re.compile("asked=-"))
