"""The lesson: eight losses, their slopes by autograd, and gradient descent on each of them."""

from __future__ import annotations

from demos.frame.knobs import Choice, Knobs, Number, Some, Topic, takes
from demos.frame.runs import trained
from demos.frame.texts import N_

REGRESSION = {
    "mbe": N_("MBE: mean bias error"),
    "mae": N_("MAE: mean absolute error"),
    "mse": N_("MSE: mean squared error"),
    "huber": "Huber",
    "log_cosh": "log-cosh",
}
CLASSIFICATION = {
    "mse": N_("MSE: mean squared error"),
    "bce": N_("BCE: binary cross-entropy"),
    "hinge": N_("hinge"),
    "cross_entropy": N_("cross-entropy, 3 classes"),
}
LINE, SCORE = {"task": ["regression"]}, {"task": ["classification"]}
KNOBS = Knobs(
    task=Topic(
        {"regression": N_("Predict a number"), "classification": N_("Predict yes or no")},
        "regression",
        N_("predict"),
    ),
    losses=Some(REGRESSION, ["mbe", "mae", "mse"], N_("loss"), empty=True, when=LINE),
    outlier=Number(
        0,
        40,
        38,
        N_("flat tire"),
        unit="min",
        step=0.5,
        wider=(-1000, 1000),
        when=LINE,
        about="regression: minutes of the ride with the flat tire",
    ),
    delta=Number(
        0.1,
        30,
        2,
        N_("Huber's δ"),
        unit="min",
        log=True,
        wider=(0.01, 1000),
        when={**LINE, "losses": ["huber"]},
        about="regression: Huber's δ",
    ),
    weight=Number(-1, 6, 0, N_("start w"), unit="min/km", when=LINE),
    learning_rate=Number(
        0.001, 1, 0.05, N_("learning rate η"), log=True, wider=(1e-6, 10), when=LINE, about="η"
    ),
    score_losses=Some(CLASSIFICATION, ["mse", "bce"], N_("loss"), empty=True, when=SCORE),
    label=Choice(
        {"cat": N_("cat"), "dog": N_("dog"), "bird": N_("bird")},
        "cat",
        N_("the picture shows a"),
        when=SCORE,
        about="classification: what the picture shows: cat, dog or bird.",
    ),
    axis=Choice(
        {"score": N_("score z"), "probability": N_("probability ŷ")},
        "score",
        N_("draw against"),
        when=SCORE,
    ),
    score=Number(-8, 8, -6, N_("start z"), when=SCORE),
    score_rate=Number(0.01, 10, 1, N_("learning rate η"), log=True, when=SCORE),
)


# Tensors carry no type hints: pasted into a notebook, torch is known inside the functions only.


def rides(outlier: float = 38.0):
    """Return twelve bicycle rides: kilometres (12,) [km] and minutes (12,) [min].

    Args:
        outlier: the minutes of the last ride, 5 km with a flat tire [min].
    """
    import torch

    kilometres = torch.tensor([0.5, 0.8, 1.2, 1.5, 1.9, 2.3, 2.6, 3.0, 3.4, 3.9, 4.4, 5.0])
    minutes = torch.tensor([1.6, 2.3, 3.7, 4.4, 5.7, 6.9, 7.8, 9.1, 10.1, 11.7, 13.3, outlier])
    return kilometres, minutes


def regression_loss(name: str, prediction, target, delta: float = 2.0):
    """Return the mean loss of predicted minutes.

    Args:
        name: "mbe", "mae", "mse", "huber" or "log_cosh".
        prediction: ŷ, (…, N) [min].
        target: y, (N,) [min].
        delta: δ, the error at which Huber's parabola turns into a straight line [min].

    Returns:
        (…) losses; [min] for mbe and mae, [min²] for mse and huber.
    """
    import math

    from torch.nn.functional import huber_loss, l1_loss, mse_loss, softplus

    target = target.expand_as(prediction)
    error = prediction - target
    if name == "mbe":
        each = error
    elif name == "mae":
        each = l1_loss(prediction, target, reduction="none")
    elif name == "mse":
        each = mse_loss(prediction, target, reduction="none")
    elif name == "huber":
        each = huber_loss(prediction, target, reduction="none", delta=delta)
    else:
        # ln cosh e; cosh itself would overflow at an error of 89 minutes.
        each = error + softplus(-2 * error) - math.log(2)
    return each.mean(dim=-1)


def probability(name: str, score):
    """Return ŷ, the probability of "cat" that a score z stands for.

    Cross-entropy sees three scores, (z, 0, 0) for cat, dog and bird; the others see z alone.
    """
    import torch

    if name != "cross_entropy":
        return torch.sigmoid(score)
    zero = torch.zeros_like(score)
    return torch.stack([score, zero, zero], dim=-1).softmax(dim=-1)[..., 0]


