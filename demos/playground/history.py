"""What a training run sends to the browser, and how to read it back.

A History is a dict that `json.dumps` takes as it is:

    network      features, hidden, activation, loss, batch_norm: what is needed to draw it;
                 sizes: neurons by layer, inputs first, e.g. [2, 4, 2, 1]
    epochs       the epoch of each frame, F whole numbers; the first frame is the start
    train_loss, test_loss, train_accuracy, test_accuracy
                 F numbers each, of 5 significant digits; null where there is no finite number
    surface      the output neuron's probability of label 1: packed, shape [F, 50, 50]
    neurons      every hidden neuron, layer by layer: packed, shape [F', H, G, G]; F' and G shrink
                 for large networks
    weights      packed, shape [F, P]: what the lines of the drawing show
    names        P names, e.g. "1.weight.0.2" (layer 1, neuron 0, input 2), "2.bias.0"
    final        the weights of the last frame, exact, to train on: see `engine.train`
    diverged     null, or the epoch in which a number overflowed
    note         one sentence about it, else ""
    seconds      what training took

Packed is a dict:

    shape        of the array; the first dimension are its frames
    frames       which frame each of them belongs to: [0, 1, 2, …], or every few. Frame f shows
                 the last one that is not after f.
    data         base64 of zlib of uint8: the array with, in each frame after the first, the
                 difference to the frame before, modulo 256
    low, high    what 0 and 255 mean: one number, or one for each of the last dimension

In the browser:

    const bytes = Uint8Array.from(atob(packed.data), c => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const array = new Uint8Array(await new Response(stream).arrayBuffer());
    const size = array.length / packed.shape[0];
    for (let i = size; i < array.length; i++) array[i] += array[i - size];   // wraps at 256
    // frame f of the surface, row r from the top (y = +6), column c from the left (x = −6):
    // array[(f * 50 + r) * 50 + c] / 255

Surfaces are sampled at the middle of their cells: column c of G is x = −6 + 12·(c + ½)/G, row r is
y = 6 − 12·(r + ½)/G. They are exact where that is short enough, else true to about 1 level in 80,
or 1 in 20 for long runs that flicker; the last frame is always exact.
Neurons show their activation between −1 and 1, zero in the middle: that of tanh as it is,
2a − 1 of a sigmoid, a/(1 + |a|) of those without a bound.
"""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Sequence
from typing import Any


def pack(array: Any, frames: Sequence[int], low: Any, high: Any) -> dict:
    """Pack a uint8 tensor (frames first)."""
    delta = array.clone()
    delta[1:] -= array[:-1]
    data = zlib.compress(delta.contiguous().numpy().tobytes(), 6)
    return {
        "shape": list(array.shape),
        "frames": list(frames),
        "low": low,
        "high": high,
        "data": base64.b64encode(data).decode(),
    }


def pack_surfaces(array: Any, frames: Sequence[int], low: float, high: float, budget: int) -> dict:
    """Pack a uint8 tensor as finely as a budget [characters] allows.

    Where it does not fit as it is, levels are rounded to multiples of 2, 4, 8 or 16, and a cell
    changes only when it has moved by more than one such step: what flickers from frame to frame is
    what costs. The last frame, which is looked at longest, is exact.
    """
    for step in (1, 2, 4, 8, 16):
        shown = array if step == 1 else steady(array, step)
        packed = pack(shown, frames, low, high)
        if len(packed["data"]) <= budget:
            break
    return packed


def steady(array: Any, step: int) -> Any:
    """Round a uint8 tensor (frames first) to multiples of `step`, and leave out small changes.

    But for the last frame, which stays as it is.
    """
    import torch

    levels = ((array.short() + step // 2) // step).clamp_max(255 // step)
    for frame in range(1, len(levels)):
        before = levels[frame - 1]
        moved = (levels[frame] - before).abs() > 1
        levels[frame] = torch.where(moved, levels[frame], before)
    shown = (levels * step).to(torch.uint8)
    shown[-1] = array[-1]
    return shown


def unpack(packed: dict) -> Any:
    """Return the array that a packed dict stands for, as floats, with one entry per own frame."""
    import torch

    data = bytearray(zlib.decompress(base64.b64decode(packed["data"])))
    levels = torch.frombuffer(data, dtype=torch.uint8).reshape(packed["shape"])
    levels = levels.cumsum(0).remainder(256).double()
    low = torch.tensor(packed["low"], dtype=torch.float64)
    high = torch.tensor(packed["high"], dtype=torch.float64)
    return (low + (high - low) * levels / 255).float()


def rounded(numbers: Sequence[float]) -> list[float | None]:
    """Return numbers of 5 significant digits; None for those that JSON cannot hold."""
    return [float(f"{n:.5g}") if math.isfinite(n) else None for n in numbers]
