"""The playground's controls: their names in links, what they allow, what they stand at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demos.frame.knobs import Knobs, Number
from demos.playground import data, links
from demos.playground.settings import KNOBS as NETWORK
from demos.playground.settings import check_settings
from models.sentences import refusal

DATA = Knobs(
    data=data.KNOBS["kind"],
    count=Number(10, data.MAX_POINTS, 500, whole=True),
    noise=data.KNOBS["noise"],
    train_share=data.KNOBS["train_share"],
    data_seed=data.KNOBS["seed"],
)
DEFAULTS: dict[str, Any] = {
    **DATA.defaults(),
    "points": "",
    "hidden": [4, 2],
    **NETWORK.defaults(),
    "compare": "",
}
MOST_COMPARED = 4
NUMBERS = ("learning_rate", "batch_size", "l1", "l2", "dropout")
# What may differ between networks that are compared.
COMPARABLE = ("optimizer", *NUMBERS, "activation", "initialisation", "loss", "batch_norm")


def read(name: str, text: str) -> Any:
    """Turn a link's text into the value of a control.

    Raises:
        ValueError: saying what the control allows.
    """
    if name == "points":
        return links.encode(links.decode(text))
    if name == "compare":
        return write_changes(read_changes(text))
    if name == "hidden":
        sizes = [] if text == "none" else [_whole(item) for item in text.split(",")]
        return list(check_settings(hidden=sizes).hidden)
    return {**DATA, **NETWORK}[name].parse(text, name)


def _whole(text: str) -> int | str:
    try:
        # Long digits are no number of neurons, and int() would refuse them in its own words.
        return int(text) if len(text) < 30 else text
    except ValueError:
        return text


def read_changes(text: str) -> list[dict[str, Any]]:
    """Read what differs between the networks that are compared.

    "optimizer:sgd;optimizer:adam,learning_rate:0.01" are two networks. Up to MOST_COMPARED.

    Raises:
        ValueError: saying what is allowed.
    """
    if not text:
        return []
    changes = []
    for part in text.split(";"):
        change: dict[str, Any] = {}
        for item in filter(None, part.split(",")):
            name, _colon, value = item.partition(":")
            if name not in COMPARABLE:
                known = ", ".join(COMPARABLE)
                raise refusal("compare must name some of: {known}.", known=known)
            change[name] = read(name, value)
        changes.append(change)
    if not 2 <= len(changes) <= MOST_COMPARED:
        raise refusal("compare must name 2 to {most} networks.", most=MOST_COMPARED)
    return changes


def write_changes(changes: list[dict[str, Any]]) -> str:
    """Write changes as `read_changes` reads them."""

    def written(value: Any) -> str:
        return f"{value:g}" if isinstance(value, float) else str(value).lower()

    return ";".join(
        ",".join(f"{name}:{written(value)}" for name, value in change.items()) for change in changes
    )


def points_of(settings: Mapping[str, Any]) -> dict:
    """Return what `data.make` makes of the controls.

    Raises:
        ValueError: naming the control that is out of range.
    """
    values = {name: knob.check(settings[name], name) for name, knob in DATA.items()}
    points = settings["points"]
    if values["data"] == "own" and isinstance(points, str):
        points = links.decode(points)
        if len(points) < 2:
            raise refusal("Two points are needed at least: click into the picture.")
    return data.make(
        values["data"],
        values["noise"],
        values["train_share"],
        values["data_seed"],
        values["count"],
        points if values["data"] == "own" else None,
    )


def network_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `engine.train` among the controls."""
    return {name: settings[name] for name in ("hidden", *NETWORK)}


def completed(settings: Any) -> dict[str, Any]:
    """Return controls with the defaults of those left out.

    Raises:
        ValueError: if there are others than ours.
    """
    if not isinstance(settings, Mapping) or not set(settings) <= set(DEFAULTS):
        raise refusal("settings must hold some of: {known}.", known=", ".join(DEFAULTS))
    return {**DEFAULTS, **settings}
