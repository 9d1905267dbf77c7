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
    assert {row["says"] for row in run.data["turns"]} == {"as it is"}


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
    assert namespace["train"]("AND")[-1]["settled"]
    assert namespace["predict"]([1], [1], 0, "sigmoid")["prediction"] == pytest.approx(sigmoid(1))


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
