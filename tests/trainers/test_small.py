"""The trainers of small pictures go the whole way in seconds and ship what they should."""

import csv
import io
import shlex
import types
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch.nn import functional

from models import hub
from models.cifar import CifarNet
from models.fashion import LADDER, FashionCNN
from tests.trainers.dry_runs import written_by
from trainers import cifar, fashion, report, small, strangers
from trainers.cifar import data
from trainers.fashion import photos, sprites
from trainers.loop import make_accelerator

wants = cifar.sprites.wants
wanted: dict[bytes, bytes] = {}  # by weights


def wants_once(model, steps):
    """Return what the maps of a network want; dry runs come to the same network again."""
    of = b"".join(one.numpy().tobytes() for one in model.state_dict().values())
    if of not in wanted:
        wanted[of] = wants(model, steps)
    return wanted[of]


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch):
    monkeypatch.setattr(hub, "_models", {})
    monkeypatch.setattr(cifar.sprites, "wants", wants_once)


def command_of(card, trainer):
    """Return the arguments of the command that a card states."""
    lines = card[card.index("    python -m trainers.") :].split("\n\n")[0]
    return trainer.arguments(shlex.split(lines.replace("\\\n", " "))[3:])


def rows_of(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


# ---------------------------------------------------------------- pictures


def test_augmenting_mirrors_shifts_and_cuts_each_picture_in_its_own_way():
    torch.manual_seed(0)
    x = torch.zeros(400, 3, 9, 9)
    x[:, :, 4, 2] = 1  # a point left of the middle
    plain = small.augment(x, shift=0, hole=0)
    lefts = (plain[:, 0, 4, 2] == 1).sum().item()
    assert 150 < lefts < 250
    assert (plain[:, 0, 4, 6] == 1).sum().item() == 400 - lefts
    moved = small.augment(x, shift=2, hole=0)
    assert torch.equal(moved.sum(dim=(1, 2, 3)), torch.full((400,), 3.0))  # none falls off
    places = {divmod(int(one[0].flatten().argmax()), 9) for one in moved}
    assert {row for row, _ in places} == {2, 3, 4, 5, 6}
    assert torch.equal(moved[:, 0], moved[:, 2])  # all colours alike
    cut = small.augment(torch.ones(400, 1, 9, 9), shift=0, hole=4)
    holes = (cut == 0).sum(dim=(1, 2, 3))
    assert 150 < (holes > 0).sum().item() < 250
    assert holes.max().item() <= 16


def test_a_split_parts_the_pictures_and_repeats_itself():
    whole = small.Pictures(torch.arange(20)[:, None, None, None], torch.arange(20))
    train, validation = small.split(whole, 6)
    assert len(validation) == 6
    assert sorted([*train.labels.tolist(), *validation.labels.tolist()]) == list(range(20))
    assert small.split(whole, 6)[1].labels.tolist() == validation.labels.tolist()


def test_batches_are_whole_shuffled_and_in_0_to_1():
    pictures = small.made_up(50, 1, 4)
    batches = list(small.loader(pictures, 20))
    assert [len(labels) for _, labels in batches] == [20, 20]
    assert max(x.max().item() for x, _ in batches) <= 1
    torch.manual_seed(1)
    first = torch.cat([labels for _, labels in small.loader(pictures, 25)])
    assert first.tolist() != pictures.labels.tolist()


def test_what_is_evaluated_is_what_the_file_holds(tmp_path):
    sets = {part: small.made_up(40, 1, 28, i) for i, part in enumerate(("train", "test"))}
    sets["validation"] = sets["test"]
    settings = small.Settings(epochs=2, averaging=0, batch_size=10)
    model, run = small.train(FashionCNN("mlp"), settings, sets, seed=0, precision="fp32")
    hub.save(model, tmp_path / "fashion", "# Card")
    back = hub._read(FashionCNN, tmp_path / "fashion").eval()
    test = sets["test"]
    assert torch.equal(report.logits(back, test.pictures), report.logits(model, test.pictures))
    assert run["test"].accuracy == report.evaluate(back, test.pictures, test.labels).accuracy
    assert [row["epoch"] for row in run["curves"]] == [1, 2]
    last = run["curves"][-1]
    assert set(last) == {"epoch"} | {
        f"{part}_{what}" for part in ("train", "validation") for what in ("loss", "accuracy")
    }
    assert run["metric"] == max(row["validation_accuracy"] for row in run["curves"])
    again, _ = small.train(FashionCNN("mlp"), settings, sets, seed=0, precision="fp32")
    assert again.state_dict().keys() == model.state_dict().keys()


def test_plain_settings_are_adam_at_one_rate_without_smoothing(monkeypatch):
    given = {}
    monkeypatch.setattr(
        small, "fit", lambda model, *args, **kwargs: given.update(kwargs, rate=args[3])
    )
    sets = dict.fromkeys(("train", "validation", "test"), small.made_up(20, 3, 32))
    with pytest.raises(ValueError, match="max"):  # there are no curves
        small.train(
            CifarNet("five_layers"), cifar.SETTINGS["five_layers"], sets, 0, precision="fp32"
        )
    assert given["loss"] is functional.cross_entropy
    assert (given["weight_decay"], given["averaging"], given["constant"]) == (0, 0, True)
    assert (given["augment"], given["rate"]) == (None, 1e-3)


# ---------------------------------------------------------------- clothes


def test_a_dry_run_climbs_the_whole_ladder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cards, real = [], fashion.card.card
    monkeypatch.setattr(fashion.card, "card", lambda *a: cards.append(str(real(*a))) or real(*a))
    files = {f"{name}.csv" for name in ("ladder", "curves", "photos", "unknown")}
    files |= {f"{name}.parquet" for name in ("misread", "exciting")}
    Image.new("RGB", (40, 30), "red").save(tmp_path / "one.png")
    options = ["--seeds", "0", "1", "--strangers", str(tmp_path)]
    folder = written_by(fashion, options, "fashion", capsys, files)
    rows = rows_of(folder, "ladder")
    assert [(row["model"], row["seed"]) for row in rows] == [
        (name, seed) for name in LADDER for seed in "01"
    ]
    assert len(rows_of(folder, "curves")) == len(rows)
    assert "after 1 of 12 trainings" in cards[0].replace("\n", " ")
    card = cards[-1]
    assert " of 12 trainings" not in card
    for part in ("model-index", "name: fashion", "must not be used", "MIT licence", "± "):
        assert part in card
    assert str(tmp_path) not in card
    args = command_of(card, fashion)
    assert (args.model, args.seeds, args.data) == ([*LADDER], [0, 1], "DIR")
    assert args.strangers == [f"DIR/{tmp_path.name}"]
    kinds = ["Fashion-MNIST", "noise", "blots", "digits", "photos", tmp_path.name]
    assert [row["set"] for row in rows_of(folder, "unknown")] == kinds
    assert [row["background"] for row in rows_of(folder, "photos")][1:] == [*photos.BACKGROUNDS]


def test_trainings_that_were_saved_one_by_one_are_gathered(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, seed in (("linear", 0), ("mlp", 0), ("linear", 1)):
        where = ["--output", f"{name}-{seed}"]
        fashion.main(["--model", name, "--seeds", str(seed), "--dry-run", *where])
    cards, real = [], fashion.card.card
    monkeypatch.setattr(fashion.card, "card", lambda *a: cards.append(str(real(*a))) or real(*a))
    monkeypatch.setattr(fashion.small, "train", _raise)
    folders = ["linear-0", "mlp-0", "linear-1"]
    fashion.main(["--dry-run", "--output", "all", "--gather", *folders])
    rows = rows_of(tmp_path / "all", "ladder")
    assert rows == [rows_of(tmp_path / f, "ladder")[0] for f in ("linear-0", "linear-1", "mlp-0")]
    assert len(rows_of(tmp_path / "all", "curves")) == 3
    assert "gathered" in cards[0]
    assert "after 3 of 4 trainings" in cards[0].replace("\n", " ")
    args = command_of(cards[0], fashion)
    assert (args.model, args.seeds, args.gather) == (["linear", "mlp"], [0, 1], None)
    # Once gathered they may be gathered again: with others, and with themselves.
    gathered = ["all", "linear-1", "mlp-0"]
    fashion.main(["--dry-run", "--output", "again", "--gather", *gathered])
    for name in ("ladder", "curves"):
        assert rows_of(tmp_path / "again", name) == rows_of(tmp_path / "all", name)
    with pytest.raises(SystemExit, match=r"nowhere cannot be read"):
        fashion.main(["--dry-run", "--output", "no", "--gather", "nowhere"])
    written = tmp_path / "all" / "ladder.csv"
    for change, wrong in ({"test": 0.123}, "figures of none"), ({"seed": 7}, "no epoch of linear"):
        pd.read_csv(written).assign(**change).to_csv(written, index=False)
        with pytest.raises(SystemExit, match=f"all cannot be read.*{wrong}"):
            fashion.main(["--dry-run", "--output", "no", "--gather", "all"])


def test_of_a_training_gathered_twice_the_one_with_the_network_counts():
    def run(seed, metric):
        return {"model": "a", "seed": seed, "metric": metric}

    results = [(None, run(0, 0.5)), ("network", run(1, 0.4)), ("other", run(0, 0.5))]
    assert fashion.once(results) == [results[2], results[1]]
    with pytest.raises(ValueError, match="the best is a with seed 0"):
        fashion.best(results[:1])


def test_the_model_that_validates_best_is_shipped_with_its_median_seed():
    def run(model, seed, metric):
        return model, {"model": model, "seed": seed, "metric": metric}

    results = [run("a", s, m) for s, m in enumerate((0.90, 0.99, 0.5))]
    results += [run("b", s, m) for s, m in enumerate((0.92, 0.93, 0.91))]
    assert fashion.best(results)[1] == {"model": "b", "seed": 0, "metric": 0.92}
    assert fashion.best(results[:1])[0] == "a"


def test_the_sprite_holds_all_misread_pictures_and_some_others(monkeypatch):
    torch.manual_seed(0)
    model, test = FashionCNN("linear").eval(), small.made_up(200, 1, 28)
    table = pd.read_parquet(io.BytesIO(sprites.misread(model, test)))
    answers = report.logits(model, test.pictures).softmax(dim=1)
    wrong = torch.nonzero(answers.argmax(dim=1) != test.labels)[:, 0].tolist()
    assert set(wrong) <= set(table["index"])
    right = set(table["index"]) - set(wrong)
    assert all(
        int((test.labels[list(right)] == label).sum()) <= sprites.RIGHT for label in range(10)
    )
    first = table.iloc[0]
    pixels = np.frombuffer(first["pixels"], np.uint8).reshape(28, 28).astype(int)
    assert np.abs(pixels - test.pictures[first["index"], 0].numpy()).max() <= 3
    expected = answers[first["index"]].numpy() * sprites.UNIT
    assert first["probabilities"] == pytest.approx(expected, abs=0.51)
    monkeypatch.setattr(sprites, "MOST", 7)
    assert len(pd.read_parquet(io.BytesIO(sprites.misread(model, test)))) == 7


def test_the_sprite_of_exciting_pictures_holds_those_with_the_largest_numbers_of_each_map():
    torch.manual_seed(0)
    model, train = FashionCNN("cnn_batchnorm").eval(), small.made_up(30, 1, 28)
    table = pd.read_parquet(io.BytesIO(sprites.exciting(model, train)))
    with torch.no_grad():
        x = model.normalise(train.pictures.float() / 255)
        first = model.layers.conv1.before(x)
        second = model.layers.conv2.before(model.layers.pool1(model.layers.conv1(x)))
        sums = model.layers(x)
    for name, y in (("conv1", first), ("conv2", second), ("linear2", sums[:, :, None, None])):
        rows = table[table["layer"] == name]
        assert len(rows) == sprites.EXCITING * y.shape[1]
        for unit, some in rows.groupby("unit"):
            highest = y[:, unit].flatten(1).max(dim=1)
            best = highest.values.argsort(descending=True)[: sprites.EXCITING]
            assert some["index"].tolist() == best.tolist()
            assert some["place"].tolist() == highest.indices[best].tolist()
            assert some["label"].tolist() == train.labels[best].tolist()
    assert set(table["layer"]) == {"conv1", "conv2", "linear2"}
    last = table.iloc[-1]
    pixels = np.frombuffer(last["pixels"], np.uint8).reshape(28, 28).astype(int)
    assert np.abs(pixels - train.pictures[last["index"], 0].numpy()).max() <= 7


@pytest.mark.parametrize("kind", photos.BACKGROUNDS)
def test_a_test_picture_is_made_into_a_photo_of_a_dark_piece(kind):
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 8:20] = 240
    made = np.asarray(photos.photo(picture, kind, np.random.default_rng(0)))
    again = np.asarray(photos.photo(picture, kind, np.random.default_rng(0)))
    assert np.array_equal(made, again)
    assert made[140:160, 140:160].max() < 20  # bright in the data, dark on the photo
    if kind == "white":
        assert made[:30].min() == 255
    if kind != "a photo":
        seen = FashionCNN().preprocess(Image.fromarray(made))[0]
        assert seen[6:22, 10:18].min() > 0.7
        assert seen[:, [0, -1]].max() == 0


def test_photos_are_measured_beside_the_pictures_as_they_are():
    torch.manual_seed(0)
    model, test = FashionCNN("linear").eval(), small.made_up(20, 1, 28)
    rows = photos.measure(model, test, 10)
    assert [row["background"] for row in rows] == ["as in the data", *photos.BACKGROUNDS]
    assert all(row["pictures"] == 10 and 0 <= row["accuracy"] <= 1 for row in rows)
    assert all(0 <= row["answered"] <= row["found"] <= 1 for row in rows)


def test_a_piece_is_found_on_every_plain_background_and_on_no_photo():
    pixels = np.zeros((1, 28, 28), np.uint8)
    pixels[:, 2:26, 7:21] = 200
    pixels[:, 4:12, 2:26] = 150
    test = small.Pictures(torch.tensor(pixels).repeat(40, 1, 1, 1), torch.full((40,), 6))
    model = FashionCNN("linear").eval()
    rows = {row["background"]: row for row in photos.measure(model, test, 40)}
    assert [rows[kind]["found"] for kind in photos.BACKGROUNDS] == [1, 1, 1, 0]
    assert rows["a photo"]["answered"] == 0
    assert rows["a photo"]["right"] is None
    for kind in photos.BACKGROUNDS[:3]:  # without a least confidence, all are named
        assert rows[kind]["answered"] == 1
        assert rows[kind]["right"] == rows[kind]["accuracy"]


# ---------------------------------------------------------------- photos


def test_a_dry_run_trains_both_networks_and_asks_them_about_strangers(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    cards, real = [], cifar.card.card
    monkeypatch.setattr(cifar.card, "card", lambda *a: cards.append(str(real(*a))) or real(*a))
    names = ("ladder", "curves", "confusion", "unknown")
    files = {"wants.parquet", *(f"{name}.csv" for name in names)}
    folder = written_by(cifar, [], "cifar", capsys, files)
    rows = rows_of(folder, "unknown")
    kinds = ["CIFAR-10", "noise", "blots", "digits", "photos"]
    assert [(row["model"], row["set"]) for row in rows] == [
        (name, kind) for name in cifar.SETTINGS for kind in kinds
    ]
    assert all(0 <= float(row[name]) <= 1 for row in rows for name in ("auroc", "answered"))
    assert {row["model"] for row in rows_of(folder, "curves")} == set(cifar.SETTINGS)
    for part in ("model-index", "name: cifar", "must not be used", "AUROC", "conv 6, conv 16"):
        assert part in cards[0]
    args = command_of(cards[0], cifar)
    assert (args.seed, args.data, args.track, args.gather) == (0, "DIR", None, None)
    counts = rows_of(folder, "confusion")
    assert len({(row["truth"], row["answer"]) for row in counts}) == 100
    assert sum(int(row["pictures"]) for row in counts) == 60
    right = sum(int(row["pictures"]) for row in counts if row["truth"] == row["answer"])
    assert float(rows_of(folder, "ladder")[1]["test"]) == pytest.approx(right / 60, abs=1e-4)
    wants = pd.read_parquet(folder / "wants.parquet").set_index("layer")
    assert len(wants) == 14
    for layer, maps in (("conv1", 32), ("residual3.second", 160), ("linear", 10)):
        assert wants["maps"][layer] == maps
        assert Image.open(io.BytesIO(wants["pictures"][layer])).size == (32, 32 * maps)


def test_a_network_for_photos_that_was_saved_is_measured_anew_without_training(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    cifar.main(["--dry-run", "--output", "new"])
    new = hub._read(CifarNet, tmp_path / "new").eval()
    # As networks were saved that knew no distances, and whose tables told of none.
    old = CifarNet(temperature=new.temperature, least_confidence=new.least_confidence)
    old.load_state_dict({name: new.state_dict()[name] for name in old.state_dict()})
    tables = {
        name: pd.read_csv(tmp_path / "new" / f"{name}.csv")
        for name in ("ladder", "curves", "unknown")
    }
    tables["unknown"] = tables["unknown"].drop(columns="distance_auroc")
    written = {name: table.to_csv(index=False) for name, table in tables.items()}
    hub.save(old, tmp_path / "old", "# Card", written)
    cards, real = [], cifar.card.card
    monkeypatch.setattr(cifar.card, "card", lambda *a: cards.append(str(real(*a))) or real(*a))
    monkeypatch.setattr(cifar.small, "train", _raise)
    cifar.main(["--dry-run", "--output", "again", "--gather", "old"])
    for name in ("ladder", "curves", "confusion"):
        assert rows_of(tmp_path / "again", name) == rows_of(tmp_path / "new", name)
    before, after = (rows_of(tmp_path / name, "unknown") for name in ("new", "again"))
    assert after[5:] == before[5:]  # of the network that is there, all is measured
    assert after[:5] == [row | {"distance_auroc": ""} for row in before[:5]]
    back = hub._read(CifarNet, tmp_path / "again").eval()
    assert back.most_distance == new.most_distance
    assert all(torch.equal(one, new.state_dict()[name]) for name, one in back.state_dict().items())
    assert "(`--gather`)" in cards[0]
    # Once more: nothing is lost.
    cifar.main(["--dry-run", "--output", "third", "--gather", "again"])
    assert rows_of(tmp_path / "third", "unknown") == after
    wrong = tables["ladder"].assign(test=0.123).to_csv(index=False)
    hub.save(old, tmp_path / "wrong", "# Card", written | {"ladder": wrong})
    with pytest.raises(SystemExit, match=r"wrong cannot be read.*in no table"):
        cifar.main(["--dry-run", "--output", "no", "--gather", "wrong"])


def test_cifar_is_read_from_the_files_of_the_hub(tmp_path):
    def cell(size=(32, 32), colour=(10, 200, 30)):
        stream = io.BytesIO()
        Image.new("RGB", size, colour).save(stream, "PNG")
        return {"bytes": stream.getvalue(), "path": None}

    name = data.FILE.format(part="test")
    (tmp_path / "deep").mkdir()
    table = pd.DataFrame({"img": [cell(), cell(colour=(1, 2, 3))], "label": [3, 9]})
    table.to_parquet(tmp_path / "deep" / name)
    read = data.load(str(tmp_path), "test")
    assert read.pictures.shape == (2, 3, 32, 32)
    assert read.pictures[0, :, 5, 5].tolist() == [10, 200, 30]
    assert read.labels.tolist() == [3, 9]
    with pytest.raises(SystemExit, match=r"train-00000-of-00001\.parquet"):
        cifar.main(["--data", str(tmp_path), "--output", str(tmp_path / "out")])
    pd.DataFrame({"img": [cell((9, 9))], "label": [0]}).to_parquet(tmp_path / "deep" / name)
    with pytest.raises(ValueError, match="9×9"):
        data.load(str(tmp_path), "test")


def test_strangers_are_four_kinds_and_repeat_themselves():
    sets, again = (
        {n: strangers.seen(CifarNet(), some)[0] for n, some in strangers.made_up(6).items()}
        for _ in range(2)
    )
    assert list(sets) == ["noise", "blots", "digits", "photos"]
    assert all(one.shape == (6, 3, 32, 32) for one in sets.values())
    assert all(torch.equal(one, again[name]) for name, one in sets.items())
    assert sets["digits"][0, 0].tolist() == sets["digits"][0, 2].tolist()


def test_photos_of_strangers_are_found_in_a_folder_and_those_in_it(tmp_path):
    (tmp_path / "deep").mkdir()
    for name, colour in (("a.jpg", "red"), ("deep/b.PNG", "blue")):
        Image.new("RGB", (9, 5), colour).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no photo")
    found = strangers.in_folder(tmp_path)
    assert sorted(image.getpixel((4, 2)) for image in found) == [(0, 0, 255), (254, 0, 0)]
    assert len(strangers.in_folder(tmp_path, 1)) == 1
    with pytest.raises(FileNotFoundError, match="no photos"):
        strangers.in_folder(tmp_path / "deep" / "none")


def test_a_network_that_is_surest_of_the_known_tells_all_strangers_apart(monkeypatch):
    model = CifarNet(least_confidence=0.5, most_distance=2.0)
    outputs = {10: 9.0, 4: 0.0}  # by the number of pictures
    far = {10: 1.0, 4: 1.5}

    def judge(part):
        probabilities = (outputs[len(part)] * torch.eye(10)[: len(part)]).softmax(dim=1)
        return probabilities, torch.full((len(part),), far[len(part)])

    monkeypatch.setattr(model, "judge", judge)
    known = small.made_up(10, 3, 32).pictures
    noise = {"noise": [Image.new("RGB", (9, 9))] * 4}
    rows = strangers.unknown(model, "CIFAR-10", known, noise)
    assert [row["set"] for row in rows] == ["CIFAR-10", "noise"]
    assert [row["auroc"] for row in rows] == [0.5, 1]
    assert [row["distance_auroc"] for row in rows] == [0.5, 1]
    assert [row["answered"] for row in rows] == [1, 0]
    # Sure, and within the distance; then beyond it.
    outputs[4] = 9.0
    assert strangers.unknown(model, "CIFAR-10", known, noise)[1]["answered"] == 1
    far[4] = 2.5
    assert strangers.unknown(model, "CIFAR-10", known, noise)[1]["answered"] == 0


def test_where_the_preprocessing_finds_no_piece_no_label_is_named():
    model = FashionCNN("linear").eval()
    test = small.made_up(10, 1, 28).pictures
    rows = strangers.unknown(model, "Fashion-MNIST", test, strangers.made_up(5))
    assert {row["set"]: row["answered"] for row in rows if row["set"] in ("noise", "blots")} == {
        "noise": 0,
        "blots": 0,
    }
    assert rows[0]["answered"] == 1


def test_what_is_remembered_is_the_distance_of_mahalanobis_and_all_but_a_twentieth_are_within():
    torch.manual_seed(0)
    model = CifarNet("residual", temperature=0.8, least_confidence=0.4).eval()
    sets = {"train": small.made_up(600, 3, 32), "validation": small.made_up(200, 3, 32, 1)}
    new = small.remembering(model, sets)
    assert (new.temperature, new.least_confidence) == (0.8, 0.4)
    with torch.no_grad():
        x = sets["validation"].pictures.float() / 255
        assert torch.allclose(new(x), model(x), atol=1e-5)
        assert torch.allclose(new.features(x)[0], model(x), atol=1e-5)
    known = small.features(model, sets["train"].pictures)[1].double().numpy()
    labels = sets["train"].labels.numpy()
    means = np.stack([known[labels == i].mean(axis=0) for i in range(10)])
    covariance = np.cov((known - means[labels]).T, bias=True)
    scale = np.sqrt(covariance.diagonal()).clip(small.LEAST_SPREAD)
    covariance += small.RIDGE * np.diag(scale**2)
    apart = small.features(model, sets["validation"].pictures)[1].double().numpy()
    squares = [
        np.einsum("nf,nf->n", d, np.linalg.solve(covariance, d.T).T)
        for d in (apart - mean for mean in means)
    ]
    expected = np.sqrt(np.min(squares, axis=0) / apart.shape[1])
    distances = new.judge(x)[1]
    assert distances.numpy() == pytest.approx(expected, rel=0.02)
    share = (distances <= new.most_distance).double().mean().item()
    assert 0.95 <= share < 0.98
    answer = new.judge(x)[0][0]
    assert new.doubt(answer, new.most_distance + 0.01) in ("unlike", "unsure")


# ---------------------------------------------------------------- trackers


def test_curves_are_sent_to_a_tracker_while_they_are_made(tmp_path, monkeypatch):
    sent = []
    accelerator = make_accelerator("fp32")
    monkeypatch.setattr(accelerator, "log", lambda row, step: sent.append((step, row)))
    sets = dict.fromkeys(("train", "validation", "test"), small.made_up(20, 1, 28))
    settings = replace(fashion.SETTINGS["linear"], epochs=2, averaging=0)
    small.train(FashionCNN("linear"), settings, sets, 0, accelerator=accelerator)
    assert [step for step, _ in sent] == [1, 2]
    assert "validation_accuracy" in sent[0][1]


def test_trackers_are_accelerates_and_one_that_is_not_installed_is_named(monkeypatch, capsys):
    from accelerate.tracking import LOGGER_TYPE_TO_CLASS

    assert set(cifar.TRACKERS) <= set(LOGGER_TYPE_TO_CLASS)
    monkeypatch.setattr(cifar.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        cifar.arguments(["--track", "trackio"])
    assert "pip install trackio" in capsys.readouterr().err
    started = []
    fake = types.SimpleNamespace(
        init_trackers=lambda name, config: started.append((name, config["epochs"])),
        end_training=lambda: started.append("end"),
    )
    monkeypatch.setattr(cifar.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(cifar, "make_accelerator", lambda precision, track: fake)
    monkeypatch.setattr(cifar.small, "train", _raise)
    with pytest.raises(InterruptedError):
        cifar.main(["--dry-run", "--track", "trackio"])
    assert started == [("cifar-five_layers", 1)]


def test_tensorboard_is_sent_the_very_curves_of_the_table(tmp_path, monkeypatch):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    monkeypatch.chdir(tmp_path)
    cifar.main(["--dry-run", "--output", "out", "--track", "tensorboard"])
    for name in cifar.SETTINGS:
        events = EventAccumulator(str(tmp_path / "runs" / f"cifar-{name}"))
        events.Reload()
        curves = [row for row in rows_of(tmp_path / "out", "curves") if row["model"] == name]
        for part in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
            sent = events.Scalars(part)
            assert [one.step for one in sent] == [int(row["epoch"]) for row in curves]
            assert [one.value for one in sent] == pytest.approx(
                [float(row[part]) for row in curves], rel=1e-4
            )


def _raise(*args, **kwargs):
    raise InterruptedError


@pytest.mark.parametrize("trainer", [fashion, cifar])
def test_the_command_line_is_checked(trainer):
    with pytest.raises(SystemExit):
        trainer.arguments(["--epochs", "0"])
