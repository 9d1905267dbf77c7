"""The playground as a student uses it: train, play, own points, weights by hand, compare, links."""

import re

import pytest
from playwright.sync_api import Page, expect

CHAPTER = "#chapter-playground"
BOARD = f"{CHAPTER} .playground"
# Few epochs, of which the last is shown at once: what is tested is the page.
QUICK = "&epochs=50&count=100"


@pytest.fixture
def open_playground(open_page):
    def open_playground(query=QUICK, motion=False, **options) -> Page:
        page = open_page(f"/?chapter=playground{query}", motion=motion, **options)
        # The very first run also loads PyTorch.
        board = expect(page.locator(BOARD))
        board.to_have_attribute("data-frame", re.compile(r"\d"))
        return page

    return open_playground


def part(page: Page, selector: str):
    return page.locator(f"{BOARD} {selector}")


def do(page: Page, name: str) -> None:
    part(page, f"[data-do={name}]").click()


def expect_epoch(page: Page, epoch: str) -> None:
    board = expect(page.locator(BOARD))
    board.to_have_attribute("data-epoch", re.compile(f"^{epoch}$"))


def expect_points(page: Page, count: int) -> None:
    expect(page.locator(BOARD)).to_have_attribute("data-points", str(count))


def plane_at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the plane, −6 to 6, is on the screen."""
    plane = part(page, ".pg-result .pg-plane")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    return box["x"] + (x + 6) / 12 * box["width"], box["y"] + (6 - y) / 12 * box["height"]


def surface(page: Page) -> list[int]:
    return page.evaluate(
        f"""() => [...document.querySelector('{BOARD} .pg-result .pg-surface')
          .getContext('2d').getImageData(0, 0, 50, 50).data]"""
    )


def test_the_picture_is_alive_as_soon_as_the_tab_opens_and_plays_to_the_end(open_playground):
    page = open_playground("", motion=True)
    expect(part(page, ".pg-play")).to_contain_text("Pause")
    part(page, ".pg-player > select").select_option("4")
    expect_epoch(page, "500")
    expect(part(page, ".pg-play")).to_contain_text("Replay")
    numbers = part(page, ".pg-numbers").inner_text()
    assert re.search(r"test\s+loss 0\.0\d\d\s+accuracy (9\d|100)\.\d %", numbers)
    # The middle is blue, the corner is orange.
    pixels = surface(page)
    red, _, blue, _ = pixels[4 * (25 * 50 + 25) :][:4]
    assert blue > red
    red, _, blue, _ = pixels[:4]
    assert red > blue
    assert part(page, ".pg-tile.neuron").count() == 6


def test_play_pause_step_and_scrub_then_train_on_from_the_last_weights(open_playground):
    page = open_playground()
    expect_epoch(page, "50")
    part(page, ".pg-player input[type=range]").focus()
    page.keyboard.press("Home")
    expect_epoch(page, "0")
    before = surface(page)
    do(page, "forward")
    expect_epoch(page, "1")
    do(page, "back")
    expect_epoch(page, "0")
    part(page, ".pg-player > select").select_option("0.05")
    part(page, ".pg-result .pg-plane").focus()
    page.keyboard.press("ArrowRight")
    expect_epoch(page, "1")
    page.keyboard.press("Space")
    expect(part(page, ".pg-play")).to_contain_text("Pause")
    page.keyboard.press("Space")
    expect(part(page, ".pg-play")).to_contain_text("Play")
    chart = part(page, ".pg-loss")
    chart.click(position={"x": chart.bounding_box()["width"] - 9, "y": 50})
    expect_epoch(page, r"(49|50)")
    assert surface(page) != before
    part(page, ".pg-auto").uncheck()
    part(page, "[data-set=optimizer]").select_option("adam")
    do(page, "more")
    expect(part(page, ".pg-player output")).to_contain_text("/ 100")
    expect_epoch(page, "100")
    part(page, ".pg-auto").check()
    part(page, "[data-set=optimizer]").select_option("sgd")  # does not start over
    do(page, "more")
    expect(part(page, ".pg-player output")).to_contain_text("/ 150")
    expect_epoch(page, "150")
    do(page, "first")
    expect_epoch(page, "0")


def test_a_changed_control_trains_again_and_a_wrong_number_is_marked(open_playground):
    page = open_playground()
    do_layers = part(page, "[data-layer='-1']")
    do_layers.click()
    do_layers.click()
    expect(part(page, ".pg-tile.neuron")).to_have_count(0)
    expect(part(page, ".pg-numbers")).to_contain_text(re.compile(r"loss 0\.[67]"))
    part(page, "[data-feature='x²']").click()
    part(page, "[data-feature='y²']").click()
    part(page, "[data-control=epochs] [data-step='1']").click()
    expect_epoch(page, "100")
    expect(part(page, ".pg-numbers")).to_contain_text(re.compile(r"loss 0\.[0-3]"))
    field = part(page, "[data-set=learning_rate]")
    field.fill("fast")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Escape")
    field.blur()
    expect(field).to_have_value("0.03")


def test_what_the_server_refuses_is_said_in_the_picture(open_page):
    query = "&epochs=50&batch_norm=true&batch_size=1"
    page = open_page(f"/?chapter=playground{query}", motion=False)
    expect(part(page, ".pg-warning")).to_contain_text("batch_size must be at least 2")
    part(page, "[data-control=batch_size] [data-step='1']").click()
    expect_epoch(page, "50")
    expect(part(page, ".pg-warning")).to_be_hidden()


def test_points_are_clicked_in_dragged_and_clicked_out_with_mouse_and_keyboard(open_playground):
    page = open_playground()
    expect_points(page, 100)
    page.mouse.click(*plane_at(page, -5.5, 5.5))
    expect_points(page, 101)
    expect(part(page, "[data-value=own]")).to_have_attribute("aria-checked", "true")
    page.mouse.move(*plane_at(page, -5.5, 5.5))
    page.mouse.down()
    page.mouse.move(*plane_at(page, 5.5, 5.5), steps=4)
    page.mouse.up()
    expect_points(page, 101)
    page.mouse.click(*plane_at(page, 5.5, 5.5))
    expect_points(page, 100)
    page.keyboard.press("Control+z")
    expect_points(page, 101)
    do(page, "empty")
    expect_points(page, 0)
    for x, y, key in [(-2, 0, "0"), (2, 0, "1"), (-2, 1, "0"), (2, 1, "1")]:
        page.keyboard.press(key)
        page.mouse.click(*plane_at(page, x, y))
    expect_points(page, 4)
    # The keyboard sets points too.
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect_points(page, 5)
    page.keyboard.press("Enter")
    expect_points(page, 4)
    expect(page.locator(BOARD)).to_have_attribute("aria-busy", "false")
    expect(part(page, ".pg-warning")).to_be_hidden()
    # Arrow keys choose among the data sets instead of stepping through the run.
    part(page, "[data-value=own]").focus()
    page.keyboard.press("ArrowLeft")
    expect(part(page, "[data-value=exam]")).to_be_focused()
    expect(part(page, "[data-value=exam]")).to_have_attribute("aria-checked", "true")


def test_a_weight_set_by_hand_moves_the_surface_and_four_networks_are_compared(open_playground):
    page = open_playground()
    part(page, ".pg-tile.output").click()
    editor = part(page, ".pg-editor")
    expect(editor).to_contain_text("Output")
    before = surface(page)
    editor.get_by_label("bias", exact=True).fill("20")
    expect(part(page, ".pg-player output")).to_contain_text("by hand")
    assert surface(page) != before
    page.keyboard.press("Escape")
    expect(editor).to_be_hidden()
    # A click on a line opens the same.
    tile = part(page, ".pg-tile.output").bounding_box()
    page.mouse.move(tile["x"] - 4, tile["y"] + tile["height"] / 2)
    expect(part(page, ".pg-tip")).to_contain_text("→ output: w = ")
    page.mouse.click(tile["x"] - 4, tile["y"] + tile["height"] / 2)
    expect(editor).to_be_visible()
    page.keyboard.press("Escape")
    do(page, "compare")
    cards = part(page, ".pg-cards figure")
    expect(cards).to_have_count(4)
    expect(part(page, ".pg-now").nth(3)).to_contain_text("accuracy")
    part(page, ".pg-differs select").first.select_option("activation")
    expect(cards.nth(1).locator("select")).to_have_value("relu")
    cards.nth(3).locator("select").select_option("")
    expect(cards).to_have_count(3)
    expect(page.locator(BOARD)).to_have_attribute("aria-busy", "false")
    part(page, ".pg-player input[type=range]").fill("0")  # "first" is off where it is already
    expect_epoch(page, "0")
    do(page, "compare")
    expect(part(page, ".pg-network")).to_be_visible()


def test_a_link_brings_back_controls_points_and_what_is_hidden(open_playground):
    page = open_playground(f"{QUICK}&hide=activation,hidden&activation=relu&hidden=3")
    expect(part(page, "[data-control=activation]")).to_be_hidden()
    expect(part(page, ".pg-layers")).to_be_hidden()
    expect(part(page, ".pg-tile.neuron")).to_have_count(3)
    page.mouse.click(*plane_at(page, -5.5, -5.5))
    expect_points(page, 101)
    page.locator(f"{CHAPTER} .copy-link").click()
    sheet = page.locator(".hide-sheet")
    expect(sheet.get_by_label("activation")).to_be_checked()
    sheet.get_by_label("learning rate").check()
    copied = "async () => (await navigator.clipboard.readText()).includes('learning_rate')"
    page.wait_for_function(copied)
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect_points(page, 101)
    expect(part(page, "[data-set=activation]")).to_have_value("relu")
    for name in ("activation", "learning_rate"):
        expect(part(page, f"[data-control={name}]")).to_be_hidden()
    expect(page.locator(".notice [role=alert]")).to_have_count(0)


def test_an_example_is_a_link_and_a_run_is_exported(open_playground):
    page = open_playground()
    part(page, ".pg-examples summary").click()
    example = part(page, ".pg-examples a").first
    assert "chapter=playground&hidden=none" in example.get_attribute("href")
    example.click()
    expect(page).to_have_url(re.compile("hidden=none&learning_rate=0.1"))
    expect(part(page, ".pg-tile.neuron")).to_have_count(0)
    expect(part(page, ".pg-sentence")).to_contain_text("straight line")
    expect(part(page, "[data-set=learning_rate]")).to_have_value("0.1")
    for kind, name in [("script", "playground.py"), ("safetensors", "playground.safetensors")]:
        part(page, ".pg-export summary").click()
        with page.expect_download() as download:
            do(page, kind)
        assert download.value.suggested_filename == name
        assert download.value.path().stat().st_size > 80
    # The curves, as they are drawn and as numbers.
    for kind in ("SVG", "PNG", "CSV"):
        if not part(page, ".pg-save").is_visible():
            part(page, ".pg-export summary").click()
        part(page, ".pg-save").click()
        menu = page.get_by_role("group", name="accuracy")
        with page.expect_download() as download:
            menu.get_by_role("button", name=kind).click()
        assert download.value.suggested_filename == f"playground-accuracy.{kind.lower()}"
        content = download.value.path().read_bytes()
        if kind == "PNG":
            assert content.startswith(b"\x89PNG")
            continue
        text = content.decode("utf-8-sig")
        if kind == "SVG":
            assert 'href="data:image/png' in text
            assert ">training</text>" in text
        else:
            assert text.startswith("epoch,of,accuracy\r\n")
            assert re.search(r"^\d+,training,(1|0\.\d+)\r$", text, re.MULTILINE)
    # On paper, an empty plane.
    page.keyboard.press("Escape")
    page.locator(f"{CHAPTER} .copy-link").click()
    page.get_by_role("button", name="Worksheet to print").click()
    expect(page.locator(".worksheet .sheet-empty")).to_be_visible()


def test_compare_trains_whatever_it_takes_and_shows_nothing_old_meanwhile(open_playground):
    # The defaults, 500 epochs: four of them take longer than one.
    page = open_playground("", motion=True)
    part(page, ".pg-player input[type=range]").focus()
    page.keyboard.press("End")
    expect_epoch(page, "500")
    # Others train too: the answer takes a while.
    page.route(
        "**/call/playground_compare", lambda route: (page.wait_for_timeout(800), route.continue_())
    )
    curve = """(() => {
        const { width, height } = document.querySelector('.pg-loss');
        const context = document.querySelector('.pg-loss').getContext('2d');
        return context.getImageData(0, 0, width, height).data.some(Boolean);
    })()"""
    assert page.evaluate(curve)
    do(page, "compare")
    expect(part(page, ".pg-now").first).to_have_text(re.compile("Training …|Not trained yet"))
    assert not page.evaluate(curve)
    expect(part(page, ".pg-now").nth(3)).to_contain_text("accuracy")
    expect(part(page, ".pg-play")).to_contain_text("Pause")
    assert page.evaluate(curve)
    part(page, ".pg-differs select").first.select_option("activation")
    expect(part(page, ".pg-now").nth(3)).to_have_text(re.compile("Training …|Not trained yet"))
    expect(part(page, ".pg-now").nth(3)).to_contain_text("accuracy")


def test_points_of_ones_own_begin_with_an_empty_picture_and_come_from_a_csv_too(
    open_playground, tmp_path
):
    page = open_playground()
    expect(part(page, ".pg-numbers")).to_contain_text("%")
    part(page, "[data-value=own]").click()
    expect_points(page, 0)
    expect(part(page, ".pg-numbers")).not_to_contain_text("%")
    assert not any(surface(page))
    expect(part(page, ".pg-status")).to_contain_text("Click into the picture")
    expect(part(page, ".pg-status")).to_be_in_viewport()
    expect(part(page, ".pg-play")).to_be_disabled()
    for x, key in [(-3, "0"), (3, "1")]:
        page.keyboard.press(key)
        page.mouse.click(*plane_at(page, x, 0))
    expect(part(page, ".pg-numbers")).to_contain_text("%")
    assert any(surface(page))
    do(page, "empty")
    expect(part(page, ".pg-numbers")).not_to_contain_text("%")
    assert not any(surface(page))
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    rows = "".join(f"{i},{i},{i % 7},{i % 2}\n" for i in range(30))
    # As pandas writes it, with an index, and in the encoding of Excel.
    good.write_text(",größe [€],gewicht,label\n" + rows, encoding="windows-1252")
    bad.write_text("1,2\n3,4\n")
    part(page, ".pg-own input[type=file]").set_input_files(good)
    expect_points(page, 30)
    expect(part(page, ".pg-status")).to_contain_text("30 points")
    expect(part(page, ".pg-axes")).to_contain_text("größe [€]")
    part(page, ".pg-own input[type=file]").set_input_files(bad)
    expect(part(page, ".pg-warning")).to_contain_text("three are needed")
    expect_points(page, 30)


def expect_curves_in_view(page: Page) -> None:
    """The curves stand beside the picture, on the screen of a laptop."""
    for selector in (".pg-result .pg-plane", ".pg-drawing", ".pg-loss", ".pg-accuracy"):
        box = part(page, selector).bounding_box()
        assert box["y"] + box["height"] <= 800, selector
        assert box["height"] >= 90


def test_the_curves_are_in_view_in_german_too(open_playground):
    expect_curves_in_view(open_playground("&lang=de"))  # the words are longer


def test_every_control_has_a_name_and_train_anew_train_on_and_play_are_told_apart(open_playground):
    page = open_playground("")
    expect_curves_in_view(page)
    for name in ("Points", "Noise", "Share to train on", "Seed of the points", "Batch size"):
        expect(page.locator(BOARD).get_by_label(name, exact=True)).to_have_count(1)
    share = page.locator(BOARD).get_by_role("slider", name="Share to train on")
    expect(share).to_have_attribute("aria-valuetext", "50 %")
    nameless = page.evaluate(
        f"""() => [...document.querySelectorAll('{BOARD} :is(input, select, button)')]
          .filter((one) => !one.getAttribute('aria-label') && !one.textContent.trim()
            && ![...one.labels ?? []].some((label) => label.textContent.trim()))
          .map((one) => one.outerHTML)"""
    )
    assert nameless == []
    buttons = {name: part(page, f"[data-do={name}]") for name in ("train", "more", "play")}
    texts = [button.inner_text() for button in buttons.values()]
    assert texts[:2] == ["Train anew", "Train on"]
    assert texts[2].endswith("Replay")
    titles = [button.get_attribute("title") for button in buttons.values()]
    assert [title.split()[0] for title in titles] == ["Start", "Go", "Play"]
    assert "nothing is trained" in titles[2]
    drawn = [button.locator("path").get_attribute("d") for button in list(buttons.values())[:2]]
    assert len(set(drawn)) == 2
    colours = [
        button.evaluate("one => getComputedStyle(one).backgroundColor")
        for button in buttons.values()
    ]
    assert colours[0] != colours[1] == colours[2]  # one of them is the first choice


def test_what_a_link_hides_is_not_changed_in_the_picture_nor_by_an_example(open_playground):
    page = open_playground(f"{QUICK}&hide=data,optimizer,activation&activation=relu")
    page.mouse.click(*plane_at(page, -5.5, 5.5))
    page.mouse.move(*plane_at(page, 0, 0))
    page.mouse.down()
    page.mouse.move(*plane_at(page, 5.5, 5.5), steps=4)
    page.mouse.up()
    part(page, ".pg-result .pg-plane").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert "data=" not in page.url
    expect_points(page, 100)
    expect(part(page, "[data-do=empty]")).to_be_hidden()
    do(page, "compare")
    offered = part(page, ".pg-differs option").all_inner_texts()
    assert "optimizer" not in offered
    assert "learning rate" in offered
    assert "compare=optimizer" not in page.url
    part(page, ".pg-examples summary").click()
    part(page, ".pg-examples a").last.click()
    expect(part(page, ".pg-tile.neuron")).to_have_count(24)
    expect(page).to_have_url(re.compile("hidden=8%2C8%2C8"))
    page.wait_for_url("**activation=relu**")
    assert "data=spiral" not in page.url


def test_a_phone_shows_everything_without_sideways_scrolling_and_a_finger_taps_points(
    open_playground,
):
    query = f"{QUICK}&hidden=16,16,16,16,16,16&epochs=10"
    page = open_playground(query, width=390, height=844, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in (".pg-train", ".pg-play", "[data-do=more]"):
        assert part(page, button).bounding_box()["height"] >= 40
    page.touchscreen.tap(*plane_at(page, -5.5, 5.5))
    expect_points(page, 101)
    do(page, "compare")
    expect(part(page, ".pg-now").nth(3)).to_contain_text("accuracy")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
