"""The digits trainer goes the whole way in seconds and ships what it should."""

import functools
import shlex
import sys

import pytest
import torch

from models import digits, hub, publish
from trainers import digits as trainer
from trainers import report

made_up = functools.cache(trainer.data.made_up)


@pytest.fixture(autouse=True)
def drawn_once(monkeypatch):
    """All dry runs learn from the same drawings."""
    monkeypatch.setattr(trainer.data, "made_up", made_up)


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
    assert 0 < model.least_confidence <= 0.5
    answers = model(torch.rand(4, 1, 28, 28).to(hub.device()))
    assert torch.isfinite(answers).all()


def test_the_card_states_the_figures_and_a_command_that_the_trainer_understands(
    tmp_path, monkeypatch
):
    cards = []
    monkeypatch.setattr(trainer.recipe, "save", lambda args, model, card: cards.append(card))
    trainer.main(
        ["--model", "linear", "--dry-run", "--seeds", "3", "4", "--output", str(tmp_path / "x")]
    )
    text = str(cards[-1])
    for part in ("model-index", "name: digits-linear", "MNIST test set", "must not be used"):
        assert part in text
    assert "| 3 |" in text
    assert "5,000 pictures" in text
    assert "the other 55,000" in text
    assert "30,000 drawings" in text
    (line,) = (line for line in text.splitlines() if "python -m" in line)
    command = text[text.index(line) :].split("\n\n")[0].split("\nEpoch")[0]
    args = trainer.arguments(shlex.split(command.replace("\\\n", " "))[3:])
    assert (args.model, args.seeds, args.data) == ("linear", [3, 4], "DIR")


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
    sets = trainer.load_data(trainer.arguments(["--dry-run"]))
    monkeypatch.setattr(trainer, "load_data", lambda args: sets)
    monkeypatch.setitem(trainer.SETTINGS, "linear", trainer.Settings(epochs=1, batch_size=32))
    folder = tmp_path / "digits-linear"
    arguments = ["--model", "linear", "--epochs", "1", "--output", str(folder)]
    trainer.main([*arguments, "--push-to-hub", "someone/digits"])
    assert f"someone/digits {folder}" in capsys.readouterr().out
    assert "MNIST test set" in (folder / "README.md").read_text()


def test_the_defaults_are_the_shipped_folder_and_the_settings_of_the_model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(trainer, "load_data", lambda args: sys.exit(args.output))
    with pytest.raises(SystemExit, match=r"^weights/digits-mlp$"):
        trainer.main(["--model", "mlp"])
    assert trainer.arguments(["--model", "mlp"]).epochs == trainer.SETTINGS["mlp"].epochs
    with pytest.raises(SystemExit):
        trainer.arguments(["--epochs", "-3"])
