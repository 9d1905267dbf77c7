"""What every trainer repeats: nothing is spoiled, and what cannot end well does not begin."""

import importlib
import json
import os
import random
import runpy
import shlex
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import SafetensorError

from models import SHIPPED, hub, publish
from tests.models.tiny import Tiny
from tests.trainers.dry_runs import everything_in, written_by
from trainers import digits, recipe, report, tires

TRAINERS = {"digits": (digits, ["--model", "linear"]), "tires": (tires, [])}


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Relative paths, temporary folders and features lie in folders of the test."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("FEATURES_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def untrained(monkeypatch):
    """Trainers that fail the test if they go on to read data, or to make it up."""

    def begun(*arguments):
        pytest.fail("the training has begun")

    monkeypatch.setattr(digits, "load_data", begun)
    monkeypatch.setattr(tires.data, "everything", begun)


def arguments(*words):
    return recipe.parser("tiny", "doc", {"data": "numbers"}).parse_args(words)


def begin(*words, **options):
    return recipe.begin(arguments(*words), "weights/tiny", **options)


def refused(*words, **options):
    """Return the sentence with which a run is refused before it begins."""
    with pytest.raises(SystemExit) as refusal:
        begin(*words, **options)
    sentence = refusal.value.code
    assert isinstance(sentence, str)  # so Python prints it on stderr, and the status is 1
    assert len(sentence.splitlines()) == 1
    assert sentence.endswith(".")
    return sentence


# ---------------------------------------------------------------- dry runs


# That of tires takes long: it is looked at in its own tests.
def test_a_dry_run_leaves_the_weights_alone_says_where_it_wrote_and_claims_no_figures(capsys):
    tables = ("preprocessing.csv",)
    written_by(digits, ["--model", "linear"], "digits-linear", capsys, tables)


@pytest.mark.parametrize("output", [[], ["--output", "mine"]])
@pytest.mark.parametrize("name", TRAINERS)
def test_a_dry_run_is_not_pushed(name, output, untrained, monkeypatch, tmp_path):
    monkeypatch.setattr(publish, "push_to_hub", lambda *_: pytest.fail("pushed"))
    trainer, options = TRAINERS[name]
    with pytest.raises(SystemExit, match=r"^A dry run .* not pushed"):
        trainer.main([*options, "--dry-run", "--push-to-hub", "someone/model", *output])
    assert not list((tmp_path / "temporary").iterdir())


def test_a_dry_run_never_replaces_shipped_weights():
    folder = hub.WEIGHTS / "digits-mlp"
    assert "choose another --output" in refused("--dry-run", "--output", str(folder))
    assert "choose another --output" in refused("--dry-run", "--output", str(folder / "new"))


# ---------------------------------------------------------------- the folder of the weights


