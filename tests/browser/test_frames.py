"""The page behind proxies, in frames, and under its own Content-Security-Policy."""

import http.client
import importlib.util
import re
import urllib.parse
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler

import pytest
from playwright.sync_api import expect

from tests.browser.pages import listen
from tests.browser.sites import served, showing
from tests.conftest import start_app, stop_app

PREFIX = "/course"  # as one folder of the suite is called
LOSSES = "#chapter-losses .live-chart[aria-busy=false]"


# ---------------------------------------------------------------- what the page may load


# That no other page meets what it forbids is seen to by `open_page`.
def test_the_page_of_programs_needs_nothing_forbidden_and_scripts_of_other_sites_are_not_run(
    open_page, errors
):
    page = open_page("/?view=programs")
    page.locator(".api-docs").wait_for()
    if importlib.util.find_spec("mcp"):
        # With tools, Gradio's own page of the endpoints throws an error as soon as it knows them,
        # which may be after it is drawn.
        for _attempt in range(400):
            if any("reading 'parameters'" in one for one in errors):
                break
            page.wait_for_timeout(50)
    page.wait_for_load_state("networkidle")
    assert not [one for one in errors if "Content Security Policy" in one]
    errors.clear()
    for path in ("/", page.url):
        policy = page.request.get(path).headers["content-security-policy"]
        assert "default-src 'self'" in policy
    with (
        page.expect_console_message(lambda message: "script-src" in message.text),
        page.expect_console_message(lambda message: "connect-src" in message.text),
        page.expect_console_message(lambda message: "Refused to connect" in message.text),
    ):
        page.evaluate(
            """() => {
              const script = document.createElement('script');
              script.src = 'http://evil.example/x.js';
              document.head.append(script);
              fetch('http://evil.example/').catch(() => {});
            }"""
        )
    assert len(errors) == 3
    errors.clear()


# ---------------------------------------------------------------- below a prefix


@pytest.fixture(scope="module")
def named_url(tmp_path_factory):
    """The address of a copy of the suite that knows its prefix."""
    process, url = start_app(tmp_path_factory.mktemp("named") / "app.log", GRADIO_ROOT_PATH=PREFIX)
    yield url
    stop_app(process)


@pytest.fixture
def below(request):
    """Put a proxy that shows the suite below PREFIX before it; return the page's address.

    Args of what is returned: whether the proxy strips the prefix, and whether the suite knows it.
    """
    with ExitStack() as stack:

        def below(strips, named):
            url = request.getfixturevalue("named_url" if named else "suite_url")
            suite = urllib.parse.urlsplit(url).port

            class Proxy(BaseHTTPRequestHandler):
                def log_message(self, *arguments):
                    pass

                def do_GET(self):
                    if not self.path.startswith(f"{PREFIX}/"):
                        self.send_error(404)
                        return
                    body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    behind = http.client.HTTPConnection("127.0.0.1", suite, timeout=60)
                    headers = {k: v for k, v in self.headers.items() if k.lower() != "connection"}
                    path = self.path.removeprefix(PREFIX) if strips else self.path
                    behind.request(self.command, path, body, headers)
                    answer = behind.getresponse()
                    self.send_response_only(answer.status)
                    for name, value in answer.getheaders():
                        if name.lower() not in ("transfer-encoding", "connection"):
                            self.send_header(name, value)
                    self.end_headers()
                    while part := answer.read1(65_536):
                        self.wfile.write(part)
                        self.wfile.flush()
                    behind.close()

                do_POST = do_HEAD = do_GET

            server, port = served(Proxy)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{port}{PREFIX}/"

        yield below


@pytest.mark.parametrize(("strips", "named"), [(True, False), (True, True), (False, True)])
def test_the_page_works_below_a_prefix(open_page, below, strips, named):
    url = below(strips, named)
    page = open_page("about:blank")
    answers = []

    def note(answer):
        answers.append((answer.status, answer.url))

    listen(page, "response", note)
    page.goto(f"{url}?chapter=celsius&steps=7&lang=de")
    board = page.locator("#chapter-celsius .blackboard").first
    expect(board).to_contain_text("18.89", timeout=60_000)  # the server has just started
    assert page.url == f"{url}?chapter=celsius&steps=7&lang=de"
    # What is queued has a stream.
    result = page.evaluate(
        """async () => {
          const root = window.gradio_config.root;
          const kind = { 'Content-Type': 'application/json' };
          const body = JSON.stringify({ data: [{ epochs: 2 }, null] });
          const address = `${root}/gradio_api/call/playground_train`;
          const asked = await fetch(address, { method: 'POST', headers: kind, body });
          return (await fetch(`${address}/${(await asked.json()).event_id}`)).text();
        }"""
    )
    assert "event: complete" in result
    page.locator(".chapters > .tab-wrapper [role=tab][data-tab-id=losses]").click()
    page.wait_for_selector(LOSSES)
    page.remove_listener("response", note)
    failed = [one for status, one in answers if status >= 400 and one.startswith(url)]
    assert not failed


