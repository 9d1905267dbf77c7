"""One neuron against hand calculation, closed forms, torch.nn and torch.optim; its endpoints."""

import itertools
import json
import math
import re

import pytest
import torch
from gradio_client.exceptions import AppError
from hypothesis import given, settings
from hypothesis import strategies as st

from demos import neuron
from demos.frame.source import filled, script_of
from demos.neuron import go_there
from demos.neuron.charts import panels
from demos.neuron.knobs import KNOBS, SHAPES, TOPICS
from demos.neuron.lesson import (
    ACTIVATIONS,
    activate,
    multiplied_out,
    predict,
    squared_error,
    train,
    truth_table,
    two_layers,
    value_and_slope,
)
from demos.neuron.rows import PANELS, picture
from demos.neuron.rows.activations import flat_ranges
from demos.neuron.rows.by_hand import BILLS, CELSIUS, TOTALS
from demos.neuron.rows.logic import clip
from demos.neuron.rows.logic import table as truth_rows
from demos.widgets.panel import Place

SETTINGS = KNOBS.check({})
GATES, RULES = list(KNOBS["gate"].options), list(KNOBS["rule"].options)


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


# ---------------------------------------------------------------- one neuron


def test_the_sigmoid_neuron_of_the_lecture_is_and():
    answers = [
        predict(x, [20, 20], -30, "sigmoid")["prediction"] for x in truth_table("AND")[0].tolist()
    ]
    assert answers == pytest.approx([sigmoid(z) for z in (-30, -10, -10, 10)], rel=1e-9)


def test_the_gradients_are_those_of_the_chain_rule():
    x, w, b, y = [1.0, -2.0, 0.5], [0.3, 0.1, -0.7], 0.2, 1.0
    one = predict(x, w, b, "sigmoid", y)
    z = b + sum(a * c for a, c in zip(x, w, strict=True))
    error = 2 * (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z))
    assert one["z"] == pytest.approx(z)
    assert one["loss"] == pytest.approx((sigmoid(z) - y) ** 2)
    assert one["bias_gradient"] == pytest.approx(error)
    assert one["weight_gradients"] == pytest.approx([error * a for a in x])
    assert one["input_gradients"] == pytest.approx([error * c for c in w])
    assert sum(one["products"]) + b == pytest.approx(z)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "step"])
def test_every_slope_agrees_with_a_difference_quotient(name):
    x = torch.tensor([-6.0, -2.5, -0.3, 0.4, 1.7, 5.0], dtype=torch.float64)
    _, slope = value_and_slope(name, x)
    h = 1e-6
    quotient = (activate(name, x + h) - activate(name, x - h)) / (2 * h)
    assert torch.allclose(slope, quotient, atol=1e-7)


def test_a_threshold_fires_from_zero_on_and_lets_no_gradient_through():
    assert activate("step", torch.tensor([-1.0, -1e-9, 0.0, 2.0])).tolist() == [0, 0, 1, 1]
    one = predict([1.0], [1.0], 0.0, "step", 0.0)
    assert (one["prediction"], one["loss"], one["slope"]) == (1, 1, 0)
    assert one["weight_gradients"] == [0] == one["input_gradients"]


def test_seven_pairs_agree_with_torch_nn():
    x, y = [[c] for c in CELSIUS], [c * 9 / 5 + 32 for c in CELSIUS]
    layer = torch.nn.Linear(1, 1)
    with torch.no_grad():
        layer.weight.fill_(1.5)
        layer.bias.fill_(20.0)
    loss = torch.nn.functional.mse_loss(layer(torch.tensor(x))[:, 0], torch.tensor(y))
    loss.backward()
    ours = squared_error(x, y, [1.5], 20.0)
    assert ours["loss"] == pytest.approx(loss.item(), rel=1e-5)
    assert ours["weight_gradients"] == pytest.approx([layer.weight.grad.item()], rel=1e-5)
    assert ours["bias_gradient"] == pytest.approx(layer.bias.grad.item(), rel=1e-5)
    assert squared_error(x, y, [1.8], 32.0)["loss"] == pytest.approx(0, abs=1e-6)


