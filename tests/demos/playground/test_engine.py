"""The playground's engine against autograd, torch.optim (the exported script), scikit-learn."""

import base64
import itertools
import json
import math
import time
import warnings

import pytest
import torch

from demos.playground import data as points
from demos.playground import engine, history, lesson
from demos.playground.memory import Layout
from demos.playground.settings import (
    ACTIVATIONS,
    FEATURES,
    INITIALISATIONS,
    LOSSES,
    OPTIMIZERS,
    check_data,
    check_settings,
    check_work,
)
from demos.playground.training import Training, compiled
from tests import processes

POINTS = points.make("moons", 0.1, 0.5, seed=3, count=46)  # 23 for training: a batch of 5 leaves 3


def by_autograd(settings, weights=None, data=POINTS, dropout=None):
    """Run the exported script, which is plain torch.nn, autograd and torch.optim."""
    script = engine.export_script(data, settings, weights)
    if dropout is not None:
        script = script.replace("nn.Dropout", "Dropout")
    space = {"Dropout": dropout, "__name__": "script"}
    exec(compile(script, "script", "exec"), space)
    space["train_loss"], space["train_accuracy"] = space["evaluate"](space["TRAIN"])
    space["test_loss"], space["test_accuracy"] = space["evaluate"](space["TEST"])
    return space


