"""What every trainer repeats: the options they share, what is found out before training, saving.

A trainer brings its data, its model, its own options, its evaluation and what its card says:

    def arguments(argv):
        parser = recipe.parser("cars", __doc__, {"data": "folder with cars.csv"}, epochs=200)
        parser.add_argument("--degree", type=int, default=1)
        return parser.parse_args(argv)

    def main(argv=None):
        args = recipe.begin(arguments(argv), "weights/cars")
        with recipe.reading("the cars"):
            table = made_up() if args.dry_run else read(args.data)
        recipe.seed(args.seed)
        ...  # train and evaluate
        recipe.save(args, model, report.card(model, text, ...))
        recipe.finish(args)

Whatever a user can mend is said in one sentence on stderr, with status 1, before hours are spent:
`SystemExit(sentence)` does that.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from huggingface_hub import ModelCard
from safetensors import SafetensorError

from models import hub, publish
from trainers import report

ROOM = (
    30_000_000  # bytes that must be free: the largest model has 10 MB, and there may be an old one
)
SEEDS = 2**32  # NumPy and Optuna take no larger ones
MODEL = {*hub.FILES, publish.CARD}

DRY_CARD = """
# {title}: dry run

**A dry run on made-up data.** It went the whole way in seconds, on a few examples that a program
made up, to show that the trainer works. The network in this folder knows nothing, and no figure was
measured on real data. Without `--dry-run` the trainer writes the real card.
"""


def parser(
    name: str, description: str, helps: dict[str, str], **defaults: object
) -> argparse.ArgumentParser:
    """Return a command line with the options that all trainers share; a trainer adds its own.

    Args:
        name: of the trainer.
        description: the trainer's docstring, which `--help` shows as it is.
        helps: what `--help` says on `--data` and, if need be, on other shared options.
        defaults: of the shared options, such as `epochs=8`.
    """
    new = argparse.ArgumentParser(prog=f"python -m trainers.{name}", description=description)
    new.formatter_class = argparse.RawDescriptionHelpFormatter
    helps = {"output": f"default: weights/{name}"} | helps
    new.add_argument("--epochs", type=int, help=helps.get("epochs"))
    new.add_argument("--seed", type=int, default=0)
    new.add_argument("--data", help=helps["data"])
    new.add_argument("--output", help=helps["output"] + "; of a dry run: a temporary folder")
    new.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    new.add_argument("--push-to-hub", metavar="USER/NAME")
    new.add_argument("--dry-run", action="store_true", help="made-up data, in seconds")
    new.set_defaults(**defaults)
    return new


def begin(
    args: argparse.Namespace, shipped: str, tables: Sequence[str] = (), replace: bool = True
) -> argparse.Namespace:
    """Find out before training what would spoil its end; settle `args.output`, return `args`.

    Args:
        args: the command line; `seeds`, where a trainer has it, goes before `seed`.
        shipped: where the model is written without `--output`, such as `weights/cars`.
        tables: names of the tables (`NAME.csv`, `NAME.parquet`) that this trainer writes beside its
            weights.
        replace: whether the folder will be replaced; False if files are only added to it.

    Raises:
        SystemExit: one sentence.
    """
    for value in getattr(args, "seeds", None) or [args.seed]:
        if not 0 <= value < SEEDS:
            raise SystemExit(f"The seed {value} is out of range: choose one from 0 to {SEEDS - 1}.")
    if args.dry_run and args.push_to_hub:
        raise SystemExit("A dry run knows nothing and is not pushed: leave out --push-to-hub.")
    try:
        if args.dry_run and not args.output:
            args.output = tempfile.mkdtemp(prefix=f"{Path(shipped).name}-dry-run-")
            print(f"dry run: writing to {args.output}", flush=True)
        args.output = args.output or shipped
        output = Path(args.output).resolve()
        if args.dry_run and output.is_relative_to(hub.WEIGHTS):
            raise SystemExit("A dry run does not replace shipped weights: choose another --output.")
        hub.put_back(output)
        if output.is_dir() and replace:
            files = MODEL | {f"{name}.{kind}" for name in tables for kind in ("csv", "parquet")}
            _check_ours(output, files, whole=output != Path(shipped).resolve())
        _check_writable(output, replace)
    except (OSError, RuntimeError, ValueError) as error:  # such as a null byte, or links in a ring
        text = getattr(error, "strerror", None) or reason(error)
        where = args.output or "A temporary folder"
        raise SystemExit(f"{where} cannot be written: {text}.") from error
    return args


def _check_ours(output: Path, files: set[str], whole: bool) -> None:
    """Refuse to replace a folder with anything in it but a model that a trainer wrote.

    Args:
        output: the folder.
        files: names of what a trainer writes.
        whole: whether all of a model must be there; what is shipped may be mended.
    """
    found = sorted(output.iterdir())
    for path in found:
        if path.name not in files or not path.is_file():
            raise SystemExit(
                f"{output} holds {path.name}, which no trainer wrote: choose another --output."
            )
    if found and whole and not {path.name for path in found} >= MODEL:
        raise SystemExit(f"{output} is not empty and holds no model: choose another --output.")
    if os.path.ismount(output):
        raise SystemExit(f"{output} is a mount, which cannot be replaced: name a folder within it.")


def _check_writable(output: Path, replace: bool) -> None:
    """Try to write as much as `hub.save` will, where it will: beside the folder, and within it.

    Raises:
        OSError: if that is not possible.
    """
    if output.exists() and not output.is_dir():
        raise NotADirectoryError("it is a file")
    beside = next((folder for folder in output.parents if folder.exists()), output)
    for folder in [beside] * replace + [output] * output.exists():
        with tempfile.TemporaryDirectory("-try", f".{output.name}-", folder) as trial:
            (Path(trial) / "room").write_bytes(bytes(ROOM))


@contextmanager
def reading(what: object) -> Iterator[None]:
    """Say in one sentence why data or weights cannot be read, or downloaded.

    Args:
        what: begins the sentence, such as "MNIST in data" or a path.
    """
    try:
        yield
    except Exception as error:  # what a library of data raises is not known beforehand
        raise SystemExit(f"{what} cannot be read: {reason(error)}.") from error


def reason(error: BaseException) -> str:
    """Return what an error says, in one line without a full stop."""
    text = str(error).strip() or type(error).__name__
    text = re.sub(r"^\[Errno -?\d+\] ", "", text.splitlines()[0]).rstrip(".: ")
    known = isinstance(error, (OSError, RuntimeError, ValueError))
    return text if known else f"{type(error).__name__}: {text}"


def seed(number: int) -> None:
    """Make chance repeat itself: Python's, NumPy's and PyTorch's."""
    random.seed(number)
    np.random.seed(number)
    torch.manual_seed(number)


