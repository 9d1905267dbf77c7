"""LiveChart: what is sent to the browser, and the Vega bundle."""

import dataclasses
import json
import sys
from types import SimpleNamespace

import altair as alt
import gradio as gr
import pytest

from demos import celsius
from demos.frame import kept
from demos.losses import charts
from demos.pictures.heat_map import heat_map
from demos.widgets import live_chart
from demos.widgets.blackboard import slots
from demos.widgets.live_chart import LiveChart, Panel, Run


def test_rows_travel_column_by_column_with_seven_digits():
    run = Run(data={"run": [{"step": 0, "loss": 1 / 3}, {"step": 1, "loss": 2.0, "note": "x"}]})
    columns = json.loads(run.to_json())["data"]["run"]
    assert columns == {"step": [0, 1], "loss": [0.3333333, 2], "note": [None, "x"]}


def test_numbers_that_are_not_finite_become_gaps():
    run = Run(data={"run": [{"loss": float("nan")}, {"loss": float("inf")}]})
    assert json.loads(run.to_json())["data"]["run"]["loss"] == [None, None]


def test_a_run_is_turned_into_json_once_and_a_changed_copy_anew():
    read = []

    class Rows(list):
        def __iter__(self):
            read.append(1)
            return super().__iter__()

    run = Run(data={"run": Rows([{"step": 0}])}, caption="one")
    first = run.to_json()
    count = len(read)
    assert run.to_json() is first
    assert len(read) == count
    assert json.loads(dataclasses.replace(run, caption="two").to_json())["caption"] == "two"


def test_a_run_may_say_what_the_scrubber_counts():
    assert json.loads(Run(data={}, step_name="epoch").to_json())["step_name"] == "epoch"
    assert json.loads(Run(data={}).to_json())["step_name"] == ""


def test_a_run_names_its_topic():
    assert json.loads(Run(data={}, topic="bowl").to_json())["topic"] == "bowl"
    assert json.loads(Run(data={}).to_json())["topic"] == ""


def test_a_refusal_brings_a_sentence_and_no_rows():
    with gr.Blocks():
        chart = LiveChart([Panel(alt.Chart(alt.NamedData(name="run")).mark_line(), "A line.")])
    value = json.loads(chart.postprocess(chart.refusal("Too high.")))
    assert value["warning"] == "Too high."
    assert value["data"] == {}


def test_every_chart_wears_the_same_theme():
    panel = Panel(alt.Chart(alt.NamedData(name="run")).mark_line(), "A line.")
    assert panel.to_prop()["spec"]["config"] == live_chart.CHART_THEME


@pytest.mark.parametrize("panels", [celsius.charts, charts.panels])
def test_the_charts_of_the_chapters_are_valid_vega_lite(panels):
    for panel in panels():
        panel.to_prop(validate=True)


def test_charts_are_drawn_once_and_again_when_the_sources_change(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "user_cache_path", lambda *_, **__: tmp_path)
    drawn = []

    def panels() -> list[Panel]:
        drawn.append(1)
        return [Panel(alt.Chart(alt.NamedData(name="run")).mark_line(), "A line.")]

    monkeypatch.setitem(sys.modules, "made_up.charts", SimpleNamespace(panels=panels))
    name = "made_up.charts:panels"
    first = live_chart.cached_charts(name)
    assert live_chart.cached_charts(name) == first
    assert len(drawn) == 1
    (path,) = (tmp_path / "charts").iterdir()
    path.write_text("[{", encoding="utf-8")
    assert live_chart.cached_charts(name) == first
    for change in range(20):
        monkeypatch.setattr(kept.files, "digest", lambda change=change: f"newer{change}")
        assert live_chart.cached_charts(name) == first
    assert len(drawn) == 22
    assert len(list((tmp_path / "charts").iterdir())) == 8


def test_the_vega_bundle_is_built_once_and_keeps_its_names_to_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "user_cache_path", lambda *_, **__: tmp_path)
    path = live_chart.build_bundle()
    script = path.read_text(encoding="utf-8")
    assert script.startswith("(function () {")
    assert "window.courseVega=" in script.replace(" ", "")[-400:]
    before = path.stat().st_mtime_ns
    assert live_chart.build_bundle() == path
    assert path.stat().st_mtime_ns == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_cache_that_cannot_be_written_is_replaced(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise PermissionError("read-only home")

    monkeypatch.setattr(kept, "user_cache_path", refuse)
    monkeypatch.setattr(kept.tempfile, "gettempdir", lambda: str(tmp_path))
    assert live_chart.bundle_path().is_relative_to(tmp_path)


def test_names_on_the_blackboard_become_places_to_fill():
    assert slots("$L = {loss:.2f}$") == r"$L = \text{@loss:.2f@}$"
    assert slots("{weight_gradient:.3f}") == r"\text{@weight-gradient:.3f@}"
    assert slots(r"\tfrac{1}{2}\text{a}") == r"\tfrac{1}{2}\text{a}"


@pytest.mark.parametrize("flat", [True, False])
def test_a_heat_map_is_clear_where_the_numbers_are_small(flat):
    import base64
    import io

    import numpy as np
    from PIL import Image

    values = np.zeros((4, 6)) if flat else np.arange(24.0).reshape(4, 6)
    url = heat_map(values)
    assert url.startswith("data:image/png;base64,")
    picture = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert picture.size == (6, 4)
    alpha = np.asarray(picture)[..., 3]
    assert alpha[-1, 0] == 0
    assert (alpha[0, -1] == 190) is not flat or alpha[0, -1] == 0
