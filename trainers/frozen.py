"""What trainers of a head on a frozen network share: its weights, its features kept, the head."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.architectures import last_layer
from trainers import recipe

reused: set[str] = set()  # kinds of tensors that an earlier run has made


def backbone(net: nn.Module, file: str | None, architecture: str, random: bool = False) -> None:
    """Load ImageNet weights into all layers that fit: from a file, or torchvision's own.

    Raises:
        SystemExit: if the weights cannot be had, or belong to another architecture.
    """
    from torchvision.models import get_model_weights

    if random:
        return
    with recipe.reading(f"The weights of {file or architecture}"):
        if file:
            weights = load_file(file)
        else:
            weights = get_model_weights(architecture).DEFAULT.get_state_dict(progress=True)
    own = net.state_dict()
    name, _ = last_layer(net)
    replaced = {k for k in weights if k.startswith(f"{name}.") and weights[k].shape != own[k].shape}
    wrong = net.load_state_dict({k: w for k, w in weights.items() if k not in replaced}, False)
    missing = [k for k in wrong.missing_keys if k not in replaced]
    extra = [k for k in wrong.unexpected_keys if not k.startswith(("aux", "AuxLogits"))]
    if missing or extra:
        raise SystemExit(f"{file or architecture}: these weights do not fit {architecture}.")


def cached(kind: str, parts: tuple, make: Callable[[], Tensor]) -> Tensor:
    """Return a tensor from the cache, or make and keep it; `parts` is all that it depends on."""
    digest = hashlib.sha256(kind.encode())
    for part in parts:
        if isinstance(part, nn.Module):
            part = torch.cat([p.flatten()[:64].float() for p in part.state_dict().values()])
        if isinstance(part, Tensor):
            part = part.contiguous().numpy().tobytes()
        digest.update(part if isinstance(part, bytes) else repr(part).encode())
    file = cache_folder() / "features" / f"{kind}-{digest.hexdigest()[:20]}.safetensors"
    if file.exists():
        reused.add(kind)
        return load_file(file)["x"]
    x, temporary = make().contiguous(), file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        save_file({"x": x}, temporary)
        temporary.replace(file)
    except (OSError, SafetensorError) as error:
        print(f"{kind} are not kept in {file.parent}: {error}", flush=True)
    return x


def fit_head(x: Tensor, y: Tensor, penalty: float, steps: int = 500) -> nn.Linear:
    """Return the last layer that fits frozen features `(N, F)` and labels `(N,)` best.

    Logistic regression has one optimum, so there are no epochs and no chance: L-BFGS finds it.

    Args:
        x, y: features, and classes 0, 1, ... each of which occurs.
        penalty: half of it times the sum of the squared weights is added to the sum of the
            cross-entropies; the bias is free.
        steps: at most.
    """
    x, classes = x.double(), int(y.max()) + 1
    weight = torch.zeros(classes, x.shape[1], dtype=x.dtype, requires_grad=True)
    bias = torch.zeros(classes, dtype=x.dtype, requires_grad=True)
    options = {"max_iter": steps, "tolerance_grad": 1e-6, "tolerance_change": 1e-10}
    optimizer = torch.optim.LBFGS([weight, bias], line_search_fn="strong_wolfe", **options)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(x @ weight.T + bias, y)
        loss = loss + penalty / 2 * weight.square().sum() / len(x)
        loss.backward()
        return loss

    optimizer.step(closure)
    head = nn.Linear(x.shape[1], classes)
    with torch.no_grad():
        head.weight.copy_(weight)
        head.bias.copy_(bias)
    return head


def cache_folder() -> Path:
    """Return the folder that keeps features between runs."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("FEATURES_CACHE") or user_cache_dir("deep-learning-you-can-touch"))
