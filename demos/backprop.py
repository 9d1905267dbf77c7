"""Chapter: back-propagation. The chain rule, one edge of PyTorch's graph after the other."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.chapter import Chapter, Controls, Task, draw, endpoint
from demos.checks import bounded, check
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart, Panel, Run
from demos.widgets.slider_bank import Knob, SliderBank

EXPRESSIONS = ["sum_times", "cubic", "sigmoid_neuron", "network"]

# ---------------------------------------------------------------- the lesson


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


def back_propagate(expression: str, values: list[float]) -> dict:
    """Compute an expression forward, and all its gradients backward, with autograd.

    Returns:
        nodes: name, operation ("" for an input), value, gradient of the last node by this one, and
            grad_fn, what PyTorch calls it; in the order of the computation.
        edges: source, target, value (of the source), local (the derivative of the target by this
            source alone) and gradient (what flows back along this edge).
        order: the names of the results, in the order in which autograd visited them.
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
    nodes = [
        {
            "name": name,
            "operation": made_by[name],
            "value": tensor.item(),
            "gradient": tensor.grad.item(),
            "grad_fn": "" if tensor.grad_fn is None else tensor.grad_fn.name(),
        }
        for name, tensor in tensors.items()
    ]
    return {"nodes": nodes, "edges": edges, "order": order}


@bounded(expression=EXPRESSIONS)
def backprop_run(expression: str = "sum_times", values: list[float] = (-2.0, 5.0, -4.0)) -> dict:
    """Compute an expression forward and its gradients backward, with PyTorch's autograd.

    Args:
        expression: sum_times: f = (x + y)·z; cubic: f = (x − 3)(x − 6)(x − 4); sigmoid_neuron:
            f = σ(w1·x1 + w2·x2 + b); network: L = (p − y)², p = v1·h1 + v2·h2 + c,
            hᵢ = tanh(wᵢ1·x1 + wᵢ2·x2 + bᵢ).
        values: the inputs, each −100 to 100: x, y, z; or x; or w1, x1, w2, x2, b; or
            x1, x2, w11, w12, b1, w21, w22, b2, v1, v2, c, y.

    Returns:
        nodes (name, operation, value, gradient, grad_fn), edges (source, target, value, local,
        gradient) and order, the results as autograd visited them.

    Raises:
        ValueError: naming the argument that is out of range.
    """
    names = program(expression)[0]
    if not isinstance(values, (list, tuple)) or len(values) != len(names):
        raise ValueError(f"values must be a list of {len(names)} numbers: {', '.join(names)}.")
    checked = [
        check(f"values[{i}] ({name})", value, (-100.0, 100.0))
        for i, (name, value) in enumerate(zip(names, values, strict=True))
    ]
    return back_propagate(expression, checked)


# ---------------------------------------------------------------- the picture

# Where the nodes stand: name → (column, row).
PLACES = {
    "sum_times": {"x": (0, 0), "y": (0, 2), "z": (0, 4), "s": (1, 1), "f": (2, 2.5)},
    "cubic": {"x": (0, 2), "a": (1, 0), "b": (1, 2), "c": (1, 4), "p": (2, 1), "f": (3, 2.5)},
    "sigmoid_neuron": {
        **{name: (0, row) for row, name in enumerate(["w1", "x1", "w2", "x2", "b"])},
        **{"p": (1, 0.5), "q": (1, 2.5), "s": (2, 1.5), "z": (3, 2.75), "f": (4, 2.75)},
    },
    "network": {
        **{
            name: (0, row)
            for row, name in enumerate(["w11", "w12", "b1", "x1", "x2", "w21", "w22", "b2"])
        },
        **{"z1": (1, 1.5), "z2": (1, 5.5), "h1": (2, 1.5), "h2": (2, 5.5)},
        **{"v1": (2, 0), "c": (2, 3.5), "v2": (2, 7), "p": (3, 3.5), "y": (3, 6), "L": (4, 3.5)},
    },
}
_SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _plain(name: str) -> str:
    return "ŷ" if name == "p" else name.translate(_SMALL)


def _tex(name: str, network: bool) -> str:
    if network and name == "p":
        return r"\hat y"
    return name if len(name) == 1 else f"{name[0]}_{{{name[1:]}}}"


