"""A Hugging Face Hub of the tests' own, on 127.0.0.1, for the real client to talk to.

It keeps repositories as lists of commits, takes regular and LFS uploads, and commits all of an
upload or nothing, as the Hub does. What may go wrong is asked for with `Hub.fault`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

TOKEN = "hf_" + "a" * 34
READ_TOKEN = "hf_" + "b" * 34
USER = "someone"
SEGMENT = r"[\w.-]+/[\w.-]+"
# Files that are LFS on the Hub whatever their size.
BINARY = (".safetensors", ".bin", ".png")


@dataclass
class Repo:
    """A repository: its commits, oldest first, each {path: content}."""

    commits: list[dict[str, bytes]] = field(default_factory=lambda: [{}])
    messages: list[str] = field(default_factory=lambda: ["initial commit"])
    settings: dict[str, Any] = field(default_factory=dict)

    def sha(self, number: int = -1) -> str:
        """Return the name of a commit."""
        return hashlib.sha1(repr([number % len(self.commits), id(self)]).encode()).hexdigest()

    def at(self, revision: str) -> tuple[str, dict[str, bytes]] | None:
        """Return name and files of a branch's head or of a commit."""
        if revision == "main":
            return self.sha(), self.commits[-1]
        for number, files in enumerate(self.commits):
            if self.sha(number) == revision:
                return revision, files
        return None


@dataclass
class Hub:
    """What the server holds, and what it was asked."""

    address: str = ""
    repos: dict[tuple[str, str], Repo] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    free_account: bool = False
    # (method, path) → status to answer with, "hang", "cut" (half of the content), "portal" (the
    # page of a hotel's network, which says 200 to everything), or None
    fault: Callable[[str, str], int | str | None] = lambda method, path: None

    def add(self, repo_id: str, files: dict[str, bytes], kind: str = "model") -> Repo:
        """Add a repository that holds these files."""
        repo = Repo([{}, files], ["initial commit", "files"])
        self.repos[kind, repo_id] = repo
        return repo

    def environment(self, token: str | None = TOKEN) -> dict[str, str]:
        """Return the variables that send the real client here."""
        return {
            "HF_ENDPOINT": self.address,
            "HF_TOKEN": token or "",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_IMPLICIT_TOKEN": "0",
        }


@contextmanager
def serve() -> Iterator[Hub]:
    """Run a Hub; it is gone afterwards."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


def git_oid(data: bytes) -> str:
    """Return the name git gives to a content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def header_of(card: str) -> dict:
    """Return the YAML header of a card, as the Hub reads it."""
    match = re.match(r"---\s*\n(.*?)\n---", card, re.DOTALL)
    return (yaml.safe_load(match[1]) if match else None) or {}


