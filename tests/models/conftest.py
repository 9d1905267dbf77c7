"""No test of a model loads what another has saved."""

import pytest

from models import hub
from models.backbone import Backbone
from models.tires import TireClassifier
from tests.models.tiny import Tiny

SHIPPED_WEIGHTS = hub.WEIGHTS


@pytest.fixture(scope="session")
def features():
    """The shipped features of photos."""
    return hub.ready_to_answer(hub._read(Backbone, SHIPPED_WEIGHTS / "mobilenet-v2"))


@pytest.fixture
def backbone(features, monkeypatch):
    """Stand the shipped features under the tire network: these tests' weights folder is empty."""
    monkeypatch.setattr(TireClassifier, "backbone", features)


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
