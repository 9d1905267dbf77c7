"""PCA: a line through the middle is turned, and keeps more or less of the variance."""

from __future__ import annotations

import math
from typing import Any

from demos.frame.texts import _
from demos.pictures.numbers import written
from demos.rewards.axes import measured, pca, turned
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import Run


def axis(
    sample: str, scale: str, points: str, optimum: bool, **_others: Any
) -> tuple[Run, str, str, str]:
    """Turn a line by whole degrees, and say what it keeps."""
    x = measured(sample, scale, points)
    mean, axes, variance = pca(x)
    total = variance.sum().item()
    kept = turned(x, range(180)).tolist()
    first = (x[0] - mean).tolist()
    rows = []
    for degrees, value in enumerate(kept):
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        rows.append(
            {
                "step": degrees,
                "kept": 100 * value / total if total else 0.0,
                "variance": value,
                "left": total - value,
                "cos": cos,
                "sin": sin,
                "size": cos * first[0] + sin * first[1],
            }
        )
    top = max(rows, key=lambda row: row["variance"])
    right = math.degrees(math.atan2(*axes[0].flip(0).tolist())) % 180
    share = 100 * variance[0].item() / total if total else 0.0
    names = {"petals": _("petals"), "sepals": _("sepals"), "own": _("my own")}
    units = {"cm": "cm", "mm": "cm, mm", "standard": "σ"}
    own = sample == "own"
    heading = names[sample] if own else f"{names[sample]} [{units[scale]}]"
    middle = [0.0, 0.0] if own else ((x.amin(0) + x.amax(0)) / 2).tolist()
    reach = [1.4, 1.05] if own else (0.55 * (x.amax(0) - x.amin(0))).tolist()
    said = _(
        "The best line, PCA, lies at {angle}° and keeps {share} %: one number in place of two. "
        "With the slider, {top}° comes nearest."
    )
    if share < 51:
        said = _("Whichever line: it keeps about half, {share} %. No number can be spared.")
    # Two flowers with the same numbers are drawn once.
    shown = x.tolist() if own else dict.fromkeys(map(tuple, x.tolist()))
    run = Run(
        data={
            "run": rows,
            "points": [
                {"key": i if own else None, "x": round(a, 4), "y": round(b, 4)}
                for i, (a, b) in enumerate(shown)
            ],
            "best": [{"angle": right}] if optimum else [],
            "of_axis": [{"on": 1}],
        },
        params={
            "middle_x": mean[0].item(),
            "middle_y": mean[1].item(),
            "view_x": middle[0],
            "view_y": middle[1],
            "reach_x": reach[0],
            "reach_y": reach[1],
            "far": 1.05 * (x - mean).norm(dim=1).max().item() or 1.0,
            "heading": heading,
        },
        caption=_(
            "At {step}° the line keeps {kept} % of the variance; what is lost are the short lines "
            "to it. Turn it with the slider, or the arrow keys."
        ).format(step="{step:d}", kept="{kept:.1f}"),
        conclusion=said.format(
            angle=written(right, ".1f"), share=written(share, ".1f"), top=top["step"]
        ),
        topic=f"axis {sample} {scale}",
        step_name=_("angle"),
    )
    a, b = (written(value, ".3f") for value in first)
    a, b = (f"({one})" if value < 0 else one for one, value in zip((a, b), first, strict=True))
    board = _("“size” of the first")
    board += r" $= {cos:.5s} \cdot " + a + r" {sin:+.5s} \cdot " + b + " = {size:.3f}$"
    board += "\n\n" + _("variance kept + lost")
    board += " $= {variance:.4f} + {left:.4f} = " + f"{written(total, '.4f')}$"
    if optimum:
        vector = ", ".join(written(value, ".4f") for value in axes[0].tolist())
        board += "\n\n" + _(
            "the first axis of PCA, by `torch.linalg.svd`: $({vector})$, variance ${most}$"
        ).format(vector=vector, most=written(variance[0].item(), ".4f"))
    return run, slots(board), "", ""
