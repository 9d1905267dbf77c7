"""Overfitting as a student uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import listen, scrub_to_end, still, too_wide, topic

TAB = "#chapter-overfit"
CHART = f"{TAB} .live-chart[aria-busy=false]"


def places(page: Page) -> list[tuple[float, float]]:
    """Where the middles of the points learned from are on the screen, from left to right."""
    still(page, TAB)
    boxes = (
        page.locator(f"{TAB} .live-panel:visible")
        .first.locator(".mark-symbol path")
        .evaluate_all(
            "paths => paths.filter((one) => one.getAttribute('fill') === 'var(--chart-blue)')"
            ".map((one) => one.getBoundingClientRect())"
            ".map(({ x, y, width, height }) => [x + width / 2, y + height / 2])"
        )
    )
    return sorted(map(tuple, boxes))


def points(page: Page) -> list[str]:
    return page.locator(f"{TAB} [data-knob=points] input").input_value().split(", ")


@pytest.fixture
def tab(open_page) -> Page:
    page = open_page("/?chapter=overfit&epochs=60", motion=False)
    page.wait_for_selector(CHART)
    return page


def test_points_are_dragged_added_and_removed_with_the_mouse(tab):
    caption = tab.locator(f"{TAB} .live-caption")
    expect(caption).to_contain_text("on the 15 points learned from")
    at = places(tab)
    assert len(at) == 15
    (x, y), own = at[7], tab.get_by_label("my own")
    expect(own).not_to_be_checked()
    tab.mouse.move(x, y)
    tab.mouse.down()
    for dy in range(0, 61, 12):
        tab.mouse.move(x, y + dy)
    tab.mouse.up()
    expect(own).to_be_checked()
    still(tab, TAB)
    # The end of a drag is no click: the point is there still, lower than before.
    moved = places(tab)
    assert len(moved) == 15
    assert moved[7][1] == pytest.approx(y + 60, abs=8)
    dragged = points(tab)
    assert len(dragged) == 15
    tab.mouse.click(*moved[7])
    expect(caption).to_contain_text("on the 14 points learned from")
    still(tab, TAB)
    assert len(places(tab)) == 14
    empty = x, y  # from where it was dragged
    tab.mouse.click(*empty)
    expect(caption).to_contain_text("on the 15 points learned from")
    still(tab, TAB)
    assert any(place == pytest.approx(empty, abs=8) for place in places(tab))
    # They are in the link; drawn ones are back at once.
    expect(tab).to_have_url(re.compile("data=own.*points="))
    tab.get_by_role("radio", name="drawn").check()
    still(tab, TAB)
    again = places(tab)
    assert [place[0] for place in again] == pytest.approx([place[0] for place in at], abs=1.5)
    # By keyboard: Space takes the point that is nearest to the middle, arrows move it.
    chart = tab.locator(f"{TAB} .live-panel.draggable:visible").first
    chart.focus()
    chart.press("Space")
    expect(chart.locator(".live-cross.held")).to_be_visible()
    for _time in range(4):
        chart.press("ArrowDown")
    chart.press("Space")
    expect(own).to_be_checked()
    still(tab, TAB)
    lower = [y - old for (_x, y), (_at, old) in zip(places(tab), again, strict=True)]
    assert sorted(abs(down) > 15 for down in lower) == [False] * 14 + [True]
    assert max(lower) > 15


def test_the_training_is_played_and_every_topic_has_its_picture(tab):
    counted = tab.locator(f"{TAB} .live-player output")
    expect(counted).to_have_text(re.compile(r"epoch\s+0 / 60"))
    legend = tab.locator(f"{TAB} .live-legend li")
    expect(legend).to_have_text(["points learned from", "validation points"])
    tab.get_by_role("checkbox", name="early stopping").check()
    expect(tab.locator(f"{TAB} [data-knob=patience]")).to_be_visible()
    hidden_curve = tab.locator(f"{TAB} .live-panel:visible path[stroke='var(--chart-green)']")
    expect(hidden_curve).to_have_count(1)
    expect(hidden_curve).to_have_attribute("opacity", "0.9")
    heading = tab.locator(f"{TAB} .live-panel:visible").first.locator(".role-title-text")
    expect(heading).to_contain_text("○ other points")
    still(tab, TAB)
    asked = []
    listen(tab, "request", lambda request: asked.append(request.url))
    tab.get_by_label("show the hidden curve").uncheck()
    expect(hidden_curve).to_have_attribute("opacity", "0")
    expect(heading).not_to_contain_text("hidden curve")
    assert [url for url in asked if "/run/" in url or "/queue/" in url] == []
    shown = {
        "How large a model?": ("hidden units 200 / 200", 2, "On the points learned from"),
        "Bias and variance": ("epoch 60 / 60", 3, "most of what could be avoided"),
        "Far too large": ("hidden units 300 / 300", 2, "falls again"),
        "k-fold": ("fold 5 / 5", 3, "Every point was left out once"),
        "More examples": ("examples 100 / 100", 2, "near the noise"),
    }
    for name, (count, charts, conclusion) in shown.items():
        topic(tab, TAB, name)
        scrub_to_end(tab, TAB)
        expect(counted).to_have_text(count)
        expect(tab.locator(f"{TAB} .live-panel:visible")).to_have_count(charts)
        expect(tab.locator(f"{TAB} .live-conclusion")).to_contain_text(conclusion)
        expect(tab.locator(f"{TAB} .tasks .task:visible").first).to_be_visible()
        assert heading.text_content().count("other points") == (name == "How large a model?")
        # Where there is no switch, it is not hidden by it.
        seen = name in ("Bias and variance", "More examples")
        expect(hidden_curve.first).to_have_attribute("opacity", "0.9" if seen else "0")
    # Thirty networks, their mean, and the curve.
    topic(tab, TAB, "Bias and variance")
    grey = tab.locator(f"{TAB} .live-panel:visible").first.locator(
        "path[stroke='var(--chart-ink)'][stroke-width='1']"
    )
    expect(grey).to_have_count(30)
    board = tab.locator(f"{TAB} .blackboard").first
    expect(board).to_contain_text("bias² + variance + noise")
    asked.clear()
    scrub_to_end(tab, TAB)
    tab.locator(f"{TAB} .live-player [data-do=back]").click()
    assert [url for url in asked if "/run/" in url or "/queue/" in url] == []


def test_a_finger_takes_a_point_away_and_the_page_fits_a_phone_in_german(open_page):
    page = open_page("/?chapter=overfit&epochs=60&lang=de", 390, 844, touch=True, motion=False)
    page.wait_for_selector(CHART)
    at = places(page)
    page.touchscreen.tap(*at[5])
    expect(page.locator(f"{TAB} .live-caption")).to_contain_text("auf den 14 gelernten Punkten")
    assert len(places(page)) == 14
    for name in ("Bias und Varianz", "Kreuzvalidierung", "Viel zu groß"):
        topic(page, TAB, name)
        assert too_wide(page) == []
