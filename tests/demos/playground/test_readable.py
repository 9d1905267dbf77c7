"""The lesson that is shown trains as the engine does: the same weights, from the same seed."""

import logging

import pytest
import torch

from demos.playground import CHAPTER, data, engine, readable, training
from demos.playground.memory import inputs
from demos.playground.settings import ACTIVATIONS, INITIALISATIONS, LOSSES, OPTIMIZERS

POINTS = data.make("moons", 0.1, 0.5, seed=3, count=46)  # 23 for training: a batch of 5 leaves 3
FEATURES = ["x", "y", "xy"]


def shown():
    """The lesson as the tab shows it, run as a script."""
    space = {}
    exec(compile(CHAPTER.source(), "lesson", "exec"), space)
    return space


def both(**settings):
    """Train with the engine and with the lesson that is shown; return the run, losses, network."""
    settings = {"hidden": [5, 3], "epochs": 6, "batch_size": 5, "features": FEATURES, **settings}
    run = engine.train(POINTS, **settings)
    train = [point for point in POINTS["points"] if point["split"] == "train"]
    places = torch.tensor([[p["x"], p["y"]] for p in train])
    labels = torch.tensor([float(p["label"]) for p in train])
    lesson = shown()
    seed = settings.get("seed", 0)
    some = {"hidden", "activation", "batch_norm", "initialisation", "seed"} & set(settings)
    with torch.random.fork_rng():
        network = lesson["make_network"](len(FEATURES), **{name: settings[name] for name in some})
        optimizer = lesson["make_optimizer"](
            network,
            settings.get("optimizer", "sgd"),
            settings.get("learning_rate", 0.03),
            settings.get("l2", 0.0),
        )
        losses = lesson["train"](
            network, optimizer, inputs(places, FEATURES).T, labels, settings.get("loss", "bce"),
            settings["batch_size"], settings["epochs"], settings.get("l1", 0.0), seed,
        )  # fmt: skip
    return run, losses, network


def assert_same(run, losses, network, tolerance=1e-4):
    """Weights agree to `tolerance`, and the loss of every epoch to one in a thousand."""
    assert run["train_loss"] == pytest.approx(losses, rel=1e-3, abs=1e-4)
    theirs = network.state_dict()
    for name, tensor in engine.state_dict(run["final"]).items():
        torch.testing.assert_close(tensor, theirs[name], rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_trains_alike(optimizer, batch_norm):
    # RMSprop divides by the root of a running mean that starts at 0: it magnifies rounding.
    tolerance = 1e-3 if optimizer == "rmsprop" else 1e-4
    settings = {"optimizer": optimizer, "batch_norm": batch_norm, "learning_rate": 0.02}
    assert_same(*both(**settings, l1=0.003, l2=0.02, seed=2), tolerance)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_and_loss_trains_alike(activation, loss):
    assert_same(*both(activation=activation, loss=loss, seed=1))


@pytest.mark.parametrize("initialisation", INITIALISATIONS)
def test_first_weights_are_the_same(initialisation):
    run, losses, network = both(initialisation=initialisation, epochs=1, learning_rate=1e-6, seed=7)
    assert_same(run, losses, network, 1e-5)


@pytest.mark.parametrize("hidden", [[], [1], [3, 7, 2], [16] * 6])
@pytest.mark.parametrize("batch_size", [1, 23, 1000])
def test_every_shape_and_batch_trains_alike(hidden, batch_size):
    assert_same(*both(hidden=hidden, batch_size=batch_size, epochs=3))


def test_dropout_leaves_out_a_share_of_the_neurons():
    # The engine draws masks of its own: what agrees is their share, and that evaluation has none.
    network = readable.make_network(2, [1000], "linear", dropout=0.3)
    kept = network[:3](torch.ones(1, 2)) != 0
    assert 0.6 < kept.float().mean() < 0.8
    network.eval()
    assert (network[:3](torch.ones(1, 2)) != 0).all()


def test_what_is_shown_is_short_and_plain():
    source = CHAPTER.source()
    assert ".backward()" in source
    assert ".step()" in source
    assert "out=" not in source
    assert len(source.splitlines()) < 120


def test_that_torchscript_fails_is_said_once(monkeypatch, caplog):
    def fails(function):
        raise RuntimeError("TorchScript is gone")

    training.compiled.cache_clear()
    monkeypatch.setattr(torch.jit, "script", fails)
    try:
        with caplog.at_level(logging.WARNING):
            runs = [engine.train(POINTS, epochs=2) for _ in range(2)]
    finally:
        training.compiled.cache_clear()
    assert runs[0]["final"] == runs[1]["final"]
    assert [record.message for record in caplog.records] == [
        "The playground trains uncompiled, and so more slowly: TorchScript is gone"
    ]
