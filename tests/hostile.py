"""Calls as no page and no program would make them: each must be answered, in a sentence if not.

    python -m tests.hostile                # 10,000 calls, about two minutes
    python -m tests.hostile --calls 500 --seed 7

All endpoints and all handlers of the page are called with values that are nearly right, of another
kind, missing or too many; with and without what an event brings along; directly and through the
queue; with file descriptions of all sorts, unknown names, and bodies that are no JSON. The suite
runs within this process. Counted is what was answered without a sentence, or left a traceback.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from starlette.testclient import TestClient

from tests.drawings import SEVEN

LANGUAGES = ("en", "de", "fr")
ENGLISH = r"\b(the|this|is|are|of|with|and)\b"
RAW = r"Internal Server Error|Traceback|Error:|object has no|unhashable|'NoneType'"
FILES = [
    {"path": 7, "meta": {"_type": "gradio.FileData"}},
    {"path": "x", "meta": 7},
    {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
    {"path": "http://127.0.0.1:9/x.png", "meta": {"_type": "gradio.FileData"}},
    {"path": "a\0b", "meta": {"_type": "gradio.FileData"}},
    {"path": None, "url": "file:///etc/passwd", "meta": {"_type": "gradio.FileData"}},
    {"path": "x", "url": 3, "size": "big", "meta": {"_type": "gradio.FileData"}},
    {"path": "/etc/passwd"},
    {"url": "http://127.0.0.1:9/"},
]
STRANGE: list[Any] = [
    *(None, True, False, 0, -1, 1e308, -1e-320, 2**70, "", " ", "NaN", "abc", "√7 😀", "\u0000"),
    *([], {}, [[]], [{}], {"": None}, [None] * 3, {"a": {"b": []}}, [1, "2", None], "x" * 5000),
    *(SEVEN, SEVEN[:40], "data:image/png;base64,", "data:image/png;base64,AAAA", [SEVEN]),
    *FILES,
]
ROUTES = [
    *(
        "/gradio_api/deep_link?session_hash=x",
        "/config?deep_link=x",
        "/gradio_api/file=/etc/passwd",
    ),
    *("/gradio_api/file=http://127.0.0.1:9/", "/gradio_api/proxy=http://127.0.0.1:9/", "/nowhere"),
    *("/gradio_api/nowhere", "/gradio_api/queue/data", "/gradio_api/queue/data?session_hash=%ff"),
    *("/gradio_api/call/nothing/none", "/gradio_api/call/celsius_descend/none"),
    *("/gradio_api/run/celsius_descend", "/gradio_api/upload", "/monitoring/key", "/static/../x"),
    *("/gradio_api/custom_component/a/b/c/d", "/gradio_api/stream/a/b/c/playlist.m3u8"),
    *("/gradio_api/upload_progress?upload_id=1", "/assets/nothing.js", "/svelte/nothing.js"),
]


def with_a_sentence(said: Any, language: str) -> str:
    """Return the sentence of an error's body; "" if there is none in this language."""
    if isinstance(said, dict):
        said = said.get("error") or said.get("detail")
    text = said if isinstance(said, str) else ""
    wordy = len(re.findall(r"\w+", text)) >= 3
    raw = re.search(
        r"Internal Server Error|Traceback|Error:|object has no|unhashable|'NoneType'", text
    )
    foreign = language != "en" and re.search(ENGLISH, text)
    return text if wordy and not raw and not foreign and len(text) < 600 else ""


