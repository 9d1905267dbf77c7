"""The table of the chapter: as it lies beside the weights, as it came, and parts of it."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING

from demos.cars.knobs import ACCIDENTS, ALL, THIS_YEAR
from demos.frame.tables import read_table
from models.sentences import refusal

if TYPE_CHECKING:
    import pandas as pd

COMMAND = "python -m trainers.cars --output weights/cars"
FEWEST = 10  # cars that are trained on
# How the source says it: an empty cell where nothing is said.
REPORTED = {"no": "None reported", "yes": "At least 1 accident or damage reported"}


def cars() -> pd.DataFrame:
    """Return the 4,009 cars: brand, age [years], miles, accident ("no", "yes", "not said"), price.

    Raises:
        TableMissing: if there is no such table.
    """
    table = read_table(
        "cars/cars",
        {
            "brand": str,
            "model_year": (1900, THIS_YEAR),
            "miles": (0, 2_000_000),
            "accident": list(ACCIDENTS),
            "price": (1, 10_000_000),
        },
        COMMAND,
    )
    table.insert(1, "age", THIS_YEAR - table["model_year"])
    return table


def chosen(brand: str = ALL, limit: float | None = None, outlier: bool = False) -> pd.DataFrame:
    """Return some of the cars.

    Args:
        brand: those of one brand.
        limit: those that cost less [$].
        outlier: without the dearest, the Maserati.

    Raises:
        ValueError: if hardly any are left.
    """
    table = cars()
    if outlier:
        table = table.drop(table["price"].idxmax())
    if brand != ALL:
        table = table[table["brand"] == brand]
    if limit is not None:
        table = table[table["price"] < limit]
    if len(table) < FEWEST:
        raise refusal(
            "Only {count} cars are left, and {fewest} are needed: choose another brand, or a "
            "higher limit.",
            count=len(table),
            fewest=FEWEST,
        )
    return table


@functools.lru_cache(maxsize=1)
def as_it_came() -> bytes:
    """Return the file as Kaggle has it, cp1252, but for the columns that lie not in the weights.

    The table beside the weights holds numbers; how the source writes them was looked up for all of
    its rows: "$10,300 " with a blank behind, "51,000 mi.", and a dash of cp1252 for no fuel.
    """
    table = read_table(
        "cars/cars",
        {
            "brand": str,
            "model_year": (1900, THIS_YEAR),
            "miles": (0, 2_000_000),
            "fuel": str,
            "accident": list(ACCIDENTS),
            "price": (1, 10_000_000),
        },
        COMMAND,
    )
    table["milage"] = [f"{miles:,} mi." for miles in table["miles"]]
    table["fuel_type"] = table["fuel"].replace("not said", "")
    table["accident"] = [REPORTED.get(said, "") for said in table["accident"]]
    table["price"] = [f"${price:,} " for price in table["price"]]
    columns = ["brand", "model_year", "milage", "fuel_type", "accident", "price"]
    file = io.StringIO()
    table[columns].to_csv(file, index=False)
    return file.getvalue().encode("cp1252")
