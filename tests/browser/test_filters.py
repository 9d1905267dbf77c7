"""Filters as a visitor uses them: pointing, kernel cells, topics, photos, the pad, the camera."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.pages import listen

TAB = "#chapter-filters"
BOARD = f"{TAB} .filters"


@pytest.fixture
def open_filters(open_page):
    def open_filters(query="", **options) -> Page:
        page = open_page(f"/?chapter=filters{query}", **options)
        answered(page)
        return page

    return open_filters


def answered(page: Page) -> None:
    expect(page.locator(f"{BOARD}[aria-busy=false]")).to_be_visible()


def topic(page: Page, name: str) -> None:
    page.locator(f"{TAB} .topics").get_by_text(name, exact=True).click()


def knob(page: Page, name: str):
    return page.locator(f"{TAB} [data-knob={name}]")


def choose(page: Page, name: str, value: str) -> None:
    knob(page, name).locator(f"input[value={value}]").check(force=True)


def view(page: Page, of: str, number: int):
    return page.locator(f"{BOARD} [data-of={of}] canvas").nth(number)


def point(page: Page, canvas, x: float, y: float) -> None:
    """Point at a place of a canvas, given as shares of its size."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])


def total(page: Page, of: str = "convolve"):
    return page.locator(f"{BOARD} [data-of={of}] .fl-arithmetic")


def test_pixels_are_numbers_and_matrices_are_multiplied(open_filters):
    page = open_filters(motion=False)
    play = page.locator(f"{BOARD} .fl-zoom [data-do=play]")
    page.locator(f"{TAB} .invitation:visible").click()
    expect(play).to_contain_text("Zoom out")
    assert float(page.get_by_label("Zoom", exact=True).first.input_value()) > 0.5
    # Near, a drag moves the picture; a double click leads back.
    pixel, picture = page.locator(f"{BOARD} [data-of=numbers] .fl-terms"), view(page, "numbers", 0)
    point(page, picture, 0.5, 0.5)
    before = pixel.inner_text()
    page.mouse.down()
    point(page, picture, 0.9, 0.5)
    page.mouse.up()
    point(page, picture, 0.5, 0.5)
    expect(pixel).not_to_have_text(before)
    page.mouse.dblclick(*(picture.bounding_box()[one] + 60 for one in "xy"))
    expect(page.get_by_label("Zoom", exact=True).first).to_have_value("0")
    # Of a smaller picture keys go on from its edge, where the pointer was beyond it.
    point(page, view(page, "numbers", 0), 0.99, 0.99)
    choose(page, "picture", "count")
    expect(pixel).to_have_text("x[:, 6, 6] = [49, 49, 49]")
    view(page, "numbers", 0).press("ArrowLeft")
    expect(pixel).to_have_text("x[:, 6, 5] = [48, 48, 48]")
    point(page, view(page, "numbers", 0), 0.99, 0.99)
    expect(pixel).to_have_text("x[:, 6, 6] = [49, 49, 49]")
    view(page, "numbers", 0).press("ArrowLeft")
    expect(pixel).to_have_text("x[:, 6, 5] = [48, 48, 48]")
    choose(page, "operation", "batch")
    facts = page.locator(f"{BOARD} .fl-facts")
    expect(facts).to_contain_text("(1, 3, 7, 7)")
    choose(page, "operation", "wrong")
    expect(facts).to_contain_text("(7, 7, 3)")

    topic(page, "Matrix product")
    product = page.locator(f"{BOARD} [data-of=product]")
    product.locator(".fl-matrix").nth(2).get_by_text("63").hover()
    expect(product.locator(".fl-sum")).to_have_text("2·5 + 3·7 + 4·8 = 63")
    expect(product.locator(".num-cell.lit")).to_have_count(3 + 3 + 1)
    right = knob(page, "right").locator(".knob-field")
    right.fill("1 2; 3 4")
    expect(product.locator(".fl-error")).to_contain_text("3x3 and 2x2")
    expect(product.locator("b.fails")).to_have_count(2)
    right.fill("1 2; 3")
    expect(knob(page, "right")).to_have_class(re.compile("impossible"))
    expect(knob(page, "left")).not_to_have_class(re.compile("impossible"))
    expect(knob(page, "right").locator(".knob-why")).to_contain_text("all of one length")
    right.fill("1 2 3; 4 5 6; 7 8 9")
    expect(product.locator(".fl-matrix").nth(2)).to_contain_text("(3, 3)")
    expect(knob(page, "right")).not_to_have_class(re.compile("impossible"))


