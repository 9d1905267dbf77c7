"""The tires trainer goes the whole way on made-up pictures, and its parts do what they say."""

import csv

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torchvision.models import get_model

from models import hub, publish
from models.tires import LABELS, TireClassifier
from trainers import loop, tire_data, tire_stages, tire_study
from trainers import tires as trainer


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TIRES_CACHE", str(tmp_path / "cache"))


def write(folder, count=8, seed=0):
    """Write made-up photos as an ImageFolder."""
    photos = tire_data.made_up(count, seed)
    for i, (picture, label) in enumerate(zip(photos.pictures, photos.labels, strict=True)):
        place = folder / LABELS[label]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(place / f"{i}.png")
    return photos


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


def test_resnet50_trains_and_loads_through_the_same_path(tmp_path):
    photos, validation = tire_data.made_up(4, 0), tire_data.made_up(4, 1)
    model = TireClassifier("resnet50", gate=None)
    before = model.network.conv1.weight.clone(), model.network.fc.weight.clone()
    history = tire_stages.fine_tune(model, photos, validation, 1, size=32, batch_size=4)
    assert len(history) == 1
    assert torch.equal(model.network.conv1.weight, before[0])  # the first layers are frozen
    assert not torch.equal(model.network.fc.weight, before[1])
    hub.save(model, tmp_path / "tires", "card")
    loaded = hub._read(TireClassifier, tmp_path / "tires")
    assert loaded.architecture == "resnet50"
    x = torch.rand(1, 3, 64, 64)
    assert torch.allclose(loaded.eval()(x), model(x), atol=0.05)


def test_a_backbone_file_is_loaded_but_for_the_last_layer(tmp_path):
    source = get_model("squeezenet1_1", weights=None)
    save_file(source.state_dict(), tmp_path / "f.safetensors")
    model = TireClassifier("squeezenet1_1", gate=None)
    tire_stages.backbone(model.network, str(tmp_path / "f.safetensors"), "squeezenet1_1")
    assert torch.equal(model.network.features[0].weight, source.features[0].weight)
    other = TireClassifier("resnet18", gate=None)
    with pytest.raises(SystemExit, match="do not fit"):
        tire_stages.backbone(other.network, str(tmp_path / "f.safetensors"), "resnet18")


def test_folders_with_and_without_a_split_are_read(tmp_path):
    write(tmp_path / "split" / "train")
    write(tmp_path / "split" / "val", 4, seed=1)
    train, test = tire_data.load(str(tmp_path / "split"))
    assert (len(train), len(test)) == (8, 4)
    write(tmp_path / "whole" / "Digital images", 20)
    train, test = tire_data.load(str(tmp_path / "whole"))
    assert (len(train), len(test)) == (16, 4)
    assert test.labels.tolist() == [0, 0, 1, 1]
    with pytest.raises(SystemExit, match="no folders"):
        tire_data.load(str(tmp_path / "split" / "train" / "good"))


def test_copies_are_found_mirrored_and_resaved_and_never_split():
    photos = tire_data.made_up(10, 3)
    assert len(tire_data.copies(photos.pictures[:5], photos.pictures[5:])) == 0
    noise = torch.randint(-8, 8, photos.pictures.shape)
    resaved = (photos.pictures.int() + noise).clamp(0, 255).to(torch.uint8).flip(3)
    assert set(map(tuple, tire_data.copies(photos.pictures, resaved).tolist())) >= {
        (i, i) for i in range(10)
    }
    both = tire_data.Photos(torch.cat([photos.pictures, resaved]), photos.labels.repeat(2))
    group = tire_data.groups(both.pictures)
    assert torch.equal(group[:10], group[10:])
    rest, chosen = tire_data.split(both, 0.4, seed=0)
    assert len(rest) + len(chosen) == 20
    assert len(tire_data.copies(rest.pictures, chosen.pictures)) == 0


def test_a_plain_backdrop_is_found_and_exchanged():
    pixels = torch.full((3, 224, 224), 255, dtype=torch.uint8)
    pixels[:, 60:160, 60:160] = 30
    mask = tire_data.backdrop(pixels)
    assert mask[:50].all()
    assert not mask[70:150, 70:150].any()
    pasted = tire_data.paste(pixels, torch.zeros_like(pixels), mask)
    assert pasted[:, :40].max() == 0
    assert torch.equal(pasted[:, 80:140, 80:140], pixels[:, 80:140, 80:140])
    noise = torch.randint(0, 256, (3, 224, 224), dtype=torch.uint8)
    assert tire_data.backdrop(noise) is None


def test_augmentation_changes_pictures_and_keeps_their_form():
    photos = tire_data.made_up(4, 0)
    augmentation = tire_data.Augmentation(photos, True, size=96)
    for index in range(4):
        changed = augmentation(index)
        assert changed.shape == (3, 96, 96)
        assert changed.dtype == torch.uint8


