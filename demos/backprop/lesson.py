"""The lesson: four expressions, computed forward, and their gradients backward by autograd."""

from __future__ import annotations

from demos.frame.knobs import Bank, Knobs, Number, Topic, takes
from demos.frame.texts import N_
from models.sentences import refusal

EXPRESSIONS = {
    "sum_times": "f = (x + y)·z",
    "cubic": "f = (x−3)(x−6)(x−4)",
    "sigmoid_neuron": N_("sigmoid neuron"),
    "network": N_("network 2-2-1"),
}
DEFAULTS = {
    "sum_times": (-2.0, 5.0, -4.0),
    "cubic": (1.0,),
    "sigmoid_neuron": (2.0, -1.0, -3.0, -2.0, -3.0),
    "network": (1.0, 0.5, 0.8, -0.4, 0.1, -0.6, 0.9, 0.0, 1.2, -0.7, 0.2, 2.0),
}
SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# Tensors carry no type hints: pasted into a notebook, torch is known inside the functions only.


def program(expression: str) -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    """Return the names of the inputs, and the lines (result, operation, operands) in order.

    Args:
        expression: "sum_times" f = (x + y)·z, "cubic" f = (x − 3)(x − 6)(x − 4),
            "sigmoid_neuron" f = σ(w1·x1 + w2·x2 + b), or "network": two inputs, two tanh neurons,
            one linear neuron p, and the squared error L of one example.
    """
    if expression == "sum_times":
        return ["x", "y", "z"], [("s", "+", ["x", "y"]), ("f", "·", ["s", "z"])]
    if expression == "cubic":
        return ["x"], [
            ("a", "−3", ["x"]),
            ("b", "−6", ["x"]),
            ("c", "−4", ["x"]),
            ("p", "·", ["a", "b"]),
            ("f", "·", ["p", "c"]),
        ]
    if expression == "sigmoid_neuron":
        return ["w1", "x1", "w2", "x2", "b"], [
            ("p", "·", ["w1", "x1"]),
            ("q", "·", ["w2", "x2"]),
            ("s", "+", ["p", "q"]),
            ("z", "+", ["s", "b"]),
            ("f", "σ", ["z"]),
        ]
    return ["x1", "x2", "w11", "w12", "b1", "w21", "w22", "b2", "v1", "v2", "c", "y"], [
        ("z1", "Σ", ["w11", "x1", "w12", "x2", "b1"]),
        ("z2", "Σ", ["w21", "x1", "w22", "x2", "b2"]),
        ("h1", "tanh", ["z1"]),
        ("h2", "tanh", ["z2"]),
        ("p", "Σ", ["v1", "h1", "v2", "h2", "c"]),
        ("L", "(p−y)²", ["p", "y"]),
    ]


def _inputs(expression: str) -> Bank:
    pairs = zip(program(expression)[0], DEFAULTS[expression], strict=True)
    return Bank(
        [Number(-10, 10, value, name.translate(SMALL)) for name, value in pairs],
        N_("The inputs"),
        when={"expression": [expression]},
    )


KNOBS = Knobs(
    expression=Topic(EXPRESSIONS, "sum_times", N_("expression")),
    **{name: _inputs(name) for name in EXPRESSIONS},
    learning_rate=Number(
        0.001, 1, 0.1, N_("learning rate η"), log=True, about="η, how far the step goes"
    ),
)


def compute(operation: str, operands: list):
    """Return the result of one line, a tensor that knows how it was made."""
    first, *others = operands
    if operation == "+":
        return first + others[0]
    if operation == "·":
        return first * others[0]
    if operation == "Σ":  # a neuron: weight · input + weight · input + bias
        return first * others[0] + others[1] * others[2] + others[3]
    if operation == "σ":
        return first.sigmoid()
    if operation == "tanh":
        return first.tanh()
    if operation == "(p−y)²":
        return (first - others[0]) ** 2
    return first - int(operation[1:])  # −3, −6, −4


def learns(expression: str, name: str) -> bool:
    """Say whether an input is corrected: of a neuron its weights and biases, not its data."""
    return expression in ("sum_times", "cubic") or name[0] in "wbvc"


