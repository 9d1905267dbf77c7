"""What the board of the lessons shows of a sketch: numbers that torch computed."""

from __future__ import annotations

import functools
import json
import os
import time
from typing import TYPE_CHECKING, Any

from demos.digits.knobs import LABELS
from demos.digits.lesson import (
    binary_losses,
    cross_entropies,
    express,
    mean_digit,
    read,
    squared_errors,
    ten_questions,
)
from demos.digits.reading import networks, predict, troubles_of
from demos.frame.texts import _, said
from demos.widgets.pixel_pictures import to_bytes
from demos.widgets.sketch_pad import picture
from models.sentences import refusal

if TYPE_CHECKING:
    import torch
    from PIL import Image

TOPICS = ("zero", "number", "ten", "entropy", "cost")


def lesson(sketch: str, topic: str) -> str:
    """Return as JSON text what the board shows of a sketch.

    Raises:
        ValueError: if the sketch is no picture, shows no ink, or weights are missing.
    """
    image = picture(sketch)
    if image is None:
        return json.dumps({"topic": topic, "empty": _("Draw a digit: the lesson is about yours.")})
    x, logits = predict(image, True)
    if x is None:
        missing = networks()[1]
        raise next(map(ValueError, missing.values()), refusal("There is no ink to be seen."))
    of = {"zero": _zero, "number": _number, "cost": _cost}.get(topic, _ten)
    told = {"topic": topic, "seen": to_bytes(x[0].numpy(), signed=False), **of(x, logits, image)}
    return json.dumps(told, separators=(",", ":"), allow_nan=False)


def single(key: str) -> torch.nn.Module:
    """Return the network with one output, "zero" or "number".

    Raises:
        ValueError: with the command that mends it, if its weights are missing.
    """
    found = _single(key, os.environ.get("WEIGHTS_REPO", ""), int(time.monotonic() // 10))
    if isinstance(found, Exception):
        raise ValueError(found.args[0])
    return found


@functools.lru_cache(maxsize=4)
def _single(key: str, source: str, moment: int) -> torch.nn.Module | Exception:
    from models import digits_one, hub

    try:
        return hub.load(digits_one.MODELS[key])
    except hub.WeightsMissing as error:
        return error


def _one(key: str, x: torch.Tensor) -> torch.Tensor:
    """Return what comes out of a network with one output, `()`, on the CPU."""
    from models.settings import finite

    network = single(key)
    device = next(network.parameters()).device
    return finite(network, read(network, x.to(device)).double().cpu())


def _zero(x: torch.Tensor, logits: dict, image: Image.Image) -> dict[str, Any]:
    z = _one("zero", x)
    added, bias = single("zero").contributions(x)
    weights = single("zero").network[1].weight.detach().view(added.shape).cpu()
    return {
        "z": z.item(),
        "p": express(z, "sigmoid").item(),
        "losses": binary_losses(z),
        "bias": bias,
        "plus": added.clamp(min=0).sum().item(),
        "minus": added.clamp(max=0).sum().item(),
        "weights": _signed(weights),
        "added": _signed(added),
    }


def _signed(values: torch.Tensor) -> str:
    return to_bytes((values / values.abs().max().clamp(min=1e-9)).numpy(), signed=True)


def _number(x: torch.Tensor, logits: dict, image: Image.Image) -> dict[str, Any]:
    number = _one("number", x)
    told: dict[str, Any] = {"number": number.item(), "errors": squared_errors(number).tolist()}
    if "mlp" in logits:
        shares = express(logits["mlp"].double(), "softmax")
        told |= {"shares": shares.tolist(), "mean": mean_digit(shares)}
    return told


def _ten(x: torch.Tensor, logits: dict, image: Image.Image) -> dict[str, Any]:
    told = {}
    for key, z in logits.items():
        z = z.double()
        told[key] = {
            "logits": z.tolist(),
            "exponentials": z.exp().tolist(),
            "total": z.exp().sum().item(),
            "softmax": express(z, "softmax").tolist(),
            "sigmoid": express(z, "sigmoid").tolist(),
            "entropies": cross_entropies(z).tolist(),
            "questions": ten_questions(z).tolist(),
        }
    return {"networks": told, "missing": _missing(x, logits)}


def _cost(x: torch.Tensor, logits: dict, image: Image.Image) -> dict[str, Any]:
    import torch

    from models.digits import SPOILED, spoil, squash

    ways = {"predict": x, "squashed": squash(image)}
    ways |= {how: spoil(x[None], how)[0] for how in SPOILED}
    seen = torch.stack(list(ways.values()))
    answers: dict[str, list] = {}
    for key in logits:
        network = networks()[0][key]
        with torch.inference_mode():
            shares = network(seen.to(next(network.parameters()).device)).cpu().softmax(dim=1)
        best = shares.max(dim=1)
        answers[key] = [
            [LABELS[digit] if share >= network.least_confidence else None, share]
            for share, digit in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ]
    rows = [
        {"way": way, "seen": to_bytes(one[0].numpy(), signed=False)} for way, one in ways.items()
    ]
    for i, row in enumerate(rows):
        row["reads"] = {key: read[i] for key, read in answers.items()}
    return {"ways": rows, "missing": _missing(x, logits)}


def _missing(x: torch.Tensor, logits: dict) -> dict[str, str]:
    return {key: said(why) for key, why in troubles_of(x, logits).items()}
