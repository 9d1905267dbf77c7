"""Inside a network as a visitor uses it: layers, maps, arithmetic, misses, quiz, other topics."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.pages import listen

TAB = "#chapter-inside"
BOARD = f"{TAB} .inside"


@pytest.fixture
def open_inside(open_page):
    def open_inside(query="", **options) -> Page:
        page = open_page(f"/?chapter=inside{query}", **options)
        answered(page)
        return page

    return open_inside


def answered(page: Page) -> None:
    expect(page.locator(f"{BOARD}[aria-busy=false]")).to_be_visible()


def topic(page: Page, name: str):
    page.locator(f"{TAB} .topics").get_by_text(name, exact=True).click()
    return page.locator(f"{BOARD} section:visible")


def choose(page: Page, name: str, value: str) -> None:
    """Set a knob, whether it is a menu or a row of buttons."""
    place = page.locator(f"{TAB} [data-knob={name}]")
    if place.locator("select").count():
        place.locator("select").select_option(value)
    else:
        place.locator(f"input[value={value}]").check(force=True)


def test_every_layer_is_shown_and_every_number_computed_where_one_points(open_inside):
    page = open_inside("&layer=1&unit=2")
    steps = page.locator(f"{BOARD} .in-step")
    expect(steps).to_have_count(11)
    expect(page.locator(f"{BOARD}[data-computed='conv1 2']")).to_be_visible()
    total = page.locator(f"{BOARD} .in-arithmetic")
    expect(total.locator(".in-row")).to_have_count(1)
    asked = []
    listen(page, "request", lambda request: asked.append(request.url))
    grid = page.locator(f"{BOARD} .in-grid")
    grid.focus()
    before = total.get_attribute("data-total")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        grid.press(key)
    expect(total).not_to_have_attribute("data-total", before)
    assert not [url for url in asked if "inside_" in url or "fashion_" in url]
    # What is written out adds up to what torch has computed.
    said = total.locator(".in-sum").inner_text().replace("−", "-").replace("(", "").replace(")", "")
    terms, result, *_ = re.split(r" = | → ", said)
    assert sum(map(float, terms.split(" + "))) == pytest.approx(float(result), abs=0.02)
    # A click on another map chooses it; the address says so.
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 0.75 * box["height"])
    expect(page.locator(f"{BOARD}[data-computed='conv1 15']")).to_be_visible()
    expect(page).to_have_url(re.compile("unit=15"))
    # Along the layers: by a click, by keys, played to the end.
    steps.nth(4).click()
    expect(page.locator(f"{BOARD}[data-computed='conv3 15']")).to_be_visible()
    expect(total.locator(".in-row")).to_have_count(3)
    steps.nth(4).press("ArrowRight")
    expect(steps.nth(5)).to_have_attribute("aria-selected", "true")
    steps.nth(10).click()
    expect(total.locator(".in-term")).to_have_count(6)
    # Switched off, a map no longer counts.
    steps.nth(1).click()
    bars = page.locator(f"{BOARD} [data-of=maps] .in-bars")
    share = bars.get_attribute("data-share")
    page.locator(f"{TAB} [data-knob=off] input").check(force=True)
    expect(bars).not_to_have_attribute("data-share", share)
    expect(page.locator(f"{BOARD} [data-of=maps]")).to_contain_text("Without this map")
    # The other network has the same tools.
    page.locator(f"{TAB} [data-knob=network] input[value=cifar]").check(force=True)
    expect(steps).to_have_count(16)


def test_a_cell_shows_its_pictures_and_a_quiz_counts_the_score(open_inside):
    page = open_inside("&topic=misses")
    cell = page.locator(f"{BOARD} [data-cell='4,6']")
    count = int(cell.inner_text())
    cell.click()
    figures = page.locator(f"{BOARD} .in-gallery figure:visible")
    expect(figures).to_have_count(count)
    expect(figures.first).to_contain_text("Shirt")
    page.locator(f"{TAB} .invitation:visible").click()
    choices = page.locator(f"{BOARD} .in-choices button")
    expect(choices).to_have_count(10)
    for number in range(1, 11):
        choices.first.click()
        expect(page.locator(BOARD)).to_have_attribute("data-score", re.compile(rf":{number}$"))
    expect(page.locator(BOARD)).to_have_attribute("data-score", re.compile(":5:10$"))


def test_all_other_topics_answer_on_one_page(open_inside, errors):
    page = open_inside("&topic=counts")
    counts = page.locator(f"{BOARD} section:visible")
    expect(counts).to_contain_text("Behind the worst square")
    counts.locator(".in-framed").hover()
    expect(counts).to_contain_text("Hidden here")
    told = counts.locator(".in-told.quiet")
    counts.locator(".in-framed").focus()
    page.mouse.move(5, 5)
    expect(told).to_have_text("")
    for _time in range(5):
        counts.locator(".in-framed").press("ArrowDown")
    expect(told).to_contain_text("Hidden here")
    # A question that fails in the page leaves it ready for the next one.
    settings = (
        "one => one.dispatchEvent(new CustomEvent('settings', { detail: [{ topic: '' }, ''] }))"
    )
    page.locator(BOARD).evaluate(settings)
    answered(page)
    page.wait_for_timeout(50)
    assert len(errors) == 1
    errors.clear()
    # However small a probability is, its name stays in the plot.
    choose(page, "network", "cifar")
    names = counts.locator(".in-curve text.name")
    expect(names.filter(has_text="cat")).to_have_count(1)
    assert all(float(one.get_attribute("y")) < 96 for one in names.all())
    choose(page, "network", "fashion")
    expect(counts).to_contain_text("Ankle boot")
    page.locator(f"{TAB} [data-knob=method] input[value=gradient]").check(force=True)
    expect(counts).to_contain_text("one backward pass")
    wants = topic(page, "What a map looks for")
    expect(wants.locator(".in-gallery figure")).to_have_count(3)
    expect(wants.locator(".in-tile")).to_have_count(16)
    wants.locator(".in-tile").nth(5).click()
    expect(page).to_have_url(re.compile("unit=5"))
    wants.locator("[data-do=first]").click()
    expect(page.locator(BOARD)).to_have_attribute("data-step", "0")
    norms = topic(page, "Dropout, batch norm")
    expect(norms.locator("circle.dot")).to_have_count(500)
    # Remembered beside the batch, γ beside β, and the four steps: each for 16 channels.
    plots = norms.locator(".in-steps svg")
    expect(plots).to_have_count(6)
    for number, (discs, squares) in enumerate([(16, 16), (16, 16)] + [(16, 0)] * 4):
        expect(plots.nth(number).locator("circle.mean")).to_have_count(discs)
        expect(plots.nth(number).locator("rect.mean")).to_have_count(squares)
    ladder = topic(page, "The ladder")
    ladder.get_by_role("button", name="linear").click()
    expect(ladder).to_contain_text("linear: right answers after each epoch")
    for name, epochs in (("five_layers", 6), ("residual", 20)):
        curves = ladder.locator(f"svg[aria-label={name}]")
        expect(curves.locator("polyline")).to_have_count(2)
        points = curves.locator("polyline").first.get_attribute("points").split()
        assert len(points) == epochs
    unknown = topic(page, "None of the ten")
    expect(unknown).to_contain_text("AUROC")
    backgrounds = unknown.locator("table").nth(1).locator("tbody tr")
    expect(backgrounds).to_have_count(5)
    expect(backgrounds.first).to_contain_text("as in the data")
    choose(page, "network", "cifar")
    choose(page, "stranger", "noise")
    expect(unknown.locator(".in-verdict.refused")).to_contain_text("in spite of")
    expect(unknown).to_contain_text("standard deviations")
    expect(unknown).to_contain_text("No plain background is asked for here")
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    table = unknown.locator("table").first
    part = "element => element.getBoundingClientRect().right"
    assert table.evaluate(part) <= unknown.evaluate(part) + 1
    page.set_viewport_size(size)
    # The network for photos has the same tools.
    norms = topic(page, "Dropout, batch norm")
    expect(norms).to_contain_text("learned without dropout")
    expect(norms).to_contain_text("31 pieces of six photos")
    expect(norms.locator("circle.dot")).to_have_count(500)
    expect(norms.locator(".in-steps svg").nth(1).locator("circle.mean")).to_have_count(32)
    wants = topic(page, "What a map looks for")
    page.locator(f"{TAB} [data-knob=layer] input").first.fill("3")
    page.locator(f"{TAB} [data-knob=layer] input").first.press("Enter")
    expect(page.locator(f"{BOARD}[data-gallery='residual1.first 48']")).to_be_visible()
    tiles = wants.locator(".in-tile canvas")
    expect(tiles).to_have_count(48)
    drawn = "tile => new Set(tile.getContext('2d').getImageData(0, 0, 32, 32).data).size"
    assert min(tiles.nth(number).evaluate(drawn) for number in (0, 20, 47)) > 30
    expect(wants).to_contain_text("belong to others")
    tiles.nth(47).click()
    expect(wants).to_contain_text("map 47 of 0 to 47")
    device = topic(page, "Which device?")
    expect(device).to_contain_text("batch of 32")
    expect(device).to_contain_text('map_location="cpu"')
    misses = topic(page, "Misses")
    # Each network begins with what it confuses most, and keeps the cell that was chosen.
    pressed = misses.locator("[aria-pressed=true]")
    expect(pressed).to_have_attribute("data-cell", "3,5")
    expect(misses).to_contain_text("cat are taken for dog")
    expect(misses).to_contain_text("belong to others")
    expect(misses.locator(".in-gallery, .in-start")).to_have_count(2)
    for one in misses.locator(".in-gallery, .in-start").all():
        expect(one).to_be_hidden()
    invitation = page.locator(f"{TAB} .invitation.in-topic-misses")
    expect(invitation).to_be_hidden()
    misses.locator("[data-cell='9,1']").click()
    expect(misses).to_contain_text("truck are taken for automobile")
    choose(page, "network", "fashion")
    expect(pressed).to_have_attribute("data-cell", "6,0")
    expect(misses.locator("[data-cell='3,5']")).to_have_attribute("aria-label", re.compile("Dress"))
    expect(misses.locator(".in-gallery figure").first).to_be_visible()
    expect(invitation).to_be_visible()
    choose(page, "network", "cifar")
    expect(pressed).to_have_attribute("data-cell", "9,1")


def png(pixels) -> dict:
    stream = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(stream, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": stream.getvalue()}


def test_a_drawing_and_a_photo_are_looked_into_and_a_busy_background_is_warned_of(open_inside):
    page = open_inside("&picture=sketch")
    board = page.locator(BOARD)
    expect(board.locator(".in-empty")).to_contain_text("Draw something")
    box = page.locator("#inside-pad canvas").first.bounding_box()
    corners = [(0.3, 0.2), (0.7, 0.2), (0.7, 0.8), (0.3, 0.8), (0.3, 0.2)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()
    bars = board.locator("[data-of=maps] .in-bars")
    expect(bars).to_have_attribute("data-winner", re.compile("."))
    expect(board.locator(".in-step")).to_have_count(11)
    expect(board.locator(".in-warning")).to_be_hidden()
    # Played, it goes through all layers to the answer.
    board.locator(".in-player:visible [data-do=play]").click()
    last = board.locator(".in-step").nth(10)
    expect(last).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile("layer=10"))
    # A dark piece, on a light sheet; then on a chequered one.
    choose(page, "picture", "photo")
    expect(board.locator(".in-empty")).to_contain_text("Choose a photo")
    pixels = np.full((240, 200, 3), 235)
    pixels[30:210, 70:130] = (30, 30, 60)
    board.locator("[data-for=choose]").set_input_files(png(pixels))
    expect(board.locator(".in-step")).to_have_count(11)
    answered(page)
    expect(board.locator(".in-warning")).to_be_hidden()
    told = board.locator("[data-of=maps] .in-two .in-part .in-told")
    expect(told).not_to_contain_text("no piece was found")
    squares = np.indices((240, 200)).sum(axis=0) // 12 % 2
    pixels[:] = np.where(squares, 230, 40)[:, :, None]
    board.locator("[data-for=choose]").set_input_files(png(pixels))
    expect(board.locator(".in-warning")).to_contain_text("plain background")
    expect(told).to_contain_text("no piece was found")
    # The network for photos asks for no background; its own picture is chosen.
    choose(page, "network", "cifar")
    expect(board.locator(".in-step")).to_have_count(16)
    expect(board.locator(".in-warning")).to_be_hidden()
