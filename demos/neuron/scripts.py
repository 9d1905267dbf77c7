"""The scripts that the chapter shows: each topic in a few lines of PyTorch."""


def celsius(line):
    """Set w and b by hand: how wrong is ŷ = w·x + b, and which way is downhill?"""
    import torch

    x = torch.tensor([-30, -12, 0, 10, 21, 30, 38], dtype=torch.float64)  # °C
    y = 1.8 * x + 32  # °F
    w = torch.tensor(line[0], dtype=torch.float64, requires_grad=True)
    b = torch.tensor(line[1], dtype=torch.float64, requires_grad=True)

    loss = ((w * x + b - y) ** 2).mean()
    loss.backward()
    print(f"L = {loss.item():.2f} °F²")
    print(f"∂L/∂w = {w.grad.item():.2f}, ∂L/∂b = {b.grad.item():.2f}")


def bill(prices):
    """Six bills, one neuron: its weights are the prices that it guesses."""
    import torch

    # How many croissants, coffees and juices; and the total [€].
    x = torch.tensor([[1, 1, 0], [2, 0, 1], [0, 2, 0], [3, 2, 1], [1, 0, 2], [2, 3, 2]]).double()
    y = torch.tensor([5.0, 7.5, 6.0, 14.0, 9.5, 18.5]).double()
    *guess, number = prices
    b = torch.tensor(guess[0], dtype=torch.float64, requires_grad=True)
    w = torch.tensor(guess[1:], dtype=torch.float64, requires_grad=True)

    prediction = x @ w + b
    loss = ((prediction - y) ** 2).mean()
    loss.backward()
    i = int(number) - 1
    print(f"bill {i + 1}: ŷ = {prediction[i].item():.2f} €, y = {y[i].item():.2f} €")
    print(f"L = {loss.item():.4f} €² over all six")
    print(f"∂L/∂b = {b.grad.item():.2f}, ∂L/∂w = {[round(g, 2) for g in w.grad.tolist()]}")


def logic(gate, unit, neuron):
    """A neuron as a logic gate: ask it for all four inputs."""
    import torch

    x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).double()
    tables = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "XOR": [0, 1, 1, 0]}
    w1, w2, b = neuron
    z = x @ torch.tensor([w1, w2], dtype=torch.float64) + b
    y_hat = torch.sigmoid(z) if unit == "sigmoid" else (z >= 0).double()

    for inputs, total, answer, target in zip(x.tolist(), z, y_hat, tables[gate], strict=True):
        right = "right" if (answer >= 0.5) == (target == 1) else "wrong"
        print(f"{inputs}: ŷ = f({total.item():.1f}) = {answer.item():.4f}, y = {target}, {right}")


def learning(gate, rule, start):
    """Let one neuron learn a truth table."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    tables = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "XOR": [0, 1, 1, 0]}
    y = torch.tensor(tables[gate]).float()
    w1, w2, b, rate = start
    w = torch.tensor([w1, w2], requires_grad=True)
    b = torch.tensor(b, requires_grad=True)

    right_in_a_row = 0
    for step in range(61):
        z = x @ w + b
        wrong = int(((z >= 0) != (y == 1)).sum())
        print(f"step {step}: w = {w.tolist()}, b = {b.item():.4f}, wrong: {wrong}")
        if rule == "perceptron":  # one example after the other, only wrong answers count
            i = step % 4
            error = y[i] - float(z[i] >= 0)
            right_in_a_row = right_in_a_row + 1 if error == 0 else 0
            if right_in_a_row == 4:
                break
            change_w, change_b = rate * error * x[i], rate * error
        else:  # down the slope of the cross-entropy of all four
            loss = binary_cross_entropy_with_logits(z, y)
            slope_w, slope_b = torch.autograd.grad(loss, [w, b])
            change_w, change_b = -rate * slope_w, -rate * slope_b
        if step < 60:
            w = (w.detach() + change_w).requires_grad_()
            b = (b.detach() + change_b).requires_grad_()


def activation(functions, x):
    """Activation functions, and their slopes by autograd."""
    import torch
    from torch.nn import functional as F

    known = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": F.leaky_relu,
        "elu": F.elu,
        "softplus": F.softplus,
    }
    print(f"x = {x}")
    slopes = {}
    for name in functions:
        at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        value = known[name](at)
        value.backward()
        slopes[name] = at.grad.item()
        print(f"{name}: f(x) = {value.item():.4f}, f′(x) = {slopes[name]:.4f}")


def layers(between, layers):
    """Two hidden neurons and an output: what becomes of 0, 1 and 2 active inputs?"""
    import torch

    w1, w2, b1, b2, v1, v2 = layers
    w, b, v = torch.tensor([w1, w2]), torch.tensor([b1, b2]), torch.tensor([v1, v2])
    bend = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}

    x = torch.tensor([0.0, 1.0, 2.0])  # x₁ + x₂
    xor = torch.tensor([0.0, 1.0, 0.0])
    h = x[:, None] * w + b
    if between in bend:
        h = bend[between](h)
    y_hat = h @ v
    loss = ((y_hat - xor) ** 2).mean()
    print(f"ŷ = {y_hat.tolist()}, L = {loss.item():.4f}")

    slope, shift = v @ w, v @ b
    print(f"without a bend it is one layer: ŷ = {slope.item():.4f}·x + ({shift.item():.4f})")


SCRIPTS = {
    "celsius": celsius,
    "bill": bill,
    "logic": logic,
    "learning": learning,
    "activation": activation,
    "layers": layers,
}
