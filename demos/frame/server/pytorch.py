"""PyTorch is imported by one thread, and nobody uses a part of it before all of it is there.

Two threads that import it at once break it for good: the one that asks for `torch.nn.utils` waits
until `torch` is there, and holds what the other needs next. Python then goes on with half a module.
"""

from __future__ import annotations

import threading

import anyio
import anyio.to_thread

_one = threading.Lock()
_turn = anyio.CapacityLimiter(1)  # who waits takes no thread from the others
_whole = threading.Event()


def load() -> None:
    """Import PyTorch; where another thread is at it, wait until that is done."""
    with _one:
        import torch  # noqa: F401

        _whole.set()


async def loaded() -> None:
    """Wait until PyTorch is there."""
    if not _whole.is_set():
        await anyio.to_thread.run_sync(load, limiter=_turn)
