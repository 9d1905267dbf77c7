"""An RNN unrolled: the graph, the rows of its steps, and the formulas."""

from __future__ import annotations

from typing import Any

from demos.frame.texts import _
from demos.pictures.numbers import digits_that_hold, written
from demos.sequences.lesson import unroll
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run

SIDES = {"h0": "left", "x1": "left"}  # where the numbers of a node stand, if not to its right
SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _number(number: float, digits: int = 4) -> str:
    """Return a number for a formula, in brackets if it is negative."""
    mantissa, e, power = f"{number + 0.0:.{digits}g}".partition("e")
    mantissa = "0" if mantissa == "-0" else mantissa
    text = rf"{mantissa} \cdot 10^{{{int(power)}}}" if e else mantissa
    return f"({text})" if text.startswith("-") else text


def _tex(name: str) -> str:
    return name if len(name) == 1 else f"{name[0]}_{name[1]}"


def unrolled(
    weights: list[float], inputs: list[float], rate: float, **_others: Any
) -> tuple[Run, str, str]:
    """Draw the RNN, and what one step against the gradient does."""
    result = unroll(weights, inputs, rate)
    nodes, edges, order = result["nodes"], result["edges"], result["order"]
    steps = len(inputs) - 1
    places = {
        "h0": (0, 2.0),
        "u": ((steps + 1) / 2, 0.0),
        "w": ((steps + 1) / 2, 5.0),
        "y": (steps + 1, 3.6),
        "L": (steps + 1, 2.0),
        **{f"h{t}": (t, 2.0) for t in range(1, steps + 1)},
        **{f"x{t}": (t, 3.6) for t in range(1, steps + 1)},
    }
    made = [node["name"] for node in nodes if node["made"]]
    forward = {name: 1 + i for i, name in enumerate(made)}
    seed = len(made) + 1
    backward = {name: seed + 1 + i for i, name in enumerate(order)}
    update = seed + len(order) + 1
    ways = {n["name"]: [e for e in edges if e["source"] == n["name"]] for n in nodes}
    back_at = {
        name: max((backward[edge["target"]] for edge in out), default=seed)
        for name, out in ways.items()
    }
    value = {node["name"]: node for node in nodes}
    drawn = []
    for node in nodes:
        name = node["name"]
        column, row = places[name]
        new = result["new_result"] if name == "L" else node["new"]
        label = name.translate(SMALL)
        drawn.append(
            {
                "x": column,
                "y": row,
                "name": label,
                "symbol": "Δ²" if name == "L" else "tanh" if node["made"] else label,
                "above": label if node["made"] else "",
                "input": not node["made"],
                "side": "down" if name[0] == "h" and node["made"] else SIDES.get(name, "right"),
                "grad_fn": "",
                "value": written(node["value"]),
                "gradient": written(node["gradient"]),
                "new": "" if new is None else f"→ {written(new)}",
                "known_at": forward.get(name, 0),
                "passes_at": backward.get(name, -1),
                "back_at": back_at[name],
            }
        )
    lines = []
    for edge in edges:
        (x, y), (x2, y2) = places[edge["source"]], places[edge["target"]]
        shared = edge["source"] in "wu"
        lines.append(
            {
                **{"x": x, "y": y, "x2": x2, "y2": y2},
                **{"factor_x": x + 0.5 * (x2 - x), "factor_y": y + 0.5 * (y2 - y)},
                **{"part_x": x + 0.62 * (x2 - x), "part_y": y + 0.62 * (y2 - y)},
                "local": "× " + written(edge["local"]) if edge["source"][0] == "h" else "",
                "part": written(edge["gradient"]) if shared else "",
                "forward_at": forward[edge["target"]],
                "back_at": backward[edge["target"]],
            }
        )

    def stage(step: int, phase: str, name: str, told: str, **numbers: float) -> dict:
        of = {"step": step, "phase": phase, "node": name.translate(SMALL), "told": told}
        return {**of, "value": None, "gradient": None, **numbers}

    told = _(
        "A sequence of {steps} numbers, and one unit that reads it: w and u are the same at every "
        "step."
    )
    rows = [stage(0, _("inputs"), "", told.format(steps=steps))]
    for name in made:
        number = value[name]["value"]
        told = _("Forward: {name} = {value}.").format(
            name=name.translate(SMALL), value=written(number)
        )
        rows.append(stage(forward[name], _("forward"), name, told, value=number))
    rows.append(stage(seed, _("backward"), "L", _("Backward begins at the end."), gradient=1.0))
    for name in order:
        if name == "L":
            told = _("The error reaches the last state: ∂L/∂{name} = {gradient}.").format(
                name=f"h{steps}".translate(SMALL), gradient=written(value[f"h{steps}"]["gradient"])
            )
        else:
            before = f"h{int(name[1]) - 1}"
            told = _(
                "Back through {name}: w and u get their share of this step, and ∂L/∂{before} = "
                "{gradient} goes on to the step before."
            ).format(
                name=name.translate(SMALL),
                before=before.translate(SMALL),
                gradient=written(value[before]["gradient"]),
            )
        number = value[name]["gradient"]
        rows.append(stage(backward[name], _("backward through"), name, told, gradient=number))
    old, new = value["L"]["value"], result["new_result"]
    told = _("w and u take one step, with the sum of all shares: L was {old} and is {new}.")
    rows.append(
        stage(update, _("step"), "L", told.format(old=written(old), new=written(new)), value=new)
    )
    first, last = value["h1"]["gradient"], value[f"h{steps}"]["gradient"]
    run = Run(
        data={"run": rows, "nodes": drawn, "edges": lines, "of_unroll": [{"on": 1}]},
        params={"columns": steps + 1, "bottom": 5.6, "seed": seed, "update": update},
        caption="{told:s}",
        conclusion=_(
            "Of ∂L/∂{last} = {end}, {start} is left at {first}: each step back multiplies it by "
            "u·(1 − h²)."
        ).format(
            last=f"h{steps}".translate(SMALL),
            first="h₁",
            end=written(last),
            start=written(first),
        ),
        topic="unroll",
        step_name="",
    )
    return run, "", slots(_board(nodes, edges, order, made, rate))


