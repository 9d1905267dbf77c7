"""Publishing with the real client, against a Hub of the tests' own."""

import pickle
import re
import shutil

import pytest
import yaml
from huggingface_hub import ModelCard, SpaceCard

from models import publish
from tests import processes
from tests.hub_server import READ_TOKEN, TOKEN, header_of, serve

ROOT = publish.ROOT
NAME = "someone/digits"


@pytest.fixture
def online():
    with serve() as server:
        yield server


@pytest.fixture
def folder(tmp_path):
    """A model's folder to publish."""
    return shutil.copytree(ROOT / "weights" / "digits-linear", tmp_path / "digits-linear")


@pytest.fixture
def hub_command(online, tmp_path):
    """Run `python -m models.hub …`, as a user does; the client reads its settings at import."""

    def run(*arguments, token=TOKEN, **environment):
        settings = {"HF_HOME": str(tmp_path / "home"), **online.environment(token), **environment}
        command = ["-m", "models.hub", *map(str, arguments)]
        run = processes.run(command, processes.TORCH, **settings)
        assert "Traceback" not in run.stderr, run.stderr
        return run

    return run


def refused(run, *words):
    """One sentence, status 1, no address."""
    assert (run.returncode, run.stdout) == (1, "")
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    for word in words:
        assert word in lines[0]


def test_pushing_makes_the_repository_and_one_commit_and_prints_the_address(
    online, hub_command, folder
):
    (folder / "notes.txt").write_text("not for the Hub")
    run = hub_command("push", folder, NAME)
    assert run.stdout.strip() == f"{online.address}/{NAME}", run.stderr
    assert run.returncode == 0
    repo = online.repos["model", NAME]
    assert repo.messages == ["initial commit", "Upload digits-linear"]
    for name in ("config.json", "model.safetensors", "README.md"):
        assert repo.commits[-1][name] == (folder / name).read_bytes()
    assert "notes.txt" not in repo.commits[-1]


def test_pushing_again_updates_in_one_commit_and_without_changes_makes_none(
    online, hub_command, folder
):
    hub_command("push", folder, NAME)
    repo = online.repos["model", NAME]
    hub_command("push", folder, NAME)
    assert len(repo.commits) == 2
    card = folder / "README.md"
    card.write_text(card.read_text() + "\nOne more line.\n")
    assert hub_command("push", folder, NAME).returncode == 0
    assert len(repo.commits) == 3
    assert repo.commits[-1]["README.md"].endswith(b"One more line.\n")


def test_without_a_token_nothing_is_asked_of_the_hub(online, hub_command, folder):
    refused(hub_command("push", folder, NAME, token=None), "not logged in", "hf auth login")
    assert online.requests == []


def test_a_wrong_token_is_refused(online, hub_command, folder):
    refused(hub_command("push", folder, NAME, token="hf_wrong"), "does not accept your token")
    assert online.repos == {}


@pytest.mark.parametrize(
    ("name", "token"), [(NAME, READ_TOKEN), ("others/digits", TOKEN)], ids=["read", "others"]
)
def test_without_permission_nothing_is_made(online, hub_command, folder, name, token):
    refused(hub_command("push", folder, name, token=token), f"may not write to {name}")
    assert online.repos == {}


def test_without_a_network_one_sentence_says_so(hub_command, folder):
    run = hub_command("push", folder, NAME, HF_ENDPOINT="http://127.0.0.1:9")
    refused(run, "http://127.0.0.1:9 cannot be reached", "nothing was uploaded")


@pytest.mark.parametrize("command", ["push", "space"])
def test_a_network_that_asks_for_a_login_is_said_in_one_sentence(
    online, hub_command, folder, command
):
    online.fault = lambda method, path: "portal"
    arguments = (folder, NAME) if command == "push" else (NAME,)
    refused(hub_command(command, *arguments), "ask for a login", "Nothing was uploaded")
    assert online.repos == {}


@pytest.mark.parametrize(
    "there",
    [
        {"config.json": b"{}", "pytorch_model.bin": b"other"},
        {
            "config.json": b"{}",
            "model.safetensors": b"other",
            "README.md": (ROOT / "weights/digits-mlp/README.md").read_bytes(),
        },
    ],
    ids=["no card", "another model's card"],
)
def test_a_name_that_holds_something_else_is_left_alone(online, hub_command, folder, there):
    repo = online.add(NAME, there)
    refused(hub_command("push", folder, NAME), "already holds something else", "another name")
    assert repo.commits[-1] == there


@pytest.mark.parametrize("fault", ["lfs", "commit"])
def test_an_upload_that_fails_leaves_nothing_half_uploaded(online, hub_command, folder, fault):
    online.fault = lambda method, path: 403 if fault in path else None
    refused(hub_command("push", folder, NAME))
    repo = online.repos["model", NAME]
    assert [list(files) for files in repo.commits] == [[".gitattributes"]]
    online.fault = lambda method, path: None
    assert hub_command("push", folder, NAME).returncode == 0
    assert "model.safetensors" in repo.commits[-1]


