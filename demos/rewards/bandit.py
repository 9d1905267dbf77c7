"""The lesson on bandits: five methods, ε-greedy against an A/B test, in many classes at once."""

from __future__ import annotations

from demos.frame.knobs import takes
from demos.rewards.knobs import KNOBS

CLASSES = 400  # over which everything is averaged


def pulls(chances, strategy: str, epsilon: float, test: int, pupils: int, seed: int):
    """Give each pupil a method, in many classes at once.

    Args:
        chances: that a pupil passes, by method `(5,)`.
        strategy: "epsilon": the best so far, and with chance ε any; "ab": all in turn for `test`
            pupils, then the one that was best in the test.
        epsilon: ε.
        test: pupils of the test.
        pupils: pupils of a class.
        seed: of the chance; pupils are the same for both strategies.

    Returns:
        The method of each pupil, `(classes, pupils)`.
    """
    import torch

    chance = torch.Generator().manual_seed(seed)
    luck = torch.rand(CLASSES, pupils, generator=chance)  # below the chance: passed
    explores = torch.rand(CLASSES, pupils, generator=chance) < epsilon
    anyone = torch.randint(len(chances), (CLASSES, pupils), generator=chance)
    tie = 1e-6 * torch.rand(CLASSES, len(chances), generator=chance)
    tried = torch.zeros(CLASSES, len(chances))
    passed = torch.zeros(CLASSES, len(chances))
    given = torch.empty(CLASSES, pupils, dtype=torch.long)
    decided = None
    for pupil in range(pupils):
        if strategy == "ab" and pupil < test:
            method = torch.full((CLASSES,), pupil % len(chances))
        elif decided is None:
            # What was never tried counts as 1: it is tried first.
            rate = torch.where(tried > 0, passed / tried.clamp(min=1), 1.0)
            method = (rate + tie).argmax(1)
            decided = method if strategy == "ab" else None
        else:
            method = decided
        if strategy == "epsilon":
            method = torch.where(explores[:, pupil], anyone[:, pupil], method)
        given[:, pupil] = method
        here = method[:, None]
        tried.scatter_add_(1, here, torch.ones(CLASSES, 1))
        passed.scatter_add_(1, here, (luck[:, pupil] < chances[method]).float()[:, None])
    return given


def regret(chances, given):
    """Return how many passes were lost so far by not giving all the best, `(classes, pupils)`."""
    return (chances.max() - chances[given]).cumsum(1)


@takes(KNOBS)
def rewards_bandit(chances, epsilon, test, pupils, seed) -> dict:
    """Compare an ε-greedy bandit with an A/B test, in 400 classes each.

    Returns:
        For "epsilon" and "ab": regret at the end (mean of the classes), error of that mean, share
        of each method.
    """
    import torch

    of = torch.tensor(chances) / 100
    told = {}
    for strategy in ("epsilon", "ab"):
        given = pulls(of, strategy, epsilon, test, pupils, seed)
        lost = regret(of, given)[:, -1]
        share = torch.nn.functional.one_hot(given, len(of)).float().mean((0, 1))
        told[strategy] = {
            "regret": lost.mean().item(),
            "error": lost.std().item() / CLASSES**0.5,
            "share": share.tolist(),
        }
    return told
