"""Handwritten digits: preprocessing like MNIST's, and three networks that read the result.

The preprocessing turns a drawing, or a photo of a digit on paper, into what MNIST holds: ink
bright on black, the longest side 20 pixels, the centre of mass in the middle of 28×28
(LeCun, Cortes, Burges, "The MNIST database of handwritten digits", 1998). The width of the stroke
is brought near MNIST's too, so that a hairline and a felt pen look alike. A picture that already is
as MNIST's are stays as it is, to the pixel.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from huggingface_hub import PyTorchModelHubMixin
from PIL import Image
from scipy import ndimage
from torch import Tensor, nn

from models import settings

LABELS = tuple("0123456789")
SIDE = 28  # side of the network's picture [px]
DIGIT_SIDE = 20  # longest side of the digit within it [px]
# Where the centre of mass lies in all of MNIST's pictures, up to half a pixel, counted from 0. The
# middle of 28 pixels would be 13.5.
MIDDLE = 14
MAX_SIDE = 512  # pictures are worked on at no more than this [px]
STROKE = (2.0, 3.4)  # thinner strokes are thickened, thicker ones thinned to this [px of 28]
MNIST_MEAN, MNIST_STD = 0.1307, 0.3081
REFUSED = 0.005  # share of real digits that a network may refuse, as `least_confidence` finds it
HALF = 0.5  # a digit with more than half is likelier than all others together


def as_mnist(image: Image.Image) -> Tensor | None:
    """Return a picture that already is as MNIST's are, unchanged, `(1, 28, 28)` in [0, 1].

    That is: grey on black (or on white) at full contrast, 28×28, the longest side of the ink 20
    pixels, the centre of mass at `MIDDLE`. All 70,000 pictures of MNIST are; None for any other.
    """
    if image.size != (SIDE, SIDE) or image.has_transparency_data or image.mode not in ("L", "RGB"):
        return None
    pixels = np.asarray(image)
    if image.mode == "RGB":
        if np.ptp(pixels, axis=2).any():
            return None
        pixels = pixels[..., 0]
    if np.median(_border(pixels)) > 127:
        pixels = 255 - pixels
    box = _bounds(pixels > 0)
    if box is None or pixels.max() < 254:
        return None
    longest = max(part.stop - part.start for part in box)
    places = np.array(ndimage.center_of_mass(pixels))
    if longest not in (DIGIT_SIDE - 1, DIGIT_SIDE) or np.abs(places - MIDDLE).max() > 0.53:
        return None
    return torch.from_numpy(pixels.astype(np.float32) / 255)[None]


def to_ink(image: Image.Image) -> np.ndarray:
    """Separate ink from background, whatever their colours.

    Ink is what differs in colour from the background around it. The background of a drawing is
    one colour; that of a photo is estimated place by place, so light may be uneven. The contrast
    is stretched to the full range, noise is cut off and specks are dropped.

    Returns:
        Ink in [0, 1], float32 `(H, W)`, longest side at most `MAX_SIDE`; all zeros without ink.
    """
    pixels = _to_pixels(image)
    low, high, drawn = _background(pixels)
    difference = np.maximum(low - pixels, 0) + np.maximum(pixels - high, 0)
    distance = np.sqrt((difference**2).sum(axis=2))
    if drawn:
        noise = 0.0
    else:  # light multiplies paper and ink alike, so compare with the light at the same place
        distance = ndimage.gaussian_filter(distance / (high.mean(axis=2) + 32) * 128, 0.7)
        noise = float(np.median(distance))
    cut = _otsu(distance)
    if not (distance > cut).any():
        return np.zeros_like(distance)
    full = float(np.median(distance[distance > cut]))
    least = max(3.0, 3 * noise)
    if full < (8 if drawn else max(20, 6 * noise)):
        return np.zeros_like(distance)
    ink = np.clip((distance - least) / max(full - least, 1), 0, 1).astype(np.float32)
    return _without_specks(ink, smallest=1 if drawn else 0.03 * max(ink.shape))


def centre(ink: np.ndarray) -> Tensor:
    """Crop ink `(H, W)` and bring it to MNIST's size, place and width of stroke.

    Returns:
        `(1, 28, 28)` in [0, 1]: longest side 20, centre of mass at `MIDDLE`; zeros without ink.
    """
    box = _bounds(ink > 0.25)
    if box is None:
        return torch.zeros(1, SIDE, SIDE)
    ink = np.pad(ink[box], 1)
    longest = max(ink.shape) - 2
    if longest < 4 * DIGIT_SIDE:  # small: enlarge first, so that strokes can be reshaped smoothly
        times = -(-4 * DIGIT_SIDE // longest)
        size = (ink.shape[1] * times, ink.shape[0] * times)
        ink = np.clip(np.asarray(Image.fromarray(ink).resize(size, Image.BICUBIC)), 0, 1)
    ink = _normal_stroke(ink)
    box = _bounds(ink > 0.25)
    scale = (max(box[0].stop - box[0].start, box[1].stop - box[1].start)) / DIGIT_SIDE
    margin = int(SIDE * scale)
    ink = np.pad(ink[box], margin)
    y, x = ndimage.center_of_mass(ink)
    before, after = (MIDDLE + 0.5) * scale, (SIDE - MIDDLE - 0.5) * scale
    frame = (x + 0.5 - before, y + 0.5 - before, x + 0.5 + after, y + 0.5 + after)
    small = Image.fromarray(ink).resize((SIDE, SIDE), Image.HAMMING, box=frame)
    return torch.from_numpy(np.asarray(small).clip(0, 1)).float()[None]


def squash(image: Image.Image) -> Tensor:
    """Resize a picture to 28×28 and do nothing else: grey, inverted if the background is light.

    Returns:
        `(1, 28, 28)` in [0, 1]; zeros if the picture has one colour only.
    """
    pixels = _to_pixels(image)
    grey = pixels @ np.array([0.299, 0.587, 0.114], np.float32) / 255
    if np.ptp(grey) < 0.01:
        return torch.zeros(1, SIDE, SIDE)
    if np.median(_border(grey)) > 0.5:
        grey = 1 - grey
    small = Image.fromarray(grey).resize((SIDE, SIDE), Image.BILINEAR)
    return torch.from_numpy(np.array(small).clip(0, 1)).float()[None]


# What may be wrong with a picture: turn [degrees], size, shift to the right and down [px].
MOVED = {
    "half_pixel": (0, 1, 0.5),
    "shifted": (0, 1, 4),
    "small": (0, 0.5, 0),
    "turned": (30, 1, 0),
}
SPOILED = (*MOVED, "thick", "inverted")


def spoil(x: Tensor, how: str) -> Tensor:
    """Return pictures `(N, 1, 28, 28)` that lack one thing that preprocessing sees to."""
    if how == "inverted":  # dark ink on bright paper
        return 1 - x
    if how == "thick":  # each pixel takes the brightest of its neighbourhood
        return nn.functional.max_pool2d(x, 3, stride=1, padding=1)
    turn, size, shift = MOVED[how]
    cos, sin = math.cos(math.radians(turn)) / size, math.sin(math.radians(turn)) / size
    move = -shift / (SIDE / 2)  # for each pixel: where it is taken from
    theta = torch.tensor([[cos, sin, move], [-sin, cos, move]], device=x.device)
    grid = nn.functional.affine_grid(theta.expand(len(x), 2, 3), list(x.shape), align_corners=False)
    return nn.functional.grid_sample(x, grid, align_corners=False)


def has_ink(x: Tensor) -> bool:
    """Return whether a preprocessed picture `(1, 28, 28)` shows anything at all."""
    return bool(x.max() > 0.05)


def _to_pixels(image: Image.Image) -> np.ndarray:
    """Return RGB as float32 `(H, W, 3)` in 0...255, at most `MAX_SIDE`; transparent is white."""
    factor = -(-max(image.size) // MAX_SIDE)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = image.reduce(factor) if factor > 1 else image
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    elif image.mode not in ("RGB", "L"):
        image = image.convert("RGB")
    image = image.reduce(factor) if factor > 1 else image
    return np.asarray(image.convert("RGB"), np.float32)


def _border(pixels: np.ndarray) -> np.ndarray:
    """Return the outermost ring of pixels, `(P, ...)`."""
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def _background(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return the background's colour at every pixel, and whether it is one plain colour.

    Returns:
        Lowest and highest value that still count as background, both `(H, W, 3)`; they differ
        where one background meets another, as at the edge of a shadow. And whether it is plain.
    """
    border = _border(pixels)
    colour = np.median(border, axis=0)
    if (np.abs(border - colour).max(axis=1) <= 2).mean() > 0.6:
        return colour, colour, True
    small = Image.fromarray(pixels.astype(np.uint8))
    small.thumbnail((64, 64), Image.BOX)
    window = int(0.4 * max(small.size)) | 1
    local = ndimage.median_filter(np.asarray(small), size=(window, window, 1), mode="nearest")
    size = pixels.shape[1::-1]
    low, high = (
        np.asarray(Image.fromarray(filtered(local, (3, 3, 1))).resize(size, Image.BILINEAR))
        for filtered in (ndimage.minimum_filter, ndimage.maximum_filter)
    )
    return low.astype(np.float32), high.astype(np.float32), False


