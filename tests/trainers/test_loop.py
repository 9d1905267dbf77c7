"""The training loop learns, keeps the best epoch, and survives Ctrl-C."""

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from trainers.loop import fit, make_accelerator, patience


@pytest.fixture
def points():
    torch.manual_seed(0)
    x = torch.randn(64, 2)
    return DataLoader(TensorDataset(x, (x.sum(1) > 0).long()), 16, shuffle=True)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return torch.nn.Linear(2, 2)


def run(model, points, validate, epochs=3, **options):
    if "accelerator" not in options:
        options["accelerator"] = make_accelerator("fp32")
    return fit(model, points, validate, epochs, 0.1, **options)


@pytest.mark.parametrize("averaging", [0, 0.8])
def test_training_learns(model, points, averaging):
    x, y = points.dataset.tensors

    def right(net):
        return (net(x).argmax(1) == y).double().mean().item()

    history = run(model, points, right, epochs=8, averaging=averaging)
    assert history[-1]["loss"] < history[0]["loss"]
    assert right(model) > 0.95
    assert [row["epoch"] for row in history] == list(range(1, 9))
    assert not model.training


def test_the_weights_of_the_best_epoch_are_kept(model, points):
    seen = []

    def validate(net):
        seen.append(net.weight.detach().clone())
        return [0.5, 0.9, 0.1][len(seen) - 1]

    run(model, points, validate)
    assert torch.equal(model.weight, seen[1])


def test_ctrl_c_keeps_the_best_epoch_so_far(model, points):
    seen, batches = [], []

    def validate(net):
        seen.append(net.weight.detach().clone())
        return -len(seen)

    def augment(x):
        batches.append(1)
        if len(batches) == 10:  # in the third epoch
            raise KeyboardInterrupt
        return x

    history = run(model, points, validate, epochs=50, augment=augment)
    assert len(history) == 2
    assert torch.equal(model.weight, seen[0])


def test_ctrl_c_before_the_first_epoch_ends_is_passed_on(model, points):
    def augment(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(model, points, lambda net: 1.0, augment=augment)


def test_training_can_be_ended_early(model, points):
    history = run(model, points, lambda net: 1.0, epochs=9, stop=lambda rows: len(rows) == 2)
    assert len(history) == 2


def test_after_bf16_training_the_model_answers_in_full_precision(model, points):
    run(model, points, lambda net: 1.0, accelerator=make_accelerator("bf16"))
    x = torch.randn(5, 2)
    expected = x @ model.weight.T + model.bias
    assert torch.allclose(model(x), expected, atol=1e-6)


def test_stages_of_one_process_may_differ_in_precision(model, points):
    for precision, mixed in (("fp32", "no"), ("bf16", "bf16"), ("fp32", "no")):
        accelerator = make_accelerator(precision)
        assert accelerator.mixed_precision == mixed
        run(model, points, lambda net: 1.0, epochs=1, accelerator=accelerator)


def test_patience_ends_training_some_epochs_after_the_best():
    stop = patience(2)
    rows = [{"metric": m} for m in (0.1, 0.5, 0.4, 0.3)]
    assert [stop(rows[:n]) for n in (1, 2, 3, 4)] == [False, False, False, True]