def _board(nodes: list, edges: list, order: list[str], made: list[str], rate: float) -> str:
    """Write one paragraph for each step: the line computed, or the chain rule."""
    value = {node["name"]: node["value"] for node in nodes}
    gradient = {node["name"]: node["gradient"] for node in nodes}
    word = {
        name: rf"$\textbf{{{said}}}$"
        for name, said in (("f", _("Forward")), ("b", _("Backward")), ("s", _("Step")))
    }
    inputs = [name for name in value if name not in made]
    paragraphs = [f"${', '.join(f'{_tex(n)} = {_number(value[n])}' for n in inputs)}$"]
    for name in made:
        if name == "L":
            last = made[-2]
            letters, numbers = rf"({_tex(last)} - y)^2", [value[last], value["y"]]
            hold = digits_that_hold(lambda a, b: (a - b) ** 2, numbers)
            filled = rf"({' - '.join(_number(one, hold) for one in numbers)})^2"
        else:
            t = int(name[1])
            letters = rf"\tanh(w\,x_{t} + u\,h_{t - 1})"
            w, x, u, h = (_number(value[one], 7) for one in ("w", f"x{t}", "u", f"h{t - 1}"))
            filled = rf"\tanh({w} \cdot {x} + {u} \cdot {h})"
        paragraphs.append(
            f"{word['f']} ${_tex(name)} = {letters} = {filled} = {_number(value[name])}$"
        )
    paragraphs.append(rf"{word['b']} $\frac{{\partial L}}{{\partial L}} = 1$")
    for name in order:
        if name == "L":
            last = made[-2]
            numbers = [value[last], value["y"]]
            hold = digits_that_hold(lambda a, b: 2 * (a - b), numbers)
            a, b = (_number(one, hold) for one in numbers)
            paragraphs.append(
                rf"{word['b']} $\frac{{\partial L}}{{\partial {_tex(last)}}} = "
                rf"2\,({_tex(last)} - y) = 2 \cdot ({a} - {b}) = {_number(gradient[last])}$"
            )
            continue
        t, before = int(name[1]), f"h{int(name[1]) - 1}"
        parts = [word["b"]]
        for source, factor in ((before, "u"), ("w", f"x_{t}"), ("u", f"h_{t - 1}")):
            edge = next(e for e in edges if e["source"] == source and e["target"] == name)
            number = value["u" if source == before else f"x{t}" if source == "w" else before]
            numbers = [gradient[name], value[name], number]
            hold = digits_that_hold(lambda g, h, k: g * (1 - h**2) * k, numbers)
            g, h, k = (_number(one, hold) for one in numbers)
            at = "" if source == before else rf"\Big|_{t}"
            parts.append(
                rf"$\frac{{\partial L}}{{\partial {_tex(source)}}}{at} = \frac{{\partial L}}"
                rf"{{\partial h_{t}}}\,(1 - h_{t}^2)\,{factor} = {g} \cdot (1 - {h}^2) \cdot {k} = "
                rf"{_number(edge['gradient'])}$"
            )
        paragraphs.append(" ".join(parts))
    parts = [word["s"]]
    for name in "wu":
        shares = [e["gradient"] for e in edges if e["source"] == name]
        hold = digits_that_hold(lambda *some: sum(some), shares)
        total = " + ".join(_number(one, hold) for one in shares)
        new = value[name] - rate * gradient[name]
        numbers = [value[name], gradient[name]]
        hold = digits_that_hold(lambda v, g: v - rate * g, numbers)
        v, g = (_number(one, hold) for one in numbers)
        parts.append(
            rf"$\frac{{\partial L}}{{\partial {name}}} = {total} = {_number(gradient[name])}$ "
            rf"${name} \leftarrow {v} - {_number(rate, 12)} \cdot {g} = {_number(new)}$"
        )
    paragraphs.append(" ".join(parts))
    return "\n\n".join(paragraphs)
