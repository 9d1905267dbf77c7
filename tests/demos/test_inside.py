"""Inside a network: every number by hand, autograd against differences, and what strangers send."""

import base64
import contextlib
import csv
import io
import json
import re
import weakref

import numpy as np
import pytest
import torch
from captum import attr
from hypothesis import given, settings
from PIL import Image
from scipy import signal
from torchvision.models.feature_extraction import create_feature_extractor

from demos import inside
from demos.frame.source import filled, script_of
from demos.inside import answers, lesson, samples
from demos.inside.knobs import KNOBS
from demos.inside.quiz import QUIZ
from models import hub
from models.images import data_url
from models.small_pictures import Block, Residual
from tests.strangers import ANYTHING, NO_PICTURES, one_colour

NETWORKS = {"fashion": "ankle-boot", "cifar": "ship"}
CONVOLUTIONS = [("fashion", 1), ("fashion", 2), ("fashion", 8), ("cifar", 2), ("cifar", 6)]
SKETCH = "oBkBkgggg"  # a dot


@pytest.fixture(scope="module")
def models():
    return {name: answers.network_of(name) for name in NETWORKS}


@pytest.fixture(scope="module")
def pictures(models):
    return {name: samples.seen(models[name], picture) for name, picture in NETWORKS.items()}


def last(walked):
    *_, (_name, _kind, value) = walked
    return value


# ---------------------------------------------------------------- layer by layer


@pytest.mark.parametrize("name", NETWORKS)
def test_the_walk_through_the_layers_ends_with_the_answer_of_the_model(models, pictures, name):
    model, x = models[name], pictures[name]
    with torch.inference_mode():
        walked = list(lesson.walk(model, x))
        assert torch.allclose(walked[-1][2], model(x), atol=1e-4)
    assert torch.equal(walked[0][2], model.normalise(x))
    answer = answers.fashion_inside(NETWORKS[name], name)
    assert [layer["shape"] for layer in answer["layers"]] == [
        list(value.shape[1:]) for _, _, value in walked[1:]
    ]
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert answer["before"] == answer["probabilities"]


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_and_numbers_of_the_layers_are_those_that_torchvision_extracts(
    models, pictures, name
):
    model, x = models[name], pictures[name]
    kinds = [Block, Residual]
    layers = {step for step, _ in model.layers.named_children()} - {"flatten", "dropout"}
    extract = create_feature_extractor(
        model.layers, [*layers], tracer_kwargs={"leaf_modules": kinds}
    )
    with torch.inference_mode():
        theirs = extract(model.normalise(x))
        for step, kind, ours in lesson.walk(model, x):
            if step in theirs:
                expected = theirs.pop(step) / (model.temperature if kind == "linear" else 1)
                assert ours.shape == expected.shape
                assert torch.allclose(ours, expected, atol=1e-4)
    assert not theirs


@pytest.mark.parametrize(("name", "layer"), CONVOLUTIONS)
def test_every_number_of_a_map_is_patch_times_filter_plus_bias(name, layer):
    unit = 3
    answer = answers.inside_map(NETWORKS[name], name, layer, unit)
    inputs, kernel = np.array(answer["input"]), np.array(answer["kernel"])
    total = sum(
        signal.correlate2d(np.pad(x, 1), k, "valid") for x, k in zip(inputs, kernel, strict=True)
    )
    total = total[:: answer["stride"], :: answer["stride"]] + answer["bias"]
    assert np.array(answer["output"]) == pytest.approx(total, abs=2e-3)
    shown = answers.fashion_inside(NETWORKS[name], name)["layers"][layer - 1]
    assert np.array(shown["maps"][unit]) == pytest.approx(total.clip(0), abs=2e-3)


def test_pools_sums_means_and_the_last_layer_are_computed_from_what_is_sent():
    pool = answers.inside_map("bag", "fashion", 3, 4)
    four = np.array(pool["input"])[0].reshape(14, 2, 14, 2).max(axis=(1, 3))
    assert (pool["kind"], pool["kernel"]) == ("pool", None)
    assert np.array(pool["output"]) == pytest.approx(four)
    mean = answers.inside_map("bag", "fashion", 9, 4)
    assert mean["output"][0][0] == pytest.approx(np.mean(mean["input"]), abs=1e-5)
    added = answers.inside_map("bus", "cifar", 5, 4)
    assert added["name"] == "residual1"
    assert np.array(added["output"]) == pytest.approx(np.sum(added["input"], axis=0), abs=1e-5)
    linear = answers.inside_map("bag", "fashion", 15, 8)
    total = np.dot(linear["input"], linear["kernel"]) + linear["bias"]
    assert linear["output"][0][0] == pytest.approx(total, abs=1e-3)
    logits = answers.fashion_inside("bag")["layers"][-1]["maps"]
    assert logits[8] == pytest.approx(total / linear["temperature"], abs=1e-2)


@pytest.mark.parametrize(("name", "layer"), [*CONVOLUTIONS[:3], ("cifar", 3), ("cifar", 4)])
def test_what_a_map_is_worth_is_what_the_answer_loses_without_it(models, pictures, name, layer):
    model, x = models[name], pictures[name]
    with torch.inference_mode():
        before = model(x).softmax(dim=1)[0]
        label = int(before.argmax())
        worth = lesson.drops(model, x, layer, label)
        for unit in (0, 5, len(worth) - 1):
            after = last(lesson.walk(model, x, (layer, unit))).softmax(dim=1)[0, label]
            assert worth[unit].item() == pytest.approx((before[label] - after).item(), abs=1e-4)
    off = answers.fashion_inside(NETWORKS[name], name, layer, 5, True)
    assert off["before"] == pytest.approx(before.tolist(), abs=1e-4)
    fall = off["before"][label] - off["probabilities"][label]
    assert fall == pytest.approx(worth[5].item(), abs=1e-4)
    assert np.max(off["layers"][layer - 1]["maps"][5]) == 0


@pytest.mark.parametrize("name", NETWORKS)
def test_the_page_gets_all_maps_in_less_than_300_kb(name):
    packed = answers.fashion_inside(NETWORKS[name], name, form="base64")
    assert len(json.dumps(packed)) < 300_000
    plain = answers.fashion_inside(NETWORKS[name], name)
    layer, shown = plain["layers"][1], packed["layers"][1]
    levels = np.frombuffer(base64.b64decode(shown["maps"]), np.uint8)
    expected = np.ravel(layer["maps"]) / layer["high"] * 255
    assert levels.astype(float) == pytest.approx(expected, abs=0.51)
    one = answers.inside_map(NETWORKS[name], name, 2, 0, form="base64")
    halves = np.frombuffer(base64.b64decode(one["input"]), "<f2").reshape(one["input_shape"])
    exact = np.array(answers.inside_map(NETWORKS[name], name, 2, 0)["input"])
    assert halves.astype(float) == pytest.approx(exact, rel=1e-3, abs=1e-4)


