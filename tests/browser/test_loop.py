"""The training loop as a student uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

CHAPTER = "#chapter-loop"
CHART = f"{CHAPTER} .live-chart[aria-busy=false]"
BOARD = f"{CHAPTER} .loop"


@pytest.fixture
def opened(open_page):
    def open_loop(query: str = "", **options) -> Page:
        page = open_page(f"/?chapter=loop&{query}", **options)
        page.wait_for_selector(CHART)
        return page

    return open_loop


def to_step(page: Page, step: int) -> None:
    page.locator(f"{CHAPTER} .live-player input[type=range]").fill(str(step - 1))


def stage(page: Page, name: str):
    return page.locator(f"{BOARD} [data-of={name}]")


def painted(page: Page) -> int:
    """How many pixels of the batch are coloured."""
    return page.evaluate(
        """(() => { const c = document.querySelector('#chapter-loop .lo-batch');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })()"""
    )


def test_the_pipeline_shows_the_batch_and_the_numbers_of_the_step(opened):
    page = opened()
    board = page.locator(BOARD)
    expect(board).to_have_attribute("data-step", "1")
    page.wait_for_function("document.querySelector('#chapter-loop .lo-batch').ariaLabel")
    assert painted(page) > 10_000
    for text in ("(64,)", "(32, 64)", "z (32, 10)", "L ()", "g (2410,)"):
        shapes = board.locator(".lo-arrow code").all_inner_texts()
        assert text.replace(" ", "") in [re.sub(r"\s", "", one) for one in shapes]
    expect(stage(page, "loss")).to_contain_text("2.330")
    expect(stage(page, "backward")).to_contain_text("0.487")
    expect(stage(page, "step")).to_contain_text("0.243")
    # On one screen with the curve and the player.
    player = page.locator(f"{CHAPTER} .live-player").bounding_box()
    assert player["y"] + player["height"] <= 800
    # By batch, and by epoch.
    page.locator(f"{CHAPTER} [data-do=forward]").click()
    expect(stage(page, "loader")).to_contain_text("batch 2 of 34")
    page.get_by_role("button", name="One epoch on").click()
    expect(board).to_have_attribute("data-step", "35")
    expect(stage(page, "loader")).to_contain_text("epoch 2")
    page.get_by_role("button", name="One epoch back").click()
    expect(board).to_have_attribute("data-step", "1")
    expect(page.get_by_role("button", name="One epoch back")).to_be_disabled()
    # The last batch is not full.
    to_step(page, 34)
    expect(stage(page, "batch")).to_contain_text(re.compile(r"\d+ of 22 read right"))
    page.locator(f"{CHAPTER} .live-player select").select_option("4")
    page.locator(f"{CHAPTER} [data-do=play]").click()
    expect(board).to_have_attribute("data-step", "340")
    expect(page.locator(f"{CHAPTER} .live-conclusion")).to_contain_text("95.0 % of the test")
    expect(page.get_by_role("button", name="One epoch on")).to_be_disabled()
    # What ran is taken along, with these settings.
    page.get_by_label("batch size").first.fill("64")
    expect(stage(page, "loader")).to_contain_text("of 17")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take this loop along").click()
    assert download.value.suggested_filename == "training_loop.py"
    script = download.value.path().read_text(encoding="utf-8")
    assert "batch_size = 64\n" in script
    assert "SummaryWriter" in script
    assert "keep_best = False\n" in script


def test_without_shuffling_a_batch_holds_one_digit_and_a_forgotten_call_is_struck_out(opened):
    page = opened("shuffle=false")
    expect(stage(page, "dataset")).to_contain_text("sorted by label")
    label = page.locator(f"{CHAPTER} .lo-batch")
    expect(label).to_have_attribute("aria-label", re.compile("they are 0 0 0 0 0 0 0 0 0 0 …"))
    page.get_by_role("radio", name="What one forgets").check()
    struck = page.locator(f"{BOARD} .forgotten")
    expect(struck).to_have_text("optimizer.zero_grad()")
    expect(page.locator(f"{CHAPTER} .live-legend li")).to_have_count(2)
    # The three charts stand beside each other, so that the player is seen below them.
    tops = page.locator(f"{CHAPTER} .live-panel:visible").evaluate_all(
        "panels => panels.map((panel) => panel.offsetTop)"
    )
    assert len(tops) == 3
    assert len(set(tops)) == 1
    page.get_by_role("radio", name="optimizer.step()").check()
    expect(struck).to_have_text("optimizer.step()")
    expect(stage(page, "step")).to_contain_text("0.000")
    # Rates side by side, without the pipeline.
    page.get_by_role("radio", name="Three rates").check()
    expect(page.locator(f"{CHAPTER} .live-legend li")).to_have_count(3)
    expect(page.locator(BOARD)).to_be_hidden()
    # A refusal is a sentence, and the picture stays.
    page.get_by_role("radio", name="When to stop").check()
    expect(page.locator(f"{CHAPTER} .live-legend li")).to_have_count(0)
    # It is taken along with what can be set here.
    page.get_by_label("keep the best model").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Take this loop along").click()
    script = download.value.path().read_text(encoding="utf-8")
    assert "keep_best = True\n" in script
    page.get_by_label("validation share").first.fill("90")
    expect(page.locator(f"{CHAPTER} .live-warning")).to_contain_text("Nothing is left for the test")


def test_a_click_on_the_confusion_shows_the_pictures_of_a_cell(opened):
    page = opened("topic=misread")
    caption = page.locator(f"{CHAPTER} .live-caption")
    expect(caption).to_contain_text("74 of 74 misread pictures")
    images = page.locator(f"{CHAPTER} .live-panel:visible image")
    expect(images).to_have_count(74)
    nine = page.locator(f"{CHAPTER} .live-panel:visible").first.get_by_text("9", exact=True)
    # The one count of 9 is that of eights taken for ones; 9 is on both axes, too.
    cell = nine.nth(0)
    for i in range(nine.count()):
        if nine.nth(i).evaluate("node => node.closest('.role-mark') !== null"):
            cell = nine.nth(i)
    cell.click(force=True)
    expect(caption).to_contain_text("9 of 74 misread pictures")
    expect(images).to_have_count(9)
    expect(page.get_by_label("in truth a")).to_have_value("8")
    expect(page.get_by_label("taken for a")).to_have_value("1")
    page.get_by_role("radio", name="Time per epoch").check()
    expect(caption).to_contain_text("Batches of 32: 34 steps an epoch")


def test_on_a_phone_the_stages_say_what_leaves_them(opened):
    page = opened(width=390, height=844, touch=True)
    heading = stage(page, "forward").locator("h3")
    expect(heading).to_have_attribute("data-gives", "z (32, 10)")
    assert "z (32, 10)" in heading.evaluate(
        "node => getComputedStyle(node, '::after').content.replace('attr(data-gives)', "
        "node.dataset.gives)"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert painted(page) > 5_000
