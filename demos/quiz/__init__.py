"""Quiz: the questions on the chapters, chosen and numbered by a link."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.texts import N_, _
from demos.quiz.answers import Quiz
from demos.quiz.board import QuizBoard


def quiz_of(parts: Mapping[str, Sequence[Chapter]]) -> Chapter:
    """Return the page of the quiz.

    Args:
        parts: of the course, in order: name → its chapters.
    """
    return Chapter(
        slug="quiz",
        title=N_("Quiz"),
        question=N_("What have you understood?"),
        intro=N_(
            "Choose chapters, or take ten questions from all. Whatever you answer, you are told "
            "why; a link leads to the place where you can see it."
        ),
        build=functools.partial(build, parts),
        tasks=(),
        lesson=(),
    )


def build(parts: Mapping[str, Sequence[Chapter]]) -> Controls:
    """Lay out the page."""
    quiz = Quiz([chapter for chapters in parts.values() for chapter in chapters])
    menu = [
        (_(part), [(one.slug, _(one.title), [q.name for q in one.quiz]) for one in chapters])
        for part, chapters in parts.items()
    ]
    board = QuizBoard(quiz.knobs, menu, elem_id="quiz-board")
    endpoint(quiz.quiz_questions, queue=False)
    endpoint(quiz.quiz_check, queue=False)
    return {"panel": board}
