"""What a visitor takes along: the head, the network below it, a script, and an app for a Space."""

from __future__ import annotations

import base64
import copy
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.teach import TeachHead
    from models.tires import TireClassifier

HERE = Path(__file__).parent
PROGRAMS = ("classify.py", "app.py", "requirements.txt")
CARD = """---
title: {title}
emoji: 📷
sdk: gradio
app_file: app.py
license: apache-2.0
tags: [education, transfer-learning, mobilenet_v2]
---

# {title}

Tells {labels} apart. A head on MobileNetV2's ImageNet features, trained on a few photos in a
classroom. It has seen little: ask somebody who knows before anything depends on it.

`python classify.py FOLDER` says what the photos of a folder show, `python app.py` opens an app.
"""


def files_of(head: TeachHead, tires: TireClassifier | None = None) -> dict[str, bytes]:
    """Return the content of every file by its name.

    Args:
        head: what was trained.
        tires: whose features it was trained on, if so: how they are standardised goes along.
    """
    from models import hub
    from models.backbone import Backbone

    if tires is not None:
        head = copy.deepcopy(head)
        head.mean.copy_(tires.centre)
        head.std.copy_(tires.scale)
    names = ", ".join(head.labels)
    card = CARD.format(title=_one_line(names)[:60], labels=_one_line(names))
    return {
        **{name: (HERE / f"{name}.txt").read_bytes() for name in PROGRAMS},
        "README.md": card.encode(),
        "head.safetensors": head.packed(),
        "mobilenet-v2.safetensors": hub.content(Backbone),
    }


def _one_line(text: str) -> str:
    """Return a text that stands in a YAML value and in Markdown as it is."""
    return "".join(letter if letter.isalnum() or letter in " -," else " " for letter in text)


def in_base64(files: dict[str, bytes]) -> dict[str, str]:
    """Return the files as text."""
    return {name: base64.b64encode(content).decode("ascii") for name, content in files.items()}