def test_the_bills_have_one_price_list():
    inputs = torch.tensor(BILLS, dtype=torch.float64)
    design = torch.cat([torch.ones(len(BILLS), 1), inputs], dim=1)
    solution = torch.linalg.lstsq(design, torch.tensor(TOTALS, dtype=torch.float64)).solution
    assert torch.linalg.matrix_rank(design) == 4
    assert KNOBS["prices"].numbers[-1].high == len(BILLS)
    assert solution.tolist() == pytest.approx([1, 1.5, 2.5, 3.5])
    run, _ = picture(**{**SETTINGS, "topic": "bill", "prices": [1.0, 1.5, 2.5, 3.5, 1]})
    assert run.data["run"][0]["loss"] == pytest.approx(0, abs=1e-9)
    assert {row["says"] for row in run.data["turns"]} == {"0.00"}
    assert run.conclusion == "The loss is 0: found."


# ---------------------------------------------------------------- learning


@pytest.mark.parametrize("gate", ["AND", "OR", "NAND"])
@pytest.mark.parametrize("rule", RULES)
def test_what_a_line_can_separate_is_learned(gate, rule):
    last = train(gate, rule, -0.5, 0.8, 0.3, 1.0, 60)[-1]
    assert last["wrong"] == 0
    if rule == "perceptron":
        assert last["settled"]
        w = [last["weight_1"], last["weight_2"]]
        inputs, targets = truth_table(gate)
        answers = [predict(x, w, last["bias"], "step")["prediction"] for x in inputs.tolist()]
        assert answers == targets.tolist()


def test_the_perceptron_moves_by_rosenblatts_rule_and_only_after_a_wrong_answer():
    rows = train("AND", "perceptron", -0.5, 0.8, 0.3, 0.5, 60)
    for row, following in itertools.pairwise(rows):
        error = row["target"] - row["prediction"]
        assert row["example"] == row["step"] % 4
        assert row["change_1"] == pytest.approx(0.5 * error * row["x1"])
        assert row["change_2"] == pytest.approx(0.5 * error * row["x2"])
        assert row["change_bias"] == pytest.approx(0.5 * error)
        for name, new in [("weight_1", "new_1"), ("weight_2", "new_2"), ("bias", "new_bias")]:
            assert following[name] == row[new]


def test_xor_never_settles_but_runs_in_circles():
    rows = train("XOR", "perceptron", -0.5, 0.8, 0.3, 1.0, 1000)
    assert len(rows) == 1001
    assert not any(row["settled"] for row in rows)
    assert min(row["wrong"] for row in rows[5:]) == 2
    names = ("weight_1", "weight_2", "bias")
    for early, late in zip(rows[5:50], rows[9:54], strict=True):
        assert [early[n] for n in names] == pytest.approx([late[n] for n in names], abs=1e-5)


def test_gradient_descent_gives_up_on_xor_at_one_half():
    last = train("XOR", "gradient descent", -0.5, 0.8, 0.3, 1.0, 1000)[-1]
    assert last["loss"] == pytest.approx(math.log(2), abs=1e-4)
    assert last["predictions"] == pytest.approx([0.5] * 4, abs=1e-3)


