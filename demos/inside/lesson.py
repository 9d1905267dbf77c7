"""The lesson: what each layer of a convolutional network makes of a picture.

Import torch inside: the app starts without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn

    from models.small_pictures import SmallPictures


def stages(model: SmallPictures) -> list[tuple[str, str, nn.Module | None]]:
    """Return name, kind and module of every layer that changes a picture, in their order.

    Kinds: conv (with batch norm and ReLU), sum, pool, mean, linear. Dropout does nothing while a
    network answers, and is left out.
    """
    found: list[tuple[str, str, nn.Module | None]] = []
    for name, module in model.layers.named_children():
        kind = type(module).__name__
        if kind == "Residual":
            found += [(f"{name}.first", "conv", module.first)]
            found += [(f"{name}.second", "conv", module.second), (name, "sum", None)]
        elif kind in ("Block", "MaxPool2d", "AdaptiveAvgPool2d", "Linear"):
            known = {"Block": "conv", "MaxPool2d": "pool", "AdaptiveAvgPool2d": "mean"}
            found.append((name, known.get(kind, "linear"), module))
    return found


def after(
    model: SmallPictures, kind: str, module: nn.Module | None, x: Tensor, kept: Tensor
) -> Tensor:
    """Return what leaves a layer that `x` enters; `kept` entered the residual block around it."""
    if kind == "sum":
        return kept + x
    if kind == "linear":
        return module(x.flatten(1)) / model.temperature
    return module(x)


def walk(
    model: SmallPictures, x: Tensor, off: tuple[int, int] | None = None
) -> Iterator[tuple[str, str, Tensor]]:
    """Yield name, kind and numbers of each layer for pictures `(N, C, H, W)` in [0, 1].

    Args:
        model: in eval mode.
        x: the pictures.
        off: a layer, counted from 1, and one of its maps that is set to 0.
    """
    x = model.normalise(x)
    yield "input", "input", x
    kept = x
    for number, (name, kind, module) in enumerate(stages(model), 1):
        if name.endswith(".first"):
            kept = x
        x = after(model, kind, module, x, kept)
        if off and off[0] == number:
            x = x.clone()
            x[:, off[1]] = 0
        yield name, kind, x


def drops(model: SmallPictures, x: Tensor, layer: int, label: int) -> Tensor:
    """Return how much the probability of a label falls when each map of a layer is set to 0.

    Args:
        model: in eval mode.
        x: one picture `(1, C, H, W)`.
        layer: counted from 1.
        label: its number.

    Returns:
        `(maps,)`; below 0: without this map the answer is surer.
    """
    import torch

    steps = stages(model)
    values = [one for _, _, one in walk(model, x)]
    maps = values[layer].shape[1]
    y = values[layer].repeat(maps, *[1] * (values[layer].dim() - 1))
    y[torch.arange(maps), torch.arange(maps)] = 0
    # Inside of a residual block the way around it goes on untouched.
    start = next((i for i in range(layer, 0, -1) if steps[i - 1][0].endswith(".first")), 0)
    kept = values[start - 1] if start else y
    for name, kind, module in steps[layer:]:
        if name.endswith(".first"):
            kept = y
        y = after(model, kind, module, y, kept)
    before = values[-1].softmax(dim=1)[0, label]
    return before - y.softmax(dim=1)[:, label]


def occlude(model: SmallPictures, x: Tensor, label: int, side: int, stride: int) -> Tensor:
    """Return how much the probability of a label falls when a square of the picture is hidden.

    The square is grey: the mean of the training pictures.

    Args:
        model: in eval mode.
        x: one picture `(1, C, H, W)`.
        label: its number.
        side, stride: of the square and from one to the next [px].

    Returns:
        `(places, places)`, row by row.
    """
    size = x.shape[-1]
    starts = range(0, size - side + 1, stride)
    hidden = x.repeat(len(starts) ** 2, 1, 1, 1)
    for i, top in enumerate(starts):
        for j, left in enumerate(starts):
            hidden[i * len(starts) + j, :, top : top + side, left : left + side] = model.mean
    before = model(x).softmax(dim=1)[0, label]
    return (before - model(hidden).softmax(dim=1)[:, label]).reshape(len(starts), len(starts))


def saliency(model: SmallPictures, x: Tensor, label: int) -> Tensor:
    """Return how much each pixel would change a label's logit: the size of the gradient.

    Returns:
        `(H, W)`, the largest of the channels (Simonyan et al., 2014).
    """
    import torch

    with torch.inference_mode(False), torch.enable_grad():
        picture = x.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(model(picture)[0, label], picture)
    return gradient[0].abs().amax(dim=0)


def moved(x: Tensor, across: int = 0, down: int = 0, turn: float = 0, invert: bool = False):
    """Return pictures `(N, C, H, W)` shifted [px], turned [° to the left] and negated.

    What comes into view is what lies at the edge for shifts, and for turns.
    """
    import math

    import torch
    from torch.nn import functional

    if invert:
        x = 1 - x
    if not (across or down or turn):
        return x
    size = x.shape[-1]
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    a, b = -2 * across / size, -2 * down / size
    matrix = torch.tensor([[cos, -sin, cos * a - sin * b], [sin, cos, sin * a + cos * b]])
    grid = functional.affine_grid(matrix[None].expand(len(x), -1, -1), x.shape, align_corners=False)
    return functional.grid_sample(x, grid, padding_mode="border", align_corners=False)


def ascend(
    model: SmallPictures,
    layer: int,
    unit: int,
    steps: int = 60,
    learning_rate: float = 0.1,
    smooth: float = 0.5,
    seed: int = 0,
) -> Iterator[dict]:
    """Change noise until it excites a unit: gradient ascent on the picture.

    Each step moves the picture, so that no pixel counts for itself (Olah et al., "Feature
    visualization", 2017), and blurs it a little.

    Args:
        model: in eval mode.
        layer: counted from 1.
        unit: number of its map; of a picture's map the mean is what is to grow.
        steps: how many.
        learning_rate: of Adam.
        smooth: how much of a blurred copy is mixed in after each step, 0 to 1.
        seed: of the noise and the moves.

    Yields:
        A row per step: step, excitement (of the unit), picture `(C, H, W)` in [0, 1].
    """
    import torch
    from torch.nn import functional

    chance = torch.Generator().manual_seed(seed)
    noise = torch.rand(1, model.channels, model.side, model.side, generator=chance)
    ground = 0.0 if model.channels == 1 else 0.4  # clothes lie on black
    x = (ground + 0.2 * noise).requires_grad_()
    descent = torch.optim.Adam([x], lr=learning_rate)
    for step in range(steps + 1):
        across, down = torch.randint(-2, 3, (2,), generator=chance).tolist()
        shown = x.roll((down, across), (2, 3))
        excitement = _excitement(model, shown, layer, unit)
        yield {"step": step, "excitement": excitement.item(), "picture": x.detach()[0].clone()}
        descent.zero_grad()
        (-excitement).backward()
        descent.step()
        with torch.no_grad():
            blurred = functional.avg_pool2d(functional.pad(x, [1] * 4, mode="replicate"), 3, 1)
            x.lerp_(blurred, smooth).clamp_(0, 1)


def _excitement(model: SmallPictures, x: Tensor, layer: int, unit: int) -> Tensor:
    """Return the mean of a unit before its ReLU, which would hide the slope below 0."""
    steps = stages(model)
    y = kept = model.normalise(x)
    for number, (name, kind, module) in enumerate(steps[:layer], 1):
        if name.endswith(".first"):
            kept = y
        if kind == "sum":
            y = kept + y
        elif kind == "linear":
            y = module(y.flatten(1))
        elif kind == "conv" and number == layer:
            y = module.before(y)
        else:
            y = module(y)
    return y[:, unit].mean()


def looked_at(model: SmallPictures, name: str, place: int) -> list[int]:
    """Return the part of the picture on which a number of a layer's maps depends.

    Args:
        model: a network of convolutions and poolings one after the other.
        name: of the layer; all that comes after a mean looks at the whole picture.
        place: of the number in its map, counted row by row.

    Returns:
        top, left, height and width [px], within the picture.
    """
    from models.small_pictures import field

    names = [step for step, _, _ in stages(model)]
    before = stages(model)[: names.index(name) + 1]
    if any(kind == "mean" for _, kind, _ in before):
        return [0, 0, model.side, model.side]
    side, step, start = field(module for _, _, module in before if module)
    found = []
    for number in divmod(place, model.side // step):
        first = start + step * number
        found.append((max(0, first), min(model.side, first + side)))
    (top, bottom), (left, right) = found
    return [top, left, bottom - top, right - left]


def patches(model: SmallPictures, name: str, pictures: Tensor, places: Sequence[int]) -> Tensor:
    """Return what the numbers of a layer look at, `(N, 1, side, side)`; black is outside.

    Args:
        model: see `looked_at`.
        name: of the layer.
        pictures: `(N, 28, 28)`, one for each number.
        places: of the numbers in their maps.
    """
    import torch

    boxes = [looked_at(model, name, int(place)) for place in places]
    side = max(max(box[2:]) for box in boxes)
    found = torch.zeros(len(pictures), 1, side, side)
    for one, picture, (top, left, height, width) in zip(found, pictures, boxes, strict=True):
        # What is cut off at the upper and left edge is left free there.
        down = side - height if top == 0 else 0
        across = side - width if left == 0 else 0
        one[0, down : down + height, across : across + width] = picture[
            top : top + height, left : left + width
        ]
    return found


def scattered(
    model: SmallPictures, x: Tensor, share: float, passes: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Return the probabilities of a picture with dropout off, and of so many passes with it on.

    Args:
        model: in eval mode.
        x: one picture `(1, C, H, W)`.
        share: of the features that each pass leaves out.
        passes: how many.
        seed: of what is left out.

    Returns:
        `(classes,)` and `(passes, classes)`.
    """
    import torch

    *_, before, (_name, _kind, logits) = walk(model, x)
    features = before[2].flatten(1)  # (1, 128)
    chance = torch.Generator().manual_seed(seed)
    kept = torch.rand(passes, features.shape[1], generator=chance) >= share
    # What is left is made larger, so that the sum stays about the same.
    dropped = features * kept / (1 - share) if share < 1 else features * 0
    several = stages(model)[-1][2](dropped) / model.temperature
    return logits.softmax(dim=1)[0], several.softmax(dim=1)


def normed(model: SmallPictures, x: Tensor, layer: int, batch: bool) -> list[tuple[str, Tensor]]:
    """Return the numbers of a convolution at each step of its batch norm.

    Args:
        model: in eval mode.
        x: pictures `(N, C, H, W)`.
        layer: of kind conv, counted from 1.
        batch: normalise by mean and variance of these pictures, as in training; else by those that
            were remembered from training.

    Returns:
        "convolution", "normalised", "times γ plus β", "ReLU"; each `(N, maps, h, w)`.
    """
    values = [value for _, _, value in walk(model, x)]
    _name, _kind, block = stages(model)[layer - 1]
    y = block.conv(values[layer - 1])
    norm = block.norm
    mean, variance = norm.running_mean, norm.running_var
    if batch:
        mean, variance = y.mean(dim=(0, 2, 3)), y.var(dim=(0, 2, 3), correction=0)
    sizes = (1, -1, 1, 1)
    z = (y - mean.view(sizes)) / (variance.view(sizes) + norm.eps).sqrt()
    scaled = z * norm.weight.view(sizes) + norm.bias.view(sizes)
    return [
        ("convolution", y),
        ("normalised", z),
        ("times γ plus β", scaled),
        ("ReLU", scaled.relu()),
    ]


def together(model: SmallPictures, x: Tensor) -> Tensor:
    """Return the probabilities of the first of pictures `(N, C, H, W)`, `(classes,)`.

    Every batch norm uses mean and variance of these pictures, as in training; the network itself
    stays as it is.
    """
    import copy

    import torch

    training = copy.deepcopy(model)
    for module in training.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.train()
    return training(x).softmax(dim=1)[0]
