"""The eight losses against their closed forms, the runs against hand calculation; the endpoint."""

import itertools
import json
import math
import re

import numpy as np
import pytest
from gradio_client.exceptions import AppError
from hypothesis import given, settings
from hypothesis import strategies as st

from demos import losses
from demos.frame.source import filled, script_of
from demos.losses.charts import panels
from demos.losses.lesson import (
    CLASSIFICATION,
    KNOBS,
    REGRESSION,
    classification_loss,
    compare,
    probability,
    regression_loss,
    rides,
    total_cross_entropy,
)
from demos.losses.rows import STEPS, picture
from demos.losses.scripts import fit_line, move_score
from demos.widgets.panel import Place
from tests.boards import off

LABELS = list(KNOBS["label"].options)

# ---------------------------------------------------------------- closed forms, in float64


def of_an_error(name, e, delta):
    """The loss of one error and its derivative by the error."""
    return {
        "mbe": (e, np.ones_like(e)),
        "mae": (np.abs(e), np.sign(e)),
        "mse": (e**2, 2 * e),
        "huber": (
            np.where(np.abs(e) <= delta, e**2 / 2, delta * (np.abs(e) - delta / 2)),
            np.clip(e, -delta, delta),
        ),
        "log_cosh": (np.logaddexp(e, -e) - math.log(2), np.tanh(e)),
    }[name]


def of_a_score(name, z, label):
    """The loss of one score and its derivative by the score."""
    y = 1.0 if label == "cat" else 0.0
    p = 1 / (1 + math.exp(-z))
    if name == "mse":
        return (p - y) ** 2, 2 * (p - y) * p * (1 - p)
    if name == "bce":
        return np.logaddexp(0, -z) if y else np.logaddexp(0, z), p - y
    if name == "hinge":
        sign = 2 * y - 1
        return max(0.0, 1 - sign * z), -sign if sign * z < 1 else 0.0
    cat = math.exp(z) / (math.exp(z) + 2)
    return (-math.log(cat), cat - 1) if y else (math.log(math.exp(z) + 2), cat)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from([*REGRESSION]),
    weight=st.floats(-20, 20, width=32),
    outlier=st.floats(-200, 200, width=32),
    delta=st.floats(0.1, 50),
)
def test_a_regression_loss_and_its_slope_agree_with_the_closed_form(name, weight, outlier, delta):
    import torch

    w = torch.tensor(weight, requires_grad=True)
    kilometres, minutes = rides(outlier)
    loss = regression_loss(name, w * kilometres, minutes, delta)
    loss.backward()
    # In the float32 of the lesson, so that no sign of a vanishing error differs.
    error = (w.detach() * kilometres - minutes).numpy().astype(np.float64)
    each, slope = of_an_error(name, error, delta)
    assert loss.item() == pytest.approx(each.mean(), rel=1e-4, abs=1e-4)
    assert w.grad.item() == pytest.approx((slope * kilometres.numpy()).mean(), rel=1e-4, abs=1e-4)


@settings(max_examples=80, deadline=None)
@given(name=st.sampled_from([*CLASSIFICATION]), label=st.sampled_from(LABELS), z=st.floats(-12, 12))
def test_a_classification_loss_and_its_slope_agree_with_the_closed_form(name, label, z):
    row = compare("classification", [name], z, 1.0, 1, label=label)[0]
    loss, slope = of_a_score(name, row["score"], label)
    assert row["loss"] == pytest.approx(loss, rel=1e-4, abs=1e-5)
    if name != "hinge" or abs(row["loss"]) > 1e-5:
        assert row["gradient"] == pytest.approx(slope, rel=1e-4, abs=1e-5)


@given(z=st.floats(-10, 10))
@settings(max_examples=40, deadline=None)
def test_the_slopes_by_score_and_by_probability_are_tied_by_the_chain_rule(z):
    for row in compare("classification", ["mse", "bce", "cross_entropy"], z, 1.0, 1)[::2]:
        p = row["probability"]
        assert row["probability_slope"] == pytest.approx(p * (1 - p), rel=1e-3, abs=1e-6)
        product = row["probability_gradient"] * row["probability_slope"]
        assert product == pytest.approx(row["gradient"], rel=1e-4, abs=1e-7)
        by_p = 2 * (p - 1) if row["series"] == "mse" else -1 / p
        assert row["probability_gradient"] == pytest.approx(by_p, rel=1e-2, abs=1e-4)


