"""Every answer that is an error says why in a sentence, in the language of whoever asked.

`Sentences` stands around Gradio's routes, `plain` around its handlers: what either of them raises,
or says in words for programmers, leaves as `{"error": sentence, "detail": sentence}`. What a
visitor got wrong is one line of the log, not a traceback; with the level DEBUG it is one.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any

import gradio as gr
from gradio.exceptions import InvalidPathError
from gradio.route_utils import FnIndexInferError
from starlette.requests import HTTPConnection

from demos.frame import languages, texts
from demos.frame.texts import N_
from models.sentences import Sentence

logger = logging.getLogger(__name__)
Message = MutableMapping[str, Any]

ENDING = Sentence(N_("The server is about to end: try again."))
LARGE = Sentence(
    N_("This request is too large: send less at a time. A file may have 20 MB at most.")
)
MANY = Sentence(N_("Too many requests from your network: wait a moment, then try again."))
BUSY = Sentence(N_("Too much is waiting to be computed: wait a moment, then try again."))
UNFIT = Sentence(
    N_("Something in this request is not of the kind that is needed here: check its values.")
)
UNKNOWN = Sentence(N_("There is no such function here: look it up under “Use via API”."))
NOT_UPLOADED = Sentence(N_("This file was not uploaded: send it with gradio_client.handle_file."))
NOTHING = Sentence(N_("There is nothing at this address."))
BY_STATUS = {
    400: Sentence(N_("This request cannot be read: its form is not what is needed here.")),
    403: Sentence(N_("This is not open to visitors.")),
    404: NOTHING,
    405: Sentence(N_("This address is asked for in another way.")),
    413: LARGE,
    429: MANY,
    503: ENDING,
}
# Words of Gradio's that mean more than their status.
BY_WORDS = {
    "does not accept direct HTTP": Sentence(
        N_("This takes longer to compute: ask for it with /call/ in place of /run/ and /api/.")
    ),
    "Session hash not found": Sentence(N_("This request lacks the name of a session.")),
    "is not in the cache folder": NOT_UPLOADED,
}
FROM, UNTIL = 400, 600
LOGIN = 401  # clients know its words


class Refused(Exception):
    """What was asked for will not be done, and why.

    Args:
        status: of the answer.
        sentence: for the visitor.
        retry_after: when to ask again [s].
    """

    def __init__(self, status: int, sentence: Sentence, retry_after: int | None = None):
        super().__init__(sentence)
        self.status, self.sentence, self.retry_after = status, sentence, retry_after


class Sentences:
    """ASGI middleware around Gradio's routes."""

    def __init__(self, app: Callable):
        self._app = app

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Let the app answer, and say in a sentence what it refuses."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reply = _Reply(scope, send)
        try:
            await self._app(scope, receive, reply)
        except Refused as refused:
            await reply.instead(refused)
        except (FnIndexInferError, KeyError) as error:
            _note(error, scope["path"])
            await reply.instead(Refused(404, UNKNOWN))
        except Exception as error:
            _note(error, scope["path"])
            await reply.instead(Refused(400, UNFIT))


class _Reply:
    """Sends an answer on; an error only when all of it is there, in other words."""

    def __init__(self, scope: Any, send: Callable):
        self._scope, self._send = scope, send
        self._error = 0
        self._body = b""
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            status = message["status"]
            if FROM <= status < UNTIL and status != LOGIN:
                self._error = status
                return
            self.begun = True
        if not self._error:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            await self._in_a_sentence()

    async def _in_a_sentence(self) -> None:
        try:
            said = json.loads(self._body)
        except ValueError:
            said = None
        said = said if isinstance(said, dict) else {}
        words = f"{said.get('error')} {said.get('detail')}"
        sentence = next((known for part, known in BY_WORDS.items() if part in words), None)
        if sentence is None and isinstance(said.get("error"), str) and said["error"]:
            said = {**said, "detail": said["error"]}  # of a handler
            await _send_error(self._scope, self._send, self._error, said)
            return
        if sentence is None and isinstance(said.get("detail"), list):  # of FastAPI
            sentence = _unfit_part(said["detail"])
        sentence = sentence or BY_STATUS.get(self._error, UNFIT)
        await self.instead(Refused(self._error, sentence))

    async def instead(self, refused: Refused) -> None:
        """Answer with a sentence; where an answer has begun already, end it."""
        if self.begun:
            await self._send({"type": "http.response.body", "body": b""})
        else:
            await answer(self._scope, self._send, refused)


async def answer(scope: Any, send: Callable, refused: Refused) -> None:
    """Send why something is refused, in the language of whoever asked."""
    text = said_to(scope, refused.sentence)
    await _send_error(
        scope, send, refused.status, {"error": text, "detail": text}, refused.retry_after
    )


def said_to(scope: Any, sentence: Sentence) -> str:
    """Return a sentence in the language of whoever sent a request."""
    with texts.speaking(languages.of_answer(HTTPConnection(scope))):
        return texts.said(sentence)


async def _send_error(
    scope: Any, send: Callable, status: int, said: dict, retry_after: int | None = None
) -> None:
    body = json.dumps(said).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if retry_after is not None:
        headers.append((b"retry-after", b"%d" % retry_after))
    if status in (408, 413):
        headers.append((b"connection", b"close"))  # the rest of the body may still come
    await send({"type": "http.response.start", "status": status, "headers": headers})
    head = scope.get("method") == "HEAD"
    await send({"type": "http.response.body", "body": b"" if head else body})


def _unfit_part(problems: list) -> Sentence:
    """Return what FastAPI found wrong, of which it names the place."""
    first = problems[0] if problems and isinstance(problems[0], dict) else {}
    place = [str(part) for part in first.get("loc", ()) if part != "body"]
    if not place or not place[-1].isidentifier():
        return BY_STATUS[400]
    return Sentence(
        N_("This request lacks “{name}”, or has it in another form."), name=place[-1][:50]
    )


def plain(error: Exception, name: str) -> gr.Error:
    """Return what a handler raised as a sentence, in the language that is spoken now."""
    if isinstance(error, gr.Error):
        error.print_exception = False
        if isinstance(error.message, str) and error.message:
            return error
    _note(error, name)
    sentence = NOT_UPLOADED if isinstance(error, InvalidPathError) else UNFIT
    return gr.Error(texts.said(sentence), print_exception=False)


def _note(error: Exception, what: str) -> None:
    """Write one line: what failed where. A visitor's nonsense is not worth a traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    text = " ".join(str(error).split())[:200]
    logger.warning("%s: %s: %s (%s)", what, type(error).__name__, text, where)
    logger.debug("%s", what, exc_info=error)
