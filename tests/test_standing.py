"""The running server among strangers: forged headers, foreign sites, a private class, the end."""

import http.client
import json
import re
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

import app
from tests.conftest import ROOT, start_app, stop_app

EVIL = "evil.example"


def ask(url, path="/", headers=None, data=None, method=None):
    """Return status, headers and body, whatever the status is."""
    request = urllib.request.Request(url.rstrip("/") + path, data, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode("utf-8", "replace")


# ---------------------------------------------------------------- strange requests


@pytest.mark.parametrize(
    "path", ["/?page=2", "/config?page=2", "/gradio_api/info?page=2", "/?page="]
)
def test_a_page_that_there_is_not_is_the_page_that_there_is(suite_url, path):
    assert ask(suite_url, path)[0] == 200


@pytest.mark.parametrize(
    "path", ["/static/img/logo.svg", "/favicon.ico", "/pwa_icon", "/theme.css"]
)
@pytest.mark.parametrize("wanted", ["0-1,3-4", "5-1", "-1", "99999999-", "x", "0-0," * 200])
def test_whatever_part_of_a_file_is_asked_for_is_no_trouble(suite_url, path, wanted):
    for encoding in ("gzip", "identity"):
        headers = {"Range": f"bytes={wanted}", "Accept-Encoding": encoding}
        assert ask(suite_url, path, headers)[0] in (200, 206, 400, 404, 416)


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info"])
@pytest.mark.parametrize("value", ["[::1", "a b", "999.9.9.9", "xn--a", "http://[::1"])
def test_a_forwarded_host_that_is_none_is_no_trouble(suite_url, path, value):
    for name in ("X-Forwarded-Host", "X-Gradio-Server"):
        assert ask(suite_url, path, {name: value})[0] == 200
    assert ask(suite_url, path, {"Host": value})[0] == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": EVIL},  # of a proxy that is believed: even then for that answer only
        {"X-Gradio-Server": f"http://{EVIL}"},
        {"Host": EVIL},
    ],
    ids=str,
)
def test_who_asks_under_a_foreign_name_changes_nobody_elses_snippets(suite_url, headers):
    for path in ("/gradio_api/info", "/gradio_api/info?all_endpoints=true", "/?view=api"):
        ask(suite_url, path, headers)
        status, _, text = ask(suite_url, path)
        assert status == 200
        assert "celsius_descend" in text
        assert EVIL not in text
    own = {"Host": "course.example:8080", "X-Forwarded-Proto": "https"}
    assert suite_url.rstrip("/") in ask(suite_url, "/gradio_api/info")[2]
    assert "https://course.example:8080/gradio_api/" in ask(suite_url, "/gradio_api/info", own)[2]


def test_of_a_stranger_no_name_is_heard(tmp_path):
    process, url = start_app(tmp_path / "app.log", COURSE_TRUSTED_PROXY="10.0.0.5")
    try:
        forged = {
            "X-Forwarded-Host": EVIL,
            "X-Forwarded-For": "1.2.3.4",
            "X-Forwarded-Proto": "ftp",
        }
        for path in ("/", "/config", "/gradio_api/info", "/?view=api"):
            status, _, text = ask(url, path, forged)
            assert status == 200
            assert EVIL not in text
    finally:
        stop_app(process)


def test_nobody_watches_the_visitors(suite_url):
    for path in ("/monitoring", "/monitoring/summary", "/monitoring/x"):
        assert ask(suite_url, path)[0] == 403


def test_the_tools_are_offered_under_known_names_only(suite_url):
    pytest.importorskip("mcp")
    order = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
    }
    path, data = "/gradio_api/mcp/", json.dumps(order).encode()
    assert "celsius_descend" in ask(suite_url, path, headers, data)[2]
    for forged in ({"Host": EVIL}, {"Origin": f"https://{EVIL}"}, {"X-Forwarded-Host": EVIL}):
        assert ask(suite_url, path, headers | forged, data)[0] == 403


