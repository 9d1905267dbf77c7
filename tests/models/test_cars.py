"""The price of a used car: the sum of its neuron, its normalisation, and what it refuses."""

import math

import pytest
import torch

from models import hub
from models.cars import CarPrice, fit


@pytest.fixture
def model():
    """It learned that a new car costs 50,000; a year takes 2,000 of it, a mile 0.1."""
    chance = torch.Generator().manual_seed(0)
    ages = torch.randint(0, 20, (400,), generator=chance).float()
    miles = 1000.0 * torch.randint(1, 200, (400,), generator=chance)
    marks = torch.zeros(400, 2)
    x = torch.cat([torch.stack([ages, miles], dim=1), marks], dim=1)
    y = 50_000 - 2_000 * ages - 0.1 * miles
    model = CarPrice()
    model.look(x, y)
    losses = list(fit(model, x, y))
    assert losses[-1] < 1e-8 < 0.9 < losses[0]
    model.spread.copy_(torch.tensor([-100.0, 200.0]))
    return model.eval()


def test_it_finds_the_line_and_says_it_in_dollars(model):
    weights, at_zero = model.in_dollars()
    assert weights[:2] == pytest.approx([-2000, -0.1], rel=1e-3)
    assert at_zero == pytest.approx(50_000, rel=1e-3)
    answer = model.predict(2014, 30_000)
    assert answer["price"] == pytest.approx(27_000, abs=5)
    assert answer["high"] - answer["low"] == pytest.approx(300, abs=0.1)
    assert model.seen.tolist() == [[2005, 2024], [1000, 199_000]]


def test_a_column_that_never_changes_keeps_its_deviation_of_one(model):
    assert model.deviation.tolist()[2:] == [1, 1]
    assert model.predict(2014, 30_000, "yes")["price"] == pytest.approx(27_000, abs=5)


def test_a_file_holds_all_of_it(model):
    again = CarPrice.unpacked(model.packed())
    assert again.state_dict().keys() == model.state_dict().keys()
    assert again.predict(2014, 30_000) == model.predict(2014, 30_000)


def test_what_hub_saves_can_be_opened_too(model, tmp_path):
    hub.save(model, tmp_path / "cars", "# Cars", {"numbers": "a\n1\n", "cars": b"PAR1"})
    assert (tmp_path / "cars" / "numbers.csv").read_text() == "a\n1\n"
    assert (tmp_path / "cars" / "cars.parquet").read_bytes() == b"PAR1"
    again = CarPrice.unpacked((tmp_path / "cars" / "model.safetensors").read_bytes())
    assert again.predict(2014, 30_000) == model.predict(2014, 30_000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deviation", 0.0),
        ("price_deviation", -1.0),
        ("mean", math.nan),
        ("neuron.weight", math.inf),
        ("neuron.bias", 3e38),
    ],
)
def test_numbers_that_cannot_be_are_refused(model, name, value):
    model.state_dict()[name].fill_(value)
    with pytest.raises(ValueError, match=r"not finite|positive|overflow"):
        model.check()
    with pytest.raises(ValueError, match="damaged"):
        CarPrice.unpacked(model.packed())


@pytest.mark.parametrize("year", [1800, 2024.5, "2024", None, True])
def test_a_year_that_cannot_be_is_refused(year):
    with pytest.raises(ValueError, match="this_year"):
        CarPrice(this_year=year)
