"""Whatever a config.json or a weight says, a model answers with numbers or is refused by name."""

import inspect
import json
import math

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load_file, save_file

from models import SHIPPED, hub
from models.backbone import Backbone
from models.digits import DigitCNN, DigitLinear, DigitMLP
from models.tires import TireClassifier
from tests.strangers import ANYTHING

pytestmark = pytest.mark.usefixtures("backbone")
CLASSES = {
    "linear": (DigitLinear, {}),
    "mlp": (DigitMLP, {}),
    "cnn": (DigitCNN, {}),
    "tires": (TireClassifier, {"least_likeness": -1e9}),
    "mobilenet-v2": (Backbone, {"image_size": 64}),
}
WRONG = [  # (setting, value): each was believed once
    *[("temperature", value) for value in (0, -1, math.nan, math.inf, 1e-30, "1", None, True, [1])],
    *[("std", value) for value in (0, -0.3, math.nan, 1e-30, "0.3", None, [])],
    *[("mean", value) for value in (math.nan, math.inf, 1e38, "grey", None, {})],
    *[("labels", value) for value in ([], ["a"], "0123456789", None, [0, 1], ["good"] * 2, 7)],
    ("labels", [*"9876543210"]),
    ("labels", ["good", "bad"]),
    *[("defective_below", value) for value in (-0.1, 1.1, math.nan, "0.5", None)],
    *[("good_above", value) for value in (-0.1, 1.1, math.nan, [0.5])],
    *[("least_likeness", value) for value in (math.nan, math.inf, "low")],
    *[("farthest", value) for value in (-1, math.nan, math.inf, None, [1.0], [-1] * 5)],
    *[("photos", value) for value in (0, 2, 1.5, 10**9, "many", math.nan)],
    *[("image_size", value) for value in (0, -1, 1e9, 0.5, 64.5, "64", None, True, math.nan)],
]
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
    """The network of photos normalises each channel."""
    listed = name == "mobilenet-v2" and setting in ("mean", "std")
    listed = listed and not isinstance(value, (list, dict))
    return [value] * 3 if listed and value is not None else value


def takes(name):
    """Return the settings that a model has."""
    return inspect.signature(CLASSES[name][0].__init__).parameters


def numbers_of(model):
    """Return what a model answers to a picture."""
    if isinstance(model, Backbone):
        return model.describe(picture).tolist()
    return list(model.predict(picture).values())


MISTAKES = [(name, *wrong) for name in CLASSES for wrong in WRONG if wrong[0] in takes(name)]


@pytest.mark.parametrize(("name", "setting", "value"), MISTAKES, ids=map(repr, MISTAKES))
def test_a_setting_that_cannot_be_is_refused_with_the_command_that_mends_it(
    folders, tmp_path, name, setting, value
):
    change = {setting: per_channel(name, setting, value)}
    refused(CLASSES[name][0], damaged(folders, name, tmp_path, change))


@pytest.mark.parametrize("name", CLASSES)
def test_numbers_that_a_training_may_find_are_taken(folders, tmp_path, name):
    change = {"temperature": 1, "mean": per_channel(name, "mean", 0.5)}
    change |= {"std": per_channel(name, "std", 1)}
    change = {setting: value for setting, value in change.items() if setting in takes(name)}
    model = hub._read(CLASSES[name][0], damaged(folders, name, tmp_path, change))
    assert all(map(math.isfinite, numbers_of(model)))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("name", CLASSES)
def test_whatever_a_config_says_the_answer_is_made_of_numbers_or_refused(
    folders, tmp_path, name, data
):
    cls = CLASSES[name][0]
    known = sorted(json.loads((folders[name] / "config.json").read_text()).keys())
    anything = ANYTHING.filter(lambda value: not isinstance(value, bytes)).filter(writable)
    numbers = st.floats() | st.integers(-9, 9) | st.lists(st.floats(), min_size=3, max_size=3)
    change = data.draw(st.dictionaries(st.sampled_from(known), anything | numbers, min_size=1))
    folder = damaged(folders, name, tmp_path, change)
    try:
        model = hub._read(cls, folder)
    except hub.WeightsMissing:
        return
    assert all(map(math.isfinite, numbers_of(model)))


def writable(value):
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


@pytest.mark.parametrize("name", [*CLASSES][:-1])  # the last one's ReLU6 lets nothing overflow
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
    last = model.wear.bias if name == "tires" else list(model.parameters())[-1]
    with torch.no_grad():
        last[0] = math.nan
    with pytest.raises(ValueError, match=r"overflow.*`python -m trainers\."):
        numbers_of(model)
    if name == "tires":
        with pytest.raises(ValueError, match=r"overflow.*`python -m trainers\."):
            model.examine(picture)


@pytest.mark.parametrize("place", SHIPPED.values(), ids=SHIPPED)
def test_every_shipped_class_checks_itself_before_it_serves(place):
    import importlib

    module, _, name = place.partition(":")
    assert callable(getattr(importlib.import_module(module), name).check)