def test_gradient_descent_agrees_with_torch_sgd():
    inputs, targets = truth_table("OR")
    layer = torch.nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[-0.5, 0.8]]))
        layer.bias.fill_(0.3)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.7)
    criterion = torch.nn.BCEWithLogitsLoss()
    for _ in range(40):
        optimizer.zero_grad()
        criterion(layer(inputs)[:, 0], targets).backward()
        optimizer.step()
    last = train("OR", "gradient descent", -0.5, 0.8, 0.3, 0.7, 40)[-1]
    weights = [last["weight_1"], last["weight_2"], last["bias"]]
    expected = [*layer.weight[0].tolist(), layer.bias.item()]
    assert weights == pytest.approx(expected, rel=1e-4)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(GATES),
    st.sampled_from(RULES),
    st.floats(-1000, 1000),
    st.floats(-1000, 1000),
    st.floats(-1000, 1000),
    st.floats(1e-3, 100),
    st.integers(1, 30),
)
def test_whatever_it_starts_from_every_number_is_finite(gate, rule, w1, w2, b, rate, steps):
    rows = train(gate, rule, w1, w2, b, rate, steps)
    assert [row["step"] for row in rows] == list(range(len(rows)))
    assert len(rows) <= steps + 1
    for row in rows:
        assert all(math.isfinite(v) for v in row.values() if isinstance(v, float))


# ---------------------------------------------------------------- linear stays linear


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-3, 3, width=32), min_size=6, max_size=6))
def test_two_linear_layers_are_one(numbers):
    w, b, v = numbers[:2], numbers[2:4], numbers[4:]
    x = torch.linspace(-1, 3, 9)
    _, output = two_layers(x, w, b, v, "identity")
    slope, shift = multiplied_out(w, b, v)
    assert torch.allclose(output, slope * x + shift, atol=1e-4)


def test_relu_between_them_solves_xor_and_no_line_does():
    x, y = torch.tensor([0.0, 1.0, 2.0]), torch.tensor([0.0, 1.0, 0.0])
    _, output = two_layers(x, [1.0, 1.0], [0.0, -1.0], [1.0, -2.0], "relu")
    assert output.tolist() == y.tolist()
    design = torch.stack([x, torch.ones(3)], dim=1)
    best = torch.linalg.lstsq(design, y[:, None]).solution[:, 0]
    assert best.tolist() == pytest.approx([0, 1 / 3], abs=1e-6)
    assert ((design @ best - y) ** 2).mean().item() == pytest.approx(2 / 9, abs=1e-6)


def test_what_is_flat_and_where():
    assert flat_ranges("leaky_relu") == []
    assert flat_ranges("relu") == [(-8.0, pytest.approx(0.05, abs=0.051))]
    (left, right) = flat_ranges("sigmoid")
    # σ′ = 0.01 at ±4.585.
    assert left == (-8.0, pytest.approx(-4.585, abs=0.06))
    assert right == (pytest.approx(4.585, abs=0.06), 8.0)
    assert len(flat_ranges("tanh")) == 2
    assert len(flat_ranges("elu")) == len(flat_ranges("softplus")) == 1


# ---------------------------------------------------------------- pictures


def test_the_charts_stand_in_the_order_that_clicks_are_counted_in():
    drawn = panels()
    assert list(drawn) == PANELS
    for panel in drawn.values():
        panel.to_prop()


@settings(max_examples=40, deadline=None)
@given(
    topic=st.sampled_from([*TOPICS]),
    gate=st.sampled_from(GATES),
    unit=st.sampled_from([*KNOBS["unit"].options]),
    rule=st.sampled_from(RULES),
    between=st.sampled_from([*KNOBS["between"].options]),
    functions=st.lists(st.sampled_from([*SHAPES]), unique=True),
    line=st.lists(st.floats(-1000, 1000), min_size=2, max_size=2),
    neuron=st.lists(st.floats(-1000, 1000), min_size=3, max_size=3),
    start=st.tuples(*[st.floats(-5, 5)] * 3, st.floats(0.01, 10)).map(list),
    x=st.floats(-1000, 1000),
)
def test_every_setting_has_a_picture_without_holes(**settings):
    run, board = picture(**{**SETTINGS, **settings})
    json.loads(run.to_json(), parse_constant=pytest.fail)
    assert run.caption
    assert "\n\n\n" not in board


