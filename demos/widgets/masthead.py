"""The top of the page: its name, a menu of the chapters, the languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from demos.widgets.widget import Widget


class Masthead(Widget):
    """The top of the page; raises `select` with `{"query"}`, the address of a chapter to open."""

    def __init__(
        self,
        title: str,
        purpose: str,
        languages: Mapping[str, str],
        parts: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        ends: Sequence[Sequence[tuple[str, str]]] = ((), ()),
        **kwargs: Any,
    ) -> None:
        """Lay out the top.

        Args:
            title: the name of the suite.
            purpose: what it is for, in one sentence.
            languages: code → what each is called in itself.
            parts: of the course: name, and the slug and title of each chapter.
            ends: slug and title of what stands before the parts, and after them.
            **kwargs: passed on to `gr.HTML`.
        """
        super().__init__(
            title=title,
            purpose=purpose,
            languages=list(languages.items()),
            parts=[[name, [list(chapter) for chapter in chapters]] for name, chapters in parts],
            ends=[[list(one) for one in end] for end in ends],
            elem_classes=["masthead"],
            **kwargs,
        )
