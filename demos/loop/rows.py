"""What is drawn: the rows that the charts and the pipeline are fed with, and what is said."""

from __future__ import annotations

from typing import Any

from demos.frame import texts
from demos.frame.runs import LENGTH, OVERFLOW, cut_short, with_bar
from demos.frame.texts import N_, _
from demos.loop.knobs import ANY, DIGITS
from demos.loop.lesson import cross_validated, digits, epoch_times, train
from demos.pictures.confusion import class_names, confusion_rows, counts
from demos.pictures.numbers import written
from demos.pictures.small_pictures import picture_rows
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

RATES = ("low", "right", "high")
SERIES = [
    Series("low", N_("η too low"), lc.BLUE, (8, 3)),
    Series("right", N_("η right"), lc.GREEN),
    Series("high", N_("η too high"), lc.VERMILLION, (3, 3)),
    Series("whole", N_("nothing forgotten"), lc.GREEN),
    Series("forgotten", N_("forgotten"), lc.VERMILLION, (6, 3)),
]
# Which charts are shown: those that have rows.
_SHOWN = [{"shown": 1}]
MOST_PICTURES = 80
GRID_COLUMNS = 10
# Of the pictures of all batches that are shown: a run is sent in less than 600 kB.
MOST_NUMBERS = 36_000
_BOARD = (
    "$-\\ln p_1 = {first_loss:.4f}\\quad$"
    "$\\displaystyle L = -\\frac1{n}\\sum_{i=1}^{n} \\ln p_i = {loss:.5s}$\n\n"
    "$\\|g\\| = \\sqrt{\\|g_1\\|^2 + \\|g_2\\|^2} = "
    "\\sqrt{{norm_first:.6s}^2 + {norm_second:.6s}^2} = {norm:.5s}$\n\n"
    "$\\displaystyle \\frac{\\partial L}{\\partial b_0} = \\frac1n \\sum_{i=1}^{n}"
    " \\big(p_i(0) - [y_i = 0]\\big) = {gradient:.5s}$\n\n"
    "$b_0 \\leftarrow b_0 - \\eta\\,\\frac{\\partial L}{\\partial b_0}"
    " = {bias:.6s} - {rate:.6s} \\cdot ({gradient:.6s}) = {new_bias:.5s}$"
)


def picture(topic: str, **settings: Any) -> tuple[Run, str]:
    """Draw a topic."""
    return {
        "loop": the_loop,
        "rates": three_rates,
        "validate": when_to_stop,
        "forget": what_one_forgets,
        "speed": time_per_epoch,
        "misread": the_misread,
    }[topic](**settings)


def _filled(rows: list[dict]) -> list[dict]:
    """Make rows ready for the charts: what was evaluated holds until it is evaluated again."""
    known: dict[str, Any] = {"validation": None, "validation_accuracy": None}
    most = MOST_NUMBERS // len(rows)
    for row in rows:
        for name in known:
            known[name] = row[name] = known[name] if row[name] is None else row[name]
        for name in ("which", "says"):
            row[name] = row[name][:most]
        for name in ("training_mode", "best", "test", "test_accuracy", "note"):
            row.pop(name, None)
    return rows


def _ended(rows: list[dict], asked: int) -> str:
    """Say why a run ended before its time."""
    last = rows[-1]
    if last["note"] == OVERFLOW:
        return _(
            "After step {step} the numbers are too large for a float: the rate is too high."
        ).format(step=last["step"])
    if last["note"] == LENGTH or (last["step"] == 2500 and last["epoch"] <= asked):
        return _("The run ends after {steps} steps, in epoch {epoch} of {asked}.").format(
            steps=last["step"], epoch=last["epoch"], asked=asked
        )
    return cut_short(rows, _("step"))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _end(row: dict) -> str:
    """Say what the test says; nothing of a run that was cut short before it."""
    if "test_accuracy" not in row:
        return ""
    return _(
        "At the end {validation} of the validation set are read right, and {test} of the test."
    ).format(validation=_percent(row["validation_accuracy"]), test=_percent(row["test_accuracy"]))


