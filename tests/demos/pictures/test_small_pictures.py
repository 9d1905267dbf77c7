"""A grid of small pictures."""

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from demos.pictures.small_pictures import clicked_picture, picture_grid, picture_rows, sprite


def opened(url: str) -> np.ndarray:
    assert url.startswith("data:image/png;base64,")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))))


@given(st.integers(1, 40), st.integers(1, 40), st.booleans(), st.integers(0, 2**32 - 1))
def test_every_pixel_becomes_a_square_of_its_colour(height, width, colour, seed):
    shape = (height, width, 3) if colour else (height, width)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    seen = opened(sprite(pixels))
    factor = seen.shape[0] // height
    assert seen.shape[:2] == (height * factor, width * factor)
    assert (seen[::factor, ::factor] == pixels).all()
    assert (seen[factor - 1 :: factor, factor - 1 :: factor] == pixels).all()


def test_fractions_are_bytes_of_256_and_beyond_them_cut_off():
    seen = opened(sprite(np.array([[0.0, 0.5], [1.0, 2.0], [-1.0, np.nan]])))
    assert sorted(set(seen.ravel().tolist())) == [0, 128, 255]


@pytest.mark.parametrize("shape", [(3,), (2, 2, 4), (1, 2, 2, 3)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(ValueError, match="pixels"):
        sprite(np.zeros(shape))


def test_pictures_stand_in_lines_and_one_has_a_frame():
    rows = picture_rows([np.zeros((8, 8))] * 5, list("abcde"), columns=2, chosen=3)
    places = [(row["line"], row["column"]) for row in rows]
    assert places == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]
    assert [row["caption"] for row in rows if row["chosen"]] == ["d"]


def test_a_click_names_a_picture_and_nonsense_is_refused():
    assert clicked_picture(1, 2, count=6, columns=2) == 5
    for x, y in [(1, 2), (2, 0), (-1, 0), (None, 0), (True, 0), (0.0, 0), ("0", "0"), (0, 10**9)]:
        with pytest.raises(ValueError, match="no such picture"):
            clicked_picture(x, y, count=5, columns=2)


def test_the_grid_is_valid_vega_lite_and_can_be_clicked():
    prop = picture_grid(heading="Misread", description="Digits.").to_prop(validate=True)
    assert prop["pick"]
    assert prop["onlyWith"] == "pictures"
