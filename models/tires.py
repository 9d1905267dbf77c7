"""Photos of tires: good, defective, or not to be told; where the network looked; is it a tire.

Every answer is a linear head on what MobileNetV2 learned from ImageNet (`models.backbone`), read at
several depths: the last block knows things, the middle ones know textures, and wear is a texture.
The file of weights holds the heads, and a few numbers of each training photo, so that a photo that
is unlike all of them is noticed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from huggingface_hub import PyTorchModelHubMixin
from PIL import Image
from scipy import ndimage
from torch import Tensor, nn

from models import hub, settings
from models.backbone import SIDE, Backbone, save_halves, squeezed
from models.images import open_image

LABELS = ("defective", "good")
VIEWS = ("tread", "side", "sidewall", "several", "other")
PRODUCT = "product"  # whatever is seen, before a plain backdrop, as shops photograph it
KINDS = (*VIEWS, PRODUCT)  # of training photos
SEEN = ("tread", "several")  # views that show the tread, without which no tire is called good
BLOCKS = (10, 13, 16, 18)  # of MobileNetV2, whose maps are read; heat maps show the second
MIDDLE = (64, 96, 160)  # channels of all of them but the last
FEATURES = 2 * sum(MIDDLE) + 1280
COMPRESSED = 64  # numbers kept of a training photo
NEIGHBOURS = 5
GREY = (124, 116, 104)  # the mean of ImageNet, 0...255
LONGEST_HEAT_MAP = 512  # [px]
MOST_OBLONG = 2.0  # of a photo longer than this, the middle is looked at

# At most 1 % of the training photos get each of the first two notes; all of them do once darkened
# to 15 % or blurred as by a shake (`trainers.tires.study.notes`, printed on the card).
TOO_DARK = 60  # the brightest percent of the pixels is darker than this [of 255]
BLURRED = 0.62  # blur of Crete et al. above this [0...1]
SMALL = 100  # shortest side below this [px]
PLAIN = 0.85  # a backdrop counts as plain if this share of the border has its colour

# Why there is no verdict.
NO_TIRE, UNFAMILIAR, UNDECIDED = "no tire", "unfamiliar", "undecided"
NOT_SEEN, PRODUCT_SHOT = "tread not seen", "product shot"


@dataclass(frozen=True)
class Examination:
    """What a `TireClassifier` says about one photo.

    Args:
        probabilities: {label: probability}; empty if it is no tire.
        verdict: a label, or None where the network cannot tell; `reason` says why.
        likeness: how much the photo looks like one of a tire; comparable to `threshold`.
        is_tire: whether it is likely enough to be one.
        notes: what is wrong with the photo: "too dark", "blurred", "small".
        heat_map: where the network looked, float32 `(H, W)` in [0, 1], as the photo lies; None if
            it is no tire.
        reason: why there is no verdict: "no tire", "unfamiliar" (unlike all training photos),
            "tread not seen" (from the side it looks good), "product shot" (before a plain backdrop
            all look good), "undecided"; None if there is one.
        view: what is seen, one of `VIEWS`, or "product"; None if it is no tire.
        nearest: what the nearest training photos are, `[((view, label), how many), …]`, most first.
    """

    probabilities: dict[str, float]
    verdict: str | None
    likeness: float
    is_tire: bool
    notes: list[str]
    heat_map: np.ndarray | None
    reason: str | None = None
    view: str | None = None
    nearest: list[tuple[tuple[str, str], int]] = field(default_factory=list)


class TireClassifier(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="image-classification",
    tags=["tires", "transfer-learning", "education"],
):
    """Tells good tires from defective ones, where it can.

    Args:
        labels: one name per class.
        temperature: divides the logits; fitted on photos of sources that were left out (Guo et al.,
            "On calibration of modern neural networks", 2017).
        defective_below, good_above: a verdict needs a probability of "good" outside of these; by
            label-conditional split-conformal calibration on sources that were left out (Vovk et
            al., "Algorithmic learning in a random world", 2005; Sadinle et al., 2019).
        least_likeness: of a picture that is taken for one of a tire.
        farthest: mean distance to the nearest training photos, from which a photo is unfamiliar:
            one for each of `VIEWS`, or one for all.
        photos: how many training photos are remembered.

    Raises:
        ValueError: if one of them cannot be.
    """

    weights_name = "tires"
    title = "Tire photos"
    trainer_command = "python -m trainers.tires --data DIR --output weights/tires"
    architecture = "mobilenet_v2"

    def __init__(
        self,
        labels: list[str] = LABELS,
        temperature: float = 1.0,
        defective_below: float = 0.5,
        good_above: float = 0.5,
        least_likeness: float = 0.0,
        farthest: list[float] | float = 1e9,
        photos: int = 1,
    ):
        super().__init__()
        self.labels = settings.names("labels", labels)
        self.temperature = settings.number("temperature", temperature, settings.TEMPERATURE)
        self.defective_below = settings.number("defective_below", defective_below, (0, 1))
        self.good_above = settings.number("good_above", good_above, (self.defective_below, 1))
        self.threshold = settings.number("least_likeness", least_likeness, (-1e9, 1e9))
        each = farthest if isinstance(farthest, (list, tuple)) else [farthest] * len(VIEWS)
        self.farthest = settings.numbers("farthest", each, (0, 1e9), len(VIEWS))
        photos = settings.whole("photos", photos, (1, 100_000))
        self.register_buffer("centre", torch.zeros(FEATURES))  # of the features
        self.register_buffer("scale", torch.ones(FEATURES))
        self.wear = nn.Linear(FEATURES, 1)
        self.view = nn.Linear(FEATURES, len(VIEWS))
        self.gate = nn.Linear(FEATURES, 1)
        self.register_buffer("axes", torch.zeros(COMPRESSED, FEATURES))
        self.register_buffer("known", torch.zeros(photos, COMPRESSED))
        self.register_buffer("kinds", torch.zeros(photos, 2, dtype=torch.uint8))  # view, label

    @property
    def backbone(self) -> Backbone:
        """The frozen network below the heads, shared with other models: no part of this one."""
        return hub.load(Backbone)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits `(N, 2)` for pictures `(N, 3, 224, 224)` in [0, 1].

        The temperature is already applied: the softmax of these logits is `predict`'s answer. A
        picture and its mirror image show the same tire: the log-odds are the mean of both.
        """
        return self.logits(_mean(self.describe(_both(x))))

    def describe(self, x: Tensor) -> Tensor:
        """Return the standardised features `(N, 1920)` of pictures in [0, 1]."""
        return (summary(self.backbone.stages(x, BLOCKS)) - self.centre) / self.scale

    def see(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return standardised features of pictures in [0, 1], and the maps they depend on.

        PyTorch remembers how: the gradient by the maps, of any answer, says where it was looked.
        """
        backbone = self.backbone
        with torch.inference_mode(False), torch.no_grad():
            first, looked = backbone.stages(x.clone(), BLOCKS[:2])
        with torch.inference_mode(False), torch.enable_grad():
            looked.requires_grad_()
            later = backbone.onward(looked, BLOCKS[1] + 1, BLOCKS[2:])
            return (summary([first, looked, *later]) - self.centre) / self.scale, looked

    def logits(self, features: Tensor) -> Tensor:
        """Return logits `(N, 2)` for features, temperature applied."""
        half = self.wear(features)[:, 0] / (2 * self.temperature)
        return torch.stack([-half, half], dim=1)

    def preprocess(self, image: Image.Image) -> Tensor:
        """Return what the network sees: `(3, 224, 224)` in [0, 1], the photo squeezed to a square.

        Of a photo more than twice as long as wide (or wide as long) only the middle is seen.
        """
        return squeezed(image, SIDE, _seen(image.size))

    def check(self) -> None:
        """Check, before it serves, that it judges tires and answers with numbers.

        Raises:
            ValueError: if not.
        """
        if set(self.labels) != set(LABELS):
            raise ValueError(f"labels must be {LABELS}, not {self.labels}")
        if not (self.scale > 0).all():
            raise ValueError("a deviation is not positive")
        with torch.no_grad():
            shades = torch.linspace(-1, 1, FEATURES)[None]
            for head in (self.wear, self.view, self.gate):
                settings.finite(self, head(shades))
            settings.finite(self, self._distances(shades))

    def predict(self, image: Image.Image) -> dict[str, float]:
        """Return {label: probability}; says nothing on whether it is a tire."""
        with torch.inference_mode():
            return self._answer(self(self._batch(image))[0])

    def tire_likeness(self, image: Image.Image) -> float:
        """Return how much a photo looks like one of a tire: log-odds, higher is more like one."""
        return self.likeness(self._batch(image))

    def likeness(self, x: Tensor) -> float:
        """Return how much a preprocessed photo `(1, 3, 224, 224)` looks like one of a tire."""
        with torch.inference_mode():
            return settings.finite(self, self.gate(self.describe(x))).item()

    def is_tire(self, image: Image.Image) -> bool:
        """Return whether a photo looks enough like one of a tire."""
        return self.tire_likeness(image) >= self.threshold

    def heat_map(self, image: Image.Image) -> np.ndarray:
        """Return where the network looked for its verdict (Grad-CAM, Selvaraju et al., 2017).

        Returns:
            float32 `(H, W)` in [0, 1], as the photo lies, its longest side at most 512.
        """
        _, heat = grad_cam(self, self._batch(image))
        return _unsqueeze(settings.finite(self, heat)[0].cpu().numpy(), image.size)

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
        features, looked = self.see(_both(x))
        answer, features = self.logits(_mean(features)), features[:1]
        with torch.no_grad():
            settings.finite(self, answer)
            likeness = settings.finite(self, self.gate(features)).item()
            if likeness < self.threshold:
                return Examination({}, None, likeness, False, notes, None, NO_TIRE)
            view = VIEWS[settings.finite(self, self.view(features))[0].argmax()]
            product = backdrop((255 * x[0]).round().to(torch.uint8).cpu()) is not None
            far, near = self._distances(features)[0].topk(
                min(NEIGHBOURS, len(self.known)), largest=False
            )
        answers = self._answer(answer[0].detach())
        heat = _unsqueeze(
            settings.finite(self, heat_of(answer, looked))[0].cpu().numpy(), image.size
        )
        kinds = [(KINDS[v], self.labels[k]) for v, k in self.kinds[near].tolist()]
        reason = self.doubt(answers["good"], view, far.mean().item(), product)
        verdict = max(answers, key=answers.__getitem__) if reason is None else None
        nearest = Counter(kinds).most_common()
        seen = PRODUCT if product else view
        return Examination(answers, verdict, likeness, True, notes, heat, reason, seen, nearest)

    def doubt(self, good: float, view: str, distance: float, product: bool = False) -> str | None:
        """Return why a tire gets no verdict, or None.

        Args:
            good: probability of it.
            view: one of `VIEWS`.
            distance: mean distance to the nearest training photos.
            product: whether it lies before a plain backdrop.
        """
        if distance > self.farthest[VIEWS.index(view)]:
            return UNFAMILIAR
        if self.defective_below <= good <= self.good_above:
            return UNDECIDED
        if good > self.good_above and product:
            return PRODUCT_SHOT
        if good > self.good_above and view not in SEEN:
            return NOT_SEEN
        return None

    def _distances(self, features: Tensor) -> Tensor:
        """Return how far features `(N, 1920)` are from those of each training photo, `(N, photos)`.

        Along the axes on which training photos differ most, each scaled to deviation 1.
        """
        return torch.cdist(features @ self.axes.T, self.known)

    def _batch(self, image: Image.Image) -> Tensor:
        return self.preprocess(image)[None].to(self.centre.device)

    def _answer(self, logits: Tensor) -> dict[str, float]:
        shares = settings.finite(self, logits).softmax(dim=0)
        return dict(zip(self.labels, shares.tolist(), strict=True))

    def _save_pretrained(self, save_directory: Path) -> None:
        save_halves(self, save_directory)


def summary(maps: Sequence[Tensor]) -> Tensor:
    """Return features `(N, 1920)` of the maps `(N, C, h, w)` after `BLOCKS`.

    The mean of each channel over the picture, and, but for the last block, its deviation: how
    rough the picture is, and not only how much of something there is.
    """
    *middle, last = maps
    parts = [part for m in middle for part in (m.mean(dim=(2, 3)), m.std(dim=(2, 3)))]
    return torch.cat([*parts, last.mean(dim=(2, 3))], dim=1)


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

    Feature maps from the middle of the network, each weighted by how much it speaks for the verdict
    and against the other label (Selvaraju et al., "Grad-CAM", 2017).

    Args:
        model: in eval mode.
        x: pictures `(N, 3, 224, 224)` in [0, 1].
    """
    features, looked = model.see(_both(x))
    logits = model.logits(_mean(features))
    return logits.detach(), heat_of(logits, looked)


def heat_of(logits: Tensor, looked: Tensor) -> Tensor:
    """Return where the network looked, `(N, h, w)` in [0, 1].

    Args:
        logits: `(N, 2)`.
        looked: what `TireClassifier.see` saw of the pictures and then of their mirror images, maps
            `(2 N, C, h, w)`.
    """
    with torch.enable_grad():
        winner = logits.argmax(dim=1, keepdim=True)
        margin = 2 * logits.gather(1, winner).sum() - logits.sum()
        (gradient,) = torch.autograd.grad(margin, looked)
    heat = (gradient.mean(dim=(2, 3), keepdim=True) * looked).sum(dim=1).relu().detach()
    own, mirrored = heat.chunk(2)
    heat = own + mirrored.flip(2)
    return heat / heat.amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)


