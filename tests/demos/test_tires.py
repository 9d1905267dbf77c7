"""The tire tab: its lesson, what it says of photos, its endpoint, and what strangers send to it."""

import base64
import contextlib
import io
import math
import re
from concurrent.futures import ThreadPoolExecutor

import gradio as gr
import numpy as np
import pytest
import torch
from gradio_client import handle_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from demos import tires
from demos.frame.source import filled, script_of
from demos.tires import answers, lesson, quiz, rendering, rows
from demos.tires.answers import LABELS, answer, in_words, survivors, tires_predict
from demos.tires.examples import (
    KINDS,
    NAMES,
    RENDERED,
    drawn_tire,
    jpeg_url,
    picture_to_try,
    pictures_to_try,
)
from demos.tires.knobs import CHANGES, KNOBS, METHODS
from demos.tires.lesson import blocks_of, choose_what_trains, gradient_norms
from models import hub
from models import tires as judge
from models.tires import Examination, TireClassifier
from tests.strangers import ANYTHING

BANK = KNOBS["changes"].default
STILL = [0, 0, 0, 0, 0, 0, 0]
EXAMPLES = {name: jpeg_url(picture_to_try(name)) for name in NAMES}


def data_url(image, kind="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    content = base64.b64encode(stream.getvalue()).decode()
    return f"data:image/{kind.lower()};base64,{content}"


def decoded(url):
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


TIRE = data_url(drawn_tire(400))


# ---------------------------------------------------------------- the lesson


def test_a_new_head_trains_1280_weights_and_a_bias_per_answer():
    from models.architectures import network

    net = network("mobilenet_v2", 2)
    total = sum(p.numel() for p in net.parameters())
    assert choose_what_trains(net, METHODS[0]) == (2 * 1280 + 2, total)
    assert [n for n, p in net.named_parameters() if p.requires_grad] == [
        "classifier.1.weight",
        "classifier.1.bias",
    ]
    for method in METHODS[1:]:
        assert choose_what_trains(net, method) == (total, total)


@pytest.mark.parametrize("name", ["mobilenet_v2", "squeezenet1_1", "resnet18"])
def test_the_blocks_of_a_network_hold_all_of_its_parameters(name):
    from models.architectures import network

    net = network(name, 2)
    rows = blocks_of(net, side=64)
    assert sum(row["parameters"] for row in rows) == sum(p.numel() for p in net.parameters())
    assert all(row["output"] for row in rows)


def test_the_gradient_norms_are_those_of_back_propagation_by_hand():
    depth, width = 3, 4
    torch.manual_seed(5)
    layers = [torch.nn.Linear(width, width, dtype=torch.float64) for _ in range(depth)]
    last = torch.nn.Linear(width, 1, dtype=torch.float64)
    inputs = [torch.randn(64, width, dtype=torch.float64)]
    target = torch.randn(64, 1, dtype=torch.float64)
    with torch.no_grad():
        for layer in layers:
            inputs.append(inputs[-1] + torch.tanh(layer(inputs[-1])))
        delta = 2 * (last(inputs[-1]) - target) / 64 @ last.weight
        norms = []
        for layer, h in zip(layers[::-1], inputs[-2::-1], strict=True):
            inner = delta * (1 - torch.tanh(layer(h)) ** 2)
            norms.insert(0, (inner.T @ h).norm().item())
            delta = delta + inner @ layer.weight  # the 1 of h + f(h)
    assert gradient_norms(depth, width, "tanh", True, seed=5) == pytest.approx(norms)


def test_visitors_who_look_at_stacks_at_the_same_time_all_see_their_own():
    alone = [rows.residual("relu", 20, 16, seed) for seed in range(4)]
    with ThreadPoolExecutor(8) as visitors:
        together = visitors.map(lambda seed: rows.residual("relu", 20, 16, seed % 4), range(60))
        assert all(run == alone[i % 4] for i, run in enumerate(together))


def test_gradients_vanish_in_a_plain_stack_and_pass_through_a_residual_one():
    plain = gradient_norms(30, 16, "sigmoid", False)
    residual = gradient_norms(30, 16, "sigmoid", True)
    assert plain[0] < 1e-12 * plain[-1]
    assert residual[0] > 1e-3 * residual[-1]


def test_the_lesson_leaves_the_random_numbers_of_others_alone():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    gradient_norms(2, 2, seed=9)
    lesson.variants(torch.zeros(3, 32, 32, dtype=torch.uint8), 2, 3, size=16)
    assert torch.equal(torch.rand(3), expected)


def test_the_same_seed_gives_the_same_variants_and_another_gives_others():
    picture = torch.from_numpy(np.array(drawn_tire(64))).permute(2, 0, 1)
    first, again, other = (lesson.variants(picture, 3, seed, size=48) for seed in (4, 4, 5))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"depth": 65}, "depth must be a whole number between 2 and 64"),
        ({"width": 1}, "width must be"),
        ({"activation": "gelu"}, "activation must be one of"),
        ({"residual": 1}, "residual must be true or false"),
        ({"seed": math.nan}, "seed must be"),
    ],
)
def test_the_lesson_names_what_is_out_of_range(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        gradient_norms(**arguments)


def test_the_code_that_is_shown_is_the_code_that_ran():
    import inspect

    from models.tires import transforms

    source = tires.CHAPTER.source()
    assert inspect.getsource(transforms).rpartition('"""')[2].rstrip() in source
    assert "h = h + f(layer(h)) if residual else f(layer(h))" in source
    compile(source, "lesson", "exec")


def printed(topic, **settings):
    """Run a topic's script; return what it prints."""
    out = io.StringIO()
    script = script_of(tires.CHAPTER.script[topic], KNOBS)
    with contextlib.redirect_stdout(out):
        exec(filled(script, {**KNOBS.defaults(), **settings}), {})
    return out.getvalue()


def test_the_script_judges_a_photo_as_the_model_does():
    seen = hub.load(TireClassifier).examine(drawn_tire())
    said = printed("photo")
    assert f"verdict: {seen.verdict or f'cannot tell ({seen.reason})'}" in said
    assert f"seen: {seen.view}" in said
    for label, share in seen.probabilities.items():
        assert f"{label}: {100 * share:.1f} %" in said


@pytest.mark.parametrize("method", METHODS)
def test_the_script_counts_the_parameters_that_the_tab_counts(method):
    trained, total = rows._counted("mobilenet_v2")[method]
    assert printed("transfer", method=method).startswith(f"{method}: {trained} of {total} ")


def test_the_script_judges_variants_as_the_tab_does():
    said = printed("augmentation", changes=BANK)
    shown = survivors("", BANK).pictures
    assert len(said.splitlines()) == len(shown) == 9
    for line, (_url, text, _lost) in zip(said.splitlines(), shown, strict=True):
        label, percent = re.match(r"(\w+) (\d+) %", text).groups()
        assert float(re.search(rf"{label} ([\d.]+)", line)[1]) == pytest.approx(
            int(percent) / 100, abs=0.006
        )


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_the_script_measures_the_gradients_that_the_tab_draws(activation):
    said = printed("residual", activation=activation, stack=[9, 16, 3])
    numbers = [float(number) for number in re.findall(r"= ([\d.e+-]+)$", said, re.MULTILINE)]
    expected = [
        *gradient_norms(9, 16, activation, False, 3),
        *gradient_norms(9, 16, activation, True, 3),
    ]
    assert numbers == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("score", ["balanced_accuracy", "loss"])
def test_the_script_ranks_the_trials(score):
    trials = rows.trials_of()
    said = [
        int(number) for number in re.findall(r"^trial (\d+):", printed("search", score=score), re.M)
    ]
    sign = 1 if score == "loss" else -1
    best = sorted(trials, key=lambda trial: sign * trial[score])[:10]
    by_number = {trial["trial"]: trial[score] for trial in trials}
    assert [by_number[number] for number in said] == [trial[score] for trial in best]


def test_the_search_went_as_its_task_says():
    trials = {trial["trial"]: trial for trial in rows.trials_of()}
    most = max(trial["balanced_accuracy"] for trial in trials.values())
    assert [n for n in sorted(trials) if trials[n]["balanced_accuracy"] == most] == [0, 13]
    assert most == pytest.approx(0.891, abs=5e-4)
    least = min(trials.values(), key=lambda trial: trial["loss"])
    assert (least["trial"], round(least["loss"], 3)) == (19, 0.352)
    assert least["balanced_accuracy"] == pytest.approx(0.873, abs=5e-4)


# ---------------------------------------------------------------- the answer on the page


def test_a_drawn_tire_gets_a_verdict_a_heat_map_and_shares_that_add_up():
    said = answer(TIRE)
    assert sum(said.bars) == pytest.approx(1)
    assert said.title in ("Looks good", "Looks defective", "Cannot tell")
    assert (said.tone == "unsure") == (said.title == "Cannot tell")
    assert "5" in said.small.split("nearest training photos")[0] or "×" in said.small
    assert decoded(said.overlay).size == (answers.HEAT_SIDE, answers.HEAT_SIDE)


def test_the_page_the_endpoint_and_the_python_api_say_the_same():
    from demos.frame.checks import sent_image

    model = hub.load(TireClassifier)
    expected = model.predict(sent_image(TIRE))
    assert answer(TIRE).bars == pytest.approx([expected[label] for label in LABELS], abs=1e-5)
    assert tires_predict(TIRE)["probabilities"] == pytest.approx(expected, abs=1e-5)


def test_a_lion_is_refused_without_verdict_bars_or_heat_map():
    said = answer(EXAMPLES["A lion"])
    assert said.title == "This does not look like a tire."
    assert said.bars is None
    assert said.overlay == ""
    result = tires_predict(EXAMPLES["A lion"])
    assert (result["verdict"], result["is_tire"], result["heat_map"]) == (None, False, None)
    assert result["probabilities"] == {}


def test_a_photo_is_preprocessed_once_and_looked_at_only_if_it_is_a_tire(monkeypatch):
    done = []

    def counted(owner, name):
        function = getattr(owner, name)

        def count(*arguments):
            done.append(name)
            return function(*arguments)

        monkeypatch.setattr(owner, name, count)

    counted(TireClassifier, "preprocess")
    counted(TireClassifier, "see")
    counted(judge, "heat_of")
    answer(TIRE)
    assert done == ["preprocess", "see", "heat_of"]
    done.clear()
    answer(EXAMPLES["A lion"])
    tires_predict(EXAMPLES["A lion"])
    assert done == ["preprocess", "see"] * 2
    done.clear()
    survivors(TIRE, BANK)
    assert done == ["preprocess"]


def test_the_examples_are_files_that_a_browser_keeps_not_part_of_the_page():
    from demos.frame.server import files

    for name, address in pictures_to_try():
        assert address.startswith(f"course/{files.digest()}/tires/")
        content, _ = files.packed(f"course/{address.split('/', 2)[2]}", "")
        assert Image.open(io.BytesIO(content)).size == picture_to_try(name).size
        assert len(content) < 40_000
    with gr.Blocks() as page:
        tires.build()
    assert "data:image" not in str(page.get_config_file())


def test_a_dark_photo_is_questioned_with_what_to_do():
    said = answer(EXAMPLES["In the dark"])
    assert any("more light" in note for note in said.notes)
    assert "too dark" in tires_predict(EXAMPLES["In the dark"])["notes"]


def seen(good=0.9, is_tire=True, notes=(), reason=None, view="tread"):
    shares = {"good": good, "defective": 1 - good}
    verdict = max(shares, key=shares.get) if reason is None else None
    heat = np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3)
    nearest = [(("tread", "good"), 3), (("side", "defective"), 2)]
    return Examination(shares, verdict, 1.5, is_tire, list(notes), heat, reason, view, nearest)


