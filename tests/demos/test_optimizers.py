"""The walkers against torch.optim, closed forms and finite differences; the tasks' numbers; API."""

import itertools
import json
import math
import re

import pytest
from gradio_client.exceptions import AppError
from hypothesis import given, settings
from hypothesis import strategies as st

from demos import CHAPTERS, optimizers
from demos.frame.source import filled, script_of
from demos.optimizers.charts import panels
from demos.optimizers.lesson import KNOBS, OPTIMIZERS, START, SURFACES, height, walk
from demos.optimizers.quiz import QUIZ
from demos.optimizers.rows import MINIMA, picture
from demos.optimizers.script import race
from demos.optimizers.tasks import TASKS
from tests.boards import off


def rows_of(name, rows):
    return [row for row in rows if row["series"] == name]


def last_of(name, *arguments):
    return walk(*arguments, [name])[-1]


def alone(name, surface, x, y, rate, momentum, steps):
    """One walker by itself, with torch.optim as a notebook would use it."""
    import torch

    position = torch.tensor([x, y], requires_grad=True)
    mover = {
        "sgd": lambda p: torch.optim.SGD(p, lr=rate),
        "momentum": lambda p: torch.optim.SGD(p, lr=rate, momentum=momentum),
        "nesterov": lambda p: torch.optim.SGD(p, lr=rate, momentum=momentum, nesterov=True),
        "adagrad": lambda p: torch.optim.Adagrad(p, lr=rate),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=rate),
        "adam": lambda p: torch.optim.Adam(p, lr=rate, betas=(momentum, 0.999)),
        "adamw": lambda p: torch.optim.AdamW(p, lr=rate, betas=(momentum, 0.999), weight_decay=0.1),
    }[name]([position])
    for _ in range(steps):
        mover.zero_grad()
        height(surface, position[0], position[1]).backward()
        mover.step()
    return position.tolist()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_walking_together_is_walking_alone(name):
    together = rows_of(name, walk("rosenbrock", -1.5, -1.0, 0.02, 0.8, 30))[-1]
    expected = alone(name, "rosenbrock", -1.5, -1.0, 0.02, 0.8, 30)
    assert [together["x"], together["y"]] == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_sgd_on_the_bowl_shrinks_by_the_same_factor_at_every_step():
    for row in walk("bowl", -3.5, 2.5, 0.05, 0.9, 40, ["sgd"]):
        assert row["x"] == pytest.approx(-3.5 * 0.95 ** row["step"], rel=1e-4)
        assert row["y"] == pytest.approx(2.5 * 0.95 ** row["step"], rel=1e-4)


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam"])
def test_the_first_step_of_those_that_divide_by_the_slope_ignores_its_size(name):
    first = walk("ravine", -3.5, 1.5, 0.05, 0.9, 1, [name])[0]
    length = 0.5 if name == "rmsprop" else 0.05
    assert first["new_x"] - first["x"] == pytest.approx(length, rel=1e-3)
    assert first["new_y"] - first["y"] == pytest.approx(-length, rel=1e-3)


def test_what_the_board_remembers_is_what_the_formulas_say():
    rows = walk("ravine", -3.5, 1.5, 0.01, 0.8, 5)
    m = v = average = 0.0
    for momentum, adam in zip(rows_of("momentum", rows), rows_of("adam", rows), strict=True):
        m = 0.8 * m + momentum["gradient_x"]
        average = 0.8 * average + 0.2 * adam["gradient_x"]
        v = 0.999 * v + 0.001 * adam["gradient_x"] ** 2
        assert momentum["memory_x"] == pytest.approx(m, rel=1e-5)
        assert adam["memory_x"] == pytest.approx(average, rel=1e-4)
        assert adam["square_x"] == pytest.approx(v, rel=1e-4)
        assert momentum["new_x"] == pytest.approx(momentum["x"] - 0.01 * m, rel=1e-5)
    assert all(row["memory_x"] is None for row in rows_of("sgd", rows))


def settings_of(**changes):
    return {**KNOBS.defaults(), **changes}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_the_board_writes_out_comes_to_what_it_says_and_to_where_torch_went(name):
    for surface, rate, momentum in (
        ("ravine", 0.01, 0.9),
        ("rosenbrock", 0.037, 0.63),
        ("bowl", 0.3, 0.0),
    ):
        start = START[surface]
        run, board = picture(surface, [name], rate, momentum, 60, **start, board=name)
        for row in run.data["run"]:
            shown = re.findall(r"@\w+\.([\w-]+):", board)
            assert None not in [row[field.replace("-", "_")] for field in shown]
            numbers = {f"{name}.{field}": value for field, value in row.items()} | run.params
            assert off(board, numbers, digits=4) <= 1.01, row["step"]
        assert board.count("\n\n") == {"sgd": 3, "nesterov": 7, "adam": 11, "adamw": 11}.get(
            name, 5
        )


