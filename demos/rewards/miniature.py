"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Cells, Dots, Layer, Line, middle_of, sampled
from demos.rewards.agent import learn
from demos.rewards.worlds import COLUMNS, MAZES, ROWS, WORLD_CELLS

WALL = 0.05


def miniature() -> list[Layer]:
    """Return a grid world in which values spread from the goal, and the way that they show."""
    world = MAZES["wall"]
    rows = learn(
        world=world, gamma=0.9, epsilon=0.2, rate=0.5, cost=0.0, slip=0.0, episodes=100, seed=1
    )

    def values(row: dict) -> list[list[float]]:
        best = [max(row["q"][4 * cell : 4 * cell + 4]) for cell in range(WORLD_CELLS)]
        shown = [0.0 if sign == "w" else 0.1 + 0.8 * v for v, sign in zip(best, world, strict=True)]
        shown[world.index("g")] = 1.0
        return [shown[row * COLUMNS : (row + 1) * COLUMNS] for row in range(ROWS)]

    def place(cell: int) -> tuple[float, float]:
        return middle_of(*divmod(cell, COLUMNS), ROWS, COLUMNS)

    frames = sampled(rows, 18)
    shortest = min(rows[-40:], key=lambda row: len(row["path"]))
    way = [place(cell) for cell in shortest["path"]]
    ends = [place(world.index("s")), place(world.index("g"))]
    return [
        Cells([values(row) for row in frames], 2),
        Line([*[[]] * (len(frames) - 1), way], 1),
        Dots([ends], [[0, 3]], 5),
    ]
