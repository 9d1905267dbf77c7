"""What the page and programs ask: a training, and what a threshold does."""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from demos.decide.knobs import HIDDEN, KNOBS
from demos.decide.lesson import (
    EPOCHS,
    TEST,
    TRAIN,
    VALIDATION,
    accuracy_of_split,
    best_temperature,
    fit,
    split,
    standardised,
)
from demos.decide.tables import (
    HEART,
    LOANS,
    MOST_BYTES,
    Problem,
    own_problem,
    read_csv,
    shipped,
    targets,
)
from demos.frame.knobs import Number, Numbers, Text, takes
from demos.frame.runs import collect, trained
from demos.pictures.threshold import area_under_curve, at_threshold
from models.sentences import refusal

FOLDS = 5
MOST_SPLITS = 30
MOST_SCORES = 20_000
COLUMNS = {"heart": tuple(HEART)[:-1], "loans": tuple(LOANS)[:-1]}


@dataclass(frozen=True)
class Learned:
    """A trained model and what it learned from.

    Attributes:
        problem: the table.
        part: of each row: 0 to train, 1 to choose, 2 to test with.
        names: the columns that the model sees.
        history: a row per epoch, see `fit`.
        logits: of all rows, (N,).
    """

    problem: Problem
    part: Any
    names: list[str]
    history: list[dict[str, Any]]
    logits: Any

    @property
    def temperature(self) -> float:
        """The T that fits the rows to choose with."""
        choose = self.part == VALIDATION
        return best_temperature(self.logits[choose], self.problem.labels[choose])


@trained(steps=EPOCHS + 1, keep=24)
def run_shipped(
    table: str, columns: Sequence[str], zeros: str, old: bool, hidden: str, seed: int
) -> Iterator[dict]:
    """Train on a table that lies beside the weights."""
    yield from run(shipped(table, tuple(columns), zeros, old), hidden, seed)


def run(problem: Problem, hidden: str, seed: int) -> Iterator[dict]:
    """Train on a problem."""
    part = split(problem.labels, seed)
    x = standardised(problem.numbers[1], part == TRAIN)
    yield from fit(x, problem.labels, part, HIDDEN[hidden], seed)


def learn(problem: Problem, rows: list[dict], seed: int) -> Learned:
    """Return a training with what it was of."""
    import numpy as np

    logits = np.array(rows[-1]["logits"])
    return Learned(problem, split(problem.labels, seed), problem.numbers[0], rows, logits)


