"""The lesson on rewards in a grid world: Q-learning, and what would be best."""

from __future__ import annotations

from collections.abc import Iterator

from demos.frame.knobs import takes
from demos.frame.runs import trained
from demos.rewards.knobs import KNOBS
from demos.rewards.worlds import COLUMNS, REWARDS, ROWS, WORLD_CELLS, cells

LONGEST = 100  # steps of an episode
MOVES = [(-1, 0), (0, 1), (1, 0), (0, -1)]  # up, right, down, left


def neighbour(world: str, cell: int, move: int) -> int:
    """Return the cell that a move leads to; before a wall and at the edge one stays."""
    row, column = divmod(cell, COLUMNS)
    row, column = row + MOVES[move][0], column + MOVES[move][1]
    there = row * COLUMNS + column
    inside = 0 <= row < ROWS and 0 <= column < COLUMNS
    return there if inside and world[there] != "w" else cell


@takes(KNOBS)
@trained(steps="episodes", seconds=8.0)
def learn(world, gamma, epsilon, rate, cost, slip, episodes, seed) -> Iterator[dict]:
    """Let an agent learn a grid world by Q-learning, from rewards alone.

    Returns:
        A row per episode: step, q (4 numbers per cell: up, right, down, left), path (cells), moves,
        rewards, back (their discounted sum R), and of the last update cell, move, old, target, new.
        Row 0 is before the first.
    """
    import torch

    world = cells(world)
    chance = torch.Generator().manual_seed(seed)
    q = torch.zeros(WORLD_CELLS, 4, dtype=torch.float64)
    start = world.index("s")
    nothing = {"path": [start], "moves": [], "rewards": [], "back": 0.0}
    yield {"step": 0, "q": q.flatten().tolist(), **nothing, **_update(start, 0, 0.0, 0.0, 0.0)}
    for episode in range(1, episodes + 1):
        cell, path, moves, rewards = start, [start], [], []
        for explores, which, slips in torch.rand(LONGEST, 3, generator=chance).tolist():
            values = q[cell].tolist()
            best = [move for move in range(4) if values[move] == max(values)]
            if explores < epsilon:
                best = [0, 1, 2, 3]
            move = best[int(which * len(best))]
            gone = move if slips >= slip else (move + (1 if slips < slip / 2 else 3)) % 4
            there = neighbour(world, cell, gone)
            reward = REWARDS.get(world[there], 0.0) - cost
            over = world[there] in REWARDS
            target = reward if over else reward + gamma * q[there].max().item()
            old = values[move]
            q[cell, move] += rate * (target - old)
            last = _update(cell, move, old, target, q[cell, move].item())
            path.append(there)
            moves.append(move)
            rewards.append(reward)
            cell = there
            if over:
                break
        back = sum(gamma**i * reward for i, reward in enumerate(rewards))
        yield {
            "step": episode,
            "q": q.flatten().tolist(),
            "path": path,
            "moves": moves,
            "rewards": rewards,
            "back": back,
            **last,
        }


def _update(cell: int, move: int, old: float, target: float, new: float) -> dict:
    return {"cell": cell, "move": move, "old": old, "target": target, "new": new}


def model_of(world: str, cost: float, slip: float):
    """Return what a world does, which the agent is not told.

    Returns:
        The chances `(54, 4, 54)` to come from a cell by a move to another, 0 where the episode is
        over, and the expected rewards `(54, 4)`.
    """
    import torch

    chances = torch.zeros(WORLD_CELLS, 4, WORLD_CELLS, dtype=torch.float64)
    rewards = torch.zeros(WORLD_CELLS, 4, dtype=torch.float64)
    for cell in range(WORLD_CELLS):
        if world[cell] in "wgcp":
            continue  # nobody moves from there
        for move in range(4):
            for gone, chance in ((move, 1 - slip), (move + 1, slip / 2), (move + 3, slip / 2)):
                there = neighbour(world, cell, gone % 4)
                rewards[cell, move] += chance * (REWARDS.get(world[there], 0.0) - cost)
                if world[there] not in REWARDS:
                    chances[cell, move, there] += chance
    return chances, rewards


def best(world: str, gamma: float, cost: float, slip: float):
    """Solve a grid world: value iteration to its fixpoint, then the linear system of its policy.

    Returns:
        Q* `(54, 4)`; −∞ where every way costs for ever.
    """
    import torch

    chances, rewards = model_of(world, cost, slip)
    ends = (chances.sum(2) < 1 - 1e-9) & torch.tensor([cell not in "wgcp" for cell in world])[
        :, None
    ]
    lost = torch.zeros(WORLD_CELLS, dtype=torch.bool)
    if gamma == 1 and cost > 0:
        out = ends.any(1)
        for _step in range(WORLD_CELLS):
            out = out | ((chances * out).sum(2) > 0).any(1)
        lost = ~out & torch.tensor([cell in ".s" for cell in world])
    value = torch.zeros(WORLD_CELLS, dtype=torch.float64)
    for _sweep in range(5000):
        new = (rewards + gamma * chances @ value).amax(1)
        new[lost] = 0
        change = (new - value).abs().max()
        value = new
        if change < 1e-13:
            break
    if gamma < 1:  # what this policy brings, to the last digit: (I − γ P) V = r
        move = (rewards + gamma * chances @ value).argmax(1)
        rows = torch.arange(WORLD_CELLS)
        system = torch.eye(WORLD_CELLS, dtype=torch.float64) - gamma * chances[rows, move]
        value = torch.linalg.solve(system, rewards[rows, move])
    q = rewards + gamma * chances @ value
    q[lost] = -torch.inf
    return q


def worth(world: str, q, gamma: float, cost: float, slip: float):
    """Return what comes on average of always doing what Q says is best, by cell `(54,)`.

    As in an episode, it is over after 100 steps.
    """
    import torch

    chances, rewards = model_of(world, cost, slip)
    rows, move = torch.arange(WORLD_CELLS), q.argmax(1)
    value = torch.zeros(WORLD_CELLS, dtype=torch.float64)
    for _step in range(LONGEST):
        value = rewards[rows, move] + gamma * chances[rows, move] @ value
    return value
