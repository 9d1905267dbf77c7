"""Pictures that lie beside the weights: none of CIFAR-10, whose photos belong to others."""

from __future__ import annotations

import copy
import io

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from models.cifar import SIDE, CifarNet
from models.small_pictures import Block, Residual

STEPS = 60
LEARNING_RATE = 0.1
SMOOTH = 0.5  # so much of a blurred copy is mixed in after each step
QUALITY = 80  # of WebP


def wants(model: CifarNet, steps: int = STEPS) -> bytes:
    """Return a table of what each map of the residual network looks for, by gradient ascent.

    They are what the tab shows of a single map (`demos.inside.lesson.ascend`), for all maps of a
    layer at once. Columns: layer (its name), maps (how many), and pictures: a WebP of 32 × 32
    pixels for each map, one below the other.
    """
    rows = []
    model = copy.deepcopy(model).requires_grad_(False)  # it is the pictures that change
    for name, module in model.layers.named_modules():
        if isinstance(module, (Block, Residual, nn.Linear)):
            pictures = _ascend(model, name, steps)
            sheet = (pictures * 255).round().byte().permute(0, 2, 3, 1).reshape(-1, SIDE, 3)
            stream = io.BytesIO()
            Image.fromarray(np.asarray(sheet)).save(stream, "WEBP", quality=QUALITY, method=6)
            rows.append({"layer": name, "maps": len(pictures), "pictures": stream.getvalue()})
    import pandas as pd

    file = io.BytesIO()
    pd.DataFrame(rows).to_parquet(file, compression="none", index=False)
    return file.getvalue()


def _ascend(model: CifarNet, name: str, steps: int) -> Tensor:
    """Change noise until each picture excites its unit of a layer, `(units, 3, 32, 32)`.

    What is to grow is the mean of a map before its ReLU; of a label its sum.
    """
    children = [child for child, _ in model.layers.named_children()]
    layers = model.layers[: children.index(name.partition(".")[0]) + 1]
    module, reached = model.layers.get_submodule(name), list[Tensor]()
    watched = module.norm if isinstance(module, Block) else module
    hook = watched.register_forward_hook(lambda _module, _inputs, y: reached.append(y))
    chance = torch.Generator().manual_seed(0)
    x = 0.4 + 0.2 * torch.rand(1, model.channels, SIDE, SIDE, generator=chance)
    with torch.no_grad():
        layers(model.normalise(x))
    units = reached.pop().shape[1]
    x = x.repeat(units, 1, 1, 1).requires_grad_()
    descent = torch.optim.Adam([x], lr=LEARNING_RATE)
    for _ in range(steps):
        across, down = torch.randint(-2, 3, (2,), generator=chance).tolist()
        layers(model.normalise(x.roll((down, across), (2, 3))))
        y = reached.pop()
        own = y.flatten(2).mean(dim=2).diagonal() if y.ndim > 2 else y.diagonal()
        descent.zero_grad()
        (-own.sum()).backward()
        descent.step()
        with torch.no_grad():
            blurred = functional.avg_pool2d(functional.pad(x, [1] * 4, mode="replicate"), 3, 1)
            x.lerp_(blurred, SMOOTH).clamp_(0, 1)
    hook.remove()
    return x.detach()
