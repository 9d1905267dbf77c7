"""nginx in front of several copies: who comes again meets the same one, while it lives."""

import shutil
import threading
import urllib.request
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.benchmarks.replicas import nginx


class Copy(BaseHTTPRequestHandler):
    """Says which copy it is, and who it was told the visitor is."""

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = f"{self.server.server_port} {self.headers['X-Session-Id']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET


@pytest.fixture
def copies():
    if not (shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")):
        pytest.skip("apt-get install nginx")
    with ExitStack() as stack:
        servers = [ThreadingHTTPServer(("127.0.0.1", 0), Copy) for _ in range(2)]
        for server in servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
        yield servers


def ask(url: str, cookie: str | None = None, data: bytes | None = None):
    """Return the copy that answered, whom it took the visitor for, and the cookie it set."""
    request = urllib.request.Request(url, data, {"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        port, visitor = answer.read().decode().split()
        return int(port), visitor, answer.headers.get("Set-Cookie")


def test_a_cookie_leads_to_the_same_copy_and_one_address_to_all(copies):
    with nginx([server.server_port for server in copies]) as url:
        met = set()
        for _ in range(30):
            port, visitor, cookie = ask(url)
            met.add(port)
            assert cookie.startswith(f"course={visitor}; ")
            assert "HttpOnly" in cookie
            again = [ask(url, cookie.split(";")[0]) for _ in range(3)]
            assert again == [(port, visitor, None)] * 3
        assert len(met) == 2


def test_when_a_copy_is_gone_its_visitors_are_answered_by_the_other(copies):
    gone, other = copies
    with nginx([server.server_port for server in copies]) as url:
        cookies = [f"course=visitor{number}" for number in range(20)]
        assert {ask(url, cookie)[0] for cookie in cookies} == {s.server_port for s in copies}
        gone.shutdown()
        gone.server_close()
        for cookie in cookies:
            port, _, _ = ask(f"{url}/gradio_api/run/x", cookie, b"{}")
            assert port == other.server_port
