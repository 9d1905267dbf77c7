"""The tensors in a browser: what is typed is computed, and a product lights where it comes from."""

from __future__ import annotations

import re

from playwright.sync_api import expect

VIEW = "#chapter-tensor .tensor-view"


def test_what_is_typed_is_computed_step_by_step(open_page):
    page = open_page("/?chapter=tensor")
    expect(page.locator(f"{VIEW}[aria-busy=false] .tensor-line")).not_to_have_count(0)
    page.get_by_label("An expression of PyTorch").fill("A + A[:, 0]")
    expect(page.locator(f"{VIEW} .tensor-error")).to_contain_text("must match the size")
    page.get_by_label("An expression of PyTorch").fill("A.sum(dim=0")
    expect(page.locator(f"{VIEW} [role=alert]")).to_contain_text("Python cannot read this")
    page.get_by_role("button", name="A @ B", exact=True).click()
    last = page.locator(f"{VIEW} .tensor-line").last
    expect(last.locator(".tensor-cell")).to_have_text(["17", "43", "44", "103"])
    page.wait_for_url(re.compile("expression=A"))


def test_a_number_of_a_product_lights_its_row_and_its_column(open_page):
    page = open_page("/?chapter=tensor&topic=product")
    cells = page.locator(f"{VIEW} button.tensor-cell")
    expect(cells).to_have_text(["15", "27", "6", "7", "26", "63"])
    cells.nth(3).focus()
    expect(page.locator(f"{VIEW} .tensor-term")).to_have_text("0·5 + 1·7 + 0·8 = 7")
    expect(page.locator(f"{VIEW} .tensor-cell.lit")).to_have_text(["0", "1", "0", "5", "7", "8"])
