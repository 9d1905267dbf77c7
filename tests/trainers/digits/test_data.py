"""What the digit networks learn from is split, changed and scored as it should be."""

import numpy as np
import pytest
import torch

from trainers.digits import data, pen


def test_augmentation_changes_every_picture_within_bounds():
    torch.manual_seed(0)
    x = data.made_up(48).pictures[:, None].float() / 255
    before = x.clone()
    y = data.augment(x)
    assert torch.equal(x, before)
    assert y.shape == x.shape
    assert 0 <= y.min() <= y.max() <= 1
    assert ((y - x).abs().mean(dim=(1, 2, 3)) > 0.005).all()
    assert data.augment(x[:1]).shape == (1, 1, 28, 28)


def test_the_loss_of_a_scribble_is_least_for_ten_equal_answers():
    scribble = torch.tensor([pen.NO_DIGIT])
    equal, sure = torch.zeros(1, 10), torch.eye(10)[:1] * 9
    assert data.loss(equal, scribble).item() == pytest.approx(np.log(10), abs=1e-5)
    assert data.loss(sure, scribble) > data.loss(equal, scribble)
    assert data.loss(sure, torch.tensor([0])) < data.loss(equal, torch.tensor([0]))


def test_without_smoothing_the_loss_is_the_cross_entropy():
    logits, labels = torch.randn(6, 10), torch.arange(6)
    expected = torch.nn.functional.cross_entropy(logits, labels)
    assert torch.allclose(data.loss(logits, labels, smoothing=0), expected)


def test_the_split_is_the_same_every_time_and_shares_nothing():
    everything = data.Data(torch.arange(60)[:, None, None].byte(), torch.arange(60))
    train, validation = data.split(everything, 12)
    again, _ = data.split(everything, 12)
    assert torch.equal(train.labels, again.labels)
    assert sorted([*train.labels.tolist(), *validation.labels.tolist()]) == list(range(60))
