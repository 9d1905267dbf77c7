"""Which language a visitor gets: that of the link, else that chosen before, else the browser's.

There is a page for each language, English at `/`, German at `/de`. Links that are passed on lead to
`/?lang=de`, which works wherever the suite is embedded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from demos.frame import texts

Scope = MutableMapping[str, Any]
COOKIE = "course_language"
VARY = (b"vary", b"Accept-Language, Cookie")


def choose(query: Mapping[str, str], cookies: Mapping[str, str], accepted: str) -> str:
    """Return the code of the language to speak.

    Args:
        query: of the link, `?lang=de`.
        cookies: of the visitor; the page's script keeps the choice in `course_language`.
        accepted: the header Accept-Language, such as "de-AT,de;q=0.9,en;q=0.5".
    """
    spoken = texts.languages()
    wanted = [query.get("lang", ""), cookies.get(COOKIE, ""), *_by_preference(accepted)]
    codes = (tag.lower().replace("_", "-").split("-")[0] for tag in wanted)
    return next((code for code in codes if code in spoken), texts.SOURCE)


def _by_preference(accepted: str) -> list[str]:
    """Return the tags of an Accept-Language header, the best first (RFC 9110, 12.5.4)."""
    tags = []
    for part in accepted.split(",")[:50]:
        tag, _, quality = part.partition(";")
        name, _, number = quality.partition("=")
        try:
            weight = float(number) if name.strip() == "q" else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            tags.append((weight, tag.strip()))
    return [tag for _, tag in sorted(tags, key=lambda pair: -pair[0])]


class LanguageGate:
    """ASGI middleware that leads whoever asks for the front page to that in their language."""

    def __init__(self, app: Callable[..., Awaitable[None]]):
        self._app = app

    async def __call__(self, scope: Scope, receive: Callable, send: Callable) -> None:
        """Answer with another address if the page in the right language lies there."""
        page = page_of(scope)
        if page is None:
            await self._app(scope, receive, send)
            return
        address = elsewhere(scope, page)
        if address is None:
            await self._app(scope, receive, _Marked(send, page or texts.SOURCE))
            return
        headers = [(b"location", address.encode("latin-1")), (b"content-length", b"0"), VARY]
        await send({"type": "http.response.start", "status": 307, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


class _Marked:
    """Sends a page on, marked with its language, which Gradio's own words follow as well.

    Gradio writes every page as English, and takes the language of its words from the browser
    before any script of ours could say another.
    """

    def __init__(self, send: Callable, language: str):
        self._send, self._language = send, language.encode()
        self._start: MutableMapping[str, Any] | None = None
        self._body = b""

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = {bytes(name).lower(): value for name, value in message["headers"]}
            html = headers.get(b"content-type", b"").startswith(b"text/html")
            if html and b"content-encoding" not in headers:
                self._start = message
                return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        script = b"<script>Object.defineProperty(navigator, 'language', { value: '%s' });</script>"
        body = self._body.replace(b'lang="en"', b'lang="%s"' % self._language, 1)
        body = body.replace(b"<head>", b"<head>" + script % self._language, 1)
        headers = [pair for pair in self._start["headers"] if pair[0] != b"content-length"]
        length = (b"content-length", b"%d" % len(body))
        await self._send({**self._start, "headers": [*headers, length, VARY]})
        await self._send({"type": "http.response.body", "body": body})


def page_of(scope: Scope) -> str | None:
    """Return which page is asked for: "", "de", …; None if it is something else."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    # Mounted below a prefix, the path has it in front.
    page = scope["path"].removeprefix(scope.get("root_path", "")).strip("/")
    return page if page in ("", *texts.languages()[1:]) else None


def elsewhere(scope: Scope, page: str) -> str | None:
    """Return where the right page lies, from the page asked for; None if that is the one."""
    from starlette.requests import Request

    request = Request(scope)
    asked = page or texts.SOURCE
    if page:  # only the link leads away from a language that was asked for by its address
        wanted = choose(request.query_params, {}, asked)
    else:
        header = request.headers.get("accept-language", "")
        wanted = choose(request.query_params, request.cookies, header)
    if wanted == asked:
        return None
    query = scope["query_string"].decode("latin-1")
    path = "./" if wanted == texts.SOURCE else wanted  # a proxy may show the suite below a path
    return f"{path}?{query}" if query else path
