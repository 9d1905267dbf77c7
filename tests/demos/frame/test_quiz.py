"""Questions: each kind is marked as it says, and every question of the course holds water."""

import contextlib
import io
import math
import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode

from demos import CHAPTERS
from demos.frame import quiz, texts
from demos.frame.quiz import SEEDS, Choose, Compute, Fault, Option, Order, mixed
from demos.quiz.answers import Quiz, read_code
from models.interval import wilson
from tests.strangers import ANYTHING

QUESTIONS = {f"{one.slug}.{q.name}": q for one in CHAPTERS for q in one.quiz}
every_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


def of_kind(kind):
    found = {name: one for name, one in QUESTIONS.items() if isinstance(one, kind)}
    return pytest.mark.parametrize("question", found.values(), ids=found)


CHOOSE = Choose(
    "letters", "Which?", options=[Option(letter, "", letter in "bd") for letter in "abcd"]
)
COMPUTE = Compute(
    "sum",
    "${a:d} + {b:.1f}$?",
    draw=lambda chance: {"a": chance.randint(-9, 9), "b": chance.randint(1, 9) / 2},
    answer=lambda a, b: a + b,
    tolerance=0.1,
    because="{answer:.2f}",
)
ORDER = Order("steps", "In which order?", steps=["one", "two", "three", "four"], because="So.")
FAULT = Fault("line", "Where?", code="a = 1\nb = a +\nprint(b)", line=2, mended="b = a", because="")
ALL = [CHOOSE, COMPUTE, ORDER, FAULT]


def sentence(call) -> str:
    """Return with what a call is refused; a dot where it is not."""
    try:
        call()
    except ValueError as error:
        return str(error)
    return "."


# ---------------------------------------------------------------- how answers are marked


def test_all_right_options_and_no_other_are_wanted_wherever_they_stand():
    for seed in range(1, SEEDS + 1):
        shown = CHOOSE.asked(seed)["options"]
        wanted = [at for at, letter in enumerate(shown, 1) if letter in "bd"]
        assert CHOOSE.right(wanted, seed)
        assert CHOOSE.right(wanted[::-1], seed)
        for wrong in ([], wanted[:1], [*wanted, next(i for i in range(1, 5) if i not in wanted)]):
            assert not CHOOSE.right(wrong, seed)


def test_a_number_may_be_as_far_off_as_the_question_says():
    for seed in (1, 2, SEEDS):
        answer = COMPUTE.drawn(seed)["answer"]
        assert COMPUTE.right(answer + 0.1, seed)
        assert COMPUTE.right(answer - 0.1, seed)
        assert not COMPUTE.right(answer + 0.11, seed)
    assert len({COMPUTE.asked(seed)["asks"] for seed in range(1, SEEDS + 1)}) > 20


def test_what_is_drawn_stands_in_the_question_with_a_minus_sign():
    seed = next(seed for seed in range(1, SEEDS) if COMPUTE.drawn(seed)["a"] < 0)
    row = COMPUTE.drawn(seed)
    assert COMPUTE.asked(seed)["asks"] == f"$−{-row['a']} + {row['b']:.1f}$?"
    assert COMPUTE.why(0, seed) == f"{row['answer']:.2f}".replace("-", "−")


def test_steps_are_right_in_their_order_only():
    for seed in (1, 7):
        shown = ORDER.asked(seed)["steps"]
        right = [shown.index(step) + 1 for step in ORDER.steps]
        assert ORDER.right(right, seed)
        assert not ORDER.right([right[1], right[0], *right[2:]], seed)


def test_options_stand_elsewhere_with_another_seed():
    orders = [tuple(mixed(4, seed, "letters")) for seed in range(1, SEEDS + 1)]
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders)
    firsts = [order[0] for order in orders]
    assert all(firsts.count(index) >= SEEDS / 10 for index in range(4))


@pytest.mark.parametrize("question", ALL, ids=lambda one: one.kind)
@given(answer=ANYTHING, seed=st.integers(1, SEEDS))
def test_whatever_a_stranger_answers_is_marked_or_refused_in_a_sentence(question, answer, seed):
    assert sentence(lambda: question.right(answer, seed)).endswith(".")


# ---------------------------------------------------------------- the questions of the course


def test_there_are_questions_enough_of_every_kind():
    kinds = [question.kind for question in QUESTIONS.values()]
    assert set(kinds) == {"choose", "compute", "order", "fault"}
    assert len(kinds) >= 80
    for chapter in CHAPTERS:
        assert 5 <= len(chapter.quiz) <= 8, chapter.slug
        assert len({question.name for question in chapter.quiz}) == len(chapter.quiz)


@pytest.mark.parametrize("language", texts.languages())
@every_question
def test_a_question_can_be_shown_in_every_language(question, language):
    with texts.speaking(language):
        shown = question.shown()
        asked = question.asked(1)
    assert shown["asks"].startswith("<")
    assert (
        "{" not in asked["asks"].replace("\\", "") or "$" in asked["asks"] or "`" in asked["asks"]
    )
    if picture := shown.get("picture"):
        assert picture["description"]
        assert picture["data"]["values"]


