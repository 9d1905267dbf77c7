"""Chromium for the tests that use the suite as a visitor does.

What costs is the processor: a page in a new tab takes 2 s of it, in a used tab 0.7 s, another
chapter within the page 0.3 s, and a second copy of the app 5 s. So tests open pages with
`open_page`, which keeps tabs; what can be looked at on one page is looked at in one test; and what
holds of every chapter in two walks (`test_every_chapter.py`, `test_languages.py`). `too_many` keeps
it so.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.pages import COUNT
from tests.conftest import npm

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Texts as wide as with windows.
    "--font-render-hinting=none",
    # A camera that shows a moving picture, and asks nobody.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PATIENCE = 40_000  # [ms] until what is waited for must be there: other tests keep the machine busy
expect.set_options(timeout=PATIENCE)
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "chrome")
MOST_LOADS = 12  # of pages, in a file
MORE_LOADS = {
    "test_frames.py": (13, "pages within others: prefixes, logins, cameras, clipboards"),
    "test_playground.py": (15, "points, network, weights, comparison and export in one chapter"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the system's, else Playwright's own. Without any, CI fails and others skip.

    The shell without windows needs a seventh less of the processor.
    """
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
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


class Tabs:
    """The tabs of the browser, which are used by one test after the other.

    A page loads faster where Gradio's files are known, and in a tab that has loaded it before.

    Args:
        browser: Chromium.
        base_url: where paths begin.
    """

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser, self._base_url = browser, base_url
        self._contexts: dict[tuple, BrowserContext] = {}
        self._idle: dict[tuple, list[Page]] = {}
        self.loads: Counter[str] = Counter()  # by file

    def _context(self, touch: bool, locale: str) -> BrowserContext:
        if (touch, locale) not in self._contexts:
            context = self._browser.new_context(
                has_touch=touch,
                is_mobile=touch,
                locale=locale,
                permissions=["clipboard-read", "clipboard-write"],
                base_url=self._base_url,
            )
            context.set_default_timeout(PATIENCE)
            context.add_init_script(f"({COUNT})()")
            self._contexts[touch, locale] = context
        return self._contexts[touch, locale]

    @contextmanager
    def opening(self, file: str, errors: list[str]) -> Iterator[Callable[..., Page]]:
        """Yield what opens pages, see `open_page`; afterwards their tabs are free for others."""
        used = []

        def note(error: Error) -> None:
            errors.append(str(error))

        def hear(message: ConsoleMessage) -> None:
            if "Content Security Policy" in message.text:
                errors.append(message.text)

        def count(page: Page) -> None:
            self.loads[file] += page.url.startswith("http")

        def open_page(
            path: str = "/?chapter=celsius",
            width: int = 1280,
            height: int = 800,
            dark: bool = False,
            touch: bool = False,
            locale: str = "en-US",
            motion: bool = True,
            new: bool = False,
        ) -> Page:
            kind = (touch, locale)
            idle = self._idle.setdefault(kind, [])
            page = idle.pop() if idle and not new else self._context(*kind).new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(
                color_scheme="dark" if dark else "light",
                reduced_motion="no-preference" if motion else "reduce",
            )
            heard = {"pageerror": note, "console": hear, "domcontentloaded": count}
            for event, listener in heard.items():
                page.on(event, listener)
            used.append((kind, page, new, heard))
            page.goto(path)
            return page

        yield open_page
        for kind, page, new, heard in used:
            if page.is_closed():
                continue
            page.context.clear_cookies()
            if page.url.startswith("http"):
                page.evaluate("localStorage.clear(), sessionStorage.clear()")
            if new:
                page.close()
                continue
            for event, listener in [*heard.items(), *vars(page).pop("listened", [])]:
                page.remove_listener(event, listener)
            page.unroute_all()
            page.emulate_media(media="null", forced_colors="null")
            page.goto("about:blank")
            self._idle[kind].append(page)


@pytest.fixture(scope="session")
def tabs(browser: Browser, suite_url: str) -> Tabs:
    return Tabs(browser, suite_url)


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, see `pages.serious`."""
    return (npm("axe-core@4") / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def errors() -> Iterator[list[str]]:
    """What went wrong on the pages of a test, which then fails, unless it empties the list."""
    errors: list[str] = []
    yield errors
    assert not errors, "on the page:\n" + "\n".join(errors)


@pytest.fixture
def open_page(
    tabs: Tabs, errors: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Open a page of the suite; the test fails if scripts threw, or needed what the policy forbids.

    It loads anew, in a tab that an earlier test may have used. With `new` it is one of its own: for
    a test that changes more of it than storage, routes and media. Without `motion` nothing plays by
    itself, which costs less where no test looks at it.
    """
    file = request.path.name
    with tabs.opening(file, errors) as open_page:
        yield open_page
    too_many(file, tabs.loads[file])


@pytest.fixture(scope="module")
def open_for_all(tabs: Tabs, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Open a page that all tests of a file look at, and do not change."""
    errors: list[str] = []
    with tabs.opening(request.path.name, errors) as open_page:
        yield open_page
    assert not errors, "on the page:\n" + "\n".join(errors)


def too_many(file: str, loads: int) -> None:
    """Fail if a file loads pages more often than it should."""
    most, _reason = MORE_LOADS.get(file, (MOST_LOADS, ""))
    if loads > most:
        pytest.fail(
            f"{file} loaded a page {loads} times, and may {most} times: look at several things in"
            " one test, or on one page (open_for_all); what holds of every chapter belongs to the"
            " walks of test_every_chapter.py. If there is no other way, add it to MORE_LOADS in"
            " tests/browser/conftest.py, with the reason."
        )
