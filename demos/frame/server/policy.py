"""What a browser may do with the page: what it loads, who shows it in a frame, what it keeps.

Gradio's page writes its settings into itself and compiles templates, so that `script-src` cannot do
without 'unsafe-inline' and 'unsafe-eval'; all else is closed but for the page's own files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio.routes
from gradio.route_utils import CustomCORSMiddleware

SPACES = ("https://huggingface.co", "https://*.hf.space")
SHARED = "https://gradio.s3-us-west-2.amazonaws.com"  # where a page of --share has its scripts
SOURCE = r"\*|(https?://)?(\*\.)?[\w-]+(\.[\w-]+)*(:\d{1,5}|:\*)?"
TOKEN = b"access-token-"  # begins the name of Gradio's cookies
UNSECURE = b"access-token-unsecure-"


@dataclass(frozen=True)
class Policy:
    """Who may show the page, and to whom it is open.

    Attributes:
        frames: sites whose pages may show this one in a frame; None for the default: everybody
            where it is open to everybody, a Space's frame where it is private.
        private: whether visitors log in.
        shared: whether it goes through Gradio's servers.
    """

    frames: tuple[str, ...] | None = None
    private: bool = False
    shared: bool = False

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The sites whose pages may show this one."""
        if self.frames is not None:
            return self.frames
        on_space = SPACES if os.environ.get("SPACE_ID") else ()
        return on_space if self.private else ("*",)

    def content(self) -> bytes:
        """Return the Content-Security-Policy."""
        space = " https://huggingface.co https://*.huggingface.co https://*.hf.space"
        space = space if os.environ.get("SPACE_ID") else ""
        scripts = f" {SHARED}" if self.shared else ""
        rules = {
            "default-src": "'self'" + scripts,
            "script-src": f"'self' 'unsafe-inline' 'unsafe-eval'{scripts}",
            "style-src": "'self' 'unsafe-inline'" + scripts,
            "img-src": "'self' data: blob:" + space + scripts,
            "font-src": "'self' data:" + scripts,
            "connect-src": "'self' data: blob:" + space + scripts,
            "worker-src": "'self' blob:",
            "object-src": "'none'",
            "base-uri": "'self'",
            "form-action": "'self'",
            "frame-ancestors": " ".join(["'self'", *self.ancestors]),
        }
        if "*" in self.ancestors:
            del rules["frame-ancestors"]  # "*" would leave out pages that are opened from a disk
        return "; ".join(f"{name} {value}" for name, value in rules.items()).encode()


def sources(text: str) -> tuple[str, ...]:
    """Read sites, with commas or blanks between them: https://moodle.example.org, *.example.org.

    Raises:
        ValueError: if one of them is none.
    """
    found = tuple(re.split(r"[\s,]+", text.strip())) if text.strip() else ()
    if found == ("none",):
        return ()
    for one in found:
        if not re.fullmatch(SOURCE, one, re.ASCII):
            raise ValueError(f"{one} is no site")
    return found


class OwnOrigin(CustomCORSMiddleware):
    """Gradio's middleware, which lets every site read with the visitor's cookie, but for a login.

    Where there is one, nothing is told to any other site.
    """

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Answer as the app does; where everybody may come in, to every site."""
        if getattr(scope.get("app"), "auth", None):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def tell_no_other_site() -> None:
    """Let Gradio use that one. It adds its own around all others, and has no setting for it."""
    gradio.routes.CustomCORSMiddleware = OwnOrigin  # type: ignore[misc]


class Policies:
    """ASGI middleware that sends these rules along, and keeps cookies to them."""

    def __init__(self, app: Callable, policy: Policy):
        self._app, self._policy, self._content = app, policy, policy.content()

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Answer as the app does, with other headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_rules(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = list(self._headers(message.get("headers", []), scope["scheme"]))
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, with_rules)

    def _headers(self, headers: Sequence[tuple[bytes, bytes]], scheme: str) -> Any:
        for name, value in headers:
            lower = name.lower()
            if lower == b"set-cookie" and value.startswith(TOKEN):
                if (scheme == "https") == value.startswith(UNSECURE):
                    continue  # it sends one for either
                value = self._kept(value)
            yield name, value
            if lower == b"content-type" and value.startswith(b"text/html"):
                yield b"content-security-policy", self._content
        yield b"x-content-type-options", b"nosniff"
        # The page's own requests say where it is, so that they are answered in its language.
        yield b"referrer-policy", b"same-origin"

    def _kept(self, cookie: bytes) -> bytes:
        """Return a login's cookie, which other sites cause to be sent only if they may frame us."""
        parts = [part.strip() for part in cookie.split(b";")]
        parts = [part for part in parts if not part.lower().startswith(b"samesite")]
        if b"Secure" in parts and self._policy.ancestors:
            # Each site that shows the page in a frame has its own login.
            return b"; ".join([*parts, b"SameSite=None", b"Partitioned"])
        return b"; ".join([*parts, b"SameSite=Lax"])
