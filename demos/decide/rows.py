"""What is drawn of each topic: the rows that the charts are fed with, and the numbers below."""

from __future__ import annotations

import functools
import random
import threading
from collections.abc import Sequence
from typing import Any

from demos.decide.answers import (
    MOST_SPLITS,
    Learned,
    accuracy_of_split,
    folds,
    folds_shipped,
    learn,
    run,
    run_shipped,
    split_shipped,
)
from demos.decide.knobs import FEATURES, JUDGED, THINGS
from demos.decide.lesson import EPOCHS, TEST, VALIDATION, label_and_loss, line_and_sigmoid
from demos.decide.tables import (
    COMMAND,
    EXAMS,
    HEART,
    Problem,
    called,
    named,
    own_problem,
    read_csv,
    shipped,
    targets,
)
from demos.frame.runs import collect, stops, trained
from demos.frame.tables import Column, read_table
from demos.frame.texts import N_, _
from demos.pictures.numbers import written
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series
from demos.widgets.table_drop import Sent, TableDrop
from models.sentences import refusal

STEPS = 60
SERIES = [
    Series("mse", N_("line, MSE"), lc.VERMILLION, (8, 4)),
    Series("bce", N_("sigmoid, cross-entropy"), lc.BLUE),
    Series("train", N_("rows to train with"), lc.BLUE),
    Series("validation", N_("rows to choose with"), lc.ORANGE, (8, 4)),
]
MEASURED: dict[str, Column] = {
    "table": ["heart", "loans", "all loans"],
    "columns": str,
    "model": str,
}
MEASURED_MODELS = {"neuron": N_("neuron"), "network": N_("network"), "trees": N_("boosting")}
Rows = list[dict[str, Any]]


class Source:
    """Where the rows come from: a table beside the weights, or the visitor's own.

    Args:
        settings: of all knobs.
        own: what the page sent of the visitor's table.
    """

    def __init__(self, settings: dict[str, Any], own: Sent | None = None) -> None:
        self.table, self.zeros, self.old = (settings[one] for one in ("table", "zeros", "old"))
        self.hidden, self.seed = settings["hidden"], settings["seed"]
        self.answer: dict[str, Any] | None = None
        if self.table == "own":
            if own is None:
                raise refusal("Choose a CSV file first.")
            self._read(own)
            return
        columns = settings["heart_columns" if self.table == "heart" else "loan_columns"]
        self.columns = tuple(columns)
        self.column = settings["heart_column" if self.table == "heart" else "loan_column"]
        self.key = (self.table, self.columns, self.zeros, self.old)
        self.problem = shipped(*self.key)

    def _read(self, own: Sent) -> None:
        table = read_csv(own.data)
        known = targets(table)
        if not known and not own.target:
            raise refusal("No column has exactly two values: a yes or no is needed.")
        target = own.target or known[-1]
        self.problem = own_problem(table, target, own.columns)
        chosen = list(self.problem.rows)
        self.column = own.column if own.column in chosen else chosen[0]
        self.answer = TableDrop.answer(
            list(table.columns), known, target, chosen, self.column, self.problem.notes
        )

    def learned(self) -> Learned:
        """Train."""
        if self.table == "own":
            rows = collect(run(self.problem, self.hidden, self.seed), total=EPOCHS + 1)
        else:
            rows = run_shipped(*self.key, self.hidden, self.seed)
        return learn(self.problem, rows, self.seed)

    def out_of_fold(self) -> Any:
        """Return logits of all rows, each by a model that has not seen it."""
        if self.table == "own":
            return folds(self.problem, self.hidden, self.seed)
        return folds_shipped(*self.key, self.hidden, self.seed)

    def splits(self) -> Rows:
        """Return how often one neuron is right on the test rows of this split and those before."""
        first = max(0, self.seed - MOST_SPLITS + 1)
        rows = []
        for seed in range(first, self.seed + 1):
            if self.table == "own":
                right = accuracy_of_split(self.problem.numbers[1], self.problem.labels, seed)
            else:
                right = split_shipped(*self.key, seed)
            rows.append({"split": seed, "accuracy": right, "now": seed == self.seed})
        return rows

    def whole(self) -> Problem:
        """Return the table with all its columns, to look at."""
        if self.table == "own":
            return self.problem
        from demos.decide.answers import COLUMNS

        return shipped(self.table, COLUMNS[self.table], self.zeros, self.old)