@pytest.mark.parametrize("topic", TOPICS)
def test_every_number_on_the_board_is_in_the_run(topic):
    run, board = picture(**{**SETTINGS, "topic": topic})
    known = set(run.params) | set(run.data["run"][0])
    for name in re.findall(r"@([\w.-]+):", board):
        assert name.split(".")[-1].replace("-", "_") in known


def test_the_plane_is_cut_where_the_sum_is_zero():
    corners, crossings = clip(20, 20, -30)
    assert sorted(crossings) == [(0.0, 1.5), (1.5, 0.0)]
    assert all(20 * x + 20 * y - 30 >= 0 for x, y in corners)
    assert clip(0, 0, 1) == ([(-0.5, -0.5), (1.5, -0.5), (1.5, 1.5), (-0.5, 1.5)], [])
    assert clip(0, 0, -1) == ([], [])


def test_a_click_moves_the_knob_of_its_chart():
    def clicked(panel, x, y):
        changed = go_there(Place(PANELS.index(panel), x, y), **SETTINGS)
        return {name: KNOBS[name].nearest(value) for name, value in changed.items()}

    assert clicked("along_w", 1.234, 0.0) == {"line": [1.2, 0]}
    assert clicked("along_w", 99.0, 0.0) == {"line": [5, 0]}
    assert clicked("along_b", 31.6, 0.0) == {"line": [1, 32]}
    assert clicked("bills", 3.0, 6) == {"prices": [0, 1, 1, 1, 6]}
    assert clicked("slopes", -2.04, 0.0) == {"x": -2.0}
    with pytest.raises(ValueError, match="bill must be"):
        clicked("bills", 3.0, None)


def test_the_lesson_can_be_pasted_into_a_notebook():
    namespace = {}
    exec(neuron.CHAPTER.source(), namespace)
    assert [*namespace["train"]("AND", "perceptron", -0.5, 0.8, 0.3, 1.0, 60)][-1]["settled"]
    assert namespace["predict"]([1], [1], 0, "sigmoid")["prediction"] == pytest.approx(sigmoid(1))


# ---------------------------------------------------------------- what is said


def told(**settings):
    """The run of some settings."""
    return picture(**{**SETTINGS, **settings})[0]


def test_no_caption_tells_the_end_of_a_run_before_it_is_over():
    for gate in GATES:
        for rule in RULES:
            run = told(topic="learning", gate=gate, rule=rule)
            assert not re.search("learned|settled|After", run.caption)
            assert all(not re.search("learned|settled", r.get("told", "")) for r in run.data["run"])
            assert ("learned." in run.conclusion) == (gate != "XOR")
    assert told(topic="learning").data["run"][0]["told"] == (
        "Step 0: for 0 and 0 it should say 0 and says 1. The line moves."
    )


def test_that_no_line_makes_xor_is_for_the_student_to_find():
    for gate in ("XOR", "OR"):
        run = told(topic="logic", gate=gate)
        assert run.caption.endswith("belong on the blue side, the empty ones on the other.")
        assert "No line" not in run.caption + run.conclusion
    assert told(topic="logic").conclusion == "All four answers are right: this neuron is AND."


def test_that_two_linear_layers_are_one_line_is_said_nowhere_but_in_the_answer():
    run = told(topic="layers")
    assert run.caption == "Loss on XOR: {loss:.3f}."
    assert run.conclusion == ""
    assert told(topic="layers", between="relu").conclusion.endswith("this is XOR.")


def test_a_found_neuron_has_the_loss_0_without_noise():
    run = told(topic="celsius", line=[1.8, 32.0])
    (row,) = run.data["run"]
    assert row["loss"] == row["weight_gradient"] == row["bias_gradient"] == 0
    assert run.conclusion == "The loss is 0: found."
    assert told(topic="celsius").conclusion == ""


def test_no_text_of_a_chart_says_black_of_what_is_white_in_the_dark():
    for panel in panels().values():
        assert "black" not in json.dumps(panel.to_prop()["spec"])


