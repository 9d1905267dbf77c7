"""The lesson: a table is cleaned, a neuron learns from it, and what it learned is looked at.

torch and pandas are imported inside: the app starts without them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from demos.cars.data import chosen
from demos.cars.knobs import KNOBS, THIS_YEAR
from demos.frame.knobs import takes
from demos.frame.runs import trained
from models.sentences import refusal

if TYPE_CHECKING:
    import pandas as pd

DECAY = 0.99  # of the rate from step to step, where the loss has a kink at its bottom


def clean(file: bytes, steps: Sequence[str]) -> pd.DataFrame:
    """Read the file and clean it, as far as the steps go; what pandas refuses, it refuses.

    Args:
        file: as it came.
        steps: some of `CLEANING`.
    """
    import pandas as pd

    cars = pd.read_csv(io.BytesIO(file), encoding="cp1252" if "encoding" in steps else "utf-8")
    if "price" in steps:
        cars["price"] = cars["price"].str.replace(r"[$, ]", "", regex=True).astype(float)
    if "miles" in steps:
        cars["milage"] = cars["milage"].str.replace(r"[, mi.]", "", regex=True).astype(float)
    if "gaps" in steps:
        cars["accident"] = cars["accident"].fillna("not said")
    if "dearest" in steps:
        cars = cars.drop(cars["price"].idxmax())
    if "old" in steps:
        cars = cars[cars["model_year"] >= 1990]
    if "limit" in steps:
        cars = cars[cars["price"] < 100_000]
    return cars


def learn(x, y, steps: int = 100, rate: float = 0.3) -> tuple[list[float], dict[str, float]]:
    """Train price = w·x + b on normalised columns; return each loss, and the answer in dollars.

    Args:
        x: age, miles, accident yes, not said `(N, 4)`.
        y: prices `(N,)` [$].
        steps: of gradient descent.
        rate: the learning rate.
    """
    import torch

    z, mean, deviation = normalised(x)
    target, y_mean, y_deviation = normalised(y)
    w, b = torch.zeros(x.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=rate)
    losses = []
    for step in range(steps + 1):
        loss = ((z @ w + b - target) ** 2).mean()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        if step < steps:
            optimizer.step()
    told = in_dollars(list(NAMES), w, b, mean, deviation, y_mean, y_deviation)
    return losses, {**told, "rmse": losses[-1] ** 0.5 * y_deviation.item(), "r2": 1 - losses[-1]}


def columns_of(cars: pd.DataFrame):
    """Return a cleaned table as tensors: age, miles, accident yes, not said `(N, 4)`; price `(N,)`.

    A gap that nobody named stays a gap: nan.
    """
    import torch

    price = torch.tensor(cars["price"].astype(float).to_numpy()).float()
    yes = (cars["accident"] != "None reported") & (cars["accident"] != "not said")
    columns = [
        THIS_YEAR - cars["model_year"],
        cars["milage"].astype(float),
        yes.astype(float).where(cars["accident"].notna()),
        (cars["accident"] == "not said").astype(float),
    ]
    x = torch.stack([torch.tensor(one.to_numpy(dtype=float)) for one in columns], dim=1)
    return x.float(), price


def normalised(values):
    """Return z = (x − μ)/σ of each column, and μ and σ; a column that never changes keeps σ = 1."""
    import torch

    mean = values.double().mean(dim=0)
    deviation = values.double().std(dim=0, correction=0)
    deviation = torch.where(deviation > 0, deviation, torch.ones_like(deviation))
    return ((values - mean) / deviation).float(), mean, deviation


def inputs(cars: pd.DataFrame, columns: Sequence[str]):
    """Return what the neuron sees `(N, C)`: age, miles, and two marks for accidents; and prices."""
    import torch

    of = {
        "age": [cars["age"]],
        "miles": [cars["miles"]],
        "accident": [cars["accident"] == "yes", cars["accident"] == "not said"],
    }
    seen = [torch.tensor(one.to_numpy(dtype="float32")) for name in columns for one in of[name]]
    price = torch.tensor(cars["price"].to_numpy(dtype="float32"))
    return torch.stack(seen, dim=1), price


@takes(KNOBS)
@trained(steps="steps", keep=8)
def train(
    scaling, learning_rate, steps, batch, brand, limit, outlier, columns, loss, delta
) -> Iterator[dict]:
    """Train the neuron price = w·x + b on used cars by gradient descent, from w = 0 and b = 0.

    With MAE and Huber the rate shrinks by a hundredth from step to step.

    Returns:
        One row per step, row 0 is the untrained neuron: step, loss (of all cars; in $² or $, or of
        normalised prices), batch_loss (of the cars of this step), weight_… and gradient_… of each
        column that it sees (age, miles, accident, not_said), bias, gradient_bias; per_year [$ per
        year], per_miles [$ per 10,000 miles], per_accident, per_not_said, intercept: the same in
        dollars, null for columns that it does not see. The rows end before the first number that is
        not finite; then the last row's note is "overflow".
    """
    import torch
    from torch.nn.functional import huber_loss, l1_loss, mse_loss

    x, y = inputs(chosen(brand, limit, outlier), columns)
    count, width = x.shape
    mean, deviation = torch.zeros(width).double(), torch.ones(width).double()
    y_mean, y_deviation = torch.zeros(1).double(), torch.ones(1).double()
    if scaling != "raw":
        y, y_mean, y_deviation = normalised(y)
    if scaling == "all":
        x, mean, deviation = normalised(x)

    def loss_of(prediction, target):
        if loss == "huber":
            return huber_loss(prediction, target, delta=delta / y_deviation.item())
        return l1_loss(prediction, target) if loss == "mae" else mse_loss(prediction, target)

    w, b = torch.zeros(width, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=learning_rate)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 1 if loss == "mse" else DECAY)
    chance, order = torch.Generator().manual_seed(0), torch.empty(0)
    for step in range(steps + 1):
        if batch < count and len(order) < batch:
            order = torch.randperm(count, generator=chance)
        now, order = (order[:batch], order[batch:]) if batch < count else (slice(None), order)

        batch_loss = loss_of(x[now] @ w + b, y[now])
        optimizer.zero_grad()
        batch_loss.backward()
        with torch.no_grad():
            whole = loss_of(x @ w + b, y) if batch < count else batch_loss
        yield {
            "step": step,
            "loss": whole.item(),
            "batch_loss": batch_loss.item(),
            **told(columns, "weight", w),
            "bias": b.item(),
            **told(columns, "gradient", w.grad),
            "gradient_bias": b.grad.item(),
            **in_dollars(columns, w, b, mean, deviation, y_mean, y_deviation),
        }
        optimizer.step()
        schedule.step()


NAMES = {"age": ["age"], "miles": ["miles"], "accident": ["accident", "not_said"]}


def told(columns: Sequence[str], kind: str, numbers) -> dict[str, float]:
    """Return a number for each column that the neuron sees: weight_age, weight_miles, …"""
    names = [name for column in columns for name in NAMES[column]]
    return dict(zip((f"{kind}_{name}" for name in names), numbers.tolist(), strict=True))


def in_dollars(columns, w, b, mean, deviation, y_mean, y_deviation) -> dict[str, float | None]:
    """Turn weights of normalised columns back: w·σ_y/σ_x dollars for each year, mile or mark."""
    weights = w.detach().double() * y_deviation / deviation
    at_zero = b.detach().double() * y_deviation + y_mean - weights @ mean
    found = told(columns, "per", weights)
    return {
        "per_year": found.get("per_age"),
        "per_miles": 10_000 * found["per_miles"] if "miles" in columns else None,
        "per_accident": found.get("per_accident"),
        "per_not_said": found.get("per_not_said"),
        "intercept": at_zero.item(),
    }


def curvature(x):
    """Return how the squared error is curved: eigenvalues and -vectors of its second derivative.

    The loss is a parabola in w and b; its second derivative is 2/N·XᵀX, X with a column of ones.
    Steps converge as long as the rate stays below 2/λ of the largest eigenvalue.
    """
    import torch

    ones = torch.ones(len(x), 1, dtype=torch.float64)
    whole = torch.cat([x.double(), ones], dim=1)
    return torch.linalg.eigh(2 / len(x) * whole.T @ whole)


def steps_needed(x, y, rate: float, share: float = 0.01, most: float = 1e15) -> float:
    """Return after how many steps the loss is within 1 % of the way down; inf if it never is.

    Along each eigenvector, every step multiplies the error by 1 − ηλ: no step need be made.

    Args:
        x: `(N, C)`.
        y: `(N,)`.
        rate: η.
        share: of the way that may be left.
        most: steps after which it counts as never.
    """
    import torch

    values, vectors = curvature(x)
    whole = torch.cat([x.double(), torch.ones(len(x), 1, dtype=torch.float64)], dim=1)
    best = torch.linalg.lstsq(whole / whole.norm(dim=0), y.double()[:, None]).solution[:, 0]
    left = values / 2 * (vectors.T @ (best / whole.norm(dim=0))) ** 2  # of the loss, at w = 0
    factor = (1 - rate * values).abs()

    def enough(steps: float) -> bool:
        return bool((left * factor ** (2 * steps)).sum() <= share * left.sum())

    high = 1.0
    while not enough(high):
        high *= 2
        if high > most:
            return float("inf")
    low = high / 2
    while high - low > max(1, 1e-3 * high):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return float(round(high))


def loss_surface(w_age, w_miles, bias: float, x, y):
    """Return the mean squared error of w_age·age + w_miles·miles + b for all pairs of weights.

    Args:
        w_age: `(A,)`.
        w_miles: `(M,)`.
        bias: b.
        x: `(N, 2)`.
        y: `(N,)`.

    Returns:
        `(M, A)`: a parabola, so that six means of the table suffice.
    """
    x, y = x.double(), y.double() - bias
    (aa, am), (_, mm) = (x.T @ x / len(x)).tolist()
    ay, my = (x.T @ y / len(x)).tolist()
    a, m = w_age.double()[None], w_miles.double()[:, None]
    return aa * a**2 + 2 * am * a * m + mm * m**2 - 2 * ay * a - 2 * my * m + (y**2).mean()


def validated(x, y, folds: int = 10, seed: int = 0) -> dict[str, Any]:
    """Return R² of the least squares on cars that were learned from, and on those left out.

    Args:
        x: `(N, C)`.
        y: `(N,)`.
        folds: parts, each of which is left out once.
        seed: of the parts; the same for whatever is compared.

    Returns:
        `training` and `validation`, a number for each part; `whole`, R² of all cars, each of them
        judged while it was left out.
    """
    import torch

    x = torch.cat([normalised(x)[0], torch.ones(len(x), 1)], dim=1).double()
    y = y.double()
    part = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed)) % folds
    out = part[:, None] == torch.arange(folds)  # (N, folds)
    # Xᵀ·X·w = Xᵀ·y, for all cars but those left out; the last term keeps a dead column harmless.
    sums = torch.stack([x[left].T @ x[left] for left in out.T])
    sides = torch.stack([x[left].T @ y[left] for left in out.T])
    w = torch.linalg.solve(x.T @ x - sums + 1e-6 * torch.eye(x.shape[1]), x.T @ y - sides)
    squares = (y[:, None] - x @ w.T) ** 2

    def r2(which):
        mean = (which * y[:, None]).sum(dim=0) / which.sum(dim=0)
        spread = (which * (y[:, None] - mean) ** 2).sum(dim=0)
        return (1 - (which * squares).sum(dim=0) / spread).tolist()

    whole = 1 - (out * squares).sum() / ((y - y.mean()) ** 2).sum()
    return {"training": r2(~out), "validation": r2(out), "whole": whole.item()}


def answer_of(cars: pd.DataFrame, columns: Sequence[str], row: dict[str, Any]) -> dict[str, float]:
    """Return how well a trained neuron does on the cars that it learned from: R² and RMSE [$]."""
    x, y = inputs(cars, columns)
    weights = [row["per_year"], (row["per_miles"] or 0) / 10_000]
    of = {"age": weights[:1], "miles": weights[1:]}
    of["accident"] = [row["per_accident"], row["per_not_said"]]
    w = x.new_tensor([one for name in columns for one in of[name]])
    error = (y - x @ w - row["intercept"]).double().square().mean()
    variance = y.double().var(correction=0)
    if not variance > 0:
        raise refusal("All these cars cost the same: choose others.")
    return {"r2": 1 - (error / variance).item(), "rmse": error.sqrt().item()}
