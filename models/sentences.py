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


def refusal(template: str, **values: Any) -> ValueError:
    """Return the error that says in one sentence why something cannot be done."""
    return ValueError(Sentence(template, **values))