def test_the_corrected_moments_are_those_of_the_paper():
    run, _ = picture("ravine", ["adam"], 0.05, 0.9, 20, -3.5, 1.5, "adam")
    for row in run.data["run"]:
        t = row["step"] + 1
        for axis in "xy":
            m, v = row[f"memory_{axis}_hat"], row[f"square_{axis}_hat"]
            assert m == pytest.approx(row[f"memory_{axis}"] / (1 - 0.9**t))
            assert v == pytest.approx(row[f"square_{axis}"] / (1 - 0.999**t))
            step = row[axis] - 0.05 * m / (math.sqrt(v) + 1e-8)
            assert row[f"new_{axis}"] == pytest.approx(step, rel=1e-4, abs=1e-6)


def test_the_board_shows_one_of_those_that_walk():
    run, board = picture("bowl", ["sgd", "rmsprop"], 0.05, 0.9, 5, 1.0, 1.0, "adam")
    assert r"\textbf{SGD}" in board
    assert "new_y" in rows_of("sgd", run.data["run"])[0]
    assert "new_y" not in rows_of("rmsprop", run.data["run"])[0]
    assert r"\textbf{RMSprop}" in picture("bowl", ["rmsprop"], 0.05, 0.9, 5, 1.0, 1.0, "sgd")[1]


def test_the_caption_speaks_of_the_step_and_only_the_conclusion_of_the_end():
    run, _ = picture(**settings_of())
    assert run.caption.startswith("Heights at step {step:d}: SGD {sgd.loss:.3s}, Momentum {mom")
    assert not re.search(r"\d", re.sub(r"\{[^}]*\}", "", run.caption))
    assert run.conclusion.startswith("Heights after 100 steps: RMSprop ")
    assert "At the bottom, below 0.01: " in run.conclusion
    assert "Nobody has come below 0.01 yet." in picture(**settings_of(steps=10))[0].conclusion
    gone = picture("rosenbrock", ["nesterov"], 0.15, 0.9, 100, -1.5, -1.0, "adam")[0]
    assert gone.conclusion == "Nobody is left after 100 steps."