def _written(number: float) -> str:
    """Return four significant digits, or what is left of them."""
    text = f"{number:.4g}" if abs(number) >= 1e-4 or number == 0 else f"{number:.1e}"
    return "0" if text == "-0" else text.replace("e+0", "e").replace("e-0", "e-").replace("-", "−")


def _number(number: float) -> str:
    """Return the number for a formula."""
    text = _written(number).replace("−", "-")
    if "e" in text:
        digits, power = text.split("e")
        text = rf"{digits} \cdot 10^{{{power}}}"
    return text


def _factor(number: float) -> str:
    """Return the number for a formula, in brackets if it is negative."""
    text = _number(number)
    return f"({text})" if text.startswith("-") else text


def picture(
    expression: str,
    sum_times: list[float],
    cubic: list[float],
    sigmoid_neuron: list[float],
    network: list[float],
) -> tuple[Run, str]:
    """Compute the chosen expression and everything that is drawn of it."""
    check("expression", expression, EXPRESSIONS)
    banks = [sum_times, cubic, sigmoid_neuron, network]
    result = backprop_run(expression, banks[EXPRESSIONS.index(expression)])
    nodes, edges, order = result["nodes"], result["edges"], result["order"]
    places, net = PLACES[expression], expression == "network"
    label = {n["name"]: _plain(n["name"]) if net else n["name"].translate(_SMALL) for n in nodes}

    results = [node["name"] for node in nodes if node["operation"]]
    forward = {name: 1 + i for i, name in enumerate(results)}
    seed = len(results) + 1
    backward = {name: seed + 1 + i for i, name in enumerate(order)}
    paths = {n["name"]: [e for e in edges if e["source"] == n["name"]] for n in nodes}
    drawn_nodes = []
    for node in nodes:
        name = node["name"]
        column, row = places[name]
        drawn_nodes.append(
            {
                "x": column,
                "y": row,
                "name": label[name],
                "symbol": "Δ²" if name == "L" else node["operation"] or label[name],
                "above": label[name] if node["operation"] else "",
                "input": not node["operation"],
                "grad_fn": node["grad_fn"] or "leaf",
                "value": _written(node["value"]),
                "gradient": _written(node["gradient"]),
                "known_at": forward.get(name, 0),
                "passes_at": backward.get(name, -1),
                "back_at": max([backward[e["target"]] for e in paths[name]], default=seed),
            }
        )
    drawn_edges = []
    for edge in edges:
        (x, y), (x2, y2) = places[edge["source"]], places[edge["target"]]
        several = len(paths[edge["source"]]) > 1
        middle = 0.5 if net else 0.66
        drawn_edges.append(
            {
                **{"x": x, "y": y, "x2": x2, "y2": y2},
                **{"middle_x": x + middle * (x2 - x), "middle_y": y + middle * (y2 - y)},
                # Five edges meet at a neuron: no room for what the board says anyway.
                "local": "" if net else "× " + _written(edge["local"]),
                "part": _written(edge["gradient"]) if several else "",
                "forward_at": forward[edge["target"]],
                "back_at": backward[edge["target"]],
            }
        )

    value = {node["name"]: node for node in nodes}
    rows = [{"step": 0, "phase": "inputs", "node": "", "value": None, "gradient": None}]
    for phase, names, first, number in [
        ("forward", results, 1, "value"),
        ("backward", order[:1], seed, "gradient"),
        ("backward through", order, seed + 1, "gradient"),
    ]:
        for i, name in enumerate(names):
            row = {"step": first + i, "phase": phase, "node": label[name]}
            rows.append({**row, "value": None, "gradient": None, number: value[name][number]})
    last = results[-1]
    slopes = ", ".join(
        f"∂{last}/∂{label[n['name']]} = {_written(n['gradient'])}"
        for n in nodes
        if not n["operation"]
    )
    run = Run(
        data={"run": rows, "nodes": drawn_nodes, "edges": drawn_edges},
        params={
            "right": max(x for x, _ in places.values()) + 0.6,
            "bottom": max(y for _, y in places.values()) + 0.6,
            "seed": seed,
        },
        caption=f"{last} = {_written(value[last]['value'])}; {slopes}.",
    )
    return run, _board(expression, nodes, edges, order)


