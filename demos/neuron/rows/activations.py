"""What is drawn of activation functions."""

from __future__ import annotations

import functools

from demos.frame.texts import _
from demos.neuron.lesson import predict, value_and_slope
from demos.neuron.rows.notation import Rows, formulas
from demos.widgets.live_chart import Run

X_LOW, X_HIGH = -8.0, 8.0
FLAT = 0.01
# Function and slope; \either stands for the word "or".
FORMULAS = {
    "sigmoid": (r"\sigma(x) = \tfrac{1}{1 + e^{-x}}", r"\sigma(x)\,(1 - \sigma(x))"),
    "tanh": (r"\tanh x", r"1 - \tanh^2 x"),
    "relu": (r"\mathrm{ReLU}(x) = \max(0, x)", r"[x > 0]"),
    "leaky_relu": (r"\mathrm{leaky}(x) = \max(0.01\,x,\, x)", r"1 \either 0.01"),
    "elu": (r"\mathrm{ELU}(x) = x \either e^x - 1", r"1 \either e^x"),
    "softplus": (r"\mathrm{softplus}(x) = \ln(1 + e^x)", r"\sigma(x)"),
}


def activation_picture(functions: list[str], x: float) -> tuple[Run, str]:
    """Compute what is drawn of activation functions, their slopes, and where they are flat."""
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
        for low, high in flat_ranges(name)
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
    return run, formulas(*lines)


@functools.lru_cache(maxsize=16)
def _curve(name: str) -> Rows:
    import torch

    x = torch.linspace(X_LOW, X_HIGH, 321)
    value, slope = value_and_slope(name, x)
    return [
        {"series": name, "x": a, "value": v, "slope": s}
        for a, v, s in zip(x.tolist(), value.tolist(), slope.tolist(), strict=True)
    ]


def flat_ranges(name: str) -> list[tuple[float, float]]:
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
