"""Sixty users on one and on two copies of the suite; one of two copies is killed in the middle.

    python -m tests.benchmarks.replicas            # behind nginx
    python -m tests.benchmarks.replicas --ray      # behind nginx, on Ray Serve
    python -m tests.benchmarks.replicas --only-killing --runs 20 --seconds 10

Everything runs on 127.0.0.1, with deploy/nginx.conf and deploy/ray_app.py as they are but for ports
and the number of copies. Each user keeps a cookie, as a browser does, and acts without a break:
three unqueued events, then one queued. What fails is tried once again, and counted. Status 1 if an
unqueued event failed at all, or a queued one twice. Needs nginx; for --ray deploy/requirements.txt.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.benchmarks.servers import ROOT, free_port, stop

UNQUEUED = ("celsius_descend", [0.5, 0, 0.001, 100, "single pair", False], b"6578.83")
QUEUED = ("playground_train", [{"epochs": 5}, None], b"train_loss")
QUEUED_EACH = 4
ENVIRONMENT = {
    **os.environ,
    "COURSE_NO_LIMITS": "1",  # all users come from one address, faster than people
    "OMP_NUM_THREADS": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "PYTHONPATH": str(ROOT),
}
RAY = """
import sys, time, ray
from ray import serve
from deploy.ray_app import Course
serve.start(http_options={{"host": "127.0.0.1", "port": {port}}})
course = Course.options(autoscaling_config=None, num_replicas={copies},
                        ray_actor_options={{"num_cpus": 0.5}})
serve.run(course.bind(), blocking=True)
"""


@dataclass
class Tally:
    """What the users saw."""

    times: list[float] = field(default_factory=list)  # [s], of unqueued events
    counts: Counter = field(default_factory=Counter)
    said: Counter = field(default_factory=Counter)  # how failures showed

    def failed(self) -> int:
        """Return how many events failed: unqueued ones at all, queued ones when repeated."""
        return self.counts["unqueued failed"] + self.counts["queued failed twice"]


async def unqueued(client: httpx.AsyncClient) -> None:
    """Do what a slider does.

    Raises:
        RuntimeError, httpx.HTTPError: if it was not answered.
    """
    name, data, proof = UNQUEUED
    answer = await client.post(f"/gradio_api/run/{name}", json={"data": data})
    if answer.status_code != 200 or proof not in answer.content:
        raise RuntimeError(f"status {answer.status_code}")


async def queued(client: httpx.AsyncClient) -> None:
    """Do what a button does: ask, then listen until the answer comes.

    Raises:
        RuntimeError, httpx.HTTPError: if it was not answered.
    """
    name, data, proof = QUEUED
    address = f"/gradio_api/call/{name}"
    asked = await client.post(address, json={"data": data})
    if asked.status_code != 200:
        raise RuntimeError(f"asked: status {asked.status_code}")
    heard = b""
    async with client.stream("GET", f"{address}/{asked.json()['event_id']}") as stream:
        if stream.status_code != 200:
            raise RuntimeError(f"listened: status {stream.status_code}")
        async for part in stream.aiter_bytes():
            heard += part
    if b"event: complete" not in heard or proof not in heard:
        raise RuntimeError("listened: " + ("an error" if b"event: error" in heard else "cut off"))


async def user(url: str, until: float, tally: Tally) -> None:
    """Act until the time is up; what fails is repeated once, after a moment."""
    limits = httpx.Limits(max_keepalive_connections=4)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        await client.get("/healthz")  # brings the cookie
        number = random.randrange(QUEUED_EACH)
        while time.perf_counter() < until:
            number += 1
            kind, act = ("queued", queued) if number % QUEUED_EACH == 0 else ("unqueued", unqueued)
            for attempt in ("failed", "failed twice"):
                began = time.perf_counter()
                try:
                    await act(client)
                except (RuntimeError, httpx.HTTPError) as error:
                    tally.counts[f"{kind} {attempt}"] += 1
                    tally.said[f"{kind}: {type(error).__name__} {error}"[:90]] += 1
                    await asyncio.sleep(1)
                else:
                    tally.counts[kind] += 1
                    if kind == "unqueued":
                        tally.times.append(time.perf_counter() - began)
                    break


async def crowd(url: str, users: int, seconds: float, kill=None) -> Tally:
    """Let users act together; call `kill` in the middle."""
    tally, until = Tally(), time.perf_counter() + seconds
    tasks = [asyncio.create_task(user(url, until, tally)) for _ in range(users)]
    if kill:
        await asyncio.sleep(seconds / 2)
        kill()
    await asyncio.gather(*tasks)
    return tally


def wait_for(url: str, seconds: float = 180) -> None:
    """Wait until a page answers 200."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"{url} did not answer within {seconds:.0f} s")


