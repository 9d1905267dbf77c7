"""The page: built once, sent with one chapter, in one language; sessions that keep nothing."""

import json
import re

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import app
from demos import CHAPTERS
from demos.frame import suite, texts
from demos.frame.server import Server, files

SLUGS = [chapter.slug for chapter in CHAPTERS]


@pytest.fixture
def page():
    """Return the config of a page, by language and query, as Gradio reads it."""

    def config(query: str = "", language: str = "en") -> dict:
        token = suite.asked.set(suite.Asked(language, suite.read_query(query)))
        try:
            return app.demo.config
        finally:
            suite.asked.reset(token)

    return config


def text_of(config) -> str:
    return json.dumps(config, ensure_ascii=False)


def values(config: dict) -> dict[int, object]:
    return {one["id"]: one["props"].get("value") for one in config["components"]}


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", texts.languages())
def test_a_page_holds_its_chapter_and_of_the_others_the_names(page, slug, language):
    config = page(f"chapter={slug}", language)
    built = {one["props"].get("elem_id") for one in config["components"]}
    assert {f"chapter-{one}" for one in SLUGS} <= built
    controls = app.demo.controls
    here = {control._id for control in controls[slug].values()}
    elsewhere = {control._id for one in SLUGS if one != slug for control in controls[one].values()}
    known = {one["id"] for one in config["components"]}
    assert here <= known
    assert not elsewhere & known
    touched = {i for one in config["dependencies"] for i in one["inputs"] + one["outputs"]}
    assert touched <= known
    assert {one["id"] for one in config["components"]} == set(config["page"][""]["components"])


def test_nothing_that_a_script_of_the_page_is_told_is_skipped():
    # Such as the settings for which a board asks while others are on their way.
    rooms = (app.demo.room(suite.Asked("en", (("chapter", slug),))) for slug in SLUGS)
    sent = [one for room in rooms for one in room["dependencies"]]
    told = [one for one in sent if re.search(r"CustomEvent\('(?!answered)", str(one["js"]))]
    assert len(told) >= 10
    assert {one["trigger_mode"] for one in told} == {"multiple"}


@pytest.mark.parametrize("slug", SLUGS)
def test_what_follows_on_an_event_comes_and_goes_with_it(page, slug):
    opened = app.demo.room(suite.Asked("en", (("chapter", slug),)))["dependencies"]
    events = {one["id"] for one in opened}
    following = [one for one in app.demo.config["dependencies"] if one["trigger_after"] in events]
    assert {one["id"] for one in following} <= events
    for sent in (page(f"chapter={slug}")["dependencies"], opened):
        known = {one["id"] for one in sent}
        assert {one["trigger_after"] for one in sent} - {None} <= known


def test_a_chapter_more_costs_a_page_little_more_than_its_name(page):
    sizes = [len(text_of(page(f"chapter={slug}"))) for slug in SLUGS]
    whole = len(text_of(app.demo.config))
    assert min(sizes) < 0.25 * whole


@pytest.mark.parametrize("language", texts.languages())
def test_no_mark_is_left_in_what_is_sent(page, language):
    for slug in SLUGS:
        for config in (
            page(f"chapter={slug}", language),
            app.demo.room(suite.Asked(language, (("chapter", slug),))),
        ):
            assert not set(text_of(config)) & {chr(c) for c in range(0xE000, 0xE004)}


def test_blocks_and_events_are_not_multiplied_by_languages(page):
    english, german = page("chapter=losses", "en"), page("chapter=losses", "de")
    assert len(english["components"]) == len(german["components"])
    assert english["dependencies"] == german["dependencies"]
    assert "Warum" in text_of(german)
    assert "Warum" not in text_of(english)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_event_copies_none_of_the_pictures_on_the_page(page, slug):
    config = page(f"chapter={slug}")
    pictures = {one["id"] for one in config["components"] if one["props"].get("value")}
    told = {i for one in config["dependencies"] for i in one["show_progress_on"]}
    assert len(told) == 1  # None would stand for the event's outputs
    assert not told & pictures


def test_a_link_sets_the_controls_of_its_page_only(page):
    steps = app.demo.controls["celsius"]
    changed = page("chapter=celsius&steps=50")
    assert 50 in [values(changed).get(control._id) for control in steps.values()] or any(
        isinstance(value, dict) and value.get("steps") == 50 for value in values(changed).values()
    )
    again = values(page("chapter=celsius"))
    assert again != values(changed)
    assert again == values(page("chapter=celsius"))


def test_what_a_link_got_wrong_stands_on_the_page(page):
    told = text_of(page("chapter=celsius&steps=-1", "de"))
    assert "Ein Teil dieses Links" in told
    assert 'role=\\"alert\\"' in told