def test_verdicts_in_words():
    good = in_words(seen(0.9), 0.2)
    assert (good.title, good.tone) == ("Looks good", "answer")
    assert good.small.endswith(
        "The nearest training photos: 3 × tread, good, 2 × wheel from the side, defective."
    )
    assert in_words(seen(0.1), 0.2).title == "Looks defective"
    assert in_words(seen(notes=["too dark", "blurred", "small"]), 0.2).notes == list(
        answers.NOTES.values()
    )


@pytest.mark.parametrize(
    ("reason", "view", "part"),
    [
        (judge.UNDECIDED, "tread", "45 % sure of “good”"),
        (judge.UNFAMILIAR, "tread", "unlike all"),
        (judge.NOT_SEEN, "side", "A wheel from the side: the tread is not seen"),
        (judge.NOT_SEEN, "sidewall", "A side wall: the tread is not seen"),
        (judge.NOT_SEEN, "other", "hard to make out"),
        (judge.PRODUCT_SHOT, "product", "A plain backdrop, as in a shop’s picture"),
    ],
)
def test_where_it_cannot_tell_it_says_why_and_what_to_do(reason, view, part):
    said = in_words(seen(0.45 if reason != judge.UNDECIDED else 0.55, True, (), reason, view), 0.2)
    assert (said.title, said.tone) == ("Cannot tell", "unsure")
    assert part.replace("45", "55") in said.detail
    assert "20 cm" in said.detail or reason == judge.UNDECIDED
    assert said.bars