def classification_loss(name: str, score, label: str = "cat"):
    """Return the loss of the score z for "cat" when the picture shows what the label says.

    Args:
        name: "mse" (on the probability), "bce", "hinge" or "cross_entropy".
        score: z, (…).
        label: "cat", "dog" or "bird". All but cross-entropy ask only "cat (y = 1) or not (y = 0)?"

    Returns:
        (…) losses, one for each score.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

    y = torch.full_like(score, 1.0 if label == "cat" else 0.0)
    if name == "mse":
        return mse_loss(torch.sigmoid(score), y, reduction="none")
    if name == "bce":
        return binary_cross_entropy_with_logits(score, y, reduction="none")
    if name == "hinge":
        return torch.relu(1 - (2 * y - 1) * score)
    zero = torch.zeros_like(score)
    scores = torch.stack([score, zero, zero], dim=-1).reshape(-1, 3)
    target = torch.full((len(scores),), ["cat", "dog", "bird"].index(label))
    return cross_entropy(scores, target, reduction="none").reshape(score.shape)


def total_cross_entropy(probabilities: list[float]) -> tuple[list[float], float]:
    """Return −ln p of each example and their sum.

    Args:
        probabilities: what the model gave to the true class of each example, (N,).
    """
    import torch

    terms = torch.nn.functional.nll_loss(
        torch.tensor(probabilities).log()[:, None],
        torch.zeros(len(probabilities), dtype=torch.long),
        reduction="none",
    )
    return terms.tolist(), terms.sum().item()


@takes(losses=Some(REGRESSION), start=Number(-1000, 1000))
def fit_rides(
    losses: list[str],
    start: float = 0.0,
    learning_rate: float = 0.05,
    steps: int = 60,
    outlier: float = 38.0,
    delta: float = 2.0,
):
    """Fit the line ŷ = w·x through the rides, once for each loss, by gradient descent."""
    import torch

    kilometres, minutes = rides(outlier)
    for name in losses:
        w = torch.tensor(start, requires_grad=True)
        for step in range(steps + 1):
            loss = regression_loss(name, w * kilometres, minutes, delta)
            (gradient,) = torch.autograd.grad(loss, w)
            new_w = w.detach() - learning_rate * gradient
            yield {
                "series": name,
                "step": step,
                "weight": w.item(),
                "loss": loss.item(),
                "gradient": gradient.item(),
                "new_weight": new_w.item(),
            }
            w = new_w.requires_grad_()


@takes(losses=Some(CLASSIFICATION), start=Number(-12, 12))
def fit_score(
    losses: list[str],
    start: float = -6.0,
    learning_rate: float = 1.0,
    steps: int = 60,
    label: str = "cat",
):
    """Move the score z of one picture downhill, once for each loss, by gradient descent."""
    import torch

    for name in losses:
        z = torch.tensor(start, requires_grad=True)
        for step in range(steps + 1):
            loss = classification_loss(name, z, label)
            (gradient,) = torch.autograd.grad(loss, z)
            p = probability(name, z)
            (slope,) = torch.autograd.grad(p, z)
            new_z = z.detach() - learning_rate * gradient
            # The chain rule: ∂L/∂z = ∂L/∂ŷ · ∂ŷ/∂z. Where ŷ is 0 or 1 to seven digits: unknown.
            has_probability = name != "hinge" and slope > 0
            yield {
                "series": name,
                "step": step,
                "score": z.item(),
                "probability": None if name == "hinge" else p.item(),
                "loss": loss.item(),
                "gradient": gradient.item(),
                "probability_gradient": (gradient / slope).item() if has_probability else None,
                "probability_slope": None if name == "hinge" else slope.item(),
                "new_score": new_z.item(),
            }
            z = new_z.requires_grad_()


@takes(
    KNOBS,
    losses=Some([*REGRESSION, *CLASSIFICATION], optional=True),
    start=Number(-1000, 1000, 0),
    steps=Number(1, 500, 60, whole=True, about="number of updates"),
)
@trained(keep=4)
def compare(task, losses, start, learning_rate, steps, outlier, delta, label):
    """Run gradient descent on several losses from the same start at the same rate.

    Args:
        task: "regression" fits ŷ = w·x, minutes from kilometres, to twelve bicycle rides, one of
            them with a flat tire; "classification" moves the score z for "cat" of one picture.
        losses: some of mbe, mae, mse, huber, log_cosh (regression) or mse, bce, hinge,
            cross_entropy (classification); by default all of the task.
        start: the first w [min/km], −1000 to 1000, or the first z, −12 to 12.

    Returns:
        One row per loss and step: series (the loss), step, loss, gradient (by w or z), note, and
        regression: weight, new_weight [min/km];
        classification: score, new_score, probability ŷ of cat (null for hinge, which has none),
        probability_gradient ∂L/∂ŷ, probability_slope ∂ŷ/∂z.
        A run that overflows ends with the note "overflow".
    """
    if task == "regression":
        losses = ["mbe", "mae", "mse", "huber", "log_cosh"] if losses is None else losses
        yield from fit_rides(losses, start, learning_rate, steps, outlier, delta)
    else:
        losses = ["mse", "bce", "hinge", "cross_entropy"] if losses is None else losses
        yield from fit_score(losses, start, learning_rate, steps, label)
