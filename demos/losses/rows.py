"""What is drawn of a run: the charts, and the rows and formulas that they are fed with."""

from __future__ import annotations

import functools
import math
from typing import Any

from demos.frame.runs import stops
from demos.frame.texts import N_, _
from demos.losses.lesson import (
    classification_loss,
    compare,
    regression_loss,
    rides,
    total_cross_entropy,
)
from demos.pictures.numbers import written
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

STEPS = 60
# A slope is a mean of terms about 20 in size [min²·km]: less than this is their rounding.
NOISE = 5e-6
W_LOW, W_HIGH = -1.0, 5.5
Z_LOW, Z_HIGH = -8.0, 8.0

# One colour and one dash pattern per loss, wherever it appears.
SERIES = [
    Series("mbe", "MBE", lc.PURPLE, (2, 2)),
    Series("mae", "MAE", lc.ORANGE, (8, 4)),
    Series("mse", "MSE", lc.VERMILLION),
    Series("huber", "Huber", lc.BLUE, (12, 3, 3, 3)),
    Series("log_cosh", "log-cosh", lc.GREEN, (4, 3)),
    Series("bce", "BCE", lc.BLUE, (8, 4)),
    Series("hinge", N_("hinge"), lc.GREEN, (2, 2)),
    Series("cross_entropy", N_("cross-entropy, 3 classes"), lc.PURPLE, (12, 3, 3, 3)),
]
LABEL = {series.name: series.label for series in SERIES}
SHORT = LABEL | {"cross_entropy": N_("cross-entropy")}
UNIT = {"mbe": "min", "mae": "min", "mse": "min²", "huber": "min²", "log_cosh": ""}

# ---------------------------------------------------------------- rows


def picture(
    task: str,
    losses: list[str],
    outlier: float,
    delta: float,
    weight: float,
    learning_rate: float,
    score_losses: list[str],
    label: str,
    axis: str,
    score: float,
    score_rate: float,
) -> tuple[Run, str]:
    """Compute the runs of the chosen losses and everything that is drawn of them."""
    if task == "regression":
        rows = losses and compare(task, losses, weight, learning_rate, STEPS, outlier, delta)
        return _regression(rows or [], outlier, delta, learning_rate)
    rows = score_losses and compare(task, score_losses, score, score_rate, STEPS, label=label)
    return _classification(rows or [], label, axis, score_rate)


def _regression(
    rows: list[dict], outlier: float, delta: float, learning_rate: float
) -> tuple[Run, str]:
    kilometres, minutes = (values.tolist() for values in rides(outlier))
    # Least squares through the rides without a flat tire, in closed form.
    usual = sum(x * y for x, y in zip(kilometres[:-1], minutes[:-1], strict=True)) / sum(
        x * x for x in kilometres[:-1]
    )
    last = {row["series"]: row for row in rows}
    data: dict[str, list[dict[str, Any]]] = {
        "run": rows,
        "fits": list(last.values()),
        "rides": [
            {"km": x, "min": y, "key": "outlier" if i == len(kilometres) - 1 else None}
            for i, (x, y) in enumerate(zip(kilometres, minutes, strict=True))
        ],
    }
    params: dict[str, float] = {"learning_rate": learning_rate, "delta": delta, "usual": usual}
    for name in last:
        data[name] = list(_curve(name, outlier, delta))
        losses = [row["loss"] for row in data[name]]
        margin = 0.08 * (max(losses) - min(losses))
        params[f"{name}_low"] = min(losses) - margin
        params[f"{name}_high"] = max(losses) + margin

    for row in rows:
        if abs(row["gradient"]) < NOISE:
            row["gradient"] = 0.0
    lines = "; ".join(f"{_(LABEL[name])} {{{name}.weight:.2f}}" for name in last)
    caption = _("Step {step}, w in min/km: {lines}. Click a curve to start there.")
    run = Run(
        data=data,
        params=params,
        caption=(
            caption.format(step="{step:d}", lines=lines)
            if rows
            else _("Choose a loss to see its line.")
        ),
        conclusion=_regression_conclusion(last, usual),
        warning=_overflow(rows, learning_rate),
        topic="regression",
    )
    return run, _regression_board(list(last))


