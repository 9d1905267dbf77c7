"""The safe door for pictures: hostile kinds get one sentence, honest kinds become RGB."""

import base64
import io
import os
import struct
import subprocess
import sys
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import PIL
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from PIL import Image

from models import images
from models.images import FORMATS, MAX_BYTES, decode_data_url, open_image


def encoded(image, format="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height):
    """A PNG of a few bytes that claims to be width × height."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels


def refused_or(opened):
    """Assert that something is true, or refused as a picture; any other error fails."""
    try:
        assert opened()
    except ValueError as error:
        refusal = error
    else:
        return
    assert "picture" in str(refusal)


def assert_one_sentence(refusal):
    text = str(refusal.value)
    assert "\n" not in text
    assert text[-1] in ".…"
    assert len(text) < 160


def test_no_pillow_with_known_holes_is_accepted():
    """The lowest version that requirements.txt allows has none, and is what is tested here."""
    text = (Path(__file__).parents[2] / "requirements.txt").read_text()
    (wanted,) = (Requirement(line) for line in text.splitlines() if line.startswith("pillow>"))
    assert wanted.specifier.contains(PIL.__version__)
    assert not any(wanted.specifier.contains(old) for old in ("10.2.0", "12.1.1", "12.2.0"))


@pytest.mark.parametrize("format", FORMATS)
def test_every_common_format_becomes_rgb(format):
    image = open_image(encoded(Image.new("RGB", (12, 8), (200, 30, 30)), format))
    assert (image.mode, image.size) == ("RGB", (12, 8))
    assert np.abs(np.array(image.getpixel((5, 5))) - (200, 30, 30)).max() < 8


def test_a_path_a_text_path_and_a_pil_image_are_accepted(tmp_path):
    path = tmp_path / "digit.png"
    original = Image.new("L", (3, 4), 77)
    original.save(path)
    for source in (path, str(path), original):
        assert open_image(source).getpixel((0, 0)) == (77, 77, 77)


def test_the_result_is_a_copy_of_a_pil_image():
    original = Image.new("RGB", (3, 3))
    open_image(original).putpixel((0, 0), (255, 0, 0))
    assert original.getpixel((0, 0)) == (0, 0, 0)


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"hello",
        b"%PDF-1.7 not a picture",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        None,
        17,
        "/nowhere/at/all.png",
        "a\0b",
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(source):
    with pytest.raises(ValueError, match="picture") as refusal:
        open_image(source)
    assert_one_sentence(refusal)


def test_text_that_calls_itself_png_is_refused(tmp_path):
    path = tmp_path / "fake.png"
    path.write_text("I am not a picture")
    with pytest.raises(ValueError, match="not a picture"):
        open_image(path)


def test_the_content_decides_not_the_name(tmp_path):
    path = tmp_path / "really_a_jpeg.png"
    path.write_bytes(encoded(Image.new("RGB", (9, 9), "blue"), "JPEG"))
    assert open_image(path).size == (9, 9)


def test_formats_that_run_programs_are_never_decoded():
    with pytest.raises(ValueError, match="not a picture"):
        open_image(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n")


@pytest.mark.parametrize("format", FORMATS)
def test_a_truncated_file_is_refused(format):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), format)
    with pytest.raises(ValueError, match=r"damaged|not a picture") as refusal:
        open_image(data[: len(data) // 2])
    assert_one_sentence(refusal)


@pytest.mark.parametrize(
    ("width", "height"), [(8000, 6250), (60000, 60000), (2**31 - 1, 1), (1, 2**31 - 1)]
)
def test_a_picture_too_large_is_refused_from_its_header(width, height):
    with pytest.raises(ValueError, match=r"megapixels|gigantic|not a picture") as refusal:
        open_image(png_header(width, height))
    assert_one_sentence(refusal)


def test_a_picture_without_pixels_is_refused():
    with pytest.raises(ValueError, match=r"empty|not a picture"):
        open_image(png_header(0, 10))
    with pytest.raises(ValueError, match="empty"):
        open_image(Image.new("RGB", (0, 5)))


def test_a_real_picture_of_50_megapixels_is_refused():
    with pytest.raises(ValueError, match="50 megapixels"):
        open_image(encoded(Image.new("1", (10_000, 5_000))))


def test_a_file_above_the_limit_is_refused_unread(tmp_path):
    path = tmp_path / "big.png"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    for source in (path, bytes(MAX_BYTES + 1)):
        with pytest.raises(ValueError, match="larger than 20 MB"):
            open_image(source)


def test_exif_rotation_is_applied():
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 10, 20))  # black on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it turned by 90° clockwise
    turned = open_image(encoded(image, "JPEG", exif=exif))
    assert turned.size == (20, 40)
    assert turned.getpixel((10, 2))[0] < 60
    assert turned.getpixel((10, 37))[0] > 200


def test_cmyk_becomes_rgb():
    image = open_image(encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = image.getpixel((4, 4))
    assert red > 200
    assert green < 60
    assert blue < 60


def test_16_bit_grey_keeps_its_brightness():
    values = np.array([[0, 32_768, 65_535]], np.uint16)
    image = open_image(encoded(Image.fromarray(values)))
    assert [image.getpixel((x, 0))[0] for x in range(3)] == [0, 128, 255]


def test_float_and_32_bit_grey_are_scaled_and_not_finite_values_survive():
    unit = Image.fromarray(np.array([[0, 0.5, 1, np.nan, np.inf]], np.float32))
    assert [open_image(unit).getpixel((x, 0))[0] for x in range(5)] == [0, 128, 255, 0, 0]
    wide = Image.fromarray(np.array([[-100, 0, 100]], np.int32))
    assert [open_image(wide).getpixel((x, 0))[0] for x in range(3)] == [0, 128, 255]


def test_transparency_is_laid_on_white():
    image = Image.new("RGBA", (4, 1), (0, 0, 0, 0))
    image.putpixel((1, 0), (0, 0, 0, 255))
    for mode in ("RGBA", "LA", "PA"):
        opened = open_image(image.convert(mode))
        assert opened.getpixel((0, 0)) == (255, 255, 255)
        assert opened.getpixel((1, 0)) == (0, 0, 0)


def test_a_palette_with_a_transparent_colour_is_laid_on_white():
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((1, 0), 1)
    opened = open_image(encoded(image, "PNG", transparency=0))
    assert opened.getpixel((0, 0)) == (255, 255, 255)
    assert opened.getpixel((1, 0)) == (200, 100, 50)


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken(format):
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue", "lime")]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    red, _, blue = open_image(data).getpixel((4, 4))
    assert red > 200
    assert blue < 60
    late = Image.open(io.BytesIO(data))
    late.seek(2)
    assert open_image(late).getpixel((4, 4))[0] > 200


def test_one_pixel_is_a_picture():
    assert open_image(encoded(Image.new("1", (1, 1), 1))).getpixel((0, 0)) == (255, 255, 255)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    mode=st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F", "I;16"]),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    fill=st.integers(0, 255),
)
def test_any_mode_and_size_becomes_rgb_of_the_same_size(mode, width, height, fill):
    grey = Image.new("L", (width, height), fill)
    image = grey.convert("I").convert(mode) if mode == "I;16" else grey.convert(mode)
    opened = open_image(image)
    assert (opened.mode, opened.size) == ("RGB", (width, height))


SAMPLE = {
    f: encoded(Image.linear_gradient("L").resize((24, 24)), f) for f in ("PNG", "JPEG", "GIF")
}


@settings(max_examples=150, deadline=None)
@given(
    format=st.sampled_from(sorted(SAMPLE)),
    position=st.floats(0, 1),
    junk=st.binary(max_size=8),
    keep=st.booleans(),
)
def test_a_damaged_file_is_opened_or_refused_but_nothing_else(format, position, junk, keep):
    data = SAMPLE[format]
    at = int(position * len(data))
    damaged = data[:at] + junk + (data[at + len(junk) :] if keep else b"")
    refused_or(lambda: open_image(damaged).mode == "RGB")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused(data):
    with pytest.raises(ValueError, match="picture"):
        open_image(data)


def test_a_data_url_gives_its_bytes():
    url = "data:image/png;base64," + base64.b64encode(SAMPLE["PNG"]).decode()
    assert decode_data_url(url) == SAMPLE["PNG"]
    assert decode_data_url(f"  {url}\n") == SAMPLE["PNG"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "data:text/html;base64,PGI+",
        "data:image/png,abc",
        "data:image/png;base64,",
        "data:image/png;base64,@@@@",
        "data:image/png;base64,abc",
        "data:image/png;base64,ÄÖÜ=",
        "https://example.org/a.png",
        None,
        7,
        b"data:image/png;base64,AAAA",
    ],
)
def test_what_is_no_data_url_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match="picture") as refusal:
        decode_data_url(text)
    assert_one_sentence(refusal)


def test_a_data_url_too_long_is_refused_before_decoding():
    with pytest.raises(ValueError, match="larger than 20 MB"):
        decode_data_url("data:image/png;base64," + "A" * (MAX_BYTES * 4 // 3 + 400))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_decoded_or_refused_but_nothing_else(text):
    refused_or(lambda: decode_data_url("data:image/png;base64," + text))


# ---------------------------------------------------------------- as browsers open them


@pytest.mark.parametrize("format", ["ICO", "PPM", "TGA", "JPEG2000"])
def test_another_format_is_refused_with_those_that_are_taken(format):
    Image.init()
    if format not in Image.SAVE:
        pytest.skip(f"this Pillow writes no {format}")
    with pytest.raises(ValueError, match="not a picture") as refusal:
        open_image(encoded(Image.new("RGB", (32, 32), "red"), format))
    said = str(refusal.value).lower()
    assert all(name.lower() in said for name in FORMATS)
    assert_one_sentence(refusal)


@pytest.mark.parametrize(("cut", "opens"), [(4, True), (8, False), (12, False), (20, False)])
def test_a_png_without_its_end_is_refused_as_browsers_refuse_it(cut, opens):
    data = encoded(Image.linear_gradient("L"))[:-cut]
    if opens:
        assert open_image(data).size == (256, 256)
        return
    with pytest.raises(ValueError, match="damaged"):
        open_image(data)


@pytest.mark.parametrize(("format", "turned"), [("PNG", True), ("JPEG", True), ("WEBP", False)])
def test_a_picture_is_turned_by_exif_where_browsers_turn_it(format, turned):
    exif = Image.Exif()
    exif[0x0112] = 6
    image = open_image(encoded(Image.new("RGB", (40, 20)), format, exif=exif))
    assert image.size == ((20, 40) if turned else (40, 20))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_of_the_eight_rotations_is_pillows(orientation):
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(4, 6))
    data = encoded(picture, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert np.array_equal(np.asarray(open_image(data)), np.asarray(expected))


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt", b"eXIf"])
def test_notes_beside_the_pixels_cannot_spoil_a_png(kind):
    data = encoded(Image.new("RGB", (5, 4), "lime"))
    profile = b"profile\0\0" + zlib.compress(os.urandom(5_000_000), 0)
    spoiled = data[:33] + chunk(kind, b"nonsense" if kind == b"eXIf" else profile) + data[33:]
    assert open_image(spoiled).getpixel((2, 2)) == (0, 255, 0)


# ---------------------------------------------------------------- what pictures cost


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_large_picture_is_made_smaller_and_looks_the_same(format):
    small = Image.radial_gradient("L").resize((400, 300)).convert("RGB")
    large = small.resize((4000, 3000), Image.Resampling.BILINEAR)
    opened = open_image(encoded(large, format))
    assert 1024 <= max(opened.size) < 2048
    assert opened.width / opened.height == pytest.approx(4 / 3, abs=0.002)
    shrunk = opened.resize(small.size, Image.Resampling.BOX)
    assert np.abs(np.subtract(shrunk, small, dtype=np.int16)).mean() < 2


@pytest.mark.parametrize("size", [(2047, 2047), (20_000, 400), (3, 9000), (1, 1)])
def test_what_a_model_may_look_at_keeps_every_pixel(size):
    assert open_image(encoded(Image.new("L", size, 9))).size == size


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "F"])
def test_strips_join_without_a_seam(mode, monkeypatch):
    rng = np.random.default_rng(0)
    grey = Image.fromarray(rng.integers(0, 256, (2100, 1100), dtype=np.uint8))
    picture = grey.convert("I").convert(mode) if mode == "I;16" else grey.convert(mode)
    whole = np.asarray(open_image(picture))
    monkeypatch.setattr(images, "STRIP", 10_000)
    assert np.array_equal(np.asarray(open_image(picture)), whole)


def bomb(kind):
    """A few bytes that hold 25 megapixels."""
    large = {
        "16-bit PNG": lambda: encoded(Image.new("I;16", (5000, 5000))),
        "palette PNG": lambda: encoded(Image.new("P", (5000, 5000)), transparency=0),
        "clear PNG": lambda: encoded(Image.new("RGBA", (5000, 5000))),
        "JPEG": lambda: encoded(Image.new("RGB", (5000, 5000)), "JPEG"),
        "progressive JPEG": lambda: encoded(
            Image.new("RGB", (5000, 5000)), "JPEG", progressive=True
        ),
        "WEBP": lambda: encoded(Image.new("RGBA", (5000, 5000)), "WEBP", method=0),
        "GIF": lambda: encoded(Image.new("P", (5000, 5000)), "GIF"),
    }
    return large[kind]()


MEMORY = """
import re, sys
from models.images import open_image
peak = lambda: 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
data = sys.stdin.buffer.read()
before = peak()
open_image(data)
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
@pytest.mark.parametrize(
    ("kind", "most"),  # measured: 1.0, 0.6, 1.7, 0.3, 1.1, 5.4 and 0.5
    [
        ("16-bit PNG", 1.5),
        ("palette PNG", 1.0),
        ("clear PNG", 2.5),
        ("JPEG", 0.5),
        ("progressive JPEG", 2.5),
        ("WEBP", 7.0),
        ("GIF", 1.0),
    ],
)
def test_25_megapixels_in_a_few_bytes_cost_no_more_than_some_times_their_pixels(kind, most):
    run = subprocess.run([sys.executable, "-c", MEMORY], input=bomb(kind), capture_output=True)
    assert int(run.stdout) < most * 25_000_000 * 3


def test_few_pictures_are_decoded_at_a_time(monkeypatch):
    under_way, most, lock = 0, 0, threading.Lock()
    convert = images._to_rgb

    def slow(*arguments):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        threading.Event().wait(0.02)
        with lock:
            under_way -= 1
        return convert(*arguments)

    monkeypatch.setattr(images, "_to_rgb", slow)
    with ThreadPoolExecutor(12) as visitors:
        for opened in visitors.map(open_image, [SAMPLE["PNG"]] * 24):
            assert opened.size == (24, 24)
    assert most == images.AT_A_TIME


def test_a_refused_picture_makes_way_for_the_next():
    for _ in range(5):
        with pytest.raises(ValueError, match="picture"):
            open_image(b"no picture")
    assert open_image(SAMPLE["PNG"]).size == (24, 24)
