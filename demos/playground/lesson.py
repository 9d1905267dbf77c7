"""The playground's engine: forward, backward by hand, update. Compiled by torch.jit.script.

readable.py says the same as one would write it, and is what the tab shows.

Nothing here knows settings or history; training.py lays out the memory and calls `train`.
All functions also run as plain Python. `S` networks of the same shape are trained side by side
(one, unless settings are compared): every tensor starts with that dimension.
"""

from typing import NamedTuple

import torch
from torch import Tensor


def activate(z: Tensor, activation: str):
    """Replace z by a = f(z)."""
    if activation == "tanh":
        z.tanh_()
    elif activation == "relu":
        z.relu_()
    elif activation == "sigmoid":
        z.sigmoid_()
    elif activation == "leaky_relu":
        torch.nn.functional.leaky_relu_(z, 0.01)
    elif activation == "elu":
        torch.nn.functional.elu_(z)


def times_slope(delta: Tensor, a: Tensor, activation: str):
    """Multiply δ by f′(z), written with a = f(z): tanh′ = 1 − a², σ′ = a·(1 − a), …"""
    if activation == "tanh":
        torch.ops.aten.tanh_backward(delta, a, grad_input=delta)
    elif activation == "relu":
        torch.ops.aten.threshold_backward(delta, a, 0.0, grad_input=delta)
    elif activation == "sigmoid":
        torch.ops.aten.sigmoid_backward(delta, a, grad_input=delta)
    elif activation == "leaky_relu":
        torch.ops.aten.leaky_relu_backward(delta, a, 0.01, True, grad_input=delta)
    elif activation == "elu":
        torch.ops.aten.elu_backward(delta, 1.0, 1.0, 1.0, True, a, grad_input=delta)


class Layer(NamedTuple):
    """A hidden layer of n neurons and the memory of what it computes for a batch of b examples."""

    w: Tensor  # (S, n, 1 + inputs), first column the biases
    x: Tensor  # (S, 1 + inputs, b), first row ones
    z: Tensor  # (S, n, b), replaced by f(z)
    a: Tensor  # (S, n, b), what the next layer sees: rows of its x; the same as z unless dropout
    delta: Tensor  # (S, n, b), ∂L/∂z
    next_w: Tensor  # (S, n, neurons of the next layer): its w transposed, without biases
    next_delta: Tensor  # (S, neurons of the next layer, b)
    mask: Tensor  # (S, n, b), dropout: 0 or 1/keep
    normal: Tensor  # (S, n, b), batch normalisation: (z − mean)/σ
    inverse: Tensor  # (S, n, 1), 1/σ
    scale: Tensor  # (S, n, 1), γ
    shift: Tensor  # (S, n, 1), β
    scale_gradient: Tensor  # (S, n, 1)
    shift_gradient: Tensor  # (S, n, 1)
    statistics: Tensor  # (S, n, 2), running mean and variance


class Batch(NamedTuple):
    """The memory of one batch; the batches of an epoch share what need not be kept."""

    layers: list[Layer]  # hidden ones, first to last
    backwards: list[Layer]  # last to first
    last_w: Tensor  # (S, 1, 1 + inputs)
    last_x: Tensor  # (S, 1 + inputs, b)
    last_delta: Tensor  # (S, 1, b)
    p: Tensor  # (S, 1, b), probability of label 1
    target: Tensor  # (1, 1, b), −c·y/b; c = 1 (bce) or 2 (mse)
    scale: float  # c/b
    # δ, xᵀ and room for the gradient δ·xᵀ: of all layers in one product where overhead counts most
    # (S·L, n_max, b), (S·L, b, 1 + n_max), (S·L, n_max, 1 + n_max), or by layer where work does.
    products: list[tuple[Tensor, Tensor, Tensor]]


