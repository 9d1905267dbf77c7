"""The course map: what a visitor sees first."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from demos.course.board import CourseMap
from demos.frame.chapter import Chapter, Controls
from demos.frame.texts import N_, _


def map_of(parts: Mapping[str, Sequence[Chapter]]) -> Chapter:
    """Return the page of the map.

    Args:
        parts: of the course, in order: name → its chapters.
    """
    return Chapter(
        slug="course",
        title=N_("Course map"),
        question=N_("Where do you want to begin?"),
        intro=N_(
            "Every chapter is a picture that you can touch, with tasks and questions. Who begins "
            "at the top needs nothing but school mathematics."
        ),
        build=functools.partial(build, parts),
        tasks=(),
        lesson=(),
    )


def build(parts: Mapping[str, Sequence[Chapter]]) -> Controls:
    """Lay out the page."""
    titles = {one.slug: _(one.title) for chapters in parts.values() for one in chapters}
    CourseMap(
        [
            (
                _(part),
                [
                    {
                        "slug": one.slug,
                        "title": titles[one.slug],
                        "question": _(one.question),
                        "minutes": one.minutes,
                        "builds_on": [titles[slug] for slug in one.builds_on],
                        "tasks": len(one.tasks),
                        "questions": len(one.quiz),
                    }
                    for one in chapters
                ],
            )
            for part, chapters in parts.items()
        ],
        elem_id="course-map",
    )
    return {}
