"""What is drawn of each topic: the rows that the charts are fed with, and the numbers below."""

from __future__ import annotations

import functools
import math
import statistics
from collections.abc import Sequence
from typing import Any

from demos.frame.texts import N_, _, grouped
from demos.tires.answers import chance, classifier
from demos.tires.knobs import METHODS, SCORES
from demos.tires.lesson import blocks_of, choose_what_trains, gradient_norms
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Run, Series

TABLES = "python -m trainers.tires --only-tables --search 30 --data DIR"
SERIES = [
    Series("frozen", METHODS[0], lc.BLUE),
    Series("fine_tuning", METHODS[1], lc.VERMILLION, (8, 4)),
    Series("from_scratch", METHODS[2], lc.GREEN, (2, 2)),
    Series("plain", N_("plain: f(W·h + b)"), lc.VERMILLION, (8, 4)),
    Series("residual", N_("residual: h + f(W·h + b)"), lc.BLUE),
]
# What the trainer searched: field → (name, its axis, whether that is logarithmic).
PARAMETERS = {
    "learning_rate": (N_("learning rate"), N_("rate"), True),
    "weight_decay": (N_("weight decay"), N_("decay"), True),
    "smoothing": (N_("label smoothing"), N_("smoothing"), False),
    "epochs": (N_("epochs"), N_("epochs"), False),
    "views": (N_("views per photo"), N_("views"), False),
}
_AXES = {"balanced_accuracy": N_("accuracy"), "loss": N_("loss")}
BEST_SHOWN = 10
FROZEN, FURTHER, NEW = STATES = [
    N_("frozen"),
    N_("trained further"),
    N_("new, from random numbers"),
]
SIGNS = dict(zip(STATES, "❄✎✱", strict=True))
_STATE = dict(zip(METHODS, STATES, strict=True))
_KINDS = {
    "Conv2dNormActivation": N_("convolution"),
    "InvertedResidual": N_("inverted residual"),
    "Linear": N_("new head"),
    "Conv2d": N_("convolution"),
}

Rows = list[dict[str, Any]]


def picture(
    topic: str, method: str, activation: str, stack: list[float], score: str, **_others: Any
) -> tuple[Run, str]:
    """Compute everything that is drawn of a topic; nothing for those without a chart."""
    if topic == "transfer":
        return transfer(method)
    if topic == "residual":
        return residual(activation, *stack)
    if topic == "search":
        return search(score)
    return Run(data={}), ""


# ---------------------------------------------------------------- transfer learning


def transfer(method: str) -> tuple[Run, str]:
    """Return which blocks train with a method, and how many photos each method needs."""
    network = _architecture()
    trained, total = _counted(network)[method]
    blocks = _blocks(network)
    rows = []
    for number, block in enumerate(blocks):
        state = _STATE[method] if number < len(blocks) - 1 else NEW
        kind = _(_KINDS.get(block["kind"], block["kind"]))
        rows.append(
            {
                **block,
                "block": f"{number} {kind}",
                "order": number,
                "state": _(state),
                # A sign as well: colour alone does not reach everyone.
                "text": f"{SIGNS[state]} {grouped(block['parameters'])}",
            }
        )
    curves = learning_curves()
    board = _("**{method}** trains **{trained}** of {total} parameters ({share}) of {network}.")
    board = board.format(
        method=_(method),
        trained=grouped(trained),
        total=grouped(total),
        share=_percent(trained / total),
        network=network,
    )
    for name, text in _best_of(curves).items():
        board += f"\n\n{name}: {text}"
    caption = _(
        "The blocks of {network} with their parameters, the input at the top: {signs}."
    ).format(network=network, signs=", ".join(f"{SIGNS[state]} {_(state)}" for state in STATES))
    if curves:
        caption += " " + _("Accuracies are of test photos; bars span the seeds.")
    missing = _(
        "The learning curves have not been measured yet. This command measures and stores them: "
        "{command}"
    )
    return Run(
        data={"blocks": rows, "curves": curves, "run": curves},
        caption=caption,
        warning="" if curves else missing.format(command=TABLES),
    ), board


def learning_curves() -> Rows:
    """Return one row per method and number of photos: mean, low and high over the seeds."""
    groups: dict[tuple[str, int], list[float]] = {}
    for row in _table("learning_curves", ("photos", "balanced_accuracy")):
        groups.setdefault((row["method"], int(row["photos"])), []).append(row["balanced_accuracy"])
    names = dict(zip(METHODS, ("frozen", "fine_tuning", "from_scratch"), strict=True))
    return [
        {
            "series": names[method],
            "photos": photos,
            "accuracy": statistics.fmean(values),
            "low": min(values),
            "high": max(values),
            "seeds": len(values),
        }
        for method in METHODS
        for (of, photos), values in sorted(groups.items())
        if of == method
    ]


def _best_of(curves: Rows) -> dict[str, str]:
    labels = {series.name: _(series.label) for series in SERIES}
    last = {row["series"]: row for row in curves}  # sorted by photos
    text = _("{share:.1f} % with {count} photos")
    return {
        labels[name]: text.format(share=100 * row["accuracy"], count=row["photos"])
        for name, row in last.items()
    }


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %" if share < 0.1 else f"{100 * share:.0f} %"


def _architecture() -> str:
    try:
        return classifier().architecture
    except ValueError:  # the lesson needs no trained weights
        return "mobilenet_v2"


