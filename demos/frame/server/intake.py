"""What comes in, before Gradio sees it: only what this suite needs, whole, and in turn.

- routes that nothing here needs are closed: of sessions, recordings, files, components;
- a body has arrived within a while, is text where it says so, and is not made of a million parts;
- what is computed at once, `/run/`, `/api/` and the page, is computed a few at a time, see `turns`;
- uploads of one address, and of all together, are limited, and noted so that they can be removed;
- whoever fetches the answers of a queued event is noted, so that it goes first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import anyio

from demos.frame.server.asgi import address_of, path_of, replay
from demos.frame.server.door import is_page
from demos.frame.server.sentences import BUSY, MANY, NOTHING, Refused, said_to
from demos.frame.server.turns import Regulars, Turns, Visitor, visitor_of
from demos.frame.texts import N_
from models.sentences import Sentence

if TYPE_CHECKING:
    from demos.frame.server import Server

# The first word of a path below /gradio_api/.
OPEN = {
    *("api", "app_id", "call", "cancel", "heartbeat", "info", "login_check", "mcp"),
    *("openapi.json", "queue", "reset", "run", "startup-events", "theme.css", "token"),
    *("upload", "user"),
}
# What a queued event, an upload or a program's call begins. Sliders and sketches are cheap.
EXPENSIVE = re.compile(r"/gradio_api/(queue/join|upload|call/|mcp)")
DIRECT = re.compile(r"/gradio_api/(run|api)/")
ANSWERS = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)/?$")
SMALL = 1_000_000  # bytes of a body that need no room
_HALF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")

LATE = Sentence(N_("This request did not arrive in time: send it again."))
NO_TEXT = Sentence(N_("This request holds text that is no UTF-8."))
MANY_PARTS = Sentence(N_("This request has too many parts: send less."))
MANY_FILES = Sentence(N_("Too many files from your network: wait a moment, then try again."))
GONE = Sentence(N_("There is no answer to fetch here any more: ask again."))


class Intake:
    """ASGI middleware in front of Gradio's routes; `sentences` says what it refuses."""

    def __init__(self, app: Callable, server: Server):
        self._app, self._server, self._limits = app, server, server.limits
        if limits := server.limits:
            self._regulars = Regulars()
            self._bodies = Bodies(limits.bodies, limits.bodies_of_all)
        self._turns = Turns(limits.at_once, limits.waiting_of_address) if limits else None

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Refuse what has no business here, and take in the rest."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = path_of(scope)
        if is_closed(path, scope["query_string"]):
            raise Refused(404, NOTHING)
        if scope["method"] == "POST":
            await self._post(scope, receive, send, path)
        elif (session := self._session(scope, path)) is not None:
            await self._stream(scope, receive, send, session)
        elif self._turns and is_page(scope):
            await self._in_turn(visitor_of(scope), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _post(self, scope: Any, receive: Callable, send: Callable, path: str) -> None:
        async with self._body(scope, receive) as body:
            self._server.taken += len(body)
            if not _is_form(scope):
                check_text(body)
                parts = sum(body.count(mark) for mark in (b",", b"[", b"{"))
                if self._limits and parts > self._limits.parts:
                    raise Refused(413, MANY_PARTS)
            visitor = visitor_of(scope, body)
            if self._limits:
                visitor = self._regulars.known(visitor)
                if EXPENSIVE.search(path) and (wait := self._server.rates.wait(visitor)):
                    raise Refused(429, MANY, 1 + int(wait))
            scope = {**scope, "course.visitor": visitor, "course.body": len(body)}
            again = replay(body, receive)
            if path.rstrip("/").endswith("/gradio_api/upload"):
                await self._upload(scope, again, send, len(body))
            elif self._turns and DIRECT.search(path):
                await self._in_turn(visitor, scope, again, send)
            else:
                await self._app(scope, again, send)

    @contextlib.asynccontextmanager
    async def _body(self, scope: Any, receive: Callable) -> AsyncIterator[bytes]:
        """Take in the body of a request; until it is answered it takes up its room."""
        limits = self._limits
        if limits is None:
            yield await read(receive)
            return
        said = dict(scope["headers"]).get(b"content-length")
        size = int(said) if said else limits.body  # the gate saw that it is a number
        address, in_time = address_of(scope), False
        with anyio.move_on_after(limits.body_seconds):
            await self._bodies.enter(address, size)
            try:
                body = await read(receive)
                in_time = True
            finally:
                if not in_time:
                    self._bodies.leave(address, size)
        if not in_time:
            raise Refused(408, LATE)
        try:
            yield body
        finally:
            self._bodies.leave(address, size)

    async def _in_turn(
        self, visitor: Visitor, scope: Any, receive: Callable, send: Callable
    ) -> None:
        """Compute an answer when it is its turn; send it afterwards, as slowly as it is read."""
        answer: list[MutableMapping[str, Any]] = []

        async def gather(message: MutableMapping[str, Any]) -> None:
            answer.append(message)

        async with self._turns.turn(visitor, path_of(scope)):
            await self._app(scope, receive, gather)
        for message in answer:
            await send(message)

    async def _upload(self, scope: Any, receive: Callable, send: Callable, size: int) -> None:
        limits, uploads = self._limits, self._server.uploads
        if limits and uploads:
            address = scope["course.visitor"].address
            if seconds := self._server.upload_rates.wait(address, size):
                raise Refused(429, MANY_FILES, 1 + int(seconds))
            uploads.sweep(limits.upload_seconds)
            if uploads.size() + size > limits.upload_disk:
                raise Refused(503, BUSY, 30)
        answer = b""

        async def note(message: MutableMapping[str, Any]) -> None:
            nonlocal answer
            if message["type"] == "http.response.body":
                answer += message.get("body", b"")
                if uploads and not message.get("more_body"):
                    uploads.sent(answer)
            await send(message)

        await self._app(scope, receive, note)

    def _session(self, scope: Any, path: str) -> str | None:
        """Return the session whose answers are fetched; None if something else is asked for."""
        line = self._server.line
        if line is None:
            return None
        if found := ANSWERS.search(path):
            return line.session_of(found[1])
        if path.rstrip("/").endswith("/gradio_api/queue/data"):
            query = parse_qs(scope["query_string"].decode("latin-1"))
            return query.get("session_hash", [""])[0]
        return None

    async def _stream(self, scope: Any, receive: Callable, send: Callable, session: str) -> None:
        line = self._server.line
        assert line is not None
        if not line.knows(session):
            # Gradio would say so in a traceback, and to the visitor in numbers.
            await _gone(scope, send)
            return
        line.listen(session)
        try:
            await self._app(scope, receive, send)
        finally:
            line.leave(session)


class Bodies:
    """How much of large bodies is here [bytes]; who finds no room waits.

    Args:
        of_address: of one address, at a time.
        of_all: of all together.
    """

    def __init__(self, of_address: int, of_all: int):
        self._most, self._most_of_all = of_address, of_all
        self._here: Counter[str] = Counter()

    async def enter(self, address: str, size: int) -> None:
        """Wait until there is room."""
        while size > SMALL and not self._fits(address, size):
            await asyncio.sleep(0.05)
        self._here[address] += size

    def leave(self, address: str, size: int) -> None:
        """Give the room back."""
        self._here[address] -= size
        if self._here[address] <= 0:
            del self._here[address]

    def _fits(self, address: str, size: int) -> bool:
        of_all = self._here.total()
        return self._here[address] + size <= self._most and of_all + size <= self._most_of_all


def is_closed(path: str, query: bytes) -> bool:
    """Return whether a route of Gradio's is one that this suite does not need."""
    first, _, rest = path.lstrip("/").partition("/")
    if first == "gradio_api":
        return rest.partition("/")[0] not in OPEN
    return first == "config" and b"deep_link" in query


async def read(receive: Callable) -> bytes:
    """Return the whole body of a request."""
    parts, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, LATE)
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def check_text(body: bytes) -> None:
    """Refuse what is no UTF-8, also where it is only written as if it were: half a pair.

    Raises:
        Refused: with status 400.
    """
    try:
        body.decode()
        if _HALF_A_PAIR.search(body):
            json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeError:
        raise Refused(400, NO_TEXT) from None
    except (ValueError, RecursionError):
        return  # no JSON: that is said later


def _is_form(scope: Any) -> bool:
    return dict(scope["headers"]).get(b"content-type", b"").startswith(b"multipart/")


async def _gone(scope: Any, send: Callable) -> None:
    """Say on a stream that nothing will come, as clients of either kind understand it."""
    text = said_to(scope, GONE)
    message = {"msg": "unexpected_error", "message": text, "success": False}
    if "/queue/" in scope["path"]:
        event = f"data: {json.dumps({**message, 'session_not_found': True})}\n\n"
    else:
        event = f"event: error\ndata: {json.dumps({'error': text})}\n\n"
    headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": event.encode()})
