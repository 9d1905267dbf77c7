"""The playground's tab without a browser: links, endpoints, presets, and what the tasks claim."""

import base64
import itertools
import json

import pytest
from gradio_client.exceptions import AppError
from hypothesis import given, settings
from hypothesis import strategies as st

from demos import playground
from demos.frame import texts
from demos.playground import controls, engine, links
from demos.playground.board import Board
from demos.playground.presets import PRESETS
from demos.playground.quiz import QUIZ

OWN = [{"x": 1, "y": 1, "label": 1}, {"x": -1, "y": -1, "label": 0}] * 4
SHORT = {"epochs": 20, "count": 60}


def trained(**changes):
    return playground.playground_train(changes)


def last(history, name):
    return history[name][-1]


# ---------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hidden", "8,8", [8, 8]),
        ("hidden", "none", []),
        ("features", "x²,sin y", ["x²", "sin y"]),
        ("learning_rate", "1e-3", 0.001),
        ("batch_size", "50", 50),
        ("batch_norm", "True", True),
        ("points", "QAAAQAf_", "QAAAQAf_"),
        ("points", "", ""),
        ("compare", "", ""),
        (
            "compare",
            "optimizer:sgd;optimizer:adam,learning_rate:0.010",
            "optimizer:sgd;optimizer:adam,learning_rate:0.01",
        ),
    ],
)
def test_a_link_sets_every_kind_of_control(name, text, value):
    assert controls.read(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("hidden", "17", "1 to 16"),
        ("hidden", "1,1,1,1,1,1,1", "0 to 6"),
        ("hidden", "a,b", "whole numbers"),
        ("hidden", "9" * 5000, "whole numbers"),
        ("features", "z", "one or more of"),
        ("learning_rate", "nan", "between"),
        ("learning_rate", "fast", "a number"),
        ("epochs", "1.5", "whole number"),
        ("batch_norm", "maybe", "true or false"),
        ("data", "<script>", "one of"),
        ("points", "!!!!", "Copy link"),
        ("compare", "optimizer:sgd", "2 to 4"),
        ("compare", "hidden:4;hidden:5", "compare must name"),
        ("compare", ";".join(["l1:0"] * 5), "2 to 4"),
        ("compare", "l1:0;l1:2", "between"),
    ],
)
def test_what_a_control_does_not_allow_is_refused_with_a_sentence(name, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        controls.read(name, text)


@given(st.sampled_from(list(controls.DEFAULTS)), st.text(max_size=60))
def test_no_text_of_a_link_breaks_a_control(name, text):
    try:
        value = controls.read(name, text)
    except ValueError:
        return
    json.dumps(value)


# ---------------------------------------------------------------- endpoints


def test_a_run_comes_with_its_points_and_fits_the_wire():
    history = trained()
    assert len(history["data"]["points"]) == 500
    assert last(history, "test_accuracy") > 0.95
    assert len(json.dumps(history)) < 600_000


def test_own_points_come_as_a_list_or_as_a_links_text():
    text = links.encode(OWN)
    one = trained(data="own", points=links.decode(text), **SHORT)
    other = trained(data="own", points=text, **SHORT)
    assert one["surface"] == other["surface"]
    assert one["data"] == other["data"]


def test_training_on_takes_other_settings_and_counts_on():
    first = trained(**SHORT)
    settings = {**SHORT, "optimizer": "adam", "learning_rate": 0.01}
    second = playground.playground_train(settings, first["final"])
    assert second["epochs"][0] == 20
    assert last(second, "epochs") == 40
    assert second["train_loss"][0] == first["train_loss"][-1]


def test_compared_networks_are_those_that_would_train_alone():
    changes = [{"optimizer": "sgd"}, {"optimizer": "adam"}]
    answer = playground.playground_compare(SHORT, changes)
    for change, run in zip(changes, answer["runs"], strict=True):
        alone = trained(**SHORT, **change)
        assert last(run, "train_loss") == pytest.approx(last(alone, "train_loss"), rel=1e-3)
        assert "neurons" not in run
    assert answer["data"] == alone["data"]


def test_a_weight_set_by_hand_moves_the_surface():
    history = trained(**SHORT)
    name = history["names"][0]
    changed = playground.playground_set_weight(SHORT, history["final"], name, 9.0)
    assert changed["names"] == history["names"]
    assert changed["weights"]["low"][0] == 9.0
    assert len(changed["epochs"]) == 1
    assert changed["surface"]["data"] != history["surface"]["data"]


def test_names_and_notes_are_said_in_another_language():
    with texts.speaking("de"):
        assert Board(PRESETS).props["presets"][-1]["title"] == "Die Spirale"
        history = trained(**SHORT, data="exam", activation="linear", learning_rate=10, l2=1)
    assert history["data"]["classes"] == ["abgelehnt", "zugelassen"]
    assert history["note"].startswith("Überlauf der Zahlen in Epoche")


def test_a_csv_becomes_points_for_a_link():
    read = playground.playground_points("a;b;c\n10;1;yes\n20;2;no\n30;3;yes\n")
    assert read["classes"] == ["no", "yes"]
    assert [p["label"] for p in links.decode(read["points"])] == [1, 0, 1]
    assert "3 points" in read["note"]


def test_the_export_is_a_program_and_a_safetensors_file():
    from safetensors.torch import load

    history = trained(**SHORT)
    files = playground.playground_export(SHORT, history["final"])
    compile(files["script"], "playground.py", "exec")
    tensors = load(base64.b64decode(files["safetensors"]))
    assert tensors["0.weight"].shape == (4, 2)
    assert playground.playground_export(SHORT)["safetensors"] is None
    # A script and weights that do not fit each other are no export.
    with pytest.raises(ValueError, match="weights must be those of a network of the same shape"):
        playground.playground_export({**SHORT, "hidden": [3]}, history["final"])


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (None, "settings must hold"),
        ([], "settings must hold"),
        ({"layers": 3}, "settings must hold"),
        ({"data": "own"}, "Two points"),
        ({"data": "own", "points": 7}, "list of 2 to"),
        ({"data": "own", "points": "AAAA"}, "Two points"),
        ({"count": 5}, "count must be"),
        ({"noise": "much"}, "noise must be"),
        ({"hidden": [99]}, "hidden must be"),
        ({"features": []}, "features must be"),
        ({"epochs": 10_000, "batch_size": 1}, "epochs must be at most"),
        ({"batch_norm": True, "batch_size": 1}, "batch_size must be at least 2"),
    ],
)
def test_settings_out_of_range_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        playground.playground_train(settings)
    with pytest.raises(ValueError, match=sentence):
        playground.playground_compare(settings, [{}])


