"""Filters: torch against scipy and against a calculator, and what strangers send."""

import base64
import contextlib
import io
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import signal, special
from sklearn.datasets import load_sample_image
from torch.nn import functional

from demos import filters
from demos.filters import answers, lesson, quiz, samples
from demos.filters.kernels import BANKS, KERNELS, kernel
from demos.filters.knobs import KNOBS, OPERATIONS, TARGETS
from demos.frame.texts import speaking
from tests.strangers import ANYTHING, NO_PICTURES, one_colour

SKETCH = "oBkBkgggg"  # a dot


def square(name):
    numbers = kernel(name)
    side = int(len(numbers) ** 0.5)
    return [numbers[i : i + side] for i in range(0, len(numbers), side)]


def noise(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width)).tolist()


def output(answer):
    return np.array(answer["output"])


# ---------------------------------------------------------------- the numbers of the course


def test_an_edge_of_tens_and_zeros_gives_0_30_30_0():
    answer = answers.filter_apply("edge", square("prewitt"))
    assert answer["picture"] == [[[10, 10, 10, 0, 0, 0]] * 5]
    assert answer["output"] == [[[0, 30, 30, 0]] * 3]


def test_the_patch_around_18_gives_94_2():
    answer = answers.filter_apply("count", square("count"))
    rows = np.array(answer["picture"][0])
    assert rows.tolist() == np.arange(1, 50).reshape(7, 7).tolist()
    row, column = np.argwhere(rows == 18)[0] - 1
    assert output(answer)[0, row, column] == pytest.approx(94.2)
    patch = [10, 11, 12, 17, 18, 19, 24, 25, 26]
    assert sum(v * (i + 1) / 10 for i, v in enumerate(patch)) == pytest.approx(94.2)


def test_pooling_gives_5_6_4_and_6_7_4():
    answer = answers.filter_pool("pool")
    assert answer["shape"] == [4, 6]
    assert answer["output"] == [[5, 6, 4], [6, 7, 4]]
    means = answers.filter_pool("pool", pool="mean")["output"]
    assert means == [[2.25, 3.25, 2.25], [3.25, 3.75, 1.75]]


def test_the_product_of_the_course_and_one_that_fails():
    answer = answers.filter_product("1 2 1; 0 1 0; 2 3 4", "2 5; 6 7; 1 8")
    assert answer["product"] == [[15, 27], [6, 7], [26, 63]]
    failed = answers.filter_product("1 2 1; 0 1 0; 2 3 4", "1 2; 3 4")
    assert failed["product"] is None
    assert "mat1 and mat2 shapes cannot be multiplied (3x3 and 2x2)" in failed["error"]


# ---------------------------------------------------------------- convolution against scipy


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.integers(9, 20), st.integers(9, 20)),
    st.sampled_from([1, 3, 5, 7]),
    st.sampled_from(["none", "zeros", "reflect"]),
    st.integers(1, 4),
    st.integers(1, 2),
    st.integers(0, 99),
)
def test_every_padding_stride_and_dilation_agrees_with_scipy(
    shape, k, padding, stride, dilation, seed
):
    rows = noise(*shape, seed)
    weight = np.random.default_rng(seed).normal(size=(k, k)).round(2)
    reach, room = dilation * (k - 1) + 1, 0 if padding == "none" else dilation * (k - 1) // 2
    call = (rows, weight.tolist(), padding, stride, dilation)
    if reach > min(shape) + 2 * room or (padding == "reflect" and room >= min(shape)):
        with pytest.raises(ValueError, match=r"does not fit|Nothing to mirror"):
            answers.filter_apply(*call)
        return
    spread = np.zeros((reach, reach))
    spread[::dilation, ::dilation] = weight
    mode = {"none": "constant", "zeros": "constant", "reflect": "reflect"}[padding]
    padded = np.pad(np.array(rows, float), room, mode=mode)
    expected = signal.correlate2d(padded, spread, "valid")[::stride, ::stride]
    answer = answers.filter_apply(*call)
    assert output(answer)[0] == pytest.approx(expected, abs=2e-3)
    sizes = [lesson.out_size(size, k, room, stride, dilation) for size in shape]
    assert answer["output_shape"] == [1, *sizes]


