"""The command line of a benchmark that has parts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demos.frame.knobs import Knobs


def parser(name: str, about: str, parts: Sequence[str]) -> argparse.ArgumentParser:
    """Return a command line that takes parts, to which options may be added.

    Args:
        name: of the module in tests/benchmarks.
        about: its docstring.
        parts: what may be asked for.
    """
    command = argparse.ArgumentParser(
        prog=f"python -m tests.benchmarks.{name}",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    return command


def students(command: argparse.ArgumentParser, knobs: Knobs, dearest: str) -> None:
    """Add what a benchmark asks of a class that presses at once.

    Args:
        command: of the benchmark.
        knobs: of the chapter.
        dearest: the topic that takes longest.
    """
    command.add_argument("--students", type=int, default=30, help="who press (default: 30)")
    command.add_argument(
        "--topic",
        choices=list(knobs["topic"].options),
        default=dearest,
        help=f"in which they press (default: {dearest}, which takes longest)",
    )


def asked(
    command: argparse.ArgumentParser, parts: Sequence[str], argv: list[str] | None
) -> argparse.Namespace:
    """Return the options; `parts` are all of them where none was named, and it stops at unknown."""
    options = command.parse_args(argv)
    if unknown := set(options.parts) - set(parts):
        command.error(f"unknown {', '.join(sorted(unknown))}; choose from {', '.join(parts)}")
    options.parts = options.parts or list(parts)
    return options
