"""The scripts that a student takes along."""

from __future__ import annotations


def fit_line(losses, outlier, delta, weight, learning_rate):
    """Fit the line ŷ = w·x through twelve bicycle rides, once for each loss."""
    import math

    import torch
    from torch.nn.functional import huber_loss, l1_loss, mse_loss, softplus

    kilometres = torch.tensor([0.5, 0.8, 1.2, 1.5, 1.9, 2.3, 2.6, 3.0, 3.4, 3.9, 4.4, 5.0])
    minutes = torch.tensor([1.6, 2.3, 3.7, 4.4, 5.7, 6.9, 7.8, 9.1, 10.1, 11.7, 13.3, outlier])

    def log_cosh(prediction, target):
        error = prediction - target
        return (error + softplus(-2 * error) - math.log(2)).mean()

    loss_of = {
        "mbe": lambda prediction, target: (prediction - target).mean(),
        "mae": l1_loss,
        "mse": mse_loss,
        "huber": lambda prediction, target: huber_loss(prediction, target, delta=delta),
        "log_cosh": log_cosh,
    }
    for name in losses:
        w = torch.tensor(weight, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=learning_rate)
        for step in range(61):
            loss = loss_of[name](w * kilometres, minutes)
            print(f"{name}, step {step}: w = {w.item():.4f}, loss = {loss.item():.4f}")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def move_score(score_losses, label, score, score_rate):
    """Move the score z for "cat" of one picture downhill, once for each loss."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

    y = torch.tensor(1.0 if label == "cat" else 0.0)
    target = torch.tensor(["cat", "dog", "bird"].index(label))
    zero = torch.tensor(0.0)

    loss_of = {
        "mse": lambda z: mse_loss(torch.sigmoid(z), y),
        "bce": lambda z: binary_cross_entropy_with_logits(z, y),
        "hinge": lambda z: torch.relu(1 - (2 * y - 1) * z),
        # Three scores, of which only that for the cat moves.
        "cross_entropy": lambda z: cross_entropy(torch.stack([z, zero, zero]), target),
    }
    for name in score_losses:
        z = torch.tensor(score, requires_grad=True)
        optimizer = torch.optim.SGD([z], lr=score_rate)
        for step in range(61):
            loss = loss_of[name](z)
            print(f"{name}, step {step}: z = {z.item():.4f}, loss = {loss.item():.4f}")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