def test_a_layer_or_a_map_that_there_is_not_is_the_last_one():
    assert answers.inside_map("bag", "fashion", 15, 159)["unit"] == 9
    assert answers.inside_map("bag", "fashion", 1, 159)["unit"] == 15
    with pytest.raises(ValueError, match="Layer 0 is the picture"):
        answers.inside_map("bag", "fashion", 0, 0)
    # The picture and the sums of the labels stay on.
    for layer in (0, 15):
        assert answers.fashion_inside("bag", "fashion", layer, 8, True)["layers"][-1]["maps"]
        off = answers.fashion_inside("bag", "fashion", layer, 8, True)
        assert off["probabilities"] == pytest.approx(off["before"], abs=1e-6)


# ---------------------------------------------------------------- what counts


def test_saliency_is_the_slope_that_small_steps_find(models, pictures):
    model, x = models["fashion"], pictures["fashion"]
    # Where two numbers are the same, max pooling has a kink.
    x = x + 1e-3 * torch.rand(x.shape, generator=torch.Generator().manual_seed(0))
    label = int(model(x).argmax())
    found = lesson.saliency(model, x, label)
    assert found.shape == (28, 28)
    precise = hub.ready_to_answer(type(model)(**model._hub_mixin_config).double())
    precise.load_state_dict(model.state_dict())
    places = found.flatten().topk(3).indices.tolist()
    for row, column in [divmod(place, 28) for place in places]:
        nudged = x.double().repeat(2, 1, 1, 1)
        nudged[0, 0, row, column] += 1e-7
        nudged[1, 0, row, column] -= 1e-7
        with torch.no_grad():
            up, down = precise.double()(nudged)[:, label]
        slope = abs((up - down).item() / 2e-7)
        assert found[row, column].item() == pytest.approx(slope, rel=2e-2)


def test_a_hidden_square_is_grey_and_its_place_says_how_far_the_answer_falls(models, pictures):
    model, x = models["fashion"], pictures["fashion"]
    answer = answers.inside_counts("ankle-boot", square=8)
    heat = np.array(answer["heat"])
    assert heat.shape == (11, 11)
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    hidden = x.clone()
    top, left = row * answer["stride"], column * answer["stride"]
    hidden[..., top : top + 8, left : left + 8] = model.mean.item()
    with torch.no_grad():
        before, after = (model(one).softmax(dim=1)[0] for one in (x, hidden))
    label = int(before.argmax())
    assert answer["label"] == model.labels[label]
    assert heat.max() == pytest.approx((before[label] - after[label]).item(), abs=1e-4)