# Trainings take turns: each is a thousand small steps, and several at once would spend their time
# handing Python's lock to each other.
_turn = threading.Lock()


def picture(own: Sent | None, **settings: Any) -> tuple[Run | None, str, dict | None, dict | None]:
    """Compute everything that is drawn of a topic.

    Returns:
        What goes to the charts, to the blackboard, to the threshold board and to the visitor's
        table; None where that stays as it is.
    """
    topic = settings["topic"]
    if topic == "line":
        return *line(settings["feature"], settings["asked"], settings["rate"]), None, None
    if topic == "labels":
        chosen = (settings[one] for one in ("things", "task", "logits"))
        return *labels(*chosen), None, None
    source = Source(settings, own)
    if topic == "look":
        return *look(source), None, source.answer
    with _turn:
        if topic == "train":
            return *train(source), None, source.answer
        return None, "", judged(source, settings["part"]), source.answer


# ---------------------------------------------------------------- from line to probability


@functools.cache
def feature_of(name: str) -> tuple[tuple[float, ...], tuple[int, ...], float, float]:
    """Return a feature, the labels, and mean and deviation of the feature."""
    import numpy as np

    if name == "first":
        table = read_table("tables/exams", EXAMS, COMMAND)
        x, y = table["first"].to_numpy(float), table["admitted"]
    else:
        table = read_table("tables/heart", HEART, COMMAND)
        x, y = table[name].to_numpy(float), table["HeartDisease"]
    return tuple(x.tolist()), tuple(y.tolist()), float(np.mean(x)), float(np.std(x))


@trained(steps=2 * STEPS)
def line_rows(feature: str, asked: float, rate: float) -> Any:
    """Train the line and the neuron on a feature."""
    import torch

    x, y, mean, deviation = feature_of(feature)
    numbers = (torch.tensor(x) - mean) / deviation
    yield from line_and_sigmoid(numbers, torch.tensor(y).float(), rate, STEPS, asked)


def line(feature: str, asked: float, rate: float) -> tuple[Run, str]:
    """Return the line and the sigmoid on one feature, and what they say of one x."""
    rows = line_rows(feature, asked, rate)
    x, y, mean, deviation = feature_of(feature)
    chance = random.Random(0)
    last = {row["series"]: row for row in rows}
    low, high = min(x), max(x)
    margin = 0.08 * (high - low)
    ends = [low - margin, high + margin]
    at = mean + asked * deviation
    ends = [min(ends[0], at), max(ends[1], at)]
    places = [ends[0] + (ends[1] - ends[0]) * i / 80 for i in range(81)]
    words = (
        (N_("admitted"), N_("not admitted")) if feature == "first" else (N_("ill"), N_("healthy"))
    )
    yes, no = (_(word) for word in words)
    run = Run(
        data={
            "run": rows,
            "points": [
                {"x": one, "y": label + chance.uniform(-0.05, 0.05), "name": yes if label else no}
                for one, label in zip(x, y, strict=True)
            ],
            "places": [
                {"x": place, "u": (place - mean) / deviation, "key": name}
                for name in ("mse", "bce")
                for place in places
            ],
            "asked": [{"x": at, "u": asked}],
        },
        params={"feature": _(FEATURES[feature])},
        caption=_(
            "Step {step}: for x = {x}, the line says {line}, the neuron {p}: a probability lies "
            "between 0 and 1, a line does not. Click into the picture to ask for another x."
        ).format(step="{step:d}", x=written(at, ".3g"), line="{mse.p:.3f}", p="{bce.p:.3f}"),
        conclusion=_line_conclusion(last),
        warning=_line_warning(rows, rate),
        topic=f"line {feature}",
    )
    board = _(
        r"""**The line**, with the mean squared error: $\hat y = w x + b = {mse.weight:.4f} \cdot"""
        r""" {params_x} {mse.bias:+.4f} = {mse.p:.4f}$

**The neuron**, with the cross-entropy: $z = w x + b = {bce.weight:.4f} \cdot {params_x} """
        r"""{bce.bias:+.4f} = {bce.z:.4f}$

**The probability**: $p = \sigma(z) = \frac{{1}}{{1 + e^{{-z}}}} = {bce.p:.4f}$

**The logit** is the way back: $\ln \frac{{p}}{{1 - p}} = z$. **The class**: yes if $p \ge 0.5$, """
        r"""that is if $z \ge 0$."""
    )
    board = board.replace("{params_x}", written(asked, ".2f")).replace("{{", "{").replace("}}", "}")
    return run, slots(board)


