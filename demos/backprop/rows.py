"""What is drawn of an expression: the graph, the rows of its steps, and the formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from demos.backprop.lesson import SMALL, backprop_run, compute, program
from demos.frame.texts import _
from demos.pictures.numbers import digits_that_hold
from demos.widgets.live_chart import Run

# Where the nodes stand: name → (column, row).
PLACES: dict[str, dict[str, tuple[float, float]]] = {
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
        # Right of h₁ and h₂, whose numbers they leave room for.
        **{"v1": (2.5, 0), "c": (2.2, 3.5), "v2": (2.5, 7)},
        **{"p": (3, 3.5), "y": (4, 5.2), "L": (4, 3.5)},
    },
}


def _plain(name: str) -> str:
    return "ŷ" if name == "p" else name.translate(SMALL)


def _tex(name: str, network: bool) -> str:
    if network and name == "p":
        return r"\hat y"
    return name if len(name) == 1 else f"{name[0]}_{{{name[1:]}}}"


def _side(place: tuple, targets: list[tuple]) -> str:
    """Return where the numbers of a result stand, so that no line which leaves it crosses them."""
    if not targets or targets[0][1] == place[1]:
        return "right"
    return "up" if place[1] < targets[0][1] else "down"


def _written(number: float, digits: int | None = None) -> str:
    """Return four significant digits, or what is left of them; or as many as are wanted."""
    text = f"{number:.{digits or 4}g}"
    if digits is None and 0 < abs(number) < 1e-4:
        text = f"{number:.1e}"
    return "0" if text == "-0" else text.replace("e+0", "e").replace("e-0", "e-").replace("-", "−")


def _number(number: float, digits: int | None = None) -> str:
    """Return the number for a formula."""
    text = _written(number, digits).replace("−", "-")
    if "e" in text:
        mantissa, power = text.split("e")
        text = rf"{mantissa} \cdot 10^{{{power}}}"
    return text


def _factor(number: float, digits: int | None = None) -> str:
    """Return the number for a formula, in brackets if it is negative."""
    text = _number(number, digits)
    return f"({text})" if text.startswith("-") else text


def _that_hold(result: Callable[..., float], numbers: list[float]) -> list[str]:
    """Return the numbers with as many digits as it takes for a calculator to agree."""
    digits = digits_that_hold(result, numbers)
    return [_factor(number, digits) for number in numbers]


def picture(expression: str, learning_rate: float, **banks: list[float]) -> tuple[Run, str]:
    """Compute the chosen expression and everything that is drawn of it."""
    result = backprop_run(expression, banks[expression], learning_rate)
    nodes, edges, order = result["nodes"], result["edges"], result["order"]
    places, net = PLACES[expression], expression == "network"
    label = {n["name"]: _plain(n["name"]) if net else n["name"].translate(SMALL) for n in nodes}

    results = [node["name"] for node in nodes if node["operation"]]
    forward = {name: 1 + i for i, name in enumerate(results)}
    seed = len(results) + 1
    backward = {name: seed + 1 + i for i, name in enumerate(order)}
    update = seed + len(order) + 1
    paths = {n["name"]: [e for e in edges if e["source"] == n["name"]] for n in nodes}
    back_at = {
        name: max([backward[edge["target"]] for edge in ways], default=seed)
        for name, ways in paths.items()
    }
    last = results[-1]
    drawn_nodes = []
    for node in nodes:
        name = node["name"]
        column, row = places[name]
        new = result["new_result"] if name == last else node["new"]
        targets = [places[edge["target"]] for edge in paths[name]]
        drawn_nodes.append(
            {
                "x": column,
                "y": row,
                "name": label[name],
                "symbol": "Δ²" if name == "L" else node["operation"] or label[name],
                "above": label[name] if node["operation"] else "",
                "input": not node["operation"],
                "side": _side(places[name], targets) if node["operation"] else "left",
                "grad_fn": node["grad_fn"] or _("leaf"),
                "value": _written(node["value"]),
                "gradient": _written(node["gradient"]),
                "new": "" if new is None else f"→ {_written(new)}",
                "known_at": forward.get(name, 0),
                "passes_at": backward.get(name, -1),
                "back_at": back_at[name],
            }
        )
    drawn_edges = []
    for edge in edges:
        (x, y), (x2, y2) = places[edge["source"]], places[edge["target"]]
        several = len(paths[edge["source"]]) > 1
        drawn_edges.append(
            {
                **{"x": x, "y": y, "x2": x2, "y2": y2},
                # From right to left: what comes back, the factor on the way, what arrives.
                **{"factor_x": x + 0.66 * (x2 - x), "factor_y": y + 0.66 * (y2 - y)},
                **{"part_x": x + 0.35 * (x2 - x), "part_y": y + 0.35 * (y2 - y)},
                # Five edges meet at a neuron: no room for what the board says anyway.
                "local": "" if net else "× " + _written(edge["local"]),
                "part": _written(edge["gradient"]) if several else "",
                "forward_at": forward[edge["target"]],
                "back_at": backward[edge["target"]],
            }
        )

    value = {node["name"]: node for node in nodes}

    def stage(step: int, phase: str, name: str, told: str, **numbers: float) -> dict:
        return {
            **{"step": step, "phase": phase, "node": label.get(name, "")},
            **{"value": None, "gradient": None, **numbers, "told": told},
        }

    def slope(name: str) -> str:
        return f"∂{last}/∂{label[name]} = {_written(value[name]['gradient'])}"

    question = _(
        "The inputs. If {end} is to become smaller, which of them should change, and which way?"
    )
    rows = [stage(0, _("inputs"), "", question.format(end=last))]
    for name in results:
        number = value[name]["value"]
        told = _("Forward: {name} = {value}.").format(name=label[name], value=_written(number))
        rows.append(stage(forward[name], _("forward"), name, told, value=number))
    told = _("Backward begins at the end: {slope}.").format(slope=slope(last))
    rows.append(stage(seed, _("backward"), last, told, gradient=1.0))
    for name in order:
        known = ", ".join(slope(n["name"]) for n in nodes if back_at[n["name"]] == backward[name])
        told = _("Backward through {name}: {slopes}.").format(name=label[name], slopes=known)
        if not known:
            told = _("Backward through {name}: one of several ways to {others}.").format(
                name=label[name],
                others=", ".join(label[e["source"]] for e in edges if e["target"] == name),
            )
        number = value[name]["gradient"]
        rows.append(stage(backward[name], _("backward through"), name, told, gradient=number))
    ends = {"end": last, "old": _written(value[last]["value"])}
    ends["new"] = _written(result["new_result"])
    told = _("A step against the gradient, then forward once more: {end} was {old} and is {new}.")
    rows.append(stage(update, _("step"), last, told.format(**ends), value=result["new_result"]))
    run = Run(
        data={"run": rows, "nodes": drawn_nodes, "edges": drawn_edges},
        params={
            "columns": max(x for x, _row in places.values()),
            "bottom": max(y for _column, y in places.values()) + 0.6,
            "seed": seed,
            "update": update,
        },
        caption="{told:s}",
        conclusion=_conclusion(nodes, ends, result["new_result"] > value[last]["value"]),
        topic=expression,
    )
    return run, _board(expression, nodes, edges, order, learning_rate)


def _conclusion(nodes: list[dict], ends: dict[str, str], grown: bool) -> str:
    """Say who was corrected most, and whether it has helped."""
    learning = [n for n in nodes if n["new"] is not None]
    largest = max(abs(node["gradient"]) for node in learning)
    blamed = [n["name"].translate(SMALL) for n in learning if abs(n["gradient"]) == largest]
    if ends["old"] == ends["new"]:
        return _("All gradients are close to 0, so hardly anything moves: {end} stays.").format(
            **ends
        )
    if grown:
        return _(
            "{end} has grown: the step was too long, and went past the lowest place. Try a smaller "
            "learning rate."
        ).format(**ends)
    told = _(
        "{end} is smaller: the step has worked. It moved most what has the largest gradient: "
        "{most}."
    )
    return told.format(end=ends["end"], most=", ".join(blamed))


def _board(
    expression: str,
    nodes: list[dict],
    edges: list[dict],
    order: list[str],
    learning_rate: float,
) -> str:
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
        numbers = _formula(
            operation,
            _that_hold(
                lambda *some, operation=operation: _result(operation, some),
                [value[operand] for operand in operands],
            ),
        )
        paragraphs.append(
            rf"{forward} ${tex[name]} = {letters} = {numbers} = {_number(value[name])}$"
        )
    paragraphs.append(rf"{backward} ${by(last)} = 1$ $\text{{{itself}}}$")
    arrived: dict[str, list[float]] = {}
    for name in order:
        operation, operands = lines[name]
        parts = [backward]
        for edge in (edge for edge in edges if edge["target"] == name):
            source = edge["source"]
            several = sum(other["source"] == source for other in edges) > 1
            local = _local(operation, operands, source, tex, tex[name])
            numbers = r" \cdot ".join(
                _that_hold(lambda a, b: a * b, [gradient[name], edge["local"]])
            )
            way = rf"\Big|_{{\text{{{via} }}{tex[name]}}}" if several else ""
            letters = f"1 \\cdot {local}"
            if name != last:
                letters = rf"{by(name)} \cdot {by(source, name)} = {by(name)} \cdot {local}"
            parts.append(
                rf"${by(source)}{way} = {letters} = {numbers} = {_number(edge['gradient'])}$"
            )
            arrived.setdefault(source, []).append(edge["gradient"])
            if several and len(arrived[source]) == sum(e["source"] == source for e in edges):
                total = " + ".join(_that_hold(lambda *parts: sum(parts), arrived[source]))
                parts.append(
                    rf"$\text{{{together} }}{by(source)} = {total}"
                    rf" = {_number(gradient[source])}$"
                )
        paragraphs.append(" ".join(parts))
    rate, word = _number(learning_rate, 12), _("Step")
    parts = [rf"$\textbf{{{word}}}$"]
    for node in nodes:
        if node["new"] is not None:
            name = tex[node["name"]]
            old, slope = _that_hold(
                lambda old, slope: old - learning_rate * slope, [node["value"], node["gradient"]]
            )
            parts.append(
                rf"${name} \leftarrow {name} - \eta\,{by(node['name'])} = {old.strip('()')}"
                rf" - {rate} \cdot {slope} = {_number(node['new'])}$"
            )
    paragraphs.append(" ".join(parts))
    return "\n\n".join(paragraphs)


def _result(operation: str, operands: Sequence[float]) -> float:
    """Return what a line comes to with these numbers."""
    import torch

    numbers = [torch.tensor(number, dtype=torch.float64) for number in operands]
    return compute(operation, numbers).item()


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
