"""Processes of their own without the wait: copies of one that has imported what they need.

Importing PyTorch or Gradio takes a process seconds. So for each set of modules there is one process
that imports them, once, and then does nothing but copy itself: a copy begins within milliseconds,
has nothing in it but those modules, and is from then on what `python ARGUMENTS` would be. All
processes of pytest-xdist have theirs copied by the same. Where processes are not copied safely,
anywhere but on Linux, a new one is started instead.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent
LONGEST = 240.0  # s: that a program of `run` may take
servers: list[subprocess.Popen] = []  # that this process has started

# What is imported before. Nothing: for what a test wants to see imported, or reads settings then.
NEW: tuple[str, ...] = ()
TORCH = ("torch", "safetensors.torch", "PIL.Image", "httpx", "yaml", "tqdm.auto")
APP = ("torch", "torch._dynamo", "app", "tests.packed")


def start(
    arguments: Sequence[str],
    modules: Sequence[str],
    environment: Mapping[str, str],
    out: IO[Any],
    err: IO[Any],
) -> subprocess.Popen | Copy:
    """Start `python ARGUMENTS` in the root of the repository.

    Args:
        arguments: a file, or `-m MODULE`, or `-c CODE`, and what follows.
        modules: what is imported already: `NEW`, `TORCH` or `APP`.
        environment: all of its variables.
        out: file for what it prints.
        err: file for what it says on stderr.
    """
    if modules and sys.platform == "linux":
        return Copy(modules, arguments, environment, out, err)
    command = [sys.executable, *arguments]
    nothing = subprocess.DEVNULL
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=nothing, stdout=out, stderr=err
    )


def run(
    arguments: Sequence[str], modules: Sequence[str], **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `python ARGUMENTS` to its end, with these variables besides those of this process."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = start(arguments, modules, {**os.environ, **variables}, out, err)
        try:
            status = process.wait(LONGEST)
        finally:
            process.kill()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, status, out.read(), err.read())


class Copy:
    """A process that was copied; it is used like a `subprocess.Popen`."""

    def __init__(
        self,
        modules: Sequence[str],
        arguments: Sequence[str],
        environment: Mapping[str, str],
        out: IO[Any],
        err: IO[Any],
    ):
        self.args, self.returncode = arguments, None
        request = json.dumps([list(arguments), dict(environment)]).encode()
        said = b""
        while not said:  # a server that ends just now has not begun with it
            self._connection = connected(tuple(modules))
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                socket.send_fds(self._connection, [request], [out.fileno(), err.fileno()])
                said = self._connection.recv(99)
        self.pid = int(said)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; return the exit status, or minus the signal that ended it."""
        if self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(list(self.args), timeout)
            self.returncode = int(self._connection.recv(99))
            self._connection.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit status, None as long as it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def connected(modules: tuple[str, ...]) -> socket.socket:
    """Return a connection to the process that is copied; start it where there is none."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", os.getpid())
    address = f"\0course-tests-{run}-{zlib.crc32(' '.join(modules).encode()):x}"  # \0: no file
    deadline = time.monotonic() + LONGEST
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.connect(address)
            return connection
        except ConnectionRefusedError:  # there is none, or it is just being started
            connection.close()
            if time.monotonic() > deadline:
                raise
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            try:
                listener.bind(address)
            except OSError:  # by another process of the tests
                time.sleep(0.01)
                continue
            listener.listen(100)
            command = [sys.executable, __file__, str(listener.fileno()), *modules]
            # It ends when its input does: with this process, whatever becomes of it.
            servers.append(
                subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()])
            )


# ---------------------------------------------------------------- in the process that is copied


def serve(listener: socket.socket) -> tuple[list[str], dict[str, str], list[int]]:
    """Copy this process whenever asked to; return, in the copy only, what is asked of it."""
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGCHLD)}
    for number in usual:  # Ctrl-C ends the tests, and those their servers; of copies see below
        signal.signal(number, signal.SIG_IGN)
    while True:
        if sys.stdin in select.select([sys.stdin, listener], [], [])[0]:
            os._exit(0)
        connection, _ = listener.accept()
        if not os.fork():
            break
        connection.close()
    # Here a second process, that copies itself once more and says how the copy ended.
    listener.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, files, _, _ = socket.recv_fds(connection, 1_000_000, 2)
    if copy := os.fork():
        for file in files:
            os.close(file)
        connection.send(b"%d" % copy)
        status = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
        with contextlib.suppress(OSError):  # perhaps nobody wants to know
            connection.send(b"%d" % status)
        os._exit(0)
    connection.close()
    for number, handler in usual.items():
        signal.signal(number, handler)
    return *json.loads(request), files


def become(arguments: list[str], environment: dict[str, str], files: list[int]) -> None:
    """Do in this process what `python ARGUMENTS` would do."""
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate([os.open(os.devnull, os.O_RDONLY), *files]):
        os.dup2(file, number)
        os.close(file)
    if "PYTHONUNBUFFERED" in environment:
        sys.stdout.reconfigure(write_through=True)
    kind, *rest = arguments
    if kind == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    elif kind == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(kind).resolve().parent)
        runpy.run_path(kind, run_name="__main__")


def main(number: str, *modules: str) -> None:
    """Import the modules, and serve copies at the socket that has this number."""
    os.chdir(ROOT)
    sys.path[0] = str(ROOT)
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # so that a copy's collector leaves alone what it shares with this process
    asked = serve(socket.socket(fileno=int(number)))
    try:
        status = 0
        become(*asked)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        status = 1
        traceback.print_exc()
    # As Python ends, but for taking apart all modules, which takes longer than the copy did.
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
