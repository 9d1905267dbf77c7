"""The digits trainer goes the whole way in seconds and ships what it should."""

import pytest
import torch

from models import digits, hub, publish
from trainers import digits as trainer
from trainers import report


@pytest.mark.parametrize("name", digits.MODELS)
def test_a_dry_run_writes_a_folder_that_the_hub_loads(name, tmp_path, monkeypatch):
    folder = tmp_path / f"digits-{name}"
    trainer.main(["--model", name, "--dry-run", "--output", str(folder)])
    assert sorted(p.name for p in folder.iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
    ]
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path))
    model = hub.load(digits.MODELS[name])
    assert hub.notice(type(model)) is None
    assert model.temperature > 0
    answers = model(torch.rand(4, 1, 28, 28).to(hub.device()))
    assert torch.isfinite(answers).all()
    assert "Dry run" in (folder / "README.md").read_text()


def test_of_three_seeds_the_median_by_validation_is_shipped(tmp_path, monkeypatch, capsys):
    made = {}

    def train(args, seed, sets):
        evaluation = report.Evaluation(0.9, 0.01, torch.eye(10, dtype=torch.long))
        run = dict.fromkeys(("test", "validation", "drawn"), evaluation)
        run |= {"seed": seed, "epochs": 1, "seconds": 1.0, "metric": {5: 0.7, 6: 0.9, 7: 0.8}[seed]}
        made[seed] = digits.DigitLinear().eval()
        return made[seed], run

    monkeypatch.setattr(trainer, "train", train)
    folder = tmp_path / "digits-linear"
    arguments = ["--model", "linear", "--dry-run", "--seeds", "5", "6", "7"]
    trainer.main([*arguments, "--output", str(folder)])
    assert "(seed 7)" in capsys.readouterr().out
    saved = hub._read(digits.DigitLinear, folder)
    assert torch.equal(saved.network[1].weight, made[7].network[1].weight)


def test_pushing_uploads_what_was_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(publish, "push_to_hub", lambda folder, repo, private: f"{repo} {folder}")
    folder = str(tmp_path / "digits-linear")
    arguments = ["--model", "linear", "--dry-run", "--output", folder]
    trainer.main([*arguments, "--push-to-hub", "someone/digits"])
    assert f"someone/digits {folder}" in capsys.readouterr().out


def test_the_defaults_are_the_shipped_folder_and_the_recipe():
    args = trainer.arguments(["--model", "mlp"])
    assert args.output == "weights/digits-mlp"
    assert args.epochs == trainer.RECIPES["mlp"].epochs
    with pytest.raises(SystemExit):
        trainer.arguments(["--epochs", "-3"])
