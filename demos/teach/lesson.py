"""The lesson: how few photos are enough, and what else there is to try with them.

Import torch and models inside: the app starts without them.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from PIL import Image
    from torch import Tensor

    from models.backbone import Backbone
    from models.teach import TeachHead

VIEWS = 3  # of each photo, with augmentation, besides itself
EPOCHS = 8  # of fine-tuning
LAST = 17  # the first block that is fine-tuned, of 19
SECONDS = 40.0  # after which fine-tuning stops


def describe(
    network: Callable[[Tensor], Tensor],
    pictures: Tensor,
    seen: Callable[[int], object] = lambda _count: None,
) -> Tensor:
    """Return the features `(N, 1280)` of pictures `(N, 3, 224, 224)` in [0, 1], 4 at a time.

    With 16 a photo takes a quarter longer: their maps no longer fit into the processor's cache.

    Args:
        network: makes features of pictures.
        pictures: as many as there are.
        seen: told after each time how many it has seen.
    """
    import torch

    parts = []
    with torch.inference_mode():
        for part in pictures.split(4):
            parts.append(network(part).cpu())
            seen(len(part))
    return torch.cat(parts).clone()  # outside of it, they may be trained on


def described(backbone: Backbone, photos: Sequence[Sequence[Image.Image]]) -> tuple[Tensor, Tensor]:
    """Return the features `(N, 1280)` of photos, class by class, and the class of each, `(N,)`."""
    import torch

    pictures = [backbone.preprocess(photo) for of in photos for photo in of]
    y = torch.tensor([label for label, of in enumerate(photos) for _photo in of])
    return describe(backbone, torch.stack(pictures)), y


def few_photos(
    x: Tensor,
    y: Tensor,
    labels: Sequence[str],
    counts: Sequence[int] = (1, 2, 5, 10, 20),
    draws: int = 5,
    seed: int = 0,
    start: TeachHead | None = None,
) -> Iterator[dict]:
    """Train on few photos of each class, drawn at random, and test on all others.

    Args:
        x: features `(N, 1280)`.
        y: the class of each, `(N,)`.
        labels: the names of the classes.
        counts: photos of each class; those are left out that leave none to test on.
        draws: how often each is drawn anew.
        seed: of the draws.
        start: a head that training goes on from, each time; by default a new one.

    Yields:
        A row per number and draw: photos, draw, accuracy.
    """
    import torch

    from models.teach import TeachHead, fit

    chance = torch.Generator().manual_seed(seed)
    fewest = int(torch.bincount(y, minlength=len(labels)).min())
    for count in (count for count in counts if count < fewest):
        for draw in range(draws):
            order = torch.randperm(len(y), generator=chance)
            chosen = torch.cat([order[y[order] == c][:count] for c in range(len(labels))])
            test = torch.ones(len(y), dtype=torch.bool)
            test[chosen] = False
            head = copy.deepcopy(start) if start else TeachHead(labels)
            for _step in fit(head, x[chosen], y[chosen], steps=15, onward=start is not None):
                pass
            with torch.no_grad():
                right = (head(x[test]).argmax(dim=1) == y[test]).float().mean()
            yield {"photos": count, "draw": draw, "accuracy": right.item()}


def augmented(pictures: Tensor, chance: torch.Generator) -> Tensor:
    """Return one random view of each picture `(N, 3, H, W)`: mirrored, cropped, lighter or darker.

    Args:
        pictures: in [0, 1].
        chance: of the changes.
    """
    import torch
    from torch.nn import functional

    count = len(pictures)
    zoom = 1 - 0.3 * torch.rand(count, generator=chance)
    mirror = torch.where(torch.rand(count, generator=chance) < 0.5, -1.0, 1.0)
    place = (2 * torch.rand(count, 2, generator=chance) - 1) * (1 - zoom)[:, None]
    light = 0.7 + 0.6 * torch.rand(count, 1, 1, 1, generator=chance)
    change = torch.zeros(count, 2, 3)
    change[:, 0, 0], change[:, 1, 1], change[:, :, 2] = zoom * mirror, zoom, place
    grid = functional.affine_grid(change, list(pictures.shape), align_corners=False)
    return (light * functional.grid_sample(pictures, grid, align_corners=False)).clamp(0, 1)


def tune(
    backbone: Backbone,
    pictures: Tensor,
    y: Tensor,
    labels: Sequence[str],
    method: str = "frozen",
    seed: int = 0,
    told: Callable[[float], object] = lambda _share: None,
) -> Iterator[dict]:
    """Train on photos in one of three ways, and yield how it goes; every fifth photo is held out.

    "frozen": only the head is new. "augmented": likewise, with three random views of each photo
    besides itself. "fine_tuned": then the last block of the network is trained on, too.

    Args:
        backbone: as ImageNet taught it; it stays as it is.
        pictures: `(N, 3, 224, 224)` in [0, 1].
        y: the class of each, `(N,)`.
        labels: the names of the classes.
        method: see above.
        seed: of random views and of the order.
        told: how much of all is done, 0 to 1, again and again.

    Yields:
        A row per epoch: step, loss, right (of the held out ones), of, trained (parameters).
    """
    import torch
    from torch.nn.functional import cross_entropy

    from models.teach import TeachHead, fit, held_out

    began, chance = time.monotonic(), torch.Generator().manual_seed(seed)
    test = held_out(y)
    learn, target = pictures[~test], y[~test]
    if method == "augmented":
        views = [augmented(part, chance) for _ in range(VIEWS) for part in learn.split(16)]
        learn, target = torch.cat([learn, *views]), target.repeat(1 + VIEWS)
    done, last_block = 0, method == "fine_tuned"
    # The pictures are looked at, once more for the last block, which then sees them in each epoch.
    work = (1 + last_block) * (len(learn) + int(test.sum())) + last_block * EPOCHS * len(learn)

    def seen(count: int) -> None:
        nonlocal done
        done += count
        told(done / work)

    x, x_test = describe(backbone, learn, seen), describe(backbone, pictures[test], seen)
    head = TeachHead(labels)
    for _step in fit(head, x, target):
        pass

    def row(step: int, logits: Tensor, logits_test: Tensor, trained: int) -> dict:
        right = int((logits_test.argmax(dim=1) == y[test]).sum())
        loss = cross_entropy(logits, target).item()
        of = int(test.sum())
        return {"step": step, "loss": loss, "right": right, "of": of, "trained": trained}

    heads = sum(p.numel() for p in head.parameters())
    with torch.no_grad():
        yield row(0, head(x), head(x_test), heads)
    if not last_block:
        return
    last = copy.deepcopy(backbone.features[LAST:]).cpu().requires_grad_()
    before, before_test = (
        describe(lambda part: backbone.stages(part, (LAST - 1,))[0], some, seen)
        for some in (learn, pictures[test])
    )
    optimizer = torch.optim.Adam([*last.parameters(), *head.parameters()], lr=1e-4)
    trained = heads + sum(p.numel() for p in last.parameters())
    for epoch in range(1, EPOCHS + 1):
        for part in torch.randperm(len(before), generator=chance).split(16):
            features = last(before[part]).mean(dim=(2, 3))
            loss = cross_entropy(head(features), target[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen(len(part))
        with torch.no_grad():
            mine, others = (head(last(one).mean(dim=(2, 3))) for one in (before, before_test))
            yield row(epoch, mine, others, trained)
        if time.monotonic() - began > SECONDS:
            return
