"""The texts of the page in other languages: all there, and with the same formulas and slots."""

from __future__ import annotations

import ast
import json
import re
import threading
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from gradio.context import LocalContext
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from demos.frame import catalogues, languages, texts
from demos.pictures.numbers import number_table, written
from models.sentences import Count, Sentence, refusal

OTHERS = texts.languages()[1:]
# What a translation must hold as often as the English: slots, formulas, tags, code.
KEPT = re.compile(r"\$[^$]*\$|\{\w+[^}]*\}|</?\w[^>]*>|`[^`]*`")


@pytest.fixture(scope="module")
def places() -> dict[str, list[Path]]:
    """What each catalogue covers."""
    return catalogues.sources()


@pytest.fixture(scope="module")
def marked(places) -> dict[str, set[str]]:
    """The texts that are marked in each place."""
    return {
        place: {m.id for m in catalogues.texts_in(paths) if m.id} for place, paths in places.items()
    }


@pytest.fixture(scope="module", params=OTHERS)
def translated(request, places) -> dict[str, Catalog]:
    """The catalogues of a language, by place."""
    paths = {place: catalogues.ROOT / f"{place}{request.param}.po" for place in places}
    missing = [path for path in paths.values() if not path.exists()]
    assert not missing, f"run python -m demos.frame.catalogues {request.param}, and translate"
    return {place: catalogues.read(path) for place, path in paths.items()}


def test_every_text_is_translated(marked, translated):
    for place, catalogue in translated.items():
        known = {m.id for m in catalogue if m.id and m.string and not m.fuzzy}
        update = f"run python -m demos.frame.catalogues {catalogue.locale}"
        assert not marked[place] - known, f"{place}: {update}, and translate"
        assert not known - marked[place], f"{place}: {update}"


def test_a_translation_keeps_slots_formulas_and_tags(translated):
    for message in (message for catalogue in translated.values() for message in catalogue):
        if message.id:
            # A word within a formula, \text{…}, is translated too.
            shapes = [
                sorted(re.sub(r"\\text\{[^}]*\}", "", kept) for kept in KEPT.findall(text))
                for text in (message.id, message.string)
            ]
            assert shapes[0] == shapes[1], message.id
            plain = re.sub(r"`[^`]*`", "", message.string)  # 2 ** 3 is no emphasis
            assert plain.count("**") % 2 == 0, message.id


def test_the_same_text_is_translated_the_same_way_everywhere(translated):
    found: dict[str, str] = {}
    for message in (message for catalogue in translated.values() for message in catalogue):
        if message.id:
            assert found.setdefault(message.id, message.string) == message.string


def test_a_french_line_does_not_break_before_a_colon_or_within_quotes(places):
    for place in places:
        for message in catalogues.read(catalogues.ROOT / f"{place}fr.po"):
            plain = re.sub(r"`[^`]*`|\$[^$]*\$", "", message.string)
            assert not message.id or not re.search(r" [:;?!%»](?![\w-])|« ", plain), message.id


def test_outside_of_english_no_comma_stands_between_thousands(translated):
    quoted = re.compile(r"\$10,300|99,999")  # as it stands in the file of the cars
    for place, catalogue in translated.items():
        for message in catalogue:
            assert not re.search(r"\d,\d{3}(?!\d)", quoted.sub("", message.string)), place


@given(st.one_of(st.integers(-(2**53), 2**53), st.floats(-1e15, 1e15)))
def test_a_number_is_grouped_as_a_language_does_and_stays_the_same(number):
    english = texts.grouped(number)
    assert int(english.replace(",", "")) == round(number)
    with texts.speaking("de"):
        german = texts.grouped(number)
        sentence = texts.said(refusal("{count} bytes", count=Count(number)))
        assert sentence == f"{german} Bytes"
    assert "," not in german
    few = abs(round(number)) < 10_000
    assert german == english.replace(",", "" if few else "\u202f")


def test_numbers_of_a_table_are_grouped_too():
    assert [written(n, ",.1f") for n in (-1122.7, 12_350, 0.5)] == ["−1,122.7", "12,350.0", "0.5"]
    with texts.speaking("fr"):
        french = [written(n, ",.1f") for n in (-1122.7, 12_350, 0.5)]
        table = number_table([{"price": 75_170.4}], {"price": "$"}, {"price": ",.0f"})
    assert french == ["−1122.7", "12\u202f350.0", "0.5"]
    assert table.endswith("| 75\u202f170 |")


def test_every_text_of_a_script_reaches_the_browser(places):
    for paths in places.values():
        for path in paths:
            if path.suffix == ".js":
                # However it is quoted: what the page does not find would stay English.
                calls = re.findall(r"""(?<![\w.])_\(\s*["'`]""", source := path.read_text("utf-8"))
                assert len(calls) == len(texts.IN_SCRIPT.findall(source)), path


def test_no_text_is_marked_where_it_is_not_found(places):
    # Before Python 3.12 nobody sees into an f-string; and _(f"…") has no fixed text.
    for paths in places.values():
        for path in (path for path in paths if path.suffix == ".py"):
            for outer in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(outer, ast.JoinedStr):
                    for node in ast.walk(outer):
                        hidden = is_mark(node) and isinstance(node.args[0], ast.Constant)
                        assert not hidden, f"{path}:{node.lineno}"
                if is_mark(outer):
                    assert not isinstance(outer.args[0], ast.JoinedStr), f"{path}:{outer.lineno}"


