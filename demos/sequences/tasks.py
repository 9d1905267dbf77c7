"""What there is to try. Every number was read off the page, and a test reads it again."""

from demos.frame.chapter import Task

TASKS: list[Task] = []
