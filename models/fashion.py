"""Fashion-MNIST: clothes as 28×28 pictures in grey, and the course's ladder of networks for them.

The preprocessing turns a photo of one piece of clothing into what Fashion-MNIST holds: the piece
alone, bright on black, its grey negated, the longest side 28 pixels (Xiao, Rasul, Vollgraf,
"Fashion-MNIST", 2017, section 2).
"""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch
from huggingface_hub import PyTorchModelHubMixin
from PIL import Image
from scipy import ndimage
from torch import Tensor, nn

from models.images import open_image
from models.labels import CLOTHES as LABELS
from models.small_pictures import Block, SmallPictures

SIDE = 28  # side of the network's picture [px]
MEAN, STD = (0.286,), (0.353,)  # of the training pictures
WORK = 256  # photos are worked on at no more than this [px]
# By so much the colours at half of the edge differ from the background, where it is a plain one: at
# most 9 in the worst light of `trainers.fashion.photos`, at least 28 on its photos.
BUSY = 25.0  # of 255
BRIGHT = 0.75  # the brightest twentieth of a piece is at least this bright, as in the data


def linear(classes: int) -> nn.Sequential:
    """Return 784-10: softmax regression."""
    return nn.Sequential(
        OrderedDict(flatten=nn.Flatten(), linear=nn.Linear(SIDE * SIDE, classes)),
    )


def mlp(classes: int) -> nn.Sequential:
    """Return 784-128-64-10 with ReLU."""
    return nn.Sequential(
        OrderedDict(
            flatten=nn.Flatten(),
            linear1=nn.Linear(SIDE * SIDE, 128),
            relu1=nn.ReLU(),
            linear2=nn.Linear(128, 64),
            relu2=nn.ReLU(),
            linear3=nn.Linear(64, classes),
        )
    )


def cnn(classes: int, norm: bool = False, dropout: float = 0.0) -> nn.Sequential:
    """Return two convolutions, each pooled, and two dense layers."""
    layers: dict[str, nn.Module] = {
        "conv1": Block(1, 16, norm=norm),
        "pool1": nn.MaxPool2d(2),
        "conv2": Block(16, 32, norm=norm),
        "pool2": nn.MaxPool2d(2),
        "flatten": nn.Flatten(),
        "dropout1": nn.Dropout(dropout),
        "linear1": nn.Linear(32 * 7 * 7, 64),
        "relu": nn.ReLU(),
        "dropout2": nn.Dropout(dropout),
        "linear2": nn.Linear(64, classes),
    }
    return nn.Sequential(
        OrderedDict((n, m) for n, m in layers.items() if dropout or not isinstance(m, nn.Dropout))
    )


def cnn_dropout(classes: int) -> nn.Sequential:
    """Return the same with half of the features left out at random while it learns."""
    return cnn(classes, dropout=0.5)


def cnn_batchnorm(classes: int) -> nn.Sequential:
    """Return the same with a batch norm after each convolution."""
    return cnn(classes, norm=True)


def cnn_stacked(classes: int) -> nn.Sequential:
    """Return six convolutions with batch norm, in pairs, and dropout; the comments give the output.

    It learns from pictures that are mirrored and shifted at random.
    """
    return nn.Sequential(
        OrderedDict(
            conv1=Block(1, 16),  # (N, 16, 28, 28)
            conv2=Block(16, 24),
            pool1=nn.MaxPool2d(2),  # (N, 24, 14, 14)
            conv3=Block(24, 48),
            conv4=Block(48, 48),
            pool2=nn.MaxPool2d(2),  # (N, 48, 7, 7)
            conv5=Block(48, 96),
            conv6=Block(96, 128),
            mean=nn.AdaptiveAvgPool2d(1),
            flatten=nn.Flatten(),
            dropout=nn.Dropout(0.3),
            linear=nn.Linear(128, classes),
        )
    )


LADDER = {
    "linear": linear,
    "mlp": mlp,
    "cnn": cnn,
    "cnn_dropout": cnn_dropout,
    "cnn_batchnorm": cnn_batchnorm,
    "cnn_stacked": cnn_stacked,
}


