"""The training loop over scikit-learn's digits, with everything recorded.

A notebook gets the same numbers from plain PyTorch: `torch.manual_seed(seed)` in front of
`nn.Sequential(…)`, and a `DataLoader` with `generator=torch.Generator().manual_seed(seed)`. Here
chance comes from generators of each run's own, since many visitors train at once.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from demos.frame.knobs import takes
from demos.frame.runs import moves_bar, trained
from demos.loop.knobs import KNOBS
from models.sentences import refusal

if TYPE_CHECKING:
    import torch

HIDDEN = 32
MOST_STEPS = 2500
# Pictures of a batch whose answers are told.
SHOWN = 40


@functools.cache
def digits() -> tuple[torch.Tensor, torch.Tensor]:
    """Return scikit-learn's digits: pictures (1797, 64), 0 to 1, and labels (1797,)."""
    import torch
    from sklearn.datasets import load_digits

    pictures, labels = load_digits(return_X_y=True)
    return torch.tensor(pictures / 16, dtype=torch.float32), torch.tensor(labels)


def split(train_share: int, validation_share: int, seed: int) -> list[torch.Tensor]:
    """Return the numbers of the pictures for training, validation and test.

    Those for training lie sorted by label, as files lie in ten folders.
    """
    import torch

    _pictures, labels = digits()
    count = len(labels)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    first, second = count * train_share // 100, count * validation_share // 100
    if first + second > 0.95 * count:
        raise refusal("Nothing is left for the test: at least 5 % must be.")
    training = order[:first]
    training = training[labels[training].argsort(stable=True)]
    return [training, order[first : first + second], order[first + second :]]


