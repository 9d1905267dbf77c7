"""Bars for the classes that several models tell apart, repainted as fast as they arrive."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demos.widgets.widget import Widget


@dataclass(frozen=True)
class Bars:
    """What `ClassBars` shows: one entry per panel.

    Attributes:
        values: a number per class, in the order of the labels; None for a panel without an answer.
        sums: a line under each panel's bars.
        unnamed: panels whose largest bar is too short to be named: "?" is the winner.
        troubles: a sentence in the place of a panel's bars, "" where all is well.
        range: None for shares from 0 to 1, shown in per cent; else scores from −range to range.
        note: a sentence under the panels.
        mark: of the sketch that is answered, see `SketchPad.answers`.
        numbers: what stands in the places of a `blackboard` in the same chapter, by their names.
    """

    values: Sequence[Sequence[float] | None]
    sums: Sequence[str] = ()
    unnamed: Sequence[int] = ()
    troubles: Sequence[str] = ()
    range: float | None = None
    note: str = ""
    mark: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return it as JSON; five digits are more than a bar can show."""
        panels = []
        for index, values in enumerate(self.values):
            panel: dict[str, Any] = {}
            if values is not None:
                panel["values"] = [float(f"{value:.5g}") for value in values]
            if self.sums and self.sums[index]:
                panel["sum"] = self.sums[index]
            if index in self.unnamed:
                panel["unnamed"] = True
            if self.troubles and self.troubles[index]:
                panel["trouble"] = self.troubles[index]
            panels.append(panel)
        value = {"panels": panels, "range": self.range, "note": self.note, "mark": self.mark}
        if self.numbers:
            value["numbers"] = dict(self.numbers)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class ClassBars(Widget):
    """Panels of bars; its value is a `Bars`. The largest bar of each panel is the winner."""

    def __init__(
        self,
        panels: Sequence[tuple[str, str]] = (),
        labels: Sequence[str] = (),
        *,
        note: str = "",
        value: Bars | None = None,
        **kwargs: Any,
    ) -> None:
        """Lay out the panels.

        Args:
            panels: title and subtitle of each.
            labels: the classes, top to bottom.
            note: what stands under the panels until the first value arrives.
            value: what to show first.
            **kwargs: passed on to `gr.HTML`.
        """
        super().__init__(
            value=value,
            panels=[{"title": title, "subtitle": subtitle} for title, subtitle in panels],
            labels=list(labels),
            note=note,
            **kwargs,
        )

    def postprocess(self, value: Bars | None) -> str | None:
        """Turn the bars into JSON text: Gradio compares and copies text fastest."""
        return None if value is None else value.to_json()
