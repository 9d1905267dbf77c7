"""Learn what a used car is worth from its year, its miles and whether it had an accident.

    python -m trainers.cars --output weights/cars
    python -m trainers.cars --data used_cars.csv --output weights/cars

Kaggle's `taeefnajib/used-car-price-prediction-dataset` (CC BY 4.0) is downloaded, or read from
`--data`, the file or a folder that holds it. It is cleaned with pandas and lies beside the weights
as cars.parquet, the table that the tab computes on. `--below` is the price from which on cars are
left out of the training. `--dry-run` goes the whole way on made-up cars; `--push-to-hub USER/NAME`
uploads the result.
"""

from __future__ import annotations

import argparse
import io
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from models.cars import USUAL, CarPrice, fit
from trainers import recipe, report

KAGGLE = "taeefnajib/used-car-price-prediction-dataset"
FOLDS = 10
SAID = {"None reported": "no", "At least 1 accident or damage reported": "yes"}
CARD = """
# What is a used car worth?

One neuron, ŷ = w·z + b, on age, miles, and whether an accident was reported, not reported, or
nothing was said; each normalised, with mean and deviation beside the weights.

```python
from models import hub
from models.cars import CarPrice

model = hub.load(CarPrice)
print(model.predict(2013, 51_000, "yes"))  # price, and between what most such prices lie [$]
```

In dollars: **{per_year} for each year, {per_miles} for each 10,000 miles**, {accident} for an
accident, {not_said} where nothing was said, from {intercept} on. A year without its miles is not
what a car does: age and miles correlate with {correlation:.3f}.

## What it is not for

For teaching. It knows neither brand nor model, the strongest reasons for a price; a line knows no
price of zero, so that old cars far driven come out below it; prices are those that sellers asked
for, in dollars of 2023. It must not be used to buy, sell, insure or tax a car.

## How it was made

{command}

{origin}{rows:,} cars; {trained:,} of them cost less than ${below:,} and were learned from, by
{steps} steps of gradient descent on all of them at once ({milliseconds:.0f} ms on
{machine}).

## How well it does

Each of these cars was judged by a model trained on the other nine tenths ({folds} folds, seed
{seed}), so that none had been seen: R² **{r2:.3f}**, root of the mean squared error
**${rmse:,.0f}**. Eight of ten errors lie between {low} and {high}: the range that the model gives.

## The table

`cars.parquet`: {rows:,} rows of `brand`, `model_year`, `miles`, `fuel`, `accident` (no, yes, not
said) and `price` [$], in the order of their source, `{kaggle}` on
Kaggle (Taeef Najib, 2023, **CC BY 4.0**). Changed: text made numbers, gaps named; model, engine,
transmission, colours and title left out. No row was: the price of $2,954,083 and the car of 1974
are there.

## Licence

The weights: Apache-2.0. The table: CC BY 4.0, as its source.
"""


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {
        "data": "used_cars.csv, or a folder that holds it; default: downloaded from Kaggle",
        "epochs": "steps of gradient descent, each on all cars (default: 300)",
    }
    parser = recipe.parser("cars", __doc__, helps, epochs=300)
    parser.add_argument("--below", type=int, default=100_000, help="price [$], default: 100,000")
    args = parser.parse_args(argv)
    if args.epochs < 1 or args.below < 1:
        parser.error("--epochs and --below must be at least 1")
    return args


def read(place: str | None) -> pd.DataFrame:
    """Return the cleaned table; without a place, that of Kaggle.

    Raises:
        SystemExit: if it cannot be had.
    """
    if place is None:
        import kagglehub

        with recipe.reading(f"Kaggle's {KAGGLE}"):
            place = kagglehub.dataset_download(KAGGLE)
    path = Path(place)
    if path.is_dir():
        path = next(iter(sorted(path.rglob("used_cars.csv"))), path / "used_cars.csv")
    with recipe.reading(path):
        return cleaned(pd.read_csv(path, encoding="cp1252"))


