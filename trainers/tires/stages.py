"""The usual stages of transfer learning: a new head on frozen features, then fine-tuning.

The tab's tables are measured with them (`--search`, `--curves`), and `--compare` trains a network
this way to compare it with the heads that are shipped (`heads.py`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision.transforms import v2

from models.architectures import last_layer, network
from models.backbone import IMAGENET_MEAN, IMAGENET_STD
from models.tires import LABELS, transforms
from trainers import recipe, report
from trainers.frozen import backbone
from trainers.loop import fit, make_accelerator, patience
from trainers.tires import data

PATIENCE = 3  # epochs without a better one before fine-tuning stops
VIEWS = 4  # augmented versions of every training photo for the head


class Candidate(nn.Module):
    """A classification network of torchvision with a new last layer, `(N, 3, H, W)` → `(N, 2)`.

    Args:
        architecture: such as `mobilenet_v2`.

    Raises:
        ValueError: if torchvision has no such classifier.
    """

    def __init__(self, architecture: str):
        super().__init__()
        for name, values in (("mean", IMAGENET_MEAN), ("std", IMAGENET_STD)):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)
        self.network = network(architecture, len(LABELS))
        self.fixed_statistics = False

    def train(self, mode: bool = True) -> Candidate:
        """Set training mode; fixed statistics of batch norms never train."""
        super().train(mode)
        for module in self.network.modules() if self.fixed_statistics else ():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Return logits for pictures in [0, 1]."""
        x = (x - self.mean) / self.std
        return self.network(x.contiguous(memory_format=torch.channels_last))


def new_model(args: argparse.Namespace, pretrained: bool = True) -> Candidate:
    """Return a network with ImageNet weights, or without."""
    with recipe.reading(f"The network {args.architecture}"):
        model = Candidate(args.architecture)
    random = args.random_init or not pretrained
    backbone(model.network, args.backbone_file, args.architecture, random)
    return model.eval()


def run(net: nn.Module, model: Candidate, pictures: Tensor, inside: bool = False) -> Tensor:
    """Return a network's outputs for uint8 pictures `(N, 3, H, W)`, on the CPU.

    With `inside`, return what its last layer sees, `(N, features)`, instead.
    """
    captured, outputs, device = [], [], next(net.parameters()).device
    net.eval()
    hook = last_layer(net)[1].register_forward_pre_hook(lambda _, x: captured.append(x[0]))
    try:
        with torch.inference_mode():
            for part in pictures.split(32):
                x = (part / 255 - model.mean.cpu()) / model.std.cpu()
                y = net(x.to(device, memory_format=torch.channels_last))
                y = captured.pop() if inside else y
                outputs.append((y.mean(dim=(2, 3)) if y.ndim == 4 else y).float().cpu())
    finally:
        hook.remove()
    return torch.cat(outputs).clone()


def logits(model: Candidate, pictures: Tensor) -> Tensor:
    """Return the network's logits `(N, 2)` for uint8 pictures."""
    return run(model.network, model, pictures)


def balanced_accuracy(outputs: Tensor, labels: Tensor) -> float:
    """Return the mean over the classes of the share of right answers."""
    right = (outputs.argmax(dim=1) == labels).double()
    return torch.stack([right[labels == c].mean() for c in labels.unique()]).mean().item()


def class_weights(labels: Tensor, smoothing: float = 0.1) -> nn.Module:
    """Return a cross-entropy in which both classes weigh the same."""
    counts = torch.bincount(labels, minlength=len(LABELS)).clamp(min=1).float()
    return nn.CrossEntropyLoss(counts.mean() / counts, label_smoothing=smoothing)


def views(photos: data.Photos, count: int, seed: int, backgrounds: float = 0.3) -> Tensor:
    """Return `count` changed versions of every photo, uint8 `(count × N, 3, 224, 224)`."""
    torch.manual_seed(seed)
    augmentation = data.Augmentation(photos, backgrounds, seed=seed)
    return torch.stack([augmentation(i) for _ in range(count) for i in range(len(photos))])