def test_a_height_that_is_the_rounding_of_zero_is_zero():
    rows = walk("many_minima", 0.001, 0.001, 0.05, 0.9, 100, ["sgd"])
    run, _ = picture("many_minima", ["sgd"], 0.05, 0.9, 100, 0.001, 0.001, "sgd")
    tiny = [i for i, row in enumerate(rows) if 0 < row["loss"] < 2e-7]
    assert tiny
    assert {run.data["run"][i]["loss"] for i in tiny} == {0.0}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimizers": [*OPTIMIZERS], "surface": "rosenbrock", "learning_rate": 0.01, "steps": 40},
        {"optimizers": [*OPTIMIZERS], "surface": "many_minima", "momentum": 0.0, "steps": 30},
    ],
)
def test_the_script_comes_to_the_numbers_of_the_tab(changes, capsys):
    settings = settings_of(**changes)
    exec(filled(script_of(race, KNOBS), settings), {})
    lines = re.findall(
        r"(\w+), step (\d+): \(x, y\) = \[(.*), (.*)\], height = (.*)", capsys.readouterr().out
    )
    shown = {(row["series"], row["step"]): row for row in picture(**settings)[0].data["run"]}
    assert len(lines) == len(shown)
    for name, step, *numbers in lines:
        row = shown[name, int(step)]
        expected = [row["x"], row["y"], row["loss"]]
        assert [*map(float, numbers)] == pytest.approx(expected, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_gradients_agree_with_finite_differences(surface):
    import torch

    for x, y in [(-2.3, 1.7), (0.4, -0.9), (3.1, 2.2)]:
        row = walk(surface, x, y, 0.01, 0.9, 1, ["sgd"])[0]

        def at(x, y):
            numbers = torch.tensor([x, y], dtype=torch.float64)
            return height(surface, numbers[0], numbers[1]).item()

        h = 1e-6
        slope_x = (at(x + h, y) - at(x - h, y)) / (2 * h)
        slope_y = (at(x, y + h) - at(x, y - h)) / (2 * h)
        assert row["gradient_x"] == pytest.approx(slope_x, rel=1e-4, abs=1e-4)
        assert row["gradient_y"] == pytest.approx(slope_y, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_crosses_stand_where_the_height_is_zero_and_lowest(surface):
    import torch

    x = torch.linspace(-4, 4, 161)[None, :]
    y = torch.linspace(-3, 3, 121)[:, None]
    assert height(surface, x, y).min() >= 0
    for at in MINIMA[surface]:
        assert height(surface, *torch.tensor(at)).item() == pytest.approx(0, abs=1e-6)


def test_each_row_starts_where_the_one_before_ended():
    for name in OPTIMIZERS:
        rows = rows_of(name, walk("saddle", -3.0, 0.5, 0.05, 0.9, 10))
        assert [row["step"] for row in rows] == list(range(11))
        for row, following in itertools.pairwise(rows):
            assert (following["x"], following["y"]) == (row["new_x"], row["new_y"])


# ---------------------------------------------------------------- the tasks' numbers


def test_in_the_ravine_nesterov_breaks_before_sgd_and_sgd_before_momentum():
    start = ("ravine", *START["ravine"].values())
    assert last_of("nesterov", *start, 0.044, 0.9, 100)["loss"] < 0.01
    assert last_of("nesterov", *start, 0.05, 0.9, 100)["loss"] > 1e20
    assert last_of("sgd", *start, 0.066, 0.9, 100)["loss"] < 1
    assert last_of("sgd", *start, 0.068, 0.9, 100)["loss"] == pytest.approx(86_000, rel=0.01)
    assert last_of("momentum", *start, 0.12, 0.9, 100)["loss"] < 1
    assert last_of("momentum", *start, 0.13, 0.9, 100)["loss"] > 100
    family = {n: last_of(n, *start, 0.04, 0.9, 100)["loss"] for n in list(OPTIMIZERS)[:3]}
    assert min(family, key=family.get) == "nesterov"


def test_at_the_saddle_sgd_waits_and_rmsprop_does_not():
    rows = walk("saddle", *START["saddle"].values(), 0.05, 0.9, 400)
    below = {
        name: next((row["step"] for row in rows_of(name, rows) if row["loss"] < 0.01), None)
        for name in OPTIMIZERS
    }
    assert (below["sgd"], below["momentum"], below["rmsprop"]) == (343, 70, 32)
    assert rows_of("sgd", rows)[100]["y"] == pytest.approx(0.012, abs=5e-4)
    assert all(row["y"] == 0 for row in walk("saddle", -3.0, 0.0, 0.05, 0.9, 100))


def test_among_many_minima_only_a_heavy_ball_rolls_into_the_middle():
    start = ("many_minima", *START["many_minima"].values(), 0.05)
    ends = {n: last_of(n, *start, 0.9, 200)["loss"] for n in OPTIMIZERS}
    assert ends.pop("momentum") == pytest.approx(0.519, abs=1e-3)
    assert all(loss == pytest.approx(1.038, abs=0.02) for loss in ends.values())
    heavy = {n: last_of(n, *start, 0.95, 200)["loss"] for n in OPTIMIZERS}
    assert heavy.pop("momentum") < 0.01
    assert min(heavy.values()) > 1


# ---------------------------------------------------------------- divergence, bad input


def test_a_walker_that_overflows_ends_there_and_the_picture_says_so():
    rows = walk("rosenbrock", -1.5, -1.0, 0.15, 0.9, 100)
    assert rows_of("nesterov", rows)[-1]["note"] == "overflow"
    assert len(rows_of("nesterov", rows)) < 10
    assert len(rows_of("adam", rows)) == 101
    run, _ = picture("rosenbrock", list(OPTIMIZERS), 0.15, 0.9, 100, -1.5, -1.0, "adam")
    assert "Nesterov at step 4" in run.warning
    assert "0.15 is too high" in run.warning
    after = [row for row in rows_of("nesterov", run.data["run"]) if row["step"] == 100]
    assert after[0]["note"] == "overflow at step 4"


def test_a_walker_on_its_way_out_is_named_before_it_overflows():
    run, _ = picture("ravine", ["sgd"], 0.068, 0.9, 100, -3.5, 1.5, "sgd")
    assert "SGD (height 8.6e4 and growing)" in run.warning


@settings(max_examples=30, deadline=None)
@given(
    surface=st.sampled_from([*SURFACES]),
    names=st.lists(st.sampled_from([*OPTIMIZERS]), min_size=1, unique=True),
    board=st.sampled_from([*OPTIMIZERS]),
    rate=st.floats(1e-6, 10),
    momentum=st.floats(0, 0.99),
    steps=st.integers(1, 30),
    x=st.floats(-4, 4),
    y=st.floats(-3, 3),
)
def test_whatever_the_controls_say_every_number_is_finite(
    surface, names, board, rate, momentum, steps, x, y
):
    rows = walk(surface, x, y, rate, momentum, steps, names)
    for row in rows:
        assert all(math.isfinite(v) for v in row.values() if isinstance(v, (int, float)))
    assert {row["series"] for row in rows} == set(names)
    run, written = picture(surface, names, rate, momentum, steps, x, y, board)
    json.loads(run.to_json(), parse_constant=pytest.fail)
    assert 0 < run.params["low"] < run.params["high"]
    series = board if board in names else names[0]
    assert set(re.findall(r"@(\w+)\.", written)) == {series}


def test_texts_and_lists_are_checked_too():
    with pytest.raises(ValueError, match=r"^surface must be one of"):
        walk("moon")
    for nonsense in ([], ["lion"], "adam", None, ["adam"] * 9, [["adam"]]):
        with pytest.raises(ValueError, match=r"^optimizers must be a list"):
            walk(optimizers=nonsense)
    with pytest.raises(ValueError, match=r"^optimizer: choose one at least\.$"):
        KNOBS.check({"optimizers": []})


def test_the_lesson_can_be_pasted_into_a_notebook():
    namespace = {}
    exec(optimizers.CHAPTER.source(), namespace)
    assert next(namespace["walk"]("bowl", 2.0, 1.0, 0.1, 0.9, 1))["loss"] == 2.5


def test_the_charts_are_valid():
    charts = [panel.to_prop() for panel in panels()]
    assert [chart["main"] for chart in charts] == [True, False, False]
    # The landscape is the page's picture; the others are together as high as it.
    heights = [chart["spec"]["height"] for chart in charts]
    assert heights[0] >= 470
    assert heights[1] + heights[2] == pytest.approx(heights[0], abs=20)


# ---------------------------------------------------------------- the endpoint

on_the_page = pytest.mark.skipif(
    optimizers.CHAPTER not in CHAPTERS, reason="the chapter is not on the page yet"
)


@on_the_page
def test_the_endpoint_gives_one_row_per_optimizer_and_step(client):
    rows = client.predict(
        surface="bowl",
        x=2,
        y=1,
        learning_rate=0.1,
        momentum=0.9,
        steps=3,
        optimizers=["sgd", "adam"],
        api_name="/optimizers_walk",
    )
    assert [row["series"] for row in rows] == ["sgd", "adam"] * 4
    assert rows[2]["x"] == pytest.approx(1.8)
    assert rows[3]["x"] == pytest.approx(1.9, abs=1e-5)
    assert len(client.predict(steps=1, api_name="/optimizers_walk")) == 14


@on_the_page
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("surface", "<script>"),
        ("x", 1e308),
        ("learning_rate", 0),
        ("momentum", 1),
        ("steps", 10**9),
        ("optimizers", ["adam", "x" * 1000]),
        ("optimizers", []),
    ],
)
def test_the_endpoint_answers_nonsense_with_one_sentence(client, name, value):
    with pytest.raises(AppError, match=f"^{name} must be .*\\.$"):
        client.predict(**{name: value}, api_name="/optimizers_walk")


