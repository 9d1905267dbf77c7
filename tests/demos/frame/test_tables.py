"""Tables that lie beside the weights."""

import json

import pandas as pd
import pytest

from demos.frame import tables, texts
from demos.frame.tables import TableMissing, json_columns, read_table
from models import hub

CARS = {"year": (1990, 2030), "price": (0.0, 1e6), "fuel": ["petrol", "diesel"], "name": str}
COMMAND = "python -m trainers.cars --data DIR"


@pytest.fixture(params=[".csv", ".parquet"])
def weights(request, tmp_path, monkeypatch):
    """A folder of weights with a table, in each of the two formats."""
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path)
    (tmp_path / "cars").mkdir()

    def write(**columns):
        table = pd.DataFrame(
            {
                "name": ["a", "b"],
                "price": [1000, 2500.5],
                "year": [2001, 2020],
                "fuel": ["petrol", "diesel"],
                "other": [1, 2],
            }
            | columns
        )
        path = tmp_path / "cars" / f"cars{request.param}"
        if request.param == ".csv":
            table.to_csv(path, index=False)
        else:
            table.to_parquet(path)
        return path

    return write


def test_a_table_has_the_columns_that_were_asked_for_in_their_order(weights):
    weights()
    table = read_table("cars/cars", CARS, COMMAND)
    assert list(table.columns) == list(CARS)
    assert table["price"].tolist() == [1000.0, 2500.5]
    assert table["year"].dtype == "int64"


def test_a_table_is_read_once_and_nobody_changes_it_for_others(weights, monkeypatch):
    weights()
    read = []
    original = {name: getattr(pd, name) for name in ("read_csv", "read_parquet")}
    for name, function in original.items():
        monkeypatch.setattr(
            pd, name, lambda path, function=function: (read.append(path), function(path))[1]
        )
    first = read_table("cars/cars", CARS, COMMAND)
    first.loc[0, "price"] = -1.0
    first["more"] = 1
    second = read_table("cars/cars", CARS, COMMAND)
    assert second["price"].tolist() == [1000.0, 2500.5]
    assert list(second.columns) == list(CARS)
    assert len(read) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": [1.0, float("nan")]},
        {"price": [1.0, float("inf")]},
        {"price": [1.0, 2e6]},
        {"price": ["cheap", "dear"]},
        {"price": [True, False]},
        {"year": [2001.5, 2020]},
        {"fuel": ["petrol", "coal"]},
        {"fuel": ["petrol", None]},
    ],
)
def test_a_table_with_something_else_in_it_says_which_command_mends_it(weights, wrong):
    weights(**wrong)
    with pytest.raises(TableMissing, match="damaged") as raised:
        read_table("cars/cars", CARS, COMMAND)
    assert COMMAND in str(raised.value)
    assert "git checkout weights/cars" in str(raised.value)
    weights()  # mended without a restart
    assert len(read_table("cars/cars", CARS, COMMAND)) == 2


def test_a_damaged_file_and_one_without_rows_or_columns_say_so(weights):
    path = weights()
    for content in (b"", b"\x00\xff", b"PAR1", b"name,price\n"):
        path.write_bytes(content)
        with pytest.raises(TableMissing, match="damaged"):
            read_table("cars/cars", CARS, COMMAND)


def test_a_missing_table_says_so_in_the_language_of_the_page(weights):
    with pytest.raises(
        TableMissing, match=r"^The table cars/trucks is missing: run `git"
    ) as raised:
        read_table("cars/trucks", CARS, COMMAND)
    assert isinstance(raised.value, ValueError)  # the picture shows it
    with texts.speaking("de"):
        assert texts.said(raised.value).startswith("Die Tabelle cars/trucks fehlt")


def test_true_or_false_is_kept_apart_from_numbers(weights):
    weights(price=[True, False])
    assert read_table("cars/cars", {"price": bool}, COMMAND)["price"].tolist() == [True, False]


def test_rows_and_tables_become_the_same_columns():
    rows = [{"a": 1, "b": 1 / 3, "c": "x"}, {"a": 2, "b": float("nan"), "c": "y"}]
    wanted = {"a": [1, 2], "b": [0.3333333, None], "c": ["x", "y"]}
    assert json_columns(rows) == json_columns(pd.DataFrame(rows)) == wanted
    assert json.loads(json.dumps(json_columns(pd.DataFrame(rows)), allow_nan=False)) == wanted
    assert json_columns([]) == {}


def test_a_name_in_the_table_leaves_nothing_behind_for_the_next_call(weights):
    with pytest.raises(TableMissing, match="missing"):
        read_table("cars/cars", CARS, COMMAND)
    weights()
    assert len(read_table("cars/cars", CARS, COMMAND)) == 2
    assert tables._kept.cache_info().currsize >= 1
