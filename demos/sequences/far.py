"""How far back a kind of network remembers: a training for each distance, all of them at once.

The trainings of one kind differ in nothing but the length of their sequences, and in what they
learn. So they lie in one stack, the longest first: the weights of each are a row of one tensor, and
one product does a step of all of them. What `lesson.fit` would come to, in a third of the time.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

from demos.sequences.lesson import (
    BATCH,
    INPUTS,
    OUTPUTS,
    judged,
    network,
    open_memory,
    receptive_field,
    symbols,
    unseen,
)

DISTANCES = [5, 10, 20, 40]
LEARNED = 0.05  # of three losses on end: then a training ends


def how_far(
    kinds: Sequence[str],
    hidden: int,
    layers: int,
    bias: float,
    updates: int,
    learning_rate: float,
    seed: int,
    distances: Sequence[int] = DISTANCES,
) -> Iterator[dict]:
    """Train a network of each kind for each distance, and see which of them still remember.

    The letter is asked only after T steps. A training ends early, once three losses on end are
    below 0.05.

    Yields:
        Rows: series (the kind), step (T), right (share of right answers), updates, and learned.
    """
    from torch.nn.utils import vector_to_parameters

    for kind in kinds:
        net = network(kind, INPUTS["first"], hidden, OUTPUTS["first"], layers, seed)
        open_memory(net, bias)
        rows = {}
        for steps, update, learned, weights in side_by_side(
            net, kind, distances, updates, learning_rate, seed
        ):
            vector_to_parameters(weights, net.parameters())
            x, y = unseen("first", steps)
            _loss, share = judged(net, "first", x, y, "end")
            rows[steps] = {"right": share, "updates": update, "learned": learned}
        for steps in distances:
            yield {"series": kind, "step": steps, **rows[steps]}


def side_by_side(
    net, kind: str, distances: Sequence[int], updates: int, learning_rate: float, seed: int
) -> Iterator[tuple[int, int, bool, Any]]:
    """Train copies of a network, one for each distance, with Adam and gradients clipped at 1.

    Yields:
        For each that ends: its distance, after how many updates, whether it has learned, and its
        weights, `(P,)`.
    """
    import torch
    from torch.nn.functional import cross_entropy
    from torch.nn.utils import parameters_to_vector

    lengths = sorted(distances, reverse=True)
    chances = [torch.Generator().manual_seed(seed) for _ in lengths]
    weights = parameters_to_vector(net.parameters()).detach().repeat(len(lengths), 1)  # (K, P)
    mean, square, calm = torch.zeros_like(weights), torch.zeros_like(weights), [0] * len(lengths)
    shapes = [part.shape for part in net.parameters()]
    for update in range(1, updates + 1):
        read = [symbols(BATCH, n, chance) for n, chance in zip(lengths, chances, strict=True)]
        said = answers(kind, shapes, weights.requires_grad_(), read)  # (K, N, letters)
        right = torch.stack([one[:, 0] for one in read])
        losses = cross_entropy(said.flatten(0, 1), right.flatten(), reduction="none")
        losses = losses.view(right.shape).mean(1)
        (gradient,) = torch.autograd.grad(losses.sum(), weights)
        with torch.no_grad():
            norm = gradient.norm(dim=1, keepdim=True)
            gradient *= (1 / (norm + 1e-6)).clamp(max=1)
            mean.lerp_(gradient, 0.1)
            square.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
            size = (square / (1 - 0.999**update)).sqrt_().add_(1e-8)
            weights = weights - learning_rate / (1 - 0.9**update) * mean / size
        calm = [n + 1 if one < LEARNED else 0 for n, one in zip(calm, losses.tolist(), strict=True)]
        for steps, n, learned in zip(lengths, calm, weights, strict=True):
            if n == 3 or update == updates:
                yield steps, update, n == 3, learned
        going = [place for place, n in enumerate(calm) if n < 3]
        if not going:
            return
        if len(going) < len(calm):
            weights, mean, square = weights[going], mean[going], square[going]
            lengths, chances, calm = (
                [those[place] for place in going] for those in (lengths, chances, calm)
            )


def answers(kind: str, shapes: Sequence[Any], weights, read: Sequence[Any]):
    """Return what copies of a network say at the end of what they read.

    Args:
        kind: see `network`.
        shapes: of its parts.
        weights: of all parts of each copy, `(K, P)`.
        read: for each copy symbols, `(N, T)`, the longest first.

    Returns:
        `(K, N, letters)`.
    """
    import torch
    from torch.nn.functional import one_hot

    *memory, head, bias = (
        part.reshape(len(weights), *shape)
        for shape, part in zip(
            shapes, weights.split([shape.numel() for shape in shapes], 1), strict=True
        )
    )
    lengths = [one.shape[1] for one in read]
    if kind == "lstm":  # a step of PyTorch's own is one function of the processor: quicker alone
        nothing = torch.zeros(1, BATCH, memory[1].shape[2])
        last = [
            torch.lstm(
                one_hot(one, INPUTS["first"]).float().transpose(0, 1),
                (nothing, nothing),
                [part[k] for part in memory],
                has_biases=True,
                num_layers=1,
                dropout=0.0,
                train=True,
                bidirectional=False,
                batch_first=False,
            )[1][0].T
            for k, one in enumerate(read)
        ]
        state = torch.stack(last)
    else:
        x = torch.full((len(read), lengths[0], len(read[0])), -1)
        for one, place in zip(read, x, strict=True):
            place[slice(-one.shape[1], None) if kind == "conv" else slice(one.shape[1])] = one.T
        hot = (x[:, None] == torch.arange(INPUTS["first"])[:, None, None]).float()
        if kind == "conv":
            state = convolved(hot, lengths, memory)
        else:
            state = recurrence(kind).apply(hot, lengths, *memory)
    return torch.baddbmm(bias[..., None], head, state).transpose(1, 2)


def convolved(x, lengths: Sequence[int], parts: Sequence[Any]):
    """Return what convolutions are in at the end, from what they see alone, `(K, H, N)`.

    At the end only every second step of each layer is looked at by the next: so it does not leave
    out steps, but goes on by two.

    Args:
        x: `(K, C, T, N)`; those that are shorter begin later.
        lengths: of the sequences.
        parts: weight `(K, H, C, 3)` and bias `(K, H)` of each layer.
    """
    import torch

    seen = receptive_field(len(parts) // 2)
    state = torch.nn.functional.pad(x[:, :, -seen:], (0, 0, max(0, seen - x.shape[2]), 0))
    apart = 1
    for weight, bias in zip(parts[::2], parts[1::2], strict=True):
        three = torch.cat([state[:, :, :-2:2], state[:, :, 1:-1:2], state[:, :, 2::2]], 1)
        taps = weight.permute(0, 1, 3, 2).flatten(2)
        count = three.shape[2]
        state = torch.baddbmm(bias[..., None], taps, three.flatten(2)).tanh()
        state = state.view(*state.shape[:2], count, -1)
        apart *= 2
        before = apart * torch.arange(count - 1, -1, -1)  # steps before the end
        state = state * (before < torch.tensor(lengths)[:, None]).float()[:, None, :, None]
    return state[:, :, 0]


@functools.cache
def recurrence(kind: str) -> Any:
    """Return the function that lets copies of an "rnn" or a "gru" read, with its gradient.

    It goes back through time as it came. All that a step's gradient is multiplied by is known
    beforehand: for all steps it is computed at once.
    """
    import torch

    class Recurrence(torch.autograd.Function):
        """From x `(K, C, T, N)`, lengths, and the weights as of nn.RNN: the last states."""

        @staticmethod
        def forward(ctx, x, lengths, w, u, b, c):
            copies, _inputs, steps, count = x.shape
            hidden = u.shape[2]
            states = x.new_zeros(steps + 1, copies, hidden, count)
            gates = torch.baddbmm((b if kind == "gru" else b + c)[..., None], w, x.flatten(2))
            gates = gates.view(copies, -1, steps, count).permute(2, 0, 1, 3).contiguous()
            recalled = torch.zeros_like(states[1:])
            for t in range(steps):
                on = sum(t < length for length in lengths)
                before, now, gate = states[t, :on], states[t + 1, :on], gates[t, :on]
                if kind == "rnn":
                    torch.tanh(gate.baddbmm_(u[:on], before), out=now)
                    continue
                of_state = torch.baddbmm(c[:on, :, None], u[:on], before)
                opened, new = gate[:, : 2 * hidden], gate[:, 2 * hidden :]
                opened.add_(of_state[:, : 2 * hidden]).sigmoid_()
                recalled[t, :on] = of_state[:, 2 * hidden :]
                new.addcmul_(opened[:, :hidden], of_state[:, 2 * hidden :]).tanh_()
                torch.lerp(new, before, opened[:, hidden:], out=now)
            ctx.lengths = lengths
            ctx.save_for_backward(x, u, states, gates, recalled)
            return torch.stack([states[length, k] for k, length in enumerate(lengths)])

        @staticmethod
        def backward(ctx, gradient):
            x, u, states, gates, recalled = ctx.saved_tensors
            steps, hidden = len(recalled), u.shape[2]
            before = states[:-1]
            if kind == "rnn":
                slopes = (1 - states[1:] ** 2)[:, :, None]
            else:
                reset, kept, new = gates.split(hidden, 2)
                of_new = (1 - kept) * (1 - new**2)
                of_reset = of_new * recalled * reset * (1 - reset)
                of_kept = (before - new) * kept * (1 - kept)
                slopes = torch.stack([of_new, of_reset, of_kept, of_new * reset], 2)
            back = u.transpose(1, 2).contiguous()
            sums = torch.zeros_like(slopes)  # their gradients, of x's sum first
            now = gradient.contiguous().clone()  # that of a state; of who ends earlier it waits
            for t in range(steps - 1, -1, -1):
                on = sum(t < length for length in ctx.lengths)
                state = now[:on]
                torch.mul(state[:, None], slopes[t, :on], out=sums[t, :on])
                of_u = sums[t, :on, slopes.shape[2] - u.shape[1] // hidden :].flatten(1, 2)
                if kind == "rnn":
                    torch.bmm(back[:on], of_u, out=state)
                else:
                    state.mul_(kept[t, :on]).baddbmm_(back[:on], of_u)
            sums = sums.permute(1, 2, 3, 0, 4).flatten(3)  # (K, gates, H, T·N)
            of_u = (sums if kind == "rnn" else sums[:, 1:]).flatten(1, 2)
            of_w = of_u if kind == "rnn" else sums[:, [1, 2, 0]].flatten(1, 2)
            return (
                None,
                None,
                of_w @ x.flatten(2).transpose(1, 2),
                of_u @ before.permute(1, 0, 3, 2).flatten(1, 2),
                of_w.sum(2),
                of_u.sum(2),
            )

    return Recurrence
