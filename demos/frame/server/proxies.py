"""What is believed about where a request comes from.

`X-Forwarded-For`, `-Host` and `-Proto` say who asks, and under which name, where a proxy stands in
front; anybody else could say so, too. They are believed if the connection comes from a proxy that
was named, and are taken away from all other requests, so that nothing behind, Gradio included, goes
by them. A host that is none is refused: addresses are made of it.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from demos.frame.server.sentences import Refused, answer
from demos.frame.texts import N_
from models.sentences import Sentence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SAID = (b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port")
# Others that servers or frameworks go by; no proxy of this suite needs them.
NEVER = (b"forwarded", b"x-forwarded-prefix", b"x-gradio-server", b"x-real-ip")
LOOPBACK = "127.0.0.0/8,::1"
# What "private" stands for: networks that nobody reaches from outside, such as that of a container.
PRIVATE = f"{LOOPBACK},10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7,fe80::/10"


NO_HOST = Sentence(N_("The host that this request names cannot be one."))


def default() -> str:
    """Return whom to believe unless told: this machine, on a Space those that stand before it."""
    return "private" if os.environ.get("SPACE_ID") else LOOPBACK


def networks(text: str) -> tuple[Network, ...]:
    """Read addresses and networks, with commas between them; "private" and "none" are short forms.

    Raises:
        ValueError: if one of them is neither.
    """
    short = {"private": PRIVATE, "none": ""}
    parts = ",".join(short.get(part.strip(), part) for part in text.split(",")).split(",")
    return tuple(ipaddress.ip_network(part.strip()) for part in parts if part.strip())


def believe_nobody_else() -> None:
    """Let uvicorn not judge by itself: it would take the client's address from such a header."""
    os.environ["FORWARDED_ALLOW_IPS"] = ""


def trusts(trusted: Sequence[Network], address: str) -> bool:
    """Return whether an address is that of a proxy which was named."""
    found = _address(address)
    return found is not None and any(found in network for network in trusted)


class Proxies:
    """ASGI middleware in front of everything."""

    def __init__(self, app: Callable, trusted: Sequence[Network]):
        self._app, self._trusted = app, trusted

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Correct what is said of a request, then pass it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = [pair for pair in scope["headers"] if pair[0] not in NEVER]
        said = {name: value.decode("latin-1") for name, value in headers if name in SAID}
        headers = [pair for pair in headers if pair[0] not in SAID]
        host = dict(headers).get(b"host")
        if host is not None and not is_host(host.decode("latin-1")):
            if scope["type"] == "http":
                await answer(scope, send, Refused(400, NO_HOST))
            return
        client = scope.get("client")
        if said and client and trusts(self._trusted, client[0]):
            scope = {**scope, "client": (self._visitor(scope, client[0]), 0)}
            name = said.get(b"x-forwarded-host", "").split(",")[0].strip()
            if is_host(name):
                headers.append((b"x-forwarded-host", name.encode("latin-1")))
            scheme = said.get(b"x-forwarded-proto", "").split(",")[0].strip()
            if scheme in ("http", "https"):
                headers.append((b"x-forwarded-proto", scheme.encode()))
                secure = {"http": scheme, "websocket": scheme.replace("http", "ws")}
                scope["scheme"] = secure[scope["type"]]
        await self._app({**scope, "headers": headers}, receive, send)

    def _visitor(self, scope: Any, peer: str) -> str:
        """Return who asks: of those on the way, the nearest that is no proxy of ours.

        What stands before that one may be made up.
        """
        lines = [v.decode("latin-1") for name, v in scope["headers"] if name == b"x-forwarded-for"]
        for hop in map(_address, reversed(",".join(lines).split(","))):
            if hop is None:
                break
            peer = str(hop)
            if not trusts(self._trusted, peer):
                break
        return peer


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address, with or without a port; None if it is none."""
    text = text.strip()
    if match := re.fullmatch(r"\[(.+)\](:\d+)?|(\d+\.\d+\.\d+\.\d+):\d+", text):
        text = match[1] or match[3]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_host(text: str) -> bool:
    """Return whether a text is the name or address of a host, with or without a port."""
    if not re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?", text, re.ASCII):
        return False
    try:
        return httpx.URL(f"http://{text}/").host != ""  # Gradio reads it so
    except (httpx.InvalidURL, ValueError):
        return False
