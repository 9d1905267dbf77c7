"""°C → °F as one would write it first: an oracle for the lesson, and a lesson for the frame."""

from collections.abc import Iterator


def descend(
    weight: float = 0.5,
    bias: float = 0.0,
    learning_rate: float = 0.0001,
    steps: int = 100,
    examples: str = "single pair",
    normalise: bool = False,
) -> Iterator[dict]:
    """The lesson, with everything computed anew at every step; no word of what may go wrong."""
    import torch

    celsius = torch.tensor([-30.0, -12.0, 0.0, 10.0, 21.0, 30.0, 38.0])
    fahrenheit = celsius * 9 / 5 + 32
    mean, deviation = celsius.mean(), celsius.std(correction=0)
    if examples == "single pair":
        celsius, fahrenheit = torch.tensor([37.78]), torch.tensor([100.0])
    x = (celsius - mean) / deviation if normalise else celsius

    w = torch.tensor(weight, requires_grad=True)
    b = torch.tensor(bias, requires_grad=True)
    for step in range(steps + 1):
        example = -1 if examples == "whole batch" else step % len(x)
        chosen = slice(None) if example == -1 else slice(example, example + 1)
        prediction = w * x[chosen] + b
        loss = ((prediction - fahrenheit[chosen]) ** 2).mean()
        w.grad = b.grad = None
        loss.backward()
        new_w = w.detach() - learning_rate * w.grad
        new_b = b.detach() - learning_rate * b.grad
        yield {
            "step": step,
            "example": example,
            "celsius": celsius[chosen].mean().item(),
            "input": x[chosen].mean().item(),
            "fahrenheit": fahrenheit[chosen].mean().item(),
            "prediction": prediction.detach().mean().item(),
            "loss": loss.item(),
            "weight": w.item(),
            "bias": b.item(),
            "weight_gradient": w.grad.item(),
            "bias_gradient": b.grad.item(),
            "new_weight": new_w.item(),
            "new_bias": new_b.item(),
        }
        with torch.no_grad():
            w.copy_(new_w)
            b.copy_(new_b)
