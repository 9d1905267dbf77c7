"""The tests keep their features to themselves: what one has computed, another need not."""

from pathlib import Path

import pytest


@pytest.fixture(scope="package")
def features(tmp_path_factory) -> Path:
    """The folder of the features that the tests of tires compute."""
    return tmp_path_factory.mktemp("features")


@pytest.fixture(autouse=True)
def cache(features, monkeypatch):
    monkeypatch.setenv("FEATURES_CACHE", str(features))