def test_a_filter_slides_and_every_number_is_written_out_without_the_server(open_filters):
    page = open_filters("&topic=convolve&picture=count")
    knob(page, "kernel").get_by_role("button", name="0.1 … 0.9").click()
    output = view(page, "convolve", 1)
    expect(output).to_have_attribute("aria-label", re.compile(r"\(1, 1, 5, 5\)"))
    asked = []
    listen(page, "request", lambda request: asked.append(request.url))
    point(page, output, 0.5, 0.3)  # the patch around 18
    expect(total(page)).to_have_attribute("data-total", "94.2")
    expect(total(page)).to_contain_text("10·0.1 + 11·0.2 + 12·0.3 + 17·0.4")
    point(page, view(page, "convolve", 0), 0.99, 0.99)
    expect(total(page)).to_have_attribute("data-total", "197.7")
    assert not [url for url in asked if "filter_" in url]
    # It slides by itself, and the end is the last number.
    player = page.locator(f"{BOARD} [data-of=convolve] .fl-player")
    player.locator("[data-do=first]").click()
    expect(total(page)).to_have_attribute("data-total", "53.7")
    player.get_by_label("Step", exact=True).fill("21")
    expect(total(page)).to_have_attribute("data-total", "184.2")
    page.wait_for_url("**step=21**")
    page.reload()
    answered(page)
    expect(total(page)).to_have_attribute("data-total", "184.2")
    player.locator("select").select_option("4")
    page.locator(f"{TAB} .invitation:visible").click()
    expect(total(page)).to_have_attribute("data-total", "197.7")
    # A cell by hand, by keyboard and typed; a larger square has zeros around.
    choose(page, "picture", "edge")
    knob(page, "kernel").get_by_role("button", name="Prewitt").click()
    point(page, output, 0.3, 0.5)
    expect(total(page)).to_have_attribute("data-total", "30")
    cell = knob(page, "kernel").get_by_label("row 2, column 1")
    cell.fill("3,5")
    expect(total(page)).to_have_attribute("data-total", "55")
    cell.press("ArrowUp")
    expect(total(page)).to_have_attribute("data-total", "65")
    expect(page).to_have_url(re.compile(r"kernel=1%2C0%2C-1%2C4\.5"))
    cell.fill("x")
    expect(knob(page, "kernel").locator(".knob-wrong")).to_contain_text("A number is needed")
    knob(page, "kernel").get_by_role("button", name="5 × 5", exact=True).click()
    expect(knob(page, "kernel").locator(".knob-field")).to_have_count(25)
    expect(output).to_have_attribute("aria-label", re.compile(r"\(1, 1, 1, 2\)"))
    # What is impossible turns red, with the reason.
    knob(page, "dilation").locator(".knob-field").fill("2")
    expect(knob(page, "dilation").locator(".knob-why")).to_contain_text("9 pixels")
    choose(page, "padding", "zeros")
    expect(knob(page, "dilation")).not_to_have_class(re.compile("impossible"))
    expect(output).to_have_attribute("aria-label", re.compile(r"\(1, 1, 5, 6\)"))


def test_all_topics_answer_on_one_page_and_a_task_sets_one_up(open_filters):
    page = open_filters("&topic=channels&picture=shapes&filters=red")
    point(page, view(page, "channels", 4), 0.25, 0.35)  # in the disc
    expect(total(page, "channels")).to_have_attribute("data-total", "158")
    expect(total(page, "channels").locator(".fl-row")).to_have_count(3)
    knob(page, "filters").get_by_label("edges of all colours").check()
    expect(page.locator(f"{BOARD} .fl-maps canvas")).to_have_count(2)
    expect(page.locator(f"{BOARD} [data-of=channels] .fl-told")).to_contain_text("= 54 numbers")

    topic(page, "Pooling")
    pooling = page.locator(f"{BOARD} [data-of=pooling]")
    expect(pooling.locator("canvas").nth(1)).to_have_attribute(
        "aria-label", re.compile(r"\(2, 3\)")
    )
    point(page, view(page, "pooling", 1), 0.5, 0.75)
    expect(pooling.locator(".fl-sum")).to_have_text("max(7, 3, 0, 5) = 7")
    knob(page, "shift").locator(".knob-field").fill("1")
    expect(pooling.locator(".fl-told")).to_contain_text("4 of 6 pooled")
    knob(page, "window").locator(".knob-field").fill("6")
    expect(knob(page, "window").locator(".knob-why")).to_contain_text("6 pixels wide")

    topic(page, "A filter learns")
    learning = page.locator(f"{BOARD} [data-of=learn]")
    expect(learning.locator(".fl-told")).to_contain_text("Step 0")
    learning.locator("input[type=range]").fill("150")
    expect(learning.locator(".fl-told")).to_contain_text("Step 150: loss 0.000")
    found = learning.locator(".fl-learned .num-cell").all_inner_texts()
    wanted = [1, 0, -1, 2, 0, -2, 1, 0, -1]
    assert [float(one.replace("−", "-")) for one in found] == pytest.approx(wanted, abs=0.5)
    learning.locator("[data-do=play]").click()
    expect(page.locator(BOARD)).to_have_attribute("data-step", re.compile(r"^[1-9]"))

    learning.locator("input[type=range]").fill("150")
    page.wait_for_url("**step=150**")
    topic(page, "Dense or convolution?")
    page.wait_for_url(re.compile("topic=dense(?!.*step)"))
    page.go_back()
    expect(learning.locator(".fl-told")).to_contain_text("Step 150")
    page.wait_for_url("**step=150**")
    page.go_forward()
    dense = page.locator(f"{BOARD} [data-of=dense]")
    expect(dense.locator(".fl-told")).to_contain_text("The matrix has 576: 144")
    point(page, view(page, "dense", 2), 0.3, 0.1)
    expect(dense.locator(".fl-terms")).to_contain_text("row 2: ")
    page.locator(f"{TAB} .choose-task:visible").nth(1).click()
    page.locator(f"{TAB} .set-up a:visible").click()
    expect(dense.locator(".fl-told")).to_contain_text("The matrix has 1,296: 256")