class Hostile:
    """Makes up calls from a seed, and looks at the answers.

    Args:
        client: of the suite, see `suite`.
        seed: the same gives the same calls.
    """

    def __init__(self, client: TestClient, seed: int = 0):
        import app

        self.client, self.random = client, random.Random(seed)
        self.handlers = [(i, fn) for i, fn in app.demo.fns.items()]
        self.named = [fn for _, fn in self.handlers if fn.api_visibility != "private"]
        self.targets = list(app.demo.blocks)
        self.counts: Counter[str] = Counter()
        self.strange = 1.0

    def value(self, like: Any = None) -> Any:
        """Return something strange, or something near what is meant."""
        pick = self.random.random() * self.strange
        if pick < 0.35:
            return like
        if pick < 0.45 and isinstance(like, dict) and like:
            name = self.random.choice(list(like))
            return {**like, name: self.value(like[name])}
        if pick < 0.5 and isinstance(like, (int, float)):
            return like * self.random.choice([-1, 1000, 0.5])
        return self.random.choice(STRANGE)

    def data(self, fn: Any) -> Any:
        """Return the values of a call; now and then too few, too many, or none at all."""
        self.strange = self.random.choice([0.4, 0.6, 1])  # the whole call is nearly right, or not
        data = [self.value(getattr(block, "value", None)) for block in fn.inputs]
        pick = self.random.random()
        if pick < 0.06:
            return data[:-1]
        if pick < 0.1:
            return [*data, self.value()]
        if pick < 0.13:
            return self.random.choice([None, {}, "data", 3, [data]])
        return data

    def call(self) -> str:
        """Make one call; return what was wrong with its answer, "" if nothing."""
        language = self.random.choice(LANGUAGES)
        headers = {"referer": f"http://testserver/?lang={language}"}
        kind = self.random.choices(
            ["handler", "endpoint", "queued", "route", "broken"], [10, 8, 2, 1, 1]
        )[0]
        self.counts[kind] += 1
        path, said = getattr(self, f"_{kind}")()
        if kind == "route":
            answer = self.client.request(said, path, headers=headers)
        elif isinstance(said, bytes):
            headers["content-type"] = "application/json"
            answer = self.client.post(path, content=said, headers=headers)
        else:
            content = json.dumps(said)
            headers["content-type"] = "application/json"
            answer = self.client.post(path, content=content, headers=headers)
        if answer.status_code < 400:
            self.counts["answered"] += 1
            if kind == "queued":
                return self._fetched(path, answer.json(), headers, language)
            if told := re.search(r'"message": ("[^"]*")|event: error\ndata: (.*)', answer.text):
                said = {"error": json.loads(told[1])} if told[1] else json.loads(told[2])
                return "" if with_a_sentence(said, language) else answer.text
            return ""
        self.counts["refused"] += 1
        try:
            body = answer.json()
        except ValueError:
            body = None
        if with_a_sentence(body, language):
            return ""
        return f"{answer.status_code} {path} {str(said)[:300]} → {answer.text[:300]}"

    def _handler(self) -> tuple[str, Any]:
        index, fn = self.random.choice(self.handlers)
        while fn.queue and fn.api_visibility != "private":
            index, fn = self.random.choice(self.handlers)
        body = {"fn_index": index, "data": self.data(fn), "session_hash": "hostile"}
        if self.random.random() < 0.7:
            body["trigger_id"] = self.value(self.random.choice(self.targets))
        if self.random.random() < 0.7:
            given = {"index": 1, "value": 2, "query": "?chapter=losses&delta=x", "x": 3, "step": 1}
            body["event_data"] = self.value(given)
        if self.random.random() < 0.05:
            body["fn_index"] = self.random.choice([-1, 10**6, "x", None, 2.5])
        return "/gradio_api/run/predict", body

    def _endpoint(self) -> tuple[str, Any]:
        fn = self.random.choice(self.named)
        name = fn.api_name if self.random.random() > 0.03 else self.random.choice(["x", "%ff", "ä"])
        body = {"data": self.data(fn)}
        if self.random.random() < 0.05:
            body = {"dat": [], **({"data": self.value()} if self.random.random() < 0.5 else {})}
        place = self.random.choice(["run", "api"])
        return f"/gradio_api/{place}/{name}", body

    def _queued(self) -> tuple[str, Any]:
        fn = self.random.choice(self.named)
        if self.random.random() < 0.3:
            return f"/gradio_api/call/v2/{fn.api_name}", {"nothing": self.value()}
        data = self.data(fn)
        if fn.queue and data == [None, None]:
            data = [{"epochs": "many"}, None]  # the defaults train for a second
        return f"/gradio_api/call/{fn.api_name}", {"data": data}

    def _route(self) -> tuple[str, Any]:
        return self.random.choice(ROUTES), self.random.choice(["GET", "POST", "PUT", "DELETE"])

    def _broken(self) -> tuple[str, Any]:
        bodies = [
            *(b"", b"{", b"\xff\xfe", b"[]", b"null", b'"x"', b'{"data": [], "session_hash": 5}'),
            *(b'{"data": [], "session_hash": "\\ud800"}', b"[" * 5000, b'{"data": ["\\udfff"]}'),
            *(b'{"fn_index": 2, "data": [NaN]}', b'{"data": [1e999]}', b"--x\r\n\r\n--x--"),
        ]
        places = ["run/predict", "run/celsius_descend", "call/celsius_descend", "queue/join"]
        places += ["upload", "cancel", "reset", "component_server", "call/v2/celsius_descend"]
        return f"/gradio_api/{self.random.choice(places)}", self.random.choice(bodies)

    def _fetched(self, path: str, answer: dict, headers: dict, language: str) -> str:
        place = path.replace("/v2/", "/")
        text = self.client.get(f"{place}/{answer['event_id']}", headers=headers).text
        found = re.search(r"event: error\ndata: (.*)", text)
        if not found:
            return "" if "event: complete" in text else f"{path} → {text[:300]}"
        return "" if with_a_sentence(json.loads(found[1]), language) else f"{path} → {text[:300]}"


