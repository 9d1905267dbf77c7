"""The digits tab as a student uses it: drawing with mouse, finger and keyboard, and photos."""

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.pages import impatient, listen, still

PAD = "#chapter-digits .sketch-pad"
BARS = "#chapter-digits .class-bars"
SEVEN = [(0.3, 0.2), (0.72, 0.2), (0.45, 0.85)]


@pytest.fixture
def open_digits(open_page):
    def open_digits(query="", **options) -> Page:
        page = open_page(f"/?chapter=digits{query}", **options)
        page.wait_for_selector(f"{BARS}[aria-busy=false]")
        return page

    return open_digits


def at(page: Page, share: tuple[float, float]) -> tuple[float, float]:
    box = page.locator(f"{PAD} canvas").bounding_box()
    return box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"]


def move_along(page: Page, corners) -> None:
    for corner in corners:
        page.mouse.move(*at(page, corner), steps=8)


def draw(page: Page, corners=SEVEN) -> None:
    page.mouse.move(*at(page, corners[0]))
    page.mouse.down()
    move_along(page, corners[1:])
    page.mouse.up()


def expect_answer(page: Page, answer: str) -> None:
    """Wait for the digits that the three networks read, "-" for none; "." matches any.

    Afterwards the newest sketch is answered, unless one still draws.
    """
    expect(page.locator(PAD)).not_to_have_attribute("data-pending", "true")
    expect(page.locator(BARS)).to_have_attribute("data-answer", re.compile(f"^{answer}$"))


def numbers(page: Page) -> list[str]:
    return page.locator(f"{BARS} .bars-row > :last-child").all_inner_texts()


def test_an_empty_pad_shows_a_hint_and_a_digit_is_answered_before_the_stroke_ends(open_digits):
    page = open_digits()
    expect(page.locator(f"{PAD} .pad-hint")).to_be_visible()
    expect(page.locator(f"{BARS} .bars-note")).to_contain_text("Draw a digit")
    assert numbers(page) == [""] * 30
    expect_answer(page, "---")
    for part in (".controls", ".picture"):
        box = page.locator(f"#chapter-digits {part}").bounding_box()
        assert box["y"] + box["height"] <= 800
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.mouse.move(*at(page, SEVEN[0]))
    page.mouse.down()
    move_along(page, SEVEN[1:])
    expect_answer(page, "[0-9]{3}")
    before = numbers(page)
    move_along(page, [(0.3, 0.95), (0.8, 0.95)])
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('#chapter-digits .bars-row > :last-child')]"
        ".some((node, i) => node.innerText !== before[i])",
        arg=before,
    )
    page.mouse.up()


def test_a_seven_is_read_asked_for_once_at_a_time_undone_and_cleared(open_digits):
    page = open_digits()
    flying, most = set(), []

    def start(request):
        if request.method == "POST" and "/run/" in request.url:
            flying.add(request)
            most.append(len(flying))

    listen(page, "request", lambda request: start(request))
    listen(page, "requestfinished", lambda request: flying.discard(request))
    listen(page, "requestfailed", lambda request: flying.discard(request))
    draw(page)
    expect_answer(page, "..7")
    label = page.locator(f"{BARS} .bars-rows").nth(2).get_attribute("aria-label")
    assert re.fullmatch(r"Convolutional: 7 with (>99\.9|100|\d\d\.\d) %", label)
    expect(page.locator(f"{BARS} .bars-spoken")).to_contain_text("Convolutional: 7")
    winner = page.locator(f"{BARS} .bars-panel").nth(2).locator(".winner > :first-child")
    expect(winner).to_have_text("7")
    assert most
    assert max(most) == 1
    one_stroke = numbers(page)
    draw(page, [(0.2, 0.9), (0.9, 0.9)])
    expect(page.locator(PAD)).to_have_attribute("data-strokes", "2")
    page.keyboard.press("Control+z")
    expect(page.locator(PAD)).to_have_attribute("data-strokes", "1")
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('#chapter-digits .bars-row > :last-child')]"
        ".every((node, i) => node.innerText === before[i])",
        arg=one_stroke,
    )
    page.keyboard.press("Escape")
    expect_answer(page, "---")
    expect(page.locator(f"{PAD} .pad-hint")).to_be_visible()
    page.locator(f"{PAD} [data-do=undo]").click()
    expect_answer(page, "..7")
    page.locator(f"{PAD} [data-do=clear]").click()
    expect_answer(page, "---")
    assert numbers(page) == [""] * 30


