"""What the networks for small pictures share: layers that can be looked into, and the answer.

Every layer is a module of its own with a name, so that a lesson can stop after each of them; batch
norm stays beside its convolution as it was trained.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from models import settings
from models.backbone import save_halves

REFUSED = 0.05  # share of the validation pictures that a network may refuse
HALF = 0.5  # a label with more than half is likelier than all others together


class Block(nn.Module):
    """Convolution, batch norm or none, ReLU.

    No `nn.Sequential`: in one of these `models.hub` folds the batch norm into the convolution.
    """

    def __init__(self, channels: int, out: int, stride: int = 1, norm: bool = True):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, 3, stride, padding=1, bias=not norm)
        self.norm = nn.BatchNorm2d(out) if norm else nn.Identity()

    def before(self, x: Tensor) -> Tensor:
        """Return what the ReLU is given."""
        return self.norm(self.conv(x))

    def forward(self, x: Tensor) -> Tensor:
        """Return `(N, out, H/stride, W/stride)` for `(N, channels, H, W)`."""
        return self.before(x).relu()

    def kernel(self) -> tuple[Tensor, Tensor]:
        """Return one convolution `(out, channels, 3, 3)` and bias that also does the batch norm."""
        if not isinstance(self.norm, nn.BatchNorm2d):
            return self.conv.weight, self.conv.bias
        n = self.norm
        scale = n.weight / (n.running_var + n.eps).sqrt()
        return self.conv.weight * scale[:, None, None, None], n.bias - n.running_mean * scale


class Residual(nn.Module):
    """Two blocks that learn what to add to their input (He et al., 2016)."""

    def __init__(self, channels: int):
        super().__init__()
        self.first, self.second = Block(channels, channels), Block(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return `x + second(first(x))`, all of them `(N, channels, H, W)`."""
        return x + self.second(self.first(x))


def field(layers: Iterable[nn.Module]) -> tuple[int, int, int]:
    """Return side, step and start [px] of the square of the picture that a number looks at.

    The number in row r, column c behind these layers looks at the rows from start + r·step on, so
    many as the side says, and likewise at columns. At the edge of the picture a part of the square
    lies outside.

    Args:
        layers: convolutions and poolings, in their order; others change nothing.
    """
    side, step, start = 1, 1, 0
    for layer in layers:
        if isinstance(layer, Block):
            side, start, step = side + 2 * step, start - step, step * layer.conv.stride[0]
        elif isinstance(layer, nn.MaxPool2d):
            side, step = side + (layer.kernel_size - 1) * step, step * layer.stride
    return side, step, start


