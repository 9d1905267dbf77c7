"""Chapter: the playground. A network of your own on points of your own, trained by PyTorch."""

from __future__ import annotations

import base64
import os
from typing import Any

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls
from demos.frame.texts import N_
from demos.playground import controls, engine, links, readable, tables
from demos.playground.board import Board
from demos.playground.miniature import miniature
from demos.playground.presets import PRESETS
from demos.playground.quiz import QUIZ
from demos.playground.tasks import TASKS
from models.sentences import refusal

# One core stays free for all other tabs; who finds the others busy waits for a turn.
TRAINING: dict[str, Any] = {
    "concurrency_limit": max(1, min(8, (os.cpu_count() or 2) - 1)),
    "concurrency_id": "playground",
}


# ---------------------------------------------------------------- the endpoints


def playground_train(settings: dict, weights: dict | None = None) -> dict:
    """Train a small network to tell two classes of points apart; get everything that happened.

    Args:
        settings: any of these by name; {} takes all defaults.
            data ("circle"): circle, xor, gaussians, spiral, moons, exam (two exam scores →
            admitted) or own; count (500): how many points, 10 to 1000 (own: as many as there are);
            noise (0): 0 to 0.5, how far they stray; train_share (0.5): 0.1 to 0.9, the share to
            train on, the rest tests; data_seed (0): of places, noise and split;
            points: for data "own", 2 to 1000 dicts {"x": −6…6, "y": −6…6, "label": 0 or 1}, or the
            text that stands for them in a link.
            hidden ([4, 2]): neurons of each hidden layer, 0 to 6 layers of 1 to 16;
            features (["x", "y"]): some of "x", "y", "x²", "y²", "xy", "sin x", "sin y";
            activation ("tanh"): tanh, relu, sigmoid, leaky_relu, elu or linear.
            loss ("bce"): bce (binary cross-entropy), or mse (squared error of the probability);
            optimizer ("sgd"): sgd, momentum, nesterov, adagrad, rmsprop, adam or adamw, as in
            torch.optim; learning_rate (0.03): 1e-6 to 10; batch_size (10): 1 to 1000, more than
            there are training points means all of them; epochs (500): 1 to 10000, and no more than
            train in about 5 seconds.
            l1, l2 (0): 0 to 1, weights of the penalties Σ|w| and ½Σw²; dropout (0): 0 to 0.9, the
            probability that a hidden neuron is left out of a step; batch_norm (false): batch
            normalisation of the hidden layers, needs batches of 2 or more;
            initialisation ("pytorch"): pytorch (nn.Linear's), xavier, he, uniform (−½ to ½) or
            zeros; seed (0): of the first weights, the order of the examples and dropout.
        weights: `final` of an earlier answer, to train on. hidden, features and batch_norm must be
            the same; everything else may differ.

    Returns:
        Up to 401 moments of the training: `epochs`, `train_loss`, `test_loss`, `train_accuracy`,
        `test_accuracy`, one number each; `surface`, `neurons` and `weights`, packed arrays (zlib,
        base64; how to read them stands in demos/playground/history.py); `names` of the weights;
        `final`, the last weights, exact; `diverged`, the epoch in which a number overflowed, or
        null, and `note`, a sentence about it; `seconds` of training; and `data`, the points.
    """
    settings = controls.completed(settings)
    made = controls.points_of(settings)
    history = engine.train(made, **controls.network_of(settings), weights=weights)
    return {**history, "data": made}


def playground_compare(settings: dict, changes: list[dict]) -> dict:
    """Train up to four networks on the same points, from the same seed.

    Args:
        settings: what they share, as of /playground_train.
        changes: for each of them what differs: optimizer, learning_rate, batch_size, l1, l2,
            dropout, activation, initialisation, loss or batch_norm by name, e.g.
            [{"optimizer": "sgd"}, {"optimizer": "adam", "learning_rate": 0.01}].

    Returns:
        `runs`, a history each as /playground_train returns it, without neurons and weights; and
        `data`, the points.
    """
    shared = controls.completed(settings)
    if not isinstance(changes, list) or not 1 <= len(changes) <= controls.MOST_COMPARED:
        raise refusal("changes must be a list of 1 to {most} changes.", most=controls.MOST_COMPARED)
    for change in changes:
        if not isinstance(change, dict) or not set(change) <= set(controls.COMPARABLE):
            known = ", ".join(controls.COMPARABLE)
            raise refusal("changes must name some of: {known}.", known=known)
    made = controls.points_of(shared)
    histories = engine.compare(made, [{**controls.network_of(shared), **one} for one in changes])
    left_out = ("neurons", "weights", "names", "final")
    return {
        "runs": [
            {name: part for name, part in history.items() if name not in left_out}
            for history in histories
        ],
        "data": made,
    }


def playground_set_weight(settings: dict, weights: dict, name: str, value: float) -> dict:
    """Change one weight of a network by hand and see what it does then, without training.

    Args:
        settings: as of /playground_train; the points, activation and loss count.
        weights: `final` of an answer.
        name: one of the answer's `names`, e.g. "1.weight.0.1" (layer 1, neuron 0, input 1).
        value: −1000 to 1000.

    Returns:
        A history of one moment, as /playground_train returns it, with the new `final`.
    """
    settings = controls.completed(settings)
    changed = engine.set_weight(weights, name, value)
    made = controls.points_of(settings)
    return engine.evaluate(made, changed, settings["activation"], settings["loss"])


def playground_points(csv: str) -> dict:
    """Read points of your own from a CSV with two features and a label per row.

    Args:
        csv: comma, semicolon, tab or blanks between the columns; the first row may hold names, the
            first column pandas' index; the label may be any two different texts. At most 1000 rows.

    Returns:
        `points`, the text that stands for them in a link and in /playground_train; `axes` and
        `classes`, their names and how to get back to the raw values; `note`, what was read.
    """
    read = tables.from_csv(csv)
    return {**read, "points": links.encode(read["points"])}


def playground_export(settings: dict, weights: dict | None = None) -> dict:
    """Export a network and its training.

    Args:
        settings: as of /playground_train.
        weights: `final` of an answer to the same hidden, features and batch_norm: the weights to
            export. The script starts where /playground_train does without weights.

    Returns:
        `script`, a PyTorch program that stands alone and trains the same network on the same
        points; with weights also `safetensors`, a file of them in base64.
    """
    settings = controls.completed(settings)
    made = controls.points_of(settings)
    script = engine.export_script(made, controls.network_of(settings))
    if weights is None:
        return {"script": script, "safetensors": None}
    engine.check_weights(weights, engine.check_settings(**controls.network_of(settings)))
    content = base64.b64encode(engine.to_safetensors(weights)).decode()
    return {"script": script, "safetensors": content}


# ---------------------------------------------------------------- the tab


def build() -> Controls:
    """Lay out the tab and wire it."""
    board = Board(PRESETS, elem_classes=["board"])
    for function in (playground_train, playground_compare):
        endpoint(function, **TRAINING)
    for function in (playground_set_weight, playground_points, playground_export):
        endpoint(function, queue=False)
    return {"board": board}


CHAPTER = Chapter(
    slug="playground",
    title=N_("Playground"),
    question=N_("What does each neuron learn, and what does the whole network make of it?"),
    build=build,
    minutes=40,
    miniature=miniature,
    intro=N_(
        "Each little picture is a neuron, blue where its output is high. Lines are weights; ŷ is "
        "the chance of blue."
    ),
    builds_on=["neuron", "backprop", "optimizers"],
    lesson=[readable.make_network, readable.make_optimizer, readable.train],
    tasks=TASKS,
    quiz=QUIZ,
)