def log_file(stack: ExitStack):
    """Return a file for what a server says."""
    return stack.enter_context(tempfile.TemporaryFile("w+"))


@contextmanager
def plain(copies: int) -> Iterator[tuple[list[int], list[int]]]:
    """Start copies of app.py; yield their ports and process ids."""
    with ExitStack() as stack:
        ports, pids = [free_port() for _ in range(copies)], []
        for port in ports:
            process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=ROOT,
                env={**ENVIRONMENT, "GRADIO_SERVER_PORT": str(port)},
                stdout=log_file(stack),
                stderr=subprocess.STDOUT,
            )
            stack.callback(stop, process)
            pids.append(process.pid)
        for port in ports:
            wait_for(f"http://127.0.0.1:{port}/readyz")
        yield ports, pids


@contextmanager
def on_ray(copies: int) -> Iterator[tuple[list[int], list[int]]]:
    """Start Ray Serve with copies of the suite; yield its port (twice) and the copies' ids."""
    port = free_port()
    with ExitStack() as stack:
        process = subprocess.Popen(
            [sys.executable, "-c", RAY.format(port=port, copies=copies)],
            cwd=ROOT,
            env={**ENVIRONMENT, "RAY_SERVE_LOG_TO_STDERR": "0"},
            stdout=log_file(stack),
            stderr=subprocess.STDOUT,
        )
        stack.callback(stop, process)
        wait_for(f"http://127.0.0.1:{port}/readyz")
        family = psutil.Process(process.pid).children(recursive=True)
        found = [child.pid for child in family if "ServeReplica" in " ".join(child.cmdline())]
        yield [port, port], found  # nginx tries "another" one: Ray finds the copy that lives


@contextmanager
def nginx(ports: list[int], ray: bool = False) -> Iterator[str]:
    """Start nginx with deploy/nginx.conf in front of these ports; yield its address."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        raise SystemExit("nginx is needed: apt-get install nginx")
    listen = free_port()
    with tempfile.TemporaryDirectory() as folder:
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        text = text.replace("listen 8080", f"listen 127.0.0.1:{listen}")
        text = text.replace("/tmp/course-nginx.pid", f"{folder}/pid")
        servers = "".join(rf"\1server 127.0.0.1:{port}\2" for port in ports)
        text = re.sub(r"(?:( *)server 127\.0\.0\.1:78\d\d( .*\n))+", servers, text)
        if ray:  # as deploy/nginx.conf says
            text = text.replace("http_503 non_idempotent", "http_503 http_500 non_idempotent")
        path = Path(folder) / "nginx.conf"
        path.write_text(text)
        process = subprocess.Popen(
            [program, "-c", path, "-g", "daemon off;"], stderr=subprocess.DEVNULL
        )
        try:
            wait_for(f"http://127.0.0.1:{listen}/healthz")
            yield f"http://127.0.0.1:{listen}"
        finally:
            stop(process)


def measure(start, copies: int, options: argparse.Namespace, kill: bool) -> Tally:
    """Start copies behind nginx, let the users act, and say how it went."""
    with start(copies) as (ports, pids), nginx(ports, options.ray) as url:
        asyncio.run(crowd(url, 10, 3))  # the first events of a process cost more: not counted
        end = (lambda: os.kill(pids[0], signal.SIGKILL)) if kill else None
        tally = asyncio.run(crowd(url, options.users, options.seconds, end))
    events = tally.counts["unqueued"] + tally.counts["queued"]
    print(
        f"{copies} {'copies' if copies > 1 else 'copy'}{', one killed' if kill else ''}: "
        f"{events / options.seconds:.0f} events/s, unqueued median "
        f"{1000 * statistics.median(tally.times):.0f} ms\n  {json.dumps(dict(tally.counts))}\n"
        f"  {json.dumps(dict(tally.said))}",
        flush=True,
    )
    return tally


def main() -> None:
    """Measure one copy, two copies, and two of which one dies."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.replicas",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--ray", action="store_true", help="copies on Ray Serve")
    parser.add_argument("--users", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement")
    parser.add_argument("--only-killing", action="store_true", help="no figures of throughput")
    parser.add_argument("--runs", type=int, default=1, help="how often a copy is killed")
    options = parser.parse_args()
    start = on_ray if options.ray else plain
    if not options.only_killing:
        for copies in (1, 2):
            measure(start, copies, options, kill=False)
    failed = sum(bool(measure(start, 2, options, kill=True).failed()) for _ in range(options.runs))
    print(f"{options.runs - failed} of {options.runs} runs with one copy killed: no failure")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
