"""The preprocessing shows what MNIST would show; the three networks share one interface."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from models import digits, hub
from models.digits import DigitCNN, DigitLinear, DigitMLP, centre, has_ink, saliency, to_ink

NETWORKS = (DigitLinear, DigitMLP, DigitCNN)
WEIGHTS = Path(__file__).parents[2] / "weights"
SEVEN = ((80, 60), (190, 60), (150, 130), (120, 220))


def drawing(pen=12, ink="black", paper="white", side=280, move=(0, 0), scale=1.0, mode="RGB"):
    """A seven with a bend in its stem."""
    picture = Image.new(mode, (side, side), paper)
    points = [(x * scale + move[0], y * scale + move[1]) for x, y in SEVEN]
    ImageDraw.Draw(picture).line(points, fill=ink, width=pen, joint="curve")
    return picture


def shown(picture):
    return centre(to_ink(picture))


def difference(a, b):
    """Mean difference per pixel, relative to the mean ink."""
    return ((a - b).abs().mean() / b.mean()).item()


def extent(x):
    rows, columns = torch.where(x[0] > 0.3)
    return max(int(rows.max() - rows.min()), int(columns.max() - columns.min())) + 1


def centre_of_mass(x):
    total = x.sum()
    axis = torch.arange(28.0)
    return (x[0].sum(1) @ axis / total).item(), (x[0].sum(0) @ axis / total).item()


@pytest.mark.parametrize("network", NETWORKS)
def test_preprocess_gives_bright_ink_on_black(network):
    x = network().preprocess(drawing())
    assert x.shape == (1, 28, 28)
    assert x.dtype == torch.float32
    assert x.min() == 0
    assert 0.9 < x.max() <= 1
    assert 0.05 < x.mean() < 0.3


@pytest.mark.parametrize("pen", [1, 2, 6, 12, 25])
@pytest.mark.parametrize("scale", [0.15, 0.5, 1.0])
def test_the_longest_side_is_20_and_the_centre_of_mass_is_in_the_middle(pen, scale):
    x = shown(drawing(pen=max(1, round(pen * scale)), scale=scale))
    assert 19 <= extent(x) <= 22
    assert np.abs(np.subtract(centre_of_mass(x), digits.MIDDLE)).max() < 0.25


@settings(max_examples=40, deadline=None)
@given(x=st.integers(-70, 70), y=st.integers(-50, 50))
def test_the_place_of_the_drawing_does_not_matter(x, y):
    assert difference(shown(drawing(move=(x, y))), shown(drawing())) < 0.02


@pytest.mark.parametrize("side", [100, 200, 512, 700, 1500])
def test_the_size_of_the_pad_hardly_matters(side):
    scale = side / 280
    x = shown(drawing(side=side, scale=scale, pen=round(12 * scale)))
    assert difference(x, shown(drawing())) < 0.25


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("white", "black"),
        ("red", "white"),
        ("yellow", "white"),
        ("navy", "black"),
        ((200, 90, 90), (90, 145, 90)),  # red on green, about equally light
        ((110, 110, 110), (130, 130, 130)),
    ],
)
def test_the_colours_of_ink_and_paper_do_not_matter(ink, paper):
    assert difference(shown(drawing(ink=ink, paper=paper)), shown(drawing())) < 0.1


def test_a_transparent_drawing_is_read_as_on_white():
    clear = drawing(ink=(0, 0, 0, 255), paper=(0, 0, 0, 0), mode="RGBA")
    assert torch.equal(shown(clear), shown(drawing()))


@pytest.mark.parametrize("pen", [1, 2, 4, 25])
def test_a_hairline_and_a_felt_pen_get_about_the_same_stroke(pen):
    x = shown(drawing(pen=pen))
    assert x.max() > 0.95
    assert 0.6 < (x.mean() / shown(drawing()).mean()).item() < 1.6


def test_a_small_hairline_on_a_large_pad_keeps_full_contrast():
    picture = Image.new("L", (1200, 1200), 255)
    ImageDraw.Draw(picture).line([(900, 900), (1000, 900), (940, 1050)], fill=0, width=1)
    assert shown(picture).max() > 0.9


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("mnist_style", [True, False])
@pytest.mark.parametrize("colour", ["white", "black", "teal"])
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (280, 280)])
def test_a_blank_picture_gives_zeros_and_ten_equal_answers(network, mnist_style, colour, size):
    model, blank = network().eval(), Image.new("RGB", size, colour)
    x = model.preprocess(blank, mnist_style=mnist_style)
    assert not x.any()
    assert not has_ink(x)
    assert set(model.predict(blank, mnist_style).values()) == {0.1}


@pytest.mark.parametrize("noise", [2, 10, 25])
def test_a_blank_noisy_photo_in_uneven_light_has_no_ink(noise):
    light = np.linspace(230, 150, 640)[None, :, None] * np.ones((480, 640, 3))
    noisy = light + np.random.default_rng(1).normal(0, noise, light.shape)
    assert not has_ink(shown(Image.fromarray(noisy.clip(0, 255).astype(np.uint8))))


def photo(ink=(50, 50, 70), shadow=1.0):
    """The seven on paper, photographed: uneven light, noise, blur, perhaps a hard shadow."""
    page = drawing(ink=ink, paper=(235, 230, 215), side=600, scale=1.4, move=(80, 90), pen=16)
    pixels = np.asarray(page.filter(ImageFilter.GaussianBlur(1.5)), np.float64)
    light = np.linspace(1, 0.5, 600)[None, :, None] * np.ones_like(pixels)
    light[:, 400:] *= shadow
    noise = np.random.default_rng(0).normal(0, 5, pixels.shape)
    return Image.fromarray((pixels * light + noise).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("shadow", [1.0, 0.6])
@pytest.mark.parametrize("ink", [(50, 50, 70), (150, 150, 150), (210, 60, 60)])
def test_a_photo_on_paper_looks_like_the_drawing(ink, shadow):
    assert difference(shown(photo(ink, shadow)), shown(drawing(pen=11))) < 0.4


def test_specks_are_dropped_and_broken_strokes_are_kept():
    clean, specked, broken = drawing(), drawing(), drawing()
    for place in ((20, 20), (250, 240), (30, 200)):
        specked.putpixel(place, (0, 0, 0))
    ImageDraw.Draw(broken).rectangle((0, 140, 280, 146), fill="white")
    assert difference(shown(specked), shown(clean)) < 0.02
    assert difference(shown(broken), shown(clean)) < 0.3


def test_a_picture_that_already_is_as_mnists_are_stays_as_it_is_to_the_pixel():
    pixels = np.zeros((28, 28), np.uint8)
    pixels[4:24, 11:14] = 255  # 20 high; its centre of mass lies at (13.5, 12)
    pixels[4:7, 14:24] = 130
    rows, columns = np.indices((28, 28)) * pixels
    pixels = np.roll(
        pixels,
        (round(14 - rows.sum() / pixels.sum()), round(14 - columns.sum() / pixels.sum())),
        (0, 1),
    )
    raw = torch.from_numpy(pixels / 255).float()[None]
    for picture in (pixels, 255 - pixels):
        for mode in ("L", "RGB"):
            assert torch.equal(DigitCNN().preprocess(Image.fromarray(picture).convert(mode)), raw)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda pixels: np.roll(pixels, 2, 0),
        lambda pixels: pixels // 2,
        lambda pixels: np.pad(pixels, 1),
        lambda pixels: np.where(np.arange(28)[:, None] < 12, 0, pixels),
    ],
    ids=["moved", "pale", "larger", "short"],
)
def test_a_picture_that_is_not_as_mnists_are_is_made_so(spoilt):
    pixels = np.zeros((28, 28), np.uint8)
    pixels[4:24, 12:17] = 255
    assert digits.as_mnist(Image.fromarray(pixels)) is not None
    picture = Image.fromarray(np.ascontiguousarray(spoilt(pixels)))
    assert digits.as_mnist(picture) is None
    assert 19 <= extent(DigitCNN().preprocess(picture)) <= 21


def test_a_spoilt_picture_lacks_what_its_name_says():
    x = DigitLinear().preprocess(drawing())[None]

    def spoilt(how):
        return digits.spoil(x, how)[0]

    assert torch.allclose(spoilt("shifted")[:, 4:, 4:], x[0, :, :-4, :-4], atol=1e-5)
    four = x[0, :, 1:, 1:] + x[0, :, :-1, 1:] + x[0, :, 1:, :-1] + x[0, :, :-1, :-1]
    assert torch.allclose(spoilt("half_pixel")[:, 1:, 1:], four / 4, atol=1e-5)
    assert extent(spoilt("small")) in (9, 10, 11)
    assert torch.equal(spoilt("inverted"), 1 - x[0])
    assert (spoilt("thick") >= x[0]).all()
    turned = torch.from_numpy(
        np.asarray(Image.fromarray(x[0, 0].numpy()).rotate(-30, Image.BILINEAR))
    )
    assert difference(spoilt("turned"), turned) < 0.25
    assert all(digits.spoil(x.expand(3, -1, -1, -1), how).shape[0] == 3 for how in digits.SPOILED)


def test_plain_resizing_only_squashes_and_inverts():
    model = DigitLinear()
    x = model.preprocess(drawing(move=(40, 30), scale=0.3), mnist_style=False)
    assert x.shape == (1, 28, 28)
    assert x[0, 14:].max() < 0.1  # stays in its corner
    inverted = drawing(move=(40, 30), scale=0.3, ink="white", paper="black")
    assert torch.allclose(model.preprocess(inverted, mnist_style=False), x, atol=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    seed=st.integers(0, 9),
    kind=st.sampled_from(["noise", "dots", "blocks"]),
    mode=st.sampled_from(["1", "L", "RGB", "RGBA"]),
)
def test_any_picture_is_preprocessed_without_exception(width, height, seed, kind, mode):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (height, width))
    if kind == "dots":
        pixels = np.where(pixels > 250, 0, 255)
    if kind == "blocks":
        pixels = np.where(np.arange(width) > rng.integers(0, 90), pixels[:1, :1], 200 + 0 * pixels)
    picture = Image.fromarray(pixels.astype(np.uint8)).convert(mode)
    for mnist_style in (True, False):
        x = DigitLinear().preprocess(picture, mnist_style)
        assert x.shape == (1, 28, 28)
        assert torch.isfinite(x).all()
        assert 0 <= x.min() <= x.max() <= 1


def test_preprocessing_is_quick_enough_to_follow_the_pen():
    picture, model = drawing(), DigitLinear()
    times = []
    for _ in range(15):
        start = time.perf_counter()
        model.preprocess(picture)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05  # measured: 0.005 s; the slack is for a busy machine


@pytest.mark.parametrize("network", NETWORKS)
def test_the_softmax_of_forward_is_predict(network):
    model = network(temperature=1.7).eval()
    answer = model.predict(drawing())
    logits = model(model.preprocess(drawing())[None])
    assert logits.shape == (1, 10)
    assert list(answer) == list("0123456789")
    assert sum(answer.values()) == pytest.approx(1, abs=1e-5)
    assert list(answer.values()) == pytest.approx(logits.softmax(1)[0].tolist(), abs=1e-5)


def test_the_temperature_divides_the_logits():
    torch.manual_seed(0)
    warm, x = DigitMLP(temperature=2.0), torch.rand(3, 1, 28, 28)
    cold = DigitMLP(temperature=1.0)
    cold.load_state_dict(warm.state_dict())
    assert torch.allclose(warm(x) * 2, cold(x))


def test_the_fully_connected_network_is_784_100_50_10():
    shapes = [tuple(p.shape) for p in DigitMLP().parameters() if p.ndim == 2]
    assert shapes == [(100, 784), (50, 100), (10, 50)]


@pytest.mark.parametrize("network", NETWORKS)
def test_everything_needed_is_in_config_and_tensors(network, tmp_path):
    model = network(labels=list("abcdefghij"), mean=0.2, std=0.4, temperature=1.3).eval()
    folder = hub.save(model, tmp_path / "model")
    again = network.from_pretrained(folder, strict=True).eval()
    x = torch.rand(2, 1, 28, 28)
    assert torch.equal(model(x), again(x))
    assert again.labels == tuple("abcdefghij")


@pytest.mark.parametrize("network", NETWORKS)
def test_saliency_adds_up_to_the_logit_it_explains(network):
    torch.manual_seed(0)
    model = network().eval()
    x = model.preprocess(drawing())
    spoke = saliency(model, x, steps=256)
    with torch.inference_mode():
        logits, black = model(x[None])[0], model(torch.zeros(1, 1, 28, 28))[0]
        inside = saliency(model, x, steps=256)
    winner = logits.argmax()
    assert spoke.shape == (28, 28)
    assert not spoke[x[0] == 0].any()
    assert spoke.sum().item() == pytest.approx((logits - black)[winner].item(), abs=0.02)
    assert torch.equal(spoke, inside)


shipped = pytest.mark.skipif(
    not (WEIGHTS / "digits-cnn" / "model.safetensors").exists(), reason="no weights are shipped"
)


@pytest.fixture
def load_shipped(monkeypatch):
    monkeypatch.setattr(hub, "WEIGHTS", WEIGHTS)
    return hub.load


@pytest.fixture(scope="module")
def made_up():
    """Drawings and their labels."""
    from trainers.digits import pen

    return pen.drawings(400, seed=99, workers=1)


@pytest.fixture(scope="module")
def scribbled():
    """What is no digit."""
    from trainers.digits import pen

    return pen.drawings(100, seed=96, scribbles=1.0, workers=1)[0]


@shipped
@pytest.mark.parametrize(
    ("network", "least"), [(DigitLinear, 0.65), (DigitMLP, 0.88), (DigitCNN, 0.97)]
)
def test_the_shipped_weights_read_made_up_drawings(load_shipped, made_up, network, least):
    pictures, labels = made_up
    with torch.inference_mode():
        answers = load_shipped(network)(pictures[:, None].float().to(hub.device()) / 255)
    assert (answers.argmax(1).cpu() == labels).double().mean() > least


def refused(model, pictures):
    """Share of pictures, uint8 `(N, 28, 28)`, of which a network names no digit."""
    with torch.inference_mode():
        answers = model(pictures[:, None].float().to(hub.device()) / 255).cpu()
    return sum(model.reading(z) is None for z in answers) / len(answers)


def test_a_digit_is_named_from_the_least_confidence_on():
    logits = torch.tensor([0.0] * 9 + [2.0])
    confidence = logits.softmax(0)[9].item()
    assert DigitLinear().reading(logits) == "9"
    assert DigitLinear(least_confidence=confidence - 1e-6).reading(logits) == "9"
    assert DigitLinear(least_confidence=confidence + 1e-6).reading(logits) is None


def test_the_least_confidence_refuses_few_real_digits_and_asks_for_no_more_than_half():
    shares = torch.linspace(0.2, 0.6, 4001, dtype=torch.float64)  # of the winner
    logits = torch.cat([shares.log()[:, None], ((1 - shares) / 9).log()[:, None].expand(-1, 9)], 1)
    least = digits.least_confidence(logits)
    assert least == 0.2
    assert (shares < least).double().mean() <= digits.REFUSED
    assert digits.least_confidence(logits[2000:]) == 0.4
    assert digits.least_confidence(30 * logits) == 0.5


@pytest.fixture(scope="module")
def other_hands():
    """Digits of scikit-learn, and drawings by a hand that strays far."""
    from trainers.digits import data as digit_data
    from trainers.digits import pen

    drawn, _ = pen.drawings(300, seed=97, hand=digit_data.OTHER_HAND, workers=1)
    return digit_data._enlarged_digits(150).pictures, drawn


@shipped
@pytest.mark.parametrize(
    ("network", "least"), [(DigitLinear, 0.0), (DigitMLP, 0.5), (DigitCNN, 0.85)]
)
def test_real_digits_are_hardly_ever_refused_and_scribbles_are(
    load_shipped, other_hands, scribbled, network, least
):
    model, (scanned, drawn) = load_shipped(network), other_hands
    assert refused(model, scanned) <= 0.01  # measured: 0.4 % at most
    assert refused(model, drawn) <= 0.02  # of 3,000: 0.9 % at most
    assert refused(model, scribbled) >= least


@shipped
@pytest.mark.skipif("MNIST_ROOT" not in os.environ, reason="MNIST_ROOT names no folder with MNIST")
@pytest.mark.parametrize("network", NETWORKS)
def test_the_least_confidence_is_what_the_validation_data_give(load_shipped, network):
    from trainers import report
    from trainers.digits import data as digit_data

    model = load_shipped(network)
    _, validation = digit_data.split(digit_data.mnist(os.environ["MNIST_ROOT"], train=True))
    drawn = digit_data.drawings(3_000, seed=10_001, hand=digit_data.OTHER_HAND)
    logits = report.logits(model, torch.cat([validation.pictures, drawn.pictures]))
    assert model.least_confidence == digits.least_confidence(logits)
    test = digit_data.mnist(os.environ["MNIST_ROOT"], train=False)
    assert refused(model, test.pictures) <= 0.01


@shipped
@pytest.mark.parametrize("network", NETWORKS)
def test_the_shipped_models_are_small_and_state_their_figures(network):
    folder = WEIGHTS / network.weights_name
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_000_000
    card = (folder / "README.md").read_text()
    for text in ("model-index", "python -m trainers.digits", "calibration", "must not be used"):
        assert text in card
    assert "Dry run" not in card


@shipped
def test_the_shipped_network_does_not_swear_by_scribbles(load_shipped, scribbled):
    with torch.inference_mode():
        answers = load_shipped(DigitCNN)(scribbled[:, None].float().to(hub.device()) / 255)
    assert (answers.softmax(1).amax(1) > 0.99).double().mean() < 0.05


@shipped
@pytest.mark.skipif("MNIST_ROOT" not in os.environ, reason="MNIST_ROOT names no folder with MNIST")
@pytest.mark.parametrize("network", NETWORKS)
def test_the_card_states_the_accuracy_that_the_test_set_gives(load_shipped, network):
    from huggingface_hub import ModelCard

    from trainers import report
    from trainers.digits import data

    test = data.mnist(os.environ["MNIST_ROOT"], train=False)
    result = report.evaluate(load_shipped(network), test.pictures, test.labels)
    card = ModelCard.load(WEIGHTS / network.weights_name / "README.md")
    stated = {r.metric_type: r.metric_value for r in card.data.eval_results}
    assert result.accuracy == pytest.approx(stated["accuracy"], abs=1e-4)
    assert result.calibration_error == pytest.approx(stated["ece"], abs=1e-3)


@pytest.mark.skipif("MNIST_ROOT" not in os.environ, reason="MNIST_ROOT names no folder with MNIST")
def test_mnists_own_pictures_come_through_preprocessing_unchanged():
    from trainers.digits import data

    for train in (True, False):
        pictures = data.mnist(os.environ["MNIST_ROOT"], train=train).pictures
        for one in pictures:
            assert torch.equal(digits.as_mnist(Image.fromarray(one.numpy()))[0], one / 255)


@shipped
@pytest.mark.skipif("MNIST_ROOT" not in os.environ, reason="MNIST_ROOT names no folder with MNIST")
def test_the_convolutions_read_the_test_set_through_predict_as_well_as_its_tensors(load_shipped):
    from trainers import report
    from trainers.digits import data

    test, model = data.mnist(os.environ["MNIST_ROOT"], train=False), load_shipped(DigitCNN)
    seen = torch.cat([model.preprocess(Image.fromarray(one.numpy())) for one in test.pictures])
    for pictures in (test.pictures, (seen * 255).round().byte()):
        assert report.evaluate(model, pictures, test.labels).accuracy >= 0.9965
    # Ten of them in the way of a visitor: through `predict` itself.
    for one, label in zip(test.pictures[:10], test.labels[:10].tolist(), strict=True):
        answer = model.predict(Image.fromarray(one.numpy()))
        assert max(answer, key=answer.get) == str(label)


@shipped
@pytest.mark.parametrize(("network", "least"), [(DigitMLP, 0.984), (DigitCNN, 0.9965)])
def test_the_cards_table_says_that_preprocessing_costs_nothing(load_shipped, network, least):
    rows = {row["way"]: row for row in hub.shipped_table(network.weights_name, "preprocessing")}
    assert rows["predict"] == {**rows["tensors"], "way": "predict"}
    assert float(rows["predict"]["accuracy"]) >= least
    assert float(rows["enlarged"]["accuracy"]) >= least - 0.001
    card = (WEIGHTS / network.weights_name / "README.md").read_text()
    assert (
        f"| the same pictures through `predict` | {float(rows['predict']['accuracy']):.2%}" in card
    )


def test_every_network_names_its_weights_and_its_trainer():
    for name, network in digits.MODELS.items():
        assert network.weights_name == f"digits-{name}"
        assert network.weights_name in network.trainer_command
        assert network.title
