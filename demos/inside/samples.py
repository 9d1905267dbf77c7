"""Pictures to begin with, the test pictures that lie beside the weights, what visitors send.

Of Fashion-MNIST (MIT licence) the test pictures that the shipped network misreads are there, some
that it reads rightly, and the training pictures that excite its maps most; see
`trainers.fashion.sprites`. Of CIFAR-10, whose photos belong to others, there are none.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from demos.frame.checks import sent_image
from demos.frame.texts import N_
from demos.inside import drawn
from demos.pictures.bundled import photo_path
from models.labels import CLOTHES, THINGS
from models.sentences import refusal

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image
    from torch import Tensor

    from models.small_pictures import SmallPictures

SKETCH, PHOTO = "sketch", "photo"
OWN = {SKETCH: N_("my drawing"), PHOTO: N_("my photo")}
# A test picture of each label that is read rightly, by a name for links.
PIECES = {label.lower().replace("/", "-").replace(" ", "-"): label for label in CLOTHES}
# Of CIFAR-10, by the label: drawings, see `demos.inside.drawn`.
THINGS_DRAWN = {
    "airplane": N_("Airplane"),
    "automobile": N_("Automobile"),
    "cat": N_("Cat"),
    "horse": N_("Horse"),
    "ship": N_("Ship"),
    "truck": N_("Truck"),
}
PHOTOS = {
    "bus": N_("Bus: none of the ten"),
    "cheetah": N_("Cheetah: none of the ten"),
    "lion": N_("Lion: none of the ten"),
    "tower": N_("Tower: none of the ten"),
    "flower": N_("Flower: none of the ten"),
    "china": N_("Temple: none of the ten"),
}
STRANGERS = {
    "noise": N_("Noise"),
    "blots": N_("Blots"),
    "digit": N_("Digit"),
    "flower": N_("Flower"),
    "china": N_("Temple"),
    "tower": N_("Tower"),
}
BATCH = 32  # pictures, of which the batch norm takes the statistics
LABELS = {"fashion": CLOTHES, "cifar": THINGS}
INSIDE = 150  # grey that closed outlines of a drawing are filled with


@dataclass(frozen=True)
class TestPictures:
    """Test pictures of Fashion-MNIST with the answers of the shipped network.

    Attributes:
        index: place of each in the test set.
        labels: number of each one's label.
        pixels: `(N, 28, 28)`, bytes.
        probabilities: `(N, 10)`.
    """

    index: np.ndarray
    labels: np.ndarray
    pixels: np.ndarray
    probabilities: np.ndarray

    @property
    def answers(self) -> np.ndarray:
        """The likeliest label of each."""
        return self.probabilities.argmax(axis=1)

    def tensor(self, chosen: Any = slice(None)) -> Tensor:
        """Return the pictures as the network sees them, `(N, 1, 28, 28)`."""
        import torch

        return torch.tensor(self.pixels[chosen][:, None]).float() / 255


@functools.lru_cache(maxsize=1)
def test_pictures() -> TestPictures:
    """Return the test pictures beside the shipped weights."""
    import numpy as np
    import pandas as pd

    from models import hub

    table = pd.read_parquet(hub.WEIGHTS / "fashion" / "misread.parquet")
    pixels = np.frombuffer(b"".join(table["pixels"]), np.uint8).reshape(-1, 28, 28)
    return TestPictures(
        table["index"].to_numpy(),
        table["label"].to_numpy(),
        pixels,
        np.stack(table["probabilities"]).astype(np.float32) / 10_000,
    )


@functools.lru_cache(maxsize=1)
def exciting() -> dict[str, dict[str, np.ndarray]]:
    """Return the training pictures that excite the maps most, by the name of their layer.

    Each has `pixels` (maps, some, 28, 28), bytes, `label` (maps, some), and `place` (maps, some):
    that of the largest number in the map, counted row by row. The most exciting come first.
    """
    import numpy as np
    import pandas as pd

    from models import hub

    table = pd.read_parquet(hub.WEIGHTS / "fashion" / "exciting.parquet")
    found = {}
    for name, rows in table.groupby("layer", sort=False):
        maps = rows["unit"].nunique()
        pixels = np.frombuffer(b"".join(rows["pixels"]), np.uint8)
        found[name] = {key: rows[key].to_numpy().reshape(maps, -1) for key in ("label", "place")}
        found[name]["pixels"] = pixels.reshape(maps, -1, 28, 28)
    return found


@functools.lru_cache(maxsize=len(PIECES))
def piece(name: str) -> np.ndarray:
    """Return a piece of clothing that the network reads rightly, `(28, 28)`, bytes.

    Of those that it does not refuse it is the surest: one to look at.
    """
    from models import hub

    pictures, label = test_pictures(), [*PIECES].index(name)
    right = ((pictures.labels == label) & (pictures.answers == label)).nonzero()[0]
    order = right[(-pictures.probabilities[right, label]).argsort(kind="stable")]
    model = hub.load(hub.class_of("fashion"))
    judged = zip(order, *model.judge(pictures.tensor(order)), strict=True)
    known = (i for i, answer, distance in judged if not model.doubt(answer, distance.item()))
    return pictures.pixels[next(known, order[0])]


def stranger(name: str, seed: int = 0) -> Image.Image:
    """Return a picture that shows none of the ten things, 32×32."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(seed)
    if name == "noise":
        return Image.fromarray(rng.integers(0, 256, (32, 32, 3), dtype=np.uint8))
    if name == "blots":
        few = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        return Image.fromarray(few).resize((32, 32), Image.Resampling.BICUBIC)
    from sklearn.datasets import load_digits

    digits = load_digits().images
    digit = (digits[seed % len(digits)] * 255 / 16).astype(np.uint8)
    return Image.fromarray(digit).resize((32, 32), Image.Resampling.BICUBIC).convert("RGB")


