"""A private class: nothing is told before the login, and passwords cannot be guessed fast.

Gradio asks for the login route by route, and forgets some: what the endpoints are and the tools for
language models are told to everybody. Here everything is closed but the page that asks for the
password, and what it is made of.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse

from demos.frame.server import Rates
from demos.frame.server.asgi import address_of, path_of, replay
from demos.frame.server.door import is_page
from demos.frame.server.sentences import Refused, answer
from demos.frame.suite import read_query
from demos.frame.texts import N_
from models.sentences import Sentence

OPEN = {
    *("/login", "/logout", "/healthz", "/readyz", "/theme.css", "/manifest.json", "/favicon.ico"),
    *("/pwa_icon", "/robots.txt", "/gradio_api/theme.css", "/gradio_api/startup-events"),
    *("/gradio_api/login_check", "/gradio_api/user", "/gradio_api/app_id"),
}
OPEN_FOLDERS = ("/static/", "/assets/", "/pwa_icon/")
LONGEST = 10_000  # bytes of a form with name and password
KNOWN = 10_000  # addresses that are remembered

TOO_LONG = Sentence(N_("A login has a name and a password, and no more."))
TOO_MANY = Sentence(N_("Too many wrong passwords: wait a moment, then try again."))


class Attempts:
    """How many passwords may be tried: some at once, then one in a while.

    Counted are those of an address and those for a name. The class itself is not shut out while
    others guess at its name: an address that has logged in before goes by its own count only.
    """

    def __init__(self, of_address: Rates | None = None, of_name: Rates | None = None):
        # Thirty students behind one address mistype it once each.
        self._of_address = of_address or Rates(rate=0.2, burst=30)
        self._of_name = of_name or Rates(rate=1, burst=100)
        self._known: OrderedDict[str, None] = OrderedDict()

    def wait(self, address: str, name: str) -> float:
        """Count an attempt; return 0, or how long until it may be made [s]."""
        if seconds := self._of_address.wait(address):
            return seconds
        return 0.0 if address in self._known else self._of_name.wait(name)

    def right(self, address: str, name: str) -> None:
        """Take an attempt back: the password was right."""
        self._of_address.wait(address, -1)
        if address not in self._known:
            self._of_name.wait(name, -1)
        self._known[address] = None
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)


class Login:
    """ASGI middleware that lets in who has logged in; without a login for the app, everybody."""

    def __init__(self, app: Callable, attempts: Attempts | None = None):
        self._app, self._attempts = app, attempts or Attempts()

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Refuse what is not open yet."""
        if scope["type"] != "http" or not getattr(scope.get("app"), "auth", None):
            await self._app(scope, receive, send)
            return
        path = path_of(scope)
        path = path.rstrip("/") or "/"
        if path == "/login" and scope["method"] == "POST":
            await self._log_in(scope, receive, send)
        elif is_logged_in(scope) or path in OPEN or path.startswith(OPEN_FOLDERS):
            await self._app(scope, receive, send)
        elif is_page(scope):
            # What a link asks for is shown afterwards; the endpoints would be told at once.
            query = dict(read_query(scope["query_string"].decode("latin-1")))
            kept = urlencode({name: query[name] for name in ("lang",) if name in query})
            await self._app({**scope, "query_string": kept.encode()}, receive, send)
        else:  # as Gradio says it: clients know these words
            detail = {"error": "Not authenticated", "auth_message": None}
            await JSONResponse({"detail": detail}, 401)(scope, receive, send)

    async def _log_in(self, scope: Any, receive: Callable, send: Callable) -> None:
        address, body, more = address_of(scope), b"", True
        while more and len(body) <= LONGEST:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) > LONGEST:
            await answer(scope, send, Refused(413, TOO_LONG))
            return
        form = await _form(scope, replay(body, receive))
        name = str(form.get("username", "")).strip()
        if seconds := self._attempts.wait(address, name):
            await answer(scope, send, Refused(429, TOO_MANY, math.ceil(seconds)))
            return

        async def note(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                self._attempts.right(address, name)
            await send(message)

        await self._app(scope, replay(body, receive), note)


def is_logged_in(scope: Any) -> bool:
    """Return whether a request brings the cookie of somebody who has logged in."""
    app = scope["app"]
    sent = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    try:
        cookies = SimpleCookie(sent)
    except CookieError:
        return False
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(name in cookies and cookies[name].value in app.tokens for name in names)


async def _form(scope: Any, receive: Callable) -> FormData:
    """Read a form; nothing, if it is none: Gradio says so."""
    try:
        return await Request(scope, receive).form(max_files=0)
    except Exception:  # of another type, or damaged
        return FormData()
