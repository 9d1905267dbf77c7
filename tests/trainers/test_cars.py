"""The trainer of the used cars: what it reads, cleans, learns and writes."""

import json
import sys
import types

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file
from sklearn.linear_model import LinearRegression

from demos.cars.data import as_it_came
from models import hub
from models.cars import CarPrice
from trainers import cars

SHIPPED = hub.WEIGHTS / "cars"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The file of the source, as the shipped table tells it, and what the trainer made of it."""
    place = tmp_path_factory.mktemp("kaggle")
    (place / "used_cars.csv").write_bytes(as_it_came())
    cars.main(["--data", str(place), "--output", str(place / "cars")])
    return place


def test_the_trainer_makes_the_shipped_table_and_the_shipped_weights_again(folder):
    made = pd.read_parquet(folder / "cars" / "cars.parquet")
    pd.testing.assert_frame_equal(made, pd.read_parquet(SHIPPED / "cars.parquet"))
    ours, shipped = (load_file(place / "model.safetensors") for place in (folder / "cars", SHIPPED))
    assert set(ours) == set(shipped)
    for name, numbers in shipped.items():
        torch.testing.assert_close(ours[name], numbers, rtol=1e-4, atol=1e-4)
    assert json.loads((SHIPPED / "config.json").read_text()) == {"this_year": 2024}
    assert (SHIPPED / "cars.parquet").stat().st_size < 100_000
    assert (SHIPPED / "model.safetensors").stat().st_size < 1000


def test_the_shipped_model_is_the_least_squares_of_cars_below_the_limit():
    table = pd.read_parquet(SHIPPED / "cars.parquet")
    some = table[table["price"] < 100_000]
    x, y = cars.tensors(some)
    fitted = LinearRegression().fit(x, y)
    weights, intercept = CarPrice.from_pretrained(SHIPPED, strict=True).in_dollars()
    assert weights == pytest.approx(fitted.coef_, rel=2e-3)
    assert intercept == pytest.approx(fitted.intercept_, rel=1e-4)


def test_the_card_says_what_was_measured_and_whose_table_it_is():
    card = (SHIPPED / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    for said in ("R² **0.469**", "**$15,724**", "4,009", "3,774", "CC BY 4.0", "−$16,483"):
        assert said in card
    table = pd.read_parquet(SHIPPED / "cars.parquet")
    x, y = cars.tensors(table[table["price"] < 100_000])
    missed = cars.errors(x, y, 300, 0)
    assert missed.square().mean().sqrt().item() == pytest.approx(15_724, abs=2)
    spread = load_file(SHIPPED / "model.safetensors")["spread"].tolist()
    inside = ((missed >= spread[0]) & (missed <= spread[1])).float().mean().item()
    assert inside == pytest.approx(0.8, abs=1e-3)


def test_the_table_is_taken_from_kaggle_unless_there_is_a_copy(folder, monkeypatch):
    asked = []
    kaggle = types.SimpleNamespace(dataset_download=lambda name: asked.append(name) or str(folder))
    monkeypatch.setitem(sys.modules, "kagglehub", kaggle)
    assert len(cars.read(None)) == 4009
    assert asked == ["taeefnajib/used-car-price-prediction-dataset"]
    assert len(cars.read(str(folder / "used_cars.csv"))) == 4009


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No such file"),
        (b"brand,price\nFord,$1", "model_year"),
        (as_it_came().replace(b"None reported", b"Who knows"), "'Who knows'"),
        (as_it_came().replace(b'"$10,300 "', b'"on request"'), "onrequest"),
    ],
    ids=["missing", "another table", "another word", "no price"],
)
def test_a_table_that_says_something_else_is_refused_in_one_sentence(tmp_path, content, says):
    if content is not None:
        (tmp_path / "used_cars.csv").write_bytes(content)
    with pytest.raises(SystemExit, match=says) as refused:
        cars.main(["--data", str(tmp_path), "--output", str(tmp_path / "cars")])
    assert "cannot be read" in str(refused.value)
    assert not (tmp_path / "cars").exists()


def test_too_few_cars_are_refused(folder, tmp_path):
    with pytest.raises(SystemExit, match="cars cost less than 3000"):
        cars.main(["--data", str(folder), "--below", "3000", "--output", str(tmp_path / "cars")])


def test_a_dry_run_writes_a_model_and_no_table(tmp_path):
    cars.main(["--dry-run", "--output", str(tmp_path / "dry")])
    names = {path.name for path in (tmp_path / "dry").iterdir()}
    assert names == {"README.md", "config.json", "model.safetensors"}
    CarPrice.from_pretrained(tmp_path / "dry", strict=True).check()


def test_a_model_and_its_table_are_replaced_together(folder):
    before = (folder / "cars" / "cars.parquet").read_bytes()
    cars.main(["--data", str(folder), "--epochs", "3", "--output", str(folder / "cars")])
    assert (folder / "cars" / "cars.parquet").read_bytes() == before
    assert "--epochs 3" in (folder / "cars" / "README.md").read_text(encoding="utf-8")
