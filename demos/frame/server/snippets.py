"""The address in the snippets of “Use via API”: that under which the visitor asks.

Gradio writes them once, with the address under which the first one asked, and keeps them for all
others. So it is asked under a name that nobody has, and that is replaced in the answer.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from demos.frame.server.asgi import path_of

PATH = "/gradio_api/info"
NOBODY = b"course.invalid"  # RFC 2606: no host has it
ASKED = (b"host", b"x-forwarded-host", b"x-forwarded-proto")


class Snippets:
    """ASGI middleware around the description of the endpoints."""

    def __init__(self, app: Callable):
        self._app = app

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Answer with the visitor's address; leave every other request to the app."""
        path = path_of(scope)
        if scope["type"] != "http" or path.rstrip("/") != PATH:
            await self._app(scope, receive, send)
            return
        said = dict(scope["headers"])
        host = said.get(b"x-forwarded-host") or said.get(b"host") or b"127.0.0.1"
        address = scope["scheme"].encode() + b"://" + host
        headers = [pair for pair in scope["headers"] if pair[0] not in ASKED]
        start: MutableMapping[str, Any] = {}
        body = b""

        async def replace(message: MutableMapping[str, Any]) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            whole = body.replace(b"http://" + NOBODY, address).replace(NOBODY, host)
            kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
            length = (b"content-length", b"%d" % len(whole))
            await send({**start, "headers": [*kept, length]})
            await send({"type": "http.response.body", "body": whole})

        asked = {**scope, "headers": [*headers, (b"host", NOBODY)], "scheme": "http"}
        await self._app(asked, receive, replace)