def test_log_cosh_survives_an_error_at_which_cosh_overflows():
    import torch

    error = torch.tensor([500.0, -500.0])
    loss = regression_loss("log_cosh", error, torch.zeros(2))
    assert loss.item() == pytest.approx(500 - math.log(2), rel=1e-5)


def test_three_scores_make_probabilities_of_three_classes():
    import torch

    assert probability("cross_entropy", torch.tensor(0.0)).item() == pytest.approx(1 / 3)
    assert probability("bce", torch.tensor(0.0)).item() == pytest.approx(1 / 2)
    dog, bird = (classification_loss("cross_entropy", torch.tensor(1.5), x) for x in LABELS[1:])
    assert dog.item() == bird.item()


def test_the_worked_cross_entropy_is_0_685():
    terms, total = total_cross_entropy([0.8, 0.7, 0.9])
    assert terms == pytest.approx([0.223, 0.357, 0.105], abs=5e-4)
    assert f"{total:.3f}" == "0.685"
    board = picture(**controls(task="classification"))[1]
    assert r"-\ln 0.8 - \ln 0.7 - \ln 0.9 = 0.223 + 0.357 + 0.105 = 0.685" in board


# ---------------------------------------------------------------- what a student can discover


def runs(**arguments):
    """The rows of each loss."""
    rows = compare(**arguments)
    return {name: list(group) for name, group in itertools.groupby(rows, lambda r: r["series"])}


def ends(**arguments):
    return {name: rows[-1]["weight"] for name, rows in runs(**arguments).items()}


def test_the_mean_bias_error_falls_by_the_same_step_for_ever():
    rows = runs(losses=["mbe"], steps=500)["mbe"]
    steps = {round(row["new_weight"] - row["weight"], 4) for row in rows}
    assert steps == {-0.1271}
    assert rows[-1]["weight"] < -60
    assert rows[-1]["loss"] < rows[0]["loss"] - 100


def test_the_slope_of_mae_never_shrinks_and_its_weight_zigzags():
    late = {name: rows[-12:] for name, rows in runs(losses=["mae", "mse", "huber"]).items()}
    slopes = [row["gradient"] for row in late["mae"]]
    assert max(slopes) > 1.3
    assert min(slopes) < -1.5
    for settled in ("mse", "huber"):
        assert all(abs(row["gradient"]) < 1e-4 for row in late[settled])
    weights = [row["weight"] for row in late["mae"]]
    assert 2.98 < min(weights) < 3.0 < 3.07 < max(weights) < 3.09

    def width(rate):
        weights = [r["weight"] for r in runs(losses=["mae"], learning_rate=rate)["mae"][-12:]]
        return max(weights) - min(weights)

    assert width(0.1) > 2 * width(0.05)


def test_mse_chases_the_outlier_and_huber_does_not():
    tame, wild = ends(outlier=15.0), ends(outlier=40.0)
    assert tame["mse"] == pytest.approx(3.00, abs=0.005)
    assert wild["mse"] == pytest.approx(4.25, abs=0.005)
    assert tame["huber"] == pytest.approx(3.00, abs=0.005)
    assert wild["huber"] == pytest.approx(3.14, abs=0.005)
    assert ends(outlier=38.0)["huber"] == pytest.approx(wild["huber"], abs=1e-5)
    assert ends(delta=30.0)["huber"] == pytest.approx(ends()["mse"], abs=1e-4)


def test_mse_ends_at_the_least_squares_line():
    kilometres, minutes = (values.numpy().astype(float) for values in rides(38.0))
    assert ends()["mse"] == pytest.approx((kilometres @ minutes) / (kilometres @ kilometres))


def test_bce_learns_where_mse_stalls():
    by_name = runs(task="classification", start=-6.0, learning_rate=1.0)
    first = {name: rows[0] for name, rows in by_name.items()}
    assert first["mse"]["probability"] == pytest.approx(0.0025, abs=5e-5)
    assert first["mse"]["probability_gradient"] == pytest.approx(-1.995, abs=5e-4)
    assert first["mse"]["gradient"] == pytest.approx(-0.005, abs=1e-4)
    assert first["bce"]["probability_gradient"] == pytest.approx(-404, abs=0.5)
    assert first["bce"]["gradient"] == pytest.approx(-0.998, abs=5e-4)
    assert by_name["mse"][-1]["score"] == pytest.approx(-5.65, abs=5e-3)
    assert next(row["step"] for row in by_name["bce"] if row["score"] > 0) == 7


