"""The questions of the course by their names, and results of a quiz, for programs."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from demos.frame.chapter import Chapter
from demos.frame.knobs import Knob, Knobs, Number
from demos.frame.quiz import SEEDS, Question
from demos.frame.texts import N_
from models.sentences import refusal

LONGEST = 6000  # characters of a list of questions, or of a result's code
SEED = Number(1, SEEDS, 1, N_("seed"), whole=True, about="which numbers are drawn, and the order")


@dataclass(frozen=True)
class Names(Knob):
    """Names of questions, and of chapters for all of theirs, with commas between them.

    Attributes:
        course: name of a chapter → the names of its questions.
        default: what stands there at first.
        label: what the student reads, marked with `N_`.
    """

    course: dict[str, list[str]]
    default: str = ""
    label: str = ""
    kind: ClassVar[str] = "names"
    annotation: ClassVar[Any] = str

    def check(self, value: Any, name: str | None = None) -> str:
        """See `Knob.check`."""
        if not isinstance(value, str) or len(value) > LONGEST:
            raise refusal("Questions are names with commas between them.")
        for one in filter(None, value.split(",")):
            slug, _dot, question = one.partition(".")
            known = self.course.get(slug, [])
            if not (question in known if question else known):
                raise refusal("There is no question “{name}”.", name=one[:40])
        return value

    def schema(self) -> dict[str, Any]:
        """See `Knob.schema`."""
        return {"type": "string"}

    def listed(self, value: str) -> list[str]:
        """Return the full names that a value stands for, each once."""
        found: list[str] = []
        for one in filter(None, value.split(",")):
            slug, _dot, question = one.partition(".")
            names = [question] if question else self.course[slug]
            found += [f"{slug}.{name}" for name in names]
        return list(dict.fromkeys(found))


class Quiz:
    """The questions of all chapters.

    Attributes:
        knobs: those of the page, `questions` and `seed`.
    """

    def __init__(self, chapters: Sequence[Chapter]):
        """Gather what the chapters ask."""
        self._questions = {
            f"{one.slug}.{question.name}": question for one in chapters for question in one.quiz
        }
        self._names = Names(
            {one.slug: [question.name for question in one.quiz] for one in chapters if one.quiz},
            label=N_("questions"),
            about="names of chapters and of questions, with commas between them",
        )
        self.knobs = Knobs(questions=self._names, seed=SEED)

    def __getitem__(self, name: str) -> Question:
        """Return a question by its full name, such as "neuron.bias"."""
        return self._questions[name]

    def quiz_questions(self, questions: str = "", seed: int = 1) -> dict[str, Any]:
        """Ask questions on the course, without their answers.

        Args:
            questions: names of chapters and of questions with commas between them, such as
                "neuron,losses.huber"; "" for all.
            seed: which numbers are drawn, and the order of the options, 1 to 60.

        Returns:
            {"seed", "questions": [{"name", "kind", "asks", …}]}, texts as Markdown. By kind:
            "choose" has "options" and whether "several" are right, "compute" the "tolerance" and
            "unit" of the number, "order" the "steps" to be brought into order, "fault" the "code"
            with one faulty line.

        Raises:
            ValueError: if there is no such question.
        """
        seed = int(SEED.check(seed, "seed"))
        chosen = self._names.check(questions, "questions") or ",".join(self._names.course)
        asked = [
            {**self._questions[name].asked(seed), "name": name}
            for name in self._names.listed(chosen)
        ]
        return {"seed": seed, "questions": asked}

    def quiz_check(
        self, answers: dict[str, Any] | None = None, seed: int = 1, code: str = ""
    ) -> dict[str, Any]:
        """Mark answers to questions on the course, and explain each of them.

        Args:
            answers: name of a question → its answer: of "choose" the list of the numbers of the
                options, from 1, of "compute" a number, of "order" the numbers of the steps in
                their order, of "fault" the number of the line.
            seed: with which they were asked, 1 to 60.
            code: in place of both: a result that somebody has copied on the page.

        Returns:
            {"name": of whoever made the code, "right": how many, "of": how many were asked,
            "results": [{"name", "right": bool, or null without an answer, "why": Markdown}]}.

        Raises:
            ValueError: if there is no such question, or an answer is none.
        """
        who, questions = "", ""
        if code:
            who, questions, seed, answers = read_code(code)
        seed = int(SEED.check(seed, "seed"))
        if not isinstance(answers, dict) or not (answers or questions):
            raise refusal("Answers are names of questions and an answer to each.")
        asked = self._names.check(questions or ",".join(map(str, answers)), "answers")
        results = []
        for name in self._names.listed(asked):
            question, answer = self._questions[name], answers.get(name)
            right = None if answer is None else question.right(answer, seed)
            results.append({"name": name, "right": right, "why": question.why(answer, seed)})
        right = sum(bool(one["right"]) for one in results)
        return {"name": who, "right": right, "of": len(results), "results": results}


def read_code(code: Any) -> tuple[str, str, int, dict[str, Any]]:
    """Return what a result's code holds: who made it, the questions, the seed, the answers.

    Raises:
        ValueError: if it is none.
    """
    try:
        if not isinstance(code, str) or len(code) > LONGEST:
            raise ValueError(code)
        head, _dot, body = code.strip().partition(".")
        padded = body + "=" * (-len(body) % 4)
        held = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        who, questions, seed, answers = held["n"], held["q"], held["s"], held["a"]
        fits = head == "quiz" and isinstance(who, str) and isinstance(questions, str) and questions
        if not fits or not isinstance(answers, dict):
            raise ValueError(code)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise refusal("This is no code of a result: copy all of it.") from None
    return who[:80], questions, seed, answers
