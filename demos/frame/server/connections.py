"""Connections that wait for nothing: a request that is begun must become one.

uvicorn waits for the end of a request's head for ever, and takes as many connections as there are
descriptors. Here a connection without a request is closed after a while; where there are too many,
of one address or of all, the one that has been without a request longest makes room.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

SPARE = 150  # descriptors for files, pipes and the requests that are computed


def descriptors() -> int:
    """Allow this process as many descriptors as it may have; return how many that is."""
    try:
        import resource
    except ImportError:  # Windows
        return 10_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else 1_000_000
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, 65_536), hard))
    except (OSError, ValueError):
        return soft
    return min(wanted, 65_536)


class Doorman:
    """Knows the connections that are open, and which of them are without a request.

    Args:
        of_address: how many one address may have.
        in_all: how many there may be.
        seconds: how long one may be without a request, and its head on the way [s].
        is_proxy: whether an address is that of a proxy, behind which many visitors stand.
    """

    def __init__(
        self,
        of_address: int,
        in_all: int,
        seconds: float,
        is_proxy: Callable[[str], bool] = lambda address: False,
    ):
        self.of_address, self.in_all, self.seconds = of_address, in_all, seconds
        self._is_proxy = is_proxy
        self._open: dict[Any, str] = {}  # in the order of their coming
        self._of: Counter[str] = Counter()

    def enter(self, connection: Any, address: str) -> bool:
        """Let a connection in, if there is room or can be made."""
        full = self._of[address] >= self.of_address and not self._is_proxy(address)
        if full and not self._evict(address):
            return False
        if len(self._open) >= self.in_all and not self._evict(None):
            return False
        self._open[connection] = address
        self._of[address] += 1
        return True

    def leave(self, connection: Any) -> None:
        """Forget a connection."""
        address = self._open.pop(connection, None)
        if address is not None:
            self._of[address] -= 1
            if not self._of[address]:
                del self._of[address]

    def _evict(self, address: str | None) -> bool:
        for connection, its in self._open.items():
            if address in (None, its) and not connection.is_busy():
                self.leave(connection)
                connection.transport.abort()
                return True
        return False


def guarded(protocol: type, doorman: Doorman) -> type:
    """Return a protocol of uvicorn's, h11's or httptools', whose connections a doorman knows."""

    class Guarded(protocol):  # type: ignore[valid-type, misc]
        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            if not doorman.enter(self, self.client[0] if self.client else ""):
                transport.abort()
                return
            self._look_again(None)

        def connection_lost(self, exc: Exception | None) -> None:
            doorman.leave(self)
            if self._timer:
                self._timer.cancel()
            super().connection_lost(exc)

        def is_busy(self) -> bool:
            """Return whether a request is being answered."""
            return self.cycle is not None and not self.cycle.response_complete

        def _look_again(self, cycle: Any) -> None:
            self._timer = self.loop.call_later(doorman.seconds, self._look, cycle)

        def _look(self, before: Any) -> None:
            """Close it, if nothing was asked since the last look."""
            if not self.is_busy() and self.cycle is before:
                self.transport.abort()
            else:
                self._look_again(object() if self.is_busy() else self.cycle)

    return Guarded