def network(dropout: float, batch_norm: bool, chance: torch.Generator) -> torch.nn.Sequential:
    """Return 64 → 32 → 10, with the first weights that PyTorch would draw."""
    import torch
    from torch import nn

    class Dropout(nn.Dropout):
        """As nn.Dropout, with a chance of its own."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if not self.training:
                return x
            kept = torch.empty_like(x).bernoulli_(1 - self.p, generator=chance)
            return x * kept.div_(1 - self.p)

    layers = [nn.Linear(64, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 10)]
    for layer in layers[::2]:
        for values in layer.parameters():
            end = layer.in_features**-0.5
            nn.init.uniform_(values, -end, end, generator=chance)
    if batch_norm:
        layers.insert(1, nn.BatchNorm1d(HIDDEN))
    if dropout:
        layers.insert(-1, Dropout(dropout))
    return nn.Sequential(*layers)


def schedule_of(
    optimizer: torch.optim.Optimizer, schedule: str, epochs: int
) -> torch.optim.lr_scheduler.LRScheduler:
    """Return what changes the learning rate after each epoch."""
    from torch.optim import lr_scheduler

    third = max(1, epochs // 3)
    return {
        "constant": lambda: lr_scheduler.ConstantLR(optimizer, factor=1),
        "steps": lambda: lr_scheduler.StepLR(optimizer, step_size=third, gamma=0.1),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs),
        "warmup": lambda: lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=third),
    }[schedule]()


def judge(
    model: torch.nn.Module, x: torch.Tensor, y: torch.Tensor, *, evaluating: bool = True
) -> tuple[float, float]:
    """Return the loss on some pictures, and the share that is read right."""
    import torch

    if evaluating:
        model.eval()
    with torch.no_grad():
        logits = model(x)
        loss = torch.nn.functional.cross_entropy(logits, y).item()
    return loss, (logits.argmax(dim=1) == y).float().mean().item()


def fit(
    model: torch.nn.Module,
    parts: list[torch.Tensor],
    *,
    batch_size: int,
    learning_rate: float,
    epochs: int,
    seed: int,
    shuffle: bool = True,
    drop_last: bool = False,
    schedule: str = "constant",
    evaluate: str = "epoch",
    patience: int = 0,
    keep_best: bool = False,
    forgotten: str = "nothing",
) -> Iterator[dict]:
    """Train a model, and yield what happens at each step."""
    import copy

    import torch
    from torch.utils.data import DataLoader, TensorDataset

    pictures, labels = digits()
    training, validation, test = parts
    dataset = TensorDataset(pictures[training], labels[training], training)
    chance = torch.Generator().manual_seed(seed)
    loader = DataLoader(
        dataset, batch_size=batch_size, shuffle=shuffle, drop_last=drop_last, generator=chance
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    scheduler = schedule_of(optimizer, schedule, epochs)
    loss_of = torch.nn.CrossEntropyLoss()
    best: dict[str, Any] = {"validation": float("inf"), "step": None, "weights": None}
    step = waited = 0
    for epoch in range(1, epochs + 1):
        for number, (x, y, which) in enumerate(loader, start=1):
            step += 1
            if forgotten != "train":
                model.train()
            training_mode = model.training
            if forgotten != "zero_grad":
                optimizer.zero_grad()
            logits = model(x)
            loss = loss_of(logits, y)
            loss.backward()
            row = recorded(model, optimizer, logits, y, which, loss)
            if forgotten != "step":
                optimizer.step()
            row["new_bias"] = model[-1].bias[0].item()

            end_of_epoch = number == len(loader)
            last = step == MOST_STEPS or (end_of_epoch and epoch == epochs)
            row |= {"validation": None, "validation_accuracy": None}
            if last or evaluate == "step" or (evaluate == "epoch" and end_of_epoch):
                now, right = judge(
                    model, pictures[validation], labels[validation], evaluating=forgotten != "eval"
                )
                row |= {"validation": now, "validation_accuracy": right}
                waited += 1
                if now < best["validation"]:
                    waited = 0
                    best = {"validation": now, "step": step}
                    best["weights"] = copy.deepcopy(model.state_dict()) if keep_best else None
                last = last or (patience > 0 and waited >= patience)
            if last:
                if best["weights"]:
                    model.load_state_dict(best["weights"])
                row["test"], row["test_accuracy"] = judge(
                    model, pictures[test], labels[test], evaluating=forgotten != "eval"
                )
            yield {"step": step, "epoch": epoch, "batch": number, "batches": len(loader)} | {
                **row,
                "training_mode": training_mode,
                "best": best["step"],
            }
            if last:
                return
        if forgotten != "step":
            scheduler.step()


def recorded(
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    logits: torch.Tensor,
    y: torch.Tensor,
    which: torch.Tensor,
    loss: torch.Tensor,
) -> dict[str, Any]:
    """Return what there is to tell after loss.backward(), before the step."""
    import torch

    layers = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
    squares = [sum((p.grad**2).sum().item() for p in layer.parameters()) for layer in layers]
    norm = sum((p.grad**2).sum().item() for p in model.parameters()) ** 0.5
    says = logits.argmax(dim=1)
    first = logits[0].log_softmax(dim=0)[y[0]].item()
    bias, rate = model[-1].bias, optimizer.param_groups[0]["lr"]
    return {
        "size": len(y),
        "loss": loss.item(),
        "right": int((says == y).sum()),
        "first_loss": -first,
        "norm": norm,
        "norm_first": squares[0] ** 0.5,
        "norm_second": squares[1] ** 0.5,
        "rate": rate,
        "bias": bias[0].item(),
        "gradient": bias.grad[0].item(),
        "which": which[:SHOWN].tolist(),
        "says": says[:SHOWN].tolist(),
    }


@takes(KNOBS)
@trained(steps="epochs", at="epoch", seconds=10, keep=24)
def train(
    batch_size,
    shuffle,
    drop_last,
    learning_rate,
    schedule,
    train_share,
    validation_share,
    evaluate,
    patience,
    keep_best,
    dropout,
    batch_norm,
    epochs,
    seed,
    forgotten="nothing",
):
    """Train 64 → 32 → 10 on scikit-learn's digits with SGD and cross-entropy.

    Returns:
        One row per step: step, epoch, batch, batches (of an epoch), size, loss (before the step),
        right (pictures of the batch), first_loss (of its first picture), norm (of the gradient),
        norm_first and norm_second (of the two layers), rate, bias, gradient and new_bias (of digit
        0), which and says (numbers of the batch's first 40 pictures, and what is answered),
        validation and validation_accuracy (null where not evaluated), training_mode, best (the step
        with the least validation loss so far); the last has test and test_accuracy. At most 2,500.
    """
    import torch

    parts = split(train_share, validation_share, seed)
    singles = {batch_size, len(parts[0]) % batch_size} if not drop_last else {batch_size}
    if batch_norm and 1 in singles:
        raise refusal(
            "Batch norm needs two pictures in each batch at least, and here one has a single one: "
            "change the batch size."
        )
    if drop_last and batch_size > len(parts[0]):
        raise refusal(
            "No batch is full: there are {count} pictures for training. Choose smaller batches, or "
            "switch drop_last off.",
            count=len(parts[0]),
        )
    model = network(dropout, batch_norm, torch.Generator().manual_seed(seed))
    yield from fit(
        model,
        parts,
        batch_size=batch_size,
        learning_rate=learning_rate,
        epochs=epochs,
        seed=seed,
        shuffle=shuffle,
        drop_last=drop_last,
        schedule=schedule,
        evaluate=evaluate,
        patience=patience,
        keep_best=keep_best,
        forgotten=forgotten,
    )


@moves_bar("epochs")
def left_out(learning_rate: float, epochs: int, seed: int, folds: int = 5) -> Iterator[list]:
    """Train a network without each of five parts of the pictures, all five at once.

    Each is trained as if it were alone: their weights lie in one stack, (5, 32, 64) of the first
    layer, and a step is one product for all of them.

    Yields:
        After each epoch, for each part: the numbers of its pictures, and what is answered.
    """
    import torch
    from torch.nn.functional import cross_entropy

    pictures, labels = digits()
    chance = torch.Generator().manual_seed(seed)
    parts = torch.randperm(len(labels), generator=chance).chunk(folds)
    models, orders = [], []
    for part in parts:
        unseen = torch.zeros(len(labels), dtype=torch.bool)
        unseen[part] = True
        seen = torch.nonzero(~unseen)[:, 0]
        models.append(network(0.0, False, chance).parameters())
        order = [seen[torch.randperm(len(seen), generator=chance)] for _epoch in range(epochs)]
        orders.append(torch.stack(order, 1))
    # (pictures, folds, epochs), -1 where a part is larger, and less is seen
    order = torch.nn.utils.rnn.pad_sequence(orders, padding_value=-1).transpose(0, 1)
    weights = [torch.stack(which).detach().requires_grad_() for which in zip(*models, strict=True)]
    optimizer = torch.optim.SGD(weights, lr=learning_rate)

    def logits(x: torch.Tensor) -> torch.Tensor:  # (folds, N, 64) -> (folds, N, 10)
        first, bias, second, last = weights
        hidden = torch.baddbmm(bias[:, None], x, first.transpose(1, 2)).relu()
        return torch.baddbmm(last[:, None], hidden, second.transpose(1, 2))

    for epoch in range(epochs):
        for batch in order[:, :, epoch].split(32, dim=1):
            known = (batch >= 0).float()
            known = known / known.sum(1, keepdim=True)
            losses = cross_entropy(logits(pictures[batch]).mT, labels[batch], reduction="none")
            optimizer.zero_grad()
            (losses * known).sum().backward()
            optimizer.step()
        with torch.no_grad():
            says = logits(pictures.expand(folds, -1, -1)).argmax(dim=2)
        yield [(part.tolist(), said[part].tolist()) for part, said in zip(parts, says, strict=True)]


@functools.lru_cache(maxsize=32)
def cross_validated(learning_rate: float, epochs: int, seed: int) -> list[int]:
    """Return what is answered of each of the 1,797 pictures by a network that never saw it."""
    *_before, last = left_out(learning_rate, epochs, seed)
    answers = {}
    for numbers, said in last:
        answers.update(zip(numbers, said, strict=True))
    return [answers[number] for number in range(len(answers))]


@functools.cache
def epoch_times() -> list[dict]:
    """Measure one epoch with each of several batch sizes, once while the server runs.

    Returns:
        A row per batch size: size, steps, loading and computing [ms of the processor, so that it
        does not matter who else uses it], accuracy (on the validation set, after this one epoch).
    """
    import time

    import torch
    from torch.utils.data import DataLoader, TensorDataset

    pictures, labels = digits()
    training, validation, _test = split(60, 20, 0)
    dataset = TensorDataset(pictures[training], labels[training])
    loss_of = torch.nn.CrossEntropyLoss()
    rows = []
    for size in [len(training), 512, 256, 128, 64, 32, 16, 8, 4, 2, 1]:
        model = network(0.0, False, torch.Generator().manual_seed(0))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        loader = DataLoader(
            dataset, batch_size=size, shuffle=True, generator=torch.Generator().manual_seed(0)
        )
        loading = computing = 0.0
        before = time.thread_time()
        for x, y in loader:
            loaded = time.thread_time()
            optimizer.zero_grad()
            loss_of(model(x), y).backward()
            optimizer.step()
            now = time.thread_time()
            loading, computing, before = loading + loaded - before, computing + now - loaded, now
        _loss, right = judge(model, pictures[validation], labels[validation])
        rows.append({"size": size, "steps": len(loader), "accuracy": right})
        rows[-1] |= {"loading": 1000 * loading, "computing": 1000 * computing}
    return rows[::-1]