@pytest.mark.parametrize("name", TRAINERS)
def test_a_folder_with_something_else_in_it_is_refused_and_stays_as_it_is(
    name, tmp_path, untrained
):
    trainer, options = TRAINERS[name]
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    before = everything_in(tmp_path)
    with pytest.raises(SystemExit, match=r"holds chapter\.txt, which no trainer wrote"):
        trainer.main([*options, "--dry-run", "--output", "thesis"])
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize(
    "names",
    [
        ["README.md"],
        ["README.md", "config.json"],
        ["config.json", "model.safetensors"],
        ["README.md", "config.json", "model.safetensors", "notes.txt"],
        ["README.md", "config.json", "model.safetensors", "other.csv"],
        ["README.md", "config.json", "model.safetensors", ".git/HEAD"],
        ["README.md/x", "config.json", "model.safetensors"],
        ["search.csv"],
    ],
    ids=" ".join,
)
def test_only_a_whole_model_and_its_tables_are_replaced(tmp_path, names):
    for name in names:
        (tmp_path / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mine" / name).write_text("mine")
    before = everything_in(tmp_path)
    refused("--output", "mine", tables=["search"])
    assert everything_in(tmp_path) == before


def test_a_new_an_empty_and_a_model_s_folder_are_accepted(tmp_path):
    assert begin("--output", "new/folder").output == "new/folder"
    assert not (tmp_path / "new").exists()
    (tmp_path / "empty").mkdir()
    begin("--output", "empty")
    hub.save(Tiny(), tmp_path / "model", "# Card", {"search": "a\n1\n"})
    begin("--output", "model", tables=["search"])
    assert begin().output == "weights/tiny"


def test_shipped_weights_that_lost_a_file_can_be_trained_again(tmp_path):
    folder = hub.save(Tiny(), tmp_path / "weights" / "tiny", "# Card")
    (folder / "model.safetensors").unlink()
    begin("--output", "weights/tiny")
    (folder / "notes.txt").write_text("mine")
    assert "notes.txt" in refused()


@pytest.mark.parametrize("name", TRAINERS)
def test_a_file_is_no_folder(name, tmp_path, untrained):
    trainer, options = TRAINERS[name]
    (tmp_path / "file").write_text("mine")
    for output in ("file", "file/below"):
        with pytest.raises(SystemExit, match="cannot be written"):
            trainer.main([*options, "--dry-run", "--output", output])
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("output", ["/proc/weights", "a" * 250, "nul\0", "ring/below"])
def test_a_place_that_cannot_be_written_is_found_out_before_training(output, tmp_path):
    (tmp_path / "ring").symlink_to(tmp_path / "ring")
    assert "cannot be written" in refused("--output", output)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_without_permission_is_found_out_before_training(tmp_path):
    hub.save(Tiny(), tmp_path / "locked" / "model", "# Card")
    for folder in (tmp_path / "locked" / "model", tmp_path / "locked"):
        folder.chmod(0o555)
        try:
            assert "ermission" in refused("--output", "locked/model")
        finally:
            folder.chmod(0o755)


def test_a_read_only_disk_is_found_out_before_training(monkeypatch, tmp_path):
    def mkdtemp(*arguments, **options):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    assert refused("--output", "new") == "new cannot be written: Read-only file system."
    assert "Read-only file system" in refused("--dry-run")


@pytest.mark.skipif(sys.platform == "win32", reason="limits files as Unix does")
@pytest.mark.parametrize("name", TRAINERS)
def test_a_disk_without_room_is_found_out_before_training(name, tmp_path, untrained):
    import resource

    trainer, options = TRAINERS[name]
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, usual[1]))
    try:
        with pytest.raises(SystemExit) as refusal:
            trainer.main([*options, "--data", "nowhere", "--output", str(tmp_path / "mine")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert refusal.value.code == f"{tmp_path / 'mine'} cannot be written: File too large."
    assert {path.name for path in tmp_path.iterdir()} == {"temporary"}


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), SafetensorError("Os 28")]
)
def test_a_disk_that_is_full_in_the_end_does_not_cost_the_training(error, monkeypatch, tmp_path):
    args, save = begin("--output", "mine"), hub.save

    def full(model, directory, *more):
        if directory == "mine":
            raise error
        return save(model, directory, *more)

    monkeypatch.setattr(hub, "save", full)
    with pytest.raises(SystemExit, match=r"^mine cannot be written: .*\. The model was saved in"):
        recipe.save(args, Tiny(), "# Card")
    (elsewhere,) = (tmp_path / "temporary").iterdir()
    assert (elsewhere / "model.safetensors").is_file()
    monkeypatch.setattr(hub, "save", lambda *_: full(None, "mine"))
    with pytest.raises(SystemExit, match=r"saved in nowhere\.$"):
        recipe.save(args, Tiny(), "# Card")


def test_a_mounted_folder_cannot_be_replaced(monkeypatch, tmp_path):
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path).name == "volume")
    (tmp_path / "volume").mkdir()
    assert "folder within it" in refused("--output", "volume")
    begin("--output", "volume/model")


def test_looking_leaves_nothing_behind(tmp_path):
    before = everything_in(tmp_path)
    begin("--output", "new")
    assert everything_in(tmp_path) == before


def test_a_run_puts_back_what_a_killed_one_had_moved_away(tmp_path):
    folder = hub.save(Tiny(), tmp_path / "mine", "# Before")
    folder.rename(tmp_path / ".mine-abcd1234-old")
    (tmp_path / ".mine-abcd1234").mkdir()
    begin("--output", "mine")
    assert (folder / "README.md").read_text() == "# Before"


def test_tables_alone_are_added_to_whatever_is_there(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    args = begin("--output", "mine", replace=False)
    recipe.save_tables(args, {"search": "a\n1\n"})
    assert everything_in(tmp_path / "mine") == {"notes.txt": b"mine", "search.csv": b"a\n1\n"}


# ---------------------------------------------------------------- seeds and data


@pytest.mark.parametrize("value", [2**70, 2**32, -1])
@pytest.mark.parametrize("name", TRAINERS)
def test_a_seed_out_of_range_is_refused_before_training(name, value, untrained):
    trainer, options = TRAINERS[name]
    with pytest.raises(SystemExit, match=rf"^The seed {value} is out of range"):
        trainer.main([*options, "--dry-run", "--seed", str(value)])
    if name == "digits":
        with pytest.raises(SystemExit, match=r"out of range"):
            trainer.main([*options, "--dry-run", "--seeds", "0", str(value)])


@pytest.mark.parametrize("value", [0, 2**32 - 1])
def test_every_seed_that_is_accepted_can_be_used(value):
    begin("--seed", str(value))
    recipe.seed(value)
    first = random.random(), np.random.rand(), torch.rand(()).item()
    recipe.seed(value)
    assert (random.random(), np.random.rand(), torch.rand(()).item()) == first


def test_missing_photos_are_said_in_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match=r"^nowhere holds no folders"):
        tires.main(["--data", "nowhere"])
    for label in ("good", "defective"):
        (tmp_path / "photos" / label).mkdir(parents=True)
    with pytest.raises(SystemExit, match="holds no pictures"):
        tires.main(["--data", "photos"])
    for label in ("good", "defective"):
        (tmp_path / "photos" / label / "a.png").write_text("no picture")
    with pytest.raises(SystemExit, match=r"a\.png cannot be read"):
        tires.main(["--data", "photos"])


