"""Networks for small pictures: the layers, the preprocessing of photos, what is shipped."""

import json
import math

import numpy as np
import pytest
import torch
from huggingface_hub import ModelCard
from PIL import Image, ImageDraw
from torch import nn

from models import cifar, fashion, hub, labels
from models.cifar import CifarNet
from models.fashion import FashionCNN
from models.small_pictures import Block, Residual, field, least_confidence
from tests.models.conftest import SHIPPED_WEIGHTS


def shirt(background, colour, size=(240, 300)):
    """A drawn shirt on a background: a colour, or a picture."""
    image = background.copy() if isinstance(background, Image.Image) else None
    image = image or Image.new("RGB", size, background)
    outline = [(60, 60), (100, 40), (140, 40), (180, 60), (225, 130), (190, 150), (178, 120)]
    outline += [(178, 260), (62, 260), (62, 120), (50, 150), (15, 130)]
    ImageDraw.Draw(image).polygon(outline, fill=colour)
    return image


def uneven(size=(240, 300)):
    """A background whose light falls off to one side."""
    ramp = np.linspace(150, 235, size[0])[None, :, None] * np.ones((size[1], 1, 3))
    noise = np.random.default_rng(0).normal(0, 3, ramp.shape)
    return Image.fromarray((ramp + noise).clip(0, 255).astype(np.uint8))


# ---------------------------------------------------------------- layers


def test_the_kernel_of_a_block_also_does_its_batch_norm():
    torch.manual_seed(0)
    block = Block(3, 5, stride=2)
    block.train()
    block(torch.randn(8, 3, 9, 9) * 2 + 1)  # statistics that are not 0 and 1
    nn.init.uniform_(block.norm.weight, 0.5, 2)
    block.eval()
    x = torch.randn(2, 3, 9, 9)
    weight, bias = block.kernel()
    folded = nn.functional.conv2d(x, weight, bias, stride=2, padding=1)
    assert torch.allclose(folded, block.before(x), atol=1e-5)
    assert torch.equal(block(x), block.before(x).relu())
    plain = Block(3, 5, norm=False)
    assert plain.kernel()[0] is plain.conv.weight


def test_the_hub_leaves_the_batch_norms_beside_their_convolutions():
    model = hub.ready_to_answer(FashionCNN())
    assert isinstance(model.layers.conv1.norm, nn.BatchNorm2d)


def test_a_residual_block_adds_what_goes_in():
    block = Residual(4).eval()
    nn.init.zeros_(block.second.norm.weight)
    x = torch.randn(1, 4, 6, 6)
    assert torch.equal(block(x), x)


@pytest.mark.parametrize("count", range(1, 6))
def test_what_a_number_looks_at_is_where_autograd_finds_a_slope(count):
    torch.manual_seed(0)
    layers = [Block(1, 3), nn.MaxPool2d(2), Block(3, 4, stride=2), nn.Dropout(), Block(4, 2)]
    layers = [layer.eval() for layer in layers[:count]]
    side, step, start = field(layers)
    x = torch.randn(200, 1, 60, 60, requires_grad=True)  # so many that no ReLU hides it in all
    y = nn.Sequential(*layers)(x)
    row, column = y.shape[2] // 2, y.shape[3] // 2 - 1
    (slope,) = torch.autograd.grad(y[:, :, row, column].sum(), x)
    seen = slope.abs().sum(dim=(0, 1)) > 0
    for place, axis in ((row, 1), (column, 0)):
        found = torch.nonzero(seen.any(dim=axis))[:, 0]
        assert found.tolist() == list(range(start + step * place, start + step * place + side))


@pytest.mark.parametrize(
    ("model_class", "name"),
    [(FashionCNN, n) for n in fashion.LADDER] + [(CifarNet, n) for n in cifar.ARCHITECTURES],
)
def test_every_architecture_is_saved_and_loaded_with_the_same_answers(model_class, name, tmp_path):
    torch.manual_seed(0)
    model = model_class(name, most_distance=1.5).eval()
    with torch.no_grad():
        model.centres.normal_()
        for tensor in (*model.parameters(), model.centres):
            tensor.copy_(tensor.half())
    hub.save(model, tmp_path / "x", "# Card")
    back = hub._read(model_class, tmp_path / "x").eval()
    x = torch.rand(2, model.channels, model.side, model.side)
    assert torch.equal(back(x), model(x))
    assert (model(x)).shape == (2, 10)
    normalised = (model.layers(model.normalise(x)) / model.temperature).softmax(dim=1)
    assert torch.allclose(model.probabilities(x), normalised, atol=1e-6)
    for ours, theirs in zip(back.judge(x), model.judge(x), strict=True):
        assert torch.equal(ours, theirs)
    assert back.most_distance == 1.5