class FashionCNN(
    SmallPictures,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="image-classification",
    tags=["fashion-mnist", "education"],
):
    """A network that names a piece of clothing; see `SmallPictures`.

    Args:
        architecture: one of `LADDER`.
        labels, mean, std, temperature, least_confidence, most_distance: see `SmallPictures`.
    """

    weights_name = "fashion"
    title = "Stacked convolutional network"
    trainer_command = "python -m trainers.fashion"
    channels, side, known = 1, SIDE, LABELS
    architectures = LADDER

    def __init__(
        self,
        architecture: str = "cnn_stacked",
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
        """Return what the network sees: `(1, 28, 28)` in [0, 1], the piece bright on black.

        A picture of 28×28 pixels on black is one of Fashion-MNIST, and is taken as it is.
        """
        return self.look(image)[0]

    def look(self, image: Image.Image) -> tuple[Tensor, bool]:
        """Return what the network sees, and whether a piece was found on a plain background."""
        image = open_image(image)
        grey = np.asarray(image.convert("L"), np.float32) / 255
        if image.size == (SIDE, SIDE) and np.median(_border(grey)) < 0.1:
            return torch.from_numpy(grey)[None], True
        shown, found = piece(image)
        return torch.from_numpy(shown)[None], found


def piece(image: Image.Image) -> tuple[np.ndarray, bool]:
    """Return the piece of clothing on a photo as Fashion-MNIST would show it.

    The background is the colour at the edges, estimated place by place; the piece is the largest
    patch that differs from it, without holes. Where nothing differs, or everything does, the whole
    picture is the piece.

    Args:
        image: RGB.

    Returns:
        `(28, 28)` float32 in [0, 1], black around the piece; and whether there is one: something
        that differs from a background which most of the picture's edge has in common.
    """
    image = image.copy()
    image.thumbnail((WORK, WORK), Image.BILINEAR)
    pixels = np.asarray(image, np.float32)
    mask, found = _patch(pixels)
    grey = pixels @ np.array([0.299, 0.587, 0.114], np.float32) / 255
    dark = np.median(_border(grey)) < 0.25  # on a dark background it is bright already
    shown = np.where(mask, grey if dark else 1 - grey, 0).astype(np.float32)
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    shown = shown[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = shown.shape
    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(Image.fromarray(shown).resize(size, Image.BOX if scale < 1 else 2))
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    result = np.zeros((SIDE, SIDE), np.float32)
    result[top : top + size[1], left : left + size[0]] = small
    lit = result[result > 0.02]
    bright = np.percentile(lit, 95) if lit.size else 0
    if 0.02 < bright < BRIGHT:
        result *= BRIGHT / bright
    return result.clip(0, 1), found


def _border(pixels: np.ndarray) -> np.ndarray:
    """Return the outermost ring of pixels, `(P, ...)`."""
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def _patch(pixels: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return which pixels of `(H, W, 3)` belong to the piece, and whether it is one.

    At least one pixel does; all of them where nothing was found.
    """
    height, width = pixels.shape[:2]
    whole = np.ones((height, width), bool)
    if min(height, width) < 8:
        return whole, False
    # Between the colours of opposite edges, as light falls unevenly.
    y, x = (np.linspace(0, 1, length, dtype=np.float32) for length in (height, width))
    blurred = ndimage.gaussian_filter(pixels, (1, 1, 0))
    left, right, upper, lower = _edges(blurred)
    across = left * (1 - x[:, None]) + right * x[:, None]
    down = upper * (1 - y[:, None]) + lower * y[:, None]
    background = (across[None] + down[:, None]) / 2
    distance = np.sqrt(((blurred - background) ** 2).sum(axis=2))
    noise = float(np.median(_border(distance)))
    mask = distance > max(18.0, 3 * noise, 0.35 * float(np.percentile(distance, 90)))
    reach = max(1, round(0.01 * max(height, width)))
    mask = ndimage.binary_closing(np.pad(mask, 2 * reach), iterations=reach)
    mask = ndimage.binary_fill_holes(mask)[2 * reach : -2 * reach, 2 * reach : -2 * reach]
    patches, count = ndimage.label(mask)
    if not count:
        return whole, False
    sizes = ndimage.sum_labels(mask, patches, np.arange(1, count + 1))
    keep = np.concatenate([[False], sizes >= 0.2 * sizes.max()])  # a pair of shoes is two patches
    mask = keep[patches]
    if mask.mean() <= 0.02:
        return whole, False
    return mask, min(noise, _unevenness(blurred)) <= BUSY and not mask.all()


def _unevenness(pixels: np.ndarray) -> float:
    """Return by how much the colours at half of the edge differ from light that falls off evenly.

    That is a plane through them, of least squares.
    """
    height, width = pixels.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    places = _border(np.dstack([x, y, np.ones_like(x)]))
    colours = _border(pixels)
    plane = np.linalg.lstsq(places, colours, rcond=None)[0]
    return float(np.median(np.linalg.norm(colours - places @ plane, axis=1)))


def _edges(pixels: np.ndarray) -> list[np.ndarray]:
    """Return the colours of the left, right, upper and lower edge."""
    deep = max(1, min(pixels.shape[:2]) // 25)
    parts = pixels[:, :deep], pixels[:, -deep:], pixels[:deep], pixels[-deep:]
    return [np.median(part, axis=(0, 1)) for part in parts]