def _regression_conclusion(last: dict[str, dict], usual: float) -> str:
    whole = {name: row["weight"] for name, row in last.items() if not row["note"]}
    if not whole:
        return ""
    lines = "; ".join(f"{_(LABEL[name])} {written(w, '.2f')}" for name, w in whole.items())
    sentence = _(
        "After {steps} steps, w in min/km: {lines}. The eleven rides without a flat tire say "
        "{usual:.2f}."
    ).format(steps=STEPS, lines=lines, usual=usual)
    if "mbe" in whole:
        sentence += " " + _("MBE falls for ever: its slope is the same everywhere.")
    return sentence


def _overflow(rows: list[dict], learning_rate: float) -> str:
    stopped = [
        _("{loss} at step {step}").format(loss=_(LABEL[name]), step=step)
        for name, step in stops(rows).items()
    ]
    if not stopped:
        return ""
    return _(
        "Stopped: {losses}. Each step overshot the minimum further than the one before, until the "
        "numbers outgrew a 32-bit float: the rate {learning_rate:g} is too high for it."
    ).format(losses=", ".join(stopped), learning_rate=learning_rate)


@functools.lru_cache(maxsize=256)
def _curve(name: str, outlier: float, delta: float) -> tuple[dict[str, float], ...]:
    """Return the loss of ŷ = w·x for every w of the picture."""
    import torch

    kilometres, minutes = rides(outlier)
    weights = torch.linspace(W_LOW, W_HIGH, 141)
    losses = regression_loss(name, weights[:, None] * kilometres, minutes, delta)
    return tuple(
        {"weight": w, "loss": loss}
        for w, loss in zip(weights.tolist(), losses.tolist(), strict=True)
    )


def _classification(
    rows: list[dict], label: str, axis: str, learning_rate: float
) -> tuple[Run, str]:
    by_score = axis == "score"
    last = {row["series"]: row for row in rows}
    for row in rows:
        row["x"] = row["score"] if by_score else row["probability"]
        row["slope"] = row["gradient"] if by_score else row["probability_gradient"]
    curves = [row for name in last for row in _score_curve(name, label, by_score)]
    scores = "; ".join(
        f"{_(SHORT[name])} {{{name}.score:.2f}}"
        + ("" if name == "hinge" else f" (ŷ = {{{name}.probability:.3f}})")
        for name in last
    )
    caption = _("Step {step}, scores z: {scores}. Click a curve to start there.").format(
        step="{step:d}", scores=scores
    )
    if not rows:
        caption = _("Choose a loss to see its curve.")
    elif "hinge" in last and not by_score:
        caption += " " + _("Hinge knows scores only, no probability: it has no curve here.")
    run = Run(
        data={
            "run": rows,
            "score_run": rows or [{"step": 0}],
            "by_score" if by_score else "by_probability": curves or [{"series": "none"}],
        },
        params={"learning_rate": learning_rate},
        caption=caption,
        conclusion=_classification_conclusion(last, label),
        topic="classification",
    )
    return run, _classification_board(list(last), label)


def _classification_conclusion(last: dict[str, dict], label: str) -> str:
    """Say who names the picture rightly: a score above 0 says cat."""
    told: dict[bool, list[str]] = {True: [], False: []}
    for name, row in last.items():
        score = f"{_(SHORT[name])} (z = {written(row['score'], '.2f')})"
        told[(row["score"] > 0) == (label == "cat")].append(score)
    sentences = []
    if told[True]:
        right = _("Right after {steps} steps: {losses}.")
        sentences.append(right.format(steps=STEPS, losses=", ".join(told[True])))
    if told[False]:
        wrong = _("Still wrong after {steps} steps: {losses}.")
        sentences.append(wrong.format(steps=STEPS, losses=", ".join(told[False])))
    return " ".join(sentences)


@functools.lru_cache(maxsize=64)
def _score_curve(name: str, label: str, by_score: bool) -> tuple[dict[str, Any], ...]:
    """Return loss and slope for every score, or for every probability, of the picture."""
    import torch

    if by_score:
        x = torch.linspace(Z_LOW, Z_HIGH, 161, requires_grad=True)
        score = x
    elif name == "hinge":
        return ()
    else:
        # Dense towards the ends, where the cross-entropies rise steeply.
        x = torch.sigmoid(torch.linspace(-7.5, 7.5, 181)).requires_grad_()
        score = torch.logit(x) + (math.log(2) if name == "cross_entropy" else 0)
    losses = classification_loss(name, score, label)
    (slopes,) = torch.autograd.grad(losses.sum(), x)
    return tuple(
        {"series": name, "x": at, "loss": loss, "slope": slope}
        for at, loss, slope in zip(x.tolist(), losses.tolist(), slopes.tolist(), strict=True)
    )