def is_mark(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in catalogues.KEYWORDS
        and bool(node.args)
    )


def test_a_sentence_is_said_in_the_language_that_is_spoken(monkeypatch):
    german = {
        "{name} must be true or false.": "{name} muss true oder false sein.",
        "{a}, because {b}": "{a}, denn {b}",
        "it rains": "es regnet",
    }
    monkeypatch.setattr(texts, "catalogue", lambda language: german)
    error = refusal("{name} must be true or false.", name="normalise")
    because = Sentence("{a}, because {b}", a="wet", b=Sentence("it rains"))
    assert str(error) == texts.said(error) == "normalise must be true or false."
    assert because == "wet, because it rains"
    with texts.speaking("de"):
        assert texts.said(error) == "normalise muss true oder false sein."
        assert texts.said(because) == "wet, denn es regnet"
        assert texts.said("not in the catalogue {x}") == "not in the catalogue {x}"


def test_a_handler_answers_in_the_language_of_whoever_asks_in_any_thread():
    handler = languages.answering(texts.current)
    answers = []

    def ask(language: str) -> None:
        LocalContext.request.set(request(f"/?lang={language}&chapter=celsius"))
        answers.append(handler())

    for language in ("de", "en"):
        thread = threading.Thread(target=ask, args=(language,))
        thread.start()
        thread.join()
    assert answers == ["de", "en"]
    assert handler() == texts.current() == texts.SOURCE


def test_what_is_kept_is_kept_for_each_language():
    calls = []

    @texts.cached(maxsize=4)
    def picture(number: int) -> str:
        calls.append(number)
        return f"{number} {texts.current()}"

    assert picture(1) == picture(1) == "1 en"
    with texts.speaking("de"):
        assert picture(1) == "1 de"
    assert calls == [1, 1]


def test_an_answer_that_could_have_been_better_is_not_kept_nor_what_it_is_a_part_of():
    calls = []

    @texts.cached(maxsize=4)
    def run(number: int) -> int:
        calls.append(number)
        if len(calls) == 1:
            texts.not_kept()
        return len(calls)

    @texts.cached(maxsize=4)
    def picture(number: int) -> str:
        return f"run {run(number)}"

    assert picture(1) == "run 1"
    assert picture(1) == picture(1) == "run 2"
    assert run(1) == 2


@pytest.mark.parametrize(
    ("query", "cookies", "accepted", "chosen"),
    [
        ({}, {}, "", "en"),
        ({}, {}, "de-AT,de;q=0.9,en;q=0.5", "de"),
        ({}, {}, "en-GB,de;q=0.9", "en"),
        ({}, {}, "it;q=0.9,de;q=0.3,en;q=0.2", "de"),
        ({}, {}, "en;q=0,de;q=0.1", "de"),
        ({}, {}, "*", "en"),
        ({}, {}, "de;q=nonsense", "en"),
        ({}, {"course_language": "en"}, "de", "en"),
        ({"lang": "de"}, {"course_language": "en"}, "en", "de"),
        ({"lang": "DE_de"}, {}, "en", "de"),
        ({"lang": "xx"}, {}, "de", "de"),
        ({"lang": "../../etc"}, {"course_language": "<b>"}, "," * 1000, "en"),
    ],
)
def test_the_link_comes_before_the_choice_and_the_choice_before_the_browser(
    query, cookies, accepted, chosen
):
    assert languages.choose(query, cookies, accepted) == chosen


def request(referrer: str = "", **headers: str) -> Request:
    pairs = {"referer": f"http://127.0.0.1{referrer}"} if referrer else {}
    pairs |= {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in pairs.items()]
    return Request({"type": "http", "query_string": b"", "headers": raw})


def test_an_answer_speaks_the_language_of_the_page_that_asked():
    assert languages.of_answer(request("/course/?chapter=losses&lang=de")) == "de"
    assert languages.of_answer(request("/?lang=en", accept_language="de")) == "en"
    assert languages.of_answer(request("/", cookie="course_language=de")) == "de"
    assert languages.of_answer(request(accept_language="de-AT")) == "de"
    assert languages.of_answer(request("[", accept_language="it")) == "en"
    assert languages.of_answer(None) == "en"


def test_what_was_marked_is_said_in_texts_within_texts_and_in_html(monkeypatch):
    german = {"step": 'Schritt "1"', "A <{x}>": "Ein <{x}>", "loss": "Verlust"}
    monkeypatch.setattr(texts, "catalogue", lambda language: german)
    with texts.speaking(texts.BUILDING):
        inner = texts._("step")
        built = {
            "plain": inner,
            "filled": texts._("A <{x}>").format(x=texts._("loss")),
            "page": f"<b>{texts.page_text('A <{x}>').format(x='&')}</b>",
            "formula": rf"\text{{{inner}}}",
        }
    said = json.loads(texts.spoken(json.dumps(built, ensure_ascii=False), "de"))
    assert said == {
        "plain": 'Schritt "1"',
        "filled": "Ein <Verlust>",
        "page": "<b>Ein &lt;&amp;&gt;</b>",
        "formula": '\\text{Schritt "1"}',
    }