class Refused(Exception):
    """What the Hub does not do: status and message."""


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.handle_it()

    do_HEAD = do_POST = do_PUT = do_GET

    def handle_it(self) -> None:
        path = unquote(urlsplit(self.path).path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self.read_chunks()
        self.hub.requests.append(f"{self.command} {path}")
        self.cut = False
        match self.hub.fault(self.command, path):
            case "hang":
                time.sleep(60)
                return
            case "cut":
                self.cut = True
            case "portal":
                page = b"<html><title>Welcome to our free network!</title></html>"
                self.send(page, headers={"Content-Type": "text/html"})
                return
            case int(status):
                self.send(json.dumps({"error": "fault"}).encode(), status)
                return
        for pattern, method in self.ROUTES:
            if match := re.fullmatch(pattern, path):
                try:
                    answer = getattr(self, method)(body, **match.groupdict())
                except Refused as refused:
                    status, message = refused.args[:2]
                    extra = refused.args[2] if len(refused.args) > 2 else {}
                    answer = {"error": message, "errors": [{"message": message}], **extra}
                    code = {"X-Error-Code": "RepoNotFound"} if status == 404 else {}
                    self.send(json.dumps(answer).encode(), status, code)
                else:
                    if answer is not None:
                        self.send(json.dumps(answer).encode())
                return
        self.send(b'{"error": "no such page"}', 404)

    def read_chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def send(self, data: bytes, status: int = 200, headers: dict | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        if self.cut:
            data = data[: len(data) // 2]
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    # ------------------------------------------------------------ who may do what

    def check_writer(self, namespace: str) -> None:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if token not in (TOKEN, READ_TOKEN):
            raise Refused(401, "Invalid username or password.")
        if token == READ_TOKEN or namespace != USER:
            raise Refused(403, f"You don't have the rights to write to {namespace}")

    def repo(self, kind: str, repo_id: str) -> Repo:
        if (kind, repo_id) not in self.hub.repos:
            raise Refused(404, "Repository not found")
        return self.hub.repos[kind, repo_id]

    # ------------------------------------------------------------ pages

    def whoami(self, body: bytes) -> dict:
        self.check_writer(USER)
        return {"type": "user", "name": USER, "auth": {"accessToken": {"role": "write"}}}

    def create(self, body: bytes) -> dict:
        order = json.loads(body)
        namespace, kind = order.get("organization") or USER, order.get("type", "model")
        self.check_writer(namespace)
        repo_id = f"{namespace}/{order['name']}"
        paid = kind == "space" and not str(order.get("hardware", "")).startswith("zero")
        if self.hub.free_account and paid:
            raise Refused(402, "Subscribe to PRO to create this Space")
        prefix = "spaces/" if kind == "space" else ""
        url = f"{self.hub.address}/{prefix}{repo_id}"
        if (kind, repo_id) in self.hub.repos:
            raise Refused(409, "You already created this repo", {"url": url})
        self.hub.repos[kind, repo_id] = Repo([{".gitattributes": b"*.png lfs\n"}], settings=order)
        return {"url": url, "name": repo_id}

    def validate(self, body: bytes) -> dict:
        order = json.loads(body)
        try:
            header = header_of(order["content"])
        except yaml.YAMLError as error:
            raise Refused(400, f"bad YAML: {error}") from None
        if order["repoType"] == "space" and "sdk" not in header:
            raise Refused(400, '"sdk" is required')
        return {"errors": [], "warnings": []}

    def preupload(self, body: bytes, kind: str, repo_id: str, revision: str) -> dict:
        repo = self.repo(kind, repo_id)
        self.check_writer(repo_id.split("/")[0])
        answer = []
        for file in json.loads(body)["files"]:
            path, old = file["path"], repo.commits[-1].get(file["path"])
            lfs = path.endswith(BINARY) or file["size"] > 10_000_000
            oid = None
            if old is not None:
                oid = hashlib.sha256(old).hexdigest() if lfs else git_oid(old)
            mode = "lfs" if lfs else "regular"
            answer.append({"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid})
        return {"files": answer}

    def lfs_batch(self, body: bytes, repo_id: str, space: str | None = None) -> dict:
        self.repo("space" if space else "model", repo_id)
        self.check_writer(repo_id.split("/")[0])
        objects = []
        for item in json.loads(body)["objects"]:
            known = item["oid"] in self.hub.blobs
            href = f"{self.hub.address}/lfs/{item['oid']}"
            actions = {} if known else {"actions": {"upload": {"href": href, "header": {}}}}
            objects.append({**item, **actions})
        return {"transfer": "basic", "objects": objects}

    def lfs(self, body: bytes, oid: str) -> dict | None:
        if self.command != "PUT":
            return self.send(self.hub.blobs[oid], headers={"ETag": f'"{oid}"'})
        if hashlib.sha256(body).hexdigest() != oid:
            raise Refused(400, "content and name differ")
        self.hub.blobs[oid] = body
        return {}

    def commit(self, body: bytes, kind: str, repo_id: str, revision: str) -> dict:
        repo = self.repo(kind, repo_id)
        self.check_writer(repo_id.split("/")[0])
        files, message = dict(repo.commits[-1]), ""
        for line in body.decode().splitlines():
            order = json.loads(line)
            value = order["value"]
            match order["key"]:
                case "header":
                    message = value["summary"]
                case "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                case "lfsFile":
                    if value["oid"] not in self.hub.blobs:
                        raise Refused(400, f"{value['path']} was not uploaded")
                    files[value["path"]] = self.hub.blobs[value["oid"]]
                case "deletedFile":
                    del files[value["path"]]
        repo.commits.append(files)
        repo.messages.append(message)
        url = f"{self.hub.address}/{repo_id}/commit/{repo.sha()}"
        return {"success": True, "commitOid": repo.sha(), "commitUrl": url}

    def found(self, kind: str, repo_id: str, revision: str | None) -> tuple[str, dict[str, bytes]]:
        found = self.repo(kind, repo_id).at(revision or "main")
        if found is None:
            error = json.dumps({"error": "Invalid rev id"}).encode()
            self.send(error, 404, {"X-Error-Code": "RevisionNotFound"})
        return found

    def info(self, body: bytes, kind: str, repo_id: str, revision: str | None = None) -> Any:
        if found := self.found(kind, repo_id, revision):
            sha, files = found
            siblings = [{"rfilename": name} for name in files]
            return {"_id": "0", "id": repo_id, "sha": sha, "siblings": siblings, "tags": []}

    def runtime(self, body: bytes, repo_id: str) -> dict:
        hardware = self.repo("space", repo_id).settings.get("hardware", "cpu-basic")
        return {"stage": "RUNNING", "hardware": {"current": hardware, "requested": hardware}}

    def variable(self, body: bytes, repo_id: str) -> dict:
        self.check_writer(repo_id.split("/")[0])
        order = json.loads(body)
        self.repo("space", repo_id).settings.setdefault("variables", {})[order["key"]] = order[
            "value"
        ]
        return {order["key"]: {"key": order["key"], "value": order["value"]}}

    def tree(self, body: bytes, kind: str, repo_id: str, revision: str) -> Any:
        if found := self.found(kind, repo_id, revision):
            listing = []
            for path, data in found[1].items():
                entry = {"type": "file", "path": path, "size": len(data), "oid": git_oid(data)}
                if path.endswith(BINARY):
                    sha = hashlib.sha256(data).hexdigest()
                    entry["lfs"] = {"oid": sha, "size": len(data), "pointerSize": 130}
                listing.append(entry)
            return listing

    def resolve(
        self, body: bytes, repo_id: str, revision: str, path: str, space: str | None = None
    ) -> None:
        found = self.found("space" if space else "model", repo_id, revision)
        if not found:
            return
        sha, files = found
        headers = {"X-Repo-Commit": sha}
        if path not in files:
            self.send(b"Entry not found", 404, {**headers, "X-Error-Code": "EntryNotFound"})
            return
        data = files[path]
        if path.endswith(BINARY):  # the Hub sends to its store, with the file's own name and size
            oid = hashlib.sha256(data).hexdigest()
            self.hub.blobs[oid] = data
            headers |= {"X-Linked-Etag": f'"{oid}"', "X-Linked-Size": str(len(data))}
            # Another host's name, as there: the client asks only the Hub for name and size.
            store = self.hub.address.replace("127.0.0.1", "localhost")
            self.send(b"", 302, {**headers, "Location": f"{store}/lfs/{oid}"})
        else:
            self.send(data, headers={**headers, "ETag": f'"{git_oid(data)}"'})

    ROUTES = (
        (r"/api/whoami-v2", "whoami"),
        (r"/api/repos/create", "create"),
        (r"/api/validate-yaml", "validate"),
        (rf"/api/(?P<kind>\w+)s/(?P<repo_id>{SEGMENT})/preupload/(?P<revision>.+)", "preupload"),
        (rf"/api/(?P<kind>\w+)s/(?P<repo_id>{SEGMENT})/commit/(?P<revision>.+)", "commit"),
        (rf"/api/(?P<kind>\w+)s/(?P<repo_id>{SEGMENT})/tree/(?P<revision>.+)", "tree"),
        (rf"/api/(?P<kind>\w+)s/(?P<repo_id>{SEGMENT})/revision/(?P<revision>.+)", "info"),
        (rf"/api/spaces/(?P<repo_id>{SEGMENT})/runtime", "runtime"),
        (rf"/api/spaces/(?P<repo_id>{SEGMENT})/variables", "variable"),
        (rf"/api/(?P<kind>\w+)s/(?P<repo_id>{SEGMENT})", "info"),
        (rf"/(?P<space>spaces/)?(?P<repo_id>{SEGMENT}).git/info/lfs/objects/batch", "lfs_batch"),
        (
            rf"/(?P<space>spaces/)?(?P<repo_id>{SEGMENT})/resolve/(?P<revision>[^/]+)/(?P<path>.+)",
            "resolve",
        ),
        (r"/lfs/(?P<oid>[0-9a-f]{64})", "lfs"),
    )
