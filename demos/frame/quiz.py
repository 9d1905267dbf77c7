"""Questions on a chapter, and how an answer is marked.

They stand beside the code of a chapter, as its tasks do. What a question says is Markdown with
formulas, in English; the frame says it in the visitor's language. Every explanation says why, not
only that. What is asked of a class is a link: names of questions, and a seed from which numbers are
drawn and the order of options follows. Answers are told by what is shown: option 1 is the first on
the page.
"""

from __future__ import annotations

import functools
import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from demos.frame import markdown
from demos.frame.texts import _
from models.sentences import refusal

if TYPE_CHECKING:
    import altair as alt

SEEDS = 60  # there are so many draws of each question
_SLOT = re.compile(r"\{([a-z_]+):([+.\w]*)\}")
_PLACE = 0xE100  # characters for private use: where the browser puts what was drawn
_MOST = 32


@dataclass(frozen=True)
class Question:
    """What all questions share; those below are its kinds.

    Attributes:
        name: its name within the chapter, in links and results: it stays.
        asks: the question.
        settings: of the chapter's controls, with which the page shows why.
        picture: returns an Altair chart that belongs to the question, with its rows in it, drawn
            from what the chapter computes.
    """

    name: str
    asks: str
    settings: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    picture: Callable[[], alt.TopLevelMixin] | None = field(default=None, kw_only=True)
    kind: ClassVar[str] = ""

    def check(self, answer: Any) -> Any:
        """Return an answer that anyone may have sent, as `right` takes it.

        Raises:
            ValueError: one sentence that says what an answer looks like.
        """
        raise NotImplementedError

    def right(self, answer: Any, seed: int) -> bool:
        """Return whether an answer is right; see `check` for what it raises."""
        raise NotImplementedError

    def why(self, answer: Any, seed: int) -> str:
        """Return the explanation of an answer, as Markdown in the language that is spoken now."""
        raise NotImplementedError

    def asked(self, seed: int) -> dict[str, Any]:
        """Return the question for a program, in the language that is spoken now."""
        return {"name": self.name, "kind": self.kind, "asks": _(self.asks)}

    def shown(self) -> dict[str, Any]:
        """Return the question with its answers for the page, in the language spoken now."""
        known = {"name": self.name, "kind": self.kind, "asks": markdown.blocks(_(self.asks))}
        return {**known, "picture": self._drawn()} if self.picture else known

    def _drawn(self) -> dict[str, Any]:
        from demos.widgets.live_chart import drawn

        return drawn(self.picture)


@dataclass(frozen=True)
class Option:
    """An option of a question.

    Attributes:
        says: Markdown of one line.
        why: why it is right, or what would be true instead; Markdown of one line.
        right: whether it is.
    """

    says: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Choose(Question):
    """One option is right, or several are: then all of them are to be chosen.

    An answer is a list of numbers of options, as they are shown.
    """

    options: Sequence[Option] = field(kw_only=True)
    kind: ClassVar[str] = "choose"

    def check(self, answer: Any) -> list[int]:
        """See `Question.check`."""
        return _numbers(answer, len(self.options), 0)

    def right(self, answer: Any, seed: int) -> bool:
        """See `Question.right`."""
        chosen = set(self.check(answer))
        return chosen == {at for at, option in self._mixed(seed) if option.right}

    def why(self, answer: Any, seed: int) -> str:
        """See `Question.why`."""
        return "\n".join(f"{at}. {_(option.why)}" for at, option in self._mixed(seed))

    def asked(self, seed: int) -> dict[str, Any]:
        """See `Question.asked`."""
        options = [_(option.says) for _at, option in self._mixed(seed)]
        return {**super().asked(seed), "options": options, "several": self._several}

    def shown(self) -> dict[str, Any]:
        """See `Question.shown`."""
        options = [
            {
                "says": markdown.line(_(one.says)),
                "why": markdown.line(_(one.why)),
                "right": one.right,
            }
            for one in self.options
        ]
        return {**super().shown(), "options": options, "several": self._several}

    @property
    def _several(self) -> bool:
        return sum(option.right for option in self.options) > 1

    def _mixed(self, seed: int) -> list[tuple[int, Option]]:
        order = mixed(len(self.options), seed, self.name)
        return [(at, self.options[index]) for at, index in enumerate(order, 1)]


