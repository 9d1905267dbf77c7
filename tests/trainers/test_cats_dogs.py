"""The cats and dogs trainer fits a head on frozen features, and what is shipped is such a head."""

import csv
import shlex
from pathlib import Path

import gradio
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from sklearn.linear_model import LogisticRegression

from models import cats_dogs, hub
from models.architectures import network
from models.backbone import Backbone
from models.cats_dogs import CatsDogs
from models.images import open_image
from trainers import cats_dogs as trainer
from trainers.cats_dogs import data
from trainers.frozen import fit_head

SHIPPED = hub.WEIGHTS / "cats-dogs"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FEATURES_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hub, "_models", dict(hub._models))


@pytest.fixture(scope="module")
def dry(tmp_path_factory):
    """What a dry run wrote, and the card that a real run would have."""
    folder, cards, real = tmp_path_factory.mktemp("dry") / "cats-dogs", [], trainer.card.card
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer.card, "card", lambda *args: cards.append(real(*args)) or cards[0])
        trainer.main(["--dry-run", "--output", str(folder)])
    return folder, str(cards[0])


def photos(folder, parts=("train", "test"), names=("cat", "dog")):
    """A folder of drawn photos, as Kaggle's."""
    for seed, part in enumerate(parts):
        made = data.made_up(12, seed)
        for i, image in enumerate(made.sources):
            place = folder / part / names[i % 2]
            place.mkdir(parents=True, exist_ok=True)
            image.save(place / f"{i}.png")
    return folder


@pytest.mark.parametrize("penalty", [1.0, 30.0])
def test_the_head_is_the_optimum_that_scikit_learn_finds(penalty):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(120, 40, generator=generator)
    y = ((x[:, 0] + 2 * torch.randn(120, generator=generator)) > 0.5).long()
    head = fit_head(x, y, penalty)
    with torch.no_grad():
        found = head(x).softmax(dim=1)[:, 1]
    # One vector of weights there, two opposite halves of it here: w²/C is penalty·2·(w/2)².
    oracle = LogisticRegression(C=2 / penalty, tol=1e-10, max_iter=10_000).fit(x, y)
    expected = torch.tensor(oracle.predict_proba(x)[:, 1], dtype=torch.float32)
    torch.testing.assert_close(found, expected, atol=2e-4, rtol=0)
    assert found.std() > 0.05  # there was something to find


def test_a_dry_run_goes_the_whole_way(dry, tmp_path, monkeypatch):
    folder, card = dry
    files = {"README.md", "config.json", "model.safetensors", *(f"{t}.csv" for t in trainer.TABLES)}
    assert {path.name for path in folder.iterdir()} == files
    assert (folder / "model.safetensors").stat().st_size < 10_000  # the head alone
    monkeypatch.setenv("WEIGHTS_REPO", str(folder.parent))
    answers = hub.load(CatsDogs).predict(data.made_up(1, 9).sources[0])
    assert sum(answers.values()) == pytest.approx(1)
    rows = hub.table(CatsDogs, "few_photos")
    assert {row["method"] for row in rows} == set(trainer.WAYS)
    for part in (
        "model-index",
        "name: cats-dogs",
        "accuracy",
        "must not be used",
        "photos of each",
    ):
        assert part in card
    command = card.split("## How it was made\n\n")[1].split("\n\n")[0]
    args = trainer.arguments(shlex.split(command.replace("\\\n", " "))[3:])
    assert (args.output, args.draws, args.architecture) == (str(folder), 2, None)


def test_any_network_of_torchvision_may_lie_below_the_head(tmp_path, monkeypatch, capsys):
    torch.manual_seed(0)
    whole = network("squeezenet1_1", 1000).eval()
    save_file(whole.state_dict(), tmp_path / "f.safetensors")
    output = tmp_path / "other"
    monkeypatch.chdir(tmp_path)
    words = ["--architecture", "squeezenet1_1", "--backbone-file", "f.safetensors", "--draws", "2"]
    trainer.main([*words, "--data", str(photos(tmp_path / "d")), "--output", str(output)])
    saved = CatsDogs.from_pretrained(output, strict=True).eval()
    saved.check()
    x = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        maps = whole.features((x - saved.mean) / saved.std)
        torch.testing.assert_close(saved.describe(x), maps.mean(dim=(2, 3)), rtol=0.02, atol=0.02)
        expected = saved.head(maps.mean(dim=(2, 3))) / saved.temperature
        torch.testing.assert_close(saved(x), expected, rtol=0.02, atol=0.02)
    card = (output / "README.md").read_text(encoding="utf-8")
    assert "--architecture squeezenet1_1" in card
    assert "features of squeezenet1_1" in card.replace("\n", " ")


def test_few_photos_are_drawn_alike_for_both_ways_and_never_more_than_there_are():
    torch.manual_seed(0)
    labels = torch.arange(40) % 2
    told = labels[:, None] + 0.1 * torch.randn(40, 5)
    untold = torch.rand(40, 3, data.PIXELS, data.PIXELS)
    seen = data.Seen(told, untold, labels)
    rows = trainer.few_photos(seen, seen, draws=3, seed=0, sizes=(1, 5, 20, 50))
    assert [(row["method"], row["photos"]) for row in rows] == [
        (way, size) for way in trainer.WAYS for size in (1, 5, 20)
    ]
    assert all(row["mean"] == 1 for row in rows if row["method"] == trainer.WAYS[0])
    assert rows[3]["mean"] < 0.8
    assert sorted(labels[data.draw(labels, 3, 0)].tolist()) == [0, 0, 0, 1, 1, 1]