def folds(problem: Problem, hidden: str, seed: int) -> Any:
    """Return logits of all rows, each by a model that has not seen it, (N,)."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold, train_test_split

    logits = np.zeros(len(problem.labels))
    parts = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for seen, unseen in parts.split(problem.labels, problem.labels):
        part = np.full(len(logits), TEST)
        part[seen] = TRAIN
        if HIDDEN[hidden]:
            known = problem.labels[seen]
            _, choose = train_test_split(seen, test_size=0.2, random_state=seed, stratify=known)
            part[choose] = VALIDATION
        else:  # one neuron has nothing to choose
            part[unseen[:1]] = VALIDATION
        x = standardised(problem.numbers[1], part == TRAIN)
        *_steps, last = fit(x, problem.labels, part, HIDDEN[hidden], seed)
        logits[unseen] = np.array(last["logits"])[unseen]
    return logits


@functools.lru_cache(maxsize=24)
def folds_shipped(
    table: str, columns: tuple[str, ...], zeros: str, old: bool, hidden: str, seed: int
) -> Any:
    """Return those of a table that lies beside the weights."""
    return folds(shipped(table, columns, zeros, old), hidden, seed)


@functools.lru_cache(maxsize=400)
def split_shipped(table: str, columns: tuple[str, ...], zeros: str, old: bool, seed: int) -> float:
    """Return how often one neuron is right on the test rows of a split."""
    problem = shipped(table, columns, zeros, old)
    return accuracy_of_split(problem.numbers[1], problem.labels, seed)


def decoded_file(csv: str) -> bytes:
    """Return the file that a program sent as base 64.

    Raises:
        ValueError: if it is none, or too large.
    """
    if len(csv) > 4 * MOST_BYTES / 3 + 8:
        raise refusal("This file is larger than may be sent.")
    try:
        return base64.b64decode(csv, validate=True)
    except (binascii.Error, ValueError):
        raise refusal("csv must be a file in base 64.") from None


@takes(
    KNOBS,
    columns=Text("", "columns", most=2000, about="those to learn from, with commas; empty: all."),
    csv=Text("", "csv", most=6_000_000, about="for the table own: a CSV file in base 64."),
    target=Text("", "target", most=200, about="for the table own: its column with two values."),
)
def decide_train(table, columns, zeros, old, hidden, seed, csv, target) -> list[dict]:
    """Train one neuron, or a small network, to say yes or no of the rows of a table.

    heart: who is ill. loans: loan_status, of which the page of the table says that 1 means
    approved, and whose figures say that it means default. A CSV file is read, and not kept.

    Returns:
        One row per epoch: step, loss and validation (cross-entropies), accuracy,
        validation_accuracy, of one neuron weights and bias. The last also has labels, part (0 to
        train, 1 to choose, 2 to test with), logits and scores of all rows of the table, names of
        the columns that the model sees, and temperature, fitted on those to choose with.
    """
    chosen = tuple(name.strip() for name in columns.split(",") if name.strip())
    if table == "own":
        frame = read_csv(decoded_file(csv))
        known = targets(frame)
        if not target and not known:
            raise refusal("No column has exactly two values: a yes or no is needed.")
        problem = own_problem(frame, target or known[-1], chosen)
        rows = collect(run(problem, hidden, seed), total=EPOCHS + 1)
    else:
        known = COLUMNS[table]
        if not set(chosen) <= set(known):
            raise refusal("columns must be some of: {known}.", known=", ".join(known))
        names = tuple(name for name in known if name in chosen) or known
        problem = shipped(table, names, zeros, old)
        rows = run_shipped(table, names, zeros, old, hidden, seed)
    return told(learn(problem, rows, seed))


def told(learned: Learned) -> list[dict[str, Any]]:
    """Return the rows of a training for programs."""
    import numpy as np

    last = {
        **learned.history[-1],
        "names": learned.names,
        "labels": learned.problem.labels.tolist(),
        "part": learned.part.tolist(),
        "scores": (1 / (1 + np.exp(-learned.logits))).round(6).tolist(),
        "temperature": learned.temperature,
    }
    return [*learned.history[:-1], last]


@takes(
    scores=Numbers(Number(-1e9, 1e9), 1, MOST_SCORES),
    labels=Numbers(Number(0, 1, whole=True), 1, MOST_SCORES),
    threshold=Number(-1e9, 1e9, 0.5, about="the least score that is called yes"),
    miss=Number(0, 1e6, 1, about="what a yes that is overlooked costs"),
    alarm=Number(0, 1e6, 1, about="what a no that is called yes costs"),
)
def decide_threshold(scores, labels, threshold, miss, alarm) -> dict:
    """Say what a threshold does to examples whose scores and true classes are known.

    Args:
        scores: of each example, at most 20,000.
        labels: 1 for yes and 0 for no, as many.

    Returns:
        true_positives, false_positives, false_negatives, true_negatives; their rates, null where
        there is nothing to divide by; always_no, the accuracy of saying no to all; area, under the
        ROC curve; cost; and cheapest and cheapest_cost, the score that would be the cheapest
        threshold.
    """
    if len(scores) != len(labels):
        raise refusal("scores and labels must be equally many.")
    found = at_threshold(scores, labels, threshold)
    cheapest, least = cheapest_threshold(scores, labels, miss, alarm)
    return {
        **found,
        "always_no": labels.count(0) / len(labels),
        "area": area_under_curve(scores, labels),
        "cost": miss * found["false_negatives"] + alarm * found["false_positives"],
        "cheapest": cheapest,
        "cheapest_cost": least,
    }


def cheapest_threshold(
    scores: Sequence[float], labels: Sequence[int], miss: float, alarm: float
) -> tuple[float | None, float]:
    """Return the score from which on saying yes costs least, and what it costs.

    None: to say yes to nobody is cheapest.
    """
    import numpy as np

    order = np.argsort(scores, kind="stable")
    sorted_scores, yes = np.asarray(scores, float)[order], np.asarray(labels)[order] == 1
    missed = np.concatenate([[0], np.cumsum(yes)])
    alarms = (~yes).sum() - np.concatenate([[0], np.cumsum(~yes)])
    costs = miss * missed + alarm * alarms
    between = np.concatenate([[True], sorted_scores[1:] != sorted_scores[:-1], [True]])
    costs = np.where(between, costs, np.inf)
    best = int(costs.argmin())
    threshold = float(sorted_scores[best]) if best < len(sorted_scores) else None
    return threshold, float(costs[best])
