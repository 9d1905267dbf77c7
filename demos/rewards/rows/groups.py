"""k-means, half step by half step; how many groups; bad starts; and what labels would give."""

from __future__ import annotations

from typing import Any

from demos.frame.texts import N_, _
from demos.pictures.numbers import written
from demos.rewards.groups import (
    STARTS,
    classifier,
    cluster,
    elbow,
    first_centres,
    lloyd,
    matched,
    silhouette,
    starts,
)
from demos.rewards.points import points_of
from demos.rewards.rows.areas import areas, around, point_rows
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run

PALETTE = [
    (0, 114, 178), (213, 94, 0), (0, 158, 115), (230, 159, 0), (204, 121, 167), (86, 180, 233)
]  # fmt: skip
KINDS = {
    "start": N_("the centres are put somewhere"),
    "assign": N_("every point joins the nearest centre"),
    "move": N_("every centre moves to the mean of its points"),
}
CENTRES = 1000  # the first key of centres that can be dragged
SIDE = 100  # pixels of the picture of classes, along y


def groups(
    shape: str,
    points: str,
    n: int,
    seed: int,
    k: int,
    start: str,
    centres: str,
    begin: int,
    classify: bool,
    **_others: Any,
) -> tuple[Run, str, str, str]:
    """Play k-means, and judge how many groups there are."""
    import torch

    x, labels = points_of(shape, points, n, seed)
    rows = cluster(shape, points, n, seed, k, start, centres, begin)
    trail = []
    for row in rows:
        middle = torch.tensor(row["centres"]).view(k, 2).tolist()
        row.update(areas(around(middle), list(range(k))))
        said = KINDS[row["kind"]]
        row["says"] = _(said)
        row["count"] = row["group"].count(0) or None
        (row["first_x"], row["first_y"]), *_rest = middle
        trail += [
            {"step": row["step"], "centre": number, "x": round(a, 4), "y": round(b, 4)}
            for number, (a, b) in enumerate(middle)
            if row["kind"] != "assign"
        ]
    group = torch.tensor(rows[-1]["group"])
    choice = elbow(x)
    _centres, _groups, tried = lloyd(x, starts(x, k, "random", 1, STARTS))
    least = min(tried.min().item(), rows[-1]["inertia"])
    bad = int((tried > 1.01 * least + 1e-9).sum())
    first = first_centres(x, k, start, centres, begin).tolist()
    data: dict[str, list] = {
        "run": rows,
        # The places where the centres start are dragged as the points are.
        "points": point_rows(x, labels)
        + [
            {"key": CENTRES + i, "x": round(a, 4), "y": round(b, 4), "label": None, "letter": None}
            for i, (a, b) in enumerate(first)
        ],
        "trail": trail,
        "of_groups": [{"on": 1}],
    }
    said = _judged(rows[-1]["inertia"], least, bad)
    if classify:
        right, learned = _with_labels(x, labels, group, data)
        said = right
        data["learned"] = [{"key": i} for i in learned]
    else:
        data["elbow"] = [{**row, "chosen": row["k"] == k} for row in choice]
        data["tried"] = _counted(tried.tolist(), k)
    fit = silhouette(x, group).mean().item() if len(group.unique()) > 1 else None
    highest = max((row for row in choice if row["silhouette"]), key=lambda row: row["silhouette"],
                  default=None)  # fmt: skip
    run = Run(
        data=data,
        params={"k": k},
        caption=_(
            "Half step {step}: {says}; {changed} points change their group. Click to add a point, "
            "or on one to remove it; drag points and starts (◇)."
        ).format(step="{step:d}", says="{says:g}", changed="{changed:d}"),
        conclusion=said,
        topic=f"groups {classify}",
        step_name=_("half step"),
    )
    own = _("own")
    board = _("inertia")
    board += rf" $J = \sum_i \lVert x_i - c_{{\text{{{own}}}}} \rVert^2 = {{inertia:.4f}}$"
    board += "\n\n" + r"$c_1 = \frac{1}{n_1} \sum_{i \in 1} x_i = ({first_x:.3f},\; {first_y:.3f}),"
    board += r" \quad n_1 = {count:d}$"
    board += "\n\n" + _("silhouette at the end")
    board += r" $\overline{(b - a) / \max(a, b)} = " + f"{written(fit, '.3f')}$"
    if highest:
        board += "\n\n" + _(
            "By the silhouette k = {k} is best, with {fit}. The inertia falls with every further "
            "group: look for the bend."
        ).format(k=highest["k"], fit=written(highest["silhouette"], ".3f"))
    return run, slots(board), "", ""


def _judged(found: float, least: float, bad: int) -> str:
    if found > 1.01 * least:
        said = _(
            "Nothing moves any more, but the start was bad: an inertia of {found}, and {least} "
            "would be possible."
        )
    else:
        said = _("Nothing moves any more, with an inertia of {found}: no better one was found.")
    said = said.format(found=written(found, ".3f"), least=written(least, ".3f"))
    many = _("Of {many} random starts {bad} end worse, by more than 1 %.")
    return f"{said} " + many.format(many=STARTS, bad=bad)


def _counted(tried: list[float], k: int) -> list[dict]:
    """Return the different ends of many starts, and how many starts came to each."""
    found: dict[float, int] = {}
    for value in sorted(tried):
        same = next((one for one in found if abs(one - value) < 0.005 * (1 + one)), value)
        found[same] = found.get(same, 0) + 1
    return [{"k": k, "inertia": value, "starts": count} for value, count in found.items()]


def _with_labels(x, labels, group, data: dict[str, list]) -> tuple[str, list[int]]:
    """Train a network on the labels of every second point; paint what it says everywhere."""
    import numpy as np
    import torch
    from PIL import Image

    from models.images import data_url

    half = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    learned, asked = half[: (len(x) + 1) // 2], half[(len(x) + 1) // 2 :]
    if len(labels[learned].unique()) < 2 or not len(asked):
        raise_to = _("All labels learned from are the same: add points with another label.")
        return raise_to, learned.tolist()
    net = classifier(x[learned], labels[learned])
    right = (net(x[asked]).argmax(1) == labels[asked]).double().mean().item()
    names = torch.tensor(matched(group, labels))
    alike = (names[group] == labels).double().mean().item()
    across = torch.linspace(-3.75, 3.75, SIDE * 5 // 2, dtype=torch.float64)
    down = torch.linspace(1.5, -1.5, SIDE, dtype=torch.float64)
    places = torch.stack(torch.meshgrid(across, down, indexing="xy"), -1).view(-1, 2)
    with torch.inference_mode():
        says = net(places).argmax(1).view(SIDE, -1).numpy()
    colours = np.array([(*colour, 45) for colour in PALETTE], dtype=np.uint8)
    data["classes"] = [{"url": data_url(Image.fromarray(colours[says], "RGBA"))}]
    said = _(
        "With labels: learned from {learned} points (filled), {right:.0f} % of the {asked} others "
        "are right. Without: named after most of their points, the groups hold {alike:.0f} %. "
        "k-means looks for round groups; a label may be anything."
    ).format(learned=len(learned), asked=len(asked), right=100 * right, alike=100 * alike)
    return said, learned.tolist()
