"""CONTRIBUTING.md: the chapter that it writes is built from the page itself, opened and run."""

import importlib.util
import re
import sys

import pytest

from demos.frame import source, texts
from demos.frame.suite import Asked, Suite
from tests import processes
from tests.conftest import ROOT


def block(name: str) -> str:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.search(rf"<!-- {name} -->\n```python\n(.*?)```", page, re.S)[1]


@pytest.fixture(scope="module")
def chapter(tmp_path_factory):
    path = tmp_path_factory.mktemp("chapter") / "root.py"
    path.write_text(block("chapter"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("demos.root", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["demos.root"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["demos.root"]


def test_it_has_a_tab_a_picture_and_an_endpoint(chapter):
    suite = Suite({"One neuron": [chapter.CHAPTER]})
    room = suite.room(Asked("en", (("chapter", "root"), ("start", "-1"))))
    values = [one["props"].get("value") for one in room["components"]]
    assert {**chapter.KNOBS.defaults(), "start": -1} in values
    names = {one.api_name for one in suite.fns.values() if one.api_visibility == "public"}
    assert "root_descend" in names
    run, board = chapter.picture(**chapter.KNOBS.defaults())
    assert len(run.data["run"]) == 41
    assert "frac" in board
    assert len([panel.to_prop(validate=True) for panel in chapter.panels()]) == 2
    assert all(0 <= share <= 1 for place in chapter.miniature()[0].frames[-1] for share in place)
    link = chapter.CHAPTER._link({"start": -1}, suite.controls["root"])
    assert link == "chapter=root&start=-1"


def test_the_script_that_it_shows_says_what_the_lesson_says(chapter):
    settings = chapter.KNOBS.defaults() | {"steps": 3}
    code = source.filled(chapter.CHAPTER.scripts(chapter.KNOBS)[""], settings)
    told = processes.run(["-c", code], processes.TORCH)
    assert told.returncode == 0, told.stderr
    for row, line in zip(chapter.descend(**settings), told.stdout.splitlines(), strict=True):
        assert line == f"step {row['step']}: x = {row['x']:.6f}, loss = {row['loss']:.6f}"


def test_its_questions_can_be_shown_and_answered(chapter):
    choose, compute = chapter.CHAPTER.quiz
    with texts.speaking("en"):
        assert choose.shown()["options"][0]["right"]
        assert compute.asked(1)["asks"].endswith("?")
    drawn = compute.drawn(3)
    assert compute.right(4 * drawn["x"] * (drawn["x"] ** 2 - drawn["a"]), 3)


def test_its_test_passes(chapter):
    tests = {}
    exec(compile(block("test"), "test_root", "exec"), tests)
    for name, function in tests.items():
        if name.startswith("test_"):
            function()


def test_strangers_are_refused_as_everywhere(chapter):
    with pytest.raises(ValueError, match=r"learning_rate must be .*\."):
        chapter.descend(learning_rate=100)
