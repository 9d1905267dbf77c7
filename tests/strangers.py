"""What strangers may send."""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import strategies as st
from PIL import Image

from models.images import data_url

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.binary(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def one_colour(size: tuple[int, int] = (30, 20), mode: str = "RGB", kind: str = "PNG") -> str:
    """Return a picture of one colour as data URL."""
    return data_url(Image.new(mode, size, 200), kind)


@functools.cache
def too_large() -> str:
    """Return a picture of more than 25 megapixels as data URL; packing it takes half a second."""
    return one_colour((1, 25_000_001), "1")


# What is sent in place of a picture, or a function that makes it; and a word of the refusal.
NO_PICTURES: list[tuple[Any, str]] = [
    (None, "picture"),
    (7, "picture"),
    ("", "There is no picture yet"),
    ("no sketch!", "not a sketch"),
    ("data:image/png;base64,", "empty"),
    ("data:image/png;base64,AAAA", "not a picture"),
    (one_colour()[:90], "damaged|not a picture"),
    (too_large, "megapixels"),
    ({"path": "/etc/passwd"}, "not uploaded"),
]