def _otsu(values: np.ndarray) -> float:
    """Return the threshold that splits values best in two classes (Otsu, 1979)."""
    counts, edges = np.histogram(values, bins=128, range=(0, max(float(values.max()), 1e-6)))
    middles = (edges[:-1] + edges[1:]) / 2
    below = counts.cumsum()
    above = below[-1] - below
    sums = (counts * middles).cumsum()
    means_below = sums / np.maximum(below, 1)
    means_above = (sums[-1] - sums) / np.maximum(above, 1)
    return float(edges[1:][np.argmax(below * above * (means_below - means_above) ** 2)])


def _bounds(mask: np.ndarray) -> tuple[slice, slice] | None:
    """Return the slices of rows and columns that hold all of a mask, None if it is empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _without_specks(ink: np.ndarray, smallest: float) -> np.ndarray:
    """Keep the largest patch of ink and those of at least 4 % of its ink; gaps are bridged.

    Args:
        ink: `(H, W)` in [0, 1].
        smallest: a picture whose largest patch is smaller than this [px] has no ink.
    """
    mask = ink > 0.4
    box = _bounds(mask)
    if box is None:
        return np.zeros_like(ink)
    reach = max(1, round(0.03 * max(ink[box].shape)))
    patches, count = ndimage.label(ndimage.maximum_filter(mask, 2 * reach + 1))
    sums = ndimage.sum_labels(ink * mask, patches, np.arange(1, count + 1))
    largest = _bounds(mask & (patches == 1 + np.argmax(sums)))
    if max(part.stop - part.start for part in largest) < smallest:
        return np.zeros_like(ink)
    keep = np.concatenate([[False], sums >= 0.04 * sums.max()])
    return ink * keep[patches]


def _normal_stroke(ink: np.ndarray) -> np.ndarray:
    """Thicken or thin strokes whose width in the final picture would lie outside `STROKE`."""
    mask = ink > 0.5
    if not mask.any():
        return ink
    inside = ndimage.distance_transform_edt(mask)
    width = max(1.0, 4 * inside[mask].mean() - 2)  # the mean over a bar w wide is about w/4
    box = _bounds(mask)
    longest = max(box[0].stop - box[0].start, box[1].stop - box[1].start)
    unit = longest / DIGIT_SIDE
    grow = (np.clip(width / unit, *STROKE) * unit - width) / 2
    if abs(grow) < 0.1 * unit:
        return ink
    border = int(max(grow, 0)) + 2
    mask = np.pad(mask, border)
    signed = ndimage.distance_transform_edt(mask) - ndimage.distance_transform_edt(~mask)
    return np.clip(signed + grow + 0.5, 0, 1).astype(np.float32)


class DigitModel(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="image-classification",
    tags=["mnist", "handwritten-digits", "education"],
):
    """What the three networks share. Subclasses build `self.network`: `(N, 1, 28, 28)` → `(N, 10)`.

    Args:
        labels: one name per class.
        mean, std: normalisation of the input; those of MNIST's training set.
        temperature: divides the logits, so that the probabilities mean what they say; fitted on the
            validation split after training (Guo et al., "On calibration of modern neural networks",
            2017).
        least_confidence: the probability below which the likeliest digit is not named, since the
            picture may show none; what the function `least_confidence` makes of the data that the
            temperature was fitted on. 0 refuses nothing.

    Raises:
        ValueError: if one of them cannot be.
    """

    weights_name: str
    title: str
    trainer_command: str

    def __init__(
        self,
        labels: list[str] = LABELS,
        mean: float = MNIST_MEAN,
        std: float = MNIST_STD,
        temperature: float = 1.0,
        least_confidence: float = 0.0,
    ):
        super().__init__()
        self.labels = settings.names("labels", labels)
        self.mean = settings.number("mean", mean, settings.MEAN)
        self.std = settings.number("std", std, settings.STD)
        self.temperature = settings.number("temperature", temperature, settings.TEMPERATURE)
        self.least_confidence = settings.number("least_confidence", least_confidence, (0.0, 1.0))
        self.network = self.build(len(self.labels))

    def build(self, classes: int) -> nn.Module:
        """Return the layers, from a normalised picture to logits."""
        raise NotImplementedError

    def preprocess(self, image: Image.Image, mnist_style: bool = True) -> Tensor:
        """Return what the network sees: `(1, 28, 28)` in [0, 1], ink bright, zeros without ink.

        Args:
            image: any picture; see `models.images.open_image` for one of unknown origin.
            mnist_style: False squashes the whole picture to 28×28 and does nothing else.
        """
        if not mnist_style:
            return squash(image)
        done = as_mnist(image)
        return centre(to_ink(image)) if done is None else done

    def forward(self, x: Tensor) -> Tensor:
        """Return logits `(N, 10)` for pictures `(N, 1, 28, 28)` in [0, 1].

        The temperature is already applied: the softmax of these logits is `predict`'s answer.
        """
        return self.network((x - self.mean) / self.std) / self.temperature

    def reading(self, logits: Tensor) -> str | None:
        """Return the label that logits `(10,)` speak for; None if none is likely enough."""
        probability, winner = logits.softmax(dim=0).max(dim=0)
        return self.labels[winner] if probability >= self.least_confidence else None

    def check(self) -> None:
        """Check, before it serves, that it reads digits and answers with numbers.

        Raises:
            ValueError: if not.
        """
        if self.labels != LABELS:
            raise ValueError(f"labels must be 0 to 9, not {self.labels}")
        settings.check_statistics(self)
        with torch.no_grad():
            shades = torch.tensor([0, 0.5, 1]).view(-1, 1, 1, 1)
            settings.finite(self, self.eval()(shades.expand(-1, 1, SIDE, SIDE)))

    def predict(self, image: Image.Image, mnist_style: bool = True) -> dict[str, float]:
        """Return {label: probability}. A picture without ink tells nothing: 0.1 for each."""
        x = self.preprocess(image, mnist_style)
        if not has_ink(x):
            return dict.fromkeys(self.labels, 1 / len(self.labels))
        device = next(self.parameters()).device
        with torch.inference_mode():
            logits = settings.finite(self, self(x[None].to(device))[0].cpu())
            probabilities = logits.softmax(dim=0)
        return dict(zip(self.labels, probabilities.tolist(), strict=True))


class DigitLinear(DigitModel):
    """Softmax regression: one weight per pixel and digit."""

    weights_name = "digits-linear"
    title = "Linear classifier"
    trainer_command = "python -m trainers.digits --model linear --output weights/digits-linear"

    def build(self, classes: int) -> nn.Module:
        """Return 784-10."""
        return nn.Sequential(nn.Flatten(), nn.Linear(SIDE * SIDE, classes))


class DigitMLP(DigitModel):
    """The fully connected 784-100-50-10 with ReLU."""

    weights_name = "digits-mlp"
    title = "Fully connected network"
    trainer_command = "python -m trainers.digits --model mlp --output weights/digits-mlp"

    def build(self, classes: int) -> nn.Module:
        """Return 784-100-50-10."""
        return nn.Sequential(
            nn.Flatten(),
            nn.Linear(SIDE * SIDE, 100),
            nn.ReLU(),
            nn.Linear(100, 50),
            nn.ReLU(),
            nn.Linear(50, classes),
        )


class DigitCNN(DigitModel):
    """A small residual network (He et al., 2016) that halves the picture early."""

    weights_name = "digits-cnn"
    title = "Convolutional network"
    trainer_command = "python -m trainers.digits --model cnn --output weights/digits-cnn"

    def build(self, classes: int) -> nn.Module:
        """Return the layers; the comments give their output."""
        return nn.Sequential(
            convolution(1, 32, kernel=5, stride=2),  # (N, 32, 14, 14)
            Residual(32),
            convolution(32, 64, stride=2),  # (N, 64, 7, 7)
            Residual(64),
            Residual(64),
            convolution(64, 96, stride=2),  # (N, 96, 4, 4)
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(96, classes),
        )


def convolution(channels: int, out: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    """Return convolution, batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(out),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """Two convolutions that learn what to add to their input."""

    def __init__(self, channels: int):
        super().__init__()
        self.body = nn.Sequential(convolution(channels, channels), convolution(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        """Return `x + body(x)`, both `(N, C, H, W)`."""
        return x + self.body(x)


def least_confidence(logits: Tensor) -> float:
    """Return how likely a digit must be to be named: all but 0.5 % of real ones are, at most 0.5.

    Args:
        logits: of a calibrated network for digits it was not trained on, `(N, 10)`. The shipped
            networks took the 5,000 digits of MNIST and the 3,000 drawings of their validation.
    """
    confidence = logits.double().softmax(dim=1).amax(dim=1)
    return min(HALF, math.floor(100 * confidence.quantile(REFUSED).item()) / 100)


MODELS = {"linear": DigitLinear, "mlp": DigitMLP, "cnn": DigitCNN}


def saliency(model: DigitModel, x: Tensor, steps: int = 32) -> Tensor:
    """Return how much every pixel spoke for (> 0) or against (< 0) the winning digit.

    Integrated gradients from a black picture (Sundararajan et al., "Axiomatic attribution for deep
    networks", 2017): gradient × input, averaged on the way from black to the picture. The sum over
    all pixels is about the winning logit of the picture minus that of the black one.

    Args:
        model: one of the three networks, in eval mode.
        x: a preprocessed picture, `(1, 28, 28)` or `(1, 1, 28, 28)`.
        steps: points on the way.

    Returns:
        `(28, 28)`, in units of the logit, on the CPU.
    """
    device = next(model.parameters()).device
    with torch.inference_mode(False), torch.enable_grad():
        picture = x.detach().clone().reshape(1, 1, SIDE, SIDE).to(device)
        winner = model(picture).argmax()
        fractions = (torch.arange(steps, device=device) + 0.5) / steps
        path = (fractions.view(-1, 1, 1, 1) * picture).requires_grad_()
        (gradient,) = torch.autograd.grad(model(path)[:, winner].sum(), path)
    return (gradient.mean(dim=0) * picture[0])[0].detach().cpu()
