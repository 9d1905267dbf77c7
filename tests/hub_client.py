"""Loads a model in a process of its own: the Hub's client reads its settings when imported."""

from __future__ import annotations

import json
from pathlib import Path

from tests import processes

LOAD = """
import json, os, sys
from pathlib import Path
from models import hub
from tests.models.tiny import Tiny

hub.WEIGHTS, hub.HUB_TIMEOUT = Path(sys.argv[1]), float(sys.argv[2])
try:
    result = {"mark": hub.load(Tiny).layer.bias[0].item()}
except hub.WeightsMissing as error:
    result = {"missing": str(error)}
print(json.dumps({**result, "notice": hub.notice(Tiny)}), flush=True)
os._exit(0)  # the Hub's client would first go on with a download that hangs
"""


def load_in_a_new_process(
    environment: dict[str, str], weights: Path, timeout: float
) -> dict[str, object]:
    """Load `Tiny` as the app would with these variables.

    Returns:
        `mark`, its first bias, or `missing`, what `WeightsMissing` said; and `notice`.
    """
    arguments = ["-c", LOAD, str(weights), str(timeout)]
    done = processes.run(arguments, processes.TORCH, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
