"""The page's scripts: linted, their types checked, and what they share tested, by Node.js."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HERE = ROOT / "tests" / "javascript"
# Kept between runs, and ignored by git: the tools, and what they found in files that are the same.
CACHE = ROOT / ".cache" / "javascript"


OLDEST = (20, 19)  # of Node.js: takes a file that imports for a module


def lacking(what: str) -> None:
    """Skip; in CI, where everything must be there, fail."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def need_node() -> None:
    """Go on only if there is a Node.js that is new enough."""
    node = shutil.which("node")
    said = node and subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    if not said or tuple(map(int, said.stdout.strip()[1:].split(".")[:2])) < OLDEST:
        lacking("the scripts are checked with Node.js {}.{} or newer".format(*OLDEST))


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder of eslint and tsc, installed as package-lock.json says."""
    need_node()
    if not shutil.which("npm"):
        lacking("the scripts are checked by what npm installs")
    lock = (HERE / "package-lock.json").read_text()
    installed = CACHE / "package-lock.json"
    binaries = CACHE / "node_modules" / ".bin"
    if not binaries.is_dir() or not installed.is_file() or installed.read_text() != lock:
        CACHE.mkdir(parents=True, exist_ok=True)
        installed.unlink(missing_ok=True)
        shutil.copy(HERE / "package.json", CACHE)
        (CACHE / "package-lock.json").write_text(lock)
        command = ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", str(CACHE)]
        if subprocess.run(command, check=False, timeout=300).returncode:
            installed.unlink(missing_ok=True)
            lacking("npm could not install eslint and typescript: no network?")
    # Found from where it lies, so that it finds what it imports.
    shutil.copy(HERE / "eslint.config.js", CACHE)
    return binaries


def run(*command: str | Path) -> None:
    """Run a command in the root of the repository; what it says is why the test fails."""
    # Python is the oracle of some of the tests.
    env = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scripts_keep_the_rules(tools):
    kept = ("--cache", "--cache-strategy", "content", "--cache-location", CACHE / "eslint.json")
    run(tools / "eslint", "--config", CACHE / "eslint.config.js", *kept, "demos", "tests")


@pytest.mark.parametrize("project", ["tsconfig.json", "tsconfig.strict.json"])
def test_the_scripts_use_things_as_what_they_are(tools, project):
    kept = ("--incremental", "--tsBuildInfoFile", CACHE / f"{project}.tsbuildinfo")
    run(tools / "tsc", "--project", HERE / project, *kept)


def test_what_the_scripts_share_does_what_it_says():
    need_node()
    # Its own reporter is for terminals.
    run("node", "--test", "--test-reporter=spec", *sorted(map(str, HERE.glob("*.test.js"))))
