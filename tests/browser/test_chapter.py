"""What every chapter has around its picture: an invitation, tasks, and code that runs."""

import contextlib
import io
import re

import pytest
from playwright.sync_api import expect

from demos.celsius import descend

TAB = "#chapter-celsius"
CHART = f"{TAB} .live-chart[aria-busy=false]"
WITHOUT_CLIPBOARD = """
  const none = { get: () => undefined, configurable: true };
  Object.defineProperty(Navigator.prototype, 'clipboard', none);
  document.execCommand = () => { window.copied = document.activeElement.value; return true; };"""


def printed(code: str) -> list[str]:
    """Run a script as it was copied; return the lines that it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "script", "exec"), {"__name__": "__main__"})
    return out.getvalue().splitlines()


def test_the_code_is_copied_without_https_follows_the_controls_and_runs(open_page):
    page = open_page("about:blank", new=True)
    page.add_init_script(WITHOUT_CLIPBOARD)
    page.goto("/?chapter=celsius")
    page.wait_for_selector(CHART)
    code = page.locator(f"{TAB} .source")
    code.get_by_role("button", name="The PyTorch code").click()
    expect(code.locator(".cm-content").first).to_contain_text("learning_rate = 0.0001")
    page.get_by_label("learning rate η", exact=True).fill("0.0003")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="one at a time").check()
    expect(code.locator(".cm-content").first).to_contain_text("learning_rate = 0.0003")
    expect(code.locator(".cm-content").first).to_contain_text('examples = "one at a time"')
    code.locator("button[aria-label*=opy], button[title*=opy]").first.click()
    page.wait_for_function("window.copied")
    lines = printed(page.evaluate("window.copied"))
    rows = descend(0.5, 0.0, 0.0003, 100, "one at a time", False)
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        numbers = [float(number) for number in re.findall(r"= (-?[\d.]+)", line)]
        assert numbers == pytest.approx(
            [row["weight"], row["bias"], row["loss"]], rel=1e-3, abs=1e-3
        )


def test_the_invitation_plays_and_the_end_says_what_it_teaches_beside_one_task_of_several(
    open_page,
):
    page = open_page("/?chapter=celsius")
    page.wait_for_selector(CHART)
    player = page.locator(f"{TAB} .live-player")
    conclusion = page.locator(f"{TAB} .live-conclusion")
    expect(conclusion).to_be_hidden()
    page.locator(f"{TAB} .invitation").click()
    expect(player.locator("[data-do=play]")).to_be_focused()
    expect(page.locator(f"{TAB} .live-caption")).to_contain_text(re.compile(r"Step [1-9]"))
    expect(conclusion).to_be_hidden()
    page.locator(f"{TAB} .live-player select").select_option("4")
    page.wait_for_function(
        "tab => { const slider = document.querySelector(`${tab} .live-player input[type=range]`);"
        " return slider.value === slider.max; }",
        arg=TAB,
    )
    expect(conclusion).to_be_visible()
    tasks = page.locator(f"{TAB} .task")
    expect(tasks.locator("visible=true")).to_have_count(1)
    expect(tasks.nth(0)).to_be_visible()
    beside = tasks.nth(0).bounding_box()
    assert beside["x"] + beside["width"] <= page.locator(f"{TAB} .picture").bounding_box()["x"]
    page.get_by_role("button", name="Task 3").click()
    expect(tasks.nth(2)).to_be_visible()
    expect(tasks.locator("visible=true")).to_have_count(1)
    tasks.nth(2).get_by_role("link", name="Set this up").click()
    expect(page.get_by_role("radio", name="whole batch")).to_be_checked()
    expect(tasks.nth(2)).to_be_visible()
    # A phone shows all of them, one below the other.
    page.set_viewport_size({"width": 390, "height": 844})
    expect(tasks.locator("visible=true")).to_have_count(4)


def test_only_the_tasks_of_the_topic_are_shown(open_page):
    page = open_page("/?chapter=tires&topic=search")
    tasks = page.locator("#chapter-tires .task")
    expect(tasks.locator("visible=true")).to_have_count(1)
    expect(page.locator("#chapter-tires .invitation")).to_be_hidden()
    page.get_by_text("Your photo", exact=True).click()
    expect(tasks.nth(0)).to_be_visible()
    expect(page.locator("#chapter-tires .invitation")).to_be_visible()
