"""What a dry run of every trainer keeps to."""

from pathlib import Path

from models import hub
from tests.models.tiny import Tiny
from trainers import recipe

CLAIMS = ("model-index", "datasets", "accuracy", "MNIST test set", "%")


def everything_in(folder: Path) -> dict[str, bytes | None]:
    """Return what lies below a folder: contents of files, None for folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def written_by(trainer, options: list[str], shipped: str, capsys, tables=()) -> Path:
    """Make a dry run in an empty working folder; return the temporary folder that it wrote.

    The weights that are shipped stay as they are; where it wrote is said, and nothing is claimed.
    """
    weights = Path("weights")
    hub.save(Tiny(), weights / shipped, "# Shipped")
    before = everything_in(weights)
    trainer.main([*options, "--dry-run"])
    assert everything_in(weights) == before
    said = capsys.readouterr().out
    (written,) = {line.split()[1] for line in said.splitlines() if line.startswith("saved ")}
    written = Path(written.rstrip(":,"))
    assert f"dry run: writing to {written}" in said
    assert {path.name for path in written.iterdir()} == {*recipe.MODEL, *tables}
    card = (written / "README.md").read_text()
    assert "dry run on made-up data" in card
    assert not [claim for claim in CLAIMS if claim in card]
    return written