def _board(expression: str, nodes: list[dict], edges: list[dict], order: list[str]) -> str:
    """Write one paragraph for each step: the line computed, or the chain rule for its operands."""
    net = expression == "network"
    value = {node["name"]: node["value"] for node in nodes}
    gradient = {node["name"]: node["gradient"] for node in nodes}
    tex = {name: _tex(name, net) for name in value}
    lines = {name: (operation, operands) for name, operation, operands in program(expression)[1]}
    last = order[0]

    def by(name: str, of: str = last) -> str:
        return rf"\frac{{\partial {tex[of]}}}{{\partial {tex[name]}}}"

    inputs = [name for name in value if name not in lines]
    steps = [
        rf"${', '.join(f'{tex[n]} = {_number(value[n])}' for n in inputs[i : i + 6])}$"
        for i in range(0, len(inputs), 6)
    ]
    paragraphs = [r"$\textbf{Inputs}$ " + " ".join(steps)]
    for name, (operation, operands) in lines.items():
        letters = _formula(operation, [tex[operand] for operand in operands])
        numbers = _formula(operation, [_factor(value[operand]) for operand in operands])
        paragraphs.append(
            rf"$\textbf{{Forward}}$ ${tex[name]} = {letters} = {numbers} = {_number(value[name])}$"
        )
    paragraphs.append(
        rf"$\textbf{{Backward}}$ ${by(last)} = 1$ $\text{{the end follows itself one to one}}$"
    )
    arrived: dict[str, list[str]] = {}
    for name in order:
        operation, operands = lines[name]
        parts = [r"$\textbf{Backward}$"]
        for edge in (edge for edge in edges if edge["target"] == name):
            source = edge["source"]
            several = sum(other["source"] == source for other in edges) > 1
            local = _local(operation, operands, source, tex, tex[name])
            numbers = rf"{_factor(gradient[name])} \cdot {_factor(edge['local'])}"
            via = rf"\Big|_{{\text{{via }}{tex[name]}}}" if several else ""
            letters = f"1 \\cdot {local}"
            if name != last:
                letters = rf"{by(name)} \cdot {by(source, name)} = {by(name)} \cdot {local}"
            parts.append(
                rf"${by(source)}{via} = {letters} = {numbers} = {_number(edge['gradient'])}$"
            )
            arrived.setdefault(source, []).append(_factor(edge["gradient"]))
            if several and len(arrived[source]) == sum(e["source"] == source for e in edges):
                total = " + ".join(arrived[source])
                parts.append(
                    rf"$\text{{all ways together: }}{by(source)} = {total}"
                    rf" = {_number(gradient[source])}$"
                )
        paragraphs.append(" ".join(parts))
    return "\n\n".join(paragraphs)


def _formula(operation: str, operands: list[str]) -> str:
    """Return the operation written out with these operands, letters or numbers."""
    first, *others = operands
    if operation in ("+", "·"):
        return f"{first} + {others[0]}" if operation == "+" else rf"{first} \cdot {others[0]}"
    if operation == "Σ":
        return rf"{first} \cdot {others[0]} + {others[1]} \cdot {others[2]} + {others[3]}"
    if operation == "σ":
        return rf"\sigma({first.strip('()')})"
    if operation == "tanh":
        return rf"\tanh({first.strip('()')})"
    if operation == "(p−y)²":
        return rf"({first} - {others[0]})^2"
    return f"{first} - {operation[1:]}"


def _local(operation: str, operands: list[str], source: str, tex: dict[str, str], own: str) -> str:
    """Return the derivative of one line by one operand, in letters."""
    place = operands.index(source)
    if operation == "·" or (operation == "Σ" and place < 4):
        return tex[operands[place ^ 1]]
    if operation == "σ":
        return f"{own}\\,(1 - {own})"
    if operation == "tanh":
        return f"(1 - {own}^2)"
    if operation == "(p−y)²":
        return rf"{'2' if place == 0 else '(-2)'}\,({tex['p']} - {tex['y']})"
    return "1"


