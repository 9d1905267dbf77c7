"""The page as it leaves the server: in the visitor's language, with its scripts in front."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request

from demos.frame import languages, suite, texts
from demos.frame.server import files
from demos.frame.server.asgi import path_of

Scope = MutableMapping[str, Any]
VARY = (b"vary", b"Accept-Language, Cookie")
# Fetched while Gradio's own scripts still are, whatever the chapter.
EARLY = ("frame/page.js", "widgets/lib/texts.js", "widgets/masthead.js", "widgets/live_chart.js")


class Door:
    """ASGI middleware around the page: what is asked for goes in, the right words come out."""

    def __init__(self, app: Callable[..., Awaitable[None]]):
        self._app = app

    async def __call__(self, scope: Scope, receive: Callable, send: Callable) -> None:
        """Send the page that is asked for; leave every other request to the app."""
        if not is_page(scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        query = suite.read_query(scope["query_string"].decode("latin-1"))
        page = suite.Asked(languages.of_page(request), query)
        # Gradio reads some parameters itself; none of them means anything here.
        scope = {**scope, "query_string": b""}
        token = suite.asked.set(page)
        try:
            await self._app(scope, receive, _Page(send, page.language))
        finally:
            suite.asked.reset(token)


def is_page(scope: Scope) -> bool:
    """Return whether the page itself is asked for."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    # Mounted below a prefix, the path has it in front.
    return path_of(scope).strip("/") == ""


class _Page:
    """Sends a page on, with what must stand in front of Gradio's scripts.

    Gradio writes every page as English, and takes the language of its words from the browser
    before any script of ours could say another.
    """

    def __init__(self, send: Callable, language: str):
        self._send, self._language = send, language
        self._start: MutableMapping[str, Any] | None = None
        self._body = b""

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = {bytes(name).lower(): value for name, value in message["headers"]}
            if headers.get(b"content-type", b"").startswith(b"text/html"):
                self._start = message
                return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = self._body.decode()
        body = body.replace('lang="en"', f'lang="{self._language}"', 1)
        # Below a prefix that a proxy strips, Gradio's absolute addresses lead elsewhere.
        body = body.replace('"/static/', '"./static/').replace(
            '"/manifest.json"', '"./manifest.json"'
        )
        asks = '"auth_required":true' in body
        body = body.replace("<head>", "<head>" + head(self._language, asks), 1).encode()
        kept = (b"content-length", b"vary", b"cache-control")
        headers = [pair for pair in self._start["headers"] if pair[0].lower() not in kept]
        headers += [(b"content-length", b"%d" % len(body)), VARY, (b"cache-control", b"no-cache")]
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def head(language: str, asks: bool = False) -> str:
    """Return what stands first in the page: its language, texts for scripts, the page's script.

    Args:
        language: of the page.
        asks: whether it is the one that asks for a password.
    """
    lines = [
        f"<script>globalThis.courseLanguage = '{language}'; "
        f"Object.defineProperty(navigator, 'language', {{ value: '{language}' }});</script>"
    ]
    if language != texts.SOURCE:
        lines.append(f'<script src="./{files.address(f"texts.{language}.js")}"></script>')
    lines += [f'<link rel="modulepreload" href="./{files.address(one)}">' for one in EARLY]
    for script in ("frame/page.js", *["frame/login.js"] * asks):
        lines.append(f'<script type="module" src="./{files.address(script)}"></script>')
    return "".join(lines)
