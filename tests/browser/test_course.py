"""The course map: what a visitor sees first, and what of the course is done."""

from playwright.sync_api import expect

from demos import CHAPTERS
from tests.browser.pages import still, too_wide

CARD = ".course-card[data-go={}]"
COUNT_FRAMES = """() => {
  window.frames = 0;
  const ask = window.requestAnimationFrame;
  window.requestAnimationFrame = (callback) => {
    window.frames += new Error().stack.includes('pictures.js');
    return ask(callback);
  };
}"""
# (Gradio's own sign of loading moves for some seconds.)
# How often a picture changes, and how often pictures ask for frames, in half a second.
WATCH = """async (selector) => {
  const before = window.frames;
  let changed = 0;
  const observer = new MutationObserver(() => { changed += 1; });
  for (const one of document.querySelectorAll(selector)) observer.observe(one, { childList: true });
  await new Promise((done) => { setTimeout(done, 500); });
  observer.disconnect();
  return [changed, window.frames - before];
}"""
PICTURES = ".course-card .course-picture"


def drawn(page):
    """Wait until every card has its picture, and all that plays by itself has played."""
    expect(page.locator(f"{PICTURES} > :first-child")).to_have_count(len(CHAPTERS))
    page.wait_for_timeout(2500)  # 20 frames of 90 ms


def test_the_map_comes_first_and_what_is_done_stands_on_its_cards(open_page):
    page = open_page("/", new=True)
    cards = page.locator(".course-card")
    expect(cards).to_have_count(len(CHAPTERS))
    # A page of a test before may have noted a visit while it was left.
    page.evaluate("localStorage.clear(); document.dispatchEvent(new Event('course:done'))")
    expect(page.locator(".course-done")).to_be_hidden()
    drawn(page)

    # Nobody looks: no frame is asked for. Somebody looks: its picture plays.
    page.mouse.move(0, 0)
    page.evaluate(COUNT_FRAMES)
    assert page.evaluate(WATCH, PICTURES) == [0, 0]
    page.locator(CARD.format("celsius")).hover()
    assert page.evaluate(WATCH, f"{CARD.format('celsius')} .course-picture")[0] > 2

    page.locator(CARD.format("celsius")).click()
    expect(page.locator("#chapter-celsius")).to_be_visible()
    page.wait_for_url("**chapter=celsius**")
    page.locator("#chapter-celsius .task-1 summary").click()
    page.go_back()
    expect(cards.first).to_be_visible()
    page.locator(CARD.format("losses")).press("Enter")
    expect(page.locator("#chapter-losses")).to_be_visible()
    page.go_back()
    expect(cards.first).to_be_visible()

    page.reload()
    tasks = len(CHAPTERS[0].tasks)
    state = page.locator(f"{CARD.format('celsius')} .course-state")
    expect(state).to_contain_text(f"1 of {tasks} tasks")
    expect(page.locator(f"{CARD.format('losses')} .course-state")).to_contain_text("visited")
    expect(page.locator(".course-done")).to_contain_text(f"2 of {len(CHAPTERS)}")
    page.locator(".course-done button").click()
    expect(state).to_have_text("")
    expect(page.locator(".course-done")).to_be_hidden()


def test_on_a_phone_that_wants_no_motion_it_stands_still_and_is_not_too_wide(open_page):
    page = open_page("/?lang=de", width=390, height=844, motion=False, new=True)
    expect(page.locator(f"{PICTURES} > :first-child")).to_have_count(len(CHAPTERS))
    still(page, "#course-map")
    assert too_wide(page) == []
    page.evaluate(COUNT_FRAMES)
    page.locator(CARD.format("neuron")).focus()
    assert page.evaluate(WATCH, PICTURES) == [0, 0]
