"""The server around the page: health, limits, log, login, and an end that breaks nothing off."""

import gc
import json
import signal
import threading
import time
import urllib.error
import urllib.request
import weakref
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos import PARTS
from demos.frame.server import Limits, Rates, Server
from demos.frame.suite import Asked, Suite
from models import SHIPPED, hub
from models.backbone import Backbone
from models.tires import TireClassifier
from tests.conftest import ROOT, start_app, stop_app
from tests.drawings import SEVEN


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


def front(limits=None, address="1.2.3.4", **options):
    """A server whose pages count the bytes they get, behind the gate."""
    server = Server(limits, **options)
    app = Starlette(
        routes=[Route("/{path:path}", echo, methods=["GET", "POST"])],
        middleware=server.middleware(),
    )
    return server, TestClient(app, client=(address, 1))


def test_every_folder_of_weights_is_a_shipped_model_or_holds_tables():
    folders = [folder for folder in (ROOT / "weights").iterdir()]
    assert sorted(SHIPPED) == sorted(
        folder.name for folder in folders if (folder / "config.json").exists()
    )
    assert all(any(folder.glob("*.csv")) for folder in folders if folder.name not in SHIPPED)


def test_the_process_is_up_before_its_models_are_ready():
    server, client = front()
    assert client.get("/healthz").json() == {"status": "up"}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert set(answer.json()["models"].values()) == {"looking for it"}
    assert server.models.find()
    assert client.get("/readyz").status_code == 200


def test_readiness_names_the_model_that_is_missing_and_forgets_it_once_mended(monkeypatch):
    broken = {"digits-mlp"}

    def have(name):
        if name in broken:
            raise hub.WeightsMissing("The weights of digits-mlp are missing: train them.")

    monkeypatch.setattr(hub, "have", have)
    server, client = front()
    assert not server.models.find()
    states = client.get("/readyz").json()["models"]
    assert states["digits-mlp"] == "The weights of digits-mlp are missing: train them."
    assert [name for name, state in states.items() if state != "found"] == ["digits-mlp"]
    broken.clear()
    assert server.models.find()
    assert client.get("/readyz").status_code == 200


def test_a_model_is_loaded_when_its_chapter_is_opened_and_once(monkeypatch):
    loaded = []
    monkeypatch.setattr(hub, "load", loaded.append)
    server, _ = front()
    server.models.find()
    suite = Suite(PARTS)
    suite.queue()
    server.attend(suite)
    suite._page(Asked("en", (("chapter", "celsius"),)))
    server.models.load_wanted(0.01)
    assert loaded == []
    for _ in range(2):
        suite.room(Asked("en", (("chapter", "tires"),)))
        for _ in suite.chapters["tires"].weights:
            server.models.load_wanted(0.01)
    assert loaded == [Backbone, TireClassifier]
    assert server.models.states["tires"] == "loaded"
    assert server.models.ready
    server.uploads.close()


def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so():
    _, client = front(Limits(body=1000))
    assert client.post("/gradio_api/run/x", content=b"x" * 1000).text == "1000"
    for content in (b"x" * 1001, iter([b"x" * 600, b"x" * 600])):
        answer = client.post("/gradio_api/run/x", content=content)
        assert answer.status_code == 413
        assert "MB at most" in answer.json()["detail"]


