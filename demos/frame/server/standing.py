"""Where a server stands: behind which proxies, under which names, and who may show its page."""

from __future__ import annotations

from dataclasses import dataclass, field

from demos.frame.server import proxies
from demos.frame.server.policy import Policy


@dataclass(frozen=True)
class Standing:
    """What is said of a server when it is started.

    Attributes:
        trusted: proxies that are believed, see `proxies`.
        hosts: further names under which the tools are offered, see `hosts`.
        policy: who may show the page, see `policy`.
    """

    trusted: tuple[proxies.Network, ...] = field(
        default_factory=lambda: proxies.networks(proxies.default())
    )
    hosts: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)
