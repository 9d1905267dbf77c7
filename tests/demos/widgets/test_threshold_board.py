"""What the threshold board takes, and what it tells the page."""

import pytest

from demos.widgets.threshold_board import KNOBS, ThresholdBoard

VALUE = {"scores": [0.9, 0.1], "labels": [1, 0]}


@pytest.fixture(scope="module")
def board():
    return ThresholdBoard()


def test_scores_travel_beside_the_settings(board):
    rows, groups = {"age": [40, float("nan")]}, {"sex": ["F", "M"]}
    sent = board.postprocess({**VALUE, "rows": rows, "groups": groups, "names": {"F": "women"}})
    judged = sent["judged"]
    assert judged["scores"] == [0.9, 0.1]
    assert judged["rows"] == {"age": [40, None]}
    assert judged["groups"] == groups
    assert judged["names"] == {"F": "women"}
    assert set(sent) == {"judged"}


def test_settings_stay_as_they_are_and_links_say_them(board):
    assert board.value == KNOBS.defaults()
    assert board.postprocess({"threshold": 0.3}) == {"threshold": 0.3}
    assert board.parameters == list(KNOBS)
    for name, text in [("threshold", "0.25"), ("cell", "fp"), ("rule", "opportunity")]:
        assert board.text(name, board.check(name, text)) == text
    with pytest.raises(ValueError, match="must be one of"):
        board.check("cell", "all")


@pytest.mark.parametrize(
    "change",
    [
        {"labels": [1]},
        {"labels": [1, 2]},
        {"scores": [0.9, float("nan")]},
        {"rows": {"age": [40]}},
        {"groups": {"sex": ["F", "M", "F"]}},
    ],
)
def test_what_does_not_fit_together_is_refused(board, change):
    with pytest.raises(ValueError, match=r"equally many|finite"):
        board.postprocess({**VALUE, **change})


@pytest.mark.parametrize("payload", [None, 7, "x", {"threshold": "high"}, {"judged": {}}])
def test_what_a_stranger_sends_becomes_the_defaults(board, payload):
    assert board.preprocess(payload) == KNOBS.defaults()


def test_parts_are_shown_with_their_topics_only():
    board = ThresholdBoard(parts={"threshold": ["a", "b"], "groups": ["c"]})
    assert "in-topic-a in-topic-b" in board.html_template
    assert 'class="tb-groups in-topic-c"' in board.html_template
    assert "tb-calibration" not in board.html_template
    with pytest.raises(ValueError, match="parts must be"):
        ThresholdBoard(parts=["everything"])
