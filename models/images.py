"""The one safe door for pictures: whatever a visitor sends becomes 8-bit RGB, or a clear refusal.

Knows no model. Size is judged from the header, before a single pixel is decoded; few pictures are
decoded at a time, and what is far larger than any model looks at is made smaller on the way.
"""

from __future__ import annotations

import base64
import binascii
import io
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from models.sentences import Sentence, refusal

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")  # Pillow's names; JPEG includes MPO
# Opened by a process of its own, see models/apart.py: what few browsers open, and whose decoders
# take the size of a picture from other places than its header.
APART = ("HEIF", "AVIF", "TIFF")
NOT_TURNED = ("WEBP",)  # browsers heed the EXIF rotation of PNG and JPEG, not of these
MAX_BYTES = 20_000_000
MAX_PIXELS = 25_000_000
LONGEST, SHORTEST = 1024, 256  # [px]; larger pictures are made smaller, to no less
AT_A_TIME = 2  # pictures that are decoded
STRIP = 1_000_000  # pixels that are converted at once

_KINDS = Sentence("PNG, JPEG, WebP, HEIC, AVIF, TIFF, GIF or BMP")
_EMPTY = Sentence("This picture is empty; send a {kinds} picture.", kinds=_KINDS)
NO_PICTURE = Sentence(
    "This is not a picture, or a damaged one; send a {kinds} picture.", kinds=_KINDS
)
DAMAGED = Sentence(
    "This picture is damaged or cut off; save it again as PNG or JPEG and send that."
)
_LARGE = Sentence("This picture is larger than 20 MB; make it smaller and send it again.")
_FORM = Sentence("The picture must be text of the form data:image/png;base64,…")
# A colour profile or a comment may be larger than the pixels, and Pillow would unpack it.
_PNG, _PNG_NEEDS = b"\x89PNG\r\n\x1a\n", (b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND")
_APART = re.compile(rb"(?s:....)ftyp(hei|hev|mif1|msf1|avi)|II\*\0|MM\0\*")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112

_few = threading.BoundedSemaphore(AT_A_TIME)


def open_image(source: bytes | str | os.PathLike | Image.Image) -> Image.Image:
    """Open a picture of unknown origin.

    EXIF rotation is applied, the first frame of an animation is taken, transparency is laid on
    white, and every colour mode (1-bit, palette, CMYK, 16-bit, float, ...) becomes 8-bit RGB. The
    content decides what a file is, not its name.

    Args:
        source: the bytes of a file, a path, or a picture that PIL already opened.

    Returns:
        A new RGB image. One that is at least 2048 pixels long is made smaller by a whole factor, to
        no less than 1024 pixels long and 256 wide.

    Raises:
        ValueError: with one sentence for the visitor, if the picture is not one, is damaged, has no
            pixels, or is larger than 20 MB or 25 megapixels.
    """
    with _few:
        if isinstance(source, Image.Image):
            check_size(source.size)
            return decoded(source)
        data = _read_bytes(source)
        if _APART.match(data):
            from models import apart

            return apart.opened(data)
        image = read_header(data, FORMATS)
        check_size(image.size)
        # A JPEG is decoded at a half, a quarter or an eighth of its size.
        factor = _factor(image.size)
        with _damage():
            image.draft(image.mode, tuple(side // factor for side in image.size))
        return decoded(image)


def data_url(image: Image.Image, kind: str = "PNG", **options: Any) -> str:
    """Return a picture as data URL.

    Args:
        image: the picture.
        kind: Pillow's name of the format.
        **options: passed on to `Image.save`, such as `quality`.
    """
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    text = base64.b64encode(stream.getvalue()).decode("ascii")
    return f"data:image/{kind.lower()};base64,{text}"


def decode_data_url(text: str) -> bytes:
    """Return the bytes inside a data URL such as `data:image/png;base64,iVBORw0...`.

    Raises:
        ValueError: with one sentence for the visitor, if it is no base64 image URL or holds more
            than 20 MB (judged by its length, before decoding).
    """
    if not isinstance(text, str):
        raise ValueError(_FORM)
    if len(text) > MAX_BYTES * 4 // 3 + 200:
        raise ValueError(_LARGE)
    header, comma, payload = text.strip().partition(",")
    header = header.lower()
    if not comma or not header.startswith("data:image/") or not header.endswith(";base64"):
        raise ValueError(_FORM)
    try:
        data = base64.b64decode(payload.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise refusal(
            "The base64 text of this picture is damaged or cut off; encode the file again."
        ) from error
    if not data:
        raise ValueError(_EMPTY)
    return data


def _read_bytes(source: bytes | str | os.PathLike) -> bytes:
    """Return the content of a file or the bytes themselves, at most `MAX_BYTES` of them."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
    elif isinstance(source, (str, os.PathLike)):
        try:
            with Path(source).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            raise refusal("This picture cannot be read; choose the file again.") from error
    else:
        raise refusal("This is not a picture; send a {kinds} picture.", kinds=_KINDS)
    if len(data) > MAX_BYTES:
        raise ValueError(_LARGE)
    if not data:
        raise ValueError(_EMPTY)
    return data


def read_header(data: bytes, formats: Sequence[str]) -> Image.Image:
    """Open a picture without decoding its pixels."""
    try:
        data = _without_notes(data) if data.startswith(_PNG) else data
        return Image.open(io.BytesIO(data), formats=list(formats))
    except Image.DecompressionBombError as error:
        raise refusal(
            "This picture has a gigantic number of pixels; make it smaller and send it again."
        ) from error
    except Exception as error:  # decoders raise nearly anything on damaged headers
        raise ValueError(NO_PICTURE) from error


def _without_notes(png: bytes) -> bytes:
    """Return a PNG with only what its first picture needs.

    Raises:
        ValueError: if it has no end; browsers refuse that as well.
    """
    kept, at, kind = [_PNG], len(_PNG), b""
    while kind != b"IEND":
        kind = png[at + 4 : at + 8]
        if len(kind) < 4:
            raise ValueError("cut off")
        end = at + 12 + int.from_bytes(png[at : at + 4], "big")
        if kind in _PNG_NEEDS:
            kept.append(png[at:end])
        at = end
    return b"".join(kept)


@contextmanager
def _damage() -> Iterator[None]:
    """Say in one sentence that a picture cannot be decoded."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # decoders raise nearly anything on damaged files
        raise ValueError(DAMAGED) from error


def decoded(image: Image.Image) -> Image.Image:
    """Return what `open_image` does, of a picture whose size is bearable."""
    with _damage():
        if image.format != "HEIF":  # its first frame need not be the one that is meant
            image.seek(0)
        image.load()
        turn = _TURNS.get(_orientation(image))
        rgb = _to_rgb(image, _factor(image.size))
        return rgb if turn is None else rgb.transpose(turn)


def check_size(size: tuple[int, int]) -> None:
    """Refuse pictures without pixels or with too many of them.

    Raises:
        ValueError: with one sentence for the visitor.
    """
    width, height = size
    if width < 1 or height < 1:
        raise ValueError(_EMPTY)
    if width * height > MAX_PIXELS:
        raise refusal(
            "This picture has {megapixels:.0f} megapixels and 25 are allowed; "
            "make it smaller and send it again.",
            megapixels=width * height / 1e6,
        )


def _factor(size: tuple[int, int]) -> int:
    """Return how many pixels, in either direction, may become one."""
    return max(1, min(max(size) // LONGEST, min(size) // SHORTEST))


def _orientation(image: Image.Image) -> int:
    """Return how the camera was held; 1 for upright, or not said."""
    if "exif" not in image.info or image.format in NOT_TURNED:
        return 1
    exif = Image.Exif()
    try:
        exif.load(image.info["exif"])
        return int(exif.get(_ORIENTATION, 1))
    except Exception:  # notes may be damaged where the picture is not
        return 1


def _to_rgb(image: Image.Image, factor: int) -> Image.Image:
    """Convert any PIL mode to RGB, strip by strip; `factor` × `factor` pixels become one."""
    (width, height), span = image.size, _span(image)
    result = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    rows = factor * max(1, STRIP // (factor * width))
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        strip = _deep_to_grey(strip, *span) if span else _on_white(strip)
        strip = strip.convert("RGB")
        result.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return result


def _on_white(image: Image.Image) -> Image.Image:
    """Lay what is transparent on white."""
    if not image.has_transparency_data:
        return image
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)


def _span(image: Image.Image) -> tuple[float, float] | None:
    """Return what is black and white in 16-bit, 32-bit and float grey; None for other modes.

    Values within 0...1 (float), 0...255 or 0...65,535 keep their meaning; any other range is
    stretched from its smallest to its largest value. What is not finite becomes black.
    """
    if image.mode.startswith("I;16"):
        return 0.0, 65_535.0
    if image.mode not in ("I", "F"):
        return None
    values = _finite(image)
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 65_535:
        return low, high
    tops = [1.0] if image.mode == "F" else []
    return 0.0, next(top for top in [*tops, 255.0, 65_535.0] if high <= top)


def _deep_to_grey(image: Image.Image, low: float, high: float) -> Image.Image:
    scaled = (_finite(image) - low) / max(high - low, 1e-12) * 255
    return Image.fromarray(np.clip(scaled, 0, 255).round().astype(np.uint8))


def _finite(image: Image.Image) -> np.ndarray:
    return np.nan_to_num(np.asarray(image, np.float32), nan=0, posinf=0, neginf=0)
