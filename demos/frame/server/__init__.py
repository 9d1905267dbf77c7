"""What a public server needs around the page: health, limits, a log, a graceful end.

`ServerGate` stands in front of every request:

- `/healthz` answers 200 as long as the process does, `/readyz` once the weights of all models are
  at hand;
- bodies over 28 MB are refused in a sentence;
- the access log, one JSON object a line, is off unless asked for;
- after SIGTERM nothing new is begun, and the process ends when running answers have been given.

In front of it, `proxies` and `policy` say whom to believe and what a browser may do; `hosts` and
`login` say who may come in. Behind it, `intake` takes in what Gradio may see, and `sentences` says
in a sentence what either of them, or Gradio, refuses.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Hashable, MutableMapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import anyio

from demos.frame.server import sentences
from demos.frame.server.asgi import path_of
from demos.frame.server.memory import give_back
from demos.frame.server.sentences import ENDING, LARGE, Refused
from demos.frame.server.weights import Models

if TYPE_CHECKING:
    import gradio as gr

    from demos.frame.server.line import Line
    from demos.frame.server.standing import Standing
    from demos.frame.server.uploads import Uploads
    from demos.frame.suite import Suite

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

logger = logging.getLogger(__name__)

# Where answers of queued events are fetched.
STREAMS = re.compile(r"/gradio_api/(queue/data|call/[^/]+/[^/]+|mcp)")


CLOSING = 6.0  # s, at most, for closing connections: uvicorn waits for those that stay open
LARGE_IN_ALL = 20_000_000  # bytes of bodies after which memory is given back


@dataclass(frozen=True)
class Limits:
    """What one request and one address may take. A classroom is often one address.

    Attributes:
        body: of one request [bytes]; the largest picture, 20 MB, takes 26.7 MB as text.
        rate: expensive requests of one page, or of all programs at one address, on average [1/s].
        burst: how many of them at once.
        parts: of one request: commas and brackets. Numbers and lists take far more memory than
            their text.
        header_seconds: a connection may be without a request, or its head on the way [s].
        body_seconds: the body of a request may be on the way [s].
        bodies: large ones of one address that are here at a time [bytes]; others wait meanwhile.
        bodies_of_all: the same for all together [bytes].
        connections: of one address.
        at_once: cheap requests that are computed at a time, see `turns`.
        waiting_of_address: cheap requests of one address that wait for their turn.
        waiting: expensive ones, of all together, that wait in the queue.
        waiting_of_one: of those, of one page or one client.
        waiting_bytes: what they bring along, all together [bytes].
        unfetched: an answer is kept for whoever may fetch it [s].
        upload_bytes: files of one address [bytes] that may come at once.
        upload_rate: and on average [bytes/s].
        upload_disk: files of all that lie on the disk [bytes].
        upload_seconds: a file is kept that no request uses [s]; else it goes with the answer.
    """

    body: int = 28_000_000
    rate: float = 4.0
    burst: int = 120
    parts: int = 200_000
    header_seconds: float = 10.0
    body_seconds: float = 30.0
    bodies: int = 150_000_000
    bodies_of_all: int = 300_000_000
    connections: int = 400
    at_once: int = 4
    waiting_of_address: int = 150
    waiting: int = 100
    waiting_of_one: int = 8
    waiting_bytes: int = 150_000_000
    unfetched: float = 60.0
    upload_bytes: int = 100_000_000
    upload_rate: float = 2_000_000.0
    upload_disk: int = 300_000_000
    upload_seconds: float = 120.0

    def times(self, factor: float) -> Limits:
        """Return limits that let one address have so many times as much, and all together too."""
        return replace(
            self,
            rate=self.rate * factor,
            burst=round(self.burst * factor),
            connections=round(self.connections * factor),
            bodies=round(self.bodies * factor),
            bodies_of_all=round(self.bodies_of_all * factor),
            waiting_of_address=round(self.waiting_of_address * factor),
            waiting=round(self.waiting * factor),
            waiting_of_one=round(self.waiting_of_one * factor),
            waiting_bytes=round(self.waiting_bytes * factor),
            upload_bytes=round(self.upload_bytes * factor),
            upload_rate=self.upload_rate * factor,
            upload_disk=round(self.upload_disk * factor),
        )


class Rates:
    """A bucket of tokens for everybody: `burst` at most, refilled at `rate` a second."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic):
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: dict[Hashable, tuple[float, float]] = {}

    def wait(self, who: Hashable, amount: float = 1) -> float:
        """Take tokens, one by default; return 0, or how long until there are as many [s]."""
        now = self._clock()
        tokens, then = self._buckets.pop(who, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        allowed = tokens >= amount
        self._buckets[who] = (tokens - amount * allowed, now)  # the newest come last
        if len(self._buckets) > 10_000:
            self._buckets.pop(next(iter(self._buckets)))
        return 0.0 if allowed else (amount - tokens) / self._rate


class ServerGate:
    """ASGI middleware in front of Gradio's app."""

    def __init__(self, app: Callable, server: Server):
        self._app, self._server = app, server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer health checks, refuse what is too much, count and log the rest."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status, path = time.perf_counter(), 500, scope["path"]
        # Mounted below a prefix, the path has it in front.
        local = path_of(scope)

        async def note(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        stream = bool(STREAMS.search(local))
        counted = not stream and scope["method"] == "POST"
        self._server.running += counted
        self._server.streams += stream
        try:
            await self._answer(scope, receive, note, local)
        finally:
            self._server.running -= counted
            self._server.streams -= stream
            if scope["method"] == "GET" and local in ("", "/"):
                self._server.first_page.set()
            if self._server.log_requests:
                entry = {
                    "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                    "method": scope["method"],
                    "path": path,
                    "status": status,
                    "milliseconds": round(1000 * (time.perf_counter() - start), 1),
                }
                print(json.dumps(entry), flush=True)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        server = self._server
        if path == "/healthz":
            await _reply(send, 200, {"status": "up"})
        elif path == "/readyz":
            ready = server.models.ready and not server.stopping.is_set()
            models = {"stopping": server.stopping.is_set(), "models": server.models.states}
            await _reply(send, 200 if ready else 503, {"ready": ready, **models})
        elif scope["method"] == "POST" and server.stopping.is_set():
            await sentences.answer(scope, send, Refused(503, ENDING, 1))
        elif server.limits is None:
            await self._app(scope, receive, send)
        else:
            await self._limited(scope, receive, send, server.limits)

    async def _limited(self, scope: Scope, receive: Receive, send: Send, limits: Limits) -> None:
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if not said.isdigit() or int(said) > limits.body:
            if said.isdigit() and int(said) <= 2 * limits.body:
                await _let_pass(receive, limits.body_seconds)
            await sentences.answer(scope, send, Refused(413, LARGE))
            return
        received = 0

        async def count() -> MutableMapping[str, Any]:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limits.body:
                raise Refused(413, LARGE)
            return message

        await self._app(scope, count, send)


def leave() -> None:
    """End the process, with status 0.

    Python would wait for what still computes, and PyTorch's threads would abort the process when
    Python is gone.
    """
    from gradio.tunneling import CURRENT_TUNNELS

    for tunnel in CURRENT_TUNNELS:
        tunnel.kill()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def _let_pass(receive: Receive, seconds: float) -> None:
    """Take in a body and keep none of it: many clients read no answer before all is sent."""
    with anyio.move_on_after(seconds):
        while (await receive()).get("more_body"):
            pass


async def _reply(send: Send, status: int, answer: dict) -> None:
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Server:
    """The state of this process: what it loaded, what it does, whether it shall end.

    Args:
        limits: None for none.
        log_requests: whether each request is written to stdout, as JSON.
        standing: behind which proxies it stands, and more of that.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        log_requests: bool = False,
        standing: Standing | None = None,
    ):
        from demos.frame.server.standing import Standing

        taken = limits or Limits()
        self.limits, self.rates = limits, Rates(taken.rate, taken.burst)
        self.upload_rates = Rates(taken.upload_rate, taken.upload_bytes)
        self.uploads: Uploads | None = None
        self.line: Line | None = None
        self.models, self.stopping = Models(), threading.Event()
        self.first_page = threading.Event()  # set when a visitor has it
        self.taken = 0  # of bodies, since memory was given back [bytes]
        self.running = self.streams = 0  # requests under way; changed in the event loop only
        self.log_requests, self.standing = log_requests, standing or Standing()

    def middleware(self) -> list[Any]:
        """Return what is believed and allowed, the gate, the files and the page, for FastAPI."""
        from starlette.middleware import Middleware
        from starlette.middleware.gzip import GZipMiddleware

        from demos.frame.server import policy
        from demos.frame.server.door import Door
        from demos.frame.server.files import Files
        from demos.frame.server.hosts import Hosts
        from demos.frame.server.intake import Intake
        from demos.frame.server.login import Login
        from demos.frame.server.policy import Policies
        from demos.frame.server.proxies import Proxies
        from demos.frame.server.snippets import Snippets

        policy.tell_no_other_site()
        standing = self.standing

        return [
            Middleware(Proxies, trusted=standing.trusted),
            Middleware(Policies, policy=standing.policy),
            Middleware(ServerGate, server=self),
            Middleware(Hosts, known=standing.hosts, shared=standing.policy.shared),
            Middleware(Files),
            Middleware(Login),
            # Event streams are left as they are.
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=4),
            Middleware(Snippets),
            Middleware(Door),
            Middleware(sentences.Sentences),
            Middleware(Intake, server=self),
        ]

    def attend(self, demo: Suite) -> None:
        """Serve these blocks within the limits, and keep nothing; call it before they are."""
        from demos.frame.server.uploads import Uploads

        self.uploads = Uploads()
        demo.attended(self.limits, self.uploads, self.models)
        self.line = demo.line
        self.line.sweep = self.sweep

    def guard(self, demo: gr.Blocks) -> None:
        """Let no connection of a server that was launched wait for nothing."""
        from demos.frame.server.connections import SPARE, Doorman, descriptors, guarded
        from demos.frame.server.proxies import trusts

        if self.limits is not None:
            most = max(descriptors() - SPARE, 50)
            is_proxy = functools.partial(trusts, self.standing.trusted)
            doorman = Doorman(self.limits.connections, most, self.limits.header_seconds, is_proxy)
            # uvicorn asks for the protocol whenever somebody connects.
            config = demo.server.config
            config.http_protocol_class = guarded(config.http_protocol_class, doorman)

    def heed_sigterm(self) -> None:
        """From now on SIGTERM asks for an orderly end, see `block`; call it before serving."""
        signal.signal(signal.SIGTERM, lambda *_: self.stopping.set())

    def block(self, demo: gr.Blocks, patience: float = 30) -> None:
        """Serve until SIGTERM or Ctrl-C; then give running answers, and be done within `patience`.

        Args:
            demo: what is served.
            patience: of whoever sent the signal [s].
        """
        try:
            # On Windows a wait without end cannot be interrupted.
            while not self.stopping.wait(1):
                pass
            logger.info("stopping: running answers are given first")
            deadline = time.monotonic() + patience - CLOSING
            while self.busy(demo) and time.monotonic() < deadline:
                time.sleep(0.05)
        except KeyboardInterrupt:
            self.stopping.set()
        demo.close(verbose=False)
        if self.uploads:
            self.uploads.close()

    def sweep(self) -> None:
        """Remove files that were never used, and give back the memory of large requests."""
        if self.uploads:
            self.uploads.sweep((self.limits or Limits()).upload_seconds)
        if self.taken > LARGE_IN_ALL:
            self.taken = 0
            give_back()

    def busy(self, demo: gr.Blocks) -> bool:
        """Return whether a request, a queued event or an answer not yet fetched is under way."""
        queue = demo._queue
        messages = list(queue.pending_messages_per_session.values())
        # Without a stream nobody is there to fetch them.
        unsent = self.streams and not all(waiting.empty() for waiting in messages)
        return bool(self.running or len(queue) or unsent or any(queue.active_jobs))
