"""The guards in front of the lessons."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.frame.checks import Numbers, bounded, check

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.integers()),
)


def outcome(*arguments):
    """The value that passed, or the sentence that refused it."""
    try:
        return check(*arguments), None
    except ValueError as error:
        return None, str(error)


@given(anything)
def test_only_finite_numbers_within_the_bounds_pass(value):
    number, refusal = outcome("rate", value, (0.5, 2.0))
    if refusal:
        assert refusal == "rate must be a number between 0.5 and 2."
    else:
        assert isinstance(number, float)
        assert 0.5 <= number <= 2
        assert not isinstance(value, bool)


@given(anything)
def test_only_whole_numbers_pass_where_whole_numbers_are_asked_for(value):
    number, refusal = outcome("steps", value, (1, 10))
    if refusal:
        assert refusal == "steps must be a whole number between 1 and 10."
    else:
        assert isinstance(number, int)
        assert number in range(1, 11)


@given(anything)
def test_only_the_choices_pass(value):
    choice, refusal = outcome("mode", value, ["a", "b"])
    assert choice in ("a", "b") or refusal == "mode must be one of: a, b."


def test_checked_functions_keep_their_signature_and_their_defaults():
    @bounded(rate=(0.0, 1.0))
    def lesson(rate: float = 0.5, other: str = "x") -> tuple[float, str]:
        """Answer."""
        return rate, other

    assert lesson() == (0.5, "x")
    assert lesson(1) == (1.0, "x")
    assert lesson.__doc__ == "Answer."
    with pytest.raises(ValueError, match="rate must be a number"):
        lesson(math.nan)
    with pytest.raises(TypeError):
        lesson(speed=3)


def test_a_refusal_names_whole_bounds_in_full():
    with pytest.raises(ValueError, match="whole number between 0 and 2147483647"):
        check("seed", -1, (0, 2**31 - 1))


@given(anything)
def test_only_lists_of_as_many_numbers_pass(value):
    numbers, refusal = outcome("weights", value, Numbers(-1.0, 1.0, 2, 3))
    if refusal:
        assert refusal.startswith("weights")
        assert refusal.endswith(".")
    else:
        assert 2 <= len(numbers) <= 3
        assert all(-1 <= number <= 1 for number in numbers)


def test_the_number_that_is_out_of_range_is_named():
    assert outcome("w", [0, 2], Numbers(-1.0, 1.0, 1, 9))[1] == (
        "w[1] must be a number between -1 and 1."
    )
    assert outcome("w", [0], Numbers(-1.0, 1.0, 3, 3))[1] == "w must be a list of 3 numbers."