def _both(x: Tensor) -> Tensor:
    """Return pictures, and then their mirror images, `(2 N, 3, H, W)`."""
    return torch.cat([x, x.flip(3)])


def _mean(features: Tensor) -> Tensor:
    """Return the mean of the features of pictures and of their mirror images, `(N, 1920)`."""
    return features.unflatten(0, (2, -1)).mean(dim=0)


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


def backdrop(picture: Tensor) -> Tensor | None:
    """Return where the plain backdrop of a product shot is, bool `(H, W)`; None without one.

    Args:
        picture: uint8 `(3, H, W)`. Most of its border has one colour, and so has a tenth of it or
            more, from the border inwards.
    """
    pixels = picture.permute(1, 2, 0).numpy().astype(np.int16)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = np.median(border, axis=0)
    tolerance = 6 if colour.max() < 40 else 22  # black tires lie near a black backdrop
    if (np.abs(border - colour).max(axis=1) < tolerance).mean() < PLAIN:
        return None
    patches, _ = ndimage.label(np.abs(pixels - colour).max(axis=2) < tolerance)
    edge = np.concatenate([patches[0], patches[-1], patches[:, 0], patches[:, -1]])
    mask = np.isin(patches, np.unique(edge[edge > 0]))
    mask = ndimage.binary_dilation(mask, iterations=1)
    return torch.from_numpy(mask) if 0.1 < mask.mean() < 0.9 else None


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