def test_what_is_no_model_is_refused_before_anything_is_asked(online, hub_command, folder):
    refused(hub_command("push", folder.parent, NAME), "holds no model")
    (folder / "model.safetensors").write_bytes(pickle.dumps({"weight": 1}))
    refused(hub_command("push", folder, NAME), "damaged")
    refused(hub_command("push", ROOT / "weights/digits-mlp", "just-a-name"), "write USER/NAME")
    assert online.requests == []


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "weights").iterdir()))
def test_every_card_loads_with_the_results_that_the_hub_shows(name):
    card = ModelCard.load(ROOT / "weights" / name / "README.md")
    assert not re.search(r"--\w+ /", card.text), "the command names a folder of one machine"
    tables = "| source | licence |" in card.text  # of others, each under its own
    assert card.data.license == ("other" if tables else "apache-2.0")
    if "Nothing was trained here" in card.text:
        assert not card.data.eval_results
        return
    assert card.data.model_name == name
    measured = {result.metric_type: result.metric_value for result in card.data.eval_results}
    assert 0.4 < measured.get("accuracy", measured.get("r2")) <= 1
    assert "model-index" in header_of(str(card))


# ---------------------------------------------------------------- the Space


def test_a_space_gets_the_suite_in_one_commit_without_tests_or_data(online, hub_command):
    run = hub_command("space", "someone/course")
    assert run.stdout.strip() == f"{online.address}/spaces/someone/course", run.stderr
    repo = online.repos["space", "someone/course"]
    assert repo.settings["sdk"] == "gradio"
    assert len(repo.commits) == 2
    files = repo.commits[-1]
    assert {"app.py", "README.md", "demos/frame/chapter.py", "models/hub.py"} <= set(files)
    assert files["weights/digits-cnn/model.safetensors"] == (
        (ROOT / "weights/digits-cnn/model.safetensors").read_bytes()
    )
    tops = {name.split("/")[0] for name in files}
    assert tops <= {".gitattributes", *publish.SUITE}
    assert not [name for name in files if "__pycache__" in name or name.endswith((".pyc", ".pyi"))]


@pytest.mark.parametrize("known", ["demos/frame/chapter.py", "demos/chapter.py"])
def test_updating_a_space_removes_what_the_suite_no_longer_has(online, hub_command, known):
    there = {known: b"old", "demos/gone.py": b"old", ".gitattributes": b""}
    repo = online.add("someone/course", there, "space")
    assert hub_command("space", "someone/course").returncode == 0
    assert len(repo.commits) == 3
    assert "demos/gone.py" not in repo.commits[-1]
    assert (
        repo.commits[-1]["demos/frame/chapter.py"] == (ROOT / "demos/frame/chapter.py").read_bytes()
    )


def test_a_space_that_is_no_copy_of_the_suite_is_left_alone(online, hub_command):
    there = {"app.py": b"print('something else')", "README.md": b""}
    repo = online.add("someone/course", there, "space")
    refused(hub_command("space", "someone/course"), "already holds something else")
    assert repo.commits[-1] == there


def test_a_space_that_is_refused_half_way_stays_as_it_was(online, hub_command):
    there = {"demos/frame/chapter.py": b"old"}
    repo = online.add("someone/course", there, "space")
    online.fault = lambda method, path: 500 if "/commit/" in path else None
    refused(hub_command("space", "someone/course"), "error 500")
    assert repo.commits[-1] == there


def test_a_free_account_is_told_of_zero_gpu_and_gets_its_pytorch(online, hub_command):
    online.free_account = True
    refused(hub_command("space", "someone/course"), "--hardware zero-a10g")
    assert hub_command("space", "someone/course", "--hardware", "zero-a10g").returncode == 0
    repo = online.repos["space", "someone/course"]
    assert repo.settings["hardware"] == "zero-a10g"
    first = repo.commits[-1]["requirements.txt"].decode()
    assert "torch>=2.8,<2.12" in first
    assert "whl/cpu" not in first
    hub_command("space", "someone/course")  # an update asks for the hardware it runs on
    assert repo.commits[-1]["requirements.txt"].decode() == first


def test_a_space_can_take_its_weights_from_the_hub_at_a_revision(online, hub_command):
    source = "someone/{model}@v1"
    run = hub_command("space", "someone/course", "--weights-repo", source)
    assert run.returncode == 0, run.stderr
    repo = online.repos["space", "someone/course"]
    assert repo.settings["variables"] == {"WEIGHTS_REPO": source}
    header = header_of(repo.commits[-1]["README.md"].decode())
    assert "someone/digits-cnn" in header["models"]
    preload = "someone/digits-cnn config.json,model.safetensors v1"
    assert preload in header["preload_from_hub"]
    assert header["sdk"] == "gradio"


def test_on_the_cpu_the_space_takes_pytorch_without_cuda():
    lines = publish.space_requirements(None).decode().splitlines()
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in lines
    assert not [line for line in lines if line.startswith("gradio")]


def test_the_readme_is_a_valid_card_of_a_space():
    card = SpaceCard.load(ROOT / "README.md")
    data = card.data.to_dict()
    assert (data["sdk"], data["app_file"]) == ("gradio", "app.py")
    pins = (ROOT / "requirements.txt").read_text().splitlines()
    assert f"gradio=={data['sdk_version']}" in pins
    assert data["python_version"] in ("3.12", "3.10")  # what ZeroGPU has
    colours = ["red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"]
    assert {data["colorFrom"], data["colorTo"]} <= set(colours)
    assert len(data["short_description"]) <= 60
    assert len(data["emoji"]) <= 2
    assert yaml.safe_load(card.data.to_yaml()) == header_of((ROOT / "README.md").read_text())
