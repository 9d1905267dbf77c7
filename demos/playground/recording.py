"""What a run looked like: losses, surfaces and weights of every frame, packed as a History."""

from __future__ import annotations

import math
from typing import Any

from demos.playground import history as pack
from demos.playground.data import EXTENT
from demos.playground.memory import Layout, inputs, written
from demos.playground.settings import Settings

GRID = 50
HIDDEN_GRID = 20

History = dict[str, Any]


def record(
    one: Settings, points: list[dict], frames: Any, epochs: list[int], seconds: float
) -> History:
    """Evaluate the weights of every frame of one network and pack what they show.

    Args:
        one: its settings.
        points: training and test points.
        frames: weights (F, 1, L, n, columns) and, by hidden layer, statistics (F, 1, n, 2).
        epochs: of the frames.
        seconds: that training took.
    """
    import torch

    with torch.inference_mode():
        weights, statistics = frames[0].flatten(0, 1), [s.flatten(0, 1) for s in frames[1]]
        layout = Layout(one.sizes, one.batch_norm, 1)
        count = len(weights)
        rows: dict[str, list] = {}
        for split in ("train", "test"):
            chosen = [point for point in points if point["split"] == split]
            if not chosen:
                rows[f"{split}_loss"] = rows[f"{split}_accuracy"] = [None] * count
                continue
            places = torch.tensor([[p["x"], p["y"]] for p in chosen])
            y = torch.tensor([float(p["label"]) for p in chosen])
            loss, right = [], []
            for z in _forward(one, layout, weights, statistics, places, hidden=False):
                z = z[0][:, 0]
                if one.loss == "mse":
                    loss.append((z.sigmoid() - y).square().mean(1))
                else:
                    loss.append((torch.nn.functional.softplus(z) - y * z).mean(1))
                right.append(((z > 0) == (y > 0)).float().mean(1))
            rows[f"{split}_loss"] = pack.rounded(torch.cat(loss).tolist())
            rows[f"{split}_accuracy"] = pack.rounded(torch.cat(right).tolist())
        surface = torch.cat(
            [
                (z[0][:, 0].sigmoid() * 255).round().to(torch.uint8)
                for z in _forward(one, layout, weights, statistics, grid(GRID), hidden=False)
            ]
        ).view(count, GRID, GRID)
        neurons = _neurons(one, layout, weights, statistics)
        # Together they stay below half a megabyte.
        budget = 490_000 - len(neurons["data"])
        drawn = _some(count, 60_000 // len(layout.order))
        flat = weights[drawn].flatten(1)[:, torch.tensor(layout.order)]
        low, high = flat.amin(0), flat.amax(0)
        span = (high - low).clamp_min(1e-12)
        history: History = {
            "network": {
                "features": list(one.features),
                "hidden": list(one.hidden),
                "activation": one.activation,
                "loss": one.loss,
                "batch_norm": one.batch_norm,
                "sizes": one.sizes,
            },
            "epochs": list(epochs),
            **rows,
            "surface": pack.pack_surfaces(surface, range(count), 0.0, 1.0, budget),
            "neurons": neurons,
            "weights": pack.pack(
                ((flat - low) / span * 255).round().to(torch.uint8),
                drawn,
                low.tolist(),
                (low + span).tolist(),
            ),
            "names": layout.names,
            "diverged": None,
            "note": "",
            "seconds": round(seconds, 4),
        }
        layout.weights.copy_(weights[-1:])
        for kept, now in zip(layout.statistics, statistics, strict=True):
            kept.copy_(now[-1:])
        history["final"] = written(one, layout.flat()[0], epochs[-1])
        return history


def _neurons(one: Settings, layout: Layout, weights: Any, statistics: list[Any]) -> dict:
    """Pack the surfaces of all hidden neurons; fewer frames and cells for a large network."""
    import torch

    neurons = sum(one.hidden)
    cells = HIDDEN_GRID if neurons <= 24 else 12
    chosen = _some(len(weights), 1_200_000 // max(1, neurons * cells * cells))
    levels = torch.empty(len(chosen), neurons, cells * cells, dtype=torch.uint8)
    start = 0
    for outputs in _forward(
        one, layout, weights[chosen], [s[chosen] for s in statistics], grid(cells), hidden=True
    ):
        values = torch.cat(outputs[:-1], 1) if neurons else torch.empty(len(outputs[0]), 0, 1)
        if one.activation == "sigmoid":
            values = 2 * values - 1
        # tanh lies in −1 … 1; what has no bound is squeezed into it.
        if one.activation not in ("tanh", "sigmoid"):
            values = values / (1 + values.abs())
        levels[start : start + len(values)] = (values * 127.5 + 127.5).round().to(torch.uint8)
        start += len(values)
    shape = len(chosen), neurons, cells, cells
    return pack.pack_surfaces(levels.view(shape), chosen, -1.0, 1.0, budget=180_000)


def _some(frames: int, most: int) -> list[int]:
    """Choose about `most` of the frames, the first and the last among them."""
    every = math.ceil(frames / max(2, most))
    return sorted({*range(0, frames, every), frames - 1})


def grid(cells: int) -> Any:
    """Return the middles (cells², 2) of the cells of a surface, from the top left."""
    import torch

    middle = (torch.arange(cells) + 0.5) / cells * 2 * EXTENT - EXTENT
    y, x = torch.meshgrid(-middle, middle, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


def _forward(
    one: Settings, layout: Layout, weights: Any, statistics: list[Any], places: Any, hidden: bool
) -> Any:
    """Yield the layers' outputs [(f, n, N), …] for some frames at a time; without `hidden` only
    those of the last layer."""
    import torch

    from demos.playground import lesson

    x = torch.cat([torch.ones(1, len(places)), inputs(places, one.features)])
    some = max(1, 400_000 // (len(places) * max(one.sizes)))
    for start in range(0, len(weights), some):
        part = weights[start : start + some]
        outputs = lesson.network_outputs(
            x,
            layout.w(part),
            one.activation,
            layout.norm(part, 0),
            layout.norm(part, 1),
            [s[start : start + some] for s in statistics],
        )
        yield outputs if hidden else outputs[-1:]
