"""The training loop, once: Accelerate for devices and precision, a bar, the best epoch kept."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, is_initialized
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm


def make_accelerator(precision: str = "auto", track: str | None = None) -> Accelerator:
    """Return Hugging Face's Accelerator; each may have a precision of its own.

    Args:
        precision: `fp32`, `bf16`, or `auto`: bf16 where the processor has instructions for it.
        track: where `accelerator.log` writes to: `tensorboard`, `wandb` or `trackio`.
    """
    if precision == "auto":
        precision = "bf16" if _fast_bf16() else "fp32"
    mixed = "no" if precision == "fp32" else precision
    if is_initialized() and AcceleratorState().mixed_precision != mixed:
        AcceleratorState._reset_state()  # it keeps the first precision of the process otherwise
    return Accelerator(mixed_precision=mixed, log_with=track, project_dir="runs" if track else None)


def _fast_bf16() -> bool:
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return not torch.accelerator.is_available() and bool(supported())


def fit(
    model: nn.Module,
    batches: Iterable,
    validate: Callable[[nn.Module], float],
    epochs: int,
    learning_rate: float,
    loss: Callable[[Tensor, Tensor], Tensor] = nn.functional.cross_entropy,
    augment: Callable[[Tensor], Tensor] | None = None,
    weight_decay: float = 0.01,
    averaging: float = 0.0,
    accelerator: Accelerator | None = None,
    stop: Callable[[list[dict]], bool] = lambda history: False,
    groups: list[dict] | None = None,
    quiet: bool = False,
    constant: bool = False,
) -> list[dict]:
    """Train with AdamW and a one-cycle schedule; leave the weights of the best epoch in the model.

    Ctrl-C ends training and keeps the best epoch so far.

    Args:
        model: maps inputs `(N, ...)` to what `loss` takes; changed in place.
        batches: a `DataLoader` of (inputs, targets).
        validate: returns the figure to maximise, of a model in eval mode.
        epochs: how often the data are seen.
        learning_rate: peak of the one-cycle schedule (Smith & Topin, 2019).
        loss: of (outputs, targets).
        augment: applied to each batch of inputs on the device.
        weight_decay: of AdamW.
        averaging: decay per step of the moving average of the weights that is validated and kept;
            0 keeps the weights themselves.
        accelerator: from `make_accelerator()`; None makes one.
        stop: ends training early when it returns True for the history so far; see `patience`.
        groups: AdamW's groups of parameters, {"params": ..., "lr": peak of this group}; None trains
            all parameters at `learning_rate`.
        quiet: show no bar.
        constant: keep the learning rate as it is, instead of the one-cycle schedule.

    Returns:
        One row per epoch: epoch, loss, metric, seconds since the start.

    Raises:
        KeyboardInterrupt: if Ctrl-C comes before the first epoch is complete.
    """
    accelerator = accelerator or make_accelerator()
    optimizer = torch.optim.AdamW(
        groups or model.parameters(), learning_rate, weight_decay=weight_decay
    )
    peaks = [group["lr"] for group in optimizer.param_groups]
    average = None
    if averaging:  # before `prepare`, so that it is validated in full precision, as it will serve
        average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(averaging))
        average.use_buffers = True
        average.to(accelerator.device)
    net, optimizer, batches = accelerator.prepare(model, optimizer, batches)
    schedule = (
        torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)
        if constant
        else torch.optim.lr_scheduler.OneCycleLR(
            optimizer, peaks, total_steps=max(2, epochs * len(batches)), pct_start=0.2
        )
    )
    history, best, start = [], None, time.perf_counter()
    hidden = quiet or not accelerator.is_local_main_process
    bar = tqdm(total=epochs * len(batches), disable=hidden, mininterval=1)
    try:
        for epoch in range(1, epochs + 1):
            net.train()
            total = torch.zeros((), device=accelerator.device)
            for inputs, targets in batches:
                inputs = augment(inputs) if augment else inputs
                with accelerator.autocast():
                    outputs = net(inputs)
                step_loss = loss(outputs.float(), targets)
                accelerator.backward(step_loss)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
                if average:
                    average.update_parameters(model)
                total += step_loss.detach()
                bar.update()
            candidate = (average.module if average else model).eval()
            row = {"epoch": epoch, "loss": total.item() / len(batches)}
            row |= {"metric": validate(candidate), "seconds": time.perf_counter() - start}
            history.append(row)
            bar.set_postfix(loss=f"{row['loss']:.4f}", metric=f"{row['metric']:.5f}")
            if best is None or row["metric"] >= best[0]:
                best = row["metric"], copy.deepcopy(candidate.state_dict())
            if stop(history):
                break
    except KeyboardInterrupt:
        if best is None:
            raise
        tqdm.write(f"Stopped after epoch {len(history)}; keeping the best one.")
    finally:
        bar.close()
    accelerator.unwrap_model(net, keep_fp32_wrapper=False)
    model.load_state_dict(best[1])
    model.eval()
    return history


def patience(epochs: int) -> Callable[[list[dict]], bool]:
    """Return a `stop` that ends training when the best metric is this many epochs old."""

    def stop(history: list[dict]) -> bool:
        best = max(range(len(history)), key=lambda i: history[i]["metric"])
        return len(history) - 1 - best >= epochs

    return stop
