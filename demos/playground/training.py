"""Trains networks with the compiled lesson, and takes down the weights of some epochs."""

from __future__ import annotations

import functools
import logging
import time
import warnings
from collections.abc import Sequence
from typing import Any

from demos.frame.texts import _
from demos.playground.memory import Layout, initial_weights, inputs
from demos.playground.recording import History, record
from demos.playground.settings import Settings

log = logging.getLogger(__name__)

FRAMES = 400
MANY = 8  # networks: from here on arithmetic costs more than calling it


@functools.cache
def compiled() -> Any:
    """Return lesson.train compiled by TorchScript, which needs no compiler and frees the GIL.

    TorchScript is deprecated: where it is gone, the same functions run as plain Python.
    """
    import torch

    from demos.playground import lesson

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return torch.jit.script(lesson.train)
        except Exception as error:
            log.warning("The playground trains uncompiled, and so more slowly: %s", error)
            return lesson.train


def run(settings: Sequence[Settings], points: list[dict], state: Any) -> list[History]:
    """Train networks that differ only in numbers and initialisation."""
    import torch

    with torch.inference_mode():
        started = time.perf_counter()
        first, networks = settings[0], len(settings)
        layout = Layout(first.sizes, first.batch_norm, networks)
        for index, one in enumerate(settings):
            layout.load(initial_weights(one) if state is None else state[0], index)
        epoch = 0 if state is None else state[1]
        training = Training(layout, settings, points, first.seed + epoch)
        count = min(first.epochs, FRAMES)
        marks = [round(first.epochs * frame / count) for frame in range(count + 1)]
        frames = torch.empty(count + 1, *layout.weights.shape)
        statistics = [torch.empty(count + 1, *s.shape) for s in layout.statistics]
        frames[0] = layout.weights
        for kept, now in zip(statistics, layout.statistics, strict=True):
            kept[0] = now
        sums = training.run(marks, frames, statistics)
        seconds = (time.perf_counter() - started) / networks
        histories = []
        for index, one in enumerate(settings):
            bad = (~sums[:, index].isfinite()).nonzero()
            diverged = int(bad[0]) + 1 if len(bad) else None
            last = max(f for f in range(count + 1) if diverged is None or marks[f] < diverged)
            history = record(
                one,
                points,
                (
                    frames[: last + 1, index : index + 1],
                    [s[: last + 1, index : index + 1] for s in statistics],
                ),
                [epoch + mark for mark in marks[: last + 1]],
                seconds,
            )
            if diverged is not None:
                history["diverged"] = epoch + diverged
                history["note"] = _(
                    "The numbers overflowed in epoch {epoch}: each step made the loss larger, the "
                    "weights grew without end. The learning rate {learning_rate:g} is too high for "
                    "these settings."
                ).format(epoch=epoch + diverged, learning_rate=one.learning_rate)
            histories.append(history)
        return histories


