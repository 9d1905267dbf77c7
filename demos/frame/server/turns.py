"""Who is next: few things are computed at a time, and who had less lately goes first.

A visitor is an address and a name: that of the session, which each page chooses for itself. A
classroom is often one address, a program often gives no name. Turns are fair between addresses,
and within one address between names; who waits long goes before who had a little less.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable, Hashable
from typing import Any, NamedTuple

HALF = 60.0  # s: what somebody had counts half as much after this time
MOST = 10_000  # who is remembered
# Waiting for a second makes up for so many that somebody had. Names can be made up: whoever comes
# with a new one each time had nothing, and must not go before everybody else for ever.
PATIENCE = 5.0

_SESSION = re.compile(rb'"session_hash"\s*:\s*"([^"\\]{1,64})"')


class Visitor(NamedTuple):
    """Who asks: an address, and the name of the session, "" without one."""

    address: str
    name: str


def visitor_of(scope: Any, body: bytes = b"") -> Visitor:
    """Return who sends a request. The name stands at the beginning or at the end of its body."""
    address = (scope.get("client") or ("",))[0]
    found = _SESSION.search(body[:500]) or _SESSION.search(body[-500:])
    return Visitor(address, found[1].decode("latin-1") if found else "")


class Shares:
    """How much of the processor each address and each visitor had lately [s]."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._had: dict[Hashable, tuple[float, float]] = {}

    def had(self, who: Hashable) -> float:
        """Return what an address or a visitor had; half of it is forgotten every minute."""
        seconds, then = self._had.get(who, (0.0, 0.0))
        return seconds * 0.5 ** ((self._clock() - then) / HALF)

    def add(self, visitor: Visitor, seconds: float) -> None:
        """Note what a visitor got, or what will be noted later (negative)."""
        for who in (visitor.address, visitor):
            had = max(0.0, self.had(who) + seconds)
            self._had.pop(who, None)
            self._had[who] = (had, self._clock())  # the newest come last
            if len(self._had) > MOST:
                self._had.pop(next(iter(self._had)))

    def order(self, visitor: Visitor, since: float) -> tuple[float, float]:
        """Return the place in the line of who waits since then: the least comes first."""
        waited = self._clock() - since
        return self.had(visitor.address), self.had(visitor) - PATIENCE * waited


class Turns:
    """Lets few in at a time, in the order of their shares. Lives in one event loop.

    Args:
        at_once: how many are in at a time.
        waiting: how many of one address may wait.
    """

    def __init__(self, at_once: int, waiting: int):
        self._at_once, self._most = at_once, waiting
        self._in = 0
        self._line: list[tuple[Visitor, float, asyncio.Future[None]]] = []
        self.shares = Shares()

    def full(self, visitor: Visitor) -> bool:
        """Return whether too many of the address of this visitor wait already."""
        return sum(one.address == visitor.address for one, *_ in self._line) >= self._most

    @contextlib.asynccontextmanager
    async def turn(self, visitor: Visitor) -> AsyncIterator[None]:
        """Wait until it is one's turn, and be in."""
        if self._in < self._at_once:
            self._in += 1
        else:
            place = (visitor, time.monotonic(), asyncio.get_running_loop().create_future())
            self._line.append(place)
            try:
                await place[2]
            except BaseException:
                if place in self._line:
                    self._line.remove(place)
                else:  # was let in just now
                    self._leave()
                raise
        began = time.monotonic()
        try:
            yield
        finally:
            self.shares.add(visitor, time.monotonic() - began)
            self._leave()

    def _leave(self) -> None:
        self._in -= 1
        if self._line:
            place = min(self._line, key=lambda one: self.shares.order(one[0], one[1]))
            self._line.remove(place)
            self._in += 1
            place[2].set_result(None)
