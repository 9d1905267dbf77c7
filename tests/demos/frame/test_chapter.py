"""The frame: links, errors and sources, for every chapter of the course."""

import html
import inspect
import re
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl

import gradio as gr
import pytest
from gradio.components import Component
from hypothesis import given
from hypothesis import strategies as st

import app
from demos import CHAPTERS, frame
from demos.frame.knobs import Topic
from demos.frame.links import notice, qr_code, restore_link
from demos.frame.wiring import shown_errors
from demos.rewards.worlds import MAZES


@pytest.fixture(scope="module")
def controls():
    with gr.Blocks(), gr.Tabs():
        return {chapter.slug: chapter.tab() for chapter in CHAPTERS}


def test_every_chapter_has_the_five_parts():
    for chapter in CHAPTERS:
        assert chapter.question.endswith("?")
        assert all(task.prompt and task.answer for task in chapter.tasks)
        assert chapter.intro
        assert chapter.script or chapter.slug == "playground"  # which exports one, with its points
        assert chapter.source().startswith(("def ", "class "))
        for part in chapter.lesson:
            assert inspect.unwrap(part).__doc__


def test_every_topic_has_a_task_and_a_script(controls):
    for chapter in CHAPTERS:
        knobs = getattr(controls[chapter.slug].get("panel"), "knobs", {})
        topics = [(name, knob) for name, knob in knobs.items() if isinstance(knob, Topic)]
        if not topics:
            assert 2 <= len(chapter.tasks) <= 4
        for name, knob in topics:
            of = {task.settings.get(name, knob.default) for task in chapter.tasks}
            assert of == set(knob.options), chapter.slug
            each = Counter(task.settings.get(name, knob.default) for task in chapter.tasks)
            assert max(each.values()) <= 4  # what the buttons beside the picture choose from
            assert set(chapter.script) == set(knob.options)


def test_what_a_task_sets_up_is_a_link_that_holds(controls):
    for chapter in CHAPTERS:
        tab = controls[chapter.slug]
        for task in chapter.tasks:
            for link in re.findall(
                r'class="set-up"><a href="\?([^"]*)"', chapter._set_up(task, tab)
            ):
                query = dict(parse_qsl(html.unescape(link), keep_blank_values=True))
                assert_restored(query, chapter, task.settings, controls)


def assert_restored(query, chapter, settings, controls):
    """Check that a link brings about these settings, and complains of nothing."""
    tab = controls[chapter.slug]
    slug, values, ignored = restore_link(query, controls)
    assert (slug, ignored) == (chapter.slug, [])
    # Usually of the panel alone; a sketch is a text.
    restored = {name: values[tab[name]] for name in tab if tab[name] in values}
    for part in values.values():
        restored |= part if isinstance(part, dict) else {}
    assert {name: restored[name] for name in settings} == dict(settings)


def test_what_a_question_shows_is_a_link_that_holds(controls):
    for chapter in CHAPTERS:
        tab = controls[chapter.slug]
        for question in chapter.quiz:
            assert question.settings, f"{chapter.slug}.{question.name}"
            query = dict(parse_qsl(chapter._link(question.settings, tab), keep_blank_values=True))
            assert_restored(query, chapter, question.settings, controls)


def test_notebooks_hear_where_the_course_lies_in_public(controls, monkeypatch):
    chapter = CHAPTERS[0]
    assert 'data-repository=""' in chapter._head(controls[chapter.slug])
    monkeypatch.setenv("COURSE_REPOSITORY", "https://example.org/course?a&b")
    head = chapter._head(controls[chapter.slug])
    assert 'data-repository="https://example.org/course?a&amp;b"' in head


def test_a_chapter_builds_on_chapters_before_it():
    slugs = [chapter.slug for chapter in CHAPTERS]
    for chapter in CHAPTERS:
        assert all(slugs.index(one) < slugs.index(chapter.slug) for one in chapter.builds_on)


def test_slugs_are_unique_and_fit_a_link():
    slugs = [chapter.slug for chapter in CHAPTERS]
    assert len(set(slugs)) == len(slugs)
    assert all(slug.isidentifier() and slug.islower() for slug in slugs)


def test_a_chapter_stays_under_fifteen_blocks_of_its_own():
    for chapter in CHAPTERS:
        with gr.Blocks() as alone:
            chapter.build()
        own = [type(b).__name__ for b in alone.blocks.values() if isinstance(b, Component)]
        own = [name for name in own if name != "Api"]
        assert len(own) <= 15, own


def test_every_default_survives_a_link(controls):
    for slug, tab in controls.items():
        query = {"chapter": slug}
        for name, control in tab.items():
            # A control of several parameters holds them by name.
            several = isinstance(control.value, dict)
            for parameter, value in (control.value if several else {name: control.value}).items():
                if value is None or value == "":
                    continue
                if isinstance(value, list):
                    value = ",".join(map(str, value)) or "none"
                query[parameter] = str(value).lower() if isinstance(value, bool) else str(value)
        restored, values, ignored = restore_link(query, controls)
        assert restored == slug
        assert ignored == []
        for name, control in tab.items():
            if control in values and isinstance(control.value, dict):
                assert values[control] == control.value, name


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(["chapter", "weight", "steps", "normalise"]), st.text()),
        st.one_of(st.text(), st.floats().map(str), st.sampled_from(["celsius", "1e999", "0x10"])),
        max_size=6,
    )
)
def test_no_link_breaks_the_page(controls, query):
    slug, _, ignored = restore_link(query, controls)
    assert slug is None or slug in controls
    assert all(isinstance(sentence, str) for sentence in ignored)
    text = notice(ignored)
    assert "<script" not in text


