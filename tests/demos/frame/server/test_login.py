"""Passwords that are guessed, and what is closed before the login."""

from types import SimpleNamespace

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.testclient import TestClient

from demos.frame.server import Rates
from demos.frame.server.login import Attempts, Login

NAME, PASSWORD = "class", "neuron"


class App:
    """What Gradio's app does about a login, as far as it is asked here."""

    auth, cookie_id = {NAME: PASSWORD}, "abc"

    def __init__(self):
        self.tokens = {"secret": NAME}

    async def __call__(self, scope, receive, send):
        request = Request(scope, receive)
        if request.url.path != "/login":
            answer = PlainTextResponse(f"open {scope['query_string'].decode()}")
        elif (await request.form()).get("password") == PASSWORD:
            answer = JSONResponse({"success": True})
        else:
            answer = JSONResponse({"detail": "Incorrect credentials."}, 400)
        await answer(scope, receive, send)


def attempts(burst=3, of_name=100):
    now = [0.0]
    clock = lambda: now[0]  # noqa: E731
    return now, Attempts(Rates(0.1, burst, clock), Rates(1, of_name, clock))


def front(guard=None, address="1.2.3.4", auth=True):
    app = App() if auth else SimpleNamespace(auth=None)
    inner = App()

    async def with_app(scope, receive, send):
        scope["app"] = app
        await Login(inner, guard or attempts()[1])(scope, receive, send)

    return TestClient(with_app, client=(address, 1))


def log_in(client, password, name=NAME):
    return client.post("/login", data={"username": name, "password": password}).status_code


def test_wrong_passwords_of_an_address_run_out_and_come_back_one_by_one():
    now, guard = attempts(burst=3)
    client = front(guard)
    assert [log_in(client, "wrong") for _ in range(5)] == [400, 400, 400, 429, 429]
    assert log_in(client, PASSWORD) == 429  # or one could go on guessing
    assert log_in(front(guard, "5.6.7.8"), PASSWORD) == 200
    now[0] = 10
    assert [log_in(client, "wrong") for _ in range(2)] == [400, 429]
    now[0] = 20
    assert log_in(client, PASSWORD) == 200


def test_a_class_behind_one_address_logs_in_together():
    client = front(Attempts())
    assert {log_in(client, PASSWORD) for _ in range(100)} == {200}
    assert {log_in(client, "mistyped") for _ in range(30)} == {400}


def test_guesses_from_many_addresses_do_not_shut_out_who_was_in_before():
    _, guard = attempts(of_name=5)
    assert log_in(front(guard, "school"), PASSWORD) == 200
    guesses = [log_in(front(guard, f"bot {number}"), "guess") for number in range(8)]
    assert guesses == [400] * 5 + [429] * 3
    assert log_in(front(guard, "elsewhere"), PASSWORD) == 429
    assert log_in(front(guard, "school"), PASSWORD) == 200


def test_the_refusal_is_a_sentence_that_says_when_to_come_back():
    client = front(attempts(burst=0)[1])
    order = {"data": {"username": NAME, "password": "x"}, "headers": {"Accept-Language": "de"}}
    answer = client.post("/login", **order)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "10"
    assert answer.json()["error"].startswith("Zu viele")


@pytest.mark.parametrize("form", [{"data": b"{}"}, {"files": {"username": (None, NAME)}}, {}])
def test_a_form_of_another_kind_counts_as_an_attempt(form):
    client = front(attempts(burst=1)[1])
    assert client.post("/login", **form).status_code == 400
    assert client.post("/login", **form).status_code == 429


def test_a_login_of_ten_megabytes_is_not_read():
    answer = front().post("/login", content=iter([b"x" * 6000] * 3))
    assert answer.status_code == 413


def test_nothing_but_the_page_that_asks_is_open_before_the_login():
    client = front()
    closed = ["/config", "/gradio_api/info", "/gradio_api/mcp/", "/gradio_api/mcp", "/monitoring"]
    closed += ["/monitoring/summary", "/gradio_api/run/celsius_descend", "/gradio_api/queue/join"]
    closed += ["/gradio_api/heartbeat/x", "/docs", "/openapi.json", "/loginx", "/gradio_api/token"]
    closed += ["/gradio_api/openapi.json", "//gradio_api/info", "/anything", "/gradio_api"]
    for path in closed:
        for ask in (client.get, client.post):
            answer = ask("http://testserver" + path)
            assert answer.status_code == 401, path
            assert answer.json()["detail"]["error"] == "Not authenticated"
    for path in ("/static/img/logo.svg", "/healthz", "/login"):
        assert client.get(path).status_code in (200, 400), path


def test_the_page_that_asks_is_told_the_language_of_a_link_and_nothing_else():
    assert front().get("/?view=programs&lang=de&chapter=digits").text == "open lang=de"


@pytest.mark.parametrize("name", ["access-token-abc", "access-token-unsecure-abc"])
def test_after_the_login_all_is_open(name):
    client = front()
    client.cookies.set(name, "secret")
    assert client.get("/gradio_api/info?x=1").text == "open x=1"
    client.cookies.set(name, "guess")
    assert client.get("/gradio_api/info").status_code == 401


def test_without_a_login_all_is_open():
    client = front(auth=False)
    assert client.get("/gradio_api/info?view=x").text == "open view=x"
