"""What there is to try with pictures and filters. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task("?", "!", {"topic": t})
    for t in ("numbers", "product", "convolve", "channels", "pooling", "learn", "dense")
]
