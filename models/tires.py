"""Photos of tires: good or defective, where the network looked, and whether it is a tire at all.

Any classification network of torchvision serves, with its last layer replaced by one of two
classes. Whether the photo shows a tire at all is judged by a second network: frozen as ImageNet
taught it, because features that have learned to see wear only have forgotten plates and clocks.
"""

from __future__ import annotations

import math
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from huggingface_hub import PyTorchModelHubMixin
from PIL import Image
from safetensors.torch import save_file
from scipy import ndimage
from torch import Tensor, nn

from models import settings
from models.architectures import network
from models.images import open_image

LABELS = ("defective", "good")
SIDE = 224  # side of the network's picture [px]
BACKBONE = "mobilenet_v2"  # of the classifier and of its gate, unless told otherwise
SIDES = (32, 1024)  # what it may be
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
GREY = (124, 116, 104)  # the mean of ImageNet, 0...255
LONGEST_HEAT_MAP = 512  # [px]
MOST_OBLONG = 2.0  # of a photo longer than this, the middle is looked at

# At most 1 % of the training photos get each of the first two notes; all of them do once darkened
# to 15 % or blurred as by a shake (`trainers.tires.study.notes`, printed on the card).
TOO_DARK = 60  # the brightest percent of the pixels is darker than this [of 255]
BLURRED = 0.62  # blur of Crete et al. above this [0...1]
SMALL = 100  # shortest side below this [px]

_maps: ContextVar[list[Tensor] | None] = ContextVar("maps", default=None)


@dataclass(frozen=True)
class Examination:
    """What a `TireClassifier` says about one photo.

    Args:
        probabilities: {label: probability}; empty if it is no tire.
        verdict: the likelier label; None if it is no tire.
        likeness: how much the photo looks like one of a tire; comparable to `threshold`.
        is_tire: whether it is likely enough to be one.
        notes: what is wrong with the photo: "too dark", "blurred", "small".
        heat_map: where the network looked, float32 `(H, W)` in [0, 1], as the photo lies; None if
            it is no tire.
    """

    probabilities: dict[str, float]
    verdict: str | None
    likeness: float
    is_tire: bool
    notes: list[str]
    heat_map: np.ndarray | None


