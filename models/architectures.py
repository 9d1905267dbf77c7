"""Any classifier of torchvision, with a last layer of one's own; MobileNetV2 needs none of it."""

from __future__ import annotations

from torch import nn

from models.mobilenet import MobileNetV2


def network(architecture: str, classes: int) -> nn.Module:
    """Return a classification network of torchvision, untrained, with `classes` outputs.

    Raises:
        ValueError: if torchvision has no such classifier.
    """
    model = MobileNetV2() if architecture == "mobilenet_v2" else _of_torchvision(architecture)
    name, last = last_layer(model)
    conv = isinstance(last, nn.Conv2d)
    if classes != (last.out_channels if conv else last.out_features):
        if conv:
            new = nn.Conv2d(last.in_channels, classes, last.kernel_size)
        else:
            new = nn.Linear(last.in_features, classes)
        nn.init.normal_(new.weight, std=0.01)
        nn.init.zeros_(new.bias)
        model.set_submodule(name, new)
    return model


def _of_torchvision(architecture: str) -> nn.Module:
    from torchvision import models

    if architecture not in models.list_models(module=models):
        raise ValueError(f"torchvision has no classifier called {architecture!r}.")
    model = models.get_model(architecture, weights=None)
    if hasattr(model, "aux_logits"):  # GoogLeNet and Inception: outputs that only training needs
        model = models.get_model(architecture, weights=None, aux_logits=False, init_weights=True)
    return model


def last_layer(model: nn.Module) -> tuple[str, nn.Module]:
    """Return name and module of the layer that gives a network's answers."""
    layers = [(n, m) for n, m in model.named_modules() if isinstance(m, (nn.Linear, nn.Conv2d))]
    return layers[-1]
