"""Three networks read what you draw, while you draw it."""

from __future__ import annotations

import functools
import os
import time
from typing import TYPE_CHECKING, Any

from demos.digits.knobs import KNOBS, LABELS, NETWORKS
from demos.digits.lesson import express, read
from demos.frame.checks import sent_image
from demos.frame.knobs import takes
from demos.frame.texts import N_, _, said
from demos.widgets.class_bars import Bars
from demos.widgets.sketch_pad import picture

if TYPE_CHECKING:
    import torch
    from PIL import Image

READINGS = {
    "linear": N_("linear {digit}"),
    "mlp": N_("fully connected {digit}"),
    "cnn": N_("convolutional {digit}"),
}
UNNAMED = "?"  # in the place of a digit where none is likely enough
# For the winner of the convolutional network, whose name stands in front.
FORMULAS = r"""$z_{digit:s} = {z:s}$

$\sigma(z_{digit:s}) = \dfrac{1}{1 + e^{-z_{digit:s}}} = {sigmoid:s}$

$\operatorname{softmax}_{digit:s} = \dfrac{e^{z_{digit:s}}}{\sum_j e^{z_j}}
= \dfrac{{exponential:s}}{{total:s}} = {softmax:s}$
"""

# ---------------------------------------------------------------- the networks