def test_the_keyboard_draws_too_and_the_switches_change_the_bars_and_what_is_seen(open_digits):
    page = open_digits()
    page.locator(f"{PAD} canvas").focus()
    page.keyboard.press("Space")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(PAD)).to_have_attribute("data-strokes", "1")
    expect_answer(page, "[0-9]{3}")
    page.keyboard.press("Delete")
    expect_answer(page, "---")
    draw(page)
    expect_answer(page, "..7")
    sums = page.locator(f"{BARS} .bars-sum")
    expect(sums.first).to_have_text("sum 100 %")
    page.get_by_label("sigmoid").check()
    expect(sums.nth(2)).to_have_text(re.compile(r"sum \d+ %"))
    page.get_by_label("logits").check()
    expect(sums.nth(2)).to_have_text("")
    page.wait_for_function(
        "[...document.querySelectorAll('#chapter-digits .bars-row > :last-child')]"
        ".some((node) => node.innerText.startsWith('\u2212'))"
    )
    page.locator(f"{PAD} [data-do=clear]").click()
    expect_answer(page, "---")
    draw(page, [(0.06, 0.06), (0.2, 0.06), (0.11, 0.25)])
    expect_answer(page, "..7")
    seen = "document.querySelector('#chapter-digits .pixels canvas')"
    pixel = f"{seen}.getContext('2d').getImageData(25, 25, 1, 1).data[0]"
    ink = (
        f"[...{seen}.getContext('2d').getImageData(14, 0, 14, 28).data]"
        ".filter((value, i) => i % 4 === 0 && value > 60).length"
    )
    assert page.evaluate(ink) > 20
    page.get_by_label("preprocess as MNIST was").uncheck()
    page.wait_for_function(f"{ink} === 0")
    assert page.evaluate(pixel) < 20


