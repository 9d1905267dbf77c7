"""What is taken in: only what the suite needs, whole, as text, in turn, and not too much of it."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.frame.server import Limits, Server
from demos.frame.server.intake import Bodies, Intake, check_text, is_closed
from demos.frame.server.sentences import Refused, Sentences
from demos.frame.server.uploads import Uploads
from tests.loops import run

JSON = {"content-type": "application/json"}
FORM = {"content-type": "multipart/form-data; boundary=x"}


def served(answer, limits=None):
    """A server of which every page is answered by a function, behind the intake."""
    server = Server(limits)
    app = Starlette(
        routes=[Route("/{path:path}", answer, methods=["GET", "POST"])],
        middleware=[Middleware(Sentences), Middleware(Intake, server=server)],
    )
    return server, TestClient(app, client=("1.2.3.4", 1))


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


@pytest.mark.parametrize(
    "path",
    [
        *("/gradio_api/deep_link?session_hash=p", "/config?deep_link=x", "/gradio_api/file=/x"),
        *("/gradio_api/component_server", "/gradio_api/stream/a/b/c", "/gradio_api/proxy=x"),
        *("/gradio_api/custom_component/a", "/gradio_api/", "/gradio_api/dev/reload"),
    ],
)
def test_what_the_suite_does_not_need_is_closed(path):
    _, client = served(echo)
    for method in ("GET", "POST"):
        answer = client.request(method, path)
        assert answer.status_code == 404
        assert "nothing at this address" in answer.json()["error"]


@pytest.mark.parametrize(
    "path", ["/", "/config", "/gradio_api/run/x", "/gradio_api/info", "/assets/x.js", "/theme.css"]
)
def test_what_it_needs_is_open(path):
    assert not is_closed(path, b"chapter=digits")


@pytest.mark.parametrize(
    "body",
    [
        *(b'{"session_hash": "\\ud800"}', b'{"data": ["\\uDFFF"]}', b'{"data": ["\xff"]}'),
        *(b"\xc3", b'["\\ud83d"]'),
    ],
)
def test_text_that_is_no_utf_8_is_refused_in_a_sentence(body):
    answer = served(echo, Limits())[1].post("/gradio_api/queue/join", content=body, headers=JSON)
    assert answer.status_code == 400
    assert "UTF-8" in answer.json()["error"]


@pytest.mark.parametrize(
    "body", ['["\\ud83d\\ude00"]', '["ü√😀"]', "", "{", '["\\\\ud800"]', "[" * 5000, '"\\ud800']
)
def test_whole_pairs_and_what_is_no_json_pass(body):
    check_text(body.encode())


def test_a_picture_in_a_form_need_not_be_text():
    answer = served(echo, Limits())[1].post("/gradio_api/x", content=b"\xff\xd8", headers=FORM)
    assert answer.status_code == 404  # no upload, and not open
    assert served(echo, Limits())[1].post(
        "/gradio_api/upload", content=b"\xff\xd8", headers=FORM
    ).content == b"\xff\xd8"  # fmt: skip


def test_a_body_of_a_million_parts_is_refused():
    _, client = served(echo, Limits())
    for body in (b"[" + b"0," * 300_000 + b"0]", b"[" * 300_000, b"[" + b"{}," * 200_000 + b"0]"):
        answer = client.post("/gradio_api/run/x", content=body, headers=JSON)
        assert answer.status_code == 413
        assert "too many parts" in answer.json()["error"]
    assert client.post("/gradio_api/run/x", content=b"x" * 2_000_000).status_code == 200


def test_a_body_that_does_not_arrive_is_given_up():
    server = Server(Limits(body_seconds=0.05))
    sent, never = [], asyncio.Event()

    async def receive():
        if not sent:
            sent.append(1)
            return {"type": "http.request", "body": b"[", "more_body": True}
        await never.wait()

    answers = []

    async def send(message):
        answers.append(message)

    scope = {
        **{"type": "http", "method": "POST", "path": "/gradio_api/run/x", "query_string": b""},
        **{"headers": [(b"content-length", b"2000000")], "client": ("1.2.3.4", 1)},
    }
    intake = Intake(None, server=server)
    run(Sentences(intake)(scope, receive, send))
    assert answers[0]["status"] == 408
    assert (b"connection", b"close") in answers[0]["headers"]
    assert not intake._bodies._here


def test_large_bodies_wait_until_there_is_room():
    async def school():
        bodies = Bodies(of_address=5_000_000, of_all=8_000_000)
        await bodies.enter("a", 4_000_000)
        await bodies.enter("a", 900_000)  # small ones need no room
        second = asyncio.ensure_future(bodies.enter("a", 2_000_000))
        await bodies.enter("b", 3_000_000)
        third = asyncio.ensure_future(bodies.enter("c", 1_500_000))
        await asyncio.sleep(0)
        assert not second.done()
        assert not third.done()
        bodies.leave("a", 4_000_000)
        await asyncio.gather(second, third)
        assert bodies._here == {"a": 2_900_000, "b": 3_000_000, "c": 1_500_000}

    run(school())


def test_what_is_computed_at_once_is_computed_a_few_at_a_time_also_past_the_page():
    inside, most, lock = 0, 0, threading.Lock()
    full = threading.Barrier(3)

    def slow(request):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        full.wait(20)  # three are in
        with lock:
            inside -= 1
        return PlainTextResponse("done")

    _, client = served(slow, Limits(at_once=6))  # of one visitor half as many
    with client, ThreadPoolExecutor(9) as pool:
        paths = ["/gradio_api/run/predict", "/gradio_api/run/x", "/gradio_api/api/x"] * 3
        answers = list(pool.map(lambda path: client.post(path, json={}), paths))
    assert [one.text for one in answers] == ["done"] * 9
    assert most == 3


def test_who_reads_slowly_takes_no_turn_meanwhile():
    async def school():
        server = Server(Limits(at_once=1))
        intake = Intake(PlainTextResponse("done"), server=server)
        reads = asyncio.Event()
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}

        async def slowly(message):
            await reads.wait()

        async def at_once(message):
            pass

        slow = asyncio.ensure_future(intake(scope, None, slowly))
        await asyncio.wait_for(intake(scope, None, at_once), 20)
        assert not slow.done()
        reads.set()
        await slow

    run(school())


def test_too_many_that_wait_are_told_so():
    async def full(request):
        return PlainTextResponse("")

    _, client = served(full, Limits(at_once=0, waiting_of_address=0))
    answer = client.post("/gradio_api/run/x", json={})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert "from your network" in answer.json()["error"]


@pytest.fixture
def upload(tmp_path, monkeypatch):
    """A server that keeps what is uploaded, as Gradio does."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    folder = Uploads()

    async def keep(request: Request) -> JSONResponse:
        path = folder.folder / str(len(list(folder.folder.iterdir())))
        path.write_bytes(await request.body())
        return JSONResponse([str(path)])

    def start(**limits):
        server, client = served(keep, Limits(**limits))
        server.uploads = folder
        return lambda size: client.post(
            "/gradio_api/upload", content=b"x" * size, headers=FORM
        )  # fmt: skip

    yield start, folder
    folder.close()


