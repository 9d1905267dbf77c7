"""Digits in two numbers: PCA beside an autoencoder, which is trained while one waits."""

from __future__ import annotations

import base64
import functools
import json
from typing import Any

from demos.frame.runs import cut_short
from demos.frame.texts import N_, _
from demos.pictures.numbers import written
from demos.rewards.axes import TRAINING, compressed, pca
from demos.rewards.axes import digits as all_digits
from demos.rewards.knobs import SHOWN_DIGITS
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

SERIES = [
    Series("train", N_("autoencoder, on its own digits"), lc.BLUE),
    Series("test", N_("autoencoder, on new digits"), lc.VERMILLION, (8, 3)),
]
REBUILT = (1, 2, 3, 5)  # of the digits shown, beside the one that is chosen


@functools.cache
def projected():
    """Return what PCA, fitted to the training digits, makes of all.

    Returns:
        Two numbers each `(1797, 2)`, rebuilt pixels `(1797, 64)`, and the share of variance kept.
    """
    x = all_digits()[0].double()
    mean, axes, variance = pca(x[:TRAINING])
    code = (x - mean) @ axes[:2].T
    return code, code @ axes[:2] + mean, (variance[:2].sum() / variance.sum()).item()


def digits(
    hidden: int, epochs: int, seed: int, colours: bool, which: int, **_others: Any
) -> tuple[Run, str, str, str]:
    """Train an autoencoder, and compare it honestly with PCA: two numbers each, new digits."""
    x, labels = all_digits()
    code, flat, share = projected()
    rebuilt = (which, *REBUILT)
    trained = compressed(hidden, epochs, seed, SHOWN_DIGITS, rebuilt)
    own, new = (((flat - x) ** 2).mean(1)[part].mean().item()
                for part in (slice(TRAINING), slice(TRAINING, None)))  # fmt: skip
    rows = []
    for row in trained:
        step = row["step"]
        rows += [
            {
                "series": "train",
                "step": step,
                "loss": row["train"],
                "code": (100 * row["code"]).round().int().flatten().tolist(),
                "seen": _bytes(row["rebuilt"]),
            },
            {"series": "test", "step": step, "loss": row["test"], "code": None, "seen": None},
        ]
    last = trained[-1]
    run = Run(
        data={
            "run": rows,
            "pca": [
                {"key": i, "x": round(a, 3), "y": round(b, 3), "digit": digit}
                for i, ((a, b), digit) in enumerate(
                    zip(code[:SHOWN_DIGITS].tolist(), labels[:SHOWN_DIGITS].tolist(), strict=True)
                )
            ],
            "pca_error": [{"loss": new, "says": _("PCA, on new digits")}],
        },
        params={
            "reveal": 0 if colours else last["step"],
            "chosen": which,
            **_ends(last["code"]),
        },
        caption=_(
            "Epoch {step}: every dot is a picture, told by two numbers. On new digits a pixel is "
            "off by {test} on average (squared); PCA: {pca}. Click on a dot to rebuild it."
        ).format(step="{step:d}", test="{test.loss:.4f}", pca=written(new, ".4f")),
        conclusion=_(
            "Now the labels, as colours: no machine saw them, and yet the same digits lie "
            "together. With two numbers each, on the {count} new digits: autoencoder {test}, PCA "
            "{pca}."
        ).format(
            count=len(x) - TRAINING, test=written(last["test"], ".4f"), pca=written(new, ".4f")
        ),
        warning=cut_short(trained, _("epoch")),
        topic="digits",
        step_name=_("epoch"),
    )
    half = hidden // 2
    board = _("PCA: a line for each number; it keeps {share} % of the variance.").format(
        share=written(100 * share, ".1f")
    )
    board += "\n\n" + _("error of PCA on its own and on new digits")
    board += f" ${written(own, '.4f')}, \\; {written(new, '.4f')}$"
    board += "\n\n" + _("the network bends:")
    board += f" $64 \\to {hidden} \\to {half} \\to 2 \\to {half} \\to {hidden} \\to 64$"
    board += "\n\n" + _("error of the autoencoder") + " ${train.loss:.4f}, \\; {test.loss:.4f}$"
    faces = {
        "labels": [labels[i].item() for i in rebuilt],
        "true": _bytes(x[list(rebuilt)]),
        "pca": _bytes(flat[list(rebuilt)]),
    }
    return run, slots(board), "", json.dumps(faces)


def _bytes(pixels) -> str:
    """Return pixels 0 to 1, `(n, 64)`, as base64 of a byte each."""
    levels = (255 * pixels.clamp(0, 1)).round().byte()
    return base64.b64encode(levels.numpy().tobytes()).decode("ascii")


def _ends(code) -> dict[str, float]:
    """Return where the axes of the map end: around the two numbers of the last epoch, `(n, 2)`."""
    ends = {}
    for name, values in (("x", code[:, 0].tolist()), ("y", code[:, 1].tolist())):
        room = 0.06 * (max(values) - min(values)) or 1
        ends[f"{name}_low"] = 100 * (min(values) - room)
        ends[f"{name}_high"] = 100 * (max(values) + room)
    return ends