def card_rows(begin):
    """The cells of the card's rows whose first cell begins so, without spaces and percent signs."""
    card = (hub.WEIGHTS / "tires" / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in card.splitlines() if line.startswith("|")]
    rows = [[cell.strip(" %") for cell in row] for row in rows]
    return [row for row in rows if re.fullmatch(begin, row[0])]


def test_what_the_tab_says_it_cannot_do_are_the_figures_of_the_card():
    rows = [row for row in card_rows(".*, left out") if len(row) > 8]
    answered = sorted(float(row[2]) for row in rows)
    right = sorted(float(row[3]) for row in rows)
    told = tires.CHAPTER.intro
    assert f"answered {answered[0]:.0f} to {answered[-1]:.0f} %" in told
    assert f"only {right[0]:.0f} to {right[-1]:.0f} % of those" in told
    card = (hub.WEIGHTS / "tires" / "README.md").read_text(encoding="utf-8")
    less = re.search(r"would have to answer less: (\d+)% of the photos", card)[1]
    assert f"could answer just {less} %" in told
    known = next(row for row in card_rows("test photos") if len(row) > 8)
    asked = quiz.QUIZ[0]
    assert asked.name == "source"
    assert f"judged {float(known[3]):.0f} % rightly" in asked.asks
    assert f"it was {right[0]:.0f} to {right[-1]:.0f} %" in asked.asks
    assert f"About {right[0]:.0f} %, perhaps less." in [one.says for one in asked.options]