def batch_norm(layer: Layer):
    """Normalise z over the batch, then scale and shift: γ·(z − mean)/σ + β."""
    count = layer.z.size(-1)
    mean = layer.z.mean(-1, keepdim=True)
    torch.sub(layer.z, mean, out=layer.normal)
    variance = layer.normal.square().mean(-1, keepdim=True)
    torch.rsqrt(variance + 1e-5, out=layer.inverse)
    layer.normal.mul_(layer.inverse)
    torch.addcmul(layer.shift, layer.normal, layer.scale, out=layer.z)
    # What evaluation uses later: running mean and unbiased variance, as nn.BatchNorm1d keeps them.
    now = torch.cat([mean, variance * (count / (count - 1))], -1)
    layer.statistics.lerp_(now, 0.1)


def batch_norm_backward(layer: Layer):
    """Turn ∂L/∂(γ·normal + β) into ∂L/∂z; write down ∂L/∂γ and ∂L/∂β."""
    count = layer.z.size(-1)
    delta, normal = layer.delta, layer.normal
    layer.shift_gradient.copy_(delta.sum(-1, keepdim=True))
    layer.scale_gradient.copy_((delta * normal).sum(-1, keepdim=True))
    delta.sub_(layer.shift_gradient / count)
    delta.addcmul_(normal, layer.scale_gradient, value=-1.0 / count)
    delta.mul_(layer.inverse * layer.scale)


def forward(batch: Batch, activation: str, normalise: bool, dropout: bool):
    """z = W·[1, x], a = f(z), layer by layer; at the end p = σ(z)."""
    for layer in batch.layers:
        torch.bmm(layer.w, layer.x, out=layer.z)
        if normalise:
            batch_norm(layer)
        activate(layer.z, activation)
        if dropout:
            torch.mul(layer.z, layer.mask, out=layer.a)
    torch.bmm(batch.last_w, batch.last_x, out=batch.p).sigmoid_()


def backward(batch: Batch, activation: str, normalise: bool, dropout: bool, mse: bool):
    """δ = ∂L/∂z of every layer, from the last to the first, by the chain rule."""
    # Cross-entropy: δ = (p − y)/b. Squared error: δ = 2(p − y)/b · p(1 − p).
    torch.add(batch.target, batch.p, alpha=batch.scale, out=batch.last_delta)
    if mse:
        torch.ops.aten.sigmoid_backward(batch.last_delta, batch.p, grad_input=batch.last_delta)
    for layer in batch.backwards:
        torch.bmm(layer.next_w, layer.next_delta, out=layer.delta)
        if dropout:
            layer.delta.mul_(layer.mask)
        times_slope(layer.delta, layer.z, activation)
        if normalise:
            batch_norm_backward(layer)


def update(
    w: Tensor,
    g: Tensor,
    optimizer: str,
    rate: Tensor,
    l1: Tensor,
    l2: Tensor,
    penalty: bool,
    m: Tensor,
    v: Tensor,
    t: int,
):
    """Move the weights against the gradient; the formulas of torch.optim with its defaults.

    w, g, rate, l1, l2, m, v all have the same shape; l1 and l2 are 0 for biases.
    """
    if penalty:
        if optimizer == "adamw":
            w.addcmul_(rate * l2, w, value=-1.0)  # decays the weights, not the gradient
        else:
            g.addcmul_(l2, w)
        g.addcmul_(l1, w.sign())
    if optimizer == "sgd":
        w.addcmul_(rate, g, value=-1.0)
    elif optimizer == "momentum":
        m.mul_(0.9).add_(g)
        w.addcmul_(rate, m, value=-1.0)
    elif optimizer == "nesterov":
        m.mul_(0.9).add_(g)
        w.addcmul_(rate, g.add_(m, alpha=0.9), value=-1.0)
    elif optimizer == "adagrad":
        v.addcmul_(g, g)
        w.addcmul_(rate, g / (v.sqrt() + 1e-10), value=-1.0)
    elif optimizer == "rmsprop":
        v.mul_(0.99).addcmul_(g, g, value=0.01)
        w.addcmul_(rate, g / (v.sqrt() + 1e-8), value=-1.0)
    else:  # adam, adamw
        m.lerp_(g, 0.1)
        v.mul_(0.999).addcmul_(g, g, value=0.001)
        size = v.sqrt().mul_(1 / (1 - 0.999**t) ** 0.5).add_(1e-8)
        w.addcmul_(rate, m / size, value=-1 / (1 - 0.9**t))


