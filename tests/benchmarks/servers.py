"""Servers for the benchmarks: started on free ports of 127.0.0.1, timed, weighed and ended."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(command: list[str], stack: ExitStack) -> tuple[subprocess.Popen, str, float]:
    """Start a server; return it, its address and the seconds until its whole first page came."""
    port = free_port()
    env = {
        **os.environ,
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "PYTHONUNBUFFERED": "1",
    }
    log = stack.enter_context(tempfile.TemporaryFile("w+"))  # noqa: SIM115
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=env, stdout=log, stderr=log
    )
    stack.callback(stop, process)
    while time.perf_counter() - began < 300 and process.poll() is None:
        try:
            status, body = get(port, "/")
        except (OSError, http.client.HTTPException):
            time.sleep(0.01)
            continue
        if status == 200 and b"</html>" in body:
            return process, f"http://127.0.0.1:{port}/", time.perf_counter() - began
    log.seek(0)
    raise SystemExit(f"{' '.join(command)} did not start:\n{log.read()[-2000:]}")


def stop(process: subprocess.Popen) -> None:
    """End a server; the hard way if it does not listen."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def get(port: int, path: str) -> tuple[int, bytes]:
    """Fetch a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def megabytes(process: subprocess.Popen) -> float:
    """Return the resident memory of a server and its children once it no longer grows [MB]."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    before, deadline = -1.0, time.monotonic() + 60
    while True:
        now = sum(member.memory_info().rss for member in family) / 1e6
        if abs(now - before) < 1 or time.monotonic() > deadline:
            return now
        before = now
        time.sleep(4)