def test_several_filters_read_several_colours():
    weight = answers.bank(list(BANKS), kernel("sobel_x"), [0, 0, 0])
    answer = answers.filter_apply("shapes", weight, side=40)
    pixels = np.array(answer["picture"], float)
    assert answer["weight_shape"] == [4, 3, 3, 3]
    assert answer["parameters"] == 4 * 3 * 3 * 3
    for one, of in zip(output(answer), weight, strict=True):
        parts = [
            signal.correlate2d(c, np.array(w), "valid") for c, w in zip(pixels, of, strict=True)
        ]
        assert one == pytest.approx(sum(parts), abs=1e-2)
    named = answers.filter_channels("shapes", list(BANKS), side=40)
    assert named["output"] == answer["output"]
    assert named["weight"] == weight


def test_the_filters_of_the_course_are_those_of_scipy():
    sobel = np.outer([1, 2, 1], [1, 0, -1])
    assert square("sobel_x") == sobel.tolist()
    assert square("sobel_y") == sobel.T.tolist()
    binomial = special.comb(2, np.arange(3))
    assert square("blur") == (np.outer(binomial, binomial) / 16).tolist()
    sums = {name: round(sum(numbers), 6) for name, (_label, numbers) in KERNELS.items()}
    assert {name for name, total in sums.items() if total == 0} == {
        *("prewitt", "sobel_x", "sobel_y", "laplace")
    }
    assert all(sums[name] == 1 for name in ("identity", "blur", "blur_5", "sharpen", "emboss"))


def test_identity_gives_the_picture_back_and_blur_stays_within_its_numbers():
    rows = noise(12, 9)
    assert answers.filter_apply(rows, square("identity"), "zeros")["output"] == [rows]
    blurred = output(answers.filter_apply(rows, square("blur_5"), "reflect"))
    assert blurred.shape == (1, 12, 9)
    assert 0 <= blurred.min() < blurred.max() <= 255
    assert blurred.std() < np.std(rows) / 2


def test_what_is_shown_as_grey_and_what_with_both_signs():
    grey = answers.filter_apply("china", square("blur"))
    assert (grey["low"], grey["high"]) == ([0], [255])
    edges = answers.filter_apply("china", square("sobel_x"))
    assert edges["low"] == [-edges["high"][0]]
    assert edges["high"][0] == pytest.approx(np.abs(output(edges)).max())
    nothing = answers.filter_apply("china", [[0]])
    assert nothing["low"][0] < nothing["high"][0]


def test_the_page_gets_the_same_numbers_packed():
    plain, packed, levels = (
        answers.filter_apply("flower", square("sobel_y"), side=64, form=form)
        for form in ("numbers", "base64", "levels")
    )
    values = np.frombuffer(base64.b64decode(packed["output"]), "<f4")
    assert values.tolist() == output(plain).astype(np.float32).ravel().tolist()
    pixels = np.frombuffer(base64.b64decode(packed["picture"]), np.uint8)
    assert pixels.tolist() == np.ravel(plain["picture"]).tolist()
    seen = np.frombuffer(base64.b64decode(levels["output"]), np.uint8).astype(float)
    low, high = plain["low"][0], plain["high"][0]
    assert low + seen / 255 * (high - low) == pytest.approx(values, abs=(high - low) / 500)


# ---------------------------------------------------------------- pictures as tensors


