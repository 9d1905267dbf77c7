"""A set of linked Altair charts, drawn once and fed new rows afterwards.

One request brings the rows of a whole run; the browser then scrubs, plays and steps through them
without asking the server again. Inside a chart there is

* every named data set of the value (`alt.NamedData("run")`, …),
* the data set `now`: those rows of `run` whose `step` is the current one,
* the data set `before`: the rows of the run that the visitor looked at before this one,
* the parameter `step`: the current step,

so that a chart says with `alt.NamedData("now")` what moves, and with `alt.NamedData("run")` what
stays. Colours are CSS variables, so dark mode needs no second drawing.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demos.frame import texts
from demos.frame.kept import cache_folder, kept_json, write
from demos.frame.server import files
from demos.frame.tables import json_columns
from demos.frame.texts import N_, _
from demos.widgets.widget import Widget

if TYPE_CHECKING:  # a fifth of a second, and every chart a tenth
    import altair as alt

INK = "var(--chart-ink)"
FAINT = "var(--chart-faint)"
GRID = "var(--chart-grid)"
PAPER = "var(--chart-paper)"
# Okabe and Ito's palette, safe for colour-blind eyes; the variables have a light and a dark value.
BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY = (
    f"var(--chart-{name})" for name in ("blue", "vermillion", "green", "orange", "purple", "sky")
)
SERIES = [BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY]

CHART_THEME: dict[str, Any] = {
    "background": None,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": GRID,
        "domainColor": FAINT,
        "tickColor": FAINT,
        "labelFontSize": 12,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "titlePadding": 6,
        "tickCount": 5,
        "labelOverlap": True,
    },
    "axisX": {"labelSeparation": 4},
    "axisY": {"minExtent": 34},
    "legend": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "orient": "top",
        "title": None,
        "symbolType": "stroke",
        "symbolStrokeWidth": 3,
    },
    "title": {
        "color": INK,
        "fontSize": 14,
        "fontWeight": 600,
        "anchor": "start",
        "offset": 8,
    },
    "text": {"color": INK, "fontSize": 13},
    "range": {"category": SERIES},
}


def log_axis(channel: str = "y", room: int = 22) -> dict[str, Any]:
    """Return a logarithmic axis that is labelled at powers of ten only: 100, 0.01, 1e−6.

    The scale should be `nice`, or end at powers of ten. D3 gives nothing but powers where no more
    ticks are wanted than there are decades, so as many are wanted, or as many as there is room for.

    Args:
        channel: "x" or "y".
        room: what a label needs along the axis [px]; D3 may take two thirds of it.
    """
    ends = f"domain('{channel}')"
    decades = f"floor(abs(log({ends}[1] / {ends}[0])) / LN10 + 1e-6)"
    length = "width" if channel == "x" else "height"
    return {
        "tickCount": {"expr": f"max(1, min({decades}, floor({length} / {room})))"},
        "labelOverlap": "greedy",
        "labelFlush": False,  # the first label would move onto the second
        # The notation of the number fields, with the minus sign of all other axes.
        "labelExpr": "replace(replace(abs(datum.value) >= 1e-3 && abs(datum.value) < 1e6"
        " ? format(datum.value, '~f') : format(datum.value, '~e'), 'e+', 'e'), 'e-', 'e−')",
    }


LOG_AXIS = log_axis()


@dataclass(frozen=True)
class Panel:
    """One chart of a LiveChart.

    Attributes:
        chart: the Altair chart; its width follows the page, its height is the chart's own.
        description: what the chart shows, for those who cannot see it.
        pick: a click into the plot raises `select` with `{"panel", "key", "x", "y"}` in data units;
            the key is that of a point that can be dragged, if it was one that was clicked.
        drag: name of a data set whose points can be dragged; raises `input` with
            `{"panel", "key", "x", "y"}`. Its rows carry `key` (null: fixed) and the `axes`.
        axes: the fields of the x and y axis of a data set that can be dragged.
        drag_along: "xy", or "x" or "y" for points that move in one direction only.
        min_width: the width [px] under which the panels wrap onto the next line.
        row: panels with the same number stand side by side.
        only_with: name of a data set; without rows in it the panel is not shown.
        main: it is the page's picture: two thirds of its row, and the row's others stand beside it
            one above the other.
    """

    chart: alt.TopLevelMixin
    description: str
    pick: bool = False
    drag: str | None = None
    axes: tuple[str, str] = ("x", "y")
    drag_along: str = "xy"
    min_width: int = 260
    row: int = 0
    only_with: str | None = None
    main: bool = False

    def to_prop(self, validate: bool = True) -> dict[str, Any]:
        """Return what the browser needs to draw the panel."""
        spec = self.chart.to_dict(validate=validate)
        spec["config"] = CHART_THEME
        return {
            "spec": spec,
            "description": self.description,
            "pick": self.pick,
            "drag": self.drag,
            "axes": self.axes,
            "dragAlong": self.drag_along,
            "minWidth": self.min_width,
            "row": self.row,
            "onlyWith": self.only_with,
            "main": self.main,
        }


@dataclass(frozen=True)
class Series:
    """One of several runs that are played together; a row of `run` names it in `series`.

    Attributes:
        name: as in the rows; lower-case letters and underscores.
        label: as in the legend, in English, marked with `N_`.
        colour: one of `SERIES`, the same in every chart.
        dash: lengths of dash and gap [px], since colour alone does not reach everyone.
    """

    name: str
    label: str
    colour: str
    dash: tuple[int, ...] = ()


def colour_of(series: Sequence[Series]) -> alt.Color:
    """Return the encoding that gives each series its colour; the legend is the LiveChart's own."""
    import altair as alt

    scale = alt.Scale(domain=[s.name for s in series], range=[s.colour for s in series])
    return alt.Color("series:N", scale=scale, legend=None)


