"""What every middleware asks of a request."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any


def path_of(scope: Any) -> str:
    """Return the path within the suite: mounted below a prefix, a request has that in front."""
    return scope.get("path", "").removeprefix(scope.get("root_path", ""))


def address_of(scope: Any) -> str:
    """Return the address of who asks, "" if it is not known."""
    return (scope.get("client") or ("",))[0]


def replay(body: bytes, receive: Callable) -> Callable:
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