def test_a_chapter_arrives_with_the_values_of_its_address():
    room = app.demo.room(suite.Asked("de", suite.read_query("?chapter=losses&delta=7")))
    assert room["layout"]["id"] == room["render_id"]
    assert "7" in text_of([one["props"].get("value") for one in room["components"]])
    assert app.demo.room(suite.Asked("en", (("chapter", "nope"),))) is None


@pytest.mark.parametrize(
    "query", [None, 7, [], {}, "x" * 30_000, "&" * 3000, "%ff=%fe", "a=b&" * 500]
)
def test_no_query_breaks_the_reading(query):
    assert isinstance(suite.read_query(query), tuple)


def test_programs_see_the_endpoints_and_the_page_does_not(page):
    named = {one["api_name"] for one in app.demo.config["dependencies"]}
    assert "celsius_descend" in named
    assert "celsius_descend" not in {one["api_name"] for one in page()["dependencies"]}
    assert "celsius_descend" in {one["api_name"] for one in page("view=api")["dependencies"]}


def test_a_fresh_session_is_the_session_of_all_and_keeps_nothing():
    holder = app.demo.state_holder
    assert holder["one"] is holder["another"]
    session = holder["one"]
    block = next(iter(app.demo.controls["celsius"].values()))
    session[block._id] = "kept?"
    session._update_value_in_config(block._id, "kept?")
    assert session[block._id] is block
    assert session.config_values == {}
    assert "one" not in holder
    assert not holder.session_data


# ---------------------------------------------------------------- files, and the page at the door


@pytest.fixture
def visitor():
    async def page(request):
        return HTMLResponse('<html lang="en"><head></head>' + "x" * 2000 + "</html>")

    async def other(request):
        return PlainTextResponse("app")

    routes = [Route("/", page), Route("/{path:path}", other)]
    app = Starlette(routes=routes, middleware=Server().middleware())
    return TestClient(app)


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_a_script_is_sent_compressed_and_kept_for_ever(visitor, encoding):
    answer = visitor.get(
        "/" + files.address("widgets/live_chart.js"), headers={"accept-encoding": encoding}
    )
    assert answer.headers["content-type"] == "text/javascript"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert answer.text == files.scripts()["widgets/live_chart.js"].read_text("utf-8")


def test_a_page_of_another_version_gets_what_there_is_and_does_not_keep_it(visitor):
    answer = visitor.get("/course/0123456789ab/frame/page.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["frame/suite.py", "../app.py", "celsius.de.po", "%2e%2e/app.py", "", "frame", "frame/"]
)
def test_no_other_file_is_sent(visitor, path):
    assert visitor.get(f"/course/{files.digest()}/{path}").text == "app"


def test_gradios_own_parts_are_kept_for_ever(visitor):
    name = next(name for name in files._gradios("assets") if name.endswith(".css"))
    answer = visitor.get(f"/assets/{name}")
    assert "immutable" in answer.headers["cache-control"]
    assert visitor.get("/assets/../index.html").text != answer.text


def test_every_language_has_its_texts_as_a_file(visitor):
    script = visitor.get("/" + files.address("texts.de.js")).text
    assert '"Play": "Abspielen"' in script or '"Play"' in script
    assert script.startswith("globalThis.courseTexts = {")


def test_every_chart_is_a_file_in_every_language(visitor):
    names = [name for name in files._made if name.startswith("charts/")]
    assert len(names) >= 6
    spoken = {
        language: visitor.get("/" + files.address(names[0].replace("{language}", language))).json()
        for language in texts.languages()
    }
    assert spoken["en"] != spoken["de"]
    assert len(spoken["en"]) == len(spoken["de"])
    for name in names:  # nor a mark that was escaped, where a text stands in an expression
        assert "\\ue00" not in visitor.get("/" + files.address(name.format(language="de"))).text


def test_the_page_is_marked_with_its_language_and_compressed(visitor):
    german = visitor.get("/?page=2&lang=de", headers={"accept-encoding": "gzip"})
    assert '<html lang="de">' in german.text
    assert "texts.de.js" in german.text
    assert german.headers["content-encoding"] == "gzip"
    assert "Accept-Language" in german.headers["vary"]
    assert '<html lang="en">' in visitor.get("/").text


def test_below_a_prefix_pages_and_files_are_found_too(visitor):
    behind = TestClient(visitor.app, root_path="/course-of-ours")
    assert "modulepreload" in behind.get("/").text


def test_the_page_leads_to_the_endpoints_of_programs(page):
    assert "?view=programs" in text_of(page("chapter=losses"))
    assert "api" in page("view=api")["footer_links"]
