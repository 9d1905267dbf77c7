"""What a card states is what was measured."""

import pytest
import torch

from trainers import report


def test_the_temperature_undoes_overconfidence():
    torch.manual_seed(0)
    honest = torch.randn(4000, 10) * 2
    labels = torch.distributions.Categorical(logits=honest).sample()
    assert report.temperature(honest * 3, labels) == pytest.approx(3, rel=0.1)


def test_the_temperature_stays_within_its_bounds():
    outputs = torch.eye(10) * 3
    assert report.temperature(outputs, torch.arange(10)) == report.TEMPERATURES[0]
    assert report.temperature(outputs, torch.arange(10).flip(0)) == report.TEMPERATURES[1]


def test_roc_auc_is_the_share_of_pairs_in_the_right_order_whatever_the_scale():
    torch.manual_seed(0)
    truth = torch.tensor([0] * 30 + [1] * 20)
    scores = (torch.randn(50) + truth).round(decimals=1)
    pairs = scores[truth == 1][:, None] - scores[truth == 0]
    expected = ((pairs > 0).double() + 0.5 * (pairs == 0)).mean().item()
    for scaled in (scores, 1000 * scores + 5000, 1e-3 * scores):
        assert report.roc_auc(scaled, truth) == pytest.approx(expected)
        assert report.roc_auc(scaled.numpy(), truth.numpy()) == pytest.approx(expected)


class Echo(torch.nn.Module):
    """Answers with the grey value of the first pixel."""

    def __init__(self):
        super().__init__()
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        answers = (x[:, 0, 0, 0] * 255).round().long()
        return torch.nn.functional.one_hot(answers, 3).float() * 50


def test_evaluation_counts_right_answers_and_confusions():
    pictures = torch.tensor([0, 1, 2, 2], dtype=torch.uint8).view(4, 1, 1)
    result = report.evaluate(Echo(), pictures, torch.tensor([0, 1, 1, 2]))
    assert result.accuracy == 0.75
    assert result.confusion.tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]
    assert result.recall == [1, 0.5, 1]
    assert result.calibration_error == pytest.approx(0.25, abs=1e-4)