@pytest.mark.parametrize("changes", [None, [], [{}] * 5, [{"hidden": [3]}], ["sgd"], {}])
def test_changes_out_of_range_are_refused_with_a_sentence(changes):
    with pytest.raises(ValueError, match="changes must"):
        playground.playground_compare({}, changes)


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(list(controls.DEFAULTS)), anything, max_size=3), anything)
def test_whatever_a_stranger_sends_is_trained_or_refused(changes, weights):
    try:
        history = playground.playground_train({**SHORT, **changes}, weights)
    except ValueError:
        return
    json.dumps(history)


def test_a_program_trains_through_the_api(client):
    history = client.predict({"hidden": [3], **SHORT}, api_name="/playground_train")
    assert history["network"]["sizes"] == [2, 3, 1]
    with pytest.raises(AppError, match="learning_rate must be"):
        client.predict({"learning_rate": -1}, api_name="/playground_train")
    with pytest.raises(AppError, match=r"name must be one from 1\.weight\.0\.0 to "):
        client.predict({}, history["final"], "9.bias", 1.0, api_name="/playground_set_weight")


# ---------------------------------------------------------------- presets and tasks


def preset(title, **changes):
    found = next(one for one in PRESETS if one.title.startswith(title))
    return {**found.settings, **changes}


def runs(title, **changes):
    found = preset(title, **changes)
    networks = controls.read_changes(found.pop("compare"))
    return playground.playground_compare(found, networks)["runs"]


@pytest.mark.parametrize("example", PRESETS, ids=lambda one: one.title)
def test_every_preset_is_a_link(example):
    for name, value in example.settings.items():
        text = ",".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
        assert controls.read(name, text) == value


