"""Chromium for the tests that use the suite as a visitor does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the system's, else Playwright's own. Without any, CI fails and others skip."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as error:
            message = f"browser tests need Chromium (apt-get install chromium): {error.message}"
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser, suite_url: str) -> dict[tuple, BrowserContext]:
    """Kept for the tests that follow: a page loads faster where Gradio's files are known."""
    return {}


@pytest.fixture
def open_page(
    browser: Browser, suite_url: str, contexts: dict[tuple, BrowserContext]
) -> Iterator[Callable[..., Page]]:
    """Open a page of the suite; the test fails if its scripts threw an error."""
    pages, errors = [], []

    def open_page(
        path: str = "/",
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        touch: bool = False,
        locale: str = "en-US",
    ) -> Page:
        kind = (dark, touch, locale, *((width, height) if touch else ()))
        if kind not in contexts:
            contexts[kind] = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                has_touch=touch,
                is_mobile=touch,
                locale=locale,
                permissions=["clipboard-read", "clipboard-write"],
                base_url=suite_url,
            )
            contexts[kind].set_default_timeout(20_000)
        page = contexts[kind].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for page in pages:
        page.context.clear_cookies()
        if page.url != "about:blank":
            page.evaluate("localStorage.clear()")
        page.close()
    assert not errors, "the page's scripts threw:\n" + "\n".join(errors)