def _charts() -> list[Panel]:
    import altair as alt

    step, seed = alt.param(name="step", value=0), alt.param(name="seed", value=3)
    right, bottom = alt.param(name="right", value=2.6), alt.param(name="bottom", value=4.6)
    x_scale = alt.Scale(domain=[-0.25, alt.expr("right")], nice=False, zero=False)
    y_scale = alt.Scale(domain=[alt.expr("bottom"), -0.6], nice=False, zero=False)

    def at(channel: Any, field: str) -> Any:
        return channel(f"{field}:Q", scale=x_scale if "x" in field else y_scale, axis=None)

    x, y = at(alt.X, "x"), at(alt.Y, "y")
    edges, nodes = alt.Chart(alt.NamedData("edges")), alt.Chart(alt.NamedData("nodes"))
    line = {"x": x, "y": y, "x2": "x2", "y2": "y2"}
    active = {"forward": "datum.forward_at == step", "back": "datum.back_at == step"}
    phone = "width < 560"
    letters = alt.expr(f"{phone} ? 11 : 14")

    def text(data: alt.Chart, field: str, colour: str, where: str, **style: Any) -> alt.Chart:
        """Write a column beside its place, on a halo of paper."""
        shown = data.transform_filter(where)
        style = {"fontSize": letters, "align": "left", **style}
        here = {"x": x, "y": y, "text": alt.Text(f"{field}:N")}
        halo = shown.mark_text(stroke=lc.PAPER, strokeWidth=5, strokeJoin="round", **style)
        return halo.encode(**here) + shown.mark_text(color=colour, **style).encode(**here)

    middle = edges.transform_calculate(x="datum.middle_x", y="datum.middle_y")
    beside = alt.expr(f"{phone} ? 17 : 26")
    body = {"size": alt.expr(f"{phone} ? 560 : 1300"), "fill": lc.PAPER, "opacity": 1}
    tooltip = [
        alt.Tooltip("name:N"),
        alt.Tooltip("value:N"),
        alt.Tooltip("gradient:N", title="∂ end / ∂ this"),
        alt.Tooltip("grad_fn:N"),
    ]
    shape = alt.Shape(
        "input:N", scale=alt.Scale(domain=[True, False], range=["square", "circle"]), legend=None
    )

    def bodies(where: str, colour: str, width: float) -> alt.Chart:
        return (
            nodes.transform_filter(where)
            .mark_point(stroke=colour, strokeWidth=width, **body)
            .encode(x=x, y=y, shape=shape, tooltip=tooltip)
        )

    graph = (
        edges.mark_rule(color=lc.FAINT, strokeWidth=1.5).encode(**line)
        + edges.transform_filter("datum.forward_at <= step && step < seed")
        .mark_rule(color=lc.BLUE, strokeWidth=1.5)
        .encode(**line)
        + edges.transform_filter(active["forward"])
        .mark_rule(color=lc.BLUE, strokeWidth=4)
        .encode(**line)
        + edges.transform_filter("datum.back_at <= step")
        .mark_rule(color=lc.VERMILLION, strokeWidth=1.5, strokeDash=[6, 4])
        .encode(**line)
        + edges.transform_filter(active["back"])
        .mark_rule(color=lc.VERMILLION, strokeWidth=4, strokeDash=[8, 4])
        .encode(**line)
        + text(
            middle, "local", lc.INK, f"datum.back_at == step && !({phone})", dy=-9, align="center"
        )
        + text(
            middle,
            "part",
            lc.VERMILLION,
            f"datum.back_at <= step && !({phone})",
            dy=10,
            align="center",
        )
        + bodies("true", lc.INK, 1.2)
        + bodies("datum.known_at == step && step > 0", lc.BLUE, 4)
        + bodies(
            "datum.passes_at == step || (step == seed && datum.back_at == seed)", lc.VERMILLION, 4
        )
        + nodes.mark_text(color=lc.INK, fontSize=letters, fontWeight=600).encode(
            x=x, y=y, text="symbol:N"
        )
        + text(nodes, "above", lc.INK, "datum.above != ''", align="center", dy=-28)
        + text(nodes, "value", lc.BLUE, "datum.known_at <= step", dx=beside, dy=-9, fontWeight=600)
        + text(
            nodes,
            "gradient",
            lc.VERMILLION,
            "datum.back_at <= step",
            dx=beside,
            dy=10,
            fontStyle="italic",
            fontWeight=600,
        )
    )
    return [
        Panel(
            graph.add_params(step, seed, right, bottom).properties(
                height=430,
                title="Above: the value. Below: the gradient",
            ),
            "The computational graph from the inputs on the left to the result on the right; "
            "the table holds its numbers.",
        )
    ]


# ---------------------------------------------------------------- the tab