def test_one_neuron_cannot_do_the_circle_but_with_squares_it_can():
    assert last(trained(**preset("One neuron")), "test_accuracy") < 0.65
    squares = trained(**preset("One neuron", features=["x", "y", "x²", "y²"]))
    assert last(squares, "test_accuracy") == 1


def test_six_layers_deep_relu_learns_and_sigmoid_does_not():
    relu, tanh, sigmoid = runs("ReLU against sigmoid")
    assert last(relu, "train_accuracy") > 0.98
    assert last(tanh, "train_accuracy") > 0.98
    assert last(sigmoid, "train_loss") > 0.69


def test_a_rate_too_high_never_settles():
    slow, good, high, higher = (run["train_loss"][200:] for run in runs("Too high"))
    assert good[-1] < slow[-1] < 0.02
    assert max(good) < 0.01
    assert min(max(high), max(higher)) > 0.5


def test_twenty_noisy_points_are_overfitted():
    history = trained(**preset("Overfitting"))
    points = history["data"]["points"]
    assert sum(point["split"] == "train" for point in points) == 20
    assert len(history["names"]) == 205
    assert last(history, "train_loss") < 0.001
    best = min(history["test_loss"])
    assert 10 <= history["epochs"][history["test_loss"].index(best)] <= 60
    assert best < 0.6
    assert last(history, "test_loss") > 2


def test_dropout_and_weight_decay_rescue_it():
    without, *rescued = (last(run, "test_loss") for run in runs("Dropout"))
    assert without > 2
    assert max(rescued) < 0.7


def test_small_batches_are_faster_by_the_epoch_and_stagger():
    ones, tens, _, whole = (run["train_loss"] for run in runs("Mini-batches"))
    assert tens[-1] < 0.02 < 0.5 < whole[-1]
    assert all(later <= earlier for earlier, later in itertools.pairwise(whole))
    assert max(ones[200:]) > 5 * min(ones[200:])


def test_the_spiral_is_solved():
    assert last(trained(**preset("The spiral")), "test_accuracy") > 0.95


def test_three_neurons_fence_in_the_circle_and_two_do_not():
    one, two, three = (
        last(trained(hidden=[n], learning_rate=0.1), "train_accuracy") for n in (1, 2, 3)
    )
    assert one == pytest.approx(0.716, abs=0.03)
    assert two == pytest.approx(0.86, abs=0.03)
    assert three > 0.98


@pytest.mark.parametrize(("data", "features"), [("circle", ["x²", "y²"]), ("xor", ["xy"])])
def test_the_right_inputs_make_one_neuron_enough(data, features):
    assert last(trained(data=data, hidden=[], features=features), "test_accuracy") == 1


def test_weights_that_start_at_zero_stay_there_until_a_hand_moves_them():
    history = trained(initialisation="zeros")
    assert last(history, "train_loss") == pytest.approx(0.69315, abs=1e-4)
    weights = dict(zip(history["names"], history["weights"]["high"], strict=True))
    assert all(abs(value) < 1e-9 for name, value in weights.items() if "weight" in name)
    final = history["final"]
    for name in ("1.weight.0.0", "2.weight.0.0", "3.weight.0.0"):
        final = engine.set_weight(final, name, 1.0)
    moved = playground.playground_train({"initialisation": "zeros"}, final)
    assert last(moved, "train_loss") < 0.6


def test_the_names_in_the_question_are_those_of_the_state():
    from collections import OrderedDict

    from torch import nn

    names = next(question for question in QUIZ if question.name == "names")
    code = names.asks.split("```")[1].removeprefix("python")
    network = eval(code, {"nn": nn, "OrderedDict": OrderedDict})
    for option in names.options:
        assert (option.says.strip("`") in network.state_dict()) == option.right


def test_the_batches_in_the_question_learn_as_fast_as_it_says():
    batches = next(question for question in QUIZ if question.name == "batches")
    found = {}
    for row in batches.picture().to_dict()["data"]["values"]:
        found.setdefault(row["of"], []).append(row["y"])
    assert found["B"][-1] < found["A"][-1] < 0.4 < 0.67 < found["C"][-1] < 0.69
    assert any(after > before for before, after in zip(found["B"], found["B"][1:], strict=False))
    for smooth in "AC":
        assert sorted(found[smooth], reverse=True) == found[smooth]
