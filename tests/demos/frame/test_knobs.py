"""Knobs: what passes, what is refused and how, links, docstrings; every endpoint's arguments."""

import inspect
import itertools
import math
import re
from functools import partial

import gradio as gr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demos import CHAPTERS
from demos.celsius import descend
from demos.frame.knobs import Bank, Choice, Grid, Knobs, Number, Numbers, Some, Switch, Topic, takes
from demos.frame.source import source_of
from demos.widgets.panel import Panel, Place
from tests.calls import call, offered
from tests.strangers import ANYTHING

RATE = Number(1e-5, 1, 1e-4, "rate", log=True, wider=(1e-6, 10))
STEPS = Number(1, 2000, 100, "steps", whole=True)
KINDS = [
    RATE,
    STEPS,
    Number(-4, 4, 1, "x", slider=False),
    Choice(["a", "b c"], "a", "letter"),
    Topic({"one": "the first", "two": "the second"}, "two", "topic"),
    Some(["a", "b", "c"], ["b"], "letters"),
    Some(["a", "b"], [], "letters", empty=True),
    Switch(True, "on"),
    Bank([Number(-1, 5, 1, "w"), RATE, STEPS], "neuron"),
    Bank([Number(-1, 5, 1, "w")], ""),
    Grid(Number(-9, 9, 0, "w"), [1, 3], [0.5], "filter", examples={"eye": [1, 0, 0] * 3}),
]
every_knob = pytest.mark.parametrize("knob", KINDS, ids=lambda knob: f"{knob.kind}-{knob.label}")

# Texts as links hold them, and all that is no text.
NUMBERS = st.floats() | st.integers() | st.booleans() | st.sampled_from([10**400, -(10**400)])
STRANGE = ANYTHING | st.lists(NUMBERS, min_size=1, max_size=4) | NUMBERS | st.just([["a"]])


def outcome(function, *arguments):
    """The value that passed, or the sentence that refused it."""
    try:
        return function(*arguments), None
    except ValueError as error:
        return None, str(error)


def is_sentence(text):
    return re.fullmatch(r"[^\n]+[.…]", text) is not None


# ---------------------------------------------------------------- values


@every_knob
@given(value=STRANGE)
def test_what_strangers_send_passes_or_is_refused_in_one_sentence(knob, value):
    for name in (None, "argument"):
        passed, refused = outcome(knob.check, value, name)
        if refused:
            assert is_sentence(refused)
            several = knob.kind in ("bank", "grid")  # which name the number that is wrong
            assert refused.startswith(knob.label if name is None else name) or several
        else:
            assert knob.check(passed, name) == passed


@every_knob
@given(text=st.text() | st.sampled_from(["nan", "inf", "1e999", "9" * 5000, "1_0", "0x1", "1,5"]))
def test_no_text_of_a_link_does_any_harm(knob, text):
    passed, refused = outcome(knob.parse, text)
    assert is_sentence(refused) if refused else knob.check(passed) == passed


def values_of(knob):
    """What a control of the page can say."""
    if isinstance(knob, Number):
        inner = st.integers if knob.whole else st.floats
        return inner(knob.low, knob.high)
    if isinstance(knob, Choice):
        return st.sampled_from([*knob.options])
    if isinstance(knob, Some):
        return st.lists(st.sampled_from([*knob.options]), unique=True, min_size=not knob.empty)
    if isinstance(knob, Switch):
        return st.booleans()
    if isinstance(knob, Grid):
        each = values_of(knob.each)
        return st.one_of(*(st.lists(each, min_size=n * n, max_size=n * n) for n in knob.sides))
    return st.tuples(*map(values_of, knob.numbers)).map(list)


@every_knob
@given(draw=st.data())
def test_every_value_of_a_control_survives_a_link(knob, draw):
    value = knob.check(draw.draw(values_of(knob)))
    assert knob.parse(knob.text(value)) == value
    assert knob.nearest(value) is not None
    assert knob.parse(knob.text(knob.default)) == knob.default


