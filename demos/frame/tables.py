"""Tables of numbers that lie beside the weights, and rows on their way to the browser.

A trainer writes `weights/<model>/<name>.parquet` (or `.csv`); the app reads it once and downloads
nothing:

    cars = read_table("cars/cars", {"miles": (0.0, 1e6), "price": (0.0, 1e6)}, COMMAND)
"""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from models import hub
from models.sentences import Sentence

if TYPE_CHECKING:  # a second to import
    import pandas as pd

# What a column may hold: see `read_table`.
Column = Sequence[float] | Sequence[str] | type

log = logging.getLogger(__name__)


class TableMissing(ValueError):
    """The table is missing or damaged; says in one sentence which command mends it."""


def read_table(place: str, columns: Mapping[str, Column], command: str) -> pd.DataFrame:
    """Return a table that a trainer wrote beside the weights.

    It is read once per process. What a caller does to it reaches nobody else.

    Args:
        place: folder and name in `weights/` without the ending, such as "cars/cars".
        columns: the wanted columns, in this order, and what each holds, as in
            `demos.frame.checks.bounded`: `(1990, 2026)` whole numbers, `(0.0, 1e6)` numbers,
            `["petrol", "diesel"]` one of these texts, `str`, `bool`. Other columns are left out.
        command: that of the trainer which writes the table.

    Raises:
        TableMissing: if there is no such table, or it does not hold what it should.
    """
    wanted = tuple(
        (name, tuple(holds) if isinstance(holds, Sequence) else holds)
        for name, holds in columns.items()
    )
    return _kept(place, wanted, command, hub.WEIGHTS).copy(deep=_copies_at_once())


@functools.cache
def _copies_at_once() -> bool:
    """Return whether a shallow copy would share its numbers: before pandas 3 it does."""
    import pandas as pd

    return int(pd.__version__.partition(".")[0]) < 3


@functools.lru_cache(maxsize=32)  # an error is not kept: the next call looks again
def _kept(place: str, columns: tuple, command: str, weights: Any) -> pd.DataFrame:
    import pandas as pd

    folder, _slash, name = place.rpartition("/")
    files = [weights / folder / f"{name}{ending}" for ending in (".parquet", ".csv")]
    path = next((path for path in files if path.is_file()), None)
    if path is None:
        raise TableMissing(
            Sentence(
                "The table {place} is missing: run `git checkout weights/{folder}`, or make it "
                "with `{command}`.",
                place=place,
                folder=folder,
                command=command,
            )
        )
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
        if not len(table):
            raise ValueError("no rows")
        return pd.DataFrame({column: _checked(table, column, holds) for column, holds in columns})
    except Exception as error:  # what a damaged file may raise is not listed anywhere
        log.error("%s: %s", path, error)
        raise TableMissing(
            Sentence(
                "The table {place} is damaged or made for another version: run `git checkout "
                "weights/{folder}`, or make it with `{command}`.",
                place=place,
                folder=folder,
                command=command,
            )
        ) from error


def _checked(table: pd.DataFrame, name: str, holds: Column) -> pd.Series:
    import numpy as np
    import pandas as pd

    if name not in table.columns:
        raise ValueError(f"no column {name}")
    values = table[name]
    if values.isna().any():
        raise ValueError(f"{name} has gaps")
    if holds is bool:
        if not pd.api.types.is_bool_dtype(values):
            raise ValueError(f"{name} is not true or false")
        return values
    if holds is str:
        return values.astype(str)
    if isinstance(holds, type) or not holds:
        raise TypeError(f"{name}: {holds!r} says nothing about a column")
    if isinstance(holds[0], str):
        if not values.isin(holds).all():
            raise ValueError(f"{name} holds other texts than {holds}")
        return values
    low, high = holds
    numbers = pd.to_numeric(values)
    if pd.api.types.is_bool_dtype(numbers) or not np.isfinite(numbers).all():
        raise ValueError(f"{name} holds something that is no number")
    if not numbers.between(low, high).all():
        raise ValueError(f"{name} leaves {low} to {high}")
    if isinstance(low, int) and isinstance(high, int):
        if not (numbers == numbers.round()).all():
            raise ValueError(f"{name} holds fractions")
        return numbers.astype("int64")
    return numbers.astype("float64")


def json_columns(rows: Sequence[Mapping[str, Any]] | pd.DataFrame) -> dict[str, list[Any]]:
    """Return rows, or a table, as columns ready for JSON.

    Numbers keep float32's seven digits; what is not finite becomes null, a gap.
    """
    if hasattr(rows, "columns"):  # a table of pandas; not imported to find out
        return {str(name): [short(v) for v in rows[name].tolist()] for name in rows.columns}
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [short(row.get(name)) for row in rows] for name in names}


def short(value: Any) -> Any:
    """Return a value of a table ready for JSON, see `json_columns`."""
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    short = float(f"{value:.7g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short