def _line_conclusion(last: dict[Any, dict[str, Any]]) -> str:
    if any(row["note"] for row in last.values()):
        return ""
    return _(
        "The same neuron, another loss: the line is right on {line:.0%} of them, the sigmoid on "
        "{neuron:.0%}. The line pays for being far on the right side; the sigmoid does not."
    ).format(line=last["mse"]["accuracy"], neuron=last["bce"]["accuracy"])


def _line_warning(rows: Rows, rate: float) -> str:
    stopped = stops(rows)
    if not stopped and abs(rows[-2]["weight"]) < 1e3:
        return ""
    sentence = _("The rate {rate:g} is too high for the squared error: each step overshoots more.")
    return sentence.format(rate=rate)


# ---------------------------------------------------------------- look at the table


def look(source: Source) -> tuple[Run, str]:
    """Return how often there is a yes, by the values of a column, and how much each column says."""
    problem, column = source.whole(), source.column
    shares, areas = shares_of(problem, column), areas_of(problem)
    name = called(column)
    base = float(problem.labels.mean())
    for row in areas:
        row |= {"now": row["column"] == column, "name": called(row["column"])}
    caption = _(
        "{n} rows, of which {base:.1%} say “{yes}”. A column with an area of 0.5 puts the rows in "
        "no better order than chance; one with nearly 1 may give the answer away."
    ).format(n=len(problem.labels), base=base, yes=_(problem.yes))
    run = Run(
        data={
            "run": [{"step": 0, **row} for row in shares],
            "shares": shares,
            "base": [{"base": base}],
            "areas": areas,
        },
        params={"feature": name},
        caption=caption,
        topic="look",
    )
    return run, _look_board(problem, column)


def shares_of(problem: Problem, column: str) -> Rows:
    """Return the share of yes in each value of a column, or in each fifth of its numbers."""
    import pandas as pd

    values, labels = problem.rows[column], problem.labels
    if values.dtype == object or str(values.dtype).startswith(("str", "category")):
        groups = values.astype(str)
        order = sorted(groups.unique())
    elif values.nunique() <= 6:
        groups = values.map(lambda value: "?" if pd.isna(value) else f"{value:g}")
        order = [f"{value:g}" for value in sorted(values.dropna().unique())]
    else:
        zero = values == 0
        apart = bool(0.05 < zero.mean() < 0.5)
        cut = pd.qcut(values.where(~zero) if apart else values, 5, duplicates="drop")
        names = {one: f"{_short(one.left)} – {_short(one.right)}" for one in cut.cat.categories}
        groups = cut.map(names).astype(object).where(cut.notna(), "?")
        if apart:
            groups = groups.where(~zero, "0")
        order = ["0"] * apart + list(dict.fromkeys(names.values()))
    if (groups == "?").any() and "?" not in order:
        order.append("?")
    rows = []
    for number, group in enumerate(order):
        inside = labels[(groups == group).to_numpy()]
        if len(inside):
            share = {"share": float(inside.mean()), "count": len(inside), "ones": int(inside.sum())}
            rows.append({"group": group, "order": number, **share})
    return rows


def _short(number: float) -> str:
    number = 0.0 if abs(number) < 1e-9 else number
    if abs(number) >= 10_000:
        return f"{written(number / 1000, ',.0f')}k"
    return written(number, ".3g" if abs(number) < 1000 else ".0f")


def areas_of(problem: Problem) -> Rows:
    """Return the area under the ROC curve of each column alone; of a category, of its shares."""
    import pandas as pd
    from sklearn.metrics import roc_auc_score

    rows = []
    for column in problem.rows:
        values = problem.rows[column]
        if pd.api.types.is_numeric_dtype(values):
            scores = values.fillna(values.median())
        else:
            scores = values.map(pd.Series(problem.labels).groupby(values.to_numpy()).mean())
        rows.append({"column": column, "area": float(roc_auc_score(problem.labels, scores))})
    return sorted(rows, key=lambda row: -abs(row["area"] - 0.5))