def test_a_link_that_names_a_world_shows_it_and_its_cells_come_first(controls):
    panel = controls["rewards"]["panel"]
    link = {"chapter": "rewards", "topic": "agent", "maze": "cliff"}
    values = restore_link(link, controls)[1][panel]
    assert (values["maze"], values["world"]) == ("cliff", MAZES["cliff"])
    for named in ({"world": MAZES["two"], **link}, {**link, "world": MAZES["two"]}):
        assert restore_link(named, controls)[1][panel]["world"] == MAZES["two"]
    # Elsewhere an address leaves out what is as at first.
    values = restore_link({"chapter": "sequences", "task": "wave"}, controls)[1]
    assert next(iter(values.values()))["asked"] == "end"


def test_nothing_is_restored_from_an_unknown_chapter(controls):
    slug, values, ignored = restore_link({"chapter": "nope", "weight": "3"}, controls)
    assert (slug, values) == (None, {})
    assert "nope" in ignored[0]


def test_gradios_own_parameters_are_not_complained_about(controls):
    assert restore_link({"chapter": "celsius", "__theme": "dark"}, controls)[2] == []
    assert restore_link({"chapter": "celsius", "present": "1"}, controls)[2] == []


def test_a_notice_escapes_what_the_link_says():
    assert "<img" not in notice(["<img src=x onerror=alert(1)>"])


def test_an_error_of_the_page_is_shown_in_the_picture_and_changes_nothing_else():
    class Picture:
        def refusal(self, sentence):
            return f"refused: {sentence}"

    picture, other = Picture(), object()

    def handler():
        raise ValueError("too high.")

    values = shown_errors(handler, picture, [other, picture])()
    assert values[1] == "refused: too high."
    assert values[0] == gr.skip()


def test_the_command_line_reads_options_from_the_environment(monkeypatch):
    assert app.parse([]).port == 7860
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7999")
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SHARE", "true")
    monkeypatch.setenv("GRADIO_ROOT_PATH", "/course")
    monkeypatch.setenv("WEIGHTS_REPO", "someone/{model}")
    options = app.parse([])
    assert (options.port, options.host, options.share) == (7999, "0.0.0.0", True)
    assert (options.root_path, options.weights_repo) == ("/course", "someone/{model}")
    assert app.parse(["--port", "1", "--weights-repo", "x"]).port == 1


def test_help_explains_every_option(capsys):
    with pytest.raises(SystemExit):
        app.parse(["--help"])
    shown = capsys.readouterr().out
    for option in ("--host", "--port", "--share", "--root-path", "--weights-repo"):
        assert option in shown


def test_a_link_may_hide_controls_but_only_those_there_are(controls):
    assert restore_link({"chapter": "celsius", "hide": "weight,steps"}, controls)[2] == []
    assert restore_link({"chapter": "playground", "hide": "activation,"}, controls)[2] == []
    ignored = restore_link({"chapter": "celsius", "hide": "weight,nothing"}, controls)[2]
    assert ignored == ["“nothing” is no control that could be hidden."]


def test_what_a_link_hides_is_found_on_the_page_by_its_name(controls):
    for tab in controls.values():
        for name, control in tab.items():
            assert f"control-{name}" in control.elem_classes


def test_a_control_of_several_parameters_keeps_the_others(controls):
    query = {"chapter": "playground", "epochs": "50", "activation": "relu", "noise": "lots"}
    _, values, ignored = restore_link(query, controls)
    [value] = values.values()
    assert (value["epochs"], value["activation"], value["noise"]) == (50, "relu", 0.0)
    assert len(ignored) == 1


def test_a_qr_code_is_a_picture_and_what_is_too_long_is_refused():
    for link in ("http://192.168.0.7:7860/?chapter=celsius&steps=50", "x" * 2000):
        svg = qr_code(link)
        assert svg.startswith("<svg")
        assert "<script" not in svg
    for link in ("", "x" * 2001, "ü" * 1001):
        with pytest.raises(ValueError, match="at most 2000"):
            qr_code(link)


@pytest.mark.parametrize("link", [None, 7, ["x"], {}, b"x", "half \ud800"])
def test_what_is_no_text_is_not_called_too_long_for_a_qr_code(link):
    with pytest.raises(ValueError, match="send it as text"):
        qr_code(link)


def test_no_style_sheet_looks_through_a_chapter_at_every_frame(controls):
    for panel in (tab["panel"] for tab in controls.values() if "panel" in tab):
        above = panel
        while "chapter" not in (above.elem_classes or []):
            above = above.parent
        assert "panelled" in above.elem_classes
    for sheet in ("page.css", "present.css"):
        assert ".chapter:has(" not in (Path(frame.__file__).parent / sheet).read_text()
