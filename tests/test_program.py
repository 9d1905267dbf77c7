"""Every chapter from a program: Python, JavaScript, and as tools of a language model."""

import ast
import asyncio
import json
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from demos import CHAPTERS
from demos.frame.api import student_errors, unwrapped
from tests.calls import CALLS, COLOURS, FOLLOWING, call
from tests.conftest import ROOT, npm


def checked(answers: dict) -> None:
    """Known results, so that an answer that merely arrives is not enough."""
    assert answers["/celsius_descend"][0]["loss"] == pytest.approx(6578.83, abs=0.01)
    assert answers["/cars_train"][-1]["per_year"] == pytest.approx(-225.07, abs=0.01)
    assert answers["/cars_predict"]["price"] == pytest.approx(31_960, abs=1)
    assert answers["/neuron_predict"]["z"] == -1.5
    assert answers["/digits_predict"]["digit"] == "7"
    assert answers["/decide_train"][-1]["names"] == ["Age", "Sex_F", "Sex_M"]
    assert answers["/decide_threshold"]["false_negatives"] == 1
    assert answers["/tires_predict"]["verdict"] is None  # a drawn seven is no tire
    assert answers["/tensor_compute"]["steps"][-1]["values"] == [17, 43, 44, 103]
    assert answers["/backprop_run"]["nodes"]
    assert answers["/overfit_train"][-1]["step"] == 50
    assert answers["/cluster_points"][-1]["changed"] == 0
    assert answers["/reduce_points"]["share"][0] > 0.99
    assert answers["/agent_train"][-1]["step"] == 5
    assert answers["/rewards_bandit"]["epsilon"]["regret"] > 0
    assert answers["/filter_apply"]["output"][0][1][2] == pytest.approx(94.2)
    assert answers["/filter_pool"]["output"] == [[5, 6, 4], [6, 7, 4]]
    assert answers["/filter_product"]["product"] == [[15, 27], [6, 7], [26, 63]]
    assert answers["/loop_train"][-1]["epoch"] == 1
    compile(answers["/loop_export"], "training_loop.py", "exec")
    assert answers["/fashion_predict"]["label"] == "Ankle boot"
    assert len(answers["/fashion_inside"]["layers"]) == 10
    assert len(answers["/inside_quiz"]["pictures"]) == 10
    assert answers["/spam_predict"]["spam"] == answers["/spam_compare"]["models"]["counts"]["spam"]
    assert answers["/spam_inside"]["count"] == 4  # [CLS] call now [SEP]
    assert len(answers["/spam_batch"]["rows"]) == 2
    assert len(answers["/spam_corpus"]["spam"]) == 5159
    assert answers["/spam_train"][-1]["series"] == "test"
    assert answers["/teach_features"]["count"] == 1
    assert [row["photos"] for row in answers["/teach_few"]["rows"]][:2] == [1, 2]
    assert len(answers["/teach_ready_made"]["photos"]) > 1
    assert len(answers["/optimizers_walk"]) == 3


@pytest.fixture(scope="module")
def endpoints(client) -> dict:
    return client.view_api(return_format="dict")["named_endpoints"]


@pytest.fixture(scope="module")
def calls(endpoints) -> dict:
    """A call of every endpoint: its arguments by name."""
    return {name: call(name) for name in endpoints if name not in FOLLOWING}


def test_every_chapter_has_an_endpoint(endpoints):
    assert {*CALLS, *FOLLOWING} <= set(endpoints)
    for chapter in CHAPTERS:
        begins = f"/{chapter.slug.removesuffix('s')}"
        assert any(name.startswith(begins) for name in endpoints), chapter.slug


def test_every_endpoint_says_what_it_does(endpoints):
    for name, endpoint in endpoints.items():
        assert re.fullmatch(r"[A-Z].{30,}\.", endpoint["description"]), name


def test_python_calls_every_endpoint(client, calls):
    answers = {name: client.predict(api_name=name, **given) for name, given in calls.items()}
    checked(answers)
    trained = answers["/playground_train"]
    name, before = trained["names"][0], trained["final"]
    set_weight = "/playground_set_weight"
    changed = client.predict({}, before, name, 0.25, api_name=set_weight)["final"]
    assert changed != before
    assert client.predict({}, changed, name, 0.25, api_name=set_weight)["final"] == changed
    photo, model = COLOURS[0][0], answers["/teach_train"]["model"]
    said = client.predict(photo, model, api_name="/teach_predict")
    assert sum(said["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    assert client.predict(photo, model, api_name="/teach_explain")["name"] in ("a", "b")
    assert client.predict(model, api_name="/teach_export")


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """A folder of programs in which @gradio/client can be imported."""
    return npm("@gradio/client@2").parent


def test_javascript_calls_every_endpoint(suite_url, node_modules, calls):
    shutil.copy(ROOT / "tests" / "program.mjs", node_modules)
    run = subprocess.run(
        ["node", node_modules / "program.mjs"],
        input=json.dumps({"url": suite_url, "calls": calls}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    checked(json.loads(run.stdout.splitlines()[-1]))


def test_a_language_model_finds_and_calls_every_tool(suite_url, calls):
    mcp = pytest.importorskip("mcp", reason="pip install 'gradio[mcp]'")
    from mcp.client.streamable_http import streamable_http_client

    async def use(url: str) -> tuple[dict, dict]:
        async with (
            streamable_http_client(f"{url}gradio_api/mcp/") as (read, write, _),
            mcp.ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            answers = {}
            for name, given in calls.items():
                result = await session.call_tool(name.removeprefix("/"), given)
                assert not result.isError, (name, result.content)
                text = result.content[0].text
                answers[name] = text if name == "/loop_export" else ast.literal_eval(text)
            wrong = await session.call_tool("celsius_descend", {"steps": 10**9})
            assert wrong.isError
            assert "steps must be a whole number" in wrong.content[0].text
            return tools, answers

    with ThreadPoolExecutor(1) as pool:  # Playwright's loop runs in this thread
        tools, answers = pool.submit(asyncio.run, use(suite_url)).result()
    checked(answers)
    assert {f"/{name}" for name in tools} == {*calls, *FOLLOWING}
    for name, tool in tools.items():
        assert "Returns: " in tool.description, name
        assert "Raises" not in tool.description, name
        for argument, schema in tool.inputSchema["properties"].items():
            # A whole sentence or list, not the first line of one.
            assert schema["description"].endswith((".", ")")), (name, argument)
            assert "type" in schema or "oneOf" in schema or "anyOf" in schema, (name, argument)


def test_a_docstring_keeps_every_word_of_its_arguments_on_one_line():
    def lesson(first, second=2):
        """Do one thing.

        And say why.

        Args:
            first: of two
                lines [m].
            second: short.

        Returns:
            Rows, one
            per step.

        Raises:
            ValueError: never.
        """

    assert student_errors(lesson, "chapter_lesson").__name__ == "chapter_lesson"
    assert unwrapped(student_errors(lesson).__doc__).splitlines() == [
        "Do one thing. And say why.",
        "",
        "Args:",
        "    first: of two lines [m].",
        "    second: short.",
        "",
        "Returns:",
        "    Rows, one per step.",
    ]
    assert unwrapped("Only a sentence.") == "Only a sentence."