def test_the_samples_are_the_photos_of_the_packages():
    for name in ("china", "flower"):
        whole = samples.sample(name, 1000)
        assert np.array_equal(whole.pixels.transpose(1, 2, 0), load_sample_image(f"{name}.jpg"))
    for name in [*samples.PICTURES, *samples.NUMBERS]:
        if name not in ("sketch", "photo"):
            picture = samples.picture_of(name, 160)
            assert picture.pixels.shape == (3, *picture.grey.shape)
            assert max(picture.grey.shape) <= 160


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_way_to_read_a_picture_is_its_line_of_code(operation):
    answer = answers.filter_numbers(noise(5, 8), operation)
    x = torch.tensor(answer["picture"], dtype=torch.uint8)
    mean, std = (torch.tensor(one)[:, None, None] for one in (lesson.MEAN, lesson.DEVIATION))
    names = {"x": x, "stack": torch.stack, "H": 5, "W": 8, "mean": mean, "std": std}
    y = eval(OPERATIONS[operation].replace("−", "-"), names)
    assert torch.equal(torch.tensor(answer["result"], dtype=y.dtype), y)
    assert answer["shape"] == list(y.shape)
    assert answer["strides"] == list(y.stride())
    assert answer["bytes"] == y.nbytes
    assert answer["dtype"] == str(y.dtype).removeprefix("torch.")
    # What is shown has the colours last.
    assert answer["shown_shape"] == list(np.shape(answer["shown"]))
    assert answer["shown_shape"][2] == 3


def test_read_wrongly_a_picture_has_the_same_shape_and_another_look():
    good, wrong = (answers.filter_numbers("shapes", one) for one in ("channels_last", "wrong"))
    assert good["shape"] == wrong["shape"]
    assert good["shown"] == answers.filter_numbers("shapes", "tensor")["shown"] != wrong["shown"]


def test_normalising_is_that_of_torchvision():
    from torchvision.transforms.functional import normalize

    answer = answers.filter_numbers("flower", "normalise", 24)
    x = torch.tensor(answer["picture"], dtype=torch.float32) / 255
    expected = normalize(x, lesson.MEAN, lesson.DEVIATION)
    assert np.array(answer["result"]) == pytest.approx(expected.numpy(), abs=1e-5)
    assert answer["mean"] == pytest.approx(expected.mean(dim=(1, 2)).tolist(), abs=1e-5)


# ---------------------------------------------------------------- pooling, matrices


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["max", "mean"]), st.integers(2, 4), st.integers(1, 5), st.integers(0, 3))
def test_pooling_and_its_gradient_agree_with_numpy(pool, window, stride, shift):
    rows = np.random.default_rng(window).permutation(np.arange(63)).reshape(7, 9)
    answer = answers.filter_pool(rows.tolist(), pool, window, stride, shift)
    moved = np.array(answer["picture"]).reshape(7, 9)
    assert moved[:, shift:].tolist() == rows[:, : 9 - shift].tolist()
    windows = np.lib.stride_tricks.sliding_window_view(moved, (window, window))[::stride, ::stride]
    reduced = windows.max((2, 3)) if pool == "max" else windows.mean((2, 3))
    assert np.array(answer["output"]) == pytest.approx(reduced)
    gradient = np.zeros((7, 9))
    for i, j in np.ndindex(reduced.shape):
        # Of several that are the largest, the first.
        first = np.zeros(window * window)
        first[windows[i, j].argmax()] = 1
        share = first if pool == "max" else np.full(window * window, window**-2)
        place = np.s_[i * stride : i * stride + window, j * stride : j * stride + window]
        gradient[place] += share.reshape(window, window)
    assert np.array(answer["gradient"]) == pytest.approx(gradient, abs=1e-5)
    unmoved = np.array(answers.filter_pool(rows.tolist(), pool, window, stride)["output"])
    assert answer["changed"] == (unmoved != np.array(answer["output"])).sum()


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("padding", ["none", "zeros", "reflect"])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_filter_and_its_matrix_do_the_same(name, padding, stride):
    answer = answers.filter_matrix(kernel(name), 6, padding, stride)
    matrix, x = np.array(answer["matrix"]), np.array(answer["picture"])
    assert np.ravel(answer["output"]) == pytest.approx(matrix @ x.ravel(), abs=1e-4)
    applied = answers.filter_apply(x.astype(int).tolist(), square(name), padding, stride)
    assert np.array(answer["output"]) == pytest.approx(output(applied)[0], abs=1e-4)
    assert answer["entries"] == matrix.size
    assert answer["nonzero"] >= np.count_nonzero(matrix)
    if padding == "none":  # the same numbers in every row
        rows = {tuple(sorted(row[row != 0])) for row in matrix}
        assert len(rows) == 1