class SmallPictures(nn.Module):
    """A classifier of small pictures; subclasses say what a picture is and which networks it has.

    Args:
        architecture: one of `architectures`.
        labels: one name per class, as the data's authors write them.
        mean, std: normalisation of the input per channel; those of the training set.
        temperature: divides the logits, so that the probabilities mean what they say; fitted on the
            validation pictures (Guo et al., 2017).
        least_confidence: the probability below which no label is named, since the picture may show
            none; see the function `least_confidence`.
        most_distance: the distance from the nearest label beyond which none is named, since the
            picture is unlike all that it learned from; see the function `nearest`. None if the
            network does not know distances; else it has the buffers `whitening` and `centres`.

    Raises:
        ValueError: if one of them cannot be.
    """

    channels: int
    side: int  # of the network's picture [px]
    known: tuple[str, ...]
    architectures: Mapping[str, Callable[[int], nn.Sequential]]  # classes → layers

    def __init__(
        self,
        architecture: str,
        labels: list[str],
        mean: list[float],
        std: list[float],
        temperature: float,
        least_confidence: float,
        most_distance: float | None = None,
    ):
        super().__init__()
        self.labels = settings.names("labels", labels)
        for name, values, bounds in (("mean", mean, settings.MEAN), ("std", std, settings.STD)):
            numbers = torch.tensor(settings.numbers(name, values, bounds, self.channels))
            self.register_buffer(name, numbers.view(-1, 1, 1), persistent=False)
        self.temperature = settings.number("temperature", temperature, settings.TEMPERATURE)
        self.least_confidence = settings.number("least_confidence", least_confidence, (0.0, 1.0))
        if architecture not in self.architectures:
            raise ValueError(f"architecture must be one of {[*self.architectures]}")
        self.architecture = architecture
        self.layers = self.architectures[architecture](len(self.labels))
        self.most_distance = most_distance
        if most_distance is not None:
            self.most_distance = settings.number("most_distance", most_distance, (0.0, 1e6))
            first = getattr(self.layers[0], "conv", self.layers[0])
            width = self.layers[-1].in_features + getattr(first, "out_channels", 0)
            self.register_buffer("whitening", torch.eye(width))
            self.register_buffer("centres", torch.zeros(len(self.labels), width))

    def preprocess(self, image: Image.Image) -> Tensor:
        """Return what the network sees: `(channels, side, side)` in [0, 1]."""
        raise NotImplementedError

    def look(self, image: Image.Image) -> tuple[Tensor, bool]:
        """Return what the network sees, and whether there is what its preprocessing looks for."""
        return self.preprocess(image), True

    def normalise(self, x: Tensor) -> Tensor:
        """Return pictures in [0, 1] as the first layer wants them."""
        return (x - self.mean) / self.std

    def forward(self, x: Tensor) -> Tensor:
        """Return logits `(N, classes)` for pictures `(N, channels, side, side)` in [0, 1].

        The temperature is already applied: the softmax of these logits is `predict`'s answer.
        """
        return self.layers(self.normalise(x)) / self.temperature

    def features(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits `(N, classes)` and features `(N, F)`, by which pictures are like or unlike.

        They are what the last layer reads, and of the first convolution the mean of each map, which
        tells of grain and contrast what later layers forget.
        """
        first = self.layers[0](self.normalise(x))
        last = self.layers[1:-1](first)
        means = first.mean(dim=(2, 3)) if first.ndim == 4 else first[:, :0]
        return self.layers[-1](last) / self.temperature, torch.cat([means, last], dim=1)

    def judge(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return probabilities `(N, classes)` of pictures, and how far each is from what it knows.

        Args:
            x: `(N, channels, side, side)` in [0, 1].

        Returns:
            The probabilities; and the distances from the nearest label `(N,)`, see `nearest`: 0
            where the network does not know them.

        Raises:
            ValueError: if the network's numbers overflow.
        """
        device = next(self.parameters()).device
        with torch.inference_mode():
            logits, features = self.features(x.to(device))
            answer = settings.finite(self, logits.cpu()).softmax(dim=1)
            if self.most_distance is None:
                return answer, torch.zeros(len(x))
            return answer, nearest(features, self.whitening, self.centres).cpu()

    def doubt(self, probabilities: Tensor, distance: float, found: bool = True) -> str:
        """Return why no label is named for a picture, or "" if one is.

        Args:
            probabilities: of its labels, `(classes,)`, and its distance, as of `judge`.
            found: whether there is what the preprocessing looks for, as of `look`.

        Returns:
            "background": nothing was found in front of a plain background; "unsure": no label is
            likely enough; "unlike": it is too far from all that the network learned from.
        """
        if not found:
            return "background"
        if probabilities.max().item() < self.least_confidence:
            return "unsure"
        return "unlike" if distance > (self.most_distance or math.inf) else ""

    def probabilities(self, x: Tensor) -> Tensor:
        """Return the probabilities `(N, classes)` of pictures `(N, channels, side, side)`.

        Raises:
            ValueError: if the network's numbers overflow.
        """
        device = next(self.parameters()).device
        with torch.inference_mode():
            return settings.finite(self, self(x.to(device)).cpu()).softmax(dim=1)

    def predict(self, image: Image.Image) -> dict[str, float]:
        """Return {label: probability}."""
        answer = self.probabilities(self.preprocess(image)[None])[0]
        return dict(zip(self.labels, answer.tolist(), strict=True))

    def check(self) -> None:
        """Check, before it serves, that its labels are known and that it answers with numbers.

        Raises:
            ValueError: if not.
        """
        if self.labels != self.known:
            raise ValueError(f"labels must be {self.known}, not {self.labels}")
        settings.check_statistics(self)
        with torch.no_grad():
            shades = torch.tensor([0, 0.5, 1]).view(-1, 1, 1, 1)
            pictures = shades.expand(-1, self.channels, self.side, self.side)
            settings.finite(self, self.eval()(pictures))

    def _save_pretrained(self, save_directory: Path) -> None:
        save_halves(self, save_directory)


def least_confidence(logits: Tensor) -> float:
    """Return how likely a label must be to be named: all but 5 % of real pictures are, at most 0.5.

    Args:
        logits: of a calibrated network for pictures it was not trained on, `(N, classes)`.
    """
    confidence = logits.double().softmax(dim=1).amax(dim=1)
    return min(HALF, math.floor(100 * confidence.quantile(REFUSED).item()) / 100)


def nearest(features: Tensor, whitening: Tensor, centres: Tensor) -> Tensor:
    """Return how far features are from those of the nearest label, in standard deviations `(N,)`.

    This is the distance of Mahalanobis (Lee et al., "A simple unified framework for detecting
    out-of-distribution samples", 2018), as mean over the features: about 1 for a usual picture.

    Args:
        features: `(N, F)`.
        whitening: `(F, F)`, after which features of a label have no correlation and spread 1.
        centres: means of the labels' features, whitened, `(classes, F)`.
    """
    apart = torch.cdist(features @ whitening.T, centres).amin(dim=1)
    return apart / math.sqrt(features.shape[1])