def test_at_nine_tenths_mse_is_content_with_a_hundredth():
    first = {r["series"]: r for r in compare("classification", None, 2.2, 1.0, 1)[::2]}
    assert first["mse"]["probability"] == pytest.approx(0.9, abs=5e-4)
    assert first["mse"]["loss"] == pytest.approx(0.01, abs=1e-4)
    assert first["bce"]["loss"] == pytest.approx(0.105, abs=5e-4)
    assert first["bce"]["gradient"] / first["mse"]["gradient"] > 5


# ---------------------------------------------------------------- runs


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_each_row_starts_where_the_one_before_ended(task):
    key = "weight" if task == "regression" else "score"
    for rows in runs(task=task, steps=20, start=1.0).values():
        assert [row["step"] for row in rows] == list(range(21))
        for row, following in itertools.pairwise(rows):
            assert following[key] == row[f"new_{key}"]


def test_a_run_agrees_with_torch_sgd():
    import torch

    kilometres, minutes = rides(38.0)
    neuron = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(neuron.weight)
    optimizer = torch.optim.SGD(neuron.parameters(), lr=0.02)
    for _ in range(40):
        optimizer.zero_grad()
        torch.nn.HuberLoss(delta=2.0)(neuron(kilometres[:, None])[:, 0], minutes).backward()
        optimizer.step()
    last = runs(losses=["huber"], learning_rate=0.02, steps=40)["huber"][-1]
    assert last["weight"] == pytest.approx(neuron.weight.item(), rel=1e-5)


def test_a_rate_too_high_stops_before_the_first_number_that_is_not_finite():
    by_name = runs(learning_rate=1.0)
    assert len(by_name["mse"]) < 61
    assert by_name["mse"][-1]["note"] == "overflow"
    assert len(by_name["mae"]) == 61
    run, _ = picture(**controls(learning_rate=1.0))
    assert f"MSE at step {len(by_name['mse'])}." in run.warning
    assert "the rate 1 is too high" in run.warning


def controls(**changes):
    """The arguments of the picture, as the controls start."""
    return KNOBS.check(changes)


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "task": st.sampled_from(["regression", "classification"]),
            "losses": st.lists(st.sampled_from([*REGRESSION]), unique=True),
            "outlier": st.floats(0, 40),
            "delta": st.floats(0.1, 30),
            "weight": st.floats(-1, 6),
            "learning_rate": st.floats(0.001, 1),
            "score_losses": st.lists(st.sampled_from([*CLASSIFICATION]), unique=True),
            "label": st.sampled_from(LABELS),
            "axis": st.sampled_from(["score", "probability"]),
            "score": st.floats(-8, 8),
            "score_rate": st.floats(0.01, 10),
        }
    )
)
def test_whatever_the_controls_say_the_picture_can_be_drawn(arguments):
    run, board = picture(**arguments)
    sent = json.loads(run.to_json())
    assert run.caption
    chosen = arguments["losses" if arguments["task"] == "regression" else "score_losses"]
    assert set(sent["data"]["run"].get("series", [])) == set(chosen)
    for name in chosen:
        assert f"@{name.replace('_', '-')}.loss:.4s@" in board
    for value in run.params.values():
        assert math.isfinite(value)
    if arguments["task"] == "regression":
        for row in run.data["run"]:
            assert all(math.isfinite(v) for v in row.values() if isinstance(v, (int, float)))


def test_a_run_of_the_tab_has_the_length_that_its_axis_shows():
    run, _ = picture(**controls())
    assert max(row["step"] for row in run.data["run"]) == STEPS


# ---------------------------------------------------------------- what is said


def test_the_caption_speaks_of_the_step_and_only_the_conclusion_of_the_end():
    for changes in ({"losses": [*REGRESSION]}, {"task": "classification"}):
        run, _ = picture(**controls(**changes))
        assert "{step:d}" in run.caption
        assert "ever" not in run.caption
        left = re.sub(r"\{[\w.]+:[.\w]+\}|cross-entropy, 3 classes", "", run.caption)
        assert not re.search(r"\d", left), left
    run, _ = picture(**controls(losses=["mbe", "mse"]))
    assert run.conclusion.startswith("After 60 steps, w in min/km: MBE −7.62; MSE 4.15.")
    assert run.conclusion.endswith("MBE falls for ever: its slope is the same everywhere.")
    assert "for ever" not in picture(**controls(losses=["mae", "mse"]))[0].conclusion
    assert picture(**controls(losses=["mse"], learning_rate=1.0))[0].conclusion == ""


