"""The lesson: what one neuron computes, what it can learn, and where it ends."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from demos.frame.knobs import Choice, Number, Numbers, takes
from demos.frame.runs import trained
from demos.neuron.knobs import KNOBS
from models.sentences import refusal

ACTIVATIONS = ["identity", "step", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus"]

# Tensors carry no type hints: pasted into a notebook, torch is known inside the functions only.


def activate(name: str, z):
    """Return f(z) for one of the usual activation functions.

    Args:
        name: "identity", "step" (1 from z = 0 on: the threshold unit of McCulloch and Pitts, 1943),
            "sigmoid", "tanh", "relu", "leaky_relu" (slope 0.01 below 0), "elu" or "softplus".
        z: (…) weighted sums.
    """
    import torch
    from torch.nn import functional

    if name == "identity":
        return z
    if name == "step":
        # Flat everywhere: no gradient goes through it.
        return torch.heaviside(z.detach(), torch.ones_like(z))
    if name in ("sigmoid", "tanh", "relu"):
        return getattr(torch, name)(z)
    return getattr(functional, name)(z)


def value_and_slope(name: str, x):
    """Return f(x) and its derivative f′(x), by autograd, for every x of shape (N,)."""
    import torch

    x = x.detach().requires_grad_()
    y = activate(name, x)
    # One backward pass: each y depends on its own x only.
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), slope


def _as_many(function: Callable) -> Callable:
    """Check what no knob of `predict` can tell."""

    @functools.wraps(function)
    def checked(inputs: list[float], weights: list[float], *others: Any) -> dict:
        if len(weights) != len(inputs):
            raise refusal("weights must be as many as inputs: {count}.", count=len(inputs))
        return function(inputs, weights, *others)

    return checked


LARGE = Number(-1e6, 1e6)


@takes(
    inputs=Numbers(LARGE, 1, 32),
    weights=Numbers(LARGE, 1, 32),
    bias=Number(-1e6, 1e6, 0),
    activation=Choice(ACTIVATIONS, "identity"),
    target=Number(-1e6, 1e6, optional=True),
)
@_as_many
def predict(inputs, weights, bias, activation, target) -> dict:
    """Compute one neuron, ŷ = f(b + x₁w₁ + x₂w₂ + …), and the slope of everything in it.

    Args:
        inputs: x, 1 to 32 numbers.
        weights: w, one for each input.
        bias: b.
        activation: f: identity, step, sigmoid, tanh, relu, leaky_relu, elu or softplus.
        target: y, what ŷ should be, −1e6 to 1e6; without it there is no loss.

    Returns:
        products (each xᵢwᵢ), z (their sum and b), prediction ŷ, slope f′(z), loss (ŷ − y)²,
        and the gradients, of the loss or without a target of ŷ, by autograd: weight_gradients,
        bias_gradient, input_gradients. The step is flat: its gradients are 0.
    """
    import torch

    x = torch.tensor(inputs, dtype=torch.float64, requires_grad=True)
    w = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
    b = torch.tensor(bias, dtype=torch.float64, requires_grad=True)

    products = x * w
    z = products.sum() + b
    prediction = activate(activation, z)
    loss = None if target is None else (prediction - target) ** 2

    result = prediction if loss is None else loss
    if result.requires_grad:
        result.backward()
    flat = torch.zeros_like
    return {
        "products": products.tolist(),
        "z": z.item(),
        "prediction": prediction.item(),
        "slope": 0.0 if activation == "step" else value_and_slope(activation, z)[1].item(),
        "loss": None if loss is None else loss.item(),
        "weight_gradients": (flat(w) if w.grad is None else w.grad).tolist(),
        "bias_gradient": (flat(b) if b.grad is None else b.grad).item(),
        "input_gradients": (flat(x) if x.grad is None else x.grad).tolist(),
    }


def squared_error(inputs: list, targets: list, weights: list, bias: float) -> dict:
    """Compare ŷ = b + x·w with the targets of several examples.

    Args:
        inputs: (N, F), one row for each example.
        targets: (N,).
        weights: (F,).
        bias: b.

    Returns:
        predictions (N,), loss (the mean of (ŷ − y)²), weight_gradients (F,) and bias_gradient.
    """
    import torch

    # In float64, so that a loss of 0 is 0: no noise of rounding to puzzle over.
    x, y = (torch.tensor(part, dtype=torch.float64) for part in (inputs, targets))
    w = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
    b = torch.tensor(bias, dtype=torch.float64, requires_grad=True)
    predictions = x @ w + b
    loss = ((predictions - y) ** 2).mean()
    loss.backward()
    return {
        "predictions": predictions.tolist(),
        "loss": loss.item(),
        "weight_gradients": w.grad.tolist(),
        "bias_gradient": b.grad.item(),
    }


def truth_table(gate: str):
    """Return the inputs (4, 2) and the targets (4,) of a logic gate: AND, OR, NAND or XOR."""
    import torch

    inputs = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    targets = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "XOR": [0, 1, 1, 0], "NAND": [1, 1, 1, 0]}
    return inputs, torch.tensor(targets[gate], dtype=torch.float32)


@takes(
    KNOBS,
    weight_1=Number(-1000, 1000, 0, about="start value of w₁"),
    weight_2=Number(-1000, 1000, 0, about="start value of w₂"),
    bias=Number(-1000, 1000, 0, about="start value of b"),
    learning_rate=Number(1e-3, 100, 1, about="η"),
    steps=Number(1, 1000, 60, whole=True),
)
@trained(steps="steps")
def train(gate, rule, weight_1, weight_2, bias, learning_rate, steps):
    """Let one neuron learn a truth table.

    The perceptron rule (Rosenblatt, 1958) takes one example after the other, and moves only after
    a wrong answer of the threshold unit: w ← w + η(y − ŷ)x. Gradient descent takes all four at
    once, and moves the weights of a sigmoid neuron down the slope of the binary cross-entropy.

    Args:
        steps: number of updates, at most 1,000; the perceptron ends earlier, once it has answered
            four examples in a row correctly.

    Returns:
        One row per step, row 0 with the start values: step, example (0–3; −1 is all four), x1, x2,
        target, z, prediction (means over all four, where example is −1), weight_1, weight_2, bias,
        change_1, change_2, change_bias (what this step adds to them), new_1, new_2, new_bias,
        predictions (of all four), wrong (how many of them are on the wrong side of ½), loss (the
        cross-entropy; null for the perceptron), settled (true on the last row of a perceptron that
        has nothing left to learn), note.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    x, y = truth_table(gate)
    w = torch.tensor([weight_1, weight_2], dtype=torch.float32, requires_grad=True)
    b = torch.tensor(bias, dtype=torch.float32, requires_grad=True)
    right_in_a_row = 0
    for step in range(steps + 1):
        z = x @ w + b
        if rule == "perceptron":
            example = step % 4
            chosen = slice(example, example + 1)
            predictions, loss = activate("step", z.detach()), None
            error = y[example] - predictions[example]
            change_w, change_b = learning_rate * error * x[example], learning_rate * error
            right_in_a_row = right_in_a_row + 1 if error == 0 else 0
        else:
            example, chosen = -1, slice(None)
            predictions = activate("sigmoid", z.detach())
            loss = binary_cross_entropy_with_logits(z, y)
            gradient_w, gradient_b = torch.autograd.grad(loss, [w, b])
            change_w, change_b = -learning_rate * gradient_w, -learning_rate * gradient_b
        new_w, new_b = w.detach() + change_w, b.detach() + change_b
        yield {
            "step": step,
            "example": example,
            "x1": x[chosen, 0].mean().item(),
            "x2": x[chosen, 1].mean().item(),
            "target": y[chosen].mean().item(),
            "z": z[chosen].mean().item(),
            "prediction": predictions[chosen].mean().item(),
            "weight_1": w[0].item(),
            "weight_2": w[1].item(),
            "bias": b.item(),
            "change_1": change_w[0].item(),
            "change_2": change_w[1].item(),
            "change_bias": change_b.item(),
            "new_1": new_w[0].item(),
            "new_2": new_w[1].item(),
            "new_bias": new_b.item(),
            "predictions": predictions.tolist(),
            "wrong": ((predictions >= 0.5) != (y == 1)).sum().item(),
            "loss": None if loss is None else loss.item(),
            "settled": right_in_a_row == 4,
        }
        if right_in_a_row == 4:
            break
        w, b = new_w.requires_grad_(), new_b.requires_grad_()


def two_layers(x, weights: list, biases: list, output_weights: list, activation: str):
    """Compute h = f(x·w + b), two hidden neurons, and ŷ = v₁h₁ + v₂h₂.

    Args:
        x: (N,) inputs.
        weights: w, (2,).
        biases: b, (2,).
        output_weights: v, (2,).
        activation: f; "identity" leaves both layers linear.

    Returns:
        h (N, 2) and ŷ (N,).
    """
    import torch

    hidden = activate(activation, x[:, None] * torch.tensor(weights) + torch.tensor(biases))
    return hidden, hidden @ torch.tensor(output_weights)


def multiplied_out(weights: list, biases: list, output_weights: list) -> tuple[float, float]:
    """Return slope and bias of the one linear layer that two linear layers amount to.

    v(wx + b) = (vw)x + vb: a matrix product, whatever the sizes of the layers.
    """
    import torch

    v = torch.tensor([output_weights])  # (1, 2)
    w, b = torch.tensor(weights)[:, None], torch.tensor(biases)[:, None]  # (2, 1)
    return (v @ w).item(), (v @ b).item()