def back_propagate(expression: str, values: list[float], learning_rate: float = 0.1) -> dict:
    """Compute an expression forward, all its gradients backward, and take a step against them.

    Returns:
        nodes: name, operation ("" for an input), value, gradient of the last node by this one,
            grad_fn, what PyTorch calls it, and new, the value after the step, None where nothing is
            learned; in the order of the computation.
        edges: source, target, value (of the source), local (the derivative of the target by this
            source alone) and gradient (what flows back along this edge).
        order: the names of the results, in the order in which autograd visited them.
        new_result: the last node, computed once more after the step.
    """
    import torch

    inputs, lines = program(expression)
    tensors = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in zip(inputs, values, strict=True)
    }
    made_by = dict.fromkeys(inputs, "")
    order: list[str] = []
    for name, operation, operands in lines:
        tensors[name] = compute(operation, [tensors[operand] for operand in operands])
        tensors[name].retain_grad()
        tensors[name].register_hook(lambda gradient, name=name: order.append(name))
        made_by[name] = operation
    tensors[lines[-1][0]].backward()

    edges = []
    for name, operation, operands in lines:
        # The same line by itself, cut off from the rest: its derivatives are the local ones.
        alone = [tensors[operand].detach().requires_grad_() for operand in operands]
        locals_ = torch.autograd.grad(compute(operation, alone), alone)
        for operand, local in zip(operands, locals_, strict=True):
            edges.append(
                {
                    "source": operand,
                    "target": name,
                    "value": tensors[operand].item(),
                    "local": local.item(),
                    "gradient": (tensors[name].grad * local).item(),
                }
            )

    # The step: against the gradient, and forward once more.
    after = {name: tensors[name].detach() for name in inputs}
    for name in inputs:
        if learns(expression, name):
            after[name] = after[name] - learning_rate * tensors[name].grad
    new = {name: after[name].item() for name in inputs if learns(expression, name)}
    for name, operation, operands in lines:
        after[name] = compute(operation, [after[operand] for operand in operands])

    nodes = [
        {
            "name": name,
            "operation": made_by[name],
            "value": tensor.item(),
            "gradient": tensor.grad.item(),
            "grad_fn": "" if tensor.grad_fn is None else tensor.grad_fn.name(),
            "new": new.get(name),
        }
        for name, tensor in tensors.items()
    ]
    new_result = after[lines[-1][0]].item()
    return {"nodes": nodes, "edges": edges, "order": order, "new_result": new_result}


@takes(KNOBS)
def backprop_run(
    expression, values: list[float] = DEFAULTS["sum_times"], learning_rate=0.1
) -> dict:
    """Compute an expression forward, its gradients backward with autograd, and take one step.

    Args:
        expression: sum_times: f = (x + y)·z; cubic: f = (x − 3)(x − 6)(x − 4); sigmoid_neuron:
            f = σ(w1·x1 + w2·x2 + b); network: L = (p − y)², p = v1·h1 + v2·h2 + c,
            hᵢ = tanh(wᵢ1·x1 + wᵢ2·x2 + bᵢ).
        values: the inputs, each −100 to 100: x, y, z; or x; or w1, x1, w2, x2, b; or
            x1, x2, w11, w12, b1, w21, w22, b2, v1, v2, c, y.

    Returns:
        nodes (name, operation, value, gradient, grad_fn, and new: the value after a step against
        the gradient, null for data and results), edges (source, target, value, local, gradient),
        order, the results as autograd visited them, and new_result, the end after the step.
    """
    names = program(expression)[0]
    if not isinstance(values, (list, tuple)) or len(values) != len(names):
        raise refusal(
            "{name} must be a list of {count} numbers: {names}.",
            name="values",
            count=len(names),
            names=", ".join(names),
        )
    checked = [
        Number(-100, 100).check(value, f"values[{i}] ({name})")
        for i, (name, value) in enumerate(zip(names, values, strict=True))
    ]
    return back_propagate(expression, checked, learning_rate)