def test_pictures_are_shifted_turned_and_negated_as_numpy_does(pictures):
    x = pictures["fashion"]
    rows = x[0, 0].numpy()
    shifted = lesson.moved(x, across=3, down=-2)[0, 0].numpy()
    assert shifted[:-2, 3:] == pytest.approx(rows[2:, :-3], abs=1e-5)
    turned = lesson.moved(x, turn=90)[0, 0].numpy()
    assert turned == pytest.approx(np.rot90(rows), abs=1e-4)
    assert torch.equal(lesson.moved(x, invert=True), 1 - x)
    assert torch.equal(lesson.moved(x), x)
    answer = answers.inside_counts("ankle-boot", turn=0)
    upright = next(row for row in answer["turns"] if row["angle"] == 0)
    assert upright["probabilities"] == pytest.approx(answer["probabilities"], abs=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_saliency_and_occlusion_are_those_of_captum(models, pictures, name):
    model, x = models[name], pictures[name]
    label = int(model(x).argmax())
    theirs = attr.Saliency(model).attribute(x.clone().requires_grad_(), target=label)[0]
    ours = lesson.saliency(model, x, label)
    assert torch.allclose(ours, theirs.amax(dim=0), rtol=1e-4, atol=1e-6)

    def share(pictures):
        return model(pictures).softmax(dim=1)

    side, stride = 8, 4
    with torch.inference_mode():
        ours = lesson.occlude(model, x, label, side, stride)
    hidden = attr.Occlusion(share).attribute(
        x,
        target=label,
        sliding_window_shapes=(model.channels, side, side),
        strides=(model.channels, stride, stride),
        baselines=model.mean[None].expand_as(x),
    )[0]
    # Captum spreads the fall evenly over what was hidden, and takes the mean where squares overlap.
    total, times = np.zeros(x.shape[2:]), np.zeros(x.shape[2:])
    for (row, column), fall in np.ndenumerate(ours.numpy()):
        top, left = row * stride, column * stride
        total[top : top + side, left : left + side] += fall
        times[top : top + side, left : left + side] += 1
    assert hidden[0].detach().numpy() == pytest.approx(total / times, abs=1e-4)


# ---------------------------------------------------------------- what a map looks for


@pytest.mark.parametrize(("name", "layer", "unit"), [("fashion", 4, 3), ("cifar", 15, 2)])
def test_gradient_ascent_excites_the_map_and_repeats_itself(models, name, layer, unit):
    answer = answers.inside_wants(name, layer, unit, steps=6)
    assert len(answer["steps"]) == 7
    assert answer["steps"][-1] > answer["steps"][0] + 0.1
    assert answer["pictures"][-1]["step"] == 6
    picture = np.array(answer["pictures"][-1]["picture"])
    assert 0 <= picture.min() < picture.max() <= 1
    first = answers.inside_wants(name, layer, unit, steps=1)["steps"]
    assert first == answer["steps"][:2]
    assert answers.inside_wants(name, layer, unit, steps=1, seed=1)["steps"] != first
    assert answer["label"] == (models[name].labels[unit] if layer == 15 else "")


def test_the_first_slope_of_the_ascent_is_that_of_the_map_before_its_relu(models):
    model = models["fashion"]
    first = next(lesson.ascend(model, 1, 2, 1))
    x = first["picture"][None]
    block = model.layers.conv1
    shifts = [(down, across) for down in range(-2, 3) for across in range(-2, 3)]
    with torch.no_grad():
        each = [block.before(model.normalise(x.roll(s, (2, 3))))[0, 2].mean() for s in shifts]
    assert min(abs(one.item() - first["excitement"]) for one in each) < 1e-5


def before_relu(model, name, x):
    """Return the numbers of a layer before its ReLU."""
    walked = list(lesson.walk(model, x))
    number = [step for step, _, _ in walked].index(name)
    block = dict(model.layers.named_children())[name]
    return getattr(block, "before", lambda _: walked[number][2])(walked[number - 1][2])


@pytest.mark.parametrize("name", ["conv1", "conv4", "conv6", "linear"])
def test_exciting_pictures_are_kept_with_their_place_the_most_exciting_first(models, name):
    model, known = models["fashion"], samples.exciting()[name]
    maps, some = known["label"].shape
    with torch.no_grad():
        x = torch.tensor(known["pixels"].reshape(-1, 1, 28, 28)).float() / 255
        y = before_relu(model, name, x).reshape(maps, some, maps, -1)
    own = y[torch.arange(maps), :, torch.arange(maps)]  # (maps, some, places)
    kept = own.gather(2, torch.tensor(known["place"])[:, :, None])[:, :, 0]
    # They were found in 256 greys; 32 are kept.
    spread = y.amax(dim=3).std()
    assert (own.amax(dim=2) - kept).max() < 0.2 * spread
    assert (kept[:, :-1] - kept[:, 1:] > -0.1 * spread).float().mean() > 0.9
    # Pictures kept for other maps excite a map less.
    others = y.amax(dim=3).amax(dim=1).T
    assert (others.argmax(dim=1) == torch.arange(maps)).float().mean() > 0.6


@pytest.mark.parametrize(("name", "place"), [("conv1", 0), ("conv4", 100), ("conv5", 24)])
def test_a_number_depends_on_the_part_of_the_picture_that_is_framed(models, name, place):
    model, known = models["fashion"], samples.test_pictures()
    x = known.tensor(slice(0, 200)).requires_grad_()
    with torch.inference_mode(False), torch.enable_grad():
        y = before_relu(model, name, x).flatten(2)[:, :, place]
        (slope,) = torch.autograd.grad(y.sum(), x)
    seen = (slope.abs().sum(dim=(0, 1)) > 0).numpy()
    top, left, height, width = lesson.looked_at(model, name, place)
    expected = np.zeros((28, 28), bool)
    expected[top : top + height, left : left + width] = True
    assert not seen[~expected].any()
    for axis, (start, length) in ((1, (top, height)), (0, (left, width))):
        assert np.flatnonzero(seen.any(axis=axis)).tolist() == list(range(start, start + length))
    assert lesson.looked_at(model, "mean", 0) == [0, 0, 28, 28]


def test_what_excites_a_map_is_shown_in_its_frame():
    answer = answers.inside_wants("fashion", 5, 8, steps=1)
    assert (answer["of"], len(answer["best"])) == ("conv4", 3)
    known = samples.exciting()["conv4"]
    first = answer["best"][0]
    assert np.array(first["picture"])[0] == pytest.approx(known["pixels"][8, 0] / 255)
    assert first["frame"][2:] == [14, 14] or 0 in first["frame"][:2] or max(first["frame"]) > 13
    # A pooling keeps the largest numbers of its convolution.
    assert answers.inside_wants("fashion", 6, 8, steps=1)["best"] == answer["best"]
    assert answers.inside_wants("fashion", 9, 8, steps=1)["of"] == "conv6"
    assert len(answers.inside_wants("fashion", 10, 8, steps=1)["labels"]) == 10
    # Its photos may not lie here.
    assert answers.inside_wants("cifar", 10, 8, steps=1)["best"] == []


def test_every_clothing_offered_is_named_and_every_thing_drawn_what_it_is(models):
    offered = {*KNOBS["picture"].options} - {*samples.OWN}
    assert offered == {*samples.PIECES}
    for name in offered:
        said = answers.fashion_predict(name)
        assert (said["label"], said["doubt"]) == (samples.PIECES[name], "")
        assert said["probabilities"][said["label"]] > 0.9
    offered = {*KNOBS["photo"].options} - {*samples.OWN}
    assert offered == {*samples.THINGS_DRAWN, *samples.PHOTOS}
    assert {*samples.THINGS_DRAWN} < {*samples.THINGS}
    for name in samples.THINGS_DRAWN:
        told = answers.fashion_inside(name, "cifar")
        assert (top(told["probabilities"], told["labels"])[0], told["doubt"]) == (name, "")
    # The others are offered as what they are.
    assert not {*samples.PHOTOS} & {*samples.THINGS}
    for name in samples.PHOTOS:
        assert KNOBS["photo"].options[name].endswith(": none of the ten")


def test_a_gallery_shows_the_first_filters_and_what_excites_the_maps_behind_them(models):
    for name, channels in (("fashion", 1), ("cifar", 3)):
        answer = answers.inside_gallery(name, 1)
        kernel = models[name].layers.conv1.kernel()[0]
        assert answer["kind"] == "filters"
        assert np.array(answer["pictures"]) == pytest.approx(kernel.detach().numpy())
        assert answer["shape"][1:] == [channels, 3, 3]
    for layer, (maps, side) in {2: (24, 5), 4: (48, 10), 5: (48, 14), 7: (96, 24)}.items():
        answer = answers.inside_gallery("fashion", layer)
        assert answer["kind"] == "patches"
        assert answer["shape"] == [maps, 1, side, side]
        known = samples.exciting()[answer["of"]]
        for unit in (0, maps - 1):
            box = lesson.looked_at(models["fashion"], answer["of"], known["place"][unit, 0])
            top, left, height, width = box
            part = known["pixels"][unit, 0, top : top + height, left : left + width] / 255
            shown = np.array(answer["pictures"])[unit, 0]
            assert shown.sum() == pytest.approx(part.sum(), rel=1e-4)
            if (height, width) == (side, side):
                assert shown == pytest.approx(part)
    assert answers.inside_gallery("fashion", 10)["shape"] == [10, 1, 28, 28]
    assert len(json.dumps(answers.inside_gallery("fashion", 8, "base64"))) < 150_000


def test_what_every_map_for_photos_looks_for_is_what_the_ascent_from_noise_comes_to(models):
    steps = lesson.stages(models["cifar"])
    for number, (name, kind, _module) in enumerate(steps[1:], 2):
        answer = answers.inside_gallery("cifar", number, "base64")
        assert (answer["kind"], answer["of"]) == ("wants", "residual3" if kind == "mean" else name)
        assert answer["shape"] == [answers._maps(models["cifar"], number), 3, 32, 32]
        assert len(json.dumps(answer)) < 150_000
    for layer, unit in ((3, 5), (5, 47), (len(steps), 3)):
        shown = answers.inside_gallery("cifar", layer)["pictures"][unit]
        ascent = answers.inside_wants("cifar", layer, unit)["pictures"]
        # Small WebPs are not exact, nor is the ascent on other machines.
        apart = [np.abs(np.subtract(shown, one["picture"])).mean() for one in ascent]
        assert apart[-1] < 0.06 < apart[0]


@pytest.mark.parametrize("layer", [2, 8, 13, 15])
def test_what_a_map_looks_for_excites_it_more_than_noise_and_than_most_others_do(models, layer):
    model, answer = models["cifar"], answers.inside_gallery("cifar", layer)
    x = torch.tensor(answer["pictures"])
    x = torch.cat([x, 0.4 + 0.2 * torch.rand(1, 3, 32, 32)])
    _name, kind, module = lesson.stages(model)[layer - 1]
    with torch.no_grad():
        values = [value for _, _, value in lesson.walk(model, x)]
        y = module.before(values[layer - 1]) if kind == "conv" else values[layer]
    excited = y.flatten(2).mean(dim=2) if y.ndim > 2 else y  # (pictures, maps)
    own = excited[:-1].diagonal()
    assert (own > excited[-1]).float().mean() > 0.97
    assert (own >= excited[:-1]).float().mean() > 0.95


# ---------------------------------------------------------------- dropout and batch norm


def test_dropout_scatters_the_answers_the_more_the_more_it_leaves_out(models, pictures):
    model, x = models["fashion"], pictures["fashion"]
    with torch.inference_mode():
        off, none = lesson.scattered(model, x, 0.0, 4, 0)
        _, some = lesson.scattered(model, x, 0.2, 200, 0)
        _, most = lesson.scattered(model, x, 0.9, 200, 0)
    assert torch.allclose(none, off.expand(4, -1), atol=1e-5)
    label = int(off.argmax())
    assert 0 < some[:, label].std() < most[:, label].std()
    # As torch's own: what is left is made larger.
    features = [value for _, _, value in lesson.walk(model, x)][-2].flatten(1)
    torch.manual_seed(0)
    theirs = torch.nn.functional.dropout(features.repeat(400, 1), 0.2).mean(dim=0)
    assert theirs == pytest.approx(features[0].detach(), abs=0.12 * features.max().item())
    assert len(answers.inside_norms("bag")["passes"]) == answers.PASSES


@pytest.mark.parametrize("batch", [False, True])
def test_the_steps_of_a_batch_norm_are_those_of_torch(models, batch):
    model = models["fashion"]
    x = samples.test_pictures().tensor(slice(0, 8))
    with torch.no_grad():
        steps = dict(lesson.normed(model, x, 2, batch))
        before = [value for _, _, value in lesson.walk(model, x)][1]
        block = model.layers.conv2
        norm = torch.nn.BatchNorm2d(len(block.norm.weight))
        norm.load_state_dict(block.norm.state_dict())
        norm.train(batch)
        expected = norm(block.conv(before))
    assert torch.allclose(steps["times γ plus β"], expected, atol=1e-4)
    assert torch.allclose(steps["ReLU"], expected.relu(), atol=1e-4)
    if batch:
        assert steps["normalised"].mean(dim=(0, 2, 3)).abs().max() < 1e-4


def test_what_a_batch_norm_remembers_stands_beside_the_batch_and_what_it_has_learned(models):
    answer = answers.inside_norms("bag", conv=2)
    norm = models["fashion"].layers.conv2.norm
    assert answer["running"]["mean"] == pytest.approx(norm.running_mean.tolist())
    assert np.square(answer["running"]["deviation"]) == pytest.approx(norm.running_var.numpy())
    assert (answer["gamma"], answer["beta"]) == (norm.weight.tolist(), norm.bias.tolist())
    # Each is what its batch norm takes away and divides by.
    for batch in ("running", "batch"):
        told = answers.inside_norms("bag", conv=2, batch=batch)
        first, second = told["norm"][:2]
        mean, deviation = (np.array(told[batch][name]) for name in ("mean", "deviation"))
        scale = np.sqrt(deviation**2 + norm.eps)
        assert second["mean"] == pytest.approx((first["mean"] - mean) / scale, abs=1e-4)
        assert second["deviation"] == pytest.approx(first["deviation"] / scale, abs=1e-3)
    assert answer["batch"] != answer["running"]


def test_in_training_mode_the_answer_hangs_on_the_company_and_nothing_is_learned_here(models):
    before = {name: one.clone() for name, one in models["fashion"].state_dict().items()}
    mixed, alike = (answers.inside_norms("bag", company=c) for c in ("mixed", "alike"))
    assert mixed["answer"] == alike["answer"]
    assert max(np.abs(np.subtract(mixed["answer_batch"], alike["answer_batch"]))) > 0.005
    after = models["fashion"].state_dict()
    assert all(torch.equal(after[name], one) for name, one in before.items())
    assert not models["fashion"].training


@pytest.mark.parametrize("conv", [1, 4, 10])
def test_the_network_for_photos_has_the_same_tools_for_dropout_and_batch_norm(models, conv):
    model = models["cifar"]
    name = [step for step, kind, _ in lesson.stages(model) if kind == "conv"][conv - 1]
    block = model.layers.get_submodule(name)
    answer = answers.inside_norms("ship", conv=conv, batch="batch", network="cifar")
    assert (answer["name"], answer["labels"]) == (name, [*model.labels])
    assert (answer["gamma"], answer["beta"]) == (
        block.norm.weight.tolist(),
        block.norm.bias.tolist(),
    )
    assert answer["running"]["mean"] == pytest.approx(block.norm.running_mean.tolist())
    # As torch's own, in training mode, with the picture and its 31 companions.
    both = torch.cat([samples.seen(model, "ship"), samples.companions("mixed", "cifar")])
    assert both.shape == (32, 3, 32, 32)
    norm, reached = torch.nn.BatchNorm2d(len(answer["gamma"])), []
    norm.load_state_dict(block.norm.state_dict())
    hook = block.conv.register_forward_hook(lambda _module, _x, y: reached.append(y))
    with torch.no_grad():
        model(both)
        scaled = norm.train()(reached[0])
    hook.remove()
    for step, expected in (("convolution", reached[0]), ("times γ plus β", scaled)):
        told = next(one for one in answer["norm"] if one["step"] == step)
        assert told["mean"] == pytest.approx(expected.mean((0, 2, 3)).tolist(), abs=1e-3)
        assert told["deviation"] == pytest.approx(
            expected.std((0, 2, 3), correction=0).tolist(), abs=1e-3
        )
    # It has learned without dropout; its answer hangs on the company all the same.
    assert (answer["trained"], answers.inside_norms("bag")["trained"]) == (0, 0.3)
    assert len(answer["passes"]) == answers.PASSES
    alike = answers.inside_norms("ship", conv=conv, company="alike", network="cifar")
    assert alike["answer_batch"] != answer["answer_batch"]
    # Of six convolutions the seventh is the sixth.
    assert answers.inside_norms("bag", conv=7)["name"] == "conv6"


# ---------------------------------------------------------------- misses, and the ladder


def test_the_confusion_matrix_counts_the_very_pictures(models):
    first = answers.inside_misses()
    counts = np.array(first["confusion"])
    assert counts.sum(axis=1).tolist() == [1000] * 10
    for truth, answer in ((6, 0), (4, 6), (0, 1)):
        cell = answers.inside_misses(truth, answer)
        assert len(cell["pictures"]) == counts[truth, answer]
        for one in cell["pictures"]:
            assert one["label"] == truth
            assert np.argmax(one["probabilities"]) == answer
    assert answers.inside_misses(1, 1)["pictures"]
    accuracy = counts.diagonal().sum() / 10_000
    card = (hub.WEIGHTS / "fashion" / "README.md").read_text(encoding="utf-8")
    assert f"**{accuracy:.2%}** right" in card


@pytest.mark.parametrize("network", NETWORKS)
def test_what_is_confused_most_is_shown_first(network):
    told = answers.inside_misses(network=network)
    counts = np.array(told["confusion"])
    wrong = counts - np.diag(counts.diagonal())
    assert wrong[told["truth"], told["answer"]] == wrong.max()
    for label in range(10):
        assert wrong[label, answers.inside_misses(label, None, network)["answer"]] == max(
            wrong[label]
        )
        truth = answers.inside_misses(None, label, network)["truth"]
        assert wrong[truth, label] == max(wrong[:, label])


def test_the_confusion_of_photos_is_counted_without_their_pictures():
    answer = answers.inside_misses(3, 5, "cifar")
    counts = np.array(answer["confusion"])
    assert counts.sum(axis=1).tolist() == [1000] * 10
    assert (answer["labels"][3], answer["labels"][5]) == ("cat", "dog")
    assert answer["pictures"] == []
    card = (hub.WEIGHTS / "cifar" / "README.md").read_text(encoding="utf-8")
    assert f"**{counts.diagonal().sum() / 10_000:.2%}** right" in card
    row = next(line for line in card.splitlines() if line.startswith("| **cat** |"))
    shown = [one.strip() for one in row.split("|")[2:-1]]
    assert [0 if one == "·" else int(one) for one in shown] == counts[3].tolist()


def test_the_kept_probabilities_are_those_of_the_shipped_network(models):
    known = samples.test_pictures()
    probabilities = models["fashion"].probabilities(known.tensor()).numpy()
    # They were measured on 256 greys; 64 are kept.
    assert np.abs(probabilities - known.probabilities).mean() < 0.01
    assert (probabilities.argmax(axis=1) == known.answers).mean() > 0.93


def test_half_of_a_quiz_is_misread():
    quiz = answers.inside_quiz(3)
    wrong = [one["label"] != np.argmax(one["probabilities"]) for one in quiz["pictures"]]
    assert sum(wrong) == len(wrong) / 2 == 5
    assert answers.inside_quiz(3) == quiz != answers.inside_quiz(4)


def test_the_ladder_is_what_the_trainer_measured():
    answer = answers.inside_ladder()
    assert {row["model"] for row in answer["ladder"]} == set(
        ("linear", "mlp", "cnn", "cnn_dropout", "cnn_batchnorm", "cnn_stacked")
    )
    shipped = {row["model"]: row["test"] for row in answer["cifar_ladder"]}
    wrong = np.array(answers.inside_misses(network="cifar")["confusion"])
    assert shipped["residual"] == pytest.approx(wrong.diagonal().sum() / 10_000)
    assert shipped["five_layers"] < shipped["residual"]
    for rows in (answer["curves"], answer["cifar_curves"]):
        assert all(0 < row["validation_accuracy"] < 1 for row in rows)
    tests = {row["model"]: row["test"] for row in answer["ladder"] if row["seed"] == 0}
    assert tests["linear"] < tests["mlp"] < tests["cnn_stacked"]


def test_what_is_none_of_the_ten_is_asked_and_measured(models):
    for name, data in (("fashion", "Fashion-MNIST"), ("cifar", "CIFAR-10")):
        answer = answers.inside_unknown("noise", name)
        assert answer["refused"] == bool(answer["doubt"])
        assert answer["refused"]
        measured = {row["set"]: row for row in answer["measured"]}
        assert set(measured) >= {data, "noise", "blots", "digits", "photos"}
        assert 0.85 < measured[data]["answered"] < 1
    assert answers.inside_unknown("blots", seed=1) != answers.inside_unknown("blots", seed=2)


def test_a_network_for_photos_refuses_what_is_unlike_all_that_it_learned_from(models):
    model = models["cifar"]
    for name in ("noise", "blots", "digit"):
        answer = answers.inside_unknown(name, "cifar")
        assert answer["distance"] > answer["most"] == model.most_distance
        assert answer["doubt"] in ("unlike", "unsure")
    assert answers.inside_unknown("noise", "cifar")["doubt"] == "unlike"
    cheetah = answers.fashion_inside("cheetah", "cifar")
    assert cheetah["doubt"] == ""
    assert 0 < cheetah["distance"] <= cheetah["most"]
    assert (
        answers.fashion_inside("bus", "cifar")["doubt"] == "unlike"
    )  # it has seen cars and trucks
    measured = {row["set"]: row for row in answers.inside_unknown("noise", "cifar")["measured"]}
    for name in ("noise", "blots", "digits"):
        assert measured[name]["distance_auroc"] > 0.95
        assert measured[name]["answered"] < 0.1
    assert measured["CIFAR-10"]["answered"] > 0.85


def clothes_on(background):
    """Return enlarged trousers, dark, on a background, as data URL."""
    piece = np.kron(samples.piece("trouser"), np.ones((8, 8)))[:, :, None]
    return data_url(Image.fromarray(np.where(piece > 20, 255 - piece, background).astype(np.uint8)))


def test_clothes_on_a_busy_background_get_no_label_and_the_reason():
    from sklearn.datasets import load_sample_images

    scene = load_sample_images().images[0][:224, :224]
    plain, busy = clothes_on(np.full((224, 224, 3), 250)), clothes_on(scene)
    said = answers.fashion_predict(plain)
    assert (said["doubt"] == "background", answers.fashion_inside(plain)["found"]) == (False, True)
    said = answers.fashion_predict(busy)
    assert (said["label"], said["doubt"]) == (None, "background")
    assert sum(said["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    for endpoint in (answers.fashion_inside, answers.inside_counts, answers.inside_norms):
        assert endpoint(busy)["found"] is False
        assert endpoint("bag")["found"] is True
    # Photos are not asked for a background.
    assert answers.inside_counts(busy, "cifar")["found"] is True


def test_what_backgrounds_cost_is_read_from_the_table_beside_the_weights(monkeypatch):
    rows = answers.inside_unknown("bag", "fashion")["backgrounds"]
    names = ["as in the data", "white", "one colour", "uneven light", "a photo"]
    assert [row["background"] for row in rows] == names
    assert all(0 < row["accuracy"] <= 1 for row in rows)
    assert answers.inside_unknown("bus", "cifar")["backgrounds"] == []
    table = "background,pictures,accuracy,found,answered,right\na photo,9,0.2,0,0,\n"
    tables = {"photos": list(csv.DictReader(io.StringIO(table)))}
    monkeypatch.setattr(hub, "table", lambda of, name: tables.get(name, []))
    (row,) = answers.inside_unknown("bag", "fashion")["backgrounds"]
    assert row == {
        "background": "a photo",
        "pictures": 9,
        "accuracy": 0.2,
        "found": 0.0,
        "answered": 0.0,
        "right": None,
    }


class Card:
    """A stand-in for the memory of a graphics card: what tensors hold, and what torch keeps."""

    def __init__(self):
        self.allocated, self.reserved = 700, 1000

    def take(self, size):
        self.allocated += size
        self.reserved = max(self.reserved, self.allocated)

    def give(self, size):
        self.allocated -= size

    def empty_cache(self):
        self.reserved = self.allocated


class OnCard:
    """A network or a batch that takes room on the card as long as anybody holds it."""

    def __init__(self, card, size):
        self.card, self.size = card, size

    def __deepcopy__(self, memo):
        return OnCard(self.card, self.size)

    def to(self, device):
        there = OnCard(self.card, self.size)
        self.card.take(self.size)
        weakref.finalize(there, self.card.give, self.size)
        return there

    def __call__(self, batch):
        return batch


def test_memory_of_a_card_is_told_before_while_and_after_it_is_held(monkeypatch):
    card = Card()
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda: card.allocated)
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda: card.reserved)
    monkeypatch.setattr(torch.cuda, "empty_cache", card.empty_cache)
    rows = answers._memory(OnCard(card, 4000), OnCard(card, 600), torch.device("cuda"))
    assert rows == [
        {"when": "before", "allocated": 700, "reserved": 700},
        {"when": "held", "allocated": 5300, "reserved": 5300},
        {"when": "del", "allocated": 700, "reserved": 5300},
        {"when": "empty_cache", "allocated": 700, "reserved": 700},
    ]


def test_a_batch_is_timed_on_every_device_there_is():
    answer = answers.inside_device("cifar", 4)
    assert answer["rows"][0]["device"] == "cpu"
    assert all(row["batch"] > 0 for row in answer["rows"])
    assert len(answer["rows"]) == 1 + (hub.device().type != "cpu")
    assert answer["batch_bytes"] == 4 * 4 * 3 * 32 * 32


# ---------------------------------------------------------------- what strangers send

ENDPOINTS = [
    answers.fashion_predict,
    answers.fashion_inside,
    lambda image: answers.inside_map(image, layer=1),
    answers.inside_counts,
    answers.inside_norms,
    answers.inside_unknown,
]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(("image", "sentence"), [*NO_PICTURES, ([[1, 2]], "picture")])
def test_what_is_no_picture_is_refused_in_a_sentence(endpoint, image, sentence):
    with pytest.raises(ValueError, match=sentence):
        endpoint(image() if callable(image) else image)


@pytest.mark.parametrize("mode", ["1", "P", "CMYK", "F"])
def test_pictures_of_any_kind_are_answered(mode):
    stream = io.BytesIO()
    kind = {"CMYK": "JPEG", "F": "TIFF"}.get(mode, "PNG")
    Image.new(mode, (30, 20)).save(stream, kind)
    image = f"data:image/{kind.lower()};base64,{base64.b64encode(stream.getvalue()).decode()}"
    for endpoint in ENDPOINTS[:2]:
        assert sum(np.ravel([*_numbers(endpoint(image))])) == pytest.approx(1, abs=1e-4)
    for size in ((1, 1), (2000, 1)):
        assert np.shape(answers.fashion_predict(one_colour(size))["seen"]) == (28, 28)
    assert answers.fashion_predict(SKETCH)["probabilities"]


def _numbers(answer):
    found = answer["probabilities"]
    return found.values() if isinstance(found, dict) else found


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: answers.fashion_inside("bag", "resnet"), "network must be one of"),
        (lambda: answers.inside_map("bag", layer=99), "layer must be"),
        (lambda: answers.inside_map("bag", layer=1, unit=-1), "unit must be"),
        (lambda: answers.inside_counts("bag", method="love"), "method must be one of"),
        (lambda: answers.inside_counts("bag", square=28), "square must be"),
        (lambda: answers.inside_wants(steps=10_000), "steps must be"),
        (lambda: answers.inside_norms("bag", dropout=1), "dropout must be"),
        (lambda: answers.inside_misses(10, 0), "truth must be"),
        (lambda: answers.inside_quiz(-1), "seed must be"),
        (lambda: answers.inside_device(size=10_000), "size must be"),
        (lambda: answers.fashion_inside("bag", form="text"), "form must be one of"),
    ],
)
def test_what_is_impossible_is_said_with_its_reason(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


@settings(max_examples=20, deadline=None)
@given(ANYTHING, ANYTHING)
def test_no_request_breaks_an_endpoint(one, other):
    with contextlib.suppress(ValueError):  # any other error fails
        answers.fashion_inside(one)
    with contextlib.suppress(ValueError):
        answers.inside_map("bag", "fashion", one, other)
    with contextlib.suppress(ValueError):
        answers.inside_counts("bag", "fashion", one, other)
    with contextlib.suppress(ValueError):
        answers.inside_misses(one, other)
    with contextlib.suppress(ValueError):
        answers.inside_wants(one, other)
    with contextlib.suppress(ValueError):
        answers.inside_gallery(one, other)


def test_without_its_weights_a_network_names_the_command_that_makes_them(tmp_path, monkeypatch):
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path)
    with pytest.raises(ValueError, match=r"python -m trainers\.cifar"):
        answers.inside_counts("bus", "cifar")


