"""Connections that wait for nothing are closed; where there are too many, they make room."""

import socket
import threading
import time

import pytest
import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from demos.frame.server.connections import Doorman, descriptors, guarded

PATIENCE = 20  # s: a connection that is not closed by then never will be


class Fake:
    """A connection, as the doorman knows it."""

    def __init__(self, busy=False):
        self.busy, self.closed, self.transport = busy, False, self

    def is_busy(self):
        return self.busy

    def abort(self):
        self.closed = True


def test_where_an_address_has_too_many_the_oldest_without_a_request_makes_room():
    door = Doorman(of_address=2, in_all=9, seconds=1)
    busy, idle, new, other = Fake(busy=True), Fake(), Fake(), Fake()
    assert all(door.enter(one, "a") for one in (busy, idle))
    assert door.enter(other, "b")
    assert door.enter(new, "a")
    assert [one.closed for one in (busy, idle, new, other)] == [False, True, False, False]


def test_where_all_are_busy_the_newcomer_does_not_come_in():
    door = Doorman(of_address=2, in_all=9, seconds=1)
    assert all(door.enter(Fake(busy=True), "a") for _ in range(2))
    assert not door.enter(Fake(), "a")
    assert door.enter(Fake(), "b")


def test_where_there_are_too_many_in_all_any_address_makes_room():
    door = Doorman(of_address=9, in_all=2, seconds=1)
    first, second = Fake(), Fake()
    assert door.enter(first, "a")
    assert door.enter(second, "b")
    assert door.enter(Fake(), "c")
    assert first.closed
    assert not second.closed


def test_the_visitors_behind_a_proxy_do_not_share_the_room_of_one_address():
    door = Doorman(of_address=2, in_all=9, seconds=1, is_proxy=lambda address: address == "proxy")
    assert all(door.enter(Fake(busy=True), "proxy") for _ in range(9))
    assert not door.enter(Fake(), "proxy")


def test_who_leaves_is_forgotten():
    door = Doorman(of_address=1, in_all=1, seconds=1)
    for _ in range(3):
        one = Fake(busy=True)
        assert door.enter(one, "a")
        door.leave(one)
        door.leave(one)
    assert not door._of
    assert not door._open


def test_a_process_has_descriptors_for_a_class():
    assert descriptors() >= 1000


@pytest.fixture
def port():
    """A server that closes what says nothing for a moment; it may have three connections."""

    async def app(scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/slow":
            await receive()  # until the client goes
        await send({"type": "http.response.body", "body": b"done"})

    door = Doorman(of_address=3, in_all=9, seconds=0.3)
    kind = guarded(AutoHTTPProtocol, door)  # h11's or httptools', whichever is installed
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, http=kind, lifespan="off", log_level="error"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def connect(port: int, text: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.sendall(text)
    return connection


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-"


@pytest.mark.parametrize("text", [b"", HALF])
def test_what_never_becomes_a_request_is_closed(port, text):
    with connect(port, text) as connection:
        assert is_closed(connection)


def test_half_a_request_after_a_whole_one_is_closed_too(port):
    with connect(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as connection:
        assert b"200" in connection.recv(1000)
        connection.sendall(HALF)
        while not is_closed(connection):
            pass


def test_an_answer_may_take_its_time(port):
    with connect(port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") as connection:
        assert b"200" in connection.recv(1000)
        connection.settimeout(1)
        with pytest.raises(TimeoutError):
            is_closed(connection)


def test_who_floods_with_connections_still_lets_others_in(port):
    flood = [connect(port, HALF) for _ in range(20)]
    with connect(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as connection:
        assert b"200" in connection.recv(1000)
    for one in flood:
        one.close()
