"""How the playground trains: forward, backward by hand, update. Compiled by torch.jit.script.

Nothing here knows settings or history; engine.py lays out the memory and calls `train`.
All functions also run as plain Python. `S` networks of the same shape are trained side by side
(one, unless settings are compared): every tensor starts with that dimension.
"""

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


def batch_norm(z: Tensor, normal: Tensor, scale: Tensor, shift: Tensor, statistics: Tensor):
    """Normalise z over the batch, keep that as `normal`; return 1/σ. z becomes γ·normal + β."""
    mean = z.mean(-1, keepdim=True)
    torch.sub(z, mean, out=normal)
    variance = (normal * normal).mean(-1, keepdim=True)
    inverse = (variance + 1e-5).rsqrt()
    normal.mul_(inverse)
    torch.addcmul(shift, normal, scale, out=z)
    count = z.size(-1)
    # What evaluation uses later: running mean and unbiased variance, as nn.BatchNorm1d keeps them.
    now = torch.cat([mean, variance * (count / (count - 1))], -1)
    statistics.lerp_(now, 0.1)
    return inverse


def batch_norm_backward(
    delta: Tensor,
    normal: Tensor,
    inverse: Tensor,
    scale: Tensor,
    scale_grad: Tensor,
    shift_grad: Tensor,
):
    """From ∂L/∂(γ·normal + β) to ∂L/∂z, in place; also ∂L/∂γ and ∂L/∂β."""
    count = delta.size(-1)
    torch.sum(delta, [-1], keepdim=True, out=shift_grad)
    torch.sum(delta * normal, [-1], keepdim=True, out=scale_grad)
    delta.sub_(shift_grad / count).addcmul_(normal, scale_grad, value=-1.0 / count)
    delta.mul_(inverse * scale)


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
    orders: Tensor,  # (K, N) the order of the examples, for each epoch
    data: Tensor,  # (F + 1, N) features and target −c·y/b
    shuffled: Tensor,  # (F + 1, N)
    sources: list[Tensor],  # of `shuffled`, to be copied into …
    places: list[Tensor],  # … the batches
    x: list[list[Tensor]],  # by step and layer: (S, 1 + n_in, b), first row all ones
    z: list[list[Tensor]],  # by step and hidden layer: (S, n, b)
    a: list[list[Tensor]],  # by step and hidden layer: (S, n, b), rows of the next x
    targets: list[Tensor],  # by step: (1 or S, 1, b)
    scales: list[float],  # by step: c/b; c = 1 (bce) or 2 (mse)
    p: list[Tensor],  # by step: (S, 1, b)
    d: list[list[Tensor]],  # by step and layer: (S, n, b), ∂L/∂z
    all_d: list[Tensor],  # by step: (S·L, n_max, b), the same memory
    all_x: list[Tensor],  # by step: (S·L, b, 1 + n_max), the same memory as x
    w: list[Tensor],  # by layer: (S, n, 1 + n_in), first column the biases
    w_back: list[Tensor],  # by layer: (S, n_in, n), transposed, without biases
    weights: Tensor,  # (S·L, n_max, 1 + n_max + 2), the same memory
    gradient: Tensor,
    gradient_product: Tensor,  # (S·L, n_max, 1 + n_max), the same memory as gradient
    scale: list[Tensor],  # by hidden layer (S, n, 1): γ, the same memory as weights
    shift: list[Tensor],  # β
    scale_gradient: list[Tensor],
    shift_gradient: list[Tensor],
    statistics: list[Tensor],  # by hidden layer (S, n, 2): running mean and variance
    normal: list[list[Tensor]],  # by step and hidden layer (S, n, b)
    masks: list[list[Tensor]],  # by step and hidden layer (S, n, b)
    all_masks: list[Tensor],
    keep: list[Tensor],  # the probability not to be dropped, for each of all_masks
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
    sums: Tensor,  # (K, S)
    by_network: Tensor,  # (S, …) the same memory as weights
) -> int:
    """Train for K epochs; return the number of updates so far."""
    last = len(w) - 1
    for epoch in range(orders.size(0)):
        torch.index_select(data, 1, orders[epoch], out=shuffled)
        for i in range(len(places)):
            places[i].copy_(sources[i])
        for i in range(len(all_masks)):
            torch.bernoulli(keep[i], out=all_masks[i])
            all_masks[i].div_(keep[i])
        for s in range(len(x)):
            inverses: list[Tensor] = []
            # Forward: z = W·[1, x], a = f(z); a is the x of the next layer.
            for layer in range(last):
                torch.bmm(w[layer], x[s][layer], out=z[s][layer])
                if normalise:
                    inverses.append(
                        batch_norm(
                            z[s][layer],
                            normal[s][layer],
                            scale[layer],
                            shift[layer],
                            statistics[layer],
                        )
                    )
                activate(z[s][layer], activation)
                if len(all_masks) > 0:
                    torch.mul(z[s][layer], masks[s][layer], out=a[s][layer])
            torch.bmm(w[last], x[s][last], out=p[s])
            p[s].sigmoid_()
            # Backward: δ = ∂L/∂z, from the last layer to the first.
            torch.add(targets[s], p[s], alpha=scales[s], out=d[s][last])
            if mse:
                torch.ops.aten.sigmoid_backward(d[s][last], p[s], grad_input=d[s][last])
            for layer in range(last - 1, -1, -1):
                torch.bmm(w_back[layer + 1], d[s][layer + 1], out=d[s][layer])
                if len(all_masks) > 0:
                    d[s][layer].mul_(masks[s][layer])
                times_slope(d[s][layer], z[s][layer], activation)
                if normalise:
                    batch_norm_backward(
                        d[s][layer],
                        normal[s][layer],
                        inverses[layer],
                        scale[layer],
                        scale_gradient[layer],
                        shift_gradient[layer],
                    )
            # The gradient of every layer at once: ∂L/∂W = δ·[1, x]ᵀ.
            torch.bmm(all_d[s], all_x[s], out=gradient_product)
            t += 1
            update(weights, gradient, optimizer, rate, l1, l2, penalty, m, v, t)
        torch.sum(by_network, [1, 2, 3], out=sums[epoch])
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