# ---------------------------------------------------------------- the page


def said(topic, number):
    of = [one for one in inside.CHAPTER.tasks if one.settings["topic"] == topic]
    return of[number - 1].answer


def percent(share):
    return f"{100 * share:.0f} %"


def top(probabilities, labels=samples.CLOTHES):
    i = int(np.argmax(probabilities))
    return labels[i], probabilities[i]


def has(topic, number, *texts):
    for one in texts:
        assert str(one) in said(topic, number), (topic, number, one)


def test_the_answers_about_layers_say_what_comes_out(models):
    shapes = [layer["shape"] for layer in answers.fashion_inside("ankle-boot")["layers"]]
    kernels = [np.shape(answers.inside_map("bag", "fashion", n)["kernel"]) for n in (1, 2)]
    assert kernels == [(1, 3, 3), (16, 3, 3)]
    has("maps", 1, "= 9", "= 144")
    assert [s[1] for s in shapes[:8]] == [28, 28, 14, 14, 14, 7, 7, 7]
    channels = [shapes[i][0] for i in (0, 1, 3, 4, 6, 7)]
    has("maps", 2, ", ".join(map(str, channels)), "28, 14, 7", shapes[8][0])
    drops = np.array(answers.inside_map("ankle-boot", "fashion", 8)["drops"])
    has("maps", 3, f"Map {drops.argmax()},", f"{100 * drops.max():.1f} points")
    x = samples.seen(models["fashion"], "ankle-boot")
    with torch.inference_mode():
        for unit in range(len(drops)):
            off = last(lesson.walk(models["fashion"], x, (8, unit)))
            assert top(off[0].tolist())[0] == "Ankle boot"
    worst = np.array(answers.inside_map("sandal", "fashion", 1)["drops"])
    without = answers.fashion_inside("sandal", "fashion", 1, int(worst.argmax()), True)
    label, share = top(without["probabilities"])
    has("maps", 4, f"{label}, with {percent(share)}", f"{100 * worst.max():.0f} points")
    assert inside.CHAPTER.tasks[3].settings["unit"] == worst.argmax()


