"""Weights come from where they should, once, whole, or with the command that mends them."""

import json
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
import torch
from safetensors.torch import load_file, save_file

from models import hub


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


def test_weights_repo_may_hold_one_folder_per_model(tiny, shipped, tmp_path, monkeypatch):
    hub.save(marked(tiny(), 2.0), tmp_path / "mine" / "tiny")
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path / "mine"))
    assert mark(hub.load(tiny)) == 2
    assert hub.notice(tiny) is None


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


def test_zero_gpu_serves_small_models_from_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    for name in ("SPACES_ZERO_GPU", "ZERO_GPU"):
        with monkeypatch.context() as context:
            context.setenv(name, "true")
            assert hub.device().type == "cpu"
            assert hub.device_name() == "cpu"


def test_without_an_accelerator_the_device_is_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    assert hub.device_name() == "cpu"


class FakeHub(BaseHTTPRequestHandler):
    """Just enough of the Hub for one repository; `files` maps names to bytes."""

    files: ClassVar[dict] = {}
    commit = "1" * 40

    def log_message(self, *arguments):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.split("?")[0]
        if path.startswith("/api/models/someone/course"):
            siblings = [{"rfilename": name} for name in self.files]
            listing = [
                {"type": "file", "path": n, "size": len(d), "oid": "0"}
                for n, d in self.files.items()
            ]
            info = {"id": "someone/course", "sha": self.commit, "siblings": siblings}
            self.answer(json.dumps(listing if "/tree/" in path else info).encode())
        elif path.startswith(f"/someone/course/resolve/{self.commit}/"):
            self.answer(self.files[path.split(self.commit + "/")[1]])
        else:
            self.send_response(404)
            self.end_headers()

    def answer(self, data):
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{len(data)}"')
        self.send_header("X-Repo-Commit", self.commit)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)


LOAD_FROM_HUB = """
import logging, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from conftest import Tiny
from models import hub
hub.WEIGHTS = Path({weights!r})
model = hub.load(Tiny)
print("mark", model.layer.bias[0].item())
print("notice", hub.notice(Tiny))
"""


def load_from(endpoint, source, weights, cache):
    """Load in a fresh process, because the Hub's client reads its settings when imported."""
    code = LOAD_FROM_HUB.format(tests=os.path.dirname(__file__), weights=str(weights))
    environment = os.environ | {
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(cache),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "WEIGHTS_REPO": source,
    }
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return dict(line.split(" ", 1) for line in run.stdout.splitlines() if " " in line)


def test_the_hub_is_read_then_its_cache_then_the_weights_folder(tiny, shipped, weights, tmp_path):
    online = hub.save(marked(tiny(), 7.0), tmp_path / "online")
    FakeHub.files = {f"tiny/{name}": (online / name).read_bytes() for name in hub.FILES}
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint, cache = f"http://127.0.0.1:{server.server_port}", tmp_path / "cache"
    try:
        answer = load_from(endpoint, "someone/course", weights, cache)
        assert answer == {"mark": "7.0", "notice": "None"}
    finally:
        server.shutdown()
        server.server_close()
    answer = load_from(endpoint, "someone/course", weights, cache)
    assert answer["mark"] == "7.0"
    assert "cannot be reached" in answer["notice"]
    assert "local copy" in answer["notice"]
    answer = load_from(endpoint, "someone/else@v1", weights, cache)
    assert answer["mark"] == "1.0"
    assert "weights/" in answer["notice"]
