"""What is drawn while a neuron learns a logic gate."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from demos.frame import texts
from demos.frame.texts import _
from demos.neuron.lesson import train, truth_table
from demos.neuron.rows.logic import corners, plane, table
from demos.neuron.rows.notation import Rows, formulas
from demos.pictures.numbers import digits_that_hold, written
from demos.widgets.live_chart import Run

STEPS = 60
NAMES = ("one", "two", "bias")


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
        row |= _written_out(row, rule, learning_rate)
        for name, part in plane(step, w1, w2, b, unit).items():
            data[name] += part
        data["corners"] += corners(step, targets, answers, row["example"])
        z = [w1 * x1 + w2 * x2 + b for x1, x2 in inputs]
        data["table"] += table(step, targets, z, answers, unit, row["example"])
    field = "wrong" if rule == "perceptron" else "loss"
    data["mistakes" if rule == "perceptron" else "losses"] = [
        {"step": row["step"], field: row[field]} for row in rows
    ]
    if rule == "perceptron":
        caption, conclusion, board = "{told:s}", _settled(rows[-1]), _perceptron_board()
    else:
        caption = _("Step {step}: the loss is {loss}; wrong answers: {wrong} of 4.").format(
            step="{step:d}", loss="{loss:.4f}", wrong="{wrong:d}"
        )
        conclusion, board = _descended(rows[0], rows[-1]), _descent_board()
    run = Run(
        data={"run": rows, **data},
        params={"learning_rate": learning_rate},
        caption=caption,
        conclusion=conclusion,
        topic=rule,
    )
    return run, board


def _written_out(row: dict[str, Any], rule: str, learning_rate: float) -> dict[str, Any]:
    """Return what the caption and the board say of a step, as texts.

    The board's names hold no digits. What it multiplies has as many digits as it takes for a
    calculator to agree.
    """
    weights = [row["weight_1"], row["weight_2"], row["bias"]]
    inputs = [row["x1"], row["x2"], 1.0]
    texts: dict[str, Any] = {"x_one": row["x1"], "x_two": row["x2"]}
    error = row["error"] = row["target"] - row["prediction"]
    for name, old, x, change in zip(
        NAMES,
        weights,
        inputs,
        (row["change_1"], row["change_2"], row["change_bias"]),
        strict=True,
    ):
        if rule == "perceptron":
            numbers, step = [old], functools.partial(_moved, change=learning_rate * error * x)
        else:
            # Two zeros have different signs.
            numbers, step = (
                [old, -change / learning_rate + 0.0],
                functools.partial(_descending, learning_rate=learning_rate),
            )
        digits = f".{digits_that_hold(step, numbers)}g"
        texts[f"old_{name}"] = written(old, digits)
        texts[f"gradient_{name}"] = written(numbers[-1], digits)
        texts[f"next_{name}"] = written(step(*numbers))
    if rule == "perceptron":
        digits = f".{digits_that_hold(lambda *some: _sum(some, inputs), weights)}g"
        texts |= _summands(weights, digits)
        texts["sum"] = written(_sum(weights, inputs))
        told = _("Step {step}: for {x1} and {x2} it should say {target} and says {prediction}.")
        values = {name: int(row[name]) for name in ("step", "x1", "x2", "target", "prediction")}
        moves = _("The line moves.") if error else _("Right: the line stays.")
        texts["told"] = f"{told.format(**values)} {moves}"
    else:
        texts |= _summands(weights, ".4g")
    return texts


def _summands(weights: Sequence[float], digits: str) -> dict[str, str]:
    """Return the weights as they stand in a sum: −0.5, + 0.8, − 0.3."""
    first, *others = weights
    signed = [f"{'−' if one < 0 else '+'} {written(abs(one), digits)}" for one in others]
    return {
        f"now_{n}": text for n, text in zip(NAMES, [written(first, digits), *signed], strict=True)
    }


def _moved(old: float, change: float) -> float:
    return old + change


def _descending(old: float, gradient: float, learning_rate: float) -> float:
    return old - learning_rate * gradient


def _sum(weights: Sequence[float], inputs: Sequence[float]) -> float:
    return sum(w * x for w, x in zip(weights, inputs, strict=True))


def _settled(last: dict[str, Any]) -> str:
    if last["settled"]:
        return _("Four right answers in a row, nothing left to learn: learned.")
    text = (
        _("Not settled after {steps} steps: 1 of the four answers is wrong.")
        if last["wrong"] == 1
        else _("Not settled after {steps} steps: {wrong} of the four answers are wrong.")
    )
    return text.format(steps=STEPS, wrong=last["wrong"])


def _descended(first: dict[str, Any], last: dict[str, Any]) -> str:
    if not last["wrong"]:
        text = _(
            "After {steps} steps the loss is {last} (from {first}), and all four answers are "
            "right: learned."
        )
    elif last["wrong"] == 1:
        text = _(
            "After {steps} steps the loss is {last} (from {first}), and 1 of the four answers is "
            "wrong."
        )
    else:
        text = _(
            "After {steps} steps the loss is {last} (from {first}), and {wrong} of the four "
            "answers are wrong."
        )
    loss = {"last": f"{last['loss']:.3f}", "first": f"{first['loss']:.3f}"}
    return text.format(steps=STEPS, wrong=last["wrong"], **loss)


def _perceptron_board() -> str:
    return formulas(
        r"z = {now_one:s} \cdot {x_one:d} {now_two:s} \cdot {x_two:d} {now_bias:s}"
        r" = {sum:s}",
        r"\hat y = \mathrm{step}(z) = {prediction:d}, \quad y - \hat y = {target:d} - "
        r"{prediction:d} = {error:d}",
        *(
            rf"{symbol} \leftarrow {symbol} + \eta\,(y - \hat y)\,{x} = {{old_{name}:s}} + "
            rf"{{learning_rate:g}} \cdot ({{error:d}}){value} = {{next_{name}:s}}"
            for symbol, x, value, name in [
                ("w_1", "x_1", r" \cdot {x_one:d}", "one"),
                ("w_2", "x_2", r" \cdot {x_two:d}", "two"),
                ("b", "", "", "bias"),
            ]
        ),
    )


def _descent_board() -> str:
    return formulas(
        r"\hat y = \sigma({now_one:s}\,x_1 {now_two:s}\,x_2 {now_bias:s})",
        r"L = -\tfrac14 \textstyle\sum \big(y \ln \hat y + (1 - y) \ln(1 - \hat y)\big)"
        r" = {loss:.4f}",
        *(
            rf"{symbol} \leftarrow {symbol} - \eta\,\tfrac{{\partial L}}{{\partial {symbol}}} = "
            rf"{{old_{name}:s}} - {{learning_rate:g}} \cdot ({{gradient_{name}:s}})"
            rf" = {{next_{name}:s}}"
            for symbol, name in [("w_1", "one"), ("w_2", "two"), ("b", "bias")]
        ),
    )
