"""Every test keeps its features to itself."""

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FEATURES_CACHE", str(tmp_path / "cache"))
