"""What all tests share: the suite, started once as a user starts it."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import processes
from tests.shared import shared

# A busy machine is no fault of the code.
hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")

# Python may have been told to keep nothing. Then each of the many processes of the tests would
# compile the suite again, and pytest all tests: a quarter of the time to collect them.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What is imported and collected stays: to look through it again and again took a twentieth.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on, garbage is what tests leave."""
    gc.enable()
    gc.freeze()


# Tests run side by side: small networks are faster on one thread than on threads that fight.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parent.parent
MOST_APPS = 2  # copies of the suite that a file starts besides the one that all share
MORE_APPS = {
    "tests/test_standing.py": (3, "strangers' proxies, an account, and an app that is ended busy"),
}
started: Counter[str] = Counter()  # by file


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start_app(
    log: Path,
    script: str = "app.py",
    new: bool = False,
    for_all: bool = False,
    **environment: str,
) -> tuple[subprocess.Popen | processes.Copy, str]:
    """Start `python app.py` on a free port; return the process and the page's address.

    Args:
        log: file for what it says.
        script: what is started.
        new: whether nothing may be imported before, see `tests.processes`.
        for_all: whether all tests use it; others are counted, see `MOST_APPS`.
        environment: its variables, besides those of this process.
    """
    if not for_all:
        count_app(os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[0])
    port = free_port()
    env = {**os.environ, "GRADIO_SERVER_PORT": str(port), "PYTHONUNBUFFERED": "1", **environment}
    with log.open("w") as out:
        process = processes.start([script], processes.NEW if new else processes.APP, env, out, out)
    url = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return process, url
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")


def count_app(file: str) -> None:
    """Note that a file of tests starts an app; fail if it has started too many."""
    started[file] += bool(file)
    most, _reason = MORE_APPS.get(file, (MOST_APPS, ""))
    if started[file] > most:
        pytest.fail(
            f"{file} starts the app {started[file]} times, and may {most} times: use suite_url, or"
            " one app for all tests of the file that need the same kind. If there is no other way,"
            " add it to MORE_APPS in tests/conftest.py, with the reason."
        )


def stop_app(process: subprocess.Popen | processes.Copy) -> None:
    """End the app; the hard way if it does not listen."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def npm(package: str) -> Path:
    """Return the `node_modules` that holds a package of npm, which is kept between runs.

    Without Node.js or a network the test is skipped, and fails where CI is set.
    """
    stop = pytest.fail if os.environ.get("CI") else pytest.skip
    if not shutil.which("npm"):
        stop(f"{package} needs Node.js and npm")
    name, _, version = package.rpartition("@")
    folder = ROOT / ".cache" / "node"
    if not (folder / "node_modules" / name).is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-audit", "--prefix", str(folder), package]
        if subprocess.run(command, check=False, timeout=180).returncode:
            stop(f"npm could not install {name} {version}: no network?")
    return folder / "node_modules"


@pytest.fixture(scope="session")
def suite_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running suite, which is also a server of tools where it can be.

    All processes of pytest-xdist use the same; to it they are one address, with limits for all.
    """
    workers = os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder

    def start() -> tuple[str, Callable[[], None]]:
        tools = "true" if importlib.util.find_spec("mcp") else ""
        log = tmp_path_factory.mktemp("suite") / "app.log"
        settings = {"GRADIO_MCP_SERVER": tools, "COURSE_LIMITS": workers}
        process, url = start_app(log, new=True, for_all=True, **settings)
        return url, lambda: stop_app(process)

    with shared(folder, start) as url:
        yield url


@pytest.fixture(scope="session")
def client(suite_url: str):
    """A gradio_client of the running suite."""
    from gradio_client import Client

    return Client(suite_url, verbose=False)
