"""The lesson of °C → °F against hand calculation, NumPy and torch.optim; its endpoint."""

import itertools
import json
import math

import numpy as np
import pytest
from gradio_client.exceptions import AppError
from hypothesis import given, settings
from hypothesis import strategies as st

from demos import celsius
from demos.celsius import CELSIUS, EXAMPLES, descend, loss_surface, picture
from demos.frame.runs import collect
from demos.frame.source import filled, script_of
from tests import plain_celsius
from tests.boards import off


def test_the_seven_temperatures_stand_once():
    from pathlib import Path

    import demos
    from demos.pictures import temperatures

    places = Path(demos.__file__).parent.rglob("*.py")
    holding = [path for path in places if "-12.0, 0.0, 10.0, 21.0" in path.read_text("utf-8")]
    # And once more in the script that runs by itself.
    assert set(holding) == {Path(temperatures.__file__), Path(celsius.__file__)}
    space = {}
    exec(filled(script_of(celsius.script, celsius.KNOBS), celsius.KNOBS.defaults()), space)
    assert space["mean"].item() == pytest.approx(sum(CELSIUS) / 7)
    rows = descend(steps=6, examples="one at a time")
    assert tuple(row["celsius"] for row in rows) == CELSIUS == tuple(temperatures.temperatures())


def test_the_first_step_of_the_single_pair_is_the_one_on_the_blackboard():
    first = descend(0.5, 0.0, 0.001, 1, "single pair", False)[0]
    assert first["prediction"] == pytest.approx(18.89, abs=5e-3)
    assert first["loss"] == pytest.approx(6578.83, abs=5e-3)
    assert first["weight_gradient"] == pytest.approx(-6128.67, abs=5e-3)
    assert first["bias_gradient"] == pytest.approx(-162.22, abs=5e-3)
    assert first["new_weight"] == pytest.approx(6.6287, abs=5e-5)
    assert first["new_bias"] == pytest.approx(0.1622, abs=5e-5)


def by_hand(weight, bias, rate, steps, examples, normalise):
    """The same descent in float64, from the formula of the gradient."""
    x, y = np.array(CELSIUS), np.array(CELSIUS) * 1.8 + 32
    mean, deviation = x.mean(), x.std()
    if examples == "single pair":
        x, y = np.array([37.78]), np.array([100.0])
    if normalise:
        x = (x - mean) / deviation
    for step in range(steps):
        chosen = slice(None) if examples == "whole batch" else [step % len(x)]
        error = weight * x[chosen] + bias - y[chosen]
        weight, bias = (
            weight - rate * 2 * (error * x[chosen]).mean(),
            bias - rate * 2 * error.mean(),
        )
    return weight, bias


@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize(("normalise", "rate"), [(False, 3e-4), (True, 0.05)])
def test_a_run_agrees_with_the_closed_form_of_the_gradient(examples, normalise, rate):
    last = descend(0.5, 0.0, rate, 60, examples, normalise)[-1]
    weight, bias = by_hand(0.5, 0.0, rate, 60, examples, normalise)
    assert last["weight"] == pytest.approx(weight, rel=1e-3, abs=1e-3)
    assert last["bias"] == pytest.approx(bias, rel=1e-3, abs=1e-3)


def test_a_run_agrees_with_torch_sgd():
    import torch

    x = torch.tensor(CELSIUS)[:, None]
    neuron = torch.nn.Linear(1, 1)
    with torch.no_grad():
        neuron.weight.fill_(0.5)
        neuron.bias.fill_(0.0)
    optimizer = torch.optim.SGD(neuron.parameters(), lr=0.001)
    for _ in range(50):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(neuron(x), x * 9 / 5 + 32).backward()
        optimizer.step()
    last = descend(0.5, 0.0, 0.001, 50, "whole batch", False)[-1]
    assert last["weight"] == pytest.approx(neuron.weight.item(), rel=1e-5)
    assert last["bias"] == pytest.approx(neuron.bias.item(), rel=1e-5)


