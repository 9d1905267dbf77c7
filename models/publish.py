"""Publish on the Hugging Face Hub: a model's folder, or the whole suite as a Space.

    python -m models.hub push weights/digits-cnn USER/NAME
    python -m models.hub space USER/NAME

Everything goes up in one commit, so that a repository holds all of it or none. Log in once with
`hf auth login`, or set `HF_TOKEN`. What already lies under the name is updated if it is an older
state of the same model or of this suite; anything else is left alone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from models import SHIPPED
from models.hub import NOT_THE_HUB, answered_by_another

if TYPE_CHECKING:
    from huggingface_hub import HfApi, ModelCard

ROOT = Path(__file__).resolve().parent.parent
MODEL_FILES = ("config.json", "model.safetensors")
CARD = "README.md"
# The suite without tests, data, environments and what an editor leaves behind.
SUITE = (
    "app.py",
    "demos",
    "models",
    "trainers",
    "weights",
    CARD,
    "LICENSE",
    "requirements.txt",
    "requirements-dev.txt",
    "pyproject.toml",
)
LEFT_OUT = re.compile(r"(^|/)(\.|__pycache__/)|\.(pyc|pyi|log)$")
# A repository with nothing else in it was just made, here or on the website.
EMPTY = {".gitattributes", CARD}
# PyTorch on a Space: without CUDA on the CPU; a version that ZeroGPU has on ZeroGPU.
SPACE_TORCH = {
    "cpu": "--extra-index-url https://download.pytorch.org/whl/cpu\ntorch>=2.8,<2.12\n"
    "torchvision>=0.23,<0.27\n",
    "zero": "torch>=2.8,<2.12\ntorchvision>=0.23,<0.27\n",
}


class NotPublished(Exception):
    """Nothing was uploaded; says why in one sentence."""


def push_to_hub(directory: str | os.PathLike, repo_id: str, private: bool = False) -> str:
    """Upload a model's folder in one commit, creating the repository if need be.

    Where the upload fails after the repository was made, that stays, empty; the same command fills
    it later.

    Returns:
        The address of the repository.

    Raises:
        NotPublished: if the folder holds no model, or the Hub does not take it.
    """
    from huggingface_hub import HfApi

    directory = Path(directory)
    _check_model(directory)
    with _refusals(repo_id):
        api = HfApi()
        url = _existing(api, repo_id, "model", lambda names: _same_model(directory, repo_id, names))
        url = url or str(api.create_repo(repo_id, private=private))
        # Never more than one commit: the client splits from 250 files on.
        api.upload_folder(
            repo_id=repo_id,
            folder_path=directory,
            allow_patterns=[*MODEL_FILES, CARD, "*.csv", "*.parquet"],
            commit_message=f"Upload {directory.name}",
        )
    return url


def push_space(
    repo_id: str,
    hardware: str | None = None,
    private: bool = False,
    weights_repo: str | None = None,
) -> str:
    """Create or update a Space with the suite of this checkout, in one commit.

    Args:
        repo_id: USER/NAME.
        hardware: of a new Space, such as "cpu-basic" or "zero-a10g" (ZeroGPU).
        private: whether a new Space is.
        weights_repo: where the Space takes its weights from, such as USER/{model}; None for those
            of this checkout.

    Returns:
        The address of the Space.

    Raises:
        NotPublished: if the Hub does not take it.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

    with _refusals(repo_id):
        api = HfApi()
        url = _existing(api, repo_id, "space", _is_suite)
        if url:
            hardware = hardware or api.get_space_runtime(repo_id).requested_hardware
        else:
            url = api.create_repo(
                repo_id,
                repo_type="space",
                space_sdk="gradio",
                space_hardware=hardware,
                private=private,
            )
        files = {**suite_files(), "requirements.txt": space_requirements(hardware)}
        if weights_repo:
            files[CARD] = space_card(weights_repo)
            api.add_space_variable(repo_id, "WEIGHTS_REPO", weights_repo)
        there = {file.rfilename for file in api.space_info(repo_id).siblings or []}
        gone = there - set(files) - {".gitattributes"}
        # A small table belongs to the suite; the client would rather see it in a data set.
        warnings.filterwarnings("ignore", "It seems that you are about to commit a data file")
        # upload_folder would go on with parts of a commit that failed.
        api.create_commit(
            repo_id,
            [
                *(CommitOperationAdd(name, content) for name, content in files.items()),
                *(CommitOperationDelete(name) for name in sorted(gone)),
            ],
            commit_message="Upload the suite",
            repo_type="space",
        )
    return str(url)


def _is_suite(names: set[str]) -> bool:
    """Return whether these are the files of this suite, or of an older state of it."""
    return not names.isdisjoint({"demos/frame/chapter.py", "demos/chapter.py"})


def suite_files() -> dict[str, Path | bytes]:
    """Return what a Space gets: {path in the repository: file}."""
    files: dict[str, Path | bytes] = {}
    for name in SUITE:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            relative = path.relative_to(ROOT).as_posix()
            if path.is_file() and not LEFT_OUT.search(relative):
                files[relative] = path
    return files