def test_the_answers_about_what_counts_say_what_comes_out():
    label, share = top(answers.inside_counts("ankle-boot", invert=True)["probabilities"])
    has("counts", 1, label, percent(share))
    turns = {
        row["angle"]: row["probabilities"] for row in answers.inside_counts("trouser")["turns"]
    }
    for angle in (45, 90):
        label, share = top(turns[angle])
        has("counts", 2, f"{label} ({percent(share)})")
    for across in (2, 8):
        label, share = top(answers.inside_counts("ankle-boot", across=across)["probabilities"])
        has("counts", 3, f"By {across}: {label}, {percent(share)}")


def test_the_answers_about_what_maps_look_for_say_what_comes_out():
    blurred, sharp = (answers.inside_wants("fashion", 10, 1, smooth=s) for s in (0.5, 0.0))
    trousers = sum(one["label"] == "Trouser" for one in blurred["best"])
    has("wants", 1, f"most {trousers} are labelled")
    told = re.search(r"about (\d+) instead of (\d+)", said("wants", 2))
    # Rounding differs with the number of threads, and 60 steps make much of it.
    ends = [one["steps"][-1] for one in (sharp, blurred)]
    assert [float(one) for one in told.groups()] == pytest.approx(ends, abs=0.8)
    has("wants", 3, "14 × 14")
    for name in ("conv2", "conv6"):
        labels = samples.exciting()[name]["label"]
        same = (labels == labels[:, :1]).all(axis=1)
        has("wants", 4, f"{name} for {same.sum()} of {len(same)}")