def test_how_many_weights_both_layers_need_is_what_torch_counts():
    growth = answers.filter_matrix(kernel("sobel_x"))["growth"]
    for row in growth[:2]:
        dense = torch.nn.Linear(row["size"] ** 2, row["outputs"], bias=False)
        filter_ = torch.nn.Conv2d(1, 1, 3, bias=False)
        assert row["dense"] == dense.weight.numel()
        assert row["filter"] == filter_.weight.numel()
        assert filter_(torch.zeros(1, 1, row["size"], row["size"])).numel() == row["outputs"]


# ---------------------------------------------------------------- a filter learns


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "strength"])
def test_nine_random_numbers_become_the_filter(target):
    answer = answers.filter_learn("china", target, learning_rate=0.2, steps=400)
    last = answer["steps"][-1]
    assert np.ravel(last["kernels"]) == pytest.approx(answer["wanted"], abs=0.15)
    assert last["loss"] < 1e-3 * answer["steps"][0]["loss"]


def test_a_step_is_the_slope_that_is_worked_out_by_hand():
    x = torch.rand(1, 1, 6, 7, generator=torch.Generator().manual_seed(1))
    y = torch.rand(1, 1, 4, 5, generator=torch.Generator().manual_seed(2))
    first, second = lesson.learn(x, y, 1, "sgd", 0.5, steps=1)
    w = torch.tensor(first["kernels"][0])
    error = functional.conv2d(x, w[None, None])[0, 0] - y[0, 0]
    assert first["loss"] == pytest.approx((error**2).mean().item())
    for row, column in np.ndindex(3, 3):
        patch = x[0, 0, row : row + 4, column : column + 5]
        slope = (2 * error * patch).mean().item()
        expected = w[row, column].item() - 0.5 * slope
        assert second["kernels"][0][row][column] == pytest.approx(expected, abs=1e-5)


def test_three_filters_with_a_relu_find_what_one_cannot():
    options = {"target": "strength", "learning_rate": 0.05, "steps": 400, "seed": 2}
    one, three = (answers.filter_learn("china", several=each, **options) for each in (False, True))
    assert one["steps"][-1]["loss"] > 0.1
    last = three["steps"][-1]
    assert last["loss"] < 1e-6
    found = sorted(
        (np.array(k) * m for k, m in zip(last["kernels"], last["mix"], strict=True)),
        key=lambda k: k[1, 0],
    )
    sobel = np.array(square("sobel_x"))
    for is_, wanted in zip(found, (-sobel, 0 * sobel, sobel), strict=True):
        assert is_ == pytest.approx(wanted, abs=0.05)


def test_a_rate_that_is_too_high_ends_with_a_note_and_the_picture_of_a_step_is_sent():
    answer = answers.filter_learn("china", optimizer="sgd", learning_rate=3)
    assert answer["note"] == "overflow"
    assert 2 < len(answer["steps"]) < 50
    good = answers.filter_learn("china", steps=7, form="base64")
    assert good["note"] == ""
    assert [row["step"] for row in good["steps"]] == list(range(8))
    assert good["pictures"][-1]["step"] == 7
    size = np.prod(good["output_shape"])
    assert len(base64.b64decode(good["pictures"][0]["output"])) == size
    long = answers.filter_learn("china", steps=400, form="base64")
    assert len(long["pictures"]) <= answers.SNAPSHOTS
    assert long["pictures"][-1]["step"] == 400


# ---------------------------------------------------------------- what strangers send