class TireClassifier(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="image-classification",
    tags=["tires", "transfer-learning", "education"],
):
    """Tells good tires from defective ones.

    Args:
        architecture: a classification network of torchvision, such as `mobilenet_v2`.
        labels: one name per class.
        temperature: divides the logits; fitted on the validation split after training (Guo et al.,
            "On calibration of modern neural networks", 2017).
        image_size: side of the network's picture [px].
        mean, std: normalisation of the input per channel; those of ImageNet.
        gate: the network of torchvision, frozen but for its last layer, that tells tires from other
            things; None accepts every photo.

    Raises:
        ValueError: if one of them cannot be.
    """

    weights_name = "tires"
    title = "Tire photos"
    trainer_command = "python -m trainers.tires --data DIR --output weights/tires"

    def __init__(
        self,
        architecture: str = BACKBONE,
        labels: list[str] = LABELS,
        temperature: float = 1.0,
        image_size: int = SIDE,
        mean: list[float] = IMAGENET_MEAN,
        std: list[float] = IMAGENET_STD,
        gate: str | None = BACKBONE,
    ):
        super().__init__()
        self.architecture, self.labels = architecture, settings.names("labels", labels)
        self.temperature = settings.number("temperature", temperature, settings.TEMPERATURE)
        self.image_size = settings.whole("image_size", image_size, SIDES)
        for name, values, bounds in (
            ("mean", mean, settings.MEAN),
            ("std", std, settings.STD),
        ):
            channels = torch.tensor(settings.numbers(name, values, bounds, 3))
            self.register_buffer(name, channels.view(3, 1, 1), persistent=False)
        self.network = network(architecture, len(self.labels))
        for module in self.network.modules():
            module.register_forward_hook(_record)
        self.gate = network(gate, 1).requires_grad_(False) if gate else None
        self.register_buffer("least_likeness", torch.zeros(()))
        self.fixed_statistics = False

    def train(self, mode: bool = True) -> TireClassifier:
        """Set training mode; the gate never trains, nor do fixed statistics of batch norms."""
        super().train(mode)
        if self.gate is not None:
            self.gate.eval()
        for module in self.network.modules() if self.fixed_statistics else ():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Return logits `(N, 2)` for pictures `(N, 3, 224, 224)` in [0, 1].

        The temperature is already applied: the softmax of these logits is `predict`'s answer.
        """
        return self.network(self.normalise(x)) / self.temperature

    def normalise(self, x: Tensor) -> Tensor:
        """Return pictures in [0, 1] as the networks want them, in the faster memory layout."""
        return ((x - self.mean) / self.std).contiguous(memory_format=torch.channels_last)

    def preprocess(self, image: Image.Image) -> Tensor:
        """Return what the network sees: `(3, 224, 224)` in [0, 1], the photo squeezed to a square.

        Of a photo more than twice as long as wide (or wide as long) only the middle is seen.
        """
        image = image if image.mode == "RGB" else open_image(image)
        size = (self.image_size, self.image_size)
        small = image.resize(size, Image.BILINEAR, _seen(image.size), reducing_gap=2)
        return torch.from_numpy(np.array(small)).permute(2, 0, 1).float() / 255

    def check(self) -> None:
        """Check, before it serves, that it judges tires and answers with numbers.

        Raises:
            ValueError: if not.
        """
        if set(self.labels) != set(LABELS):
            raise ValueError(f"labels must be {LABELS}, not {self.labels}")
        settings.check_statistics(self)
        with torch.no_grad():
            side = torch.linspace(0, 1, self.image_size)
            shades = (side[:, None] * side).expand(1, 3, -1, -1)
            settings.finite(self, self.eval()(shades))
            if self.gate is not None:
                settings.finite(self, self.gate(self.normalise(shades)))

    def predict(self, image: Image.Image) -> dict[str, float]:
        """Return {label: probability}; says nothing on whether it is a tire."""
        with torch.inference_mode():
            return self._answer(self(self._batch(image))[0])

    def tire_likeness(self, image: Image.Image) -> float:
        """Return how much a photo looks like one of a tire: log-odds, higher is more like one."""
        return self.likeness(self._batch(image))

    def likeness(self, x: Tensor) -> float:
        """Return how much a preprocessed photo `(1, 3, 224, 224)` looks like one of a tire."""
        if self.gate is None:
            return math.inf
        with torch.inference_mode():
            return settings.finite(self, self.gate(self.normalise(x))).item()

    @property
    def threshold(self) -> float:
        """The likeness below which a photo is refused."""
        return self.least_likeness.item()

    def is_tire(self, image: Image.Image) -> bool:
        """Return whether a photo looks enough like one of a tire."""
        return self.tire_likeness(image) >= self.threshold

    def heat_map(self, image: Image.Image) -> np.ndarray:
        """Return where the network looked for its verdict (Grad-CAM, Selvaraju et al., 2017).

        Returns:
            float32 `(H, W)` in [0, 1], as the photo lies, its longest side at most 512.
        """
        return self._look(self._batch(image), image.size)[1]

    def quality(self, image: Image.Image) -> list[str]:
        """Return what is wrong with a photo: "too dark", "blurred", "small", or nothing."""
        return quality(image if image.mode == "RGB" else open_image(image))

    def examine(self, image: Image.Image) -> Examination:
        """Return everything about one photo, preprocessed once; of no tire there is no verdict.

        Raises:
            ValueError: if the network's numbers overflow.
        """
        image = image if image.mode == "RGB" else open_image(image)
        x, notes = self._batch(image), quality(image)
        likeness = self.likeness(x)
        if likeness < self.threshold:
            return Examination({}, None, likeness, False, notes, None)
        logits, heat = self._look(x, image.size)
        answers = self._answer(logits)
        return Examination(answers, max(answers, key=answers.get), likeness, True, notes, heat)

    def _batch(self, image: Image.Image) -> Tensor:
        return self.preprocess(image)[None].to(self.mean.device)

    def _answer(self, logits: Tensor) -> dict[str, float]:
        shares = settings.finite(self, logits).softmax(dim=0)
        return dict(zip(self.labels, shares.tolist(), strict=True))

    def _look(self, x: Tensor, size: tuple[int, int]) -> tuple[Tensor, np.ndarray]:
        """Return the logits `(2,)` and the heat map of one photo of this size, preprocessed."""
        logits, heat = grad_cam(self, x)
        heat = settings.finite(self, heat)[0].cpu().numpy()
        return logits[0], _unsqueeze(heat, size)

    def _save_pretrained(self, save_directory: Path) -> None:
        """Write weight matrices in half precision, which halves the file; loading widens them."""
        tensors = {
            name: (t.half() if t.ndim > 1 and t.is_floating_point() else t).contiguous().cpu()
            for name, t in self.state_dict().items()
        }
        save_file(tensors, Path(save_directory) / "model.safetensors", {"format": "pt"})


def transforms(
    flip: float = 0.5,
    rotation: float = 10.0,
    crop: float = 0.3,
    shift: float = 0.1,
    brightness: float = 0.3,
    contrast: float = 0.3,
    size: int = SIDE,
):
    """Return the random changes that the network was trained with, of torchvision.transforms.v2.

    They take a PIL picture, or a uint8 tensor `(3, H, W)`, and return one of `size` × `size`.

    Args:
        flip: probability of a mirror image.
        rotation: largest angle, either way [°].
        crop: largest share of the picture's area that is cut away.
        shift: largest shift, as a share of the side.
        brightness, contrast: largest change of the factor; 0.3 means 0.7...1.3.
        size: side of the result [px].

    Raises:
        ValueError: naming the argument that is out of range.
    """
    from torchvision.transforms import v2

    shares = {"flip": flip, "crop": crop, "shift": shift, "brightness": brightness}
    for name, value in {**shares, "contrast": contrast, "rotation": rotation / 180}.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} is out of range.")
    return v2.Compose(
        [
            v2.RandomHorizontalFlip(flip),
            v2.RandomAffine(
                rotation, (shift, shift), interpolation=v2.InterpolationMode.BILINEAR, fill=GREY
            ),
            v2.RandomResizedCrop(size, scale=(max(1 - crop, 0.05), 1), antialias=True),
            v2.ColorJitter(brightness, contrast),
        ]
    )


def grad_cam(model: TireClassifier, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return logits `(N, 2)` and where the network looked for its verdicts, `(N, h, w)` in [0, 1].

    The last feature maps that still have width and height, each weighted by how much it speaks for
    the verdict and against the other label (Selvaraju et al., "Grad-CAM", 2017).

    Args:
        model: in eval mode.
        x: pictures `(N, 3, 224, 224)` in [0, 1].
    """
    maps: list[Tensor] = []
    token = _maps.set(maps)
    try:
        with torch.inference_mode(False), torch.enable_grad():
            logits = model(x.clone().requires_grad_())
            winner = logits.argmax(dim=1, keepdim=True)
            margin = 2 * logits.gather(1, winner).sum() - logits.sum()
            (gradient,) = torch.autograd.grad(margin, maps[-1])
    finally:
        _maps.reset(token)
    heat = (gradient.mean(dim=(2, 3), keepdim=True) * maps[-1]).sum(dim=1).relu().detach()
    return logits.detach(), heat / heat.amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)


