"""The page behind proxies, in frames, and under its own Content-Security-Policy."""

import functools
import http.client
import re
import threading
import urllib.parse
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from demos import CHAPTERS
from tests.conftest import start_app, stop_app

PREFIX = "/course"  # as one folder of the suite is called
VIOLATIONS = """
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
  });
"""


def served(handler):
    """Serve on a free port; return the server and its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server, server.server_port


# ---------------------------------------------------------------- what the page may load


@pytest.fixture(scope="module")
def watched(browser, suite_url):
    """A tab that remembers what the policy forbade."""
    page = browser.new_page(base_url=suite_url)
    page.add_init_script(VIOLATIONS)
    yield page
    page.close()


def test_no_chapter_needs_what_the_policy_forbids(watched):
    answer = watched.goto(f"/?chapter={CHAPTERS[0].slug}")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    for chapter in CHAPTERS:
        watched.locator(f".chapters > .tab-wrapper [data-tab-id={chapter.slug}]").click()
        expect(watched.locator(f"#chapter-{chapter.slug} .question h2")).to_be_visible()
        watched.wait_for_load_state("networkidle")
        assert watched.evaluate("window.violations") == [], chapter.slug


def test_the_page_for_programs_needs_nothing_that_the_policy_forbids(watched):
    watched.goto("/?view=programs")
    watched.wait_for_function("document.querySelector('.masthead')")
    watched.wait_for_load_state("networkidle")
    assert watched.evaluate("window.violations") == []


def test_scripts_of_other_sites_are_not_run(watched):
    watched.goto("/")
    watched.evaluate(
        """() => {
          const script = document.createElement('script');
          script.src = 'http://evil.example/x.js';
          document.head.append(script);
          fetch('http://evil.example/').catch(() => {});
        }"""
    )
    watched.wait_for_function("window.violations.length === 2")


# ---------------------------------------------------------------- below a prefix


@pytest.fixture(scope="module")
def below(tmp_path_factory, suite_url):
    """Put the suite behind a proxy that shows it below PREFIX; return the page's address.

    Args of what is returned: whether the proxy strips the prefix, and the suite's --root-path.
    """
    with ExitStack() as stack:

        @functools.cache
        def port_of(root_path):
            if not root_path:
                return urllib.parse.urlsplit(suite_url).port
            log = tmp_path_factory.mktemp("below") / "app.log"
            process, url = start_app(log, GRADIO_ROOT_PATH=root_path)
            stack.callback(stop_app, process)
            return urllib.parse.urlsplit(url).port

        def below(strips, root_path):
            suite = port_of(root_path)

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


@pytest.mark.parametrize(("strips", "root_path"), [(True, ""), (True, PREFIX), (False, PREFIX)])
def test_the_page_works_below_a_prefix(browser, below, strips, root_path):
    url = below(strips, root_path)
    page = browser.new_page()
    answers = []
    page.on("response", lambda one: answers.append((one.status, one.url)))
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
    failed = [one for status, one in answers if status >= 400 and one.startswith(url)]
    assert not failed
    page.close()


# ---------------------------------------------------------------- a login inside another page


@pytest.fixture(scope="module")
def private_url(tmp_path_factory):
    log = tmp_path_factory.mktemp("frames") / "app.log"
    process, url = start_app(log, COURSE_AUTH="class:neuron", COURSE_FRAMES="http://localhost:*")
    yield url
    stop_app(process)


@pytest.fixture(scope="module")
def platform(private_url):
    """The port of a learning platform, whose page shows the suite in a frame."""

    class Platform(BaseHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def do_GET(self):
            body = f'<iframe src="{private_url}" width="900" height="600"></iframe>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server, port = served(Platform)
    yield port
    server.shutdown()
    server.server_close()


def test_in_a_frame_over_http_the_page_says_why_the_login_does_not_hold(
    browser, platform, private_url
):
    page = browser.new_page(locale="de")
    page.goto(f"http://localhost:{platform}/")  # for browsers another site than 127.0.0.1
    frame = page.frame_locator("iframe")
    expect(frame.locator(".login-note")).to_contain_text("nur über https")
    link = frame.get_by_role("link", name="In einem eigenen Fenster öffnen")
    expect(link).to_have_attribute("href", private_url)
    expect(link).to_have_attribute("target", "_blank")
    page.close()


def test_a_site_that_was_not_named_shows_no_private_page(browser, platform):
    page = browser.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"http://127.0.0.1:{platform}/")
    page.close()


def test_in_a_window_of_its_own_one_logs_in_and_is_told_of_too_many_wrong_passwords(
    browser, private_url
):
    context = browser.new_context(base_url=private_url)
    page = context.new_page()
    page.goto("/?chapter=digits")
    expect(page.get_by_label("username")).to_be_visible()
    expect(page.locator(".login-note")).to_have_count(0)

    def log_in(password):
        page.get_by_label("username").fill("class")
        page.get_by_label("password").fill(password)
        page.get_by_role("button", name=re.compile("login", re.I)).click()

    log_in("neuron")
    expect(page.locator("#chapter-digits")).to_be_visible()
    assert page.url.endswith("?chapter=digits")
    context.clear_cookies()
    page.reload()
    for number in range(31):
        context.request.post("/login", form={"username": "class", "password": str(number)})
    log_in("neuron")
    expect(page.locator(".login-note")).to_contain_text("Too many wrong passwords")
    context.close()
