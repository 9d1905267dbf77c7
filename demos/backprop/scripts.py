"""The scripts that the chapter shows: each expression in a few lines of PyTorch."""


def sum_times(sum_times, learning_rate):
    """f = (x + y)·z forward, its gradients backward, and a step against them."""
    import torch

    x, y, z = (torch.tensor(value, requires_grad=True) for value in sum_times)
    s = x + y
    s.retain_grad()  # else only the leaves keep their gradients
    f = s * z
    f.backward()

    print(f"f = {f.item():.4f}")
    for name, tensor in {"s": s, "x": x, "y": y, "z": z}.items():
        print(f"∂f/∂{name} = {tensor.grad.item():.4f}")

    with torch.no_grad():
        for tensor in (x, y, z):
            tensor -= learning_rate * tensor.grad
        f = (x + y) * z
    print(f"after the step: f = {f.item():.4f}")


def cubic(cubic, learning_rate):
    """f = (x − 3)(x − 6)(x − 4): x is used three times, and its gradient is the sum."""
    import torch

    x = torch.tensor(cubic[0], requires_grad=True)
    f = (x - 3) * (x - 6) * (x - 4)
    f.backward()
    print(f"f = {f.item():.4f}, ∂f/∂x = {x.grad.item():.4f}")

    with torch.no_grad():
        x -= learning_rate * x.grad
        f = (x - 3) * (x - 6) * (x - 4)
    print(f"after the step: x = {x.item():.4f}, f = {f.item():.4f}")


def sigmoid_neuron(sigmoid_neuron, learning_rate):
    """A sigmoid neuron, f = σ(w₁x₁ + w₂x₂ + b): the data stay, what is learned moves."""
    import torch

    w1, x1, w2, x2, b = sigmoid_neuron
    x = torch.tensor([x1, x2], requires_grad=True)
    w = torch.tensor([w1, w2], requires_grad=True)
    b = torch.tensor(b, requires_grad=True)

    f = torch.sigmoid(w @ x + b)
    f.backward()
    print(f"f = {f.item():.4f}")
    print(f"∂f/∂w = {w.grad.tolist()}, ∂f/∂x = {x.grad.tolist()}, ∂f/∂b = {b.grad.item():.4f}")

    with torch.no_grad():
        w -= learning_rate * w.grad
        b -= learning_rate * b.grad
        f = torch.sigmoid(w @ x + b)
    print(f"after the step: w = {w.tolist()}, b = {b.item():.4f}, f = {f.item():.4f}")


def network(network, learning_rate):
    """Two inputs, two tanh neurons, one linear neuron: a step that makes the loss smaller."""
    import torch

    x1, x2, w11, w12, b1, w21, w22, b2, v1, v2, c, y = network
    x = torch.tensor([x1, x2])
    W = torch.tensor([[w11, w12], [w21, w22]], requires_grad=True)
    b = torch.tensor([b1, b2], requires_grad=True)
    v = torch.tensor([v1, v2], requires_grad=True)
    c = torch.tensor(c, requires_grad=True)

    def loss_now():
        return (v @ torch.tanh(W @ x + b) + c - y) ** 2

    optimizer = torch.optim.SGD([W, b, v, c], lr=learning_rate)
    loss = loss_now()
    print(f"L = {loss.item():.4f}")
    loss.backward()
    for name, tensor in {"W": W, "b": b, "v": v, "c": c}.items():
        print(f"∂L/∂{name} = {tensor.grad.tolist()}")

    optimizer.step()
    print(f"after the step: W = {W.tolist()}, b = {b.tolist()}")
    print(f"v = {v.tolist()}, c = {c.item():.4f}")
    print(f"L = {loss_now().item():.4f}")


SCRIPTS = {
    "sum_times": sum_times,
    "cubic": cubic,
    "sigmoid_neuron": sigmoid_neuron,
    "network": network,
}
