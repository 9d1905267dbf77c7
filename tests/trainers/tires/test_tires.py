"""The tires trainer goes the whole way on made-up pictures."""

import csv
import shlex
import tempfile

import pytest
import torch

from models import hub, publish
from models.tires import TireClassifier
from tests.trainers.dry_runs import written_by
from trainers import tires as trainer


@pytest.fixture(scope="module")
def smaller(tmp_path_factory):
    """The folder of the features of smaller pictures."""
    return tmp_path_factory.mktemp("smaller")


@pytest.fixture(autouse=True)
def small_pictures(smaller, cache, monkeypatch):
    """What the networks see is small, and less of it: the way is the same."""
    monkeypatch.setenv("FEATURES_CACHE", str(smaller))
    describe = trainer.heads.describe
    monkeypatch.setattr(trainer.heads, "describe", lambda x: describe(x[:, :, ::4, ::4]))
    monkeypatch.setattr(trainer.stages, "VIEWS", 2)


def test_a_dry_run_writes_a_folder_that_the_hub_loads(tmp_path, monkeypatch, capsys):
    cards, real = [], trainer.card.card
    monkeypatch.setattr(trainer.card, "card", lambda *args: cards.append(real(*args)) or cards[0])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    folder = written_by(trainer, ["--search", "2"], "tires", capsys, tables=["search.csv"])
    folder = folder.rename(tmp_path / "tires")
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path))
    monkeypatch.setattr(hub, "_models", {})
    model = hub.load(TireClassifier)
    assert model.temperature > 0
    assert 0 <= model.defective_below <= model.good_above <= 1
    assert len(model.known) == 24
    assert torch.isfinite(model(torch.rand(2, 3, 224, 224).to(hub.device()))).all()
    card = str(cards[0])  # the one that a real run writes
    for part in ("specialist", "model-index", "name: tires", "roc_auc", "`search.csv`", "left out"):
        assert part in card
    assert "fine-tuning with 48 batches of at most 32 pictures of 192×192" in card
    command = card.split("## How it was made\n\n")[1].split("\n\n")[0]
    args = trainer.arguments(shlex.split(command.replace("\\\n", " "))[3:])
    assert (args.search, args.seed) == (2, 0)
    assert args.output.startswith(str(tmp_path / "tires-dry-run-"))
    with (folder / "search.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 2


def test_the_command_line_is_checked():
    with pytest.raises(SystemExit):
        trainer.arguments(["--epochs", "-1"])


def test_pushing_uploads_what_was_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(publish, "push_to_hub", lambda folder, repo, private: f"{repo} {folder}")
    monkeypatch.setattr(trainer.data, "everything", lambda args: {})
    run = {"test": {"accuracy": 0.5}}
    monkeypatch.setattr(trainer, "train", lambda *_: (TireClassifier(), run, {}))
    for name in ("refusals", "gate_sets"):
        monkeypatch.setattr(trainer.study, name, lambda *_: [])
    monkeypatch.setattr(trainer.card, "card", lambda *_: "# The card")
    folder = tmp_path / "tires"
    trainer.main(["--output", str(folder), "--push-to-hub", "someone/tires"])
    assert f"someone/tires {folder}" in capsys.readouterr().out
    assert (folder / "README.md").read_text() == "# The card"


def test_tables_alone_leave_the_weights_as_they_are(tmp_path, capsys):
    folder = hub.save(TireClassifier(), tmp_path / "tires", "# Before")
    before = (folder / "model.safetensors").read_bytes()
    trainer.main(["--dry-run", "--only-tables", "--search", "2", "--output", str(folder)])
    assert (folder / "model.safetensors").read_bytes() == before
    assert (folder / "README.md").read_text() == "# Before"
    assert {path.stem for path in folder.glob("*.csv")} == set(trainer.TABLES)
    trainer.main(["--dry-run", "--only-tables", "--search", "2", "--output", str(tmp_path / "new")])
    assert {path.stem for path in (tmp_path / "new").iterdir()} == set(trainer.TABLES)
