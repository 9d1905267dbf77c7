"""Runs that are trained while the visitor waits."""

import inspect
import threading
import time
from collections.abc import Iterator

import pytest
from gradio.context import LocalContext
from hypothesis import given, settings
from hypothesis import strategies as st

from demos import celsius
from demos.frame import runs, texts
from demos.frame.knobs import Choice, Number, takes
from demos.frame.runs import collect, moves_bar, stops, trained, with_bar
from demos.losses.lesson import fit_rides
from tests.plain_celsius import descend


@settings(deadline=None, max_examples=60)
@given(
    weight=st.floats(-1000, 1000),
    bias=st.floats(-1000, 1000),
    learning_rate=st.floats(1e-6, 10.0),
    steps=st.integers(1, 80),
    examples=st.sampled_from(celsius.EXAMPLES),
    normalise=st.booleans(),
)
def test_the_lesson_of_celsius_gives_the_same_rows_as_a_generator(**chosen):
    assert collect(descend(**chosen)) == celsius.descend(**chosen)


def test_a_diverging_lesson_of_celsius_ends_with_the_same_note():
    rows = collect(descend(learning_rate=0.01))
    assert rows == celsius.descend(learning_rate=0.01)
    assert rows[-1]["note"] == "overflow"
    assert stops(rows) == {None: rows[-1]["step"] + 1}


def test_one_series_stops_and_the_others_go_on_as_the_losses_do():
    def lesson():
        import torch

        from demos.losses.lesson import regression_loss, rides

        kilometres, minutes = rides(1000.0)
        for name in ("mae", "mse", "huber"):
            w = torch.tensor(0.0, requires_grad=True)
            for step in range(61):
                loss = regression_loss(name, w * kilometres, minutes, 2.0)
                (gradient,) = torch.autograd.grad(loss, w)
                new_w = w.detach() - 5.0 * gradient
                yield {
                    "series": name,
                    "step": step,
                    "weight": w.item(),
                    "loss": loss.item(),
                    "gradient": gradient.item(),
                    "new_weight": new_w.item(),
                }
                w = new_w.requires_grad_()

    rows = collect(lesson())
    assert rows == collect(fit_rides(["mae", "mse", "huber"], 0.0, 5.0, 60, 1000.0, 2.0))
    assert set(stops(rows)) == {"mse"}


def numbers(*values):
    for step, value in enumerate(values):
        yield {"step": step, "loss": value, "all": [value, [value]], "none": None, "text": "x"}


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_a_run_ends_before_the_first_number_that_is_not_finite(bad):
    rows = collect(numbers(1.0, 2.0, bad, 3.0))
    assert [row["note"] for row in rows] == ["", "overflow"]
    assert stops(rows) == {None: 2}
    nested = collect(iter([{"step": 0, "all": [1.0]}, {"step": 1, "all": [[bad]]}]))
    assert [row["note"] for row in nested] == ["overflow"]
    with pytest.raises(ValueError, match="too large for a start"):
        collect(numbers(bad))


def test_a_run_that_yields_too_much_or_takes_too_long_ends():
    closed = []

    def endless(pause: float = 0.0):
        try:
            step = 0
            while True:
                yield {"step": step}
                step += 1
                time.sleep(pause)
        finally:
            closed.append(True)

    rows = collect(endless(), most_rows=50)
    assert len(rows) == 50
    assert rows[-1]["note"] == "length"
    begun = time.monotonic()
    rows = collect(endless(0.01), seconds=0.1)
    assert rows[-1]["note"] == "time"
    assert time.monotonic() - begun < 2
    assert closed == [True, True]
    assert stops(rows) == {None: len(rows)}


