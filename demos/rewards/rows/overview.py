"""Three answers to "what is given?", with the same points."""

from __future__ import annotations

from typing import Any

from demos.frame.texts import N_, _, grouped
from demos.rewards.groups import (
    ROUNDS,
    matched,
    nearest,
    seen,
    told_labels,
    told_nothing,
    told_rewards,
)
from demos.rewards.points import points_of
from demos.rewards.rows.areas import areas, around, point_rows
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

SERIES = [
    Series("labels", N_("supervised"), lc.BLUE),
    Series("nothing", N_("unsupervised"), lc.GREEN, (8, 3)),
    Series("rewards", N_("by reinforcement"), lc.VERMILLION, (3, 2)),
]


def overview(
    shape: str, points: str, n: int, seed: int, **_others: Any
) -> tuple[Run, str, str, str]:
    """Let three machines learn from the same points, each from what it is given."""
    import torch

    x, labels = points_of(shape, points, n, seed)
    kinds = max(2, int(labels.max()) + 1)
    centres = list(told_nothing(x, kinds, seed))
    # For the picture alone: which label a group stands for, that no machine was told.
    names = torch.tensor(matched(nearest(x, centres[-1]), labels))
    rows = []
    told = zip(told_labels(x, labels), centres, told_rewards(x, labels, seed), strict=True)
    for step, (weights, middle, (policy, guess, reward)) in enumerate(told):
        answers = {
            "labels": (seen(x) @ weights).argmax(1),
            "nothing": names[nearest(x, middle)],
            "rewards": (seen(x) @ policy).argmax(1),
        }
        every = list(range(kinds))
        shown = {
            "labels": areas(weights.T.tolist(), every) if step else areas([[0, 0, 0]], [-1]),
            "nothing": areas(around(middle.tolist()), names[: len(middle)].tolist()),
            "rewards": areas(policy.T.tolist(), every) if step else areas([[0, 0, 0]], [-1]),
        }
        for name, answer in answers.items():
            right = (answer == labels).double().mean().item()
            if not step and name != "nothing":
                right = 1 / kinds  # nothing is preferred yet
            tries = name == "rewards"
            rows.append(
                {
                    "series": name,
                    "step": step,
                    "right": 100 * right,
                    **shown[name],
                    "says": guess.tolist() if tries else answer.tolist(),
                    "paid": reward.int().tolist() if tries else None,
                    "sum": int(reward.sum()) if tries else None,
                }
            )
    ends = {row["series"]: row["right"] for row in rows[-3:]}
    run = Run(
        data={
            "run": rows,
            "points": point_rows(x, labels),
            "of_overview": [{"on": 1}],
        },
        caption=_(
            "Round {step}: with labels {labels} % are right, with rewards {rewards} %; the groups, "
            "if each is named after most of its points, hold {nothing} %."
        ).format(
            step="{step:d}",
            **{name: f"{{{name}.right:.0f}}" for name in ("labels", "rewards", "nothing")},
        ),
        conclusion=_(
            "Given {n} labels: {labels:.0f} % right. Given nothing: groups, {nothing:.0f} % of "
            "them as the labels say, but no machine could name them. Given {rewards} times "
            "“right” or “wrong” for a guess of its own: {policy:.0f} %."
        ).format(
            n=len(x),
            labels=ends["labels"],
            nothing=ends["nothing"],
            rewards=grouped(len(x) * (ROUNDS + 1)),
            policy=ends["rewards"],
        ),
        topic="overview",
        step_name=_("round"),
    )
    board = _(
        "**Supervised**: every point comes with the right answer $y$; the loss is "
        "$-\\overline{\\ln p_y}$."
    )
    board += "\n\n" + _(
        "**Unsupervised**: points alone; they fall into {kinds} groups with the least "
        "$\\sum \\lVert x - c \\rVert^2$."
    ).replace("{kinds}", str(kinds))
    board += "\n\n" + _(
        "**By reinforcement**: it guesses $a$, and hears a reward $r$, 1 or 0; what paid more "
        "than usual becomes likelier: $-\\overline{(r - \\bar r) \\ln p_a}$."
    )
    sum_of = _("in this round it was paid")
    return run, slots(f"{board}\n\n{sum_of} ${{rewards.sum:d}} / {len(x)}$"), "", ""