def test_what_is_said_of_product_shots_is_what_the_card_says():
    rows = [row for row in card_rows("(data|web), left out") if " of " in row[2]]
    assert len(rows) == 2
    for row in rows:  # four of five
        assert float(row[2].split("%")[0]) == pytest.approx(80, abs=2)
    assert "four of five worn tires good" in answers.PRODUCT_SHOT


def test_what_is_shipped_is_a_row_of_each_table_of_what_was_tried():
    shipped = [row for row in card_rows(r"\*\*as shipped\*\*") if "/" in row[1]]
    assert len(shipped) == 2
    rows = [row for row in card_rows("(data|web), left out") if len(row) > 8]
    for three, row in zip(shipped[1][1:], rows, strict=True):
        assert three.replace("%", "").split(" / ") == [row[i] for i in (2, 3, 4, 6)]
    must = next(row for row in card_rows("[0-9.]+% .*") if len(row) == 3)  # accuracy, balanced, …
    assert shipped[0][-1].startswith(must[1].split(" ")[0] + " / ")


def test_the_heat_map_is_a_grey_picture_with_the_values_of_the_array():
    url = answers.png_url(seen().heat_map)
    assert np.asarray(decoded(url)).tolist() == [[0, 51, 102], [153, 204, 255]]


def test_without_a_photo_the_page_says_what_to_do():
    assert answer("").tone == "waiting"
    assert "photo" in answer("").title


# ---------------------------------------------------------------- augmentation


def test_nothing_changes_when_nothing_may_change():
    photos = survivors(TIRE, STILL)
    assert len(photos.pictures) == 9
    assert len({picture for picture in photos.pictures}) == 1
    assert photos.caption.startswith("9 of 9 variants still say")


