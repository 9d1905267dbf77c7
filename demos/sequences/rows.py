"""What is drawn: the rows that the charts are fed with, the formulas, and what is said."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from demos.frame import texts
from demos.frame.runs import OVERFLOW, collect, cut_short
from demos.frame.texts import N_, _
from demos.pictures.numbers import written
from demos.sequences import far, lesson
from demos.sequences.unroll import unrolled
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

SERIES = [
    Series("rnn", "RNN", lc.VERMILLION),
    Series("lstm", "LSTM", lc.BLUE, (8, 3)),
    Series("gru", "GRU", lc.GREEN, (3, 2)),
    Series("conv", N_("convolution"), lc.PURPLE, (2, 4)),
    Series("forget", N_("forget gate f"), lc.VERMILLION, (8, 3)),
    Series("input", N_("input gate i"), lc.GREEN, (3, 2)),
    Series("output", N_("output gate o"), lc.PURPLE, (2, 4)),
    Series("cell", N_("cell c"), lc.ORANGE),
    Series("reset", N_("reset gate r"), lc.PURPLE, (2, 4)),
    Series("update", N_("update gate z"), lc.VERMILLION, (8, 3)),
    Series("state", N_("hidden state h"), lc.INK),
    Series("free", N_("as it is"), lc.VERMILLION),
    Series("clipped", N_("clipped"), lc.BLUE, (8, 3)),
    Series("learned", N_("text learned from"), lc.BLUE),
    Series("held", N_("text held out"), lc.VERMILLION, (8, 3)),
]
# Of the states of all updates that are shown, -100 at worst: a run is sent in less than 600 kB.
MOST_NUMBERS = 110_000
MOST_UNITS = 16  # whose gates are drawn
PITCH = 1.42  # from one heat map of gates to the next, whose height is 1
GATES = {
    "lstm": {"f": "forget", "i": "input", "o": "output", "c": "cell", "h": "state"},
    "gru": {"z": "update", "r": "reset", "h": "state"},
}


@texts.cached(maxsize=32)
def picture(topic: str, **settings: Any) -> tuple[Run, str, str]:
    """Compute a topic, and everything that is drawn of it: the run, and two boards."""
    run, board, *by_step = _TOPICS[topic](**settings)
    return run, board, by_step[0] if by_step else ""


# ---------------------------------------------------------------- remember


def _remember(
    task: str,
    kind: str,
    length: int,
    asked: str,
    hidden: int,
    layers: int,
    keep: float,
    updates: int,
    learning_rate: float,
    example: int,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    of = (task, kind, length, asked, hidden, layers, keep, updates, learning_rate, example, seed)
    rows = lesson.train(*of)
    last, cut = rows[-1], cut_short(rows, _("update"))
    sequence = _sequence(task, length, asked, example)
    goes_on = len(last["said"]) - length
    ends = [one["right"] for one in sequence] + [v for row in rows for v in row["said"]]
    low, high = (min(ends), max(ends)) if task != "first" else (0, 1)
    run = Run(
        data={
            "run": [
                {
                    **row,
                    "percent": f"{100 * row['right']:.0f} %",
                    "state": [round(100 * value) for value in row["state"]],
                }
                for row in _fewer(rows)
            ],
            "sequence": sequence,
            "of_remember": [{"on": 1}],
            "strips": [
                {"at": at, "says": says}
                for at, says in zip(
                    ("input", "state", "said"),
                    (_reads(task), _("hidden state, a row for each unit"), _says(task)),
                    strict=True,
                )
            ],
        },
        params={
            "columns": length + goes_on,
            "units": hidden,
            "lowest": low,
            "highest": high + (high - low) * 0.05,
            "reads_low": -1 if task == "wave" else 0,
        },
        caption=_remember_caption(task, asked),
        conclusion="" if cut else _remembered(task, kind, length, asked, layers, last),
        warning=_("The numbers outgrew a float.") if last["note"] == OVERFLOW else cut,
        topic=f"remember {task} {length} {hidden}",
        step_name=_("update"),
    )
    return run, _remember_board(task, kind, layers)


def _fewer(rows: list[dict]) -> list[dict]:
    """Leave out some updates between the first and the last where the states are large."""
    most = min(len(rows), MOST_NUMBERS // len(rows[0]["state"]))
    return [rows[round(i * (len(rows) - 1) / (most - 1))] for i in range(most)]


def _sequence(task: str, length: int, asked: str, example: int) -> list[dict]:
    """Return what is drawn of a sequence: a symbol or a number for each step, and what is right."""
    x, y = lesson.unseen(task, length)
    x, y = x[example - 1], y[example - 1]
    if task == "first":
        names = lesson.LETTERS + lesson.FILL
        symbols = [names[i] for i in x.argmax(-1).tolist()]
        values, marks, rights = [None] * length, [t == 0 for t in range(length)], [1.0] * length
    elif task == "brackets":
        symbols = ["()"[i] for i in x.argmax(-1).tolist()]
        values, marks = [None] * length, [False] * length
        rights = (y[:, 0] * lesson.DEEPEST).tolist()
    else:
        symbols = [""] * length
        values = x[:, 0].tolist()
        marks = [bool(mark) for mark in x[:, 1].tolist()] if task == "adding" else [False] * length
        rights = y[:, 0].tolist()
    rows = [
        {
            "t": t + 1,
            "symbol": symbol,
            "value": value if value is None else round(value, 3),
            "marked": mark,
            "right": round(value_right, 3),
            "asked": asked == "every" or t == length - 1,
        }
        for t, (symbol, value, mark, value_right) in enumerate(
            zip(symbols, values, marks, rights, strict=True)
        )
    ]
    if task == "wave":
        rows += _future(length, example)
    return rows


def _future(length: int, example: int) -> list[dict]:
    """Return how a wave of the test goes on after what is read of it."""
    import torch

    _x, y = lesson.draw(
        "wave", lesson.TEST, 2 * length, torch.Generator().manual_seed(10_000 + length)
    )
    later = {"symbol": "", "value": None, "marked": False, "asked": False}
    ahead = y[example - 1, length:, 0].tolist()
    return [{"t": length + t, **later, "right": round(v, 3)} for t, v in enumerate(ahead, 1)]


def _reads(task: str) -> str:
    return {
        "first": _("what it reads: a letter, then noise"),
        "brackets": _("what it reads"),
        "adding": _("what it reads, two numbers marked"),
        "wave": _("what it reads: half of the wave"),
    }[task]


def _says(task: str) -> str:
    return {
        "first": _("how sure of the letter  ━ it says  ┅ right"),
        "brackets": _("how many are open  ━ it says  ┅ right"),
        "adding": _("sum of the marked  ━ it says  ┅ right"),
        "wave": _("what comes next  ━ it says  ┅ right"),
    }[task]


def _remember_caption(task: str, asked: str) -> str:
    if task == "wave":
        said = _(
            "Update {step}: {right} of the answers on test waves are right (off by less than "
            "0.1). In the right half it reads its own answers."
        )
    elif asked == "end":
        said = _(
            "Update {step}: after the last symbol {right} of 256 test sequences are answered right."
        )
    else:
        said = _("Update {step}: {right} of the answers on 256 test sequences are right.")
    return said.format(step="{step:d}", right="{percent:s}")


def _remembered(task: str, kind: str, length: int, asked: str, layers: int, last: dict) -> str:
    """Say what has become of the training."""
    share = f"{100 * last['right']:.0f} %"
    seen = lesson.receptive_field(layers)
    if task == "first" and kind == "conv" and seen >= length:
        return _(
            "{share} right: the letter is {length} steps back, and the convolutions see the last "
            "{seen} steps."
        ).format(share=share, seen=seen, length=length - 1)
    if task == "first" and kind == "conv" and asked == "end":
        return _(
            "{share}, no better than guessing: the convolutions see the last {seen} steps, and "
            "the letter is {length} steps back. No training changes that."
        ).format(share=share, seen=seen, length=length - 1)
    if task == "first" and last["right"] > 0.95 and kind != "conv":
        return _(
            "{share} right: it has learned to keep the letter over {length} steps of noise. Look "
            "for the units that stay as they are from the first step to the last."
        ).format(share=share, length=length - 1)
    if task == "first" and asked == "end":
        return _(
            "{share} right; guessing would give 25 %. What the loss says at the end has hardly "
            "reached the first step; see the gradient on its way back."
        ).format(share=share)
    if task == "brackets" and last["right"] > 0.95:
        return _(
            "{share} right: it counts. Look for units that go up and down with the depth."
        ).format(share=share)
    return _("In the end {share} of its answers are right.").format(share=share)


def _remember_board(task: str, kind: str, layers: int) -> str:
    formula = {
        "rnn": r"$h_t = \tanh(W x_t + U h_{t-1} + b)$",
        "lstm": r"$c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad h_t = o_t \odot \tanh(c_t)$",
        "gru": r"$h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}$",
        "conv": _sees(layers)
        + rf"  $1 + 2\,({' + '.join(str(2**i) for i in range(layers))}) = "
        + f"{lesson.receptive_field(layers)}$",
    }[kind]
    loss = _("loss on 256 test sequences")
    name = r"\overline{(\hat y - y)^2}"
    if task == "first":
        name = r"\text{" + _("cross-entropy") + "}"
    return slots(formula + "\n\n" + rf"$L = {name} = {{test:.4f}}$ $\text{{({loss})}}$")


# ---------------------------------------------------------------- how far back


def _back(
    kinds: Sequence[str],
    hidden: int,
    deep: int,
    bias: float,
    updates: int,
    learning_rate: float,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    count = len(kinds) * len(far.DISTANCES)
    rows = collect(
        far.how_far(kinds, hidden, deep, bias, updates, learning_rate, seed), total=count
    )
    holds = {
        kind: max((r["step"] for r in rows if r["series"] == kind and r["right"] > 0.9), default=0)
        for kind in kinds
    }
    names = {one.name: _(one.label) for one in SERIES}
    cut = cut_short(rows, f"{names[rows[-1]['series']]}, T =")
    said = ", ".join(
        _("{kind} up to {steps}").format(kind=names[kind], steps=steps)
        if steps
        else names[kind] + " –"
        for kind, steps in holds.items()
    )
    run = Run(
        data={
            "run": [{**row, "percent": f"{100 * row['right']:.0f} %"} for row in rows],
            "of_back": [{"updates": updates}],
        },
        params={"most": updates},
        caption=_(
            "The letter lies {step} steps back: a network of each kind was trained for that, and "
            "asked 256 times. {shares}."
        ).format(
            step="{step:d}",
            shares=", ".join(f"{names[kind]} {{{kind}.percent:s}}" for kind in kinds),
        ),
        conclusion=""
        if cut
        else _("More than 90 % right: {said} steps. Guessing gives 25 %.").format(said=said),
        warning=cut,
        topic="back",
        step_name=_("steps T"),
    )
    lines = []
    if "conv" in kinds:
        lines.append(_sees(deep))
    lines.append(
        _(
            "Each point of these lines is a training of its own, of at most {updates} updates; it "
            "ends early once three losses on end are below {learned}."
        ).format(updates=updates, learned=far.LEARNED)
    )
    return run, "\n\n".join(lines)


# ---------------------------------------------------------------- gates


def _gates(
    task: str,
    kind: str,
    length: int,
    asked: str,
    hidden: int,
    layers: int,
    keep: float,
    updates: int,
    learning_rate: float,
    example: int,
    unit: int,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    from models.sentences import refusal

    if kind not in GATES:
        raise refusal("Only LSTM and GRU have gates: choose one of them.")
    unit = min(unit, hidden)
    of = (task, kind, length, asked, hidden, layers, keep, updates, learning_rate, seed)
    net, share = lesson.trained_net(*of)
    x, _y = lesson.unseen(task, length)
    steps = (lesson.lstm_steps if kind == "lstm" else lesson.gru_steps)(net.memory, x[example - 1])
    units = min(hidden, MOST_UNITS)
    cells, labels = [], []
    names = {one.name: _(one.label) for one in SERIES}
    for place, (letter, name) in enumerate(GATES[kind].items()):
        labels.append({"strip": place, "says": names[name]})
        for t, step in enumerate(steps, start=1):
            values = step[letter] if letter in "ch" else step[letter][3]
            cells += [
                {"strip": place, "unit": k, "t": t, "v": round(value, 2)}
                for k, value in enumerate(values[:units].tolist())
            ]
    rows = []
    for t, step in enumerate(steps, start=1):
        for letter, name in GATES[kind].items():
            value = step[letter][unit - 1] if letter in "ch" else step[letter][3, unit - 1]
            rows.append({"series": name, "step": t, "value": value.item()})
        rows[-1] |= {"t": t}
        rows[-len(GATES[kind])] |= {
            f"{letter}_{part}": step[letter][place, unit - 1].item()
            for letter in ("ifgo" if kind == "lstm" else "rzn")
            for place, part in enumerate(("x", "h", "b", "is"))
        } | {"before": step["before"][unit - 1].item()}
    sequence = [one for one in _sequence(task, length, asked, example) if one["t"] <= length]
    run = Run(
        data={
            "run": _filled(rows),
            "cells": cells,
            "gate_labels": labels,
            "sequence": sequence,
            "of_gates": [{"on": 1}],
            "chosen": [{"strip": place, "unit": unit - 1} for place in range(len(labels))]
            if unit <= units
            else [],
        },
        params={
            "columns": length,
            "units": units,
            "strips_count": len(labels),
            # A cell may grow without end: gates are to be seen beside it.
            "unit_low": max(-2.0, min(-0.05, *(row["value"] for row in rows)) * 1.05),
            "unit_high": min(2.0, max(1.0, *(row["value"] for row in rows)) * 1.05),
        },
        caption=_(
            "Step {step}, unit {unit}: click a row to choose another unit. A gate at 1 (dark) is "
            "open, at 0 (pale) shut. {share} of the answers are right."
        ).format(step="{step:d}", unit=unit, share=f"{100 * share:.0f} %"),
        conclusion=_gates_say(kind, steps, task),
        topic=f"gates {kind}",
        step_name=_("step"),
    )
    return run, _gate_board(kind)


def _gates_say(kind: str, steps: list[dict], task: str) -> str:
    """Say how far the gate stood open that keeps what there is."""
    gate = "f" if kind == "lstm" else "z"
    mean = sum(step[gate][3].mean().item() for step in steps) / len(steps)
    first = steps[0]["i"][3].mean().item() if kind == "lstm" else 1 - steps[0]["z"][3].mean().item()
    rest = [
        step["i"][3].mean().item() if kind == "lstm" else 1 - step["z"][3].mean().item()
        for step in steps[1:]
    ]
    return _(
        "On average {kept} of what a unit held stays from one step to the next. What is new comes "
        "in with {first} at the first step, with {rest} at the others."
    ).format(
        kept=written(mean, ".3f"),
        first=written(first, ".3f"),
        rest=written(sum(rest) / max(1, len(rest)), ".3f"),
    )


def _gate_board(kind: str) -> str:
    first = "forget" if kind == "lstm" else "update"

    def sum_of(letter: str, tex: str, squash: str) -> str:
        parts = (
            f"{{{first}.{letter}_x:.5f}} {{{first}.{letter}_h:+.5f}} {{{first}.{letter}_b:+.5f}}"
        )
        return rf"${tex} = {squash}({parts}) = {{{first}.{letter}_is:.4f}}$"

    if kind == "lstm":
        lines = [
            r"$f = \sigma(W_f x_t + U_f h_{t-1} + b_f)$ " + sum_of("f", "f", r"\sigma"),
            r"$i = \sigma(W_i x_t + U_i h_{t-1} + b_i)$ " + sum_of("i", "i", r"\sigma"),
            r"$g = \tanh(W_g x_t + U_g h_{t-1} + b_g)$ " + sum_of("g", "g", r"\tanh"),
            r"$o = \sigma(W_o x_t + U_o h_{t-1} + b_o)$ " + sum_of("o", "o", r"\sigma"),
            r"$c_t = f\,c_{t-1} + i\,g$ $= {forget.f_is:.5f} \cdot {forget.before:.5f} + "
            r"{forget.i_is:.5f} \cdot {forget.g_is:.5f} = {cell.value:.4f}$",
            r"$h_t = o\,\tanh(c_t)$ $= {forget.o_is:.5f} \cdot \tanh({cell.value:.5f}) = "
            r"{state.value:.4f}$",
        ]
    else:
        lines = [
            r"$z = \sigma(W_z x_t + U_z h_{t-1} + b_z)$ " + sum_of("z", "z", r"\sigma"),
            r"$r = \sigma(W_r x_t + U_r h_{t-1} + b_r)$ " + sum_of("r", "r", r"\sigma"),
            r"$n = \tanh(W_n x_t + r \cdot (U_n h_{t-1} + b_{hn}) + b_n)$ "
            + sum_of("n", "n", r"\tanh"),
            r"$h_t = (1 - z)\,n + z\,h_{t-1}$ $= (1 - {update.z_is:.5f}) \cdot {update.n_is:.5f} + "
            r"{update.z_is:.5f} \cdot {update.before:.5f} = {state.value:.4f}$",
        ]
    return slots("\n\n".join(lines))


# ---------------------------------------------------------------- gradients


def _gradient(
    kinds: Sequence[str],
    length: int,
    bias: float,
    scale: float,
    linear: bool,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    reach = {kind: lesson.reached(kind, length, scale, bias, linear, seed)[::-1] for kind in kinds}
    names = {one.name: _(one.label) for one in SERIES}
    found = [value for values in reach.values() for value in values if value > 0]
    low = max(-16, math.floor(math.log10(min(found)) + 1e-9))
    high = min(16, math.ceil(math.log10(max(found)) - 1e-9))
    run = Run(
        data={
            "run": [
                {"series": kind, "step": back, "norm": values[back]}
                for back in range(length)
                for kind, values in reach.items()
            ],
            "of_gradient": [{"on": 1}],
        },
        params={"low": 10.0**low, "high": 10.0 ** max(low + 1, high)},
        caption=_(
            "{step} steps before the end: how much of the gradient arrives, compared with the last "
            "step. {shares}."
        ).format(
            step="{step:d}",
            shares=", ".join(f"{names[kind]} {{{kind}.norm:.3s}}" for kind in kinds),
        ),
        conclusion=_gradient_says(reach, names),
        topic=f"gradient {length}",
        step_name=_("steps back"),
    )
    lines = [
        r"$\frac{\partial L}{\partial x_t} = \frac{\partial L}{\partial h_T} "
        r"\prod_{k=t+1}^{T} \frac{\partial h_k}{\partial h_{k-1}} \cdot "
        r"\frac{\partial h_t}{\partial x_t}$"
    ]
    if "rnn" in kinds and linear:
        power = written(scale ** (length - 1), ".4g").replace("−", "-")
        lines.append(
            _("Without tanh each step back multiplies it by the size of the weights:")
            + rf" ${written(scale, 'g')}^{{{length - 1}}} = {_tex(power)}$"
        )
    elif "rnn" in kinds:
        lines.append(
            _("Each step back multiplies the gradient of an RNN by")
            + r" $U^\top \cdot \mathrm{diag}(1 - h_k^2)$"
        )
    if "conv" in kinds:
        lines.append(_sees(lesson.LAYERS))
    return run, slots("\n\n".join(lines))


def _sees(layers: int) -> str:
    return _("{layers} layers of causal convolutions see {seen} steps.").format(
        layers=layers, seen=lesson.receptive_field(layers)
    )


def _tex(text: str) -> str:
    mantissa, e, power = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{power}}}" if e else text


def _gradient_says(reach: dict[str, list[float]], names: dict[str, str]) -> str:
    said = ", ".join(
        f"{names[kind]} {written(values[-1], '.2g')}" for kind, values in reach.items()
    )
    return _(
        "Of what arrives at the last step, the first gets so many times as much: {said}. What is "
        "near 0 cannot be learned, and what is huge throws all weights about."
    ).format(said=said)


def _clip(
    length: int,
    hidden: int,
    scale: float,
    most: float,
    updates: int,
    rate: float,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    rows = collect(
        lesson.clipped(length, hidden, scale, most, updates, rate, seed), total=2 * updates
    )
    of = {name: [row for row in rows if row["series"] == name] for name in ("free", "clipped")}
    top = max(row["norm"] for row in rows)
    clipped = sum(row["norm"] > most for row in of["clipped"])
    label = next(one.label for one in SERIES if one.name == rows[-1]["series"])
    which, update = _(label), _("update")
    cut = cut_short(rows, f"{which}, {update}")
    run = Run(
        data={
            "run": rows,
            "of_clip": [{"most": most}],
        },
        params={
            "norm_high": 10.0 ** min(4, max(1, math.ceil(math.log10(max(top, 1e-3))))),
            "loss_high": 10.0,
        },
        caption=_(
            "Update {step}: the gradient is {free} long as it is, and {clipped} in the other run, "
            "where what is longer than {most} is made as short as that."
        ).format(
            step="{step:d}",
            free="{free.norm:.3s}",
            clipped="{clipped.norm:.3s}",
            most=written(most, "g"),
        ),
        conclusion="" if cut or not of["clipped"] else _clip_says(of, updates),
        warning=cut,
        topic="clip",
        step_name=_("update"),
    )
    share = _("clipped {count} of {updates} times").format(count=clipped, updates=updates)
    return run, slots(
        r"$g \leftarrow g \cdot \min\left(1, \frac{"
        + written(most, "g")
        + r"}{\lVert g \rVert}\right)$"
        + f" {share}"
        + "\n\n"
        + r"$L_{\text{"
        + _("clipped")
        + r"}} = {clipped.loss:.4f}$"
    )


def _clip_says(of: dict[str, list[dict]], updates: int) -> str:
    """Say whether the run that was not clipped broke."""
    free, loss = of["free"], written(of["clipped"][-1]["loss"], ".3f")
    if free[-1]["step"] == updates:
        said = _("Both go well: {free} and {loss} in the end. Try a larger learning rate.")
        return said.format(free=written(free[-1]["loss"], ".3f"), loss=loss)
    return _(
        "As it is, the gradient is {top} at update {at}: the step throws the weights so far "
        "that there are no numbers for them any more. Clipped, the loss comes down to {loss}."
    ).format(
        top=written(max(row["norm"] for row in free), ".2g"),
        at=free[-1]["step"],
        loss=loss,
    )


# ---------------------------------------------------------------- the next character


def _text(
    source: str,
    text: str,
    begin: str,
    kind: str,
    layers: int,
    updates: int,
    learning_rate: float,
    temperature: float,
    seed: int,
    **_others: Any,
) -> tuple[Run, str]:
    known = lesson.read_text(source, text)
    history = lesson.learned_text(known, kind, layers, updates, learning_rate, seed)
    alphabet, train, test = lesson.halves(known)
    start = lesson.in_alphabet(begin, alphabet)
    shown = test[: lesson.WRITTEN + 1]
    rows, frames = [], []
    for update, _loss, net in history:
        likely = lesson.read_on(net, test)
        held = -likely.log().mean().item()
        own = -lesson.read_on(net, train[-len(test) :]).log().mean().item()
        written_now, sure = lesson.write_on(net, start, lesson.WRITTEN, temperature, seed)
        frames.append((update, own, held))
        rows += [
            {
                "series": "learned",
                "step": update,
                "loss": own,
                "signs": [alphabet[i] for i in written_now.tolist()],
                "sure": [round(100 * value) for value in sure.tolist()],
                "read": [round(100 * value) for value in likely[: lesson.WRITTEN].tolist()],
                "perplexity": math.exp(min(held, 20)),
            },
            {"series": "held", "step": update, "loss": held},
        ]
    uniform, pairs = math.log(len(alphabet)), lesson.counted(train, test, len(alphabet))
    best = min(frames, key=lambda frame: frame[2])
    run = Run(
        data={
            "run": _filled(rows),
            "of_text": [
                {"loss": uniform, "says": _("guessing")},
                {"loss": pairs, "says": _("counting pairs")},
            ],
            "begun": [{"place": i, "sign": sign} for i, sign in enumerate(begin[-40:])],
            "titles": [
                {"line": -0.6, "says": _("it writes:")},
                {"line": 5, "says": _("it reads the text held out, and expects:")},
            ],
            "held_text": [
                {"place": i, "sign": alphabet[j]} for i, j in enumerate(shown[1:].tolist())
            ],
        },
        params={"top": max(4.0, uniform)},
        caption=_(
            "Update {step}: on the text held out it would have to choose among {perplexity} "
            "characters each time (perplexity), by guessing among {count}, by counting pairs "
            "among {pairs}."
        ).format(
            step="{step:d}",
            perplexity="{learned.perplexity:.3s}",
            count=len(alphabet),
            pairs=written(math.exp(pairs), ".3g"),
        ),
        conclusion=_text_says(best, frames[-1], pairs),
        topic=f"text {len(known)}",
        step_name=_("update"),
    )
    guess, count_pairs = _("guessing"), _("counting pairs")
    board = (
        r"$L = -\frac{1}{n}\sum_t \ln p(x_{t+1} \mid x_1 \dots x_t) = {held.loss:.4f}$"
        + "\n\n"
        + r"$\text{"
        + _("perplexity")
        + r"} = e^L = e^{{held.loss:.4f}} = {learned.perplexity:.2f}$"
        + "\n\n"
        + rf"$\text{{{guess}:}}\; \ln {len(alphabet)} = {uniform:.4f}$"
        + "\n\n"
        + rf"$\text{{{count_pairs}:}}\; {pairs:.4f}$"
    )
    return run, slots(board)


def _text_says(best: tuple, last: tuple, pairs: float) -> str:
    if best[2] >= pairs:
        said = _(
            "On the text held out its loss is {least} at best: counting which character follows "
            "which does better, with {pairs}."
        )
    elif last[2] > 1.1 * best[2]:
        said = _(
            "At update {at} it was best on the text held out: {least}, where counting pairs has "
            "{pairs}. Then it learned by heart, and became worse on what it did not learn: {end}."
        )
    else:
        said = _(
            "On the text held out its loss is {least}; counting pairs has {pairs}. It uses more "
            "than the last character."
        )
    return said.format(
        at=best[0],
        least=written(best[2], ".2f"),
        pairs=written(pairs, ".2f"),
        end=written(last[2], ".2f"),
    )


def _filled(rows: list[dict]) -> list[dict]:
    """Give all rows the same fields."""
    names = {name: None for row in rows for name in row}
    return [{**names, **row} for row in rows]


_TOPICS: dict[str, Callable[..., tuple]] = {
    "remember": _remember,
    "back": _back,
    "gates": _gates,
    "gradient": _gradient,
    "clip": _clip,
    "unroll": unrolled,
    "text": _text,
}
