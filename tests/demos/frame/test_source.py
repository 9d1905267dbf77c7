"""The code that a chapter shows."""

import contextlib
import io
import math

import gradio as gr
import pytest

from demos import CHAPTERS
from demos.frame.knobs import Bank, Knobs, Number, Some, Switch, Text, Topic
from demos.frame.source import filled, script_of, source_without_guards

NUMBERS = (Bank, Number)
LONG = {"updates": 20, "epochs": 2, "steps": 20}  # so often is something done, where it is often
KNOBS = Knobs(
    rate=Number(0, 10, 1.0, "rate"),
    steps=Number(1, 9, 3, "steps", whole=True),
    kinds=Some(["a", "b"], ["a"], "kinds"),
    pair=Bank([Number(0, 9, 1, "x"), Number(0, 9, 0.5, "y")], "pair"),
    quick=Switch(False, "quick"),
    words=Text("x", "words"),
)


def example(rate, steps, kinds, pair, quick, words):
    """Say what was set.

    More of it.
    """
    import math

    # A comment stays.
    print([rate, steps, kinds, pair, quick, words, math.inf])


def test_a_script_runs_with_the_settings_filled_in(capsys):
    settings = {
        "rate": 2.0,
        "steps": 7,
        "kinds": ["a", "b"],
        "pair": [1.0, 0.25],
        "quick": True,
        "words": 'he said "ä\\"\n',
    }
    text = filled(script_of(example, KNOBS), settings)
    assert "    import" not in text
    assert "# A comment stays." in text
    exec(text, {})
    assert capsys.readouterr().out == f"{[*settings.values(), math.inf]}\n"


def test_a_source_keeps_the_first_paragraph_of_what_it_documents():
    source = source_without_guards([example])
    assert "Say what was set." in source
    assert "More of it." not in source
    compile(source, "lesson", "exec")


@pytest.mark.parametrize(
    "chapter", [pytest.param(one, id=one.slug) for one in CHAPTERS if one.script]
)
def test_the_scripts_of_a_chapter_are_short_and_run(chapter):
    with gr.Blocks():
        knobs = chapter.build()["panel"].knobs
    name = next((name for name, knob in knobs.items() if isinstance(knob, Topic)), None)
    for topic, script in chapter.scripts(knobs).items():
        assert topic == "" if name is None else topic in knobs[name].options
        texts = {}  # where numbers alone are others, a script goes the same way: it runs once
        for some in ({}, *(task.settings for task in chapter.tasks)):
            settings = {**knobs.defaults(), **({name: topic} if name else {}), **some}
            for one in LONG.keys() & {*knobs}:  # and whether it goes at all is seen soon
                settings[one] = max(knobs[one].low, 0 if some else min(settings[one], LONG[one]))
            way = [repr(settings[one]) for one in knobs if not isinstance(knobs[one], NUMBERS)]
            if not name or settings[name] == topic:
                texts.setdefault(tuple(way), filled(script, settings))
        for text in dict.fromkeys(texts.values()):
            assert len(text.splitlines()) <= 45, text
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(text, f"script of {topic}", "exec"), {"__name__": "__main__"})
            assert out.getvalue().strip()
