"""Points from CSVs as they are found, and what hostile ones get for an answer."""

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demos.playground import data
from demos.playground.data import MAX_POINTS, make
from demos.playground.tables import from_csv


@pytest.mark.parametrize(
    "text",
    [
        "1,2,no\n3,4,yes\n",
        "﻿width;height;kind\r\n1;2;no\r\n\r\n3;4;yes",
        "1\t2\tno\n3\t4\tyes",
        "1 2 no\n3 4 yes",
        '"1","2","no"\n"3","4","yes"',
        "a,b,c\n1.0e0,2.,no\n3,+4,yes",
        "1,0;2,0;no\n3,0;4,0;yes",
        ",a,b,c\n0,1,2,no\n1,3,4,yes\n",
        "Unnamed: 0,a,b,c\n0,1,2,no\n1,3,4,yes\n",
        "0,1,2,no\n1,3,4,yes\n",
        '"a","b","c"\n"1",1,2,"no"\n"2",3,4,"yes"\n',
        "a,b,c,\n1,2,no,\n3,4,yes,\n",
        "1;2;no;;\r3;4;yes;;",
    ],
)
def test_a_csv_is_read_whatever_its_separator(text):
    read = from_csv(text)
    assert [(p["x"], p["y"], p["label"]) for p in read["points"]] == [(1, 2, 0), (3, 4, 1)]
    assert read["classes"] == ["no", "yes"]
    assert make("own", points=read["points"])["points"]


def test_features_beyond_the_square_are_scaled_and_can_be_scaled_back():
    read = from_csv("age,income,buys\n20,1000,0\n40,5000,1\n60,3000,1")
    assert [p["x"] for p in read["points"]] == [-5, 0, 5]
    axis = read["axes"][1]
    assert axis["name"] == "income"
    back = [axis["centre"] + axis["half"] * p["y"] / 6 for p in read["points"]]
    assert back == pytest.approx([1000, 5000, 3000], abs=1)
    assert "3 points" in read["note"]


def test_minus_one_comes_before_one():
    assert from_csv("1,1,1\n2,2,-1")["classes"] == ["-1", "1"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "text must be a CSV"),
        ("", "text must be a CSV"),
        (" \n \n", "text must be a CSV"),
        ("\x00PNG", "not a binary file"),
        ("1,2,3\n" * 50_000, "at most 100000 characters"),
        ("1,2,0\n3,4,1\n" * 501, f"needs 2 to {MAX_POINTS} rows"),
        ("1,2,0\n3,4\n5,6,1", "Row 2, column 3 must hold a label"),
        ("1,2,0\n3,4,1,5", "Row 2 has 4 columns"),
        ("1,2\n3,4\n", "Row 1 has 2 columns"),
        ("a,b\n1,2\n3,4\n", "Row 1 has 2 columns"),
        ("1,2,\n3,4,a", "Row 1, column 3 must hold a label"),
        ("1\n2\n3", "Row 1 has 1 column, "),
        ("5,1,2,0\n7,3,4,1\n", "Row 1 has 4 columns"),
        (",x,y\n0,1,2\n1,3,4\n", "Row 1 has 2 columns"),
        ("1,2,3,4,5,a\n1,2,3,4,5,b", "Row 1 has 6 columns"),
        ("x,y,label\n" + "1,2,0\n3,4,1\n" * 501, "this one has 1002"),
        ("1,000\t2\tno\n3\t4\tyes", "Row 1, column 1: “1,000” could be a thousand or one"),
        ('"1,00,0",2,no\n3,4,yes', "Row 1, column 1 must be a number"),
        ('"1,2,no\n3,4,yes', "text cannot be read as a CSV"),
        ("1,2,0\n3,oops,1", "Row 2, column 2 must be a number"),
        ("1,2,0\nnan,4,1", "Row 2, column 1 must be a number"),
        ("1,2,0\n1e999,4,1", "Row 2, column 1 must be a number"),
        ("1,2,0\ninf,4,1", "Row 2, column 1 must be a number"),
        ("1,2,0\n" + "9" * 5000 + ",4,1", "Row 2, column 1 must be a number"),
        ("=cmd(),2,0\n1,2,1", "Row 1, column 1 must be a number"),
        ("1,2,0\n3,4,", "Row 2, column 3 must hold a label"),
        ("1,2,0\n3,4,0", "two different labels; it holds 1"),
        ("1,2,a\n3,4,b\n5,6,c", "two different labels; it holds 3"),
        ("x,y,label", "needs 2 to"),
        ("1,2,0", "needs 2 to"),
    ],
)
def test_a_csv_that_cannot_be_read_is_refused_naming_row_and_column(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        from_csv(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="0123456789,;\t\n .-e\"'ab", max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        read = from_csv(text)
    except ValueError as error:
        read, sentence = None, str(error)
    if read:
        assert data.check_points(read["points"])
    else:
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('"1,000",2,0\n"2,500.5",3,1', [1000, 2500.5]),
        ('"1,5",2,0\n"2,250",3,1', [1.5, 2.25]),
        ("1,5;2;0\n2;3;1", [1.5, 2]),
        ("1.000,5;2;0\n2.500,0;3;1", [1000.5, 2500]),
        ("1,000,000\t2\t0\n5\t3\t1", [1e6, 5]),
        ("1,000;2;0\n2,500;3;1", [1, 2.5]),
        ("−1.5,2,0\n+3,3,1", [-1.5, 3]),
        ("1e3,2,0\n.5,3,1", [1000, 0.5]),
    ],
)
def test_a_comma_in_a_number_is_what_its_column_makes_of_it(text, values):
    read = from_csv(text)
    axis = read["axes"][0]
    back = [axis["centre"] + axis["half"] * p["x"] / 6 for p in read["points"]]
    assert back == pytest.approx(values, rel=1e-3)


def test_the_header_is_no_row_and_its_names_are_kept():
    read = from_csv("größe,poids [kg],Art\n" + "1,2,0\n3,4,1\n" * (MAX_POINTS // 2))
    assert len(read["points"]) == MAX_POINTS
    assert [axis["name"] for axis in read["axes"]] == ["größe", "poids [kg]"]


NUMBERS = st.floats(-1e6, 1e6).map(lambda number: round(number, 3))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=20),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from([".", ","]),
    st.booleans(),
    st.booleans(),
)
def test_what_pandas_writes_is_read_back(places, separator, decimal, index, header):
    table = pandas.DataFrame(places, columns=["height", "width"])
    table["kind"] = ["no", "yes"] * (len(table) // 2) + ["no"] * (len(table) % 2)
    text = table.to_csv(None, sep=separator, decimal=decimal, index=index, header=header)
    try:
        read = from_csv(text)
    except ValueError as error:
        # Where 1,000 is all there is, nobody guesses.
        wrong = str(error)
        assert "could be a thousand or one" in wrong, wrong
        assert separator == "\t"
        return
    assert [p["label"] for p in read["points"]] == [i % 2 for i in range(len(table))]
    ambiguous = decimal == separator == ","
    for axis, (name, column) in zip("xy", table.iloc[:, :2].items(), strict=True):
        told = read["axes"]["xy".index(axis)]
        assert told["name"] == (name if header else axis)
        back = [told["centre"] + told["half"] * p[axis] / 6 for p in read["points"]]
        reach = max(1.0, column.max() - column.min())
        if not ambiguous:
            assert back == pytest.approx(list(column), abs=1e-3 * reach)
