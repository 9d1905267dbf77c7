"""The suite with as many chapters as the course will have: copies of those that stand."""

from __future__ import annotations

import dataclasses
import itertools
import sys
from pathlib import Path

CHAPTERS = 17


def main() -> None:
    """Start it as `app.py` starts the suite."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import demos

    originals = itertools.cycle(demos.CHAPTERS)
    copies = [
        dataclasses.replace(next(originals), slug=f"copy{number}")
        for number in range(CHAPTERS - len(demos.CHAPTERS))
    ]
    demos.PARTS = {**demos.PARTS, "Copies": copies}

    import app

    app.main([])


if __name__ == "__main__":
    main()