def test_who_names_the_picture_rightly_is_said_at_the_end():
    def told(**changes):
        return picture(**controls(task="classification", **changes))[0].conclusion

    assert re.fullmatch(
        r"Right after 60 steps: BCE \(z = 3.\d\d\). Still wrong after 60 steps: MSE \(z = −5.65\).",
        told(),
    )
    assert told(label="dog").startswith("Right after 60 steps: MSE")
    assert "Still wrong" not in told(score=2)


def test_what_the_board_writes_out_comes_to_what_it_says():
    for changes in (
        {"losses": [*REGRESSION]},
        {"losses": [*REGRESSION], "weight": 5.3, "learning_rate": 0.013},
        {"task": "classification", "score_losses": [*CLASSIFICATION]},
        {"task": "classification", "score": 3.7, "label": "dog", "score_rate": 0.37},
    ):
        run, board = picture(**controls(**changes))
        by_step = {}
        for row in run.data["run"]:
            names = {f"{row['series']}.{field}": value for field, value in row.items()}
            by_step.setdefault(row["step"], dict(run.params)).update(names)
        for row in by_step.values():
            assert off(board, row, digits=4) <= 1.01
    # As it was: −404.429 · 0.0025 = −0.99753.
    coarse = r"$\text{@a:.6s@} \cdot \text{@b:.2s@} = \text{@c:.5s@}$"
    assert off(coarse, {"a": -404.4288, "b": 0.002466506, "c": -0.9975274}) > 100


def test_the_slope_in_the_minimum_is_zero_and_not_the_noise_of_rounding():
    run, _ = picture(**controls(losses=["mse", "huber"]))
    assert {row["gradient"] for row in run.data["run"] if row["step"] == STEPS} == {0.0}
    assert all(row["gradient"] != 0 for row in compare(losses=["mse", "huber"])[-1:])


def test_huber_s_delta_is_shown_with_huber_only():
    for changes, shown in (
        ({}, False),
        ({"losses": ["mse", "huber"]}, True),
        ({"losses": ["huber"], "task": "classification"}, False),
    ):
        assert KNOBS.shown("delta", controls(**changes)) is shown


# ---------------------------------------------------------------- the scripts


def printed(script, settings, capsys):
    exec(filled(script_of(script, KNOBS), settings), {})
    lines = re.findall(r"(\w+), step (\d+): [wz] = (.*), loss = (.*)", capsys.readouterr().out)
    return [(name, int(step), float(at), float(loss)) for name, step, at, loss in lines]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"losses": [*REGRESSION], "outlier": 20.0},
        {"losses": ["huber", "log_cosh"], "delta": 7.0, "weight": 2.0, "learning_rate": 0.01},
    ],
)
def test_the_script_of_a_line_comes_to_the_numbers_of_the_tab(changes, capsys):
    settings = controls(**changes)
    rows = picture(**settings)[0].data["run"]
    for row, (name, step, weight, loss) in zip(
        rows, printed(fit_line, settings, capsys), strict=True
    ):
        assert (name, step) == (row["series"], row["step"])
        assert [weight, loss] == pytest.approx([row["weight"], row["loss"]], rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"score_losses": [*CLASSIFICATION], "label": "dog", "score": 4.0},
        {"score_losses": [*CLASSIFICATION], "label": "cat", "score_rate": 0.3},
    ],
)
def test_the_script_of_a_score_comes_to_the_numbers_of_the_tab(changes, capsys):
    settings = controls(task="classification", **changes)
    rows = picture(**settings)[0].data["run"]
    for row, (name, step, score, loss) in zip(
        rows, printed(move_score, settings, capsys), strict=True
    ):
        assert (name, step) == (row["series"], row["step"])
        assert [score, loss] == pytest.approx([row["score"], row["loss"]], rel=1e-4, abs=1e-4)


def test_every_panel_is_fed_by_one_of_the_tasks():
    fed = set()
    for changes in (
        {"losses": [*REGRESSION]},
        {"task": "classification"},
        {"task": "classification", "axis": "probability"},
    ):
        run, _ = picture(**controls(**changes))
        shown = {name for name, rows in run.data.items() if rows}
        fed |= shown
        assert any(panel.only_with in shown for panel in panels())
    assert {panel.only_with for panel in panels()} <= fed