class Training:
    """Lays out the memory for lesson.train and calls it."""

    def __init__(
        self, layout: Layout, settings: Sequence[Settings], points: list[dict], seed: int
    ) -> None:
        import torch

        from demos.playground import lesson

        first, networks, layers = settings[0], layout.networks, layout.layers
        sizes, wide = layout.sizes, layout.wide
        train = [point for point in points if point["split"] == "train"]
        x = inputs(torch.tensor([[p["x"], p["y"]] for p in train]), first.features)
        y = torch.tensor([float(p["label"]) for p in train])
        count = len(train)
        batch = min(first.batch_size, count)
        factor = 2.0 if first.loss == "mse" else 1.0
        self.chance = torch.Generator().manual_seed(seed)
        self.mask_chance = torch.Generator().manual_seed(2**32 + seed)
        self.keep = torch.tensor([1 - one.dropout for one in settings]).view(1, 1, 1, -1, 1, 1)
        self.t, self.count, self.networks = 0, count, networks
        # All full batches share one block of memory, a last smaller one has its own.
        full, rest = divmod(count, batch)
        if rest == 1 and first.batch_norm:
            rest = 0  # one example has no variance
        blocks = [(full, batch, 0)] + [(1, rest, full * batch)] * (rest > 0)
        # The mean of a batch is in its target −c·y/b already, a row for each size.
        data = torch.cat([x, *(-factor / size * y[None] for _steps, size, _start in blocks)])
        shuffled = torch.empty_like(data)
        weights, gradient = layout.weights, torch.zeros_like(layout.weights)
        w, scale, shift = layout.w(weights), layout.norm(weights, 0), layout.norm(weights, 1)
        scale_gradient, shift_gradient = layout.norm(gradient, 0), layout.norm(gradient, 1)
        everything = gradient.flatten(0, 1)[:, :, : 1 + wide]
        w_gradient = layout.w(gradient)
        none, normalise, hidden = torch.empty(0), first.batch_norm, layers - 1
        sources, places, batches = [], [], []
        self.masks: list[Any] = []
        for number, (steps, size, start) in enumerate(blocks):
            block = torch.zeros(steps, networks, layers, 1 + wide, size)
            # The row of ones that multiplies the biases; batch_norm has β instead.
            block[:, :, hidden if normalise else 0 :, 0] = 1.0
            delta = torch.zeros(networks, layers, wide, size)
            target = torch.empty(steps, 1, 1, size)
            source = shuffled[:, start : start + steps * size].view(-1, steps, size)
            sources += [source[: len(x)].transpose(0, 1).unsqueeze(1), source[len(x) + number]]
            places += [block[:, :, 0, 1 : 1 + len(x)], target[:, 0, 0]]
            if first.dropout:
                mask = torch.ones(steps, hidden, networks, wide, size)
                self.masks.append(mask)
            kept = [torch.empty(networks, n, size) for n in sizes[1:-1]]
            normal = [torch.empty(networks, n, size) for n in sizes[1:-1]]
            inverse = [torch.empty(networks, n, 1) for n in sizes[1:-1]]
            deltas = [delta[:, i, : sizes[i + 1]] for i in range(layers)]
            p = torch.empty(networks, 1, size)
            for now in range(steps):
                xs = [block[now, :, i, : 1 + sizes[i]] for i in range(layers)]
                chain = [
                    lesson.Layer(
                        w=w[i],
                        x=xs[i],
                        z=kept[i] if first.dropout else xs[i + 1][:, 1:],
                        a=xs[i + 1][:, 1:],
                        delta=deltas[i],
                        next_w=w[i + 1][:, :, 1:].transpose(1, 2),
                        next_delta=deltas[i + 1],
                        mask=mask[now, i, :, : sizes[i + 1]] if first.dropout else none,
                        normal=normal[i],
                        inverse=inverse[i],
                        scale=scale[i] if normalise else none,
                        shift=shift[i] if normalise else none,
                        scale_gradient=scale_gradient[i] if normalise else none,
                        shift_gradient=shift_gradient[i] if normalise else none,
                        statistics=layout.statistics[i] if normalise else none,
                    )
                    for i in range(hidden)
                ]
                batches.append(
                    lesson.Batch(
                        layers=chain,
                        backwards=chain[::-1],
                        last_w=w[-1],
                        last_x=xs[-1],
                        last_delta=deltas[-1],
                        p=p,
                        target=target[now],
                        scale=factor / size,
                        products=[(delta.flatten(0, 1), block[now].flatten(0, 1).mT, everything)]
                        if networks < MANY
                        else [(deltas[i], xs[i].mT, w_gradient[i]) for i in range(layers)],
                    )
                )
        flat = weights.flatten(0, 1)
        is_weight = torch.zeros(weights[0].numel())
        is_weight[torch.tensor(layout.order)] = torch.tensor(layout.is_weight).float()
        is_weight = is_weight.view_as(weights[0])

        def by_network(name):
            numbers = torch.tensor([float(getattr(one, name)) for one in settings])
            return numbers.view(-1, 1, 1, 1).expand_as(weights)

        self.arguments = {
            "data": data,
            "shuffled": shuffled,
            "sources": sources,
            "places": places,
            "masks": self.masks,
            "batches": batches,
            "weights": flat,
            "gradient": gradient.flatten(0, 1),
            "activation": first.activation,
            "mse": first.loss == "mse",
            "normalise": normalise,
            "optimizer": first.optimizer,
            "rate": by_network("learning_rate").flatten(0, 1).contiguous(),
            "l1": (by_network("l1") * is_weight).flatten(0, 1),
            "l2": (by_network("l2") * is_weight).flatten(0, 1),
            "penalty": any(one.l1 or one.l2 for one in settings),
            "m": torch.zeros_like(flat),
            "v": torch.zeros_like(flat),
            "statistics": layout.statistics,
        }

    def run(self, marks: Sequence[int], frames: Any, statistics: Sequence[Any]) -> Any:
        """Train until the last of `marks`; write the weights after these epochs into `frames`.

        Returns the sum of all weights after each epoch (epochs, S), up to where none is finite.
        """
        import torch

        epochs = marks[-1]
        frame_of = {epoch: frame for frame, epoch in enumerate(marks)}
        sums = torch.empty(epochs, self.networks)
        numbers = self.count + sum(mask.numel() for mask in self.masks)
        some = max(1, min(100, 1_000_000 // numbers))
        for start in range(0, epochs, some):
            stop = min(start + some, epochs)
            self.t = compiled()(
                orders=torch.stack(
                    [torch.randperm(self.count, generator=self.chance) for _ in range(start, stop)]
                ),
                marks=[frame_of.get(epoch, -1) for epoch in range(start + 1, stop + 1)],
                drawn=self.draw_masks(stop - start),
                t=self.t,
                sums=sums[start:stop],
                frames=frames.flatten(1, 2),
                statistics_frames=statistics,
                **self.arguments,
            )
            if not bool(sums[stop - 1].isfinite().any()):
                return sums[:stop]
        return sums

    def draw_masks(self, epochs: int) -> list[Any]:
        """Draw which neurons stay in each step, for every block of batches; 1/keep or 0."""
        import torch

        drawn = []
        for mask in self.masks:
            steps, hidden, _networks, wide, size = mask.shape
            chance = torch.rand(epochs, steps, hidden, 1, wide, size, generator=self.mask_chance)
            drawn.append((chance < self.keep) / self.keep)
        return drawn
