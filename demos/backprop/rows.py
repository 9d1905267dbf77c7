"""What is drawn of an expression: the graph, the rows of its steps, and the formulas."""

from __future__ import annotations

from demos.backprop.lesson import SMALL, backprop_run, program
from demos.frame.texts import _
from demos.widgets.live_chart import Run

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


def _plain(name: str) -> str:
    return "ŷ" if name == "p" else name.translate(SMALL)


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


def picture(expression: str, **banks: list[float]) -> tuple[Run, str]:
    """Compute the chosen expression and everything that is drawn of it."""
    result = backprop_run(expression, banks[expression])
    nodes, edges, order = result["nodes"], result["edges"], result["order"]
    places, net = PLACES[expression], expression == "network"
    label = {n["name"]: _plain(n["name"]) if net else n["name"].translate(SMALL) for n in nodes}

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
                "grad_fn": node["grad_fn"] or _("leaf"),
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
    rows = [{"step": 0, "phase": _("inputs"), "node": "", "value": None, "gradient": None}]
    for phase, names, first, number in [
        (_("forward"), results, 1, "value"),
        (_("backward"), order[:1], seed, "gradient"),
        (_("backward through"), order, seed + 1, "gradient"),
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
            "right": max(x for x, _row in places.values()) + 0.6,
            "bottom": max(y for _column, y in places.values()) + 0.6,
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
    given, forward, backward = (
        rf"$\textbf{{{word}}}$" for word in (_("Inputs"), _("Forward"), _("Backward"))
    )
    itself, via, together = (
        _("the end follows itself one to one"),
        _("via"),
        _("all ways together:"),
    )
    paragraphs = [f"{given} " + " ".join(steps)]
    for name, (operation, operands) in lines.items():
        letters = _formula(operation, [tex[operand] for operand in operands])
        numbers = _formula(operation, [_factor(value[operand]) for operand in operands])
        paragraphs.append(
            rf"{forward} ${tex[name]} = {letters} = {numbers} = {_number(value[name])}$"
        )
    paragraphs.append(rf"{backward} ${by(last)} = 1$ $\text{{{itself}}}$")
    arrived: dict[str, list[str]] = {}
    for name in order:
        operation, operands = lines[name]
        parts = [backward]
        for edge in (edge for edge in edges if edge["target"] == name):
            source = edge["source"]
            several = sum(other["source"] == source for other in edges) > 1
            local = _local(operation, operands, source, tex, tex[name])
            numbers = rf"{_factor(gradient[name])} \cdot {_factor(edge['local'])}"
            way = rf"\Big|_{{\text{{{via} }}{tex[name]}}}" if several else ""
            letters = f"1 \\cdot {local}"
            if name != last:
                letters = rf"{by(name)} \cdot {by(source, name)} = {by(name)} \cdot {local}"
            parts.append(
                rf"${by(source)}{way} = {letters} = {numbers} = {_number(edge['gradient'])}$"
            )
            arrived.setdefault(source, []).append(_factor(edge["gradient"]))
            if several and len(arrived[source]) == sum(e["source"] == source for e in edges):
                total = " + ".join(arrived[source])
                parts.append(
                    rf"$\text{{{together} }}{by(source)} = {total}"
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