def dash_of(series: Sequence[Series]) -> alt.StrokeDash:
    """Return the encoding that gives each series its dashes."""
    import altair as alt

    dashes = [list(one.dash or (1, 0)) for one in series]
    scale = alt.Scale(domain=[one.name for one in series], range=dashes)
    return alt.StrokeDash("series:N", scale=scale, legend=None)


@dataclass(frozen=True)
class Run:
    """What a LiveChart is fed with.

    Attributes:
        data: rows by name of the data set; `run` holds the rows of all steps. Without any, the
            picture stays and only the warning is shown.
        params: values of the charts' own parameters.
        caption: one sentence that says what the picture shows; it is also the text alternative. In
            it `{loss:.2f}` is a field of the rows of the step that is shown, `{mse.loss:.2f}` that
            of a series, `{bias:+.3f}` a summand with its sign: "+ 0.500".
        conclusion: what the run teaches; said when it is over, not before.
        warning: one sentence that must not be overlooked, such as why a run stopped.
        start: the step to show first; None keeps the visitor's place.
        topic: what the run is about; runs of one topic are compared, see `before`.
        step_name: what the scrubber counts, in place of the chart's.
    """

    data: Mapping[str, Sequence[Mapping[str, Any]]]
    params: Mapping[str, Any] = field(default_factory=dict)
    caption: str = ""
    conclusion: str = ""
    warning: str = ""
    start: int | None = None
    topic: str = ""
    step_name: str = ""

    def to_json(self) -> str:
        """Return the run as JSON, column by column; numbers keep float32's seven digits."""
        return self._json

    @functools.cached_property
    def _json(self) -> str:  # once: what is cached is sent again and again
        return json.dumps(
            {
                "data": {name: json_columns(rows) for name, rows in self.data.items()},
                "params": dict(self.params),
                "caption": self.caption,
                "conclusion": self.conclusion,
                "warning": self.warning,
                "start": self.start,
                "topic": self.topic,
                "step_name": self.step_name,
            },
            separators=(",", ":"),
            allow_nan=False,
        )


