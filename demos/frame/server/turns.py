"""Who is next: few things are computed at a time, and who had less lately goes first.

A visitor is an address and a name: that of the session, which each page chooses for itself. A
classroom is often one address, a program often gives no name, and a name can be made up. Turns are
fair between names that are known for a while; what comes without one counts as one visitor of its
address. Of an address that had much, each has to wait a little more; who waits long goes before who
had a little less.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from typing import Any, NamedTuple

from demos.frame.server.asgi import address_of
from demos.frame.server.sentences import MANY, Refused

HALF = 60.0  # s: what somebody had counts half as much after this time
MOST = 10_000  # who is remembered
CLASS = 30  # pages of one address that get as much as one page of another
# Waiting for a second makes up for so many that somebody had: whoever comes under a new name had
# nothing, and must not go before everybody else for ever.
PATIENCE = 5.0

_SESSION = re.compile(rb'"session_hash"\s*:\s*"([^"\\]{1,64})"')


class Visitor(NamedTuple):
    """Who asks: an address, and the name of the session, "" without one."""

    address: str
    name: str


def visitor_of(scope: Any, body: bytes = b"") -> Visitor:
    """Return who sends a request. The name stands at the beginning or at the end of its body."""
    address = address_of(scope)
    found = _SESSION.search(body[:500]) or _SESSION.search(body[-500:])
    return Visitor(address, found[1].decode("latin-1") if found else "")


class Regulars:
    """Who goes by a name for a while already: a page does; a name made up for one request does not.

    Args:
        seconds: how long a name must be known [s].
        clock: tells the time.
    """

    def __init__(self, seconds: float = 2.0, clock: Callable[[], float] = time.monotonic):
        self._seconds, self._clock = seconds, clock
        self._since: dict[Visitor, float] = {}

    def known(self, visitor: Visitor) -> Visitor:
        """Return a visitor by its name; without one if the name is new."""
        now = self._clock()
        since = self._since.pop(visitor, now)
        self._since[visitor] = since  # the newest come last
        if len(self._since) > MOST:
            self._since.pop(next(iter(self._since)))
        return visitor if now - since >= self._seconds else Visitor(visitor.address, "")


class Shares:
    """How much of the processor each address and each visitor had lately [s]."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._had: dict[Hashable, tuple[float, float]] = {}

    def had(self, who: Hashable, now: float | None = None) -> float:
        """Return what an address or a visitor had; half of it is forgotten every minute."""
        seconds, then = self._had.get(who, (0.0, 0.0))
        return seconds * 0.5 ** (((self._clock() if now is None else now) - then) / HALF)

    def add(self, visitor: Visitor, seconds: float) -> None:
        """Note what a visitor got, or what will be noted later (negative)."""
        for who in (visitor.address, visitor):
            had = max(0.0, self.had(who) + seconds)
            self._had.pop(who, None)
            self._had[who] = (had, self._clock())  # the newest come last
            if len(self._had) > MOST:
                self._had.pop(next(iter(self._had)))

    def places(self, line: Sequence[tuple[Visitor, float]]) -> list[float]:
        """Return the places of who waits, and since when: the least comes first."""
        now = self._clock()  # one for all, or what an address had would differ
        return [
            self.had(who, now) + self.had(who.address, now) / CLASS - PATIENCE * (now - since)
            for who, since in line
        ]


class _Place(NamedTuple):
    visitor: Visitor
    kind: str
    since: float
    let_in: asyncio.Future[None]


class Turns:
    """Lets few in at a time, in the order of their shares. Lives in one event loop.

    Args:
        at_once: how many are in at a time; of one visitor half as many, and of one kind one fewer:
            behind a class that sends photos nobody waits who asks for something short.
        waiting: how many of one address may wait.
    """

    def __init__(self, at_once: int, waiting: int):
        self._at_once, self._most = at_once, waiting
        self._of_one = max(1, at_once // 2)
        self._of_kind = max(1, at_once - 1)
        self._inside: Counter[Visitor] = Counter()
        self._kinds: Counter[str] = Counter()
        self._line: list[_Place] = []
        self.shares = Shares()

    @contextlib.asynccontextmanager
    async def turn(self, visitor: Visitor, kind: str = "") -> AsyncIterator[None]:
        """Wait until it is one's turn, and be in.

        Args:
            visitor: who asks.
            kind: what is asked for: the endpoint.

        Raises:
            Refused: if too many of this address wait already.
        """
        if self._may_enter(visitor, kind):
            self._enter(visitor, kind)
        else:
            self._make_room(visitor)
            let_in = asyncio.get_running_loop().create_future()
            place = _Place(visitor, kind, time.monotonic(), let_in)
            self._line.append(place)
            try:
                await place.let_in
            except BaseException:
                if place in self._line:
                    self._line.remove(place)
                elif not place.let_in.cancelled() and not place.let_in.exception():
                    self._leave(visitor, kind)  # was let in just now
                raise
        began = time.monotonic()
        try:
            yield
        finally:
            self.shares.add(visitor, time.monotonic() - began)
            self._leave(visitor, kind)

    def _make_room(self, visitor: Visitor) -> None:
        """Refuse who comes when too many wait, or of the name with most waiting the last."""
        waiting = [place for place in self._line if place.visitor.address == visitor.address]
        if len(waiting) < self._most:
            return
        names = Counter(place.visitor for place in waiting)
        refused = Refused(429, MANY, 1)
        last = max(reversed(waiting), key=lambda place: names[place.visitor], default=None)
        if last is None or names[last.visitor] <= names[visitor] + 1:
            raise refused
        self._line.remove(last)
        last.let_in.set_exception(refused)

    def _may_enter(self, visitor: Visitor, kind: str) -> bool:
        return (
            self._inside.total() < self._at_once
            and self._inside[visitor] < self._of_one
            and self._kinds[kind] < self._of_kind
        )

    def _enter(self, visitor: Visitor, kind: str) -> None:
        self._inside[visitor] += 1
        self._kinds[kind] += 1

    def _leave(self, visitor: Visitor, kind: str) -> None:
        self._inside[visitor] -= 1
        self._kinds[kind] -= 1
        self._inside += Counter()  # forget who is no longer in
        self._kinds += Counter()
        ready = [place for place in self._line if self._may_enter(place.visitor, place.kind)]
        if ready:
            places = self.shares.places([(one.visitor, one.since) for one in ready])
            inside = [self._inside[one.visitor] for one in ready]  # a second at once comes later
            place = ready[min(range(len(ready)), key=lambda i: (inside[i], places[i]))]
            self._line.remove(place)
            self._enter(place.visitor, place.kind)
            place.let_in.set_result(None)
