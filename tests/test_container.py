"""The Dockerfile's steps, taken one by one where there is no container engine."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.conftest import ROOT, free_port, stop_app

# Started before anything else: writes down each address outside this machine that is asked for.
SPY = """
import os, socket
def spied(method):
    def call(self, address, *rest):
        inside = ("127.", "::1", "0.0.0.0", "localhost")
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(inside):
            with open(os.environ["SPY_LOG"], "a") as log:
                print(address, file=log)
            raise OSError("no network in this container")
        return method(self, address, *rest)
    return call
for name in ("connect", "connect_ex"):
    setattr(socket.socket, name, spied(getattr(socket.socket, name)))
"""


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile: name and rest of the line."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.strip().split(None, 1)) for line in lines]


def of(steps, name):
    return [rest for step, rest in steps if step == name]


def copied(steps) -> list[str]:
    """What COPY takes from the checkout."""
    return [
        word
        for rest in of(steps, "COPY")
        for word in shlex.split(rest)[:-1]
        if not word.startswith("--")
    ]


def test_it_runs_as_a_user_without_rights_and_says_how_it_is(steps):
    names = [name for name, _ in steps]
    assert of(steps, "USER") == ["course"]
    assert names.index("USER") < names.index("CMD")
    assert any("useradd" in rest for rest in of(steps, "RUN"))
    assert "/healthz" in of(steps, "HEALTHCHECK")[0]
    assert json.loads(of(steps, "CMD")[0]) == ["python", "app.py"]


def test_pytorch_comes_without_cuda_before_the_other_requirements(steps):
    [install] = [rest for rest in of(steps, "RUN") if "pip install" in rest]
    first, second = install.split("&&")
    assert "torch torchvision --index-url https://download.pytorch.org/whl/cpu" in first
    assert "-r requirements.txt" in second


def test_everything_that_is_copied_passes_the_dockerignore(steps):
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"}
    assert set(copied(steps)) == kept
    assert all((ROOT / name).exists() for name in kept)


def test_what_is_copied_serves_the_page_and_its_models_without_a_network(steps, tmp_path):
    home = tmp_path / "home"
    app = home / "app"
    app.mkdir(parents=True)
    for name in copied(steps):
        if (ROOT / name).is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "*.pyi")
            shutil.copytree(ROOT / name, app / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, app)
    port, spied = free_port(), tmp_path / "network.log"
    (tmp_path / "sitecustomize.py").write_text(SPY)
    settings = dict(pair.split("=") for pair in shlex.split(of(steps, "ENV")[0]))
    environment = {
        **settings,
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "PYTHONPATH": str(tmp_path),
        "SPY_LOG": str(spied),
        "GRADIO_SERVER_PORT": str(port),
        "OMP_NUM_THREADS": "1",
    }
    python = {"cwd": app, "env": environment}
    drawing = next(rest for rest in of(steps, "RUN") if rest.startswith("python -c"))
    subprocess.run([sys.executable, *shlex.split(drawing)[1:]], check=True, **python)
    cache = home / ".cache" / "deep-learning-you-can-touch"
    assert list(cache.rglob("*.js")), "the charts' script is drawn when the image is built"
    with (tmp_path / "app.log").open("w") as log:
        command = [sys.executable, *json.loads(of(steps, "CMD")[0])[1:]]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **python)
    try:
        check = shlex.split(of(steps, "HEALTHCHECK")[0].split("CMD", 1)[1].strip("[] "))
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        code = check[-1].rstrip(",").replace("7860", str(port))
        subprocess.run([sys.executable, "-c", code], check=True, **python)
        assert (
            "Deep learning" in urllib.request.urlopen(f"http://127.0.0.1:{port}/").read().decode()
        )
    finally:
        stop_app(process)
    assert not spied.exists(), spied.read_text()
    # The spy would have seen it.
    outside = "import socket; socket.socket().connect_ex(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", outside], check=False, capture_output=True, **python)
    assert "192.0.2.1" in spied.read_text()


def wait_for(url: str, process: subprocess.Popen) -> None:
    """Wait until a page answers 200."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer")
