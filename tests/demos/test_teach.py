"""One's own classifier: what the server does with photos and features, and what strangers send."""

import base64
import contextlib
import io
import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from torchvision.models import MobileNet_V2_Weights

from demos import teach
from demos.frame.source import filled, script_of
from demos.frame.texts import speaking
from demos.pictures.confusion import counts
from demos.teach import answers, lesson, rows, scenes
from demos.teach.board import DEFAULTS, Board
from demos.teach.export import files_of
from demos.teach.knobs import KNOBS
from demos.teach.quiz import QUIZ
from demos.tires.examples import drawn_tire, picture_to_try
from models import hub
from models.backbone import Backbone
from models.images import data_url, decode_data_url, open_image
from models.tires import TireClassifier
from tests.strangers import ANYTHING

pillow_heif.register_heif_opener()

NAMES = ["apple", "banana"]


@pytest.fixture(scope="module")
def fruit():
    """Ten drawn photos of each of two classes, and their features."""
    photos = answers.teach_ready_made("fruit", count=10)["photos"][:2]
    return photos, [answers.teach_features(of)["features"] for of in photos]


@pytest.fixture(scope="module")
def trained(fruit):
    return answers.teach_train(NAMES, fruit[1])


def sent(x):
    return base64.b64encode(np.asarray(x, "<f2").tobytes()).decode()


def made_up(count=6, middle=0.0, seed=0):
    return sent(middle + np.random.default_rng(seed).random((count, 1280)))


# ---------------------------------------------------------------- features


def test_the_features_are_those_of_the_network_in_half_precision(fruit):
    photos, features = fruit
    x = answers.features_of(features[0])
    assert x.shape == (10, 1280)
    image = open_image(decode_data_url(photos[0][3]))
    expected = hub.load(Backbone).describe(image)
    assert x[3].numpy() == pytest.approx(expected.numpy(), abs=0.02)


def test_of_an_oblong_photo_the_middle_is_looked_at():
    square = scenes.photos_of("fruit", 1)[0][0]
    wide = Image.new("RGB", (448, 224), "white")
    wide.paste(square, (112, 0))
    assert answers.square(wide).tobytes() == square.tobytes()
    assert answers.square(wide.rotate(90, expand=True)).size == (224, 224)


def test_photos_of_many_wait_for_each_other_and_trainings_do_not_wait_for_them(
    fruit, trained, monkeypatch
):
    monkeypatch.setattr(answers, "looking", threading.BoundedSemaphore(1))
    waiting = threading.Thread(target=answers.teach_features, args=(fruit[0][0][:1],))
    with answers.looking:
        waiting.start()
        assert answers.teach_train(NAMES, fruit[1])["right"] == 4
        assert answers.teach_predict(fruit[0][0][0], trained["model"])["answer"] == NAMES[0]
        assert waiting.is_alive()
    waiting.join(60)
    assert not waiting.is_alive()


@pytest.mark.parametrize("photos", [[], None, "data:image/png;base64,", ["x"] * 17, {"a": 1}, [7]])
def test_what_is_no_list_of_photos_is_refused(photos):
    with pytest.raises(ValueError, match="picture"):
        answers.teach_features(photos)


def test_whoever_sends_photos_does_not_wait_for_the_compiler_when_training(fruit, monkeypatch):
    begun, go_on, real = [], threading.Event(), answers.importlib.import_module

    def imported(name):
        if name == "torch._dynamo":
            go_on.wait(60)
            begun.append(name)
        return real(name)

    monkeypatch.setattr(answers.importlib, "import_module", imported)
    answers.wake.cache_clear()
    answers.teach_features(fruit[0][0][:1])  # which does not wait for it either
    assert answers.wake.cache_info().currsize == 1
    go_on.set()
    answers.wake().join()
    assert begun == ["torch._dynamo"]
    assert answers.wake() is answers.wake()  # once


# ---------------------------------------------------------------- training


