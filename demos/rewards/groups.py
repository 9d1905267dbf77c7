"""The lesson on groups: k-means, how many there are, and what labels or rewards would teach.

torch is imported inside: the app starts without it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from demos.frame.knobs import takes
from demos.frame.runs import trained
from demos.rewards.knobs import KNOBS
from demos.rewards.points import own_centres, points_of

MOST_ROUNDS = 60
LARGEST = 8  # groups in the elbow
STARTS = 60  # from which it is tried how often a start is bad
ROUNDS = 60  # of the overview
RATE = 0.3  # of the overview's gradient descent

# ---------------------------------------------------------------- k-means


def nearest(x, centres):
    """Return to which centre each point is nearest.

    Args:
        x: `(n, 2)`.
        centres: `(…, k, 2)`; of several at once.

    Returns:
        `(…, n)`.
    """
    # ‖x − c‖² = ‖x‖² − 2 x·c + ‖c‖², of which the first is the same for all centres.
    return ((centres**2).sum(-1)[..., None, :] - 2 * x @ centres.mT).argmin(-1)


def means(x, group, centres):
    """Return the mean of each group, `(…, k, 2)`; a centre that nobody is near to stays."""
    import torch

    member = (group[..., None] == torch.arange(centres.shape[-2])).to(x.dtype)
    count = member.sum(-2)[..., None]
    return torch.where(count > 0, member.mT @ x / count.clamp(min=1), centres)


def inertia(x, centres, group):
    """Return Σ of the squared distances of the points to the centres of their groups, `(…,)`."""
    own = centres.gather(-2, group[..., None].expand(*group.shape, x.shape[-1]))
    return ((x - own) ** 2).sum((-1, -2))


def starts(x, k: int, start: str, seed: int, runs: int = 1):
    """Return centres to start from, `(runs, k, 2)`: points, drawn at random or by k-means++."""
    import torch

    chance = torch.Generator().manual_seed(seed)
    if start != "plus":
        order = torch.rand(runs, len(x), generator=chance).argsort(1)
        return x[order[:, torch.arange(k) % len(x)]]
    chosen = torch.randint(len(x), (runs, 1), generator=chance)
    for _centre in range(1, k):
        # A point is the likelier to be the next, the farther it is from all before.
        far = ((x[:, None] - x[chosen][:, None]) ** 2).sum(-1).amin(-1)
        far = torch.where(far.sum(1, keepdim=True) > 0, far, torch.ones_like(far))
        chosen = torch.cat([chosen, far.multinomial(1, generator=chance)], 1)
    return x[chosen]


def lloyd(x, centres):
    """Run k-means from several starts at once until nothing moves.

    Args:
        x: `(n, 2)`.
        centres: `(runs, k, 2)`.

    Returns:
        Centres `(runs, k, 2)`, groups `(runs, n)` and inertia `(runs,)`.
    """
    import torch

    going = torch.arange(len(centres))
    for _round in range(200):
        centres = centres.clone()
        before = centres[going]
        centres[going] = means(x, nearest(x, before), before)
        going = going[(centres[going] != before).any(-1).any(-1)]
        if not len(going):
            break
    group = nearest(x, centres)
    return centres, group, inertia(x, centres, group)


def first_centres(x, k: int, start: str, centres: str, begin: int):
    """Return where the k centres start, `(k, 2)`."""
    import torch

    found = starts(x, k, "plus" if start == "plus" else "random", begin)[0]
    if start == "own":
        for number, place in enumerate(own_centres(centres, k)):
            found[number] = torch.tensor(place, dtype=x.dtype)
    return found


@takes(KNOBS)
@trained()
def cluster(shape, points, n, seed, k, start, centres, begin) -> Iterator[dict]:
    """Let k-means find groups: assign each point to the nearest centre, move centres to the means.

    Returns:
        A row per half step: step, kind ("start", "assign" or "move"), inertia, changed (points
        whose group changed), group of each point and centres, x and y by turns.
    """
    x, _labels = points_of(shape, points, n, seed)
    middle = first_centres(x, k, start, centres, begin)
    group = None
    for step in range(2 * MOST_ROUNDS):
        kind, changed = ("move", 0) if step and step % 2 == 0 else ("assign", 0)
        if step == 0:
            kind = "start"
        elif kind == "assign":
            before, group = group, nearest(x, middle)
            changed = len(x) if before is None else int((before != group).sum())
        else:
            middle = means(x, group, middle)
        own = nearest(x, middle) if group is None else group
        yield {
            "step": step,
            "kind": kind,
            "inertia": inertia(x, middle, own).item(),
            "changed": changed,
            "group": [] if group is None else group.tolist(),
            "centres": middle.flatten().tolist(),
        }
        if kind == "assign" and not changed:
            return


def silhouette(x, group):
    """Return how well each point lies in its group, −1 to 1: `(n,)`.

    (b − a) / max(a, b), where a is the mean distance to its own group and b to the nearest other;
    0 for a point alone. P. Rousseeuw 1987.
    """
    import torch

    member = torch.nn.functional.one_hot(group).to(x.dtype)
    count = member.sum(0)
    # Not by a matrix product, which would lose digits of small distances.
    apart = torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist") @ member
    own = member.bool()
    a = apart[own] / (count[group] - 1).clamp(min=1)
    mean = torch.where((count > 0) & ~own, apart / count.clamp(min=1), torch.inf)
    b = mean.amin(1)
    fit = torch.where(b > a, 1 - a / b.clamp(min=1e-300), b / a.clamp(min=1e-300) - 1)
    alone = (count[group] < 2) | torch.isinf(b)
    return torch.where(alone | ((a == 0) & (b == 0)), 0, fit)


def elbow(x, largest: int = LARGEST, tries: int = 20) -> list[dict]:
    """Return for each k the least inertia of several k-means++ starts, and its silhouette."""
    rows = []
    for k in range(1, min(largest, len(x)) + 1):
        _centres, groups, found = lloyd(x, starts(x, k, "plus", 0, tries))
        group = groups[found.argmin()]
        fit = silhouette(x, group).mean().item() if len(group.unique()) > 1 else None
        rows.append({"k": k, "inertia": found.min().item(), "silhouette": fit})
    return rows


def matched(group, labels) -> tuple[int, ...]:
    """Return for each group the label that it stands for, so that most points are right."""
    import torch

    k = int(max(group.max(), labels.max())) + 1
    table = torch.zeros(k, k, dtype=torch.long)
    table.index_put_((group, labels), torch.ones_like(group), accumulate=True)
    counts = table.tolist()
    return max(
        itertools.permutations(range(k)), key=lambda to: sum(counts[g][to[g]] for g in range(k))
    )


# ---------------------------------------------------------------- with labels


def classifier(x, labels, seed: int = 0, steps: int = 150):
    """Train a small network on labels.

    Args:
        x: `(n, 2)`.
        labels: `(n,)`.
        seed: of the first weights.
        steps: of Adam, with all points.

    Returns:
        The network: points `(m, 2)` → a number per label.
    """
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = torch.nn.Sequential(
            torch.nn.Linear(2, 24),
            torch.nn.Tanh(),
            torch.nn.Linear(24, 24),
            torch.nn.Tanh(),
            torch.nn.Linear(24, int(labels.max()) + 1),
        ).double()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02, weight_decay=1e-3, fused=True)
    for _step in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(x), labels).backward()
        optimizer.step()
    return net


# ---------------------------------------------------------------- three answers


def seen(x):
    """Return what a line needs of each point: x, y and 1, `(n, 3)`."""
    import torch

    return torch.cat([x, torch.ones_like(x[:, :1])], 1)


def told_labels(x, labels, rounds: int = ROUNDS):
    """Supervised: learn from the label of each point, by the cross-entropy; yields the weights."""
    import torch

    weights = torch.zeros(3, _kinds(labels), dtype=x.dtype, requires_grad=True)
    for _round in range(rounds + 1):
        yield weights.detach().clone()
        loss = torch.nn.functional.cross_entropy(seen(x) @ weights, labels)
        (gradient,) = torch.autograd.grad(loss, weights)
        weights.data -= RATE * gradient


def told_rewards(x, labels, seed: int, rounds: int = ROUNDS):
    """Reinforcement: guess, and hear no more than whether it was right (REINFORCE).

    Yields:
        The weights, the guesses that they led to and the reward for each of them.
    """
    import torch

    chance = torch.Generator().manual_seed(seed)
    weights = torch.zeros(3, _kinds(labels), dtype=x.dtype, requires_grad=True)
    for _round in range(rounds + 1):
        log = (seen(x) @ weights).log_softmax(1)
        guess = log.detach().exp().multinomial(1, generator=chance)[:, 0]
        reward = (guess == labels).to(x.dtype)  # all that it hears
        yield weights.detach().clone(), guess, reward
        chosen = log.gather(1, guess[:, None])[:, 0]
        loss = -((reward - reward.mean()) * chosen).mean()
        (gradient,) = torch.autograd.grad(loss, weights)
        weights.data -= 2 * RATE * gradient


def told_nothing(x, kinds: int, seed: int, rounds: int = ROUNDS):
    """Unsupervised: k-means from a k-means++ start; yields the centres."""
    centres = starts(x, kinds, "plus", seed)[0]
    for _round in range(rounds + 1):
        yield centres
        centres = means(x, nearest(x, centres), centres)


def _kinds(labels) -> int:
    return max(2, int(labels.max()) + 1)