def test_a_click_on_a_probability_starts_at_its_score():
    def score(x, axis):
        start = losses.start_there(Place(0, x, None), "classification", axis)
        return KNOBS["score"].nearest(start["score"])

    assert score(0.9, "probability") == 2.2
    assert score(0.0, "probability") == -8
    assert score(1.0, "probability") == 8
    assert score(-3.14, "score") == -3.1
    assert losses.start_there(Place(0, 1.26, 3.0), "regression", "score") == {"weight": 1.26}


def test_the_lesson_can_be_pasted_into_a_notebook():
    namespace = {}
    exec(losses.CHAPTER.source(), namespace)
    pasted = [{**row, "note": ""} for row in namespace["compare"](losses=["mse"], steps=1)]
    assert pasted == compare(losses=["mse"], steps=1)
    assert len([*namespace["compare"]("classification")]) == 4 * 61


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("value", [[], "mse", ["MSE"], [["mse"]], [1], {}, 3, ["mse"] * 1000])
@pytest.mark.parametrize("task", ["regression", "classification"])
def test_only_losses_of_the_task_are_taken(task, value):
    with pytest.raises(ValueError, match=r"^losses must be a list of one or more of: "):
        compare(task, value)
    with pytest.raises(ValueError, match=r"^losses must be"):
        compare(task, ["bce" if task == "regression" else "huber"])


def test_texts_are_checked_too():
    for name in ("task", "label"):
        for value in ("<script>", "", None, ["cat"], 1):
            with pytest.raises(ValueError, match=f"^{name} must be one of: "):
                compare(**{name: value})


# ---------------------------------------------------------------- the endpoint


def test_the_endpoint_compares_losses_of_a_line(client):
    rows = client.predict(
        task="regression",
        losses=["mse", "huber"],
        start=0,
        learning_rate=0.05,
        steps=2,
        outlier=38,
        delta=2,
        label="cat",
        api_name="/losses_compare",
    )
    assert [(row["series"], row["step"]) for row in rows] == [
        (name, step) for name in ("mse", "huber") for step in range(3)
    ]
    assert {"weight", "loss", "gradient", "new_weight", "note"} <= rows[0].keys()
    assert rows[1]["weight"] == pytest.approx(3.4706, abs=0.05)


def test_the_endpoint_compares_losses_of_a_score_with_defaults_for_the_rest(client):
    rows = client.predict(
        task="classification", start=-6, learning_rate=1, steps=1, api_name="/losses_compare"
    )
    assert {row["series"] for row in rows} == set(CLASSIFICATION)
    assert rows[0]["gradient"] == pytest.approx(-0.00492, abs=1e-5)
    hinge = next(row for row in rows if row["series"] == "hinge")
    assert hinge["probability"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start", 1e308),
        ("start", "a lot"),
        ("steps", 10**9),
        ("steps", -1),
        ("learning_rate", 0),
        ("delta", 0),
        ("losses", ["bce"]),
        ("losses", "mse"),
        ("task", "<script>"),
        ("label", "horse"),
    ],
)
def test_the_endpoint_refuses_with_one_sentence_and_lives_on(client, name, value):
    with pytest.raises(AppError, match=f"{name} must be"):
        client.predict(**{name: value}, api_name="/losses_compare")
    assert client.predict(steps=1, api_name="/losses_compare")


def test_what_the_questions_say_of_one_outlier_and_of_softmax_is_true():
    import torch
    from torch import nn

    from demos.losses.quiz import QUIZ

    ends = [compare(losses=[name])[-1]["weight"] for name in ("huber", "mae", "mse")]
    assert [round(end, 2) for end in ends] == [3.14, 2.99, 4.15]
    z, y = torch.tensor([[2.0, 0.0, 0.0]]), torch.tensor([0])
    wanted = nn.CrossEntropyLoss()(z, y).item()
    assert round(wanted, 4) == 0.2395
    same = next(question for question in QUIZ if question.name == "same")
    for option in same.options:
        said = eval(option.says.strip("`"), vars(nn) | {"z": z, "y": y}).item()
        assert math.isclose(said, wanted, rel_tol=1e-6) == option.right
        assert option.right or f"{said:.4f}".rstrip("0").replace("-", "−") in option.why
    sure = nn.CrossEntropyLoss()(torch.tensor([[1.0, 0.0, 0.0]]), y).item()
    assert round(sure, 2) == 0.55
    assert [round(-math.log(p), 2) for p in (0.51, 0.99)] == [0.67, 0.01]
