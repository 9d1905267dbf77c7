"""The grid worlds, as texts: six rows of nine cells.

`.` free, `w` wall, `s` start, `g` goal, `c` coin, `p` pit.
"""

from __future__ import annotations

from models.sentences import refusal

ROWS, COLUMNS = 6, 9
WORLD_CELLS = ROWS * COLUMNS
REWARDS = {"g": 1.0, "c": 0.3, "p": -1.0}  # of a cell that ends the episode
MAZES = {
    "room": (
        "........."
        "..w......"
        "s.w...g.."
        "..w..p..."
        "........."
        "........."
    ),
    "wall": (
        "....w...."
        ".s..w..g."
        "....w...."
        "....w...."
        "....w...."
        "........."
    ),
    "cliff": (
        "........."
        "........."
        "........."
        "........."
        "........."
        "spppppppg"
    ),
    "two": (
        "........."
        "........."
        ".c.s....g"
        "........."
        "........."
        "........."
    ),
}  # fmt: skip


def cells(world: str) -> str:
    """Return the cells of a world that anyone may have written.

    Raises:
        ValueError: in a sentence, if it is none.
    """
    if len(world) != WORLD_CELLS or set(world) - set(".wsgcp"):
        raise refusal(
            "A world is {count} cells, row by row: . free, w wall, s start, g goal, c coin, p pit.",
            count=WORLD_CELLS,
        )
    if world.count("s") != 1:
        raise refusal("A world has exactly one start, s.")
    return world
