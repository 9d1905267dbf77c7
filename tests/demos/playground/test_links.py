"""Own points as text: round trip, and nothing a stranger sends does more than be refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.playground import links
from demos.playground.data import EXTENT, MAX_POINTS

PLACES = st.floats(-EXTENT, EXTENT)
POINTS = st.lists(
    st.fixed_dictionaries({"x": PLACES, "y": PLACES, "label": st.integers(0, 1)}), max_size=30
)


@given(POINTS)
def test_points_come_back_true_to_three_thousandths(points):
    back = links.decode(links.encode(points))
    assert len(back) == len(points)
    for before, after in zip(points, back, strict=True):
        assert after["label"] == before["label"]
        for axis in ("x", "y"):
            assert abs(after[axis] - before[axis]) <= 0.0031


@given(POINTS)
def test_what_was_read_is_written_as_it_was(points):
    text = links.encode(points)
    assert links.encode(links.decode(text)) == text


def test_the_corners_and_the_alphabet_of_links():
    corners = [{"x": x, "y": y, "label": 1} for x in (-6, 6) for y in (-6, 6)]
    text = links.encode(corners)
    assert text == "QAAAQAf_f_gAf___"
    assert links.decode(text) == corners


@given(st.one_of(st.text(), st.binary().map(lambda b: base64.urlsafe_b64encode(b).decode())))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        points = links.decode(text)
    except ValueError:
        return
    assert 4 * len(points) == len(text)


@pytest.mark.parametrize(
    "text",
    ["A", "AAA=", "AAAA" * (MAX_POINTS + 1), "____", "ÄÄÄÄ", "AA A", "AA+/", None, 7, b"AAAA"],
)
def test_damaged_and_huge_texts_are_refused(text):
    with pytest.raises(ValueError, match="points must be"):
        links.decode(text)


def test_a_thousand_points_fit_into_a_link():
    points = [{"x": i / 100, "y": -i / 100, "label": i % 2} for i in range(500)] * 2
    assert len(links.encode(points)) == 4000
