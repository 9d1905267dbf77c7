"""The tires trainer goes the whole way on made-up pictures."""

import csv

import pytest
import torch

from models import hub, publish
from models.tires import TireClassifier
from trainers import tires as trainer


def test_a_dry_run_writes_a_folder_that_the_hub_loads(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(publish, "push_to_hub", lambda folder, repo, private: f"{repo} {folder}")
    folder = tmp_path / "tires"
    arguments = ["--dry-run", "--search", "2", "--output", str(folder)]
    trainer.main([*arguments, "--push-to-hub", "someone/tires"])
    assert f"someone/tires {folder}" in capsys.readouterr().out
    assert sorted(p.name for p in folder.iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
        "search.csv",
    ]
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path))
    monkeypatch.setattr(hub, "_models", {})
    model = hub.load(TireClassifier)
    assert model.temperature > 0
    assert torch.isfinite(model(torch.rand(2, 3, 224, 224).to(hub.device()))).all()
    card = (folder / "README.md").read_text()
    assert "Dry run" in card
    assert "specialist" in card
    assert "model-index" in card
    with (folder / "search.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 2


def test_the_command_line_is_checked():
    with pytest.raises(SystemExit):
        trainer.arguments(["--epochs", "-1"])
    assert trainer.arguments([]).output == "weights/tires"
