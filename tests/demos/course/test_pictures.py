"""The pictures of the course map: what chapters compute, within the picture, and small."""

import json

import pytest

from demos import CHAPTERS
from demos.course.board import PICTURES
from demos.course.pictures import drawn
from demos.frame.miniature import Bars, Cells, Line, middle_of, sampled, scaled, to_json

MOST = 100_000  # bytes of all pictures
FRAMES = 20


@pytest.fixture(scope="module")
def pictures():
    return json.loads(PICTURES.read_text(encoding="utf-8"))


def numbers(value):
    """Return all numbers in something nested, in their order."""
    if isinstance(value, (list, tuple)):
        return [number for one in value for number in numbers(one)]
    return [value] if isinstance(value, (int, float)) else []


def form(value):
    """Return the same with every number left out."""
    if isinstance(value, list):
        return [form(one) for one in value]
    return None if isinstance(value, (int, float)) else value


def test_every_chapter_has_a_picture_and_says_how_long_it_takes(pictures):
    assert [*pictures] == [one.slug for one in CHAPTERS]
    assert all(15 <= one.minutes <= 60 for one in CHAPTERS)


# Not equal: other processors round otherwise, and training makes more of it.
def test_the_pictures_are_what_the_chapters_compute(pictures):
    for slug, layers in drawn().items():
        for kept, now in zip(pictures[slug], layers, strict=True):
            assert {**kept, "frames": form(kept["frames"])} == {
                **now,
                "frames": form(now["frames"]),
            }, slug
            assert numbers(kept["frames"]) == pytest.approx(numbers(now["frames"]), abs=0.02), slug


def test_all_lies_within_the_picture_and_something_moves(pictures):
    for slug, layers in pictures.items():
        for layer in layers:
            low = -1 if layer["kind"] == "cells" else 0
            assert all(low <= number <= 1 for number in numbers(layer["frames"])), slug
            assert 1 <= len(layer["frames"]) <= FRAMES, slug
        moving = [layer["frames"] for layer in layers if layer["kind"] != "dots"]
        moving += [layer["colours"] for layer in layers if layer["kind"] == "dots"]
        assert any(frames[0] != frames[-1] for frames in moving), slug


def test_together_they_are_small():
    assert PICTURES.stat().st_size <= MOST


def test_places_and_shades_are_short():
    layers = to_json([Line([[(0.12345, 1.0)]]), Cells([[[0.12345, 0.0]]]), Bars([[0.5]])])
    assert [layer["frames"] for layer in layers] == [[[[0.123, 1]]], [[[0.12, 0]]], [[0.5]]]
    assert [layer["kind"] for layer in layers] == ["line", "cells", "bars"]


def test_frames_are_sampled_evenly_and_values_stay_within_the_picture():
    assert sampled(range(101), 5) == [0, 25, 50, 75, 100]
    assert sampled([1, 2]) == [1, 2]
    assert scaled([-5, 0, 5, 20], 0, 10) == [0, 0, 0.5, 1]


def test_the_middle_of_a_cell_is_where_the_page_draws_it():
    assert middle_of(1, 1, 3, 3) == (0.5, 0.5)
    assert middle_of(0, 0, 6, 9) == pytest.approx(((40 - 10) / 180, (87.5 - 10) / 80))