def jpeg(size=(640, 480), colour=(200, 40, 30)) -> dict:
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "JPEG", quality=95)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def test_a_photo_a_drawing_and_the_camera_are_pictures_too(open_filters):
    page = open_filters("&topic=convolve&kernel=0,0,0,0,1,0,0,0,0")
    board, output = page.locator(BOARD), view(page, "convolve", 1)
    choose(page, "picture", "photo")
    expect(board.locator(".fl-empty")).to_contain_text("Choose a photo")
    field = board.locator("[data-for=choose]")
    field.set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    expect(board.locator(".source-hint")).to_contain_text("is not a PNG")
    field.set_input_files(jpeg())
    expect(output).to_have_attribute("aria-label", re.compile(r"118, 158"))
    point(page, output, 0.5, 0.5)
    grey = round(0.299 * 200 + 0.587 * 40 + 0.114 * 30)
    expect(total(page)).to_have_attribute(
        "data-total", re.compile(f"^({grey - 1}|{grey}|{grey + 1})$")
    )
    expect(page).to_have_url(re.compile("picture=photo"))
    assert "base64" not in page.url
    page.reload()
    answered(page)
    expect(output).to_have_attribute("aria-label", re.compile(r"118, 158"))
    # Pasted over a sample, it is the picture.
    choose(page, "picture", "count")
    expect(output).to_have_attribute("aria-label", re.compile(r"\(1, 1, 5, 5\)"))
    page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 20 });
          canvas.getContext('2d').fillRect(0, 0, 40, 20);
          const blob = await new Promise((done) => { canvas.toBlob(done); });
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([blob], 'x.png', { type: 'image/png' }));
          document.activeElement.blur();
          document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
        }"""
    )
    expect(output).to_have_attribute("aria-label", re.compile(r"\(1, 1, 18, 38\)"))
    # Drawn on the pad, which is in the address.
    choose(page, "picture", "sketch")
    expect(board.locator(".fl-empty")).to_contain_text("Draw something")
    pad = page.locator(f"{TAB} .sketch-pad canvas")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 150, steps=4)
    page.mouse.up()
    expect(output).to_have_attribute("aria-label", re.compile("158, 158"))
    expect(page.locator(f"{TAB} .sketch-pad")).to_have_attribute("data-pending", "false")
    expect(page).to_have_url(re.compile("sketch="))
    # The camera: live, until it is stopped; then its last picture stays, with numbers.
    page.get_by_role("button", name="Live camera").click()
    expect(board).to_have_attribute("data-rate", re.compile(r"\d"))
    expect(board.locator(".source-hint")).to_contain_text("torch’s answer is what is shown")
    expect(knob(page, "picture").locator("input[value=photo]")).to_be_checked()
    expect(pad).to_be_hidden()
    choose(page, "picture", "edge")
    expect(output).to_have_attribute("aria-label", re.compile(r"\(1, 1, 3, 4\)"))
    page.get_by_role("button", name="Live camera").click()
    expect(board).to_have_attribute("data-rate", re.compile(r"\d"))
    page.get_by_role("button", name="Stop, and keep this picture").click()
    point(page, output, 0.4, 0.4)
    expect(total(page)).to_be_visible()
    expect(page.get_by_role("button", name="Live camera")).to_be_visible()


def test_on_a_phone_a_finger_points_and_nothing_scrolls_sideways(open_filters):
    page = open_filters("&topic=convolve&picture=count", width=390, height=844, touch=True)
    assert (
        page.locator(f"{BOARD} .fl-strip").evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    )
    canvas = view(page, "convolve", 1)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page.locator(f"{BOARD} [data-of=convolve] output")).to_have_text("15 / 25")
    for name in ("Several filters", "Pooling", "A filter learns", "Dense or convolution?"):
        topic(page, name)
        answered(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    for button in page.locator(f"{BOARD} button:visible").all():
        assert button.bounding_box()["height"] >= 40