DEFAULTS = {
    "sum_times": (-2.0, 5.0, -4.0),
    "cubic": (1.0,),
    "sigmoid_neuron": (2.0, -1.0, -3.0, -2.0, -3.0),
    "network": (1.0, 0.5, 0.8, -0.4, 0.1, -0.6, 0.9, 0.0, 1.2, -0.7, 0.2, 2.0),
}
_NAMES = {
    "sum_times": "f = (x + y)·z",
    "cubic": "f = (x−3)(x−6)(x−4)",
    "sigmoid_neuron": "sigmoid neuron",
    "network": "network 2-2-1",
}


def _bank(expression: str, number: int) -> SliderBank:
    names = program(expression)[0]
    return SliderBank(
        [
            Knob(name.translate(_SMALL), -10, 10, value)
            for name, value in zip(names, DEFAULTS[expression], strict=True)
        ],
        label="The inputs",
        elem_classes=[f"mode-{number}"],
    )


def build() -> Controls:
    """Lay out the tab and wire it."""
    with gr.Row(elem_classes=["stage"]):
        with gr.Column(scale=1, min_width=260, elem_classes=["controls"]):
            expression = gr.Radio(
                [(_NAMES[name], name) for name in EXPRESSIONS],
                value=EXPRESSIONS[0],
                label="expression",
                elem_classes=["modes"],
            )
            banks = {name: _bank(name, 1 + i) for i, name in enumerate(EXPRESSIONS)}
        with gr.Column(scale=4, min_width=320, elem_classes=["picture"]):
            chart = LiveChart(
                _charts,
                table={
                    "step": "step",
                    "phase": "direction",
                    "node": "node",
                    "value": "value",
                    "gradient": "gradient",
                },
            )
            board = blackboard(by_step=True)
    controls: Controls = {"expression": expression, **banks}
    draw(controls, picture, [chart, board])
    endpoint(backprop_run, queue=False)
    return controls


CHAPTER = Chapter(
    slug="backprop",
    title="Back-propagation",
    question="How does the network know which weight is to blame?",
    build=build,
    lesson=[program, compute, back_propagate],
    tasks=[
        Task(
            "Press **Play** for $f = (x + y)\\cdot z$, slowly. What does the **+** do with the "
            "gradient that comes back to it, and what does the **·** do? Check it: raise $x$ by "
            "0.1 and see what becomes of $f$.",
            "The plus hands the same gradient, $-4$, to both of its inputs. The product swaps: "
            "$s$ gets the value of $z$ and $z$ gets the value of $s$, which is 3. "
            "$\\frac{\\partial f}{\\partial x} = -4$ promises $0.1 \\cdot (-4) = -0.4$, and "
            "indeed $f$ goes from $-12$ to $-12.4$.",
        ),
        Task(
            "In $(x-3)(x-6)(x-4)$, $x$ is used three times. Why is its gradient 31 at $x = 1$? "
            "Where is it 0?",
            "Along each of the three ways something comes back, and they add up: "
            "$10 + 6 + 15 = 31$. Autograd needs no algebra for that; algebra says "
            "$3x^2 - 26x + 54$, which is 0 at $x = 3.45$ and at $x = 5.22$: the top of the hill "
            "and the bottom of the valley between the zeros 3, 4 and 6.",
        ),
        Task(
            "**Sigmoid neuron**: raise $b$ from $-3$ to 7. What happens to all the gradients, "
            "and at which node?",
            "At σ. Its local derivative is $f\\,(1 - f)$: 0.1966 at $z = 1$, but 0.0000167 at "
            "$z = 11$, and everything behind it is multiplied by that. The neuron is saturated "
            "and learns nothing. The best it can do is 0.25, at $z = 0$ ($b = -4$).",
        ),
        Task(
            "**Network 2-2-1**: set $v_1$ to 0. Which weights get no gradient now? Does $v_1$ "
            "itself? Then make the second neuron a twin of the first: the same weights, the same "
            "bias, $v_1 = v_2$.",
            "$w_{11}$, $w_{12}$ and $b_1$ get 0: whatever comes back to $h_1$ is multiplied by "
            "$v_1$. $v_1$ itself gets $\\frac{\\partial L}{\\partial \\hat y} \\cdot h_1$ and "
            "leaves 0 with the first step. The twins get equal gradients and stay twins for ever: "
            "this is why weights start at random and not all at 0.",
        ),
    ],
)
