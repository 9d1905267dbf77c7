"""A model small enough to save and load in every test."""

import pytest
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from models import hub
from models.backbone import Backbone
from models.tires import TireClassifier

SHIPPED_WEIGHTS = hub.WEIGHTS


class Tiny(nn.Module, PyTorchModelHubMixin):
    weights_name = "tiny"
    trainer_command = "python -m trainers.tiny"

    def __init__(self, size: int = 3):
        super().__init__()
        self.layer = nn.Linear(size, 2)


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