ENDPOINTS = [
    lambda image, **more: answers.filter_apply(image, [[1]], **more),
    answers.filter_numbers,
    answers.filter_channels,
    answers.filter_pool,
    answers.filter_learn,
]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        *NO_PICTURES,
        ([], "picture of numbers"),
        ([[]], "picture of numbers"),
        ([[1, 2], [3]], "picture of numbers"),
        ([[1, 256]], "picture of numbers"),
        ([[0.5]], "picture of numbers"),
        ([[True]], "picture of numbers"),
        ([["1"]], "picture of numbers"),
        ([[0] * 65], "picture of numbers"),
        ([[float("nan")]], "picture of numbers"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(endpoint, image, sentence):
    with pytest.raises(ValueError, match=sentence):
        endpoint(image() if callable(image) else image)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16", "F"])
def test_pictures_of_any_kind_are_read(mode):
    stream = io.BytesIO()
    kind = {"CMYK": "JPEG", "F": "TIFF"}.get(mode, "PNG")
    Image.new(mode, (30, 20)).save(stream, kind)
    image = f"data:image/{kind.lower()};base64,{base64.b64encode(stream.getvalue()).decode()}"
    assert answers.filter_numbers(image)["shape"] == [3, 20, 30]


def test_a_large_picture_is_made_smaller_and_one_pixel_stays_one():
    assert answers.filter_numbers(one_colour((3000, 1500), kind="JPEG"))["shape"] == [3, 80, 160]
    assert answers.filter_apply(one_colour((1, 1)), [[2]])["output_shape"] == [1, 1, 1]
    assert answers.filter_numbers(one_colour((2000, 1)))["shape"] == [3, 1, 160]
    with pytest.raises(ValueError, match="too small to learn from"):
        answers.filter_learn(one_colour((4, 4)))
    assert answers.filter_numbers(SKETCH)["shape"] == [3, 160, 160]


@pytest.mark.parametrize(
    "weight",
    [
        *(None, 7, "x", [], [[]], [1], [[1, 2], [3, 4]], [[1] * 3] * 2, [[1] * 9] * 9, {"a": 1}),
        *([[["x"]]], [[[[1]]], [[[1]], [[1]], [[1]]]], [[[[1]]] * 2], [[[[1]]]] * 9, [[None]]),
        *([[float("nan")]], [[1e9]], [[[1]]], [[[[1]]], [[[1] * 3] * 3]]),
    ],
)
def test_what_is_no_filter_is_refused_in_a_sentence(weight):
    with pytest.raises(ValueError, match="weight must be"):
        answers.filter_apply("edge", weight)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: answers.filter_apply("edge", [[1]], "mirror"), "padding must be one of"),
        (lambda: answers.filter_apply("edge", [[1]], stride=0), "stride must be"),
        (lambda: answers.filter_apply("edge", [[1]], dilation=1.5), "dilation must be"),
        (lambda: answers.filter_apply("edge", [[1]], side=4000), "side must be"),
        (lambda: answers.filter_apply("edge", [[1]], form="text"), "form must be one of"),
        (lambda: answers.filter_apply("edge", square("blur"), dilation=3), "reaches over 7 pixels"),
        (
            lambda: answers.filter_apply("edge", square("blur_5"), "reflect", dilation=3),
            "6 pixels are wanted at each edge, and a side of 5 has 4",
        ),
        (lambda: answers.filter_numbers("edge", "sum"), "operation must be one of"),
        (lambda: answers.filter_product("1 2; 3", "1"), "left must be 1 to 6 rows"),
        (lambda: answers.filter_product("1", "a"), "right must be 1 to 6 rows"),
        (lambda: answers.filter_product("1 1 1 1 1 1 1", "1"), "left must be 1 to 6 rows"),
        (lambda: answers.filter_product("nan", "1"), "left must be 1 to 6 rows"),
        (lambda: answers.filter_pool("pool", window=5), "The window does not fit"),
        (lambda: answers.filter_learn("china", "love"), "target must be one of"),
        (lambda: answers.filter_learn("china", steps=10_000), "steps must be"),
        (lambda: answers.filter_matrix([1] * 25, side=4), "does not fit"),
        (lambda: answers.filter_matrix([1] * 8), "kernel must be a list"),
        (lambda: answers.filter_channels("china", []), "filters must be a list"),
    ],
)
def test_what_is_impossible_is_said_with_its_reason(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


@settings(max_examples=60, deadline=None)
@given(ANYTHING, ANYTHING, st.sampled_from(["picture", "weight", "padding", "rest"]))
def test_no_request_breaks_an_endpoint(one, other, which):
    with contextlib.suppress(ValueError):  # any other error fails
        if which == "picture":
            for endpoint in ENDPOINTS[:4]:
                endpoint(one)
        elif which == "weight":
            answers.filter_apply("edge", one)
            answers.filter_matrix(one)
        elif which == "padding":
            answers.filter_apply("edge", [[1]], one, other)
        else:
            answers.filter_product(one, other)
            answers.filter_pool("pool", one, other)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(-1000, 1000), min_size=9, max_size=9),
    st.sampled_from(["none", "zeros", "reflect"]),
    st.integers(1, 4),
    st.integers(1, 4),
)
def test_any_allowed_filter_gives_finite_numbers_and_ends(numbers, padding, stride, dilation):
    rows = [numbers[i : i + 3] for i in (0, 3, 6)]
    with contextlib.suppress(ValueError):
        answer = answers.filter_apply("count", rows, padding, stride, dilation)
        assert np.isfinite(output(answer)).all()
        assert answer["low"][0] < answer["high"][0]