def test_the_answers_about_dropout_and_batch_norm_say_what_comes_out():
    few, many = (answers.inside_norms("shirt", dropout=share) for share in (0.3, 0.9))
    winner = int(np.argmax(few["answer"]))
    label = samples.CLOTHES[winner]
    held = [int((np.argmax(one["passes"], axis=1) == winner).sum()) for one in (few, many)]
    shares = np.array(many["passes"])[:, winner]
    has("norms", 1, f"{held[0]} of 50", f"left out {held[1]};", label)
    has("norms", 1, percent(shares.min()), percent(shares.max()), percent(few["answer"][winner]))
    means = few["norm"][1]["mean"]
    has("norms", 2, f"{min(means):.2f}".replace("-", "−"), f"{max(means):.2f}".replace("-", "−"))
    for company in ("mixed", "alike"):
        answer = answers.inside_norms("ankle-boot", company=company)["answer_batch"]
        label, share = top(answer)
        has("norms", 3, f"{label} with {percent(share)}")
    cat = answers.inside_norms("cat", dropout=0.9, network="cifar")
    says = np.argmax(cat["passes"], axis=1)
    has("norms", 4, f"{(says == samples.THINGS.index('cat')).sum()}, against {held[1]} for")


def test_the_answers_about_misses_and_the_ladder_say_what_was_measured():
    counts = np.array(answers.inside_misses()["confusion"])
    wrong = counts - np.diag(counts.diagonal())
    truth, guess = np.unravel_index(wrong.argmax(), wrong.shape)
    labels = samples.CLOTHES
    has("misses", 1, f"{labels[truth]} taken for {labels[guess]}, {wrong.max()} of 1,000")
    right = counts.diagonal()
    has("misses", 2, f"{labels[right.argmax()]}, {right.max()} of", f"{right.min()}.")
    has("misses", 2, labels[right.argmin()], f"{wrong.sum()} of 10,000")
    told = answers.inside_misses(network="cifar")
    photos, things = np.array(told["confusion"]), told["labels"]
    wrong = photos - np.diag(photos.diagonal())
    truth, guess = np.unravel_index(wrong.argmax(), wrong.shape)
    assert (things[truth], things[guess]) == ("cat", "dog")
    has("misses", 4, f"dog, {wrong[truth, guess]} of", f"cat, {wrong[guess, truth]}:")
    assert photos.diagonal().argmin() == truth
    has("misses", 4, f"worst, {photos.diagonal().min()} of")
    car, truck = things.index("automobile"), things.index("truck")
    has("misses", 4, f"{wrong[car, truck]} and {wrong[truck, car]}")
    animals = [things.index(one) for one in ("bird", "cat", "deer", "dog", "frog", "horse")]
    assert wrong[np.ix_([car, truck], animals)].max() < 10
    rows = answers.inside_ladder()["ladder"]

    def mean(model, part):
        return f"{100 * np.mean([row[part] for row in rows if row['model'] == model]):.1f} %"

    rungs = ("linear", "mlp", "cnn", "cnn_dropout", "cnn_batchnorm", "cnn_stacked")
    for model in rungs:
        has("ladder", 1, f"{model} {mean(model, 'test')}")
    tested = [np.mean([row["test"] for row in rows if row["model"] == model]) for model in rungs]
    gains = np.diff(tested).argsort()[::-1]
    assert list(gains[:2]) == [0, 3]  # the second step is not the second largest
    has("ladder", 1, "The first step is the largest.")
    for model in ("cnn", "cnn_dropout"):
        has("ladder", 2, f"{mean(model, 'train')} against {mean(model, 'test')}")


