"""What a browser may do with the page, and who may come in under which name."""

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.frame.server.hosts import Hosts, names
from demos.frame.server.policy import SPACES, Policies, Policy, sources

COOKIES = (
    "access-token-abc=1; HttpOnly; Path=/; SameSite=none; Secure",
    "access-token-unsecure-abc=1; HttpOnly; Path=/; SameSite=lax",
)
MOODLE = "https://moodle.example.org"


async def page(request):
    return HTMLResponse("<p>page")


async def login(request):
    answer = JSONResponse({})
    for cookie in COOKIES:
        answer.headers.append("set-cookie", cookie)
    return answer


def front(scheme="http", **options):
    app = Starlette(routes=[Route("/", page), Route("/login", login)])
    return TestClient(Policies(app, Policy(**options)), base_url=f"{scheme}://course.example.org")


def rules(**options):
    text = front(**options).get("/").headers["content-security-policy"]
    return dict(rule.split(" ", 1) for rule in text.split("; "))


@pytest.fixture(autouse=True)
def no_space(monkeypatch):
    monkeypatch.delenv("SPACE_ID", raising=False)


def test_a_page_for_everybody_may_be_shown_by_everybody_and_loads_only_its_own():
    said = rules()
    assert "frame-ancestors" not in said
    assert said["default-src"] == said["base-uri"] == said["form-action"] == "'self'"
    assert said["object-src"] == "'none'"
    assert "http" not in " ".join(said.values())


def test_a_private_page_is_shown_in_no_frame_but_those_that_were_named(monkeypatch):
    assert rules(private=True)["frame-ancestors"] == "'self'"
    assert rules(private=True, frames=(MOODLE,))["frame-ancestors"] == f"'self' {MOODLE}"
    assert rules(frames=())["frame-ancestors"] == "'self'"
    monkeypatch.setenv("SPACE_ID", "someone/course")
    assert rules(private=True)["frame-ancestors"] == " ".join(["'self'", *SPACES])


def test_through_gradios_servers_the_page_has_its_scripts_from_there():
    assert "amazonaws.com" in rules(shared=True)["script-src"]


def test_nothing_is_guessed_from_content_and_no_link_is_told_to_others():
    answer = front().get("/login")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "content-security-policy" not in answer.headers


@pytest.mark.parametrize(
    ("scheme", "frames", "cookie"),
    [
        ("http", None, "access-token-unsecure-abc=1; HttpOnly; Path=/; SameSite=Lax"),
        ("http", (MOODLE,), "access-token-unsecure-abc=1; HttpOnly; Path=/; SameSite=Lax"),
        ("https", None, "access-token-abc=1; HttpOnly; Path=/; Secure; SameSite=Lax"),
        (
            "https",
            (MOODLE,),
            "access-token-abc=1; HttpOnly; Path=/; Secure; SameSite=None; Partitioned",
        ),
    ],
)
def test_a_login_is_one_cookie_which_other_sites_do_not_cause_to_be_sent(scheme, frames, cookie):
    answer = front(scheme, private=True, frames=frames).get("/login")
    assert answer.headers.get_list("set-cookie") == [cookie]


def test_sites_are_read_from_the_command_line():
    assert sources(f"{MOODLE}, *.example.org:8443") == (MOODLE, "*.example.org:8443")
    assert sources("none") == sources("") == ()
    for text in ("https://a.org/path", "'self'", "a;b", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="no site"):
            sources(text)


# ---------------------------------------------------------------- tools under known names


def reached(headers, known=(), path="/gradio_api/mcp/", shared=False):
    async def tools(scope, receive, send):
        await HTMLResponse("tools")(scope, receive, send)

    return TestClient(Hosts(tools, known, shared)).post(path, headers=headers)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:7860", "127.0.0.1:7860", "[::1]:7860", "192.168.1.7:7860"]
)
def test_tools_are_reached_under_addresses_and_names_of_this_machine(host):
    assert reached({"Host": host}).text == "tools"
    assert reached({"Host": host, "Origin": f"http://{host}"}).text == "tools"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example"]
)
def test_tools_are_not_reached_under_a_foreign_name(host):
    answer = reached({"Host": host})
    assert answer.status_code == 403
    assert "--hosts" in answer.json()["error"]
    assert reached({"Host": host}, path="/").text == "tools"  # the page is
    assert reached({"Host": "localhost", "X-Forwarded-Host": host or "x.y"}).status_code == 403


def test_a_page_of_another_site_does_not_reach_tools():
    answer = reached({"Host": "localhost:7860", "Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert reached({"Host": "localhost:7860", "Origin": "null"}).status_code == 403


def test_names_are_added_on_the_command_line_by_spaces_and_by_gradios_servers(monkeypatch):
    known = names("course.example.org, *.school.example")
    for host in ("course.example.org:443", "a.school.example"):
        assert reached({"Host": host}, known).text == "tools"
        assert reached({"Host": host}).status_code == 403
    assert reached({"Host": "school.example"}, known).status_code == 403
    assert reached({"Host": "abc.gradio.live"}, shared=True).text == "tools"
    monkeypatch.setenv("SPACE_HOST", "someone-course.hf.space")
    assert reached({"Host": "someone-course.hf.space"}).text == "tools"
    with pytest.raises(ValueError, match="no name"):
        names("https://x.example")
