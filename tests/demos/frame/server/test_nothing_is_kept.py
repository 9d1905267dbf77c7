"""What a visitor gives is gone with the answer: from memory, and from the disk."""

import base64
import gc
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import app
from tests.drawings import SEVEN
from tests.hostile import suite

SIZE = (157, 163)  # of no other picture


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with suite() as client:
        yield client
    assert list(tmp_path.iterdir()) == []


def marked_picture() -> bytes:
    """Return a PNG of noise: no part of it is found anywhere else."""
    noise = np.random.default_rng().integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "PNG")
    return stream.getvalue()


def data_url(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode()


def marks_of(picture: bytes) -> tuple[bytes, str]:
    """Return what to look for: some bytes of the file, and some letters of its data URL."""
    return picture[600:640], data_url(picture)[800:850]


def memory() -> Iterator[object]:
    """Yield what the objects of this process hold."""
    gc.collect()
    found = gc.get_objects()
    while found:
        inside = gc.get_referents(*found)
        yield from inside
        # Of what holds nothing but texts and numbers the collector knows nothing.
        found = [one for one in inside if type(one) in (dict, tuple) and not gc.is_tracked(one)]


def kept(marks: tuple[bytes, str]) -> list[object]:
    """Return whatever in memory holds a marked picture."""
    found = []
    for one in memory():
        if one is marks[0] or one is marks[1]:
            continue
        if type(one) in (bytes, bytearray):
            holds = len(one) >= 40 and (marks[0] in one or marks[1].encode() in one)
        elif type(one) is str:
            holds = len(one) >= 50 and marks[1] in one
        else:
            holds = issubclass(type(one), Image.Image) and one.size == SIZE
        if holds:
            found.append(one)
    return found


def on_disk(marks: tuple[bytes, str], *folders: Path) -> list[Path]:
    """Return the files that hold a marked picture."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    wanted = (marks[0], marks[1].encode())
    return [path for path in files if any(mark in path.read_bytes() for mark in wanted)]


def handlers(kind: str) -> list[int]:
    """Return the handlers of the page of which the first input is a widget of this kind."""
    return [
        index
        for index, fn in app.demo.fns.items()
        if fn.fn and fn.inputs and type(fn.inputs[0]).__name__ == kind
    ]


def from_the_page(client, index: int, first: object) -> str:
    values = [block.value for block in app.demo.fns[index].inputs]
    body = {"fn_index": index, "data": [first, *values[1:]], "session_hash": "marked"}
    answer = client.post("/gradio_api/run/predict", json=body)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_search_finds_what_is_kept(tmp_path):
    picture = marked_picture()
    marks = marks_of(picture)
    hidden = {"session": [{"value": data_url(picture)}], "bytes": [picture + b"x"]}
    assert len(kept(marks)) >= 2
    del hidden
    (tmp_path / "x.png").write_bytes(picture)
    assert on_disk(marks, tmp_path) == [tmp_path / "x.png"]


@pytest.mark.parametrize("kind", ["SketchPad", "PhotoDrop"])
def test_a_picture_on_the_page_is_gone_with_the_answer(client, tmp_path, kind):
    picture = marked_picture()
    marks = marks_of(picture)
    for index in handlers(kind):
        assert from_the_page(client, index, data_url(picture))
    deep_link = client.get("/gradio_api/deep_link", params={"session_hash": "marked"})
    assert deep_link.status_code == 404
    del picture, deep_link
    assert kept(marks) == []
    assert on_disk(marks, tmp_path) == []


def test_a_sketch_is_gone_with_the_answer(client):
    sketch = SEVEN + "".join(np.random.default_rng().choice(list("abcdefghijk"), 60))
    part = sketch[-50:]
    for index in handlers("SketchPad"):
        client.post(
            "/gradio_api/run/predict",
            json={"fn_index": index, "data": [sketch, None], "session_hash": "marked"},
        )
    del sketch
    found = [one for one in memory() if type(one) is str and part in one and one is not part]
    assert found == []


@pytest.mark.parametrize("name", ["digits_predict", "tires_predict"])
@pytest.mark.parametrize("way", ["run", "api", "call"])
def test_an_uploaded_file_is_gone_with_the_answer_of_an_endpoint(client, tmp_path, name, way):
    picture = marked_picture()
    marks = marks_of(picture)
    uploaded = client.post("/gradio_api/upload", files={"files": ("photo.png", picture)})
    (path,) = uploaded.json()
    assert on_disk(marks, tmp_path) == [Path(os.path.realpath(path))]
    more = {"digits_predict": [True, "softmax"], "tires_predict": []}[name]
    data = [{"path": path, "meta": {"_type": "gradio.FileData"}}, *more]
    answer = client.post(f"/gradio_api/{way}/{name}", json={"data": data})
    assert answer.status_code == 200, answer.text
    if way == "call":
        event = answer.json()["event_id"]
        assert "event: complete" in client.get(f"/gradio_api/call/{name}/{event}").text
    del picture, uploaded, answer
    assert kept(marks) == []
    assert on_disk(marks, tmp_path) == []
    assert [one.name for one in tmp_path.rglob("*") if one.name != ".alive"] == [
        app.demo._uploads.folder.name
    ]


def test_an_answer_that_nobody_fetches_is_dropped(client, tmp_path):
    picture = marked_picture()
    marks = marks_of(picture)
    sent = client.post("/gradio_api/call/tires_predict", json={"data": [data_url(picture)]})
    assert sent.status_code == 200
    line = app.demo.line
    while line.event_ids_to_events:
        client.get("/gradio_api/startup-events")
    assert line.pending_messages_per_session
    client.portal.call(forget_at_once, line)
    del picture, sent
    assert not line.pending_messages_per_session
    assert not line.pending_event_ids_session
    assert kept(marks) == []


async def forget_at_once(line) -> None:
    line._left = dict.fromkeys(line._left, float("-inf"))
    await line.forget()


def test_a_link_to_a_state_is_not_opened(client):
    answer = client.get("/config", params={"deep_link": "x"})
    assert answer.status_code == 404
    assert json.loads(answer.text)["error"]
