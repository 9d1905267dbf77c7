"""Weights: find them, load them once to the best device, save them.

Order of sources: the folder or Hub repository named by `WEIGHTS_REPO` when it is set, else
`weights/`. A Hub that cannot be reached falls back to its local cache and then to `weights/`; that
is said once in the log, and `notice` holds the sentence for the tab. Only safetensors are read.

`WEIGHTS_REPO` may be
- a folder that holds one sub-folder per model (`digits-cnn/`, ...), or is itself a model's folder;
- a Hub repository of the same two shapes, `USER/NAME`, pinned as `USER/NAME@REVISION`;
- either of them with `{model}` in it, which stands for the model's name: `USER/{model}`.

`python -m models.hub --help` publishes weights, or the suite (models/publish.py).
"""

from __future__ import annotations

import csv
import functools
import importlib
import json
import logging
import os
import re
import shutil
import tempfile
import threading
import time
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import safe_open

from models import SHIPPED
from models.sentences import Sentence

if TYPE_CHECKING:  # torch is slow to import, and the first page of the app needs none of it
    import torch

WEIGHTS = Path(__file__).resolve().parent.parent / "weights"
FILES = ("config.json", "model.safetensors")
OLD = "-old"  # ends the name of a folder that makes room for a new one
HUB_TIMEOUT = 20  # [s], for one model, 10 MB at most
HUB_REST = 60  # [s]

NOT_THE_HUB = Sentence("something else answers in its place; does this network ask for a login?")

log = logging.getLogger(__name__)
_lock = threading.RLock()
_models: dict[tuple, torch.nn.Module] = {}
_notices: dict[tuple, str | None] = {}
_hub_rests_until = 0.0  # of time.monotonic()


class WeightsMissing(Exception):
    """The weights are missing, damaged or made for another model; says which command mends it."""


def load(model_class: type) -> torch.nn.Module:
    """Return the model with its weights, ready to answer, on the best device.

    The first call reads the weights, later calls return the same object, from any thread. A call
    that failed is tried again by the next one.

    Args:
        model_class: an `nn.Module` whose `__init__` takes the entries of `config.json`, with the
            attributes `weights_name` and `trainer_command`.

    Raises:
        WeightsMissing: if the weights are missing, damaged or made for another model.
    """
    import torch

    key = _key(model_class)
    with _lock:
        if key not in _models:
            folder, notice = _find(model_class.weights_name)
            # The caller may be inside such a mode, or have seeded what it draws next.
            with torch.inference_mode(False), torch.random.fork_rng(devices=[]):
                model = _read(model_class, folder)
                _models[key] = ready_to_answer(model).to(device())
            if notice:
                log.warning(notice)
            _notices[key] = notice
        return _models[key]


def class_of(name: str) -> type:
    """Return the class of a shipped model by the name of its weights."""
    module, _, class_name = SHIPPED[name].partition(":")
    return getattr(importlib.import_module(module), class_name)


def have(name: str) -> None:
    """Have the weights of a shipped model at hand, whole: on the disk, but not in memory.

    From the Hub they are downloaded now. Whether they fit the model, `load` sees.

    Raises:
        WeightsMissing: if there are none, or only a part of them.
    """
    with _lock:
        folder, _ = _find(name)
    if not _is_model(folder):
        raise WeightsMissing(_mend(class_of(name), folder, missing=True))
    try:
        # The header tells how long the file must be. Read as NumPy's it needs no PyTorch.
        with safe_open(folder / FILES[1], framework="np"):
            pass
    except Exception as error:
        log.error("%s: %s", folder, error)
        raise WeightsMissing(_mend(class_of(name), folder, missing=False)) from error