def test_an_answer_shows_on_which_side_of_one_half_it_lies():
    answers = [0.5, 0.4999, 0.50000003, 0.6]
    rows = truth_rows(0, [0, 1, 0, 1], [0.0, -0.0004, 1e-7, 0.4], answers, "sigmoid")
    assert [row["answer"] for row in rows] == ["½ → 1", "0.4999", "0.50000003", "0.600"]
    assert [row["mark"] for row in rows] == ["✗", "✗", "✗", "✓"]
    assert [row["z"] for row in rows] == ["0.0", "−0.0004", "1e−7", "0.4"]


@pytest.mark.parametrize("width", [230, 290])
def test_the_columns_of_the_truth_table_do_not_touch(width):
    spec = json.dumps(panels()["table"].to_prop()["spec"])
    places = json.loads(re.search(r"\((\{[^}]*0\.\d[^}]*\})\)", spec)[1].replace("\\", "")).values()
    longest = ["1", "1", "1", "−120.0", "0.50012", "✓"]
    edges = [
        (place * width - 4.2 * len(text), place * width + 4.2 * len(text))
        for place, text in zip(places, longest, strict=True)
    ]
    for (_low, left), (right, _high) in itertools.pairwise(edges):
        assert right - left > 4


numbers = st.floats(-5, 5).map(lambda number: round(number, 3))


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(GATES),
    st.sampled_from(RULES),
    st.lists(numbers, min_size=3, max_size=3),
    st.sampled_from([0.013, 0.37, 1.0, 10.0]),
)
def test_what_the_board_writes_of_a_step_multiplies_out(gate, rule, start, rate):
    for row in told(topic="learning", gate=gate, rule=rule, start=[*start, rate]).data["run"][:20]:
        texts = {
            k: float(v.replace("−", "-").replace(" ", ""))
            for k, v in row.items()
            if k[:4] in SHOWN and v
        }
        for name, x in (("one", row["x1"]), ("two", row["x2"]), ("bias", 1)):
            move = rate * row["error"] * x
            if rule == "gradient descent":
                move = -rate * texts[f"gradient_{name}"]
            assert float(f"{texts[f'old_{name}'] + move:.4g}") == texts[f"next_{name}"]
        if rule == "perceptron":
            now = [texts[f"now_{name}"] for name in ("one", "two", "bias")]
            z = now[0] * row["x1"] + now[1] * row["x2"] + now[2]
            assert float(f"{z:.4g}") == float(row["sum"].replace("−", "-"))


SHOWN = ("old_", "now_", "next", "grad")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 5).map(lambda price: round(price, 3)), min_size=4, max_size=4))
def test_what_the_board_writes_of_a_bill_adds_up(prices):
    params = told(topic="bill", prices=[*prices, 4]).params
    parts = [params[f"part_{name}"] for name in ("one", "two", "three")]
    for name, part in zip(("one", "two", "three"), parts, strict=True):
        assert params[f"x_{name}"] * params[f"w_{name}"] == pytest.approx(part, abs=1e-9)
        assert len(repr(part)) < 9
    assert params["bias"] + sum(parts) == pytest.approx(params["prediction"], abs=1e-9)
    assert (params["prediction"] - params["total"]) ** 2 == pytest.approx(params["one_loss"])


# ---------------------------------------------------------------- the scripts


def ran(topic, capsys, **settings):
    """What a script printed, and the names it has left."""
    space = {}
    text = filled(script_of(neuron.CHAPTER.script[topic], KNOBS), {**SETTINGS, **settings})
    exec(text, space)
    return capsys.readouterr().out, space


