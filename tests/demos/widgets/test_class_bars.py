"""Bars and pixels travel as short text."""

import base64
import json

import numpy as np

from demos.widgets.class_bars import Bars, ClassBars
from demos.widgets.pixel_pictures import PixelPictures, Pixels


def test_bars_are_short_and_say_what_is_missing():
    bars = Bars(values=[[0.123456789, 1.0], None], sums=["sum 112 %", ""], troubles=["", "gone"])
    value = json.loads(ClassBars([("a", ""), ("b", "")], "01").postprocess(bars))
    assert value["panels"] == [
        {"values": [0.12346, 1.0], "sum": "sum 112 %"},
        {"trouble": "gone"},
    ]


def test_a_picture_takes_one_byte_per_pixel():
    pictures = PixelPictures([Pixels("seen", ""), Pixels("spoke", "", signed=True)], side=2)
    values = np.array([[0, 1], [0.5, 2]]), np.array([[-1, 1], [0, -9]])
    value = json.loads(pictures.postprocess([(values[0], "a"), (values[1], "b")]))
    grey, signed = (base64.b64decode(text) for text in value["pictures"])
    assert list(grey) == [0, 255, 128, 255]
    assert list(np.frombuffer(signed, np.int8)) == [-127, 127, 0, -127]
    assert value["descriptions"] == ["a", "b"]


def test_empty_pictures_are_empty():
    value = json.loads(PixelPictures([Pixels("seen", "")]).postprocess([None]))
    assert value == {"pictures": [""], "descriptions": [""]}
