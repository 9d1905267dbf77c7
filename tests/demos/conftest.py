"""What the tests of several chapters share."""

import itertools
import types

import pytest

from demos.frame import runs


@pytest.fixture
def hurried(monkeypatch):
    """Let a second go by whenever a run looks at the clock: after some rows its time is up."""
    clock = types.SimpleNamespace(monotonic=map(float, itertools.count()).__next__)
    monkeypatch.setattr(runs, "time", clock)
