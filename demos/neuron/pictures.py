"""What is drawn of each topic: the rows that the charts are fed with, and the formulas."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

from demos import texts
from demos.checks import Numbers, SomeOf, bounded, check
from demos.neuron.lesson import (
    GATES,
    RULES,
    activate,
    multiplied_out,
    predict,
    squared_error,
    train,
    truth_table,
    two_layers,
    value_and_slope,
)
from demos.texts import N_, _
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

TOPICS = ["celsius", "bill", "logic", "learning", "activation", "layers"]
UNITS = ["step", "sigmoid"]
SHAPES = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus"]
BETWEEN = ["identity", "relu", "tanh", "sigmoid"]
STEPS = 60

CELSIUS = (-30.0, -12.0, 0.0, 10.0, 21.0, 30.0, 38.0)
W_LOW, W_HIGH, B_LOW, B_HIGH = -1.0, 5.0, -20.0, 60.0
# Croissants, coffees, juices, and what they cost with the cover charge [€].
BILLS = ((1, 1, 0), (2, 0, 1), (0, 2, 0), (3, 2, 1), (1, 0, 2), (2, 3, 2))
TOTALS = (5.0, 7.5, 6.0, 14.0, 9.5, 18.5)
PARTS = (N_("cover charge"), N_("croissants"), N_("coffees"), N_("juices"))
X_LOW, X_HIGH = -8.0, 8.0
FLAT = 0.01
LOW, HIGH = -0.5, 1.5  # the logic plane, along both axes

# The charts, in the order in which they are laid out.
PANELS = [
    "fit",
    "along_w",
    "along_b",
    "bills",
    "turns",
    "plane",
    "table",
    "curve",
    "mistakes",
    "losses",
    "shapes",
    "slopes",
    "flat",
    "hidden",
    "outputs",
]
SERIES = [
    Series("sigmoid", N_("sigmoid"), lc.BLUE),
    Series("tanh", "tanh", lc.VERMILLION, (8, 4)),
    Series("relu", "ReLU", lc.GREEN, (2, 2)),
    Series("leaky_relu", N_("leaky ReLU"), lc.ORANGE, (12, 3, 3, 3)),
    Series("elu", "ELU", lc.PURPLE, (4, 3)),
    Series("softplus", N_("softplus"), lc.SKY, (10, 3)),
    Series("first", "h₁", lc.ORANGE, (8, 4)),
    Series("second", "h₂", lc.GREEN, (2, 2)),
    Series("output", N_("ŷ, two layers"), lc.BLUE),
    Series("one_layer", N_("multiplied out: one layer"), lc.INK, (4, 4)),
]
LABEL = {series.name: series.label for series in SERIES}

Rows = list[dict[str, Any]]


@bounded(
    topic=TOPICS,
    line=Numbers(-1000.0, 1000.0, 2, 2),
    prices=Numbers(-1000.0, 1000.0, 5, 5),
    gate=GATES,
    unit=UNITS,
    neuron=Numbers(-1000.0, 1000.0, 3, 3),
    rule=RULES,
    start=Numbers(-1000.0, 1000.0, 4, 4),
    x=Numbers(-1000.0, 1000.0, 1, 1),
    between=BETWEEN,
    layers=Numbers(-1000.0, 1000.0, 6, 6),
)
def picture(
    topic: str,
    line: list[float],
    prices: list[float],
    gate: str,
    unit: str,
    neuron: list[float],
    rule: str,
    start: list[float],
    functions: list[str],
    x: list[float],
    between: str,
    layers: list[float],
) -> tuple[Run, str]:
    """Compute everything that is drawn of a topic."""
    if topic == "celsius":
        return _celsius(*line)
    if topic == "bill":
        bias, *weights, number = prices
        return _bill(bias, weights, check("bill", number, (1, len(BILLS))) - 1)
    if topic == "logic":
        return _logic(gate, unit, *neuron)
    if topic == "learning":
        return _learning(gate, rule, *start)
    if topic == "activation":
        none = functions == []
        return _activation([] if none else check("functions", functions, SomeOf(SHAPES)), x[0])
    return _layers(between, layers[:2], layers[2:4], layers[4:])


def _formulas(*formulas: str) -> str:
    return slots("\n\n".join(f"${formula}$" for formula in formulas))


def _number(value: float, digits: int = 2) -> str:
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else text.replace("-", "")


# ---------------------------------------------------------------- °C → °F


def _celsius(weight: float, bias: float) -> tuple[Run, str]:
    x, y = [[c] for c in CELSIUS], [c * 9 / 5 + 32 for c in CELSIUS]
    now = squared_error(x, y, [weight], bias)
    gradient_w, gradient_b = now["weight_gradients"][0], now["bias_gradient"]
    run = Run(
        data={
            "run": [
                {
                    "step": 0,
                    "weight": weight,
                    "bias": bias,
                    "loss": now["loss"],
                    "weight_gradient": gradient_w,
                    "bias_gradient": gradient_b,
                }
            ],
            "pairs": [
                {"celsius": c, "fahrenheit": f, "prediction": p}
                for c, f, p in zip(CELSIUS, y, now["predictions"], strict=True)
            ],
            "along_w": _along("weight", W_LOW, W_HIGH, lambda w: (w, bias)),
            "along_b": _along("bias", B_LOW, B_HIGH, lambda b: (weight, b)),
        },
        caption=" ".join(
            [
                _("The loss is {loss:.4g} °F².").format(loss=now["loss"]),
                _advice("w", gradient_w),
                _advice("b", gradient_b),
                _("Click a loss curve to go there."),
            ]
        ),
    )
    return run, _formulas(
        r"\hat y = w\,x + b = {weight:.2f}\,x + {bias:.2f}",
        r"L = \tfrac17 \textstyle\sum (\hat y - y)^2 = {loss:.2f}",
        r"\tfrac{\partial L}{\partial w} = \tfrac27 \textstyle\sum (\hat y - y)\,x"
        r" = {weight_gradient:.2f}",
        r"\tfrac{\partial L}{\partial b} = \tfrac27 \textstyle\sum (\hat y - y)"
        r" = {bias_gradient:.2f}",
    )


def _along(name: str, low: float, high: float, knobs: Callable[[Any], tuple]) -> Rows:
    """Return the loss for every value of one knob."""
    import torch

    values = torch.linspace(low, high, 61)
    x = torch.tensor(CELSIUS)
    w, b = knobs(values[:, None])
    losses = ((w * x + b - (x * 9 / 5 + 32)) ** 2).mean(dim=-1)
    return [
        {name: value, "loss": loss}
        for value, loss in zip(values.tolist(), losses.tolist(), strict=True)
    ]


def _advice(name: str, gradient: float) -> str:
    if abs(gradient) < 5e-3:
        return _("{name} is right as it is.").format(name=name)
    text = _("{name} should go down.") if gradient > 0 else _("{name} should go up.")
    return text.format(name=name)


# ---------------------------------------------------------------- three inputs


def _bill(bias: float, weights: list[float], chosen: int) -> tuple[Run, str]:
    inputs = [[float(count) for count in bill] for bill in BILLS]
    now = squared_error(inputs, list(TOTALS), weights, bias)
    bills, parts = [], []
    for i, (x, y) in enumerate(zip(inputs, TOTALS, strict=True)):
        one = predict(x, weights, bias, target=y)
        bills.append(
            {
                "bill": i + 1,
                "chosen": i == chosen,
                "total": y,
                "prediction": one["prediction"],
                "says": f"ŷ {_number(one['prediction'])} | y {_number(y)}",
            }
        )
        edge = 0.0
        for name, amount in zip(PARTS, [bias, *one["products"]], strict=True):
            parts.append(
                {
                    "bill": i + 1,
                    "part": name,
                    "name": _(name),
                    "amount": amount,
                    "low": edge,
                    "high": edge + amount,
                }
            )
            edge += amount
    gradients = [now["bias_gradient"], *now["weight_gradients"]]
    one = predict(inputs[chosen], weights, bias, target=TOTALS[chosen])
    names = ("one", "two", "three")
    params = {"bias": bias, "total": TOTALS[chosen], "prediction": one["prediction"]}
    params |= {f"x_{n}": value for n, value in zip(names, inputs[chosen], strict=True)}
    params |= {f"w_{n}": value for n, value in zip(names, weights, strict=True)}
    params |= {f"part_{n}": value for n, value in zip(names, one["products"], strict=True)}
    params |= {"one_loss": one["loss"], "bill": chosen + 1, "mean_loss": now["loss"]}
    run = Run(
        data={
            "run": [{"step": 0, "loss": now["loss"]}],
            "bills": bills,
            "parts": parts,
            "turns": [
                {
                    "knob": knob,
                    "part": part,
                    "name": _(part),
                    "gradient": gradient,
                    "says": _turn(gradient),
                }
                for knob, part, gradient in zip(
                    ("b", "w₁", "w₂", "w₃"), PARTS, gradients, strict=True
                )
            ],
        },
        params=params,
        caption=_(
            "The weights are the neuron's guess at the prices. The loss over all six bills is "
            "{loss:.4g} €². Click a bill."
        ).format(loss=now["loss"]),
    )
    number = _("bill")
    return run, _formulas(
        r"\hat y = b + x_1 w_1 + x_2 w_2 + x_3 w_3",
        rf"\text{{{number} }}{{bill:d}}\text{{:}}\quad \hat y = "
        r"{bias:.2f} + {x_one:d} \cdot {w_one:.2f}"
        r" + {x_two:d} \cdot {w_two:.2f} + {x_three:d} \cdot {w_three:.2f}",
        r"\phantom{\hat y} = {bias:.2f} + {part_one:.2f} + {part_two:.2f} + {part_three:.2f}"
        r" = {prediction:.2f}",
        r"L = (\hat y - y)^2 = ({prediction:.2f} - {total:.2f})^2 = {one_loss:.2f}",
    )


def _turn(gradient: float) -> str:
    if abs(gradient) < 5e-3:
        return _("as it is")
    text = _("turn down ({slope})") if gradient > 0 else _("turn up ({slope})")
    return text.format(slope=_number(gradient))


# ---------------------------------------------------------------- logic

NAMES = ("nn", "ny", "yn", "yy")  # 0 0, 0 1, 1 0, 1 1: what stands in the board's slots


def _logic(gate: str, unit: str, weight_1: float, weight_2: float, bias: float) -> tuple[Run, str]:
    import torch

    inputs, targets = truth_table(gate)
    results = [predict(x, [weight_1, weight_2], bias, activation=unit) for x in inputs.tolist()]
    z = [one["z"] for one in results]
    answers = [one["prediction"] for one in results]
    reach = next((r for r in (6.0, 12.0, 40.0, 130.0) if max(map(abs, z)) < r), 3000.0)
    axis = torch.linspace(-reach, reach, 241)
    curve = activate(unit, axis)
    wrong = sum((a >= 0.5) != (t == 1) for a, t in zip(answers, targets.tolist(), strict=True))
    function = r"\sigma" if unit == "sigmoid" else r"\mathrm{step}"
    digits = ".4f" if unit == "sigmoid" else ".0f"
    params = {"weight_one": weight_1, "weight_two": weight_2, "bias": bias, "reach": reach}
    params |= {f"z_{name}": value for name, value in zip(NAMES, z, strict=True)}
    params |= {f"y_{name}": value for name, value in zip(NAMES, answers, strict=True)}
    run = Run(
        data={
            "run": [{"step": 0, "weight_1": weight_1, "weight_2": weight_2, "bias": bias}],
            **_plane(0, weight_1, weight_2, bias, unit),
            "corners": _corners(0, targets.tolist(), answers),
            "table": _table(0, targets.tolist(), z, answers, unit),
            "curve": [
                {"z": a, "value": v} for a, v in zip(axis.tolist(), curve.tolist(), strict=True)
            ],
            "sums": _sums(z, answers),
        },
        params=params,
        caption=_verdict(gate, wrong),
    )
    # Every line begins alike, so that the four columns of numbers stand under each other.
    return run, _formulas(
        *(
            rf"{function}({{bias:.1f}} + {x1} \cdot {{weight_one:.1f}} + {x2} \cdot"
            rf" {{weight_two:.1f}}) = {function}({{z_{name}:.1f}}) = {{y_{name}:{digits}}}"
            for name, (x1, x2) in zip(NAMES, [(0, 0), (0, 1), (1, 0), (1, 1)], strict=True)
        )
    )


def _verdict(gate: str, wrong: int) -> str:
    if not wrong:
        return _("All four answers are right: this neuron is {gate}.").format(gate=gate)
    counts = [
        _("One answer is wrong."),
        _("Two are wrong."),
        _("Three are wrong."),
        _("All four are wrong."),
    ]
    hint = (
        _(
            "No line can do it: the filled corners (y = 1) belong on the blue side, the empty "
            "ones on the other."
        )
        if gate == "XOR"
        else _(
            "Move the line: the filled corners (y = 1) belong on the blue side, the empty ones on "
            "the other."
        )
    )
    return f"{counts[wrong - 1]} {hint}"


def _sums(z: Sequence[float], answers: Sequence[float]) -> Rows:
    """Return one dot for each different sum, named by the inputs that have it."""
    dots: dict[float, dict[str, Any]] = {}
    for label, total, answer in zip(("0 0", "0 1", "1 0", "1 1"), z, answers, strict=True):
        dot = dots.setdefault(total, {"z": total, "value": answer, "label": ""})
        dot["label"] += (", " if dot["label"] else "") + label
    return list(dots.values())


def _corners(step: int, targets: Sequence[float], answers: Sequence[float], example: int = -1):
    return [
        {
            "step": step,
            "x1": i // 2,
            "x2": i % 2,
            "target": int(t),
            "answer": a,
            "wrong": (a >= 0.5) != (t == 1),
            "current": i == example,
        }
        for i, (t, a) in enumerate(zip(targets, answers, strict=True))
    ]


def _table(
    step: int,
    targets: Sequence[float],
    z: Sequence[float],
    answers: Sequence[float],
    unit: str,
    example: int = -1,
) -> Rows:
    return [
        {
            "step": step,
            "example": i,
            "x1": str(i // 2),
            "x2": str(i % 2),
            "target": str(int(t)),
            "z": _number(total, 1),
            "answer": _number(a, 3 if unit == "sigmoid" else 0),
            "mark": "✓" if (a >= 0.5) == (t == 1) else "✗",
            "current": i == example,
        }
        for i, (t, total, a) in enumerate(zip(targets, z, answers, strict=True))
    ]


def _plane(step: int, weight_1: float, weight_2: float, bias: float, unit: str) -> dict[str, Rows]:
    """Return the part of the plane that fires, for a sigmoid in bands, and the line around it."""
    levels = [0.5] if unit == "step" else [i / 10 for i in range(1, 10)]
    opacity = 1 - 0.66 ** (1 / len(levels))
    shade: Rows = []
    line: Rows = []
    for level in levels:
        # ŷ ≥ level where z ≥ ln(level / (1 − level)).
        rest = bias - math.log(level / (1 - level))
        corners, crossings = _clip(weight_1, weight_2, rest)
        shade += [
            {"step": step, "level": level, "order": i, "x": x, "y": y, "opacity": opacity}
            for i, (x, y) in enumerate(corners)
        ]
        if level == 0.5 and len(crossings) >= 2:
            (x, y), (x2, y2) = crossings[0], crossings[-1]
            line.append({"step": step, "x": x, "y": y, "x2": x2, "y2": y2})
    return {"shade": shade, "line": line}


def _clip(a: float, b: float, c: float) -> tuple[list, list]:
    """Cut the drawn square along ax + by + c = 0.

    Returns:
        The corners of the part where ax + by + c ≥ 0, and the points where the line enters and
        leaves the square.
    """
    square = [(LOW, LOW), (HIGH, LOW), (HIGH, HIGH), (LOW, HIGH)]
    inside, crossings = [], []
    for (x, y), (x2, y2) in zip(square, square[1:] + square[:1], strict=True):
        here, there = a * x + b * y + c, a * x2 + b * y2 + c
        if here >= 0:
            inside.append((x, y))
        if (here >= 0) != (there >= 0):
            share = here / (here - there)
            point = (round(x + share * (x2 - x), 4), round(y + share * (y2 - y), 4))
            inside.append(point)
            crossings.append(point)
    return inside, crossings


# ---------------------------------------------------------------- learning


@texts.cached(maxsize=64)
def _learning(
    gate: str, rule: str, weight_1: float, weight_2: float, bias: float, learning_rate: float
) -> tuple[Run, str]:
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
        for name, part in _plane(step, w1, w2, b, unit).items():
            data[name] += part
        data["corners"] += _corners(step, targets, answers, row["example"])
        z = [w1 * x1 + w2 * x2 + b for x1, x2 in inputs]
        data["table"] += _table(step, targets, z, answers, unit, row["example"])
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
    return _formulas(
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
    return _formulas(
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


# ---------------------------------------------------------------- activations

# Function and slope; \either stands for the word "or".
FORMULAS = {
    "sigmoid": (r"\sigma(x) = \tfrac{1}{1 + e^{-x}}", r"\sigma(x)\,(1 - \sigma(x))"),
    "tanh": (r"\tanh x", r"1 - \tanh^2 x"),
    "relu": (r"\mathrm{ReLU}(x) = \max(0, x)", r"[x > 0]"),
    "leaky_relu": (r"\mathrm{leaky}(x) = \max(0.01\,x,\, x)", r"1 \either 0.01"),
    "elu": (r"\mathrm{ELU}(x) = x \either e^x - 1", r"1 \either e^x"),
    "softplus": (r"\mathrm{softplus}(x) = \ln(1 + e^x)", r"\sigma(x)"),
}


def _activation(functions: list[str], x: float) -> tuple[Run, str]:
    curves = [row for name in functions for row in _curve(name)]
    rows = []
    for name in functions:
        now = predict([x], [1.0], 0.0, activation=name)
        rows.append(
            {
                "step": 0,
                "series": name,
                "x": x,
                "value": now["prediction"],
                "slope": now["slope"],
            }
        )
    flat = [
        {"series": name, "low": low, "high": high}
        for name in functions
        for low, high in _flat(name)
    ]
    run = Run(
        data={
            "run": rows or [{"step": 0}],
            "shapes": curves or [{"series": "none"}],
            "flat": flat,
            "names": [{"series": name} for name in functions],
        },
        params={"x": x},
        caption=(
            _(
                "Saturated is where the slope is under 0.01: there hardly anything comes back to "
                "learn from. Click a curve to go there."
            )
            if functions
            else _("Choose a function to see its curve.")
        ),
    )
    lines = []
    word = _("or")
    either = rf"\text{{ {word} }}"
    for name in functions:
        value, slope = (formula.replace(r"\either", either) for formula in FORMULAS[name])
        lines += [
            rf"{value} = {{{name}.value:.4f}}",
            rf"f'(x) = {slope} = {{{name}.slope:.4f}}",
        ]
    return run, _formulas(*lines)


@functools.lru_cache(maxsize=16)
def _curve(name: str) -> Rows:
    import torch

    x = torch.linspace(X_LOW, X_HIGH, 321)
    value, slope = value_and_slope(name, x)
    return [
        {"series": name, "x": a, "value": v, "slope": s}
        for a, v, s in zip(x.tolist(), value.tolist(), slope.tolist(), strict=True)
    ]


def _flat(name: str) -> list[tuple[float, float]]:
    """Return where the function saturates, as ranges of x."""
    ranges: list[tuple[float, float]] = []
    start = None
    rows = _curve(name)
    for row in rows:
        # Leaky ReLU's slope is 0.01, give or take a float32.
        saturated = abs(row["slope"]) < FLAT - 1e-6
        if saturated and start is None:
            start = row["x"]
        if not saturated and start is not None:
            ranges.append((start, row["x"]))
            start = None
    return ranges if start is None else [*ranges, (start, rows[-1]["x"])]


# ---------------------------------------------------------------- linear layers

LINES = ("first", "second", "output", "one_layer")
SPOKEN = {"relu": "ReLU", "tanh": N_("Tanh"), "sigmoid": N_("The sigmoid")}


def _layers(
    between: str, weights: list[float], biases: list[float], output_weights: list[float]
) -> tuple[Run, str]:
    import torch

    slope, shift = multiplied_out(weights, biases, output_weights)
    axis = torch.linspace(-1.0, 3.0, 161)
    hidden, output = two_layers(axis, weights, biases, output_weights, between)
    points = torch.tensor([0.0, 1.0, 2.0])
    at_points = two_layers(points, weights, biases, output_weights, between)[1]
    loss = ((at_points - torch.tensor([0.0, 1.0, 0.0])) ** 2).mean().item()
    gap = (output - (slope * axis + shift)).abs().max().item()
    names = ("w_one", "w_two", "b_one", "b_two", "v_one", "v_two")
    params = dict(zip(names, [*weights, *biases, *output_weights], strict=True))
    series = dict(
        zip(
            LINES,
            [hidden[:, 0], hidden[:, 1], output, slope * axis + shift],
            strict=True,
        )
    )
    told = (
        _("Two linear layers are one line, whatever the weights.")
        if between == "identity"
        else _(
            "{function} bends ŷ away from the line, by up to {gap:.2f}: no single layer can do "
            "that."
        ).format(function=_(SPOKEN[between]), gap=gap)
    )
    run = Run(
        data={
            "run": [{"step": 0, "series": name} for name in LINES],
            "hidden": [
                {"series": name, "x": x, "value": v}
                for name in LINES[:2]
                for x, v in zip(axis.tolist(), series[name].tolist(), strict=True)
            ],
            "outputs": [
                {"series": name, "x": x, "value": v}
                for name in LINES[2:]
                for x, v in zip(axis.tolist(), series[name].tolist(), strict=True)
            ],
            "xor": [
                {"x": x, "target": t, "prediction": p}
                for x, t, p in zip((0, 1, 2), (0, 1, 0), at_points.tolist(), strict=True)
            ],
        },
        params=params | {"slope": slope, "shift": shift, "loss": loss},
        caption=told + " " + _("Loss on XOR: {loss:.3f}.").format(loss=loss),
    )
    return run, _layers_board(between)


def _layers_board(between: str) -> str:
    column = r"\begin{bmatrix} {%s_one:.1f} \\ {%s_two:.1f} \end{bmatrix}"
    w, b = column.replace("%s", "w"), column.replace("%s", "b")
    v = r"\begin{bmatrix} {v_one:.1f} & {v_two:.1f} \end{bmatrix}"
    function = {"identity": "", "relu": r"\mathrm{ReLU}", "tanh": r"\tanh", "sigmoid": r"\sigma"}
    f = function[between]
    hidden = rf"{f}\!\left({w} x + {b}\right)" if f else rf"\left({w} x + {b}\right)"
    one_layer, on_xor = _("one layer"), _("on XOR")
    one = (
        rf"\hat y = {{slope:.2f}}\,x + {{shift:.2f}} \quad \text{{{one_layer}}}"
        if between == "identity"
        else r"\hat y \neq {slope:.2f}\,x + {shift:.2f}"
    )
    return _formulas(
        rf"\hat y = {v}\; {hidden}",
        rf"{v} {w} = {{slope:.2f}}, \quad {v} {b} = {{shift:.2f}}",
        one,
        rf"L = \tfrac13 \textstyle\sum (\hat y - y)^2 = {{loss:.4f}} \quad \text{{{on_xor}}}",
    )
