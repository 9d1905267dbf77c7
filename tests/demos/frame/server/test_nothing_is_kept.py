"""What a visitor gives is gone with the answer: from memory, and from the disk."""

import base64
import gc
import io
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

import app
from demos.frame.server import line
from demos.widgets.sketch_pad import GRID, encode
from tests.hostile import suite

WIDTH = 157  # of no other picture
WAYS = ("run", "api", "call")  # to an endpoint
NAMED = {"digits_predict": [True, "softmax"], "tires_predict": []}  # and what follows the picture
SESSION = "marked"


@dataclass(frozen=True)
class Mark:
    """What to look for: no part of it is found anywhere else.

    Args:
        letters: some of what was sent.
        part: some bytes of the picture's file.
        size: of the picture.
    """

    letters: str
    part: bytes | None = None
    size: tuple[int, int] | None = None

    def is_in(self, one: object) -> bool:
        """Return whether an object holds what was marked."""
        if one is self.letters or one is self.part:
            return False
        if type(one) in (bytes, bytearray):
            return self.letters.encode() in one or bool(self.part and self.part in one)
        if type(one) is str:
            return self.letters in one
        return issubclass(type(one), Image.Image) and one.size == self.size


def marked_picture(number: int) -> tuple[Mark, bytes]:
    """Return a PNG of noise: a number gives a size of its own."""
    size = WIDTH, 163 + number
    noise = np.random.default_rng().integers(0, 256, (*reversed(size), 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "PNG")
    picture = stream.getvalue()
    return Mark(data_url(picture)[800:850], picture[600:640], size), picture


def data_url(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode()


def memory() -> Iterator[object]:
    """Yield what the objects of this process hold."""
    gc.unfreeze()  # see tests/conftest.py
    gc.collect()
    found = gc.get_objects()
    while found:
        inside = gc.get_referents(*found)
        yield from inside
        # Of what holds nothing but texts and numbers the collector knows nothing.
        found = [one for one in inside if type(one) in (dict, tuple) and not gc.is_tracked(one)]


def kept(marks: dict[str, Mark]) -> dict[str, list[object]]:
    """Return, by name, whatever in memory holds what was marked."""
    found = {name: [] for name in marks}
    for one in memory():
        kind = type(one)
        if (kind in (bytes, bytearray, str) and len(one) >= 40) or issubclass(kind, Image.Image):
            for name, mark in marks.items():
                if mark.is_in(one):
                    found[name].append(one)
    return found


def on_disk(mark: Mark, folder: Path) -> list[Path]:
    """Return the files that hold what was marked."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if mark.is_in(path.read_bytes())]


# ---------------------------------------------------------------- every way that there is


def on_the_page(client: TestClient, kind: str, first: str) -> None:
    """Send something to all handlers of the page of which the first input is such a widget."""
    handlers = [
        index
        for index, fn in app.demo.fns.items()
        if fn.fn and fn.inputs and type(fn.inputs[0]).__name__ == kind
    ]
    assert handlers
    for index in handlers:
        values = [block.value for block in app.demo.fns[index].inputs]
        body = {"fn_index": index, "data": [first, *values[1:]], "session_hash": SESSION}
        answer = client.post("/gradio_api/run/predict", json=body)
        assert answer.status_code == 200, answer.text
    deep_link = client.get("/gradio_api/deep_link", params={"session_hash": SESSION})
    assert deep_link.status_code == 404


def as_a_file(client: TestClient, way: str, name: str, mark: Mark, picture: bytes, folder) -> None:
    """Upload a picture, and name it to an endpoint."""
    uploaded = client.post("/gradio_api/upload", files={"files": ("photo.png", picture)})
    (path,) = uploaded.json()
    assert on_disk(mark, folder) == [Path(os.path.realpath(path))]
    data = [{"path": path, "meta": {"_type": "gradio.FileData"}}, *NAMED[name]]
    answer = client.post(f"/gradio_api/{way}/{name}", json={"data": data})
    assert answer.status_code == 200, answer.text
    if way == "call":
        event = answer.json()["event_id"]
        assert "event: complete" in client.get(f"/gradio_api/call/{name}/{event}").text


def unfetched(client: TestClient, picture: bytes) -> None:
    """Send a picture, and do not wait for the answer, until that is dropped."""
    sent = client.post("/gradio_api/call/tires_predict", json={"data": [data_url(picture)]})
    assert sent.status_code == 200
    queue = app.demo.line
    end = time.monotonic() + 60
    while queue.event_ids_to_events:
        assert time.monotonic() < end, f"still waiting: {queue.event_ids_to_events}"
        client.get("/gradio_api/startup-events")
    assert queue.pending_messages_per_session
    client.portal.call(forget_at_once, queue)
    assert not queue.pending_messages_per_session
    assert not queue.pending_event_ids_session


async def forget_at_once(queue: line.Line) -> None:
    queue._left = dict.fromkeys(queue._left, float("-inf"))
    await queue.forget()


FILES = {f"a file for {name} by {way}": (way, name) for name in NAMED for way in WAYS}
SENT = ["a picture for SketchPad", "a picture for PhotoDrop", "strokes", *FILES, "not fetched"]


@dataclass
class Left:
    """What is there when everything was sent, by what was sent."""

    memory: dict[str, list[object]]
    disk: dict[str, list[Path]]
    names: list[str]


@pytest.fixture(scope="module")
def left(tmp_path_factory) -> Left:
    """Send something else every way that there is; then look for all of it, once.

    A search looks at millions of objects. What keeps only the last that it was sent is found, too:
    whatever one way alone leads to has nothing later.
    """
    folder = tmp_path_factory.mktemp("kept")
    marks = {}

    def marked(name: str) -> bytes:
        marks[name], picture = marked_picture(len(marks))
        return picture

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        patch.setattr(line, "SOON", 3600)  # else nothing is computed after 2 s without a listener
        with suite() as client:
            for kind in ("SketchPad", "PhotoDrop"):
                on_the_page(client, kind, data_url(marked(f"a picture for {kind}")))
            points = np.random.default_rng().integers(0, GRID, (40, 2)).tolist()
            sketch = encode([(8, points)])
            marks["strokes"] = Mark(sketch[-50:])
            on_the_page(client, "SketchPad", sketch)
            del sketch
            for name, (way, endpoint) in FILES.items():
                picture = marked(name)
                as_a_file(client, way, endpoint, marks[name], picture, folder)
            del picture
            unfetched(client, marked("not fetched"))
            hidden = marked("hidden")
            hidden = {"session": [{"value": data_url(hidden)}], "bytes": [hidden + b"x"]}
            found = kept(marks)
            del hidden
            disk = {name: on_disk(mark, folder) for name, mark in marks.items()}
            names = [one.name for one in folder.rglob("*") if one.name != ".alive"]
            names.remove(app.demo._uploads.folder.name)
    assert list(folder.iterdir()) == []
    return Left(found, disk, names)


def test_the_search_finds_what_is_kept(left, tmp_path):
    assert len(left.memory["hidden"]) >= 2
    mark, picture = marked_picture(99)
    (tmp_path / "x.png").write_bytes(picture)
    assert on_disk(mark, tmp_path) == [tmp_path / "x.png"]


@pytest.mark.parametrize("sent", SENT)
def test_what_is_sent_is_gone_with_the_answer(left, sent):
    assert left.memory[sent] == []
    assert left.disk[sent] == []


def test_nothing_else_lies_where_files_are_sent(left):
    assert left.names == []


def test_a_link_to_a_state_is_not_opened():
    with suite() as client:
        answer = client.get("/config", params={"deep_link": "x"})
    assert answer.status_code == 404
    assert json.loads(answer.text)["error"]
