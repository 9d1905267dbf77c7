"""The pad's text: strokes that fit into a link, drawn as the browser draws them."""

import base64
import io
import json
import shutil
import subprocess
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from demos.frame import texts
from demos.widgets import sketch_pad
from demos.widgets.sketch_pad import GRID, MAX_LENGTH, SIDE, SketchPad, decode, encode, picture

SEVEN = encode([(30, [(150, 100), (360, 100), (230, 430)])])

point = st.tuples(st.integers(0, GRID - 1), st.integers(0, GRID - 1))
stroke = st.tuples(st.integers(1, 60), st.lists(point, min_size=1, max_size=8))


@given(st.lists(stroke, max_size=6))
def test_strokes_survive_the_way_through_a_link(strokes):
    text = encode(strokes)
    again = decode(text)
    assert encode(again) == text
    assert [(width, points[0], points[-1]) for width, points in again] == [
        (width, points[0], points[-1]) for width, points in strokes
    ]


def test_a_digit_is_short_enough_for_a_link():
    assert len(SEVEN) < 100
    assert SEVEN.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=60) | st.text(alphabet="ABCg0_-.", max_size=60))
def test_any_text_is_strokes_or_refused_in_one_sentence(text):
    try:
        strokes = decode(text)
    except ValueError:
        with pytest.raises(ValueError, match="This is not a sketch"):
            decode(text)
    else:
        assert all(0 <= x < GRID and 0 <= y < GRID for _, points in strokes for x, y in points)


@pytest.mark.parametrize("value", ["", None, ".", "..."])
def test_an_empty_pad_is_no_picture(value):
    assert picture(value) is None


def test_strokes_become_black_ink_on_white_paper():
    image = picture(SEVEN)
    assert image.size == (SIDE, SIDE)
    pixels = np.asarray(image)
    assert pixels[100 // 3, 250 // 3] == 0  # on the bar of the seven
    assert pixels[0, 0] == pixels[-1, -1] == 255
    assert 0 < ((pixels > 0) & (pixels < 255)).mean() < 0.1  # smooth edges


def test_a_dot_is_ink_too():
    assert np.asarray(picture(encode([(30, [(250, 250)])]))).min() == 0


def test_a_photo_keeps_its_size_and_colours():
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(stream, "PNG")
    photo = "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
    assert picture(photo).size == (60, 40)
    assert picture(photo).getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("payload", ["A" * (MAX_LENGTH + 1), "data:" + "A" * 3_000_000])
def test_what_is_too_large_is_refused(payload):
    with pytest.raises(gr.Error, match="too large"):
        SketchPad().preprocess(payload)


@pytest.mark.parametrize("payload", [3, ["A"], {"path": "/etc/passwd"}])
def test_what_is_no_text_is_refused_in_the_language_of_the_page(payload):
    with texts.speaking("de"), pytest.raises(gr.Error, match=r"Zeichnung .* als Text"):
        SketchPad().preprocess(payload)


def test_a_link_holds_a_sketch_but_no_photo():
    pad = SketchPad()
    assert pad.check(SEVEN) == SEVEN
    for text in ("data:image/png;base64,AAAA", "<b>", "A", "\0"):
        with pytest.raises(ValueError, match="a sketch is needed"):
            pad.check(text)


def test_gradio_can_build_the_pad_again_without_its_value():
    pad = SketchPad(label="Sketch", hint="Here", pen=10, elem_id="p")
    assert SketchPad(**{k: v for k, v in pad.constructor_args.items() if k != "value"}).pen == 10
    assert "#p .sketch-pad" in pad.answered


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node to run the pad's JavaScript")
def test_the_browser_writes_strokes_as_python_reads_them():
    script = Path(sketch_pad.__file__).parent / "lib" / "strokes.js"
    drawn = "{ width: 30, points: [[150.4, 99.7], [360.2, 100.1], [300, 230], [230, 430]] }"
    program = (
        f"import {{ encodeStroke }} from {json.dumps(str(script))};"
        f"console.log(encodeStroke({drawn}))"
    )
    node = ["node", "--input-type=module", "-e", program]
    text = subprocess.run(node, capture_output=True, text=True, check=True)
    ((width, points),) = decode(text.stdout.strip())
    assert width == 30
    assert points[0] == (150, 100)
    assert points[-1] == (230, 430)
