"""The stages of training tires, one by one."""

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import get_model

from trainers import frozen, loop
from trainers.tires import data, stages


def test_resnet50_trains_through_the_same_path():
    photos, validation = data.made_up(4, 0), data.made_up(4, 1)
    model = stages.Candidate("resnet50")
    before = model.network.conv1.weight.clone(), model.network.fc.weight.clone()
    history = stages.fine_tune(model, photos, validation, 1, size=32, batch_size=4)
    assert len(history) == 1
    assert torch.equal(model.network.conv1.weight, before[0])  # the first layers are frozen
    assert not torch.equal(model.network.fc.weight, before[1])


def test_a_backbone_file_is_loaded_but_for_the_last_layer(tmp_path):
    source = get_model("squeezenet1_1", weights=None)
    save_file(source.state_dict(), tmp_path / "f.safetensors")
    model = stages.Candidate("squeezenet1_1")
    stages.backbone(model.network, str(tmp_path / "f.safetensors"), "squeezenet1_1")
    assert torch.equal(model.network.features[0].weight, source.features[0].weight)
    other = stages.Candidate("resnet18")
    with pytest.raises(SystemExit, match="do not fit"):
        stages.backbone(other.network, str(tmp_path / "f.safetensors"), "resnet18")


def test_fixed_statistics_stay_as_they_are_in_training():
    model = stages.Candidate("mobilenet_v2").train()
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert all(m.training for m in norms)
    model.fixed_statistics = True
    model.train()
    assert not any(m.training for m in norms)
    assert model.network.training


def test_rates_fall_to_the_first_layers_and_some_are_frozen():
    net = get_model("resnet18", weights=None)
    groups = stages.rates(net, 1e-3, frozen=0.5)
    learning_rates = [g["lr"] for g in groups]
    assert learning_rates == sorted(learning_rates)
    assert not net.conv1.weight.requires_grad
    assert net.fc.weight.requires_grad
    x = torch.nn.Linear(2, 2)
    batches = torch.utils.data.DataLoader([(torch.rand(2), 0), (torch.rand(2), 1)], 2)
    frozen = x.bias.detach().clone()
    weight = x.weight.detach().clone()
    groups = [{"params": [x.weight], "lr": 0.1}, {"params": [x.bias], "lr": 0.0}]
    options = {"groups": groups, "accelerator": loop.make_accelerator("fp32"), "quiet": True}
    loop.fit(x, batches, lambda net: 1.0, 2, 0.1, **options)
    assert torch.equal(x.bias, frozen)
    assert not torch.equal(x.weight, weight)


def test_features_are_made_once(tmp_path):
    calls = []

    def make():
        calls.append(1)
        return torch.ones(2)

    first = frozen.cached("x", (torch.zeros(3), "a"), make)
    again = frozen.cached("x", (torch.zeros(3), "a"), make)
    frozen.cached("x", (torch.zeros(3), "b"), make)
    assert torch.equal(first, again)
    assert len(calls) == 2


def test_what_an_earlier_run_has_made_is_named(monkeypatch):
    monkeypatch.setattr(frozen, "reused", set())
    for expected in (set(), {"y"}):
        frozen.cached("y", (torch.zeros(3),), lambda: torch.ones(2))
        assert frozen.reused == expected


def test_where_nothing_can_be_kept_everything_is_computed_again(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("no folder")
    counted = iter(range(10))

    def next_number():
        return frozen.cached("numbers", ("x",), lambda: torch.tensor([next(counted)])).item()

    monkeypatch.setenv("FEATURES_CACHE", str(tmp_path / "file"))
    assert [next_number(), next_number()] == [0, 1]
    assert "numbers are not kept" in capsys.readouterr().out
    monkeypatch.setenv("FEATURES_CACHE", str(tmp_path))
    assert [next_number(), next_number()] == [2, 2]
