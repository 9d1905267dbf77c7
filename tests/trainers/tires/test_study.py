"""What is measured around a training."""

import pytest
import torch

from trainers.tires import study


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
