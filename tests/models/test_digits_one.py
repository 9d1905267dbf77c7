"""The networks with one output."""

import math
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from models import digits_one, hub
from models.digits_one import DigitNumber, ZeroOrNot

WEIGHTS = Path(__file__).parents[2] / "weights"


def ring():
    picture = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(picture).ellipse([80, 40, 200, 240], outline=0, width=18)
    return picture


@pytest.mark.parametrize("network", digits_one.MODELS.values())
def test_there_is_one_number_for_each_picture_and_weights_and_command_have_its_name(network):
    model = network().eval()
    assert model(torch.rand(5, 1, 28, 28)).shape == (5,)
    model.check()
    assert network.weights_name in network.trainer_command
    with torch.no_grad():
        list(model.parameters())[-1].fill_(math.nan)
    with pytest.raises(ValueError, match="overflow"):
        model.check()


@pytest.mark.parametrize("network", digits_one.MODELS.values())
def test_everything_needed_is_in_config_and_tensors(network, tmp_path):
    model = network(mean=0.2, std=0.4).eval()
    again = network.from_pretrained(hub.save(model, tmp_path / "model"), strict=True).eval()
    x = torch.rand(2, 1, 28, 28)
    assert torch.equal(model(x), again(x))


def test_what_the_pixels_add_and_the_bias_come_to_the_logit():
    model = ZeroOrNot().eval()
    x = model.preprocess(ring())
    added, bias = model.contributions(x)
    weight = model.network[1].weight.detach().numpy().reshape(28, 28)
    normalised = (x[0].numpy() - model.mean) / model.std
    by_hand = (weight * normalised).sum() + model.network[1].bias.item()
    assert added.sum().item() + bias == pytest.approx(by_hand, abs=1e-4)
    assert model(x[None]).item() == pytest.approx(by_hand, abs=1e-4)
    assert not added[x[0] == 0].any()


def test_probabilities_are_the_sigmoid_and_a_blank_page_says_nothing():
    model = ZeroOrNot().eval()
    answer = model.predict(ring())
    assert answer["0"] == pytest.approx(1 / (1 + math.exp(-model.output(ring()))))
    assert sum(answer.values()) == pytest.approx(1)
    blank = Image.new("L", (90, 90), 255)
    assert model.predict(blank) == {"0": 0.5, "not 0": 0.5}
    assert DigitNumber().eval().predict(blank) is None


@pytest.fixture
def shipped(monkeypatch):
    monkeypatch.setattr(hub, "WEIGHTS", WEIGHTS)
    return hub.load


def test_the_shipped_neuron_knows_a_ring_and_the_shipped_regression_a_line(shipped):
    assert shipped(ZeroOrNot).predict(ring())["0"] > 0.5
    line = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(line).line([(140, 40), (140, 240)], fill=0, width=18)
    assert shipped(ZeroOrNot).predict(line)["0"] < 0.1
    assert shipped(DigitNumber).predict(line) == pytest.approx(1, abs=0.5)


def test_the_tables_beside_the_weights_are_complete_and_agree_with_the_cards(shipped):
    rows = hub.shipped_table("digits-zero", "thresholds")
    assert [float(row["threshold"]) for row in rows] == pytest.approx(np.arange(101) / 100)
    missed, alarms = ([int(row[name]) for row in rows] for name in ("missed", "false_alarms"))
    assert missed == sorted(missed)
    assert alarms == sorted(alarms, reverse=True)
    assert (missed[0], alarms[0]) == (0, 9020)
    card = (WEIGHTS / "digits-zero" / "README.md").read_text().replace("\n", " ")
    assert f"{1 - (missed[50] + alarms[50]) / 10_000:.2%}" in card
    assert f"{missed[50]} zeros are missed, {alarms[50]} others" in card
    numbers = hub.shipped_table("digits-number", "numbers")
    assert [row["digit"] for row in numbers] == list("0123456789")
    assert all(abs(float(row["mean"]) - float(row["digit"])) < 1 for row in numbers)


@pytest.mark.skipif("MNIST_ROOT" not in os.environ, reason="MNIST_ROOT names no folder with MNIST")
def test_the_tables_are_what_the_test_set_gives(shipped):
    from trainers import report
    from trainers.digits import data, one

    test = data.mnist(os.environ["MNIST_ROOT"], train=False)
    for key, name, of in (("zero", "thresholds", one._zero), ("number", "numbers", one._number)):
        model = shipped(digits_one.MODELS[key])
        _, _, tables = of(report.logits(model, test.pictures), test.labels)
        assert tables[name] == (WEIGHTS / model.weights_name / f"{name}.csv").read_text()