def assert_same(run, oracle, tolerance=1e-4):
    ours, theirs = engine.state_dict(run["final"]), oracle["network"].state_dict()
    assert set(ours) == {name for name in theirs if not name.endswith("num_batches_tracked")}
    for name, tensor in ours.items():
        torch.testing.assert_close(tensor, theirs[name], rtol=tolerance, atol=tolerance)
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        assert run[name][-1] == pytest.approx(oracle[name], rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradients_by_hand_are_those_of_autograd(activation, loss, batch_norm):
    settings = {
        "hidden": [5, 3], "activation": activation, "features": FEATURES, "loss": loss,
        "batch_norm": batch_norm, "batch_size": 5, "epochs": 3, "l1": 0.003, "l2": 0.02,
        "learning_rate": 0.05, "initialisation": "xavier", "seed": 1,
    }  # fmt: skip
    assert_same(engine.train(POINTS, **settings), by_autograd(settings))


@pytest.mark.parametrize("penalty", [{}, {"l1": 0.003, "l2": 0.02}])
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_moves_as_in_torch_optim(optimizer, batch_norm, penalty):
    settings = {
        "optimizer": optimizer, "batch_norm": batch_norm, "batch_size": 5, "epochs": 4,
        "learning_rate": 0.02, "seed": 2, **penalty,
    }  # fmt: skip
    # RMSprop divides by the root of a running mean that starts at 0: it magnifies float32 rounding.
    tolerance = 1e-3 if optimizer == "rmsprop" else 1e-4
    assert_same(engine.train(POINTS, **settings), by_autograd(settings), tolerance)


@pytest.mark.parametrize("hidden", [[], [1], [16], [3, 7, 2], [2, 3, 4, 5, 6, 7]])
@pytest.mark.parametrize("batch_size", [1, 23, 1000])
def test_every_shape_of_network_and_batch_trains_as_in_torch(hidden, batch_size):
    settings = {"hidden": hidden, "batch_size": batch_size, "epochs": 3, "features": ["xy", "y"]}
    assert_same(engine.train(POINTS, **settings), by_autograd(settings))


@pytest.mark.parametrize("initialisation", INITIALISATIONS)
def test_the_first_frame_shows_the_network_before_training(initialisation):
    settings = {"initialisation": initialisation, "epochs": 1, "learning_rate": 1e-6}
    run = engine.train(POINTS, **settings)
    assert run["epochs"] == [0, 1]
    if initialisation == "zeros":
        assert run["train_loss"][0] == pytest.approx(math.log(2), abs=1e-5)
    assert_same(run, by_autograd(settings))


@pytest.mark.parametrize("batch_norm", [False, True])
def test_dropout_leaves_neurons_out_as_nn_dropout_does(batch_norm):
    settings = {
        "dropout": 0.4, "batch_size": 5, "epochs": 3, "hidden": [6, 4], "batch_norm": batch_norm
    }  # fmt: skip
    checked = check_settings(**settings)
    with torch.inference_mode():
        layout = Layout(checked.sizes, batch_norm, 1)
        training = Training(layout, [checked], check_data(POINTS), 0)
        drawn = [block.clone() for block in training.draw_masks(3)]
    masks = [
        block[epoch, step, layer, 0, : checked.hidden[layer]].T.clone()
        for epoch in range(3)
        for block in drawn
        for step in range(block.size(1))
        for layer in range(2)
    ]
    assert {round(value, 4) for value in masks[0].unique().tolist()} <= {0.0, round(1 / 0.6, 4)}
    share = torch.cat([(mask == 0).float().flatten() for mask in masks]).mean()
    assert 0.3 < share < 0.5

    class Dropout(torch.nn.Module):
        def __init__(self, p):
            super().__init__()
            assert p == 0.4

        def forward(self, x):
            return x * masks.pop(0) if self.training else x

    oracle = by_autograd(settings, dropout=Dropout)
    assert not masks
    assert_same(engine.train(POINTS, **settings), oracle)


def test_the_script_runs_alone_and_prints_the_same_losses(tmp_path):
    settings = {"epochs": 40, "optimizer": "adam", "learning_rate": 0.01, "batch_size": 10}
    path = tmp_path / "playground.py"
    path.write_text(engine.export_script(POINTS, settings), encoding="utf-8")
    done = processes.run([str(path)], processes.TORCH)
    assert done.returncode == 0, done.stderr
    run = engine.train(POINTS, **settings)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("epoch 40: train loss ")
    words = last.replace(",", "").split()
    assert float(words[4]) == pytest.approx(run["train_loss"][-1], abs=2e-4)
    assert float(words[9]) == pytest.approx(run["test_loss"][-1], abs=2e-4)


def test_compiled_and_plain_python_train_alike(monkeypatch):
    settings = {"epochs": 3, "batch_norm": True, "optimizer": "adam", "dropout": 0.2, "l2": 0.01}
    scripted = engine.train(POINTS, **settings)
    assert isinstance(compiled(), torch.jit.ScriptFunction)
    monkeypatch.setattr("demos.playground.training.compiled", lambda: lesson.train)
    plain = engine.train(POINTS, **settings)
    for name, tensor in engine.state_dict(plain["final"]).items():
        torch.testing.assert_close(tensor, engine.state_dict(scripted["final"])[name])


def test_final_accuracy_on_moons_is_that_of_scikit_learn():
    from sklearn.neural_network import MLPClassifier

    data = points.make("moons", 0.15, 0.5, seed=0, count=400)
    ours, theirs = [], []
    parts = {"train": [], "test": []}
    for point in data["points"]:
        parts[point["split"]].append((point["x"], point["y"], point["label"]))
    for seed in range(3):
        run = engine.train(
            data, (8, 8), "relu", optimizer="adam", learning_rate=0.01, epochs=120, seed=seed
        )
        ours.append(run["test_accuracy"][-1])
        model = MLPClassifier(
            (8, 8), learning_rate_init=0.01, max_iter=120, batch_size=10, alpha=0, tol=0,
            n_iter_no_change=1000, random_state=seed,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # not converged: it has as many epochs as ours
            model.fit([row[:2] for row in parts["train"]], [row[2] for row in parts["train"]])
        theirs.append(
            model.score([row[:2] for row in parts["test"]], [row[2] for row in parts["test"]])
        )
    assert sum(ours) / 3 == pytest.approx(sum(theirs) / 3, abs=0.03)
    assert sum(ours) / 3 > 0.93


# ---------------------------------------------------------------- to train on, to compare


def test_training_on_continues_where_the_first_run_ended():
    first = engine.train(POINTS, epochs=5, batch_norm=True)
    settings = {"epochs": 4, "optimizer": "adam", "l2": 0.01, "batch_norm": True}
    more = engine.train(POINTS, **settings, weights=first["final"])
    assert more["epochs"] == [5, 6, 7, 8, 9]
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        assert more[name][0] == first[name][-1]
    assert_same(more, by_autograd(settings, first["final"]))


def test_a_weight_set_by_hand_changes_that_weight_and_the_surface():
    run = engine.train(POINTS, epochs=20)
    assert run["names"][:3] == ["1.weight.0.0", "1.weight.0.1", "1.weight.1.0"]
    before = engine.state_dict(run["final"])
    changed = engine.set_weight(run["final"], "2.weight.1.3", -7.5)
    after = engine.state_dict(changed)
    assert after["3.weight"][1, 3] == -7.5
    after["3.weight"][1, 3] = before["3.weight"][1, 3]
    assert all(torch.equal(after[name], before[name]) for name in before)
    same = engine.evaluate(POINTS, run["final"])
    assert same["epochs"] == [20]
    assert same["train_loss"] == run["train_loss"][-1:]
    torch.testing.assert_close(
        history.unpack(same["surface"])[0], history.unpack(run["surface"])[-1], rtol=0, atol=0.03
    )
    other = engine.evaluate(POINTS, changed)
    assert not torch.equal(history.unpack(other["surface"]), history.unpack(same["surface"]))


@pytest.mark.parametrize(
    "changes",
    [
        [{"learning_rate": 0.3}, {"l2": 0.05}, {"initialisation": "he"}, {"l1": 0.01}],
        [{"optimizer": name} for name in ("sgd", "adam", "adamw", "rmsprop")],
        [{"activation": "relu"}, {"activation": "tanh"}, {"batch_norm": True}],
        [{"dropout": 0.2}, {"dropout": 0.5}],
        [{}],
    ],
)
def test_compared_networks_train_as_they_would_alone(changes):
    settings = [{"epochs": 6, "hidden": (5, 2), "batch_size": 5, **change} for change in changes]
    together = engine.compare(POINTS, settings)
    assert len(together) == len(settings)
    for run, one in zip(together, settings, strict=True):
        alone = engine.train(POINTS, **one)
        assert run["epochs"] == alone["epochs"]
        for name, tensor in engine.state_dict(alone["final"]).items():
            torch.testing.assert_close(
                engine.state_dict(run["final"])[name], tensor, rtol=1e-4, atol=1e-5
            )


def test_many_stacked_networks_train_as_one_does(monkeypatch):
    settings = [{"epochs": 4, "batch_size": 5, "batch_norm": True, "l2": l2} for l2 in (0.0, 0.1)]
    few = engine.compare(POINTS, settings)
    monkeypatch.setattr("demos.playground.training.MANY", 1)
    many = engine.compare(POINTS, settings)
    for one, other in zip(few, many, strict=True):
        for name, tensor in engine.state_dict(one["final"]).items():
            torch.testing.assert_close(tensor, engine.state_dict(other["final"])[name])


def test_one_network_that_diverges_leaves_the_others_alone():
    settings = [
        {"activation": "linear", "hidden": [4, 4], "loss": "bce", "features": ["x²", "y²"],
         "epochs": 60, "learning_rate": rate}
        for rate in (10.0, 0.001)
    ]  # fmt: skip
    bad, good = engine.compare(POINTS, settings)
    assert bad["diverged"] is not None
    assert good["diverged"] is None
    assert good["epochs"] == list(range(61))
    alone = engine.train(POINTS, **settings[1])
    assert good["train_loss"] == pytest.approx(alone["train_loss"], rel=1e-3)


def test_a_run_that_overflows_ends_before_and_says_in_which_epoch():
    run = engine.train(
        POINTS, [4, 4], "linear", features=["x²", "y²"], learning_rate=10.0, epochs=60
    )
    assert run["diverged"] is not None
    assert f"epoch {run['diverged']}" in run["note"]
    assert "learning rate 10 is too high" in run["note"]
    assert run["epochs"][-1] < run["diverged"]
    assert engine.state_dict(run["final"])["0.weight"].isfinite().all()
    assert "NaN" not in json.dumps(run)
    assert "Infinity" not in json.dumps(run)


def test_the_same_request_has_the_same_answer():
    settings = {"epochs": 4, "dropout": 0.3, "seed": 5}
    first, second = engine.train(POINTS, **settings), engine.train(POINTS, **settings)
    del first["seconds"], second["seconds"]
    assert first == second
    assert engine.train(POINTS, **{**settings, "seed": 6})["final"] != first["final"]


# ---------------------------------------------------------------- the history


def test_the_history_shows_what_the_final_weights_compute():
    run = engine.train(POINTS, (4, 3), "relu", ["x", "y", "sin x"], epochs=30, batch_norm=True)
    network = by_autograd(
        {"hidden": (4, 3), "activation": "relu", "features": ["x", "y", "sin x"], "epochs": 1,
         "batch_norm": True}
    )["network"]  # fmt: skip
    network.load_state_dict(engine.state_dict(run["final"]), strict=False)
    network.eval()
    for cells, packed in ((50, run["surface"]), (20, run["neurons"])):
        shown = history.unpack(packed)[-1]
        middle = [-6 + 12 * (i + 0.5) / cells for i in range(cells)]
        places = torch.tensor([[x, y] for y in reversed(middle) for x in middle])
        inputs = torch.cat([places, places[:, :1].sin()], 1)
        with torch.no_grad():
            if cells == 50:
                expected = network(inputs).sigmoid().view(50, 50)
            else:
                hidden = torch.cat([network[:3](inputs), network[:7](inputs)], 1)
                expected = (hidden / (1 + hidden)).T.view(7, 20, 20)
        torch.testing.assert_close(shown, expected, rtol=0, atol=0.03)
    weights = history.unpack(run["weights"])[-1]
    exact = engine.state_dict(run["final"])
    first = exact["0.weight"].flatten()
    assert run["names"].index("1.scale.0") == 12
    torch.testing.assert_close(weights[:12], first, rtol=0.01, atol=0.02)


@pytest.mark.parametrize("noisy", [False, True])
def test_a_long_run_has_at_most_400_frames_after_the_first_and_fits_the_wire(noisy):
    settings = {"epochs": 520, "learning_rate": 0.1, "batch_norm": noisy}
    run = engine.train(points.make("spiral", 0.1), (8, 4), **settings)
    assert len(run["epochs"]) == 401
    assert run["epochs"][0] == 0
    assert run["epochs"][-1] == 520
    assert all(a < b for a, b in itertools.pairwise(run["epochs"]))
    assert len(json.dumps(run)) < 600_000


def test_the_largest_network_fits_the_wire_too():
    hidden = [16] * 6
    run = engine.train(points.make("xor", 0.3, count=40), hidden, epochs=400, optimizer="adam")
    assert run["neurons"]["shape"][1] == 96
    for packed in (run["surface"], run["neurons"], run["weights"]):
        assert packed["frames"][0] == 0
        assert packed["frames"][-1] == 400
        assert len(packed["frames"]) == packed["shape"][0]
    assert len(json.dumps(run)) < 600_000


def test_what_is_packed_is_read_back_exactly_and_steady_surfaces_nearly():
    levels = torch.randint(0, 256, (30, 5, 4), dtype=torch.uint8)
    torch.testing.assert_close(
        history.unpack(history.pack(levels, range(30), 0.0, 255.0)), levels.float()
    )
    for step in (2, 4, 8, 16):
        error = (history.steady(levels, step).short() - levels.short()).abs()
        assert error.max() <= 2 * step
        assert error[0].max() <= step
        assert not error[-1].any()


def test_surfaces_are_exact_where_the_budget_allows():
    levels = torch.randint(0, 256, (9, 5, 4), dtype=torch.uint8)
    for budget, exact in [(10_000, True), (150, False)]:
        packed = history.pack_surfaces(levels, range(9), 0.0, 255.0, budget)
        assert torch.equal(history.unpack(packed), levels.float()) is exact


# ---------------------------------------------------------------- bad input

BAD_NUMBERS = [math.nan, math.inf, -1, 10**9, 10**400, "1", None, [1]]


@pytest.mark.parametrize("value", BAD_NUMBERS)
@pytest.mark.parametrize(
    "name", ["learning_rate", "batch_size", "epochs", "l1", "l2", "dropout", "seed"]
)
def test_numbers_out_of_range_are_refused_by_name(name, value):
    if name == "seed" and value == 10**9:
        return
    with pytest.raises(ValueError, match=f"^{name} must be a"):
        engine.train(POINTS, **{name: value})


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"hidden": "4,2"}, "hidden must be a list of 0 to 6"),
        ({"hidden": [4] * 7}, "hidden must be a list of 0 to 6"),
        ({"hidden": [0]}, "whole numbers from 1 to 16"),
        ({"hidden": [17]}, "whole numbers from 1 to 16"),
        ({"hidden": [2.5]}, "whole numbers from 1 to 16"),
        ({"hidden": [math.nan]}, "whole numbers from 1 to 16"),
        ({"hidden": [True]}, "whole numbers from 1 to 16"),
        ({"activation": "gelu"}, "activation must be one of"),
        ({"features": []}, "features must be a list"),
        ({"features": ["z"]}, "features must be a list"),
        ({"loss": "mae"}, "loss must be one of"),
        ({"optimizer": "SGD"}, "optimizer must be one of"),
        ({"initialisation": None}, "initialisation must be one of"),
        ({"batch_norm": 1}, "batch_norm must be true or false"),
        ({"batch_norm": True, "batch_size": 1}, "batch_size must be at least 2"),
        ({"weights": 3}, "weights must be the final weights"),
    ],
)
def test_settings_out_of_range_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        engine.train(POINTS, **settings)


