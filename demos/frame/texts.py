"""The texts of the page, in the language of the visitor.

English stands in the code, and is marked: `_("The loss is {loss:.2f}.").format(loss=loss)`, or
`N_("…")` where a text is only named, and translated by whoever shows it. The other languages lie
beside the code as PO files, `de.po` in the folder of a chapter and `celsius.de.po` beside the file
of one; `python -m demos.frame.catalogues de` brings them up to date.

The page is built once for all languages. While it is built, `_` does not translate: it marks the
text, slots and their values included, and `spoken` says what was marked when the page is sent.
Handlers run while somebody asks; there `_` translates at once, into the language of the request.
"""

from __future__ import annotations

import contextlib
import functools
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from models.sentences import Count, Sentence

__all__ = [
    "N_", "_", "cached", "current", "grouped", "languages", "not_kept", "said", "speaking",
    "spoken",
]  # fmt: skip

HERE = Path(__file__).parent.parent
SOURCE = "en"
BUILDING = "*"  # the language in which the page is built

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
    if language == BUILDING:
        return Marked(text)
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

    def say(value: Any) -> Any:
        if isinstance(value, Count):
            return _regrouped(value)
        return said(value) if isinstance(value, Sentence) else value

    values = {name: say(value) for name, value in sentence.values.items()}
    return _(sentence.template).format(**values)


def grouped(number: float, spec: str = ",.0f") -> str:
    """Return a number, its thousands apart as the language that is spoken writes them.

    Elsewhere a comma may be read as a decimal one. There, 46,100 is 46 100, and 4,009 is 4009.
    """
    return _regrouped(format(number, spec))


def _regrouped(number: str) -> str:
    if current() in (SOURCE, BUILDING):
        return str(number)
    whole = number.partition(".")[0]
    return number.replace(",", "\u202f" if sum(map(str.isdigit, whole)) > 4 else "")


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


_passing: ContextVar[bool] = ContextVar("passing", default=False)


def not_kept() -> None:
    """Let no `cached` function keep what it is just answering: it could have been better."""
    _passing.set(True)


class _Passing(Exception):  # what is raised is not kept
    def __init__(self, answer: Any):
        self.answer = answer


def cached(maxsize: int) -> Callable[[Callable], Callable]:
    """Keep the newest answers of a pure function, for each language; see `not_kept`.

    Its arguments must be hashable; of lists it gets tuples.
    """

    def decorate(function: Callable) -> Callable:
        @functools.lru_cache(maxsize=maxsize)
        def answer(language: str, *args: Any, **kwargs: Any) -> Any:
            before = _passing.set(False)
            try:
                found, passing = function(*args, **kwargs), _passing.get()
            finally:
                _passing.reset(before)
            if passing:
                raise _Passing(found)
            return found

        @functools.wraps(function)
        def ask(*args: Any, **kwargs: Any) -> Any:
            args = tuple(map(_hashable, args))
            kwargs = {name: _hashable(value) for name, value in kwargs.items()}
            try:
                return answer(current(), *args, **kwargs)
            except _Passing as passing:
                not_kept()  # nor what it is a part of
                return passing.answer

        return ask

    return decorate


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# ---------------------------------------------------------------- built once, said when it is sent

# What encloses a marked text: characters for private use, which no text of ours holds.
_OPEN, _CLOSE, _NEXT, _HTML = "\ue000", "\ue001", "\ue002", "\ue003"
_MARK = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")


class Marked(str):
    """A text that `spoken` will say; `format` is remembered and done then."""

    text: str
    kind: str

    def __new__(cls, text: str, kind: str = "") -> Marked:
        """Mark a text; `kind` is `_HTML` where it will stand in HTML and must be escaped."""
        marked = super().__new__(cls, f"{_OPEN}{kind}{text}{_CLOSE}")
        marked.text, marked.kind = text, kind
        return marked

    def format(self, **values: Any) -> str:  # type: ignore[override]
        """Return the text with values in its slots; a value may be marked itself."""
        show = escape if self.kind == _HTML else str
        slots = "".join(f"{_NEXT}{name}={show(value)}" for name, value in values.items())
        return type(self)(self.text + slots, self.kind)

    def __html__(self) -> str:
        """Return what a page's template shows: its text is escaped when it is said."""
        return Marked(self.text, _HTML)


def spoken(built: str, language: str, *, in_json: bool = True) -> str:
    """Return what was built once with its marked texts in a language.

    Args:
        built: JSON, or text that may stand in it.
        language: its code.
        in_json: whether the marks stand within texts of JSON.
    """

    def say(mark: re.Match) -> str:
        inner = json.loads(f'"{mark[1]}"') if in_json else mark[1]
        show = html.escape if inner.startswith(_HTML) else str
        text, *slots = inner.removeprefix(_HTML).split(_NEXT)
        if language != SOURCE:
            text = catalogue(language).get(text, text)
        text = show(text)
        if slots:
            text = text.format(**dict(slot.split("=", 1) for slot in slots))
        return json.dumps(text, ensure_ascii=False)[1:-1] if in_json else text

    found = 1
    while found:  # marks within marks: the inner ones first
        built, found = _MARK.subn(say, built)
    return built


def page_text(text: str) -> str:
    """Return a marked text for the template of a page, in the language that is spoken now."""
    if _current.get() == BUILDING:
        return Marked(text, _HTML)
    return Markup(html.escape(_(text)))


# ---------------------------------------------------------------- scripts

# In scripts: _('…') without quotes and backslashes within.
IN_SCRIPT = re.compile(r"\b_\(\s*'([^'\\]+)'")


def texts_of_script(source: str, language: str) -> dict[str, str]:
    """Return the translations that a script needs: those of its `_('…')`."""
    known = {} if language == SOURCE else catalogue(language)
    pairs = ((text, known.get(text, text)) for text in IN_SCRIPT.findall(source))
    return {text: translated for text, translated in pairs if translated != text}
