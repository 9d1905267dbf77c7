"""Under which names the tools for language models are reached.

A page anywhere may let its own name point to this machine (DNS rebinding) and would then be let in
by the browser as if it lay here. So the tools answer under addresses, under names of this machine
and under those that were given, and only to pages that lie under the same name.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from demos.frame.server.asgi import path_of
from demos.frame.server.sentences import Refused, answer
from demos.frame.texts import N_
from models.sentences import Sentence

TOOLS = "/gradio_api/mcp"
OTHER_NAME = Sentence(
    N_("The tools are not offered under this name: whoever runs the suite adds it with --hosts.")
)
OTHER_SITE = Sentence(N_("The tools are not offered to the pages of other sites."))


def names(text: str) -> tuple[str, ...]:
    """Read names of hosts, with commas or blanks between them.

    Raises:
        ValueError: if one of them is none.
    """
    found = tuple(part.lower() for part in re.split(r"[\s,]+", text) if part)
    for one in found:
        if not re.fullmatch(r"(\*\.)?[\w-]+(\.[\w-]+)*", one, re.ASCII):
            raise ValueError(f"{one} is no name of a host")
    return found


class Hosts:
    """ASGI middleware in front of the tools."""

    def __init__(self, app: Callable, known: Sequence[str] = (), shared: bool = False):
        """Know names.

        Args:
            app: what is behind.
            known: names that were given; "*.example.org" stands for all below that one.
            shared: whether Gradio's servers lend a name, which is not known beforehand.
        """
        self._app = app
        own = socket.gethostname().lower()
        lent = ["*.gradio.live"] if shared else []
        space = [name.lower() for name in os.environ.get("SPACE_HOST", "").split(",") if name]
        self._known = {"localhost", own, f"{own}.local", *known, *lent, *space}

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Refuse who comes under a foreign name; leave every other request to the app."""
        path = path_of(scope)
        if scope["type"] == "http" and path.startswith(TOOLS):
            headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
            host = headers.get(b"x-forwarded-host") or headers.get(b"host", "")
            if not self.is_known(host):
                await answer(scope, send, Refused(403, OTHER_NAME))
                return
            origin = headers.get(b"origin")
            if origin is not None and _name(origin) != _name(f"//{host}"):
                await answer(scope, send, Refused(403, OTHER_SITE))
                return
        await self._app(scope, receive, send)

    def is_known(self, host: str) -> bool:
        """Return whether a host, with or without a port, is this one."""
        name = _name(f"//{host}")
        try:
            ipaddress.ip_address(name)
        except ValueError:
            above = "*." + name.partition(".")[2]
            return bool(name) and not self._known.isdisjoint({name, above})
        return True


def _name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