@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize("normalise", [False, True])
def test_a_run_is_to_the_last_bit_what_the_plain_loop_gives(examples, normalise):
    settings = (0.5, -3.0, 3e-4, 40, examples, normalise)
    assert descend(*settings) == collect(plain_celsius.descend(*settings))


def test_each_row_starts_where_the_one_before_ended():
    rows = descend(steps=20, examples="one at a time", learning_rate=1e-4)
    assert [row["step"] for row in rows] == list(range(21))
    for row, following in itertools.pairwise(rows):
        assert following["weight"] == row["new_weight"]
        assert following["bias"] == row["new_bias"]


def test_normalising_makes_it_hundreds_of_times_faster():
    def steps_to_one_degree(rate, normalise):
        rows = descend(0.5, 0.0, rate, 2000, "whole batch", normalise)
        return next(row["step"] for row in rows if row["loss"] < 1)

    assert steps_to_one_degree(0.00175, False) > 100 * steps_to_one_degree(0.4, True)


def test_a_rate_too_high_stops_before_the_first_number_that_is_not_finite():
    rows = descend(0.5, 0.0, 0.01, 2000, "single pair", False)
    assert len(rows) < 100
    assert rows[-1]["note"] == "overflow"
    warning = picture(0.5, 0.0, 0.01, 2000, "single pair", False)[0].warning
    assert f"step {len(rows)}" in warning
    assert "0.01 is too high" in warning
    assert all(row["note"] == "" for row in rows[:-1])


def test_the_batch_is_smoother_than_single_examples():
    def roughness(examples):
        losses = np.array([r["loss"] for r in descend(0.5, 0.0, 5e-4, 100, examples, False)])
        return (np.diff(losses) > 0).mean()

    assert roughness("whole batch") == 0
    assert roughness("one at a time") > 0.3


numbers = st.floats(-1000, 1000, allow_nan=False)


@settings(max_examples=40, deadline=None)
@given(
    arguments=st.tuples(
        numbers,
        numbers,
        st.floats(1e-6, 10),
        st.integers(1, 60),
        st.sampled_from(EXAMPLES),
        st.booleans(),
    )
)
def test_whatever_the_controls_say_every_number_is_finite(arguments):
    rows = descend(*arguments)
    assert 1 <= len(rows) <= arguments[3] + 1
    for row in rows:
        assert all(math.isfinite(v) for v in row.values() if isinstance(v, (int, float)))
    run, board = picture(*arguments)
    json.loads(run.to_json(), parse_constant=pytest.fail)
    assert r"\text{@loss:.5s@}" in board


def test_the_legend_of_the_map_goes_from_the_least_to_the_greatest_loss_drawn():
    run, _ = picture(0.5, 0.0, 1e-4, 1, "whole batch", False)
    assert run.params["heat_low"] == pytest.approx(0, abs=20)
    # The corner of the map: w = −1, b = −20.
    corner = np.mean((-np.array(CELSIUS) - 20 - (np.array(CELSIUS) * 1.8 + 32)) ** 2)
    far = np.mean((5 * np.array(CELSIUS) + 60 - (np.array(CELSIUS) * 1.8 + 32)) ** 2)
    assert run.params["heat_high"] == pytest.approx(max(corner, far), rel=0.2)
    spec = json.dumps(celsius.charts()[2].to_prop()["spec"])
    assert '"heat_high"' in spec
    assert "L [°F²]" in json.loads(spec)["layer"][1]["encoding"]["color"]["legend"]["title"]


# ---------------------------------------------------------------- what is said


def conclusion(**changes):
    return picture(**{**celsius.KNOBS.defaults(), **changes})[0].conclusion


