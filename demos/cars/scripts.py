"""The scripts that the tab shows, one a topic. They run in the folder of this course."""

from __future__ import annotations

from collections.abc import Callable


def table(cleaning):
    """Clean the table as it came. Run it in the folder of this course, or take Kaggle's file."""
    import io

    import pandas as pd

    from demos.cars.data import as_it_came

    file = io.BytesIO(as_it_came())  # or "used_cars.csv" of Kaggle
    cars = pd.read_csv(file, encoding="cp1252")  # without it: UnicodeDecodeError
    if "price" in cleaning:
        cars["price"] = cars["price"].str.replace(r"[$, ]", "", regex=True).astype(float)
    if "miles" in cleaning:
        cars["milage"] = cars["milage"].str.replace(r"[, mi.]", "", regex=True).astype(float)
    if "gaps" in cleaning:
        cars["accident"] = cars["accident"].fillna("not said")
    if "old" in cleaning:
        cars = cars[cars["model_year"] >= 1990]
    if "price" in cleaning and "dearest" in cleaning:
        cars = cars.drop(cars["price"].idxmax())
    if "price" in cleaning and "limit" in cleaning:
        cars = cars[cars["price"] < 100_000]
    print(cars.describe(include="all"))
    print(cars.isna().sum())


def explode(scaling, learning_rate, steps, batch):
    """Train on all cars, raw or normalised. Run it in the folder of this course."""
    import pandas as pd
    import torch

    cars = pd.read_parquet("weights/cars/cars.parquet")
    cars["age"] = 2024 - cars["model_year"]
    x = torch.tensor(cars[["age", "miles"]].to_numpy(), dtype=torch.float32)
    y = torch.tensor(cars["price"].to_numpy(), dtype=torch.float32)
    if scaling != "raw":
        y = (y - y.mean()) / y.std(correction=0)
    if scaling == "all":
        x = (x - x.mean(dim=0)) / x.std(dim=0, correction=0)

    w, b = torch.zeros(2, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=learning_rate)
    chance, order = torch.Generator().manual_seed(0), torch.empty(0)
    for step in range(steps + 1):
        now = slice(None)
        if batch < len(x):
            if len(order) < batch:
                order = torch.randperm(len(x), generator=chance)
            now, order = order[:batch], order[batch:]
        loss = ((x[now] @ w + b - y[now]) ** 2).mean()
        print(f"step {step}: loss {loss.item():.5g}, w {w.tolist()}")
        if not loss.isfinite():
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def answer(brand, limit, outlier, columns, loss, delta):
    """Dollars for a year and for 10,000 miles. Run it in the folder of this course."""
    import pandas as pd
    import torch
    from torch.nn import functional

    cars = pd.read_parquet("weights/cars/cars.parquet")
    cars["age"] = 2024 - cars["model_year"]
    cars["yes"], cars["unsaid"] = (cars["accident"] == said for said in ("yes", "not said"))
    if outlier:
        cars = cars.drop(cars["price"].idxmax())
    cars = cars[(cars["price"] < limit) & ((brand == "all") | (cars["brand"] == brand))]
    seen = [name for name in columns if name != "accident"]
    seen += ["yes", "unsaid"] if "accident" in columns else []
    x = torch.tensor(cars[seen].to_numpy(dtype="float32"))
    y = torch.tensor(cars["price"].to_numpy(dtype="float32"))
    z, t = ((v - v.mean(dim=0)) / v.std(dim=0, correction=0).clamp(min=1e-9) for v in (x, y))

    w, b = torch.zeros(len(seen), requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=0.5)
    shrink = 1 if loss == "mse" else 0.99  # a loss with a kink needs shorter and shorter steps
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, shrink)
    bend = delta / y.std(correction=0).item()
    loss_of, steps = {
        "mse": (functional.mse_loss, 100),
        "mae": (functional.l1_loss, 600),
        "huber": (lambda guess, true: functional.huber_loss(guess, true, delta=bend), 300),
    }[loss]
    for _step in range(steps):
        optimizer.zero_grad()
        loss_of(z @ w + b, t).backward()
        optimizer.step()
        schedule.step()
    dollars = w.detach() * y.std(correction=0) / x.std(dim=0, correction=0)
    print(len(cars), "cars:", dict(zip(seen, dollars.tolist(), strict=True)))


def accident(missing, noise):
    """Does one more column help? Asked on cars left out. Run it in the folder of this course."""
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import KFold, cross_val_predict

    cars = pd.read_parquet("weights/cars/cars.parquet")
    cars = cars[cars["price"] < 100_000]
    if missing == "drop":
        cars = cars[cars["accident"] != "not said"]
    plain = np.column_stack([2024 - cars["model_year"], cars["miles"]])
    marks = [cars["accident"] == "yes"]
    if missing == "own":
        marks.append(cars["accident"] == "not said")
    chance = np.random.default_rng(0).normal(size=(len(cars), noise))
    more = np.column_stack([plain, *marks, chance])

    price = cars["price"].to_numpy()
    for name, x in (("without", plain), ("with", more)):
        learned = LinearRegression().fit(x, price)
        folds = KFold(10, shuffle=True, random_state=0)
        guess = cross_val_predict(LinearRegression(), x, price, cv=folds)
        left_out = 1 - np.mean((price - guess) ** 2) / price.var()
        print(f"{name}: R² {learned.score(x, price):.4f}, on cars left out {left_out:.4f}")


def car(year, miles, accident):
    """What a car costs. Run it in the folder of this course."""
    from models import hub
    from models.cars import CarPrice

    model = hub.load(CarPrice)
    x = model.inputs(year, miles, accident)
    z = (x - model.mean) / model.deviation
    y = model.neuron(z)
    price = y * model.price_deviation + model.price_mean
    print("z =", z.tolist(), "ŷ =", y.item())
    print(f"{price.item():,.0f} $")
    print(model.predict(year, miles, accident))


def file(year, miles, accident, normalise):
    """Save a model, load it again, and forget what belongs to it. Run it in this folder."""
    from models import hub
    from models.cars import CarPrice

    model = hub.load(CarPrice)
    for name, numbers in model.state_dict().items():
        print(name, tuple(numbers.shape), numbers.flatten().tolist())
    content = model.packed()  # a safetensors file: names, shapes, numbers, and nothing that runs
    again = CarPrice.unpacked(content)
    x = again.inputs(year, miles, accident)[None]
    print(len(content), "bytes;", f"{again(x, normalise).item():,.0f} $")


SCRIPTS: dict[str, Callable] = {
    "table": table,
    "explode": explode,
    "answer": answer,
    "accident": accident,
    "car": car,
    "file": file,
}
