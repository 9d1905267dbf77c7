"""What all widgets share."""

import gradio as gr

import app
from demos.widgets.widget import Widget


class Lamp(Widget):
    def __init__(self, colour: str):
        super().__init__(js_on_load="watch('colour', () => trigger('lit'))", colour=colour)


def test_a_word_of_the_script_is_an_event_but_no_property():
    with gr.Blocks():
        lamp = Lamp("red")
        lamp.lit(lambda: None)
    assert "colour" not in lamp.get_config()
    assert lamp.get_config()["props"] == {"colour": "red"}


def test_the_page_holds_no_functions_that_would_be_copied_for_every_visitor():
    for component in app.demo.config["components"]:
        assert not [name for name, value in component["props"].items() if callable(value)]