def test_the_caption_counts_the_variants_that_keep_the_verdict():
    photos = survivors("", [0.5, 180, 0.9, 0.3, 0.9, 0.9, 3])
    odd = sum(stands_out for _, _, stands_out in photos.pictures)
    assert photos.caption.startswith(f"{9 - odd} of 9 variants")
    assert len({url for url, _, _ in photos.pictures}) == 9
    assert photos == survivors("", [0.5, 180, 0.9, 0.3, 0.9, 0.9, 3])


def test_variants_that_are_only_mirrored_keep_the_answer():
    shown = survivors(EXAMPLES["Worn tread"], [0.5, *[0] * 6])
    assert len({url for url, _said, _other in shown.pictures}) == 2
    assert len({said for _url, said, _other in shown.pictures}) == 1


def test_variants_of_a_lion_come_with_a_warning():
    assert "does not look like a tire" in survivors(EXAMPLES["A lion"], BANK).caption


@pytest.mark.parametrize(
    ("bank", "sentence"),
    [
        ([2, *BANK[1:]], "mirrored must be"),
        ([*BANK[:6], 0.5], "seed must be a whole number"),
        (BANK[:3], "list of 7 numbers"),
        ("AAAAAAA", "list of 7 numbers"),
        ([None] * 7, "must be a number"),
    ],
)
def test_changes_out_of_range_are_refused(bank, sentence):
    with pytest.raises(ValueError, match=sentence):
        KNOBS.check({"changes": bank})


# ---------------------------------------------------------------- the charts


@pytest.fixture
def tables(tmp_path, monkeypatch):
    """Weights that bring both tables, as `trainers.tires.study` writes them."""
    from trainers.report import to_csv

    curves = [
        {"method": method, "photos": n, "seed": seed, "balanced_accuracy": accuracy, "seconds": 1.0}
        for method in METHODS
        for n, accuracies in ((25, (0.5, 0.6)), (100, (0.7, 0.9)))
        for seed, accuracy in enumerate(accuracies)
    ]
    trials = [
        {
            "trial": n,
            "learning_rate": 10.0 ** -(n + 1),
            "weight_decay": 0.1,
            "smoothing": 0.05 * n,
            "epochs": 2 + n,
            "views": 1 + n,
            "balanced_accuracy": 0.8 + 0.01 * n,
            "loss": abs(n - 1) + 0.3,
            "seconds": 2.0,
        }
        for n in range(4)
    ]
    texts = {"learning_curves": to_csv(curves), "search": to_csv(trials)}
    hub.save(TireClassifier(), tmp_path / "tires", None, texts)
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path))
    return tmp_path / "tires"


STACK = [20, 32, 0]


def drawn(topic, **changes):
    controls = {"method": METHODS[0], "activation": "relu", "stack": STACK, "score": "loss"}
    return rows.picture(topic, **{**controls, **changes})


def test_every_chart_is_valid_and_every_run_can_be_sent(tables):
    from demos.tires.charts import panels

    named = {panel.only_with for panel in panels() if panel.to_prop()}
    sent = set()
    for topic in ("transfer", "residual", "search"):
        run, board = drawn(topic)
        assert run.to_json()
        assert board
        sent |= set(run.data)
    assert named <= sent


def test_the_learning_curves_are_means_with_their_spread(tables):
    run, _ = drawn("transfer")
    row = next(r for r in run.data["curves"] if r["series"] == "fine_tuning" and r["photos"] == 100)
    assert (row["accuracy"], row["low"], row["high"], row["seeds"]) == pytest.approx(
        (0.8, 0.7, 0.9, 2)
    )
    assert not run.warning


def test_the_diagram_freezes_all_but_the_head_or_nothing():
    states = {method: [b["state"] for b in drawn("transfer", method=method)[0].data["blocks"]]
              for method in METHODS}  # fmt: skip
    assert set(states[METHODS[0]][:-1]) == {rows.FROZEN}
    assert set(states[METHODS[1]][:-1]) == {rows.FURTHER}
    assert set(states[METHODS[2]]) == {states[METHODS[0]][-1]} == {rows.NEW}


def test_the_trial_with_the_least_loss_is_marked_in_picture_and_table(tables):
    run, board = drawn("search")
    assert {row["trial"] for row in run.data["trials"] if row["best"]} == {1}
    assert board.splitlines()[2].startswith("| **1** |")
    heights = [row["height"] for row in run.data["trials"] if row["parameter"] == "rate"]
    assert sorted(heights) == pytest.approx([0, 1 / 3, 2 / 3, 1])  # a logarithmic axis