def test_the_caption_speaks_of_the_step_and_only_the_conclusion_of_the_end():
    for examples in EXAMPLES:
        run, _ = picture(**{**celsius.KNOBS.defaults(), "examples": examples})
        assert "{loss:.2f}" in run.caption
        assert not set("0123456789") & set(
            run.caption.replace("{weight:.3f}", "")
            .replace("{loss:.2f}", "")
            .replace("{bias:+.3f}", "")
        )
    assert (
        "at {celsius:g} °C"
        in picture(**{**celsius.KNOBS.defaults(), "examples": EXAMPLES[1]})[0].caption
    )


def test_success_is_said_and_so_is_failure():
    assert conclusion(steps=10).startswith("After 10 steps the loss is still above 1 °F²")
    assert conclusion(steps=30) == "The loss is below 1 °F²: learned."
    # All seven examples, not the one whose turn it is at the end.
    late = descend(0.5, 0.0, 0.05, 22, "one at a time", True)[-7:]
    assert late[-1]["loss"] < 1 < max(row["loss"] for row in late)
    told = conclusion(learning_rate=0.05, steps=22, examples="one at a time", normalise=True)
    assert "not learned yet" in told
    assert conclusion(learning_rate=0.01) == ""  # it broke, which is said


def test_a_loss_that_stands_still_above_zero_is_explained_and_no_other():
    stands = conclusion(steps=100)
    assert "stands still at 2.3e−10 °F² and does not reach 0: a float32 keeps" in stands
    assert "lie 7.6e−6 apart" in stands
    assert np.spacing(np.float32(99.99)) == pytest.approx(7.6e-6, rel=0.01)
    for changes in (
        {"steps": 45},  # it still falls
        {"steps": 60},  # not for long enough
        {"normalise": True, "learning_rate": 0.1, "steps": 2000},  # it is 0
        {"examples": "whole batch", "steps": 2000},  # it creeps
    ):
        assert "float32" not in conclusion(**changes), changes


def test_what_the_board_writes_out_comes_to_what_it_says():
    for examples in EXAMPLES[:2]:
        for normalise, rate in ((False, 3e-4), (True, 0.05)):
            settings = (0.5, -7.3, rate, 60, examples, normalise)
            run, board = picture(*settings)
            for row in run.data["run"]:
                assert off(board, {**row, **run.params}) <= 1.01


BAD = [math.nan, math.inf, -math.inf, 1e308, 10**9, 10**400, "0.1", None, True, [1], {}]


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("name", ["weight", "bias", "learning_rate", "steps"])
def test_a_number_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be a"):
        descend(**{name: value})


def test_texts_and_flags_are_checked_too():
    with pytest.raises(ValueError, match=r"^examples must be one of"):
        descend(examples="all")
    with pytest.raises(ValueError, match=r"^normalise must be true or false"):
        descend(normalise="yes")
    with pytest.raises(ValueError, match=r"^steps must be a whole number"):
        descend(steps=1.5)


def test_the_surface_is_the_mean_squared_error_everywhere():
    import torch

    weights, biases = [0.0, 1.8, 3.0], [0.0, 32.0]
    surface = loss_surface(
        torch.tensor(weights), torch.tensor(biases), list(CELSIUS), [c * 1.8 + 32 for c in CELSIUS]
    )
    assert surface.shape == (2, 3)
    x = torch.tensor(CELSIUS)
    for i, bias in enumerate(biases):
        for j, weight in enumerate(weights):
            loss = torch.nn.functional.mse_loss(weight * x + bias, x * 1.8 + 32)
            assert surface[i, j].item() == pytest.approx(loss.item(), rel=1e-5, abs=1e-6)
    assert surface.argmin().item() == 4


def test_the_lesson_can_be_pasted_into_a_notebook():
    namespace = {}
    exec(celsius.CHAPTER.source(), namespace)
    first = next(namespace["descend"](0.5, 0.0, 0.001, 1))
    assert first["loss"] == pytest.approx(6578.83, abs=5e-3)


