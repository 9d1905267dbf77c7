"""The grid world: what the agent did and what it believes, episode after episode."""

from __future__ import annotations

import json
import math
from typing import Any

from demos.frame.runs import cut_short
from demos.frame.texts import N_, _, grouped
from demos.pictures.numbers import written
from demos.rewards.agent import best, learn, worth
from demos.rewards.worlds import REWARDS, WORLD_CELLS, cells
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run, Series

FRAMES = 80
SERIES = [
    Series("back", N_("return R of the episode"), lc.BLUE),
    Series("value", N_("what it expects at the start"), lc.VERMILLION, (8, 3)),
]


def agent(
    world: str,
    gamma: float,
    epsilon: float,
    rate: float,
    cost: float,
    slip: float,
    episodes: int,
    seed: int,
    **_others: Any,
) -> tuple[Run, str, str, str]:
    """Play Q-learning."""
    rows = learn(world, gamma, epsilon, rate, cost, slip, episodes, seed)
    world = cells(world)
    start = world.index("s")
    exact = best(world, gamma, cost, slip)
    most = exact[start].max().item()
    shown = _frames(len(rows) - 1)
    run_rows, returns = [], []
    for row in rows:
        value = max(row["q"][4 * start : 4 * start + 4])
        pair = [("back", row["back"] if row["step"] else None), ("value", value)]
        returns += [{"series": name, "step": row["step"], "loss": of} for name, of in pair]
        if row["step"] in shown:
            run_rows.append(
                {
                    "series": "back",
                    "step": row["step"],
                    "loss": row["back"] if row["step"] else None,
                    "q": [_short(one) for one in row["q"]],
                    "path": row["path"],
                    "moves": row["moves"],
                    "rewards": row["rewards"],
                    "cell": row["cell"],
                    "move": row["move"],
                    "old": row["old"],
                    "target": row["target"],
                    "new": row["new"],
                    "steps": len(row["moves"]),
                }
            )
            run_rows.append({"series": "value", "step": row["step"], "loss": value})
    names = {name: None for row in run_rows for name in row}
    ends = [row["loss"] for row in returns if row["loss"] is not None] + (
        [most] if math.isfinite(most) else []
    )
    low, high = min(ends), max(ends)
    room = 0.06 * ((high - low) or 1)
    run = Run(
        data={
            "run": [{**names, **row} for row in run_rows],
            "returns": returns,
            "possible": [{"loss": most}] if math.isfinite(most) else [],
            "of_agent": [{"on": 1}],
        },
        params={"low": low - room, "high": high + room},
        caption=_(
            "Episode {step}: return R = {back}, steps: {steps}. At the start it expects {value}."
        ).format(
            step="{step:d}",
            steps="{back.steps:d}",
            back="{back.loss:.3f}",
            value="{value.loss:.3f}",
        ),
        conclusion=_concluded(rows, most, world, gamma, cost, slip),
        warning=cut_short(rows, _("episode")),
        topic="agent",
        step_name=_("episode"),
    )
    board = (
        _("the last step:")
        + r" $Q \leftarrow Q + \alpha\,(r + \gamma \max Q' - Q) = {back.old:.4f} + "
        + f"{written(rate, 'g')}"
        + r" \cdot ({back.target:.4f} - ({back.old:.4f})) = {back.new:.4f}$"
    )
    told = {
        "world": world,
        "gamma": gamma,
        "best": [_short(one) for one in exact.flatten().tolist()],
    }
    return run, slots(board), json.dumps(told), ""


def _concluded(
    rows: list[dict], most: float, world: str, gamma: float, cost: float, slip: float
) -> str:
    """Say whether the way that it believes to be best is the best."""
    import torch

    q = torch.tensor(rows[-1]["q"], dtype=torch.float64).view(WORLD_CELLS, 4)
    start = world.index("s")
    if not q[start].any() and most > 0:
        return _("It has not learned anything at the start yet: let it play more episodes.")
    got = worth(world, q, gamma, cost, slip)[start].item()
    if not math.isfinite(most):
        return _("No way leads to an end: every step costs, for ever.")
    said = _("The way that it believes to be best brings {got} on average; the best of all {most}.")
    if got >= most - 1e-6 - 0.005 * abs(most):
        said = _("The way that it believes to be best is the best: {got} on average.")
    more = _("Learned from {steps} steps, without knowing the world.")
    if not set(world) & set(REWARDS):
        more = _("There is nothing to be won or lost in this world.")
    steps = sum(len(row["moves"]) for row in rows)
    said = said.format(got=written(got, ".3f"), most=written(most, ".3f"))
    return f"{said} " + more.format(steps=grouped(steps))


def _frames(last: int) -> set[int]:
    """Return the episodes that are shown: all, or the first ones and ever fewer later."""
    if last <= FRAMES:
        return set(range(last + 1))
    return {round(last * (i / FRAMES) ** 1.6) for i in range(FRAMES + 1)}


def _short(value: float) -> float | None:
    """Return four digits that count, which tell which of several numbers is larger."""
    return float(f"{value:.4g}") if math.isfinite(value) else None