def test_a_body_in_parts_that_is_too_large_is_called_so(suite_url):
    address = urllib.parse.urlsplit(suite_url)
    parts = (b"x" * 1_000_000 for _ in range(30))
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    try:
        connection.putrequest("POST", "/gradio_api/run/celsius_descend")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        for part in parts:
            connection.send(b"%x\r\n%b\r\n" % (len(part), part))
        connection.send(b"0\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        pass  # the answer came before the end
    answer = connection.getresponse()
    assert answer.status == 413
    assert "too large" in json.loads(answer.read())["error"]
    connection.close()


# ---------------------------------------------------------------- a private class


@pytest.fixture(scope="module")
def private_url(tmp_path_factory):
    log = tmp_path_factory.mktemp("private") / "app.log"
    process, url = start_app(log, COURSE_AUTH="class:neuron")
    yield url
    stop_app(process)


def log_in(url, password="neuron", **headers):
    data = urllib.parse.urlencode({"username": "class", "password": password}).encode()
    return ask(url, "/login", headers, data)


def test_before_the_login_no_endpoint_is_told(private_url):
    for path in ("/", "/?view=api", "/?view=programs&chapter=celsius"):
        status, _, text = ask(private_url, path)
        assert status == 200
        assert '"auth_required":true' in text
        assert "celsius_descend" not in text
    for path in ("/gradio_api/info", "/gradio_api/openapi.json", "/config", "/gradio_api/mcp/"):
        status, _, text = ask(private_url, path)
        assert status == 401
        assert "celsius_descend" not in text


def test_after_the_login_endpoints_are_told_and_no_other_site_may_read_them(private_url):
    status, headers, _ = log_in(private_url, Origin=f"http://{EVIL}")
    assert status == 200
    (cookie,) = headers.get_all("Set-Cookie")
    assert cookie.endswith("SameSite=Lax")
    mine = {"Cookie": cookie.split(";")[0], "Origin": f"http://{EVIL}", "Host": "course.example"}
    status, headers, text = ask(private_url, "/gradio_api/info", mine)
    assert status == 200
    assert "celsius_descend" in text
    assert not [name for name in headers if name.lower().startswith("access-control")]
    assert "frame-ancestors 'self'" in ask(private_url)[1]["Content-Security-Policy"]


def test_a_program_logs_in(private_url):
    from gradio_client import Client

    client = Client(private_url, auth=("class", "neuron"), verbose=False)
    rows = client.predict(0.5, 0, 0.001, 1, "single pair", False, api_name="/celsius_descend")
    assert rows[0]["loss"] == pytest.approx(6578.83, abs=0.01)


def test_three_hundred_wrong_passwords_are_slowed_down(private_url):
    # Another address, so that the other tests are not slowed down with it.
    statuses = [
        log_in(private_url, f"guess {n}", **{"X-Forwarded-For": "203.0.113.7"})[0]
        for n in range(300)
    ]
    assert statuses.count(400) < 60
    assert statuses[-1] == 429
    assert log_in(private_url)[0] == 200


@pytest.fixture
def refused(monkeypatch, capsys):
    """Give `python app.py` options; return the last line with which it refuses to begin."""

    def refused(*options):
        monkeypatch.setattr(app, "Server", lambda *_: pytest.fail("something was started"))
        with pytest.raises(SystemExit) as refusal:
            app.main(options)
        assert refusal.value.code == 2
        return capsys.readouterr().err.splitlines()[-1]

    return refused


def test_tools_and_a_login_exclude_each_other(refused):
    assert "cannot be combined" in refused("--mcp", "--auth", "class:neuron")


@pytest.mark.parametrize(
    "options", [["--trusted-proxy", "nowhere"], ["--frames", "a/b"], ["--hosts", "http://x"]]
)
def test_an_option_that_cannot_be_meant_is_said_before_anything_starts(refused, options):
    assert re.search(r"write .+; not ", refused(*options))


# ---------------------------------------------------------------- the end

BUSY = """
import sys, time
sys.path.insert(0, {root!r})
import app
from demos.frame.server import Server
block = Server.block
Server.block = lambda self, demo: block(self, demo, patience=9)
app.main([])
"""


def test_with_fifty_trainings_in_the_queue_the_process_ends_in_time_and_well(tmp_path):
    script = tmp_path / "busy.py"
    script.write_text(BUSY.format(root=str(ROOT)))
    log = tmp_path / "app.log"
    process, url = start_app(log, script=str(script), COURSE_NO_LIMITS="1")
    try:

        def begin(number):
            settings = {"epochs": 2000, "seed": number, "hidden": [8, 8, 8]}
            body = json.dumps({"data": [settings, None]}).encode()
            path, kind = "/gradio_api/call/playground_train", {"Content-Type": "application/json"}
            return json.loads(ask(url, path, kind, body)[2])["event_id"]

        with ThreadPoolExecutor(10) as pool:
            assert len(set(pool.map(begin, range(50)))) == 50
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert process.wait(60) == 0
        assert time.monotonic() - began < 9 + 3  # the patience, and a busy machine
        assert "Traceback" not in log.read_text()
    finally:
        stop_app(process)
