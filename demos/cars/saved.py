"""Save and load: the model of the moment as a file, and what it says of a car."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from demos.cars.data import chosen
from demos.cars.lesson import inputs, train
from demos.cars.model_file import tensors
from demos.cars.predict import MOST_TEXT, sent, shipped
from demos.cars.rows.answer import RATE, STEPS
from demos.frame.texts import _, grouped, said
from demos.pictures.numbers import written
from models.sentences import refusal

if TYPE_CHECKING:
    from models.cars import CarPrice


def mine(
    brand: str, limit: int, outlier: bool, columns: list[str], loss: str, delta: float
) -> CarPrice:
    """Return the model that “The answer” has trained, with its normalisation."""
    import torch

    from models.cars import USUAL, CarPrice

    which = (brand, limit, outlier)
    row = train("all", RATE, STEPS[loss], 4009, *which, columns, loss, delta)[-1]
    model = CarPrice()
    x, y = inputs(chosen(*which), ["age", "miles", "accident"])
    model.look(x, y)
    weights = [row.get(f"weight_{name}", 0.0) for name in ("age", "miles", "accident", "not_said")]
    with torch.no_grad():
        model.neuron.weight.copy_(torch.tensor([weights]))
        model.neuron.bias.fill_(row["bias"])
        model.spread.copy_((y - model(x)).quantile(torch.tensor(USUAL)))
    return model.eval().requires_grad_(False)


def own_of(value: Any) -> tuple[str, str, int]:
    """Return the file that a page sent, in base64, its name, and how often it has asked so far.

    Without a file, the texts are empty.

    Raises:
        ValueError: if it is nothing that the page sends.
    """
    if not value:
        return "", "", 0
    try:
        told = json.loads(value)
        own, name, ask = told.get("own", ""), told.get("own_name", ""), told.get("ask", 0)
        if not isinstance(own, str) or not isinstance(name, str) or len(own) > MOST_TEXT:
            raise TypeError(own)
        if not isinstance(ask, int) or not 0 <= ask < 1e9:
            raise TypeError(ask)
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise refusal("This is no file that the page has opened: open it once more.") from None
    return own, name[:80], int(ask)


def shown(settings: dict[str, Any], value: Any) -> str:
    """Return the model of the moment and what it says of the car, for a `ModelFile`.

    Args:
        settings: of the panel, checked.
        value: what the page sent; see `ModelFile`.

    Raises:
        ValueError: with one sentence.
    """
    import torch

    own, name, ask = own_of(value)
    trouble, title = "", ""
    try:
        model = sent(own) if own else None
        title = _("Your file {name} says:").format(name=name)
    except ValueError as error:
        model, own, trouble = None, "", said(error)
    if model is None and settings["model"] == "shipped":
        model, title = shipped(), _("The model of this course says:")
    elif model is None:
        names = ("brand", "limit", "outlier", "columns", "loss", "delta")
        model = mine(**{name: settings[name] for name in names})
        title = _("What you trained in “The answer” says:")
    car = model.inputs(settings["year"], settings["miles"], settings["accident"])[None]
    with torch.inference_mode():
        right, forgotten = (model(car.to(model.mean.device), one).item() for one in (True, False))
    normalise = settings["normalise"]
    note = _("{year}, {miles} miles, accident: {accident}.").format(
        year=settings["year"], miles=grouped(settings["miles"]), accident=_(settings["accident"])
    )
    if not normalise:
        note += " " + _(
            "The classic fault: the weights were learned of z-scores, and miles went in as they "
            "are. With μ and σ of the file it says {right}."
        ).format(right=_dollars(right))
    return json.dumps(
        {
            "tensors": tensors(model),
            "file": base64.b64encode(model.packed()).decode("ascii"),
            "own": own,
            "own_name": name if own else "",
            "ask": ask,
            "title": title,
            "price": _dollars(right if normalise else forgotten),
            "note": note,
            "normalise": normalise,
            "trouble": trouble,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _dollars(price: float) -> str:
    return f"{written(price, ',.0f')} $"
