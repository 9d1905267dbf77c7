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
    # A camera that shows a moving picture, and asks nobody.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
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


@pytest.fixture(scope="session")
def idle() -> dict[tuple, Page]:
    """Pages that no test uses: what they load next takes a third of what a new page takes."""
    return {}


@pytest.fixture
def open_page(
    browser: Browser,
    suite_url: str,
    contexts: dict[tuple, BrowserContext],
    idle: dict[tuple, Page],
) -> Iterator[Callable[..., Page]]:
    """Open a page of the suite; the test fails if its scripts threw an error.

    It loads anew, in a tab that an earlier test may have used. With `new` it is one of its own: for
    a test that changes more of it than storage, routes and media.
    """
    used, errors = [], []

    def open_page(
        path: str = "/",
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        touch: bool = False,
        locale: str = "en-US",
        new: bool = False,
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
        page = (not new and idle.pop(kind, None)) or contexts[kind].new_page()
        page.set_viewport_size({"width": width, "height": height})

        def note(error: Error) -> None:
            errors.append(str(error))

        page.on("pageerror", note)
        used.append((kind, page, new, note))
        page.goto(path)
        return page

    yield open_page
    for kind, page, new, note in used:
        if page.is_closed():
            continue
        page.context.clear_cookies()
        if page.url != "about:blank":
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
        if new or kind in idle:
            page.close()
            continue
        page.remove_listener("pageerror", note)
        page.unroute_all()
        page.emulate_media(media="null", forced_colors="null")
        page.goto("about:blank")
        idle[kind] = page
    assert not errors, "the page's scripts threw:\n" + "\n".join(errors)