def test_another_copy_of_the_server_gives_the_same_screen(open_page, below):
    page = open_page("/?chapter=losses&outlier=20&lang=de")
    page.wait_for_selector(LOSSES)
    told = page.locator("#chapter-losses .live-caption").inner_text()
    page.goto(below(strips=True, named=True) + page.url.rpartition("/")[2])
    page.wait_for_selector(LOSSES)
    assert page.locator("#chapter-losses .live-caption").inner_text() == told


# ---------------------------------------------------------------- inside another page


def test_a_frame_that_hands_on_no_camera_is_named_as_the_reason(open_page, suite_url):
    with showing(f'<iframe src="{suite_url}?chapter=filters" width="900" height="900">') as port:
        frame = open_page(f"http://localhost:{port}/").frame_locator("iframe")
        frame.get_by_role("button", name="Live camera").click()
        expect(frame.locator(".source-hint")).to_contain_text('allow="camera"')


def test_a_frame_that_blocks_the_clipboard_shows_the_link_and_names_the_reason(
    open_page, suite_url
):
    site = f'<iframe src="{suite_url}?chapter=losses" width="900" height="900"></iframe>'
    with showing(site) as port:
        frame = open_page(f"http://localhost:{port}/").frame_locator("iframe")
        frame.locator(LOSSES).wait_for()
        frame.get_by_role("button", name="Copy link").click()
        link = frame.get_by_label("Link to this page")
        expect(link).to_have_value(f"{suite_url}?chapter=losses&lang=en")
        expect(link).to_be_focused()
        expect(frame.locator(".copy-link")).to_have_text("Link is below")
        sheet = frame.get_by_role("dialog")
        expect(sheet).to_contain_text('allow="clipboard-write"')
        sheet.locator("summary").click()
        sheet.get_by_label("Answers").check()
        expect(link).to_have_value(f"{suite_url}?chapter=losses&hide=answers&lang=en")


@pytest.fixture(scope="module")
def private_url(tmp_path_factory):
    log = tmp_path_factory.mktemp("frames") / "app.log"
    process, url = start_app(log, COURSE_AUTH="class:neuron", COURSE_FRAMES="http://localhost:*")
    yield url
    stop_app(process)


@pytest.fixture(scope="module")
def platform(private_url):
    """The port of a learning platform, whose page shows the suite in a frame."""
    with showing(f'<iframe src="{private_url}" width="900" height="600"></iframe>') as port:
        yield port


def test_in_a_frame_over_http_the_page_says_why_the_login_does_not_hold(
    open_page, platform, private_url
):
    # For browsers localhost is another site than 127.0.0.1.
    page = open_page(f"http://localhost:{platform}/", locale="de-DE")
    frame = page.frame_locator("iframe")
    expect(frame.locator(".login-note")).to_contain_text("nur über https")
    link = frame.get_by_role("link", name="In einem eigenen Fenster öffnen")
    expect(link).to_have_attribute("href", private_url)
    expect(link).to_have_attribute("target", "_blank")


def test_a_site_that_was_not_named_shows_no_private_page(open_page, errors, platform):
    page = open_page("about:blank")
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"http://127.0.0.1:{platform}/")
    errors.clear()


def test_in_a_window_of_its_own_one_logs_in_and_is_told_of_too_many_wrong_passwords(
    open_page, private_url
):
    page = open_page(f"{private_url}?chapter=digits")
    expect(page.get_by_label("username")).to_be_visible()
    expect(page.locator(".login-note")).to_have_count(0)

    def log_in(password):
        page.get_by_label("username").fill("class")
        page.get_by_label("password").fill(password)
        page.get_by_role("button", name=re.compile("login", re.I)).click()

    log_in("neuron")
    expect(page.locator("#chapter-digits")).to_be_visible()
    page.wait_for_url(re.compile(r"\?chapter=digits$"))
    page.context.clear_cookies()
    page.reload()
    for number in range(31):
        wrong = {"username": "class", "password": str(number)}
        page.request.post(f"{private_url}login", form=wrong)
    log_in("neuron")
    expect(page.locator(".login-note")).to_contain_text("Too many wrong passwords")
