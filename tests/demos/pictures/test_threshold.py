"""Yes or no by a threshold; scikit-learn is the oracle."""

import json
from itertools import pairwise
from types import SimpleNamespace

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


@given(SCORES, st.floats(-60, 60))
def test_every_score_is_in_one_bar_and_everything_can_be_sent(pairs, threshold):
    scores, labels = split(pairs)
    data = t.threshold_data(scores, labels, threshold)
    for label in (0, 1):
        bars = [bar["count"] for bar in data["scores"] if bar["label"] == label]
        assert sum(bars) == labels.count(label)
    assert all(
        (bar["height"] >= 0) == (bar["label"] == 1) or not bar["count"] for bar in data["scores"]
    )
    json.loads(Run(data=data).to_json())


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


def test_a_drag_sets_the_threshold_in_both_charts():
    scores, labels = [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]
    assert t.dragged(SimpleNamespace(key="threshold", x=0.3, y=9.0), scores, labels) == 0.3
    assert t.dragged(SimpleNamespace(key="threshold", x=7.0, y=0.0), scores, labels) == 1.0
    assert t.dragged(SimpleNamespace(key="roc", x=0.02, y=0.55), scores, labels) == 0.8
    assert t.dragged(SimpleNamespace(key="roc", x=1e200, y=1.0), scores, labels) == 0.1
    assert t.dragged(SimpleNamespace(key="roc", x=-3.0, y=-3.0), scores, labels) == 1.0


@given(BOTH, st.floats(0, 1), st.floats(0, 1))
def test_a_drag_along_the_curve_ends_on_it(pairs, x, y):
    scores, labels = split(pairs)
    threshold = t.dragged(SimpleNamespace(key="roc", x=x, y=y), scores, labels)
    (now,) = t.threshold_data(scores, labels, threshold)["roc_now"]
    corners = t.threshold_data(scores, labels, threshold)["roc"]
    assert any(abs(c["x"] - now["x"]) + abs(c["y"] - now["y"]) < 1e-9 for c in corners)


@pytest.mark.parametrize(
    "event",
    [
        {"key": "nobody", "x": 0.5, "y": 0.5},
        {"key": "threshold", "x": None, "y": 0.5},
        {"key": "roc", "x": 0.5},
        {"key": "roc", "x": 0.5, "y": float("nan")},
        {"key": "threshold", "x": "0.5", "y": 0},
        {},
    ],
)
def test_a_strangers_drag_is_refused(event):
    with pytest.raises(ValueError, match="must be"):
        t.dragged(SimpleNamespace(**event), [0.1, 0.9], [0, 1])


def test_both_charts_are_valid_vega_lite_and_can_be_dragged():
    prop = t.score_histogram(**WORDS, yes='spam "x"', no="no spam").to_prop(validate=True)
    assert (prop["drag"], prop["dragAlong"]) == ("said", "x")
    assert t.roc(**WORDS).to_prop(validate=True)["drag"] == "roc_now"