def test_on_three_of_the_five_landscapes_nesterov_is_better_than_momentum():
    better = []
    for surface, place in START.items():
        given = {"learning_rate": 0.05, "momentum": 0.9, "steps": 100, **place}
        ends = [
            walk(surface, **given, optimizers=[name])[-1]["loss"]
            for name in ("nesterov", "momentum")
        ]
        if ends[0] < ends[1]:
            better.append(surface)
    assert len(START) == 5
    assert better == ["bowl", "rosenbrock", "saddle"]
    assert "three of the five landscapes" in TASKS[0].answer


def test_what_the_questions_say_of_rates_adam_and_decay_is_true():
    import torch

    rows = walk("ravine", **START["ravine"], learning_rate=0.05, steps=60, optimizers=["sgd"])
    left = [after["loss"] / row["loss"] for row, after in itertools.pairwise(rows)]
    assert left[0] < 0.5  # across, before it creeps along
    assert left[5:] == pytest.approx([0.95**2] * len(left[5:]), abs=0.01)
    (rate,) = (one for one in QUIZ if one.name == "rate")
    assert "soon by the same share" in rate.options[1].why

    rows = walk("ravine", **START["ravine"], learning_rate=0.068, steps=20, optimizers=["sgd"])
    factors = [after["y"] / row["y"] for row, after in itertools.pairwise(rows)]
    assert factors == pytest.approx([-1.04] * 20, abs=1e-4)
    assert rows[-1]["loss"] > rows[0]["loss"]

    def step(kind, weight, slope, **given):
        place = torch.tensor(weight, requires_grad=True)
        optimizer = kind([place], lr=0.05, **given)
        (slope * place).backward()
        optimizer.step()
        return place.item()

    assert [step(torch.optim.Adam, 0.0, slope) for slope in (1000.0, 0.001)] == pytest.approx(
        [-0.05, -0.05], abs=1e-5
    )
    assert step(torch.optim.AdamW, 4.0, 0.0, weight_decay=0.1) == pytest.approx(3.98)
    assert round(4 * 0.995**100, 1) == 2.4
    ends = walk("many_minima", **START["many_minima"], steps=200, optimizers=["sgd", "adam"])[-2:]
    assert [round(end["loss"], 3) for end in ends] == [1.038, 1.038]