@of_kind(Choose)
def test_every_option_is_explained_and_one_at_least_is_right_and_one_wrong(question):
    said = [option.says for option in question.options]
    assert len(set(said)) == len(said) >= 2
    assert {option.right for option in question.options} == {True, False}
    assert all(len(option.why) > 15 for option in question.options)


@of_kind(Compute)
def test_numbers_are_drawn_anew_and_their_answer_can_be_told_from_others(question, monkeypatch):
    rows = [question.drawn(seed) for seed in range(1, SEEDS + 1)]
    # Some answers are trained for: of each draw once, not for each guess.
    monkeypatch.setattr(Compute, "drawn", lambda _self, seed: rows[seed - 1])
    assert all(math.isfinite(row["answer"]) for row in rows)
    assert len({tuple(row.items()) for row in rows}) >= 5
    answers = [row["answer"] for row in rows]
    # Whoever guesses one and the same number is hardly ever right.
    near = max(
        sum(question.right(guess, seed) for seed in range(1, SEEDS + 1)) for guess in {*answers}
    )
    assert near <= SEEDS / 2
    # What is said afterwards holds the answer as it is.
    for seed in (1, 2):
        value = question.drawn(seed)["answer"]
        assert question.right(value, seed)


class Operations(TorchDispatchMode):
    """Counts what PyTorch computes."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.count += 1
        return function(*args, **(kwargs or {}))


@of_kind(Compute)
def test_the_right_answer_is_computed_by_pytorch(question):
    values = question.draw(random.Random(1))
    called = set()  # what is no operation on tensors, such as a DataLoader
    with Operations() as operations:
        sys.setprofile(lambda frame, *_: called.add(frame.f_globals.get("__name__", "")))
        question.answer(**values)
        sys.setprofile(None)
    assert operations.count or any(name.startswith("torch.utils.data") for name in called)


def test_answers_are_those_of_others_who_know():
    alarmed, interval = QUESTIONS["decide.alarmed"], QUESTIONS["teach.interval"]
    for seed in range(1, SEEDS + 1):
        row = alarmed.drawn(seed)
        ill, found, alarms = row["ill"] / 100, row["found"] / 100, row["alarms"] / 100
        bayes = ill * found / (ill * found + (1 - ill) * alarms)
        assert row["answer"] == pytest.approx(100 * bayes, rel=1e-6)
        row = interval.drawn(seed)
        low, high = wilson(row["right"], row["photos"])
        assert row["answer"] == pytest.approx(100 * (high - low))


@of_kind(Fault)
def test_the_faulty_code_does_something_else_than_the_mended_code(question):
    lines = question.code.splitlines()
    assert lines[question.line - 1].strip()
    wrong = outcome(question.code)
    lines[question.line - 1] = question.mended
    right = outcome("\n".join(lines))
    assert not isinstance(right, Exception), right
    assert right.strip()
    assert right != wrong


def outcome(code):
    """Run a script, and return what it prints, or the error that it ends with."""
    told = io.StringIO()
    try:
        with contextlib.redirect_stdout(told):
            exec(compile(code, "question", "exec"), {"__name__": "__main__"})
    except Exception as error:
        return error
    return told.getvalue()


# ---------------------------------------------------------------- for programs


@pytest.fixture(scope="module")
def course():
    return Quiz(CHAPTERS)


def test_programs_are_asked_and_told(course):
    asked = course.quiz_questions("neuron.xor,neuron", seed=5)
    names = [one["name"] for one in asked["questions"]]
    assert names[0] == "neuron.xor"
    assert len(names) == len(set(names))
    xor = asked["questions"][0]
    assert xor["several"]
    right = [at for at, gate in enumerate(xor["options"], 1) if gate != "XOR"]
    told = course.quiz_check({"neuron.xor": right, "neuron.bias": [1, 2]}, seed=5)
    assert (told["right"], told["of"]) == (1, 2)
    assert [one["right"] for one in told["results"]] == [True, False]
    assert "Three right answers" in told["results"][0]["why"]
    assert len(course.quiz_questions()["questions"]) == len(QUESTIONS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"questions": "neuron.nothing"},
        {"questions": "nothing"},
        {"questions": None},
        {"questions": "x" * 10_000},
        {"seed": 0},
        {"seed": SEEDS + 1},
        {"seed": 1.5},
    ],
    ids=str,
)
def test_what_is_not_asked_is_refused(course, wrong):
    with pytest.raises(ValueError, match=r"\.$"):
        course.quiz_questions(**wrong)


@settings(max_examples=60)
@given(code=st.text() | st.just("quiz.") | st.binary().map(lambda b: f"quiz.{b.hex()}") | ANYTHING)
def test_no_code_of_a_result_is_refused_in_a_sentence(code):
    with pytest.raises(ValueError, match=r"copy all of it\.$"):
        read_code(code)


@settings(max_examples=60)
@given(answers=ANYTHING | st.dictionaries(st.sampled_from(sorted(QUESTIONS)), ANYTHING))
def test_answers_of_strangers_are_marked_or_refused_in_a_sentence(course, answers):
    assert sentence(lambda: course.quiz_check(answers)).endswith(".")


def test_the_marks_are_private_characters_that_no_text_holds():
    assert quiz._PLACE > 0xE003  # those of demos.frame.texts
