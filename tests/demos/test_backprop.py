"""Back-propagation against hand calculation, closed forms and finite differences; its endpoint."""

import json
import math

import pytest
from gradio_client.exceptions import AppError
from hypothesis import given, settings
from hypothesis import strategies as st

from demos import CHAPTERS, backprop
from demos.backprop.charts import panels
from demos.backprop.lesson import DEFAULTS, EXPRESSIONS, backprop_run, program
from demos.backprop.rows import PLACES, picture


def nodes_of(expression, values=None):
    result = backprop_run(expression, list(values or DEFAULTS[expression]))
    return {node["name"]: node for node in result["nodes"]}


def test_the_textbook_example_has_the_textbook_gradients():
    nodes = nodes_of("sum_times", (-2, 5, -4))
    assert nodes["f"]["value"] == -12
    assert {name: nodes[name]["gradient"] for name in "xyzsf"} == {
        "x": -4,
        "y": -4,
        "z": 3,
        "s": -4,
        "f": 1,
    }
    assert nodes["f"]["grad_fn"] == "MulBackward0"


def test_the_cubic_has_the_slope_31_at_1_and_the_closed_form_elsewhere():
    assert nodes_of("cubic", [1])["x"]["gradient"] == 31
    for x in (-2.5, 0, 3.7):
        slope = nodes_of("cubic", [x])["x"]["gradient"]
        assert slope == pytest.approx(3 * x**2 - 26 * x + 54)


def test_the_sigmoid_neuron_is_that_of_the_lecture():
    nodes = nodes_of("sigmoid_neuron")
    assert nodes["f"]["value"] == pytest.approx(1 / (1 + math.exp(-1)))
    slope = nodes["f"]["value"] * (1 - nodes["f"]["value"])
    for name, factor in {"w1": -1, "x1": 2, "w2": -2, "x2": -3, "b": 1}.items():
        assert nodes[name]["gradient"] == pytest.approx(slope * factor)


def network(x1, x2, w11, w12, b1, w21, w22, b2, v1, v2, c, y):
    """The loss in plain Python."""
    h1 = math.tanh(w11 * x1 + w12 * x2 + b1)
    h2 = math.tanh(w21 * x1 + w22 * x2 + b2)
    return (v1 * h1 + v2 * h2 + c - y) ** 2


def test_the_network_agrees_with_finite_differences():
    values = list(DEFAULTS["network"])
    nodes = nodes_of("network")
    assert nodes["L"]["value"] == pytest.approx(network(*values))
    for i, name in enumerate(program("network")[0]):
        up, down = values.copy(), values.copy()
        up[i] += 1e-6
        down[i] -= 1e-6
        slope = (network(*up) - network(*down)) / 2e-6
        assert nodes[name]["gradient"] == pytest.approx(slope, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_flows_along_the_edges_adds_up_to_the_gradient(expression):
    result = backprop_run(expression, list(DEFAULTS[expression]))
    gradient = {node["name"]: node["gradient"] for node in result["nodes"]}
    for name in gradient:
        parts = [edge for edge in result["edges"] if edge["source"] == name]
        for edge in parts:
            assert edge["gradient"] == pytest.approx(gradient[edge["target"]] * edge["local"])
        if parts:
            assert sum(edge["gradient"] for edge in parts) == pytest.approx(gradient[name])


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_autograd_visits_every_result_after_all_that_use_it(expression):
    result = backprop_run(expression, list(DEFAULTS[expression]))
    order = result["order"]
    assert sorted(order) == sorted(line[0] for line in program(expression)[1])
    for edge in result["edges"]:
        if edge["source"] in order:
            assert order.index(edge["source"]) > order.index(edge["target"])


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_node_has_its_own_place_and_every_step_its_formula(expression):
    inputs, lines = program(expression)
    names = [*inputs, *(line[0] for line in lines)]
    assert set(PLACES[expression]) == set(names)
    assert len(set(PLACES[expression].values())) == len(names)
    run, board = picture(expression, **DEFAULTS)
    steps = [row["step"] for row in run.data["run"]]
    assert steps == list(range(2 * len(lines) + 2))
    assert board.count("\n\n") == len(steps) - 1


def test_the_board_writes_the_chain_rule_with_its_numbers():
    _, board = picture("sum_times", **DEFAULTS)
    assert r"s = x + y = (-2) + 5 = 3$" in board
    assert r"\frac{\partial s}{\partial x} = \frac{\partial f}{\partial s} \cdot 1" in board
    assert r"(-4) \cdot 1 = -4$" in board
    _, board = picture("cubic", **DEFAULTS)
    assert r"= 10 + 6 + 15 = 31$" in board


# ---------------------------------------------------------------- the tasks' numbers


def test_the_slope_is_zero_on_the_hill_and_in_the_valley():
    for x in (3.4514, 5.2153):
        assert nodes_of("cubic", [x])["x"]["gradient"] == pytest.approx(0, abs=1e-3)


def test_a_saturated_neuron_gets_no_gradient():
    saturated = nodes_of("sigmoid_neuron", (2, -1, -3, -2, 7))
    assert saturated["z"]["value"] == 11
    assert saturated["z"]["gradient"] == pytest.approx(1.67e-5, rel=1e-2)
    assert nodes_of("sigmoid_neuron", (2, -1, -3, -2, -4))["z"]["gradient"] == 0.25


def test_behind_a_zero_weight_nothing_is_learned_and_twins_stay_twins():
    values = dict(zip(program("network")[0], DEFAULTS["network"], strict=True))
    silent = nodes_of("network", (values | {"v1": 0.0}).values())
    assert all(silent[name]["gradient"] == 0 for name in ("w11", "w12", "b1"))
    assert abs(silent["v1"]["gradient"]) > 0.1
    twin = {"w21": values["w11"], "w22": values["w12"], "b2": values["b1"], "v2": values["v1"]}
    twins = nodes_of("network", (values | twin).values())
    for name in twin:
        assert twins[name]["gradient"] == twins[name.replace("2", "1", 1)]["gradient"]


numbers = st.floats(-100, 100, allow_nan=False)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), expression=st.sampled_from([*EXPRESSIONS]))
def test_whatever_the_inputs_are_every_number_is_finite(data, expression):
    count = len(DEFAULTS[expression])
    values = data.draw(st.lists(numbers, min_size=count, max_size=count))
    result = backprop_run(expression, values)
    for part in [*result["nodes"], *result["edges"]]:
        assert all(math.isfinite(v) for v in part.values() if isinstance(v, float))
    banks = {name: list(default) for name, default in DEFAULTS.items()} | {expression: values}
    run, board = picture(expression, **banks)
    json.loads(run.to_json(), parse_constant=pytest.fail)
    assert "nan" not in board