@pytest.mark.parametrize(("size", "taken"), [(1500, 3), (2100, 0)])
def test_whoever_sends_a_little_too_much_is_heard_out_and_reads_the_sentence(size, taken):
    _, client = front(Limits(body=1000))
    parts = [{"body": b"x" * (size // 3), "more_body": i < 2} for i in range(3)]
    said = []

    async def receive():
        return {"type": "http.request", **parts.pop(0)}

    async def send(message):
        said.append((message, 3 - len(parts)))

    async def ask():
        headers = [(b"content-length", b"%d" % size)]
        scope = {"type": "http", "method": "POST", "path": "/gradio_api/run/x", "headers": headers}
        await client.app({**scope, "query_string": b"", "scheme": "http"}, receive, send)

    with ThreadPoolExecutor() as pool:  # another thread: in this one a browser may be running
        pool.submit(anyio.run, ask).result()
    assert [(message.get("status"), count) for message, count in said] == [
        (413, taken),
        (None, taken),
    ]


def test_expensive_requests_of_one_address_run_out_and_come_back():
    now = [0.0]
    rates = Rates(rate=2, burst=3, clock=lambda: now[0])
    assert [rates.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rates.wait("b") == 0
    now[0] = 0.5
    assert rates.wait("a") == 0
    assert rates.wait("a") == 0.5


def test_the_addresses_that_are_remembered_do_not_grow_for_ever():
    rates = Rates(rate=4, burst=120)
    for number in range(10_050):
        rates.wait(str(number))
    assert len(rates._buckets) == 10_000


def test_only_expensive_requests_are_counted_and_the_refusal_says_when_to_come_back():
    _, client = front(Limits(rate=0.1, burst=2))
    join = "/gradio_api/queue/join"
    assert [client.post(join).status_code for _ in range(3)] == [200, 200, 429]
    answer = client.post(join)
    assert "wait a moment" in answer.json()["detail"]
    assert 1 <= int(answer.headers["retry-after"]) <= 11
    assert {client.post("/gradio_api/run/predict").status_code for _ in range(20)} == {200}
    assert {client.get("/").status_code for _ in range(20)} == {200}


def test_without_limits_nothing_is_refused():
    _, client = front(None)
    assert {client.post("/gradio_api/queue/join").status_code for _ in range(200)} == {200}


def test_a_page_that_asks_too_much_is_refused_and_another_of_its_address_is_not():
    _, client = front(Limits(rate=0.001, burst=3))
    join = "/gradio_api/queue/join"
    with pytest.MonkeyPatch.context() as patch:
        # Names that are known for a while already.
        patch.setattr("demos.frame.server.turns.Regulars.known", lambda self, visitor: visitor)
        flood = [client.post(join, json={"session_hash": "bad"}).status_code for _ in range(5)]
        assert flood == [200, 200, 200, 429, 429]
        assert client.post(join, json={"session_hash": "good"}).status_code == 200


def test_limits_are_raised_all_together_and_a_picture_stays_as_large_as_it_may_be():
    raised, usual = Limits().times(3), Limits()
    assert (raised.rate, raised.waiting, raised.upload_disk) == (
        *(3 * usual.rate, 3 * usual.waiting, 3 * usual.upload_disk),
    )
    assert (raised.body, raised.parts, raised.body_seconds) == (
        *(usual.body, usual.parts, usual.body_seconds),
    )
    assert usual.times(1) == usual


def test_after_large_requests_memory_is_given_back():
    class Node:
        pass

    server, client = front(Limits())
    for size, kept in ((1_000_000, True), (25_000_000, False)):
        client.post("/gradio_api/run/x", content=b"x" * size)
        node = Node()
        node.itself, gone = node, weakref.ref(node)
        gc.disable()  # or it might be collected by chance
        try:
            del node
            server.sweep()
            assert bool(gone()) == kept
        finally:
            gc.enable()


def test_a_class_behind_one_address_is_let_through():
    """Thirty students who each start something at once, twice in the same second."""
    _, client = front(Limits())
    assert {client.post("/gradio_api/queue/join").status_code for _ in range(60)} == {200}


def test_the_access_log_is_off_unless_asked_for(capsys):
    front()[1].get("/?secret=1")
    assert capsys.readouterr().out == ""
    front(log_requests=True)[1].get("/somewhere?secret=1")
    entry = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/somewhere", 200)
    assert "secret" not in str(entry)
    assert "1.2.3.4" not in str(entry)


def test_while_it_ends_the_server_begins_nothing_and_says_so():
    server, client = front(Limits())
    server.models.find()
    server.stopping.set()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    answer = client.post("/gradio_api/queue/join")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


# ---------------------------------------------------------------- the running app

SLOW = """
import sys, time
sys.path.insert(0, {root!r})
import app, gradio as gr
from demos.frame import server as serving
def slow(seconds: float) -> str:
    print("begun", flush=True)
    time.sleep(seconds)
    return "done"
with app.demo:
    gr.api(slow, api_name="slow")
    gr.api(slow, api_name="slow_unqueued", queue=False)
app.warm_up = lambda server: None
app.main([])
"""


def test_on_sigterm_running_answers_are_given_before_the_process_ends(tmp_path):
    from gradio_client import Client

    script = tmp_path / "slow.py"
    script.write_text(SLOW.format(root=str(ROOT)))
    process, url = start_app(tmp_path / "app.log", script=str(script))
    try:
        client = Client(url, verbose=False)
        with ThreadPoolExecutor() as pool:
            names = ("/slow", "/slow_unqueued")
            jobs = [pool.submit(client.predict, 0.7, api_name=name) for name in names]
            while (tmp_path / "app.log").read_text().count("begun") < 2 and process.poll() is None:
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            assert [job.result() for job in jobs] == ["done", "done"]
        assert process.wait(20) == 0
    finally:
        stop_app(process)


class Lender(BaseHTTPRequestHandler):
    """What a ZeroGPU Space reports to when it starts."""

    reports = ()

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        type(self).reports += (self.path,)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture(scope="module")
def private_space(tmp_path_factory):
    """A private class on ZeroGPU: address, log and a client that has logged in."""
    pytest.importorskip("spaces", reason="pip install spaces")
    from gradio_client import Client

    lender = ThreadingHTTPServer(("127.0.0.1", 0), Lender)
    threading.Thread(target=lender.serve_forever, daemon=True).start()
    log = tmp_path_factory.mktemp("space") / "app.log"
    process, url = start_app(
        log,
        new=True,  # what is imported depends on the variables
        COURSE_AUTH="class:neuron",
        SPACES_ZERO_GPU="true",
        SPACES_ZERO_DEVICE_API_URL=f"http://127.0.0.1:{lender.server_port}",
    )
    yield url, log, Client(url, auth=("class", "neuron"), verbose=False)
    stop_app(process)
    lender.shutdown()
    lender.server_close()


def test_a_private_class_logs_in(private_space):
    from gradio_client import Client

    url, _, client = private_space
    with pytest.raises(Exception, match=r"(?i)auth|credentials|login"):
        Client(url, verbose=False)
    rows = client.predict(0.5, 0, 0.001, 1, "single pair", False, api_name="/celsius_descend")
    assert rows[0]["loss"] == pytest.approx(6578.83, abs=0.01)
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(url + "gradio_api/info")
    assert urllib.request.urlopen(url + "healthz").status == 200


def test_on_zero_gpu_the_app_reports_a_gpu_function_and_computes_on_the_cpu(private_space):
    _, log, client = private_space
    assert "/startup-report" in Lender.reports
    assert "/lent_gpu" in client.view_api(return_format="dict")["named_endpoints"]
    answer = client.predict(SEVEN, True, "softmax", api_name="/digits_predict")
    assert answer["digit"] == "7"
    assert "is ready on cpu" in log.read_text()


def test_elsewhere_no_gpu_is_asked_for():
    import demos.frame.zero_gpu

    assert not demos.frame.zero_gpu.ON
    assert not hasattr(demos.frame.zero_gpu, "lent_gpu")