def test_a_few_drawn_photos_are_enough_and_every_fifth_was_held_out(trained):
    assert trained["held_out"] == [[4, 9], [4, 9]]
    assert (trained["right"], trained["of"], trained["accuracy"]) == (4, 4, 1.0)
    assert 0.5 < trained["low"] < 0.52 < trained["high"] == 1
    matrix = counts([0, 0, 1, 1], [*trained["answers"][0], *trained["answers"][1]], 2).tolist()
    assert trained["confusion"] == matrix == [[2, 0], [0, 2]]
    first, *_between, last = [row for row in trained["history"] if row["series"] == "train"]
    assert first["step"] == 0
    assert first["loss"] == pytest.approx(np.log(2), abs=1e-6)
    assert last["step"] == KNOBS["steps"].default
    assert last["loss"] < 0.01
    assert {row["series"] for row in trained["history"]} == {"train", "held_out"}


def test_without_five_photos_of_a_class_nothing_is_held_out_and_no_share_is_said():
    answer = answers.teach_train(["a", "b"], [made_up(4), made_up(3, 1)])
    assert (answer["of"], answer["accuracy"], answer["low"]) == (0, None, None)
    assert {row["series"] for row in answer["history"]} == {"train"}
    assert answer["held_out"] == [[], []]


def test_names_may_be_emoji_of_several_parts_and_words_of_any_script():
    names = ["👩\u200d🔬", "می\u200cخواهم", "größe ✓"]
    model = answers.teach_train(names, [made_up()] * 3)["model"]
    assert list(answers.head_of(model).labels) == names


def test_a_hidden_layer_is_trained_and_the_same_request_gives_the_same_head():
    request = (["a", "b"], [made_up(), made_up(middle=1)], "hidden", 4, 20, 0.01, 0.003, 3)
    requests = (request, request, (*request[:-1], 4))
    one, again, other = (answers.head_of(answers.teach_train(*r)["model"]) for r in requests)
    assert one.hidden == 4
    x = answers.features_of(made_up(seed=1))
    assert torch.equal(one(x), again(x))
    assert not torch.equal(one(x), other(x))


def test_the_most_extreme_settings_stay_finite():
    request = (["a", "b"], [made_up(), made_up(middle=60000)], "hidden", 4, 200, 10, 0.1, 3)
    answer = answers.teach_train(*request)
    assert all(np.isfinite(row["loss"]) for row in answer["history"])


@pytest.mark.parametrize(
    ("names", "features", "sentence"),
    [
        (["a"], [made_up()], "2 to 6 classes"),
        (list("abcdefg"), [made_up()] * 7, "2 to 6 classes"),
        (["a", "A "], [made_up()] * 2, "the same name"),
        (["a", " "], [made_up()] * 2, "a name of 1 to 40"),
        (["a", "b" * 41], [made_up()] * 2, "a name of 1 to 40"),
        (["a", "\u200d"], [made_up()] * 2, "a name of 1 to 40"),
        (["a", "a\u200d"], [made_up()] * 2, "the same name"),
        (["a", 7], [made_up()] * 2, "list of texts"),
        ("ab", [made_up()] * 2, "list of texts"),
        (["a", "b"], [made_up()], "as many texts as there are names"),
        (["a", "b"], made_up(), "as many texts as there are names"),
        (["a", "b"], [made_up(), ""], "class b has no photos"),
        (["a", "b"], [made_up(), "§"], "must be text"),
        (["a", "b"], [made_up(), None], "must be text"),
        (["a", "b"], [made_up(), sent(np.zeros(1279))], "wrong length"),
        (["a", "b"], [made_up(), sent(np.full((2, 1280), np.nan))], "not finite"),
        (["a", "b"], [made_up(), sent(np.full((2, 1280), np.inf))], "not finite"),
        (
            ["a", "b"],
            [sent(np.zeros((5000, 1280)))] * 2,
            "10,000 photos, and at most 5,000",
        ),
    ],
)
def test_what_cannot_be_trained_on_is_refused_in_a_sentence(names, features, sentence):
    with pytest.raises(ValueError, match=sentence):
        answers.teach_train(names, features)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_request_breaks_the_training(names, features, head):
    for request in (
        (names, features),
        (["a", "b"], features),
        (["a", "b"], [made_up(2)] * 2, head),
    ):
        answer = None
        with contextlib.suppress(ValueError):  # any other error fails
            answer = answers.teach_train(*request)
        assert answer is None or len(answer["confusion"]) == 2