@texts.cached(maxsize=32)
def the_loop(
    batch_size: int,
    shuffle: bool,
    drop_last: bool,
    learning_rate: float,
    epochs: int,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    """Draw a run, step by step."""
    rows = train(
        batch_size=batch_size,
        shuffle=shuffle,
        drop_last=drop_last,
        learning_rate=learning_rate,
        epochs=epochs,
        seed=seed,
    )
    warning, last = _ended(rows, epochs), rows[-1]
    conclusion = _end(last)
    if not shuffle:
        nines = _(
            "Without shuffling, the last batches of an epoch hold nothing but nines: what comes "
            "last is learned, and what came first is forgotten."
        )
        conclusion = f"{conclusion} {nines}".strip()
    caption = _(
        "Epoch {epoch}, batch {batch} of {batches}: {right} of {size} read right, loss {loss}."
    ).format(
        epoch="{epoch:d}",
        batch="{batch:d}",
        batches="{batches:d}",
        right="{right:d}",
        size="{size:d}",
        loss="{loss:.3f}",
    )
    data = {"run": _filled(rows), "one": _SHOWN}
    params = {"top": _top(rows)}
    return Run(data, params, caption, conclusion, warning, topic="loop"), slots(_BOARD)


def _top(rows: list[dict]) -> float:
    """Return where the axis of the losses ends: what explodes leaves it."""
    most = max(max(row["loss"], row["validation"] or 0) for row in rows)
    return min(6.0, max(2.5, most))


def _trimmed(rows: list[dict], series: str) -> list[dict]:
    """Leave of one of several runs what is drawn."""
    names = ("step", "epoch", "loss", "norm", "rate", "validation", "validation_accuracy")
    return [{"series": series, **{name: row[name] for name in names}} for row in rows]


@texts.cached(maxsize=32)
def three_rates(
    rate_low: float,
    rate_right: float,
    rate_high: float,
    schedule: str,
    epochs: int,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    """Draw three runs that differ in nothing but the rate."""
    rows, ends, warnings = [], [], []
    rates = zip(RATES, (rate_low, rate_right, rate_high), strict=True)
    for name, rate in with_bar(rates, len(RATES)):
        run = train(learning_rate=rate, schedule=schedule, epochs=epochs, seed=seed)
        warnings.append(_ended(run, epochs))
        ends.append(f"η = {rate:g}: {_percent(run[-1].get('test_accuracy'))}")
        rows += _trimmed(_filled(run), name)
    caption = _(
        "Step {step}: loss {low} with the low rate, {right} with the right, {high} with the high."
    ).format(
        step="{step:d}", low="{low.loss:.3f}", right="{right.loss:.3f}", high="{high.loss:.3f}"
    )
    conclusion = _("Of the test are read right: {ends}. Guessing gives 10 %.").format(
        ends=", ".join(ends)
    )
    data = {"run": rows, "several": _SHOWN, "raced": _SHOWN}
    if schedule != "constant":
        data["scheduled"] = _SHOWN
    words = zip(RATES, (_("low"), _("right"), _("high")), strict=True)
    board = slots(
        "\n\n".join(
            f"$\\eta_{{\\text{{{word}}}}} = {{{name}.rate:.4g}},\\; L = {{{name}.loss:.4f}},\\; "
            f"\\|g\\| = {{{name}.norm:.4f}}$".replace(":.4g", ":.4s")
            for name, word in words
        )
    )
    warning = " ".join(filter(None, warnings))
    return Run(data, {"top": 4.0}, caption, conclusion, warning, topic="rates"), board


@texts.cached(maxsize=32)
def when_to_stop(
    learning_rate: float,
    train_share: int,
    validation_share: int,
    evaluate: str,
    patience: int,
    keep_best: bool,
    epochs: int,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    """Draw a run that is watched."""
    rows = train(
        learning_rate=learning_rate,
        train_share=train_share,
        validation_share=validation_share,
        evaluate=evaluate,
        patience=patience,
        keep_best=keep_best,
        epochs=epochs,
        seed=seed,
    )
    warning, last = _ended(rows, epochs), dict(rows[-1])
    judged = [row for row in rows if row["validation"] is not None]
    best = next((row for row in judged if row["step"] == last["best"]), last)
    said = []
    if len(judged) > 1:
        least = _("The least validation loss, {loss}, was at step {step} (epoch {epoch}).")
        said.append(
            least.format(
                loss=written(best["validation"], ".3f"), step=best["step"], epoch=best["epoch"]
            )
        )
        if "test_accuracy" in last:
            said.append(
                _("The test judges the weights of that step.")
                if keep_best
                else _("The test judges the last weights, of step {step}.").format(
                    step=last["step"]
                )
            )
    conclusion = " ".join([*said, _end(last)]).strip()
    if last["epoch"] < epochs and not warning:
        conclusion = (
            _("Stopped early, in epoch {epoch} of {asked}.").format(
                epoch=last["epoch"], asked=epochs
            )
            + " "
            + conclusion
        )
    caption = _(
        "Epoch {epoch}, step {step}: loss {loss} on the batch, {validation} on the validation set."
    ).format(epoch="{epoch:d}", step="{step:d}", loss="{loss:.3f}", validation="{validation:.3f}")
    data = {"run": _filled(rows), "one": _SHOWN}
    if best["validation"] is not None:
        data["best"] = [{"step": best["step"], "validation": best["validation"]}]
    params = {"top": _top(rows)}
    return Run(data, params, caption, conclusion, warning, topic="validate"), slots(_BOARD)


_FORGETTING = {
    "nothing": N_("Nothing is forgotten: both curves are one."),
    "zero_grad": N_(
        "Without zero_grad() each backward() adds to the gradients of all steps before: the step "
        "goes where the sum of the past points, and grows."
    ),
    "step": N_(
        "Without step() the gradients are computed and never used: no weight changes, the loss "
        "stays where chance put it."
    ),
    "train": N_(
        "Without train() the network stays in evaluation mode after the first eval(): from then on "
        "dropout drops nothing, and batch norm takes the averages that it had by then."
    ),
    "eval": N_(
        "Without eval() dropout goes on dropping while it is judged, and batch norm takes the "
        "average of whatever is judged together, and learns it: the validation set leaks."
    ),
}


@texts.cached(maxsize=32)
def what_one_forgets(
    batch_size: int,
    learning_rate: float,
    forgotten: str,
    dropout: float,
    batch_norm: bool,
    epochs: int,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    """Draw a run in which a call is left out, beside the run as it should be."""
    same = {
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "dropout": dropout,
        "batch_norm": batch_norm,
        "epochs": epochs,
        "seed": seed,
    }
    # First the one that forgets: what refuses the other may be what it gets round.
    other, whole = [train(**same, forgotten=what) for what in with_bar((forgotten, "nothing"), 2)]
    ends = [_percent(run[-1].get("test_accuracy")) for run in (whole, other)]
    warning = _ended(other, epochs) or cut_short(whole, _("step"))
    conclusion = _("Of the test are read right: {whole} as it should be, {other} here.").format(
        whole=ends[0], other=ends[1]
    )
    conclusion += " " + _(_FORGETTING[forgotten])
    if forgotten in ("train", "eval") and not dropout and not batch_norm:
        conclusion = _(
            "Nothing changes: only dropout and batch norm do something else in the two modes. "
            "Switch one of them on."
        )
    top = min(8.0, _top(_filled(other)))
    rows = [{"series": "forgotten", **row} for row in other] + _trimmed(_filled(whole), "whole")
    caption = _("Step {step}: loss {whole} as it should be, {other} here.").format(
        step="{step:d}", whole="{whole.loss:.3f}", other="{forgotten.loss:.3f}"
    )
    data = {"run": rows, "several": _SHOWN, "beside": _SHOWN}
    board = slots(
        "\n\n".join(
            f"$\\text{{{_(label)}}}:\\; L = {{{name}.loss:.4f}},\\; \\|g\\| = {{{name}.norm:.4f}}$"
            for name, label in (("whole", SERIES[3].label), ("forgotten", SERIES[4].label))
        )
    )
    return Run(data, {"top": top}, caption, conclusion, warning, topic="forget"), board


@texts.cached(maxsize=8)
def time_per_epoch(batch_size: int, **_others: Any) -> tuple[Run, str]:
    """Draw how long an epoch takes, and what it brings, by batch size."""
    rows = epoch_times()
    now = min(rows, key=lambda row: abs(row["size"] - batch_size))
    parts = [
        {
            "size": row["size"],
            "steps": row["steps"],
            "part": part,
            "order": order,
            "time": row[part],
            "now": row is now,
        }
        for row in rows
        for order, part in enumerate(("computing", "loading"))
    ]
    learned = [
        {"size": row["size"], "steps": row["steps"], "accuracy": row["accuracy"], "now": row is now}
        for row in rows
    ]
    caption = _(
        "Batches of {size}: {steps} steps an epoch, {time} ms on this server, and {accuracy} of "
        "the validation set read right after the first."
    ).format(
        size=now["size"],
        steps=now["steps"],
        time=written(now["loading"] + now["computing"], ".0f"),
        accuracy=_percent(now["accuracy"]),
    )
    total = now["loading"] + now["computing"]
    board = slots(
        f"$\\lceil {rows[-1]['size']} / {now['size']} \\rceil = {now['steps']}$ "
        + _("steps an epoch")
        + f"\n\n${total:.1f}\\,\\text{{ms}} / {now['steps']} = "
        f"{total / now['steps']:.2f}\\,\\text{{ms}}$ " + _("a step")
    )
    return Run({"speed": parts, "learned": learned}, caption=caption, topic="speed"), board


@texts.cached(maxsize=32)
def the_misread(
    learning_rate: float, epochs: int, truth: str, answer: str, seed: int, **_others: Any
) -> tuple[Run, str]:
    """Draw which digits were taken for which, and the pictures."""
    pictures, labels = digits()
    truths = labels.tolist()
    answers = cross_validated(learning_rate, epochs, seed)
    wrong = [
        number
        for number, (right, said) in enumerate(zip(truths, answers, strict=True))
        if right != said and truth in (ANY, str(right)) and answer in (ANY, str(said))
    ]
    wrong.sort(key=lambda number: (truths[number], answers[number]))
    every = sum(right != said for right, said in zip(truths, answers, strict=True))
    chosen = None if ANY in (truth, answer) else (int(truth), int(answer))
    matrix = counts(truths, answers, 10)
    if not wrong:
        caption = _("No picture was misread so. Click a cell of the matrix.")
    else:
        caption = _(
            "{count} of {all} misread pictures: in truth → taken for. Click a cell of the matrix."
        ).format(count=len(wrong), all=every)
        if len(wrong) > MOST_PICTURES:
            caption += " " + _("The first {most} are shown.").format(most=MOST_PICTURES)
    shown = wrong[:MOST_PICTURES]
    grey = 1 - pictures.reshape(-1, 8, 8).numpy()  # ink on paper
    data = {
        "confusion": confusion_rows(matrix, chosen),
        "pictures": picture_rows(
            [grey[number] for number in shown],
            [f"{truths[number]} → {answers[number]}" for number in shown],
            columns=GRID_COLUMNS,
        ),
    }
    right = len(truths) - every
    accuracy = _("accuracy")
    share = f"{right} / {len(truths)} = {100 * right / len(truths):.2f}\\,\\%"
    board = f"$\\text{{{accuracy}}} = {share}$"
    return Run(data, class_names(DIGITS), caption, topic="misread"), board


def cell_of(place: Any, topic: str, **_settings: Any) -> dict[str, str]:
    """Return what a click on the matrix chooses."""
    from demos.pictures.confusion import clicked

    if topic != "misread" or place.y is None:
        return {}
    x, y = place.x, place.y
    truth, answer = clicked(int(x) if x == int(x) else x, int(y) if y == int(y) else y, len(DIGITS))
    return {"truth": str(truth), "answer": str(answer)}
