"""Files that a browser keeps: scripts, chart specifications, translations, Gradio's own parts.

`/course/<digest>/<name>` holds what this suite adds to the page. The digest stands for all sources
together, so that whatever was loaded once is never asked for again, and nothing old is ever used.
Scripts are ES modules; they lie where their sources lie, so that they import each other by relative
paths: `widgets/live_chart.js`, `widgets/lib/texts.js`.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import mimetypes
from collections.abc import Awaitable, Callable, MutableMapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anyio.to_thread

from demos.frame import texts
from demos.frame.server.asgi import path_of

Scope = MutableMapping[str, Any]
DEMOS = Path(__file__).parent.parent.parent
FOREVER = b"public, max-age=31536000, immutable"
SMALL = 500  # bytes: not worth compressing

# Files that are made, by name: a function of the language, which returns text or bytes.
_made: dict[str, Callable[[str], str | bytes]] = {}


@functools.cache
def digest() -> str:
    """Return what stands for all sources of the page, and for the libraries that draw it."""
    found = hashlib.sha256(f"{version('altair')} {version('vl-convert-python')}".encode())
    for path in sorted(DEMOS.rglob("*")):
        if path.suffix in (".py", ".js", ".css", ".html", ".po", ".jpg", ".json"):
            found.update(path.relative_to(DEMOS).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def address(name: str) -> str:
    """Return where a file lies, from the address of the page."""
    return f"course/{digest()}/{name}"


def make(name: str, content: Callable[[str], str | bytes]) -> str:
    """Offer a file that is made when it is first asked for.

    Args:
        name: its path; "{language}" in it stands for a code.
        content: returns it, in a language.

    Returns:
        Its address, with "{language}" in it as in the name.
    """
    _made[name] = content
    return address(name)


@functools.cache
def scripts() -> dict[str, Path]:
    """Return the scripts by the names under which browsers find them."""
    return {path.relative_to(DEMOS).as_posix(): path for path in DEMOS.rglob("*.js")}


def texts_for_scripts(language: str) -> str:
    """Return the script that tells the others their texts in a language."""
    known: dict[str, str] = {}
    for path in scripts().values():
        known |= texts.texts_of_script(path.read_text(encoding="utf-8"), language)
    return f"globalThis.courseTexts = {json.dumps(known, ensure_ascii=False, sort_keys=True)};"


make("texts.{language}.js", texts_for_scripts)
# Asked for by the scripts beside them.
make("frame/present.css", lambda language: (DEMOS / "frame" / "present.css").read_bytes())
make("frame/worksheet.css", lambda language: (DEMOS / "frame" / "worksheet.css").read_bytes())


def read(name: str) -> bytes | None:
    """Return a file of the suite; None if there is none of this name."""
    if name in scripts():
        return scripts()[name].read_bytes()
    for language in ("", *texts.languages()):
        for pattern, content in _made.items():
            if pattern.replace("{language}", language) == name:
                made = content(language or texts.SOURCE)
                return made.encode() if isinstance(made, str) else made
    return None


@functools.cache
def _gradios(folder: str) -> dict[str, Path]:
    import gradio

    root = Path(gradio.__file__).parent / "templates" / "frontend" / folder
    return {path.name: path for path in root.iterdir() if path.is_file()}


@functools.lru_cache(maxsize=1000)
def packed(name: str, encoding: str) -> tuple[bytes, str] | None:
    """Return a file as it is sent, compressed once, and its encoding.

    Args:
        name: "course/widgets/live_chart.js", without digest, or "assets/index-Dphvy.js".
        encoding: "br", "gzip" or "".
    """
    kind, _, inner = name.partition("/")
    if kind == "assets":
        path = _gradios("assets").get(inner)
        content = path.read_bytes() if path else None
    else:
        content = read(inner)
    if content is None:
        return None
    if not encoding or len(content) < SMALL:
        return content, ""
    if encoding == "gzip":
        return gzip.compress(content, 9, mtime=0), encoding
    import brotli

    return brotli.compress(content, brotli.MODE_TEXT, quality=9), encoding


def prepare() -> None:
    """Make and compress what visitors will ask for: on a fresh machine that takes seconds."""
    for pattern in list(_made):
        for language in texts.languages() if "{language}" in pattern else [""]:
            packed("course/" + pattern.replace("{language}", language), "br")


class Files:
    """ASGI middleware that sends these files, and leaves every other request to the app."""

    def __init__(self, app: Callable[..., Awaitable[None]]):
        self._app = app

    async def __call__(self, scope: Scope, receive: Callable, send: Callable) -> None:
        """Send a file, if one is asked for."""
        asked = name_of(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        name, lasting = asked
        accepted = dict(scope["headers"]).get(b"accept-encoding", b"").decode("latin-1")
        text = not name.endswith((".woff", ".woff2", ".png", ".jpg", ".ico"))
        encoding = next((one for one in ("br", "gzip") if text and one in accepted), "")
        file = await anyio.to_thread.run_sync(packed, name, encoding)
        if file is None:
            await self._app(scope, receive, send)
            return
        body, encoding = file
        kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
        headers = [
            (b"content-type", (kind or "application/octet-stream").encode()),
            (b"content-length", b"%d" % len(body)),
            # A page of another version: it gets what there is, and does not keep it.
            (b"cache-control", FOREVER if lasting else b"no-cache"),
            (b"vary", b"Accept-Encoding"),
        ]
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if _is_head(scope) else body})


def _is_head(scope: Scope) -> bool:
    return scope["method"] == "HEAD"


def name_of(scope: Scope) -> tuple[str, bool] | None:
    """Return which file is asked for, without its digest, and whether it stays as it is."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    # Mounted below a prefix, the path has it in front; where a proxy strips it, it has not, and the
    # prefix may be /course as well.
    for path in (path_of(scope), scope["path"]):
        kind, _, rest = path.lstrip("/").partition("/")
        if kind == "assets":
            return f"assets/{rest}", True
        if kind == "course" and "/" in rest:
            sent, _, name = rest.partition("/")
            return f"course/{name}", sent == digest()
    return None
