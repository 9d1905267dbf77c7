"""What comes in, before Gradio sees it: only what this suite needs, whole, and in turn.

- routes that nothing here needs are closed: of sessions, recordings, files, components;
- a body has arrived within a while, is text where it says so, and is not made of a million parts;
- what is computed at once, `/run/` and `/api/`, is computed a few at a time, see `turns`;
- uploads of one address, and of all together, are limited, and noted so that they can be removed;
- whoever fetches the answers of a queued event is noted, so that it goes first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import anyio
from starlette.requests import HTTPConnection

from demos.frame import languages, texts
from demos.frame.server.sentences import BUSY, NOTHING, Refused
from demos.frame.server.turns import Turns, visitor_of
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
DIRECT = re.compile(r"/gradio_api/(run|api)/")
ANSWERS = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)/?$")
_HALF_A_PAIR = re.compile(rb"\\u[dD][89abAB]")

LATE = Sentence(N_("This request did not arrive in time: send it again."))
NO_TEXT = Sentence(N_("This request holds text that is no UTF-8."))
MANY_PARTS = Sentence(N_("This request has too many parts: send less."))
MANY = Sentence(N_("Too many requests from your network: wait a moment, then try again."))
MANY_FILES = Sentence(N_("Too many files from your network: wait a moment, then try again."))
GONE = Sentence(N_("There is no answer to fetch here any more: ask again."))


class Intake:
    """ASGI middleware in front of Gradio's routes, behind the gate."""

    def __init__(self, app: Callable, server: Server):
        self._app, self._server = app, server
        limits = server.limits
        self._turns = Turns(limits.at_once, limits.waiting_of_address) if limits else None

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Refuse what has no business here, and take in the rest."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Mounted below a prefix, the path has it in front.
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        try:
            if is_closed(path, scope["query_string"]):
                raise Refused(404, NOTHING)
            if scope["method"] == "POST":
                await self._post(scope, receive, send, path)
            elif (session := self._session(scope, path)) is not None:
                await self._stream(scope, receive, send, session)
            else:
                await self._app(scope, receive, send)
        except Refused as refused:
            await refuse(scope, send, refused)

    async def _post(self, scope: Any, receive: Callable, send: Callable, path: str) -> None:
        limits = self._server.limits
        if limits is None:
            body = await read(receive)
        else:
            try:
                with anyio.fail_after(limits.body_seconds):
                    body = await read(receive)
            except TimeoutError:
                raise Refused(408, LATE) from None
        kind = dict(scope["headers"]).get(b"content-type", b"")
        if not kind.startswith(b"multipart/"):
            check_text(body)
            parts = sum(body.count(mark) for mark in (b",", b"[", b"{"))
            if limits and parts > limits.parts:
                raise Refused(413, MANY_PARTS)
        visitor = visitor_of(scope, body)
        scope = {**scope, "course.visitor": visitor, "course.body": len(body)}
        replay = _replay(body, receive)
        if path.rstrip("/").endswith("/gradio_api/upload"):
            await self._upload(scope, replay, send, len(body))
        elif self._turns and DIRECT.search(path):
            if self._turns.full(visitor):
                raise Refused(429, MANY, 1)
            async with self._turns.turn(visitor):
                await self._app(scope, replay, send)
        else:
            await self._app(scope, replay, send)

    async def _upload(self, scope: Any, receive: Callable, send: Callable, size: int) -> None:
        limits, uploads = self._server.limits, self._server.uploads
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


def is_closed(path: str, query: bytes) -> bool:
    """Return whether a route of Gradio's is one that this suite does not need."""
    first, _, rest = path.lstrip("/").partition("/")
    if first == "gradio_api":
        return rest.partition("/")[0] not in OPEN
    return first == "config" and b"deep_link" in query


async def read(receive: Callable) -> bytes:
    """Return the body of a request."""
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


def _replay(body: bytes, receive: Callable) -> Callable:
    """Return what receives a body that was read before, and then what comes after it."""
    sent = False

    async def again() -> MutableMapping[str, Any]:
        nonlocal sent, body
        if sent:
            return await receive()
        sent = True
        whole, body = body, b""
        return {"type": "http.request", "body": whole, "more_body": False}

    return again


async def refuse(scope: Any, send: Callable, refused: Refused) -> None:
    """Answer with a sentence in the visitor's language."""
    text = _said(scope, refused.sentence)
    body = json.dumps({"error": text, "detail": text}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if refused.retry_after is not None:
        headers.append((b"retry-after", b"%d" % refused.retry_after))
    if refused.status == 408:
        headers.append((b"connection", b"close"))  # the rest of the body may still come
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    head = scope["method"] == "HEAD"
    await send({"type": "http.response.body", "body": b"" if head else body})


async def _gone(scope: Any, send: Callable) -> None:
    """Say on a stream that nothing will come, as clients of either kind understand it."""
    text = _said(scope, GONE)
    message = {"msg": "unexpected_error", "message": text, "success": False}
    if "/queue/" in scope["path"]:
        event = f"data: {json.dumps({**message, 'session_not_found': True})}\n\n"
    else:
        event = f"event: error\ndata: {json.dumps({'error': text})}\n\n"
    headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": event.encode()})


def _said(scope: Any, sentence: Sentence) -> str:
    with texts.speaking(languages.of_answer(HTTPConnection(scope))):
        return texts.said(sentence)
