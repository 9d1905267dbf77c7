"""The bandit against the A/B test: who gets what, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demos.frame.texts import N_, _
from demos.pictures.numbers import written
from demos.rewards.bandit import CLASSES, pulls, regret
from demos.rewards.knobs import METHODS
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

FRAMES = 100
SERIES = [
    Series("epsilon", N_("ε-greedy bandit"), lc.BLUE),
    Series("ab", N_("A/B test, then the best"), lc.VERMILLION, (8, 3)),
]


def bandit(
    chances: Sequence[int], epsilon: float, test: int, pupils: int, seed: int, **_others: Any
) -> tuple[Run, str, str, str]:
    """Compare both in many classes."""
    import torch

    of = torch.tensor(chances) / 100
    frames = sorted({round(pupils * i / FRAMES) for i in range(FRAMES + 1)})
    top = of.max()
    rows, ends, chosen = [], {}, 0.0
    for name in ("epsilon", "ab"):
        given = pulls(of, name, epsilon, test, pupils, seed)
        lost = regret(of, given)
        mean, error = lost.mean(0), lost.std(0) / CLASSES**0.5
        each = torch.nn.functional.one_hot(given, len(of)).float().mean(0)  # (pupils, methods)
        share = each.cumsum(0) / torch.arange(1, pupils + 1)[:, None]
        right = (of[given] == top).float().mean(0)
        before = 0
        for frame in frames:
            at = frame - 1
            lately = right[before:frame].mean().item() if frame else None
            before = frame
            rows.append(
                {
                    "series": name,
                    "step": frame,
                    "regret": mean[at].item() if frame else 0.0,
                    "low": (mean - 2 * error)[at].item() if frame else 0.0,
                    "high": (mean + 2 * error)[at].item() if frame else 0.0,
                    "right": lately and 100 * lately,
                    "share": [round(100 * one, 2) for one in share[at].tolist()]
                    if frame
                    else [0.0] * len(of),
                }
            )
        ends[name] = (mean[-1].item(), error[-1].item())
        chosen = right[-1].item()  # after the last: by the test
    better, worse = sorted(ends, key=lambda name: ends[name][0])
    labels = {"epsilon": _("the bandit"), "ab": _("the A/B test")}
    gap = ends[worse][0] - ends[better][0]
    noise = (ends[better][1] ** 2 + ends[worse][1] ** 2) ** 0.5
    said = _("Of {pupils} pupils {better} costs {least} passes on average, {worse} {most}.")
    if gap <= 2 * noise:
        said = _(
            "The two are as good as each other here: {least} and {most} passes lost, which differ "
            "by less than chance does."
        )
    chose = _("The test chose a best method in {right:.0f} % of {classes} classes.")
    if test >= pupils:
        chose = _("The test never came to its end.")
    run = Run(
        data={
            "run": rows,
            "methods": [
                {
                    "turn": turn,
                    "says": f"{_(name)} · {chance} %" + " ★" * (chance == max(chances)),
                }
                for turn, (name, chance) in enumerate(zip(METHODS, chances, strict=True), 1)
            ],
            "test": [{"step": min(test, pupils), "says": _("test decides")}]
            if test <= pupils
            else [],
            "of_bandit": [{"on": 1}],
        },
        caption=_(
            "After {step} pupils: passes lost against the best method, mean of {classes} classes: "
            "bandit {epsilon}, A/B test {ab}."
        ).format(
            step="{step:d}", classes=CLASSES, epsilon="{epsilon.regret:.2f}", ab="{ab.regret:.2f}"
        ),
        conclusion=f"{said} {chose}".format(
            pupils=pupils,
            better=labels[better],
            worse=labels[worse],
            least=written(ends[better][0], ".1f"),
            most=written(ends[worse][0], ".1f"),
            right=100 * chosen,
            classes=CLASSES,
        ),
        topic="bandit",
        step_name=_("pupil"),
    )
    gaps = [round(max(chances) - chance) for chance in chances]
    share = " + ".join(
        rf"\tfrac{{{gap}}}{{100}} n_{number}" for number, gap in enumerate(gaps, 1) if gap
    )
    board = (
        _("regret: passes lost, $n_j$ pupils with method $j$")
        + f" $= {share or '0'}$"
        + "\n\n"
        + _(
            "mean and twice its error, at the end: bandit ${a} \\pm {b}$, A/B test ${c} \\pm {d}$"
        ).format(
            a=written(ends["epsilon"][0], ".2f"),
            b=written(2 * ends["epsilon"][1], ".2f"),
            c=written(ends["ab"][0], ".2f"),
            d=written(2 * ends["ab"][1], ".2f"),
        )
    )
    return run, slots(board), "", ""
