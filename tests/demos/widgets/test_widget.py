"""What all widgets share."""

import inspect
import json

import gradio as gr
import pytest

import app
from demos.frame import texts
from demos.frame.server import files
from demos.widgets.widget import Widget


class Lamp(Widget):
    def __init__(self, colour: str):
        super().__init__(colour=colour)


@pytest.fixture(autouse=True)
def lamp_files(tmp_path, monkeypatch):
    for name, text in {
        "lamp.html": "<b>{{ _('Lamp') }}</b>",
        "lamp.css": "",
        "lamp.js": "watch('colour', () => trigger('lit')); element.title = _('Lamp');",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(inspect, "getfile", lambda of: str(tmp_path / "lamp.py"))


def test_a_word_of_the_script_is_an_event_but_no_property():
    with gr.Blocks():
        lamp = Lamp("red")
        lamp.lit(lambda: None)
    assert "colour" not in lamp.get_config()
    assert lamp.get_config()["props"] == {"colour": "red"}


def test_the_page_holds_no_functions_that_would_be_copied_for_every_visitor():
    for component in app.demo.config["components"]:
        assert not [name for name, value in component["props"].items() if callable(value)]


def test_a_page_is_built_once_and_said_in_any_language(monkeypatch):
    monkeypatch.setattr(texts, "catalogue", lambda language: {"Lamp": "L<a>mpe"})
    with texts.speaking(texts.BUILDING):
        lamp = Lamp("red")
    page = json.dumps(lamp.html_template, ensure_ascii=False)
    assert json.loads(texts.spoken(page, "de")) == "<b>L&lt;a&gt;mpe</b>"
    assert json.loads(texts.spoken(page, "en")) == "<b>Lamp</b>"


def test_a_script_is_a_file_that_names_its_events():
    lamp = Lamp("red")
    assert lamp.js_on_load.startswith("/* 'lit' */")
    assert f"/{files.digest()}/" in lamp.js_on_load
    assert "watch('colour'" not in lamp.js_on_load