@pytest.mark.parametrize("model_class", [FashionCNN, CifarNet])
@pytest.mark.parametrize(
    "wrong",
    [
        {"architecture": "resnet"},
        {"temperature": 0},
        {"mean": [0.5] * 4},
        {"std": [0] * 3},
        {"least_confidence": 2},
        {"most_distance": -1},
        {"labels": ["one"]},
    ],
)
def test_settings_that_cannot_be_are_refused(model_class, wrong):
    with pytest.raises(ValueError, match="must be"):
        model_class(**wrong)


def test_the_labels_are_those_of_the_data_s_authors():
    from torchvision.datasets import FashionMNIST

    assert list(labels.CLOTHES) == FashionMNIST.classes
    # Krizhevsky's page, and `batches.meta` of the data.
    things = "airplane automobile bird cat deer dog frog horse ship truck"
    assert list(labels.THINGS) == things.split()


def test_other_labels_are_refused_before_it_serves():
    with pytest.raises(ValueError, match="labels must be"):
        FashionCNN(labels=[*"abcdefghij"]).check()


def test_all_but_a_twentieth_reach_the_least_confidence_and_never_more_than_a_half_is_asked():
    torch.manual_seed(0)
    logits = torch.randn(2000, 10)
    least = least_confidence(logits)
    share = (logits.double().softmax(dim=1).amax(dim=1) >= least).double().mean().item()
    assert 0.95 <= share < 0.98  # rounded down to whole percents
    assert least_confidence(20 * torch.eye(10)) == 0.5


# ---------------------------------------------------------------- photos of clothes


def test_a_picture_of_fashion_mnist_is_taken_as_it_is():
    pixels = np.zeros((28, 28), np.uint8)
    pixels[4:24, 8:20] = np.random.default_rng(0).integers(0, 256, (20, 12))
    seen = FashionCNN().preprocess(Image.fromarray(pixels))
    assert (seen[0].numpy() * 255).round().astype(np.uint8).tolist() == pixels.tolist()


@pytest.mark.parametrize("background", ["white", (200, 220, 240), (90, 60, 40), "uneven"])
def test_a_piece_is_cut_out_negated_and_laid_on_black_whatever_is_behind_it(background):
    behind = uneven() if background == "uneven" else background
    model = FashionCNN()
    seen = model.preprocess(shirt(behind, (20, 30, 110)))[0].numpy()
    assert seen.shape == (28, 28)
    assert 0 <= seen.min() < 0.05
    assert max(map(len, map(set, [seen[0], seen[-1]]))) >= 1
    corners = [seen[0, 0], seen[0, -1], seen[-1, 0], seen[-1, -1]]
    assert max(corners) < 0.05
    assert seen[12:24, 9:19].min() > 0.6  # a dark shirt is bright
    rows, columns = (np.flatnonzero((seen > 0.1).any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) >= 25  # its longest side fills the picture
    middle = (rows[0] + rows[-1]) / 2, (columns[0] + columns[-1]) / 2
    assert middle == pytest.approx((13.5, 13.5), abs=1)


def test_a_bright_piece_on_a_dark_background_stays_bright():
    seen = FashionCNN().preprocess(shirt((8, 8, 10), (230, 230, 225)))[0]
    assert seen[12:24, 9:19].min() > 0.6
    assert seen[0, 0] < 0.05


def test_a_pair_of_shoes_stays_a_pair():
    image = Image.new("RGB", (300, 200), "white")
    pen = ImageDraw.Draw(image)
    for left in (30, 170):
        pen.ellipse((left, 60, left + 100, 150), fill=(30, 30, 30))
    seen = FashionCNN().preprocess(image)[0].numpy()
    lit = (seen > 0.3).any(axis=0)
    assert lit[3]
    assert lit[-4]
    assert not lit[13:15].any()


@pytest.mark.parametrize("model_class", [FashionCNN, CifarNet])
@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (7, 9), (28, 28), (3000, 40)])
@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "CMYK", "I;16", "F", "P"])
def test_pictures_of_any_kind_and_size_are_answered(model_class, size, mode):
    model = model_class().eval()
    seen = model.preprocess(Image.new(mode, size))
    assert seen.shape == (model.channels, model.side, model.side)
    assert 0 <= seen.min() <= seen.max() <= 1
    answer = model.predict(Image.new(mode, size))
    assert list(answer) == list(model.known)
    assert sum(answer.values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("picture", "found"),
    [
        (shirt("white", (20, 30, 110)), True),
        (shirt(uneven(), (20, 30, 110)), True),
        (shirt((8, 8, 10), (230, 230, 225)), True),
        (shirt("white", (20, 30, 110)).crop((0, 0, 240, 230)), True),  # cut off below
        (Image.new("RGB", (90, 60), "red"), False),
        (Image.new("RGB", (5, 60), "red"), False),
        (Image.effect_noise((90, 60), 120).convert("RGB"), False),
        (Image.fromarray(np.zeros((28, 28), np.uint8)), True),  # as of the data
    ],
)
def test_a_piece_is_found_where_most_of_the_edge_is_one_background(picture, found):
    model = FashionCNN()
    seen, there = model.look(picture)
    assert there == found
    assert torch.equal(seen, model.preprocess(picture))