# ---------------------------------------------------------------- the page


def said(topic, number, language="en"):
    """Return the answer of a task as its reader sees it."""
    of = [one for one in filters.CHAPTER.tasks if one.settings["topic"] == topic]
    return of[number - 1].answer


def test_the_answers_of_the_tasks_say_what_comes_out():
    def has(topic, number, *texts):
        text = said(topic, number)
        for one in texts:
            assert one in text, (topic, number, one)

    x, floats = (answers.filter_numbers("china", one) for one in ("tensor", "float"))
    has("numbers", 1, "107", "160", "51\\,360", f"{floats['bytes']:,}")
    assert x["bytes"] == 51360
    flipped = answers.filter_numbers("china", "colours")["mean"]
    means = [", ".join(f"{v:.0f}" for v in one) for one in (x["mean"], flipped)]
    has("numbers", 2, *means)
    right = answers.filter_numbers("china", "channels_last")
    has("numbers", 3, f"({', '.join(map(str, right['strides']))})")
    normal = answers.filter_numbers("china", "normalise")
    has("numbers", 4, f"−{-min(normal['least']):.2f}", f"{max(normal['most']):.2f}")

    has("product", 1, "63")
    mended = answers.filter_product("1 2 1; 0 1 0; 2 3 4", "1 2; 3 4; 5 6")
    assert np.shape(mended["product"]) == (3, 2)
    has("product", 2, answers.filter_product("1 2 1; 0 1 0; 2 3 4", "1 2; 3 4")["error"])
    assert answers.filter_product("1 0 2", "3; 1; 2")["product"] == [[7]]
    has("product", 3, "= 7")

    has("convolve", 1, "0 30 30 0")
    has("convolve", 2, "94.2")
    strided = answers.filter_apply("china", square("prewitt"), "zeros", 2)
    assert strided["output_shape"] == [1, 54, 80]
    has("convolve", 3, "= 54", "80 columns")
    assert answers.filter_apply("edge", square("prewitt"), dilation=2)["output_shape"] == [1, 1, 2]
    sobel = output(answers.filter_apply("shapes", square("sobel_x")))[0]
    assert sobel[86, 5] == 0  # the horizon
    assert sobel[42, 13:17].max() > 100
    assert sobel[42, 62:66].min() < -100

    red = output(answers.filter_channels("shapes", ["red"]))[0]
    has(
        "channels",
        1,
        *(f"{red[at]:.0f}".replace("-", "−") for at in [(42, 40), (33, 90), (90, 115)]),
    )
    counts = [answers.filter_channels("china", list(BANKS)[:n])["parameters"] for n in (3, 4)]
    has("channels", 2, *(f"{count}" for count in counts), "27")
    own = answers.filter_channels("shapes", ["own"], kernel("identity"), [1, -1, 0])
    own = output(own)[0]
    has("channels", 3, "142", "−110", "just 4")
    assert [own[at] for at in [(42, 40), (90, 115), (60, 5)]] == [142, -110, 4]

    has("pooling", 1, "5 6 4 / 6 7 4", "2.25 3.25 2.25 / 3.25 3.75 1.75")
    moved = [answers.filter_pool("pool", pool, shift=1) for pool in ("max", "mean")]
    assert [one["changed"] for one in moved] == [4, 5]
    has("pooling", 2, f"{moved[0]['changed_pixels']} of 24", "4 of 6", "5 of the mean")
    photo = answers.filter_pool("china", "max", 4, 4, 1)
    numbers = ("changed_pixels", "pixels", "changed", "numbers")
    has("pooling", 2, *(f"{photo[name]:,}" for name in numbers))
    wide = answers.filter_pool("pool", "max", 3, 1)
    assert np.max(wide["gradient"]) == 6
    assert len(np.ravel(wide["output"])) == 8
    has("pooling", 3, "six of the eight", "6 winners of 24")

    taught = answers.filter_learn("china")
    losses = [row["loss"] for row in taught["steps"]]
    below = next(step for step, loss in enumerate(losses) if loss < 0.01)
    has("learn", 1, f"After {below} steps", f"{losses[-1]:.5f}")
    found = [f"{v:.2f}".replace("-", "−") for v in np.ravel(taught["steps"][-1]["kernels"])]
    rows = " / ".join(" ".join(found[i : i + 3]) for i in (0, 3, 6))
    has("learn", 1, rows)
    slow = answers.filter_learn("china", optimizer="sgd", learning_rate=1)
    has("learn", 2, f"{slow['steps'][-1]['loss']:.3f}")
    assert answers.filter_learn("china", optimizer="sgd", learning_rate=1.5)["note"]
    options = {"target": "strength", "learning_rate": 0.05, "steps": 400, "seed": 2}
    has("learn", 3, f"{answers.filter_learn('china', **options)['steps'][-1]['loss']:.2f}")
    noisy = answers.filter_learn("china", noise=1, steps=400)
    far = np.abs(np.ravel(noisy["steps"][-1]["kernels"]) - noisy["wanted"]).max()
    has("learn", 4, f"{far:.2f}", f"{noisy['steps'][-1]['loss']:.2f}")

    matrix, padded = answers.filter_matrix(), answers.filter_matrix(padding="zeros")
    has("dense", 1, "576", str(matrix["nonzero"]), str(576 - matrix["nonzero"]))
    has("dense", 2, str(padded["entries"]), str(padded["nonzero"]))
    largest = matrix["growth"][-1]["dense"]
    has("dense", 3, f"{largest:,}", f"{4 * largest / 1e9:.1f}")


