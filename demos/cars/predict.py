"""What a car costs, of the shipped model or of one that somebody brings along."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from demos.cars.knobs import KNOBS
from demos.frame.knobs import Text, takes
from demos.frame.texts import _, grouped
from models.sentences import refusal

if TYPE_CHECKING:
    from models.cars import CarPrice

MOST_TEXT = 22_000  # characters of a file in base64
FILE = Text(
    "",
    most=MOST_TEXT,
    about="a safetensors file of this chapter in base64; without one the shipped model answers.",
)


def shipped() -> CarPrice:
    """Return the model that lies in the weights.

    Raises:
        ValueError: with the command that mends it, if it is missing or damaged.
    """
    from models import hub
    from models.cars import CarPrice

    try:
        return hub.load(CarPrice)
    except hub.WeightsMissing as error:
        raise ValueError(error.args[0]) from error


def sent(file: str) -> CarPrice:
    """Return the model of a file that somebody sent, in base64.

    Raises:
        ValueError: with one sentence, if it is none.
    """
    from models.cars import CarPrice

    try:
        content = base64.b64decode(file.encode("ascii"), validate=True)
    except ValueError:
        raise refusal("file must be a safetensors file in base64.") from None
    return CarPrice.unpacked(content)


def unseen(model: CarPrice, year: int, miles: int, price: float) -> list[str]:
    """Return sentences on what the model cannot know; none where it has seen such cars."""
    (first, last), (least, most) = model.seen.tolist()
    found = []
    if not first <= year <= last:
        known = {"year": year, "first": int(first), "last": int(last)}
        found.append(
            _(
                "A car of {year}: the model has seen cars of {first} to {last} only. Its line goes "
                "on as if nothing changed beyond."
            ).format(**known)
        )
    if not least <= miles <= most:
        ends = {"miles": grouped(miles), "least": grouped(least), "most": grouped(most)}
        found.append(
            _("{miles} miles: it has seen cars with {least} to {most} miles only.").format(**ends)
        )
    if price < 0:
        found.append(_("And a price below zero is nonsense: a line knows no least price."))
    return found


@takes(KNOBS, file=FILE)
def cars_predict(year, miles, accident, file="") -> dict[str, Any]:
    """Predict what a used car costs from its year, its miles and whether it had an accident.

    Returns:
        `price`, and between `low` and `high` what eight of ten such cars cost [$]; `warnings`,
        sentences on what the model has not seen, empty where it has.
    """
    model = sent(file) if file else shipped()
    answer = model.predict(year, miles, accident)
    return {**answer, "warnings": unseen(model, year, miles, answer["price"])}