def _look_board(problem: Problem, column: str) -> str:
    import pandas as pd

    values = problem.rows[column]
    if pd.api.types.is_numeric_dtype(values):
        known = values.notna().to_numpy()
        r = values[known].corr(pd.Series(problem.labels, index=values.index)[known])
        missing = "" if known.all() else _("; {n} are missing").format(n=int((~known).sum()))
        return _("Correlation of “{column}” with the label: {r}{missing}.").format(
            column=_escaped(called(column)), r=written(float(r), ".3f"), missing=missing
        )
    encoded = pd.get_dummies(values.rename(called(column)), dtype=int, prefix=None)
    lines = [
        "| " + " | ".join([_escaped(called(column)), *map(_escaped, encoded.columns)]) + " |",
        "|" + " --- |" * (1 + encoded.shape[1]),
    ]
    firsts = values.drop_duplicates().head(4).index
    for at in firsts:
        cells = [_escaped(str(values[at])), *(str(cell) for cell in encoded.loc[at])]
        lines.append("| " + " | ".join(cells) + " |")
    told = _("A network takes numbers: `pd.get_dummies` makes a column of each value.")
    return told + "\n\n" + "\n".join(lines)


def _escaped(text: str) -> str:
    """Return a text of a stranger's as Markdown that shows it."""
    import html
    import re

    return re.sub(r"([\\`*_{}\[\]()#+!|$@:-])", r"\\\1", html.escape(text.replace("\n", " ")))[:80]


# ---------------------------------------------------------------- training


def train(source: Source) -> tuple[Run, str]:
    """Return a training, its weights, how it compares, and other splits."""
    learned = source.learned()
    rows: Rows = []
    for row in learned.history:
        one = {"step": row["step"], "accuracy": row["accuracy"]}
        weights = {"weights": [round(w, 4) for w in row["weights"]]} if "weights" in row else {}
        rows.append({**one, "series": "train", "loss": row["loss"], **weights})
        rows.append(
            {
                "step": row["step"],
                "series": "validation",
                "loss": row["validation"],
                "accuracy": row["validation_accuracy"],
            }
        )
    problem, last = learned.problem, learned.history[-1]
    right = {
        name: float(((learned.logits > 0) == (problem.labels > 0))[learned.part == number].mean())
        for number, name in enumerate(("train", "validation", "test"))
    }
    base = float(max(problem.labels.mean(), 1 - problem.labels.mean()))
    marks = [
        {"name": _("always the same answer"), "accuracy": base, "kind": "base"},
        {"name": _("rows to train with"), "accuracy": right["train"], "kind": "now"},
        {"name": _("rows to choose with"), "accuracy": right["validation"], "kind": "now"},
        {"name": _("rows to test with"), "accuracy": right["test"], "kind": "test"},
        *_measured(source),
    ]
    splits = source.splits()
    data = {
        "run": rows,
        "marks": [{**mark, "order": i} for i, mark in enumerate(marks)],
        "splits": _bins([row["accuracy"] for row in splits]),
        "split_now": [row for row in splits if row["now"]],
        "pairs": [{"here": 1}] if "weights" in last else [],
    }
    caption = _(
        "Step {step}: cross-entropy {loss} on the rows to train with, {choose} on those to choose "
        "with; right: {right} and {chosen}."
    ).format(
        step="{step:d}",
        loss="{train.loss:.4f}",
        choose="{validation.loss:.4f}",
        right="{train.accuracy:.3f}",
        chosen="{validation.accuracy:.3f}",
    )
    run = Run(
        data=data,
        params={
            "weight_names": [called(name) for name in learned.names],
            "split_low": max(0.0, min(row["accuracy"] for row in splits) - 0.04),
            "split_high": min(1.0, max(row["accuracy"] for row in splits) + 0.04),
            "weight_most": max(
                (abs(w) for row in learned.history for w in row.get("weights", [1.0])), default=1.0
            ),
        },
        caption=caption,
        conclusion=_train_conclusion(learned, right["test"], base, splits),
        start=last["step"],
        topic=f"train {source.table}",
    )
    return run, _train_board(source, learned)


def _bins(found: Sequence[float]) -> Rows:
    """Return how many accuracies lie in each per cent."""
    counts: dict[int, int] = {}
    for one in found:
        counts[int(100 * one + 1e-9)] = counts.get(int(100 * one + 1e-9), 0) + 1
    return [{"low": p / 100, "high": (p + 1) / 100, "count": n} for p, n in counts.items()]


