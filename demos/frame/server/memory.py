"""Memory that is no longer needed goes back to the machine."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """Give back what is free.

    Python sees large texts as a few objects, and C keeps what is freed: both would wait.
    """
    gc.collect()
    if sys.platform == "linux" and hasattr(c := ctypes.CDLL(None), "malloc_trim"):
        c.malloc_trim(0)


def settle() -> None:
    """Give back what is free; what is here now stays, nobody need look there for garbage again."""
    give_back()
    gc.freeze()