def test_the_answers_about_strangers_say_what_was_measured():
    answer = answers.inside_unknown("digit", "cifar")
    label, share = top(answer["probabilities"], answer["labels"])
    measured = {row["set"]: row for row in answer["measured"]}
    has("unknown", 1, f"{label} with {percent(share)}")
    for name in ("digits", "CIFAR-10"):
        has("unknown", 1, percent(measured[name]["answered"]))
    assert answer["doubt"] == "unlike"
    assert share > answer["least"]
    for kind, score in (("probability", "auroc"), ("distance", "distance_auroc")):
        areas = {name: f"{measured[name][score]:.2f}" for name in measured}
        photos = f"other photos {areas['photos']}"
        several = (f"{name} {areas[name]}" for name in ("noise", "blots", "digits"))
        has("unknown", 2, f"By {kind} {', '.join([*several, photos])}")
    temple = answers.inside_unknown("china", "fashion")
    label, share = top(temple["probabilities"])
    has("unknown", 3, f"{label} with {percent(share)}")
    assert temple["doubt"] == "background"
    assert answers.inside_unknown("digit", "fashion")["refused"]
    measured = {row["set"]: row for row in temple["measured"]}
    for name in ("digits", "noise", "tires", "cats_dogs", "blots"):
        has("unknown", 3, f"{name.replace('_', ' and ')} {measured[name]['auroc']:.2f}"[1:])


# ---------------------------------------------------------------- the scripts


def printed(topic, **changes):
    """Run the script of a topic, as the page shows it, and return what it prints."""
    script, out = script_of(inside.SCRIPTS[topic], KNOBS), io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(filled(script, KNOBS.defaults() | changes), {})
    return out.getvalue()


def shares(text):
    """Return the percentages in a text, as shares."""
    return [float(one) / 100 for one in re.findall(r"(-?[\d.]+)%", text)]


NEAR = 6e-4  # what a percentage with one digit is rounded by