def test_the_same_question_is_computed_once_and_everyone_gets_rows_of_their_own():
    calls = []

    @takes(steps=Number(1, 9, whole=True), names=Choice(["a", "b"]))
    @trained(steps="steps", keep=2)
    def lesson(steps: int = 3, names: str = "a", more: list[float] = ()) -> Iterator[dict]:
        """Count."""
        calls.append((steps, names, more))
        for step in range(steps + 1):
            yield {"step": step}

    first = lesson(3, more=[1.0, 2.0])
    first[0]["step"] = "changed"
    assert lesson(steps=3, more=[1.0, 2.0])[0]["step"] == 0
    assert len(calls) == 1
    for steps in (4, 5):
        lesson(steps)
    lesson(3, more=[1.0, 2.0])
    assert len(calls) == 4  # only the newest two are kept
    with pytest.raises(ValueError, match="steps must be a whole number"):
        lesson(10)


def test_many_who_ask_the_same_at_once_wait_for_one_run():
    calls, answers = [], []

    @trained()
    def lesson(rate: float = 1.0) -> Iterator[dict]:
        calls.append(rate)
        time.sleep(0.2)
        yield {"step": 0}

    threads = [threading.Thread(target=lambda: answers.append(lesson())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[{"step": 0, "note": ""}]] * 8
    assert calls == [1.0]


def test_errors_and_runs_without_time_are_not_kept():
    calls = []

    @trained(seconds=0.05)
    def lesson(fails: bool = False) -> Iterator[dict]:
        calls.append(fails)
        if fails:
            raise ValueError("one sentence")
        while True:
            yield {"step": len(calls)}
            time.sleep(0.02)

    picture = texts.cached(maxsize=2)(lambda: lesson())
    for _ in range(2):
        assert picture()[-1]["note"] == "time"
        with pytest.raises(ValueError, match="one sentence"):
            lesson(True)
    assert len(calls) == 4


def test_a_trained_lesson_looks_like_a_function_that_returns_rows():
    lesson = trained(steps="steps")(descend)
    signature = inspect.signature(lesson)
    assert list(signature.parameters) == list(inspect.signature(descend).parameters)
    assert signature.return_annotation == "list[dict]"
    assert lesson.__doc__ == descend.__doc__
    assert inspect.unwrap(lesson) is descend
    assert not inspect.isgeneratorfunction(lesson)


@pytest.fixture
def moved(monkeypatch):
    """Where the bar of a queued run is moved to."""
    places = []

    class Queue:
        def set_progress(self, event, iterables):
            assert event == "event"
            places.append(round(iterables[-1].progress, 6))

    class Blocks:
        _queue = Queue()

    monkeypatch.setattr(runs, "TICK", 0.0)
    LocalContext.blocks.set(Blocks())
    LocalContext.event_id.set("event")
    yield places
    LocalContext.blocks.set(None)
    LocalContext.event_id.set(None)


def test_the_bar_of_a_queued_run_moves(moved):
    collect(numbers(*range(5)), total=5)
    assert moved == [0.2, 0.4, 0.6, 0.8, 1.0]


def test_the_bar_follows_the_steps_where_only_some_are_rows(moved):
    @trained(steps="updates", at="update")
    def lesson(updates: int) -> Iterator[dict]:
        yield from ({"step": i, "update": update} for i, update in enumerate((0, 10, updates)))

    assert len(lesson(40)) == 3
    assert moved == [0.0, 0.25, 1.0]


def test_a_bar_within_another_goes_through_its_part_of_the_way(moved):
    @moves_bar("count")
    def inner(count: int) -> Iterator[int]:
        yield from range(count)

    for _run in with_bar("ab", 2):
        for number in inner(count=4):
            if number == 2:
                break  # what ends early leaves the rest of its part out
    assert moved == [0.125, 0.25, 0.5, 0.625, 0.75, 1.0]
    assert list(with_bar([1, 2], None)) == [1, 2]
    assert moved[6:] == []
    assert list(inner(2)) == [0, 1]
    assert moved[6:] == [0.5, 1.0]


def test_what_comes_before_the_first_row_such_as_an_import_takes_no_time_of_the_run():
    def lesson() -> Iterator[dict]:
        time.sleep(0.3)
        yield from ({"step": step} for step in range(3))

    assert [row["note"] for row in collect(lesson(), seconds=0.2)] == ["", "", ""]
