"""The scripts that a student takes along, one for each topic."""

from __future__ import annotations

from collections.abc import Callable


def overview(shape, points, n, seed):
    """Learn from labels, from nothing, and from rewards: the same points."""
    from demos.rewards import groups
    from demos.rewards.points import points_of

    x, y = points_of(shape, points, n, seed)
    kinds = max(2, int(y.max()) + 1)

    # Supervised: each point comes with its label.
    for weights in groups.told_labels(x, y):
        said = (groups.seen(x) @ weights).argmax(1)
    print(f"labels: {(said == y).double().mean():.4f} right")

    # Unsupervised: points alone. Labels come in afterwards, to see what the groups are.
    for centres in groups.told_nothing(x, kinds, seed):
        group = groups.nearest(x, centres)
    for number in range(kinds):
        counts = y[group == number].bincount(minlength=kinds)
        print(f"group {number}: labels {counts.tolist()}")

    # By reinforcement: it guesses, and hears 1 for right, 0 for wrong.
    paid = 0
    for weights, _guess, reward in groups.told_rewards(x, y, seed):
        said = (groups.seen(x) @ weights).argmax(1)
        paid += int(reward.sum())
    print(f"rewards: {(said == y).double().mean():.4f} right, {paid} guesses were paid")


def kmeans(shape, points, n, seed, k, start, centres, begin):
    """Find groups by k-means, and judge how many there are."""
    import torch

    from demos.rewards import groups
    from demos.rewards.points import points_of

    x, _labels = points_of(shape, points, n, seed)
    middle = groups.first_centres(x, k, start, centres, begin)
    for step in range(1, 60):
        # Assign: to each point its nearest centre.
        group = torch.cdist(x, middle).argmin(1)
        print(f"half step {2 * step - 1}: inertia {((x - middle[group]) ** 2).sum():.6f}")
        # Move: each centre to the mean of its points.
        before = middle
        middle = torch.stack(
            [x[group == j].mean(0) if (group == j).any() else middle[j] for j in range(k)]
        )
        if torch.equal(middle, before):
            break
        print(f"half step {2 * step}: inertia {((x - middle[group]) ** 2).sum():.6f}")

    for row in groups.elbow(x):
        print(f"k = {row['k']}: inertia {row['inertia']:.4f}, silhouette {row['silhouette']}")


def axis(sample, points, scale):
    """Find the line that keeps most of the variance."""
    import torch

    from demos.rewards.axes import measured

    x = measured(sample, scale, points)
    mean = x.mean(0)
    _left, sizes, axes = torch.linalg.svd(x - mean, full_matrices=False)
    variance = sizes**2 / (len(x) - 1)
    share = variance[0] / variance.sum()
    angle = torch.rad2deg(torch.atan2(axes[0, 1], axes[0, 0])) % 180
    print(f"PCA: angle {angle:.4f}, kept {100 * share:.4f} %")

    for degrees in range(0, 180, 15):  # lines turned by hand
        turn = torch.deg2rad(torch.tensor(float(degrees)))
        size = (x - mean) @ torch.stack([turn.cos(), turn.sin()]).double()
        print(f"angle {degrees}: kept {100 * size.var() / variance.sum():.4f} %")


def digits(hidden, epochs, seed):
    """Squeeze digits into two numbers: by PCA, and by an autoencoder."""
    import torch

    from demos.rewards.axes import autoencoder
    from demos.rewards.axes import digits as load

    x, _labels = load()
    own, new = x[:1500], x[1500:]

    mean = own.mean(0)
    _left, _sizes, axes = torch.linalg.svd(own - mean, full_matrices=False)
    flat = (new - mean) @ axes[:2].T @ axes[:2] + mean
    print(f"PCA: error on new digits {((flat - new) ** 2).mean():.6f}")

    encoder, decoder = autoencoder(hidden, seed)
    weights = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.Adam(weights, lr=0.02, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    chance = torch.Generator().manual_seed(seed)
    for _epoch in range(epochs):
        for batch in torch.randperm(len(own), generator=chance).split(100):
            optimizer.zero_grad()
            rebuilt = decoder(encoder(own[batch]))  # 64 pixels → 2 numbers → 64 pixels
            torch.nn.functional.mse_loss(rebuilt, own[batch]).backward()
            optimizer.step()
        schedule.step()
    with torch.inference_mode():
        error = ((decoder(encoder(new)) - new) ** 2).mean()
    print(f"autoencoder: error on new digits {error:.6f}")


def agent(world, gamma, epsilon, rate, cost, slip, episodes, seed):
    """Learn a grid world from rewards alone: Q-learning."""
    import torch

    from demos.rewards.agent import REWARDS, best, neighbour

    chance = torch.Generator().manual_seed(seed)
    q = torch.zeros(len(world), 4, dtype=torch.float64)  # up, right, down, left
    for episode in range(1, episodes + 1):
        cell, back, discount = world.index("s"), 0.0, 1.0
        for explores, which, slips in torch.rand(100, 3, generator=chance).tolist():
            values = q[cell].tolist()
            moves = [move for move in range(4) if values[move] == max(values)]
            if explores < epsilon:
                moves = [0, 1, 2, 3]
            move = gone = moves[int(which * len(moves))]
            if slips < slip:
                gone = (move + (1 if slips < slip / 2 else 3)) % 4
            there = neighbour(world, cell, gone)
            over = world[there] in REWARDS
            reward = REWARDS.get(world[there], 0) - cost
            target = reward if over else reward + gamma * q[there].max()
            q[cell, move] += rate * (target - q[cell, move])
            back += discount * reward
            discount *= gamma
            cell = there
            if over:
                break
        print(f"episode {episode}: R = {back:.6f}, value {q[world.index('s')].max():.6f}")
    exact = best(world, gamma, cost, slip)[world.index("s")].max()
    print(f"the best of all: {exact:.6f}")


def bandit(chances, epsilon, test, pupils, seed):
    """Let an ε-greedy bandit compete with an A/B test, in 400 classes."""
    import torch

    from demos.rewards.bandit import pulls, regret

    of = torch.tensor(chances) / 100
    for strategy in ("epsilon", "ab"):
        given = pulls(of, strategy, epsilon, test, pupils, seed)
        lost = regret(of, given)[:, -1]
        shares = [f"{(given == method).float().mean():.3f}" for method in range(5)]
        print(f"{strategy}: regret {lost.mean():.4f} ± {2 * lost.std() / 20:.4f}, shares {shares}")


SCRIPTS: dict[str, Callable] = {
    "overview": overview,
    "groups": kmeans,
    "axis": axis,
    "digits": digits,
    "agent": agent,
    "bandit": bandit,
}