def command(name: str, **options: object) -> str:
    """Return the command that repeats a training, for the card: at most 100 columns, to be copied.

    Args:
        name: of the trainer.
        options: by name; lists are written out, True is a bare option, None, False and [] are left
            out.
    """
    lines = [f"    python -m trainers.{name}"]
    for key, value in options.items():
        if value is None or value is False or value == []:
            continue
        values = [] if value is True else value if isinstance(value, list) else [value]
        words = (shlex.quote(f"{v:g}" if isinstance(v, float) else str(v)) for v in values)
        option = " ".join([f" --{key.replace('_', '-')}", *words])
        if len(lines[-1] + option) > 98:
            lines[-1] += " \\"
            lines.append("       ")
        lines[-1] += option
    return "\n".join(lines)


def save(
    args: argparse.Namespace,
    model: torch.nn.Module,
    card: ModelCard,
    tables: dict[str, str | bytes] | None = None,
) -> None:
    """Write card, configuration, weights and tables, all or nothing; see `models.hub.save`.

    The card of a dry run says that it is one, and nothing else.
    """
    if args.dry_run:
        text = DRY_CARD.format(title=getattr(model, "title", type(model).__name__))
        card = ModelCard(f"---\n{report.header(model).to_yaml()}\n---\n{text}")
    try:
        hub.save(model, args.output, card, tables)
    except (OSError, SafetensorError) as error:  # the disk was filled while the network was trained
        elsewhere = tempfile.mkdtemp(prefix=f"{Path(args.output).name}-")
        try:
            hub.save(model, elsewhere, card, tables)
        except (OSError, SafetensorError):
            elsewhere = "nowhere"
        raise SystemExit(
            f"{args.output} cannot be written: {reason(error)}. The model was saved in {elsewhere}."
        ) from error


def save_tables(args: argparse.Namespace, tables: dict[str, str]) -> None:
    """Write tables beside weights that stay as they are, each all or nothing."""
    folder = Path(args.output)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        temporary = folder / f".{name}.part"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(folder / f"{name}.csv")


def finish(args: argparse.Namespace, note: str = "") -> None:
    """Say where the model was saved, and push it if asked to."""
    print(f"saved {args.output}{note}")
    if args.push_to_hub:
        publish.main(["push", str(args.output), args.push_to_hub])
