"""Weights come from where they should, once, whole, or with the command that mends them."""

import json
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from safetensors.torch import load_file, save_file

from models import hub
from tests import processes
from tests.hub_client import load_in_a_new_process
from tests.hub_server import serve


@pytest.fixture
def shipped(tiny, weights):
    """A model in weights/, recognised by its first bias."""
    return hub.save(marked(tiny(), 1.0), weights / "tiny")


def marked(model, value):
    with torch.no_grad():
        model.layer.bias[0] = value
    return model


def mark(model):
    return model.layer.bias[0].item()


def test_importing_the_hub_does_not_import_torch():
    code = "import sys, models.hub; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_weights_repo_the_weights_folder_is_read(tiny, shipped):
    model = hub.load(tiny)
    assert mark(model) == 1
    assert not model.training
    assert hub.notice(tiny) is None


def test_what_is_drawn_after_a_seed_does_not_depend_on_what_is_loaded_meanwhile(tiny, shipped):
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    hub.load(tiny)
    assert torch.equal(torch.rand(4), expected)


def test_the_file_of_the_weights_is_handed_out_as_it_lies_there(tiny, shipped):
    assert hub.content(tiny) == (shipped / "model.safetensors").read_bytes()


def test_weights_repo_may_hold_one_folder_per_model(tiny, shipped, tmp_path, monkeypatch):
    hub.save(marked(tiny(), 2.0), tmp_path / "mine" / "tiny")
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path / "mine"))
    assert mark(hub.load(tiny)) == 2
    assert hub.notice(tiny) is None


def test_to_have_weights_they_must_be_whole_and_are_not_loaded(tiny, shipped, monkeypatch):
    monkeypatch.setattr(hub, "class_of", {"tiny": tiny}.get)
    hub.have("tiny")
    assert not [key for key in hub._models if key[0] is tiny]
    path = shipped / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(hub.WeightsMissing, match="damaged"):
        hub.have("tiny")
    path.unlink()
    with pytest.raises(hub.WeightsMissing, match="are missing: run"):
        hub.have("tiny")


def test_a_package_that_is_missing_is_not_taken_for_damage(tiny, shipped, monkeypatch):
    def check(self):
        import tokenizers_of_another_world  # noqa: F401

    monkeypatch.setattr(tiny, "check", check, raising=False)
    sentence = "tiny needs the package tokenizers_of_another_world: run `pip install -r"
    with pytest.raises(hub.WeightsMissing, match=sentence):
        hub.load(tiny)


@pytest.mark.parametrize("pattern", ["mine", "{model}"])
def test_weights_repo_may_be_the_folder_of_a_model(tiny, shipped, tmp_path, monkeypatch, pattern):
    folder = tmp_path / pattern.replace("{model}", "tiny")
    hub.save(marked(tiny(), 3.0), folder)
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path / pattern))
    assert mark(hub.load(tiny)) == 3


@pytest.mark.parametrize("source", ["/no/such/folder", "./nowhere/at-all", "no folder"])
def test_a_missing_folder_falls_back_to_the_shipped_weights_and_says_so(
    tiny, shipped, monkeypatch, caplog, source
):
    monkeypatch.setenv("WEIGHTS_REPO", source)
    assert mark(hub.load(tiny)) == 1
    hub.load(tiny)
    assert source in hub.notice(tiny)
    assert len([r for r in caplog.records if r.name == "models.hub"]) == 1


def test_a_folder_without_this_model_falls_back_and_says_so(tiny, shipped, tmp_path, monkeypatch):
    (tmp_path / "others").mkdir()
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path / "others"))
    assert mark(hub.load(tiny)) == 1
    assert "holds no tiny" in hub.notice(tiny)


def test_changing_weights_repo_loads_anew(tiny, shipped, tmp_path, monkeypatch):
    first = hub.load(tiny)
    hub.save(marked(tiny(), 4.0), tmp_path / "mine" / "tiny")
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path / "mine"))
    assert mark(hub.load(tiny)) == 4
    monkeypatch.delenv("WEIGHTS_REPO")
    assert hub.load(tiny) is first


def test_many_threads_load_the_model_once(tiny, shipped, monkeypatch):
    reads = []
    read = hub._read

    def slow_read(*arguments):
        reads.append(threading.get_ident())
        threading.Event().wait(0.05)
        return read(*arguments)

    monkeypatch.setattr(hub, "_read", slow_read)
    with ThreadPoolExecutor(16) as pool:
        models = list(pool.map(lambda _: hub.load(tiny), range(32)))
    assert len(reads) == 1
    assert all(model is models[0] for model in models)