def test_what_would_train_for_minutes_is_refused_at_once_with_the_bound():
    data = points.make("circle", count=1000, train_share=0.9)
    settings = {"hidden": [16] * 6, "batch_size": 1, "epochs": 10_000}
    started = time.process_time()
    with pytest.raises(ValueError, match=r"epochs must be at most \d+ with these settings") as info:
        engine.train(data, **settings)
    assert time.process_time() - started < 0.2
    most = int(str(info.value).split("at most ")[1].split()[0])
    check_work([check_settings(**{**settings, "epochs": most})], data["points"])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "data must hold points"),
        ({}, "points must be a list"),
        ({"points": []}, "points must be a list of 2 to 1000"),
        ({"points": [{"x": 0, "y": 0, "label": 0}] * 1001}, "points must be a list of 2 to 1000"),
        ({"points": [{"x": 0, "y": 0, "label": 0, "split": "test"}] * 3}, "one must be for"),
        ({"points": [{"x": 0, "y": 0, "label": 0, "split": "both"}] * 3}, "split of number 1"),
        ({"points": [3, 4]}, "number 1 must have x, y and label"),
    ],
)
def test_bad_data_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        engine.train(data)


def test_weights_of_another_shape_or_with_nonsense_are_refused():
    final = engine.train(POINTS, epochs=1)["final"]
    numbers = torch.frombuffer(bytearray(base64.b64decode(final["values"])), dtype=torch.float32)
    bad = numbers.clone()
    bad[3] = math.nan

    def encoded(tensor):
        return base64.b64encode(tensor.numpy().tobytes()).decode()

    for change, sentence in [
        ({"hidden": [4, 3]}, "same shape"),
        ({"features": ["x"]}, "same shape"),
        ({"batch_norm": True}, "same shape"),
        ({"epoch": -1}, "epochs"),
        ({"epoch": math.nan}, "epochs"),
        ({"epoch": "1"}, "epochs"),
        ({"values": "a" * 10**6}, "numbers"),
        ({"values": "äöü"}, "base64"),
        ({"values": 7}, "numbers"),
        ({"values": encoded(numbers[1:])}, "numbers"),
        ({"values": encoded(bad)}, "finite"),
        ({"values": encoded(numbers * math.inf)}, "finite"),
        ({"values": encoded(numbers * 0 + 1e7)}, "between"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            engine.train(POINTS, weights={**final, **change})
    for nonsense in (None, 3, "x", [], {}):
        for function in (engine.state_dict, engine.to_safetensors):
            with pytest.raises(ValueError, match=r".+"):
                function(nonsense)
        with pytest.raises(ValueError, match=r".+"):
            engine.evaluate(POINTS, nonsense)
    with pytest.raises(ValueError, match="name must be one from"):
        engine.set_weight(final, "9.weight.0.0", 1.0)
    with pytest.raises(ValueError, match="value must be a number"):
        engine.set_weight(final, "1.weight.0.0", math.nan)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ([], "list of 1 to 4"),
        ([{}] * 5, "list of 1 to 4"),
        ("abcd", "list of 1 to 4"),
        ([3], "arguments of train"),
        ([{"weights": None}], "arguments of train"),
        ([{}, {"seed": 1}], "must share seed"),
        ([{}, {"hidden": [3]}], "must share hidden"),
        ([{}, {"epochs": 3}], "must share epochs"),
        ([{}, {"loss": "x"}], "loss must be one of"),
    ],
)
def test_comparisons_out_of_range_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        engine.compare(POINTS, settings)


def test_the_safetensors_file_holds_the_weights_of_the_script():
    from safetensors.torch import load

    final = engine.train(POINTS, epochs=2, batch_norm=True)["final"]
    tensors = load(engine.to_safetensors(final))
    network = by_autograd({"epochs": 1, "batch_norm": True})["network"]
    keys = network.load_state_dict(tensors, strict=False)
    assert not keys.unexpected_keys
    assert all(name.endswith("num_batches_tracked") for name in keys.missing_keys)
