"""Every error is a sentence in the language of whoever asked, and no traceback."""

import logging

import gradio as gr
import pytest
from fastapi import FastAPI, HTTPException
from gradio.exceptions import InvalidPathError
from pydantic import BaseModel
from starlette.responses import JSONResponse, StreamingResponse
from starlette.testclient import TestClient

from demos.frame import texts
from demos.frame.server.sentences import MANY, Refused, Sentences, plain

GERMAN = {"referer": "http://testserver/?lang=de"}


class Body(BaseModel):
    data: list


@pytest.fixture
def client():
    app = FastAPI(docs_url=None)

    @app.get("/error/{status}")
    def error(status: int):
        raise HTTPException(status, detail="spam")

    @app.get("/broken")
    def broken():
        raise TypeError("unhashable type: 'dict'")

    @app.get("/key")
    def key():
        raise KeyError("nothing")

    @app.get("/refused")
    async def refused():
        raise Refused(429, MANY, 7)

    @app.get("/handler")
    async def handler():
        return JSONResponse({"error": "η is too large.", "title": "Error"}, 500)

    @app.post("/told")
    def told(words: dict):
        return JSONResponse(words, 500)

    @app.post("/body")
    def body(body: Body):
        return body.data

    @app.get("/stream")
    def stream():
        def parts():
            yield "begun"
            raise ValueError("later")

        return StreamingResponse(parts())

    app.add_middleware(Sentences)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("This API endpoint does not accept direct HTTP POST requests.", "/call/"),
        ("Session hash not found.", "name of a session"),
        ("File /etc/passwd is not in the cache folder and cannot be accessed.", "handle_file"),
    ],
)
@pytest.mark.parametrize("key", ["error", "detail"])
def test_words_for_programmers_become_a_sentence_for_visitors(client, key, words, told):
    answer = client.post("/told", json={key: words})
    assert told in answer.json()["error"]
    assert words not in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 422, 429, 500, 503])
def test_an_error_of_any_kind_is_a_sentence_in_the_language_of_the_page(client, status):
    english = client.get(f"/error/{status}")
    german = client.get(f"/error/{status}", headers=GERMAN)
    assert english.status_code == german.status_code == status
    for answer in (english, german):
        said = answer.json()
        assert said["error"] == said["detail"]
        assert len(said["error"].split()) > 3
        assert "spam" not in said["error"]
    assert english.json() != german.json()


def test_clients_read_from_a_login_what_they_know(client):
    assert client.get("/error/401").json() == {"detail": "spam"}


@pytest.mark.parametrize(("path", "status"), [("/broken", 400), ("/key", 404)])
def test_what_went_wrong_inside_is_a_line_of_the_log(client, path, status, caplog):
    answer = client.get(path)
    assert answer.status_code == status
    assert "unhashable" not in answer.text
    (record,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert path in record.message
    assert "test_sentences.py" in record.message
    assert not record.exc_info


def test_who_is_refused_is_told_when_to_come_again(client):
    answer = client.get("/refused", headers=GERMAN)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert "Warte einen Augenblick" in answer.json()["error"]


def test_what_a_handler_says_is_left_as_it_is(client):
    said = client.get("/handler").json()
    assert said == {"error": "η is too large.", "detail": "η is too large.", "title": "Error"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"dat": []}', b'{"data": 5}', b"\xff"])
def test_a_body_of_another_form_is_told_what_it_lacks(client, content):
    headers = {"content-type": "application/json"}
    answer = client.post("/body", content=content, headers=headers)
    assert 400 <= answer.status_code < 500
    assert "This request" in answer.json()["detail"]
    if content.startswith(b'{"d'):
        assert "“data”" in answer.json()["detail"]


def test_an_answer_that_was_begun_ends(client):
    assert client.get("/stream").text == "begun"


def test_the_head_of_an_error_has_no_body(client):
    answer = client.head("/nowhere")
    assert (answer.status_code, answer.content) == (404, b"")


def test_what_a_handler_raised_is_a_sentence_for_the_visitor(caplog):
    with texts.speaking("de"):
        said = plain(TypeError("unhashable type"), "fit")
        lost = plain(InvalidPathError("/etc/passwd"), "fit")
        empty = plain(gr.Error(None), "fit")
    for error in (said, lost, empty):
        assert not error.print_exception
        assert error.message[0].isupper()
        assert "unhashable" not in error.message
    assert "hochgeladen" in lost.message
    own = gr.Error("η is too large.")
    assert plain(own, "fit") is own
    assert not own.print_exception