@functools.lru_cache(maxsize=2)
def _blocks(architecture: str) -> Rows:
    from models.architectures import network

    with chance:
        model = network(architecture, 2)
    return blocks_of(model)


@functools.lru_cache(maxsize=2)
def _counted(architecture: str) -> dict[str, tuple[int, int]]:
    from models.architectures import network

    with chance:
        model = network(architecture, 2)
    return {method: choose_what_trains(model, method) for method in METHODS}


# ---------------------------------------------------------------- residual blocks


def residual(activation: str, depth: float, width: float, seed: float) -> tuple[Run, str]:
    """Return the gradient's length per layer, for a plain and a residual stack."""
    rows, lines = [], []
    spoken, nothing = {"plain": _("plain"), "residual": _("residual")}, _("no gradient at all")
    for name, skip in (("plain", False), ("residual", True)):
        with chance:
            norms = gradient_norms(depth, width, activation, skip, seed)
        # A logarithmic axis has no zero: a layer that gets no gradient at all is left out.
        rows += [
            {"series": name, "layer": i, "norm": norm}
            for i, norm in enumerate(norms, 1)
            if norm > 0
        ]
        first, last = norms[0], norms[-1]
        ratio = _power(first / last) if last else rf"\text{{{nothing}}}"
        slopes = [rf"\|\partial L/\partial W_{{{layer}}}\|" for layer in (1, depth)]
        lines.append(
            rf"{spoken[name]}: $\dfrac{{{slopes[0]}}}{{{slopes[1]}}} = "
            rf"\dfrac{{{_power(first)}}}{{{_power(last)}}} = {ratio}$"
        )
    caption = _(
        "How long the gradient is that reaches each of {depth} layers; the loss is on the right, "
        "the input on the left. Both stacks start from the same weights."
    ).format(depth=depth)
    return Run(data={"norms": rows, "run": rows}, caption=caption), "\n\n".join(lines)


def _power(number: float) -> str:
    if number == 0 or not math.isfinite(number):
        return f"{number:g}"
    if 1e-3 <= number < 1e4:
        return f"{number:.3g}"
    digits, _, exponent = f"{number:.1e}".partition("e")
    return rf"{digits} \cdot 10^{{{int(exponent)}}}"


# ---------------------------------------------------------------- the search


def search(score: str) -> tuple[Run, str]:
    """Return the trials as lines over parallel axes, and the best of them as a table."""
    trials = trials_of()
    if not trials:
        missing = _(
            "The search’s trials have not been measured yet. This command measures and stores "
            "them: {command}"
        )
        return Run(data={"run": []}, warning=missing.format(command=TABLES)), ""
    best = min(trials, key=lambda trial: trial["loss"])["trial"]
    columns = [*PARAMETERS, score]
    rows, ends = [], []
    for place, name in enumerate(columns):
        _full, label, logarithmic = PARAMETERS.get(name, ("", _AXES[score], False))
        label = _(label)
        values = [trial[name] for trial in trials]
        low, high = min(values), max(values)
        scale = math.log if logarithmic else float
        span = scale(high) - scale(low) or 1.0
        ends += [
            {"place": place, "label": label, "at": at, "text": _short(value)}
            for at, value in ((0, low), (1, high))
        ]
        rows += [
            {
                "trial": trial["trial"],
                "place": place,
                "parameter": label,
                "value": trial[name],
                "height": (scale(trial[name]) - scale(low)) / span,
                "score": trial[score],
                "best": trial["trial"] == best,
            }
            for trial in trials
        ]
    caption = _(
        "{count} trials of Optuna, one line each; point at one to follow it. The thick line is the "
        "best of them: it has the least validation loss."
    ).format(count=len(trials))
    return Run(data={"trials": rows, "axes": ends, "run": trials}, caption=caption), _best_trials(
        trials
    )


def trials_of() -> Rows:
    """Return the trials, best first."""
    rows = _table("search", (*PARAMETERS, *SCORES, "trial"))
    for row in rows:
        row |= {name: int(row[name]) for name in ("trial", "epochs", "views")}
    return sorted(rows, key=lambda row: row["loss"])


def _short(value: float) -> str:
    if 0 < abs(value) < 0.01:
        return f"{value:.0e}".replace("e-0", "e-")
    return f"{value:.3g}"


def _best_trials(trials: Rows) -> str:
    """Return the best trials as a Markdown table, the best one in bold."""
    names = [_(name) for name, *_axis in PARAMETERS.values()]
    heads = [_("trial"), *names, _("balanced accuracy"), _("loss")]
    lines = [
        f"| {' | '.join(heads)} |",
        "|--:" * (len(names) + 3) + "|",
    ]
    for place, trial in enumerate(trials[:BEST_SHOWN]):
        cells = [f"{trial['trial']}", *(f"{trial[name]:.3g}" for name in PARAMETERS)]
        cells += [f"{100 * trial['balanced_accuracy']:.1f} %", f"{trial['loss']:.4f}"]
        cells = [f"**{cell}**" for cell in cells] if place == 0 else cells
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _table(name: str, numbers: Sequence[str]) -> Rows:
    """Return a table that the trainer measured, without rows whose numbers are none."""
    from models import hub
    from models.tires import TireClassifier

    rows = []
    for row in hub.table(TireClassifier, name):
        try:
            values = {column: float(row[column]) for column in numbers}
        except (KeyError, TypeError, ValueError):
            continue
        if all(map(math.isfinite, values.values())):
            rows.append({**row, **values})
    return rows