def ready_to_answer(model: torch.nn.Module) -> torch.nn.Module:
    """Make a model that only answers faster, in place, and return it.

    It is in eval mode, no weight asks for a gradient, and every batch norm is folded into the
    convolution in front of it, with the same answers but for rounding.
    """
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    model.eval().requires_grad_(False)
    for module in model.modules():
        if not isinstance(module, nn.Sequential):
            continue
        for i in range(len(module) - 1):
            if isinstance(module[i], nn.Conv2d) and isinstance(module[i + 1], nn.BatchNorm2d):
                module[i] = fuse_conv_bn_eval(module[i], module[i + 1])
                module[i + 1] = nn.Identity()
    return model


def table(model_class: type, name: str) -> list[dict[str, str]]:
    """Return the rows of a table that the trainer measured, such as `learning_curves`.

    It lies beside the weights; where those of `WEIGHTS_REPO` bring none, the shipped one is read.
    Empty if there is none at all.
    """
    return _rows(_find(model_class.weights_name)[0], name) or shipped_table(
        model_class.weights_name, name
    )


def shipped_table(model: str, name: str) -> list[dict[str, str]]:
    """Return the rows of a table beside the weights that this suite ships, by the model's name.

    Nothing else is asked, so that the page can be built with it.
    """
    return _rows(WEIGHTS / model, name)


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    try:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        return []


def content(model_class: type) -> bytes:
    """Return the content of the file that holds the model's weights, as `load` reads it."""
    return (_find(model_class.weights_name)[0] / FILES[1]).read_bytes()


def notice(model_class: type) -> str | None:
    """Return why the model's weights do not come from `WEIGHTS_REPO`, or None if all is well."""
    return _notices.get(_key(model_class))


def device() -> torch.device:
    """Return the best device. On ZeroGPU that is the CPU: its GPU is lent for seconds only."""
    import torch

    if not _zero_gpu() and torch.accelerator.is_available():
        return torch.accelerator.current_accelerator()
    return torch.device("cpu")


def device_name() -> str:
    """Return the device in words: `cpu`, `mps`, `cuda: NVIDIA ...`."""
    best = device()
    if best.type == "cuda":
        import torch

        return f"cuda: {torch.cuda.get_device_name(best)}"
    return best.type


def save(
    model: torch.nn.Module,
    directory: str | os.PathLike,
    card: object = None,
    tables: dict[str, str | bytes] | None = None,
) -> Path:
    """Write `config.json`, `model.safetensors`, `README.md` and tables; all of them or nothing.

    Everything is written to a temporary folder beside `directory`, which then takes its place. If
    anything fails, an existing folder stays as it was. Where the process is killed between moving
    the old folder away and the new one into its place, `put_back` mends it: the next call that
    loads or saves does so.

    Args:
        model: a `PyTorchModelHubMixin`.
        directory: the folder to create or replace.
        card: text of the model card; None writes the card of the model's own template.
        tables: {name: CSV text} of what the training measured, written as `name.csv`; bytes are the
            content of a `name.parquet`.
    """
    directory = Path(directory).resolve()  # of a link, what it points to is replaced
    directory.parent.mkdir(parents=True, exist_ok=True)
    put_back(directory)
    new = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    old = new.with_name(new.name + OLD)
    try:
        if card is not None:
            (new / "README.md").write_text(str(card), encoding="utf-8")
        for name, content in (tables or {}).items():
            if isinstance(content, bytes):
                (new / f"{name}.parquet").write_bytes(content)
            else:
                (new / f"{name}.csv").write_text(content, encoding="utf-8")
        model.save_pretrained(new)
        for path in (new, *new.iterdir()):  # temporary files are private
            path.chmod(0o755 if path.is_dir() else 0o644)
        _take_place(new, directory, old)
    except BaseException:
        if old.exists() and not directory.exists():
            old.rename(directory)
        raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return directory