def _measured(source: Source) -> Rows:
    """Return what cross-validation made of these columns, where that was measured."""
    from demos.decide.answers import COLUMNS

    if source.table == "own":
        return []
    missing = [one for one in COLUMNS[source.table] if one not in source.columns]
    called_ = {(): "all", ("previous_loan_defaults_on_file",): f"all but {missing and missing[0]}"}
    columns = called_.get(tuple(missing))
    if source.table == "loans" and set(source.columns) == THREE:
        columns = "three"
    table = read_table(
        "tables/measured",
        {**MEASURED, "folds": (2, 20), "accuracy": (0.0, 1.0), "area": (0.0, 1.0)},
        COMMAND,
    )
    table = table[(table["table"] == source.table) & (table["columns"] == columns)]
    table = table[(table["folds"] == 5) & table["model"].isin(MEASURED_MODELS)]
    sentence = _("scikit-learn: {model}")
    return [
        {
            "name": sentence.format(model=_(MEASURED_MODELS[model])),
            "accuracy": accuracy,
            "kind": "measured",
        }
        for model, accuracy in zip(table["model"], table["accuracy"], strict=True)
    ]


THREE = {"person_income", "person_home_ownership", "loan_amnt"}


def _train_conclusion(learned: Learned, test: float, base: float, splits: Rows) -> str:
    sentence = _(
        "On the {n} rows to test with, which it never saw, it is right on {test:.1%}; always the "
        "same answer would be right on {base:.1%}."
    ).format(n=int((learned.part == TEST).sum()), test=test, base=base)
    if len(splits) > 1:
        found = [row["accuracy"] for row in splits]
        sentence += " " + _(
            "Of {count} random splits, one neuron trained on all but the test rows is right on "
            "{low:.1%} to {high:.1%}."
        ).format(count=len(found), low=min(found), high=max(found))
    return sentence


def _train_board(source: Source, learned: Learned) -> str:
    notes = []
    if source.table == "loans":
        notes.append(
            _(
                "What does a 1 mean? The page of this table says “approved”. Read the weights "
                "before you believe it."
            )
        )
    last = learned.history[-1]
    if "weights" in last:
        largest = sorted(zip(learned.names, last["weights"], strict=True), key=lambda p: -abs(p[1]))
        terms = " ".join(
            f"{'−' if weight < 0 else '+'} {abs(weight):.2f} · {_escaped(called(name))}"
            for name, weight in largest[:4]
        )
        notes.insert(
            0,
            _("Newton's method goes straight to the one minimum that a neuron has.")
            + " "
            + _("z = {bias} {terms} … with every column in deviations from its mean.").format(
                bias=written(last["bias"], ".2f"), terms=terms
            ),
        )
    else:
        sentence = _("Kept is the step that is best on the rows to choose with: {best} of {all}.")
        notes.insert(0, sentence.format(best=last["best"], all=last["step"]))
    return "\n\n".join(notes)


# ---------------------------------------------------------------- the threshold


def judged(source: Source, part: str) -> dict[str, Any]:
    """Return what the threshold board shows: scores of rows that the model has not seen."""
    import numpy as np

    learned = source.learned()
    if part == "folds":
        logits, chosen = source.out_of_fold(), np.ones(len(learned.part), dtype=bool)
        note = _("All {n} rows, each judged by a model that had not seen it ({model}).")
    else:
        logits = learned.logits
        chosen = learned.part == {"validation": VALIDATION, "test": TEST}[part]
        note = _("{n} rows that the model has not seen ({model}).")
    problem = source.whole() if source.table != "own" else learned.problem
    neurons = [_("one neuron"), _("1 hidden layer"), _("2 hidden layers")][int(source.hidden)]
    yes, no = _(problem.yes), _(problem.no)
    told = note.format(n=int(chosen.sum()), model=neurons)
    if source.table == "loans":
        yes, no = _("default"), _("paid back")
        told += " " + _(
            "1 is read as “default”: the figures say so, the page of the table does not."
        )
        told += " " + _("Part of the rows were interpolated between others: this flatters.")
    z = logits[chosen]
    keep = np.flatnonzero(chosen)
    rows = learned.problem.rows if source.table == "own" else problem.rows
    return {
        "scores": (1 / (1 + np.exp(-z))).tolist(),
        "labels": learned.problem.labels[chosen].tolist(),
        "yes": yes,
        "no": no,
        "groups": {name: [of[i] for i in keep] for name, of in learned.problem.groups.items()},
        "rows": {name: rows[name].iloc[keep].tolist() for name in rows},
        "names": named(),
        "temperature": learned.temperature,
        "note": told,
    }


