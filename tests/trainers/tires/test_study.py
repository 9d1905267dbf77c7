"""What is measured around a training."""

import numpy as np
import pytest
import torch

from models.tires import VIEWS, TireClassifier
from trainers.tires import data, heads, study


def test_the_figures_are_those_of_scikit_learn():
    from sklearn import metrics

    torch.manual_seed(0)
    labels = torch.tensor([0] * 30 + [1] * 20)
    outputs = torch.randn(50, 2) + torch.nn.functional.one_hot(labels, 2)
    found = study.evaluate(outputs, labels, rounds=100)
    answers, score = outputs.argmax(1), outputs.softmax(1)[:, 1]
    assert found["accuracy"][0] == pytest.approx(metrics.accuracy_score(labels, answers))
    both = metrics.balanced_accuracy_score(labels, answers)
    assert found["balanced accuracy"][0] == pytest.approx(both)
    pairs = (score[labels == 1][:, None] > score[labels == 0]).double()  # positive above negative
    assert found["ROC-AUC"][0] == pytest.approx(pairs.mean().item())
    assert found["confusion"].tolist() == metrics.confusion_matrix(labels, answers).tolist()
    for name in ("accuracy", "balanced accuracy", "ROC-AUC"):
        value, low, high = found[name]
        assert low <= value <= high


def test_subsets_hold_both_classes_and_sizes_reach_the_whole():
    labels = torch.tensor([0] * 90 + [1] * 10)
    assert set(labels[study.subset(labels, 5, 0)].tolist()) == {0, 1}
    assert study.sizes_up_to(600) == [25, 50, 100, 200, 400, 600]
    assert study.sizes_up_to(10) == [10]


def test_three_answers_are_counted_of_each_source_that_was_left_out():
    rng = np.random.default_rng(0)
    labels, sources = np.tile([0, 1], 60), np.repeat(["a", "b"], 60).astype(object)
    pictures = torch.zeros(120, 3, 8, 8, dtype=torch.uint8)
    photos = data.Photos(pictures, torch.tensor(labels), sources)
    scores = rng.normal(0, 1, 120) + 2 * labels - 1
    views = np.where(np.arange(120) < 10, VIEWS.index("side"), VIEWS.index("tread"))
    far = np.where(np.arange(120) >= 110, 9.0, 1.0)
    known = heads.Features(np.zeros((120, 1, 6), np.float32), photos)
    found = {"known": known, "used": np.ones(120, bool), "views": views, "far": far}
    model = TireClassifier(farthest=5.0)
    row = study._three(model, found, "this way", scores)
    assert row[0] == "this way"
    temperature, low, high = heads.calibrated(known, scores)
    chances = 1 / (1 + np.exp(-scores / temperature))
    said = np.where(chances < low, 0, np.where((chances > high) & (views == 0), 1, -1))
    said[far > 5] = -1
    for cell, source in zip(row[1:], ("a", "b"), strict=True):
        mine, told = sources == source, (sources == source) & (said >= 0)
        right = [np.mean(said[told & (labels == k)] == k) for k in (0, 1)]
        wrong = np.mean(said[mine & (labels == 0)] == 1)
        expected = (
            f"{told.sum() / mine.sum():.0%} / {np.mean(said[told] == labels[told]):.1%}"
            f" / {np.mean(right):.1%} / {wrong:.1%}"
        )
        assert cell == expected
    assert (model.defective_below, model.good_above) == (0.5, 0.5)
    assert study._three(model, found, "one source", np.full(120, np.nan)) == ["one source"]
