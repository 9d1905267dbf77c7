"""Which language a visitor gets: that of the link, else that chosen before, else the browser's.

There is a page for each language, English at `/`, German at `/de`. Links that are passed on lead to
`/?lang=de`, which works wherever the suite is embedded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from demos import texts

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
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            address = elsewhere(scope)
            if address is not None:
                headers = [
                    (b"location", address.encode("latin-1")),
                    (b"content-length", b"0"),
                    VARY,
                ]
                await send({"type": "http.response.start", "status": 307, "headers": headers})
                await send({"type": "http.response.body", "body": b""})
                return
        await self._app(scope, receive, send)


def elsewhere(scope: Scope) -> str | None:
    """Return where the right page lies, from the page asked for; None if that is the one."""
    from starlette.requests import Request

    # Mounted below a prefix, the path has it in front.
    page = scope["path"].removeprefix(scope.get("root_path", "")).strip("/")
    if page not in ("", *texts.languages()[1:]):
        return None
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