@dataclass(frozen=True)
class Compute(Question):
    """A number to compute, from numbers that are drawn anew with every seed.

    `asks` and `because` hold slots for what was drawn, `{w:.1f}`, also within formulas; `because`
    also one for the `{answer:.2f}`. An answer is a number.

    Attributes:
        draw: returns the numbers of the slots by name, from a source of chance.
        answer: returns the right answer for them, computed with torch.
        tolerance: how far from it an answer may be.
        unit: what stands behind the field; marked with `N_`.
        because: how it is computed, marked with `N_`.
    """

    draw: Callable[[random.Random], Mapping[str, Any]] = field(kw_only=True)
    answer: Callable[..., float] = field(kw_only=True)
    tolerance: float = field(kw_only=True)
    because: str = field(kw_only=True)
    unit: str = field(default="", kw_only=True)
    kind: ClassVar[str] = "compute"

    def check(self, answer: Any) -> float:
        """See `Question.check`."""
        number = not isinstance(answer, bool) and isinstance(answer, (int, float))
        if not number or not math.isfinite(answer):
            raise refusal("The answer to “{name}” is a number.", name=self.name)
        return float(answer)

    def right(self, answer: Any, seed: int) -> bool:
        """See `Question.right`."""
        wanted = self.drawn(seed)["answer"]
        # What a machine rounds when it subtracts must not decide.
        return abs(self.check(answer) - wanted) <= self.tolerance * (1 + 1e-9) + 1e-12

    def why(self, answer: Any, seed: int) -> str:
        """See `Question.why`."""
        return self._filled(_(self.because), seed)

    def asked(self, seed: int) -> dict[str, Any]:
        """See `Question.asked`."""
        asks = self._filled(_(self.asks), seed)
        more = {"tolerance": self.tolerance, "unit": _(self.unit) if self.unit else ""}
        return {**super().asked(seed), "asks": asks, **more}

    def shown(self) -> dict[str, Any]:
        """See `Question.shown`."""
        asks, because = _(self.asks), _(self.because)
        slots = list(dict.fromkeys(_SLOT.findall(asks) + _SLOT.findall(because)))
        places = {slot: chr(_PLACE + at) for at, slot in enumerate(slots)}
        rows = [self.drawn(seed) for seed in range(1, SEEDS + 1)]

        def placed(text: str) -> str:
            return _SLOT.sub(lambda found: places[found.group(1, 2)], text)

        return {
            **super().shown(),
            "asks": markdown.blocks(placed(asks)),
            "because": markdown.blocks(placed(because)),
            "unit": _(self.unit) if self.unit else "",
            "tolerance": self.tolerance,
            "slots": [[written(row[name], spec) for name, spec in slots] for row in rows],
            "answers": [row["answer"] for row in rows],
        }

    def drawn(self, seed: int) -> dict[str, Any]:
        """Return what is drawn with a seed, and the right answer."""
        values = self.draw(random.Random(f"{self.name} {seed}"))
        return {**values, "answer": float(self.answer(**values))}

    def _filled(self, text: str, seed: int) -> str:
        values = self.drawn(seed)
        return _SLOT.sub(lambda found: written(values[found[1]], found[2]), text)