def networks() -> tuple[dict[str, torch.nn.Module], dict[str, str], list[str]]:
    """Return the networks by key, the sentence that mends each missing one, and notices."""
    # Weights that are missing are looked for again after some seconds, not at every pen stroke.
    return _networks(os.environ.get("WEIGHTS_REPO", ""), int(time.monotonic() // 10))


@functools.lru_cache(maxsize=2)
def _networks(source: str, moment: int) -> tuple[dict[str, torch.nn.Module], dict[str, str], list]:
    from models import digits, hub

    found, missing, notices = {}, {}, []
    for key in NETWORKS:
        model_class = digits.MODELS[key]
        try:
            found[key] = hub.load(model_class)
        except hub.WeightsMissing as error:
            missing[key] = error.args[0]
        notices.append(hub.notice(model_class))
    return found, missing, [notice for notice in dict.fromkeys(notices) if notice]


def predict(
    image: Image.Image, preprocess: bool
) -> tuple[torch.Tensor | None, dict[str, torch.Tensor]]:
    """Let every network that is there read a picture.

    Returns:
        What they see, `(1, 28, 28)`, None without ink; and the ten logits of each, by its key.
        A network whose numbers overflow says nothing.
    """
    from models.digits import has_ink

    found = networks()[0]
    if not found:
        return None, {}
    x = next(iter(found.values())).preprocess(image, mnist_style=preprocess)
    if not has_ink(x):
        return None, {}
    on_device = x.to(next(next(iter(found.values())).parameters()).device)
    logits = {key: read(network, on_device).cpu() for key, network in found.items()}
    return x, {key: z for key, z in logits.items() if z.isfinite().all()}


def troubles_of(x: torch.Tensor | None, logits: dict[str, torch.Tensor]) -> dict[str, str]:
    """Return by key why a network says nothing: weights that are missing, numbers that overflow."""
    from models.settings import overflow

    found, missing, _notices = networks()
    silent = found.keys() - logits.keys() if x is not None else set()
    return {**missing, **{key: overflow(found[key]) for key in silent}}


def readings(logits: dict[str, torch.Tensor]) -> dict[str, str | None]:
    """Return the digit that each network reads, by its key; None where none is likely enough."""
    found = networks()[0]
    return {key: found[key].reading(z) for key, z in logits.items()}


# ---------------------------------------------------------------- the answer on the page


def answer(sketch: str, preprocess: bool, output: str) -> tuple[list | None, Bars]:
    """Answer the pad: what the networks see, what spoke for it, and the bars.

    Raises:
        ValueError: if the sketch is no picture.
    """
    image = picture(sketch)
    found, _missing, notices = networks()
    notices = [said(notice) for notice in notices]
    scores = 12.0 if output == "logits" else None
    x, logits = (None, {}) if image is None else predict(image, preprocess)
    why = troubles_of(x, logits)
    troubles = [said(why[key]) if key in why else "" for key in NETWORKS]
    values = {key: express(z, output).tolist() for key, z in logits.items()}
    if x is None:
        note = _("Draw a digit: the networks answer while you draw.")
        if image is not None:
            note = " ".join([_("There is no ink to be seen."), note])
        bars = Bars(
            values=[None] * len(NETWORKS),
            troubles=troubles,
            range=scores,
            note=" ".join([*notices, note if found else ""]),
        )
        return [None, None], bars
    reads = readings(logits)
    seen = x[0].numpy(), _("the sketch in 28 × 28 pixels")
    spoke = None
    if "cnn" in logits:
        from models.digits import saliency

        evidence = saliency(found["cnn"], x, steps=8).numpy()
        largest = float(abs(evidence).max()) or 1.0
        heard = _("what spoke for and against the {digit}")
        if reads["cnn"] is None:
            heard = _("what spoke for and against the {digit}, its best guess")
        spoke = evidence / largest, heard.format(digit=_likeliest(logits["cnn"]))
    bars = Bars(
        values=[values.get(key) for key in NETWORKS],
        sums=[_sum(values[key], output) if key in values else "" for key in NETWORKS],
        unnamed=[i for i, key in enumerate(NETWORKS) if key in reads and reads[key] is None],
        troubles=troubles,
        range=scores,
        note=" ".join([*notices, _remark(reads)]),
        numbers=_numbers(logits["cnn"], reads["cnn"]) if "cnn" in reads else {},
    )
    return [seen, spoke], bars


def _likeliest(logits: torch.Tensor) -> str:
    return LABELS[int(logits.argmax())]


def _sum(values: list[float], output: str) -> str:
    if output == "logits":
        return ""
    return _("sum {percent:.0f} %").format(percent=100 * sum(values))


def _numbers(logits: torch.Tensor, read: str | None) -> dict[str, str]:
    """Return what the blackboard shows: the winner's logit and what becomes of it."""
    logits = logits.double()
    winner = int(logits.argmax())
    exponential, total = logits.exp()[winner].item(), logits.exp().sum().item()
    return {
        "digit": read or UNNAMED,
        "z": f"{logits[winner]:.2f}".replace("-", "−"),
        "exponential": _written(exponential),
        "total": _written(total),
        "sigmoid": f"{express(logits, 'sigmoid')[winner]:.4f}",
        "softmax": f"{express(logits, 'softmax')[winner]:.4f}",
    }


def _written(number: float) -> str:
    return (
        f"{number:.2f}" if number < 1e5 else f"{number:.3g}".replace("e+0", "e").replace("e+", "e")
    )


def _remark(reads: dict[str, str | None]) -> str:
    if len(set(reads.values())) > 1:
        each = [_(READINGS[key]).format(digit=digit or UNNAMED) for key, digit in reads.items()]
        return _("They disagree: {readings}.").format(readings=", ".join(each))
    if None in reads.values():
        return _("None of them is sure enough of any digit.")
    if len(reads) < 2:
        return ""
    return _("All of them read a {digit}.").format(digit=next(iter(reads.values())))


# ---------------------------------------------------------------- the endpoint


@takes(KNOBS)
def digits_predict(image: str | dict, preprocess, output) -> dict[str, Any]:
    """Read a handwritten digit with three networks.

    Args:
        image: a PNG, JPEG, WebP, HEIC, AVIF, TIFF, GIF or BMP as data URL
            ("data:image/png;base64,…"), or a file (`gradio_client.handle_file("seven.png")`). Any
            colour of ink and paper, at most 25 megapixels.

    Returns:
        `digit`, what the convolutional network reads, as text, or null if there is no ink or no
        digit is likely enough; `reason`, null or why there is no digit; `reads`, the digit that
        each network reads, or null; `linear`, `mlp` and `cnn`, each {"0": number, …, "9": number},
        empty without ink; and `missing`, {network: the sentence that says why it has no answer and
        how to get its weights}, usually empty.
    """
    opened = sent_image(image)
    found, missing, _notices = networks()
    if not found:
        raise ValueError(next(iter(missing.values())))
    x, logits = predict(opened, preprocess)
    values = {key: express(z, output).tolist() for key, z in logits.items()}
    reads = readings(logits)
    best = next((key for key in ("cnn", "mlp", "linear") if key in reads), None)
    return {
        "digit": reads[best] if best else None,
        "reason": _reason(found[best], logits[best]) if best else _no_answer(x),
        "reads": {key: reads.get(key) for key in NETWORKS},
        **{key: dict(zip(LABELS, values.get(key, []), strict=False)) for key in NETWORKS},
        "missing": {key: said(why) for key, why in troubles_of(x, logits).items()},
    }


def _reason(network: torch.nn.Module, logits: torch.Tensor) -> str | None:
    """Return why a network names no digit, None if it does."""
    if network.reading(logits) is not None:
        return None
    share = logits.softmax(dim=0).max().item()
    return _(
        "No digit is likely enough: the likeliest is {digit} with {percent:.1f} %, and below "
        "{least:.0f} % none is named."
    ).format(digit=_likeliest(logits), percent=100 * share, least=100 * network.least_confidence)


def _no_answer(x: torch.Tensor | None) -> str:
    return _("There is no ink to be seen.") if x is None else _("No network has an answer.")