@pytest.mark.parametrize("kind", tire_data.KINDS)
def test_every_drawn_thing_is_a_picture_and_repeats_with_its_seed(kind):
    drawn = tire_data.round_things(2, 5, (kind,))
    assert drawn.shape == (2, 3, 224, 224)
    assert torch.equal(drawn, tire_data.round_things(2, 5, (kind,)))


def test_a_cut_out_is_laid_on_a_background_and_a_photo_stays_as_it_is(tmp_path):
    cut_out = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    cut_out.paste((200, 0, 0, 255), (20, 10, 40, 30))
    cut_out.save(tmp_path / "a.png")
    Image.new("RGB", (60, 40), (0, 0, 200)).save(tmp_path / "b.png")
    found = {}
    for seed in range(8):
        pictures = tire_data.others([tmp_path], most=2, seed=seed)
        assert pictures.shape == (2, 3, 224, 224)
        blue = (pictures[:, 2] == 200).flatten(1).all(dim=1)
        assert blue.sum() == 1
        laid = pictures[~blue][0]
        assert ((laid[0] > 190) & (laid[1:].amax(dim=0) < 10)).any()  # the red square
        found[tuple(laid[:, 0, 0].tolist())] = seed
    assert len(found) > 2  # backgrounds differ


def test_mixup_blends_pictures_and_labels_alike():
    photos = tire_data.made_up(8, 0)
    photos.pictures[:] = (photos.labels * 255).view(-1, 1, 1, 1)
    augmentation = tire_data.Augmentation(photos, 0.0, size=32)
    augmentation.geometry = augmentation.camera = lambda picture: picture
    for x, y in tire_data.loader(photos, augmentation, 4, mixup=1.0):
        assert torch.allclose(x.mean(dim=(1, 2, 3)), y[:, 1], atol=1e-5)
        assert torch.allclose(y.sum(dim=1), torch.ones(4))


def test_rates_fall_to_the_first_layers_and_some_are_frozen():
    net = get_model("resnet18", weights=None)
    groups = tire_stages.rates(net, 1e-3, frozen=0.5)
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


def test_patience_ends_training_some_epochs_after_the_best():
    stop = loop.patience(2)
    rows = [{"metric": m} for m in (0.1, 0.5, 0.4, 0.3)]
    assert [stop(rows[:n]) for n in (1, 2, 3, 4)] == [False, False, False, True]


def test_features_are_made_once(tmp_path):
    calls = []

    def make():
        calls.append(1)
        return torch.ones(2)

    first = tire_stages.cached("x", (torch.zeros(3), "a"), make)
    again = tire_stages.cached("x", (torch.zeros(3), "a"), make)
    tire_stages.cached("x", (torch.zeros(3), "b"), make)
    assert torch.equal(first, again)
    assert len(calls) == 2


def test_the_figures_are_those_of_scikit_learn():
    from sklearn import metrics

    torch.manual_seed(0)
    labels = torch.tensor([0] * 30 + [1] * 20)
    outputs = torch.randn(50, 2) + torch.nn.functional.one_hot(labels, 2)
    found = tire_study.evaluate(outputs, labels, rounds=100)
    answers, score = outputs.argmax(1), outputs.softmax(1)[:, 1]
    assert found["accuracy"][0] == pytest.approx(metrics.accuracy_score(labels, answers))
    both = metrics.balanced_accuracy_score(labels, answers)
    assert found["balanced accuracy"][0] == pytest.approx(both)
    pairs = (score[labels == 1][:, None] > score[labels == 0]).double()  # positive above negative
    assert found["ROC-AUC"][0] == pytest.approx(pairs.mean().item())
    assert found["confusion"].tolist() == metrics.confusion_matrix(labels, answers).tolist()
    for name in ("accuracy", "balanced accuracy", "ROC-AUC"):
        value, low, high = found[name]
        assert low <= value <= high


def test_the_gate_learns_to_tell_tires_from_what_it_was_shown():
    torch.manual_seed(0)
    model = TireClassifier("squeezenet1_1", gate="squeezenet1_1").eval()
    photos, validation = tire_data.made_up(10, 0), tire_data.made_up(6, 1)
    others = torch.full((20, 3, 224, 224), 255, dtype=torch.uint8)
    tire_stages.fit_gate(model, photos, validation, others)
    tires = tire_study._likeness(model, tire_data.made_up(10, 2).pictures)
    assert tires.mean() > tire_study._likeness(model, others[:1]).item()
    assert np.isfinite(model.threshold)


def test_subsets_hold_both_classes_and_sizes_reach_the_whole():
    labels = torch.tensor([0] * 90 + [1] * 10)
    assert set(labels[tire_study.subset(labels, 5, 0)].tolist()) == {0, 1}
    assert tire_study.sizes_up_to(600) == [25, 50, 100, 200, 400, 600]
    assert tire_study.sizes_up_to(10) == [10]


def test_the_command_line_is_checked():
    with pytest.raises(SystemExit):
        trainer.arguments(["--epochs", "-1"])
    assert trainer.arguments([]).output == "weights/tires"
