"""Loads a model in a process of its own: the Hub's client reads its settings when imported."""

from __future__ import annotations

import multiprocessing
import os
import runpy
from multiprocessing.connection import Connection
from pathlib import Path

# PyTorch is imported once, and each process starts as a copy of that one.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["torch", "safetensors.torch"])


def load_in_a_new_process(
    environment: dict[str, str], weights: Path, timeout: float
) -> dict[str, object]:
    """Load `Tiny` as the app would with these variables.

    Returns:
        `mark`, its first bias, or `missing`, what `WeightsMissing` said; and `notice`.
    """
    receiver, sender = _context.Pipe(duplex=False)
    process = _context.Process(target=_load, args=(environment, weights, timeout, sender))
    process.start()
    sender.close()
    try:
        return receiver.recv()
    finally:
        process.join()


def _load(environment: dict[str, str], weights: Path, timeout: float, answer: Connection) -> None:
    os.environ.update(environment)
    from models import hub

    tiny = runpy.run_path(str(Path(__file__).parent / "models" / "conftest.py"))["Tiny"]
    hub.WEIGHTS, hub.HUB_TIMEOUT = weights, timeout
    try:
        result = {"mark": hub.load(tiny).layer.bias[0].item()}
    except hub.WeightsMissing as error:
        result = {"missing": str(error)}
    answer.send({**result, "notice": hub.notice(tiny)})
    answer.close()
    os._exit(0)  # the Hub's client would first go on with a download that hangs
