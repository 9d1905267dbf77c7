"""The digits tab: its answers, its endpoint, and what strangers send to it."""

import base64
import contextlib
import io
import json
import math
import re

import numpy as np
import pytest
import torch
from gradio_client import handle_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from demos.digits import CHAPTER, board, lesson, lessons, quiz
from demos.digits import reading as digits
from demos.digits.figures import FIGURES, _flag
from demos.digits.knobs import KNOBS, LABELS, NETWORKS
from demos.digits.lesson import express, read
from demos.digits.reading import answer, digits_predict
from demos.digits.scripts import SCRIPTS
from demos.frame.source import filled, script_of
from demos.widgets.sketch_pad import encode
from models import hub
from models.digits import MODELS
from tests.strangers import ANYTHING

SEVEN = encode([(30, [(150, 100), (360, 100), (230, 430)])])


def seven(mode="RGB", size=200, ink="black", paper="white"):
    image = Image.new("RGB", (size, size), paper)
    pen = ImageDraw.Draw(image)
    corners = [(0.3 * size, 0.2 * size), (0.72 * size, 0.2 * size), (0.44 * size, 0.85 * size)]
    pen.line(corners, fill=ink, width=size // 14, joint="curve")
    return image.convert(mode)


def data_url(image, kind="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    content = base64.b64encode(stream.getvalue()).decode()
    return f"data:image/{kind.lower()};base64,{content}"


# ---------------------------------------------------------------- the lesson


def test_softmax_and_sigmoid_are_the_closed_forms():
    logits = torch.tensor([2.0, -1.0, 0.5] + [0.0] * 7)
    x = torch.zeros(1, 28, 28)

    def network(_):
        return logits[None]

    exponentials = [math.exp(z) for z in logits.tolist()]
    softmax = [e / sum(exponentials) for e in exponentials]
    sigmoid = [1 / (1 + math.exp(-z)) for z in logits.tolist()]
    assert express(read(network, x), "softmax").tolist() == pytest.approx(softmax)
    assert express(read(network, x), "sigmoid").tolist() == pytest.approx(sigmoid)
    assert express(read(network, x), "logits").tolist() == logits.tolist()


def test_the_blackboard_holds_the_numbers_of_the_winner():
    numbers = answer(SEVEN, True, "softmax")[1].numbers
    logits = answer(SEVEN, True, "logits")[1].values[2]
    assert numbers["digit"] == "7"
    assert float(numbers["z"]) == pytest.approx(logits[7], abs=0.01)
    assert float(numbers["sigmoid"]) == pytest.approx(1 / (1 + math.exp(-logits[7])), abs=1e-4)
    share = float(numbers["exponential"]) / float(numbers["total"])
    assert share == pytest.approx(float(numbers["softmax"]), abs=0.01)


def test_the_code_that_is_shown_is_the_code_that_ran():
    import inspect

    from models.digits import DigitModel, to_ink

    source = CHAPTER.source()
    assert inspect.getsource(to_ink).rpartition('"""')[2].rstrip() in source
    assert inspect.getsource(DigitModel.forward).splitlines()[0].strip() in source
    compile(source, "lesson", "exec")


@pytest.mark.parametrize(
    ("output", "preprocess"), [("softmax", True), ("logits", False), ("sigmoid", True)]
)
def test_the_script_comes_to_the_numbers_of_the_endpoint(output, preprocess):
    script, out = script_of(SCRIPTS["read"], KNOBS), io.StringIO()
    space = {}
    with contextlib.redirect_stdout(out):
        exec(filled(script, {"output": output, "preprocess": preprocess}), space)
    said = digits_predict(data_url(space["image"]), preprocess=preprocess, output=output)
    numbers = re.findall(r"^  \d: (-?[\d.]+)$", out.getvalue(), re.MULTILINE)
    expected = [said[kind][str(digit)] for kind in NETWORKS for digit in range(10)]
    assert list(map(float, numbers)) == pytest.approx(expected, abs=1e-4)
    assert f"cnn reads {said['digit'] or '?'}; {output}:" in out.getvalue()


# ---------------------------------------------------------------- the answer on the page


def test_three_networks_answer_the_same_sketch():
    (seen, spoke), bars = answer(SEVEN, True, "softmax")
    assert seen[0].shape == spoke[0].shape == (28, 28)
    assert abs(spoke[0]).max() == pytest.approx(1)
    for values, total in zip(bars.values, bars.sums, strict=True):
        assert sum(values) == pytest.approx(1)
        assert total == "sum 100 %"
    assert bars.values[2].index(max(bars.values[2])) == 7


def test_sigmoids_do_not_add_up_to_one_hundred_per_cent():
    _, bars = answer(SEVEN, True, "sigmoid")
    for values, total in zip(bars.values, bars.sums, strict=True):
        assert total == f"sum {100 * sum(values):.0f} %"


def test_the_page_and_the_python_api_say_the_same():
    from demos.widgets.sketch_pad import picture
    from models.digits import DigitCNN

    _, bars = answer(SEVEN, True, "softmax")
    predicted = hub.load(DigitCNN).predict(picture(SEVEN))
    assert bars.values[2] == pytest.approx(list(predicted.values()), abs=1e-5)


@pytest.mark.parametrize("output", [*KNOBS["output"].options])
@pytest.mark.parametrize("preprocess", [True, False])
def test_an_empty_pad_predicts_nothing(output, preprocess):
    pictures, bars = answer("", preprocess, output)
    assert pictures == [None, None]
    assert bars.values == [None] * 3
    assert "Draw a digit" in bars.note


def test_the_bars_stay_the_same_when_the_same_sketch_comes_again():
    first, second = answer(SEVEN, True, "logits"), answer(SEVEN, True, "logits")
    assert first[1] == second[1]
    assert np.array_equal(first[0][1][0], second[0][1][0])


# ---------------------------------------------------------------- the lessons


def told(strokes, topic):
    """What the board shows of a sketch."""
    sketch = strokes if isinstance(strokes, str) else encode(strokes)
    return json.loads(lessons.lesson(sketch, topic))


def bytes_of(coded, kind=np.uint8):
    return np.frombuffer(base64.b64decode(coded), kind).reshape(28, 28)


def test_the_one_output_is_what_weights_and_pixels_come_to_by_hand():
    from demos.widgets.sketch_pad import picture
    from models.digits_one import ZeroOrNot

    model, answer = hub.load(ZeroOrNot), told(FIGURES["zero"], "zero")
    x = model.preprocess(picture(FIGURES["zero"]))[0].numpy().astype(float)
    weight = model.network[1].weight.detach().cpu().numpy().reshape(28, 28)
    z = (weight * (x - model.mean) / model.std).sum() + model.network[1].bias.item()
    p = 1 / (1 + math.exp(-z))
    assert answer["z"] == pytest.approx(z, abs=1e-4)
    assert answer["bias"] + answer["plus"] + answer["minus"] == pytest.approx(z, abs=1e-4)
    assert answer["plus"] > 0 > answer["minus"]
    assert answer["p"] == pytest.approx(p, abs=1e-5)
    assert answer["losses"] == pytest.approx([-math.log(1 - p), -math.log(p)], abs=1e-4)
    assert np.abs(bytes_of(answer["seen"]) / 255 - x).max() < 0.003
    signs = np.sign(bytes_of(answer["weights"], np.int8).astype(int))
    assert (signs * np.sign(weight) >= 0).all()
    assert not bytes_of(answer["added"], np.int8)[x == 0].any()


@given(st.floats(-30, 30))
@settings(deadline=None, max_examples=50)
def test_the_losses_of_one_logit_are_binary_cross_entropies(z):
    no, yes = lesson.binary_losses(torch.tensor(z, dtype=torch.float64))
    assert no == pytest.approx(math.log1p(math.exp(z)), rel=1e-9)
    assert yes == pytest.approx(math.log1p(math.exp(-z)), rel=1e-9)


def test_ten_outputs_are_worked_out_from_their_own_logits():
    answer = told(SEVEN, "ten")
    assert answer["networks"].keys() == NETWORKS.keys()
    for key, ten in answer["networks"].items():
        z = ten["logits"]
        assert z == pytest.approx(digits.predict(_seven(), True)[1][key].tolist(), abs=1e-5)
        exponentials = [math.exp(one) for one in z]
        softmax = [e / sum(exponentials) for e in exponentials]
        sigmoid = [1 / (1 + math.exp(-one)) for one in z]
        assert ten["exponentials"] == pytest.approx(exponentials)
        assert ten["total"] == pytest.approx(sum(exponentials))
        assert ten["softmax"] == pytest.approx(softmax)
        assert ten["sigmoid"] == pytest.approx(sigmoid)
        assert ten["entropies"] == pytest.approx([-math.log(p) for p in softmax])
        for truth, loss in enumerate(ten["questions"]):
            terms = [-math.log(s if i == truth else 1 - s) for i, s in enumerate(sigmoid)]
            assert loss == pytest.approx(sum(terms), rel=1e-6)
    assert told(SEVEN, "entropy")["networks"] == answer["networks"]


def _seven():
    from demos.widgets.sketch_pad import picture

    return picture(SEVEN)


def test_p_minus_y_is_the_gradient_of_the_cross_entropy():
    z = torch.tensor(told(SEVEN, "entropy")["networks"]["mlp"]["logits"], requires_grad=True)
    torch.nn.functional.cross_entropy(z, torch.tensor(1)).backward()
    p = torch.tensor(told(SEVEN, "entropy")["networks"]["mlp"]["softmax"])
    assert torch.allclose(z.grad, p - torch.eye(10)[1], atol=1e-6)


def test_one_number_has_a_squared_error_for_each_digit_and_ten_shares_have_a_mean():
    answer = told(SEVEN, "number")
    assert answer["errors"] == pytest.approx([(answer["number"] - d) ** 2 for d in range(10)])
    shares = told(SEVEN, "ten")["networks"]["mlp"]["softmax"]
    assert answer["shares"] == pytest.approx(shares)
    assert answer["mean"] == pytest.approx(sum(p * d for d, p in enumerate(shares)))


def test_the_sketch_is_read_in_every_way_that_the_trainers_measured():
    answer, measured = told(SEVEN, "cost"), board.measured()
    ways = [row["way"] for row in answer["ways"]]
    assert ways == list(board.WAYS)
    for key in NETWORKS:
        assert set(ways) < set(measured["ways"][key])
        digit, share = answer["ways"][0]["reads"][key]
        assert digit == "7"
        assert share == pytest.approx(told(SEVEN, "ten")["networks"][key]["softmax"][7], abs=1e-5)
    pictures = {row["way"]: bytes_of(row["seen"]).astype(int) for row in answer["ways"]}
    assert np.array_equal(pictures["inverted"], 255 - pictures["predict"])
    assert np.abs(pictures["shifted"][4:, 4:] - pictures["predict"][:-4, :-4]).max() <= 1
    assert len(measured["missed"]) == len(measured["alarms"]) == 101
    assert len(measured["numbers"]) == 10


@pytest.mark.parametrize("topic", lessons.TOPICS)
def test_a_lesson_asks_for_a_sketch_refuses_a_blank_photo_and_is_small(topic):
    assert told("", topic) == {"topic": topic, "empty": told("", topic)["empty"]}
    assert "Draw a digit" in told("", topic)["empty"]
    with pytest.raises(ValueError, match="no ink"):
        lessons.lesson(data_url(Image.new("L", (90, 90), 255)), topic)
    answer = lessons.lesson(SEVEN, topic)
    assert len(answer) < 14_000
    assert lessons.lesson(SEVEN, topic) == answer
    assert told(data_url(seven(size=168)), topic)["topic"] == topic  # a photo will do


def says(topic, number, *texts):
    """Check that the answer of a topic's task states some numbers."""
    answers = [task.answer for task in CHAPTER.tasks if task.settings.get("topic") == topic]
    for text in texts:
        assert text in answers[number - 1], (text, answers[number - 1])


def test_the_answer_about_sigmoids_says_to_what_those_of_a_seven_add_up():
    text = next(task.answer for task in CHAPTER.tasks if "switch from **softmax**" in task.prompt)
    for kind, about in (("cnn", "around {} % for the conv"), ("linear", "and {} % for the linear")):
        network = hub.load(MODELS[kind]).cpu()
        sums = []
        for width in (16, 20, 24):
            image = Image.new("L", (280, 280), "white")
            corners = [(80, 70), (200, 70), (130, 220)]
            ImageDraw.Draw(image).line(corners, fill="black", width=width)
            sums.append(network(network.preprocess(image)[None]).sigmoid().sum().item())
        (percent,) = re.findall(re.escape(about).replace(r"\{\}", r"(\d+)"), text)
        assert np.mean(sums) == pytest.approx(int(percent) / 100, rel=0.05)


def test_the_line_to_blame_for_two_softmaxes_is_the_only_one():
    (twice,) = (one for one in quiz.QUIZ if one.name == "twice")

    def said(line, mended):
        lines = twice.code.splitlines()
        lines[line - 1] = mended
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec("\n".join(lines), {})
        return out.getvalue().strip()

    assert said(twice.line, twice.mended) == "p = 1.00, loss 0.00"
    assert said(7, "    p = z") != "p = 1.00, loss 0.00"  # p is shown: softmax has to stay


def test_the_tasks_about_one_output_state_what_comes_out():
    for name, number in (("zero", 1), ("dotted", 1), ("square", 2)):
        p = told(FIGURES[name], "zero")["p"]
        says("zero", number, f"{p:.3f}", f"{-math.log(p):.3f}")
    says("zero", 2, f"{-math.log(1 - told(FIGURES['square'], 'zero')['p']):.3f}")
    counts = board.measured()
    for at in (10, 90):
        missed, alarms = counts["missed"][at], counts["alarms"][at]
        says("zero", 3, f"misses {missed} ", f"calls {alarms} others")
    right = 1 - (counts["missed"][50] + counts["alarms"][50]) / 10_000
    says("zero", 3, f"{right:.2%}".replace("%", " %"))
    flag = told(FIGURES["flag"], "number")
    says("number", 1, f"{flag['number']:.2f}")
    assert round(flag["number"]) == 4
    for digit in (1, 7):
        says("number", 1, f"{digit} with {100 * flag['shares'][digit]:.1f} %")
    assert flag["shares"][4] < 0.001
    of_the_card = hub.shipped_table("digits-mlp", "preprocessing")[0]["accuracy"]
    says("number", 3, f"{100 * float(of_the_card):.2f} %", "81.78 %")
    assert "**81.78%** are right" in (hub.WEIGHTS / "digits-number/README.md").read_text()
    # The flag grows: the one output passes all numbers between.
    grown = [told(_flag(length), "number")["number"] for length in range(0, 140, 10)]
    assert {round(number) for number in grown} >= {1, 2, 3, 4, 5, 6}


def test_the_tasks_about_ten_outputs_state_what_comes_out():
    networks = told(FIGURES["seven"], "ten")["networks"]
    mlp = networks["mlp"]
    says("ten", 2, f"{mlp['softmax'][7]:.3f}", f"{mlp['softmax'][3]:.3f}", f"{mlp['total']:.1f}")
    says("ten", 2, f"{mlp['exponentials'][7]:.0f}", f"{mlp['exponentials'][3]:.1f}")
    asked = next(t.prompt for t in CHAPTER.tasks[::-1] if "Work out both" in t.prompt)
    assert f"{mlp['sigmoid'][3]:.4f}" in asked
    assert f"{mlp['logits'][7]:.2f} and {mlp['logits'][3]:.2f}" in asked
    says("ten", 3, *(f"{sum(ten['sigmoid']):.2f}" for ten in networks.values()))
    dear = [(loss, digit) for digit, loss in enumerate(mlp["entropies"]) if digit != 7]
    (least, cheapest), (most, dearest) = min(dear), max(dear)
    says("entropy", 1, f"{mlp['softmax'][7]:.4f}", f"{mlp['entropies'][7]:.4f}")
    says("entropy", 1, f"a {cheapest} it is {least:.2f}", f"a {dearest} it is {most:.2f}")
    between = told(FIGURES["between"], "ten")["networks"]["mlp"]["entropies"]
    says("entropy", 2, f"({between[1]:.2f} and {between[7]:.2f})")
    star = told(FIGURES["star"], "ten")["networks"]["cnn"]["entropies"]
    says("entropy", 3, f"Between {min(star):.2f} and {max(star):.2f}")


def test_the_tasks_about_preprocessing_state_what_was_measured():
    ways = board.measured()["ways"]
    for key in NETWORKS:
        for number, way in ((1, "shifted"), (2, "inverted")):
            says("cost", number, f"{100 * ways[key][way]:.2f} %")
    for key in ("linear", "cnn"):
        says(
            "cost",
            3,
            f"{100 * ways[key]['tensors']:.2f} %",
            f"{100 * ways[key]['half_pixel']:.2f} %",
        )


# ---------------------------------------------------------------- what is no digit

STAR = [
    (
        250 + round(radius * math.sin(math.pi * i / 5)),
        250 - round(radius * math.cos(math.pi * i / 5)),
    )
    for i, radius in enumerate([180, 72] * 5 + [180])
]
STARS = {
    "outline": [(30, STAR)],
    "in one line": [(30, [*STAR[::4], STAR[2], STAR[6], STAR[0]])],
    "small": [(30, [(x // 2 + 60, y // 2 + 90) for x, y in STAR])],
}
# Width of the pen, the bar with what leads to it, the stem, where the bar ends or sticks out.
FOURS_ENDING = [
    (30, [(170, 90), (160, 250), (310, 250)], [(310, 90), (300, 430)]),
    (30, [(160, 90), (150, 200), (165, 265), (230, 285), (320, 270)], [(330, 90), (320, 430)]),
    (20, [(170, 90), (160, 250), (310, 250)], [(310, 90), (300, 430)]),
    (40, [(180, 80), (160, 260), (320, 260)], [(320, 80), (310, 440)]),
    (30, [(150, 100), (140, 240), (330, 240)], [(330, 100), (310, 430)]),
]
FOURS_STICKING_OUT = [
    (30, [(150, 100), (130, 290), (350, 290)], [(300, 110), (295, 430)]),
    (30, [(130, 100), (110, 270), (390, 270)], [(330, 90), (320, 440)]),
    (30, [(200, 80), (110, 300), (390, 300)], [(320, 180), (290, 440)]),
    (14, [(160, 100), (140, 290), (360, 290)], [(300, 100), (300, 430)]),
    (50, [(150, 100), (130, 290), (350, 290)], [(300, 110), (295, 430)]),
    (30, [(150, 90), (120, 330), (380, 330)], [(310, 100), (300, 440)]),
]


def reads(strokes):
    from demos.widgets.sketch_pad import picture

    _, logits = digits.predict(picture(encode(strokes)), True)
    return digits.readings(logits)


def open_and_closed(four):
    """What the networks read of a 4, and when its top is closed by a straight or an arched line."""
    width, bar, stem = four
    strokes, top = [(width, bar), (width, stem)], (bar[0], stem[0])
    middle = ((top[0][0] + top[1][0]) // 2, min(top[0][1], top[1][1]) - 50)
    lids = [list(top), [top[0], middle, top[1]]]
    return reads(strokes), *(reads([*strokes, (width, lid)]) for lid in lids)


@pytest.mark.parametrize("four", FOURS_ENDING, ids=str)
def test_a_four_whose_bar_ends_at_the_stem_becomes_a_nine_to_all_when_it_is_closed(four):
    before, *after = open_and_closed(four)
    assert set(before.values()) == {"4"}
    assert all(set(closed.values()) == {"9"} for closed in after)


def test_a_four_whose_bar_sticks_out_becomes_a_nine_but_mostly_not_to_the_convolutions():
    read = [open_and_closed(four) for four in FOURS_STICKING_OUT]
    assert all(set(before.values()) == {"4"} for before, *_ in read)
    after = [closed for _, *lids in read for closed in lids]
    nines = {key: sum(closed[key] == "9" for closed in after) for key in NETWORKS}
    assert nines["mlp"] == len(after)
    assert nines["linear"] > 0.75 * len(after)
    assert nines["cnn"] < 0.25 * len(after)


@pytest.mark.parametrize("star", STARS)
@pytest.mark.parametrize("output", list(KNOBS["output"].options))
def test_a_star_gets_a_question_mark_on_page_and_board(star, output):
    (_, spoke), bars = answer(encode(STARS[star]), True, output)
    assert set(bars.unnamed) >= {1, 2}  # the linear one names something
    assert bars.numbers["digit"] == "?"
    assert "convolutional ?" in bars.note
    assert "best guess" in spoke[1]
    panels = json.loads(bars.to_json())["panels"]
    assert [panel.get("unnamed", False) for panel in panels] == [0 in bars.unnamed, True, True]


def test_when_no_network_names_a_digit_the_note_says_so():
    assert "None of them" in digits._remark(dict.fromkeys(NETWORKS))
    assert "None of them" in digits._remark({"mlp": None})
    assert digits._remark({"mlp": "3"}) == digits._remark({}) == ""


def test_the_endpoint_says_why_it_names_no_digit(client):
    from demos.widgets.sketch_pad import picture

    star = data_url(picture(encode(STARS["outline"])))
    result = client.predict(star, api_name="/digits_predict")
    assert result["digit"] is result["reads"]["cnn"] is None
    assert "below 50 % none is named" in result["reason"]
    assert f"{100 * max(result['cnn'].values()):.1f} %" in result["reason"]
    blank = client.predict(data_url(Image.new("L", (90, 90), 255)), api_name="/digits_predict")
    assert (blank["digit"], blank["reason"]) == (None, "There is no ink to be seen.")
    read = client.predict(data_url(seven()), api_name="/digits_predict")
    assert (read["reason"], set(read["reads"].values())) == (None, {"7"})


def test_a_network_whose_numbers_overflow_is_silent_and_says_why(monkeypatch):
    found, missing, notices = digits.networks()
    broken = type(found["cnn"])()
    with torch.no_grad():
        list(broken.parameters())[-1].fill_(math.nan)
    monkeypatch.setattr(
        digits, "networks", lambda: ({**found, "cnn": broken.eval()}, missing, notices)
    )
    (_, spoke), bars = answer(SEVEN, True, "softmax")
    assert spoke is None
    assert bars.values[2] is None
    assert "overflow" in bars.troubles[2]
    assert bars.note == "All of them read a 7."
    assert bars.to_json()
    result = digits_predict(data_url(seven()))
    assert result["digit"] == "7"
    assert "overflow" in result["missing"]["cnn"]


# ---------------------------------------------------------------- weights


@pytest.fixture
def no_weights(tmp_path, monkeypatch):
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path)
    monkeypatch.delenv("WEIGHTS_REPO", raising=False)
    for cached in (digits._networks, lessons._single):
        cached.cache_clear()
    yield tmp_path
    for cached in (digits._networks, lessons._single):
        cached.cache_clear()


def test_missing_weights_are_said_with_the_command_that_mends_them(no_weights):
    pictures, bars = answer(SEVEN, True, "softmax")
    assert pictures == [None, None]
    assert bars.values == [None] * 3
    for key, trouble in zip(NETWORKS, bars.troubles, strict=True):
        assert f"python -m trainers.digits --model {key}" in trouble
    with pytest.raises(ValueError, match=r"python -m trainers\.digits"):
        digits_predict(data_url(seven()))


@pytest.mark.parametrize("key", ["zero", "number"])
def test_a_lesson_without_its_weights_says_the_command_that_mends_them(no_weights, key):
    from models.digits import DigitMLP

    torch.manual_seed(0)
    hub.save(DigitMLP(), no_weights / "digits-mlp")
    with pytest.raises(ValueError, match=rf"python -m trainers\.digits --model {key}"):
        lessons.lesson(SEVEN, key)
    ten = told(SEVEN, "ten")
    assert list(ten["networks"]) == ["mlp"]
    assert "--model cnn" in ten["missing"]["cnn"]
    assert told(SEVEN, "cost")["ways"][0]["reads"].keys() == {"mlp"}


def test_a_missing_network_does_not_silence_the_others(no_weights):
    from models.digits import DigitMLP

    torch.manual_seed(0)
    hub.save(DigitMLP(), no_weights / "digits-mlp")
    (seen, spoke), bars = answer(SEVEN, True, "softmax")
    assert seen is not None
    assert spoke is None
    assert [values is None for values in bars.values] == [True, False, True]
    assert [bool(trouble) for trouble in bars.troubles] == [True, False, True]
    result = digits_predict(data_url(seven()))
    assert set(result["missing"]) == {"linear", "cnn"}
    assert result["digit"] in LABELS  # untrained, it refuses nothing


def test_damaged_weights_disable_their_network_only(no_weights):
    from models.digits import DigitCNN, DigitLinear

    for model in (DigitLinear(), DigitCNN()):
        hub.save(model, no_weights / model.weights_name)
    (no_weights / "digits-cnn" / "model.safetensors").write_bytes(b"\0" * 100)
    _, bars = answer(SEVEN, True, "softmax")
    assert bars.values[0] is not None
    assert "damaged" in bars.troubles[2]


# ---------------------------------------------------------------- the endpoint


def test_the_endpoint_reads_a_data_url(client):
    result = client.predict(data_url(seven()), api_name="/digits_predict")
    assert result["digit"] == "7"
    assert result["missing"] == {}
    for key in NETWORKS:
        assert list(result[key]) == LABELS
        assert sum(result[key].values()) == pytest.approx(1, abs=1e-5)


def test_the_endpoint_reads_a_file(client, tmp_path):
    seven("L").save(tmp_path / "seven.jpg")
    result = client.predict(handle_file(tmp_path / "seven.jpg"), api_name="/digits_predict")
    assert result["digit"] == "7"


def test_the_endpoint_reads_nothing_that_was_not_uploaded(client):
    for image in ({"path": "/etc/passwd"}, {"path": "app.py"}, {"path": None}, {}, "/etc/passwd"):
        with pytest.raises(Exception, match=r"not uploaded|data:image"):
            client.predict(image, api_name="/digits_predict")


def test_the_endpoint_fetches_no_address(client, suite_url):
    with pytest.raises(Exception, match="not uploaded"):
        client.predict({"path": suite_url, "url": suite_url}, api_name="/digits_predict")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((7,), "must be text"),
        ((None,), "must be text"),
        (([1, 2],), "must be text"),
        (("",), "must be text"),
        (("data:image/png;base64,%%%",), "damaged or cut off"),
        (("data:image/png;base64,AAAA",), "not a picture"),
        (("data:text/html;base64,AAAA",), "must be text"),
        (("data:image/png;base64," + "A" * 27_000_000,), "larger than 20 MB"),
        ((data_url(seven())[:-400],), "damaged|cut off"),
        ((data_url(Image.new("L", (10_000, 5_000))),), "50 megapixels"),
        ((data_url(seven()), "yes"), "preprocess must be true or false"),
        ((data_url(seven()), True, "probability"), "output must be one of"),
        ((data_url(seven()), True, 1e308), "output must be one of"),
        ((data_url(seven()), 10**9), "preprocess must be true or false"),
    ],
)
def test_bad_input_gets_one_clear_sentence(client, arguments, sentence):
    with pytest.raises(Exception, match=sentence):
        client.predict(*arguments, api_name="/digits_predict")


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "CMYK", "1", "I;16"])
def test_every_kind_of_picture_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = seven("L").convert("I;16") if mode == "I;16" else seven().convert(mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(seven("L")).astype(np.uint16) * 257)
    assert digits_predict(data_url(image, kind))["digit"] == "7"


def test_white_ink_animation_and_rotation_are_read():
    assert digits_predict(data_url(seven(ink="yellow", paper="navy")))["digit"] == "7"
    frames = [Image.new("RGB", (200, 200), "white")] * 2
    moving = data_url(seven(), "GIF", save_all=True, append_images=frames)
    assert digits_predict(moving)["digit"] == "7"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90° clockwise
    turned = data_url(seven().rotate(90), "JPEG", exif=exif)
    assert digits_predict(turned)["digit"] == "7"


def test_a_blank_picture_has_no_digit():
    result = digits_predict(data_url(Image.new("RGB", (100, 100), "white")))
    assert result["digit"] is None
    assert result["linear"] == result["mlp"] == result["cnn"] == {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANYTHING | st.binary(max_size=80).map(lambda b: "data:image/png;base64," + str(b)))
def test_whatever_strangers_send_is_refused_in_one_sentence(image):
    with pytest.raises(ValueError, match=r"\S"):
        digits_predict(image)


@settings(max_examples=60, deadline=None)
@given(st.text() | ANYTHING)
def test_the_page_refuses_a_sketch_that_is_none(sketch):
    with contextlib.suppress(ValueError):
        assert answer(sketch, True, "softmax")[1].note
    for topic in lessons.TOPICS:
        with contextlib.suppress(ValueError):
            assert json.loads(lessons.lesson(sketch, topic))["topic"] == topic


def test_what_the_questions_explain_is_so():
    sure = torch.tensor([0.0, 0.0, 1.0]).softmax(0)[2]
    assert round(sure.item(), 2) == 0.58
    assert round(-sure.log().item(), 2) == 0.55
    assert round(express(torch.tensor([2.0]), "sigmoid").item(), 2) == 0.88
    assert quiz.losses()["B"][25] == pytest.approx((0.5, math.log(2)))
