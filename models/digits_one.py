"""Handwritten digits with one output only: is it a zero? And: which number, from 0 to 9?

Both see what `models.digits` sees. The first says how sure it is by a sigmoid, and learned by the
binary cross-entropy. The second is a regression: it says a number, learned by the squared error,
and shows why nobody reads digits that way.
"""

from __future__ import annotations

import torch
from huggingface_hub import PyTorchModelHubMixin
from PIL import Image
from torch import Tensor, nn

from models import settings
from models.digits import MNIST_MEAN, MNIST_STD, SIDE, DigitModel, has_ink


class OneOutput(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="image-classification",
    tags=["mnist", "handwritten-digits", "education"],
):
    """What the two share. Subclasses build `self.network`: `(N, 1, 28, 28)` → `(N, 1)`.

    Args:
        mean, std: normalisation of the input; those of MNIST's training set.

    Raises:
        ValueError: if one of them cannot be.
    """

    weights_name: str
    title: str
    trainer_command: str

    def __init__(self, mean: float = MNIST_MEAN, std: float = MNIST_STD):
        super().__init__()
        self.mean = settings.number("mean", mean, settings.MEAN)
        self.std = settings.number("std", std, settings.STD)
        self.network = self.build()

    def build(self) -> nn.Module:
        """Return the layers, from a normalised picture to one number."""
        raise NotImplementedError

    preprocess = DigitModel.preprocess

    def forward(self, x: Tensor) -> Tensor:
        """Return one number each, `(N,)`, for pictures `(N, 1, 28, 28)` in [0, 1]."""
        return self.network((x - self.mean) / self.std)[:, 0]

    def check(self) -> None:
        """Check, before it serves, that it answers with numbers.

        Raises:
            ValueError: if not.
        """
        with torch.no_grad():
            shades = torch.tensor([0, 0.5, 1]).view(-1, 1, 1, 1)
            settings.finite(self, self.eval()(shades.expand(-1, 1, SIDE, SIDE)))

    def output(self, image: Image.Image) -> float | None:
        """Return what comes out for a picture, None if it shows no ink."""
        x = self.preprocess(image)
        if not has_ink(x):
            return None
        device = next(self.parameters()).device
        with torch.inference_mode():
            return settings.finite(self, self(x[None].to(device)).cpu()).item()


class ZeroOrNot(OneOutput):
    """Logistic regression: one weight per pixel says whether it is a 0."""

    weights_name = "digits-zero"
    title = "0 or not 0"
    trainer_command = "python -m trainers.digits --model zero --output weights/digits-zero"

    def build(self) -> nn.Module:
        """Return 784-1."""
        return nn.Sequential(nn.Flatten(), nn.Linear(SIDE * SIDE, 1))

    def predict(self, image: Image.Image) -> dict[str, float]:
        """Return {"0": probability, "not 0": the rest}. Without ink: half of each."""
        z = self.output(image)
        zero = 0.5 if z is None else torch.tensor(z).sigmoid().item()
        return {"0": zero, "not 0": 1 - zero}

    def contributions(self, x: Tensor) -> tuple[Tensor, float]:
        """Return what each pixel adds to the logit, `(28, 28)`, and the rest of it, the bias.

        Black pixels add nothing: what they would add after normalising is counted to the bias.

        Args:
            x: a preprocessed picture, `(1, 28, 28)`.
        """
        with torch.inference_mode():
            layer = self.network[1]
            weight = layer.weight[0].view(SIDE, SIDE).cpu()
            bias = layer.bias.item() - self.mean / self.std * weight.sum().item()
            return weight * x[0].cpu() / self.std, bias


class DigitNumber(OneOutput):
    """A regression from 0 to 9: 784-100-50-1 with ReLU."""

    weights_name = "digits-number"
    title = "One number from 0 to 9"
    trainer_command = "python -m trainers.digits --model number --output weights/digits-number"

    def build(self) -> nn.Module:
        """Return 784-100-50-1."""
        return nn.Sequential(
            nn.Flatten(),
            nn.Linear(SIDE * SIDE, 100),
            nn.ReLU(),
            nn.Linear(100, 50),
            nn.ReLU(),
            nn.Linear(50, 1),
        )

    def predict(self, image: Image.Image) -> float | None:
        """Return the number, also beyond 0 and 9; None if the picture shows no ink."""
        return self.output(image)


MODELS = {"zero": ZeroOrNot, "number": DigitNumber}
