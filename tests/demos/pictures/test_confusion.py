"""The confusion matrix; scikit-learn is the oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from demos.pictures.confusion import class_names, clicked, confusion, confusion_rows, counts

PAIRS = st.integers(2, 6).flatmap(
    lambda classes: st.tuples(
        st.just(classes),
        st.lists(st.tuples(st.integers(0, classes - 1), st.integers(0, classes - 1)), min_size=1),
    )
)


@given(PAIRS)
def test_it_counts_as_scikit_learn_does(drawn):
    classes, pairs = drawn
    truth, answers = zip(*pairs, strict=True)
    wanted = confusion_matrix(truth, answers, labels=range(classes))
    assert (counts(truth, answers, classes) == wanted).all()


@given(PAIRS)
def test_counts_add_up_and_so_do_the_shares_of_each_truth(drawn):
    classes, pairs = drawn
    rows = confusion_rows(counts(*zip(*pairs, strict=True), classes))
    assert len(rows) == classes**2
    assert sum(row["count"] for row in rows) == len(pairs)
    for truth in range(classes):
        shares = [row["share"] for row in rows if row["truth"] == truth]
        assert shares == [None] * classes or sum(shares) == pytest.approx(1)
    assert sum(row["right"] for row in rows) == classes


def test_one_cell_can_have_a_frame():
    rows = confusion_rows([[3, 1], [0, 0]], chosen=(0, 1))
    assert [row["chosen"] for row in rows] == [False, True, False, False]
    assert [row["sign"] for row in rows] == ["✓", "", "", "✓"]


def test_a_click_names_a_cell_and_nonsense_is_refused():
    assert clicked(2, 1, 3) == (1, 2)
    for x, y in [(3, 0), (0, -1), (None, 0), ("1", 0), (True, 0), (0.5, 1), (float("nan"), 0)]:
        with pytest.raises(ValueError, match="no such cell"):
            clicked(x, y, 3)


def test_the_matrix_is_valid_vega_lite_and_can_be_clicked():
    panel = confusion(heading="Which for which", description="A matrix.", min_width=320)
    prop = panel.to_prop(validate=True)
    assert prop["pick"]
    assert prop["onlyWith"] == "confusion"
    assert prop["minWidth"] == 320
    assert class_names(np.array(["a", "b"])) == {"class_names": ["a", "b"]}
