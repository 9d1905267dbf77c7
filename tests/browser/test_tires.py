"""The tire tab as a visitor uses it: a photo, a phone, and the lessons."""

import json
import re

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from demos.tires.examples import drawn_tire, picture_to_try
from tests.browser.pages import impatient, listen

pillow_heif.register_heif_opener()
TAB = "#chapter-tires"
DROP = f"{TAB} .photo-drop"
VERDICT = f"{TAB} .verdict"
CHART = f"{TAB} .stage .live-chart[aria-busy=false]"


@pytest.fixture
def open_tires(open_page):
    def open_tires(query="", **options) -> Page:
        page = open_page(f"/?chapter=tires{query}", **options)
        page.wait_for_selector(f"{VERDICT}[aria-busy=false]", state="attached")
        return page

    return open_tires


def tire(tmp_path, name="tire.jpg", size=(1600, 1200)):
    """A photo as a phone takes it: large, lying on its side, with EXIF to turn it."""
    image = Image.new("RGB", size, (235, 234, 230))
    image.paste(drawn_tire(size[1]), ((size[0] - size[1]) // 2, 0))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / name, exif=exif)
    return tmp_path / name


def choose(page: Page, path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator(DROP).get_by_role("button", name="Choose a photo").click()
    chooser.value.set_files(path)


def expect_verdict(page: Page) -> None:
    title = page.locator(f"{VERDICT} .verdict-title")
    judged = re.compile("Looks (good|defective)|Cannot tell")
    expect(title).to_have_text(judged)
    expect(page.locator(f"{VERDICT} .verdict-row.winner")).to_have_count(1)


def topic(page: Page, name: str) -> None:
    page.locator(f"{TAB} .topics").get_by_text(name, exact=True).click()


def test_a_photo_is_shrunk_turned_and_judged_with_a_heat_map_and_what_is_no_tire_is_refused(
    open_tires, tmp_path
):
    page = open_tires()
    expect(page.locator(f"{VERDICT} .verdict-warning")).to_contain_text("specialist")
    sent = []
    listen(page, "request", lambda request: sent.append(request.post_data or ""))
    choose(page, tire(tmp_path))
    expect_verdict(page)
    overlay, photo = page.locator(f"{DROP} .photo-overlay"), page.locator(f"{DROP} .photo-picture")
    expect(overlay).to_be_visible()
    assert overlay.bounding_box() == photo.bounding_box()
    box = photo.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(4 / 3, abs=0.02)
    photos = [body for body in sent if "data:image/jpeg" in body]
    assert photos
    assert max(map(len, photos)) < 120_000
    # The heat map fades without asking the server again.
    count = len(sent)
    page.get_by_label("where it looked").fill("0")
    assert overlay.evaluate("(node) => getComputedStyle(node).opacity") == "0"
    assert len(sent) == count
    page.get_by_role("button", name="A lion").click()
    title = page.locator(f"{VERDICT} .verdict-title")
    expect(title).to_have_text("This does not look like a tire.")
    expect(page.locator(f"{VERDICT} .verdict-bars")).to_be_hidden()
    expect(page.locator(f"{DROP} .photo-overlay")).to_be_hidden()


def test_a_pasted_photo_is_judged_and_a_dark_one_questioned(open_tires, tmp_path):
    page = open_tires()
    page.evaluate(
        """async () => {
          const url = document.querySelector('.photo-examples img').src;
          const blob = await (await fetch(url)).blob();
          const data = new DataTransfer();
          data.items.add(new File([blob], 'tire.jpg', { type: blob.type }));
          document.body.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
        }"""
    )
    expect_verdict(page)
    page.get_by_role("button", name="In the dark").click()
    notes = page.locator(f"{VERDICT} .verdict-notes")
    expect(notes).to_contain_text("more light")


def test_the_phone_offers_its_rear_camera_and_shows_photo_and_verdict_together(
    open_tires, tmp_path
):
    page = open_tires(width=390, height=844, touch=True)
    camera = page.locator(f"{DROP} [data-do=camera]")
    expect(camera).to_be_visible()
    field = page.locator(f"{DROP} [data-for=camera]")
    assert field.get_attribute("capture") == "environment"
    field.set_input_files(tire(tmp_path))
    expect_verdict(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("scrollY") == 0
    for part in (f"{DROP} [data-do=camera]", f"{DROP} .photo-picture", f"{VERDICT}-bars"):
        box = page.locator(part.replace(f"{VERDICT}-", f"{VERDICT} .verdict-")).bounding_box()
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 844
    for button in page.locator(f"{DROP} button:visible").all():
        assert button.bounding_box()["height"] >= 40


def test_variants_show_the_photo_and_follow_the_sliders(open_tires):
    page = open_tires()
    page.get_by_role("button", name="A drawn tire").click()
    expect_verdict(page)
    topic(page, "Augmentation")
    caption = page.locator(f"{TAB} .photo-grid figcaption")
    expect(caption).to_contain_text("variants still say")
    expect(caption).to_contain_text("Your photo as it is")
    expect(page.locator(f"{TAB} .photo-grid img")).to_have_count(9)
    before = page.locator(f"{TAB} .photo-grid img").first.get_attribute("src")
    page.get_by_label("seed", exact=True).first.fill("7")
    expect(page.locator(f"{TAB} .photo-grid img").first).not_to_have_attribute("src", before)


def test_the_lessons_have_their_pictures_and_a_link_brings_them_back(open_tires):
    page = open_tires()
    topic(page, "Transfer learning")
    page.wait_for_selector(CHART)
    expect(page.locator(f"{TAB} .blackboard:visible").first).to_contain_text("2,562")
    topic(page, "Residual blocks")
    expect(page.locator(f"{TAB} .stage .live-legend li")).to_have_count(2)
    page.locator(f"{TAB} .controls").get_by_label("tanh").check()
    page.get_by_label("layers", exact=True).fill("9")
    expect(page.locator(f"{TAB} .stage .live-caption")).to_contain_text("each of 9 layers")
    page.locator(f"{TAB} .copy-link").click()
    expect(page.locator(f"{TAB} .copy-link")).to_contain_text("copied")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto(link)
    page.wait_for_selector(f"{VERDICT}[aria-busy=false]", state="attached")
    expect(page.locator(f"{TAB} .stage .live-caption")).to_contain_text("each of 9 layers")
    expect(page.locator(f"{TAB} .controls").get_by_label("tanh")).to_be_checked()
    topic(page, "Search")
    chart = page.locator(f"{TAB} .stage .live-chart")
    expect(chart).to_contain_text(re.compile("trials of Optuna|not been measured yet"))


def test_photos_of_ones_own_are_sorted_answered_and_counted(open_page, tmp_path):
    page = open_page("/?chapter=tires&topic=exam")
    exam = page.locator(f"{TAB} .photo-exam")
    expect(exam.locator(".exam-status")).to_contain_text("know the truth of")
    expect(exam.locator("[data-do=mistakes]")).to_be_hidden()
    names = []
    for number in range(3):
        picture = picture_to_try("New tire") if number == 1 else drawn_tire(256, number)
        picture.save(tmp_path / f"tire-{number}.png")
        names.append(str(tmp_path / f"tire-{number}.png"))
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "torn.heic").write_bytes(b"\0\0\0\x18ftypheic and no more")
    others = [str(tmp_path / "text.png"), str(tmp_path / "torn.heic")]
    exam.locator("input[type=file]").set_input_files([*names, *others])
    photos = exam.locator("li")
    expect(photos).to_have_count(3)
    expect(exam).to_have_attribute("aria-busy", "false")
    expect(exam.locator(".exam-said", has_text="%")).to_have_count(3)
    status = exam.locator(".exam-status.trouble")
    expect(status).to_contain_text("0 of 3 photos are sorted")
    # What was left out is still said, the server's reason, too.
    expect(status).to_contain_text("text.png: This file is not a PNG")
    expect(status).to_contain_text("torn.heic: This is not a picture")
    board = page.locator(f"{TAB} .exam .exam-board.prose")
    photos.nth(0).get_by_role("button", name="good").click()
    photos.nth(1).get_by_role("button", name="defective").click()
    expect(board).to_contain_text("of 2 photos got an answer")
    expect(page.locator(f"{TAB} .exam .live-panel").first).to_be_visible()
    photos.nth(2).get_by_role("button", name="good").click()
    expect(board).to_contain_text("of 3 photos got an answer")
    expect(status).to_contain_text("All 3 photos are sorted.")
    # The new tire was called good, and here defective: every mistake as a picture.
    mistakes = exam.get_by_role("button", name="Mistakes only: 1")
    mistakes.click()
    expect(mistakes).to_have_attribute("aria-pressed", "true")
    expect(exam.locator("li:visible")).to_have_count(1)
    expect(photos.nth(1)).to_be_visible()
    mistakes.click()
    expect(exam.locator("li:visible")).to_have_count(3)
    photos.nth(2).get_by_role("button", name="Remove").click()
    expect(board).to_contain_text("of 2 photos got an answer")
    exam.get_by_role("button", name="Forget all").click()
    expect(photos).to_have_count(0)
    # Where no answer comes the page says so, and asks again.
    impatient(page, "photos", 500)
    broken = {"status": 500, "json": {"error": None, "detail": "out of order"}}
    page.route("**/run/**", lambda route: route.fulfill(**broken))
    exam.locator("input[type=file]").set_input_files(names[:1])
    expect(status).to_contain_text("No answer came")
    impatient(page, "photos", 5000)
    page.unroute("**/run/**")
    expect(exam.locator(".exam-said", has_text="%")).to_have_count(1)
    # What is forgotten does not come back with those that are still being opened.
    exam.locator("input[type=file]").set_input_files(names * 19)
    page.wait_for_function("document.querySelectorAll('.photo-exam li').length > 4")
    exam.get_by_role("button", name="Forget all").click()
    expect(exam).to_have_attribute("aria-busy", "false")
    expect(photos).to_have_count(0)


def test_a_file_that_nobody_can_open_is_refused_in_a_sentence(open_tires, tmp_path):
    page = open_tires()
    status = page.locator(f"{DROP} .photo-status.trouble")
    for name, content, sentence in (
        ("letter.jpg", b"no picture", "not a PNG"),
        ("photo.heic", b"\0\0\0\x18ftypheic and no more", "This is not a picture"),
        ("scan.tif", b"II*\0" + bytes(20_000_001), "larger than 20 MB"),
    ):
        (tmp_path / name).write_bytes(content)
        choose(page, tmp_path / name)
        expect(status).to_contain_text(sentence)
        expect(page.locator(f"{VERDICT} .verdict-title")).to_contain_text("Take or choose")
        expect(page.locator(f"{DROP} .photo-picture")).to_be_hidden()


def test_a_photo_that_the_browser_cannot_open_is_shown_and_judged_all_the_same(
    open_tires, tmp_path
):
    page = open_tires()
    photo = page.locator(f"{DROP} .photo-picture")
    for format, size in (("HEIF", (1200, 900)), ("TIFF", (900, 1200))):
        path = tmp_path / f"tire.{format.lower()}"
        image = Image.new("RGB", size, (235, 234, 230))
        image.paste(drawn_tire(900), ((size[0] - 900) // 2, (size[1] - 900) // 2))
        image.save(path)
        choose(page, path)
        shape = "(want) => { const { width, height } = document.querySelector('.photo-picture');"
        page.wait_for_function(
            f"{shape} return Math.abs(width / height - want) < 0.02; }}", arg=size[0] / size[1]
        )
        expect_verdict(page)
        expect(page.locator(f"{DROP} .photo-status.waiting")).to_have_count(0)
        middle = photo.evaluate(
            "(canvas) => [...canvas.getContext('2d').getImageData(8, 8, 1, 1).data]"
        )
        assert middle == pytest.approx([235, 234, 230, 255], abs=20)


def test_a_verdict_never_stands_beside_another_photo(open_tires):
    page = open_tires()
    title, status = page.locator(f"{VERDICT} .verdict-title"), page.locator(f"{DROP} .photo-status")
    page.get_by_role("button", name="A lion").click()
    expect(title).to_have_text("This does not look like a tire.")
    held = []
    page.route("**/run/**", lambda route: held.append(route))
    with page.expect_request("**/run/**"):
        page.get_by_role("button", name="A drawn tire").click()
    expect(title).to_be_hidden()
    impatient(page, "photo", 1500)
    page.get_by_role("button", name="In the dark").click()
    # The answer to the drawn tire comes late, when the dark one is shown already.
    with page.expect_request("**/run/**"):
        held.pop(0).continue_()
    judged = re.compile("Looks (good|defective)|Cannot tell")
    expect(title).to_have_text(judged)
    expect(title).to_be_hidden()
    expect(page.locator(f"{VERDICT} .verdict-warning")).to_be_visible()
    # And that to the dark one never comes.
    held.pop(0).fulfill(status=500, json={"error": None, "detail": "out of order"})
    expect(status).to_contain_text("No answer came")
    expect(title).to_be_hidden()
    page.unroute("**/run/**")
    impatient(page, "photo", 20_000)  # this one is waited for, however slow
    page.get_by_role("button", name="In the dark").click()
    expect(page.locator(f"{VERDICT} .verdict-notes")).to_contain_text("more light")
    expect(title).to_be_visible()
    expect(status).to_have_text("The photo is on the page.")
    # A refusal is said of its photo, too.
    refused = {"data": [json.dumps({"title": "No.", "tone": "trouble", "mark": "1:x"})]}
    page.route("**/run/**", lambda route: route.fulfill(json=refused))
    impatient(page, "photo", 500)
    page.get_by_role("button", name="A lion").click()
    expect(status).to_contain_text("No answer came")
    expect(title).to_be_hidden()
