"""Several sliders as one component."""

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.frame.links import parse
from demos.widgets.slider_bank import Knob, SliderBank

with gr.Blocks():
    BANK = SliderBank(
        [Knob("w", -1, 5, 1), Knob("η", 0.01, 10, 1, logarithmic=True)], label="the neuron"
    )


def test_a_link_holds_its_numbers_with_commas():
    assert parse(BANK, "2.5,0.1") == [2.5, 0.1]
    assert parse(BANK, "-1,10") == [-1, 10]
    assert BANK.check(BANK.value) == [1, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1", "2 numbers are needed"),
        ("1,2,3", "2 numbers are needed"),
        ("", "2 numbers are needed"),
        ("6,1", "w must lie between -1 and 5"),
        ("1,0", "η must lie between 0.01 and 10"),
        ("a,1", "w must be a number"),
        ("nan,1", "w must lie between"),
        ("inf,1", "w must lie between"),
    ],
)
def test_nonsense_in_a_link_says_what_is_allowed(text, says):
    with pytest.raises(ValueError, match=f"^{says}"):
        parse(BANK, text)


@given(
    st.one_of(
        st.none(),
        st.integers(),
        st.text(),
        st.lists(st.one_of(st.floats(), st.integers(), st.text(), st.none(), st.booleans())),
    )
)
def test_only_numbers_within_the_ranges_pass(value):
    try:
        w, rate = BANK.check(value)
    except ValueError:
        return
    assert -1 <= w <= 5
    assert 0.01 <= rate <= 10


def test_an_api_client_hears_what_is_wrong():
    with pytest.raises(gr.Error, match="the neuron: w must lie between"):
        BANK.preprocess([9, 1])
    assert BANK.preprocess([2, 1]) == [2, 1]


def test_a_knob_starts_within_its_range():
    with pytest.raises(ValueError, match="minimum <= value <= maximum"):
        Knob("w", 0, 1, 2)
    with pytest.raises(ValueError, match="minimum <= value <= maximum"):
        Knob("η", 0, 1, 0.5, logarithmic=True)
