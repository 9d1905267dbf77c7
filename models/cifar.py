"""CIFAR-10: small colour photos of ten things (Krizhevsky, 2009), and two networks for them."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch
from huggingface_hub import PyTorchModelHubMixin
from PIL import Image
from torch import Tensor, nn

from models.images import open_image
from models.labels import THINGS as LABELS
from models.small_pictures import Block, Residual, SmallPictures

SIDE = 32  # side of the network's picture [px]
MEAN, STD = (0.491, 0.482, 0.447), (0.247, 0.243, 0.262)  # of the training pictures


def five_layers(classes: int) -> nn.Sequential:
    """Return the course's first network for photos, after LeNet-5: 6 and 16 filters, 120, 84."""
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(3, 6, 5),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(6, 16, 5),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            linear1=nn.Linear(16 * 5 * 5, 120),
            relu3=nn.ReLU(),
            linear2=nn.Linear(120, 84),
            relu4=nn.ReLU(),
            linear3=nn.Linear(84, classes),
        )
    )


def residual(classes: int) -> nn.Sequential:
    """Return a small residual network; the comments give its output."""
    return nn.Sequential(
        OrderedDict(
            conv1=Block(3, 32),  # (N, 32, 32, 32)
            conv2=Block(32, 48, stride=2),  # (N, 48, 16, 16)
            residual1=Residual(48),
            conv3=Block(48, 96, stride=2),  # (N, 96, 8, 8)
            residual2=Residual(96),
            conv4=Block(96, 160, stride=2),  # (N, 160, 4, 4)
            residual3=Residual(160),
            mean=nn.AdaptiveAvgPool2d(1),
            flatten=nn.Flatten(),
            linear=nn.Linear(160, classes),
        )
    )


ARCHITECTURES = {"five_layers": five_layers, "residual": residual}


class CifarNet(
    SmallPictures,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="image-classification",
    tags=["cifar10", "education"],
):
    """A network for small colour photos; see `SmallPictures`.

    Args:
        architecture: one of `ARCHITECTURES`.
        labels, mean, std, temperature, least_confidence, most_distance: see `SmallPictures`.
    """

    weights_name = "cifar"
    title = "Residual network"
    trainer_command = "python -m trainers.cifar"
    channels, side, known = 3, SIDE, LABELS
    architectures = ARCHITECTURES

    def __init__(
        self,
        architecture: str = "residual",
        labels: list[str] = LABELS,
        mean: list[float] = MEAN,
        std: list[float] = STD,
        temperature: float = 1.0,
        least_confidence: float = 0.0,
        most_distance: float | None = None,
    ):
        given = (temperature, least_confidence, most_distance)
        super().__init__(architecture, labels, mean, std, *given)

    def preprocess(self, image: Image.Image) -> Tensor:
        """Return what the network sees: the middle square, `(3, 32, 32)` in [0, 1]."""
        image = open_image(image)
        side = min(image.size)
        left, top = ((length - side) / 2 for length in image.size)
        box = (left, top, left + side, top + side)
        small = image.resize((SIDE, SIDE), Image.BOX if side >= SIDE else Image.BILINEAR, box)
        return torch.from_numpy(np.array(small)).permute(2, 0, 1).float() / 255
