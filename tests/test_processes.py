"""A process that was copied is what a new one would be."""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests import processes
from tests.conftest import ROOT

SMALL = ("colorsys",)  # what a copy has imported
LOOK = """
import json, os, sys
print(json.dumps([os.environ["X"], os.getcwd(), sys.argv, __name__, sys.stdin.read()]))
print("aside", file=sys.stderr)
"""
both = pytest.mark.parametrize("modules", [processes.NEW, SMALL], ids=["new", "copied"])


@both
def test_it_has_its_arguments_variables_and_files(modules, tmp_path):
    (tmp_path / "look.py").write_text(LOOK)
    for arguments in (["-c", LOOK, "a b"], [str(tmp_path / "look.py"), "a b"]):
        done = processes.run(arguments, modules, X="y")
        program = [argument for argument in arguments if argument != LOOK]
        assert json.loads(done.stdout) == ["y", str(ROOT), program, "__main__", ""]
        assert (done.returncode, done.stderr) == (0, "aside\n")


@both
def test_modules_are_run_by_name(modules):
    assert processes.run(["-m", "json.tool", "nowhere.json"], modules).returncode != 0
    done = processes.run(["-m", "json.tool", "tests/javascript/package.json"], modules)
    assert json.loads(done.stdout)


@both
@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("import sys; sys.exit('one sentence')", 1, "one sentence\n"),
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit()", 0, ""),
        ("import os; os._exit(9)", 9, ""),
        ("import os; os.kill(os.getpid(), 9)", -9, ""),
    ],
)
def test_it_ends_as_it_says(modules, code, status, said):
    done = processes.run(["-c", code], modules)
    assert (done.returncode, done.stderr) == (status, said)


@both
def test_what_it_raises_is_told(modules):
    done = processes.run(["-c", "1 / 0"], modules)
    assert done.returncode == 1
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


@both
def test_it_ends_after_its_threads_and_after_what_is_to_be_done_at_the_end(modules):
    code = (
        "import atexit, threading, time; atexit.register(print, 2);"
        "threading.Thread(target=lambda: (time.sleep(0.1), print(1))).start()"
    )
    assert processes.run(["-c", code], modules).stdout == "1\n2\n"


@both
def test_it_can_be_waited_for_and_sent_signals(modules, tmp_path):
    code = "import time; print('begun', flush=True); time.sleep(60)"
    log = tmp_path / "log"
    with log.open("w") as out:
        process = processes.start(["-c", code], modules, dict(os.environ), out, out)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    assert process.poll() is None
    while not log.read_text():
        pass
    process.terminate()
    assert process.wait(20) == -signal.SIGTERM
    assert process.poll() == process.returncode == -signal.SIGTERM
    process.terminate()  # too late is no trouble


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are not copied")
def test_a_copy_has_imported_what_it_was_copied_for_and_nothing_of_another_copy():
    code = (
        "import sys; print('colorsys' in sys.modules, 'this' in sys.modules); sys.modules['this']=1"
    )
    for _ in range(2):
        assert processes.run(["-c", code], SMALL).stdout == "True False\n"
    assert processes.run(["-c", code], processes.NEW).stdout == "False False\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are not copied")
def test_all_processes_of_a_run_have_theirs_copied_by_one_and_by_another_when_it_ends(monkeypatch):
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", f"a run of {os.getpid()}")
    parent = "import os; print(open(f'/proc/{os.getppid()}/stat').read().split()[3])"  # of a copy's
    mine = int(processes.run(["-c", parent], SMALL).stdout)
    assert mine == processes.servers[-1].pid
    of_another = f"from tests import processes; print(processes.run(['-c', {parent!r}], {SMALL!r}))"
    assert f"stdout='{mine}\\n'" in processes.run(["-c", of_another], processes.NEW).stdout
    processes.servers[-1].kill()
    processes.servers[-1].wait()
    assert int(processes.run(["-c", parent], SMALL).stdout) == processes.servers[-1].pid != mine
