"""What is made once per machine, and kept until the sources change."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

from demos.frame.server import files

VERSIONS = 8  # several checkouts may share a machine


def kept_json(kind: str, name: str, make: Callable[[], str]) -> str:
    """Return JSON that nothing but the sources of the page and Altair decide.

    Args:
        kind: folder in which it is kept.
        name: of the file, without ending.
        make: makes the text, where none is kept or it is damaged.
    """
    folder = cache_folder(kind)
    path = folder / f"{name}-{files.digest()}.json"
    with contextlib.suppress(OSError, ValueError):  # none yet, or damaged
        text = path.read_text(encoding="utf-8")
        json.loads(text)
        return text
    text = make()
    with contextlib.suppress(OSError):  # a full disk costs a second per start, nothing more
        write(path, text)
        known = sorted(folder.glob(f"{name}-*.json"), key=os.path.getmtime)
        for outdated in known[:-VERSIONS]:
            outdated.unlink(missing_ok=True)
    return text


def cache_folder(name: str) -> Path:
    """Return a folder that lasts until the next start, if this machine has any."""
    try:
        folder = user_cache_path("deep-learning-you-can-touch", ensure_exists=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(folder)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"deep-learning-you-can-touch-{os.getpid()}"
        folder.mkdir(exist_ok=True)
    folder = folder / name
    folder.mkdir(exist_ok=True)
    return folder


def write(path: Path, text: str) -> None:
    """Write a file that others may be reading."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as f:
        f.write(text)
    os.chmod(f.name, 0o644)
    os.replace(f.name, path)
