"""The curve so far, and what it is drawn on."""

import altair as alt
import pytest
import vl_convert

from demos.pictures.curve import curve_so_far
from demos.widgets import live_chart as lc
from demos.widgets.live_chart import Series

SERIES = [Series("one", "One", lc.BLUE), Series("two", "Two", lc.GREEN, (2, 2))]
WORDS = {"title": "loss", "heading": "The loss", "description": "The loss over the steps."}


def labels(rows: list[dict], step: int = 0, height: int = 260, before=(), **options) -> list[str]:
    """Return the texts of the chart as it is drawn."""
    import re

    spec = curve_so_far("loss", height=height, **WORDS, **options).to_prop()["spec"]
    spec |= {"datasets": {"run": rows, "before": list(before)}, "width": 300}
    for param in spec["params"]:
        if param["name"] == "step":
            param["value"] = step
    return re.findall(r"<text[^>]*>([^<]*)</text>", vl_convert.vegalite_to_svg(spec))


def powers(texts: list[str]) -> list[float]:
    """Return the numbers on the y axis: those before the title and the heading, without steps."""
    texts = texts[: texts.index("loss")]
    split = max(i for i, text in enumerate(texts) if text == "step") + 1
    return [float(text.replace("−", "-")) for text in texts[split:]]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"log": True},
        {"log": True, "domain": [1e-4, 100]},
        {"log": True, "domain": [alt.expr("low"), alt.expr("high")], "shapes": ["circle", "cross"]},
        {"domain": [-1, 4], "last_step": 60, "interpolate": "step-after"},
        {"series": SERIES, "tooltip": [alt.Tooltip("loss:Q")], "only_with": "run"},
    ],
)
def test_every_curve_is_valid_vega_lite(options):
    panel = curve_so_far("loss", **WORDS, **options)
    panel.to_prop(validate=True)
    assert panel.description == WORDS["description"]


def test_further_layers_lie_below_and_above():
    def mark(colour):
        return lambda x, y: [alt.Chart(alt.NamedData("run")).mark_rule(color=colour).encode(y=y)]

    panel = curve_so_far("loss", **WORDS, under=mark("red"), over=mark("blue"))
    colours = [layer["mark"].get("color") for layer in panel.to_prop()["spec"]["layer"]]
    assert (colours[0], colours[-1]) == ("red", "blue")


@pytest.mark.parametrize("last", [1, 2, 3])
def test_a_run_of_few_steps_names_each_of_them_once(last):
    texts = labels([{"step": step, "loss": 1.0} for step in range(last + 1)])
    across = texts[: texts.index("step")]
    assert [text for text in across if text] == [str(step) for step in range(last + 1)]


@pytest.mark.parametrize("height", [84, 120, 260])
@pytest.mark.parametrize(
    "losses",
    [
        [2000.0, 3000.0],
        [0.1, 70.0],
        [10.0 ** (4 - i) for i in range(14)],
        [10.0 ** (3 * i) for i in range(12)],
        [5.0, 5.0],
    ],
)
def test_a_logarithmic_axis_names_powers_of_ten_only_and_has_room_for_them(losses, height):
    import math

    rows = [{"step": i, "loss": loss} for i, loss in enumerate(losses)]
    shown = powers(labels(rows, log=True, height=height))
    assert shown
    for number in shown:
        assert math.log10(number) == pytest.approx(round(math.log10(number)), abs=1e-9)
    decades = math.log10(max(shown) / min(shown)) if len(shown) > 1 else 1
    assert len(shown) == 1 or height / (len(shown) - 1) >= 14 or decades < 2


def test_a_logarithmic_axis_has_the_minus_sign_of_all_others():
    rows = [{"step": i, "loss": 10.0 ** -(4 * i)} for i in range(4)]
    texts = labels(rows, log=True)
    assert any("e−" in text for text in texts)
    assert not any("-" in text for text in texts)


def test_a_loss_of_exactly_zero_lies_on_the_floor_and_is_named():
    rows = [{"step": i, "loss": [100.0, 1.0, 0.01, 0.0, 0.0][i]} for i in range(5)]
    zeros = [labels(rows, log=True, step=step).count("0") for step in (2, 4)]
    assert zeros[1] == zeros[0] + 1


def test_a_run_of_nothing_but_zeros_is_drawn():
    assert labels([{"step": i, "loss": 0.0} for i in range(3)], log=True)


@pytest.mark.parametrize("log", [False, True])
def test_the_run_before_does_not_stretch_the_axes(log):
    rows = [{"step": i, "loss": 10.0 / (i + 1)} for i in range(9)]
    before = [{"step": i, "loss": 1e30 * (i + 1)} for i in range(500)]
    assert labels(rows, log=log) == labels(rows, log=log, before=before)
