"""What the digit networks learn from: MNIST, MNIST as the pad would show it, made-up drawings."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from models.digits import LABELS, centre, to_ink
from trainers.digits import pen

DRAWINGS, SCRIBBLES = 30_000, 0.05  # trained on, and the share that are no digits
VALIDATION = 5_000  # pictures of MNIST's training set that choose the epoch and the temperature
OTHER_HAND = pen.Hand(jitter=0.03, bend=0.07, slant=30, aspect=0.3, angular=0.5, points=(7, 16))


@dataclass
class Data:
    """Pictures uint8 `(N, 28, 28)` and labels int64 `(N,)`."""

    pictures: Tensor
    labels: Tensor

    def __getitem__(self, index) -> Data:
        return Data(self.pictures[index], self.labels[index])

    def __len__(self) -> int:
        return len(self.labels)


def mnist(root: str, train: bool) -> Data:
    """Return MNIST from torchvision, downloaded to `root` if it is not there."""
    from torchvision.datasets import MNIST

    data = MNIST(root, train=train, download=True)
    return Data(data.data, data.targets)


def made_up(count: int, seed: int = 0) -> Data:
    """Return drawings in place of MNIST, for dry runs."""
    return Data(*pen.drawings(count, seed, workers=1))


def drawings(count: int, seed: int, scribbles: float = 0.0, hand: pen.Hand | None = None) -> Data:
    """Return made-up drawings, see `trainers.digits.pen.drawings`."""
    return Data(*pen.drawings(count, seed, scribbles, hand))


def checks(count: int = 2_000) -> dict[str, Data]:
    """Return sets that no training has seen, by name, for the model card.

    Three kinds of made-up drawings on a pad of 280 px by a hand that strays further than the one
    trained on, scribbles, and 1,797 digits of 43 people from NIST forms, collected in Turkey
    (Alpaydin & Kaynak, 1998; scikit-learn's `load_digits`), 8×8 and enlarged to 200 px.
    """
    kinds = {
        "drawings, centred": dict(pen=(8, 14), size=(0.6, 0.7), place=(0.5, 0.5)),
        "drawings, anywhere, any pen": dict(pen=(2, 30), size=(0.25, 0.7), place=(0, 1)),
        "drawings, hairline": dict(pen=(1, 1), size=(0.4, 0.8), place=(0, 1)),
    }
    rng = np.random.default_rng(20_001)
    sets = {}
    for name, kind in kinds.items():
        labels = rng.integers(0, 10, count)
        shown = []
        for label in labels:
            strokes = pen.write(int(label), rng, OTHER_HAND)
            place = rng.uniform(*kind["place"], 2)
            picture = pen.draw(
                strokes, 280, rng.uniform(*kind["pen"]), place, rng.uniform(*kind["size"])
            )
            shown.append((centre(to_ink(picture))[0] * 255).round().byte())
        sets[name] = Data(torch.stack(shown), torch.from_numpy(labels))
    sets["scikit-learn's digits"] = _enlarged_digits()
    sets["scribbles"] = drawings(1_000, seed=30_001, scribbles=1.0)
    return sets


def _enlarged_digits(count: int | None = None) -> Data:
    from sklearn.datasets import load_digits

    source, shown = load_digits(), []
    for picture in source.images[:count]:
        small = Image.fromarray((255 - picture * 255 / 16).astype(np.uint8))
        page = Image.new("L", (280, 280), 255)
        page.paste(small.resize((200, 200), Image.BICUBIC), (40, 40))
        shown.append((centre(to_ink(page))[0] * 255).round().byte())
    return Data(torch.stack(shown), torch.from_numpy(source.target[:count]))


def split(data: Data, count: int = VALIDATION) -> tuple[Data, Data]:
    """Return (training, validation), the same split for every seed."""
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(2026))
    return data[order[count:]], data[order[:count]]


def preprocessed(pictures: Tensor, workers: int = 2) -> Tensor:
    """Return pictures uint8 `(N, 28, 28)` as the serving preprocessing shows them."""
    parts = pictures.numpy()
    if workers < 2 or len(parts) < 1000:
        return torch.from_numpy(_preprocess(parts))
    with ProcessPoolExecutor(workers) as pool:
        return torch.from_numpy(
            np.concatenate(list(pool.map(_preprocess, np.array_split(parts, len(parts) // 500))))
        )


def _preprocess(pictures: np.ndarray) -> np.ndarray:
    shown = [centre(to_ink(Image.fromarray(picture)))[0].numpy() for picture in pictures]
    return (np.stack(shown) * 255).round().astype(np.uint8)


class Versions(Dataset):
    """Pictures in two versions; every access picks one, the first with probability 0.7.

    Args:
        pictures: uint8 `(N, 2, 28, 28)`.
        labels: int64 `(N,)`.
    """

    def __init__(self, pictures: Tensor, labels: Tensor):
        self.pictures, self.labels = pictures, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitems__(self, indices: list[int]) -> tuple[Tensor, Tensor]:
        """Return a batch: `(N, 1, 28, 28)` in [0, 1] and labels."""
        index = torch.tensor(indices)
        version = (torch.rand(len(index)) > 0.7).long()
        return self.pictures[index, version, None].float() / 255, self.labels[index]


def mixture(digits: Data, drawn: Data) -> Data:
    """Return MNIST, plain and as the serving preprocessing shows it, and drawings: `Versions`."""
    versions = torch.stack([digits.pictures, preprocessed(digits.pictures)], dim=1)
    drawn_twice = drawn.pictures[:, None].expand(-1, 2, -1, -1)
    return Data(torch.cat([versions, drawn_twice]), torch.cat([digits.labels, drawn.labels]))


def loader(data: Data, batch_size: int) -> DataLoader:
    """Return shuffled batches of `(N, 2, 28, 28)` pictures, see `Versions`."""
    versions = Versions(data.pictures, data.labels)
    return DataLoader(versions, batch_size, shuffle=True, drop_last=True, collate_fn=_as_is)


def _as_is(batch):
    return batch


def loss(logits: Tensor, labels: Tensor, smoothing: float = 0.02) -> Tensor:
    """Return the cross-entropy; of a scribble all ten answers are equally right."""
    classes = logits.shape[1]
    sure = functional.one_hot(labels.clamp(max=classes - 1), classes) * (1 - smoothing)
    target = sure.float() + smoothing / classes
    target[labels >= classes] = 1 / classes
    return functional.cross_entropy(logits, target)


def augment(x: Tensor, strength: float = 1.0) -> Tensor:
    """Turn, slant, stretch, shift and bend pictures `(N, 1, 28, 28)`; change and break strokes.

    All at once on the device of `x`; every picture is changed in its own way.
    """
    count, device = len(x), x.device

    def uniform(low, high):
        return torch.rand(count, device=device) * (high - low) + low

    def normal(deviation):
        return torch.randn(count, device=device) * deviation * strength

    turn, slant = normal(0.10), normal(0.12)
    wide, high = 1 + normal(0.09), 1 + normal(0.07)
    zero = torch.zeros(count, device=device)
    rotation = _matrix(turn.cos(), -turn.sin(), turn.sin(), turn.cos())
    matrix = rotation @ _matrix(wide, slant, zero, high)
    shift = torch.stack([normal(0.06), normal(0.06)], dim=1)  # 1 is half of the picture
    theta = torch.cat([matrix, shift[:, :, None]], dim=2)
    grid = functional.affine_grid(theta, list(x.shape), align_corners=False)
    coarse = torch.randn(count, 2, 5, 5, device=device) * uniform(0, 0.09)[:, None, None, None]
    bend = functional.interpolate(coarse * strength, 28, mode="bicubic", align_corners=False)
    x = functional.grid_sample(x, grid + bend.permute(0, 2, 3, 1), align_corners=False)
    return _change_strokes(x)


def _matrix(a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
    return torch.stack([torch.stack([a, b], 1), torch.stack([c, d], 1)], 1)


def _change_strokes(x: Tensor) -> Tensor:
    """Thicken a sixth of the pictures, thin a sixth, blur a sixth until gaps close, break some.

    Pieces are erased in a twelfth, specks added to a twenty-fourth.
    """
    x = x.clone()
    count = len(x)
    sixth, part = count // 6, max(1, count // 12)
    share = torch.rand(sixth, 1, 1, 1, device=x.device)
    thick = functional.max_pool2d(x[:sixth], 3, 1, 1)
    x[:sixth] += share * (thick - x[:sixth])
    thin = -functional.max_pool2d(-x[sixth : 2 * sixth], 3, 1, 1)
    x[sixth : 2 * sixth] += 0.7 * share * (thin - x[sixth : 2 * sixth])
    if not sixth:
        return x
    coarse = int(torch.randint(9, 17, ()))  # as if scanned with that few pixels
    small = functional.interpolate(x[count - sixth :], size=(coarse, coarse), mode="area")
    blurred = functional.interpolate(small, size=(28, 28), mode="bicubic", align_corners=False)
    x[count - sixth :] = ((blurred - 0.35) * (1 + 5 * share) + 0.35).clamp(0, 1)
    lines = torch.arange(28, device=x.device)
    where = torch.randint(4, 24, (part, 2, 1), device=x.device)
    reach = torch.randint(1, 4, (part, 1, 1), device=x.device)
    near = (lines - where).abs() < reach
    hole = near[:, 0, :, None] & near[:, 1, None, :]
    x[2 * sixth : 2 * sixth + part] *= ~hole[:, None]
    first = 2 * sixth + part
    specked = x[first : first + part // 2]
    dots = torch.rand(specked.shape, device=x.device) < 0.004
    x[first : first + part // 2] = torch.maximum(specked, dots.float())
    return x.clamp(0, 1)


assert len(LABELS) == pen.NO_DIGIT