def test_a_model_loaded_inside_inference_mode_can_still_give_gradients(tiny, shipped):
    with torch.inference_mode():
        model = hub.load(tiny)
    assert not model.layer.weight.is_inference()


def test_missing_weights_name_the_commands_that_mend_them(tiny):
    with pytest.raises(hub.WeightsMissing) as refusal:
        hub.load(tiny)
    assert "`git checkout weights/tiny`" in str(refusal.value)
    assert "`python -m trainers.tiny`" in str(refusal.value)


def truncate(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-5])


def scramble_header(folder):
    path = folder / "model.safetensors"
    path.write_bytes(b"\xff" * 8 + path.read_bytes()[8:])


def edit_tensors(change):
    def damage(folder):
        tensors = load_file(folder / "model.safetensors")
        change(tensors)
        save_file(tensors, folder / "model.safetensors")

    return damage


DAMAGES = {
    "truncated": truncate,
    "scrambled header": scramble_header,
    "empty file": lambda folder: (folder / "model.safetensors").write_bytes(b""),
    "no file": lambda folder: (folder / "model.safetensors").unlink(),
    "no config": lambda folder: (folder / "config.json").unlink(),
    "config is no JSON": lambda folder: (folder / "config.json").write_text("{size: 3"),
    "config is a list": lambda folder: (folder / "config.json").write_text("[1]"),
    "unknown setting": lambda folder: (folder / "config.json").write_text('{"depth": 3}'),
    "another size": lambda folder: (folder / "config.json").write_text('{"size": 4}'),
    "missing key": edit_tensors(lambda tensors: tensors.pop("layer.bias")),
    "extra key": edit_tensors(lambda tensors: tensors.update(more=torch.ones(1))),
    "not finite": edit_tensors(lambda tensors: tensors["layer.bias"].fill_(float("nan"))),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_weights_are_refused_and_mended_ones_load_at_the_next_call(tiny, shipped, damage):
    damage(shipped)
    with pytest.raises(hub.WeightsMissing, match="git checkout weights/tiny"):
        hub.load(tiny)
    hub.save(marked(tiny(), 5.0), shipped)
    assert mark(hub.load(tiny)) == 5


def test_damaged_weights_in_weights_repo_are_refused_not_replaced_in_silence(
    tiny, shipped, tmp_path, monkeypatch
):
    truncate(hub.save(tiny(), tmp_path / "mine" / "tiny"))
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path / "mine"))
    with pytest.raises(hub.WeightsMissing, match="unset WEIGHTS_REPO"):
        hub.load(tiny)


class Trap:
    def __reduce__(self):
        return os.mkdir, ("trapped",)


def test_a_pickle_is_never_read(tiny, weights, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = weights / "tiny"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    for name in ("pytorch_model.bin", "model.pt", "model.safetensors"):
        (folder / name).write_bytes(pickle.dumps(Trap()))
    with pytest.raises(hub.WeightsMissing):
        hub.load(tiny)
    assert not (tmp_path / "trapped").exists()


def test_saving_writes_three_files_and_leaves_nothing_beside_them(tiny, weights):
    folder = hub.save(tiny(size=5), weights / "tiny", card="# A card")
    assert sorted(p.name for p in folder.iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
    ]
    assert json.loads((folder / "config.json").read_text()) == {"size": 5}
    assert (folder / "README.md").read_text() == "# A card"
    assert [p.name for p in weights.iterdir()] == ["tiny"]


def test_saving_replaces_a_folder_wholly(tiny, shipped, weights):
    (shipped / "left over.txt").write_text("old")
    hub.save(marked(tiny(), 6.0), shipped)
    assert not (shipped / "left over.txt").exists()
    assert mark(hub.load(tiny)) == 6
    assert [p.name for p in weights.iterdir()] == ["tiny"]


def test_a_crash_while_writing_leaves_the_old_weights(tiny, shipped, weights, monkeypatch):
    def crash(self, folder):
        (folder / "config.json").write_text("{half")
        raise OSError("disk full")

    monkeypatch.setattr(tiny, "save_pretrained", crash)
    with pytest.raises(OSError, match="disk full"):
        hub.save(tiny(), shipped)
    assert mark(hub.load(tiny)) == 1
    assert [p.name for p in weights.iterdir()] == ["tiny"]


def test_a_crash_while_renaming_puts_the_old_weights_back(tiny, shipped, weights, monkeypatch):
    rename = type(shipped).rename

    def crash(self, target):
        if target == shipped and not self.name.endswith("-old"):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(type(shipped), "rename", crash)
    with pytest.raises(KeyboardInterrupt):
        hub.save(tiny(), shipped)
    monkeypatch.undo()
    assert (shipped / "model.safetensors").exists()
    assert [p.name for p in weights.iterdir()] == ["tiny"]


def kill_between_the_renames(folder):
    """Save over `folder` in a process that ends, as if killed, when the old folder is gone."""
    code = """
import os, sys
from pathlib import Path
from models import hub
from tests.models.tiny import Tiny

rename = Path.rename
def deadly(self, target):
    if rename(self, target).name.endswith("-old"):
        os._exit(9)
Path.rename = deadly
hub.save(Tiny(), sys.argv[1])
"""
    killed = processes.run(["-c", code, str(folder)], processes.TORCH)
    assert killed.returncode == 9, killed.stderr
    assert not folder.exists()


def test_a_load_puts_back_what_a_killed_save_had_moved_away(tiny, shipped, caplog):
    kill_between_the_renames(shipped)
    assert mark(hub.load(tiny)) == 1
    assert "put back" in caplog.text


@pytest.mark.parametrize("source", ["mine", "mine/tiny", "{model}"])
def test_weights_repo_gets_back_what_a_killed_save_had_moved_away(
    tiny, tmp_path, monkeypatch, source
):
    folder = tmp_path / ("tiny" if source == "{model}" else "mine/tiny")
    kill_between_the_renames(hub.save(marked(tiny(), 2.0), folder))
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path / source))
    assert mark(hub.load(tiny)) == 2
    assert hub.notice(tiny) is None


