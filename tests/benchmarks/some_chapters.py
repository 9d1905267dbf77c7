"""The suite with the first chapters only, as a course that is still growing: how does cost grow?

python tests/benchmarks/some_chapters.py 8
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Start it as `app.py` starts the suite."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import demos
    from demos.course import map_of
    from demos.quiz import quiz_of

    kept = {chapter.slug for chapter in demos.CHAPTERS[: int(sys.argv[1])]}
    parts = {
        title: [chapter for chapter in chapters if chapter.slug in kept]
        for title, chapters in demos.PARTS.items()
    }
    demos.PARTS = {title: chapters for title, chapters in parts.items() if chapters}
    demos.MAP, demos.QUIZ = map_of(demos.PARTS), quiz_of(demos.PARTS)

    import app

    app.main([])


if __name__ == "__main__":
    main()
