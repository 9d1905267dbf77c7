"""What is drawn of each topic: the rows of the charts, the formulas, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demos.frame import texts
from demos.rewards.rows import agent, axis, bandit, digits, groups, overview
from demos.widgets.live_chart import Run

# The run, the blackboard, and what the two boards get, "" where they are not shown.
Picture = tuple[Run, str, str, str]
SERIES = [*overview.SERIES, *digits.SERIES, *agent.SERIES, *bandit.SERIES]
_TOPICS: dict[str, Callable[..., Picture]] = {
    "overview": overview.overview,
    "groups": groups.groups,
    "axis": axis.axis,
    "digits": digits.digits,
    "agent": agent.agent,
    "bandit": bandit.bandit,
}


@texts.cached(maxsize=32)
def picture(topic: str, **settings: Any) -> Picture:
    """Compute a topic, and everything that is drawn of it."""
    return _TOPICS[topic](**settings)
