"""The playground's data sets."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.playground.data import KINDS, make

MADE_UP = [kind for kind in KINDS if kind != "own"]


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.5])
@pytest.mark.parametrize("kind", MADE_UP)
def test_every_data_set_has_two_classes_in_the_square_and_both_splits(kind, noise):
    made = make(kind, noise, 0.5, seed=1)
    points = made["points"]
    assert len(points) == 500
    assert all(-6 <= p["x"] <= 6 and -6 <= p["y"] <= 6 for p in points)
    assert sum(p["split"] == "train" for p in points) == 250
    assert 100 < sum(p["label"] for p in points) < 400
    assert points == make(kind, noise, 0.5, seed=1)["points"]
    assert points != make(kind, noise, 0.5, seed=2)["points"]


def test_without_noise_the_classes_are_where_they_should_be():
    assert all((math.hypot(p["x"], p["y"]) < 3) == p["label"] for p in make("circle")["points"])
    assert all((p["x"] * p["y"] > 0) == p["label"] for p in make("xor")["points"])


def test_the_moons_are_those_of_scikit_learn():
    from sklearn.datasets import make_moons

    theirs, _ = make_moons(2000, noise=0.1, random_state=0)
    theirs = 3.2 * (theirs - [0.5, 0.25])
    for label in (0, 1):
        ours = [(p["x"], p["y"]) for p in make("moons", 0.1, count=1000)["points"]
                if p["label"] == label]  # fmt: skip
        assert len(ours) == 500
    ours = [(p["x"], p["y"]) for p in make("moons", 0.1, count=1000)["points"]]
    for axis in (0, 1):
        mean = sum(p[axis] for p in ours) / 1000
        assert mean == pytest.approx(theirs[:, axis].mean(), abs=0.25)


def test_exam_scores_tell_how_to_get_back_to_points():
    made = make("exam", seed=4)
    assert made["classes"] == ["refused", "admitted"]
    axis = made["axes"][0]
    scores = [axis["centre"] + axis["half"] * p["x"] / 6 for p in made["points"]]
    assert min(scores) >= 25
    assert max(scores) <= 100


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"kind": "square"}, "kind must be one of"),
        ({"noise": 0.6}, "noise must be a number"),
        ({"noise": math.nan}, "noise must be a number"),
        ({"train_share": 0.0}, "train_share must be a number"),
        ({"train_share": 1.0}, "train_share must be a number"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": 10**400}, "seed must be a whole number"),
        ({"count": 10**9}, "count must be a whole number"),
        ({"kind": "own"}, "points must be a list"),
        ({"kind": "own", "points": [{"x": 0, "y": 0, "label": 1}]}, "points must be a list of 2"),
        ({"kind": "own", "points": [{"x": 0, "y": 7, "label": 1}] * 2}, "x and y of number 1"),
        ({"kind": "own", "points": [{"x": 0, "y": math.nan, "label": 1}] * 2}, "x and y of"),
        ({"kind": "own", "points": [{"x": 0, "y": 0, "label": 2}] * 2}, "label of number 1"),
        ({"kind": "own", "points": [{"x": 0, "y": 0, "label": [1]}] * 2}, "label of number 1"),
        ({"kind": "own", "points": [None] * 2}, "number 1 must have"),
    ],
)
def test_arguments_out_of_range_are_refused_with_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(**arguments)


def test_own_points_keep_their_places_and_get_a_split():
    own = [{"x": i / 10, "y": -i / 10, "label": i % 2, "other": "ignored"} for i in range(10)]
    made = make("own", points=own, train_share=0.7)
    assert [p["x"] for p in made["points"]] == [p["x"] for p in own]
    assert sum(p["split"] == "train" for p in made["points"]) == 7
    two = make("own", points=own[:2], train_share=0.9)["points"]
    assert sorted(p["split"] for p in two) == ["test", "train"]


@given(
    st.lists(st.integers(0, 1), min_size=2, max_size=40), st.floats(0.1, 0.9), st.integers(0, 99)
)
def test_both_classes_are_trained_and_something_is_left_to_test(labels, share, seed):
    own = [{"x": 0, "y": 0, "label": label} for label in labels]
    made = make("own", train_share=share, seed=seed, points=own)["points"]
    train = [p["label"] for p in made if p["split"] == "train"]
    assert 1 <= len(train) < len(made)
    assert abs(len(train) - share * len(made)) <= 2
    if len(made) > 2:
        assert set(train) == set(labels)
        for label in set(labels):
            assert abs(train.count(label) - share * labels.count(label)) <= 2


@pytest.mark.parametrize("seed", range(20))
def test_the_fewest_made_up_points_leave_no_class_untrained(seed):
    made = make("circle", train_share=0.1, seed=seed, count=10)["points"]
    assert {p["label"] for p in made if p["split"] == "train"} == {0, 1}