def train(
    orders: Tensor,
    marks: list[int],
    data: Tensor,
    shuffled: Tensor,
    sources: list[Tensor],
    places: list[Tensor],
    masks: list[Tensor],
    drawn: list[Tensor],
    batches: list[Batch],
    weights: Tensor,
    gradient: Tensor,
    activation: str,
    mse: bool,
    normalise: bool,
    optimizer: str,
    rate: Tensor,
    l1: Tensor,
    l2: Tensor,
    penalty: bool,
    m: Tensor,
    v: Tensor,
    t: int,
    sums: Tensor,
    frames: Tensor,
    statistics: list[Tensor],
    statistics_frames: list[Tensor],
) -> int:
    """Train for K epochs.

    Args:
        orders: (K, N) the order of the examples in each epoch.
        marks: which frame to write after each epoch; −1: none.
        data: (F + 1, N) features and target; `shuffled` has room for it in the order of an epoch,
            and each of `sources`, views of that, is copied to its one of `places` in the batches.
        masks: of dropout, for all batches of a size; `drawn` holds them for K epochs.
        batches: of an epoch.
        weights: (S·L, n_max, columns) of all layers; `gradient` likewise.
        activation, mse, normalise, optimizer, penalty: what to compute.
        rate, l1, l2, m, v: as `update` takes them.
        t: the number of updates so far.
        sums: (K, S) receives the sum of all weights after each epoch: not finite after an overflow.
        frames: (F, S·L, n_max, columns) receives the weights.
        statistics: running mean and variance by layer, with their frames.

    Returns:
        The number of updates so far.
    """
    dropout = len(masks) > 0
    for epoch in range(orders.size(0)):
        torch.index_select(data, 1, orders[epoch], out=shuffled)
        for i in range(len(places)):
            places[i].copy_(sources[i])
        for i in range(len(masks)):
            masks[i].copy_(drawn[i][epoch])
        for batch in batches:
            forward(batch, activation, normalise, dropout)
            backward(batch, activation, normalise, dropout, mse)
            for delta, x, product in batch.products:
                torch.bmm(delta, x, out=product)  # ∂L/∂W = δ·[1, x]ᵀ
            t += 1
            update(weights, gradient, optimizer, rate, l1, l2, penalty, m, v, t)
        torch.sum(weights.view(sums.size(1), -1), [1], out=sums[epoch])
        if marks[epoch] >= 0:
            frames[marks[epoch]].copy_(weights)
            for i in range(len(statistics)):
                statistics_frames[i][marks[epoch]].copy_(statistics[i])
    return t


def network_outputs(
    x: Tensor,
    w: list[Tensor],
    activation: str,
    scale: list[Tensor],
    shift: list[Tensor],
    statistics: list[Tensor],
) -> list[Tensor]:
    """Return the outputs of every layer, each (S, n, N), for inputs x (1 + F, N) with ones."""
    outputs: list[Tensor] = []
    a = x.unsqueeze(0).expand(w[0].size(0), -1, -1)
    for layer in range(len(w)):
        if layer > 0:
            z = torch.baddbmm(w[layer][:, :, :1], w[layer][:, :, 1:], a)
        else:
            z = torch.bmm(w[layer], a)
        if layer == len(w) - 1:
            outputs.append(z)
        else:
            if len(statistics) > 0:
                mean, variance = statistics[layer][:, :, :1], statistics[layer][:, :, 1:]
                factor = scale[layer] / (variance + 1e-5).sqrt()
                z.mul_(factor).add_(shift[layer] - mean * factor)
            activate(z, activation)
            outputs.append(z)
            a = z
    return outputs