def test_an_upload_is_noted_so_that_it_can_be_removed(upload):
    start, folder = upload
    (path,) = start()(100).json()
    assert folder.holds(path)
    folder.used(path)
    assert not folder.holds(path)


def test_uploads_of_one_address_are_limited(upload):
    send = upload[0](upload_bytes=1000, upload_rate=1)
    assert [send(400).status_code for _ in range(3)] == [200, 200, 429]
    assert "files from your network" in send(400).json()["error"]


def test_uploads_do_not_fill_the_disk(upload):
    send = upload[0](upload_disk=1000)
    assert [send(400).status_code for _ in range(3)] == [200, 200, 503]
    assert send(400).headers["retry-after"] == "30"


@pytest.mark.parametrize(
    "path", ["/gradio_api/queue/data?session_hash=gone", "/gradio_api/call/x/gone"]
)
def test_whoever_comes_too_late_for_an_answer_is_told_so(path):
    class Line:
        def knows(self, session):
            return False

        def session_of(self, event):
            return event

    server, client = served(echo, Limits())
    server.line = Line()
    german = client.get(path, headers={"referer": "http://x/?lang=de"})
    data = json.loads(german.text.split("data: ")[1])
    assert "keine Antwort mehr" in (data.get("error") or data["message"])


def test_without_limits_everything_passes():
    _, client = served(echo)
    assert client.post("/gradio_api/run/x", content=b"[" * 300_000).status_code == 200


def test_a_refusal_knows_its_sentence():
    with pytest.raises(Refused, match="UTF-8") as caught:
        check_text(b"\xff")
    assert caught.value.status == 400
