"""What is drawn: the rows that the charts are fed with, the formulas, and what is said."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from demos.frame import texts
from demos.frame.runs import OVERFLOW, cut_short, with_bar
from demos.frame.texts import N_, _
from demos.overfit.lesson import (
    GRID,
    bundle,
    cross_validate,
    curve,
    decompose,
    double_descent,
    draw,
    epochs_shown,
    fitted,
    folds,
    fresh,
    held_out,
    learned_from,
    learning_curve,
    predict,
    remedies,
    squared_error,
    train,
)
from demos.pictures.numbers import written
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

SERIES = [
    Series("train", N_("points learned from"), lc.BLUE),
    Series("validation", N_("validation points"), lc.VERMILLION, (8, 3)),
    Series("test", N_("new points"), lc.VERMILLION, (8, 3)),
    Series("left_out", N_("the fold left out"), lc.VERMILLION, (8, 3)),
    Series("bias", N_("bias²"), lc.GREEN, (8, 3)),
    Series("variance", N_("variance"), lc.PURPLE, (3, 2)),
    Series("noise", N_("noise"), lc.ORANGE, (2, 4)),
    Series("error", N_("expected error"), lc.INK),
]
DEGREES = list(range(1, 16))
WIDTHS = [1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 200]
FOLD_WIDTHS = [1, 2, 3, 5, 10, 20, 50, 100]
PARAMETERS = [*range(1, 21), 23, 27, 32, 40, 50, 65, 80, 120, 200, 300]
EXAMPLES = [4, 6, 9, 14, 20, 30, 45, 68, 100]
MANY = 30  # networks of a bundle, and samples that errors are means of
BUNDLE_FRAMES = 40
PARTS = ("bias", "variance", "noise", "error")


@texts.cached(maxsize=32)
def picture(topic: str, **settings: Any) -> tuple[Run, str]:
    """Compute a topic, and everything that is drawn of it."""
    return _TOPICS[topic](**settings)


def _learn(
    model: str,
    hidden: int,
    degree: int,
    data: str,
    points: str,
    n: int,
    noise: float,
    against: Sequence[str],
    patience: int,
    epochs: int,
    seed: int,
    k: int,
    show: bool,
    **strength: float,
) -> tuple[Run, str]:
    of = (model, hidden, degree, n, noise, seed, epochs, [*against] or None, patience)
    rows = train(*of, **strength, data=data, points=points)
    best = min(rows, key=lambda row: row["validation"])
    last, cut = rows[-1], cut_short(rows, _("epoch"))
    warning = _("The numbers outgrew a float.") if last["note"] == OVERFLOW else cut
    stopped = "stopping" in against and last["step"] < epochs and not warning
    x, y = learned_from(data, points, n, noise, seed)
    says = _("best: epoch {epoch}").format(epoch=best["step"])
    if stopped:
        says = _("kept: the best, before epoch {epoch}").format(epoch=last["step"])
    run = Run(
        data={
            "run": [row for one in rows for row in _pair(one, "validation")],
            "points": _points(x[0], y[0]),
            "held": _held(noise, seed),
            "truth": _truth(),
            "mark": _mark(best["step"], rows, says),
            "of_learn": [{"on": 1}],
        },
        params={**_ends(rows, "train", "validation"), **_seen("held")},
        caption=_(
            "Epoch {step}: the error is {train} on the {count} points learned from, "
            "{validation} on {others} others. Click to add a point, or on one to remove it; "
            "drag to move it."
        ).format(
            step="{step:d}",
            count=len(x[0]),
            others=len(_held(noise, seed)),
            **_losses("train", "validation"),
        ),
        conclusion="" if cut else _learned(rows, best, stopped, noise),
        warning=warning,
        topic="learn",
        step_name=_("epoch"),
    )
    return run, _mean_board(len(x[0]), "validation", len(run.data["held"]))


def _learned(rows: list[dict], best: dict, stopped: bool, noise: float) -> str:
    last = rows[-1]
    if stopped:
        said = _(
            "Stopped at epoch {end}, with the weights of the best epoch. On 400 test points, by "
            "which nothing was chosen: {test}."
        )
        return said.format(end=last["step"], test=written(last["test"], ".3f"))
    if last["validation"] > 1.15 * best["validation"] and last["train"] < best["train"]:
        said = _(
            "After epoch {epoch} it learns by heart: the error on its own points falls on, from "
            "{train} to {end}, and that on others rises from {low} to {high}."
        )
        return said.format(
            epoch=best["step"],
            train=written(best["train"], ".3f"),
            end=written(last["train"], ".3f"),
            low=written(best["validation"], ".3f"),
            high=written(last["validation"], ".3f"),
        )
    said = _("Both errors end near each other, {train} and {validation}: it does not overfit much.")
    if last["train"] > 1.5 * noise**2 + 0.02:
        said = _(
            "Both errors end high, {train} and {validation}: the model is too small, or held back "
            "too much."
        )
    elif last["validation"] > 2 * last["train"]:
        said = _(
            "The errors end apart, {train} and {validation}, though that on others never rose by "
            "much."
        )
    return said.format(
        train=written(last["train"], ".3f"), validation=written(last["validation"], ".3f")
    )


def _size(
    model: str, data: str, points: str, n: int, noise: float, seed: int, **_others: Any
) -> tuple[Run, str]:
    sizes = WIDTHS if model == "network" else DEGREES
    x, y = learned_from(data, points, n, noise, seed)
    weights = fitted(model, sizes, x.expand(len(sizes), -1), y.expand(len(sizes), -1))
    x_val, y_val, x_test, y_test = held_out(noise, seed)
    rows = _rows(
        sizes,
        squared_error(predict(weights, x), y),
        squared_error(predict(weights, x_val), y_val),
        predict(weights, _grid()),
    )
    best = min(rows, key=lambda row: row["validation"])
    test = squared_error(predict(weights, x_test), y_test)[sizes.index(best["step"])].item()
    kind = _("hidden units") if model == "network" else _("degree")
    run = Run(
        data={
            "run": [row for one in rows for row in _pair(one, "validation")],
            "points": _points(x[0], y[0]),
            "held": _held(noise, seed),
            "truth": _truth(),
            "mark": _mark(best["step"], rows, _("best: {size}").format(size=best["step"])),
            "of_widths" if model == "network" else "of_degrees": [{"on": 1}],
        },
        params={**_ends(rows, "train", "validation"), **_seen("held")},
        caption=_(
            "{kind} {step}: the error is {train} on the {count} points learned from, "
            "{validation} on {others} others."
        ).format(
            kind=kind[0].upper() + kind[1:],
            step="{step:d}",
            count=len(x[0]),
            others=len(_held(noise, seed)),
            **_losses("train", "validation"),
        ),
        conclusion=_(
            "On the points learned from {largest} is best, on others {size}, with {least}. That is "
            "flattered, since it was chosen by it; on 400 test points, by which nothing was "
            "chosen, it is {test}."
        ).format(
            largest=min(rows, key=lambda row: row["train"])["step"],
            size=best["step"],
            least=written(best["validation"], ".3f"),
            test=written(test, ".3f"),
        ),
        topic=f"size {model}",
        step_name=kind,
    )
    return run, _mean_board(len(x[0]), "validation", len(run.data["held"]))


def _spread(
    model: str,
    hidden: int,
    degree: int,
    n: int,
    noise: float,
    against: Sequence[str],
    patience: int,
    epochs: int,
    seed: int,
    l1: float,
    l2: float,
    dropout: float,
    jitter: float,
    **_others: Any,
) -> tuple[Run, str]:
    size = hidden if model == "network" else degree
    given = remedies(against, l1=l1, l2=l2, dropout=dropout, jitter=jitter)
    patient = patience if "stopping" in against else 0
    shown = epochs_shown(epochs, BUNDLE_FRAMES)
    places, y = fresh(noise, seed)
    truth = curve(places)
    rows, parts = [], []
    of = (MANY, n, noise, seed, epochs)
    for epoch, (said,) in bundle(model, [size], *of, shown, patient, **given):
        parts.append({"step": epoch, **decompose(said, truth, y)})
        mean, deviation = said.mean(0), said.std(0, correction=0)
        lists = {
            "fits": _thousandths(said.flatten()),
            "mean": _thousandths(mean),
            "low": _thousandths(mean - deviation),
            "high": _thousandths(mean + deviation),
        }
        rows += [
            {"series": name, "step": epoch, "loss": parts[-1][name], **(lists if not i else {})}
            for i, name in enumerate(PARTS)
        ]
    data = {
        "run": _filled(rows),
        "truth": _truth(),
        "bundle": [{"on": 1}],
        "of_spread" if model == "polynomial" else "of_networks": [{"on": 1}],
    }
    best = min(parts, key=lambda part: part["error"])
    says = _("best: epoch {epoch}").format(epoch=best["step"])
    data["mark"] = _mark(int(best["step"]), parts, says)
    if model == "polynomial":
        *_before, (_epoch, said) = bundle(model, DEGREES, *of, [epochs], patient, **given)
        data["sizes"] = [
            {"series": name, "step": d, "loss": value, "chosen": d == degree}
            for d, one in zip(DEGREES, said, strict=True)
            for name, value in decompose(one, truth, y).items()
        ]
    ends = _ends(parts + data.get("sizes", []), *PARTS, "loss")
    run = Run(
        data=data,
        params=ends,
        caption=_(
            "Epoch {step}: {many} models, each trained on {n} points of its own. On average they "
            "are off by bias² {bias}, and they differ by a variance of {variance}."
        ).format(step="{step:d}", many=MANY, n=n, **_losses("bias", "variance")),
        conclusion=_spread_says(parts, best),
        topic=f"spread {model}",
        step_name=_("epoch"),
    )
    return run, slots(
        _(
            "**bias²**: how far the mean of all models is from the hidden curve.\n\n**variance**: "
            "how far the models are from their mean.\n\n**noise**: what no model can know."
        )
        + "\n\n"
        + " + ".join([_("bias²"), _("variance"), _("noise")])
        + r" $= {bias.loss:.4f} + {variance.loss:.4f} + {noise.loss:.4f} = {sum:.4f}$"
        + "\n\n"
        + _("measured: all {many} models at {count} new points").format(many=MANY, count=y.numel())
        + r"  $\overline{(y - \hat y)^2} = {error.loss:.4f}$"
    )


def _spread_says(parts: list[dict], best: dict) -> str:
    last = parts[-1]
    if last["variance"] > last["bias"]:
        said = _(
            "At the end most of what could be avoided is variance, {variance} against {bias}: each "
            "model follows the errors of its own points."
        )
    else:
        said = _(
            "At the end most of what could be avoided is bias², {bias} against {variance}: all "
            "models are wrong in the same way."
        )
    said = said.format(variance=written(last["variance"], ".3f"), bias=written(last["bias"], ".3f"))
    lowest = _("The expected error was least at epoch {epoch}: {error}.")
    return f"{said} " + lowest.format(epoch=best["step"], error=written(best["error"], ".3f"))


def _wide(model: str, n: int, noise: float, seed: int, **_others: Any) -> tuple[Run, str]:
    import torch

    places = torch.linspace(-1, 1, 161, dtype=torch.float64)
    x, y = draw(n, noise, seed, MANY)
    sizes = sorted({*PARAMETERS, *range(n - 2, n + 4)})
    rows = []
    descent = with_bar(double_descent(model, x, y, sizes, places, seed), len(sizes))
    for size, (own, said) in zip(sizes, descent, strict=True):
        new = squared_error(said, curve(places)).mean().item() + noise**2
        fit = [round(value, 4) for value in said[0].clamp(-99, 99).tolist()]
        rows.append(
            {"step": size, "train": squared_error(own, y).mean().item(), "test": new, "fit": fit}
        )
    network = model == "network"
    if network:
        caption = _(
            "Hidden units: {step}. The error, a mean over {many} samples of {n} points, is {train} "
            "on the points learned from, {test} on new ones."
        )
        board = _(
            "Computed: {many} networks, each with {n} points and hidden units "
            "$\\mathrm{{ReLU}}(\\pm(x - c))$ of its own. These are drawn and stay; of the output "
            "layer least squares finds the weights."
        )
        beyond = _(
            "Beyond {n} units infinitely many weights go through all points; taken are those with "
            "the least $\\sum_k w_k^2$."
        )
    else:
        caption = _(
            "Parameters: {step}. The error, a mean over {many} samples of {n} points, is {train} "
            "on the points learned from, {test} on new ones."
        )
        board = _(
            "Computed: for {many} samples of {n} points the least-squares polynomial of each "
            "degree, in the basis $\\sqrt{{2k + 1}}\\,P_k$ of Legendre."
        )
        beyond = _(
            "Beyond {n} parameters infinitely many go through all points; taken is the one with "
            "the least $\\sum_k ((k+1)\\,w_k)^2$, where high powers cost more."
        )
    run = Run(
        data={
            "run": [row for one in rows for row in _pair(one, "test")],
            "points": _points(x[0], y[0], fixed=True),
            "truth": _truth(),
            "mark": _mark(n, rows, _("{n} points").format(n=n), found=False),
            "of_units" if network else "of_wide": [{"on": 1}],
        },
        params={**_ends(rows, "train", "test", least=0.01), **_seen()},
        caption=caption.format(step="{step:d}", n=n, many=MANY, **_losses("train", "test")),
        conclusion=_descended(model, rows, noise),
        topic="wide",
        step_name=_("hidden units") if network else _("parameters"),
    )
    return run, slots(board.format(many=MANY, n=n) + "\n\n" + beyond.format(n=n))


def _descended(model: str, rows: list[dict], noise: float) -> str:
    """Say how the error on new points goes down, up and down again."""
    highest = max(range(len(rows)), key=lambda i: rows[i]["test"])
    peak, end = rows[highest], rows[-1]
    if not 0 < highest < len(rows) - 1 or (model == "polynomial" and not noise):
        said = _("No peak: with the largest model the error is {error}.")
        if model == "polynomial" and not noise:
            said = _(
                "Without noise there is nothing wrong to learn by heart: no peak, and with {end} "
                "parameters the error is still {error}."
            )
        return said.format(end=end["step"], error=written(end["test"], ".3f"))
    first, second = (
        min(part, key=lambda row: row["test"]) for part in (rows[:highest], rows[highest:])
    )
    if model == "network":
        said = _(
            "The error on new points falls to {first} at {at} hidden units, rises to {peak} at "
            "{peak_at}, and falls again, to {second} at {end}: of all weights that fit the points, "
            "least squares takes the smallest, and spread over more units they are smaller."
        )
    else:
        said = _(
            "The error on new points falls to {first} at {at} parameters, rises to {peak} at "
            "{peak_at}, and falls again, to {second} at {end}: of all polynomials through the "
            "points, least squares takes the calmest, and with more to choose from it is calmer."
        )
    return said.format(
        first=written(first["test"], ".3f"),
        at=first["step"],
        peak=written(peak["test"], ".3g"),
        peak_at=peak["step"],
        second=written(second["test"], ".3f"),
        end=second["step"],
    )


def _folds(
    model: str,
    hidden: int,
    degree: int,
    data: str,
    points: str,
    n: int,
    k: int,
    noise: float,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    size, sizes = (hidden, FOLD_WIDTHS) if model == "network" else (degree, DEGREES)
    x, y = learned_from(data, points, n, noise, seed)
    k = min(k, len(x[0]))
    part = folds(len(x[0]), k, seed)
    (inside, outside, weights), (_inside, by_size, _weights) = (
        cross_validate(model, of, x[0], y[0], part) for of in with_bar(([size], sizes), 2)
    )
    rows = _rows(
        list(range(1, k + 1)), inside[0], outside[0], predict(weights, _grid()), other="left_out"
    )
    means, spread = by_size.mean(1).tolist(), by_size.std(1, correction=0).tolist()
    best = min(range(len(sizes)), key=means.__getitem__)
    mean = outside[0].mean().item()
    kind = _("hidden units") if model == "network" else _("degree")
    run = Run(
        data={
            "run": [row for one in rows for row in _pair(one, "left_out")],
            "points": _points(x[0], y[0], folds=(part + 1).tolist()),
            "truth": _truth(),
            "of_folds": [
                {"fold": row["step"], "loss": row["left_out"], "mean": mean} for row in rows
            ],
            "sizes_of_network" if model == "network" else "sizes_of_polynomial": [
                {
                    "size": one,
                    "loss": value,
                    "high": value + off,
                    "low": max(value - off, value / 10),
                    "best": i == best,
                    "since": rows[-1]["step"],
                }
                for i, (one, value, off) in enumerate(zip(sizes, means, spread, strict=True))
            ],
        },
        params={
            **_ends([*rows, *({"left_out": value} for value in means)], "left_out", most=1e4),
            **_seen("fold"),
        },
        caption=_(
            "Fold {step} of {k} is left out (rings): the error there is {left_out}, on the "
            "others {train}."
        ).format(step="{step:d}", k=k, **_losses("train", "left_out")),
        conclusion=_(
            "Every point was left out once: the mean of {k} errors is {mean}. Among the sizes "
            "below, {kind} {best} is best, with {least}."
        ).format(
            k=k,
            mean=written(mean, ".3g"),
            kind=kind,
            best=sizes[best],
            least=written(means[best], ".3f"),
        ),
        topic=f"folds {model}",
        step_name=_("fold"),
    )
    terms = " + ".join(written(value, ".3g") for value in outside[0].tolist()[:8])
    terms += r" + \dots" if k > 8 else ""
    return run, slots(
        rf"$\frac{{1}}{{{k}}}\,({terms}) = {written(mean, '.3g')}$"
        + "\n\n"
        + _("No point is wasted: each is learned from {rest} times, and judged by once.").format(
            rest=k - 1
        )
    )


def _more(
    model: str, hidden: int, degree: int, noise: float, seed: int, **_others: Any
) -> tuple[Run, str]:
    size, samples = (hidden, 2) if model == "network" else (degree, MANY)
    inside, outside, weights, x, y = learning_curve(model, size, EXAMPLES, noise, seed, samples)
    firsts = [w[::samples] for w in weights]
    rows = _rows(EXAMPLES, inside, outside, predict(firsts, _grid()), other="test")
    shown = [
        point
        for i, count in enumerate(EXAMPLES)
        for point in _points(x[i * samples, :count], y[i * samples, :count], fixed=True, at=count)
    ]
    if rows[-1]["train"] < 1.5 * noise**2 + 0.01:
        said = _(
            "With {count} examples both errors are near the noise, {noise}, and {gap} apart: too "
            "large a model needs nothing but more examples, where they can be had."
        )
    else:
        said = _(
            "With {count} examples the error on new points is still {new}, far above the noise, "
            "{noise}, and that on its own points hardly lower: this model is too small, and more "
            "examples do not help."
        )
    run = Run(
        data={
            "run": [row for one in rows for row in _pair(one, "test")],
            "points": shown,
            "truth": _truth(),
            "of_more": [{"noise": noise**2}] if noise else [{"noise": None}],
        },
        params={**_ends(rows, "train", "test", most=1e4), **_seen(curve=True)},
        caption=_(
            "{step} examples, means of {many} samples: the error is {train} on the points "
            "learned from, {test} on 400 new ones."
        ).format(step="{step:d}", many=samples, **_losses("train", "test")),
        conclusion=said.format(
            count=EXAMPLES[-1],
            noise=written(noise**2, ".3f"),
            gap=written(rows[-1]["test"] - rows[-1]["train"], ".3f"),
            new=written(rows[-1]["test"], ".3f"),
        ),
        topic=f"more {model}",
        step_name=_("examples"),
    )
    learned, unseen = _("learned"), _("others")
    return run, slots(
        rf"$L_{{\text{{{learned}}}}} = {{train.loss:.4f}}$"
        + "\n\n"
        + rf"$L_{{\text{{{unseen}}}}} = {{test.loss:.4f}}, \quad \sigma^2 = "
        + written(noise**2, ".4f")
        + "$"
    )


_TOPICS: dict[str, Callable[..., tuple[Run, str]]] = {
    "learn": _learn,
    "size": _size,
    "spread": _spread,
    "wide": _wide,
    "folds": _folds,
    "more": _more,
}

# ---------------------------------------------------------------- rows


def _losses(*names: str) -> dict[str, str]:
    """Return what stands in a caption for the loss of a series: a number of the step."""
    return {name: f"{{{name}.loss:.3s}}" for name in names}


def _grid():
    import torch

    return torch.linspace(-1, 1, GRID, dtype=torch.float64)


def _rows(steps: Sequence[int], inside, outside, fits, other: str = "validation") -> list[dict]:
    """Return a row per step: errors on points learned from and on others, and the fit."""
    each = zip(steps, inside.tolist(), outside.tolist(), fits.clamp(-99, 99).tolist(), strict=True)
    return [
        {"step": step, "train": own, other: new, "fit": [round(value, 4) for value in fit]}
        for step, own, new, fit in each
    ]


def _pair(row: dict, other: str) -> list[dict]:
    """Return the two rows of a step, one for each curve; the first brings the fit along."""
    return [
        {"series": "train", "step": row["step"], "loss": row["train"], "fit": row["fit"]},
        {"series": other, "step": row["step"], "loss": row[other], "fit": None},
    ]


def _filled(rows: list[dict]) -> list[dict]:
    """Give all rows the same fields; and the sum of three parts to each that says them."""
    names = {name: None for row in rows for name in row}
    sums: dict[int, float] = {}
    for row in rows:
        if row["series"] in PARTS[:3]:
            sums[row["step"]] = sums.get(row["step"], 0) + row["loss"]
    return [{**names, **row, "sum": sums[row["step"]]} for row in rows]


def _thousandths(values) -> list[int]:
    """Return numbers as whole thousandths, which are shorter on their way to the browser."""
    return (values.clamp(-9, 9) * 1000).round().int().tolist()


def _points(
    x, y, *, fixed: bool = False, folds: Sequence[int] = (), at: int | None = None
) -> list[dict]:
    """Return points to draw.

    Args:
        x: `(n,)`.
        y: `(n,)`.
        fixed: they cannot be dragged.
        folds: the step at which each is left out.
        at: the only step at which they are shown.
    """
    pairs = zip(x.tolist(), y.tolist(), strict=True)
    return [
        {
            "key": None if fixed else i,
            "x": round(one, 4),
            "y": round(other, 4),
            "fold": folds[i] if folds else None,
            "at": at,
        }
        for i, (one, other) in enumerate(pairs)
    ]


def _mark(step: int, rows: Sequence[dict], says: str, *, found: bool = True) -> list[dict]:
    """Return a place on the x axis, and what is said beside it, on the side where there is room.

    What the run has found is marked once it has been played.
    """
    steps = [row["step"] for row in rows]
    right, since = steps.index(step) > len(steps) / 2, steps[-1] if found else steps[0]
    return [{"step": step, "says": says, "right": right, "since": since}]


def _held(noise: float, seed: int) -> list[dict]:
    x, y, *_test = held_out(noise, seed)
    return [
        {"x": round(a, 3), "y": round(b, 3)} for a, b in zip(x.tolist(), y.tolist(), strict=True)
    ]


def _truth() -> list[dict]:
    grid = _grid()
    pairs = zip(grid.tolist(), curve(grid).tolist(), strict=True)
    return [{"x": round(x, 4), "y": round(y, 4)} for x, y in pairs]


def _seen(others: str = "", curve: bool = False) -> dict[str, Any]:
    """Return which points are drawn beside those learned from, and whether the curve always is."""
    return {"others": others, "revealed": curve}


def _ends(
    rows: Sequence[dict], *names: str, least: float = 1e-3, most: float = 1e6
) -> dict[str, float]:
    """Return powers of ten between which the errors lie, as far as they are drawn."""
    values = [row[name] for row in rows for name in names if row.get(name)]
    low = max(least, min(values, default=least))
    high = min(most, max(values, default=1))
    bottom = math.floor(math.log10(low) + 1e-9)
    return {"low": 10.0**bottom, "high": 10.0 ** max(bottom + 1, math.ceil(math.log10(high)))}


def _mean_board(count: int, other: str, others: int) -> str:
    """Write the two losses out."""
    each = r"\frac{1}{%d}\sum_{i}(\hat y_i - y_i)^2 = {%s.loss:.4f}"
    learned, unseen = _("learned"), _("others")
    return slots(
        rf"$L_{{\text{{{learned}}}}} = {each % (count, 'train')}$"
        + "\n\n"
        + rf"$L_{{\text{{{unseen}}}}} = {each % (others, other)}$"
    )