def test_training_photos_that_repeat_a_test_photo_are_left_out():
    generator = torch.Generator().manual_seed(0)
    pixels = torch.rand(6, 3, data.PIXELS, data.PIXELS, generator=generator)
    train = data.Seen(torch.zeros(6, 2), pixels, torch.arange(6) % 2)
    test = data.Seen(torch.zeros(2, 2), pixels[[4, 1]].flip(3), torch.tensor([0, 1]))
    keep, found = data.without_copies(train, test)
    assert (keep.tolist(), found) == ([0, 2, 3, 5], 2)


def test_the_folders_may_be_called_as_kaggle_calls_them(tmp_path):
    folder = photos(tmp_path / "set" / "inner", ("train", "test"), ("cats", "dogs"))
    train, test = data.load(str(folder.parent), most=4)
    assert (len(train), len(test)) == (8, 8)
    assert [path.parent.name for path in train.sources] == ["cats"] * 4 + ["dogs"] * 4
    assert train.labels.tolist() == [0] * 4 + [1] * 4


@pytest.mark.parametrize(
    ("parts", "names", "sentence"),
    [
        (("train",), ("cat", "dog"), "no folders train and test"),
        (("train", "test"), ("cat", "cow"), "holds no pictures"),
        (("train", "test"), ("cow", "dog"), "no folders train and test"),
    ],
)
def test_folders_without_cats_and_dogs_are_refused_in_a_sentence(tmp_path, parts, names, sentence):
    with pytest.raises(SystemExit, match=sentence):
        data.load(str(photos(tmp_path, parts, names)), most=10)


def test_a_photo_that_cannot_be_read_is_named(tmp_path):
    folder = photos(tmp_path)
    (folder / "test" / "dog" / "broken.jpg").write_bytes(b"no picture")
    words = ["--data", str(folder), "--output", str(tmp_path / "out")]
    with pytest.raises(SystemExit, match=r"broken\.jpg cannot be read"):
        trainer.main(words)


@pytest.mark.parametrize(
    "words", [["--backbone-file", "f.safetensors"], ["--most", "1"], ["--draws", "1"]]
)
def test_the_command_line_is_checked(words):
    with pytest.raises(SystemExit):
        trainer.arguments(words)


# ---------------------------------------------------------------- what is shipped


def test_the_shipped_head_fits_the_shipped_features_and_the_card_says_how_it_errs():
    assert (SHIPPED / "model.safetensors").stat().st_size < 10_000
    model = hub.load(CatsDogs)
    sample = Path(gradio.__file__).parent / "media_assets" / "images" / "lion.jpg"
    share = model.predict(open_image(sample))["dog"]
    card = (SHIPPED / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    assert f"a lion was a dog to the shipped head with {share:.0%}".replace("%", " %") in card


def test_other_features_under_the_shipped_head_are_refused(monkeypatch):
    torch.manual_seed(0)
    other = Backbone().eval()
    monkeypatch.setattr(cats_dogs.hub, "load", lambda _: other)
    model = CatsDogs.from_pretrained(SHIPPED, strict=True)
    with pytest.raises(ValueError, match="other features"):
        model.check()


def test_a_head_on_other_features_is_refused_when_it_is_loaded(tmp_path, monkeypatch):
    other = tmp_path / "cats-dogs"
    hub.save(CatsDogs.from_pretrained(SHIPPED, strict=True), other, "# Other")
    tensors = load_file(other / "model.safetensors")
    tensors["proof"] += 1
    save_file(tensors, other / "model.safetensors")
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path))
    with pytest.raises(hub.WeightsMissing, match="made for another model"):
        hub.load(CatsDogs)


def test_without_the_shared_features_their_own_command_is_named(tmp_path, monkeypatch):
    hub.save(CatsDogs.from_pretrained(SHIPPED, strict=True), tmp_path / "cats-dogs", "# Head")
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path)
    with pytest.raises(hub.WeightsMissing, match=r"python -m trainers\.backbone"):
        hub.load(CatsDogs)


def test_the_shipped_table_shows_how_few_photos_are_enough():
    with (SHIPPED / "few_photos.csv").open() as file:
        rows = {(row["method"], int(row["photos"])): row for row in csv.DictReader(file)}
    assert all(int(row["draws"]) >= 10 for row in rows.values())
    frozen, raw = (float(rows[way, 100]["mean"]) for way in trainer.WAYS)
    assert frozen > 0.95 > 0.7 > raw


def test_pictures_of_any_mode_are_answered():
    model = hub.load(CatsDogs)
    for picture in (Image.new("L", (30, 500)), Image.new("RGBA", (1, 1)), Image.new("P", (9, 9))):
        assert set(model.predict(picture)) == {"cat", "dog"}
