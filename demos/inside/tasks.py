"""What there is to try inside of a network. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task("Look at conv1.", "Edges.", {"topic": "maps"}),
    Task("Hide.", "x", {"topic": "counts"}),
    Task("Wants.", "x", {"topic": "wants", "layer": 4}),
    Task("Norms.", "x", {"topic": "norms"}),
    Task("Misses.", "x", {"topic": "misses"}),
    Task("Ladder.", "x", {"topic": "ladder"}),
    Task("Unknown.", "x", {"topic": "unknown"}),
    Task("Device.", "x", {"topic": "device"}),
]
