"""Files that programs send: gone after their answer; what a killed process left, at a start."""

import json
import os
import time
from pathlib import Path

import pytest

from demos.frame.server import uploads
from demos.frame.server.uploads import Uploads, files_in
from tests import processes

DIES = """
import os
from pathlib import Path
from demos.frame.server.uploads import Uploads
folder = Uploads().folder
(folder / "photo.png").write_bytes(b"photo")
print(folder, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    made = Uploads()
    yield made
    made.close()


def send(folder: Uploads, name: str = "hash/photo.png", content: bytes = b"photo") -> str:
    path = folder.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    folder.sent(json.dumps([str(path)]).encode())
    return str(path)


def test_gradio_puts_uploads_into_the_folder(folder):
    from gradio.utils import get_upload_folder

    assert get_upload_folder() == str(folder.folder)


def test_a_file_is_gone_once_it_was_used_and_its_folder_with_it(folder):
    path = send(folder)
    assert folder.holds(path)
    assert folder.size() == 5
    folder.used(path)
    assert not folder.holds(path)
    assert [one.name for one in folder.folder.iterdir()] == [uploads.ALIVE]


def test_a_file_that_two_sent_is_there_for_both(folder):
    path = send(folder)
    send(folder)  # Gradio names files by their content
    folder.used(path)
    assert folder.holds(path)
    folder.used(path)
    assert not folder.holds(path)


def test_only_what_was_uploaded_is_taken(folder, tmp_path):
    path = send(folder)
    (folder.folder / "link.png").symlink_to("/etc/passwd")
    strange = [None, 7, "", "a\0b", "/etc/passwd", f"{folder.folder}/../x", str(folder.folder)]
    strange += [str(folder.folder / "link.png"), f"{path}x", "x" * 100_000]
    assert [one for one in strange if folder.holds(one)] == []


def test_what_is_never_used_goes_after_a_while(folder):
    old, new = send(folder, "a/old.png"), send(folder, "b/new.png")
    then = time.time() - 200
    os.utime(old, (then, then))
    folder.sweep(120)
    assert (folder.holds(old), folder.holds(new)) == (False, True)


def test_at_the_end_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    made = Uploads()
    send(made)
    made.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(uploads.fcntl is None, reason="files cannot be locked on Windows")
def test_what_a_killed_process_left_is_removed_by_the_next_and_a_living_one_keeps_its_own(tmp_path):
    done = processes.run(["-c", DIES], processes.APP, GRADIO_TEMP_DIR=str(tmp_path))
    left = Path(done.stdout.strip())
    assert (left / "photo.png").exists()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
        first = Uploads()
        assert not left.exists()
        kept = send(first)
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
        second = Uploads()
        assert first.holds(kept)
        first.close()
        second.close()


def test_only_descriptions_of_files_are_files():
    file = {"path": "a", "meta": {"_type": "gradio.FileData"}}
    sent = [file, {"x": [file, {"path": "b"}]}, "path", None, {"path": 7, "meta": 7}]
    assert list(files_in(sent)) == ["a", "a", 7]
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    assert list(files_in(deep)) == []
