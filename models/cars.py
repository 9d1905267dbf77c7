"""What a used car is worth: one neuron on age, miles and accident, its normalisation beside it.

Everything that an answer needs lies in the weights, so that one file of a few hundred bytes can be
taken along, and be sent back by anybody: `packed`, `unpacked`.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from huggingface_hub import PyTorchModelHubMixin
from safetensors.torch import load, save
from torch import Tensor, nn

from models import settings
from models.sentences import refusal

THIS_YEAR = 2024  # of the newest cars in the table
ACCIDENTS = ("no", "yes", "not said")
COLUMNS = ("age", "miles", "accident", "not_said")
MOST = 16_384  # bytes of a file that somebody sends
PICKLED = (b"PK\x03\x04", b"\x80")  # how a file of torch.save begins, today's and that of old
USUAL = (0.1, 0.9)  # between these shares of the errors lies the range that is given


class CarPrice(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="tabular-regression",
    tags=["linear-regression", "used-cars", "education"],
):
    """ŷ = w·z + b, where z are age, miles and two marks for accidents, each normalised.

    Price, too, is normalised: `price = ŷ · price_deviation + price_mean`. `spread` holds the usual
    errors [$], `seen` the least and the greatest year and miles of the cars that it learned from.

    Args:
        this_year: to which ages are counted.

    Raises:
        ValueError: if that cannot be.
    """

    weights_name = "cars"
    title = "Used cars"
    trainer_command = "python -m trainers.cars --output weights/cars"

    def __init__(self, this_year: int = THIS_YEAR) -> None:
        super().__init__()
        self.this_year = settings.whole("this_year", this_year, (1990, 2100))
        self.neuron = nn.Linear(len(COLUMNS), 1)
        self.register_buffer("mean", torch.zeros(len(COLUMNS)))
        self.register_buffer("deviation", torch.ones(len(COLUMNS)))
        self.register_buffer("price_mean", torch.zeros(1))
        self.register_buffer("price_deviation", torch.ones(1))
        self.register_buffer("spread", torch.zeros(2))
        self.register_buffer("seen", torch.zeros(2, 2))
        with torch.no_grad():
            self.neuron.weight.zero_()
            self.neuron.bias.zero_()

    def inputs(self, year: float, miles: float, accident: str) -> Tensor:
        """Return one car as the model takes it, `(4,)`: age [years], miles, 0 or 1, 0 or 1."""
        marks = [accident == "yes", accident == "not said"]
        return torch.tensor([self.this_year - year, miles, *marks], dtype=torch.float32)

    def look(self, x: Tensor, y: Tensor) -> None:
        """Remember mean and deviation of each column, and what years and miles there are.

        Args:
            x: cars `(N, 4)`, see `inputs`.
            y: their prices `(N,)` [$].
        """
        for mean, deviation, values in (
            (self.mean, self.deviation, x),
            (self.price_mean, self.price_deviation, y[:, None]),
        ):
            mean.copy_(values.double().mean(dim=0))
            spread = values.double().std(dim=0, correction=0)
            deviation.copy_(torch.where(spread > 0, spread, 1))  # a column that is always the same
        ages, miles = x[:, 0], x[:, 1]
        self.seen.copy_(
            torch.stack(
                [
                    self.this_year - torch.stack([ages.max(), ages.min()]),
                    torch.stack([miles.min(), miles.max()]),
                ]
            )
        )

    def forward(self, x: Tensor, normalise: bool = True) -> Tensor:
        """Return prices `(N,)` [$] of cars `(N, 4)`.

        Args:
            x: see `inputs`.
            normalise: False forgets mean and deviation of the inputs, to see what that does.
        """
        z = (x - self.mean) / self.deviation if normalise else x
        return self.neuron(z)[:, 0] * self.price_deviation + self.price_mean

    def in_dollars(self) -> tuple[list[float], float]:
        """Return the weights by column [$ per year, per mile, each] and the intercept [$]."""
        scale = self.price_deviation.double() / self.deviation.double()
        weights = self.neuron.weight[0].double() * scale
        at_zero = self.neuron.bias.double() * self.price_deviation.double() + self.price_mean
        return weights.tolist(), (at_zero - weights @ self.mean.double()).item()

    def check(self) -> None:
        """Check, before it serves, that it can answer.

        Raises:
            ValueError: if not.
        """
        numbers = self.state_dict()
        if not all(tensor.isfinite().all() for tensor in numbers.values()):
            raise ValueError("the weights hold numbers that are not finite")
        if (self.deviation <= 0).any() or (self.price_deviation <= 0).any():
            raise ValueError("a deviation must be positive")
        with torch.no_grad():
            cars = torch.stack([self.inputs(1950, 1e6, a) for a in ACCIDENTS])
            for normalise in (True, False):
                settings.finite(self, self(cars, normalise))

    def predict(self, year: float, miles: float, accident: str = "no") -> dict[str, float]:
        """Return the price of a car, and between what most prices of such cars lie [$]."""
        with torch.inference_mode():
            cars = self.inputs(year, miles, accident)[None].to(self.mean.device)
            price = settings.finite(self, self(cars)).item()
        low, high = self.spread.tolist()
        return {"price": price, "low": price + low, "high": price + high}

    # ------------------------------------------------------------ as a file

    def packed(self) -> bytes:
        """Return everything as the content of a safetensors file."""
        return save({n: t.contiguous() for n, t in self.state_dict().items()}, {"format": "pt"})

    @classmethod
    def unpacked(cls, content: bytes) -> CarPrice:
        """Return the model of a safetensors file, whoever sent it.

        Raises:
            ValueError: with one sentence, if it is none of this chapter.
        """
        if content.startswith(PICKLED):
            raise refusal(
                "This file is pickled, as torch.save writes it: whoever opens one runs whatever "
                "its author put into it, so that only safetensors are read."
            )
        if len(content) > MOST:
            raise refusal("This file is too large: the model of this chapter has 600 bytes or so.")
        try:
            model = cls()
            model.load_state_dict(load(content), strict=True)
            model.check()
        except Exception as error:  # safetensors and torch have errors of their own
            raise refusal(
                "This file is damaged, or holds no model of this chapter: download one here first."
            ) from error
        return model.eval().requires_grad_(False)


def fit(model: CarPrice, x: Tensor, y: Tensor, steps: int = 300, rate: float = 0.3) -> Iterator:
    """Train by gradient descent on the mean squared error of normalised prices; yield each loss.

    Args:
        model: has looked at the cars already; changed in place.
        x: cars `(N, 4)`.
        y: prices `(N,)` [$].
        steps: number of updates.
        rate: the learning rate.
    """
    z = (x - model.mean) / model.deviation
    target = (y - model.price_mean) / model.price_deviation
    optimizer = torch.optim.SGD(model.neuron.parameters(), lr=rate)
    for _step in range(steps):
        loss = nn.functional.mse_loss(model.neuron(z)[:, 0], target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item()
