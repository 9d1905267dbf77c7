"""Chapter: without labels, and with rewards. What can be learned if nobody says what is right?"""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.stage import only_in, stage
from demos.frame.texts import N_, _
from demos.frame.wiring import tell
from demos.rewards import agent, axes, bandit, groups
from demos.rewards import points as places
from demos.rewards.board import Board
from demos.rewards.knobs import KNOBS, LABELS, MOST_POINTS, SHOWN_DIGITS
from demos.rewards.miniature import miniature
from demos.rewards.pictures import Pictures
from demos.rewards.quiz import QUIZ
from demos.rewards.rows import SERIES, picture
from demos.rewards.rows.digits import projected
from demos.rewards.rows.groups import CENTRES
from demos.rewards.scripts import SCRIPTS
from demos.rewards.tasks import TASKS
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart
from demos.widgets.panel import Place


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        with gr.Column(elem_classes=only_in("agent")):
            board = Board(elem_id="rewards-board")
        with gr.Column(elem_classes=only_in("digits")):
            pictures = Pictures(elem_id="rewards-pictures")
        chart = LiveChart(
            "demos.rewards.charts:panels",
            elem_id="rewards-chart",
            series=SERIES,
            table={
                "series": _("series"),
                "step": _("step"),
                "inertia": _("inertia"),
                "changed": _("changed"),
                "kept": _("kept [%]"),
                "right": _("right [%]"),
                "loss": _("value"),
                "regret": _("regret"),
            },
        )
        numbers = blackboard()
    outputs, light = [chart, numbers, board, pictures], ("overview", "groups", "axis")
    panel.draws(picture, outputs, line="rewards", side_by_side=1, light=light)
    panel.moved(chart.input, drag)
    panel.moved(chart.select, click)
    tell([board.expand, panel.change], panel, "#rewards-board .world")
    endpoint(groups.cluster, "cluster_points", queue=False)
    endpoint(axes.reduce, "reduce_points", queue=False)
    endpoint(agent.learn, "agent_train", concurrency_id="rewards", concurrency_limit=1)
    endpoint(bandit.rewards_bandit, concurrency_id="rewards", concurrency_limit=1)
    return {"panel": panel}


def drag(place: Place, **settings: Any) -> dict[str, Any]:
    """Move a point, or where a centre starts, to where it was dragged."""
    if not isinstance(place.key, int) or place.y is None:
        return {}
    if place.key >= CENTRES:
        return _own_start(place, place.key - CENTRES, **settings)
    points = _points(**settings)
    if place.key < len(points):
        points[place.key] = (*_inside(place), points[place.key][2])
    return _own(points, settings["topic"])


def click(place: Place, **settings: Any) -> dict[str, Any]:
    """Take the point away that was clicked, or put one where none was; or choose a digit."""
    if settings["topic"] == "digits":
        return _chosen(place)
    points = _points(**settings)
    if place.y is None or not points:
        return {}
    if isinstance(place.key, int):
        if place.key < len(points) and len(points) > 2:
            del points[place.key]
    elif len(points) < MOST_POINTS:
        x, y = _inside(place)
        label = settings["paint"]
        if label == "near":
            label = min(points, key=lambda one: (one[0] - x) ** 2 + (one[1] - y) ** 2)[2]
        points.append((x, y, label))
    return _own(points, settings["topic"])


def _points(
    topic: str, shape: str, points: str, n: int, seed: int, sample: str, **_others: Any
) -> list[tuple[float, float, str]]:
    """Return the points that can be touched; none where the topic has no such points."""
    if topic in ("overview", "groups"):
        x, label = places.points_of(shape, points, n, seed)
        letters = [LABELS[one] for one in label.tolist()]
        return [(*xy, letter) for xy, letter in zip(x.tolist(), letters, strict=True)]
    if topic == "axis" and sample == "own":
        if points.strip():
            return places.own_points(points)
        return [(*xy, "a") for xy in axes.measured(sample).tolist()]
    return []


def _inside(place: Place) -> tuple[float, float]:
    return (
        min(places.X_MOST, max(-places.X_MOST, place.x)),
        min(places.Y_MOST, max(-places.Y_MOST, place.y or 0.0)),
    )


def _own(points: list[tuple[float, float, str]], topic: str) -> dict[str, Any]:
    if not points:
        return {}
    own = "sample" if topic == "axis" else "shape"
    return {own: "own", "points": ", ".join(f"{x:.2f} {y:.2f} {of}" for x, y, of in points)}


def _own_start(place: Place, number: int, **settings: Any) -> dict[str, Any]:
    names = ("shape", "points", "n", "seed")
    x, _labels = places.points_of(*(settings[name] for name in names))
    names = ("k", "start", "centres", "begin")
    first = groups.first_centres(x, *(settings[name] for name in names)).tolist()
    if settings["topic"] != "groups" or number >= len(first):
        return {}
    first[number] = [*_inside(place)]
    return {"start": "own", "centres": ", ".join(f"{a:.2f} {b:.2f}" for a, b in first)}


def _chosen(place: Place) -> dict[str, Any]:
    """Return the digit that is nearest to a place in the map of PCA."""
    import torch

    if place.y is None:
        return {}
    at = torch.tensor([place.x, place.y], dtype=torch.float64)
    far = ((projected()[0][:SHOWN_DIGITS] - at) ** 2).sum(1)
    return {"which": int(far.argmin())}


CHAPTER = Chapter(
    slug="rewards",
    title=N_("Without labels, and with rewards"),
    question=N_("What can be learned if nobody says what is right?"),
    build=build,
    minutes=60,
    miniature=miniature,
    intro=N_(
        "So far every example came with its answer. Here there are points without labels, in which "
        "to find order, and worlds that answer with nothing but a reward."
    ),
    invitation={
        "overview": N_("▶ Let all three learn"),
        "groups": N_("▶ Find groups"),
        "axis": N_("▶ Turn the line"),
        "digits": N_("▶ Squeeze the digits"),
        "agent": N_("▶ Let it try"),
        "bandit": N_("▶ Teach 400 classes"),
    },
    builds_on=["playground", "loop"],
    script=SCRIPTS,
    lesson=[
        groups.nearest,
        groups.means,
        groups.inertia,
        groups.starts,
        groups.lloyd,
        groups.cluster,
        groups.silhouette,
        groups.elbow,
        groups.told_labels,
        groups.told_rewards,
        groups.told_nothing,
        axes.pca,
        axes.turned,
        axes.autoencoder,
        axes.squeezed,
        agent.neighbour,
        agent.learn,
        agent.model_of,
        agent.best,
        bandit.pulls,
        bandit.regret,
    ],
    tasks=TASKS,
    quiz=QUIZ,
)

__all__ = ["CHAPTER"]