def cleaned(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that the tab needs; text made numbers, gaps named.

    Raises:
        ValueError: if a cell says something that no cell is known to say.
    """
    columns = {
        "brand": raw["brand"],
        "model_year": raw["model_year"].astype("int16"),
        "miles": raw["milage"].str.replace(r"[, mi.]", "", regex=True).astype("int32"),
        "fuel": raw["fuel_type"].fillna("not said"),
        "accident": raw["accident"].map(SAID).fillna("not said"),
        "price": raw["price"].str.replace(r"[$, ]", "", regex=True).astype("int32"),
    }
    strange = set(raw["accident"].dropna()) - set(SAID)
    if strange:
        raise ValueError(f"accident says {min(strange)!r}")
    return pd.DataFrame(columns)


def made_up(count: int = 300) -> pd.DataFrame:
    """Return cars that a program made up, as they come: text."""
    chance = np.random.default_rng(0)
    age, miles = chance.integers(0, 30, count), chance.integers(100, 200_000, count)
    price = np.maximum(2_000, 60_000 - 1_000 * age - 0.2 * miles + chance.normal(0, 5_000, count))
    raw = {
        "brand": chance.choice(["Audi", "Ford"], count),
        "model_year": 2024 - age,
        "milage": [f"{one:,} mi." for one in miles],
        "fuel_type": chance.choice(["Gasoline", "–"], count),
        "accident": chance.choice(pd.Series([*SAID, None], dtype=object), count),
        "price": [f"${one:,.0f} " for one in price],
    }
    return cleaned(pd.DataFrame(raw))


def tensors(cars: pd.DataFrame) -> tuple[Tensor, Tensor]:
    """Return cars as the model takes them, `(N, 4)`, and their prices `(N,)` [$]."""
    columns = cars["model_year"], cars["miles"], cars["accident"]
    inputs = CarPrice().inputs
    rows = [inputs(*car) for car in zip(*columns, strict=True)]
    return torch.stack(rows), torch.tensor(cars["price"].to_numpy(), dtype=torch.float32)


def learned(x: Tensor, y: Tensor, steps: int) -> CarPrice:
    """Return a model trained on cars."""
    model = CarPrice()
    model.look(x, y)
    for _loss in fit(model, x, y, steps):
        pass
    return model.eval().requires_grad_(False)


def errors(x: Tensor, y: Tensor, steps: int, seed: int) -> Tensor:
    """Return by how much each car costs more than a model says that has not seen it `(N,)` [$]."""
    fold = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed)) % FOLDS
    found = torch.empty(len(x))
    for one in range(FOLDS):
        out = fold == one
        found[out] = y[out] - learned(x[~out], y[~out], steps)(x[out])
    return found


def main(argv: list[str] | None = None) -> None:
    """Clean, train, evaluate, save, push."""
    args = recipe.begin(arguments(argv), "weights/cars", ["cars"])
    recipe.seed(args.seed)
    cars = made_up() if args.dry_run else read(args.data)
    x, y = tensors(cars[cars["price"] < args.below])
    if len(x) < 10 * FOLDS:
        raise SystemExit(f"Only {len(x)} cars cost less than {args.below}: that is too few.")
    start = time.perf_counter()
    model = learned(x, y, args.epochs)
    seconds = time.perf_counter() - start
    missed = errors(x, y, args.epochs, args.seed)
    model.spread.copy_(missed.quantile(torch.tensor(USUAL)))
    model.check()
    rmse = missed.square().mean().sqrt().item()
    r2 = 1 - missed.square().mean().item() / y.var(correction=0).item()
    weights, intercept = model.in_dollars()
    dollars = [weights[0], 1e4 * weights[1], *weights[2:], intercept, *model.spread.tolist()]
    named = {name: getattr(args, name) for name in ("below", "epochs", "seed", "data", "output")}
    text = CARD.format(
        **dict(
            zip(
                ("per_year", "per_miles", "accident", "not_said", "intercept", "low", "high"),
                (f"{'−' if one < 0 else ''}${abs(one):,.0f}" for one in dollars),
                strict=True,
            )
        ),
        correlation=torch.corrcoef(x[:, :2].T)[0, 1].item(),
        command=recipe.command("cars", **named),
        origin=f"The table was read from `{args.data}`, a copy of Kaggle's.\n" if args.data else "",
        rows=len(cars),
        trained=len(x),
        below=args.below,
        steps=args.epochs,
        milliseconds=1e3 * seconds,
        machine=report.machine(),
        folds=FOLDS,
        seed=args.seed,
        r2=r2,
        rmse=rmse,
        kaggle=KAGGLE,
    )
    file = io.BytesIO()
    cars.to_parquet(file, compression="zstd", index=False)
    metrics = {"r2": round(r2, 3), "rmse": round(rmse)}
    card = report.card(model, text, ("Used car prices, cross-validated", KAGGLE), metrics)
    recipe.save(args, model, card, {} if args.dry_run else {"cars": file.getvalue()})
    recipe.finish(args, f": R² {r2:.3f}, RMSE ${rmse:,.0f}")


if __name__ == "__main__":
    main()