@dataclass(frozen=True)
class Order(Question):
    """Steps to be brought into order.

    An answer is the list of the numbers of the steps, as they are shown, in the order chosen.

    Attributes:
        steps: in the right order, each marked with `N_`; Markdown of one line.
        because: why, marked with `N_`.
    """

    steps: Sequence[str] = field(kw_only=True)
    because: str = field(kw_only=True)
    kind: ClassVar[str] = "order"

    def check(self, answer: Any) -> list[int]:
        """See `Question.check`."""
        return _numbers(answer, len(self.steps), len(self.steps))

    def right(self, answer: Any, seed: int) -> bool:
        """See `Question.right`."""
        order = mixed(len(self.steps), seed, self.name)
        return [order[at - 1] for at in self.check(answer)] == list(range(len(self.steps)))

    def why(self, answer: Any, seed: int) -> str:
        """See `Question.why`."""
        steps = "\n".join(f"{at}. {_(step)}" for at, step in enumerate(self.steps, 1))
        return f"{_(self.because)}\n\n{steps}"

    def asked(self, seed: int) -> dict[str, Any]:
        """See `Question.asked`."""
        steps = [_(self.steps[index]) for index in mixed(len(self.steps), seed, self.name)]
        return {**super().asked(seed), "steps": steps}

    def shown(self) -> dict[str, Any]:
        """See `Question.shown`."""
        steps = [markdown.line(_(step)) for step in self.steps]
        return {**super().shown(), "steps": steps, "because": markdown.blocks(_(self.because))}


@dataclass(frozen=True)
class Fault(Question):
    """Code with a fault in one line, which is to be found. An answer is the number of the line.

    Attributes:
        code: Python; lines are counted from 1.
        line: the faulty one.
        mended: what it should be.
        because: what is wrong, marked with `N_`.
    """

    code: str = field(kw_only=True)
    line: int = field(kw_only=True)
    mended: str = field(kw_only=True)
    because: str = field(kw_only=True)
    kind: ClassVar[str] = "fault"

    def check(self, answer: Any) -> int:
        """See `Question.check`."""
        lines = len(self.code.splitlines())
        if type(answer) is not int or not 1 <= answer <= lines:
            raise refusal(
                "The answer to “{name}” is the number of a line, 1 to {last}.",
                name=self.name,
                last=lines,
            )
        return answer

    def right(self, answer: Any, seed: int) -> bool:
        """See `Question.right`."""
        return self.check(answer) == self.line

    def why(self, answer: Any, seed: int) -> str:
        """See `Question.why`."""
        return f"{_(self.because)}\n\n```python\n{self.mended}\n```"

    def asked(self, seed: int) -> dict[str, Any]:
        """See `Question.asked`."""
        return {**super().asked(seed), "code": self.code}

    def shown(self) -> dict[str, Any]:
        """See `Question.shown`."""
        because = markdown.blocks(_(self.because))
        known = {"code": self.code.splitlines(), "line": self.line, "mended": self.mended}
        return {**super().shown(), **known, "because": because}


def _numbers(answer: Any, last: int, length: int) -> list[int]:
    """Return numbers from 1 to `last`, none of them twice; `length` of them, or any if it is 0."""
    fits = isinstance(answer, list) and len(answer) <= _MOST
    fits = fits and all(type(one) is int and 1 <= one <= last for one in answer)
    if not fits or len(set(answer)) != len(answer) or (length and len(answer) != length):
        raise refusal("An answer is a list of numbers from 1 to {last}, each once.", last=last)
    return answer


def written(value: Any, spec: str) -> str:
    """Write what was drawn, with a minus sign where there is one."""
    text = format(value, spec)
    return text if isinstance(value, str) else text.replace("-", "−")


@functools.lru_cache(maxsize=1000)
def mixed(count: int, seed: int, name: str) -> list[int]:
    """Return the order in which options are shown: the page's script finds the same.

    Args:
        count: how many there are.
        seed: of the quiz.
        name: of the question.
    """
    start = 0
    for letter in name:
        start = (start * 31 + ord(letter)) & 0xFFFFFFFF
    start += seed * 1_000_003
    return sorted(range(count), key=lambda index: _scattered(start + index * 7919))


def _scattered(number: int) -> int:
    """Return 32 bits that look like chance: the last step of MurmurHash3 (Appleby 2011)."""
    number &= 0xFFFFFFFF
    number ^= number >> 16
    number = number * 0x85EBCA6B & 0xFFFFFFFF
    number ^= number >> 13
    number = number * 0xC2B2AE35 & 0xFFFFFFFF
    return number ^ number >> 16