def test_on_a_busy_background_no_piece_is_found():
    from sklearn.datasets import load_sample_images

    for scene in map(Image.fromarray, load_sample_images().images):
        behind = scene.resize((240, 300))
        assert not FashionCNN().look(shirt(behind, (20, 30, 110)))[1]


@pytest.mark.parametrize("model_class", [FashionCNN, CifarNet])
def test_a_label_is_named_where_the_network_is_sure_and_the_picture_like_those_it_knows(
    model_class,
):
    model = model_class(least_confidence=0.4, most_distance=1.2)
    sure, unsure = torch.tensor([0.6, 0.4]), torch.tensor([0.3, 0.3])
    assert model.doubt(sure, 1.2) == ""
    assert model.doubt(sure, 1.3) == "unlike"
    assert model.doubt(unsure, 1.0) == "unsure"
    assert model.doubt(sure, 1.0, found=False) == "background"
    assert model_class(least_confidence=0.4).doubt(sure, 1e9) == ""  # knows no distances


def test_a_network_without_distances_judges_by_its_probabilities():
    model = CifarNet("five_layers").eval()
    x = torch.rand(3, 3, 32, 32)
    probabilities, distances = model.judge(x)
    assert torch.equal(probabilities, model.probabilities(x))
    assert distances.tolist() == [0, 0, 0]


def test_noise_and_stripes_are_pictures_too():
    rng = np.random.default_rng(0)
    for pixels in (
        rng.integers(0, 256, (90, 60, 3), dtype=np.uint8),
        np.indices((64, 64)).sum(axis=0).astype(np.uint8) % 2 * 255,
    ):
        seen = FashionCNN().preprocess(Image.fromarray(pixels))
        assert torch.isfinite(seen).all()
        assert 0 <= seen.min() <= seen.max() <= 1


def test_cifar_looks_at_the_middle_square():
    image = Image.new("RGB", (400, 100), "red")
    image.paste("lime", (150, 0, 250, 100))
    seen = CifarNet().preprocess(image)
    assert seen[1].min() == 1
    assert seen[0].max() == 0


# ---------------------------------------------------------------- what is shipped

SHIPPED = {"fashion": (FashionCNN, 1e6, 0.935), "cifar": (CifarNet, 2e6, 0.85)}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_network_is_small_and_its_card_says_how_good_it_is(name, monkeypatch):
    model_class, most, least = SHIPPED[name]
    folder = SHIPPED_WEIGHTS / name
    assert (folder / "model.safetensors").stat().st_size <= most
    result = ModelCard.load(folder / "README.md").data.eval_results[0]
    assert result.metric_type == "accuracy"
    assert result.metric_value >= least
    config = json.loads((folder / "config.json").read_text())
    assert 0 < config["least_confidence"] <= 0.5
    assert math.isfinite(config["temperature"])
    monkeypatch.setattr(hub, "WEIGHTS", SHIPPED_WEIGHTS)
    assert isinstance(hub.load(model_class), model_class)


def test_the_sprites_of_clothes_are_small_and_their_licence_is_stated():
    folder = SHIPPED_WEIGHTS / "fashion"
    for name in ("misread", "exciting"):
        assert (folder / f"{name}.parquet").stat().st_size <= 300_000
    assert "MIT licence" in (folder / "README.md").read_text(encoding="utf-8")
