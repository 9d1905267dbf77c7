"""Photos that come with the packages of the app, read where those lie."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_PHOTOS = {
    "china": ("sklearn", "datasets/images/china.jpg"),
    "flower": ("sklearn", "datasets/images/flower.jpg"),
    **{
        name: ("gradio", f"media_assets/images/{name}.{kind}")
        for name, kind in (("lion", "jpg"), ("cheetah", "jpg"), ("tower", "jpg"), ("bus", "png"))
    },
}


def photo_path(name: str) -> Path:
    """Return where a photo lies, without importing the package that brings it."""
    package, path = _PHOTOS[name]
    return Path(importlib.util.find_spec(package).origin).parent / path