def test_every_set_up_of_a_task_computes():
    for task in filters.CHAPTER.tasks:
        chosen = KNOBS.check(dict(task.settings))
        assert chosen["topic"] in KNOBS["topic"].options
        if chosen["topic"] == "convolve":
            side = int(len(chosen["kernel"]) ** 0.5)
            numbers = np.array(chosen["kernel"]).reshape(side, side).tolist()
            answers.filter_apply(chosen["picture"], numbers, chosen["padding"], chosen["stride"])


def test_a_refusal_is_said_in_german_too():
    from demos.frame.api import student_errors

    with speaking("de"), pytest.raises(Exception, match=r"Filter") as refused:
        student_errors(answers.filter_apply)("edge", square("blur"), dilation=3)
    assert not re.search(r"\b(the|does)\b", str(refused.value))


def test_what_the_questions_explain_is_so():
    laplace, blur, sobel = ([y for _x, y in line] for line in quiz.profiles().values())
    assert [y for y in laplace if y] == [-0.25, 0.25]
    assert blur == sorted(blur, reverse=True)
    assert (blur[0], blur[-1]) == (1, 0)
    assert max(sobel) == 2
    assert min(sobel) == 0
    x = torch.zeros(1, 1, 8, 8)
    x[..., 5, 2] = 1
    for kind, left in (("max", 1), ("mean", 1 / 64)):
        y = x
        for _time in range(3):
            y = lesson.pool(y, kind, 2, 2)[0]
        assert y.item() == left
