"""Yes or no by a threshold; scikit-learn is the oracle."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import auc, confusion_matrix, precision_score, roc_auc_score

from demos.pictures import threshold as t
from demos.widgets.live_chart import Run

SCORES = st.lists(
    st.tuples(st.floats(-50, 50, width=16), st.integers(0, 1)), min_size=2, max_size=60
)
BOTH = SCORES.filter(lambda pairs: len({label for _, label in pairs}) == 2)
WORDS = {"heading": "Scores", "description": "Scores by class."}


def split(pairs):
    scores, labels = zip(*pairs, strict=True)
    return list(scores), list(labels)


@given(SCORES, st.floats(-60, 60))
def test_it_counts_as_scikit_learn_does(pairs, threshold):
    scores, labels = split(pairs)
    says = [int(score >= threshold) for score in scores]
    found = t.at_threshold(scores, labels, threshold)
    (tn, fp), (fn, tp) = confusion_matrix(labels, says, labels=[0, 1]).tolist()
    names = ("true_negatives", "false_positives", "false_negatives", "true_positives")
    assert [found[name] for name in names] == [tn, fp, fn, tp]
    if found["precision"] is None:
        assert sum(says) == 0
    else:
        assert found["precision"] == pytest.approx(precision_score(labels, says))


@given(BOTH)
def test_the_curve_encloses_the_area_and_rises_from_corner_to_corner(pairs):
    scores, labels = split(pairs)
    corners = t.threshold_data(scores, labels, 0.0)["roc"]
    x, y = [corner["x"] for corner in corners], [corner["y"] for corner in corners]
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert x == sorted(x)
    assert y == sorted(y)
    area = t.area_under_curve(scores, labels)
    assert area == pytest.approx(roc_auc_score(labels, scores))
    assert auc(x, y) == pytest.approx(area)


@given(BOTH, st.floats(-60, 60))
def test_the_point_lies_on_the_curve(pairs, threshold):
    scores, labels = split(pairs)
    data = t.threshold_data(scores, labels, threshold)
    (now,) = data["roc_now"]
    places = [(corner["x"], corner["y"]) for corner in data["roc"]]
    assert any(
        x <= now["x"] <= u
        and y <= now["y"] <= v
        and abs((u - x) * (now["y"] - y) - (v - y) * (now["x"] - x)) < 1e-9
        for (x, y), (u, v) in pairwise(places)
    )


def test_one_class_alone_has_no_curve():
    assert t.area_under_curve([0.1, 0.2], [1, 1]) is None
    data = t.threshold_data([0.1, 0.2], [1, 1], 0.15)
    assert data["roc"] == data["roc_now"] == []
    assert t.at_threshold([0.1], [1], 0.5)["false_positive_rate"] is None


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 5000)
    scores = rng.normal(size=5000) + labels
    corners = t.threshold_data(scores, labels, 0.0)["roc"]
    assert len(corners) <= t.MOST_CORNERS
    x, y = [c["x"] for c in corners], [c["y"] for c in corners]
    assert (x[0], x[-1], y[0], y[-1]) == (0, 1, 0, 1)
    assert auc(x, y) == pytest.approx(roc_auc_score(labels, scores), abs=1e-3)


@given(SCORES, st.floats(-60, 60))
def test_everything_can_be_sent(pairs, threshold):
    scores, labels = split(pairs)
    json.loads(Run(data=t.threshold_data(scores, labels, threshold)).to_json())


def test_the_chart_is_valid_vega_lite():
    assert t.roc(**WORDS).to_prop(validate=True)["onlyWith"] == "roc"