class LiveChart(Widget):
    """Linked charts with a scrubber, play, pause and step; its value is a `Run`.

    Events: `expand` when the charts are on the page and want rows; `select`, `input`: see `Panel`.
    A `blackboard` in the same chapter shows the numbers of the current step. Other widgets of the
    chapter follow it without the server: on the page it raises `course:step` with `{step, last,
    rows, playing}`, and `course:show` leads it to a step. Where the page hands it the `settings`,
    its parameters of their names follow them, see `tell`.
    """

    def __init__(
        self,
        panels: Sequence[Panel] | str,
        *,
        table: Mapping[str, str] | None = None,
        series: Sequence[Series] = (),
        step_name: str = N_("step"),
        player: bool = True,
        busy: bool = True,
        **kwargs: Any,
    ) -> None:
        """Lay out the charts.

        Args:
            panels: the charts, left to right; or the name of a function of a chapter that returns
                them, "demos.losses.charts:panels", which is imported and called only when the
                sources have changed since this machine's last start.
            table: columns of the table "The numbers": field of `run` → heading.
            series: what the legend names, as far as `run` has rows of it.
            step_name: what the scrubber counts.
            player: whether there is something to play; without it the step is always 0.
            busy: whether rows come as soon as it is shown, not only after what a visitor does.
            **kwargs: passed on to `gr.HTML`.
        """
        if isinstance(panels, str):
            charts: Any = files.make(
                f"charts/{panels.replace(':', '.')}.{{language}}.json",
                lambda language: texts.spoken(cached_charts(panels), language),
            )
        else:
            charts = [panel.to_prop() for panel in panels]
        super().__init__(
            value=None,
            charts=charts,
            table=dict(table or {}),
            series=[{**asdict(one), "label": _(one.label)} for one in series],
            step_name=_(step_name),
            player=player,
            bundle=VEGA,
            page={"busy": str(busy).lower()},
            **kwargs,
        )

    def refusal(self, sentence: str) -> Run:
        """Return the value that keeps the picture and says why there is no new one."""
        return Run(data={}, warning=sentence)

    def postprocess(self, value: Run | None) -> str | None:
        """Turn the run into JSON text: Gradio compares and copies text fastest."""
        return None if value is None else value.to_json()


# ---------------------------------------------------------------- what is kept on this machine

_drawing = threading.Lock()  # Altair's settings are the process's


def cached_charts(panels: str) -> str:
    """Return what the browser needs to draw the panels, as JSON with its texts marked.

    Nothing but the sources of the chapters and Altair decides what that is: without Altair, if it
    is known already.
    """
    module, _colon, function = panels.partition(":")

    def draw() -> str:
        panels = getattr(importlib.import_module(module), function)
        with _unchecked(), texts.speaking(texts.BUILDING):
            props = [panel.to_prop(validate=False) for panel in panels()]
        return json.dumps(props, ensure_ascii=False, separators=(",", ":"))

    return kept_json("charts", f"{module}.{function}", draw)


def drawn(picture: Callable[[], alt.TopLevelMixin]) -> dict[str, Any]:
    """Return what the browser needs to draw a chart that has its rows in it."""
    with _unchecked():
        return {**picture().to_dict(validate=False), "config": CHART_THEME}


@contextlib.contextmanager
def _unchecked() -> Iterator[None]:
    """Draw without validation: the tests do that; here it would double the time."""
    from altair.utils import schemapi

    with _drawing, schemapi.debug_mode(False):
        yield


def bundle_path() -> Path:
    """Return where the Vega bundle of the installed Altair lies, or will lie, on this machine."""
    return cache_folder("static") / f"vega-{version('vl-convert-python')}.js"


def build_bundle() -> Path:
    """Write Vega, Vega-Lite and Vega-Embed as one script, once per machine (1–3 s, 0.9 MB)."""
    path = bundle_path()
    with _drawing:
        if path.exists():
            return path
        import vl_convert

        code = vl_convert.javascript_bundle("window.courseVega = { vegaEmbed };")
        # In a scope of its own: the bundle's top-level names clash with those of Gradio's page.
        write(path, f"(function () {{\n{code}\n}})();\n")
    return path


VEGA = files.make("vega.js", lambda language: build_bundle().read_bytes())