def test_a_save_that_fails_after_a_killed_one_leaves_the_old_weights(tiny, shipped, monkeypatch):
    kill_between_the_renames(shipped)
    monkeypatch.setattr(tiny, "save_pretrained", lambda self, folder: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hub.save(tiny(), shipped)
    assert mark(hub.load(tiny)) == 1


def test_the_old_folder_of_another_model_is_not_put_back(tiny, shipped, weights):
    kill_between_the_renames(shipped)
    for name in ("tin", "tiny-x", "x", "other"):
        hub.put_back(weights / name)
        assert not (weights / name).exists()
    hub.put_back(shipped)
    assert mark(hub.load(tiny)) == 1


def test_a_load_between_the_two_renames_does_not_lose_the_new_weights(tiny, shipped, monkeypatch):
    rename, loads = type(shipped).rename, []

    def interrupted(self, target):
        result = rename(self, target)
        if str(target).endswith("-old") and not loads:
            loads.append(mark(hub.load(tiny)))
        return result

    monkeypatch.setattr(type(shipped), "rename", interrupted)
    hub.save(marked(tiny(), 6.0), shipped)
    assert loads == [1]
    assert mark(hub._read(tiny, shipped)) == 6
    assert [p.name for p in shipped.parent.iterdir()] == ["tiny"]


def test_saving_through_a_link_replaces_what_it_points_to(tiny, shipped, tmp_path):
    (tmp_path / "link").symlink_to(shipped)
    hub.save(marked(tiny(), 6.0), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert mark(hub.load(tiny)) == 6
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_zero_gpu_serves_small_models_from_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    for name in ("SPACES_ZERO_GPU", "ZERO_GPU"):
        with monkeypatch.context() as context:
            context.setenv(name, "true")
            assert hub.device().type == "cpu"
            assert hub.device_name() == "cpu"


@pytest.mark.parametrize("architecture", ["mobilenet_v2", "resnet18"])
def test_a_model_that_only_answers_gives_the_same_answers_and_gradients(architecture):
    from torchvision.models import get_model

    torch.manual_seed(0)
    network = get_model(architecture, weights=None).double()
    x = torch.rand(4, 3, 64, 64, dtype=torch.float64, requires_grad=True)
    network.train()(x)  # the statistics of the batch norms are no longer 0 and 1
    outputs = network.eval()(x)
    (gradient,) = torch.autograd.grad(outputs[:, 3].sum(), x)
    hub.ready_to_answer(network)
    again = network(x)
    assert torch.allclose(again, outputs)
    assert torch.allclose(torch.autograd.grad(again[:, 3].sum(), x)[0], gradient)
    assert not any(p.requires_grad for p in network.parameters())
    if architecture == "mobilenet_v2":
        assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in network.modules())


def test_without_an_accelerator_the_device_is_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    assert hub.device_name() == "cpu"


@pytest.fixture
def online():
    with serve() as server:
        yield server


@pytest.fixture
def pushed(online, tiny, tmp_path):
    """A repository USER/tiny with a model marked 7, and the folder it came from."""
    folder = hub.save(marked(tiny(), 7.0), tmp_path / "online")
    online.add("someone/tiny", files_of(folder))
    return folder


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def load_from(online, weights, tmp_path):
    """Load with the real client, its cache empty at first."""

    def load_from(source="someone/{model}", timeout=20, **settings):
        environment = {
            **online.environment(token=None),
            "HF_HOME": str(tmp_path / "cache"),
            "WEIGHTS_REPO": source,
            **settings,
        }
        return load_in_a_new_process(environment, weights, timeout)

    return load_from


def test_weights_repo_loads_each_model_from_its_own_repository(shipped, pushed, load_from):
    assert load_from() == {"mark": 7.0, "notice": None}


def test_one_repository_may_hold_a_folder_per_model(shipped, online, pushed, load_from):
    files = {f"tiny/{name}": data for name, data in files_of(pushed).items()}
    online.add("someone/course", files)
    assert load_from("someone/course") == {"mark": 7.0, "notice": None}


def test_a_pinned_revision_stays_when_the_repository_moves_on(
    tiny, shipped, online, pushed, load_from
):
    repo = online.repos["model", "someone/tiny"]
    pinned = repo.sha()
    hub.save(marked(tiny(), 8.0), pushed)
    repo.commits.append(files_of(pushed))
    assert load_from()["mark"] == 8.0
    assert load_from("someone/{model}@" + pinned) == {"mark": 7.0, "notice": None}


def test_a_hub_that_is_gone_is_answered_from_its_cache_then_from_weights(
    shipped, pushed, load_from
):
    load_from()
    gone = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    answer = load_from(**gone)
    assert answer["mark"] == 7.0
    assert "cannot be read" in answer["notice"]
    assert "local copy" in answer["notice"]
    answer = load_from("someone/else@v1", **gone)
    assert answer["mark"] == 1.0
    assert "weights/" in answer["notice"]


@pytest.mark.parametrize(
    ("fault", "where", "reason"),
    [
        (500, "/api/", "HfHubHTTPError"),
        ("portal", "", "ask for a login"),
        ("portal", "/api/", "ask for a login"),
        ("portal", "/resolve/", "ask for a login"),
        ("hang", "/api/", "within"),
        ("hang", "/resolve/", "within"),
    ],
    ids=[
        "error 500",
        "portal",
        "portal of the API",
        "portal of the files",
        "hangs",
        "hangs while downloading",
    ],
)
def test_a_hub_in_trouble_is_answered_from_weights_in_time(
    shipped, online, pushed, load_from, fault, where, reason
):
    online.fault = lambda method, path: fault if where in path else None
    answer = load_from(timeout=2 if fault == "hang" else 20)
    assert answer["mark"] == 1.0
    assert reason in answer["notice"]
    assert "using the weights shipped in weights/" in answer["notice"]


def test_a_download_that_breaks_off_is_not_taken_for_the_weights(
    shipped, online, pushed, load_from
):
    online.fault = lambda method, path: "cut" if path.startswith("/lfs/") else None
    answer = load_from(timeout=3)
    assert answer["mark"] == 1.0
    online.fault = lambda method, path: None
    assert load_from() == {"mark": 7.0, "notice": None}


def test_a_repository_or_revision_that_is_not_there_is_named(shipped, pushed, load_from):
    assert "RepositoryNotFoundError" in load_from("someone/else")["notice"]
    assert "RevisionNotFoundError" in load_from("someone/tiny@v9")["notice"]


def test_a_truncated_file_on_the_hub_is_refused(shipped, online, pushed, load_from):
    truncate(pushed)
    online.add("someone/tiny", files_of(pushed))
    answer = load_from()
    assert "unset WEIGHTS_REPO" in answer["missing"]
    assert "mark" not in answer


def test_a_pickle_on_the_hub_is_never_read(shipped, online, pushed, load_from, tmp_path):
    trap = pickle.dumps(Trap())
    online.add("someone/tiny", {"config.json": b"{}", "model.safetensors": trap})
    assert "unset WEIGHTS_REPO" in load_from()["missing"]
    online.add("someone/tiny", {"pytorch_model.bin": trap})
    answer = load_from()
    assert answer["mark"] == 1.0
    assert "someone/tiny on the Hub holds no tiny" in answer["notice"]
    assert not [request for request in online.requests if request.endswith(".bin")]
    assert not os.path.exists("trapped")
