"""Cats and dogs: a head on what ImageNet taught a network, the plainest transfer learning."""

from __future__ import annotations

from pathlib import Path

import torch
from huggingface_hub import PyTorchModelHubMixin
from PIL import Image
from torch import Tensor, nn

from models import hub, settings
from models.architectures import last_layer, network
from models.backbone import (
    FEATURES,
    IMAGENET_MEAN,
    IMAGENET_STD,
    SIDE,
    Backbone,
    save_halves,
    shades,
    squeezed,
)

LABELS = ("cat", "dog")
UNLIKE = 0.2  # change of a logit from which features count as others than the head was fitted to


class CatsDogs(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="image-classification",
    tags=["cats-and-dogs", "transfer-learning", "education"],
):
    """Tells cats from dogs by one linear layer on frozen features.

    Args:
        architecture: None for the features in weights/mobilenet-v2, which every model of photos
            shares, so that these weights are the head alone; or any classifier of torchvision,
            such as `resnet18`, whose frozen layers then come with the weights.
        labels: one name per class.
        temperature: divides the logits; fitted on the validation split after training (Guo et al.,
            "On calibration of modern neural networks", 2017).
        image_size: side of the network's picture [px].

    Raises:
        ValueError: if one of them cannot be.
    """

    weights_name = "cats-dogs"
    title = "Cats and dogs"
    trainer_command = "python -m trainers.cats_dogs --output weights/cats-dogs"

    def __init__(
        self,
        architecture: str | None = None,
        labels: list[str] = LABELS,
        temperature: float = 1.0,
        image_size: int = SIDE,
    ):
        super().__init__()
        self.architecture, self.labels = architecture, settings.names("labels", labels)
        self.temperature = settings.number("temperature", temperature, settings.TEMPERATURE)
        self.image_size = settings.whole("image_size", image_size, (32, 1024))
        self.network, count = None, FEATURES
        if architecture is not None:
            self.network, count = headless(network(architecture, 1000))
        self.head = nn.Linear(count, len(self.labels))
        for name, values in (("mean", IMAGENET_MEAN), ("std", IMAGENET_STD)):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)
        self.register_buffer("proof", torch.zeros(len(self.labels)))

    def forward(self, x: Tensor) -> Tensor:
        """Return logits `(N, 2)` for pictures `(N, 3, 224, 224)` in [0, 1].

        The temperature is already applied: the softmax of these logits is `predict`'s answer.
        """
        return self.head(self.describe(x)) / self.temperature

    def describe(self, x: Tensor) -> Tensor:
        """Return the frozen features `(N, F)` of pictures `(N, 3, H, W)` in [0, 1]."""
        if self.network is None:
            return hub.load(Backbone)(x.to(hub.device())).to(x.device)
        x = ((x - self.mean) / self.std).contiguous(memory_format=torch.channels_last)
        return self.network(x)

    def preprocess(self, image: Image.Image) -> Tensor:
        """Return what the network sees: `(3, 224, 224)` in [0, 1], the photo squeezed to a square.

        Nothing at the edges is cut away.
        """
        return squeezed(image, self.image_size)

    def predict(self, image: Image.Image) -> dict[str, float]:
        """Return {label: probability}; also for a picture of neither, so ask it only of the two.

        Raises:
            ValueError: if the network's numbers overflow.
        """
        with torch.inference_mode():
            x = self.preprocess(image)[None].to(self.head.weight.device)
            shares = settings.finite(self, self(x)[0]).softmax(dim=0)
        return dict(zip(self.labels, shares.tolist(), strict=True))

    def prove(self) -> None:
        """Remember the logits of a made-up picture, by which `check` knows the features again."""
        with torch.no_grad():
            self.proof.copy_(self(shades(self.image_size).to(self.proof.device))[0])

    def check(self) -> None:
        """Check, before it serves, that it answers, and with the features it was trained with.

        Raises:
            ValueError: if not.
            WeightsMissing: if the shared features are missing or damaged.
        """
        settings.check_statistics(self)
        with torch.no_grad():
            answer = settings.finite(self, self.eval()(shades(self.image_size))[0])
        if (answer - self.proof).abs().max() > UNLIKE:
            raise ValueError("the head was fitted to other features than those it is given here")

    def _save_pretrained(self, save_directory: Path) -> None:
        save_halves(self, save_directory)


def headless(model: nn.Module) -> tuple[nn.Module, int]:
    """Return a network that stops before its last layer, frozen, and how many features it gives.

    A last layer that is a convolution, as SqueezeNet's, comes before the mean over all places; that
    mean still follows.
    """
    name, last = last_layer(model)
    model.set_submodule(name, nn.Identity())
    count = last.in_channels if isinstance(last, nn.Conv2d) else last.in_features
    return model.requires_grad_(False).eval(), count
