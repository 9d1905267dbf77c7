"""What tests cost is counted, so that twice as many chapters do not take twice as long."""

import re

import pytest

from tests.browser import conftest as browsing
from tests.conftest import MORE_APPS, MOST_APPS, ROOT, count_app, started

BROWSER = ROOT / "tests" / "browser"


def test_every_load_of_a_page_counts_and_a_change_of_chapter_does_not(open_page, tabs, request):
    file = request.path.name
    before = tabs.loads[file]
    page = open_page("/?chapter=losses")
    page.reload()
    page.goto("about:blank")
    page.goto("/?chapter=tensor")
    page.locator(".chapters > .tab-wrapper [role=tab][data-tab-id=losses]").click()
    page.locator("#chapter-losses .question h2").wait_for()
    assert tabs.loads[file] - before == 3


def test_a_file_that_loads_pages_too_often_fails_and_is_told_what_to_share():
    browsing.too_many("test_new.py", browsing.MOST_LOADS)
    with pytest.raises(pytest.fail.Exception, match=r"test_new.py loaded a page 13 times.*walks"):
        browsing.too_many("test_new.py", browsing.MOST_LOADS + 1)
    for file, (most, reason) in browsing.MORE_LOADS.items():
        assert (BROWSER / file).exists()
        assert most > browsing.MOST_LOADS
        assert reason
        browsing.too_many(file, most)
        with pytest.raises(pytest.fail.Exception):
            browsing.too_many(file, most + 1)


def test_a_file_that_starts_too_many_apps_fails(monkeypatch):
    monkeypatch.setitem(started, "tests/test_new.py", 0)
    for _ in range(MOST_APPS):
        count_app("tests/test_new.py")
    with pytest.raises(pytest.fail.Exception, match="use suite_url"):
        count_app("tests/test_new.py")
    for file, (most, reason) in MORE_APPS.items():
        assert (ROOT / file).exists()
        assert most > MOST_APPS
        assert reason


def test_only_what_counts_opens_pages_and_starts_apps():
    opened = re.compile(r"\.new_(page|context)\(")
    assert not [one.name for one in BROWSER.glob("test_*.py") if opened.search(one.read_text())]
    run = re.compile(r"(Popen|subprocess\.run|processes\.start)\((?!\[\"git\")")
    assert not [one.name for one in BROWSER.glob("test_*.py") if run.search(one.read_text())]