def test_missing_digits_are_said_in_one_sentence(monkeypatch):
    from torchvision import datasets

    def no_network(root, train, download):
        raise RuntimeError("Error downloading train-images-idx3-ubyte.gz:\nTried https://…")

    monkeypatch.setattr(datasets, "MNIST", no_network)
    with pytest.raises(SystemExit) as refusal:
        digits.main(["--model", "linear", "--data", "nowhere"])
    assert refusal.value.code == (
        "MNIST in nowhere cannot be read: Error downloading train-images-idx3-ubyte.gz."
    )


def test_a_backbone_that_is_missing_or_unknown_is_said_in_one_sentence(monkeypatch):
    dry = arguments("--dry-run")
    monkeypatch.setattr(tires.recipe, "begin", lambda *_, **__: dry)
    args = tires.arguments(["--dry-run", "--architecture", "nonsense"])
    with pytest.raises(SystemExit, match=r"^The network nonsense cannot be read"):
        tires.stages.new_model(args)
    args = tires.arguments(["--backbone-file", "nowhere.safetensors"])
    with pytest.raises(SystemExit, match=r"^The weights of nowhere\.safetensors cannot be read"):
        tires.stages.new_model(args)


def test_what_a_library_raises_is_said_in_one_sentence():
    sentence = r"^The cars cannot be read: KeyError: 'price'\.$"
    with pytest.raises(SystemExit, match=sentence), recipe.reading("The cars"):
        raise KeyError("price")
    with pytest.raises(KeyboardInterrupt), recipe.reading("The cars"):
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", TRAINERS)
def test_a_refusal_is_one_sentence_and_status_1(name, tmp_path, monkeypatch, capfd):
    options = ["--dry-run", "--seed", str(2**70), "--output", str(tmp_path / "x")]
    monkeypatch.setattr(sys, "argv", ["trainers", *TRAINERS[name][1], *options])
    with pytest.raises(SystemExit) as refusal:
        runpy.run_module(f"trainers.{name}", run_name="__main__")
    # Python prints what is no number on stderr, and the status is 1.
    assert isinstance(refusal.value.code, str)
    assert len(refusal.value.code.splitlines()) == 1
    assert capfd.readouterr() == ("", "")


# ---------------------------------------------------------------- what is written


def test_a_trainer_needs_no_more_than_its_model_and_its_card(tmp_path, monkeypatch, capsys):
    pushed = []
    monkeypatch.setattr(publish, "push_to_hub", lambda *what: pushed.append(what))
    args = begin("--output", "mine", "--push-to-hub", "someone/tiny")
    model = Tiny(size=5)
    card = report.card(model, "# Tiny", ("Numbers", "someone/numbers"), {"accuracy": 0.5})
    recipe.save(args, model, card, {"search": "a\n1\n"})
    recipe.finish(args, " (seed 0)")
    folder = tmp_path / "mine"
    assert {path.name for path in folder.iterdir()} == recipe.MODEL | {"search.csv"}
    assert json.loads((folder / "config.json").read_text()) == {"size": 5}
    text = (folder / "README.md").read_text()
    assert "model-index" in text
    assert "name: tiny" in text
    assert "hub_mixin" not in text
    assert "saved mine (seed 0)" in capsys.readouterr().out
    assert pushed == [("mine", "someone/tiny", False)]


def test_the_command_of_a_card_is_one_that_the_trainer_understands():
    words = dict(model="cnn", seeds=[0, 1], data="a folder/with spaces", epochs=0, dry_run=False)
    text = recipe.command("digits", **words, push_to_hub=None, output="x" * 60)
    assert all(line.startswith("    ") and len(line) <= 100 for line in text.splitlines())
    assert len(text.splitlines()) == 2
    words = shlex.split(text.replace("\\\n", " "))
    assert words[:3] == ["python", "-m", "trainers.digits"]
    args = digits.arguments(words[3:])
    assert (args.model, args.seeds, args.data) == ("cnn", [0, 1], "a folder/with spaces")
    assert args.output == "x" * 60


@pytest.mark.parametrize("folder", SHIPPED)
def test_the_commands_on_the_shipped_cards_are_understood(folder):
    card = (hub.WEIGHTS / folder / "README.md").read_text()
    found = [
        part for part in card.replace("\\\n", " ").splitlines() if "python -m trainers." in part
    ]
    assert found
    for line in found:
        words = shlex.split(line)
        args = importlib.import_module(words[2]).arguments(words[3:])
        assert args.output == f"weights/{folder}"