@pytest.mark.parametrize("text", ["", "trial,loss\n", "a,b\n1,2\n", "\0\n", "trial\nx\n,,,\n"])
def test_tables_that_are_missing_or_damaged_are_said_with_their_command(
    tables, monkeypatch, tmp_path, text
):
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path / "none")
    for name in ("search", "learning_curves"):
        (tables / f"{name}.csv").write_text(text)
    for topic in ("search", "transfer"):
        run, _ = drawn(topic)
        assert "not been measured yet" in run.warning
        assert "python -m trainers.tires --only-tables" in run.warning
        assert run.to_json()


def test_a_stack_without_any_gradient_is_drawn_without_a_word_of_complaint():
    run, board = drawn("residual", activation="sigmoid", stack=[64, 2, 1])
    assert all(row["norm"] > 0 for row in run.data["norms"])
    assert r"\partial L/\partial W_{64}" in board


# ---------------------------------------------------------------- weights


@pytest.fixture
def no_weights(tmp_path, monkeypatch):
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path)
    monkeypatch.delenv("WEIGHTS_REPO", raising=False)
    return tmp_path


def test_missing_weights_disable_the_photo_and_leave_the_lessons(no_weights):
    for attempt in (lambda: answer(TIRE), lambda: survivors("", BANK), lambda: tires_predict(TIRE)):
        with pytest.raises(ValueError, match=r"python -m trainers\.tires"):
            attempt()
    assert drawn("transfer")[0].data["blocks"]
    assert drawn("residual")[0].data["norms"]