def put_back(directory: str | os.PathLike) -> None:
    """Give a folder its name back that a killed `save` had moved away; else do nothing.

    What was to take its place stays beside it and is named in the log.
    """
    directory = Path(directory)
    if not directory.name or directory.exists() or not directory.parent.is_dir():
        return
    moved = re.compile(re.escape(f".{directory.name}-") + r"\w{8}" + OLD)  # see tempfile.mkdtemp
    try:
        found = [p for p in directory.parent.iterdir() if moved.fullmatch(p.name) and p.is_dir()]
        for old in sorted(found, key=lambda path: path.stat().st_mtime)[-1:]:
            old.rename(directory)
            new = old.with_name(old.name.removesuffix(OLD))
            log.warning("%s: put back after a save that was killed, see %s", directory, new)
    except OSError as error:  # nobody may write here, or another process was faster
        log.warning("%s: %s", directory, error)


def _take_place(new: Path, directory: Path, old: Path) -> None:
    """Move `directory`, if there is one, to `old` and `new` to `directory`."""
    while True:
        if directory.exists():
            directory.rename(old)
        try:
            new.rename(directory)
            return
        except OSError:
            # Between the two, another process that loads may have put the old folder back.
            if not directory.exists():
                raise


def _key(model_class: type) -> tuple:
    return model_class, os.environ.get("WEIGHTS_REPO", "").strip(), WEIGHTS


def _zero_gpu() -> bool:
    flags = (os.environ.get(name, "") for name in ("SPACES_ZERO_GPU", "ZERO_GPU"))
    return any(flag.lower() not in ("", "0", "false") for flag in flags)


def _is_model(folder: Path) -> bool:
    return all((folder / name).is_file() for name in FILES)


def _find(name: str) -> tuple[Path, str | None]:
    """Return the folder that holds a model's weights and, if it is not the wanted one, why."""
    shipped = WEIGHTS / name
    put_back(shipped)
    source = os.environ.get("WEIGHTS_REPO", "").strip().replace("{model}", name)
    if not source:
        return shipped, None
    root = Path(source).expanduser()
    try:
        put_back(root)
        if root.is_dir():
            return _model_in(root, name), None
        if not re.fullmatch(r"[\w.-]+/[\w.-]+(@[\w./-]+)?", source) or source.startswith("."):
            raise FileNotFoundError(f"the folder {source} does not exist")
        return _from_hub(source, name)
    except Exception as error:  # no source of weights may take the tab down while weights/ is there
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        return shipped, Sentence(
            "{name}: using the weights shipped in weights/, because {reason}",
            name=name,
            reason=reason,
        )


def _model_in(root: Path, name: str) -> Path:
    """Return the sub-folder of `root` for the model, or `root` if it is a model itself."""
    put_back(root / name)
    for folder in (root / name, root):
        if folder == root / name and folder.is_dir():
            return folder
        if any((folder / file).is_file() for file in FILES):
            return folder
    raise FileNotFoundError(f"{root} holds no {name}")


@functools.cache  # a table is read at every request; what could not be loaded is tried again
def _from_hub(source: str, name: str) -> tuple[Path, str | None]:
    """Download a repository's weights, or take them from the Hub's cache if it is unreachable."""
    from huggingface_hub import snapshot_download

    repo_id, _, revision = source.partition("@")
    what = {
        "repo_id": repo_id,
        "revision": revision or None,
        "allow_patterns": [
            f"{folder}{file}" for folder in ("", f"{name}/") for file in (*FILES, "*.csv")
        ],
    }
    try:
        root, notice = _download(what), None
    except Exception as error:
        reason = _reason(error)
        try:
            root = snapshot_download(**what, local_files_only=True)
        except Exception:
            raise FileNotFoundError(
                f"{source} on the Hub cannot be read ({reason}) and is not in the local cache"
            ) from error
        notice = Sentence(
            "{name}: {source} on the Hub cannot be read ({reason}); using its local copy",
            name=name,
            source=source,
            reason=reason,
        )
    try:
        return _model_in(Path(root), name), notice
    except FileNotFoundError:
        raise FileNotFoundError(f"{source} on the Hub holds no {name}") from None


def _reason(error: BaseException) -> str:
    """Return in few words why the Hub could not be read."""
    if isinstance(error, TimeoutError):
        return str(error)
    return NOT_THE_HUB if answered_by_another(error) else type(error).__name__