@pytest.mark.parametrize("line", [[1.0, 0.0], [1.8, 32.0], [-0.7, 55.0]])
def test_the_script_of_the_line_has_the_loss_and_the_slopes_of_the_tab(line, capsys):
    printed, space = ran("celsius", capsys, line=line)
    (row,) = told(topic="celsius", line=line).data["run"]
    assert f"L = {row['loss']:.2f} °F²" in printed
    assert space["w"].grad.item() == pytest.approx(row["weight_gradient"], abs=1e-9)
    assert space["b"].grad.item() == pytest.approx(row["bias_gradient"], abs=1e-9)


@pytest.mark.parametrize("prices", [[0, 1, 1, 1, 4], [1, 1.5, 2.5, 3.5, 1], [4.2, 0, 3.3, 5, 6]])
def test_the_script_of_the_bills_has_the_sums_of_the_tab(prices, capsys):
    printed, space = ran("bill", capsys, prices=prices)
    run = told(topic="bill", prices=prices)
    assert f"L = {run.data['run'][0]['loss']:.4f} €²" in printed
    predictions = [bill["prediction"] for bill in run.data["bills"]]
    assert space["prediction"].tolist() == pytest.approx(predictions)
    slopes = [turn["gradient"] for turn in run.data["turns"]]
    assert [space["b"].grad.item(), *space["w"].grad.tolist()] == pytest.approx(slopes)


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("unit", KNOBS["unit"].options)
@pytest.mark.parametrize("weights", [[20, 20, -30], [2, -3, 0.5]])
def test_the_script_of_a_gate_has_the_answers_of_the_tab(gate, unit, weights, capsys):
    printed, space = ran("logic", capsys, gate=gate, unit=unit, neuron=weights)
    run = told(topic="logic", gate=gate, unit=unit, neuron=weights)
    answers = [run.params[f"y_{name}"] for name in ("nn", "ny", "yn", "yy")]
    assert space["y_hat"].tolist() == pytest.approx(answers)
    right = [line.endswith("right") for line in printed.splitlines()]
    assert right == [row["mark"] == "✓" for row in run.data["table"]]


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("start", [[-0.5, 0.8, 0.3, 1.0], [2.0, -1.0, 0.0, 0.3]])
def test_the_script_that_learns_takes_the_steps_of_the_tab(gate, rule, start, capsys):
    printed, _space = ran("learning", capsys, gate=gate, rule=rule, start=start)
    rows = told(topic="learning", gate=gate, rule=rule, start=start).data["run"]
    lines = printed.splitlines()
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+(?:e-\d+)?", line)]
        weights = [row["weight_1"], row["weight_2"], row["bias"]]
        assert numbers[1:4] == pytest.approx(weights, abs=6e-5)
        assert (numbers[0], numbers[4]) == (row["step"], row["wrong"])


@pytest.mark.parametrize("x", [2.0, -0.5, 7.25])
def test_the_script_of_the_activations_has_the_values_and_slopes_of_the_tab(x, capsys):
    printed, _space = ran("activation", capsys, functions=[*SHAPES], x=x)
    rows = told(topic="activation", functions=[*SHAPES], x=x).data["run"]
    assert len(rows) == 6
    for row in rows:
        line = f"{row['series']}: f(x) = {row['value']:.4f}, f′(x) = {row['slope']:.4f}"
        assert line in printed


@pytest.mark.parametrize("between", KNOBS["between"].options)
@pytest.mark.parametrize("layers", [[1, 1, 0, -1, 1, -2], [0.5, -2, 1, 0.3, -1, 3]])
def test_the_script_of_two_layers_has_the_outputs_of_the_tab(between, layers, capsys):
    _printed, space = ran("layers", capsys, between=between, layers=[float(n) for n in layers])
    run = told(topic="layers", between=between, layers=[float(n) for n in layers])
    at_points = [row["prediction"] for row in run.data["xor"]]
    assert space["y_hat"].tolist() == pytest.approx(at_points, abs=1e-5)
    assert space["loss"].item() == pytest.approx(run.params["loss"], abs=1e-5)
    assert space["slope"].item() == pytest.approx(run.params["slope"], abs=1e-5)