def test_damaged_weights_are_said_with_the_command_that_mends_them(no_weights):
    hub.save(TireClassifier(), no_weights / "tires")
    (no_weights / "tires" / "model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(ValueError, match=r"damaged.*git checkout weights/tires"):
        answer("")


# ---------------------------------------------------------------- the endpoint


def test_the_endpoint_judges_a_data_url_and_a_file(client, tmp_path):
    result = client.predict(TIRE, api_name="/tires_predict")
    assert set(result) == {
        "verdict",
        "reason",
        "probabilities",
        "is_tire",
        "view",
        "notes",
        "heat_map",
    }
    assert result["verdict"] in (*LABELS, None)
    assert (result["verdict"] is None) == (result["reason"] is not None)
    assert sum(result["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert decoded(result["heat_map"]).size == (400, 400)
    drawn_tire(400).save(tmp_path / "tire.png")
    again = client.predict(handle_file(tmp_path / "tire.png"), api_name="/tires_predict")
    assert again == result


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (None, "must be text"),
        ("/etc/passwd", "must be text"),
        ({"path": "/etc/passwd"}, "not uploaded"),
        ("data:image/jpeg;base64,AAAA", "not a picture"),
        ("data:image/png;base64," + "A" * 27_000_000, "larger than 20 MB"),
        (data_url(Image.new("L", (10_000, 5_000))), "50 megapixels"),
        (data_url(drawn_tire(100))[:-400], "damaged|cut off"),
    ],
)
def test_bad_pictures_get_one_clear_sentence(client, image, sentence):
    with pytest.raises(Exception, match=sentence):
        client.predict(image, api_name="/tires_predict")


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "1", "I;16"])
def test_every_kind_of_picture_is_judged(mode):
    image = drawn_tire(300)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    result = tires_predict(data_url(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert isinstance(result["is_tire"], bool)


def test_turned_by_exif_animated_and_tiny_pictures_are_judged():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90° clockwise
    upright = drawn_tire(320).crop((0, 0, 320, 200))
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    straight = tires_predict(data_url(upright))
    assert tires_predict(data_url(turned, exif=exif)) == straight
    moving = data_url(drawn_tire(200), "GIF", save_all=True, append_images=[drawn_tire(200)] * 2)
    assert isinstance(tires_predict(moving)["is_tire"], bool)
    assert "small" in tires_predict(data_url(Image.new("RGB", (1, 1))))["notes"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANYTHING | st.binary(max_size=80).map(lambda b: "data:image/png;base64," + str(b)))
def test_whatever_strangers_send_is_refused_in_one_sentence(image):
    with pytest.raises(ValueError, match=r"\S"):
        tires_predict(image)


def test_the_sliders_of_augmentation_start_where_the_training_was():
    from inspect import signature

    from models.tires import transforms

    defaults = {name: p.default for name, p in signature(transforms).parameters.items()}
    assert {name: knob.default for name, knob in CHANGES.items() if name != "seed"} == {
        name: defaults[name] for name in CHANGES if name != "seed"
    }


def test_the_first_sentence_of_the_tab_says_what_the_card_says_of_sources_left_out():
    card = (hub.WEIGHTS / "tires" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| \w+, left out \| \d+ \| (\d+)% \| ([\d.]+)%", card)
    assert len(rows) == 2
    answered, right = ([round(float(one)) for one in column] for column in zip(*rows, strict=True))
    ninety = re.search(r"it\s+would have to answer less: (\d+)% of the photos", card)[1]
    first, *_others = tires.CHAPTER.intro.split(". ")
    assert f"answered {min(answered)} to {max(answered)} %" in first
    assert f"only {min(right)} to {max(right)} % of those" in first
    assert f"nine times out of ten it could answer just {ninety} %" in first


# ---------------------------------------------------------------- renderings


@pytest.mark.parametrize("name", rendering.SCENES)
def test_a_sample_is_what_its_scene_looks_like(name):
    side = 28
    drawn = rendering.render(rendering.SCENES[name], side)
    shipped = Image.open(rendering.FOLDER / f"{name}.jpg").resize(
        (side, side), Image.Resampling.BOX
    )
    assert np.abs(np.subtract(drawn, shipped, dtype=np.int16)).mean() < 14


def test_every_example_says_what_it_shows():
    assert set(KINDS) == set(NAMES)
    assert sorted(RENDERED.values()) == sorted(f"{name}.jpg" for name in rendering.SCENES)
    assert {KINDS[name] for name in RENDERED} == {"good", "defective", "no tire"}


# What may be said of the pictures to try: never the opposite of what they show.
MAY = {
    "New tire": {"good"},
    "The same in a shop": {None},
    "New tread": {"good", None},
    "Whole wheel": {"good", None},
    "Worn tread": {"defective"},
    "Cracked sidewall": {"defective", None},
    "Flat tire": {"defective", None},
    "A drawn tire": {"good", None},
}


@pytest.mark.parametrize("name", MAY)
def test_what_is_rendered_is_taken_for_a_tire_and_never_for_the_opposite(name):
    seen = hub.load(TireClassifier).examine(picture_to_try(name))
    assert seen.is_tire
    assert seen.verdict in MAY[name]


def test_the_same_tire_before_a_plain_backdrop_is_a_product_shot():
    seen = hub.load(TireClassifier).examine(picture_to_try("The same in a shop"))
    assert (seen.reason, seen.view) == (judge.PRODUCT_SHOT, "product")
    assert seen.nearest[0][0] == ("product", "good")
    for one in (seen, hub.load(TireClassifier).examine(picture_to_try("New tire"))):
        assert one.probabilities["good"] > 0.8  # the bars say good both times


@pytest.mark.parametrize("name", ["A donut", "A lion"])
def test_what_is_no_tire_among_them_is_refused(name):
    seen = hub.load(TireClassifier).examine(picture_to_try(name))
    assert (seen.is_tire, seen.reason) == (False, "no tire")


def test_what_the_questions_explain_is_so():
    plain, around, tanh = ([norm for _layer, norm in line] for line in quiz.norms().values())
    assert plain[0] < 1e-10
    assert max(around) < 1.5 * min(around)
    assert tanh[-1] / tanh[0] == pytest.approx(50, rel=0.1)
    chance = np.random.default_rng(0)
    best = chance.binomial(100, 0.83, (20_000, 20)).max(axis=1) / 100
    assert best.mean() == pytest.approx(0.9, abs=0.005)
    trials = sorted(float(one["balanced_accuracy"]) for one in hub.table(TireClassifier, "search"))
    assert len(trials) == 20
    assert round(100 * trials[-1]) == 89
    assert sum(0.795 < one < 0.885 for one in trials) > 15