def test_a_phone_shows_pad_and_answers_together_and_a_finger_draws_without_scrolling(open_digits):
    page = open_digits(width=390, height=844, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for part in (f"{PAD} canvas", f"{BARS} .bars-panels", "#chapter-digits .pixels"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 844
    for button in page.locator(f"{PAD} button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 40
    touch = page.context.new_cdp_session(page)

    def send(kind, *shares):
        points = [dict(zip("xy", at(page, share), strict=True)) for share in shares]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", (0.3, 0.2))
    for i in range(1, 11):
        send("touchMove", (0.3 + 0.042 * i, 0.2))
    for i in range(1, 11):
        send("touchMove", (0.72 - 0.027 * i, 0.2 + 0.065 * i))
    expect_answer(page, "[0-9]{3}")
    send("touchEnd")
    expect_answer(page, "..7")
    assert page.evaluate("scrollY") == 0
    expect(page.locator(PAD)).to_have_attribute("data-strokes", "1")


def ink_colour(page: Page) -> list[int]:
    page.evaluate("new Promise(requestAnimationFrame)")
    return page.evaluate(
        f"""() => {{
          const canvas = document.querySelector('{PAD} canvas');
          const [x, y] = [0.5, 0.2].map((share) => Math.round(share * canvas.width));
          return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data];
        }}"""
    )


def test_the_drawing_survives_resizing_dark_mode_and_other_tabs(open_digits):
    page = open_digits()
    draw(page)
    expect_answer(page, "..7")
    assert max(ink_colour(page)[:3]) < 100
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_function(f"document.querySelector('{PAD} canvas').clientWidth > 400")
    assert ink_colour(page)[3] == 255
    page.evaluate("document.body.classList.add('dark')")
    page.wait_for_function(
        f"getComputedStyle(document.querySelector('{PAD} canvas')).color.includes('230')"
    )
    assert min(ink_colour(page)[:3]) > 150
    page.set_viewport_size({"width": 1280, "height": 900})  # all tabs stand beside each other
    page.get_by_role("tab", name="°C → °F").click()
    page.get_by_role("tab", name="Sketch a digit").click()
    assert ink_colour(page)[3] == 255
    expect(page.locator(PAD)).to_have_attribute("data-strokes", "1")


def photo(tmp_path):
    image = Image.new("RGB", (600, 800), (210, 205, 190))
    pen = ImageDraw.Draw(image)
    pen.line([(200, 200), (400, 200), (280, 600)], fill=(30, 40, 120), width=30, joint="curve")
    path = tmp_path / "photo.jpg"
    image.save(path)
    return path


def test_a_photo_is_read_until_one_draws_again(open_digits, tmp_path):
    page = open_digits()
    draw(page, [(0.5, 0.1), (0.5, 0.9)])
    expect_answer(page, "[0-9]{3}")
    page.locator(f"{PAD} input[type=file]").set_input_files(photo(tmp_path))
    expect(page.locator(PAD)).to_have_attribute("data-photo", "true")
    expect_answer(page, "..7")
    page.get_by_label("sigmoid").check()
    expect(page.locator(f"{BARS} .bars-sum").nth(2)).to_have_text(re.compile(r"sum \d+ %"))
    draw(page, [(0.5, 0.1), (0.5, 0.9)])
    expect(page.locator(PAD)).to_have_attribute("data-photo", "false")
    expect(page.locator(PAD)).to_have_attribute("data-strokes", "1")
    expect_answer(page, "..1")


def test_what_is_broken_is_said_and_does_not_lock_the_pad(open_digits, tmp_path):
    page = open_digits("&sketch=%3Cb%3E&output=percent")
    expect(page.locator(".notice [role=alert]")).to_contain_text("a sketch is needed")
    expect_answer(page, "---")
    refusal = {"status": 500, "json": {"error": None, "detail": "out of order"}}
    page.route("**/run/**", lambda route: route.fulfill(**refusal))
    impatient(page, "sketch", 500)
    draw(page, [(0.2, 0.2), (0.4, 0.4)])
    page.unroute("**/run/**")
    page.locator(f"{PAD} [data-do=clear]").click()
    draw(page)
    expect_answer(page, "..7")
    page.locator(f"{PAD} [data-do=clear]").click()
    expect_answer(page, "---")
    path = tmp_path / "letter.png"
    path.write_bytes(io.BytesIO(b"no picture").getvalue())
    page.locator(f"{PAD} input[type=file]").set_input_files(path)
    expect(page.locator(f"{PAD} .pad-status")).to_contain_text("is not a PNG")
    draw(page)
    expect_answer(page, "..7")


def test_a_link_brings_back_the_sketch_and_the_switches_in_the_dark_too(open_digits):
    page = open_digits()
    draw(page)
    page.get_by_label("sigmoid").check()
    expect(page.locator(f"{BARS} .bars-sum").nth(2)).to_have_text(re.compile(r"sum (?!100 %)\d+ %"))
    still(page, "#chapter-digits")  # the answer to all of the stroke
    before = numbers(page)
    page.locator("#chapter-digits .copy-link").click()
    expect(page.locator("#chapter-digits .copy-link")).to_contain_text("copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert len(link) < 400
    page.emulate_media(color_scheme="dark")
    page.goto(link)
    page.wait_for_selector(f"{BARS}[aria-busy=false]")
    expect_answer(page, "..7")
    expect(page.locator(PAD)).to_have_attribute("data-strokes", "1")
    expect(page.get_by_label("sigmoid")).to_be_checked()
    still(page, "#chapter-digits")
    assert numbers(page) == before
    assert min(ink_colour(page)[:3]) > 150  # light ink in the dark
    _the_lessons_are_about_the_same_sketch_and_repaint_without_the_server(page)


def _the_lessons_are_about_the_same_sketch_and_repaint_without_the_server(page):
    board = page.locator("#chapter-digits .digits-board[aria-busy=false]")

    def open_topic(name, said):
        page.locator("#chapter-digits .topics").get_by_text(name, exact=True).click()
        expect(board).to_have_attribute("data-said", said)

    open_topic("Ten outputs", "7")
    expect(page.locator(f"{BARS}")).to_be_hidden()
    expect(board.locator("[data-sum=p]")).to_have_text("1")
    expect(board.locator("tr.shown th")).to_have_text("7")
    worked = board.locator("[data-line=ten-softmax]").inner_text()
    exponential, total, share = re.search(r"= ([\d.]+) / ([\d.]+) = ([\d.]+)$", worked).groups()
    assert float(exponential) / float(total) == pytest.approx(float(share), abs=1e-4)
    with page.expect_response("**/run/**"):  # another topic is asked for, once
        open_topic("Cross-entropy", "7")
    asked = []
    listen(page, "request", lambda request: asked.append(request.url))
    losses = []
    for digit in ("7", "1"):
        board.locator(f"[data-row='{digit}']").click()
        expect(board.locator("tr.truth th")).to_have_text(digit)
        losses.append(float(board.get_attribute("data-loss")))
        expect(board.locator("[data-line=entropy-loss]")).to_contain_text(f"You drew a {digit}")
    assert losses[0] < 0.5 < losses[1]
    expect(page).to_have_url(re.compile(r"topic=entropy.*truth=1|truth=1.*topic=entropy"))
    assert not [url for url in asked if "/run/" in url or "/queue/" in url]
    open_topic("0 or not 0?", "not 0")
    asked.clear()
    low = page.get_by_label("“0” from", exact=True)
    low.fill("0.3")
    expect(board.locator("[data-line=zero-verdict]")).to_contain_text("below 0.30")
    expect(board.locator("[data-line=zero-test]")).to_contain_text("15 of 980 zeros are missed")
    box = board.locator(".db-scale").bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    expect(low).to_have_value("0.75")
    assert not [url for url in asked if "/run/" in url]
    open_topic("One number, 0 to 9?", "7")
    expect(board.locator(".db-line [aria-pressed=true]")).to_have_text("1")
    page.set_viewport_size({"width": 390, "height": 844})
    open_topic("What preprocessing is worth", re.compile("^[0-9-]{8}$"))
    expect(board.locator(".db-ways tbody tr")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(f"{PAD} [data-do=clear]").click()
    expect(board.locator(".db-empty")).to_contain_text("Draw a digit")
    draw(page, [(0.5, 0.1), (0.5, 0.9)])
    expect(board).to_have_attribute("data-said", re.compile("^1"))


def test_numbers_never_stand_beside_another_sketch(open_digits, tmp_path):
    page = open_digits()
    draw(page)
    expect_answer(page, "..7")
    panels, status = page.locator(f"{BARS} .bars-panels"), page.locator(f"{PAD} .pad-status")
    refusal = {"status": 500, "json": {"error": None, "detail": "out of order"}}
    page.route("**/run/**", lambda route: route.fulfill(**refusal))
    impatient(page, "sketch", 500)
    draw(page, [(0.2, 0.2), (0.4, 0.4)])
    expect(status).to_contain_text("No answer came")
    expect(panels).to_be_hidden()
    expect(page.locator("#chapter-digits .pixel-pictures")).to_be_hidden()
    page.unroute("**/run/**")
    impatient(page, "sketch", 20_000)  # these are waited for, however slow
    page.locator(f"{PAD} [data-do=undo]").click()
    expect(panels).to_be_visible()
    expect_answer(page, "..7")
    expect(status).not_to_contain_text("No answer came")
    # A photo that the server has to open comes late, when the next drawing has begun.
    held = []
    page.route("**/run/photo_preview", lambda route: held.append(route))
    Image.new("L", (40, 40), "white").save(tmp_path / "scan.tif")
    with page.expect_request("**/run/photo_preview"):
        page.locator(f"{PAD} input[type=file]").set_input_files(tmp_path / "scan.tif")
    page.locator(f"{PAD} [data-do=clear]").click()
    draw(page)
    with page.expect_response("**/run/photo_preview"):
        held.pop().continue_()
    expect_answer(page, "..7")
    expect(page.locator(PAD)).to_have_attribute("data-photo", "false")
