"""Imports run one way: app → demos → models ← trainers."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BARRED = {
    "models": {"gradio", "altair", "demos", "trainers", "app"},
    "trainers": {"gradio", "altair", "demos", "app"},
    "demos": {"trainers", "app"},
}


def imported(file):
    """Return the names of the packages that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", BARRED)
def test_imports_run_one_way(package):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    wrong = [str(f.relative_to(ROOT)) for f in files if BARRED[package] & set(imported(f))]
    assert wrong == []
