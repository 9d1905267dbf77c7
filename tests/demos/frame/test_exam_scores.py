"""What a new chapter takes: one file, of which most is its lesson, and little to know."""

import ast
import inspect
import math
from pathlib import Path

import numpy as np
import pytest

from demos.frame.suite import Suite
from models import hub
from tests.demos.frame import exam_scores
from tests.demos.frame.exam_scores import CHAPTER, KNOBS, picture, train

FILE = Path(inspect.getsourcefile(exam_scores))


@pytest.fixture(scope="module")
def table():
    """Scores of 100 students, and who was admitted."""
    chance = np.random.default_rng(0)
    scores = chance.uniform(20, 100, (100, 2)).round(1)
    admitted = 0.6 * scores[:, 0] + 0.4 * scores[:, 1] + chance.normal(0, 3, 100) > 60
    return np.column_stack([scores, admitted])


@pytest.fixture(autouse=True)
def weights(tmp_path, monkeypatch, table):
    (tmp_path / "exams").mkdir()
    head = "first,second,admitted"
    np.savetxt(tmp_path / "exams" / "exams.csv", table, "%g", ",", header=head, comments="")
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path)


def test_a_chapter_with_a_table_a_training_and_a_chart_is_short_and_needs_little_of_the_frame():
    source = FILE.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 95
    modules = {
        node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module.startswith("demos")
    }
    assert len(modules) <= 10


@pytest.mark.parametrize(("rate", "steps"), [(1.0, 100), (10.0, 7)])
def test_it_learns_as_gradient_descent_by_hand_does(table, rate, steps):
    x, y = np.column_stack([table[:, :2] / 50 - 1, np.ones(100)]), table[:, 2]
    weights = np.zeros(3)
    rows = train(rate, steps)
    assert [row["step"] for row in rows] == list(range(steps + 1))
    for row in rows:
        chance = 1 / (1 + np.exp(-x @ weights))
        loss = -np.log(np.where(y == 1, chance, 1 - chance)).mean()
        assert row["loss"] == pytest.approx(loss, rel=1e-4)
        assert [row["first"], row["second"], row["bias"]] == pytest.approx(
            weights, rel=1e-3, abs=1e-5
        )
        assert row["right"] == pytest.approx(((x @ weights > 0) == (y > 0)).mean())
        weights -= rate * (x.T @ (chance - y)) / 100


def test_the_frame_makes_a_page_and_an_endpoint_of_it():
    suite = Suite({"Exams": [CHAPTER]})
    described = suite.get_api_info()["named_endpoints"]["/exams_train"]
    assert [one["parameter_name"] for one in described["parameters"]] == ["rate", "steps"]
    assert suite.controls["exams"]["panel"].value == KNOBS.defaults()
    run = picture(**KNOBS.defaults())
    assert math.isclose(run.data["run"][0]["loss"], math.log(2), rel_tol=1e-6)


def test_a_missing_table_says_which_command_makes_it(monkeypatch, tmp_path):
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path / "empty")
    with pytest.raises(ValueError, match=r"python -m trainers\.exams"):
        train(3.0, 3)
