"""Pictures that are opened by a process of its own: HEIC (phones), AVIF and TIFF.

Their decoders ask for memory as the inside of a file says, which may be another size than its
header: an AVIF of 2 kB that calls itself 100 × 100 made one take a gigabyte. They are also younger
than those of JPEG and PNG, or have more corners. So they run where memory and time are limited by
the system, and where a fault ends no server. It costs a quarter of a second per picture.

    python -m models.apart < photo.heic   # a line of JSON: the size; another, then the pixels: RGB
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from models import images

MEMORY = 1_200_000_000  # bytes of address space, of which Python and NumPy take about 300 million
SECONDS = 10  # of processor time
PATIENCE = 30  # s: how long it may take on a busy machine
THREADS = 2
TOLD = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT")  # and no secrets
ROOT = Path(__file__).parent.parent


def opened(data: bytes) -> Image.Image:
    """Return the picture as `images.open_image` does.

    Raises:
        ValueError: with one sentence for the visitor.
    """
    head, _, rest = _ask(data).partition(b"\n")
    if not (size := _size(head)):
        raise ValueError(images.NO_PICTURE)
    images.check_size(size)
    head, _, pixels = rest.partition(b"\n")
    if not (size := _size(head)) or len(pixels) != 3 * size[0] * size[1]:
        raise ValueError(images.DAMAGED)
    return Image.frombytes("RGB", size, pixels)


def _ask(data: bytes) -> bytes:
    """Return what the process wrote, however it ended."""
    told = {name: os.environ[name] for name in TOLD if name in os.environ}
    try:
        return subprocess.run(
            [sys.executable, "-m", "models.apart"],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={**told, "OPENBLAS_NUM_THREADS": "1"},
            timeout=PATIENCE,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return b""


def _size(line: bytes) -> tuple[int, int] | None:
    """Return width and height; None if the process did not come that far."""
    found = re.fullmatch(rb"\[(\d{1,9}), (\d{1,9})\]", line)
    return (int(found[1]), int(found[2])) if found else None


def _limit() -> None:
    """Limit what this process may use, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Open one picture; write its size, and, unless it is too large, its pixels."""
    _limit()
    from PIL import AvifImagePlugin
    from pillow_heif import register_heif_opener

    AvifImagePlugin.DEFAULT_MAX_THREADS = THREADS
    # What lies beside the picture in a file is not looked at.
    register_heif_opener(
        thumbnails=False, depth_images=False, aux_images=False, decode_threads=THREADS
    )
    image = images.read_header(source.read(), images.APART)
    target.write(_line(image.size))
    target.flush()
    images.check_size(image.size)
    rgb = images.decoded(image)
    target.write(_line(rgb.size) + rgb.tobytes())


def _line(size: tuple[int, int]) -> bytes:
    return json.dumps(size).encode() + b"\n"


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
