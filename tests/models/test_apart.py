"""HEIC, AVIF and TIFF are opened like any picture, by a process that takes no server along."""

import io
import struct
import subprocess
import sys
from functools import cache

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from models import apart
from models.images import APART, FORMATS, open_image

pillow_heif.register_heif_opener()
SCENE = Image.merge(
    "RGB", [Image.linear_gradient("L").rotate(angle).resize((96, 64)) for angle in (0, 90, 180)]
)


def encoded(image, format, **options):
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


FAST = {
    "HEIF": {"enc_params": {"preset": "ultrafast"}},
    "AVIF": {"speed": 10},
    "TIFF": {"compression": "tiff_lzw"},
}


@cache
def large(format, size=(6000, 5000)):
    """A few kB that hold many megapixels."""
    return encoded(Image.new("RGB", size), format, **FAST[format])


def lying(format):
    """The same, but its header says 100 × 100."""
    return large(format).replace(struct.pack(">II", 6000, 5000), struct.pack(">II", 100, 100))


def many_notes():
    """A TIFF of 15 MB with 400 notes, each of which is the whole file: 6 GB."""
    notes = b"".join(struct.pack("<HHII", 40_000 + i, 7, 15_000_000, 8) for i in range(400))
    tags = ((256, 9), (257, 9), (258, 8), (259, 1), (262, 1), (273, 8), (278, 9), (279, 81))
    known = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    count = struct.pack("<H", 400 + len(tags))
    body = b"II*\0" + struct.pack("<I", 15_000_010) + bytes(15_000_002)
    return body + count + known + notes + bytes(4)


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize("format", APART)
def test_a_picture_looks_as_it_was_saved(format):
    opened = open_image(encoded(SCENE, format))
    assert (opened.mode, opened.size) == ("RGB", SCENE.size)
    assert np.abs(np.subtract(opened, SCENE, dtype=np.int16)).mean() < 5


@pytest.mark.parametrize("format", APART)
def test_a_picture_stands_upright_however_the_camera_was_held(format):
    exif = Image.Exif()
    exif[0x0112] = 6  # HEIC and AVIF then say it in the way of their own, "irot"
    opened = open_image(encoded(SCENE, format, exif=exif if format == "TIFF" else exif.tobytes()))
    assert opened.size == (64, 96)
    turned = SCENE.transpose(Image.Transpose.ROTATE_270)
    assert np.abs(np.subtract(opened, turned, dtype=np.int16)).mean() < 5


@pytest.mark.parametrize("format", APART)
def test_what_is_transparent_is_laid_on_white(format):
    assert min(open_image(encoded(Image.new("RGBA", (64, 64)), format)).getpixel((32, 32))) > 250


@pytest.mark.parametrize("format", APART)
def test_a_large_picture_is_made_smaller(format):
    data = encoded(SCENE.resize((2400, 1600)), format, **FAST[format])
    assert open_image(data).size == (1200, 800)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "F", "LAB"])
def test_a_tiff_of_any_mode_becomes_rgb(mode):
    grey = Image.new("L", (20, 10), 90)
    if mode == "I;16":
        image = Image.fromarray(np.full((10, 20), 90 * 257, np.uint16))
    else:
        image = Image.new(mode, (20, 10)) if mode == "LAB" else grey.convert(mode)
    opened = open_image(encoded(image, "TIFF"))
    assert (opened.mode, opened.size) == ("RGB", (20, 10))
    if mode in ("L", "P", "I;16"):
        assert opened.getpixel((5, 5)) == (90, 90, 90)


def test_of_several_pictures_in_a_heic_the_one_that_is_meant_is_taken():
    file = pillow_heif.HeifFile()
    for colour in ("red", "blue", "lime"):
        file.add_from_pillow(Image.new("RGB", (64, 64), colour))
    stream = io.BytesIO()
    file.save(stream, primary_index=1)
    red, green, blue = open_image(stream.getvalue()).getpixel((30, 30))
    assert blue > 200 > 60 > max(red, green)


# ---------------------------------------------------------------- what strangers may send


@pytest.mark.parametrize("format", APART)
@pytest.mark.parametrize("share", [0.1, 0.7])
def test_a_file_that_is_cut_off_is_refused_in_a_sentence(format, share):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), format)
    with pytest.raises(ValueError, match=r"damaged.*\.$"):
        open_image(data[: int(share * len(data))])


@pytest.mark.parametrize(
    "start", [b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypavif", b"II*\0", b"MM\0*"]
)
def test_nonsense_that_begins_well_is_refused_with_what_is_taken(start):
    with pytest.raises(ValueError, match="not a picture") as refusal:
        open_image(start + b"nonsense" * 9)
    said = str(refusal.value).lower().replace("heic", "heif")
    assert all(name.lower() in said for name in (*FORMATS, *APART))


@pytest.mark.parametrize("format", APART)
def test_more_than_25_megapixels_are_refused_from_the_header(format):
    with pytest.raises(ValueError, match="30 megapixels"):
        open_image(large(format))


MOST = """
import re, resource, sys
from models.images import open_image
try:
    open_image(sys.stdin.buffer.read())
except ValueError as error:
    assert "picture" in str(error)
own = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(1024 * int(own), 1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
HOSTILE = {
    "HEIC that lies about its size": lambda: lying("HEIF"),
    "AVIF that lies about its size": lambda: lying("AVIF"),
    "TIFF of many notes": many_notes,
}


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_file_takes_more_memory_than_it_may_and_none_of_the_servers(kind):
    run = subprocess.run([sys.executable, "-c", MOST], input=HOSTILE[kind](), capture_output=True)
    own, children = map(int, run.stdout.split())
    assert own < 150_000_000
    assert 10_000_000 < children < apart.MEMORY


@pytest.mark.parametrize("format", APART)
def test_25_megapixels_are_within_the_limits(format):
    assert open_image(large(format, (5000, 5000))).size == (1250, 1250)


@pytest.mark.parametrize(
    "written",
    [b"", b"\n", b"[9, 9]\n", b"[9, 9]\n[9, 9]\n\0\0", b"[9, 9]\n[-1, 9]\n", b"[9", b"{}\n"],
)
def test_whatever_a_process_that_dies_has_written_is_refused(monkeypatch, written):
    monkeypatch.setattr(apart, "_ask", lambda data: written)
    with pytest.raises(ValueError, match="picture"):
        apart.opened(b"II*\0")


def test_a_process_that_takes_too_long_is_ended_and_refused(monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE", 0.001)
    with pytest.raises(ValueError, match="picture"):
        open_image(encoded(SCENE, "TIFF"))


def test_the_process_is_told_no_secrets(monkeypatch):
    told, run = [], subprocess.run
    monkeypatch.setattr(
        apart.subprocess, "run", lambda *a, **k: told.append(k["env"]) or run(*a, **k)
    )
    monkeypatch.setenv("HF_TOKEN", "a secret")
    assert open_image(encoded(SCENE, "TIFF")).size == SCENE.size
    assert "a secret" not in told[0].values()
