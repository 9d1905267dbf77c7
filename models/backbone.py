"""What ImageNet taught MobileNetV2: 1,280 numbers for a photo, shared by every model of photos.

The network is frozen. Tires, "is it a tire at all?", cats and dogs, and a visitor's own classes are
heads on its features.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from huggingface_hub import PyTorchModelHubMixin
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn

from models import settings
from models.images import open_image
from models.mobilenet import LAST, MobileNetV2

SIDE = 224  # side of the network's picture [px]
FEATURES = LAST  # numbers of a photo
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Backbone(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="image-feature-extraction",
    tags=["mobilenet_v2", "transfer-learning", "education"],
):
    """MobileNetV2 without its last layer, as ImageNet taught it.

    Args:
        image_size: side of the network's picture [px].
        mean, std: normalisation of the input per channel; those of ImageNet.

    Raises:
        ValueError: if one of them cannot be.
    """

    weights_name = "mobilenet-v2"
    title = "MobileNetV2's ImageNet features"
    trainer_command = "python -m trainers.backbone"

    def __init__(
        self,
        image_size: int = SIDE,
        mean: list[float] = IMAGENET_MEAN,
        std: list[float] = IMAGENET_STD,
    ):
        super().__init__()
        self.image_size = settings.whole("image_size", image_size, (32, 1024))
        for name, values, bounds in (("mean", mean, settings.MEAN), ("std", std, settings.STD)):
            channels = torch.tensor(settings.numbers(name, values, bounds, 3))
            self.register_buffer(name, channels.view(3, 1, 1), persistent=False)
        self.features = MobileNetV2(classes=1).features

    def forward(self, x: Tensor) -> Tensor:
        """Return features `(N, 1280)` of pictures `(N, 3, H, W)` in [0, 1]."""
        return self.maps(x).mean(dim=(2, 3))

    def maps(self, x: Tensor) -> Tensor:
        """Return the last feature maps `(N, 1280, H/32, W/32)` of pictures in [0, 1]."""
        return self.features(self.normalise(x))

    def stages(self, x: Tensor, after: tuple[int, ...]) -> list[Tensor]:
        """Return the maps `(N, C, h, w)` after some of the 19 blocks, the first of which is 0."""
        return self.onward(self.normalise(x), 0, after)

    def onward(self, x: Tensor, block: int, after: tuple[int, ...]) -> list[Tensor]:
        """Return the same, from what goes into a block on."""
        found = []
        for number, layer in enumerate(self.features[block : max(after) + 1], block):
            x = layer(x)
            if number in after:
                found.append(x)
        return found

    def normalise(self, x: Tensor) -> Tensor:
        """Return pictures in [0, 1] as the network wants them, in the faster memory layout."""
        return ((x.to(self.mean.device) - self.mean) / self.std).contiguous(
            memory_format=torch.channels_last
        )

    def preprocess(self, image: Image.Image) -> Tensor:
        """Return what the network sees: `(3, 224, 224)` in [0, 1], the photo squeezed to a square.

        Nothing at the edges is cut away.
        """
        return squeezed(image, self.image_size)

    def describe(self, image: Image.Image) -> Tensor:
        """Return the features `(1280,)` of one photo.

        Raises:
            ValueError: if the network's numbers overflow.
        """
        with torch.inference_mode():
            x = self.preprocess(image)[None].to(self.mean.device)
            return settings.finite(self, self(x)[0])

    def check(self) -> None:
        """Check, before it serves, that it answers with numbers.

        Raises:
            ValueError: if not.
        """
        settings.check_statistics(self)
        with torch.no_grad():
            settings.finite(self, self.eval()(shades(self.image_size)))

    def _save_pretrained(self, save_directory: Path) -> None:
        save_halves(self, save_directory)


def squeezed(
    image: Image.Image, side: int, box: tuple[float, float, float, float] | None = None
) -> Tensor:
    """Return a photo, whole or the part within a box, as a square, `(3, side, side)` in [0, 1]."""
    image = image if image.mode == "RGB" else open_image(image)
    small = image.resize((side, side), Image.BILINEAR, box, reducing_gap=2)
    return torch.from_numpy(np.array(small)).permute(2, 0, 1).float() / 255


def shades(side: int) -> Tensor:
    """Return the picture `(1, 3, side, side)` that models are checked with: black to white."""
    line = torch.linspace(0, 1, side)
    return (line[:, None] * line).expand(1, 3, -1, -1)


def save_halves(model: nn.Module, folder: Path) -> None:
    """Write weight matrices in half precision, which halves the file; loading widens them."""
    tensors = {
        name: (t.half() if t.ndim > 1 and t.is_floating_point() else t).contiguous().cpu()
        for name, t in model.state_dict().items()
    }
    save_file(tensors, Path(folder) / "model.safetensors", {"format": "pt"})
