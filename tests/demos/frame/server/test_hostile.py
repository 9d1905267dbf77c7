"""Nothing that a stranger sends is answered without a sentence, or leaves a traceback.

`python -m tests.hostile` makes 10,000 such calls.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import Hostile, log_of_tracebacks, suite, with_a_sentence


@pytest.fixture(scope="module")
def hostile():
    with suite() as client:
        yield Hostile(client)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_whatever_is_sent_the_answer_is_a_sentence(hostile, seed):
    hostile.random.seed(seed)
    with log_of_tracebacks() as log:
        assert hostile.call() == ""
    assert "Traceback" not in log.getvalue()


def test_that_test_would_notice():
    assert with_a_sentence({"error": "Send a picture, please."}, "en")
    assert with_a_sentence({"detail": "Sende bitte ein Bild."}, "de")
    for said in (
        *(None, {}, {"error": None}, "Internal Server Error", {"error": "'dict' object has no x"}),
        *({"error": "unhashable type: 'list' in it"}, {"detail": [{"loc": 1}]}, {"error": "bad"}),
    ):
        assert not with_a_sentence(said, "en")
    assert not with_a_sentence({"error": "The server is about to end."}, "de")
