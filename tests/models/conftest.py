"""No test of a model loads what another has saved."""

import pytest

from models import hub
from tests.models.tiny import Tiny


@pytest.fixture
def tiny():
    return Tiny


@pytest.fixture(autouse=True)
def weights(tmp_path, monkeypatch):
    """An empty weights folder, no Hub, nothing loaded yet."""
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setattr(hub, "WEIGHTS", folder)
    monkeypatch.setattr(hub, "_models", {})
    monkeypatch.setattr(hub, "_notices", {})
    monkeypatch.delenv("WEIGHTS_REPO", raising=False)
    return folder
