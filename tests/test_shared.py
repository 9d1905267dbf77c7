"""One server for all who share a folder, until the last of them is done."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.shared import shared


class Servers:
    def __init__(self):
        self.running, self.started = set(), 0

    def start(self):
        self.started += 1
        address = f"server {self.started}"
        self.running.add(address)
        return address, lambda: self.running.remove(address)


def test_it_is_started_once_and_stopped_when_the_last_is_done(tmp_path):
    servers, together = Servers(), threading.Barrier(4)

    def use(number):
        with shared(tmp_path, servers.start) as address:
            together.wait(30)
            for _ in range(number):
                threading.Event().wait(0.02)
                assert address in servers.running
            return address

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(use, range(4))) == {"server 1"}
    assert servers.running == set()


def test_who_comes_while_it_is_being_stopped_gets_another(tmp_path):
    servers = Servers()
    with ThreadPoolExecutor() as pool:
        first = shared(tmp_path, servers.start)
        assert first.__enter__() == "server 1"
        with shared(tmp_path, servers.start) as second:
            assert second == "server 1"
            done = pool.submit(first.__exit__, None, None, None)
            while (tmp_path / "server.json").exists():
                pass
            with shared(tmp_path, servers.start) as third:
                assert third == "server 2"
                assert not done.done()
                assert servers.running == {"server 1", "server 2"}
        done.result()
    assert servers.running == set()


def test_after_a_failed_start_the_next_tries_again(tmp_path):
    servers = Servers()
    with pytest.raises(OSError, match="port"), shared(tmp_path, failing):
        pass
    with shared(tmp_path, servers.start) as address:
        assert address == "server 1"


def failing():
    raise OSError("no port is free")