@settings(max_examples=25)
@given(
    st.lists(st.integers(1, 7), min_size=2, max_size=4),
    st.sampled_from([0.0, 1e-7, 1.0, 60000.0]),
    st.integers(0, 99),
)
def test_any_finite_features_can_be_trained_on(sizes, scale, seed):
    names = [f"class {i}" for i in range(len(sizes))]
    features = []
    for i, size in enumerate(sizes):
        features.append(sent(scale * np.random.default_rng(seed + i).random((size, 1280))))
    answer = answers.teach_train(names, features, steps=5)
    assert all(np.isfinite(row["loss"]) for row in answer["history"])
    held = sum(size // 5 for size in sizes)
    assert answer["of"] == held == sum(map(sum, answer["confusion"]))


# ---------------------------------------------------------------- the tire model's features


@pytest.fixture(scope="module")
def garage():
    """Drawn and rendered tires as data URLs, as the page sends them: square."""
    pictures = [drawn_tire(seed=seed) for seed in range(6)]
    pictures += [answers.square(picture_to_try(name)) for name in ("New tread", "Worn tread")]
    return [data_url(picture.resize((224, 224)), "PNG") for picture in pictures]


@pytest.fixture(scope="module")
def untaught():
    return answers.teach_train(["gut", "defekt"], ["", ""], base="tires")


def test_without_photos_of_ones_own_it_answers_as_the_tire_model_does(garage, untaught):
    assert (untaught["history"], untaught["of"], untaught["held_out"]) == ([], 0, [[], []])
    for photo in garage:
        said = answers.teach_predict(photo, untaught["model"])
        model = hub.load(TireClassifier)
        x = model.preprocess(open_image(decode_data_url(photo)))[None]
        with torch.inference_mode():  # of the photo as it is, not of its mirror image, too
            expected = model.logits(model.describe(x)).softmax(dim=1)[0].tolist()
        named = dict(zip(model.labels, expected, strict=True))
        assert said["probabilities"]["gut"] == pytest.approx(named["good"], abs=1e-4)
        assert said["probabilities"]["defekt"] == pytest.approx(named["defective"], abs=1e-4)
        assert said["answer"] is not None
        assert said["farthest"] is None
    other = answers.teach_predict(scenes.jpegs_of("sea", 1, 0)[0][0], untaught["model"])
    assert other["answer"] is None


def test_with_photos_of_ones_own_it_becomes_right_and_forgets_little(garage, untaught):
    features = answers.teach_features(garage, "tires")["features"]
    x = answers.features_of(features, "tires")
    assert x.shape == (len(garage), 1920)
    before = [answers.teach_predict(one, untaught["model"])["probabilities"] for one in garage]
    good = [one["gut"] > 0.5 for one in before]
    assert len(set(good[:6])) == 1
    # In this garage, the drawn tires are the opposite of what the tire model says.
    mine = sent(x[:5])
    after = answers.teach_train(
        ["gut", "defekt"], ["", mine] if good[0] else [mine, ""], base="tires"
    )
    assert after["of"] == after["right"] == 1
    first, *_between = [row for row in after["history"] if row["series"] == "held_out"]
    assert first["accuracy"] == 0  # the history begins with the tire model
    said = [answers.teach_predict(one, after["model"])["probabilities"] for one in garage]
    assert all((one["gut"] > 0.5) != good[0] for one in said[:6])
    # The same photos alone, without what the tire model knows, say nothing of the others.
    moved = [abs(one["gut"] - other["gut"]) for one, other in zip(said, before, strict=True)]
    assert max(moved[6:]) < min(moved[:6])


@pytest.mark.parametrize(
    ("names", "features", "head", "sentence"),
    [
        (["a", "b", "c"], [""] * 3, "linear", "takes two classes"),
        (["a", "b"], [""] * 2, "hidden", "has one layer"),
        (["a", "b"], ["", made_up(1)], "linear", "1,920 float16"),
    ],
)
def test_what_the_tire_model_cannot_be_trained_on_is_refused(names, features, head, sentence):
    with pytest.raises(ValueError, match=sentence):
        answers.teach_train(names, features, head, base="tires")
    for ask in (answers.teach_train, answers.teach_few):
        with pytest.raises(ValueError, match="imagenet, tires"):
            ask(["a", "b"], [made_up()] * 2, base="cars")


def test_where_it_looked_and_how_few_are_enough_are_of_the_tire_model_too(garage, untaught):
    heat = answers.teach_explain(garage[6], untaught["model"], "gut")["heat"]
    assert np.isfinite(heat).all()
    assert np.abs(heat).max() > 0.05
    x = answers.features_of(answers.teach_features(garage[:6], "tires")["features"], "tires")
    found = answers.teach_few(["a", "b"], [sent(x[:3]), sent(x[3:])], base="tires")["rows"]
    assert [row["photos"] for row in found] == [1, 2]


# ---------------------------------------------------------------- answers


def test_a_new_photo_is_named_and_one_of_something_else_is_not(trained):
    new = answers.teach_ready_made("fruit", count=5, seed=3)["photos"]
    said = [answers.teach_predict(photo, trained["model"]) for photo in new[1]]
    assert [max(one["probabilities"], key=one["probabilities"].get) for one in said] == [
        "banana"
    ] * 5
    assert all(sum(one["probabilities"].values()) == pytest.approx(1, abs=1e-5) for one in said)
    assert [one["answer"] for one in said].count("banana") >= 3
    for photo in answers.teach_ready_made("sea", count=5)["photos"][1]:
        other = answers.teach_predict(photo, trained["model"])
        assert other["answer"] is None
        assert other["distance"] > other["farthest"]


def test_a_training_photo_lies_at_no_distance_and_its_features_come_along(fruit, trained):
    answer = answers.teach_predict(fruit[0][0][0], trained["model"])
    assert answer["answer"] == "apple"
    assert answer["distance"] < 0.01
    assert answers.features_of(answer["features"])[0].numpy() == pytest.approx(
        answers.features_of(fruit[1][0])[0].numpy(), abs=0.01
    )


@pytest.mark.parametrize("model", [None, "", "§", 7, {}, "AAAA", "A" * 3_000_000])
def test_what_is_no_model_is_refused_in_a_sentence(fruit, model):
    for ask in (answers.teach_predict, answers.teach_explain):
        with pytest.raises(ValueError, match="none of this chapter"):
            ask(fruit[0][0][0], model)
    with pytest.raises(ValueError, match="none of this chapter"):
        answers.teach_export(model)


def test_where_it_looked_is_found_and_an_unknown_class_is_refused(fruit, trained):
    answer = answers.teach_explain(fruit[0][0][0], trained["model"])
    heat = np.array(answer["heat"])
    assert answer["name"] == "apple"
    assert heat.shape == (7, 7)
    assert np.isfinite(heat).all()
    assert heat.max() > 0
    against = np.array(answers.teach_explain(fruit[0][0][0], trained["model"], "banana")["heat"])
    assert against == pytest.approx(-heat, abs=0.05)
    with pytest.raises(ValueError, match="apple, banana"):
        answers.teach_explain(fruit[0][0][0], trained["model"], "cherry")


# ---------------------------------------------------------------- experiments


def test_more_photos_are_better_and_each_number_is_drawn_five_times(fruit):
    found = answers.teach_few(NAMES, fruit[1])["rows"]
    assert [row["photos"] for row in found] == [1, 2, 5]  # ten leave none to test on
    assert all(row["draws"] == 5 for row in found)
    assert found[0]["mean"] <= found[-1]["mean"]
    assert all(row["lowest"] <= row["mean"] <= row["highest"] for row in found)


def test_the_draws_are_those_of_the_seed_and_test_on_other_photos():
    x = torch.rand(12, 1280)
    y = torch.arange(12) % 2
    one, again, other = (
        list(lesson.few_photos(x, y, ["a", "b"], counts=[2], draws=8, seed=seed))
        for seed in (1, 1, 2)
    )
    assert one == again != other
    # Random features say nothing: whoever tested on what was learned would be right.
    assert np.mean([row["accuracy"] for row in one]) < 0.8


def test_one_photo_of_a_class_is_too_few_to_learn_and_to_test():
    with pytest.raises(ValueError, match="Two photos"):
        answers.teach_few(["a", "b"], [made_up(1), made_up(9)])


@pytest.mark.parametrize("method", ["frozen", "augmented", "fine_tuned"])
def test_three_ways_to_train_are_tested_on_the_same_photos(fruit, method, monkeypatch):
    monkeypatch.setattr(lesson, "EPOCHS", 2)
    before = {k: v.clone() for k, v in hub.load(Backbone).state_dict().items()}
    shares = []
    monkeypatch.setattr(answers, "progress", lambda: shares.append)
    found = answers.teach_tune(NAMES, fruit[0], method)["rows"]
    heads = 2 * 1280 + 2
    last = sum(p.numel() for p in hub.load(Backbone).features[lesson.LAST :].parameters())
    tuned = method == "fine_tuned"
    assert [row["step"] for row in found] == ([0, 1, 2] if tuned else [0])
    assert found[-1]["trained"] == heads + (last if tuned else 0)
    assert (found[-1]["right"], found[-1]["of"]) == (4, 4)
    if tuned:
        assert found[-1]["loss"] < found[0]["loss"]
    # It is told how far it is, to the end.
    assert shares == sorted(shares)
    assert len(shares) > 1
    assert shares[-1] == pytest.approx(1)
    # The network that all visitors share stays as it is.
    after = hub.load(Backbone).state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not any(p.requires_grad for p in hub.load(Backbone).parameters())


@pytest.mark.parametrize(
    ("photos", "sentence"),
    [
        ([["x"] * 5], "as many lists"),
        (["x", "y"], "as many lists"),
        ([["x"] * 4, ["x"] * 5], "fewer than 5"),
        ([["x"] * 100, ["x"] * 21], "more than 120"),
        ([["x"] * 5, [None] * 5], "data:image"),
    ],
)
def test_photos_that_cannot_be_tuned_on_are_refused(photos, sentence):
    with pytest.raises(ValueError, match=sentence):
        answers.teach_tune(NAMES, photos)


def test_a_view_is_the_same_picture_changed_a_little():
    picture = torch.from_numpy(np.array(scenes.photos_of("fruit", 1)[0][0])).permute(2, 0, 1) / 255
    chance = torch.Generator().manual_seed(0)
    views = lesson.augmented(picture.repeat(8, 1, 1, 1), chance)
    assert views.shape == (8, 3, 224, 224)
    assert views.min() >= 0
    assert views.max() <= 1
    assert all((view - picture).abs().mean() > 0.02 for view in views)
    assert len({round(float(view.mean()), 4) for view in views}) == 8


# ---------------------------------------------------------------- ready-made sets


@pytest.mark.parametrize("kind", scenes.SETS)
def test_ready_made_photos_are_the_same_for_the_same_seed_and_all_differ(kind):
    one, again, other = (scenes.photos_of(kind, 2, seed) for seed in (0, 0, 1))
    flat = [photo.tobytes() for of in one for photo in of]
    assert flat == [photo.tobytes() for of in again for photo in of]
    assert flat != [photo.tobytes() for of in other for photo in of]
    assert len(set(flat)) == len(flat) == 2 * len(scenes.SETS[kind][1])
    assert {photo.size for of in one for photo in of} == {(224, 224)}


def test_in_the_trap_each_class_has_a_ground_of_its_own_and_then_the_other():
    def green(photos):
        corners = [np.asarray(photo, float)[:30, :30].mean(axis=(0, 1)) for photo in photos]
        return [corner[1] > corner[0] for corner in corners]

    apples, pears = scenes.photos_of("shortcut", 4)
    assert (green(apples), green(pears)) == ([True] * 4, [False] * 4)
    apples, pears = scenes.photos_of("exchanged", 4)
    assert (green(apples), green(pears)) == ([False] * 4, [True] * 4)


def test_whoever_learns_in_the_trap_falls_into_it():
    names, of = (
        answers.teach_ready_made("shortcut", count=10)[part] for part in ("names", "photos")
    )
    answer = answers.teach_train(names, [answers.teach_features(one)["features"] for one in of])
    assert answer["accuracy"] == 1
    right = []
    for name, photos in zip(names, answers.teach_ready_made("exchanged", 4)["photos"], strict=True):
        for photo in photos:
            shares = answers.teach_predict(photo, answer["model"])["probabilities"]
            right.append(max(shares, key=shares.get) == name)
    assert np.mean(right) < 0.5


def test_the_names_of_a_set_are_said_in_the_language_of_the_page():
    with speaking("de"):
        assert answers.teach_ready_made("fruit", 1)["names"] == ["Apfel", "Banane", "Trauben"]
    for kind in ("dogs", None, 7, ["fruit"]):
        with pytest.raises(ValueError, match="choose one of fruit"):
            answers.teach_ready_made(kind)


# ---------------------------------------------------------------- what is taken along


HEADS = ("linear", "hidden")


@pytest.fixture(scope="module")
def taken(fruit, garage, untaught, tmp_path_factory):
    """Three folders that visitors take along, by head or "tires", with their models, and what
    their programs say: lines, what the app answers to the first photo, and its kind.

    Their scripts and apps run in one process: to import PyTorch and Gradio takes seconds.
    """
    root, models = tmp_path_factory.mktemp("taken"), {"tires": untaught["model"]}
    for head in HEADS:
        models[head] = answers.teach_train(NAMES, fruit[1], head=head)["model"]
    for kind, model in models.items():
        (root / kind / "photos").mkdir(parents=True)
        for name, text in answers.teach_export(model)["files"].items():
            (root / kind / name).write_bytes(base64.b64decode(text))
    for head in HEADS:
        for i, photo in enumerate(answers.teach_ready_made("fruit", 2, 5)["photos"][1]):
            (root / head / "photos" / f"{i}.jpg").write_bytes(decode_data_url(photo))
        scenes.photos_of("sea", 1)[0][0].save(root / head / "photos" / "sea.png")
        scenes.photos_of("sea", 1)[0][0].save(root / head / "photos" / "sea.heic", "HEIF")
        (root / head / "photos" / "torn.jpg").write_bytes(b"no picture")
    (root / "tires" / "photos" / "tire.png").write_bytes(decode_data_url(garage[6]))
    code = (
        "import contextlib, io, json, os, runpy, sys\n"
        "from PIL import Image\n"
        "sys.argv, said = ['classify.py', 'photos'], {}\n"
        f"for kind in {[*models]}:\n"
        "    os.chdir(kind)\n"
        "    sys.path.insert(0, '')\n"
        "    with contextlib.redirect_stdout(io.StringIO()) as lines:\n"
        "        runpy.run_path('classify.py', run_name='__main__')\n"
        "    app = runpy.run_path('app.py')\n"
        "    first = Image.open('photos/' + min(os.listdir('photos')))\n"
        "    answer = app['classify'](first)\n"
        "    said[kind] = lines.getvalue().splitlines(), answer, type(app['demo']).__name__\n"
        "    sys.modules.pop('classify', None)\n"
        "    os.chdir('..')\n"
        "print(json.dumps(said))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    return {kind: (root / kind / "photos", models[kind], *said[kind]) for kind in models}


@pytest.mark.parametrize("head", HEADS)
def test_the_script_says_of_a_folder_what_the_page_says_and_the_app_answers(taken, head):
    photos, model, said_of, (shares, note), kind = taken[head]
    assert max(shares, key=shares.get) == "banana"
    assert isinstance(note, str)
    assert kind == "Interface"
    lines = dict(line.split(": ", 1) for line in said_of)
    assert set(lines) == {"0.jpg", "1.jpg", "sea.heic", "sea.png", "torn.jpg"}
    assert "no picture" in lines["torn.jpg"]
    for name in ("sea.heic", "sea.png"):
        assert lines[name].startswith("none of these")
    for name in ("0.jpg", "1.jpg"):
        content = base64.b64encode((photos / name).read_bytes()).decode()
        said = answers.teach_predict(f"data:image/jpeg;base64,{content}", model)
        share = said["probabilities"]["banana"]
        assert lines[name].startswith(said["answer"] or "none of these")
        assert lines[name].endswith(f"({100 * share:.0f} % banana)")


def test_what_is_taken_along_of_the_tire_model_says_what_the_page_says(taken, garage):
    _photos, model, said_of, (app_says, _note), _kind = taken["tires"]
    shares = answers.teach_predict(garage[6], model)["probabilities"]
    name = max(shares, key=shares.get)
    assert said_of == [f"tire.png: {name} ({100 * shares[name]:.0f} % {name})"]
    assert app_says == pytest.approx(shares, abs=0.01)


def test_the_card_of_what_is_taken_holds_no_markup_of_a_stranger():
    x = np.random.default_rng(0).random((6, 1280))
    model = answers.teach_train(["<b>: x\t", "- [a](b) `c`"], [sent(x), sent(x + 1)])["model"]
    card = files_of(answers.head_of(model))["README.md"].decode()
    assert "<b>" not in card
    assert "](b)" not in card
    front = card.split("---")[1]
    assert [line.split(":")[0] for line in front.strip().splitlines()] == [
        "title",
        "emoji",
        "sdk",
        "app_file",
        "license",
        "tags",
    ]


def test_the_app_is_ten_lines_long():
    source = files_of(answers.head_of(answers.teach_train(["a", "b"], [made_up()] * 2)["model"]))
    lines = [line for line in source["app.py"].decode().splitlines() if line.strip()]
    assert len(lines) <= 12


# ---------------------------------------------------------------- the page


def test_the_script_trains_a_hidden_layer_too(capsys):
    script = script_of(teach.CHAPTER.script["teach"], KNOBS)
    text = filled(script, {**KNOBS.defaults(), "steps": 5, "head": "hidden"})
    exec(compile(text, "script", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) >= 2


def test_the_board_takes_names_from_links_and_refuses_others():
    board = Board()
    assert board.check("classes", "cat,dog") == "cat,dog"
    for text in ("cat", "a,b,c,d,e,f,g", "a,,b", "a," + "b" * 41):
        with pytest.raises(ValueError, match="names are needed"):
            board.check("classes", text)
    with pytest.raises(ValueError, match="a name of its own"):
        board.check("classes", "cat,dog, Cat")
    assert board.check("cell", "0,1") == "0,1"
    for text in ("0", "7,1", "0,1,2", "x,y", "0.1"):
        with pytest.raises(ValueError, match="two numbers"):
            board.check("cell", text)


@given(ANYTHING)
def test_what_a_stranger_sends_as_the_board_is_names_or_the_default(payload):
    value = Board().preprocess(payload)
    assert set(value) == set(DEFAULTS)
    assert Board().preprocess({"classes": "a,b", "cell": payload})["classes"] == "a,b"


def test_a_click_on_the_matrix_chooses_a_cell_and_any_other_none():
    class Click:
        def __init__(self, **data):
            self.__dict__.update(data)

    board = {"classes": "a,b", "cell": ""}
    assert teach.look(Click(x=1, y=0), board)["cell"] == "0,1"
    for data in ({}, {"x": 9, "y": 0}, {"x": "1", "y": 0}, {"x": True, "y": 1}):
        assert teach.look(Click(**data), board) == board


def test_the_table_of_cats_and_dogs_is_the_one_beside_its_weights():
    table = (hub.WEIGHTS / "cats-dogs" / "few_photos.csv").read_text(encoding="utf-8")
    for series, method in (("cats_dogs", "frozen features"), ("pixels", "raw pixels")):
        lines = [line.split(",") for line in table.splitlines() if line.startswith(method)]
        measured = [row for row in rows.measured() if row["series"] == series]
        assert [row["photos"] for row in measured] == [int(line[1]) for line in lines]
        assert [row["mean"] for row in measured] == [float(line[3]) for line in lines]
        assert [row["photos"] for row in measured][:5] == [1, 2, 5, 10, 20]
    assert {row["series"] for row in rows.measured()} < {one.name for one in rows.SIZES}


def test_imagenet_has_as_many_classes_of_cats_and_dogs_as_the_page_says():
    names = MobileNet_V2_Weights.IMAGENET1K_V1.meta["categories"]
    of = [("Chihuahua", "Mexican hairless"), ("tabby", "Egyptian cat")]  # these lie in one row
    count = sum(names.index(last) - names.index(first) + 1 for first, last in of)
    script = Path(teach.__file__).parent / "board" / "runs.js"
    assert f"cats and dogs already, {count} of its 1,000" in script.read_text(encoding="utf-8")


def test_the_frozen_network_has_as_many_numbers_as_its_question_says():
    (frozen,) = (one for one in QUIZ if one.name == "frozen")
    lines = frozen.code.splitlines()
    lines[frozen.line - 1] = frozen.mended
    made = {}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec("\n".join(lines), made)
    count = sum(one.numel() for one in made["model"].parameters())
    assert f"of {count} numbers in all, the {said.getvalue().strip()} of the head" in frozen.because


def test_the_width_in_the_question_is_that_of_its_formula():
    (interval,) = (one for one in QUIZ if one.name == "interval")
    for seed in range(1, 9):
        drawn = interval.drawn(seed)
        n, p, z = drawn["photos"], drawn["right"] / drawn["photos"], 1.96
        width = 2 * z / (1 + z**2 / n) * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
        assert drawn["answer"] == pytest.approx(100 * width)
