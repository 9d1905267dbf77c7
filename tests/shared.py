"""A server that the processes of one test run share (pytest-xdist runs several side by side)."""

from __future__ import annotations

import contextlib
import json
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock


@contextlib.contextmanager
def shared(folder: Path, start: Callable[[], tuple[str, Callable[[], None]]]) -> Iterator[str]:
    """Yield the address of a server that all who share a folder use.

    Who comes first starts it and, when done, waits until the others are, then stops it. Each of
    them holds a lock meanwhile, which is let go even if its process is killed.

    Args:
        folder: that all of them know.
        start: starts a server; returns its address, and what stops it.
    """
    door, place, stop = FileLock(folder / "server.lock"), folder / "server.json", None
    with door:
        if not place.exists():
            address, stop = start()
            users = tempfile.mkdtemp(dir=folder)
            place.write_text(json.dumps([address, users]))
        address, users = json.loads(place.read_text())
        mine = FileLock(Path(users) / uuid.uuid4().hex, thread_local=False)
        mine.acquire()
    try:
        yield address
    finally:
        mine.release()
        if stop:
            with door:
                place.unlink()  # who comes now starts one anew
            for user in Path(users).iterdir():
                with FileLock(user):
                    pass
            stop()