BAD = [math.nan, math.inf, -math.inf, 1e308, 10**400, "0.1", None, True, [1], {}]


@pytest.mark.parametrize("value", BAD)
def test_an_input_out_of_range_is_refused_by_name(value):
    with pytest.raises(ValueError, match=r"^values\[1\] \(y\) must be a number"):
        backprop_run("sum_times", [1, value, 2])


def test_the_expression_and_the_number_of_inputs_are_checked_too():
    with pytest.raises(ValueError, match=r"^expression must be one of"):
        backprop_run("__import__('os')", [1])
    for nonsense in ([], [1, 2], [1] * 10**5, "1,2,3", None, 3):
        with pytest.raises(ValueError, match=r"^values must be a list of 3 numbers: x, y, z"):
            backprop_run("sum_times", nonsense)


def test_the_lesson_can_be_pasted_into_a_notebook():
    namespace = {}
    exec(backprop.CHAPTER.source(), namespace)
    result = namespace["back_propagate"]("cubic", [1.0])
    assert result["nodes"][0]["gradient"] == 31


def test_the_charts_are_valid():
    assert len([panel.to_prop() for panel in panels()]) == 1


# ---------------------------------------------------------------- the endpoint

on_the_page = pytest.mark.skipif(
    backprop.CHAPTER not in CHAPTERS, reason="the chapter is not on the page yet"
)


@on_the_page
def test_the_endpoint_gives_nodes_and_edges(client):
    result = client.predict(expression="sum_times", values=[-2, 5, -4], api_name="/backprop_run")
    assert {n["name"]: n["gradient"] for n in result["nodes"]}["z"] == 3
    assert len(result["edges"]) == 4
    assert result["order"] == ["f", "s"]
    assert client.predict(api_name="/backprop_run") == result


@on_the_page
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("expression", "<script>"),
        ("values", [1e308, 1, 1]),
        ("values", ["a", 1, 1]),
        ("values", [1] * 99),
        ("values", {"x": 1}),
    ],
)
def test_the_endpoint_answers_nonsense_with_one_sentence(client, name, value):
    arguments = {"expression": "sum_times", "values": [1, 2, 3], name: value}
    with pytest.raises(AppError, match=rf"^{name}.* must be .*\.$"):
        client.predict(**arguments, api_name="/backprop_run")
