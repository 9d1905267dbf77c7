"""The tire network answers any photo within its contract; the shipped one refuses other things."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from models import hub, tires
from models.architectures import last_layer, network
from models.images import open_image
from models.tires import TireClassifier

WEIGHTS = Path(__file__).parents[2] / "weights"


def photo(size=(320, 240), seed=0):
    """A dark ring on noise."""
    rng = np.random.default_rng(seed)
    picture = Image.fromarray(rng.integers(90, 255, (size[1], size[0], 3), dtype=np.uint8))
    centre, radius = (size[0] / 2, size[1] / 2), min(size) * 0.4
    box = (*(c - radius for c in centre), *(c + radius for c in centre))
    ImageDraw.Draw(picture).ellipse(box, outline=(20, 20, 20), width=max(1, int(radius / 2)))
    return picture


pytestmark = pytest.mark.usefixtures("backbone")


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return TireClassifier(least_likeness=-1e9).eval()


@pytest.fixture(scope="module")
def shipped():
    return hub._read(TireClassifier, WEIGHTS / "tires").eval()


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (320, 240), (240, 320), (1600, 1200)])
def test_any_size_gives_a_square_and_probabilities(model, size):
    x = model.preprocess(photo(size))
    assert x.shape == (3, 224, 224)
    assert 0 <= x.min() <= x.max() <= 1
    answers = model.predict(photo(size))
    assert set(answers) == {"good", "defective"}
    assert sum(answers.values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "I;16", "1", "LA"])
def test_any_colour_mode_is_read(model, mode):
    picture = photo().convert("RGB" if mode == "I;16" else mode)
    if mode == "I;16":
        picture = Image.fromarray(np.full((40, 60), 3000, np.uint16))
    answers = model.predict(picture)
    assert all(math.isfinite(p) for p in answers.values())
    assert math.isfinite(model.tire_likeness(picture))
    assert isinstance(model.quality(picture), list)


def test_exif_rotation_shows_the_same_photo(model, tmp_path):
    upright = photo((300, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° to see it upright
    upright.transpose(Image.ROTATE_90).save(tmp_path / "phone.png", exif=exif)
    turned = open_image(tmp_path / "phone.png")
    assert turned.size == (300, 200)
    assert torch.equal(model.preprocess(turned), model.preprocess(upright))


def test_the_probabilities_are_the_softmax_of_forward(model):
    picture = photo()
    with torch.inference_mode():
        expected = model(model.preprocess(picture)[None]).softmax(1)[0]
    assert list(model.predict(picture).values()) == pytest.approx(expected.tolist(), abs=1e-6)


def test_a_temperature_softens_the_answer(model):
    soft = TireClassifier(temperature=4.0).eval()
    soft.load_state_dict(model.state_dict())
    x = torch.rand(2, 3, 224, 224)
    assert torch.allclose(soft(x) * 4, model(x), atol=1e-5)


def test_the_features_are_means_and_deviations_of_the_maps(model, features):
    x = torch.rand(1, 3, 224, 224)
    maps = features.stages(x, tires.BLOCKS)
    assert [m.shape[1] for m in maps] == [*tires.MIDDLE, 1280]
    expected = []
    for one in maps[:-1]:
        pixels = one[0].flatten(1).numpy()
        expected += [pixels.mean(axis=1), pixels.std(axis=1, ddof=1)]
    expected.append(maps[-1][0].flatten(1).numpy().mean(axis=1))
    assert np.allclose(model.describe(x)[0].detach(), np.concatenate(expected), atol=1e-4)
    seen, looked = model.see(x)
    torch.testing.assert_close(seen, model.describe(x))
    torch.testing.assert_close(looked, maps[1])


@pytest.mark.parametrize("size", [(320, 240), (240, 320), (2000, 1000), (40, 900), (1, 1)])
def test_the_heat_map_lies_on_the_photo(model, size):
    heat = model.heat_map(photo(size))
    scale = min(1, 512 / max(size))
    assert heat.shape == (max(1, round(size[1] * scale)), max(1, round(size[0] * scale)))
    assert heat.dtype == np.float32
    assert 0 <= heat.min() <= heat.max() <= 1


def test_the_heat_map_is_hot_where_the_evidence_is():
    """Evidence that is the mean of one channel is where that channel is, mirrored or not."""
    looked = torch.zeros(2, 96, 14, 14)  # of a picture, and of its mirror image
    looked[0, 5, 2, 11] = 3.0
    looked[0, 6, 9, 1] = 3.0
    looked[1, 5, 2, 13 - 11] = 3.0
    looked[1, 5, 4, 13 - 8] = 1.5
    looked.requires_grad_()
    z = (looked[:, 5].mean(dim=(1, 2)) - looked[:, 6].mean(dim=(1, 2))).sum()[None] + 0.1
    heat = tires.heat_of(torch.stack([-z, z], dim=1), looked)
    expected = torch.zeros(1, 14, 14)
    expected[0, 2, 11], expected[0, 4, 8] = 1.0, 0.25
    torch.testing.assert_close(heat, expected)


def test_a_mirror_image_gets_the_same_answer_and_the_mirrored_heat_map(shipped):
    picture = photo((300, 200))
    picture.paste((30, 30, 30), (10, 20, 60, 90))
    mirrored = ImageOps.mirror(picture)
    one, other = (shipped.predict(each)["good"] for each in (picture, mirrored))
    assert one == pytest.approx(other, abs=1e-4)
    here, there = (shipped.heat_map(each) for each in (picture, mirrored))
    assert np.abs(here - there[:, ::-1]).max() < 0.02
    # The log-odds are the mean of both.
    x = torch.stack([shipped.preprocess(picture), shipped.preprocess(picture).flip(2)])
    with torch.inference_mode():
        alone = shipped.logits(shipped.describe(x))
        assert torch.allclose(shipped(x[:1]), alone.mean(dim=0, keepdim=True), atol=1e-4)


def test_a_strip_is_looked_at_in_the_middle_only(model):
    heat = model.heat_map(photo((900, 90)))
    assert not heat[:, :80].any()
    assert not heat[:, -80:].any()


def test_quality_questions_dark_blurred_and_small_photos():
    picture = photo((400, 300))
    assert tires.quality(picture) == []
    assert "too dark" in tires.quality(picture.point(lambda value: value * 0.1))
    assert "blurred" in tires.quality(picture.filter(ImageFilter.GaussianBlur(12)))
    assert "small" in tires.quality(photo((90, 200)))


@pytest.mark.parametrize(
    ("good", "view", "distance", "reason"),
    [
        (0.95, "tread", 1.0, None),
        (0.95, "several", 1.0, None),
        (0.05, "tread", 1.0, None),
        (0.05, "side", 1.0, None),
        (0.95, "side", 1.0, tires.NOT_SEEN),
        (0.95, "sidewall", 1.0, tires.NOT_SEEN),
        (0.5, "tread", 1.0, tires.UNDECIDED),
        (0.2, "tread", 1.0, tires.UNDECIDED),
        (0.95, "tread", 9.0, tires.UNFAMILIAR),
    ],
)
def test_there_is_a_verdict_only_where_it_can_be_told(good, view, distance, reason):
    model = TireClassifier(defective_below=0.2, good_above=0.9, farthest=8.0)
    assert model.doubt(good, view, distance) == reason


def test_before_a_plain_backdrop_no_tire_is_called_good():
    model = TireClassifier(defective_below=0.2, good_above=0.9, farthest=8.0)
    assert model.doubt(0.95, "tread", 1.0, product=True) == tires.PRODUCT_SHOT
    assert model.doubt(0.5, "tread", 1.0, product=True) == tires.UNDECIDED
    assert model.doubt(0.05, "tread", 1.0, product=True) is None
    assert model.doubt(0.95, "tread", 9.0, product=True) == tires.UNFAMILIAR


@pytest.mark.parametrize("colour", ["white", "black", "#9a9c9e"])
def test_a_product_shot_is_told_by_its_backdrop(model, colour):
    shot = Image.new("RGB", (300, 200), colour)
    shot.paste(photo((160, 120)), (60, 40))
    assert model.examine(shot).view == tires.PRODUCT
    assert model.examine(photo()).view in tires.VIEWS


def test_a_backdrop_is_plain_reaches_the_border_and_is_neither_small_nor_all():
    pixels = torch.full((3, 224, 224), 255, dtype=torch.uint8)
    assert tires.backdrop(pixels) is None
    pixels[:, 60:160, 60:160] = 30
    mask = tires.backdrop(pixels)
    assert mask[:50].all()
    assert not mask[70:150, 70:150].any()
    pixels[:, 100:110, 100:110] = 255  # a hole
    assert not tires.backdrop(pixels)[102:108, 102:108].any()
    pixels[:, 2:-2, 2:-2] = 30
    assert tires.backdrop(pixels) is None
    noise = torch.randint(0, 256, (3, 224, 224), dtype=torch.uint8)
    assert tires.backdrop(noise) is None


def test_what_is_unfamiliar_depends_on_what_is_seen():
    model = TireClassifier(farthest=[8.0, 4.0, 8.0, 8.0, 8.0])
    assert model.doubt(0.1, "tread", 6.0) is None
    assert model.doubt(0.1, "side", 6.0) == tires.UNFAMILIAR


def test_the_verdict_is_a_label_or_none_with_a_reason(model):
    examined = model.examine(photo())
    assert examined.is_tire
    assert (examined.verdict is None) == (examined.reason is not None)
    assert examined.view in tires.VIEWS
    assert sum(count for _, count in examined.nearest) == 1  # this one knows a single photo
    refused = TireClassifier(least_likeness=1e9).eval().examine(photo())
    assert (refused.verdict, refused.reason, refused.view) == (None, tires.NO_TIRE, None)
    assert refused.heat_map is None


def test_a_photo_that_is_known_has_distance_zero_and_its_own_kind_nearest(features):
    torch.manual_seed(1)
    model = TireClassifier(least_likeness=-1e9, photos=7).eval()
    model.axes.normal_()
    known = [photo((300, 200), seed) for seed in range(7)]
    with torch.no_grad():
        x = model.describe(torch.stack([model.preprocess(one) for one in known]))
        model.known.copy_(x @ model.axes.T)
        model.kinds[3] = torch.tensor([tires.VIEWS.index("side"), 1])
        far = model._distances(model.describe(model.preprocess(known[3])[None]))[0]
    assert far.argmin() == 3
    assert far[3] < 0.05 * far.max()
    examined = model.examine(known[3])
    assert (("side", "good"), 1) in examined.nearest
    assert sum(count for _, count in examined.nearest) == tires.NEIGHBOURS


@pytest.mark.parametrize(
    "name", ["squeezenet1_1", "resnet18", "mobilenet_v3_small", "densenet121", "shufflenet_v2_x0_5"]
)
def test_any_classifier_of_torchvision_gets_a_new_last_layer(name):
    net = network(name, 2).eval()
    assert net(torch.rand(1, 3, 64, 64)).shape == (1, 2)
    assert last_layer(net)[1].weight.shape[0] == 2


def test_a_network_that_torchvision_lacks_is_refused():
    with pytest.raises(ValueError, match="no classifier called"):
        network("nonsense", 2)


def test_a_saved_model_answers_as_before_but_for_the_rounding(model, tmp_path, monkeypatch):
    hub.save(model, tmp_path / "tires", "card", {"learning_curves": "method,photos\na,25\n"})
    size = (tmp_path / "tires" / "model.safetensors").stat().st_size
    assert size < 10_000_000
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path))
    loaded = hub.load(TireClassifier)
    picture = photo()
    assert loaded.predict(picture) == pytest.approx(model.predict(picture), abs=0.02)
    assert next(loaded.parameters()).dtype == torch.float32
    assert hub.table(TireClassifier, "learning_curves") == [{"method": "a", "photos": "25"}]
    assert hub.table(TireClassifier, "nothing") == []


def test_the_hub_mixin_loads_it_too(model, tmp_path):
    model.save_pretrained(tmp_path)
    loaded = TireClassifier.from_pretrained(tmp_path, strict=True)
    assert loaded.predict(photo()) == pytest.approx(model.predict(photo()), abs=0.02)


def test_weights_do_not_remember_a_device(model, tmp_path):
    """The file holds bare numbers, so what one accelerator wrote, any other reads."""
    from safetensors import safe_open

    model.save_pretrained(tmp_path)
    with safe_open(tmp_path / "model.safetensors", "pt") as file:
        assert file.metadata() == {"format": "pt"}
        assert all(file.get_tensor(key).device.type == "cpu" for key in list(file.keys())[:5])
    if torch.accelerator.is_available():
        there = TireClassifier.from_pretrained(tmp_path, strict=True)
        there.to(torch.accelerator.current_accelerator())
        assert there.predict(photo()) == pytest.approx(model.predict(photo()), abs=0.02)


def test_transforms_take_photos_and_tensors_and_can_be_switched_off():
    off = dict.fromkeys(("flip", "rotation", "crop", "shift", "brightness", "contrast"), 0)
    picture = photo((224, 224))
    assert np.array_equal(np.array(tires.transforms(**off)(picture)), np.array(picture))
    tensor = torch.from_numpy(np.array(picture)).permute(2, 0, 1)
    changed = tires.transforms(size=96)(tensor)
    assert changed.shape == (3, 96, 96)
    assert changed.dtype == torch.uint8
    torch.manual_seed(3)
    one = tires.transforms()(tensor)
    torch.manual_seed(3)
    assert torch.equal(one, tires.transforms()(tensor))


@pytest.mark.parametrize("wrong", [{"flip": 2}, {"rotation": -1}, {"crop": float("nan")}])
def test_transforms_name_what_is_out_of_range(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        tires.transforms(**wrong)


def others():
    """Pictures without a tire."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (200, 300, 3), dtype=np.uint8)
    pictures = {f"blank {c}": Image.new("RGB", (300, 200), c) for c in ("white", "black", "gray")}
    pictures["noise"] = Image.fromarray(noise)
    disc = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(disc).ellipse((30, 30, 270, 270), fill="teal", outline="black", width=4)
    pictures["disc"] = disc
    plate = Image.new("RGB", (300, 300), (150, 110, 80))
    for r, colour in ((130, "white"), (90, "lightgray"), (85, "white")):
        ImageDraw.Draw(plate).ellipse((150 - r, 150 - r, 150 + r, 150 + r), fill=colour)
    pictures["plate"] = plate
    return pictures


