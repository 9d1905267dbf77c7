"""Whom the server believes, and what it makes of it."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.frame.server import proxies
from demos.frame.server.proxies import Proxies, is_host, networks

PROXY = "10.0.0.5"
FORWARDED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Host": "course.example.org",
    "X-Forwarded-Proto": "https",
}


async def seen(request: Request) -> JSONResponse:
    headers = {name: value for name, value in request.headers.items() if "forward" in name}
    gradios = request.headers.get("x-gradio-server")
    client, scheme = request.client.host, request.url.scheme
    return JSONResponse({"client": client, "scheme": scheme, "gradio": gradios, **headers})


def ask(headers, peer=PROXY, trusted="10.0.0.0/24"):
    app = Proxies(Starlette(routes=[Route("/", seen)]), networks(trusted))
    return TestClient(app, client=(peer, 1)).get("/", headers=headers)


def test_a_proxy_that_was_named_says_who_asks_and_under_which_name():
    assert ask(FORWARDED).json() == {
        "client": "203.0.113.7",
        "scheme": "https",
        "gradio": None,
        "x-forwarded-host": "course.example.org",
        "x-forwarded-proto": "https",
    }


@pytest.mark.parametrize("peer", ["203.0.113.9", "10.0.1.5", "2001:db8::1", "unknown"])
def test_of_anybody_else_no_such_word_is_heard(peer):
    answer = ask({**FORWARDED, "X-Gradio-Server": "http://evil.example"}, peer).json()
    assert answer == {"client": peer, "scheme": "http", "gradio": None}


@pytest.mark.parametrize(
    ("hops", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first may be made up
        ("198.51.100.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"),  # two proxies of ours
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("10.0.0.7", "10.0.0.7"),
        ("nonsense", PROXY),
        ("203.0.113.7, nonsense", PROXY),
        ("", PROXY),
    ],
)
def test_rates_go_by_the_nearest_address_that_is_no_proxy_of_ours(hops, client):
    assert ask({"X-Forwarded-For": hops}).json()["client"] == client


@pytest.mark.parametrize(
    "host", ["[::1", "a b", "", "evil.example/x", "999.9.9.9", "xn--a", "a\\b"]
)
def test_a_name_that_cannot_be_a_host_is_not_passed_on(host):
    answer = ask({"X-Forwarded-Host": host, "X-Forwarded-Proto": "gopher"})
    assert answer.status_code == 200
    assert not any("forwarded" in name for name in answer.json())
    assert not is_host(host)


@pytest.mark.parametrize("host", ["localhost:7860", "[::1]:7860", "course.example.org", "10.1.2.3"])
def test_names_addresses_and_ports_are_hosts(host):
    assert is_host(host)


@pytest.mark.parametrize("host", ["[::1", "a b", "999.9.9.9"])
def test_a_request_that_names_no_host_is_refused_in_a_sentence(host):
    answer = ask({"Host": host})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_on_a_space_its_proxies_are_believed_and_elsewhere_this_machine(monkeypatch):
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert proxies.trusts(networks(proxies.default()), "127.0.0.1")
    assert not proxies.trusts(networks(proxies.default()), "10.2.3.4")
    monkeypatch.setenv("SPACE_ID", "someone/course")
    assert proxies.trusts(networks(proxies.default()), "10.2.3.4")
    assert not proxies.trusts(networks(proxies.default()), "203.0.113.7")


def test_no_proxy_need_be_believed_and_nonsense_is_no_address():
    assert networks("none") == ()
    with pytest.raises(ValueError, match="nonsense"):
        networks("10.0.0.5,nonsense")