# ---------------------------------------------------------------- the tasks' numbers


def test_one_knob_after_the_other_needs_three_rounds():
    def best(topic, of, line):
        other = line[1 - of]
        run = told(topic=topic, line=line)
        row = run.data["run"][0]
        x = CELSIUS if of == 0 else [1.0] * 7
        gradient = row["weight_gradient" if of == 0 else "bias_gradient"]
        moved = line[of] - gradient / (2 * sum(c * c for c in x) / 7)
        moved = round(moved, 1) if of == 0 else round(moved)
        return [moved, other] if of == 0 else [other, moved]

    line, rounds = [1.0, 0.0], []
    for _ in range(3):
        line = best("celsius", 1, best("celsius", 0, line))
        rounds.append(line)
    assert rounds == [[2.3, 28], [1.9, 31], [1.8, 32]]


def test_the_same_weights_leave_a_loss_with_soft_bends():
    losses = {b: told(topic="layers", between=b).params["loss"] for b in ("tanh", "sigmoid")}
    assert losses == {
        "tanh": pytest.approx(0.897, abs=5e-4),
        "sigmoid": pytest.approx(0.65, abs=5e-4),
    }


# ---------------------------------------------------------------- bad input

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.text(),
    st.lists(st.one_of(st.floats(), st.text(), st.none(), st.lists(st.integers())), max_size=40),
    st.dictionaries(st.text(), st.integers()),
)


def outcome(function, *args, **kwargs):
    """What the function returned, or the sentence that refused it."""
    try:
        return function(*args, **kwargs), None
    except ValueError as error:
        return None, str(error)


@settings(max_examples=60, deadline=None)
@given(anything, anything, anything, anything)
def test_nonsense_is_refused_in_one_sentence(inputs, weights, bias, activation):
    one, refusal = outcome(predict, inputs, weights, bias, activation)
    assert re.fullmatch(r"[^\n]+\.", refusal or "") or math.isfinite(one["prediction"])


def test_inputs_and_weights_must_be_as_many():
    with pytest.raises(ValueError, match=r"^weights must be as many as inputs: 2\.$"):
        predict([1, 2], [1])
    with pytest.raises(ValueError, match=r"^inputs must be a list of 1 to 32 numbers"):
        predict([0.0] * 33, [0.0] * 33)


# ---------------------------------------------------------------- the endpoints


def test_predict_answers_with_values_and_gradients(client):
    one = client.predict(
        inputs=[1, 1],
        weights=[20, 20],
        bias=-30,
        activation="sigmoid",
        target=1,
        api_name="/neuron_predict",
    )
    assert one["z"] == 10
    assert one["prediction"] == pytest.approx(sigmoid(10))
    assert len(one["weight_gradients"]) == 2


def test_train_answers_with_one_row_per_step_with_named_fields(client):
    rows = client.predict(gate="AND", rule="perceptron", steps=60, api_name="/neuron_train")
    assert rows[-1]["settled"]
    assert {"step", "weight_1", "weight_2", "bias", "prediction", "wrong"} <= set(rows[0])


@pytest.mark.parametrize(
    ("endpoint", "name", "value"),
    [
        ("/neuron_train", "gate", "<script>"),
        ("/neuron_train", "steps", 10**9),
        ("/neuron_train", "learning_rate", 0),
        ("/neuron_predict", "inputs", "a lot"),
        ("/neuron_predict", "inputs", [1e308]),
        ("/neuron_predict", "activation", "swish"),
    ],
)
def test_the_endpoints_answer_nonsense_with_one_sentence(client, endpoint, name, value):
    arguments = {} if endpoint == "/neuron_train" else {"inputs": [1], "weights": [1]}
    with pytest.raises(AppError, match=rf"^{name}(\[0\])? must be .*\.$"):
        client.predict(**{**arguments, name: value}, api_name=endpoint)
