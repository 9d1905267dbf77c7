"""What is drawn while a neuron learns a logic gate."""

from __future__ import annotations

from typing import Any

from demos.frame import texts
from demos.frame.texts import _
from demos.neuron.lesson import train, truth_table
from demos.neuron.rows.logic import corners, plane, table
from demos.neuron.rows.notation import Rows, formulas
from demos.widgets.live_chart import Run

STEPS = 60


@texts.cached(maxsize=64)
def learning_picture(
    gate: str, rule: str, weight_1: float, weight_2: float, bias: float, learning_rate: float
) -> tuple[Run, str]:
    """Compute what is drawn of a neuron that learns a gate."""
    inputs, targets = (tensor.tolist() for tensor in truth_table(gate))
    unit = "step" if rule == "perceptron" else "sigmoid"
    rows = train(gate, rule, weight_1, weight_2, bias, learning_rate, STEPS)
    data: dict[str, Rows] = {"shade": [], "line": [], "corners": [], "table": []}
    for row in rows:
        answers, step = row.pop("predictions"), row["step"]
        w1, w2, b = row["weight_1"], row["weight_2"], row["bias"]
        row["error"] = row["target"] - row["prediction"]
        # The board's names hold no digits.
        row |= {"weight_one": w1, "weight_two": w2, "x_one": row["x1"], "x_two": row["x2"]}
        row |= {"change_one": row["change_1"], "change_two": row["change_2"]}
        row |= {"new_one": row["new_1"], "new_two": row["new_2"]}
        if rule == "gradient descent":
            for name in ("one", "two", "bias"):
                row[f"gradient_{name}"] = -row[f"change_{name}"] / learning_rate
        for name, part in plane(step, w1, w2, b, unit).items():
            data[name] += part
        data["corners"] += corners(step, targets, answers, row["example"])
        z = [w1 * x1 + w2 * x2 + b for x1, x2 in inputs]
        data["table"] += table(step, targets, z, answers, unit, row["example"])
    field = "wrong" if rule == "perceptron" else "loss"
    data["mistakes" if rule == "perceptron" else "losses"] = [
        {"step": row["step"], field: row[field]} for row in rows
    ]
    caption = _settled(rows[-1]) if rule == "perceptron" else _descended(rows[0], rows[-1])
    run = Run(data={"run": rows, **data}, params={"learning_rate": learning_rate}, caption=caption)
    return run, _perceptron_board() if rule == "perceptron" else _descent_board()


def _settled(last: dict[str, Any]) -> str:
    if last["settled"]:
        return _(
            "Settled: four right answers in a row by step {step}, nothing left to learn."
        ).format(step=last["step"])
    text = (
        _("Not settled after {steps} steps: 1 of the four answers is wrong.")
        if last["wrong"] == 1
        else _("Not settled after {steps} steps: {wrong} of the four answers are wrong.")
    )
    return text.format(steps=STEPS, wrong=last["wrong"])


def _descended(first: dict[str, Any], last: dict[str, Any]) -> str:
    if not last["wrong"]:
        text = _(
            "After {steps} steps the loss is {last:.3f} (from {first:.3f}), and none of the four "
            "answers are wrong."
        )
    elif last["wrong"] == 1:
        text = _(
            "After {steps} steps the loss is {last:.3f} (from {first:.3f}), and 1 of the four "
            "answers is wrong."
        )
    else:
        text = _(
            "After {steps} steps the loss is {last:.3f} (from {first:.3f}), and {wrong} of the "
            "four answers are wrong."
        )
    return text.format(steps=STEPS, last=last["loss"], first=first["loss"], wrong=last["wrong"])


def _perceptron_board() -> str:
    return formulas(
        r"z = {weight_one:.2f} \cdot {x_one:d} + {weight_two:.2f} \cdot {x_two:d} + {bias:.2f}"
        r" = {z:.2f}",
        r"\hat y = \mathrm{step}(z) = {prediction:d}, \quad y - \hat y = {target:d} - "
        r"{prediction:d} = {error:d}",
        *(
            rf"{symbol} \leftarrow {symbol} + \eta\,(y - \hat y)\,{x} = {{{old}:.2f}} + "
            rf"{{learning_rate:g}} \cdot ({{error:d}}){value} = {{new_{name}:.2f}}"
            for symbol, x, old, value, name in [
                ("w_1", "x_1", "weight_one", r" \cdot {x_one:d}", "one"),
                ("w_2", "x_2", "weight_two", r" \cdot {x_two:d}", "two"),
                ("b", "", "bias", "", "bias"),
            ]
        ),
    )


def _descent_board() -> str:
    return formulas(
        r"\hat y = \sigma({weight_one:.2f}\,x_1 + {weight_two:.2f}\,x_2 + {bias:.2f})",
        r"L = -\tfrac14 \textstyle\sum \big(y \ln \hat y + (1 - y) \ln(1 - \hat y)\big)"
        r" = {loss:.4f}",
        *(
            rf"{symbol} \leftarrow {symbol} - \eta\,\tfrac{{\partial L}}{{\partial {symbol}}} = "
            rf"{{{old}:.2f}} - {{learning_rate:g}} \cdot ({{gradient_{name}:.4f}})"
            rf" = {{new_{name}:.2f}}"
            for symbol, old, name in [
                ("w_1", "weight_one", "one"),
                ("w_2", "weight_two", "two"),
                ("b", "bias", "bias"),
            ]
        ),
    )
