"""The SMS Spam Collection: read, without repeats, split; or made up."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from trainers import recipe

HUB = ("ucirvine/sms_spam", "plain_text/train-00000-of-00001.parquet")
TEST = 0.2  # share of the messages
SEED = 0  # of the split: it belongs to the data, not to a training


@dataclass(frozen=True)
class Message:
    """A message, whether it is spam, and whether it is set aside: "train" or "test"."""

    text: str
    spam: bool
    part: str


def read(path: str | None = None) -> list[Message]:
    """Return the collection's messages, shuffled; of those that repeat another, one is left.

    Args:
        path: the file SMSSpamCollection, or a folder with it; None downloads it from the Hub.

    Raises:
        SystemExit: if it cannot be read.
    """
    with recipe.reading(path or f"{HUB[0]} on the Hub"):
        return split(_from_hub() if path is None else lines(Path(path)))


def lines(path: Path) -> list[tuple[str, bool]]:
    """Return texts, and which of them are spam, of the collection's own file.

    It is no CSV: quotation marks stand as they are (pandas: `quoting=3`).
    """
    path = path / "SMSSpamCollection" if path.is_dir() else path
    rows = [line.split("\t", 1) for line in path.read_text(encoding="utf-8").split("\n") if line]
    if not rows or not all(len(row) == 2 and row[0] in ("ham", "spam") for row in rows):
        raise ValueError("a line is not “ham” or “spam”, a tab, and a message")
    return [(text, label == "spam") for label, text in rows]


def _from_hub() -> list[tuple[str, bool]]:
    import pandas as pd
    from huggingface_hub import hf_hub_download

    table = pd.read_parquet(hf_hub_download(*HUB, repo_type="dataset"))
    return [*zip(table["sms"].str.rstrip("\n"), table["label"] == 1, strict=True)]


def split(rows: list[tuple[str, bool]]) -> list[Message]:
    """Return messages without repeats, a fifth of each kind set aside for the test.

    A repeat differs by capitals and blanks at most. None can cross the split: only one is left.
    """
    single = {}
    for text, spam in rows:
        single.setdefault(" ".join(text.lower().split()), (text, spam))
    chance = random.Random(SEED)
    found = []
    for kind in (False, True):
        texts = [text for text, spam in single.values() if spam == kind]
        chance.shuffle(texts)
        aside = round(TEST * len(texts))
        found += [
            Message(text, kind, "test" if i < aside else "train") for i, text in enumerate(texts)
        ]
    chance.shuffle(found)
    return found


def made_up(count: int = 120) -> list[Message]:
    """Return messages of a few words, for a dry run."""
    chance = random.Random(0)
    ours = ["see", "you", "at", "home", "later", "love"]
    theirs = ["win", "free", "prize", "call", "now", "0800"]
    rows = []
    for i in range(count):
        spam = i % 4 == 0
        common = [f"w{chance.randrange(50)}" for _ in range(3)]
        text = chance.choices(theirs if spam else ours, k=4) + common
        rows.append((" ".join([*text, f"n{i}"]), spam))
    return split(rows)
