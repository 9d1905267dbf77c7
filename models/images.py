"""The one safe door for pictures: whatever a visitor sends becomes 8-bit RGB, or a clear refusal.

Knows no model. Size is judged from the header, before a single pixel is decoded.
"""

from __future__ import annotations

import base64
import binascii
import io
import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from models.sentences import Sentence, refusal

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")  # JPEG includes MPO
MAX_BYTES = 20_000_000
MAX_PIXELS = 25_000_000

_EMPTY = Sentence("This picture is empty; send a PNG, JPEG, WebP, GIF, BMP or TIFF picture.")
_LARGE = Sentence("This picture is larger than 20 MB; make it smaller and send it again.")
_FORM = Sentence("The picture must be text of the form data:image/png;base64,…")


def open_image(source: bytes | str | os.PathLike | Image.Image) -> Image.Image:
    """Open a picture of unknown origin.

    EXIF rotation is applied, the first frame of an animation is taken, transparency is laid on
    white, and every colour mode (1-bit, palette, CMYK, 16-bit, float, ...) becomes 8-bit RGB. The
    content decides what a file is, not its name.

    Args:
        source: the bytes of a file, a path, or a picture that PIL already opened.

    Returns:
        A new RGB image of at most 25 megapixels.

    Raises:
        ValueError: with one sentence for the visitor, if the picture is not one, is damaged, has no
            pixels, or is larger than 20 MB or 25 megapixels.
    """
    image = source if isinstance(source, Image.Image) else _read_header(_read_bytes(source))
    _check_size(image)
    try:
        image.seek(0)
        image.load()
        image = ImageOps.exif_transpose(image)
        return _to_rgb(image)
    except MemoryError:
        raise
    except Exception as error:  # decoders raise nearly anything on damaged files
        raise refusal(
            "This picture is damaged or cut off; save it again as PNG or JPEG and send that."
        ) from error


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
        raise refusal("This is not a picture; send a PNG, JPEG, WebP, GIF, BMP or TIFF picture.")
    if len(data) > MAX_BYTES:
        raise ValueError(_LARGE)
    if not data:
        raise ValueError(_EMPTY)
    return data


def _read_header(data: bytes) -> Image.Image:
    """Open a picture without decoding its pixels."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise refusal(
            "This picture has a gigantic number of pixels; make it smaller and send it again."
        ) from error
    except Exception as error:  # decoders raise nearly anything on damaged headers
        raise refusal(
            "This is not a picture, or a damaged one; "
            "send a PNG, JPEG, WebP, GIF, BMP or TIFF picture."
        ) from error


def _check_size(image: Image.Image) -> None:
    """Refuse pictures without pixels or with too many of them."""
    width, height = image.size
    if width < 1 or height < 1:
        raise ValueError(_EMPTY)
    if width * height > MAX_PIXELS:
        raise refusal(
            "This picture has {megapixels:.0f} megapixels and 25 are allowed; "
            "make it smaller and send it again.",
            megapixels=width * height / 1e6,
        )


def _to_rgb(image: Image.Image) -> Image.Image:
    """Convert any PIL mode to RGB; transparency is laid on white."""
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_to_grey(image).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB") if image.mode != "RGB" else image.copy()


def _deep_to_grey(image: Image.Image) -> Image.Image:
    """Convert 16-bit, 32-bit and float grey to 8 bits.

    Values within 0...1 (float), 0...255 or 0...65,535 keep their meaning; any other range is
    stretched from its smallest to its largest value. What is not finite becomes black.
    """
    values = np.nan_to_num(np.asarray(image, np.float32), nan=0, posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I;16"):
        low, high = 0.0, 65_535.0
    elif low >= 0 and high <= 65_535:
        tops = [1.0] if image.mode == "F" else []
        low, high = 0.0, next(top for top in [*tops, 255.0, 65_535.0] if high <= top)
    scaled = (values - low) / max(high - low, 1e-12) * 255
    return Image.fromarray(np.clip(scaled, 0, 255).round().astype(np.uint8))