def fit_head(
    x: Tensor,
    y: Tensor,
    validate: Callable[[nn.Module], float],
    learning_rate: float = 3e-3,
    weight_decay: float = 0.05,
    smoothing: float = 0.05,
    epochs: int = 12,
) -> nn.Linear:
    """Fit a new last layer to frozen features `(N, F)` with labels `(N,)`; seconds."""
    head = nn.Linear(x.shape[1], len(LABELS))
    nn.init.zeros_(head.weight)
    fit(
        head,
        DataLoader(TensorDataset(x, y), min(64, len(x)), shuffle=True),
        validate,
        epochs,
        learning_rate,
        class_weights(y, smoothing),
        weight_decay=weight_decay,
        accelerator=make_accelerator("fp32"),
        quiet=True,
    )
    return head.cpu()


def put_head(model: Candidate, head: nn.Linear) -> None:
    """Put a head into the network's last layer, be it linear or a 1×1 convolution."""
    last = last_layer(model.network)[1]
    with torch.no_grad():
        last.weight.copy_(head.weight.view_as(last.weight))
        last.bias.copy_(head.bias)


def rates(
    net: nn.Module, learning_rate: float, frozen: float = 0.0, decay: float = 10.0
) -> list[dict]:
    """Return AdamW groups with rates that fall from the last layer to the first by `decay`.

    What the first layers see (edges, colours) serves any photo; the last ones must learn most
    (discriminative rates: Howard & Ruder, 2018). The first layers, a share `frozen` of all, do not
    train, which also saves most of the time.
    """
    modules = [m for m in net.modules() if any(True for _ in m.parameters(recurse=False))]
    depth, groups = max(len(modules) - 1, 1), []
    for i, module in enumerate(modules):
        parameters = list(module.parameters(recurse=False))
        for parameter in parameters:
            parameter.requires_grad_(i >= frozen * depth)
        rate = learning_rate * decay ** (i / depth - 1) * (3 if i == depth else 1)
        if i >= frozen * depth:
            groups.append({"params": parameters, "lr": rate})
    return groups


def fine_tune(
    model: Candidate,
    photos: data.Photos,
    validation: data.Photos,
    epochs: int,
    learning_rate: float = 5e-4,
    size: int = 192,
    frozen: float = 0.35,
    backgrounds: float = 0.2,
    seed: int = 0,
    precision: str = "fp32",
    batch_size: int = 32,
    averaging: float = 0.97,
    mixup: float = 0.2,
    quiet: bool = False,
) -> list[dict]:
    """Train the last layers with discriminative rates; stop when validation gets no better.

    Validation is scored by ROC-AUC: with some hundred photos it swings less than the accuracy.
    """
    torch.manual_seed(seed)
    augmentation = data.Augmentation(photos, backgrounds, size, seed)
    batch_size = min(batch_size, len(photos))
    batches = data.loader(photos, augmentation, batch_size, mixup=mixup)
    model.fixed_statistics = True

    def validate(model: Candidate) -> float:
        outputs = logits(model, validation.pictures)
        return report.roc_auc(outputs.softmax(dim=1)[:, 1], validation.labels)

    try:
        return fit(
            model,
            batches,
            validate,
            epochs,
            learning_rate,
            class_weights(photos.labels),
            weight_decay=0.05,
            averaging=averaging,
            accelerator=make_accelerator(precision),
            stop=patience(PATIENCE),
            groups=rates(model.network, learning_rate, frozen),
            quiet=quiet,
        )
    finally:
        model.fixed_statistics = False
        model.cpu().eval().requires_grad_()


def odd(pictures: Tensor, count: int, seed: int) -> Tensor:
    """Return `count` versions of each picture as a hurried phone might take it."""
    torch.manual_seed(seed)
    change = v2.Compose(
        [
            transforms(rotation=25, crop=0.75, brightness=0.5, contrast=0.4),
            v2.RandomApply([v2.GaussianBlur(9, (0.5, 2.5))], 0.3),
            v2.RandomApply([v2.ColorJitter(saturation=0.5)], 0.5),
        ]
    )
    result = []
    for picture in [*pictures] * count:
        result.append(change(torch.rot90(picture, int(torch.randint(0, 4, ())), (1, 2))))
        if torch.rand(()) < 0.2:  # few pixels
            side = int(torch.randint(32, 100, ()))
            few = v2.functional.resize(result[-1], [side, side], antialias=True)
            result[-1] = v2.functional.resize(few, list(picture.shape[1:]), antialias=True)
    return torch.stack(result) if result else pictures