def quality(image: Image.Image) -> list[str]:
    """Return what is wrong with an RGB photo: "too dark", "blurred", "small", or nothing."""
    grey = brightness_of(image)
    checks = {
        "too dark": np.percentile(grey, 99) < TOO_DARK,
        "blurred": blur(grey) > BLURRED,
        "small": min(image.size) < SMALL,
    }
    return [note for note, found in checks.items() if found]


def brightness_of(image: Image.Image) -> np.ndarray:
    """Return the brightness of an RGB picture, float32 in 0...255, longest side at most 256."""
    scale = min(1, 256 / max(image.size))
    size = tuple(max(1, round(side * scale)) for side in image.size)
    small = image.resize(size, Image.BILINEAR, reducing_gap=2) if scale < 1 else image
    return np.asarray(small.convert("L"), np.float32)


def blur(grey: np.ndarray) -> float:
    """Return how blurred a picture `(H, W)` is, 0 (sharp) to 1.

    Blurring a sharp picture once more takes away most of the difference between neighbours, from
    a blurred one little (Crete et al., "The blur effect", 2007). 1 for a picture of one colour.
    """
    kept = []
    for axis in (0, 1):
        before = np.abs(np.diff(grey, axis=axis))
        after = np.abs(np.diff(ndimage.uniform_filter1d(grey, 9, axis=axis), axis=axis))
        total = before.sum()
        kept.append(1 - np.maximum(before - after, 0).sum() / total if total else 1.0)
    return float(max(kept))


def _record(module: nn.Module, inputs: tuple, output: object) -> None:
    """Keep the last output with width and height for `grad_cam`, if one is being made here."""
    maps = _maps.get()
    if maps is None or not isinstance(output, Tensor):
        return
    if output.ndim == 4 and min(output.shape[2:]) > 1:
        maps[:] = [output]


def _seen(size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Return the part of a photo that the network sees: left, top, right, bottom [px]."""
    width, height = size
    seen = min(width, MOST_OBLONG * height), min(height, MOST_OBLONG * width)
    left, top = (width - seen[0]) / 2, (height - seen[1]) / 2
    return left, top, left + seen[0], top + seen[1]


def _unsqueeze(heat: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Lay a heat map `(h, w)` over a photo of this size, at most 512 px long; 0 where not seen."""
    scale = min(1, LONGEST_HEAT_MAP / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    left, top, right, bottom = (round(side * scale) for side in _seen(size))
    part = (max(1, right - left), max(1, bottom - top))
    result = np.zeros((height, width), np.float32)
    shown = np.asarray(Image.fromarray(heat.astype(np.float32)).resize(part, Image.BICUBIC))
    result[top : top + part[1], left : left + part[0]] = shown.clip(0, 1)
    return result
