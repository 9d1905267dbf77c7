"""The suite in a hand: tabs are reached with a thumb, a QR code brings the link."""

import io

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from demos import CHAPTERS, PARTS


def test_a_menu_takes_the_place_of_the_tabs_the_camera_gives_pictures_and_the_page_is_installed(
    open_page,
):
    page = open_page(f"/?chapter={CHAPTERS[-1].slug}", 390, 844, touch=True)
    expect(page.locator(".chapters > .tab-wrapper")).to_be_hidden()
    menu = page.get_by_role("combobox", name="Chapter")
    expect(menu).to_have_value(CHAPTERS[-1].slug)
    expect(menu.locator("option")).to_have_count(len(CHAPTERS) + 2)  # the map, the quiz
    expect(menu.locator("optgroup")).to_have_count(len(PARTS))
    menu.select_option("losses")
    expect(page.locator("#chapter-losses .question h2")).to_be_visible()
    page.wait_for_url("**chapter=losses**")
    manifest = page.request.get(page.locator("link[rel=manifest]").get_attribute("href")).json()
    assert manifest["name"] == "Deep learning you can touch"
    assert manifest["display"] == "standalone"
    assert page.request.get(manifest["icons"][0]["src"]).ok
    menu.select_option("digits")
    chooser = page.locator("#chapter-digits input[type=file]").first
    chooser.wait_for(state="attached")
    # "image/…" without "capture": the phone offers its camera and its album.
    assert "image" in chooser.get_attribute("accept")
    assert chooser.get_attribute("capture") is None


def test_the_qr_code_holds_the_link_of_the_tab_as_it_stands(open_page, suite_url):
    page = open_page("/?chapter=celsius&steps=50&normalise=true", 390, 844, touch=True)
    page.locator("#chapter-celsius .live-chart[aria-busy=false]").wait_for()
    page.locator("#chapter-celsius .show-code").tap()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("svg")).to_be_visible()
    link = dialog.locator(".qr-link").inner_text()
    assert link.startswith(f"{suite_url}?chapter=celsius&")
    assert "steps=50" in link
    assert "normalise=true" in link
    picture = Image.open(io.BytesIO(dialog.locator(".qr-picture").screenshot()))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [link]
    expect(dialog.locator(".qr-note")).to_contain_text("Only this computer")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