# ---------------------------------------------------------------- one label, many, several


def labels(things: Sequence[str], task: str, logits: Sequence[float]) -> tuple[Run, str]:
    """Return a scene, its label in the way of the question, and the loss, from torch."""
    there = [thing in things for thing in THINGS]
    found = label_and_loss(task, there, logits)
    names = [_(name) for name in THINGS.values()][: len(found["outputs"])]
    label = found["label"]
    hot: Sequence[int] = [0, 0, 0]
    if label is not None:
        hot = [int(i == label) for i in range(3)] if task == "which" else label
    outputs = [
        {"name": name, "order": i, "p": p, "label": hot[i] if label is not None else None}
        for i, (name, p) in enumerate(zip(names, found["outputs"], strict=True))
    ]
    scene = [{"thing": thing, "there": there[i], "x": i + 0.5} for i, thing in enumerate(THINGS)]
    run = Run(
        data={"run": [{"step": 0, **row} for row in outputs], "scene": scene, "outputs": outputs},
        caption=_labels_caption(task, there, label),
        topic="labels",
    )
    return run, _labels_board(task, found, hot, logits)


def _labels_caption(task: str, there: Sequence[bool], label: Any) -> str:
    if task == "which" and label is None:
        return _(
            "{count} of the three are in the picture: “which one is it?” has no answer. One-hot "
            "has room for one."
        ).format(count=sum(there))
    kind = {
        "one": _("one number: is there a tree?"),
        "which": _("a number of a class, or one-hot: exactly one 1"),
        "several": _("multi-hot: a 1 for everything that is there, or none"),
    }[task]
    return _("The label is {kind}. Click a thing in the picture to put it there or away.").format(
        kind=kind
    )


def _labels_board(task: str, found: dict, hot: Sequence[int], logits: Sequence[float]) -> str:
    z = [written(one, ".1f") for one in logits]
    p = [written(one, ".4f") for one in found["outputs"]]
    vector = r"\begin{{pmatrix}}{}\end{{pmatrix}}".replace("{{", "{").replace("}}", "}")
    column = lambda values: vector.replace("{}", r" \\ ".join(map(str, values)), 1)  # noqa: E731
    lines = []
    if task == "one":
        lines.append(_("**Label**: a number, $y = {y}$").format(y=hot[0]))
        lines.append(rf"$p = \sigma(z) = \sigma({z[0]}) = {p[0]}$")
    elif task == "which":
        if found["label"] is not None:
            sentence = _("**Label**: class {number}, one-hot $y = {hot}$")
            lines.append(sentence.format(number=found["label"], hot=column(hot)))
        lines.append(rf"$p = \mathrm{{softmax}}(z) = {column(p)}$, $\sum p = 1$")
    else:
        lines.append(_("**Label**: multi-hot $y = {hot}$").format(hot=column(hot)))
        total = written(sum(found["outputs"]), ".2f")
        lines.append(rf"$p = \sigma(z) = {column(p)}$, $\sum p = {total}$")
    if found["loss"] is not None:
        each = [written(one, ".4f") for one in found["losses"]]
        loss = written(found["loss"], ".4f")
        if task == "which":
            lines.append(rf"$L = -\ln p_{{{found['label']}}} = {loss}$: `cross_entropy(z, y)`")
        elif task == "one":
            formula = rf"-\ln {p[0]}" if hot[0] else rf"-\ln (1 - {p[0]})"
            lines.append(rf"$L = {formula} = {loss}$: `binary_cross_entropy_with_logits(z, y)`")
        else:
            mean = " + ".join(each)
            lines.append(rf"$L = ({mean}) / 3 = {loss}$: `binary_cross_entropy_with_logits(z, y)`")
        gradient = [written(one, ".4f") for one in found["gradient"]]
        lines.append(rf"$\partial L / \partial z = {column(gradient)}$")
    return "\n\n".join(lines)


__all__ = ["JUDGED", "SERIES", "picture"]
