"""The script that a student takes along."""

from __future__ import annotations


def race(surface, optimizers, learning_rate, momentum, steps, x, y):
    """Let optimizers of PyTorch walk down a landscape from the same start."""
    import torch
    from torch.optim import SGD, Adagrad, Adam, AdamW, RMSprop

    height = {
        "bowl": lambda x, y: (x**2 + y**2) / 2,
        "ravine": lambda x, y: (x**2 + 30 * y**2) / 2,
        "rosenbrock": lambda x, y: (1 - x) ** 2 / 100 + (y - x**2) ** 2,
        "saddle": lambda x, y: x**2 / 2 + (y**2 - 4) ** 2 / 32,
        "many_minima": lambda x, y: (x**2 + y**2) / 8 + 1 - ((3 * x).cos() + (3 * y).cos()) / 2,
    }[surface]
    betas = (momentum, 0.999)
    make = {
        "sgd": lambda p: SGD([p], learning_rate),
        "momentum": lambda p: SGD([p], learning_rate, momentum),
        "nesterov": lambda p: SGD([p], learning_rate, momentum, nesterov=momentum > 0),
        "adagrad": lambda p: Adagrad([p], learning_rate),
        "rmsprop": lambda p: RMSprop([p], learning_rate),
        "adam": lambda p: Adam([p], learning_rate, betas),
        "adamw": lambda p: AdamW([p], learning_rate, betas, weight_decay=0.1),
    }
    for name in optimizers:
        position = torch.tensor([x, y], requires_grad=True)
        optimizer = make[name](position)
        for step in range(steps + 1):
            f = height(position[0], position[1])
            print(f"{name}, step {step}: (x, y) = {position.tolist()}, height = {f.item():.6g}")
            optimizer.zero_grad()
            f.backward()
            optimizer.step()
