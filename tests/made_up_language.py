"""The suite with a language in which every marked text is recognisable: in Cyrillic letters.

Whatever then stands on the page in Latin letters was never marked for translation. Each text is the
longest of its translations, so that what has room here has room in every language.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

LANGUAGE = "eo"  # Babel must know its name
# Formulas, slots, tags, code, entities, addresses of links, and what stands on a button anyway.
KEPT = re.compile(
    r"\$[^$]*\$|\{[^}]*\}|</?\w[^>]*>|`[^`]*`|&\w+;|\]\([^)]*\)|data:image\S*|--[a-z-]+|\bQR\b"
)
LETTERS = str.maketrans(
    {chr(97 + i): chr(0x430 + i) for i in range(26)}
    | {chr(65 + i): chr(0x410 + i) for i in range(26)}
)


def made_up(text: str) -> str:
    """Return a text in the made-up language; formulas and slots are kept."""
    parts, end = [], 0
    for kept in KEPT.finditer(text):
        parts += [text[end : kept.start()].translate(LETTERS), kept[0]]
        end = kept.end()
    return "".join([*parts, text[end:].translate(LETTERS)])


class Everything(dict):
    """A catalogue that has every text, begun with those of other languages."""

    def get(self, text: str, default: str | None = None) -> str:
        """Return the text in the made-up language."""
        return made_up(super().get(text, text))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from demos.frame import texts

    others = [texts.catalogue(language) for language in texts.languages()[1:]]
    everything = Everything(
        (text, max((other.get(text, text) for other in others), key=len)) for text in others[0]
    )
    texts.languages = lambda: (texts.SOURCE, LANGUAGE)
    texts.catalogue = lambda language: everything

    import app

    app.main([])
