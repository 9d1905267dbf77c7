"""What a teacher needs: a chapter before a class, and its charts as files."""

from __future__ import annotations

import csv
import io
import re
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path

import nbformat
import pypdf
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Page, expect

from tests import processes
from tests.browser.pages import WIDE, listen, serious, still
from tests.browser.sites import showing
from tests.conftest import ROOT

READY = "#chapter-{} .live-chart[aria-busy=false][data-step]"
PLACE = "#chapter-celsius"


def step(page: Page) -> int:
    return int(page.locator(f"{PLACE} .live-chart").get_attribute("data-step"))


def saved(page: Page, place: str, line: int, kind: str) -> tuple[str, bytes]:
    """Save a chart by the menu below; return name and content of the file."""
    page.locator(f"{place} .live-save").click()
    menu = page.locator(f"{place} .live-save-line").nth(line)
    with page.expect_download() as download:
        menu.get_by_role("button", name=kind).click()
    expect(page.locator(f"{place} .live-save-menu")).to_be_hidden()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


@pytest.fixture
def asked(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open a page that keeps what it asks the server for, in `page.asked`."""

    def open_asking(path: str, **device) -> Page:
        page = open_page(path, **device)
        page.asked = []
        listen(page, "request", lambda request: page.asked.append(request.url))
        return page

    return open_asking


def test_every_chart_is_saved_as_it_is_shown_and_nothing_is_asked_of_the_server(asked):
    page = asked("/?chapter=losses", dark=True)
    place = "#chapter-losses"
    page.wait_for_selector(READY.format("losses"))
    page.locator(f"{place} [data-do=forward]").click()
    still(page, place)
    height = page.locator(f"{place} .live-chart").bounding_box()["height"]
    page.asked.clear()
    name, svg = saved(page, place, 0, "SVG")
    text = svg.decode()
    assert name == "losses-twelve-rides-one-line-per-loss.svg"
    assert text.startswith("<svg ")
    assert "var(" not in text
    assert "inherit" not in text
    assert 'fill="#171d26"' in text  # dark, as it is shown
    for said in ("MBE", "MAE", "MSE", "Loss functions · step 1 / 60"):
        assert f">{said}</text>" in text
    name, png = saved(page, place, 1, "PNG")
    assert name == "losses-the-weight-step-by-step.png"
    size = [int.from_bytes(png[at : at + 4], "big") for at in (16, 20)]
    shown = page.locator(f"{place} .live-panel:visible svg.marks").nth(1).bounding_box()
    assert png.startswith(b"\x89PNG")
    assert size[0] > 2 * shown["width"] > 0.8 * size[0]
    name, table = saved(page, place, 1, "CSV")
    assert name.endswith(".csv")
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    steps = {int(row["step"]) for row in rows if row["step"] and row.get("data", "run") == "run"}
    assert steps == set(range(61))  # all, not only the one that is shown
    assert {row["loss"] for row in rows} >= {"MBE", "MAE", "MSE"}
    assert all(re.fullmatch(r"-?[\d.]*(e-?\d+)?", row["w"]) for row in rows)
    assert not [url for url in page.asked if url.startswith("http")]
    # By keyboard: Enter opens, Escape closes and leads back. The picture has not moved.
    button = page.locator(f"{place} .live-save")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{place} .live-save-line button").first).to_be_focused()
    assert page.locator(f"{place} .live-panel.saving").count() == 1
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    assert page.locator(f"{place} .live-chart").bounding_box()["height"] == height
    page.emulate_media(media="print")
    expect(button).to_be_hidden()
    page.emulate_media(media="null")
    # The charts of another topic are not offered.
    offered = page.locator(f"{place} .live-save-line")
    button.click()
    panels = page.locator(f"{place} .live-panel:visible").count()
    expect(offered).to_have_count(panels)


def test_on_a_phone_a_finger_reaches_the_menu_which_covers_no_chart(open_page):
    page = open_page("/?chapter=celsius&lang=de", width=390, height=844, touch=True)
    page.wait_for_selector(READY.format("celsius"))
    button = page.locator(f"{PLACE} .live-save")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box["height"] >= 40
    expect(button).to_have_text("Speichern")
    last = page.locator(f"{PLACE} .live-panel:visible").last.bounding_box()
    assert box["y"] >= last["y"] + last["height"]
    button.tap()
    menu = page.locator(f"{PLACE} .live-save-menu")
    expect(menu.get_by_text("Die Verlustfläche")).to_be_visible()
    place = menu.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 390
    assert place["y"] >= 0
    assert place["y"] + place["height"] <= 844
    assert all(one.bounding_box()["height"] >= 40 for one in menu.get_by_role("button").all())


def test_before_a_class_keys_step_the_run_and_a_timer_counts_down(asked, axe):
    page = asked("/?chapter=celsius&present=1&hide=bias", motion=False)
    page.wait_for_selector(READY.format("celsius"))
    still(page, PLACE)
    # Nothing but picture and controls, and both on one screen, in larger type.
    for gone in (".tasks", ".source", ".neighbours", ".copy-link", ".live-save"):
        expect(page.locator(f"{PLACE} {gone}").first).to_be_hidden()
    for gone in ("footer", ".masthead h1", ".languages", ".chapters > .tab-wrapper"):
        expect(page.locator(gone).first).to_be_hidden()
    for part in (".controls .panel", ".live-panels", ".live-player", ".live-caption"):
        box = page.locator(f"{PLACE} {part}").first.bounding_box()
        assert box["y"] + box["height"] <= WIDE["height"], part
    sizes = "one => Number.parseFloat(getComputedStyle(one).fontSize)"
    assert page.locator(f"{PLACE} .live-player output").evaluate(sizes) >= 30
    for part in (".knob-name", ".live-caption", ".live-panel svg text"):
        assert page.locator(f"{PLACE} {part}").first.evaluate(sizes) >= 16, part
    page.evaluate(axe)
    assert not serious(page)
    page.asked.clear()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert step(page) == 1
    # On a radio button, too; and space plays, whichever button was pressed last.
    page.locator(f"{PLACE} .option input[type=radio]:checked").focus()
    page.keyboard.press("ArrowRight")
    assert step(page) == 2
    page.locator(f"{PLACE} [data-do=forward]").click()
    play = page.locator(f"{PLACE} [data-do=play]")
    page.keyboard.press("Space")
    expect(play).to_contain_text("Pause")
    page.keyboard.press("Space")
    expect(play).to_contain_text("Play")
    now = step(page)
    assert now >= 3
    # In a field and on a slider they are the field's and the slider's.
    page.locator(f"{PLACE} .knob-field").first.focus()
    page.keyboard.press("ArrowLeft")
    page.locator(f"{PLACE} [data-control=steps] .knob-range, {PLACE} .knob-range").first.focus()
    assert step(page) == now
    assert not [url for url in page.asked if "/gradio_api/" in url]
    # A timer counts down, and says its end.
    timer = page.get_by_role("group", name="Timer")
    timer.get_by_role("textbox").fill("2")
    page.keyboard.press("Enter")
    shown = timer.get_by_role("timer")
    expect(shown).to_have_text(re.compile("2:00|1:5."))
    later = "ms => { const now = Date.now; Date.now = () => now() + ms; }"
    page.evaluate(later, 60_000)
    expect(shown).to_have_text(re.compile("0:5.|1:00"))
    end = timer.locator("[aria-live=polite]")
    expect(end).to_have_text("")
    page.evaluate(later, 60_000)
    expect(end).to_have_text("Time is up")
    expect(end).to_be_visible()
    timer.get_by_role("button", name="OK").click()
    expect(timer.get_by_role("textbox")).to_have_value("2")
    # Link and language, and what is hidden, are taken along; Escape leads out, the switch back in.
    page.wait_for_url("**present=1**")
    page.wait_for_url("**hide=bias**")
    page.locator("body").click(position={"x": 3, "y": 400})
    page.keyboard.press("Escape")
    expect(page.locator(f"{PLACE} .tasks").first).to_be_visible()
    expect(page.get_by_role("link", name="Present")).to_be_visible()
    expect(timer).to_be_hidden()
    page.wait_for_url(lambda url: "present" not in url)
    assert step(page) == now
    page.keyboard.press("ArrowRight")
    assert step(page) == now  # keys are the page's own again
    page.get_by_role("link", name="Present").click()
    expect(page.locator(f"{PLACE} .tasks").first).to_be_hidden()
    page.wait_for_url("**present=1**")
    page.wait_for_url("**hide=bias**")
    page.get_by_role("link", name="Next chapter").click()
    page.wait_for_selector(READY.format("losses"))
    # The charts of a chapter that is left are not drawn anew before it is opened again.
    mark = page.locator(f"{PLACE} .live-panel svg.marks").first
    mark.evaluate("one => { one.dataset.was = 'large'; }")
    page.keyboard.press("Escape")
    expect(page.locator("#chapter-losses .tasks").first).to_be_visible()
    still(page, "#chapter-losses")
    was = page.locator(f"{PLACE} [data-was=large]")
    expect(was).to_have_count(1)
    page.locator("#chapter-losses .neighbours nav [data-go=celsius]").click()
    expect(was).to_have_count(0)
    expect(page.locator(f"{PLACE} .live-panel svg.marks").first).to_be_visible()
    page.get_by_role("link", name="Present").click()
    page.get_by_role("link", name="Next chapter").click()
    page.wait_for_selector(READY.format("losses"))
    page.wait_for_url("**chapter=losses**")
    page.wait_for_url("**present=1**")
    expect(page.get_by_role("combobox", name="Chapter")).to_have_value("losses")
    expect(page.locator("#chapter-losses .tasks").first).to_be_hidden()


def test_a_chapter_is_taken_along_on_paper_as_a_notebook_and_for_another_page(asked):
    page = asked("/?chapter=neuron&line=1.5,20", dark=True)
    place = "#chapter-neuron"
    page.wait_for_selector(READY.format("neuron"))
    page.locator(f"{place} .copy-link").click()
    # Another page shows it within itself: that of another origin, which only has the snippet.
    page.get_by_role("button", name="Embed in a page").click()
    snippet = page.get_by_label("Code for another page").input_value()
    assert "line=1.5%2C20" in snippet
    # A notebook runs from top to bottom, in the folder of the course.
    with page.expect_download() as download:
        page.get_by_role("button", name="Notebook").click()
    assert download.value.suggested_filename == "neuron.ipynb"
    book = nbformat.read(download.value.path(), as_version=4)
    nbformat.validate(book)
    assert "line = [1.5, 20.0]" in "".join(cell.source for cell in book.cells)
    assert any("lowest place of its curve" in cell.source for cell in book.cells)
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    printed = [out.text for cell in book.cells for out in cell.get("outputs", [])]
    celsius = [-30, -12, 0, 10, 21, 30, 38]
    loss = statistics.fmean((1.5 * x + 20 - (1.8 * x + 32)) ** 2 for x in celsius)
    assert f"L = {loss:.2f} °F²" in "".join(printed)
    # On paper: black on white, with lines to write on, without the answers until they are wanted.
    page.get_by_role("button", name="Worksheet to print").click()
    sheet = page.locator(".worksheet")
    expect(sheet).to_be_visible()
    expect(sheet.locator(".sheet-code svg")).to_be_visible()
    expect(sheet.locator(".sheet-figure")).to_have_count(2)
    expect(sheet.locator(".sheet-figure .mark-line.role-mark")).to_have_count(0)
    expect(sheet.locator(".sheet-question")).to_have_count(5)
    told = "gradient descent turns both at once"
    assert told not in paper(page)
    assert "± 0.01" in paper(page)  # how exact a number is wanted
    sheet.get_by_label("With answers").check()
    assert told in paper(page)
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.locator(f"{place} .stage").first).to_be_visible()

    with showing(snippet) as port:
        page.goto(f"http://127.0.0.1:{port}/")
        frame = page.frame_locator("iframe")
        expect(frame.locator(f"{place} .live-chart[aria-busy=false]")).to_be_visible()
        expect(frame.get_by_label("w", exact=True).last).to_have_value("1.5")


def test_the_map_a_quiz_and_a_presentation_cost_no_call_but_those_of_the_chapter(asked):
    page = asked("about:blank", motion=False)

    def calls(path: str, ready: str) -> set[str]:
        page.asked.clear()
        page.goto(path)
        page.wait_for_selector(ready)
        still(page)
        assert any("/course/" in url for url in page.asked)
        return {re.sub(r"\?.*", "", url) for url in page.asked if "/gradio_api/" in url}

    assert calls("/", ".course-card") == set()
    assert calls("/?chapter=quiz&questions=neuron", ".quiz-question") == set()
    usual = calls("/?chapter=neuron", READY.format("neuron"))
    assert usual
    assert calls("/?chapter=neuron&present=1", READY.format("neuron")) == usual


def test_the_sheet_to_share_looks_as_the_page_does_is_left_by_escape_and_leads_to_colab(
    open_page, tmp_path
):
    page = open_page("/?chapter=losses", motion=False)
    page.wait_for_selector(READY.format("losses"))
    button = page.locator("#chapter-losses .copy-link")
    button.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Share this chapter")
    expect(sheet.locator("summary")).to_be_focused()
    font = "one => getComputedStyle(one).fontFamily"
    assert sheet.evaluate(font) == button.evaluate(font)
    # Controls that are called the same in two topics can be told apart.
    page.keyboard.press("Enter")
    names = [name.strip() for name in sheet.locator("label").all_inner_texts()]
    assert len(set(names)) == len(names)
    rates = [name for name in names if name.startswith("learning rate η")]
    assert len(rates) == 2, names
    for _step in range(len(names)):
        page.keyboard.press("Tab")
    assert sheet.locator(":focus").get_attribute("value") == "answers"
    expect(sheet.get_by_text("Open in Colab")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(button).to_be_focused()
    # Of a course that lies in public, a notebook fetches the course by itself.
    course = tmp_path / "public"
    (course / "demos").mkdir(parents=True)
    (course / "demos" / "here.py").write_text("")
    (course / "requirements.txt").write_text("")
    for command in ("init", "add .", "-c user.name=a -c user.email=a@b.c commit -m a"):
        subprocess.run(["git", *command.split()], cwd=course, check=True, capture_output=True)
    head = page.locator("#chapter-losses .head-row")
    expect(head).to_have_attribute("data-repository", "")
    # As the server writes it there, see tests/demos/frame/test_chapter.py.
    head.evaluate("(one, address) => { one.dataset.repository = address; }", course.as_uri())
    page.context.route("https://colab.research.google.com/**", lambda route: route.fulfill())
    button.click()
    with page.expect_download() as download, page.expect_popup() as colab:
        page.get_by_role("link", name="Open in Colab").click()
    assert colab.value.url == "https://colab.research.google.com/"
    colab.value.close()
    page.context.unroute_all()
    expect(page.locator(".also-said")).to_contain_text("Its first cell fetches the course")
    book = nbformat.read(download.value.path(), as_version=4)
    first = next(cell.source for cell in book.cells if cell.cell_type == "code")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code = (
        f"import os\nos.chdir({str(elsewhere)!r})\n{first}\nimport demos.here; print(os.getcwd())"
    )
    done = processes.run(["-c", code], processes.NEW)
    assert done.stdout.strip() == str(elsewhere / "course"), done.stderr


def paper(page: Page) -> str:
    """Return the text of the page as it is printed."""
    pages = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    return re.sub(r"\s+", " ", " ".join(one.extract_text() for one in pages))
