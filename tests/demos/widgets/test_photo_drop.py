"""The place for a photo, the verdict beside it and the grid of photos: what goes in and out."""

import json
import shutil
import subprocess
from pathlib import Path

import gradio as gr
import pytest

from demos.frame import texts
from demos.widgets import photo_drop
from demos.widgets.photo_drop import MAX_LENGTH, PhotoDrop, mark
from demos.widgets.photo_grid import PhotoGrid, Photos
from demos.widgets.verdict import Answer, Verdict

PHOTO = "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD"


def test_what_is_too_large_is_refused():
    with pytest.raises(gr.Error, match="too large"):
        PhotoDrop().preprocess("A" * (MAX_LENGTH + 1))


@pytest.mark.parametrize("payload", [3, ["A"], {"path": "/etc/passwd"}])
def test_what_is_no_text_is_refused_in_the_language_of_the_page(payload):
    with texts.speaking("de"), pytest.raises(gr.Error, match=r"Foto .* als Text"):
        PhotoDrop().preprocess(payload)


def test_no_photo_is_an_empty_text():
    assert PhotoDrop().preprocess(None) == PhotoDrop().postprocess(None) == ""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node to run the JavaScript")
def test_browser_and_server_mark_a_photo_alike():
    script = Path(photo_drop.__file__).parent / "lib" / "photos.js"
    program = (
        f"import {{ mark }} from {json.dumps(str(script))};console.log(mark({json.dumps(PHOTO)}))"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == mark(PHOTO)


def test_the_answer_goes_back_to_the_place_of_the_photo():
    assert "#here .photo-drop" in PhotoDrop(elem_id="here").answered


def test_an_answer_travels_as_json_and_keeps_its_mark():
    sent = Verdict(["a", "b"]).postprocess(Answer("Ü <b>", bars=[0.25, 0.75]).marked(mark(PHOTO)))
    value = json.loads(sent)
    assert value["title"] == "Ü <b>"
    assert value["mark"] == mark(PHOTO)
    assert value["bars"] == [0.25, 0.75]


def test_a_refusal_is_a_sentence_and_keeps_the_photos_of_the_grid():
    assert json.loads(Verdict().postprocess(Verdict().refusal("No.")))["tone"] == "trouble"
    refused = json.loads(PhotoGrid().postprocess(PhotoGrid().refusal("No.")))
    assert refused == {"pictures": None, "caption": "No.", "trouble": True}
    assert PhotoGrid().postprocess(None) is None
    assert json.loads(PhotoGrid().postprocess(Photos([("u", "t", True)])))["pictures"] == [
        ["u", "t", True]
    ]


@pytest.mark.parametrize(
    "widget", [PhotoDrop(label="Photo", examples=[("a", PHOTO)]), Verdict(["a"]), PhotoGrid()]
)
def test_gradio_can_build_a_widget_again_without_its_value(widget):
    kept = {name: v for name, v in widget.constructor_args.items() if name != "value"}
    assert type(widget)(**kept).get_config()["html_template"] == widget.html_template
