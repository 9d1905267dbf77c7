"""Whatever a config.json or a weight says, a model answers with numbers or is refused by name."""

import json
import math

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load_file, save_file

from models import SHIPPED, hub
from models.digits import DigitCNN, DigitLinear, DigitMLP
from models.tires import TireClassifier
from tests.strangers import ANYTHING


class Tires(TireClassifier):
    """The tire network with a small architecture, quick to load."""


CLASSES = {
    "linear": (DigitLinear, {}),
    "mlp": (DigitMLP, {}),
    "cnn": (DigitCNN, {}),
    "tires": (Tires, {"architecture": "squeezenet1_1", "gate": None, "image_size": 64}),
}
WRONG = [  # (setting, value): each was believed once
    *[("temperature", value) for value in (0, -1, math.nan, math.inf, 1e-30, "1", None, True, [1])],
    *[("std", value) for value in (0, -0.3, math.nan, 1e-30, "0.3", None, [])],
    *[("mean", value) for value in (math.nan, math.inf, 1e38, "grey", None, {})],
    *[("labels", value) for value in ([], ["a"], "0123456789", None, [0, 1], ["good"] * 2, 7)],
    ("labels", [*"9876543210"]),
    ("labels", ["good", "bad"]),
]
SIZES = [("image_size", value) for value in (0, -1, 1e9, 0.5, 64.5, "64", None, True, math.nan)]
picture = Image.radial_gradient("L").convert("RGB")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    torch.manual_seed(0)
    root = tmp_path_factory.mktemp("models")
    return {name: hub.save(cls(**options), root / name) for name, (cls, options) in CLASSES.items()}


def damaged(folders, name, tmp_path, config=None, tensors=None):
    """Write a model's folder anew, with other settings or tensors, as weights/ holds it."""
    cls = CLASSES[name][0]
    folder = tmp_path / cls.weights_name
    folder.mkdir(parents=True, exist_ok=True)
    stored = json.loads((folders[name] / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**stored, **(config or {})}))
    there = load_file(folders[name] / "model.safetensors")
    save_file({**there, **(tensors or {})}, folder / "model.safetensors")
    return folder


def refused(cls, folder):
    with pytest.raises(hub.WeightsMissing, match=r"mend or unset WEIGHTS_REPO\.$"):
        hub._read(cls, folder)


def per_channel(name, setting, value):
    """The tire network normalises each channel."""
    listed = name == "tires" and setting in ("mean", "std") and not isinstance(value, (list, dict))
    return [value] * 3 if listed and value is not None else value


@pytest.mark.parametrize(("setting", "value"), WRONG, ids=map(repr, WRONG))
@pytest.mark.parametrize("name", CLASSES)
def test_a_setting_that_cannot_be_is_refused_with_the_command_that_mends_it(
    folders, tmp_path, name, setting, value
):
    change = {setting: per_channel(name, setting, value)}
    refused(CLASSES[name][0], damaged(folders, name, tmp_path, change))


@pytest.mark.parametrize(("setting", "value"), SIZES, ids=map(repr, SIZES))
def test_a_picture_without_a_size_is_refused(folders, tmp_path, setting, value):
    refused(Tires, damaged(folders, "tires", tmp_path, {setting: value}))


@pytest.mark.parametrize("name", CLASSES)
def test_numbers_that_a_training_may_find_are_taken(folders, tmp_path, name):
    change = {"temperature": 1, "mean": per_channel(name, "mean", 0.5)}
    change |= {"std": per_channel(name, "std", 1)}
    model = hub._read(CLASSES[name][0], damaged(folders, name, tmp_path, change))
    assert sum(model.predict(picture).values()) == pytest.approx(1, abs=1e-5)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("name", CLASSES)
def test_whatever_a_config_says_the_answer_is_made_of_numbers_or_refused(
    folders, tmp_path, name, data
):
    cls = CLASSES[name][0]
    known = sorted(json.loads((folders[name] / "config.json").read_text()).keys())
    known = [setting for setting in known if setting not in ("architecture", "gate")]
    anything = ANYTHING.filter(lambda value: not isinstance(value, bytes)).filter(writable)
    numbers = st.floats() | st.integers(-9, 9) | st.lists(st.floats(), min_size=3, max_size=3)
    change = data.draw(st.dictionaries(st.sampled_from(known), anything | numbers, min_size=1))
    folder = damaged(folders, name, tmp_path, change)
    try:
        model = hub._read(cls, folder)
    except hub.WeightsMissing:
        return
    assert all(map(math.isfinite, model.predict(picture).values()))


def writable(value):
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


@pytest.mark.parametrize("name", CLASSES)
def test_weights_that_overflow_are_refused_when_they_are_loaded(folders, tmp_path, name):
    tensors = load_file(folders[name] / "model.safetensors")
    largest = {n: torch.full(t.shape, 3e38) for n, t in tensors.items() if n.endswith("weight")}
    refused(CLASSES[name][0], damaged(folders, name, tmp_path, tensors=largest))


def test_a_negative_variance_is_refused(folders, tmp_path):
    name = "network.0.1.running_var"
    variance = load_file(folders["cnn"] / "model.safetensors")[name]
    variance[3] = -1e-7  # less than what batch norm adds before it takes the root
    refused(DigitCNN, damaged(folders, "cnn", tmp_path, tensors={name: variance}))


@pytest.mark.parametrize("name", CLASSES)
def test_no_verdict_is_drawn_from_numbers_that_overflow_at_one_picture(folders, tmp_path, name):
    model = hub.ready_to_answer(hub._read(CLASSES[name][0], damaged(folders, name, tmp_path)))
    with torch.no_grad():
        list(model.parameters())[-1][0] = math.nan
    with pytest.raises(ValueError, match=r"overflow.*`python -m trainers\."):
        model.predict(picture)
    if name == "tires":
        with pytest.raises(ValueError, match=r"overflow.*`python -m trainers\."):
            model.examine(picture)


@pytest.mark.parametrize("place", SHIPPED.values(), ids=SHIPPED)
def test_every_shipped_class_checks_itself_before_it_serves(place):
    import importlib

    module, _, name = place.partition(":")
    assert callable(getattr(importlib.import_module(module), name).check)
