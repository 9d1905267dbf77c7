"""The stages of training: head on frozen features, fine-tuning, gate against other things."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision.transforms import v2

from models.architectures import last_layer
from models.tires import BACKBONE, LABELS, TireClassifier, transforms
from trainers import recipe, report
from trainers.frozen import backbone, cached
from trainers.loop import fit, make_accelerator, patience
from trainers.tires import data

GATE = BACKBONE
PATIENCE = 3  # epochs without a better one before fine-tuning stops
VIEWS = 4  # augmented versions of every training photo for the head and the gate
REFUSED = 0.03  # share of changed validation tires that may fall below the gate's threshold


def new_model(args: argparse.Namespace, pretrained: bool = True, gate: str | None = None):
    """Return a model with ImageNet weights, or without."""
    with recipe.reading(f"The network {args.architecture}"):
        model = TireClassifier(args.architecture, gate=gate)
    random = args.random_init or not pretrained
    backbone(model.network, args.backbone_file, args.architecture, random)
    if gate:
        file = args.gate_file or (args.backbone_file if gate == args.architecture else None)
        backbone(model.gate, file, gate, args.random_init)
    return model.eval()


def run(net: nn.Module, model: TireClassifier, pictures: Tensor, inside: bool = False) -> Tensor:
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


def logits(model: TireClassifier, pictures: Tensor) -> Tensor:
    """Return the model's logits `(N, 2)`, temperature applied, for uint8 pictures."""
    return run(model.network, model, pictures) / model.temperature


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


def put_head(model: TireClassifier, head: nn.Linear) -> None:
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
    model: TireClassifier,
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
    gate, model.gate = model.gate, None  # it takes no part and need not be copied every epoch

    def validate(model: TireClassifier) -> float:
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
        model.gate, model.fixed_statistics = gate, False
        model.cpu().eval().requires_grad_()


def fit_gate(
    model: TireClassifier,
    photos: data.Photos,
    validation: data.Photos,
    other: Tensor,
    seed: int = 0,
    decay: float = 0.1,
) -> None:
    """Fit the gate's last layer, a logistic regression on its frozen features, and the threshold.

    Tires are shown as they are and as a hurried phone might take them, so that odd framing is
    accepted; against them stand `other` pictures and made-up ones. The threshold lets all but
    `REFUSED` of the changed validation tires pass. Whether a tire is good or not is not used.

    Args:
        model: with a gate; changed in place.
        photos, validation: tires.
        other: pictures without tires, uint8 `(N, 3, 224, 224)`; may be empty.
        seed: of the changes.
        decay: weight of the penalty on the squared weights, for features of deviation 1.
    """
    made = data.round_things(max(60, len(photos) // 2), seed, tuple(data.FITTED))
    sets = {
        "tires": torch.cat([photos.pictures, odd(photos.pictures, 2, seed)]),
        "others": torch.cat([other, odd(other, 2, seed), made]),
        "check": odd(validation.pictures, 3, seed + 1),
    }
    f = {
        name: cached(
            "gate",
            (model.gate, x.shape, x[::7, :, ::16, ::16]),
            lambda x=x: run(model.gate, model, x, inside=True),
        )
        for name, x in sets.items()
    }
    inputs = torch.cat([f["tires"], f["others"]])
    mean, std = inputs.mean(dim=0), inputs.std(dim=0) + 1e-3
    inputs = (inputs - mean) / std
    truth = torch.cat([torch.ones(len(f["tires"])), torch.zeros(len(f["others"]))])
    balance = torch.where(truth == 1, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))
    weight = torch.zeros(inputs.shape[1], requires_grad=True)
    bias = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        scores = inputs @ weight + bias
        loss = nn.functional.binary_cross_entropy_with_logits(scores, truth, balance)
        loss = loss + decay * weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    weight, bias = (weight / std).detach(), bias.detach()
    last = last_layer(model.gate)[1]
    last.weight.copy_(weight.half().view_as(last.weight))  # as the file will hold it
    weight = last.weight.flatten()
    last.bias.copy_((bias - weight @ mean).view(1))
    scores = f["check"] @ weight + last.bias
    model.least_likeness.copy_(scores.quantile(REFUSED))


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


def finish(model: TireClassifier, sets: dict, seed: int) -> TireClassifier:
    """Return the model as it will be loaded: rounded, calibrated, with its gate fitted."""
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.ndim > 1 and tensor.is_floating_point():
                tensor.copy_(tensor.half())
    fit_gate(model, sets["train"], sets["validation"], sets["others"], seed)
    outputs = run(model.network, model, sets["validation"].pictures)
    temperature = report.temperature(outputs, sets["validation"].labels)
    finished = TireClassifier(model.architecture, temperature=temperature, gate=GATE)
    finished.load_state_dict(model.state_dict())
    return finished.eval()
