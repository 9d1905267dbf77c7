"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.backprop.lesson import DEFAULTS, back_propagate, program
from demos.backprop.rows import PLACES
from demos.frame.miniature import Dots, Layer, Line, scaled


def miniature() -> list[Layer]:
    """Return the graph of a network: values light up forward, then gradients backward."""
    inputs, lines = program("network")
    found = back_propagate("network", list(DEFAULTS["network"]))
    names = [node["name"] for node in found["nodes"]]
    columns = [PLACES["network"][name][0] for name in names]
    rows = [-PLACES["network"][name][1] for name in names]
    across = scaled(columns, min(columns), max(columns))
    up = scaled(rows, min(rows), max(rows))
    places = dict(zip(names, zip(across, up, strict=True), strict=True))

    # Of each node, when its value is known, and when its gradient.
    forward = {name: 0 for name in inputs}
    for moment, (name, _operation, _operands) in enumerate(lines, 1):
        forward[name] = moment
    begin = len(lines) + 2
    backward = {found["order"][0]: begin}
    for moment, target in enumerate(found["order"], begin + 1):
        for edge in found["edges"]:
            if edge["target"] == target:
                backward.setdefault(edge["source"], moment)
    last = max(backward.values())

    def colour(name: str, moment: int) -> int:
        return 1 if moment >= backward[name] else 0 if moment >= forward[name] else -1

    strongest = max(abs(edge["gradient"]) for edge in found["edges"])
    layers: list[Layer] = []
    for edge in found["edges"]:
        line = [places[edge["source"]], places[edge["target"]]]
        layers.append(Line([line], -1, 1.5))
        # As thick as the gradient that flows back along it.
        width = round(1 + 3.5 * (abs(edge["gradient"]) / strongest) ** 0.5, 1)
        layers.append(Line([[]] * backward[edge["source"]] + [line], 1, width))
    colours = [[colour(name, moment) for name in names] for moment in range(last + 1)]
    return [*layers, Dots([list(places.values())], colours, 5.5)]
