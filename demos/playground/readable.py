"""How the playground trains, as one would write it: forward, loss, backward, step.

The playground itself runs `lesson.py`, which computes the same in memory laid out beforehand, many
times faster; the tests hold both to the same numbers.
"""


def make_network(
    inputs: int,
    hidden: tuple[int, ...] = (4, 2),
    activation: str = "tanh",
    batch_norm: bool = False,
    dropout: float = 0.0,
    initialisation: str = "pytorch",
    seed: int = 0,
):
    """Build a network: inputs (N, F) → scores (N, 1); the sigmoid of a score is the probability."""
    import torch
    from torch import nn

    activations = {
        "tanh": nn.Tanh(), "relu": nn.ReLU(), "sigmoid": nn.Sigmoid(),
        "leaky_relu": nn.LeakyReLU(0.01), "elu": nn.ELU(), "linear": nn.Identity(),
    }  # fmt: skip
    first_weights = {
        "xavier": nn.init.xavier_uniform_,
        "he": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
        "uniform": lambda weight: nn.init.uniform_(weight, -0.5, 0.5),
        "zeros": nn.init.zeros_,
    }
    layers = []
    for neurons in hidden:
        layers.append(nn.Linear(inputs, neurons, bias=not batch_norm))
        layers += [nn.BatchNorm1d(neurons)] if batch_norm else []
        layers += [activations[activation], nn.Dropout(dropout)]
        inputs = neurons
    network = nn.Sequential(*layers, nn.Linear(inputs, 1))
    torch.manual_seed(seed)
    for layer in network:
        if isinstance(layer, nn.Linear) and initialisation == "pytorch":
            layer.reset_parameters()  # uniform between ±1/√inputs, the biases too
        elif isinstance(layer, nn.Linear):
            first_weights[initialisation](layer.weight)
            if layer.bias is not None:
                nn.init.constant_(layer.bias, 0.1 if initialisation == "uniform" else 0.0)
    return network


def make_optimizer(network, name: str = "sgd", rate: float = 0.03, l2: float = 0.0):
    """Build an optimizer of torch.optim; l2 pulls the weights of the neurons towards 0."""
    from torch import nn, optim

    layers = [layer for layer in network if isinstance(layer, nn.Linear)]
    weights = [layer.weight for layer in layers]
    others = [layer.bias for layer in layers if layer.bias is not None]
    norms = [layer for layer in network if isinstance(layer, nn.BatchNorm1d)]
    others += [parameter for layer in norms for parameter in layer.parameters()]
    groups = [{"params": weights, "weight_decay": l2}, {"params": others, "weight_decay": 0.0}]
    if name in ("momentum", "nesterov"):
        return optim.SGD(groups, lr=rate, momentum=0.9, nesterov=name == "nesterov")
    kinds = {
        "sgd": optim.SGD, "adagrad": optim.Adagrad, "rmsprop": optim.RMSprop,
        "adam": optim.Adam, "adamw": optim.AdamW,
    }  # fmt: skip
    return kinds[name](groups, lr=rate)


def train(
    network,
    optimizer,
    inputs,
    labels,
    loss: str = "bce",
    batch_size: int = 10,
    epochs: int = 500,
    l1: float = 0.0,
    seed: int = 0,
) -> list[float]:
    """Train a network on inputs (N, F) and labels (N,) of 0 and 1.

    Returns:
        The loss of all N examples before the training and after each epoch.
    """
    import torch
    from torch.nn import BatchNorm1d, functional

    def loss_of(inputs, labels):
        score = network(inputs)[:, 0]  # forward
        if loss == "mse":
            return (score.sigmoid() - labels).square().mean()
        return functional.binary_cross_entropy_with_logits(score, labels)

    def evaluated():
        network.eval()  # nothing left out, and batch_norm's running statistics
        with torch.no_grad():
            value = loss_of(inputs, labels).item()
        network.train()
        return value

    weights = optimizer.param_groups[0]["params"]
    normalises = any(isinstance(layer, BatchNorm1d) for layer in network)
    chance = torch.Generator().manual_seed(seed)
    losses = [evaluated()]
    for _epoch in range(epochs):
        order = torch.randperm(len(labels), generator=chance)
        for batch in order.split(batch_size):
            if normalises and len(batch) == 1:
                continue  # one example has no variance
            optimizer.zero_grad()
            penalty = l1 * sum(weight.abs().sum() for weight in weights)
            (loss_of(inputs[batch], labels[batch]) + penalty).backward()  # ∂L/∂w of every weight
            optimizer.step()
        losses.append(evaluated())
    return losses
