"""The queue: fair, of bounded length, and without answers that nobody fetches.

Gradio's own serves whoever came first, for as long as it takes, and keeps every answer until it is
fetched. Here it is the turn of who had less lately, see `turns`; nothing is computed
that nobody waits for; who comes when it is full takes the place of one with less right to it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from anyio import to_thread
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, EventQueue, Queue
from gradio.server_messages import ProcessCompletedMessage
from gradio.utils import run_coro_in_background

from demos.frame import languages, texts
from demos.frame.server.sentences import BUSY, Refused
from demos.frame.server.turns import Shares, Visitor, visitor_of

SOON = 2.0  # s: so long an event may begin, though nobody listens yet
LATE = 0.5  # s that who had little waits before one more than usual is let in
SWEEP = 5.0  # s


class _Running(NamedTuple):
    line: str
    visitor: Visitor
    page: str  # its session
    since: float  # until then it was noted in the shares


class Line(Queue):
    """Gradio's queue, in another order."""

    @classmethod
    def like(cls, queue: Queue) -> Line:
        """Return a queue with the settings of another."""
        return cls(
            live_updates=queue.live_updates,
            concurrency_count=queue.max_thread_count,
            update_intervals=queue.update_intervals,
            max_size=None,
            blocks=queue.blocks,
            default_concurrency_limit=queue.default_concurrency_limit,
        )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.shares = Shares()
        self.listeners: Counter[str] = Counter()  # streams by session
        self._running: dict[str, _Running] = {}  # by event
        self._left: dict[str, float] = {}  # when a session was last heard of
        self.sweep: Callable[[], None] = lambda: None  # what else is tidied up now and then
        self.ANALYTICS_MAX_EVENTS = 1
        self.sleep_when_free = 0.01  # the order is looked at so often

    def compute_analytics_summary(self, records: Any) -> Any:
        """Count nothing: pandas would go through the last 10,000 events after each of them."""
        return self.cached_event_analytics_summary

    # ------------------------------------------------------------ who comes in

    async def push(
        self, body: PredictBodyInternal, request: Any, username: str | None
    ) -> tuple[bool, Any, Any]:
        """Let an event wait; refuse it in a sentence where there is no room for it.

        Raises:
            Refused: if there is none.
        """
        visitor, limits = _visitor(request), getattr(self.blocks, "limits", None)
        size = request.scope.get("course.body", 0)
        if limits is not None:
            named = visitor.name and self._waiting_of(visitor) >= limits.waiting_of_one
            if named or not self._room(visitor, size, limits):
                raise Refused(429, BUSY, 5)  # a page would not show the words of a 503
        answer = await super().push(body, request, username)
        if body.session_hash:
            self._left[body.session_hash] = time.monotonic()
        return answer

    def _waiting(self) -> list[Event]:
        return [one for line in self.event_queue_per_concurrency_id.values() for one in line.queue]

    def _waiting_of(self, visitor: Visitor) -> int:
        return sum(_visitor(one.request) == visitor for one in self._waiting())

    def _room(self, visitor: Visitor, size: int, limits: Any) -> bool:
        """Make room for an event, at the cost of who has more waiting; return whether there is."""
        while True:
            waiting = self._waiting()
            held = sum(one.request.scope.get("course.body", 0) for one in waiting)
            if len(waiting) < limits.waiting and held + size <= limits.waiting_bytes:
                return True
            addresses = Counter(_visitor(one.request).address for one in waiting)
            names = Counter(_visitor(one.request) for one in waiting)
            last = max(  # of those with most waiting the one whose turn is last
                reversed(self._ordered(waiting)),
                key=lambda one: (
                    names[_visitor(one.request)],
                    addresses[_visitor(one.request).address],
                ),
                default=None,
            )
            if last is None:
                return size <= limits.waiting_bytes
            theirs = _visitor(last.request)
            mine = (names[visitor] + 1, addresses[visitor.address])
            if (names[theirs], addresses[theirs.address]) <= mine:
                return False
            self._turn_away(last)

    def _turn_away(self, event: Event) -> None:
        self.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
        self.event_ids_to_events.pop(event._id, None)
        with texts.speaking(languages.of_answer(event.request)):
            output = {"error": texts.said(BUSY)}
        self.send_message(event, ProcessCompletedMessage(output=output, success=False))

    # ------------------------------------------------------------ whose turn it is

    def _ordered(self, events: list[Event]) -> list[Event]:
        """Return who waits, whose turn it is first."""
        places = self.shares.places([(_visitor(one.request), one.enqueue_time) for one in events])
        order = sorted(range(len(events)), key=lambda i: (not self._heard(events[i]), places[i]))
        return [events[i] for i in order]

    def _heard(self, event: Event) -> bool:
        """Return whether somebody waits for the answer, or may be about to."""
        fresh = time.monotonic() - event.enqueue_time < SOON
        return fresh or self.listeners[event.session_hash] > 0

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """Return whose turn it is, if there is room. No function of ours is computed in batches."""
        for event_id in self._running:
            self._note(event_id)
        lines = list(self.event_queue_per_concurrency_id.items())
        random.shuffle(lines)
        for name, line in lines:
            if not line.queue:
                continue
            line.queue[:] = self._ordered(line.queue)  # so that the ranks that are told are true
            # A page gets its answers in the order in which it asked: of two at a time the earlier
            # might come last, and undo in the picture what the later changed.
            at = next((i for i, one in enumerate(line.queue) if not self._computed(one)), None)
            if at is None or not self._may_begin(line, line.queue[at]):
                at = self._light(line.queue)
            if at is not None:
                return [line.queue.pop(at)], False, name
        return None

    def _light(self, waiting: list[Event]) -> int | None:
        """Return the place of an event that takes so little that it waits for no other page.

        Its handler says so: `light`, a function of the data. What its page asked before goes first.
        """
        pages = set()
        for place, event in enumerate(waiting):
            light: Any = getattr(event.fn.fn, "light", lambda data: False)
            data, page = event.data.data, event.session_hash  # type: ignore[union-attr]
            first = page not in pages and not self._computed(event)
            if first and self._heard(event) and light(data):
                return place
            pages.add(page)
        return None

    def _computed(self, event: Event) -> bool:
        """Return whether something of the same page and line is being computed."""
        return any(
            one.line == event.concurrency_id and one.page == event.session_hash
            for one in self._running.values()
        )

    def _may_begin(self, line: EventQueue, event: Event) -> bool:
        most, running = line.concurrency_limit, line.current_concurrency
        if not self._heard(event):
            return False
        if most is None or running < most:
            return True
        # Runs take seconds, and whoever had little shall not wait for those of who had much.
        theirs = [one.visitor for one in self._running.values() if one.line == line.concurrency_id]
        most_had = max(map(self.shares.had, theirs), default=0.0)
        waited = time.monotonic() - event.enqueue_time
        less = self.shares.had(_visitor(event.request)) < most_had / 2
        return running == most and less and waited > LATE

    def _note(self, event_id: str) -> None:
        """Note what the visitor of a running event had since it was noted last."""
        one, now = self._running[event_id], time.monotonic()
        self.shares.add(one.visitor, now - one.since)
        self._running[event_id] = one._replace(since=now)

    async def process_events(self, events: list[Event], *args: Any, **kwargs: Any) -> None:
        """Compute, and note who had it."""
        first = events[0]
        self._running[first._id] = _Running(
            first.concurrency_id, _visitor(first.request), first.session_hash, time.monotonic()
        )
        try:
            await super().process_events(events, *args, **kwargs)
        finally:
            self._note(first._id)
            del self._running[first._id]
            for event in events:  # Gradio's loop holds the last one until there is another
                event.data = event.request = None

    # ------------------------------------------------------------ who fetches the answer

    def knows(self, session: str) -> bool:
        """Return whether there may be an answer for a session."""
        return session in self.pending_messages_per_session

    def session_of(self, event_id: str) -> str:
        """Return the session of an event; its own id, if it came without one."""
        event = self.event_ids_to_events.get(event_id)
        if event is not None:
            return event.session_hash
        known = self.pending_event_ids_session.items()
        return next((session for session, ids in known if event_id in ids), event_id)

    def listen(self, session: str) -> None:
        """Note that somebody fetches the answers of a session."""
        self.listeners[session] += 1

    def leave(self, session: str) -> None:
        """Note that somebody no longer does."""
        self.listeners[session] -= 1
        if self.listeners[session] <= 0:
            del self.listeners[session]
        self._left[session] = time.monotonic()

    def start(self) -> None:
        """Begin, and forget from time to time."""
        super().start()
        run_coro_in_background(self._forget_for_ever)

    async def _forget_for_ever(self) -> None:
        while not self.stopped:
            await asyncio.sleep(SWEEP)
            await self.forget()
            await to_thread.run_sync(self.sweep)

    async def forget(self) -> None:
        """Drop the events and answers of sessions that nobody listens to any more."""
        limits, now = getattr(self.blocks, "limits", None), time.monotonic()
        if limits is None:
            return
        known = {*self.pending_messages_per_session, *self.pending_event_ids_session, *self._left}
        for session in known:
            left = self._left.setdefault(session, now)
            if session in self.listeners or now - left < limits.unfetched:
                continue
            await self.clean_events(session_hash=session)
            self.pending_messages_per_session.pop(session, None)
            self.pending_event_ids_session.pop(session, None)
            del self._left[session]


def _visitor(request: Any) -> Visitor:
    return request.scope.get("course.visitor") or visitor_of(request.scope)