@pytest.mark.parametrize(
    "settings", [{}, {"network": "cifar", "layer": 3, "unit": 99, "off": True}, {"layer": 15}]
)
def test_the_script_about_layers_comes_to_the_numbers_of_the_endpoint(settings):
    said, some = printed("maps", **settings), KNOBS.defaults() | settings
    network, layer, unit = some["network"], some["layer"], some["unit"]
    name = NETWORKS[network]
    told = answers.fashion_inside(name, network, layer, unit, some["off"])
    plain = answers.fashion_inside(name, network)
    lines = [
        f"{number:2} {one['name']:18} {one['kind']:6} {(1, *one['shape'])!s:18} "
        f"max {one['high']:.2f}"
        for number, one in enumerate(plain["layers"], 1)
    ]
    assert all(line in said for line in lines)
    label, share = top(plain["probabilities"], plain["labels"])
    assert f"{label}: {share:.1%}" in said
    one = answers.inside_map(name, network, layer, unit)
    if some["off"]:
        after = told["probabilities"][plain["labels"].index(label)]
        assert f"without map {one['unit']} of {one['name']}: {after:.1%}" in said
    worth = [float(points) for points in re.findall(r"is worth (-?[\d.]+) points", said)]
    best = sorted(one["drops"] or [], reverse=True)[:5]
    assert worth == pytest.approx([100 * fall for fall in best], abs=0.06)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"network": "cifar", "method": "gradient"},
        {"turn": 20, "across": 3, "down": -2, "invert": True, "square": 5},
    ],
)
def test_the_script_about_what_counts_comes_to_the_numbers_of_the_endpoint(settings):
    said, some = printed("counts", **settings), KNOBS.defaults() | settings
    names = ("network", "method", "square", "across", "down", "turn", "invert")
    told = answers.inside_counts(NETWORKS[some["network"]], *(some[one] for one in names))
    assert f"{told['label']}: {max(told['probabilities']):.1%}" in said
    heat = np.array(told["heat"])
    assert f"{some['method']}: {heat.shape}, most at row" in said
    assert float(re.search(r"column \d+: ([\d.]+)", said)[1]) == pytest.approx(heat.max(), abs=6e-4)
    turned = {int(angle): rest for angle, rest in re.findall(r"turned by +(-?\d+)°: (.+)", said)}
    for row in told["turns"]:
        if row["angle"] in turned:
            assert shares(turned.pop(row["angle"])) == pytest.approx(
                [max(row["probabilities"])], abs=NEAR
            )
    assert not turned


@pytest.mark.parametrize(
    "settings", [{"steps": 10}, {"network": "cifar", "layer": 9, "unit": 159, "steps": 10}]
)
def test_the_script_about_what_a_map_looks_for_comes_to_the_numbers_of_the_endpoint(settings):
    said, some = printed("wants", **settings), KNOBS.defaults() | settings
    names = ("network", "layer", "unit", "steps", "smooth", "seed")
    told = answers.inside_wants(*(some[one] for one in names))
    assert f"{told['name']}, map {told['unit']}" in said
    excited = [float(one) for one in re.findall(r"excitement (-?[\d.]+)", said)]
    assert excited == pytest.approx([told["steps"][0], told["steps"][10]], abs=6e-4)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"batch": "batch", "company": "alike", "picture": "shirt", "conv": 4, "dropout": 0.8},
        {"network": "cifar", "batch": "batch", "photo": "cat", "conv": 9},
    ],
)
def test_the_script_about_dropout_and_batch_norm_comes_to_the_numbers_of_the_endpoint(settings):
    said, some = printed("norms", **settings), KNOBS.defaults() | settings
    shown = some["picture"] if some["network"] == "fashion" else some["photo"]
    names = ("dropout", "seed", "conv", "batch", "company", "network")
    told = answers.inside_norms(shown, *(some[one] for one in names))
    off, on, *steps, mean, spread, gamma, beta, training = said.splitlines()
    label, share = top(told["answer"], told["labels"])
    assert off.startswith(f"dropout off: {label} ")
    passes = np.array(told["passes"])[:, told["labels"].index(label)]
    assert shares(off) + shares(on) == pytest.approx([share, passes.min(), passes.max()], abs=NEAR)
    assert len(steps) == len(told["norm"])
    for line, step in zip(steps, told["norm"], strict=True):
        assert line.startswith(step["step"])
        ends = [f(step[what]) for what in ("mean", "deviation") for f in (min, max)]
        numbers = [float(one) for one in re.findall(r"-?\d+\.\d+", line)]
        assert numbers == pytest.approx(ends, abs=6e-3)
    learned = (*told["running"].values(), told["gamma"], told["beta"])
    for line, values in zip((mean, spread, gamma, beta), learned, strict=True):
        numbers = [float(one) for one in re.findall(r"-?\d+\.\d+", line)]
        assert numbers == pytest.approx([min(values), max(values)], abs=6e-3)
    label, share = top(told["answer_batch"], told["labels"])
    assert f": {label} " in training
    assert shares(training) == pytest.approx([share], abs=NEAR)


def test_the_scripts_about_misses_and_the_ladder_count_what_the_endpoints_count():
    for network in NETWORKS:
        told = answers.inside_misses(network=network)
        counts, labels = np.array(told["confusion"]), told["labels"]
        wrong = counts - np.diag(counts.diagonal())
        said = printed("misses", network=network)
        assert f"{wrong.sum():,} of 10,000" in said
        pairs = re.findall(r"(\d+) × (.+) taken for (.+)", said)
        assert [int(one) for one, *_ in pairs] == sorted(wrong.ravel(), reverse=True)[:8]
        for one, truth, guess in pairs:
            assert wrong[labels.index(truth), labels.index(guess)] == int(one)
    told = answers.inside_ladder()
    ladder = told["ladder"] + told["cifar_ladder"]
    said = printed("ladder")
    for name in {row["model"] for row in ladder}:
        test = np.mean([row["test"] for row in ladder if row["model"] == name])
        line = re.search(rf"^{name} .* ([\d.]+)$", said, re.MULTILINE)
        assert float(line[1]) == pytest.approx(test, abs=6e-5)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("stranger", ["digit", "noise", "flower"])
def test_the_script_about_strangers_comes_to_the_numbers_of_the_endpoint(network, stranger):
    said = printed("unknown", network=network, stranger=stranger)
    told = answers.inside_unknown(stranger, network)
    best = sorted(zip(told["probabilities"], told["labels"], strict=True), reverse=True)[:3]
    for line, (share, label) in zip(said.splitlines(), best, strict=False):
        assert line.startswith(label)
        assert shares(line) == pytest.approx([share], abs=NEAR)
    end = said.splitlines()[-1]
    assert end == (f"refused: {told['doubt']}" if told["refused"] else "answered")
    if told["most"]:
        assert f"distance {told['distance']:.2f}, at most {told['most']:.2f}" in said


@pytest.mark.parametrize("network", NETWORKS)
def test_the_script_about_devices_loads_what_it_saved_on_the_processor(network):
    assert "loaded on cpu" in printed("device", network=network, size=1)


def test_every_topic_has_tasks_a_script_and_an_order():
    topics = list(KNOBS["topic"].options)
    assert list(inside.SCRIPTS) == topics
    assert {task.settings["topic"] for task in inside.CHAPTER.tasks} == set(topics)


def test_what_the_questions_explain_is_so():
    assert torch.nn.Conv2d(16, 24, 3).weight.shape == (24, 16, 3, 3)
    assert 24 * 16 * 3 * 3 == 3456
    (normed,) = (one for one in QUIZ if one.name == "normed")
    for seed in range(1, 9):
        drawn = normed.drawn(seed)
        sign = 1 if drawn["a"] > drawn["b"] or drawn["a"] > drawn["c"] else -1
        assert drawn["answer"] == pytest.approx(sign * drawn["gamma"] + drawn["beta"], abs=1e-4)