@pytest.mark.parametrize("name", others())
def test_the_shipped_gate_refuses_blanks_noise_and_round_things(shipped, name):
    assert not shipped.is_tire(others()[name])


def test_the_shipped_gate_refuses_the_photos_of_scikit_learn(shipped):
    from sklearn.datasets import load_sample_images

    for pixels in load_sample_images().images:
        assert not shipped.is_tire(Image.fromarray(pixels))


def test_the_shipped_gate_refuses_the_pictures_of_gradio(shipped):
    gradio = pytest.importorskip("gradio")
    folder = Path(gradio.__file__).parent / "media_assets" / "images"
    names = ("lion.jpg", "cheetah1.jpg", "tower.jpg", "bus.png", "groot.jpeg", "avatar.png")
    taken = [n for n in names if shipped.is_tire(open_image(folder / n))]
    assert taken == []


def test_the_shipped_file_is_small(shipped):
    assert (WEIGHTS / "tires" / "model.safetensors").stat().st_size < 10_000_000


def test_the_tables_beside_the_weights_can_be_read(shipped, monkeypatch):
    monkeypatch.setattr(hub, "WEIGHTS", WEIGHTS)
    curves = hub.table(TireClassifier, "learning_curves")
    assert {row["method"] for row in curves} == {
        "frozen features, new head",
        "fine-tuning",
        "from scratch",
    }
    assert all(0 <= float(row["balanced_accuracy"]) <= 1 for row in curves)
    assert len(hub.table(TireClassifier, "search")) >= 10
