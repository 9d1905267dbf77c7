"""What is drawn of a logic gate: truth table, plane, and the sums on the neuron's curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from demos.frame.texts import _
from demos.neuron.lesson import activate, predict, truth_table
from demos.neuron.rows.notation import Rows, exact, formulas, number
from demos.pictures.numbers import written
from demos.widgets.live_chart import Run

LOW, HIGH = -0.5, 1.5  # the logic plane, along both axes
NAMES = ("nn", "ny", "yn", "yy")  # 0 0, 0 1, 1 0, 1 1: what stands in the board's slots


def logic_picture(
    gate: str, unit: str, weight_1: float, weight_2: float, bias: float
) -> tuple[Run, str]:
    """Compute what is drawn of a gate and a neuron whose weights are set by hand."""
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
    digits = ".4f" if unit == "sigmoid" else "d"
    params = {"weight_one": weight_1, "weight_two": weight_2, "bias": bias, "reach": reach}
    params |= {f"z_{name}": exact(value) for name, value in zip(NAMES, z, strict=True)}
    params |= {f"y_{name}": value for name, value in zip(NAMES, answers, strict=True)}
    run = Run(
        data={
            "run": [{"step": 0, "weight_1": weight_1, "weight_2": weight_2, "bias": bias}],
            **plane(0, weight_1, weight_2, bias, unit),
            "corners": corners(0, targets.tolist(), answers),
            "table": table(0, targets.tolist(), z, answers, unit),
            "curve": [
                {"z": a, "value": v} for a, v in zip(axis.tolist(), curve.tolist(), strict=True)
            ],
            "sums": _sums(z, answers),
        },
        params=params,
        caption=_verdict(wrong),
        conclusion=_("All four answers are right: this neuron is {gate}.").format(gate=gate)
        if not wrong
        else "",
    )
    # Every line begins alike, so that the four columns of numbers stand under each other.
    return run, formulas(
        *(
            rf"{function}({{bias:g}} + {x1} \cdot {{weight_one:g}} + {x2} \cdot"
            rf" {{weight_two:g}}) = {function}({{z_{name}:g}}) = {{y_{name}:{digits}}}"
            for name, (x1, x2) in zip(NAMES, [(0, 0), (0, 1), (1, 0), (1, 1)], strict=True)
        )
    )


def _verdict(wrong: int) -> str:
    counts = [
        _("None of the four answers is wrong."),
        _("One answer is wrong."),
        _("Two are wrong."),
        _("Three are wrong."),
        _("All four are wrong."),
    ]
    hint = _(
        "Move the line: the filled corners (y = 1) belong on the blue side, the empty ones on the "
        "other."
    )
    return f"{counts[wrong]} {hint}" if wrong else counts[0]


def _sums(z: Sequence[float], answers: Sequence[float]) -> Rows:
    """Return one dot for each different sum, named by the inputs that have it."""
    dots: dict[float, dict[str, Any]] = {}
    for label, total, answer in zip(("0 0", "0 1", "1 0", "1 1"), z, answers, strict=True):
        dot = dots.setdefault(total, {"z": total, "value": answer, "label": ""})
        dot["label"] += (", " if dot["label"] else "") + label
    return list(dots.values())


def corners(step: int, targets: Sequence[float], answers: Sequence[float], example: int = -1):
    """Return the four inputs as corners of the plane; the current example stands out."""
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


def table(
    step: int,
    targets: Sequence[float],
    z: Sequence[float],
    answers: Sequence[float],
    unit: str,
    example: int = -1,
) -> Rows:
    """Return the truth table with sums, answers and marks, as texts."""
    return [
        {
            "step": step,
            "example": i,
            "x1": str(i // 2),
            "x2": str(i % 2),
            "target": str(int(t)),
            "z": number(total, 1) if float(f"{total:.1f}") or not total else written(total, ".1g"),
            "answer": _answer(a) if unit == "sigmoid" else number(a, 0),
            "mark": "✓" if (a >= 0.5) == (t == 1) else "✗",
            "current": i == example,
        }
        for i, (t, total, a) in enumerate(zip(targets, z, answers, strict=True))
    ]


def _answer(prediction: float) -> str:
    """Return a prediction with so many digits that it is seen on which side of ½ it lies."""
    if prediction == 0.5:
        return "½ → 1"  # on the border itself the neuron says 1
    return next(text for digits in range(3, 18) if float(text := number(prediction, digits)) != 0.5)


def plane(step: int, weight_1: float, weight_2: float, bias: float, unit: str) -> dict[str, Rows]:
    """Return the part of the plane that fires, for a sigmoid in bands, and the line around it."""
    levels = [0.5] if unit == "step" else [i / 10 for i in range(1, 10)]
    opacity = 1 - 0.66 ** (1 / len(levels))
    shade: Rows = []
    line: Rows = []
    for level in levels:
        # ŷ ≥ level where z ≥ ln(level / (1 − level)).
        rest = bias - math.log(level / (1 - level))
        outline, crossings = clip(weight_1, weight_2, rest)
        shade += [
            {"step": step, "level": level, "order": i, "x": x, "y": y, "opacity": opacity}
            for i, (x, y) in enumerate(outline)
        ]
        if level == 0.5 and len(crossings) >= 2:
            (x, y), (x2, y2) = crossings[0], crossings[-1]
            line.append({"step": step, "x": x, "y": y, "x2": x2, "y2": y2})
    return {"shade": shade, "line": line}


def clip(a: float, b: float, c: float) -> tuple[list, list]:
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
