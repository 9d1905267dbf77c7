"""One more column: does it help? Asked on cars that were left out."""

from __future__ import annotations

from demos.cars.data import chosen
from demos.cars.lesson import inputs, normalised, validated
from demos.frame import texts
from demos.frame.texts import _
from demos.pictures.numbers import number_table, written
from demos.widgets.live_chart import Run

LIMIT = 100_000


@texts.cached(maxsize=64)
def accident(missing: str, noise: int) -> tuple[Run, str]:
    """Draw R² of the cars below $100,000 without the column, and with it."""
    import torch

    cars = chosen(limit=LIMIT)
    if missing == "drop":
        cars = cars[cars["accident"] != "not said"]
    x, y = inputs(cars, ["age", "miles"])
    marks = inputs(cars, ["accident"])[0][:, : 2 if missing == "own" else 1]
    chance = torch.randn(len(x), noise, generator=torch.Generator().manual_seed(0))
    more = torch.cat([x, marks, chance], dim=1)
    without, added = validated(x, y), validated(more, y)
    rows = [
        {"kind": kind, "with": which, "fold": fold, "r2": r2}
        for kind in ("training", "validation")
        for which, found in ((0, without), (1, added))
        for fold, r2 in enumerate(found[kind])
    ]
    better = sum(b > a for a, b in zip(without["validation"], added["validation"], strict=True))
    caption = _(
        "R² on cars that were left out: {before} without, {after} with. Better in {better} of 10 "
        "parts."
    ).format(
        before=written(without["whole"], ".3f"),
        after=written(added["whole"], ".3f"),
        better=better,
    )
    return Run(
        data={"folds": rows, "run": [{"step": 0}]}, caption=caption, topic="accident"
    ), _board(x, y, marks, more, [without, added])


def _board(x, y, marks, more, found) -> str:
    """Write out the gap alone, and beside age and miles; and R² of both."""
    import torch

    def weights(columns):
        z, _mean, deviation = normalised(columns)
        ones = torch.ones(len(z), 1)
        design = torch.cat([z, ones], dim=1).double()
        return torch.linalg.lstsq(design, y.double()[:, None]).solution[:-1, 0] / deviation

    alone, beside = weights(marks), weights(more)[2:]
    names = [_("accident"), _("accident not said")]
    gaps = [
        {"what": names[i], "alone": alone[i].item(), "beside": beside[i].item()}
        for i in range(marks.shape[1])
    ]
    gap_table = number_table(
        gaps,
        {"what": _("mark"), "alone": _("alone [$]"), "beside": _("beside age and miles [$]")},
        {"alone": ",.0f", "beside": ",.0f"},
    )
    rows = [
        {
            "what": what,
            "columns": count,
            "training": sum(one["training"]) / len(one["training"]),
            "validation": one["whole"],
        }
        for what, count, one in (
            (_("without"), x.shape[1], found[0]),
            (_("with"), more.shape[1], found[1]),
        )
    ]
    table = number_table(
        rows,
        {
            "what": _("accident"),
            "columns": _("columns"),
            "training": _("R², cars learned from"),
            "validation": _("R², cars left out"),
        },
        {"training": ".4f", "validation": ".4f"},
    )
    return f"{gap_table}\n\n{table}"
