"""Used cars as a student asks them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import still, too_wide

TAB = "#chapter-cars"
BOARD = f"{TAB} .blackboard.block"


def topic(page: Page, name: str) -> None:
    page.locator(f"{TAB} .topics .option", has_text=name).click()
    still(page, TAB)


def caption(page: Page):
    return page.locator(f"{TAB} .live-caption")


@pytest.fixture
def tab(open_page) -> Page:
    page = open_page("/?chapter=cars", motion=False)
    still(page, TAB)
    return page


def test_the_table_is_cleaned_step_by_step_searched_and_sorted(tab):
    warning = tab.locator(f"{TAB} .live-warning")
    expect(warning).to_contain_text("could not convert string to float: '$10,300 '")
    for step in ("price → number", "milage → number"):
        tab.get_by_label(step).check()
    expect(warning).to_contain_text("113 cars say nothing")
    tab.get_by_label("accident: name the gaps").check()
    expect(warning).to_be_hidden()
    panels = tab.locator(f"{TAB} .live-panel:visible")
    expect(panels).to_have_count(3)
    expect(tab.locator(BOARD)).to_contain_text("74,908")
    tab.get_by_label("without the dearest car").check()
    expect(caption(tab)).to_contain_text("4,008 of 4,009 cars are left.")
    expect(tab.locator(BOARD)).to_contain_text("59,")
    # The one row is found, with what became of it.
    grid = tab.locator("#cars-rows")
    grid.get_by_label("Search").fill("2,954,083")
    rows = grid.locator("[role=row], tbody tr").filter(has_text="Maserati")
    expect(rows.first).to_contain_text("without the dearest car")
    grid.get_by_label("Search").fill("")
    # Every task is there: no sign in a text was taken for a formula.
    tasks = tab.locator(f"{TAB} .tasks .task")
    expect(tasks).to_have_count(19)
    for name in ("Training explodes", "The answer", "One more column", "Your car", "Save and load"):
        topic(tab, name)
        expect(tab.locator(f"{TAB} .tasks .task:visible").first).to_be_visible()
        expect(tab.locator(f"{TAB} .live-panel:visible").first).to_be_visible(
            visible=name != "Save and load"
        )
        expect(grid).to_be_hidden()


def test_one_click_takes_the_maserati_out_and_the_brand_flips_the_answer(open_page):
    page = open_page("/?chapter=cars&topic=answer", motion=False)
    still(page, TAB)
    expect(caption(page)).to_contain_text("one more year −224 dollars, 10,000 more miles −4437")
    page.get_by_label("without the Maserati").check()
    expect(caption(page)).to_contain_text("one more year −629 dollars, 10,000 more miles −4058")
    page.locator(f"{TAB} [data-knob=limit] input[type=text]").fill("100000")
    page.get_by_label("brand").select_option("Toyota")
    conclusion = page.locator(f"{TAB} .live-conclusion")
    expect(conclusion).to_contain_text("One more year costs more.")
    expect(page).to_have_url(re.compile("brand=Toyota"))
    page.get_by_label("brand").select_option("Porsche")
    expect(conclusion).to_contain_text("10,000 more miles cost more.")
    # A click on the map is your car.
    field = page.locator(f"{TAB} .live-panel.pickable:visible")
    box = field.bounding_box()
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
    expect(page).to_have_url(re.compile("year=20"))
    topic(page, "Your car")
    expect(caption(page)).to_contain_text("dollars, give or take")
    page.locator(f"{TAB} [data-knob=year] input[type=text]").fill("1950")
    warning = page.locator(f"{TAB} .live-warning")
    expect(warning).to_contain_text("cars of 1992 to 2024 only")


def test_a_model_is_saved_opened_again_and_what_is_none_is_refused(open_page, tmp_path: Path):
    page = open_page("/?chapter=cars&topic=file&model=mine&brand=Porsche&limit=100000")
    file = page.locator(f"{TAB} .model-file")
    price = file.locator(".file-price")
    expect(price).to_have_text("52,078 $")
    saved = tmp_path / "model.safetensors"
    with page.expect_download() as download:
        file.get_by_role("button", name="Save model").click()
    download.value.save_as(saved)
    assert 500 < saved.stat().st_size < 1000
    with page.expect_download() as download:
        file.get_by_role("button", name="Save load.py").click()
    assert download.value.suggested_filename == "load.py"
    page.locator(f"{TAB} .option", has_text="the one of this course").click()
    expect(price).to_have_text("34,795 $")
    chooser = file.locator("input[type=file]")
    chooser.set_input_files(saved)
    expect(price).to_have_text("52,078 $")
    expect(file.locator(".file-title")).to_have_text("Your file model.safetensors says:")
    page.locator(f"{TAB} .option", has_text="normalise what goes in").click()
    expect(price).to_have_class(re.compile("wrong"))
    expect(file.locator(".file-note")).to_contain_text("it says 52,078 $")
    page.locator(f"{TAB} .option", has_text="normalise what goes in").click()
    trouble = file.locator(".file-trouble")
    for content, says in ((b"PK\x03\x04abc", "pickled"), (saved.read_bytes()[:300], "damaged")):
        bad = tmp_path / "bad.safetensors"
        bad.write_bytes(content)
        chooser.set_input_files(bad)
        expect(trouble).to_contain_text(says)
        expect(price).to_have_text("34,795 $")
    bad.write_bytes(b"x" * 20_000)
    chooser.set_input_files(bad)
    expect(trouble).to_contain_text("too large")
    chooser.set_input_files(saved)
    expect(trouble).to_be_hidden()
    file.get_by_role("button", name="Close this file").click()
    expect(price).to_have_text("34,795 $")


def test_on_a_phone_in_german_it_explodes_at_step_2(open_page):
    page = open_page("/?chapter=cars&topic=explode&lang=de", 390, 844, touch=True, motion=False)
    still(page, TAB)
    warning = page.locator(f"{TAB} .live-warning")
    expect(warning).to_be_hidden()
    page.locator(f"{TAB} [data-do=forward]").tap()
    expect(caption(page)).to_contain_text("Schritt 1: Der Verlust ist 7.321e22 $²")
    expect(warning).to_contain_text("Bei Schritt 2 angehalten")
    assert too_wide(page) == []
    topic(page, "Speichern und laden")
    expect(page.locator(f"{TAB} .file-price")).to_have_text("34\u202f795 $")
    assert too_wide(page) == []
    topic(page, "Die Tabelle, wie sie kommt")
    assert too_wide(page) == []
