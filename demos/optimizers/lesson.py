"""The lesson: five landscapes, and the walkers of torch.optim on them."""

from __future__ import annotations

from demos.frame.knobs import Choice, Knobs, Number, Some, takes
from demos.frame.runs import trained
from demos.frame.texts import N_

SURFACES = {
    "bowl": N_("bowl"),
    "ravine": N_("ravine"),
    "rosenbrock": N_("Rosenbrock"),
    "saddle": N_("saddle"),
    "many_minima": N_("many minima"),
}
# A telling start for each landscape.
START = {
    "bowl": {"x": -3.5, "y": 2.5},
    "ravine": {"x": -3.5, "y": 1.5},
    "rosenbrock": {"x": -1.5, "y": -1.0},
    "saddle": {"x": -3.0, "y": 0.001},
    "many_minima": {"x": 3.0, "y": 2.9},
}
OPTIMIZERS = {
    "sgd": "SGD",
    "momentum": N_("Momentum"),
    "nesterov": "Nesterov",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": N_("AdamW, decay 0.1"),
}
KNOBS = Knobs(
    surface=Choice(SURFACES, "ravine", N_("landscape"), sets=START),
    optimizers=Some(
        OPTIMIZERS,
        ["sgd", "momentum", "rmsprop", "adam"],
        N_("optimizer"),
        about=f"some of {', '.join(OPTIMIZERS)}; default: all.",
    ),
    learning_rate=Number(
        0.001,
        2,
        0.05,
        N_("learning rate η"),
        log=True,
        wider=(1e-6, 10),
        about="η, the same for all of them",
    ),
    momentum=Number(
        0,
        0.99,
        0.9,
        N_("momentum β (Adam's β₁)"),
        step=0.01,
        about="β of momentum and Nesterov, β₁ of Adam and AdamW",
    ),
    steps=Number(
        10,
        500,
        100,
        N_("steps"),
        log=True,
        whole=True,
        wider=(1, 500),
        about="number of steps",
    ),
    x=Number(-4, 4, -3.5, N_("start x"), slider=False, about="where they start"),
    y=Number(-3, 3, 1.5, N_("start y"), slider=False, about="where they start"),
    board=Choice(OPTIMIZERS, "adam", N_("written out below"), among="optimizers"),
)

# Tensors carry no type hints: pasted into a notebook, torch is known inside the functions only.


def height(surface: str, x, y):
    """Return the height f(x, y) of a landscape; its lowest height is 0.

    Args:
        surface: "bowl", "ravine" (30 times as steep across as along), "rosenbrock" (a bent valley,
            Rosenbrock 1960, divided by 100), "saddle" (at the origin, between two minima) or
            "many_minima" (after Rastrigin 1974).
        x: (…) tensor.
        y: (…) tensor.
    """
    if surface == "bowl":
        return (x**2 + y**2) / 2
    if surface == "ravine":
        return (x**2 + 30 * y**2) / 2
    if surface == "rosenbrock":
        return (1 - x) ** 2 / 100 + (y - x**2) ** 2
    if surface == "saddle":
        return x**2 / 2 + (y**2 - 4) ** 2 / 32
    return (x**2 + y**2) / 8 + 1 - ((3 * x).cos() + (3 * y).cos()) / 2


def make_optimizer(name: str, position, learning_rate: float, momentum: float):
    """Return PyTorch's optimizer of that name for one walker.

    Args:
        name: "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam" or "adamw".
        position: the parameter that it moves, (2,).
        learning_rate: η.
        momentum: β; Adam and AdamW call it β₁.
    """
    from torch import optim

    # One tensor each: the code for many at once (foreach) would only take its time.
    given = {"params": [position], "lr": learning_rate, "foreach": False}
    if name == "sgd":
        return optim.SGD(**given)
    if name == "momentum":
        return optim.SGD(**given, momentum=momentum)
    if name == "nesterov":
        return optim.SGD(**given, momentum=momentum, nesterov=momentum > 0)
    if name == "adagrad":
        return optim.Adagrad(**given)
    if name == "rmsprop":
        return optim.RMSprop(**given)
    if name == "adam":
        return optim.Adam(**given, betas=(momentum, 0.999))
    return optim.AdamW(**given, betas=(momentum, 0.999), weight_decay=0.1)


@takes(KNOBS)
@trained(keep=4)
def walk(surface, x, y, learning_rate, momentum, steps, optimizers=tuple(OPTIMIZERS)):
    """Let optimizers of torch.optim walk down a landscape from the same start.

    Seven walks of 500 steps take about a fifth of a second of a processor.

    Returns:
        One row per step and optimizer, in this order: series (the optimizer), step, x, y, loss
        (the height there), gradient_x, gradient_y, new_x, new_y, memory_x, memory_y (the running
        direction m after this gradient), square_x, square_y (the running square v), note.
        Memory and square are null for optimizers without. A walker whose numbers overflow ends
        there; its last note is "overflow".
    """
    import torch

    walkers = [torch.tensor([x, y], requires_grad=True) for _ in optimizers]
    movers = [
        make_optimizer(name, walker, learning_rate, momentum)
        for name, walker in zip(optimizers, walkers, strict=True)
    ]
    nothing = torch.full((2,), torch.nan)
    fields = ["x", "y", "loss", "gradient_x", "gradient_y", "new_x", "new_y"]
    memories = ["memory_x", "memory_y", "square_x", "square_y"]
    for step in range(steps + 1):
        positions = torch.stack(walkers)  # (walkers, 2)
        losses = height(surface, positions[:, 0], positions[:, 1])
        for walker in walkers:
            walker.grad = None
        losses.sum().backward()  # each walker's own gradient: the others' losses ignore it
        gradients = torch.stack([walker.grad for walker in walkers])
        for mover in movers:
            mover.step()

        state = [mover.state[walker] for mover, walker in zip(movers, walkers, strict=True)]
        memory = [s.get("momentum_buffer", s.get("exp_avg")) for s in state]
        square = [s.get("sum", s.get("square_avg", s.get("exp_avg_sq"))) for s in state]
        memory = torch.stack([nothing if m is None else m for m in memory])
        square = torch.stack([nothing if v is None else v for v in square])
        moved = torch.stack(walkers)
        columns = [positions, losses[:, None], gradients, moved, memory, square]
        numbers = torch.cat([column.detach() for column in columns], dim=1).tolist()
        for name, values in zip(optimizers, numbers, strict=True):
            row = {"series": name, "step": step, **dict(zip(fields, values, strict=False))}
            for field, value in zip(memories, values[7:], strict=True):
                row[field] = value if abs(value) < float("inf") else None  # NaN is not < ∞ either
            yield row
