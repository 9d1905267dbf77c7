"""The digits trainer goes the whole way in seconds and ships what it should."""

import functools
import shlex
import sys

import pytest
import torch

from models import digits, digits_one, hub, publish
from trainers import digits as trainer
from trainers import report
from trainers.digits import one

made_up = functools.cache(trainer.data.made_up)
shown, mixture = trainer.cost._shown, trainer.data.mixture
kept = {}


def shown_once(model, pictures, way):
    """Return the pictures of a way; all models here preprocess them alike."""
    of = (way, type(model).preprocess, pictures.numpy().tobytes())
    if of not in kept:
        kept[of] = shown(model, pictures, way)
    return kept[of]


def mixed_once(*sets):
    """Return the mixture of sets that are made once, and so kept."""
    of = ("mixture", *map(id, sets))
    if of not in kept:
        kept[of] = mixture(*sets)
    return kept[of]


@pytest.fixture(autouse=True)
def drawn_once(monkeypatch):
    """All dry runs learn from the same drawings."""
    monkeypatch.setattr(trainer.data, "made_up", made_up)
    monkeypatch.setattr(trainer.data, "mixture", mixed_once)
    monkeypatch.setattr(trainer.cost, "_shown", shown_once)


@pytest.mark.parametrize("name", digits.MODELS)
def test_a_dry_run_writes_a_folder_that_the_hub_loads(name, tmp_path, monkeypatch):
    folder = tmp_path / f"digits-{name}"
    trainer.main(["--model", name, "--dry-run", "--output", str(folder)])
    assert sorted(p.name for p in folder.iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
        "preprocessing.csv",
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
    monkeypatch.setattr(
        trainer.recipe, "save", lambda args, model, card, tables: cards.append(card)
    )
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


@pytest.mark.parametrize(("name", "table"), [("zero", "thresholds"), ("number", "numbers")])
def test_a_dry_run_of_one_output_writes_a_folder_and_its_table(name, table, tmp_path, monkeypatch):
    folder = tmp_path / f"digits-{name}"
    trainer.main(["--model", name, "--dry-run", "--output", str(folder)])
    assert (folder / f"{table}.csv").exists()
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path))
    model = hub.load(digits_one.MODELS[name])
    assert hub.notice(type(model)) is None
    assert torch.isfinite(model(torch.rand(4, 1, 28, 28).to(hub.device()))).all()


def test_one_output_learns_by_what_its_question_asks():
    z, labels = torch.tensor([2.0, -1.0, 0.5]), torch.tensor([0, 7, 10])
    by_hand = -(z.sigmoid()[0].log() + (1 - z[1:].sigmoid()).log().sum()) / 3
    assert one.zero_loss(z, labels).item() == pytest.approx(by_hand.item(), abs=1e-6)
    # A scribble, labelled 10, has no number.
    assert one.number_loss(z, labels).item() == pytest.approx((2**2 + 8**2) / 2)
    assert one.number_loss(z[2:], labels[2:]).item() == 0


def test_the_figures_of_one_output_are_counted_right():
    z, labels = torch.tensor([3.0, -3.0, 3.0, -3.0, -0.5]), torch.tensor([0, 0, 5, 6, 0])
    words, metrics, tables = one._zero(z, labels)
    rows = [line.split(",") for line in tables["thresholds"].splitlines()[1:]]
    assert rows[0] == ["0.00", "0", "2"]
    assert rows[50] == ["0.50", "2", "1"]
    assert rows[30] == ["0.30", "1", "1"]
    assert rows[100] == ["1.00", "3", "0"]
    assert metrics["accuracy"] == 0.4
    assert "2 zeros are" in words
    _, metrics, tables = one._number(
        torch.tensor([0.4, 6.2, 7.4, 11.0]), torch.tensor([0, 7, 7, 9])
    )
    assert metrics == {"accuracy": 0.75, "mse": round((0.16 + 0.64 + 0.16 + 4) / 4, 4)}
    assert tables["numbers"].splitlines()[8] == "7,6.8000,0.8485,0.5000"


def test_the_checks_of_a_network_are_measured_again_without_training(tmp_path, monkeypatch):
    folder = tmp_path / "digits-linear"
    sets = trainer.load_data(trainer.arguments(["--dry-run"]))
    monkeypatch.setattr(trainer, "load_data", lambda args: {**sets, "train": None})
    monkeypatch.setattr(trainer.data, "mixture", lambda *sets: sys.exit("trained"))
    model = digits.DigitLinear(temperature=1.5).eval()
    args = trainer.arguments(["--dry-run", "--model", "linear", "--output", str(folder)])
    args.preparation, same = 1.0, report.evaluate(model, sets["test"].pictures, sets["test"].labels)
    run = {"seed": 0, "epochs": 1, "seconds": 1.0, **dict.fromkeys(("test", "validation"), same)}
    run["drawn"] = same
    costs = trainer.cost.measure(model, sets["test"])
    assert [row["way"] for row in costs] == list(trainer.cost.WAYS)
    hub.save(model, folder, trainer.card.card(args, model, run, [run], sets, costs))
    before = (folder / "README.md").read_text()
    for _ in range(2):  # and again
        trainer.main(["--model", "linear", "--measure", "--output", str(folder)])
        after = (folder / "README.md").read_text()
        assert "measured again" in after
        assert after.count("What preprocessing is worth") == 1
        assert f"--model linear --measure --data DIR --output {folder}" in after.replace(
            "\\\n        ", ""
        )
        start = before.index("# Linear classifier")
        assert after[after.index("# Linear") :][:900] == before[start:][:900]
    again = hub._read(digits.DigitLinear, folder)
    assert torch.equal(again.network[1].weight, model.network[1].weight)
    both = torch.cat([sets["validation"].pictures, sets["drawn"].pictures])
    assert again.least_confidence == digits.least_confidence(report.logits(model, both))
    assert (folder / "preprocessing.csv").read_text() == trainer.cost.table(costs)


def test_what_cannot_be_measured_again_is_said():
    for arguments in (["--model", "zero", "--measure"], ["--measure", "--dry-run"]):
        with pytest.raises(SystemExit):
            trainer.arguments(arguments)
    args = trainer.arguments(["--measure", "--output", "x"])
    with pytest.raises(SystemExit, match="none that this trainer wrote"):
        trainer.card.measured_again(trainer.ModelCard("# Another"), args, "")


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
