"""A visitor's own test of the tire network: its numbers are those of SciPy and scikit-learn."""

import contextlib
import io
import json

import gradio as gr
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, roc_auc_score

from demos.frame.source import filled, script_of
from demos.tires import CHAPTER, KNOBS
from demos.tires.exam import (
    CANNOT_TELL,
    DEFECTIVE,
    GOOD,
    NO_TIRE,
    calibration,
    judge,
    photos_needed,
    results,
    widths,
)
from demos.tires.examples import drawn_tire, jpeg_url
from demos.widgets.photo_exam import PhotoExam
from models import hub
from models.interval import wilson
from models.tires import TireClassifier
from tests.strangers import ANYTHING


@given(count=st.integers(1, 2000), data=st.data())
def test_the_interval_is_scipys(count, data):
    right = data.draw(st.integers(0, count))
    expected = binomtest(right, count).proportion_ci(method="wilson")
    assert wilson(right, count) == pytest.approx((expected.low, expected.high), abs=2e-4)


@given(share=st.floats(0, 1), half=st.floats(0.01, 0.3))
def test_so_many_photos_are_needed_and_no_fewer(share, half):
    count = photos_needed(share, half)
    for n, enough in ((count, True), (count - 1, False)):
        if n >= 1:
            low, high = wilson(share * n, n)
            assert ((high - low) / 2 <= half) == enough


KNOWN = st.lists(
    st.tuples(st.integers(0, 1), st.floats(0, 1), st.integers(0, 2))
    | st.tuples(st.integers(0, 1), st.none(), st.just(NO_TIRE)),
    max_size=60,
)


@given(known=KNOWN)
def test_whatever_was_sorted_is_counted_as_scikit_learn_counts(known):
    run, board = results(known)
    run.to_json()
    if not known:
        assert board == ""
        return
    truth, shares, said = zip(*known, strict=True)
    cells = {(row["truth"], row["answer"]): row["count"] for row in run.data["confusion"]}
    expected = confusion_matrix(truth, said, labels=range(4))
    assert all(cells[i, j] == expected[i, j] for i in (0, 1) for j in range(4))
    scored = [(s, t) for s, t in zip(shares, truth, strict=True) if s is not None]
    if len({t for _, t in scored}) == 2:
        area = roc_auc_score([t for _, t in scored], [s for s, _ in scored])
        assert f"curve: **{area:.3f}**" in board
        assert run.data["roc"]
    assert sum(row["photos"] for row in run.data.get("calibration", [])) == len(scored)


def test_the_board_says_what_can_be_said():
    known = [(GOOD, 0.9, GOOD)] * 5 + [(DEFECTIVE, 0.1, DEFECTIVE)] * 4 + [(DEFECTIVE, 0.8, GOOD)]
    _, board = results([*known, (GOOD, 0.5, CANNOT_TELL), (GOOD, None, NO_TIRE)])
    assert "**10** of 12 photos got an answer" in board
    assert "**9** of those are right, 90 %" in board
    assert "between **60 %** and **98 %**" in board
    assert f"up to **{photos_needed(wilson(9, 10)[0], 0.05)}** photos" in board
    found = [binomtest(9 * n // 10, n).proportion_ci(method="wilson") for n in (10, 30, 60)]
    ten, thirty, sixty = (f"{50 * (one.high - one.low):.0f}" for one in found)
    assert f"within ±{ten} points, 30 within ±{thirty}, and 60 within ±{sixty}." in board


def test_bins_of_the_calibration_hold_what_was_said():
    rows = calibration([0.05, 0.15, 0.55, 1.0], [0, 1, 1, 1])
    assert [(row["photos"], row["good"]) for row in rows] == [(2, 0.5), (1, 1.0), (1, 1.0)]
    assert rows[0]["said"] == pytest.approx(0.1)


def test_the_interval_shrinks_with_the_number_of_photos():
    halves = [row["half"] for row in widths(0.8)]
    assert halves == sorted(halves, reverse=True)


def test_photos_are_answered_as_the_model_does_and_what_is_no_photo_in_a_sentence():
    tire = drawn_tire()
    grey = Image.new("RGB", (200, 150), "gray")
    answers = judge([(3, jpeg_url(tire)), (4, jpeg_url(grey)), (5, "data:image/png;base64,AAAA")])
    seen = hub.load(TireClassifier).examine(tire)
    expected = CANNOT_TELL if seen.verdict is None else ["defective", "good"].index(seen.verdict)
    assert (answers[0]["id"], answers[0]["said"]) == (3, expected)
    assert answers[0]["share"] == pytest.approx(seen.probabilities["good"], abs=0.05)
    assert (answers[1]["said"], answers[1]["share"]) == (NO_TIRE, None)
    assert "not a picture" in answers[2]["text"]


@pytest.fixture(scope="module")
def widget():
    with gr.Blocks():
        return PhotoExam([(GOOD, "good"), (DEFECTIVE, "defective")])


def test_what_the_page_sends_is_read(widget):
    sent = {"ask": [[1, "data:x"]], "known": [[1, 0.5, 2], [0, None, 3]]}
    assert widget.preprocess(json.dumps(sent)) == {
        "ask": [(1, "data:x")],
        "known": [(1, 0.5, 2), (0, None, 3)],
    }
    assert json.loads(widget.postprocess([{"id": 1}])) == {"answers": [{"id": 1}]}
    assert json.loads(widget.postprocess(widget.refusal("no"))) == {"trouble": "no"}


@given(value=ANYTHING | st.fixed_dictionaries({"ask": ANYTHING, "known": ANYTHING}))
def test_whatever_strangers_send_is_refused_or_can_be_drawn(widget, value):
    text = value
    if not isinstance(value, str):
        try:
            text = json.dumps(value)
        except (TypeError, ValueError):
            text = value
    try:
        read = widget.preprocess(text)
    except gr.Error:
        return
    assert len(read["ask"]) <= 2
    results(read["known"])


@pytest.mark.parametrize(
    "known",
    [
        [[2, 0.5, 1]],
        [[1, 1.5, 1]],
        [[1, None, 1]],
        [[1, 0.5, 4]],
        [[True, 0.5, 1]],
        [[1, float("nan"), 1]],
        [[1, 0.5, 1]] * 61,
    ],
)
def test_numbers_that_no_page_sends_are_refused(widget, known):
    with pytest.raises(gr.Error, match="not what the page sends"):
        widget.preprocess(json.dumps({"ask": [], "known": known}))


def test_the_script_tests_a_folder_as_the_tab_does(tmp_path, monkeypatch):
    for name in ("good", "defective"):
        (tmp_path / name).mkdir()
        drawn_tire().save(tmp_path / name / "tire.png")
    monkeypatch.chdir(tmp_path)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(filled(script_of(CHAPTER.script["exam"], KNOBS), KNOBS.defaults()), {})
    seen = hub.load(TireClassifier).examine(drawn_tire())
    told = 2 * (seen.verdict is not None)
    assert f"2 photos, {told} answered, {told // 2} of those right" in out.getvalue()
    if told:
        low, high = (100 * share for share in wilson(1, 2))
        assert f"{low:.0f} to {high:.0f} %" in out.getvalue()
    assert np.isfinite(seen.likeness)
