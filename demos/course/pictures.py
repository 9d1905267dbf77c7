"""Makes the pictures of the course map: `python -m demos.course.pictures`.

They lie beside this file, so that the first page needs no PyTorch. Make them anew when a chapter
has changed what it computes; a test compares them with the chapters.
"""

from __future__ import annotations

import json
from typing import Any

from demos.course.board import PICTURES
from demos.frame.miniature import to_json


def drawn() -> dict[str, list[dict[str, Any]]]:
    """Return the layers of every chapter's picture, by its slug."""
    from demos import CHAPTERS

    return {one.slug: to_json(one.miniature()) for one in CHAPTERS if one.miniature}


def main() -> None:
    """Write the pictures."""
    import torch

    torch.set_num_threads(1)  # small models: threads would only wait for each other
    lines = [
        f" {json.dumps(slug)}: {json.dumps(layers, separators=(',', ':'))}"
        for slug, layers in drawn().items()
    ]
    PICTURES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
