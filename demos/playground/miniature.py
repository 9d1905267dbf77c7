"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Cells, Dots, Layer, scaled
from demos.playground import data, readable

ROWS, COLUMNS = 9, 18
WIDE, HIGH = 7.5, 4.5  # half of what is seen
POINTS = 60
EPOCHS = [0, 1, 2, 3, 6, 12, 20, 30]  # from one frame to the next


def miniature() -> list[Layer]:
    """Return two moons, and what a small network says everywhere while it learns them."""
    import torch

    points = data.make("moons", noise=0.1, train_share=0.5, seed=3, count=240)["points"]
    x = torch.tensor([[one["x"], one["y"]] for one in points])
    y = torch.tensor([float(one["label"]) for one in points])
    across = torch.linspace(-WIDE, WIDE, COLUMNS)
    up = torch.linspace(HIGH, -HIGH, ROWS)
    grid = torch.cartesian_prod(up, across).flip(1)
    network = readable.make_network(2, (8, 4), seed=1)
    optimizer = readable.make_optimizer(network, "adam", rate=0.03)
    frames = []
    for number, epochs in enumerate(EPOCHS):
        readable.train(network, optimizer, x, y, batch_size=40, epochs=epochs, seed=number)
        with torch.no_grad():
            said = network(grid)[:, 0].sigmoid() * 2 - 1
        frames.append((said * 0.45).view(ROWS, COLUMNS).tolist())
    seen = points[:: len(points) // POINTS]
    places = list(
        zip(
            scaled([one["x"] for one in seen], -WIDE, WIDE),
            scaled([one["y"] for one in seen], -HIGH, HIGH),
            strict=True,
        )
    )
    return [Cells(frames), Dots([places], [[1 - one["label"] for one in seen]], 2.6)]