def test_the_page_knows_which_controls_need_no_server():
    quiet = Choice(["a", "b"], "a", "letter", local=True)
    assert quiet.props()["local"] is True
    assert Number(0, 1, 0, "w").props()["local"] is False


@given(value=st.floats() | st.integers() | st.none() | st.text())
def test_a_click_ends_at_the_nearest_number_of_the_control(value):
    slider = Number(-1, 6, 0, "w", step=0.1)
    passed, refused = outcome(slider.nearest, value)
    if refused:
        assert not isinstance(value, (int, float)) or math.isnan(value)
    else:
        assert -1 <= passed <= 6
        assert passed == round(passed, 1)


def test_a_click_keeps_three_digits_where_there_is_no_slider():
    assert Number(-1000, 1000, 0, "w", slider=False).nearest(1.23456) == 1.23
    assert Number(1, 6, 4, "bill", whole=True).nearest(5.7) == 6
    assert Bank([Number(0, 5, 0, "w"), Number(0, 9, 1, "b", step=1)]).nearest([9, 1.4]) == [5, 1]


@pytest.mark.parametrize(
    ("knob", "value", "sentence"),
    [
        (RATE, 0, "rate must be a number between 1e−5 and 1."),
        (STEPS, 1.5, "steps must be a whole number between 1 and 2000."),
        (STEPS, True, "steps must be a whole number between 1 and 2000."),
        (KINDS[3], ["a"], "letter must be one of: a, b c."),
        (KINDS[5], ["d"], "letters must be a list of one or more of: a, b, c."),
        (KINDS[5], [], "letters: choose one at least."),
        (KINDS[7], 1, "on must be true or false."),
        (KINDS[8], [1], "neuron must be a list of 3 numbers."),
        (KINDS[8], [9, 1, 1], "w must be a number between −1 and 5."),
        (KINDS[10], [1, 2], "filter must be a list of so many numbers: 1, 9."),
        (KINDS[10], [10], "w must be a number between −9 and 9."),
    ],
)
def test_a_student_reads_what_stands_on_the_page(knob, value, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        knob.check(value)


def test_a_program_reads_its_arguments_name_and_may_do_more():
    assert RATE.check(5, "learning_rate") == 5
    with pytest.raises(ValueError, match=r"^learning_rate must be a number between 1e-6 and 10\.$"):
        RATE.check(11, "learning_rate")
    with pytest.raises(ValueError, match=r"^w\[1\] must be a number"):
        Numbers(Number(-1, 1), 1, 3).check([0, 2], "w")
    with pytest.raises(ValueError, match=r"^w must be a list of 1 to 3 numbers\.$"):
        Numbers(Number(-1, 1), 1, 3).check([], "w")
    with pytest.raises(ValueError, match="whole number between 0 and 2147483647"):
        Number(0, 2**31 - 1, whole=True).check(-1, "seed")


def test_a_knob_starts_within_its_range():
    for wrong in ({"low": 0, "high": 1, "default": 2}, {"low": 0, "high": 1, "log": True}):
        with pytest.raises(ValueError, match="low <= default <= high"):
            Number(**wrong)
    with pytest.raises(ValueError, match="must be an option"):
        Choice(["a"], "b", "letter")


# ---------------------------------------------------------------- all of a chapter

KNOBS = Knobs(
    topic=Topic(["one", "two"], "one", "topic"),
    rate=Number(0, 1, 0.5, "rate η", about="how far a step goes", when={"topic": ["two"]}),
    names=Some(["a", "b"], ["a"], "names"),
)


def test_settings_are_completed_and_checked():
    assert KNOBS.check({}) == {"topic": "one", "rate": 0.5, "names": ["a"]} == KNOBS.defaults()
    assert KNOBS.check({"rate": 1})["rate"] == 1.0
    assert not KNOBS.shown("rate", KNOBS.defaults())
    assert KNOBS.shown("rate", {"topic": "two"})


def test_a_knob_may_hang_on_one_of_several_that_are_chosen():
    knobs = Knobs(
        kinds=Some(["a", "b", "c"], ["a"], "kinds"),
        width=Number(0, 1, 0.5, "width", when={"kinds": ["b"]}),
    )
    assert not knobs.shown("width", {"kinds": ["a", "c"]})
    assert knobs.shown("width", {"kinds": ["a", "b"]})


@given(ANYTHING | st.dictionaries(st.sampled_from(["rate", "names", "x"]), STRANGE))
def test_settings_of_strangers_are_refused_in_one_sentence(value):
    passed, refused = outcome(KNOBS.check, value)
    assert is_sentence(refused) if refused else set(passed) == set(KNOBS)


def test_a_lesson_gets_defaults_types_and_lines_of_its_docstring():
    @takes(KNOBS, seed=Number(0, 9, 0, whole=True), target=Number(0, 1, optional=True))
    def lesson(rate, names, seed, target, other="x") -> tuple:
        """Answer.

        Args:
            other: anything.

        Returns:
            All of it.
        """
        return rate, names, seed, target, other

    assert lesson() == (0.5, ["a"], 0, None, "x")
    assert lesson(1, seed=3.0, target=1) == (1.0, ["a"], 3, 1.0, "x")
    signature = inspect.signature(lesson)
    assert [p.default for p in signature.parameters.values()] == [0.5, ["a"], 0, None, "x"]
    assert signature.parameters["names"].annotation == list[str]
    assert signature.parameters["target"].annotation == float | None
    assert lesson.__doc__ == inspect.cleandoc("""Answer.

        Args:
            rate: how far a step goes, 0 to 1.
            names: some of a and b.
            seed: 0 to 9.
            target: 0 to 1.
            other: anything.

        Returns:
            All of it.

        Raises:
            ValueError: naming the argument that is out of range.
        """)
    for wrong in ({"rate": math.nan}, {"seed": None}, {"names": "a"}):
        with pytest.raises(ValueError, match=f"^{next(iter(wrong))} must be"):
            lesson(**wrong)
    with pytest.raises(TypeError):
        lesson(speed=3)


def test_the_source_that_students_read_has_the_defaults_of_the_knobs():
    source = source_of(descend)
    assert "    learning_rate: float = 0.0001,\n" in source
    assert '    examples: str = "single pair",\n' in source
    assert "how far a step goes along the negative gradient, 1e-6 to 10." in source
    assert max(map(len, source.splitlines())) <= 100


# ---------------------------------------------------------------- on the page

with gr.Blocks():
    PANEL = Panel(KNOBS)


def test_a_panel_knows_its_parameters_and_reads_links():
    assert PANEL.parameters == ["topic", "rate", "names"]
    assert PANEL.check("rate", "0.25") == 0.25
    with pytest.raises(ValueError, match=r"^rate η must be a number between 0 and 1"):
        PANEL.check("rate", "2")
    with pytest.raises(gr.Error, match=r"^'?rate η must be"):
        PANEL.preprocess({"rate": 2})
    assert PANEL.preprocess({"rate": 1}) == {"topic": "one", "rate": 1.0, "names": ["a"]}
    assert PANEL.postprocess({"rate": 1}) == {"rate": 1}
    assert PANEL.api_info()["properties"]["topic"]["enum"] == ["one", "two"]


def test_a_panel_draws_native_controls_with_their_labels():
    html = PANEL.html_template
    assert len(re.findall(r'<fieldset[^>]*data-control="names"', html)) == 1
    names = set(re.findall(r'<input type="radio" name="([^"]+)"', html))
    assert len(names) == 1
    (field,) = re.findall(r'<label class="knob-name" for="([^"]+)">rate η</label>', html)
    assert f'id="{field}" type="text"' in html
    assert re.search(r'data-control="rate"[^>]* hidden', html)


def test_a_choice_of_many_can_be_a_menu():
    with gr.Blocks():
        panel = Panel(Knobs(brand=Choice(["Audi", "Ford"], "Ford", "brand", menu=True)))
    html = panel.html_template
    assert re.findall(r'<option value="(\w+)">', html) == ["Audi", "Ford"]
    (field,) = re.findall(r'<label class="knob-name" for="([^"]+)">brand</label>', html)
    assert f'<select class="knob-field" id="{field}">' in html
    assert "radio" not in html


def test_marks_below_a_long_slider_leave_each_other_room():
    short = Number(0.01, 100, 1, "rate", log=True).marks()
    assert [mark for mark, _place in short] == ["0.01", "0.1", "1", "10", "100"]
    long = Number(1e-12, 1, 1e-3, "rate", log=True).marks()
    assert [mark for mark, _place in long][:3] == ["1e-12", "1e-10", "1e-8"]
    assert min(b[1] - a[1] for a, b in itertools.pairwise(long)) > 15


@given(STRANGE, STRANGE, STRANGE, STRANGE)
def test_places_of_strangers_are_refused_in_one_sentence(panel, x, y, key):
    event = gr.EventData(None, {"panel": panel, "x": x, "y": y, "key": key})
    place, refused = outcome(Place.of, event)
    assert is_sentence(refused) if refused else abs(place.x) <= 1e6


@given(STRANGE)
def test_the_key_of_a_place_is_a_short_word_a_number_or_none(key):
    event = gr.EventData(None, {"panel": 0, "x": 1.0, "y": 1.0, "key": key})
    place, refused = outcome(Place.of, event)
    if refused:
        assert is_sentence(refused)
    else:
        assert place.key is None or len(str(place.key)) <= 40
    assert Place.of(gr.EventData(None, {"panel": 0, "x": 1.0, "y": 1.0, "key": 7})).key == 7
    assert Place.of(gr.EventData(None, {"panel": 0, "x": 1.0, "y": 1.0})).key is None


# ---------------------------------------------------------------- every endpoint

NEVER = [
    math.nan,
    math.inf,
    -math.inf,
    1e308,
    10**400,
    "0.1",
    "<script>",
    [[1]],
    [{}],
    {},
    {"a": 1},
]


def knobs_before(function):
    """Return the knobs that `takes` has put in front of a function, by argument."""
    while inspect.isfunction(function):
        known = inspect.getclosurevars(function).nonlocals
        if function.__code__.co_name == "checked":
            return known["used"]
        function = getattr(function, "__wrapped__", None)
    return {}


@pytest.mark.parametrize("chapter", [pytest.param(one, id=one.slug) for one in CHAPTERS])
def test_no_argument_of_an_endpoint_takes_nonsense(chapter):
    endpoints = [(*one, knobs_before(one[1])) for one in offered(chapter)]
    assert endpoints
    # These take settings in one, and a photo.
    assert any(knobs for *_, knobs in endpoints) or chapter.slug in ("playground", "tires")

    @settings(max_examples=25)
    @given(value=st.sampled_from(NEVER) | STRANGE)
    def ask(value):
        for endpoint, function, knobs in endpoints:
            parameters = inspect.signature(function).parameters.values()
            needed = {one.name: None for one in parameters if one.default is one.empty}
            for name in (one.name for one in parameters):
                knob = knobs.get(name)
                if value == {} and not knob:
                    continue  # as it comes, which takes long
                arguments = {**needed, **call(endpoint), name: value}
                _, refused = outcome(partial(function, **arguments))
                if refused:
                    assert is_sentence(refused), (endpoint, name)
                if knob and not (value is None and knob.optional):
                    # What a knob refuses, the endpoint refuses likewise, naming the argument.
                    _, expected = outcome(knob.check, value, name)
                    assert (refused == expected) if expected else True, (endpoint, name)

    ask()


def test_a_square_says_how_many_numbers_it_may_hold():
    grid = Grid(Number(-9, 9, 0, "w"), [1, 3, 5], [0.5], "filter")
    assert grid.line() == "1, 9 or 25 numbers, row by row."
    assert grid.text([1, 0.5, -2]) == "1,0.5,-2"
    assert grid.parse("7") == [7]
