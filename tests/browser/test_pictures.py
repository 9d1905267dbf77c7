"""The page and the endpoints take the same pictures, and see the same in them."""

import base64
import io
import re
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from models.images import APART, FORMATS, open_image
from tests.conftest import ROOT

pillow_heif.register_heif_opener()
# Opens a file as both widgets do, and returns its size and pixels.
OPEN = """
async ([address, base64]) => {
  const { opened } = await import(address);
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  let bitmap;
  try { bitmap = await opened(new Blob([bytes])); } catch { return null; }
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const brush = canvas.getContext('2d');
  brush.fillStyle = 'white';
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(bitmap, 0, 0);
  const { data } = brush.getImageData(0, 0, canvas.width, canvas.height);
  return [canvas.width, canvas.height, ...data];
}
"""
SCENE = Image.merge(
    "RGB", [Image.linear_gradient("L").rotate(angle).resize((48, 32)) for angle in (0, 90, 180)]
)


def encoded(image=SCENE, format="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def turned(format, orientation=6):
    exif = Image.Exif()
    exif[0x0112] = orientation
    # As bytes, HEIC and AVIF say it in the way of their own.
    return encoded(format=format, exif=exif if format == "TIFF" else exif.tobytes())


def with_chunk(kind, data):
    png = encoded()
    whole = struct.pack(">I", len(data)) + kind + data
    return png[:33] + whole + struct.pack(">I", zlib.crc32(kind + data)) + png[33:]


def transparent():
    image = SCENE.convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(SCENE.size))
    return image


PROFILE = b"profile\0\0" + zlib.compress(bytes(5_000_000), 0)
GREY16 = Image.fromarray(np.linspace(0, 65_535, 1536).astype(np.uint16).reshape(32, 48))
ANIMATION = {"save_all": True, "append_images": [Image.new("RGB", SCENE.size, "red")]}
PICTURES = {
    **{name: encoded(format=name) for name in (*FORMATS, *APART)},
    **{f"{name}, first of an animation": encoded(format=name, **ANIMATION) for name in ("GIF",)},
    "WEBP, first of an animation": encoded(format="WEBP", **ANIMATION),
    "PNG, first of an animation": encoded(format="PNG", **ANIMATION),
    **{f"{name}, turned": turned(name) for name in ("PNG", "JPEG", "WEBP", "HEIF", "AVIF", "TIFF")},
    "JPEG, mirrored": turned("JPEG", 5),
    "JPEG, progressive": encoded(format="JPEG", progressive=True),
    "JPEG, grey": encoded(SCENE.convert("L"), "JPEG"),
    "PNG, 16 bits": encoded(GREY16),
    "PNG, palette": encoded(SCENE.quantize(16)),
    "PNG, black and white": encoded(SCENE.convert("1")),
    "PNG, transparent": encoded(transparent()),
    "WEBP, transparent": encoded(transparent(), "WEBP", lossless=True),
    "PNG, a colour profile of 5 MB": with_chunk(b"iCCP", PROFILE),
    "PNG, without its last checksum": encoded()[:-4],
    "PNG, cut by 12 bytes": encoded()[:-12],
    "PNG, half": encoded()[:400],
    "WEBP, half": encoded(format="WEBP", lossless=True)[:200],
    "GIF, half": encoded(format="GIF")[:900],
    "BMP, half": encoded(format="BMP")[:2000],
    "JPEG, half": encoded(format="JPEG")[:700],
    "TIFF, half": encoded(format="TIFF")[:900],
    "HEIC, half": encoded(format="HEIF")[:400],
    "ICO": encoded(format="ICO"),
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "text": b"no picture",
    "nothing": b"",
}
REFUSED = {"TIFF, half", "ICO", "SVG", "text", "nothing", "PNG, cut by 12 bytes"}
COLOUR = 12  # of 255: decoders of lossy formats differ a little


def pixels_of_endpoint(data):
    try:
        return np.asarray(open_image(data), np.int16)
    except ValueError:
        return None


@pytest.fixture(scope="module")
def page(open_for_all):
    return open_for_all("/?chapter=tires")


@pytest.mark.parametrize("name", PICTURES)
def test_page_and_endpoint_see_the_same(page, name):
    data = PICTURES[name]
    address = re.search(r"/course/\w+/widgets/", page.content())[0] + "lib/photos.js"
    found = page.evaluate(OPEN, [address, base64.b64encode(data).decode()])
    there = pixels_of_endpoint(data)
    assert (found is None) == (there is None)
    assert (there is None) >= (name in REFUSED)
    if found is not None:
        width, height, *values = found
        here = np.array(values, np.int16).reshape(height, width, 4)[..., :3]
        assert here.shape == there.shape
        assert np.abs(here - there).mean() < COLOUR


def test_the_page_offers_every_picture():
    for name in ("photo_drop", "sketch_pad"):
        text = (ROOT / "demos" / "widgets" / f"{name}.html").read_text()
        assert set(re.findall(r'accept="([^"]*)"', text)) == {"image/*"}
