"""Pictures to begin with, the test pictures that lie beside the weights, what visitors send.

Of Fashion-MNIST (MIT licence) the test pictures that the shipped network misreads are there, some
that it reads rightly, and the training pictures that excite its maps most; see
`trainers.fashion.sprites`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from demos.frame.checks import sent_image
from demos.frame.texts import N_
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
PHOTOS = {
    "bus": N_("Bus"),
    "cheetah": N_("Cheetah"),
    "lion": N_("Lion"),
    "tower": N_("Tower"),
    "flower": N_("Flower"),
    "china": N_("Temple"),
}
STRANGERS = {"noise": N_("Noise"), "blots": N_("Blots"), "digit": N_("Digit")}
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


def piece(name: str) -> np.ndarray:
    """Return a piece of clothing that the network reads rightly, `(28, 28)`, bytes."""
    pictures, label = test_pictures(), [*PIECES].index(name)
    right = (pictures.labels == label) & (pictures.answers == label)
    # The surest: one to look at.
    return pictures.pixels[(pictures.probabilities[:, label] * right).argmax()]


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


def companions(kind: str) -> Tensor:
    """Return the 31 test pictures that make a batch of 32 of one, `(31, 1, 28, 28)`.

    Args:
        kind: "mixed", of all labels; or "alike", sandals.
    """
    import numpy as np

    known = test_pictures()
    if kind == "mixed":
        return known.tensor(np.linspace(0, len(known.labels) - 1, BATCH - 1).astype(int))
    sandals = np.flatnonzero(known.labels == CLOTHES.index("Sandal"))
    return known.tensor(np.resize(sandals, BATCH - 1))


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
    elif isinstance(image, str) and image in PHOTOS:
        with Image.open(photo_path(image)) as file:
            picture = file.convert("RGB")
    elif isinstance(image, str) and image in STRANGERS:
        picture = stranger(image, seed)
    elif isinstance(image, str) and not image.startswith("data:"):
        from demos.widgets import sketch_pad

        drawn = sketch_pad.picture(image)
        if drawn is None:
            raise refusal("There is no picture yet: draw something, or choose one.")
        picture = filled(drawn) if clothes else drawn
    else:
        picture = sent_image(image)
    x, found = model.look(picture)
    return x[None], found