def answered_by_another(error: BaseException) -> bool:
    """Return whether an error of the Hub's client means that something else answered in its place.

    The page on which a network asks for a login says 200 to everything, and is no JSON.
    """
    from huggingface_hub.errors import FileMetadataError

    link: BaseException | None = error
    while link is not None:
        if isinstance(link, (json.JSONDecodeError, FileMetadataError)):
            return True
        link = link.__cause__
    return False


def _download(what: dict) -> str:
    """Return the local folder of what `snapshot_download` got within `HUB_TIMEOUT`.

    A download that takes longer goes on in the background and fills the cache for the next start.
    After that the other models do not wait as well: for a minute nothing is asked of the Hub.

    Raises:
        TimeoutError: in words for the notice.
        Exception: whatever the client raises.
    """
    global _hub_rests_until
    from huggingface_hub import HfApi, snapshot_download

    def ask() -> str:
        # First: snapshot_download alone would turn to its cache without saying so.
        HfApi().repo_info(what["repo_id"], revision=what["revision"], timeout=HUB_TIMEOUT)
        return snapshot_download(**what)

    if time.monotonic() < _hub_rests_until:
        raise TimeoutError("no answer just now")
    answer: Future[str] = Future()

    def work() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            answer.set_exception(error)

    # No pool: its threads would keep the process from ending.
    threading.Thread(target=work, name="download", daemon=True).start()
    if not wait([answer], HUB_TIMEOUT).done:
        _hub_rests_until = time.monotonic() + HUB_REST
        raise TimeoutError(f"not done within {HUB_TIMEOUT} s")
    return answer.result()


def _read(model_class: type, folder: Path) -> torch.nn.Module:
    """Build the model from its folder; every tensor must be there, fit and be finite.

    A model may have a method `check`, which raises ValueError if it cannot serve.
    """
    import torch
    from safetensors.torch import load_file

    if not _is_model(folder):
        raise WeightsMissing(_mend(model_class, folder, missing=True))
    try:
        config = json.loads((folder / FILES[0]).read_text(encoding="utf-8"))
        model = model_class(**config)
        model.load_state_dict(load_file(folder / FILES[1]), strict=True)
        if not all(torch.isfinite(tensor).all() for tensor in model.state_dict().values()):
            raise ValueError("a weight is not finite")
        getattr(model, "check", lambda: None)()
    except WeightsMissing:  # those of a model that this one asks
        raise
    except ImportError as error:
        log.error("%s: %s", folder, error)
        sentence = Sentence(
            "{name} needs the package {package}: run `pip install -r requirements.txt`.",
            name=model_class.weights_name,
            package=error.name,
        )
        raise WeightsMissing(sentence) from error
    except Exception as error:
        log.error("%s: %s", folder, error)
        raise WeightsMissing(_mend(model_class, folder, missing=False)) from error
    return model


def _mend(model_class: type, folder: Path, missing: bool) -> Sentence:
    """Return the sentence that names the command which brings the weights back."""
    name = model_class.weights_name
    if folder != WEIGHTS / name:
        if missing:
            return Sentence(
                "The weights of {name} in {folder} are missing: mend or unset WEIGHTS_REPO.",
                name=name,
                folder=folder,
            )
        return Sentence(
            "The weights of {name} in {folder} are damaged or made for another model: "
            "mend or unset WEIGHTS_REPO.",
            name=name,
            folder=folder,
        )
    trainer = model_class.trainer_command
    if missing:
        return Sentence(
            "The weights of {name} are missing: run `git checkout weights/{name}`, "
            "or train them with `{trainer}`.",
            name=name,
            trainer=trainer,
        )
    return Sentence(
        "The weights of {name} are damaged or made for another model: "
        "run `git checkout weights/{name}`, or train them with `{trainer}`.",
        name=name,
        trainer=trainer,
    )


if __name__ == "__main__":
    from models.publish import main

    main()
