"""Sentences for visitors, which the page can say in other languages."""

from __future__ import annotations

from typing import Any


class Sentence(str):
    """A sentence in English that remembers how it was made.

    Attributes:
        template: with {slots}, as translators know it.
        values: what stands in the slots; sentences among them.
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Sentence:
        """Make `Sentence("{name} must be true or false.", name="normalise")`."""
        sentence = super().__new__(cls, template.format(**values) if values else template)
        sentence.template, sentence.values = template, values
        return sentence


class Count(str):
    """A number in a sentence, as English groups it: 46,100. Other languages group it their way."""

    def __new__(cls, number: float) -> Count:
        """Make `Count(46_100)`; a fraction is rounded."""
        return super().__new__(cls, f"{number:,.0f}")


def refusal(template: str, **values: Any) -> ValueError:
    """Return the error that says in one sentence why something cannot be done."""
    return ValueError(Sentence(template, **values))
