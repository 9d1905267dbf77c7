"""The PO files beside the chapters: `python -m demos.frame.catalogues de` brings those of German
up to date with the code, or begins those of a new language.

New texts are added without a translation, texts that are gone are dropped, and where a text was
only reworded its translation is kept and marked "fuzzy": it is not used until the mark is removed.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from demos import CHAPTERS
from demos.frame import texts

HERE = Path(__file__).parent.parent
ROOT = HERE.parent
# The functions whose first argument is a text; of others these are.
KEYWORDS = {
    **dict.fromkeys(("_", "N_", "Sentence", "refusal")),
    **dict.fromkeys(("Task", "Option"), (1, 2)),
    **dict.fromkeys(("Choose", "Compute", "Order", "Fault"), (2,)),
}


def marked(
    file: Any, keywords: Mapping[str, Any], comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
    """Find the marked texts of Python, in the order in which they stand; see `extract` of Babel.

    Babel's own way loses texts where one marked call stands within another.
    """
    calls = [node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        values = [one.value if isinstance(one, ast.Constant) else None for one in call.args]
        if name in keywords and any(isinstance(value, str) for value in values):
            found = tuple(value if isinstance(value, str) else None for value in values)
            yield call.lineno, name, found, []


def in_script(
    file: Any, keywords: Mapping[str, Any], comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Find the marked texts of a script: those that the page will look for."""
    for text in texts.IN_SCRIPT.findall(file.read().decode()):
        yield 0, "_", text, []


METHODS: dict[str, Any] = {".py": marked, ".js": in_script, ".html": "jinja2.ext:babel_extract"}


def sources() -> dict[str, list[Path]]:
    """Return what each catalogue covers: its path up to the language → the files.

    That of the folder a file lies in ("demos/losses/"), of a chapter that is one file
    ("demos/celsius."), or of the frame ("demos/frame/"), which speaks for app.py and models/ too.
    """
    chapters = {Path(importlib.import_module(c.build.__module__).__file__) for c in CHAPTERS}
    found = [ROOT / "app.py", *(ROOT / "models").glob("*.py"), *HERE.rglob("*")]
    covered: dict[str, list[Path]] = {}
    for path in sorted(found):
        if path.suffix not in METHODS:
            continue
        inside = path.relative_to(HERE).parts if path.is_relative_to(HERE) else ()
        if len(inside) > 1:
            place = f"demos/{inside[0]}/"
        elif path in chapters:
            place = f"demos/{path.stem}."
        else:
            place = "demos/frame/"
        covered.setdefault(place, []).append(path)
    return {place: paths for place, paths in covered.items() if len(texts_in(paths))}


def texts_in(paths: Sequence[Path]) -> Catalog:
    """Return the marked texts of source files, with the places where they stand."""
    template = Catalog(fuzzy=False)
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        with path.open("rb") as file:
            for _line, found, _comments, _context in extract(METHODS[path.suffix], file, KEYWORDS):
                for text in [found] if isinstance(found, str) else found:
                    # Without line numbers: they would change with every line above.
                    template.add(text, locations=[(name, None)])
    return template


def _begun(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="Deep learning you can touch",
        version="1",
        header_comment="# See demos/frame/catalogues.py.",
        language_team="none",
        last_translator="none",
        msgid_bugs_address="none",
        revision_date=datetime.now().astimezone(),
    )


def read(path: Path) -> Catalog:
    """Return the catalogue of a PO file."""
    with path.open("rb") as file:
        return read_po(file)


def main(argv: Sequence[str] | None = None) -> None:
    """Update the PO files of the languages."""
    parser = argparse.ArgumentParser(prog="python -m demos.frame.catalogues", description=__doc__)
    parser.add_argument("languages", nargs="+", metavar="LANGUAGE", help="a code such as de or fr")
    for language in parser.parse_args(argv).languages:
        try:
            Locale.parse(language)
        except ValueError as error:
            sys.exit(str(error))
        missing = 0
        for place, paths in sources().items():
            path = ROOT / f"{place}{language}.po"
            catalogue = read(path) if path.exists() else _begun(language)
            begun = catalogue.creation_date
            catalogue.update(texts_in(paths))
            catalogue.obsolete.clear()
            catalogue.creation_date, catalogue.fuzzy = begun, False
            with path.open("wb") as file:
                write_po(file, catalogue, width=100, omit_header=False, include_lineno=False)
            open_texts = [m for m in catalogue if m.id and (not m.string or m.fuzzy)]
            missing += len(open_texts)
            print(f"{path.relative_to(ROOT)}: {len(open_texts)} of {len(catalogue)} to translate")
        print(f"{language}: {missing} texts to translate")


if __name__ == "__main__":
    main()