@contextlib.contextmanager
def suite() -> Iterator[TestClient]:
    """Serve the suite within this process, without limits on how often one address may ask."""
    from gradio.routes import App

    import app
    from demos.frame.server import Limits, Server

    folder = os.environ.get("GRADIO_TEMP_DIR")
    server = Server(Limits(rate=1e9, burst=10**9, upload_rate=1e9))
    server.attend(app.demo)
    served = App.create_app(app.demo, app_kwargs={"middleware": server.middleware()})
    app.demo.line.stopped = False
    app.demo.max_file_size = 20_000_000
    try:
        with TestClient(served, raise_server_exceptions=False) as client:
            client.get("/gradio_api/startup-events")
            app.demo.is_running = True
            yield client
    finally:
        app.demo.is_running = False
        app.demo.line.stopped = True
        server.uploads.close()
        os.environ.pop("GRADIO_TEMP_DIR")
        if folder is not None:
            os.environ["GRADIO_TEMP_DIR"] = folder


@contextlib.contextmanager
def log_of_tracebacks() -> Iterator[io.StringIO]:
    """Gather what is printed and logged meanwhile."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    try:
        with contextlib.redirect_stderr(log), contextlib.redirect_stdout(log):
            yield log
    finally:
        logging.getLogger().removeHandler(handler)


def hostile(calls: int, seed: int = 0) -> tuple[list[str], Counter]:
    """Make so many calls; return what was answered badly, and what was done."""
    faults = []
    with suite() as client:
        generator = Hostile(client, seed)
        for _ in range(calls):
            with log_of_tracebacks() as log:
                if fault := generator.call():
                    faults.append(fault)
            if "Traceback" in log.getvalue():
                faults.append(f"traceback: {log.getvalue()[-1500:]}")
    return faults, generator.counts


def main() -> None:
    """Make the calls and say how many were answered without a sentence."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began = time.monotonic()
    faults, counts = hostile(options.calls, options.seed)
    for fault in faults[:20]:
        print(fault, end="\n\n")
    print(f"{dict(counts)} in {time.monotonic() - began:.0f} s")
    print(f"{options.calls} calls, {len(faults)} without a sentence")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