def space_requirements(hardware: str | None) -> bytes:
    """Return requirements.txt for a Space: Gradio is named in README.md, PyTorch by hardware."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    others = [line for line in lines if not re.match(r"(gradio|torch|torchvision)\b", line)]
    kind = "zero" if str(hardware or "").startswith("zero") else "cpu"
    return ("".join(others) + SPACE_TORCH[kind]).encode()


def space_card(weights_repo: str) -> bytes:
    """Return README.md, its header naming the models, which are downloaded when the Space is built.

    Args:
        weights_repo: as `WEIGHTS_REPO`, on the Hub.
    """
    from huggingface_hub import SpaceCard

    card = SpaceCard.load(ROOT / CARD)
    pattern, _, revision = weights_repo.partition("@")
    names = dict.fromkeys(pattern.replace("{model}", name) for name in SHIPPED)
    card.data.models = list(names)
    card.data.preload_from_hub = [
        f"{name} {','.join(MODEL_FILES)} {revision}" if revision else name for name in names
    ]
    return str(card).encode()


def _check_model(directory: Path) -> None:
    """Refuse a folder that nobody could load again."""
    from safetensors import safe_open

    if not all((directory / name).is_file() for name in MODEL_FILES):
        raise NotPublished(f"{directory} holds no model: train one first.")
    try:
        json.loads((directory / MODEL_FILES[0]).read_text(encoding="utf-8"))
        with safe_open(directory / MODEL_FILES[1], framework="numpy") as tensors:
            if not list(tensors.keys()):
                raise ValueError("no tensors")
    except Exception as error:
        raise NotPublished(f"The weights in {directory} are damaged: train them again.") from error


def _existing(api: HfApi, repo_id: str, kind: str, ours) -> str | None:
    """Return the address of what lies under this name, None if there is nothing.

    Raises:
        NotPublished: if something else lies there.
    """
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        info = api.repo_info(repo_id, repo_type=kind)
    except RepositoryNotFoundError:
        return None
    names = {file.rfilename for file in info.siblings or []}
    address = f"{api.endpoint}/{'spaces/' if kind == 'space' else ''}{repo_id}"
    if not names <= EMPTY and not ours(names):
        raise NotPublished(f"{address} already holds something else: choose another name.")
    return address


def _same_model(directory: Path, repo_id: str, names: set[str]) -> bool:
    """Return whether the repository's card names the same model as the folder's."""
    from huggingface_hub import ModelCard

    if not set(MODEL_FILES) <= names or CARD not in names:
        return False
    there = ModelCard.load(repo_id, ignore_metadata_errors=True)
    here = directory / CARD
    return here.is_file() and _model_name(ModelCard.load(here)) == _model_name(there)


def _model_name(card: ModelCard) -> str | None:
    return card.data.model_name if card.data.eval_results else None


@contextmanager
def _refusals(repo_id: str) -> Iterator[None]:
    """Turn what may go wrong on the way into one sentence."""
    from huggingface_hub import get_token

    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]{0,95}", repo_id):
        raise NotPublished(f"“{repo_id}” is no name on the Hub: write USER/NAME.")
    if not get_token():
        raise NotPublished(
            "You are not logged in to Hugging Face: run `hf auth login`, or set HF_TOKEN to a "
            "token that may write."
        )
    try:
        yield
    except NotPublished:
        raise
    except Exception as error:
        if sentence := _sentence(error, repo_id):
            raise NotPublished(sentence) from error
        raise


def _sentence(error: BaseException, repo_id: str) -> str | None:
    """Return what an error of the Hub's client means; None if it is none of them."""
    from huggingface_hub import constants
    from huggingface_hub.errors import HfHubHTTPError

    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    for link in chain:
        if isinstance(link, HfHubHTTPError):
            return _SENTENCES.get(
                link.response.status_code,
                "The Hub answered with error {status}, nothing was uploaded: try again later.",
            ).format(repo_id=repo_id, user=repo_id.split("/")[0], status=link.response.status_code)
        # The client's HTTP library was exchanged more than once; its errors share the package.
        if isinstance(link, (ConnectionError, TimeoutError)) or (
            type(link).__module__.startswith("httpx")
        ):
            return f"The Hub at {constants.ENDPOINT} cannot be reached: nothing was uploaded."
    if answered_by_another(error):
        return f"At {constants.ENDPOINT} {NOT_THE_HUB} Nothing was uploaded."
    if isinstance(error, ValueError) and "README.md" in str(error):
        return f"The Hub does not take the header of README.md: {str(error).splitlines()[-1]}"
    return None


_SENTENCES = {
    401: "Hugging Face does not accept your token: run `hf auth login` again, or renew HF_TOKEN.",
    402: "Hugging Face asks for a paid plan for this Space: free accounts get ZeroGPU with "
    "`--hardware zero-a10g`.",
    403: "Your token may not write to {repo_id}: take one with write permission, of an account "
    "that may write to {user}.",
    404: "{repo_id} is not there, or your token may not see it: take one with write permission.",
    409: "{repo_id} is already taken: choose another name.",
}


def main(argv: Sequence[str] | None = None) -> None:
    """Publish as the command line says and print the address; status 1 and a sentence if not."""
    parser = argparse.ArgumentParser(
        prog="python -m models.hub",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    push = commands.add_parser("push", help="upload a model's folder")
    push.add_argument("folder", help="such as weights/digits-cnn")
    space = commands.add_parser("space", help="create or update a Space with this suite")
    space.add_argument("--hardware", help="of a new Space: cpu-basic, zero-a10g, …")
    space.add_argument(
        "--weights-repo",
        metavar="USER/{model}",
        help="take the weights from there; they are downloaded when the Space is built",
    )
    for command in (push, space):
        command.add_argument("repo", metavar="USER/NAME")
        command.add_argument("--private", action="store_true", help="a new one is private")
    options = parser.parse_args(argv)
    try:
        if options.command == "push":
            print(push_to_hub(options.folder, options.repo, options.private))
        else:
            print(push_space(options.repo, options.hardware, options.private, options.weights_repo))
    except NotPublished as error:
        sys.exit(str(error))
