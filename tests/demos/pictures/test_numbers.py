"""Numbers in sentences and tables."""

import doctest

import pytest

from demos.pictures import numbers
from demos.pictures.numbers import number_table, written


def test_the_examples_of_the_docstrings_hold():
    assert doctest.testmod(numbers).failed == 0


@pytest.mark.parametrize(
    ("number", "spec", "text"),
    [
        (-1e-6, ".4g", "−1e−6"),
        (1e6, ".2g", "1e6"),
        (-0.0, ".4g", "0"),
        (-3, "d", "−3"),
        (1.5, ".1f", "1.5"),
        (-0.004, ".2f", "0.00"),
    ],
)
def test_a_number_has_one_minus_sign_and_a_short_exponent(number, spec, text):
    assert written(number, spec) == text


def test_a_table_shows_the_columns_that_were_asked_for_and_points_out_a_row():
    rows = [{"step": 0, "loss": 0.5, "x": 1}, {"step": 1, "loss": -1e-9}, {"step": 2}]
    text = number_table(rows, {"step": "step", "loss": "L"}, {"loss": ".2e"}, bold=1)
    assert text.splitlines() == [
        "| step | L |",
        "|--:|--:|",
        "| 0 | 5.00e−1 |",
        "| **1** | **−1.00e−9** |",
        "| 2 | – |",
    ]
    empty = number_table([{"step": 3, "loss": ""}], {"step": "", "loss": "L"}, bold=0)
    assert empty.splitlines()[-1] == "| **3** |  |"


def test_texts_in_a_table_are_only_texts():
    cell = number_table([{"a": "<b>|*x*\n$y$`"}], {"a": "a|b"}).splitlines()[-1]
    assert not set("<>*$`\n") & set(cell)
    assert cell.count("|") == 2