def test_the_picture_of_a_start_far_away_holds_the_start():
    run, _ = picture(-50.0, 300.0, 1e-4, 10, "single pair", False)
    assert run.params["w_low"] < -50
    assert run.params["b_high"] > 300


# ---------------------------------------------------------------- the endpoint


def test_the_endpoint_gives_one_row_per_step_with_named_fields(client):
    rows = client.predict(
        weight=0.5,
        bias=0,
        learning_rate=0.001,
        steps=3,
        examples="single pair",
        normalise=False,
        api_name="/celsius_descend",
    )
    assert len(rows) == 4
    assert rows[0]["loss"] == pytest.approx(6578.83, abs=5e-3)
    assert rows[1]["weight"] == pytest.approx(6.6287, abs=5e-5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weight", 1e308),
        ("weight", "a lot"),
        ("steps", 10**9),
        ("steps", -1),
        ("learning_rate", 0),
        ("examples", "<script>"),
        ("normalise", 3),
    ],
)
def test_the_endpoint_answers_nonsense_with_one_sentence(client, name, value):
    arguments = {"weight": 0.5, "bias": 0, "learning_rate": 0.001, "steps": 3}
    arguments |= {"examples": "single pair", "normalise": False, name: value}
    with pytest.raises(AppError, match=f"^{name} must be .*\\.$"):
        client.predict(**arguments, api_name="/celsius_descend")


def test_the_script_starts_as_the_tab_opens(capsys):
    settings = celsius.KNOBS.defaults()
    exec(filled(script_of(celsius.script, celsius.KNOBS), settings), {})
    lines = capsys.readouterr().out.splitlines()
    for row, line in zip(descend(**settings), lines, strict=True):
        assert float(line.rpartition("= ")[2]) == pytest.approx(row["loss"], rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("examples", celsius.EXAMPLES)
def test_the_script_comes_to_the_numbers_of_the_tab(examples, capsys):
    settings = {
        **celsius.KNOBS.defaults(),
        "examples": examples,
        "normalise": examples != "single pair",
        "learning_rate": 0.0005,
        "steps": 40,
    }
    space = {}
    exec(filled(script_of(celsius.script, celsius.KNOBS), settings), space)
    last = celsius.descend(**settings)[-1]
    for name, key in (("w", "weight"), ("b", "bias"), ("loss", "loss")):
        assert space[name].item() == pytest.approx(last[key], rel=1e-5)
    assert len(capsys.readouterr().out.splitlines()) == 41


def test_what_the_questions_say_of_steps_pairs_and_rates_is_true():
    first = descend(0.5, 0, 1e-4, 1, "single pair", False)[0]
    assert (round(first["weight_gradient"]), round(first["new_weight"], 3)) == (-6129, 1.113)
    ends = [descend(w, b, 1e-4, 100, "single pair", False)[-1] for w, b in ((0.5, 0), (1.8, 20))]
    assert [round(end["bias"], 2) for end in ends] == [0.06, 20.01]
    assert all(end["loss"] < 1e-6 for end in ends)
    # Curvature of the loss across the valley, and along it.
    x = np.stack([CELSIUS, np.ones(len(CELSIUS))])
    along, across = np.linalg.eigvalsh(2 / len(CELSIUS) * x @ x.T)
    assert 600 < across / along < 650
    goal = 1.8 * np.std(CELSIUS)
    off = {
        rate: [row["weight"] - goal for row in descend(0, 0, rate, 20, "whole batch", True)]
        for rate in (0.05, 0.4, 0.95, 1.01)
    }
    assert all(one < 0 for one in off[0.05])
    assert abs(off[0.4][4]) < 0.1 < abs(off[0.4][3])
    assert all(one * after < 0 for one, after in itertools.pairwise(off[0.95]))
    assert abs(off[0.95][-1]) < abs(off[0.95][0])
    assert abs(off[1.01][-1]) > abs(off[1.01][0])
