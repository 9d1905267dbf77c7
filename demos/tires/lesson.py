"""The lesson: what transfer learning trains, what augmentation changes, why gradients vanish."""

from __future__ import annotations

from demos.frame.knobs import Switch, takes
from demos.tires.knobs import KNOBS, STACK

# Tensors carry no type hints: pasted into a notebook, torch is known inside the functions only.


def choose_what_trains(network, method: str) -> tuple[int, int]:
    """Let only some of a network's parameters train, and count them.

    Args:
        network: a classifier whose last parameters, a weight and a bias, belong to its head.
        method: "frozen features, new head" trains the head only; "fine-tuning" and "from scratch"
            train everything. The difference between the two is where they start: from the weights
            that ImageNet taught, or from random numbers.

    Returns:
        How many parameters train, and how many there are.
    """
    *features, weight, bias = network.parameters()
    for parameter in features:
        parameter.requires_grad_(method != "frozen features, new head")
    for parameter in (weight, bias):
        parameter.requires_grad_(True)
    every = [*features, weight, bias]
    return sum(p.numel() for p in every if p.requires_grad), sum(p.numel() for p in every)


def blocks_of(network, side: int = 224) -> list[dict]:
    """Send one picture through a network, block by block.

    Returns:
        One row per block that holds parameters: kind (its class), parameters (how many it has) and
        output (the shape it hands on, without the batch).
    """
    import torch
    from torch import nn

    def unpacked(module):
        for child in module.children():
            yield from unpacked(child) if type(child) is nn.Sequential else [child]

    rows, hooks = [], []
    for block in unpacked(network):
        if not (count := sum(p.numel() for p in block.parameters())):
            continue
        row = {"kind": type(block).__name__, "parameters": count}
        rows.append(row)

        def note(module, inputs, output, row=row):
            row["output"] = "×".join(map(str, output.shape[1:]))

        hooks.append(block.register_forward_hook(note))
    with torch.inference_mode():
        network.eval()(torch.zeros(1, 3, side, side))
    for hook in hooks:
        hook.remove()
    return rows


def variants(picture, count: int = 9, seed: int = 0, **amounts: float):
    """Change a picture at random, by the very transforms that trained the network.

    Args:
        picture: uint8 `(3, 224, 224)`.
        count: how many variants.
        seed: of the random changes.
        **amounts: how much may change: flip, rotation, crop, shift, brightness, contrast.

    Returns:
        uint8 `(count, 3, 224, 224)`.
    """
    import torch

    from models.tires import transforms

    change = transforms(**amounts)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return torch.stack([change(picture) for _ in range(count)])


def verdicts(model, pictures) -> list[dict]:
    """Return {label: probability} for each picture of a batch, uint8 `(N, 3, 224, 224)`."""
    import torch

    with torch.inference_mode():
        shares = model(pictures.to(model.centre.device).float() / 255).softmax(dim=1)
    return [dict(zip(model.labels, row, strict=True)) for row in shares.tolist()]


@takes(KNOBS, residual=Switch(False), **STACK)
def gradient_norms(depth, width, activation, residual, seed) -> list[float]:
    """Return the length of the loss's gradient by each layer's weights, first layer first.

    A stack of `depth` equally wide layers, initialised as PyTorch does, sees 64 random examples; a
    last neuron guesses random targets; L is the mean squared error.

    Args:
        residual: adds to each layer's output what went into it: h + f(W·h + b) (He et al., "Deep
            residual learning for image recognition", 2015).
    """
    import torch
    from torch import nn

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        layers = [nn.Linear(width, width, dtype=torch.float64) for _ in range(depth)]
        last = nn.Linear(width, 1, dtype=torch.float64)
        h = torch.randn(64, width, dtype=torch.float64)
        target = torch.randn(64, 1, dtype=torch.float64)
    f = getattr(torch, activation)
    for layer in layers:
        h = h + f(layer(h)) if residual else f(layer(h))
    loss = (last(h) - target).square().mean()
    gradients = torch.autograd.grad(loss, [layer.weight for layer in layers])
    return [gradient.norm().item() for gradient in gradients]
