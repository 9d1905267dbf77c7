"""The texts of the page, in the language of the visitor.

English stands in the code, and is marked: `_("The loss is {loss:.2f}.").format(loss=loss)`, or
`N_("…")` where a text is only named, and translated by whoever shows it. The other languages lie
beside the code as PO files, `de.po` in the folder of a chapter and `celsius.de.po` beside the file
of one; `python -m demos.frame.catalogues de` brings them up to date. There is a page for each language,
built and answered in that language.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from models.sentences import Sentence

__all__ = ["N_", "_", "cached", "current", "in_this_language", "languages", "said", "speaking"]

HERE = Path(__file__).parent.parent
SOURCE = "en"

_current: ContextVar[str] = ContextVar("language", default=SOURCE)


@functools.cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages: English first, then those that have PO files."""
    found = {path.name.split(".")[-2] for path in HERE.rglob("*.po")}
    return (SOURCE, *sorted(found))


def names() -> dict[str, str]:
    """Return the languages by code, each named in itself: {"en": "English", "de": "Deutsch"}."""
    from babel import Locale

    return {code: Locale.parse(code).get_display_name().capitalize() for code in languages()}


@functools.cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the translations of all chapters and the frame: English → that language."""
    from babel.messages.pofile import read_po

    texts = {}
    for path in sorted([*HERE.rglob(f"{language}.po"), *HERE.rglob(f"*.{language}.po")]):
        with path.open("rb") as file:
            translated = [m for m in read_po(file) if m.id and m.string and not m.fuzzy]
        texts.update((message.id, message.string) for message in translated)
    return texts


def current() -> str:
    """Return the code of the language that is spoken now."""
    return _current.get()


def _(text: str) -> str:
    """Return a text in the language that is spoken now; English if it has none."""
    language = _current.get()
    return text if language == SOURCE else catalogue(language).get(text, text)


def N_(text: str) -> str:
    """Mark a text for translation and return it as it is."""
    return text


def said(sentence: str | Exception) -> str:
    """Return a sentence, or that of an error, in the language that is spoken now."""
    if isinstance(sentence, Exception):
        sentence = sentence.args[0] if sentence.args else ""
    if not isinstance(sentence, Sentence) or not sentence.values:
        return _(str(sentence))
    values = {
        name: said(value) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return _(sentence.template).format(**values)


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def in_this_language(function: Callable) -> Callable:
    """Wrap a handler: it answers in the language of the page that is being built."""
    language = current()

    @functools.wraps(function)
    def answer(*args: Any, **kwargs: Any) -> Any:
        with speaking(language):
            return function(*args, **kwargs)

    return answer


def cached(maxsize: int) -> Callable[[Callable], Callable]:
    """Keep the newest answers of a pure function of hashable arguments, for each language."""

    def decorate(function: Callable) -> Callable:
        @functools.lru_cache(maxsize=maxsize)
        def answer(language: str, *args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        @functools.wraps(function)
        def ask(*args: Any, **kwargs: Any) -> Any:
            return answer(current(), *args, **kwargs)

        return ask

    return decorate


# ---------------------------------------------------------------- scripts

# In scripts: _('…') without quotes and backslashes within.
_MARKED = re.compile(r"\b_\(\s*'([^'\\]+)'")
SPEAK = r"""
const _ = (text, values = {}) =>
  (TEXTS[text] ?? text).replace(/\{(\w+)\}/g, (slot, name) => values[name] ?? slot);
"""


def texts_of_script(source: str) -> dict[str, str]:
    """Return the translations that a script needs: those of its `_('…')`."""
    return {text: _(text) for text in _MARKED.findall(source) if _(text) != text}