def confusion(network: str) -> np.ndarray:
    """Return counts of 10,000 test pictures by the shipped network, [truth][answer].

    Args:
        network: "fashion" or "cifar"; both test sets have 1,000 pictures of each label.
    """
    import numpy as np

    from models import hub

    if network == "cifar":
        rows = hub.shipped_table(network, "confusion")
        return np.array([int(row["pictures"]) for row in rows]).reshape(len(THINGS), -1)
    known, counts = test_pictures(), np.zeros((len(CLOTHES), len(CLOTHES)), int)
    wrong = known.answers != known.labels
    np.add.at(counts, (known.labels[wrong], known.answers[wrong]), 1)
    counts[np.diag_indices(len(CLOTHES))] = 1000 - counts.sum(axis=1)
    return counts


@functools.lru_cache(maxsize=4)
def companions(kind: str, network: str = "fashion") -> Tensor:
    """Return the 31 pictures that make a batch of 32 of one, `(31, C, H, W)` in [0, 1].

    Args:
        kind: "mixed", of all kinds; or "alike", of one.
        network: "fashion": test pictures, of all labels or sandals; or "cifar", whose pictures
            belong to others: pieces of `PHOTOS`, of all of them or of the flower.
    """
    import numpy as np

    if network == "cifar":
        return _pieces([*PHOTOS] if kind == "mixed" else ["flower"], BATCH - 1)
    known = test_pictures()
    if kind == "mixed":
        return known.tensor(np.linspace(0, len(known.labels) - 1, BATCH - 1).astype(int))
    sandals = np.flatnonzero(known.labels == CLOTHES.index("Sandal"))
    return known.tensor(np.resize(sandals, BATCH - 1))


def _pieces(names: list[str], count: int) -> Tensor:
    """Return square pieces of photos as the network for photos sees them, `(count, 3, 32, 32)`."""
    import numpy as np
    import torch
    from PIL import Image

    from models.cifar import SIDE

    rng, pieces = np.random.default_rng(0), []
    photos = []
    for name in names:
        with Image.open(photo_path(name)) as file:
            photos.append(file.convert("RGB"))
    for i in range(count):
        photo = photos[i % len(photos)]
        side = int(min(photo.size) * rng.uniform(0.3, 1))
        left, top = (int(rng.integers(0, length - side + 1)) for length in photo.size)
        small = photo.resize(
            (SIDE, SIDE), Image.Resampling.BOX, (left, top, left + side, top + side)
        )
        pieces.append(torch.from_numpy(np.array(small)).permute(2, 0, 1).float() / 255)
    return torch.stack(pieces)


@functools.lru_cache(maxsize=1)
def wanted() -> dict[str, bytes]:
    """Return what the maps of the network for photos look for, by the name of their layer.

    Each is a WebP with a picture of 32×32 for every map, one below the other; see
    `trainers.cifar.sprites`.
    """
    import pandas as pd

    from models import hub

    table = pd.read_parquet(hub.WEIGHTS / "cifar" / "wants.parquet")
    return dict(zip(table["layer"], table["pictures"], strict=True))


def filled(drawing: Image.Image) -> Image.Image:
    """Return a drawing, black on white, with its closed outlines filled: clothes are no wire."""
    import numpy as np
    from PIL import Image
    from scipy import ndimage

    grey = np.asarray(drawing.convert("L"))
    inside = ndimage.binary_fill_holes(grey < 128) & (grey >= 128)
    return Image.fromarray(np.where(inside, INSIDE, grey).astype(np.uint8))


def seen(model: SmallPictures, image: Any, seed: int = 0) -> Tensor:
    """Return what a network sees of a picture, `(1, C, H, W)` in [0, 1]; see `look`."""
    return look(model, image, seed)[0]


def look(model: SmallPictures, image: Any, seed: int = 0) -> tuple[Tensor, bool]:
    """Return what a network sees of a picture, and whether it finds a thing there to name.

    Args:
        model: whose preprocessing it is.
        image: a name, a data URL, an uploaded file or strokes of the pad.
        seed: of strangers.

    Returns:
        `(1, C, H, W)` in [0, 1]; and, for clothes, whether a piece was found in front of a plain
        background.

    Raises:
        ValueError: in a sentence, if it is no picture.
    """
    from PIL import Image

    clothes = model.channels == 1
    if isinstance(image, str) and image in PIECES:
        picture: Image.Image = Image.fromarray(piece(image))
    elif isinstance(image, str) and image in THINGS_DRAWN:
        picture = drawn.picture(image)
    elif isinstance(image, str) and image in PHOTOS:
        with Image.open(photo_path(image)) as file:
            picture = file.convert("RGB")
    elif isinstance(image, str) and image in STRANGERS:
        picture = stranger(image, seed)
    elif isinstance(image, str) and not image.startswith("data:"):
        from demos.widgets import sketch_pad

        sketch = sketch_pad.picture(image)
        if sketch is None:
            raise refusal("There is no picture yet: draw something, or choose one.")
        picture = filled(sketch) if clothes else sketch
    else:
        picture = sent_image(image)
    x, found = model.look(picture)
    return x[None], found
