"""Files that programs send along: gone after their answer, or soon if they are never used.

They lie in a folder of this process, `course-…` below Gradio's temporary folder. A locked file in
it says that the process lives; what a killed one left behind is removed by whoever starts next.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed
    fcntl = None  # type: ignore[assignment]

PREFIX, ALIVE = "course-", ".alive"
DEPTH = 50  # so deep are files looked for in what is sent


class Uploads:
    """The folder, and how often each file in it was sent and not used yet."""

    def __init__(self) -> None:
        above = Path(get_upload_folder())
        if above.name.startswith(PREFIX):  # this process had one before
            above = above.parent
        above.mkdir(parents=True, exist_ok=True)
        remove_leftovers(above)
        self.folder = Path(os.path.realpath(tempfile.mkdtemp(prefix=PREFIX, dir=above)))
        self._alive = (self.folder / ALIVE).open("w")
        if fcntl:
            fcntl.flock(self._alive, fcntl.LOCK_EX)
        os.environ["GRADIO_TEMP_DIR"] = str(self.folder)
        self._sent: Counter[str] = Counter()

    def sent(self, answer: bytes) -> None:
        """Note which files an upload brought, from its answer: a list of their paths."""
        with contextlib.suppress(ValueError, TypeError):
            self._sent.update(os.path.realpath(path) for path in json.loads(answer))

    def holds(self, path: Any) -> bool:
        """Return whether a file was uploaded and is still there."""
        if not isinstance(path, str) or "\0" in path:
            return False
        try:
            real = os.path.realpath(path)
            return real.startswith(f"{self.folder}{os.sep}") and os.path.isfile(real)
        except (OSError, ValueError):
            return False

    def used(self, path: str) -> None:
        """Remove a file after an answer, unless somebody else sent the same and waits."""
        real = os.path.realpath(path)
        self._sent[real] -= 1
        if self._sent[real] <= 0:
            self._remove(real)

    def sweep(self, seconds: float) -> None:
        """Remove what came this long ago and was not used [s]."""
        for path, status in self._files():
            if time.time() - status.st_mtime >= seconds:
                self._remove(str(path))

    def size(self) -> int:
        """Return how much lies here [bytes]."""
        return sum(status.st_size for _, status in self._files())

    def close(self) -> None:
        """Remove the folder, at the end of the process."""
        self._alive.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in list(self.folder.rglob("*")):
            with contextlib.suppress(OSError):
                if path.is_file() and path.name != ALIVE:
                    yield path, path.stat()

    def _remove(self, path: str) -> None:
        self._sent.pop(path, None)
        with contextlib.suppress(OSError):
            os.unlink(path)
        with contextlib.suppress(OSError):  # holds another file, or is the folder itself
            if Path(path).parent != self.folder:
                os.rmdir(os.path.dirname(path))


def remove_leftovers(above: Path) -> None:
    """Remove the folders of processes that are no more."""
    for folder in above.glob(f"{PREFIX}*"):
        mark = folder / ALIVE
        try:
            if not mark.exists():  # only just made, or half removed
                if time.time() - folder.stat().st_mtime > 60:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            with mark.open() as file:
                if fcntl:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mark.unlink()
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # it lives, or is not ours
            continue


def files_in(value: Any, depth: int = DEPTH) -> Iterator[Any]:
    """Yield what descriptions of files, as clients send them, name as their path.

    Only what Gradio would take for a file is one: it has a path and what is known about it.
    """
    if depth == 0:
        return
    if isinstance(value, dict):
        if "path" in value and "meta" in value:
            yield value["path"]
        for inner in value.values():
            yield from files_in(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            yield from files_in(inner, depth - 1)