# ---------------------------------------------------------------- formulas

_SUM = r"\tfrac{1}{12}\textstyle\sum"
_FORMULAS = {
    "mbe": (rf"{_SUM} (\hat y - y)", rf"{_SUM}\, x"),
    "mae": (rf"{_SUM} |\hat y - y|", rf"{_SUM}\, \mathrm{{sign}}(\hat y - y)\, x"),
    "mse": (rf"{_SUM} (\hat y - y)^2", rf"{_SUM}\, 2\,(\hat y - y)\, x"),
    "huber": (
        rf"{_SUM} H_\delta(\hat y - y)",
        rf"{_SUM}\, \mathrm{{clip}}_{{\pm {{delta:g}}}}(\hat y - y)\, x",
    ),
    "log_cosh": (rf"{_SUM} \ln\cosh(\hat y - y)", rf"{_SUM}\, \tanh(\hat y - y)\, x"),
}


def _formulas(*formulas: str) -> str:
    return slots("\n\n".join(f"${formula}$" for formula in formulas))


def _regression_board(losses: list[str]) -> str:
    lines = []
    for name in losses:
        loss, gradient = _FORMULAS[name]
        unit = rf"\ \mathrm{{{UNIT[name].replace('²', '^2')}}}" if UNIT[name] else ""
        lines += [
            rf"\textbf{{{_(LABEL[name])}}}\quad L = {loss} = {{{name}.loss:.4s}}{unit}",
            rf"\tfrac{{dL}}{{dw}} = {gradient} = {{{name}.gradient:.4s}}",
            rf"w \leftarrow {{{name}.weight:.5s}} - {{learning_rate:g}} \cdot "
            rf"({{{name}.gradient:.5s}}) = {{{name}.new_weight:.4s}}",
        ]
    return _formulas(*lines)


def _classification_board(losses: list[str], label: str) -> str:
    cat = label == "cat"
    p = "{%s.probability:.5s}"
    shown = {
        "mse": rf"(\hat y - y)^2 = ({p} - {int(cat)})^2",
        "bce": rf"-\ln \hat y = -\ln {p}" if cat else rf"-\ln(1 - \hat y) = -\ln(1 - {p})",
        "hinge": r"\max(0,\ 1 - z)" if cat else r"\max(0,\ 1 + z)",
        "cross_entropy": rf"-\ln {p}" if cat else rf"-\ln \tfrac{{1 - {p}}}{{2}}",
    }
    lines = []
    for name in losses:
        chain = (
            ""
            if name == "hinge"
            else rf"\tfrac{{\partial L}}{{\partial \hat y}}\,"
            rf"\tfrac{{\partial \hat y}}{{\partial z}} = {{{name}.probability_gradient:.5s}}"
            rf" \cdot {{{name}.probability_slope:.5s}} = "
        )
        lines += [
            rf"\textbf{{{_(SHORT[name])}}}\quad L = {shown[name].replace('%s', name)}"
            rf" = {{{name}.loss:.4s}}",
            rf"\tfrac{{\partial L}}{{\partial z}} = {chain}{{{name}.gradient:.4s}}",
            rf"z \leftarrow {{{name}.score:.5s}} - {{learning_rate:g}} \cdot "
            rf"({{{name}.gradient:.5s}}) = {{{name}.new_score:.4s}}",
        ]
    if {"bce", "cross_entropy"} & set(losses):
        terms, total = total_cross_entropy([0.8, 0.7, 0.9])
        example = _("Three pictures whose true class got 0.8, 0.7 and 0.9:")
        lines.append(
            rf"\text{{{example}}}\quad "
            rf"-\ln 0.8 - \ln 0.7 - \ln 0.9 = {' + '.join(f'{term:.3f}' for term in terms)}"
            rf" = {total:.3f}"
        )
    return _formulas(*lines)
